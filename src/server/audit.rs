//! A row of the audit log as both its readers get it: an account's admins, and support.
//! Each says in whose time the moment is shown.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::model::audit::AuditEntry;

#[derive(sqlx::FromRow)]
pub struct AuditRow {
    at: DateTime<Utc>,
    by_name: String,
    by_support: bool,
    what: String,
    before: String,
    after: String,
    reason: String,
}

impl AuditRow {
    pub fn entry(self, local: impl Fn(DateTime<Utc>) -> NaiveDateTime) -> AuditEntry {
        AuditEntry {
            at: local(self.at),
            by: self.by_name,
            by_support: self.by_support,
            what: self.what,
            before: self.before,
            after: self.after,
            reason: self.reason,
        }
    }
}
