//! An account with a shared mailbox, its colleagues, and clients who write to it.
//! For the tests beside it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use uuid::Uuid;

use super::{Browser, KIND, TestApp, eventually};
use crate::{
    mailbox::{Taken, fetch::Origin, take_in},
    model::{
        AccountId, Actor, Duty, MailboxId, RecordId, Role, Value,
        records::Record,
        users::{Rights, UserRole},
    },
    records::store::{self, ChooseResponsible},
};

fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run the tests by bin/test"))
}

/// The account Acme with its admin Ann, Bob and Cas who have the shared mailbox, and Jan who has not.
pub struct Desk {
    pub app: TestApp,
    pub account: AccountId,
    pub ann: Actor,
    pub bob: Actor,
    pub cas: Actor,
    pub jan: Actor,
    pub mailbox: MailboxId,
    /// What is behind the at sign of every address of this test.
    pub domain: String,
}

/// A message as a client's mail program sends it.
#[derive(Clone, Debug)]
pub struct Letter {
    pub from: String,
    pub subject: String,
    pub text: String,
    /// Without angle brackets.
    pub id: String,
    pub head: Vec<(&'static str, String)>,
}

impl Letter {
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.head.push((name, value.into()));
        self
    }

    pub fn raw(&self, to: &str) -> Vec<u8> {
        let mut raw = format!(
            "From: {}\r\nTo: {to}\r\nSubject: {}\r\nMessage-ID: <{}>\r\nDate: Fri, 27 Nov 2026 10:00:00 +0100\r\n",
            self.from, self.subject, self.id
        );
        for (name, value) in &self.head {
            raw.push_str(&format!("{name}: {value}\r\n"));
        }
        raw.push_str("Content-Type: text/plain; charset=utf-8\r\n\r\n");
        raw.push_str(&self.text.replace('\n', "\r\n"));
        raw.into_bytes()
    }
}

impl Desk {
    pub async fn new() -> Result<Self> {
        let at_hand = TestApp::new().await?;
        let base_url = at_hand.config.base_url.clone();
        let smtp = variable("STEWARD_TEST_SMTP")?;
        let change = |config: &mut crate::server::config::Config| config.smtp_url = Some(smtp);
        let app = TestApp::configured(at_hand.logins, &base_url, change).await?;
        let (account, ann) = app.account("Acme").await?;
        let without = Rights {
            mailbox: false,
            ..Rights::FULL
        };
        let domain = format!("{}.test", Uuid::new_v4().simple());
        let mailbox = MailboxId(Uuid::now_v7());
        sqlx::query("insert into mailboxes (account_id, id, name, address) values ($1, $2, 'Acme Help', $3)")
            .bind(account.0)
            .bind(mailbox.0)
            .bind(format!("help@{domain}"))
            .execute(&app.owner)
            .await?;
        sqlx::query("insert into mailbox_connections (account_id, mailbox_id) values ($1, $2)")
            .bind(account.0)
            .bind(mailbox.0)
            .execute(&app.owner)
            .await?;
        Ok(Self {
            bob: app.colleague(account, "Bob Boon", "bob@acme.test").await?,
            cas: app.colleague(account, "Cas Claes", "cas@acme.test").await?,
            jan: app
                .person(
                    account,
                    "Jan Janssen",
                    "jan@acme.test",
                    UserRole::User,
                    without,
                )
                .await?,
            app,
            account,
            ann,
            mailbox,
            domain,
        })
    }

    pub fn address(&self, local: &str) -> String {
        format!("{local}@{}", self.domain)
    }

    /// A letter of Carla, a client.
    pub fn letter(&self, subject: &str, text: &str) -> Letter {
        Letter {
            from: format!("Carla Client <{}>", self.address("carla")),
            subject: subject.to_owned(),
            text: text.to_owned(),
            id: format!("{}@client.test", Uuid::new_v4().simple()),
            head: Vec::new(),
        }
    }

    pub async fn take(&self, raw: &[u8]) -> Result<Taken> {
        let origin = Origin {
            account: self.account,
            mailbox: self.mailbox,
            uid: None,
        };
        Ok(take_in(&self.app.app, origin, raw).await?)
    }

    pub async fn arrives(&self, letter: &Letter) -> Result<Taken> {
        self.take(&letter.raw(&self.address("help"))).await
    }

