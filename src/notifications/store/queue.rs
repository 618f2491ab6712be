//! How the queue stands, as an account's admins see it: how much waits, what could not be sent and why, and trying it again.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    model::{
        AppError,
        notifications::{FailedJob, FailedMail, QueueState},
    },
    server::database::{Database, Viewing},
};

/// What is shown of it at most.
const LATEST: i64 = 100;

/// How the account's jobs stand. The caller is one of its admins.
pub async fn state(database: &Database, tx: &mut Viewing) -> Result<QueueState, AppError> {
    let actor = tx.actor().clone();
    let account = actor.account.0;
    let (waiting, oldest): (i64, Option<DateTime<Utc>>) =
        sqlx::query_as("select own, oldest from api.jobs_waiting($1)")
            .bind(account)
            .fetch_one(database.api())
            .await?;
    let jobs: Vec<(i64, String, DateTime<Utc>, i32)> =
        sqlx::query_as("select id, task, at, attempts from api.jobs_failed($1)")
            .bind(account)
            .fetch_all(database.api())
            .await?;
    let job = |(id, task, at, attempts)| FailedJob {
        id,
        task,
        at: actor.local(at),
        attempts,
    };
    Ok(QueueState {
        waiting,
        late: oldest.map(|at| actor.local(at)),
        mails: mails(tx).await?,
        jobs: jobs.into_iter().map(job).collect(),
    })
}

type MailRow = (
    Uuid,
    String,
    String,
    DateTime<Utc>,
    i32,
    Option<String>,
    bool,
);

/// Those that were given up, and those that a mail server has refused so far.
async fn mails(tx: &mut Viewing) -> Result<Vec<FailedMail>, AppError> {
    let actor = tx.actor().clone();
    let rows: Vec<MailRow> = sqlx::query_as(
        "select m.id, u.full_name, u.email, m.at, m.attempts, m.error, m.failed_at is not null
         from mails m join users u on u.account_id = m.account_id and u.id = m.user_id
         where m.account_id = $1 and m.sent_at is null and m.dropped_at is null and m.error is not null
         order by m.failed_at is null, m.at desc limit $2",
    )
    .bind(actor.account.0)
    .bind(LATEST)
    .fetch_all(tx.connection())
    .await?;
    let mail = |(id, to, email, at, attempts, error, given_up): MailRow| FailedMail {
        id,
        to,
        email,
        at: actor.local(at),
        attempts,
        error: error.unwrap_or_default(),
        given_up,
    };
    Ok(rows.into_iter().map(mail).collect())
}

/// Does a job that was given up once more.
pub async fn retry_job(database: &Database, tx: &Viewing, id: i64) -> Result<(), AppError> {
    let again: bool = sqlx::query_scalar("select api.job_retry($1, $2)")
        .bind(tx.actor().account.0)
        .bind(id)
        .fetch_one(database.api())
        .await?;
    if again {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}
