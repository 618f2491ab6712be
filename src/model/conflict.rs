//! Two who change the same record at the same time: who saved first, and what both of them changed.
//! What only one of them changed needs nobody's choice.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{
    Language, Value,
    catalogue::{Field, FieldType},
};

/// Who saved before, when, and what is to be chosen between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// The version that the record has now.
    pub version: i64,
    pub by: String,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    /// In the catalogue's order; empty where a form is only told that it comes too late.
    pub fields: Vec<Contested>,
}

/// A field that both have changed, to different values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contested {
    pub field: String,
    /// What was typed, as it is read.
    pub mine: Value,
    /// What was saved meanwhile.
    pub theirs: Value,
}

/// Which of two values a field keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// Chosen beforehand: what somebody typed is never lost by doing nothing.
    #[default]
    Mine,
    Theirs,
}

impl Keep {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Theirs => "theirs",
        }
    }

    pub fn from_code(code: &str) -> Self {
        if code == Self::Theirs.code() {
            Self::Theirs
        } else {
            Self::Mine
        }
    }
}

/// The hidden inputs and choices by which an edit form can be compared with what was saved meanwhile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sent {
    pub opened: String,
    pub contested: String,
    pub keep: BTreeMap<String, Keep>,
}

/// The names of these inputs.
pub const OPENED: &str = "base[opened]";
pub const CONTESTED: &str = "base[contested]";

/// The name of the choice for a field.
pub fn keep_name(key: &str) -> String {
    format!("base[keep][{key}]")
}

/// The field whose choice has this name.
pub fn keep_key(name: &str) -> Option<&str> {
    name.strip_prefix("base[keep][")?.strip_suffix(']')
}

/// The same, read. What is missing or malformed there only means that more is asked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Base {
    /// The fields' values when the form was opened.
    pub opened: BTreeMap<String, Value>,
    /// What the form was asked to choose between.
    pub contested: Vec<Contested>,
    pub keep: BTreeMap<String, Keep>,
}

impl From<Sent> for Base {
    fn from(sent: Sent) -> Self {
        Self {
            opened: serde_json::from_str(&sent.opened).unwrap_or_default(),
            contested: read_contested(&sent.contested),
            keep: sent.keep,
        }
    }
}

impl Base {
    pub fn keep(&self, key: &str) -> Keep {
        self.keep.get(key).copied().unwrap_or_default()
    }

    pub fn contested(&self, key: &str) -> Option<&Contested> {
        self.contested.iter().find(|one| one.field == key)
    }
}

/// What a form's hidden input says that is contested.
pub fn read_contested(json: &str) -> Vec<Contested> {
    serde_json::from_str(json).unwrap_or_default()
}

/// As the hidden inputs hold it.
pub fn write<T: Serialize>(value: &T) -> String {
    // Values have no shape that JSON lacks.
    serde_json::to_string(value).unwrap_or_default()
}

impl Field {
    /// Whether two values of this field are the same, however they are shown: a colleague by his id even under another
    /// name, a choice even in another language.
    pub fn same(&self, one: &Value, other: &Value) -> bool {
        match (one, other) {
            (Value::User { id: a, .. }, Value::User { id: b, .. }) => a == b,
            (
                Value::Record {
                    id: Some(a),
                    kind: of_a,
                    ..
                },
                Value::Record {
                    id: Some(b),
                    kind: of_b,
                    ..
                },
            ) => (of_a, a) == (of_b, b),
            (Value::Choice { id: a, .. }, Value::Choice { id: b, .. }) => a == b,
            // Whether it is overdue says the calendar.
            (Value::Status { status: a, .. }, Value::Status { status: b, .. }) => a == b,
            // The currency is a field of its own.
            (Value::Amount { amount: a, .. }, Value::Amount { amount: b, .. }) => a == b,
            (Value::Text(a), Value::Text(b)) => a == b || self.same_choice(a, b),
            (a, b) => a == b,
        }
    }

    fn same_choice(&self, one: &str, other: &str) -> bool {
        let code = |label: &str| match self.kind {
            FieldType::Fixed(_) => self.parse(label, Language::En).ok(),
            _ => None,
        };
        code(one).is_some_and(|one| Some(one) == code(other))
    }

