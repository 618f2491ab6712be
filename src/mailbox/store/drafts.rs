//! What somebody has begun to write on a ticket, with the files that are to go with it: for nobody's eyes but his.
//! A reply takes both along.

use sqlx::Row as _;
use uuid::Uuid;

use crate::{
    mailbox::upload::Sent,
    model::{
        Actor, AppError, Problem, RecordId, RecordKind,
        tickets::{Attachment, Draft, MAX_FILES, MEGABYTES},
    },
    server::{
        context::App,
        database::{Viewing, Writing},
    },
};

const KIND: RecordKind = RecordKind::Ticket;

/// The viewer's own of one sort: `reply` or `note`.
pub async fn draft(tx: &mut Viewing, id: RecordId, sort: &str) -> Result<Draft, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let found: Option<(String, String)> = sqlx::query_as(
        "select body, copies from ticket_drafts where account_id = $1 and record_id = $2 and user_id = $3 and sort = $4",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .bind(sort)
    .fetch_optional(tx.connection())
    .await?;
    let draft = found.map(|(body, copies)| Draft { body, copies });
    Ok(draft.unwrap_or_default())
}

/// The files that wait for the viewer's reply.
pub async fn files(tx: &mut Viewing, id: RecordId) -> Result<Vec<Attachment>, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let rows = sqlx::query(
        "select n, name, size from ticket_draft_files where account_id = $1 and record_id = $2 and user_id = $3 order by n",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .fetch_all(tx.connection())
    .await?;
    let file = |row: &sqlx::postgres::PgRow| {
        Ok(Attachment {
            n: row.try_get("n")?,
            name: row.try_get("name")?,
            size: row.try_get("size")?,
        })
    };
    rows.iter().map(file).collect()
}

/// Keeps what somebody has begun to write; nothing is kept of nothing.
pub async fn save(
    mut tx: Viewing,
    id: RecordId,
    sort: &str,
    draft: &Draft,
) -> Result<(), AppError> {
    let reached = tx.reach(KIND, id).await?;
    let mut tx = tx.write(reached).await?;
    if draft.body.is_empty() && draft.copies.is_empty() {
        discard(&mut tx, id, sort).await?;
        return tx.commit().await;
    }
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "insert into ticket_drafts (account_id, record_id, user_id, sort, body, copies) values ($1, $2, $3, $4, $5, $6)
         on conflict (account_id, record_id, user_id, sort) do update
           set body = excluded.body, copies = excluded.copies, updated_at = now()",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .bind(sort)
    .bind(&draft.body)
    .bind(&draft.copies)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// Forgets what was written.
pub(super) async fn discard(tx: &mut Writing, id: RecordId, sort: &str) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "delete from ticket_drafts where account_id = $1 and record_id = $2 and user_id = $3 and sort = $4",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .bind(sort)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Has a file wait for the reply, where there is room for it beside those that wait already.
pub async fn attach(app: &App, actor: &Actor, id: RecordId, sent: Sent) -> Result<(), AppError> {
    let mut tx = app.database.begin(actor).await?;
    let reached = tx.lock(KIND, id).await?;
    let waiting = files(&mut tx, id).await?;
    let size = i64::try_from(sent.bytes.len()).map_err(AppError::internal)?;
    let room = i64::try_from(MEGABYTES * 1024 * 1024).map_err(AppError::internal)?;
    if waiting.len() >= MAX_FILES {
        return Err(AppError::form(Problem::TooManyFiles { max: MAX_FILES }));
    }
    if waiting.iter().map(|file| file.size).sum::<i64>() + size > room {
        return Err(AppError::form(Problem::FileTooLarge { max: MEGABYTES }));
    }
    let n = waiting.iter().map(|file| file.n).max().unwrap_or_default() + 1;
    // Before the transaction ends: a file without a row is swept away.
    let file = app.files.put(actor.account, sent.bytes).await?;
    let mut tx = tx.write(reached).await?;
    sqlx::query(
        "insert into ticket_draft_files (account_id, record_id, user_id, n, name, media_type, size, file)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(actor.account.0)
    .bind(id.0)
    .bind(actor.user.0)
    .bind(n)
    .bind(&sent.name)
    .bind(&sent.media_type)
    .bind(size)
    .bind(file)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// Takes a waiting file away again; that there is none is as good.
pub async fn detach(mut tx: Viewing, id: RecordId, n: i32) -> Result<(), AppError> {
    let reached = tx.reach(KIND, id).await?;
    let mut tx = tx.write(reached).await?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "delete from ticket_draft_files where account_id = $1 and record_id = $2 and user_id = $3 and n = $4",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .bind(n)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// The files that waited are those of this message from here on.
pub(super) async fn take_along(
    tx: &mut Writing,
    id: RecordId,
    message: Uuid,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "with taken as (
           delete from ticket_draft_files where account_id = $1 and record_id = $2 and user_id = $3
           returning account_id, record_id, n, name, media_type, size, file
         )
         insert into ticket_attachments (account_id, record_id, message_id, n, name, media_type, size, file)
         select account_id, record_id, $4, n, name, media_type, size, file from taken",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .bind(message)
    .execute(tx.connection())
    .await?;
    discard(tx, id, "reply").await
}
