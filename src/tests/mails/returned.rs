//! A mail that came back, for the tests of bounces: by the report of a real mail server, which the program is given as it is called
//! by mail servers.

use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use chrono::{DateTime, Utc};
use sqlx::types::Uuid;

use super::{Post, mails, variable};
use crate::{
    model::{Actor, RecordId},
    notifications::{
        bounce::{Taken, take},
        report,
    },
};

/// A mail to somebody whose mailbox is gone, as it came back.
pub struct Returned {
    pub post: Post,
    pub gone: Actor,
    pub deal: RecordId,
    pub mail: Uuid,
    /// The report of the mail server.
    pub report: String,
}

impl Post {
    /// As [`Post::new`], where bounces are read.
    pub async fn reading_bounces() -> Result<Self> {
        let smtp_url = variable("STEWARD_TEST_SMTP")?;
        Self::configured(|config, domain| {
            config.smtp_url = Some(smtp_url);
            config.mail_bounces = Some(format!("bounces@{domain}"));
        })
        .await
    }

    /// What came back of a mail, once it has so many times.
    pub async fn returned(&self, mail: Uuid, times: usize) -> Result<String> {
        let address = self.address(&format!("bounces+{}", mail.simple()));
        let reports = mails(&address, times).await?;
        let last = reports.last().context("it came back")?;
        Ok(last.raw.clone())
    }

    /// Calls the program as mail servers do.
    pub fn bounce(&self, mail: &[u8]) -> Result<Output> {
        let database = self.app.logins.server.get_database().context("its name")?;
        let url = variable("DATABASE_URL")?.replace("/steward?", &format!("/{database}?"));
        pipe(&url, &[], mail)
    }
}

/// The program with a mail on its standard input.
pub fn pipe(database_url: &str, arguments: &[&str], mail: &[u8]) -> Result<Output> {
    let mut program = Command::new(variable("STEWARD_TEST_PROGRAM")?)
        .arg("bounce")
        .args(arguments)
        .env("DATABASE_URL", database_url)
        .env_remove("STEWARD_OWNER_URL")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut stdin = program.stdin.take().context("it reads")?;
    stdin.write_all(mail)?;
    drop(stdin);
    Ok(program.wait_with_output()?)
}

/// What it says of a mail on the standard error, once it is done with it.
pub fn said(output: Output, code: i32) -> Result<String> {
    let said = String::from_utf8(output.stderr)?;
    ensure!(
        output.status.code() == Some(code),
        "{} instead of {code}: {said}",
        output.status
    );
    Ok(said)
}

impl Returned {
    pub async fn new() -> Result<Self> {
        let post = Post::reading_bounces().await?;
        let gone = post
            .app
            .colleague(post.account, "Gone Away", &post.address("gone"))
            .await?;
        let deal = post.given("A deal", &gone).await?;
        post.taken("mail").await?;
        post.send(&gone, deal).await?;
        let kept = post.written_down(&gone).await?;
        ensure!(kept.len() == 1 && kept[0].sent, "{kept:?}");
        let mail = kept[0].id;
        Ok(Self {
            report: post.returned(mail, 1).await?,
            post,
            gone,
            deal,
            mail,
        })
    }

    /// How it stands: whether it counts as sent, how often it came back, and in how many minutes it is sent again.
    pub async fn stands(&self) -> Result<(bool, i32, Option<i64>)> {
        let row: (bool, i32, Option<DateTime<Utc>>, DateTime<Utc>) = sqlx::query_as(
            "select sent_at is not null, bounces, retry_at, now() from mails where id = $1",
        )
        .bind(self.mail)
        .fetch_one(&self.post.app.owner)
        .await?;
        let (sent, bounces, retry_at, now) = row;
        // A minute or so may have passed since it was planned.
        let minutes = retry_at.map(|at| ((at - now).num_seconds() + 59) / 60);
        Ok((sent, bounces, minutes))
    }

    /// The hour of the next try has come.
    pub async fn wait(&self) -> Result<()> {
        self.post
            .app
            .as_owner("update mails set retry_at = now() where retry_at is not null")
            .await
    }

    pub async fn send(&self) -> Result<()> {
        self.post.send(&self.gone, self.deal).await
    }

    pub async fn take(&self) -> Result<Taken> {
        let bounce = report::read(self.report.as_bytes()).map_err(anyhow::Error::msg)?;
        take(self.post.app.database.api(), &bounce).await
    }

    /// When the queue sends it again.
    pub async fn planned(&self) -> Result<Vec<DateTime<Utc>>> {
        let again = sqlx::query_scalar(
            "select j.run_at from graphile_worker._private_jobs j where j.key = 'again ' || $1::text",
        );
        Ok(again
            .bind(self.mail)
            .fetch_all(&self.post.app.owner)
            .await?)
    }
}
