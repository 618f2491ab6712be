//! The workers of this server: they take jobs out of the queue in the database, which all servers share, and put back what fails.
//! What the jobs are is handed in by the floor above.

use std::time::Duration;

use graphile_worker::WorkerOptions;
use tokio_util::sync::CancellationToken;

use super::context::App;

/// So many jobs at a time; each holds a connection of the pages' for as long as it works in the database.
const AT_ONCE: usize = 3;
/// Where the database is away, so long until the next try.
const PATIENCE: Duration = Duration::from_secs(1);

/// How soon it is noticed that a worker died, and his jobs are done by others.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub beat: Duration,
    /// Without a beat for so long, a worker is dead.
    pub dead_after: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            beat: Duration::from_secs(5),
            dead_after: Duration::from_secs(30),
        }
    }
}

/// Works until told to stop, whatever happens to the database meanwhile; jobs that are under way are finished.
pub async fn work(
    app: App,
    define: fn(WorkerOptions) -> WorkerOptions,
    pace: Pace,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        if let Err(error) = until_stopped(&app, define, pace, &stop).await {
            tracing::warn!(%error, "the queue of jobs cannot be worked on; trying again");
            tokio::select! {
                () = tokio::time::sleep(PATIENCE) => {}
                () = stop.cancelled() => {}
            }
        }
    }
}

async fn until_stopped(
    app: &App,
    define: fn(WorkerOptions) -> WorkerOptions,
    pace: Pace,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let pool = app.database.queue().await?;
    let options = WorkerOptions::default()
        .pg_pool(pool.clone())
        .concurrency(AT_ONCE)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stop.clone().cancelled_owned())
        .heartbeat_interval(pace.beat)
        .sweep_interval(pace.beat)
        .sweep_threshold(pace.dead_after)
        .recovery_delay(Duration::ZERO)
        .add_extension(app.clone());
    let worker = define(options).init().await?;
    let done = worker.run().await;
    pool.close().await;
    Ok(done?)
}
