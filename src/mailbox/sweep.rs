//! Files that nobody knows any more: of messages whose transaction was rolled back, and of tickets that were deleted for good.
//! Every server looks, now and then; that several do so at once does no harm.

use std::{collections::HashSet, time::Duration};

use tokio::time::interval;
use uuid::Uuid;

use crate::{
    model::{AccountId, AppError},
    server::context::App,
};

const EVERY: Duration = Duration::from_secs(6 * 3600);

/// Sweeps until the server stops.
pub async fn watch(app: App) {
    let mut now_and_then = interval(EVERY);
    loop {
        now_and_then.tick().await;
        match sweep(&app).await {
            Ok(0) => {}
            Ok(n) => tracing::info!(n, "files that nobody knows were deleted"),
            Err(error) => tracing::warn!(%error, "the folder of files could not be swept"),
        }
    }
}

/// Deletes the files that no message has; answers how many.
pub async fn sweep(app: &App) -> Result<usize, AppError> {
    app.files
        .sweep(|account, ids| known(app, account, ids))
        .await
}

async fn known(app: &App, account: AccountId, ids: Vec<Uuid>) -> Result<HashSet<Uuid>, AppError> {
    let mut tx = app.database.begin_work(account).await?;
    let known: Vec<Uuid> = sqlx::query_scalar(
        "select original from ticket_messages where account_id = $1 and original = any ($2)
         union select file from ticket_attachments where account_id = $1 and file = any ($2)
         union select file from ticket_draft_files where account_id = $1 and file = any ($2)",
    )
    .bind(account.0)
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    Ok(known.into_iter().collect())
}
