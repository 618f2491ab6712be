//! The segments of a list as its side bar shows them; how many records each has is asked for apart, after the page.
//! Saving them is the business of the room of segments.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{AppError, RecordKind, SegmentId, lists::BuiltIn, segments::SegmentLink};

#[cfg(feature = "ssr")]
use {
    crate::{
        model::{Actor, lists::ListQuery},
        records::store::{self, Narrowed},
        server::{context::viewing, database::Database},
    },
    sqlx::AssertSqlSafe,
};

/// How many records a segment has; nothing where that could not be counted in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SegmentCount {
    pub segment: Option<SegmentId>,
    pub built_in: BuiltIn,
    /// One more than [`COUNTED`] where it has more than these.
    pub count: Option<i64>,
}

/// A side bar counts as far as this.
pub const COUNTED: i64 = 10_000;

/// What the side bar of a list has besides the built-in segments.
#[server(prefix = "/api", endpoint = "segment-links")]
pub async fn segment_links(kind: RecordKind) -> Result<Vec<SegmentLink>, AppError> {
    let mut tx = viewing(kind).await?;
    store::segment_links(&mut tx, kind).await
}

/// How many records each segment of a list has, up to [`COUNTED`].
#[server(prefix = "/api", endpoint = "segment-counts")]
pub async fn segment_counts(kind: RecordKind) -> Result<Vec<SegmentCount>, AppError> {
    let mut tx = viewing(kind).await?;
    let links = store::segment_links(&mut tx, kind).await?;
    drop(tx);
    let (database, actor) = crate::server::context::actor()?;
    let mut counts = Vec::new();
    for built_in in BuiltIn::of(kind) {
        counts.push(one(&database, &actor, kind, built_in, None).await?);
    }
    for link in links {
        counts.push(one(&database, &actor, kind, BuiltIn::All, Some(link.id)).await?);
    }
    Ok(counts)
}

/// Each in a transaction of its own: one that takes too long ends its own alone.
#[cfg(feature = "ssr")]
async fn one(
    database: &Database,
    actor: &Actor,
    kind: RecordKind,
    built_in: BuiltIn,
    segment: Option<SegmentId>,
) -> Result<SegmentCount, AppError> {
    let query = ListQuery {
        segment: built_in,
        saved: segment,
        ..ListQuery::default()
    };
    let mut tx = database.begin(actor).await?;
    sqlx::query(AssertSqlSafe(PATIENCE))
        .execute(tx.connection())
        .await?;
    let narrowed = Narrowed::of(&mut tx, kind, &query).await?;
    let counted = narrowed.count(&mut tx, Some(COUNTED)).await;
    let count = match counted {
        Ok(count) => Some(count),
        Err(AppError::Invalid(_) | AppError::Unavailable) => None,
        Err(error) => return Err(error),
    };
    Ok(SegmentCount {
        segment,
        built_in,
        count,
    })
}

/// Nobody waits for a count.
#[cfg(feature = "ssr")]
const PATIENCE: &str = "set local statement_timeout = '3s'";
