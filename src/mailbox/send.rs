//! Sends the replies that wait: jobs of the queue, one after the other for each ticket. A reply has its id before it is sent, so that
//! one which is sent twice, because a server died in between, is one to every mail program.

use std::time::Duration;

use chrono::{DateTime, Utc};
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use lettre::Message;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, types::Json};
use uuid::Uuid;

use super::{
    message::compose::{self, compose},
    smtp,
    store::messages,
};
use crate::{
    model::{AccountId, AppError, Language, MailboxId, RecordId, tickets::Party},
    server::context::App,
};

/// What stands behind the at sign in our own name for a message that has none.
pub(super) const WITHOUT_ID: &str = "without-id";
/// After so many tries for nothing somebody has to look.
const TRIES: i32 = 8;
/// The pause after the first; twice as long after each further one.
const PAUSE: Duration = Duration::from_secs(30);

/// Sends one reply.
#[derive(Debug, Serialize, Deserialize)]
struct Reply {
    account: AccountId,
    ticket: RecordId,
    message: Uuid,
}

/// What every server does for the queue.
pub fn define(options: WorkerOptions) -> WorkerOptions {
    options.define_job::<Reply>()
}

impl TaskHandler for Reply {
    const IDENTIFIER: &'static str = "reply";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = context.get_ext::<App>().cloned();
        let app = app.ok_or_else(|| "a job runs without its server".to_owned())?;
        send(&app, &self).await.map_err(|error| {
            tracing::warn!(job = Self::IDENTIFIER, %error, "a job failed and will be tried again");
            error.to_string()
        })
    }
}

/// A reply that waits.
struct Waiting {
    mailbox: MailboxId,
    attempts: i32,
    mail: compose::Outgoing,
}

async fn send(app: &App, job: &Reply) -> Result<(), AppError> {
    let Some(waiting) = waiting(app, job).await? else {
        return Ok(());
    };
    let (mailbox, attempts) = (waiting.mailbox, waiting.attempts);
    let mail = match compose(waiting.mail) {
        Ok(mail) => mail,
        // Nor could it be the next time.
        Err(error) => {
            let why = error.text(Language::En);
            return failed(app, job, &why, true, attempts).await;
        }
    };
    let outgoing = smtp::Outgoing {
        envelope: mail.envelope().clone(),
        bytes: Message::formatted(&mail),
    };
    match smtp::send(app, job.account, mailbox, &outgoing).await? {
        Ok(()) => sent(app, job).await,
        Err(problem) => {
            let said = problem.trouble.said.clone().unwrap_or_default();
            let gives_up = problem.for_good || attempts + 1 >= TRIES;
            failed(app, job, &said, gives_up, attempts).await
        }
    }
}

/// The reply, where it is still to be sent.
async fn waiting(app: &App, job: &Reply) -> Result<Option<Waiting>, AppError> {
    let mut tx = app.database.begin_work(job.account).await?;
    let row = sqlx::query(
        "select m.mailbox_id, m.attempts, m.from_name, m.from_email, m.recipients, m.copies, m.subject, m.message_id, m.body, m.at
         from ticket_messages m
         where m.account_id = $1 and m.record_id = $2 and m.id = $3 and m.way = 'out' and m.state = 'waiting' and m.mailbox_id is not null",
    )
    .bind(job.account.0)
    .bind(job.ticket.0)
    .bind(job.message)
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(None) };
    // Of what was written before, what the client has: his own messages, and ours that went.
    let before: Vec<(String, String)> = sqlx::query_as(
        "select message_id, way from ticket_messages
         where account_id = $1 and record_id = $2 and id <> $3 and at < $4 and message_id not like '%@' || $5 order by at, id",
    )
    .bind(job.account.0)
    .bind(job.ticket.0)
    .bind(job.message)
    .bind(row.try_get::<DateTime<Utc>, _>("at")?)
    .bind(WITHOUT_ID)
    .fetch_all(tx.connection())
    .await?;
    let files: Vec<(String, String, Uuid)> = sqlx::query_as(
        "select name, media_type, file from ticket_attachments
         where account_id = $1 and record_id = $2 and message_id = $3 order by n",
    )
    .bind(job.account.0)
    .bind(job.ticket.0)
    .bind(job.message)
    .fetch_all(tx.connection())
    .await?;
    let before: Vec<_> = before
        .into_iter()
        .filter(|(id, _)| compose::is_id(id))
        .collect();
    tx.commit().await?;
    let mut attachments = Vec::with_capacity(files.len());
    for (name, media_type, file) in files {
        attachments.push(compose::File {
            name,
            media_type,
            bytes: app.files.get(job.account, file).await?,
        });
    }
    let answered = before.iter().rev().find(|(_, way)| way == "in");
    let Json(to): Json<Vec<Party>> = row.try_get("recipients")?;
    let Json(cc): Json<Vec<Party>> = row.try_get("copies")?;
    let from = Party {
        name: row
            .try_get::<Option<String>, _>("from_name")?
            .unwrap_or_default(),
        email: row
            .try_get::<Option<String>, _>("from_email")?
            .unwrap_or_default(),
    };
    Ok(Some(Waiting {
        mailbox: MailboxId(row.try_get("mailbox_id")?),
        attempts: row.try_get("attempts")?,
        mail: compose::Outgoing {
            from,
            to,
            cc,
            subject: row.try_get("subject")?,
            message_id: row.try_get("message_id")?,
            in_reply_to: answered.map(|(id, _)| id.clone()),
            references: before.iter().map(|(id, _)| id.clone()).collect(),
            text: row.try_get("body")?,
            attachments,
            at: row.try_get("at")?,
        },
    }))
}

async fn sent(app: &App, job: &Reply) -> Result<(), AppError> {
    let mut tx = app.database.begin_work(job.account).await?;
    sqlx::query(
        "update ticket_messages set state = 'sent', went_at = now(), problem = null
         where account_id = $1 and record_id = $2 and id = $3",
    )
    .bind(job.account.0)
    .bind(job.ticket.0)
    .bind(job.message)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// Notes what the mail server said, and plans the next try unless there is none.
async fn failed(
    app: &App,
    job: &Reply,
    said: &str,
    gives_up: bool,
    attempts: i32,
) -> Result<(), AppError> {
    let mut tx = app.database.begin_work(job.account).await?;
    sqlx::query(
        "update ticket_messages set attempts = attempts + 1, problem = $4, state = case when $5 then 'failed' else state end
         where account_id = $1 and record_id = $2 and id = $3",
    )
    .bind(job.account.0)
    .bind(job.ticket.0)
    .bind(job.message)
    .bind(said)
    .bind(gives_up)
    .execute(tx.connection())
    .await?;
    if !gives_up {
        let pause = PAUSE.saturating_mul(1 << attempts.clamp(0, 10));
        messages::plan(tx.connection(), job.ticket, job.message, Some(pause)).await?;
    }
    tx.commit().await
}
