//! Links between companies and contacts: any number on either side, each with a position.
//! They read the same from both ends.

use serde::{Deserialize, Serialize};

use super::{RecordId, RecordKind};

/// How long a position may be, in characters.
pub const POSITION_LENGTH: usize = 200;

/// A record at the other end of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    pub kind: RecordKind,
    pub id: RecordId,
    pub name: String,
    /// What tells it from another of the same name: a contact's function, a company's city.
    pub hint: Option<String>,
    /// What the contact is in the company.
    pub position: Option<String>,
    pub decision_maker: bool,
}

/// The first of a record's links by name, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Links {
    pub links: Vec<Link>,
    pub total: i64,
}
