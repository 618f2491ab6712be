//! Ids as types of their own, so that a user's id cannot be taken for a record's.
//! On the wire and in addresses they are UUIDs.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text.trim()).map(Self)
            }
        }
    )*};
}

ids! {
    /// One customer of the hosted service: the tenant.
    AccountId;
    /// A person who can sign in to one account.
    UserId;
    /// A company, contact, deal, …; always named together with its [`super::RecordKind`].
    RecordId;
    /// A team of colleagues in one account.
    TeamId;
    /// Somebody who is asked to become a user.
    InvitationId;
    /// A file that was imported in the browser.
    ImportId;
    /// An act on many records at once.
    BulkActId;
    /// A field that an account's admins have added.
    FieldId;
    /// A saved filter of one list.
    SegmentId;
    /// An address that several colleagues answer.
    MailboxId;
    /// Staff of the hosted service, in no account.
    OperatorId;
    /// One sign-in of a user, as shown under "My sessions"; not the secret in the cookie.
    SessionId;
}

impl FieldId {
    /// Its name in forms. It begins with a letter, since what begins with a digit is taken for a place in a list there.
    pub fn key(self) -> String {
        format!("f-{self}")
    }

    pub fn from_key(key: &str) -> Option<Self> {
        key.strip_prefix("f-")?.parse().ok()
    }
}

#[cfg(feature = "ssr")]
impl RecordId {
    /// A new id that sorts by the time of its making, so that indexes grow at one end.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

#[cfg(feature = "ssr")]
impl Default for RecordId {
    fn default() -> Self {
        Self::new()
    }
}
