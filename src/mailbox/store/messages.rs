//! What messages of a ticket have in common whoever writes them, a job on nobody's behalf or a colleague: they are found by their words,
//! and those that go out have a job of their own.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::model::{AccountId, AppError, RecordId};

/// Has search find a ticket by these words; those that are `kept` stay when those of its fields are written anew.
pub async fn write_words(
    connection: &mut PgConnection,
    account: AccountId,
    id: RecordId,
    words: &[String],
    kept: bool,
) -> Result<(), AppError> {
    sqlx::query(
        "insert into ticket_words as w (account_id, record_id, word, kept) select $1, $2, unnest($3::text[]), $4
         on conflict (account_id, word, record_id) do update set kept = w.kept or excluded.kept where not w.kept",
    )
    .bind(account.0)
    .bind(id.0)
    .bind(words)
    .bind(kept)
    .execute(connection)
    .await?;
    Ok(())
}

/// Has a reply sent, at once or after a pause. One after the other for each ticket, so that they arrive in the order in which they were
/// written. A job that plans its own successor has its key, so the successor has another.
pub async fn plan(
    connection: &mut PgConnection,
    ticket: RecordId,
    message: Uuid,
    again_after: Option<Duration>,
) -> Result<(), AppError> {
    sqlx::query(
        "select enqueue('reply', json_build_object('account', current_account(), 'ticket', $1::uuid, 'message', $2::uuid),
           $3::text || $2::uuid, now() + make_interval(secs => $4), queue => 'ticket ' || $1::uuid)",
    )
    .bind(ticket.0)
    .bind(message)
    .bind(if again_after.is_some() { "reply again " } else { "reply " })
    .bind(again_after.unwrap_or_default().as_secs_f64())
    .execute(connection)
    .await?;
    Ok(())
}
