//! The audit log: written in the transaction of the change, and as both its readers get it: an account's
//! admins, and support. Each of them says in whose time the moment is shown.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::database::Writing;
use crate::model::{AppError, audit::AuditEntry};

/// Writes down what the actor of the transaction changes. `about` is the colleague whom it is about, or empty.
pub async fn write(
    tx: &mut Writing,
    about: &str,
    what: &str,
    (before, after): (&str, &str),
) -> Result<(), AppError> {
    let (account, me, name) = {
        let actor = tx.actor();
        (actor.account.0, actor.user.0, actor.full_name.clone())
    };
    sqlx::query(
        "insert into audit (account_id, by_name, by_user_id, about, what, before, after, reason)
         values ($1, $2, $3, $4, $5, $6, $7, '')",
    )
    .bind(account)
    .bind(name)
    .bind(me)
    .bind(about)
    .bind(what)
    .bind(before)
    .bind(after)
    .execute(tx.connection())
    .await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub struct AuditRow {
    at: DateTime<Utc>,
    by_name: String,
    by_support: bool,
    /// Support is not told of anybody.
    #[sqlx(default)]
    about: String,
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
            about: self.about,
            what: self.what,
            before: self.before,
            after: self.after,
            reason: self.reason,
        }
    }
}
