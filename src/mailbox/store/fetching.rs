//! How far a mailbox is fetched, by whom, and what is wrong with it: written by the servers on nobody's behalf. A server works on a
//! mailbox for as long as it holds its lease, and a message counts as taken in the transaction that takes it.

use std::time::Duration;

use uuid::Uuid;

use super::mailboxes::{sealed_for, server};
use crate::{
    mailbox::{
        draft::Server,
        problem::{ConnectionProblem, Left, Trouble},
    },
    model::{AccountId, AppError, MailboxId},
    server::{
        database::{Database, Working},
        secrets::Secrets,
    },
};

/// A mailbox that this server is to fetch, as it was when the lease was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Leased {
    #[sqlx(rename = "account_id")]
    account: Uuid,
    id: Uuid,
    pub version: i64,
}

impl Leased {
    pub fn account(&self) -> AccountId {
        AccountId(self.account)
    }

    pub fn mailbox(&self) -> MailboxId {
        MailboxId(self.id)
    }
}

/// A message's number in its folder, which is its own for as long as the folder has this validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Uid {
    pub validity: u32,
    pub uid: u32,
}

/// Where to fetch from, and from where on.
#[derive(Debug)]
pub struct Settings {
    /// With its password.
    pub server: Server,
    pub folder: String,
    /// None: nothing was fetched yet.
    pub validity: Option<u32>,
    pub last_uid: u32,
}

const fn seconds(lease: Duration) -> i32 {
    lease.as_secs() as i32
}

/// Takes what is to be fetched and nobody has.
pub async fn lease(
    database: &Database,
    by: Uuid,
    lease: Duration,
) -> Result<Vec<Leased>, AppError> {
    let leased = sqlx::query_as("select * from api.mailboxes_lease($1, $2)")
        .bind(by)
        .bind(seconds(lease));
    Ok(leased.fetch_all(database.api()).await?)
}

/// Keeps a lease: whether it is still this server's, of the mailbox as it was.
pub async fn renew(
    database: &Database,
    by: Uuid,
    leased: Leased,
    lease: Duration,
) -> Result<bool, AppError> {
    let version: Option<i64> = sqlx::query_scalar("select api.mailbox_renew($1, $2, $3, $4)")
        .bind(by)
        .bind(leased.account)
        .bind(leased.id)
        .bind(seconds(lease))
        .fetch_one(database.api())
        .await?;
    Ok(version == Some(leased.version))
}

/// Gives a lease back.
pub async fn release(database: &Database, by: Uuid, leased: Leased) -> Result<(), AppError> {
    sqlx::query("select api.mailbox_release($1, $2, $3)")
        .bind(by)
        .bind(leased.account)
        .bind(leased.id)
        .execute(database.api())
        .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    imap_host: Option<String>,
    imap_port: Option<i32>,
    imap_security: Option<String>,
    imap_user: Option<String>,
    imap_password: Option<Vec<u8>>,
    imap_folder: String,
    uid_validity: Option<i64>,
    last_uid: i64,
}

/// Where to fetch from; `Err` of the inner result: the password does not open.
pub async fn settings(
    database: &Database,
    secrets: &Secrets,
    leased: Leased,
) -> Result<Result<Settings, Trouble>, AppError> {
    let mut tx = database.begin_work(leased.account()).await?;
    let row: Row = sqlx::query_as(
        "select imap_host, imap_port, imap_security, imap_user, imap_password, imap_folder, uid_validity, last_uid
         from mailbox_connections where account_id = $1 and mailbox_id = $2",
    )
    .bind(leased.account)
    .bind(leased.id)
    .fetch_one(tx.connection())
    .await?;
    let server = server(
        &row.imap_host,
        row.imap_port,
        &row.imap_security,
        &row.imap_user,
    )
    .ok_or(AppError::NotFound)?;
    let about = sealed_for(leased.account, leased.mailbox(), "imap");
    let Ok(password) = secrets.open(&about, &row.imap_password.unwrap_or_default()) else {
        return Ok(Err(ConnectionProblem::Sealed.into()));
    };
    Ok(Ok(Settings {
        server: Server {
            password: Some(password),
            ..server
        },
        folder: row.imap_folder,
        validity: row
            .uid_validity
            .and_then(|validity| u32::try_from(validity).ok()),
        last_uid: u32::try_from(row.last_uid).unwrap_or_default(),
    }))
}

