//! Accounts as operators see them, through the functions of the schema `api`: they give out names, plans
//! and counts, and ask the database itself whether an operator is asking.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Account, AccountPage};
use crate::{
    model::{
        AccountId, AppError, Operator, Problem,
        audit::AuditEntry,
        plan::{AccountPlan, Booster, Plan},
    },
    server::audit::AuditRow,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    plan: String,
    boosters: Vec<String>,
    second_enabled: bool,
    users: i64,
    companies: i64,
    deals: i64,
    asked_at: Option<DateTime<Utc>>,
}

impl From<Row> for Account {
    fn from(row: Row) -> Self {
        Self {
            id: AccountId(row.id),
            plan: AccountPlan::from_codes(row.name, &row.plan, &row.boosters, row.second_enabled),
            users: row.users,
            companies: row.companies,
            deals: row.deals,
            // Operators have no time zone of their own.
            asked: row.asked_at.map(|at| at.naive_utc()),
        }
    }
}

pub async fn accounts(
    pool: &PgPool,
    operator: &Operator,
    only: Option<AccountId>,
) -> Result<Vec<Account>, AppError> {
    let rows: Vec<Row> = sqlx::query_as(
        "select id, name, plan, boosters, second_enabled, users, companies, deals, asked_at from api.support_accounts($1, $2)",
    )
    .bind(operator.id.0)
    .bind(only.map(|account| account.0))
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

pub async fn account(
    pool: &PgPool,
    operator: &Operator,
    id: AccountId,
) -> Result<AccountPage, AppError> {
    let found = accounts(pool, operator, Some(id)).await?;
    let account = found.into_iter().next().ok_or(AppError::NotFound)?;
    let (people, records): (i64, i64) =
        sqlx::query_as("select people, records::bigint from api.support_losses($1, $2)")
            .bind(operator.id.0)
            .bind(id.0)
            .fetch_one(pool)
            .await?;
    Ok(AccountPage {
        account,
        people,
        records,
        audit: audit(pool, operator, id).await?,
    })
}

async fn audit(
    pool: &PgPool,
    operator: &Operator,
    account: AccountId,
) -> Result<Vec<AuditEntry>, AppError> {
    let rows: Vec<AuditRow> = sqlx::query_as(
        "select at, by_name, by_support, what, before, after, reason from api.support_audit($1, $2)",
    )
    .bind(operator.id.0)
    .bind(account.0)
    .fetch_all(pool)
    .await?;
    let entry = |row: AuditRow| row.entry(|at| at.naive_utc());
    Ok(rows.into_iter().map(entry).collect())
}

/// What an account shall have from now on.
pub struct Change {
    pub account: AccountId,
    pub was: String,
    pub plan: Plan,
    pub boosters: Vec<Booster>,
    pub second: bool,
    pub reason: String,
}

pub async fn change(pool: &PgPool, operator: &Operator, change: Change) -> Result<(), AppError> {
    let boosters: Vec<&str> = change.boosters.iter().map(|b| b.code()).collect();
    let outcome: String =
        sqlx::query_scalar("select api.support_change($1, $2, $3, $4, $5, $6, $7)")
            .bind(operator.id.0)
            .bind(change.account.0)
            .bind(&change.was)
            .bind(change.plan.code())
            .bind(boosters)
            .bind(change.second)
            .bind(&change.reason)
            .fetch_one(pool)
            .await?;
    match outcome.as_str() {
        "done" => Ok(()),
        "stale" => Err(AppError::form(Problem::AccountChanged)),
        _ => Err(AppError::NotFound),
    }
}

/// Not found is also what was answered meanwhile.
pub async fn decline(
    pool: &PgPool,
    operator: &Operator,
    account: AccountId,
    reason: &str,
) -> Result<(), AppError> {
    let declined: bool = sqlx::query_scalar("select api.support_decline($1, $2, $3)")
        .bind(operator.id.0)
        .bind(account.0)
        .bind(reason)
        .fetch_one(pool)
        .await?;
    if declined {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}
