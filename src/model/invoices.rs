//! The states of an invoice, and what stays as it is once it is booked: its number, customer, date and amounts.
//! The database guarantees the same (migration 0021); here it is said beside the field, all at once.

use serde::{Deserialize, Serialize};

use super::{Language, Text};
use crate::texts;

/// What is stored. Overdue is none of them: a booked invoice becomes so by itself, after its due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceStatus {
    Draft,
    Booked,
    Paid,
    Credited,
}

texts! {
    DRAFT = "Draft" | "Brouillon" | "Concept";
    BOOKED = "Booked" | "Comptabilisée" | "Geboekt";
    PAID = "Paid" | "Payée" | "Betaald";
    CREDITED = "Credited" | "Créditée" | "Gecrediteerd";
    OVERDUE = "Overdue" | "En retard" | "Vervallen";
}

/// What of a booked invoice never changes, by the keys of its fields.
pub const LOCKED: [&str; 6] = [
    "number",
    "customer",
    "date",
    "total_excl",
    "total_incl",
    "currency",
];

impl InvoiceStatus {
    pub const ALL: [Self; 4] = [Self::Draft, Self::Booked, Self::Paid, Self::Credited];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Booked => "booked",
            Self::Paid => "paid",
            Self::Credited => "credited",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Draft => DRAFT,
            Self::Booked => BOOKED,
            Self::Paid => PAID,
            Self::Credited => CREDITED,
        }
    }

    /// As it is read: a booked one is overdue once its due date is over.
    pub fn shown(self, overdue: bool, language: Language) -> &'static str {
        let label = if overdue { OVERDUE } else { self.label() };
        label.get(language)
    }

    /// Whether the invoice is what it says for good.
    pub fn is_booked(self) -> bool {
        self != Self::Draft
    }
}
