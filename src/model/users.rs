//! A user, his rights, and what a page may know about the person who looks at it.
//! Rights are data here; what they let one see is decided by the database's policies.

use serde::{Deserialize, Serialize};

use super::{AccountId, Language, OperatorId, RecordKind, SessionId, UserId};
use crate::texts;

/// Admins always have full rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    Admin,
    User,
}

/// How far a right reaches: CRM (companies and contacts) and deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    None,
    Limited,
    Full,
}

/// Which projects a user sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectReach {
    None,
    Participation,
    All,
}

/// The rights of a user, as `Settings > Users` shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rights {
    pub crm: Reach,
    pub deals: Reach,
    pub projects: ProjectReach,
    pub invoices: bool,
    pub mailbox: bool,
    pub export: bool,
}

impl Rights {
    pub const FULL: Self = Self {
        crm: Reach::Full,
        deals: Reach::Full,
        projects: ProjectReach::All,
        invoices: true,
        mailbox: true,
        export: true,
    };

    /// Whether records of this kind exist at all for a user with these rights; who has no right
    /// to a kind can neither open its list nor be made responsible for one of its records.
    pub const fn may_use(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Company => !matches!(self.crm, Reach::None),
            RecordKind::Deal => !matches!(self.deals, Reach::None),
        }
    }
}

/// A signed-in user in one account: on whose behalf the server reads and writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    pub account: AccountId,
    pub user: UserId,
    pub session: Option<SessionId>,
    pub full_name: String,
    pub email: String,
    pub role: UserRole,
    pub rights: Rights,
    pub language: Language,
    /// IANA name, e.g. `Europe/Brussels`.
    pub time_zone: String,
    /// Whether the account has the second sales contact.
    pub second_enabled: bool,
}

/// What a page knows of the person in front of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub user: UserId,
    pub full_name: String,
    pub email: String,
    pub role: UserRole,
    pub rights: Rights,
    pub second_enabled: bool,
}

impl From<&Actor> for Me {
    fn from(actor: &Actor) -> Self {
        Self {
            user: actor.user,
            full_name: actor.full_name.clone(),
            email: actor.email.clone(),
            role: actor.role,
            rights: actor.rights,
            second_enabled: actor.second_enabled,
        }
    }
}

/// Staff of the hosted service, signed in: sees names, plans and counts of accounts, never a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    pub id: OperatorId,
    pub full_name: String,
    pub email: String,
    pub language: Language,
}

/// A colleague as a picker offers him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub id: UserId,
    pub full_name: String,
    /// The names of his teams: typing one of them lists its members.
    pub teams: Vec<String>,
}

texts! {
    NOBODY = "Nobody" | "Personne" | "Niemand";
    ME = "(me)" | "(moi)" | "(ik)";
    DEACTIVATED = "(deactivated)" | "(désactivé)" | "(gedeactiveerd)";
}
