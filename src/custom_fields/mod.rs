//! Settings > Custom fields: what an account adds to each kind of record, in groups and in order. Admins only; for others the
//! page does not exist. To everything else such a field is one of the catalogue.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{CUSTOM_FIELDS, CustomFields, EditField, NewField};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::model::{
    FieldId, RecordKind,
    catalogue::{CustomField, Holds},
};

/// A kind may have so many fields; more would be a table of its own.
pub const MOST_FIELDS: i64 = 600;
/// A field may have so many choices.
pub const MOST_CHOICES: usize = 200;
/// All fields of a kind together may have so many: every page of a record brings those of its fields along.
pub const MOST_OF_KIND: usize = 2_000;
/// A kind may have so many groups.
pub const MOST_GROUPS: usize = 100;

/// A group of fields in order; the first one has no name and always exists.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// `None`: the fields that belong to no group.
    pub id: Option<Uuid>,
    pub name: String,
    pub fields: Vec<CustomField>,
}

/// A field that was deleted and can be restored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeletedField {
    pub id: FieldId,
    pub label: String,
    pub holds: Holds,
    pub by: String,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    pub days_left: i64,
}

/// What an account has added to a kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fields {
    pub kind: RecordKind,
    pub groups: Vec<Group>,
    pub deleted: Vec<DeletedField>,
}

/// The form of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldForm {
    pub kind: RecordKind,
    pub field: CustomField,
    /// Of which group it is.
    pub group: Option<Uuid>,
    /// All groups of the kind, by name.
    pub groups: Vec<(Uuid, String)>,
    /// How many records hold a value.
    pub filled: i64,
}
