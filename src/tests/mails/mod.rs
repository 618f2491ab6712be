//! From what happens to a mail in a real mailbox: through the mail server that `bin/test` runs for the tests, which puts what it
//! takes into a Maildir for each address, refuses `refused@…` for good and `later@…` for now, and sends back what goes to `gone@…`.

mod bounces;
mod digests;
mod failures;
mod letters;
mod no_bounces;
mod returned;

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, Result, ensure};
use mail_parser::MessageParser;
use serde_json::Value;
use uuid::Uuid;

use super::support::{Browser, TestApp, eventually};
use crate::{
    model::{
        AccountId, Actor, Duty, RecordId, RecordKind, Role, UserId,
        notifications::{Channels, Event},
    },
    notifications::{Due, send, tell},
    records::store::{self, ChooseResponsible},
    server::config::Config,
};

/// How long a mail waits for others about its record.
const WAIT: Duration = Duration::from_secs(120);

fn variable(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set: run the tests by bin/test"))
}

/// A mail as it lies in a mailbox.
#[derive(Clone, Debug)]
struct Received {
    raw: String,
    from: String,
    /// Name and address.
    to: (String, String),
    subject: String,
    id: String,
    text: String,
    html: String,
}

impl Received {
    fn read(raw: String) -> Result<Self> {
        let mail = MessageParser::default()
            .parse(raw.as_bytes())
            .context("it is a mail")?;
        let to = mail
            .to()
            .and_then(|to| to.first())
            .context("it is to somebody")?;
        let from = mail
            .from()
            .and_then(|from| from.first())
            .context("it is from somebody")?;
        Ok(Self {
            from: from.address().unwrap_or_default().to_owned(),
            to: (
                to.name().unwrap_or_default().to_owned(),
                to.address().unwrap_or_default().to_owned(),
            ),
            subject: mail.subject().unwrap_or_default().to_owned(),
            id: mail.message_id().unwrap_or_default().to_owned(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            html: mail.body_html(0).unwrap_or_default().into_owned(),
            raw,
        })
    }

    /// A header as it was sent, in one line.
    fn header(&self, name: &str) -> Option<String> {
        let head = self
            .raw
            .split("\n\n")
            .next()?
            .replace("\n\t", " ")
            .replace("\n ", " ");
        let line = head
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")))?;
        Some(line.to_owned())
    }
}

/// What lies in somebody's mailbox, the oldest first.
fn mailbox(address: &str) -> Result<Vec<Received>> {
    let folder = PathBuf::from(variable("STEWARD_TEST_MAILS")?)
        .join(address.to_lowercase())
        .join("new");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        return Ok(Vec::new());
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        paths.push((path.metadata()?.modified()?, path));
    }
    paths.sort();
    let mails = paths.into_iter();
    mails
        .map(|(_, path)| Received::read(std::fs::read_to_string(path)?.replace("\r\n", "\n")))
        .collect()
}

/// The same, once there are so many: what a mail server has taken it delivers a moment later.
async fn mails(address: &str, n: usize) -> Result<Vec<Received>> {
    eventually(async || {
        let mails = mailbox(address)?;
        ensure!(
            mails.len() >= n,
            "{} of {n} mails to {address}",
            mails.len()
        );
        ensure!(
            mails.len() == n,
            "{} mails to {address} instead of {n}",
            mails.len()
        );
        Ok(mails)
    })
    .await
}

/// An account whose people have mailboxes that no other test knows.
struct Post {
    app: TestApp,
    domain: String,
    account: AccountId,
    ann: Actor,
    bob: Actor,
}

impl Post {
    /// Sends through the real mail server.
    async fn new() -> Result<Self> {
        Self::by(Some(variable("STEWARD_TEST_SMTP")?)).await
    }

    async fn by(smtp_url: Option<String>) -> Result<Self> {
        Self::configured(|config, _| config.smtp_url = smtp_url).await
    }

    /// With something else in its environment, which may depend on the domain of its people.
    async fn configured(change: impl FnOnce(&mut Config, &str)) -> Result<Self> {
        let at_hand = TestApp::new().await?;
        let base_url = at_hand.config.base_url.clone();
        let domain = format!("{}.test", Uuid::new_v4().simple());
        let change = |config: &mut Config| change(config, &domain);
        let app = TestApp::configured(at_hand.logins, &base_url, change).await?;
        let (account, ann) = app.account("Acme").await?;
        let bob = app
            .colleague(account, "Bob Boon", &format!("bob@{domain}"))
            .await?;
        Ok(Self {
            app,
            domain,
            account,
            ann,
            bob,
        })
    }