/// The folder has this validity now: where it had another, everything in it is looked at again. Only for who holds the lease; up to
/// which message the folder is taken in.
pub async fn begin_validity(
    database: &Database,
    by: Uuid,
    leased: Leased,
    validity: u32,
) -> Result<Option<u32>, AppError> {
    let mut tx = database.begin_work(leased.account()).await?;
    let last: Option<i64> = sqlx::query_scalar(
        "update mailbox_connections
         set last_uid = case when uid_validity is not distinct from $4 then last_uid else 0 end, uid_validity = $4
         where account_id = $1 and mailbox_id = $2 and leased_by = $3 returning last_uid",
    )
    .bind(leased.account)
    .bind(leased.id)
    .bind(by)
    .bind(i64::from(validity))
    .fetch_optional(tx.connection())
    .await?;
    tx.commit().await?;
    Ok(last.and_then(|last| u32::try_from(last).ok()))
}

/// Counts a message as taken, in the transaction that takes it and before anything else in it, so that who takes the same one at the
/// same time waits here. `false`: it was taken already, or its folder has another validity by now; then there is nothing to be done.
pub async fn fetched(tx: &mut Working, mailbox: MailboxId, uid: Uid) -> Result<bool, AppError> {
    let account = tx.account.0;
    let moved = sqlx::query(
        "update mailbox_connections set last_uid = $4, stuck_uid = null, stuck_times = 0
         where account_id = $1 and mailbox_id = $2 and uid_validity = $3 and last_uid < $4",
    )
    .bind(account)
    .bind(mailbox.0)
    .bind(i64::from(uid.validity))
    .bind(i64::from(uid.uid))
    .execute(tx.connection())
    .await?;
    Ok(moved.rows_affected() == 1)
}

/// A message could not be taken in: how often that has happened to it by now.
pub async fn stuck(database: &Database, leased: Leased, uid: Uid) -> Result<i32, AppError> {
    let mut tx = database.begin_work(leased.account()).await?;
    let times: Option<i32> = sqlx::query_scalar(
        "update mailbox_connections set stuck_times = case when stuck_uid = $3 then stuck_times else 0 end + 1, stuck_uid = $3
         where account_id = $1 and mailbox_id = $2 returning stuck_times",
    )
    .bind(leased.account)
    .bind(leased.id)
    .bind(i64::from(uid.uid))
    .fetch_optional(tx.connection())
    .await?;
    tx.commit().await?;
    Ok(times.unwrap_or_default())
}

/// Leaves a message out, and notes why.
pub async fn skip(
    database: &Database,
    leased: Leased,
    uid: Uid,
    why: Left,
) -> Result<(), AppError> {
    let mut tx = database.begin_work(leased.account()).await?;
    if fetched(&mut tx, leased.mailbox(), uid).await? {
        sqlx::query(
            "update mailbox_connections set skipped = skipped + 1, skipped_uid = $3, skipped_at = now(), skipped_why = $4
             where account_id = $1 and mailbox_id = $2",
        )
        .bind(leased.account)
        .bind(leased.id)
        .bind(i64::from(uid.uid))
        .bind(why.code())
        .execute(tx.connection())
        .await?;
    }
    tx.commit().await
}

/// Everything is fetched: a mailbox that failed works again.
pub async fn works(database: &Database, by: Uuid, leased: Leased) -> Result<(), AppError> {
    write_state(database, by, leased, None).await
}

/// Something is wrong, since now or for longer.
pub async fn fails(
    database: &Database,
    by: Uuid,
    leased: Leased,
    trouble: &Trouble,
) -> Result<(), AppError> {
    write_state(database, by, leased, Some(trouble)).await
}

async fn write_state(
    database: &Database,
    by: Uuid,
    leased: Leased,
    trouble: Option<&Trouble>,
) -> Result<(), AppError> {
    let mut tx = database.begin_work(leased.account()).await?;
    sqlx::query(
        "update mailbox_connections set
           checked_at = case when $4::text is null then now() else checked_at end,
           failing_since = case when $4::text is not null then coalesce(failing_since, now()) end,
           problem = $4, said = $5
         where account_id = $1 and mailbox_id = $2 and leased_by = $3",
    )
    .bind(leased.account)
    .bind(leased.id)
    .bind(by)
    .bind(trouble.map(|trouble| trouble.problem.code()))
    .bind(trouble.and_then(|trouble| trouble.said.as_deref()))
    .execute(tx.connection())
    .await?;
    tx.commit().await
}
