//! The queue of jobs in the database: graphile_worker's own tables, closed to every role but one, and the pool of connections that
//! step into that role. Transactions put jobs into it by the function `enqueue` (migration 0024).

use std::time::Duration;

use anyhow::{Context, Result};
use graphile_worker::WorkerOptions;
use sqlx::{
    Executor as _, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

/// Whoever works holds two at most, and one hears of new jobs.
const CONNECTIONS: u32 = 4;

/// Brings the queue's tables up to date, as the owner, and opens them to the role of the jobs alone.
pub async fn migrate(owner: &PgPool) -> Result<()> {
    // A worker that never runs: making one is how its tables are made.
    WorkerOptions::default()
        .pg_pool(owner.clone())
        .listen_os_shutdown_signals(false)
        .init()
        .await
        .context("the queue of jobs could not be set up")?;
    owner
        .execute(
            "grant usage on schema graphile_worker to steward_jobs;
             grant select, insert, update, delete on all tables in schema graphile_worker to steward_jobs;
             grant usage, select on all sequences in schema graphile_worker to steward_jobs;
             revoke execute on all functions in schema graphile_worker from public;
             grant execute on all functions in schema graphile_worker to steward_jobs;
             do $$
             declare name text;
             begin
               for name in
                 select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
                 where n.nspname = 'graphile_worker' and c.relkind = 'r'
                   and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'jobs')
               loop
                 execute format('alter table graphile_worker.%I enable row level security', name);
                 execute format('create policy jobs on graphile_worker.%I for all to steward_jobs using (true) with check (true)', name);
               end loop;
             end
             $$;",
        )
        .await
        .context("the queue of jobs could not be opened to its role")?;
    Ok(())
}

/// The connections of whoever works on jobs.
pub(super) async fn pool(login: PgConnectOptions) -> Result<PgPool, sqlx::Error> {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(10))
        .after_connect(|connection, _| {
            Box::pin(async move {
                // That a job was begun, or is done, need not be on the disk: whatever a crash of Postgres forgets of it is done
                // once more, and pages do not wait behind the disk's writing of it.
                connection
                    .execute("set role steward_jobs; set synchronous_commit = off")
                    .await?;
                Ok(())
            })
        })
        .connect_with(login.application_name("steward jobs"))
        .await
}
