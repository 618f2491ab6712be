//! What operators see: names, plans and counts of accounts, and what admins ask for. Never a record.
//! Every change has a reason, which the account's admins read.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{Support, SupportAccount};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::model::{AccountId, audit::AuditEntry, plan::AccountPlan};

/// An account as operators see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub id: AccountId,
    pub plan: AccountPlan,
    pub users: i64,
    pub companies: i64,
    pub deals: i64,
    /// Since when it asks for the second sales contact.
    pub asked: Option<NaiveDateTime>,
}

/// One account's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountPage {
    pub account: Account,
    /// How many people would lose access to how many records without the second sales contact.
    pub people: i64,
    pub records: i64,
    pub audit: Vec<AuditEntry>,
}
