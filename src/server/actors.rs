//! From a session, or an e-mail address on the command line, to the user on whose behalf the server acts.
//! The row is read from the database each time: nothing about rights is kept in memory.

use sqlx::{PgConnection, PgPool, Row, postgres::PgRow};
use uuid::Uuid;

use crate::model::{
    AccountId, Actor, AppError, Language, Operator, OperatorId, SessionId, UserId,
    plan::{AccountPlan, Locked},
    users::{Access, ProjectReach, Reach, Rights, UserRole},
};

/// A column of text as the enum that it is in the model; what the table's check allows always fits.
pub fn parsed<T: serde::de::DeserializeOwned>(row: &PgRow, column: &str) -> Result<T, AppError> {
    let text: String = row.try_get(column)?;
    serde_json::from_value(serde_json::Value::String(text)).map_err(AppError::internal)
}

pub fn rights_of(row: &PgRow) -> Result<Rights, AppError> {
    Ok(Rights {
        crm: parsed::<Reach>(row, "crm")?,
        deals: parsed::<Reach>(row, "deals")?,
        projects: parsed::<ProjectReach>(row, "projects")?,
        invoices: row.try_get("invoices")?,
        mailbox: row.try_get("mailbox")?,
        export: row.try_get("export")?,
    })
}

/// Role and rights of a row of users or invitations.
pub fn access_of(row: &PgRow) -> Result<Access, AppError> {
    Ok(Access {
        role: parsed::<UserRole>(row, "role")?,
        rights: rights_of(row)?,
    })
}

/// What the plan of an account does not unlock.
fn lacking(row: &PgRow) -> Result<Locked, AppError> {
    let (plan, boosters): (&str, Vec<String>) = (row.try_get("plan")?, row.try_get("boosters")?);
    Ok(AccountPlan::from_codes(String::new(), plan, &boosters, false).locked())
}

fn actor(row: &PgRow) -> Result<Actor, AppError> {
    let rights = rights_of(row)?;
    let lacks = lacking(row)?;
    // Whoever has no right to a module himself misses nothing.
    let locked = Locked {
        projects: lacks.projects && rights.projects != ProjectReach::None,
        mailbox: lacks.mailbox && rights.mailbox,
    };
    Ok(Actor {
        account: AccountId(row.try_get("account_id")?),
        user: UserId(row.try_get("user_id")?),
        session: row.try_get::<Option<Uuid>, _>("session_id")?.map(SessionId),
        full_name: row.try_get("full_name")?,
        email: row.try_get("email")?,
        role: parsed::<UserRole>(row, "role")?,
        rights: locked.of(rights),
        language: parsed::<Language>(row, "language")?,
        time_zone: row.try_get("time_zone")?,
        second_enabled: row.try_get("second_enabled")?,
        fields_version: row.try_get("fields_version")?,
        locked,
    })
}

/// Whom a session belongs to.
pub enum Who {
    Nobody,
    Actor(Actor),
    /// He owes the second factor that his account requires.
    Owing(Actor),
}

/// The active user of a session.
pub async fn of_session(pool: &PgPool, id_hash: &[u8]) -> Result<Who, AppError> {
    let row = sqlx::query("select * from api.actor($1)")
        .bind(id_hash)
        .fetch_optional(pool)
        .await?;
    Ok(match row {
        None => Who::Nobody,
        Some(row) if row.try_get("owes_second_factor")? => Who::Owing(actor(&row)?),
        Some(row) => Who::Actor(actor(&row)?),
    })
}

/// The active operator of a session.
pub async fn operator_of_session(
    pool: &PgPool,
    id_hash: &[u8],
) -> Result<Option<Operator>, AppError> {
    let row = sqlx::query("select * from api.operator($1)")
        .bind(id_hash)
        .fetch_optional(pool)
        .await?;
    let operator = |row: &PgRow| {
        Ok(Operator {
            id: OperatorId(row.try_get("id")?),
            full_name: row.try_get("full_name")?,
            email: row.try_get("email")?,
            language: parsed::<Language>(row, "language")?,
        })
    };
    row.as_ref().map(operator).transpose()
}

/// The active user with this e-mail address.
pub async fn by_email(pool: &PgPool, email: &str) -> Result<Option<Actor>, AppError> {
    let row = sqlx::query("select * from api.actor_by_email($1)")
        .bind(email)
        .fetch_optional(pool)
        .await?;
    row.as_ref().map(actor).transpose()
}

/// Those of these users of the account who are active, as they are now; asked as the one who writes.
pub async fn of_ids(connection: &mut PgConnection, users: &[Uuid]) -> Result<Vec<Actor>, AppError> {
    let rows = sqlx::query("select * from actors($1)")
        .bind(users)
        .fetch_all(connection)
        .await?;
    rows.iter().map(actor).collect()
}
