//! What happens by the clock, whichever server looks at it first: digests become due, invoices overdue.

use std::time::Duration;

use chrono::Utc;
use tokio::time::interval;

use crate::server::database::Database;

const LOOK: Duration = Duration::from_secs(60);

/// Looks every minute, for as long as the server runs.
pub async fn watch(database: Database) {
    let mut regularly = interval(LOOK);
    loop {
        regularly.tick().await;
        let digests = sqlx::query("select api.digests_plan($1)").bind(Utc::now());
        if let Err(error) = digests.execute(database.api()).await {
            tracing::warn!(%error, "digests could not be planned");
        }
        let overdue = sqlx::query("select api.overdue_write()");
        if let Err(error) = overdue.execute(database.api()).await {
            tracing::warn!(%error, "overdue invoices could not be looked for");
        }
    }
}
