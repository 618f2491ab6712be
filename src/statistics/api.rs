//! The server function of the statistics. All or nothing: who has the right to the shared mailbox sees every ticket that counts.

use leptos::prelude::*;

use super::Report;
use crate::model::{AppError, statistics::StatisticsQuery};

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{model::RecordKind, server::context::viewing},
};

/// The statistics of the days that are asked for.
#[server(prefix = "/api", endpoint = "statistics")]
pub async fn statistics(query: StatisticsQuery) -> Result<Report, AppError> {
    let mut tx = viewing(RecordKind::Ticket).await?;
    store::report(&mut tx, &query).await
}
