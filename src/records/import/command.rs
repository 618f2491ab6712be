//! `steward import`: reads the file, says on the standard error how far it is and on the standard output
//! what came of it, and writes the bad rows beside the file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use uuid::Uuid;

use crate::{
    model::{Actor, RecordKind},
    server::{
        actors,
        database::{Database, Telling},
        run::Opened,
    },
};

use super::{Order, Progress, Report, import};

/// What the command line asks for.
#[derive(Clone, Debug)]
pub struct Job {
    pub kind: RecordKind,
    pub file: PathBuf,
    /// The e-mail address of the user who imports.
    pub email: String,
    pub dry_run: bool,
}

pub async fn run(opened: &Opened, job: &Job) -> Result<()> {
    let bytes =
        fs::read(&job.file).with_context(|| format!("{} cannot be read", job.file.display()))?;
    let database = opened.database().await?;
    let done = as_user(&database, job, &bytes).await;
    database.close().await;
    done
}

async fn as_user(database: &Database, job: &Job, bytes: &[u8]) -> Result<()> {
    let actor = actors::by_email(database.api(), job.email.trim())
        .await?
        .with_context(|| format!("there is no active user {}", job.email))?;
    // One action, told a minute after its last batch.
    let database = &database.telling(Telling::PartOf(Uuid::now_v7()));
    let order = Order {
        kind: job.kind,
        bytes,
        dry_run: job.dry_run,
    };
    let mut written = None;
    let outcome = import(database, &actor, order, |progress| {
        written = Some(progress);
        show(progress);
    })
    .await;
    let report = outcome.map_err(|error| {
        let error = anyhow!(error.text(actor.language));
        match written.filter(|_| !job.dry_run) {
            Some(Progress { done, of }) => error.context(format!(
                "stopped after {done} of {of} rows; run it again to go on from there"
            )),
            None => error,
        }
    })?;
    print(&report, job, &actor);
    if report.bad.is_empty() || job.dry_run {
        return Ok(());
    }
    write_bad_rows(&report, job, &actor)
}

#[expect(clippy::print_stdout, reason = "it says where the file is")]
fn write_bad_rows(report: &Report, job: &Job, actor: &Actor) -> Result<()> {
    let beside = beside(&job.file);
    fs::write(&beside, report.bad_rows_file(actor.language)?)
        .with_context(|| format!("the bad rows could not be written to {}", beside.display()))?;
    println!("Bad rows, each with its reason: {}", beside.display());
    Ok(())
}

/// `companies.csv` → `companies.bad-rows.csv`, in the same folder.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_stem().unwrap_or_default().to_owned();
    name.push(".bad-rows.csv");
    file.with_file_name(name)
}

/// A file of one batch is done before anybody could read that it is under way.
fn show(progress: Progress) {
    if progress.of > super::BATCH {
        eprintln!("{} of {} rows", progress.done, progress.of);
    }
}

#[expect(
    clippy::print_stdout,
    reason = "it is what the person who ran the command wants to read"
)]
fn print(report: &Report, job: &Job, actor: &Actor) {
    let created = if job.dry_run {
        "would be created"
    } else {
        "created"
    };
    println!(
        "{} rows: {} {created}, {} known already, {} bad",
        report.rows,
        report.created,
        report.known_already,
        report.bad.len()
    );
    if !report.ignored.is_empty() {
        println!("Ignored columns: {}", report.ignored.join(", "));
    }
    if job.dry_run {
        for bad in &report.bad {
            println!(
                "Line {}: {}",
                bad.line,
                bad.reason(&report.catalogue, actor.language)
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_rows_lie_beside_their_file() {
        assert_eq!(
            beside(Path::new("/a/b/my.companies.csv")),
            Path::new("/a/b/my.companies.bad-rows.csv")
        );
        assert_eq!(beside(Path::new("deals")), Path::new("deals.bad-rows.csv"));
    }
}
