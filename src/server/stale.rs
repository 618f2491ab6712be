//! Whether somebody has saved what a form shows since it was opened: of what has a version, and of whom nothing is merged.
//! Records have their own way, since two can change different fields of one.

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::database::Viewing;
use crate::model::{Actor, AppError, Conflict};

/// Who saved a row of `table` after the form was opened, as the error that says so.
pub async fn saved_since(
    tx: &mut Viewing,
    table: &'static str,
    id: Uuid,
    version: i64,
) -> Result<Option<AppError>, AppError> {
    let actor = tx.actor().clone();
    let sql = format!(
        "select t.version, u.full_name, t.updated_at from {table} t
         left join users u on u.account_id = t.account_id and u.id = t.updated_by
         where t.account_id = $1 and t.id = $2 and t.version <> $3"
    );
    let row: Option<(i64, Option<String>, DateTime<Utc>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(id)
        .bind(version)
        .fetch_optional(tx.connection())
        .await?;
    Ok(row.map(|saved| conflict(&actor, saved)))
}

/// The error that says to whoever has a form open that somebody else has saved, with which version, who and when.
pub fn conflict(
    actor: &Actor,
    (version, by, at): (i64, Option<String>, DateTime<Utc>),
) -> AppError {
    AppError::Conflict(Box::new(Conflict {
        version,
        by: by.unwrap_or_default(),
        at: actor.local(at),
        fields: Vec::new(),
    }))
}