    /// Whether a form still says what it was opened with: the input's own text, or what it shows, since a record is
    /// typed by its name where there are no scripts.
    pub fn is_still(&self, typed: &str, opened: &Value, language: Language) -> bool {
        let typed = typed.trim().replace("\r\n", "\n");
        let stands = |text: String| {
            text.trim() == typed
                || match (self.parse(&text, language), self.parse(&typed, language)) {
                    (Ok(opened), Ok(typed)) => opened == typed,
                    _ => false,
                }
        };
        stands(opened.input(language)) || stands(opened.show(language))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RecordId, RecordKind, UserId};
    use rust_decimal::Decimal;
    use uuid::Uuid;

    fn field(kind: RecordKind, key: &str) -> &'static Field {
        kind.field(key).expect("the field exists")
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn a_value_is_the_same_under_another_name_in_another_language_and_in_another_currency() {
        let ann = |name: &str| Value::User {
            id: UserId(Uuid::from_u128(1)),
            name: name.into(),
            active: true,
        };
        let contact = field(RecordKind::Company, "sales_contact");
        assert!(contact.same(&ann("Ann"), &ann("Ann Peeters")));
        assert!(!contact.same(&ann("Ann"), &Value::Empty));
        let language = field(RecordKind::Company, "language");
        assert!(language.same(&text("French"), &text("Français")));
        assert!(!language.same(&text("French"), &text("Dutch")));
        let amount = |n: i64, currency: &str| Value::Amount {
            amount: Decimal::new(n, 2),
            currency: currency.into(),
        };
        let value = field(RecordKind::Deal, "value");
        assert!(value.same(&amount(100, "EUR"), &amount(100, "USD")));
        assert!(!value.same(&amount(100, "EUR"), &amount(101, "EUR")));
        let name = field(RecordKind::Company, "name");
        assert!(!name.same(&text("French"), &text("Français")));
    }

    #[test]
    fn what_stands_untouched_in_an_input_is_recognised_in_every_type() {
        let kind = RecordKind::Company;
        let notes = field(kind, "notes");
        assert!(notes.is_still("one\r\ntwo ", &text("one\ntwo"), Language::En));
        assert!(!notes.is_still("one", &text("one\ntwo"), Language::En));
        assert!(!notes.is_still("", &text("one"), Language::En));
        assert!(!notes.is_still("one", &Value::Empty, Language::En));
        assert!(notes.is_still("", &Value::Empty, Language::En));
        let language = field(kind, "language");
        assert!(language.is_still("fr", &text("French"), Language::En));
        assert!(!language.is_still("", &text("French"), Language::En));
        let value = field(RecordKind::Deal, "value");
        let amount = Value::Amount {
            amount: Decimal::new(123_450, 2),
            currency: "EUR".into(),
        };
        for typed in ["1 234,50", "1234,5", "1234,50"] {
            assert!(value.is_still(typed, &amount, Language::Fr), "{typed}");
        }
        assert!(!value.is_still("1234,51", &amount, Language::Fr));
        let customer = field(RecordKind::Deal, "customer");
        let id = Uuid::from_u128(7);
        let company = Value::Record {
            kind,
            id: Some(RecordId(id)),
            name: "Client NV".into(),
        };
        assert!(customer.is_still(&id.to_string(), &company, Language::En));
        assert!(customer.is_still("Client NV", &company, Language::En));
        assert!(!customer.is_still("Other NV", &company, Language::En));
        // What cannot be read is no sign of nothing having been typed.
        let email = field(kind, "email");
        assert!(!email.is_still("not an address", &text("a@b.be"), Language::En));
        assert!(!email.is_still("not an address", &text("nor this"), Language::En));
    }

    #[test]
    fn what_a_browser_sends_malformed_says_nothing() {
        let sent = Sent {
            opened: "{".into(),
            contested: "[1]".into(),
            keep: BTreeMap::new(),
        };
        assert_eq!(Base::from(sent), Base::default());
        assert_eq!(keep_key(&keep_name("city")), Some("city"));
        assert_eq!(keep_key("values[city]"), None);
        let contested = vec![Contested {
            field: "city".into(),
            mine: text("Lille"),
            theirs: Value::Empty,
        }];
        assert_eq!(read_contested(&write(&contested)), contested);
    }
}
