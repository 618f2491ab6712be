//! Working hours in the database: one row of an account, or none as long as nobody has set any.
//! What they were and what they become stands in the audit log.

use chrono::{DateTime, Utc};

use super::HoursForm;
use crate::{
    model::{AppError, working_hours::WorkingHours},
    records::store::working_hours,
    server::{
        audit,
        database::{Reached, Viewing},
        stale::conflict,
    },
};

pub async fn form(tx: &mut Viewing) -> Result<HoursForm, AppError> {
    let account = tx.actor().account.0;
    let version = sqlx::query_scalar("select version from working_hours where account_id = $1")
        .bind(account)
        .fetch_optional(tx.connection())
        .await?;
    let time_zone = sqlx::query_scalar("select account_time_zone()")
        .fetch_one(tx.connection())
        .await?;
    Ok(HoursForm {
        version: version.unwrap_or_default(),
        hours: working_hours(tx).await?,
        time_zone,
    })
}

pub async fn save(mut tx: Viewing, version: i64, hours: &WorkingHours) -> Result<(), AppError> {
    let actor = tx.actor().clone();
    let saved: Option<(i64, Option<String>, DateTime<Utc>)> = sqlx::query_as(
        "select h.version, u.full_name, h.updated_at from working_hours h
         left join users u on u.account_id = h.account_id and u.id = h.updated_by
         where h.account_id = $1 and h.version <> $2",
    )
    .bind(actor.account.0)
    .bind(version)
    .fetch_optional(tx.connection())
    .await?;
    if let Some(saved) = saved {
        return Err(conflict(&actor, saved));
    }
    let before = working_hours(&mut tx).await?;
    let mut tx = tx.write(Reached::setting()).await?;
    let written = sqlx::query(
        "insert into working_hours as h (account_id, days, begins, ends, updated_by) values ($1, $2, $3, $4, $5)
         on conflict (account_id) do update
         set days = excluded.days, begins = excluded.begins, ends = excluded.ends,
           version = h.version + 1, updated_at = now(), updated_by = excluded.updated_by
         where h.version = $6",
    )
    .bind(actor.account.0)
    .bind(&hours.days)
    .bind(hours.begins)
    .bind(hours.ends)
    .bind(actor.user.0)
    .bind(version)
    .execute(tx.connection())
    .await?;
    if written.rows_affected() == 0 {
        // Somebody saved between our look and now: the next try tells who.
        return Err(AppError::Unavailable);
    }
    if before != *hours {
        let code = |hours: &WorkingHours| serde_json::to_string(hours).map_err(AppError::internal);
        let change = (code(&before)?, code(hours)?);
        audit::write(&mut tx, "", "working_hours", (&change.0, &change.1)).await?;
    }
    tx.commit().await
}
