//! Shared mailboxes against the real mail servers that `bin/test` runs: Dovecot for IMAP and Exim for SMTP, over the same Maildirs, with
//! certificates for "localhost" by an authority of their own.

mod connections;
mod fetching;
mod leases;
mod proxy;
mod rights;
mod saving;
mod sending;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::support::{Answer, Browser, TestApp, eventually};
use crate::{
    mailbox::{
        fetch::{Origin, Pace, Sink, watch},
        store::mailboxes::fetched,
    },
    model::{AccountId, Actor, AppError, MailboxId},
    server::{config::Config, context::App, database::Logins},
};

/// Of everybody at the mail servers.
const MAIL_PASSWORD: &str = "steward-mail";
const SAVE: &str = "/api/save_mailbox";
const TEST: &str = "/api/test_mailbox";

/// The mail servers of the tests.
#[derive(Clone, Debug)]
struct Servers {
    /// The folder with the certificates.
    tls: PathBuf,
    smtp: u16,
    smtps: u16,
    imap: u16,
    imaps: u16,
}

fn servers() -> Result<Servers> {
    let told = std::env::var("STEWARD_TEST_IMAP")
        .context("STEWARD_TEST_IMAP is not set: run the tests by bin/test")?;
    let mut parts = told.rsplit(':');
    let mut port = || -> Result<u16> { Ok(parts.next().context("a port")?.parse()?) };
    let (imaps, imap, smtps, smtp) = (port()?, port()?, port()?, port()?);
    let tls = parts.next().context("a folder")?.into();
    Ok(Servers {
        tls,
        smtp,
        smtps,
        imap,
        imaps,
    })
}

/// As fast as the servers answer.
const QUICKLY: Pace = Pace {
    look: Duration::from_millis(50),
    lease: Duration::from_secs(30),
    poll: Duration::from_millis(50),
    first_pause: Duration::from_millis(20),
    longest_pause: Duration::from_millis(100),
};

/// What was taken in: for each message, which one and what it says.
#[derive(Clone, Default)]
struct Taken(Arc<Mutex<Vec<(Origin, String)>>>);

impl Taken {
    fn all(&self) -> Vec<(Origin, String)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The subjects, sorted.
    fn subjects(&self) -> Vec<String> {
        let subject = |raw: &str| {
            raw.lines()
                .find_map(|line| line.strip_prefix("Subject: ").map(ToOwned::to_owned))
        };
        let mut subjects: Vec<String> = self
            .all()
            .iter()
            .filter_map(|(_, raw)| subject(raw))
            .collect();
        subjects.sort();
        subjects
    }

    /// Takes in as the real one does: in one transaction, which counts the message first. `refuses` says what cannot be taken in.
    fn sink(&self, app: &App, refuses: fn(&str) -> Option<AppError>) -> Sink {
        let (this, database) = (self.clone(), app.database.clone());
        Arc::new(move |origin: Origin, bytes: Vec<u8>| {
            let (this, database) = (this.clone(), database.clone());
            Box::pin(async move {
                let raw = String::from_utf8_lossy(&bytes).into_owned();
                let mut tx = database.begin_work(origin.account).await?;
                let uid = origin.uid.ok_or(AppError::NotFound)?;
                if !fetched(&mut tx, origin.mailbox, uid).await? {
                    return Ok(());
                }
                if let Some(error) = refuses(&raw) {
                    return Err(error);
                }
                tx.commit().await?;
                this.0
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push((origin, raw));
                Ok(())
            })
        })
    }
}

/// A server that fetches until it is dropped.
struct Fetching(JoinHandle<()>);

impl Fetching {
    fn begin(app: &App, taken: &Taken) -> Self {
        Self::at(app, taken, QUICKLY)
    }

    fn at(app: &App, taken: &Taken, pace: Pace) -> Self {
        Self::refusing(app, taken, pace, |_| None)
    }

    fn refusing(
        app: &App,
        taken: &Taken,
        pace: Pace,
        refuses: fn(&str) -> Option<AppError>,
    ) -> Self {
        Self(tokio::spawn(watch(
            app.clone(),
            pace,
            taken.sink(app, refuses),
        )))
    }
}

impl Drop for Fetching {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// An account whose mailboxes no other test knows.
struct Office {
    app: TestApp,
    servers: Servers,
    domain: String,
    account: AccountId,
    ann: Actor,
}

impl Office {
    async fn new() -> Result<Self> {
        let at_hand = TestApp::new().await?;
        let servers = servers()?;
        let app = Self::server(at_hand.logins, &servers, |_| ()).await?;
        let (account, ann) = app.account("Acme").await?;
        let domain = format!("{}.test", Uuid::new_v4().simple());
        Ok(Self {
            app,
            servers,
            domain,
            account,
            ann,
        })
    }