    /// Another server on the same database, which sends elsewhere.
    async fn beside(&self, smtp_url: &str) -> Result<TestApp> {
        let change = |config: &mut Config| config.smtp_url = Some(smtp_url.to_owned());
        TestApp::configured(self.app.logins.clone(), &self.app.config.base_url, change).await
    }

    fn address(&self, local: &str) -> String {
        format!("{local}@{}", self.domain)
    }

    /// A deal of a customer of its own, which happens to nobody but Ann.
    async fn deal(&self, title: &str) -> Result<RecordId> {
        let customer = self
            .app
            .company(&self.ann, &format!("Customer of {title}"))
            .await?;
        let id = self.app.deal(&self.ann, title, customer, &self.ann).await?;
        self.tell().await?;
        Ok(id)
    }

    /// Gives a deal to somebody, as its picker does; nobody is told yet.
    async fn assign(&self, deal: RecordId, was: &Actor, to: &Actor) -> Result<()> {
        let choice = ChooseResponsible {
            kind: RecordKind::Deal,
            id: deal,
            duty: Duty::Role(Role::AssignedTo),
            user: Some(to.user),
            was: Some(was.user),
            confirmed: true,
        };
        let tx = self.app.database.begin(&self.ann).await?;
        store::set_responsible(tx, choice).await?;
        Ok(())
    }

    /// Gives a deal of Ann's to somebody, and tells.
    async fn given(&self, title: &str, to: &Actor) -> Result<RecordId> {
        let deal = self.deal(title).await?;
        self.assign(deal, &self.ann, to).await?;
        self.tell().await?;
        Ok(deal)
    }

    async fn browser(&self) -> Result<Browser<'_>> {
        self.app.browser_of(&self.ann).await
    }

    /// What waits in the queue for a task.
    async fn queued(&self, task: &str) -> Result<Vec<Value>> {
        Ok(sqlx::query_scalar(
            "select j.payload::jsonb from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
             where t.identifier = $1 order by j.id",
        )
        .bind(task)
        .fetch_all(&self.app.owner)
        .await?)
    }

    /// Takes what waits for a task out of the queue, as a worker does that did it.
    async fn taken(&self, task: &str) -> Result<Vec<Value>> {
        let jobs = self.queued(task).await?;
        sqlx::query(
            "delete from graphile_worker._private_jobs where task_id = (select id from graphile_worker._private_tasks where identifier = $1)",
        )
        .bind(task)
        .execute(&self.app.owner)
        .await?;
        Ok(jobs)
    }

    /// Tells of everything that happened so far.
    async fn tell(&self) -> Result<()> {
        for job in self.taken("tell").await? {
            let action = serde_json::from_value(job["action"].clone())?;
            tell(&self.app.database, self.account, action, WAIT).await?;
        }
        Ok(())
    }

    /// Sends what is to be sent of one record, as the job of the queue does.
    async fn send(&self, to: &Actor, record: RecordId) -> Result<()> {
        send(
            &self.app.app,
            self.account,
            to.user,
            Due::Record(Some(record.0)),
        )
        .await
    }

    async fn choose(&self, user: UserId, event: Event, channels: Channels) -> Result<()> {
        sqlx::query(
            "insert into notification_choices (account_id, user_id, event, in_app, by_mail, in_digest) values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(self.account.0)
        .bind(user.0)
        .bind(event.code())
        .bind(channels.in_app)
        .bind(channels.mail)
        .bind(channels.digest)
        .execute(&self.app.owner)
        .await?;
        Ok(())
    }

    /// One mail as it is written down: its id, how often it was tried, what became of it, and what the mail server said.
    async fn written_down(&self, to: &Actor) -> Result<Vec<Kept>> {
        let kept = sqlx::query_as(
            "select id, attempts, error, sent_at is not null as sent, dropped_at is not null as dropped, failed_at is not null as failed,
               events, secret from mails where user_id = $1 order by at, id",
        );
        Ok(kept.bind(to.user.0).fetch_all(&self.app.owner).await?)
    }
}

#[derive(Debug, sqlx::FromRow)]
struct Kept {
    id: Uuid,
    attempts: i32,
    error: Option<String>,
    sent: bool,
    dropped: bool,
    failed: bool,
    events: Vec<String>,
    secret: Uuid,
}

const BY_MAIL: Channels = Channels {
    in_app: true,
    mail: true,
    digest: false,
};
const IN_DIGEST: Channels = Channels {
    in_app: true,
    mail: false,
    digest: true,
};
