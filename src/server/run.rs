//! From the configuration to an open database, and from there to a server that answers until it is told
//! to stop. Every command of the command line begins with [`open`].

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use leptos::prelude::LeptosOptions;
use sd_notify::NotifyState;
use sqlx::PgConnection;
use tokio::{task::JoinHandle, time::interval};
use tokio_util::sync::CancellationToken;

use super::{
    config::{Config, DatabaseConfig},
    connections,
    context::App,
    database::{Database, Logins, embedded::Embedded, migrate},
    http::{Pages, router},
    jobs::{self, Pace},
    listen, passwords,
};

/// A database that is up to date, embedded or elsewhere.
pub struct Opened {
    pub config: Config,
    pub logins: Logins,
    embedded: Option<Embedded>,
}

/// Starts the embedded database or takes the configured one, as it is.
pub async fn reach(config: Config) -> Result<Opened> {
    let (logins, embedded) = match &config.database {
        DatabaseConfig::Embedded => {
            let embedded = Embedded::start(&config.data).await?;
            (embedded.logins(), Some(embedded))
        }
        DatabaseConfig::External { server, owner } => {
            (Logins::from_urls(server, owner.as_deref())?, None)
        }
    };
    Ok(Opened {
        config,
        logins,
        embedded,
    })
}

/// The same, and migrates where the owner is known.
pub async fn open(config: Config) -> Result<Opened> {
    let opened = reach(config).await?;
    if opened.logins.owner.is_some()
        && let Err(error) = migrate(&opened.logins).await
    {
        opened.close().await;
        return Err(error);
    }
    Ok(opened)
}

impl Opened {
    pub fn is_embedded(&self) -> bool {
        self.embedded.is_some()
    }

    pub fn require_owner(&self) -> Result<()> {
        self.logins
            .owner
            .as_ref()
            .map(drop)
            .context("This needs the owner of the database: set STEWARD_OWNER_URL")
    }

    /// Works as the owner while nobody else holds this lock: two servers may start at once.
    pub async fn alone<T>(
        &self,
        lock: i64,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T>,
    ) -> Result<T> {
        let owner = self.logins.owner_pool().await?;
        let mut connection = owner.acquire().await?;
        sqlx::query("select pg_advisory_lock($1)")
            .bind(lock)
            .execute(&mut *connection)
            .await?;
        let done = work(&mut connection).await;
        sqlx::query("select pg_advisory_unlock($1)")
            .bind(lock)
            .execute(&mut *connection)
            .await?;
        drop(connection);
        owner.close().await;
        done
    }

    /// Connects as the server does.
    pub async fn database(&self) -> Result<Database> {
        Database::connect(&self.logins, self.config.max_connections).await
    }

    /// The addresses of the database as the server and as its owner, for other programs.
    pub fn urls(&self) -> (Option<String>, Option<String>) {
        match (&self.embedded, &self.config.database) {
            (Some(embedded), _) => {
                let (server, owner) = embedded.urls();
                (Some(server), Some(owner))
            }
            (None, DatabaseConfig::External { server, owner }) => {
                (Some(server.clone()), owner.clone())
            }
            (None, DatabaseConfig::Embedded) => (None, None),
        }
    }

    /// Runs another program with the addresses of this database.
    pub async fn with_urls(&self, command: &[String]) -> Result<ExitCode> {
        let (program, arguments) = command.split_first().context("no program was named")?;
        let mut command = tokio::process::Command::new(program);
        command.args(arguments);
        if let Some(embedded) = &self.embedded {
            let (server, owner) = embedded.urls();
            command
                .env("DATABASE_URL", server)
                .env("STEWARD_OWNER_URL", owner);
        }
        let status = command
            .status()
            .await
            .with_context(|| format!("{program} did not run"))?;
        Ok(status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from))
    }

    pub async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.leave().await;
        }
    }
}

/// How the compiled browser side is called; must agree with `[package.metadata.leptos]`.
pub fn leptos_options(config: &Config) -> LeptosOptions {
    let site = config.site.to_string_lossy();
    LeptosOptions::builder()
        .output_name("steward")
        .site_root(site.as_ref())
        .site_pkg_dir("pkg")
        .site_addr(config.bind)
        // The names of the compiled files carry a hash, which the build writes beside the program.
        .hash_files(
            std::env::current_exe().is_ok_and(|exe| exe.with_file_name("hash.txt").exists()),
        )
        .build()
}

