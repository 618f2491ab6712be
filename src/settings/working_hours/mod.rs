//! Settings > Working hours: which minutes count as working time in the statistics of the shared mailbox. Admins only; for others
//! the page does not exist.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{WORKING_HOURS, WorkingHoursPage};

use serde::{Deserialize, Serialize};

use crate::model::working_hours::WorkingHours;

/// What the form begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HoursForm {
    /// 0: none were ever saved.
    pub version: i64,
    pub hours: WorkingHours,
    /// IANA name.
    pub time_zone: String,
}
