//! An account's plan, requests and audit log in the database, within the account's borders.
//! Of the table of accounts a transaction reads its own row through `my_plan()`.

use chrono::{DateTime, NaiveDateTime, Utc};
use sqlx::{PgPool, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::Loss;
use crate::{
    model::{AppError, Language, RecordKind, audit::AuditEntry, plan::AccountPlan},
    server::{
        audit::{self, AuditRow},
        database::{Reached, Viewing},
    },
};

pub async fn plan(tx: &mut Viewing) -> Result<AccountPlan, AppError> {
    let (name, plan, boosters, second): (String, String, Vec<String>, bool) =
        sqlx::query_as("select name, plan, boosters, second_enabled from my_plan()")
            .fetch_one(tx.connection())
            .await?;
    Ok(AccountPlan::from_codes(name, &plan, &boosters, second))
}

/// When support was asked, where the answer is still to come.
pub async fn asked(tx: &mut Viewing) -> Result<Option<NaiveDateTime>, AppError> {
    let actor = tx.actor().clone();
    let at: Option<DateTime<Utc>> = sqlx::query_scalar(
        "select at from requests where account_id = $1 and feature = 'second_sales_contact' and closed_at is null",
    )
    .bind(actor.account.0)
    .fetch_optional(tx.connection())
    .await?;
    Ok(at.map(|at| actor.local(at)))
}

/// When support declined what was asked last, and why.
pub async fn declined(tx: &mut Viewing) -> Result<Option<(NaiveDateTime, String)>, AppError> {
    let actor = tx.actor().clone();
    let last: Option<(DateTime<Utc>, String, String)> = sqlx::query_as(
        "select at, after, reason from audit where account_id = $1 and what in ('request', 'second_sales_contact')
         order by at desc, id limit 1",
    )
    .bind(actor.account.0)
    .fetch_optional(tx.connection())
    .await?;
    let declined = last.filter(|(_, after, _)| after == "declined");
    Ok(declined.map(|(at, _, reason)| (actor.local(at), reason)))
}

/// Writes the request; false where it is open already.
pub async fn ask(tx: Viewing) -> Result<bool, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut tx = tx.write(Reached::setting()).await?;
    let done = sqlx::query(
        "insert into requests (account_id, id, feature, by_user_id) values ($1, $2, 'second_sales_contact', $3)
         on conflict do nothing",
    )
    .bind(account)
    .bind(Uuid::now_v7())
    .bind(me)
    .execute(tx.connection())
    .await?;
    let new = done.rows_affected() == 1;
    if new {
        audit::write(&mut tx, "", "request", ("", "asked")).await?;
    }
    tx.commit().await?;
    Ok(new)
}

/// Addresses of the operators, with their languages.
pub async fn operators(pool: &PgPool) -> Result<Vec<(String, Language)>, AppError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("select email, language from api.operator_addresses()")
            .fetch_all(pool)
            .await?;
    let language = |code: String| Language::from_code(&code).unwrap_or_default();
    Ok(rows
        .into_iter()
        .map(|(email, code)| (email, language(code)))
        .collect())
}

pub async fn losses(tx: &mut Viewing) -> Result<Vec<Loss>, AppError> {
    let account = tx.actor().account.0;
    // A column for each kind that can be lost, called as its table.
    let rows = sqlx::query("select * from second_losses($1)")
        .bind(account)
        .fetch_all(tx.connection())
        .await?;
    let loss = |row: &PgRow| {
        let count = |kind: RecordKind| Ok((kind, row.try_get(kind.table())?));
        Ok(Loss {
            full_name: row.try_get("full_name")?,
            counts: RecordKind::ALL
                .into_iter()
                .filter(|kind| kind.seen_by_second())
                .map(count)
                .collect::<Result<_, AppError>>()?,
        })
    };
    rows.iter().map(loss).collect()
}

/// The values stay: enabled again, everybody is second again where he was.
pub async fn set_second(tx: Viewing, enabled: bool) -> Result<(), AppError> {
    let actor = tx.actor().clone();
    let mut tx = tx.write(Reached::setting()).await?;
    let changed: bool = sqlx::query_scalar("select my_second_set($1)")
        .bind(enabled)
        .fetch_one(tx.connection())
        .await?;
    if changed {
        let (before, after) = if enabled {
            ("off", "on")
        } else {
            ("on", "off")
        };
        audit::write(&mut tx, "", "second_sales_contact", (before, after)).await?;
    }
    if enabled {
        sqlx::query(
            "update requests set closed_at = now() where account_id = $1 and closed_at is null",
        )
        .bind(actor.account.0)
        .execute(tx.connection())
        .await?;
    }
    tx.commit().await
}

pub async fn audit(tx: &mut Viewing) -> Result<Vec<AuditEntry>, AppError> {
    let actor = tx.actor().clone();
    let rows: Vec<AuditRow> = sqlx::query_as(
        "select at, by_name, by_user_id is null as by_support, about, what, before, after, reason from audit
         where account_id = $1 order by at desc, id limit 200",
    )
    .bind(actor.account.0)
    .fetch_all(tx.connection())
    .await?;
    let entry = |row: AuditRow| row.entry(|at| actor.local(at));
    Ok(rows.into_iter().map(entry).collect())
}