    /// The ticket that a letter opens.
    pub async fn opened(&self, letter: &Letter) -> Result<RecordId> {
        match self.arrives(letter).await? {
            Taken::Opened(id) => Ok(id),
            other => anyhow::bail!("{other:?} instead of a new ticket"),
        }
    }

    pub async fn ticket(&self, subject: &str) -> Result<RecordId> {
        self.opened(&self.letter(subject, "Please help.")).await
    }

    /// A ticket as Ann sees it.
    pub async fn record(&self, id: RecordId) -> Result<Record> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        Ok(store::record(&mut tx, KIND, id).await?)
    }

    pub async fn shows(&self, id: RecordId, field: &str) -> Result<String> {
        Ok(self.record(id).await?.value(field).show(self.ann.language))
    }

    pub async fn value(&self, id: RecordId, field: &str) -> Result<Value> {
        Ok(self.record(id).await?.value(field).clone())
    }

    pub async fn assign(&self, by: &Actor, id: RecordId, to: Option<&Actor>) -> Result<()> {
        let was = self.record(id).await?.user(Role::AssignedTo);
        let choice = ChooseResponsible {
            kind: KIND,
            id,
            duty: Duty::Role(Role::AssignedTo),
            user: to.map(|one| one.user),
            was,
            confirmed: true,
        };
        store::set_responsible(self.app.database.begin(by).await?, choice).await?;
        Ok(())
    }

    pub async fn browser(&self, of: &Actor) -> Result<Browser<'_>> {
        self.app.browser_of(of).await
    }

    /// The newest that a reply can have seen.
    pub async fn newest(&self, id: RecordId) -> Result<String> {
        let newest: Uuid = sqlx::query_scalar(
            "select id from ticket_events where record_id = $1 and what in ('created', 'received', 'replied', 'noted')
             order by at desc, id desc limit 1",
        )
        .bind(id.0)
        .fetch_one(&self.app.owner)
        .await?;
        Ok(newest.to_string())
    }

    /// Somebody replies by the form, having seen everything.
    pub async fn reply(&self, by: &Actor, id: RecordId, values: &[(&str, &str)]) -> Result<()> {
        let (ticket, seen) = (id.to_string(), self.newest(id).await?);
        let mut all = vec![("id", ticket.as_str()), ("seen", seen.as_str())];
        all.extend_from_slice(values);
        let answer = self
            .browser(by)
            .await?
            .call("/api/reply_to_ticket", &all)
            .await?;
        ensure!(
            answer.status.is_success(),
            "{}: {}",
            answer.status,
            answer.body
        );
        Ok(())
    }

    pub async fn note(&self, by: &Actor, id: RecordId, body: &str) -> Result<()> {
        let id = id.to_string();
        let values = [("kind", "ticket"), ("id", id.as_str()), ("body", body)];
        let answer = self
            .browser(by)
            .await?
            .call("/api/save_note", &values)
            .await?;
        ensure!(
            answer.status.is_success(),
            "{}: {}",
            answer.status,
            answer.body
        );
        Ok(())
    }

    /// What lies in somebody's real mailbox, the oldest first, as it came.
    pub fn mailbox_of(&self, local: &str) -> Result<Vec<String>> {
        let folder = PathBuf::from(variable("STEWARD_TEST_MAILS")?)
            .join(self.address(local))
            .join("new");
        let Ok(entries) = std::fs::read_dir(folder) else {
            return Ok(Vec::new());
        };
        let mut mails = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let raw = std::fs::read_to_string(&path)?.replace("\r\n", "\n");
            mails.push((path.metadata()?.modified()?, raw));
        }
        mails.sort();
        Ok(mails.into_iter().map(|(_, raw)| raw).collect())
    }

    /// The same, once there are so many.
    pub async fn mails(&self, local: &str, n: usize) -> Result<Vec<String>> {
        eventually(async || {
            let mails = self.mailbox_of(local)?;
            ensure!(
                mails.len() == n,
                "{} mails to {local} instead of {n}",
                mails.len()
            );
            Ok(mails)
        })
        .await
    }
}

/// A header of a mail, in one line.
pub fn header<'a>(raw: &'a str, name: &str) -> Option<String> {
    let head: &'a str = raw.split("\n\n").next()?;
    let head = head.replace("\n\t", " ").replace("\n ", " ");
    head.lines().find_map(|line| {
        line.strip_prefix(&format!("{name}: "))
            .map(ToOwned::to_owned)
    })
}
