//! Sessions in Postgres for tower-sessions: the id is stored as its hash, and the columns that
//! "My sessions" needs are taken out of the session's data.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tower_sessions::{
    SessionStore,
    cookie::time::OffsetDateTime,
    session::{Id, Record},
    session_store::{Error, Result},
};
use uuid::Uuid;

use super::passwords::digest;

/// The keys of a session's data.
pub mod keys {
    pub const USER: &str = "user";
    /// Read by the database as the column `sessions.operator_id`.
    pub const OPERATOR: &str = "operator";
    /// Somebody whose password was right and whose second factor is still to come.
    pub const SECOND_FACTOR: &str = "second_factor";
    /// The secret of a second factor that waits for its first code.
    pub const PENDING_FACTOR: &str = "pending_factor";
    /// Recovery codes that are still to be shown, once.
    pub const NEW_CODES: &str = "new_codes";
    pub const AGENT: &str = "agent";
    pub const RETURNED: &str = "returned";
}

/// How the database knows a session.
pub fn id_hash(id: Id) -> Vec<u8> {
    digest(&id.0.to_le_bytes())
}

#[derive(Clone)]
pub struct PgSessions(pub PgPool);

impl fmt::Debug for PgSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PgSessions")
    }
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}

impl PgSessions {
    async fn write(&self, record: &Record, only_new: bool) -> Result<bool> {
        let data =
            serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let text = |key: &str| record.data.get(key).and_then(|value| value.as_str());
        let expires = DateTime::<Utc>::from_timestamp(record.expiry_date.unix_timestamp(), 0)
            .ok_or_else(|| Error::Encode("expiry date out of range".into()))?;
        sqlx::query_scalar("select api.session_save($1, $2, $3, $4, $5, $6)")
            .bind(id_hash(record.id))
            .bind(&data)
            .bind(text(keys::USER).and_then(|id| Uuid::parse_str(id).ok()))
            .bind(text(keys::AGENT))
            .bind(expires)
            .bind(only_new)
            .fetch_one(&self.0)
            .await
            .map_err(backend)
    }
}

#[async_trait]
impl SessionStore for PgSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !self.write(record, true).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    /// A session that was ended meanwhile stays ended: nothing is written, and that is no error.
    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, false).await.map(drop)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row: Option<(serde_json::Value, DateTime<Utc>)> =
            sqlx::query_as("select data, expires_at from api.session_load($1)")
                .bind(id_hash(*id))
                .fetch_optional(&self.0)
                .await
                .map_err(backend)?;
        let Some((data, expires)) = row else {
            return Ok(None);
        };
        Ok(Some(Record {
            id: *id,
            data: serde_json::from_value(data).map_err(|error| Error::Decode(error.to_string()))?,
            expiry_date: OffsetDateTime::from_unix_timestamp(expires.timestamp())
                .map_err(|error| Error::Decode(error.to_string()))?,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query("select api.session_delete($1)")
            .bind(id_hash(*id))
            .execute(&self.0)
            .await
            .map_err(backend)?;
        Ok(())
    }
}
