//! Settings > Users: who may sign in, and what each may do; inviting, limiting, deactivating, handing over.
//! Admins only; for others the pages do not exist.

pub mod api;
#[cfg(feature = "ssr")]
mod mails;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{DeactivateUser, EditUser, InviteUser, Users};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::model::{
    InvitationId, Language, RecordId, RecordKind, UserId,
    hand_over::Holder,
    users::{Access, ProjectReach, Reach, Rights, UserRole},
};

/// A user in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserRow {
    pub id: UserId,
    pub full_name: String,
    pub email: String,
    pub active: bool,
    pub access: Access,
    pub teams: Vec<String>,
    /// Whether he signs in with a second factor.
    pub second_factor: bool,
}

/// Somebody who has a link in his mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub full_name: String,
    pub email: String,
    pub access: Access,
    pub invited_by: String,
    /// In the reader's time zone.
    pub expires: NaiveDateTime,
    pub expired: bool,
}

/// All that Settings > Users lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UsersPage {
    pub users: Vec<UserRow>,
    pub invitations: Vec<Invitation>,
    /// Whether everybody needs one.
    pub second_factor_required: bool,
}

/// What an admin writes of a person, as it is typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonInput {
    #[serde(default)]
    pub full_name: String,
    #[serde(default)]
    pub function: String,
    #[serde(default)]
    pub language: Language,
    #[serde(default)]
    pub time_zone: String,
}

/// Role and rights as a form sends them: a checkbox that is not ticked is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessInput {
    pub role: UserRole,
    pub crm: Reach,
    pub deals: Reach,
    pub projects: ProjectReach,
    #[serde(default)]
    pub invoices: bool,
    #[serde(default)]
    pub mailbox: bool,
    #[serde(default)]
    pub export: bool,
}

impl AccessInput {
    pub const fn access(self) -> Access {
        let rights = Rights {
            crm: self.crm,
            deals: self.deals,
            projects: self.projects,
            invoices: self.invoices,
            mailbox: self.mailbox,
            export: self.export,
        };
        Access::new(self.role, rights)
    }
}

impl From<Access> for AccessInput {
    fn from(Access { role, rights }: Access) -> Self {
        Self {
            role,
            crm: rights.crm,
            deals: rights.deals,
            projects: rights.projects,
            invoices: rights.invoices,
            mailbox: rights.mailbox,
            export: rights.export,
        }
    }
}

/// The form of a user, or of an invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserForm {
    /// None: somebody who is to be invited.
    pub id: Option<UserId>,
    pub version: i64,
    pub email: String,
    pub active: bool,
    /// Whether he has one that the reader may reset: somebody else's.
    pub second_factor: bool,
    pub person: PersonInput,
    pub access: Access,
    pub time_zones: Vec<String>,
}

/// What becomes of a user's records of one kind under other rights.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    pub kind: RecordKind,
    /// How many he sees now, and how many he would see.
    pub before: i64,
    pub after: i64,
    /// Some that he would not see any more, by name.
    pub lost: Vec<(RecordId, String)>,
    /// Some that he would still see.
    pub kept: Vec<(RecordId, String)>,
    /// How many he stays responsible for without a right to them.
    pub orphans: i64,
}

/// The page that asks before somebody is deactivated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Departure {
    pub version: i64,
    pub holder: Holder,
}
