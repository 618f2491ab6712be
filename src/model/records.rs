//! A record as its pages show it, and what its forms offer.
//! The same shapes for every kind: a kind differs by its catalogue alone.

use serde::{Deserialize, Serialize};

use super::{
    RecordId, RecordKind, Role, UserId, Value,
    access::{Reason, Seer},
    activity::Entry,
    catalogue::CustomField,
    pipeline::Phase,
    responsibility::{Responsible, first_role},
    users::Colleague,
};

/// One record with all fields that its account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    pub kind: RecordKind,
    pub id: RecordId,
    /// Grows with every change; a save says which version it was made from.
    pub version: i64,
    /// By key, in the catalogue's order.
    pub values: Vec<(String, Value)>,
}

impl Record {
    pub fn value(&self, key: &str) -> &Value {
        self.values
            .iter()
            .find(|(k, _)| k == key)
            .map_or(&Value::Empty, |(_, value)| value)
    }

    /// What the record is called.
    pub fn name(&self) -> String {
        match self.value(self.kind.title_field().key()) {
            Value::Text(name) => name.clone(),
            _ => String::new(),
        }
    }

    pub fn responsible(&self) -> Responsible {
        Responsible {
            first: first_role(self.kind).and_then(|role| self.user(role)),
            second: self.user(Role::SecondSalesContact),
        }
    }

    /// Whether it is an invoice that is booked, and stays so.
    pub fn is_booked(&self) -> bool {
        match self.value("status") {
            Value::Status { status, .. } => status.is_booked(),
            _ => false,
        }
    }

    /// Those who are responsible together, each in his role.
    pub fn shared(&self) -> impl Iterator<Item = (Role, UserId)> {
        let roles = self.kind.shared_roles().iter();
        roles.flat_map(|role| self.value(role.key()).users().map(|user| (*role, user)))
    }

    pub fn user(&self, role: Role) -> Option<UserId> {
        self.value(role.key()).user()
    }
}

/// All that the page of one record shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordPage {
    pub record: Record,
    /// Whether the reader may change it.
    pub may_edit: bool,
    /// The fields that the account has added for its kind.
    pub custom: Vec<CustomField>,
    /// Who may be chosen in its roles.
    pub colleagues: Vec<Colleague>,
    /// Who may be chosen in its User fields; empty where it has none.
    pub everybody: Vec<Colleague>,
    pub activity: Vec<Entry>,
    /// Why the reader sees it.
    pub because: Vec<Reason>,
    /// For admins: who else sees it.
    pub others: Vec<Seer>,
}

/// All that a form needs: for a new record its proposed values, else the present ones.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormData {
    pub kind: RecordKind,
    /// `None` for a new record.
    pub id: Option<RecordId>,
    pub version: i64,
    pub name: String,
    pub values: Vec<(String, Value)>,
    /// The fields that the account has added for its kind.
    pub custom: Vec<CustomField>,
    pub colleagues: Vec<Colleague>,
    /// Who may be chosen in its User fields; empty where it has none.
    pub everybody: Vec<Colleague>,
    /// The account's deal phases, in order; empty for kinds without.
    pub phases: Vec<Phase>,
}

impl FormData {
    pub fn value(&self, key: &str) -> Value {
        self.values
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.clone())
            .unwrap_or_default()
    }
}

/// A record by its name, as a record picker offers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub id: RecordId,
    pub name: String,
    /// What tells it from another of the same name.
    pub hint: String,
}

/// What a search found of one kind: the first of so many that the viewer sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    pub kind: RecordKind,
    pub hits: Vec<Suggestion>,
    pub total: i64,
}