    /// A server that trusts the authority of the mail servers; all of a database have one key.
    async fn server(
        logins: Logins,
        servers: &Servers,
        change: impl FnOnce(&mut Config),
    ) -> Result<TestApp> {
        let ca = servers.tls.join("ca.pem");
        let key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".to_owned();
        TestApp::configured(logins, "http://127.0.0.1:4000", |config| {
            config.mailbox_ca = Some(ca);
            config.secret_key = Some(crate::server::secrets::SecretKey(key));
            config.max_connections = 10;
            change(config);
        })
        .await
    }

    /// Another server on the same database.
    async fn beside(&self, change: impl FnOnce(&mut Config)) -> Result<TestApp> {
        Self::server(self.app.logins.clone(), &self.servers, change).await
    }

    async fn browser(&self) -> Result<Browser<'_>> {
        self.app.browser_of(&self.ann).await
    }

    fn address(&self, local: &str) -> String {
        format!("{local}@{}", self.domain)
    }

    /// What the form of a mailbox says, with something else in it.
    fn fields(&self, local: &str, others: &[(&str, &str)]) -> Vec<(String, String)> {
        let address = self.address(local);
        let port = self.servers.imaps.to_string();
        let mut fields = vec![
            ("name", local),
            ("address", &address),
            ("active", "on"),
            ("imap_host", "localhost"),
            ("imap_port", &port),
            ("imap_security", "tls"),
            ("imap_user", &address),
            ("imap_password", MAIL_PASSWORD),
            ("imap_folder", "INBOX"),
        ];
        fields.retain(|(name, _)| !others.iter().any(|(other, _)| other == name));
        fields.extend(others);
        fields
            .into_iter()
            .map(|(name, value)| (format!("fields[{name}]"), value.to_owned()))
            .collect()
    }

    /// Creates a mailbox by its form.
    async fn mailbox(&self, local: &str, others: &[(&str, &str)]) -> Result<MailboxId> {
        let mut browser = self.browser().await?;
        let answer = call(&mut browser, SAVE, &self.fields(local, others), &[]).await?;
        ensure!(
            answer.status == 200 || answer.status == 302,
            "{}: {}",
            answer.status,
            answer.body
        );
        let id =
            sqlx::query_scalar("select id from mailboxes where account_id = $1 and address = $2")
                .bind(self.account.0)
                .bind(self.address(local))
                .fetch_one(&self.app.owner)
                .await?;
        Ok(MailboxId(id))
    }

    /// Sends a message by the mail server, from somebody elsewhere.
    async fn send(&self, local: &str, subject: &str, text: &str) -> Result<()> {
        let message = Message::builder()
            .from(format!("client@{}", self.domain).parse()?)
            .to(self.address(local).parse()?)
            .subject(subject)
            .body(text.to_owned())?;
        let smtp = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1")
            .port(self.servers.smtp)
            .build();
        smtp.send(message).await?;
        Ok(())
    }

    /// What the database has of a mailbox's state.
    async fn state(&self, mailbox: MailboxId) -> Result<Kept> {
        let kept = sqlx::query_as(
            "select uid_validity, last_uid, checked_at is not null as checked, failing_since is not null as failing, problem, said,
               skipped, skipped_why, leased_by from mailbox_connections where mailbox_id = $1",
        );
        Ok(kept.bind(mailbox.0).fetch_one(&self.app.owner).await?)
    }

    /// The same, once it fails with this problem.
    async fn failing(&self, mailbox: MailboxId, problem: &str) -> Result<Kept> {
        eventually(async || {
            let kept = self.state(mailbox).await?;
            ensure!(
                kept.failing && kept.problem.as_deref() == Some(problem),
                "{kept:?}"
            );
            Ok(kept)
        })
        .await
    }

    /// The same, once everything is fetched.
    async fn working(&self, mailbox: MailboxId) -> Result<Kept> {
        eventually(async || {
            let kept = self.state(mailbox).await?;
            ensure!(
                kept.checked && !kept.failing && kept.problem.is_none(),
                "{kept:?}"
            );
            Ok(kept)
        })
        .await
    }
}

#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
struct Kept {
    uid_validity: Option<i64>,
    last_uid: i64,
    checked: bool,
    failing: bool,
    problem: Option<String>,
    said: Option<String>,
    skipped: i64,
    skipped_why: Option<String>,
    leased_by: Option<Uuid>,
}

/// Calls a function with the fields of a form and something more.
async fn call(
    browser: &mut Browser<'_>,
    function: &str,
    fields: &[(String, String)],
    more: &[(&str, &str)],
) -> Result<Answer> {
    let fields = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let values: Vec<_> = fields.chain(more.iter().copied()).collect();
    browser.call(function, &values).await
}

/// Waits until exactly these messages are taken in, by their subjects.
async fn subjects(taken: &Taken, wanted: &[&str]) -> Result<()> {
    eventually(async || {
        let found = taken.subjects();
        ensure!(found == wanted, "{found:?} instead of {wanted:?}");
        Ok(())
    })
    .await
}
