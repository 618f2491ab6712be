//! Segments: building a filter of a list, saving it, and putting one's side bar in order. What a filter finds is the
//! business of the records' store; what it may say, that of the model.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{EditSegment, NewSegment, SegmentsPage};

use serde::{Deserialize, Serialize};

use crate::model::{
    RecordId, RecordKind, SegmentId, TeamId,
    catalogue::CustomField,
    segments::{SavedSegment, rows::Row},
    users::Colleague,
};

/// All that the builder shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Builder {
    pub kind: RecordKind,
    /// None: a new one.
    pub saved: Option<SavedSegment>,
    /// Whom a condition can name, and whether he is active.
    pub people: Vec<(Colleague, bool)>,
    pub teams: Vec<(TeamId, String)>,
    pub phases: Vec<(uuid::Uuid, String)>,
    /// What admins have added, to this kind and to those at which its fields point.
    pub custom: Vec<(RecordKind, Vec<CustomField>)>,
    /// What the records are called that the filter names, as far as the reader sees them.
    pub records: Vec<(RecordId, String)>,
}

/// What the builder's form sends.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SegmentForm {
    /// None: a new one.
    pub id: Option<SegmentId>,
    pub version: i64,
    pub name: String,
    /// The code of an audience.
    pub audience: String,
    pub owner_only: Option<String>,
    pub rows: Vec<Row>,
    pub columns: Vec<String>,
    pub sort: String,
    /// Without scripts, a button that does something to the rows or to the columns.
    pub press: Option<String>,
}
