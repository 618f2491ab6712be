//! The bin: deleted records, for 30 days, for who deleted them and for admins.
//! Who sees what of it is decided by the database's policies.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{RecordId, RecordKind};

/// So many days a deleted record can be restored; the database keeps the same number.
pub const DAYS: i64 = 30;

/// A record that was just deleted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deleted {
    pub kind: RecordKind,
    pub id: RecordId,
    pub name: String,
}

/// A record in the bin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InBin {
    pub record: Deleted,
    /// Full name of who deleted it.
    pub by: String,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    /// Until it is gone for good, a begun day counted; 1 on its last day.
    pub days_left: i64,
}

/// A page of the bin, latest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BinPage {
    pub records: Vec<InBin>,
    /// Where the next page begins, as the address says it.
    pub next: Option<String>,
}
