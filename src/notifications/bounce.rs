//! `steward bounce`: a mail server hands over a mail that came to the address of bounces. One of ours that came back is planned
//! again, and everything else is let go in silence, since whoever answers a bounce begins a loop.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use sqlx::PgPool;
use tokio::task::spawn_blocking;

use super::report::{self, Bounce};
use crate::server::run::Opened;

/// `EX_TEMPFAIL`: the mail server keeps the mail, and hands it over again later.
pub const TRY_AGAIN: u8 = 75;

/// A report begins with what we want to know; what it returns of a mail may be long.
const LONGEST: u64 = 1024 * 1024;

/// What became of a bounce.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// The mail is sent again later.
    Planned,
    /// It came back too often; the account's admins see it.
    GivenUp,
    /// It was counted before, or the mail is not to be sent any more.
    Counted,
    /// It came back before we wrote down that it was sent.
    Early,
    /// There is no such mail.
    Unknown,
}

/// Takes the mail in a file, or on the standard input. The exit code is for the mail server: [`TRY_AGAIN`] where it is to hand the
/// mail over again, which an error means as well, and success for whatever else it was.
pub async fn run(opened: &Opened, file: Option<PathBuf>) -> Result<ExitCode> {
    let raw = spawn_blocking(move || beginning(file)).await??;
    // In a task, so that a mail over which its reader stumbles is one that it could not read.
    let bounce = match spawn_blocking(move || report::read(&raw)).await {
        Ok(Ok(bounce)) => bounce,
        Ok(Err(why)) => return Ok(let_go(why)),
        Err(_) => return Ok(let_go("it cannot be read")),
    };
    let database = opened.database().await?;
    let taken = take(database.api(), &bounce).await;
    database.close().await;
    let (mail, why) = (bounce.mail, bounce.why);
    match taken? {
        Taken::Planned => tracing::info!(%mail, why, "a mail came back and will be sent again"),
        Taken::GivenUp => tracing::warn!(%mail, why, "a mail came back and is given up"),
        Taken::Counted => tracing::info!(%mail, "a mail came back for which nothing is to be done"),
        Taken::Unknown => tracing::info!(%mail, "a mail came back that is not known"),
        Taken::Early => {
            tracing::warn!(%mail, "a mail came back that is not known to be sent yet; asking for it again");
            return Ok(ExitCode::from(TRY_AGAIN));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn let_go(why: &'static str) -> ExitCode {
    tracing::info!(why, "a mail to the address of bounces is let go");
    ExitCode::SUCCESS
}

/// Its beginning; the rest is read as well, since a mail server takes a pipe that closes early for a failure.
fn beginning(file: Option<PathBuf>) -> Result<Vec<u8>> {
    let mut from: Box<dyn Read> = match &file {
        Some(path) => {
            let opened = File::open(path);
            Box::new(opened.with_context(|| format!("cannot open {}", path.display()))?)
        }
        None => Box::new(io::stdin().lock()),
    };
    let mut raw = Vec::new();
    from.by_ref().take(LONGEST).read_to_end(&mut raw)?;
    io::copy(&mut from, &mut io::sink())?;
    Ok(raw)
}

/// Takes note that a mail came back. However often the same bounce arrives, it counts once.
pub async fn take(api: &PgPool, bounce: &Bounce) -> Result<Taken> {
    let taken: String = sqlx::query_scalar("select api.mail_bounced($1, $2)")
        .bind(bounce.mail)
        .bind(&bounce.why)
        .fetch_one(api)
        .await
        .context("the database could not take note of a bounce")?;
    Ok(match taken.as_str() {
        "planned" => Taken::Planned,
        "given_up" => Taken::GivenUp,
        "counted" => Taken::Counted,
        "early" => Taken::Early,
        "unknown" => Taken::Unknown,
        other => bail!("the database is newer than this program: it says {other:?} of a bounce"),
    })
}
