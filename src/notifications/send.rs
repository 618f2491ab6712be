//! From notifications that wait to a mail in somebody's mailbox. What is in a mail is written down first, so that sending it again
//! sends the same; what he may open no more is left out when it is sent.

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{FromRow, PgConnection};
use uuid::Uuid;

use super::{letter, store};
use crate::{
    model::{
        AccountId, AppError, UserId,
        notifications::{Event, Notification},
    },
    server::{
        actors,
        context::App,
        database::{Database, Reached, Viewing, Working},
    },
};

/// A server that is away is asked so often, at growing intervals: for some days.
const TRIES: i32 = 18;
/// One that says no for good is asked again only in case that it was mistaken.
const TRIES_AFTER_NO: i32 = 3;

/// So many notifications are in one mail at most; what waits beyond them comes in the next.
const IN_ONE: i64 = 200;

/// What is to be sent.
#[derive(Clone, Copy, Debug)]
pub enum Due {
    /// What happened to one record; none: to several at once.
    Record(Option<Uuid>),
    Digest(NaiveDate),
}

impl Due {
    const fn parts(self) -> (Option<Uuid>, Option<NaiveDate>) {
        match self {
            Self::Record(record) => (record, None),
            Self::Digest(day) => (None, Some(day)),
        }
    }
}

/// Puts what is to be sent into the queue, once however often it is asked for; `keep` leaves a time that was planned before.
pub async fn plan(
    connection: &mut PgConnection,
    account: AccountId,
    user: UserId,
    due: Due,
    (run_at, keep): (DateTime<Utc>, bool),
) -> Result<(), AppError> {
    let (record, day) = due.parts();
    let task = match due {
        Due::Record(_) => "mail",
        Due::Digest(_) => "digest",
    };
    // As api.digests_plan writes it; what the other task has no use for it does not read.
    sqlx::query(
        "select enqueue($1, json_strip_nulls(json_build_object('account', $2::uuid, 'user', $3::uuid, 'record', $4::uuid, 'day', $5::date)),
           concat_ws(' ', $1::text, $3::uuid, $4::uuid, $5::date), $6, $7, concat_ws(' ', 'mail', $3::uuid))",
    )
    .bind(task)
    .bind(account.0)
    .bind(user.0)
    .bind(record)
    .bind(day)
    .bind(run_at)
    .bind(keep)
    .execute(connection)
    .await?;
    Ok(())
}

/// Sends a mail that was given up once more.
pub async fn retry(mut tx: Viewing, id: Uuid) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let found: Option<(Uuid, Option<Uuid>, Option<NaiveDate>)> = sqlx::query_as(
        "select user_id, record_id, digest_on from mails where account_id = $1 and id = $2 and failed_at is not null for update",
    )
    .bind(account)
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    let (user, record, day) = found.ok_or(AppError::NotFound)?;
    let mut tx = tx.write(Reached::setting()).await?;
    sqlx::query(
        "update mails set failed_at = null, attempts = 0, bounces = 0, retry_at = null where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id)
    .execute(tx.connection())
    .await?;
    let due = match day {
        Some(day) => Due::Digest(day),
        None => Due::Record(record),
    };
    let account = tx.actor().account;
    plan(
        tx.connection(),
        account,
        UserId(user),
        due,
        (Utc::now(), false),
    )
    .await?;
    tx.commit().await
}

/// A mail that is written down.
#[derive(Clone, Debug, FromRow)]
pub struct Letter {
    pub id: Uuid,
    pub secret: Uuid,
    pub digest_on: Option<NaiveDate>,
    pub record_id: Option<Uuid>,
    attempts: i32,
}

/// How sending a mail ended.
enum Ended {
    Sent,
    /// Nothing of it could be told any more.
    Dropped,
    /// The mail server's words.
    Failed {
        why: String,
        given_up: bool,
    },
}

/// Sends everything of this kind that waits for this user; an error where it is to be tried again later.
pub async fn send(app: &App, account: AccountId, user: UserId, due: Due) -> Result<()> {
    while let Some(letter) = claim(&app.database, account, user, due).await? {
        let ended = deliver(app, account, user, &letter).await?;
        settle(&app.database, account, &letter, &ended).await?;
        if let Ended::Failed {
            why,
            given_up: false,
        } = ended
        {
            bail!("the mail server did not take a mail: {why}");
        }
    }
    Ok(())
}

