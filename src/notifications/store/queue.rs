//! How the queue stands, as an account's admins see it: how much waits, what could not be sent and why, and trying it again.

use chrono::{DateTime, NaiveDate, Utc};
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

/// Sends a mail that was given up once more.
pub async fn retry_mail(mut tx: Viewing, id: Uuid) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let found: Option<(Uuid, Option<Uuid>, Option<NaiveDate>)> = sqlx::query_as(
        "select user_id, record_id, digest_on from mails where account_id = $1 and id = $2 and failed_at is not null for update",
    )
    .bind(account)
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    let (user, record, day) = found.ok_or(AppError::NotFound)?;
    let mut tx = tx
        .write(crate::server::database::Reached::setting())
        .await?;
    sqlx::query(
        "update mails set failed_at = null, attempts = 0 where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "select case when $4::date is null
           then enqueue('mail', json_build_object('account', $1::uuid, 'user', $2::uuid, 'record', $3::uuid),
             concat_ws(' ', 'mail', $2::uuid, $3::uuid), now(), false, concat_ws(' ', 'mail', $2::uuid))
           else enqueue('digest', json_build_object('account', $1::uuid, 'user', $2::uuid, 'day', $4::date),
             concat_ws(' ', 'digest', $2::uuid, $4::date), now(), false, concat_ws(' ', 'mail', $2::uuid)) end",
    )
    .bind(account)
    .bind(user)
    .bind(record)
    .bind(day)
    .execute(tx.connection())
    .await?;
    tx.commit().await
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
