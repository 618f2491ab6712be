//! The database: the pool, and the only two ways to a connection in a room: a transaction that reads
//! as its viewer, and one that has proved its reach and writes.

mod catalogues;
pub mod embedded;
pub mod logins;
pub mod queue;
mod transaction;

use std::{str::FromStr, time::Duration};

use anyhow::{Context, Result};
use sqlx::{
    ConnectOptions, Connection, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
};

pub use transaction::{Bin, Reached, Telling, Viewing, Working, Writing};

use self::catalogues::Catalogues;
use super::metrics::Begun;
use crate::model::{AccountId, Actor, AppError};

/// A connection that was used within this time is taken to be alive.
const IDLE: Duration = Duration::from_millis(500);

pub static MIGRATIONS: Migrator = sqlx::migrate!();

/// How to reach a database: as the server, and as the owner where this process may.
#[derive(Clone, Debug)]
pub struct Logins {
    pub server: PgConnectOptions,
    pub owner: Option<PgConnectOptions>,
}

impl Logins {
    pub fn from_urls(server: &str, owner: Option<&str>) -> Result<Self> {
        Ok(Self {
            server: PgConnectOptions::from_str(server)
                .context("DATABASE_URL is not a Postgres address")?,
            owner: owner
                .map(|url| {
                    PgConnectOptions::from_str(url)
                        .context("STEWARD_OWNER_URL is not a Postgres address")
                })
                .transpose()?,
        })
    }

    /// A few connections as the owner, for migrations, seeds and system jobs.
    pub async fn owner_pool(&self) -> Result<PgPool> {
        let owner = self
            .owner
            .clone()
            .context("This needs the owner of the database: set STEWARD_OWNER_URL")?;
        PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(owner)
            .await
            .context("cannot connect to the database as its owner (STEWARD_OWNER_URL)")
    }
}

/// Brings the schema up to date and grants the server's login what it may do.
pub async fn migrate(logins: &Logins) -> Result<()> {
    let pool = logins.owner_pool().await?;
    MIGRATIONS
        .run(&pool)
        .await
        .context("the migrations did not run")?;
    queue::migrate(&pool).await?;
    logins::grant(&pool, logins.server.get_username()).await?;
    pool.close().await;
    Ok(())
}

/// The server's connections.
#[derive(Clone, Debug)]
pub struct Database {
    pool: PgPool,
    begun: Begun,
    catalogues: Catalogues,
    telling: Telling,
    login: PgConnectOptions,
}

/// What monitoring is told.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Numbers {
    pub schema_version: i64,
    pub user_sessions: i64,
    pub operator_sessions: i64,
}

impl Database {
    /// Connects as the server's login, and refuses one that could look past the borders.
    pub async fn connect(logins: &Logins, max_connections: u32) -> Result<Self> {
        let options = logins
            .server
            .clone()
            .application_name("steward")
            // What takes longer than this would hold a connection that others wait for.
            .options([
                ("statement_timeout", "10s"),
                ("idle_in_transaction_session_timeout", "60s"),
            ])
            .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_millis(500));
        let pool = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(Duration::from_secs(3))
            // Asking before each use would cost every request a round trip; one that lay idle may be dead.
            .test_before_acquire(false)
            .before_acquire(|connection, found| {
                Box::pin(async move {
                    if found.idle_for > IDLE {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options)
            .await
            .context("cannot connect to the database (DATABASE_URL)")?;
        logins::refuse_powerful(&pool).await?;
        Ok(Self {
            pool,
            begun: Begun::default(),
            catalogues: Catalogues::default(),
            telling: Telling::Alone,
            login: logins.server.clone(),
        })
    }

    /// A transaction that sees what this actor may see.
    pub async fn begin(&self, actor: &Actor) -> Result<Viewing, AppError> {
        let begin = Viewing::begin(&self.pool, actor, self.catalogues.clone(), self.telling);
        self.begun.watch(begin).await
    }

    /// A transaction that sees what this actor finds in the bin, besides.
    pub async fn begin_in_bin(&self, actor: &Actor) -> Result<Bin, AppError> {
        let begin = Bin::begin(&self.pool, actor, self.catalogues.clone(), self.telling);
        self.begun.watch(begin).await
    }

    /// A transaction of a job, which is nobody's.
    pub async fn begin_work(&self, account: AccountId) -> Result<Working, AppError> {
        let begin = Working::begin(&self.pool, account, self.catalogues.clone(), self.telling);
        self.begun.watch(begin).await
    }

    /// The same database, where what is done is told in this way.
    #[must_use]
    pub fn telling(&self, telling: Telling) -> Self {
        Self {
            telling,
            ..self.clone()
        }
    }

    /// For the functions of the schema `api` alone: all that the login itself may touch.
    pub fn api(&self) -> &PgPool {
        &self.pool
    }

    /// Connections of their own for those who work on jobs.
    pub async fn queue(&self) -> Result<PgPool, sqlx::Error> {
        queue::pool(self.login.clone()).await
    }

    /// Whether the database answers and has every migration that this server knows.
    pub async fn is_ready(&self) -> Result<bool, AppError> {
        let found: Option<i64> = sqlx::query_scalar("select api.schema_version()")
            .fetch_one(&self.pool)
            .await?;
        Ok(found >= Self::known_version())
    }

    /// The last migration that this program knows.
    pub fn known_version() -> Option<i64> {
        MIGRATIONS.iter().map(|migration| migration.version).max()
    }

    pub async fn numbers(&self) -> Result<Numbers, AppError> {
        let numbers = sqlx::query_as("select * from api.numbers()");
        Ok(numbers.fetch_one(&self.pool).await?)
    }

    /// How long transactions wait for their beginning.
    pub fn begun(&self) -> &Begun {
        &self.begun
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