/// Serves until SIGTERM or Ctrl+C, then finishes what is under way. `ready` is called once requests are taken.
pub async fn serve(opened: &Opened, pages: Pages, ready: impl FnOnce(&Config)) -> Result<()> {
    let config = Arc::new(opened.config.clone());
    let app = App::new(opened.database().await?, config.clone())?;
    passwords::prepare().await?;
    let options = leptos_options(&config);
    if !config.site.join("pkg").is_dir() {
        tracing::warn!(site = %config.site.display(), "the compiled browser side is not there: pages work without it; build it with `cargo leptos build`");
    }
    let listener = match listen::handed_over()? {
        Some(listener) => listener,
        None => listen::on(config.bind, "STEWARD_BIND").await?,
    };
    let stop_metrics = CancellationToken::new();
    let metrics = serve_metrics(&app, stop_metrics.clone()).await?;
    tracing::info!(address = %config.base_url, "serving");
    ready(&config);
    listen::tell(NotifyState::Ready);

    let tidy = tokio::spawn(tidy_up(app.database.clone()));
    let background = tokio::spawn((pages.background)(app.clone()));
    let live = app.live.clone();
    tokio::spawn(live.clone().listen(app.database.clone()));
    let work = jobs::work(app.clone(), pages.jobs, Pace::default(), live.stopping());
    let work = tokio::spawn(work);
    let stop = async move {
        listen::told_to_stop().await;
        // Streams have no end of their own.
        live.stop();
    };
    connections::serve(listener, router(app.clone(), options, pages), stop).await;
    tidy.abort();
    background.abort();
    work.await?;
    // Last, so that the end of it can be watched.
    stop_metrics.cancel();
    metrics.await?;
    app.mailer.finish().await;
    app.database.close().await;
    tracing::info!("stopped");
    Ok(())
}

/// Serves the metrics on their own address until it is told to stop, where there is one.
async fn serve_metrics(app: &App, stop: CancellationToken) -> Result<JoinHandle<()>> {
    let Some(address) = app.config.metrics_bind else {
        return Ok(tokio::spawn(async {}));
    };
    let listener = listen::on(address, "STEWARD_METRICS_BIND").await?;
    tracing::info!(%address, "serving metrics");
    let served = connections::serve(listener, app.metrics.router(), stop.cancelled_owned());
    Ok(tokio::spawn(served))
}

/// Deletes what has expired, now and every hour; several servers may do so at once.
async fn tidy_up(database: Database) {
    let mut hourly = interval(Duration::from_secs(3600));
    loop {
        hourly.tick().await;
        if let Err(error) = sqlx::query("select api.sessions_delete_expired()")
            .execute(database.api())
            .await
        {
            tracing::warn!(%error, "expired sessions could not be deleted");
        }
        if let Err(error) = purge_bin(&database).await {
            tracing::warn!(%error, "the bin could not be emptied");
        }
        if let Err(error) = purge_fields(&database).await {
            tracing::warn!(%error, "deleted fields could not be deleted for good");
        }
        if let Err(error) = purge_imports(&database).await {
            tracing::warn!(%error, "old imports could not be deleted");
        }
        if let Err(error) = purge_bulk(&database).await {
            tracing::warn!(%error, "the records of old acts could not be deleted");
        }
        if let Err(error) = purge(&database, "select api.notifications_purge()").await {
            tracing::warn!(%error, "old notifications could not be deleted");
        }
    }
}

/// Deletes for good what has been in the bin for too long; some at a time, so that nothing waits for it.
pub async fn purge_bin(database: &Database) -> Result<(), sqlx::Error> {
    purge(database, "select api.bin_purge()").await
}

/// Deletes for good, with their values, the custom fields that were deleted too long ago.
pub async fn purge_fields(database: &Database) -> Result<(), sqlx::Error> {
    purge(database, "select api.fields_purge()").await
}

/// Deletes the files that were imported more than a week ago.
pub async fn purge_imports(database: &Database) -> Result<(), sqlx::Error> {
    purge(database, "select api.import_purge()").await
}

/// Deletes what is kept of the records of acts of more than a week ago.
pub async fn purge_bulk(database: &Database) -> Result<(), sqlx::Error> {
    purge(database, "select api.bulk_purge()").await
}

async fn purge(database: &Database, some: &'static str) -> Result<(), sqlx::Error> {
    loop {
        let gone: i64 = sqlx::query_scalar(some).fetch_one(database.api()).await?;
        if gone == 0 {
            return Ok(());
        }
    }
}
