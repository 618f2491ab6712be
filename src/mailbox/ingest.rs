//! `steward ingest`: messages are handed in from files, as if they had been fetched. Each comes into the mailbox that it was sent to.
//! For trying things out, for what a mail server pipes in, and for what was missed.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use uuid::Uuid;

use super::{Taken, fetch::Origin, message, take_in};
use crate::{
    model::{AccountId, MailboxId, RecordKind},
    server::{context::App, run::Opened},
};

/// A longer one no mail server would have let through.
const LONGEST: u64 = 100 * 1024 * 1024;

/// What the command line asks for.
#[derive(Debug)]
pub struct Job {
    /// "-": the standard input. Of a folder, every file in it whose name ends in `.eml`, in the order of their names.
    pub files: Vec<PathBuf>,
    /// The address of a mailbox, instead of whom the message was sent to.
    pub mailbox: Option<String>,
    /// Read and say what was read; write nothing.
    pub dry_run: bool,
}

/// How many messages became what.
#[derive(Debug, Default)]
struct Counts {
    opened: usize,
    added: usize,
    known: usize,
    ignored: usize,
}

/// Takes the messages in and says what became of them. What cannot be taken in ends it; those before stay.
pub async fn run(opened: &Opened, job: Job) -> Result<()> {
    let mut files = Vec::new();
    for file in &job.files {
        files.extend(below(file)?);
    }
    let app = App::new(opened.database().await?, Arc::new(opened.config.clone()))?;
    let began = Instant::now();
    let counts = all(&app, &job, &files).await;
    app.database.close().await;
    let (counts, seconds) = (counts?, began.elapsed().as_secs_f64());
    if files.len() > 1 {
        let Counts {
            opened,
            added,
            known,
            ignored,
        } = counts;
        let a_second = files.len() as f64 / seconds.max(f64::EPSILON);
        tracing::info!(
            opened,
            added,
            known,
            ignored,
            "{} messages, {a_second:.0} a second",
            files.len()
        );
    }
    Ok(())
}

fn below(file: &Path) -> Result<Vec<PathBuf>> {
    if !file.is_dir() {
        return Ok(vec![file.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(file)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "eml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

async fn all(app: &App, job: &Job, files: &[PathBuf]) -> Result<Counts> {
    let mut counts = Counts::default();
    for file in files {
        let path = file.clone();
        let raw = tokio::task::spawn_blocking(move || whole(&path)).await??;
        if job.dry_run {
            let read = message::read(&raw);
            let (subject, text) = (read.subject, read.text.chars().count());
            tracing::debug!(subject, text, attachments = read.attachments.len(), "read");
            continue;
        }
        let taken = take(app, job, &raw).await;
        let taken = taken.with_context(|| file.display().to_string())?;
        counts.add(taken);
        if files.len() == 1 {
            told(taken);
        }
    }
    Ok(counts)
}

impl Counts {
    fn add(&mut self, taken: Taken) {
        let count = match taken {
            Taken::Opened(_) => &mut self.opened,
            Taken::Added(_) => &mut self.added,
            Taken::Known => &mut self.known,
            Taken::Ignored => &mut self.ignored,
        };
        *count += 1;
    }
}

fn told(taken: Taken) {
    match taken {
        Taken::Opened(id) => {
            tracing::info!(address = %RecordKind::Ticket.address(id), "a ticket was opened");
        }
        Taken::Added(id) => {
            tracing::info!(address = %RecordKind::Ticket.address(id), "the message was added to its ticket");
        }
        Taken::Known => tracing::info!("this message was taken in before"),
        Taken::Ignored => {
            tracing::info!("an automatic answer that belongs to no ticket is let go");
        }
    }
}

fn whole(file: &Path) -> Result<Vec<u8>> {
    let mut raw = Vec::new();
    if file == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(LONGEST)
            .read_to_end(&mut raw)?;
    } else {
        let opened = std::fs::File::open(file);
        let opened = opened.with_context(|| format!("cannot open {}", file.display()))?;
        opened.take(LONGEST).read_to_end(&mut raw)?;
    }
    Ok(raw)
}

async fn take(app: &App, job: &Job, raw: &[u8]) -> Result<Taken> {
    let (account, mailbox) = match &job.mailbox {
        Some(address) => match mailboxes(app, std::slice::from_ref(address))
            .await?
            .as_slice()
        {
            [one] => *one,
            [] => bail!("there is no mailbox with the address {address}"),
            _ => bail!("several accounts have a mailbox with the address {address}"),
        },
        None => sent_to(app, raw).await?,
    };
    let origin = Origin {
        account: AccountId(account),
        mailbox: MailboxId(mailbox),
        uid: None,
    };
    Ok(take_in(app, origin, raw).await?)
}

/// The mailbox that a message was sent to, else that of the demo.
async fn sent_to(app: &App, raw: &[u8]) -> Result<(Uuid, Uuid)> {
    let incoming = message::read(raw);
    let to = incoming.to.iter().chain(&incoming.cc);
    let addresses: Vec<String> = to.map(|party| party.email.clone()).collect();
    if let Some(one) = mailboxes(app, &addresses).await?.first() {
        return Ok(*one);
    }
    let demo: Option<(Uuid, Uuid)> =
        sqlx::query_as("select account_id, id from api.demo_mailbox()")
            .fetch_optional(app.database.api())
            .await?;
    demo.context(
        "it was sent to no mailbox that is known here: say which one with --mailbox ADDRESS",
    )
}

/// Those of all accounts with one of these addresses, in the order of the addresses.
async fn mailboxes(app: &App, addresses: &[String]) -> Result<Vec<(Uuid, Uuid)>> {
    Ok(
        sqlx::query_as("select account_id, id from api.mailboxes_of($1)")
            .bind(addresses)
            .fetch_all(app.database.api())
            .await?,
    )
}
