//! A field that an account's admins have added: what it holds, what it is called, what is set about it.
//! To everything else it is a field like any other.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Field, FieldType};
use crate::{
    model::{FieldId, Problem, RecordKind, Text, Value},
    texts,
};

/// What a custom field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    Line,
    Lines,
    Integer,
    Number,
    Money,
    Date,
    YesNo,
    Select,
    MultiSelect,
    Email,
    Telephone,
    Url,
    Counter,
    User,
    Company,
    Contact,
}

texts! {
    LINE = "Single line" | "Ligne unique" | "Eén regel";
    LINES = "Multi-line" | "Plusieurs lignes" | "Meerdere regels";
    INTEGER = "Integer" | "Nombre entier" | "Geheel getal";
    NUMBER = "Number" | "Nombre" | "Getal";
    MONEY = "Money" | "Montant" | "Bedrag";
    DATE = "Date" | "Date" | "Datum";
    YES_NO = "Yes/no" | "Oui/non" | "Ja/nee";
    SELECT = "Single select" | "Choix unique" | "Eén keuze";
    MULTI_SELECT = "Multi-select" | "Choix multiple" | "Meerdere keuzes";
    EMAIL = "E-mail" | "E-mail" | "E-mail";
    TELEPHONE = "Telephone" | "Téléphone" | "Telefoon";
    URL = "URL" | "URL" | "URL";
    COUNTER = "Automatic number" | "Numéro automatique" | "Automatisch nummer";
    USER = "User" | "Utilisateur" | "Gebruiker";
    COMPANY = "Company" | "Entreprise" | "Bedrijf";
    CONTACT = "Contact" | "Contact" | "Contact";
}

impl Holds {
    pub const ALL: [Self; 16] = [
        Self::User,
        Self::Line,
        Self::Lines,
        Self::Integer,
        Self::Number,
        Self::Money,
        Self::Date,
        Self::YesNo,
        Self::Select,
        Self::MultiSelect,
        Self::Email,
        Self::Telephone,
        Self::Url,
        Self::Counter,
        Self::Company,
        Self::Contact,
    ];

    /// Its word in forms and in the database.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Lines => "lines",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Money => "money",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Select => "select",
            Self::MultiSelect => "multi_select",
            Self::Email => "email",
            Self::Telephone => "telephone",
            Self::Url => "url",
            Self::Counter => "counter",
            Self::User => "user",
            Self::Company => "company",
            Self::Contact => "contact",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|holds| holds.code() == code)
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Line => LINE,
            Self::Lines => LINES,
            Self::Integer => INTEGER,
            Self::Number => NUMBER,
            Self::Money => MONEY,
            Self::Date => DATE,
            Self::YesNo => YES_NO,
            Self::Select => SELECT,
            Self::MultiSelect => MULTI_SELECT,
            Self::Email => EMAIL,
            Self::Telephone => TELEPHONE,
            Self::Url => URL,
            Self::Counter => COUNTER,
            Self::User => USER,
            Self::Company => COMPANY,
            Self::Contact => CONTACT,
        }
    }

    /// Whether it is chosen among choices of the field's own.
    pub const fn has_choices(self) -> bool {
        matches!(self, Self::Select | Self::MultiSelect)
    }

    const fn field_type(self, several: bool) -> FieldType {
        match self {
            Self::Line => FieldType::Line { max: 200 },
            Self::Lines => FieldType::Lines { max: 20_000 },
            Self::Integer => FieldType::Integer {
                min: -MAX_INTEGER,
                max: MAX_INTEGER,
            },
            Self::Number => FieldType::Number,
            Self::Money => FieldType::Money,
            Self::Date => FieldType::Date,
            Self::YesNo => FieldType::YesNo,
            Self::Select => FieldType::Choice { several },
            Self::MultiSelect => FieldType::Choice { several: true },
            Self::Email => FieldType::Email,
            Self::Telephone => FieldType::Telephone,
            Self::Url => FieldType::WebAddress,
            Self::Counter => FieldType::Counter,
            Self::User => FieldType::Person { several },
            Self::Company => FieldType::Record(RecordKind::Company),
            Self::Contact => FieldType::Record(RecordKind::Contact),
        }
    }
}

/// What every storage of numbers holds, and a browser without rounding.
const MAX_INTEGER: i64 = 999_999_999_999_999;

/// One of a field's own choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: Uuid,
    pub label: String,
}

impl Choice {
    /// Its name in the form of the field, for the same reason as that of [`FieldId::key`].
    pub fn key(&self) -> String {
        format!("c-{}", self.id)
    }

    /// The id of a choice of this name.
    pub fn id_of(key: &str) -> Option<Uuid> {
        key.strip_prefix("c-")?.parse().ok()
    }

    pub fn value(&self) -> Value {
        Value::Choice {
            id: self.id,
            label: self.label.clone(),
        }
    }
}

/// What admins have set about a field that they have added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    pub id: FieldId,
    /// Its id as a name in forms, addresses and events.
    pub key: String,
    /// Grows with every change of what is set about it.
    pub version: i32,
    pub label: String,
    pub holds: Holds,
    pub required: bool,
    /// Whether a User field or a select holds several.
    pub several: bool,
    /// A column of the list.
    pub listed: bool,
    /// Whether the people in a User field are told about changes of the record.
    pub told: bool,
    /// Whether the people in a User field find the record under My responsibilities.
    pub mine: bool,
    /// What it is for, said beside its input.
    pub help: String,
    /// What a new record begins with, as it would be typed.
    pub default: String,
    /// ISO 4217, of an amount.
    pub currency: String,
    /// The heading that it stands under; empty for none.
    pub group: String,
    pub choices: Vec<Choice>,
}

impl CustomField {
    /// A field of which nothing but the type is set.
    pub fn new(holds: Holds, several: bool) -> Self {
        Self {
            id: FieldId(Uuid::nil()),
            key: String::new(),
            version: 0,
            label: String::new(),
            holds,
            required: false,
            several,
            listed: false,
            told: false,
            mine: true,
            help: String::new(),
            default: String::new(),
            currency: "EUR".to_owned(),
            group: String::new(),
            choices: Vec::new(),
        }
    }

    pub fn choice(&self, id: Uuid) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.id == id)
    }

    /// A choice as somebody types it: by its id, of which the database knows whether it is there still, or by its label
    /// whatever its case.
    pub(super) fn typed_choice(&self, text: &str) -> Result<Uuid, Problem> {
        if let Ok(id) = text.parse() {
            return Ok(id);
        }
        let wanted = text.to_lowercase();
        let mut choices = self.choices.iter();
        choices
            .find(|choice| choice.label.to_lowercase() == wanted)
            .map(|choice| choice.id)
            .ok_or(Problem::NotAnOption)
    }

    /// Whether its values are colleagues, under whose responsibilities they put the record.
    pub fn is_mine(&self) -> bool {
        self.holds == Holds::User && self.mine
    }
}

impl Field {
    /// A field that admins have added.
    pub fn added(custom: &CustomField) -> Self {
        let kind = custom.holds.field_type(custom.several);
        Self {
            required: custom.required,
            listed: custom.listed,
            custom: Some(Arc::new(custom.clone())),
            ..Self::new("", Text::new("", "", ""), kind).column("")
        }
    }
}