/// The mail that a worker before began, else a new one with all that waits; none where nothing does.
async fn claim(
    database: &Database,
    account: AccountId,
    user: UserId,
    due: Due,
) -> Result<Option<Letter>, AppError> {
    let (record, day) = due.parts();
    let mut tx = database.begin_work(account).await?;
    let begun: Option<Letter> = sqlx::query_as(
        "select id, secret, digest_on, record_id, attempts from mails
         where account_id = $1 and user_id = $2 and record_id is not distinct from $3 and digest_on is not distinct from $4
           and sent_at is null and dropped_at is null and failed_at is null and (retry_at is null or retry_at <= now())
         order by at limit 1",
    )
    .bind(account.0)
    .bind(user.0)
    .bind(record)
    .bind(day)
    .fetch_optional(tx.connection())
    .await?;
    if begun.is_some() {
        return Ok(begun);
    }
    let ids = waiting(&mut tx, user, due).await?;
    if ids.is_empty() {
        return Ok(None);
    }
    let letter: Option<Letter> = sqlx::query_as(
        "insert into mails (account_id, id, user_id, digest_on, record_kind, record_id)
         select $1, $2, $3, $4, (select record_kind from notifications where account_id = $1 and user_id = $3 and record_id = $5 limit 1), $5
         on conflict do nothing returning id, secret, digest_on, record_id, attempts",
    )
    .bind(account.0)
    .bind(Uuid::now_v7())
    .bind(user.0)
    .bind(day)
    .bind(record)
    .fetch_optional(tx.connection())
    .await?;
    // One digest a day: what came after it waits for the next.
    let Some(letter) = letter else {
        return Ok(None);
    };
    sqlx::query(
        "update notifications set mail_id = case when $4::date is null then $3 else mail_id end,
           digest_id = case when $4::date is null then digest_id else $3 end
         where account_id = $1 and id = any ($2)",
    )
    .bind(account.0)
    .bind(ids)
    .bind(letter.id)
    .bind(day)
    .execute(tx.connection())
    .await?;
    tx.commit().await?;
    Ok(Some(letter))
}

async fn waiting(tx: &mut Working, user: UserId, due: Due) -> Result<Vec<Uuid>, AppError> {
    let which = match due {
        Due::Record(_) => "by_mail and mail_id is null and record_id is not distinct from $3",
        Due::Digest(_) => "in_digest and digest_id is null and $3::uuid is null",
    };
    let account = tx.account.0;
    let sql = format!(
        "select id from notifications where account_id = $1 and user_id = $2 and {which} order by at, id limit {IN_ONE} for update"
    );
    let ids = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(account)
        .bind(user.0)
        .bind(due.parts().0)
        .fetch_all(tx.connection())
        .await?;
    Ok(ids)
}

async fn deliver(app: &App, account: AccountId, user: UserId, letter: &Letter) -> Result<Ended> {
    let mut tx = app.database.begin_work(account).await?;
    let found = actors::of_ids(tx.connection(), &[user.0]).await?;
    drop(tx);
    // Somebody who was deactivated meanwhile is told nothing more.
    let Some(actor) = found.first() else {
        return Ok(Ended::Dropped);
    };
    let mut tx = app.database.begin(actor).await?;
    let told = store::of_letter(&mut tx, letter.id, letter.digest_on.is_some()).await?;
    drop(tx);
    if told.is_empty() {
        return Ok(Ended::Dropped);
    }
    let message = match letter::compose(app, actor, letter, &told) {
        Ok(message) => message,
        // Nor will it be the next time; an admin finds it among what could not be sent.
        Err(error) => {
            return Ok(Ended::Failed {
                why: format!("{error:#}"),
                given_up: true,
            });
        }
    };
    // Its link ends what it tells of, and no kind that was left out.
    link_to(&app.database, account, letter, &events_of(&told)).await?;
    Ok(match app.mailer.send_now(message).await {
        Ok(()) => Ended::Sent,
        Err(refused) => {
            let tries = if refused.for_good {
                TRIES_AFTER_NO
            } else {
                TRIES
            };
            Ended::Failed {
                why: refused.why,
                given_up: letter.attempts + 1 >= tries,
            }
        }
    })
}

async fn link_to(
    database: &Database,
    account: AccountId,
    letter: &Letter,
    events: &[Event],
) -> Result<(), AppError> {
    let events: Vec<&str> = events.iter().map(|event| event.code()).collect();
    let mut tx = database.begin_work(account).await?;
    sqlx::query("update mails set events = $3 where account_id = $1 and id = $2")
        .bind(account.0)
        .bind(letter.id)
        .bind(events)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}

async fn settle(
    database: &Database,
    account: AccountId,
    letter: &Letter,
    ended: &Ended,
) -> Result<(), AppError> {
    let (set, why) = match ended {
        Ended::Sent => (
            "sent_at = now(), attempts = attempts + 1, retry_at = null",
            None,
        ),
        Ended::Dropped => ("dropped_at = now()", None),
        Ended::Failed {
            why,
            given_up: false,
        } => ("attempts = attempts + 1", Some(why)),
        Ended::Failed { why, .. } => ("attempts = attempts + 1, failed_at = now()", Some(why)),
    };
    let mut tx = database.begin_work(account).await?;
    let sql = format!("update mails set {set}, error = $3 where account_id = $1 and id = $2");
    sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(account.0)
        .bind(letter.id)
        .bind(why)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}

/// The kinds of event of which somebody is told.
pub fn events_of(told: &[Notification]) -> Vec<Event> {
    let mut events: Vec<Event> = told.iter().map(|one| one.event).collect();
    events.sort_unstable();
    events.dedup();
    events
}
