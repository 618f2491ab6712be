//! The value of a field: how it is shown in a language, and what stands in its input.
//! Parsing what was typed is the catalogue's business, since it depends on the field.

use chrono::{NaiveDate, NaiveDateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Language, RecordId, RecordKind, Text, UserId, invoices::InvoiceStatus, users};
use crate::texts;

texts! {
    YES = "Yes" | "Oui" | "Ja";
    NO = "No" | "Non" | "Nee";
}

/// A field's value as a person may see it: names are already looked up, and what is out of reach
/// has no name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    #[default]
    Empty,
    Text(String),
    Date(NaiveDate),
    /// In the reader's time zone.
    Moment(NaiveDateTime),
    Integer(i64),
    Amount {
        amount: Decimal,
        /// ISO 4217
        currency: String,
    },
    /// A number that is not a whole one.
    Number(Decimal),
    YesNo(bool),
    Tags(Vec<String>),
    User {
        id: UserId,
        name: String,
        active: bool,
    },
    Record {
        kind: RecordKind,
        /// `None` where the reader may not open it: then the name stands alone.
        id: Option<RecordId>,
        name: String,
    },
    /// Records that it is linked to, as far as the reader sees them.
    Records {
        kind: RecordKind,
        records: Vec<(RecordId, String)>,
    },
    /// The state of an invoice, and whether it is overdue by now.
    Status {
        status: InvoiceStatus,
        overdue: bool,
    },
    /// One of an account's own choices, such as a phase.
    Choice {
        id: Uuid,
        label: String,
    },
    /// People or choices, where a field holds any number of them; never none.
    Several(Vec<Self>),
}

impl Value {
    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The colleague that it is.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::User { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// Itself, or each of those that it holds.
    pub fn each(&self) -> &[Self] {
        match self {
            Self::Empty => &[],
            Self::Several(values) => values,
            one => std::slice::from_ref(one),
        }
    }

    /// The users whom it names.
    pub fn users(&self) -> impl Iterator<Item = UserId> {
        self.each().iter().filter_map(|one| match one {
            Self::User { id, .. } => Some(*id),
            _ => None,
        })
    }

    /// As it is read.
    pub fn show(&self, language: Language) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Date(date) => language.date(*date),
            Self::Moment(at) => language.moment(*at),
            Self::Integer(n) => language.integer(*n),
            Self::Amount { amount, currency } => language.money(*amount, currency),
            Self::Number(number) => language.decimal_number(*number),
            Self::YesNo(yes) => (if *yes { YES } else { NO }).get(language).to_owned(),
            Self::Tags(tags) => tags.join(", "),
            Self::Several(values) => {
                let shown: Vec<String> = values.iter().map(|one| one.show(language)).collect();
                shown.join(", ")
            }
            Self::User {
                name, active: true, ..
            } => name.clone(),
            Self::User {
                name,
                active: false,
                ..
            } => format!("{name} {}", users::DEACTIVATED.get(language)),
            Self::Record { name, .. } => name.clone(),
            Self::Records { records, .. } => {
                let names: Vec<&str> = records.iter().map(|(_, name)| name.as_str()).collect();
                names.join(", ")
            }
            Self::Choice { label, .. } => label.clone(),
            Self::Status { status, overdue } => status.shown(*overdue, language).to_owned(),
        }
    }

    /// As it stands in an input of a form, where it can be typed again.
    pub fn input(&self, language: Language) -> String {
        match self {
            Self::Date(date) => date.to_string(),
            Self::Integer(n) => n.to_string(),
            Self::Amount { amount, .. } => language.number(*amount),
            Self::User { id, .. } => id.to_string(),
            Self::Record { id: Some(id), .. } => id.to_string(),
            Self::Choice { id, .. } => id.to_string(),
            Self::Several(values) => {
                let typed: Vec<String> = values.iter().map(|one| one.input(language)).collect();
                typed.join(",")
            }
            other => other.show(language),
        }
    }
}

/// A fixed choice of a field, the same for every account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FixedChoice {
    pub code: &'static str,
    pub label: Text,
}
