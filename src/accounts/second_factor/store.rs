//! Second factors in the database: the secrets behind functions that give them to the sign-in alone,
//! the rest as the user himself or his admin.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::codes::{self, Typed};
use crate::{
    accounts::operators::OperatorCredentials,
    model::{Actor, AppError, Problem},
    server::database::{Database, Reached},
};

/// Who owes a code after the password.
pub enum Owing<'a> {
    User { id: Uuid, secret: &'a [u8] },
    Operator(&'a OperatorCredentials),
}

impl Owing<'_> {
    /// Whether the code is right and was not used before; it is used up by that.
    pub async fn use_code(&self, pool: &PgPool, typed: &str) -> Result<bool, AppError> {
        let (id, secret, used) = match self {
            Self::User { id, secret } => (*id, *secret, "select api.second_factor_use($1, $2)"),
            Self::Operator(operator) => match operator.totp_secret.as_deref() {
                Some(secret) => (operator.id, secret, "select api.operator_totp_use($1, $2)"),
                None => return Ok(false),
            },
        };
        match Typed::from(typed) {
            Some(Typed::Authenticator(code)) => {
                let now = Utc::now().timestamp();
                let Some(step) = codes::step_of(secret, &code, now)? else {
                    return Ok(false);
                };
                let used = sqlx::query_scalar(used).bind(id).bind(step);
                Ok(used.fetch_one(pool).await?)
            }
            Some(Typed::Recovery(digits)) => {
                // An operator has none: his id finds nothing.
                let used = sqlx::query_scalar("select api.recovery_code_use($1, $2)");
                let used = used.bind(id).bind(codes::recovery_hash(&digits));
                Ok(used.fetch_one(pool).await?)
            }
            None => Ok(false),
        }
    }
}

/// What the database tells of somebody's own.
#[derive(sqlx::FromRow)]
pub struct State {
    pub required: bool,
    pub since: Option<DateTime<Utc>>,
    pub recovery_codes: i32,
}

pub async fn state(pool: &PgPool, actor: &Actor) -> Result<State, AppError> {
    Ok(sqlx::query_as("select * from api.second_factor($1)")
        .bind(actor.user.0)
        .fetch_one(pool)
        .await?)
}

/// Turns it on by its first code and ends the other sessions; the recovery codes that go with it.
pub async fn turn_on(
    pool: &PgPool,
    actor: &Actor,
    secret: &[u8],
    typed: &str,
) -> Result<Vec<String>, AppError> {
    let wrong = || AppError::field("code", Problem::WrongCode);
    let Some(Typed::Authenticator(code)) = Typed::from(typed) else {
        return Err(wrong());
    };
    let step = codes::step_of(secret, &code, Utc::now().timestamp())?.ok_or_else(wrong)?;
    let (shown, hashes) = codes::recovery_codes();
    let done: bool = sqlx::query_scalar("select api.second_factor_set($1, $2, $3, $4, $5)")
        .bind(actor.user.0)
        .bind(secret)
        .bind(step)
        .bind(hashes)
        .bind(actor.session.map(|session| session.0))
        .fetch_one(pool)
        .await?;
    if done {
        Ok(shown)
    } else {
        Err(AppError::form(Problem::AlreadyOn))
    }
}

/// Other recovery codes instead of those that there were.
pub async fn renew(pool: &PgPool, actor: &Actor) -> Result<Vec<String>, AppError> {
    let (shown, hashes) = codes::recovery_codes();
    let done: bool = sqlx::query_scalar("select api.recovery_codes_set($1, $2)")
        .bind(actor.user.0)
        .bind(hashes)
        .fetch_one(pool)
        .await?;
    if done {
        Ok(shown)
    } else {
        Err(AppError::NotFound)
    }
}

pub async fn turn_off(database: &Database, actor: &Actor) -> Result<(), AppError> {
    let mut tx = database
        .begin(actor)
        .await?
        .write(Reached::oneself())
        .await?;
    sqlx::query("delete from user_second_factors where account_id = $1 and user_id = $2")
        .bind(actor.account.0)
        .bind(actor.user.0)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
