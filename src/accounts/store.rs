//! Signing in, passwords, sessions and profiles in the database, all through the functions of its
//! schema `api` or as the user himself.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::me::{MySession, Profile};
use crate::{
    model::{Actor, AppError, Language, SessionId, UserId},
    server::{
        database::{Database, Reached},
        passwords::digest,
        time::zones,
    },
};

/// What is counted against the limits of signing in.
pub enum Attempts<'a> {
    Email(&'a str),
    Address(std::net::IpAddr),
}

/// Counted over so many minutes.
const WINDOW: i32 = 15;

impl Attempts<'_> {
    fn key(&self) -> Vec<u8> {
        match self {
            Self::Email(email) => digest(format!("email {}", email.to_lowercase()).as_bytes()),
            Self::Address(address) => digest(format!("address {address}").as_bytes()),
        }
    }

    /// One office signs in from one address; one person has one e-mail address.
    const fn limit(&self) -> i64 {
        match self {
            Self::Email(_) => 10,
            Self::Address(_) => 100,
        }
    }

    /// Counts this attempt, before anything is checked: many at once must not slip through.
    pub async fn count(&self, pool: &PgPool) -> Result<(), AppError> {
        let before: i64 = sqlx::query_scalar("select api.attempt($1, $2)")
            .bind(self.key())
            .bind(WINDOW)
            .fetch_one(pool)
            .await?;
        if before >= self.limit() {
            Err(AppError::TooMany {
                minutes: WINDOW.unsigned_abs(),
            })
        } else {
            Ok(())
        }
    }

    /// It was the right person: all his attempts are forgiven, and this one of his address.
    pub async fn forgive(&self, pool: &PgPool) -> Result<(), AppError> {
        let all = matches!(self, Self::Email(_));
        sqlx::query("select api.attempts_forgive($1, $2)")
            .bind(self.key())
            .bind(all)
            .execute(pool)
            .await?;
        Ok(())
    }
}

/// What signing in needs to know of an active user.
#[derive(sqlx::FromRow)]
pub struct Credentials {
    pub user_id: Uuid,
    pub email: String,
    pub password_hash: String,
    pub demo: bool,
    pub language: String,
    pub full_name: String,
    /// Of his second factor, where he has one.
    pub secret: Option<Vec<u8>>,
}

impl Credentials {
    pub fn language(&self) -> Language {
        Language::from_code(&self.language).unwrap_or_default()
    }
}

pub async fn credentials(pool: &PgPool, email: &str) -> Result<Option<Credentials>, AppError> {
    Ok(sqlx::query_as("select * from api.credentials($1)")
        .bind(email)
        .fetch_optional(pool)
        .await?)
}

pub async fn set_password(pool: &PgPool, user: UserId, hash: &str) -> Result<(), AppError> {
    sqlx::query("select api.password_set($1, $2)")
        .bind(user.0)
        .bind(hash)
        .execute(pool)
        .await?;
    Ok(())
}

pub async fn keep_reset(pool: &PgPool, user: Uuid, token: &str) -> Result<(), AppError> {
    sqlx::query("select api.password_reset_ask($1, $2)")
        .bind(user)
        .bind(digest(token.as_bytes()))
        .execute(pool)
        .await?;
    Ok(())
}

pub async fn reset_is_valid(pool: &PgPool, token: &str) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select api.password_reset_valid($1)")
        .bind(digest(token.as_bytes()))
        .fetch_one(pool)
        .await?)
}

/// Whether the token was worth something; then the password is set and all sessions are ended.
pub async fn use_reset(pool: &PgPool, token: &str, hash: &str) -> Result<bool, AppError> {
    let used = sqlx::query_scalar("select api.password_reset_use($1, $2)");
    Ok(used
        .bind(digest(token.as_bytes()))
        .bind(hash)
        .fetch_one(pool)
        .await?)
}

pub async fn end_other_sessions(pool: &PgPool, actor: &Actor) -> Result<(), AppError> {
    sqlx::query("select api.sessions_end_others($1, $2)")
        .bind(actor.user.0)
        .bind(actor.session.map(|session| session.0))
        .execute(pool)
        .await?;
    Ok(())
}

pub async fn end_session(pool: &PgPool, actor: &Actor, session: SessionId) -> Result<(), AppError> {
    let found: bool = sqlx::query_scalar("select api.session_end($1, $2)")
        .bind(actor.user.0)
        .bind(session.0)
        .fetch_one(pool)
        .await?;
    if found {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

pub async fn my_sessions(pool: &PgPool, actor: &Actor) -> Result<Vec<MySession>, AppError> {
    let rows: Vec<SessionRow> =
        sqlx::query_as("select public_id, agent, created_at, seen_at from api.sessions_of($1)")
            .bind(actor.user.0)
            .fetch_all(pool)
            .await?;
    let session = |row: SessionRow| MySession {
        id: SessionId(row.public_id),
        agent: row.agent.unwrap_or_default(),
        since: actor.local(row.created_at),
        seen: actor.local(row.seen_at),
        this_one: actor.session == Some(SessionId(row.public_id)),
    };
    Ok(rows.into_iter().map(session).collect())
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    public_id: Uuid,
    agent: Option<String>,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
}

pub fn profile(actor: &Actor) -> Profile {
    Profile {
        full_name: actor.full_name.clone(),
        email: actor.email.clone(),
        language: actor.language,
        time_zone: actor.time_zone.clone(),
        time_zones: zones().into_iter().map(ToOwned::to_owned).collect(),
    }
}

pub async fn save_profile(
    database: &Database,
    actor: &Actor,
    language: Language,
    time_zone: &str,
) -> Result<(), AppError> {
    let mut tx = database
        .begin(actor)
        .await?
        .write(Reached::oneself())
        .await?;
    sqlx::query(
        "update users set language = $3, time_zone = $4, version = version + 1, updated_at = now(), updated_by = $2
         where account_id = $1 and id = $2",
    )
        .bind(actor.account.0)
        .bind(actor.user.0)
        .bind(language.code())
        .bind(time_zone)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
