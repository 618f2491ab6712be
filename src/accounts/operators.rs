//! Operators in the database: how they sign in, and how one is created on the command line.
//! They belong to no account, and have credentials and a second factor of their own.

use anyhow::{Result, bail};
use sqlx::PgPool;
use uuid::Uuid;

use super::{create, second_factor::codes};
use crate::{
    model::{AppError, Language, catalogue::is_email},
    server::{passwords, run::Opened},
};

/// What signing in needs to know of an active operator.
#[derive(sqlx::FromRow)]
pub struct OperatorCredentials {
    pub id: Uuid,
    pub email: String,
    pub password_hash: String,
    pub demo: bool,
    pub totp_secret: Option<Vec<u8>>,
}

pub async fn credentials(
    pool: &PgPool,
    email: &str,
) -> Result<Option<OperatorCredentials>, AppError> {
    Ok(sqlx::query_as("select * from api.operator_credentials($1)")
        .bind(email)
        .fetch_optional(pool)
        .await?)
}

/// `steward create-operator`. Created again, he gets another password and another second factor.
#[expect(
    clippy::print_stdout,
    reason = "the second factor is shown once, to the person who creates the operator"
)]
pub async fn create(
    opened: &Opened,
    full_name: &str,
    email: &str,
    language: Language,
) -> Result<()> {
    if full_name.trim().is_empty() || !is_email(email) {
        bail!("--name must not be empty, and --email must be an e-mail address");
    }
    let hash = passwords::hash(create::password()?).await?;
    let secret = codes::new_secret();
    let owner = opened.logins.owner_pool().await?;
    let taken: bool =
        sqlx::query_scalar("select exists (select 1 from users where lower(email) = lower($1))")
            .bind(email)
            .fetch_one(&owner)
            .await?;
    if taken {
        bail!("{email} signs in to an account: an operator needs an address of his own");
    }
    let id: Uuid = sqlx::query_scalar(
        "insert into operators (id, full_name, email, password_hash, language, totp_secret) values ($1, $2, $3, $4, $5, $6)
         on conflict (lower(email)) do update set full_name = excluded.full_name, password_hash = excluded.password_hash,
           language = excluded.language, totp_secret = excluded.totp_secret, totp_step = 0, demo = false, active = true
         returning id",
    )
    .bind(Uuid::now_v7())
    .bind(full_name)
    .bind(email)
    .bind(&hash)
    .bind(language.code())
    .bind(&secret)
    .fetch_one(&owner)
    .await?;
    sqlx::query("delete from sessions where operator_id = $1")
        .bind(id)
        .execute(&owner)
        .await?;
    println!("{}", codes::address(&secret, email)?);
    owner.close().await;
    tracing::info!(%email, "operator created: put the printed address into an authenticator");
    Ok(())
}
