//! Settings > Plan and Settings > Audit: what the account has, how to get more, and who changed it.
//! Admins only; for others the pages do not exist.

pub mod api;
#[cfg(feature = "ssr")]
mod mails;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{Audit, DisableSecond, MyPlan};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::model::{RecordKind, plan::AccountPlan};

/// What Settings > Plan shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanPage {
    pub plan: AccountPlan,
    /// Since when support has been asked for the second sales contact.
    pub asked: Option<NaiveDateTime>,
    /// When it declined what was asked last, and why.
    pub declined: Option<(NaiveDateTime, String)>,
    /// Whether admins enable features themselves here.
    pub self_service: bool,
}

/// Somebody who would see fewer records without the second sales contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Loss {
    pub full_name: String,
    /// How many of each kind.
    pub counts: Vec<(RecordKind, i64)>,
}
