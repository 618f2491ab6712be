//! What a mailbox is set to, as its form has it and as the list shows it. Pure, for both sides.
//! Passwords come in by the form and never go out.

use std::fmt;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::problem::{Left, Trouble};
use crate::{
    model::{MailboxId, Text},
    texts,
};

texts! {
    TLS = "TLS" | "TLS" | "TLS";
    STARTTLS = "STARTTLS" | "STARTTLS" | "STARTTLS";
    IN_THE_CLEAR = "None (this machine only)" | "Aucune (cette machine seulement)" | "Geen (alleen deze machine)";
}

/// How what is sent to a server is kept from being read on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// From the first byte on.
    Tls,
    /// Asked for in the clear, and required.
    StartTls,
    /// Not at all: within the machine only.
    None,
}

impl Security {
    pub const ALL: [Self; 3] = [Self::Tls, Self::StartTls, Self::None];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::None => "none",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|security| security.code() == code)
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Tls => TLS,
            Self::StartTls => STARTTLS,
            Self::None => IN_THE_CLEAR,
        }
    }
}

/// A password as it is typed, which no `Debug` shows.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Typed(pub String);

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed")
    }
}

/// The form of a mailbox as it was filled in; when it is shown, without passwords.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    pub name: String,
    pub address: String,
    /// Ticked: "on".
    pub active: String,
    pub imap_host: String,
    pub imap_port: String,
    pub imap_security: String,
    pub imap_user: String,
    pub imap_password: Typed,
    pub imap_folder: String,
    pub smtp_host: String,
    pub smtp_port: String,
    pub smtp_security: String,
    pub smtp_user: String,
    pub smtp_password: Typed,
}

/// All that the form of a mailbox shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailboxForm {
    /// None: a new one.
    pub id: Option<MailboxId>,
    pub version: i64,
    pub fields: Fields,
    /// Whether a password is kept.
    pub imap_password: bool,
    pub smtp_password: bool,
    pub state: Option<State>,
}

/// A mailbox in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailboxRow {
    pub id: MailboxId,
    pub name: String,
    pub address: String,
    pub active: bool,
    pub state: Option<State>,
}

/// How the fetching stands; times are the reader's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// When it was last known that there is nothing more to be fetched.
    pub checked_at: Option<NaiveDateTime>,
    pub failing: Option<Failing>,
    pub left_out: Option<LeftOut>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failing {
    pub since: NaiveDateTime,
    pub trouble: Trouble,
}

/// Messages that were not taken in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeftOut {
    pub n: i64,
    /// Of the last one: its number in the folder, when, and why.
    pub uid: i64,
    pub at: NaiveDateTime,
    pub why: Left,
}

/// What testing the connections of a mailbox came to; none: there is no such server in the form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tested {
    pub imap: Option<Result<(), Trouble>>,
    pub smtp: Option<Result<(), Trouble>>,
}
