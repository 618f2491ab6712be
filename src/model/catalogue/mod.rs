//! The field catalogue: every record kind lists its fields once, and forms, lists, sorting, import
//! and "old → new" all read it. Adding a field here (and its column) adds it everywhere.

mod companies;
mod contacts;
mod custom;
mod deals;
mod invoices;
mod parse;
mod projects;
mod shared;
mod tickets;

use std::sync::{Arc, LazyLock};

pub use custom::{Choice, CustomField, Holds};
pub use parse::{Input, MAX_CHOSEN, MAX_TAGS, date, integer, is_email};
pub use projects::{CLOSED, STATUS, STATUSES};
pub use shared::CURRENCIES;
pub use tickets::{CLOSED_TICKET, NEW_TICKET, OPEN_TICKET, TICKET_STATUSES, WAITING_TICKET};

use super::{Duty, FieldId, Language, RecordKind, Role, Text, values::FixedChoice};
use crate::texts;

/// What a field holds. Lengths are in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    Line {
        max: usize,
    },
    Lines {
        max: usize,
    },
    Email,
    Telephone,
    WebAddress,
    Date,
    Integer {
        min: i64,
        max: i64,
    },
    /// An amount with two decimals, in the currency of the record's field `currency` or in that of the field itself.
    Money,
    /// A decimal number with at most six decimals.
    Number,
    YesNo,
    /// The record's number among those of its kind, given by the server.
    Counter,
    /// One of the field's own choices, or several of them.
    Choice {
        several: bool,
    },
    /// A colleague, or several, who is not by that responsible: a User field.
    Person {
        several: bool,
    },
    Fixed(&'static [FixedChoice]),
    Tags,
    /// Any number of these.
    Several(Each),
    /// A responsible user.
    User(Role),
    /// Users who are responsible together, any number: those who share a role.
    Shared(Role),
    /// Another record.
    Record(RecordKind),
    /// The company or the contact that the record is for.
    Customer,
    /// Other records, any number, on which it does not depend: chosen one by one on its page, the first when it is created.
    Linked(RecordKind),
    /// One of the account's deal phases.
    Phase,
    /// The state of an invoice.
    Status,
    /// Set by the server alone.
    Moment,
}

/// What a field of several values holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    Email,
    Telephone,
}

/// Who can be a customer.
const CUSTOMERS: &[RecordKind] = &[RecordKind::Company, RecordKind::Contact];

impl FieldType {
    /// The kinds of which it holds a record.
    pub const fn targets(self) -> &'static [RecordKind] {
        match self {
            Self::Record(kind) | Self::Linked(kind) => kind.alone(),
            Self::Customer => CUSTOMERS,
            _ => &[],
        }
    }

    /// Whether it holds colleagues: by a role, or by a field of the account's own.
    pub const fn is_people(self) -> bool {
        matches!(self, Self::User(_) | Self::Shared(_) | Self::Person { .. })
    }

    /// Whether it holds any number of what it holds, each in a row of its own.
    pub const fn is_several(self) -> bool {
        matches!(
            self,
            Self::Shared(_) | Self::Person { several: true } | Self::Choice { several: true }
        )
    }
}

/// One field of a record kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    key: &'static str,
    label: Text,
    pub kind: FieldType,
    /// Its column in the record's table; none where its values stand in tables of their own.
    pub column: &'static str,
    /// What admins have set, where they have added it.
    pub custom: Option<Arc<CustomField>>,
    pub required: bool,
    /// What a new record begins with, as it would be typed; empty for nothing.
    pub begins: &'static str,
    /// The database makes it of others.
    pub computed: bool,
    /// A column of the list.
    pub listed: bool,
    /// A list can be sorted by it: there is an index for it.
    pub sortable: bool,
    /// Search finds the record by its words.
    pub searched: bool,
    /// Further headings that import recognises, beside the labels.
    pub headings: &'static [&'static str],
}

impl Field {
    const fn new(key: &'static str, label: Text, kind: FieldType) -> Self {
        let column = match kind {
            FieldType::User(role) => role.column(),
            _ => key,
        };
        Self {
            key,
            label,
            kind,
            column,
            custom: None,
            required: false,
            begins: "",
            computed: false,
            listed: false,
            sortable: false,
            searched: false,
            headings: &[],
        }
    }

    const fn column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    const fn computed(mut self) -> Self {
        self.computed = true;
        self
    }

    const fn optional(mut self) -> Self {
        self.required = false;
        self
    }

    const fn begins(mut self, with: &'static str) -> Self {
        self.begins = with;
        self
    }

    const fn listed(mut self) -> Self {
        self.listed = true;
        self
    }

    const fn unlisted(mut self) -> Self {
        self.listed = false;
        self
    }

    const fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    const fn headings(mut self, headings: &'static [&'static str]) -> Self {
        self.headings = headings;
        self
    }

    /// Its name in forms, addresses and events.
    pub fn key(&self) -> &str {
        match &self.custom {
            Some(custom) => &custom.key,
            None => self.key,
        }
    }

    pub fn label(&self, language: Language) -> &str {
        match &self.custom {
            Some(custom) => &custom.label,
            None => self.label.get(language),
        }
    }

    /// Whether people fill it in.
    pub const fn editable(&self) -> bool {
        !self.computed && !matches!(self.kind, FieldType::Moment | FieldType::Counter)
    }

    /// Whether it is filled in once, when the record is created.
    pub const fn only_new(&self) -> bool {
        matches!(self.kind, FieldType::Linked(_))
    }

    /// The column by which it points at a record of this kind.
    pub fn points_at(&self, kind: RecordKind) -> Option<&'static str> {
        match self.kind {
            FieldType::Record(target) if target == kind => Some(self.column),
            FieldType::Customer => kind.customer_column(),
            _ => None,
        }
    }

    /// The role whose user it holds.
    pub const fn role(&self) -> Option<Role> {
        match self.kind {
            FieldType::User(role) => Some(role),
            _ => None,
        }
    }

    /// Under which field its values stand in tables of their own; none where they are a column of the record's table.
    pub fn apart(&self) -> Option<FieldId> {
        match (self.kind, &self.custom) {
            (_, Some(custom)) => Some(custom.id),
            (FieldType::Shared(role), None) => role.shared(),
            _ => None,
        }
    }

    /// Whether it puts the record under the responsibilities of those who stand in it, beside the columns of roles.
    pub fn is_mine(&self) -> bool {
        match &self.custom {
            Some(custom) => custom.is_mine(),
            None => matches!(self.kind, FieldType::Shared(_)),
        }
    }

    /// What a colleague is chosen for who stands in it.
    pub fn duty(&self) -> Option<Duty> {
        match (self.kind, &self.custom) {
            (FieldType::User(role) | FieldType::Shared(role), _) => Some(Duty::Role(role)),
            (FieldType::Person { .. }, Some(custom)) => Some(Duty::Field(custom.id)),
            _ => None,
        }
    }

    /// The fixed choice of this code, or of this label in any language; nothing of a field that has none.
    pub fn fixed(&self, said: &str) -> Option<&'static FixedChoice> {
        let FieldType::Fixed(choices) = self.kind else {
            return None;
        };
        choices.iter().find(|choice| {
            let says = |language: Language| choice.label.get(language).eq_ignore_ascii_case(said);
            choice.code.eq_ignore_ascii_case(said) || Language::ALL.into_iter().any(says)
        })
    }

    /// What import takes for this field's heading: its labels, then its further headings.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        Language::ALL
            .map(|language| self.label(language))
            .into_iter()
            .chain(self.headings.iter().copied())
    }

    /// Whether the field exists for an account at all.
    pub const fn enabled(&self, second_enabled: bool) -> bool {
        match self.role() {
            Some(role) => second_enabled || !role.is_second(),
            None => true,
        }
    }
}

/// The fields of each kind that every account has.
static BUILT_IN: LazyLock<Vec<(RecordKind, Vec<Arc<Field>>)>> = LazyLock::new(|| {
    let shared = |fields: &[Field]| fields.iter().cloned().map(Arc::new).collect();
    RecordKind::ALL
        .into_iter()
        .map(|kind| (kind, shared(kind.built_in())))
        .collect()
});

impl RecordKind {
    const fn built_in(self) -> &'static [Field] {
        match self {
            Self::Company => companies::FIELDS,
            Self::Contact => contacts::FIELDS,
            Self::Deal => deals::FIELDS,
            Self::Invoice => invoices::FIELDS,
            Self::Project => projects::FIELDS,
            Self::Ticket => tickets::FIELDS,
        }
    }

    /// The fields that every account has, in the order of forms and columns; the first names the record.
    pub fn fields(self) -> &'static [Arc<Field>] {
        let all = BUILT_IN.iter().find(|(kind, _)| *kind == self);
        all.map_or(&[], |(_, fields)| fields)
    }

    /// The field that names the record.
    pub fn title_field(self) -> &'static Field {
        &self.fields()[0]
    }

    /// The field in which people type what the record is called: a file without it says nothing.
    pub fn typed_title(self) -> &'static Field {
        let mut fields = self.fields().iter();
        fields
            .find(|field| field.required && field.editable())
            .map_or(self.title_field(), |field| field)
    }

    /// One of the fields that every account has.
    pub fn field(self, key: &str) -> Option<&'static Arc<Field>> {
        self.fields().iter().find(|field| field.key() == key)
    }
}

/// The fields that an account has for a kind: those that every account has, then those that its admins have added.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalogue {
    pub kind: RecordKind,
    fields: Vec<Arc<Field>>,
}

impl Catalogue {
    /// Given the account's features, and its own fields in their order.
    pub fn new(kind: RecordKind, second_enabled: bool, custom: &[CustomField]) -> Self {
        let built_in = kind
            .fields()
            .iter()
            .filter(|field| field.enabled(second_enabled));
        let added = custom.iter().map(|field| Arc::new(Field::added(field)));
        Self {
            kind,
            fields: built_in.cloned().chain(added).collect(),
        }
    }

    pub fn fields(&self) -> &[Arc<Field>] {
        &self.fields
    }

    pub fn field(&self, key: &str) -> Option<&Arc<Field>> {
        self.fields.iter().find(|field| field.key() == key)
    }

    /// What people fill in.
    pub fn editable(&self) -> impl Iterator<Item = &Arc<Field>> {
        self.fields.iter().filter(|field| field.editable())
    }

    /// The columns of its list.
    pub fn listed(&self) -> impl Iterator<Item = &Arc<Field>> {
        self.fields.iter().filter(|field| field.listed)
    }

    /// What admins have added.
    pub fn custom(&self) -> impl Iterator<Item = &Arc<CustomField>> {
        self.fields.iter().filter_map(|field| field.custom.as_ref())
    }
}

texts! {
    CREATED_AT = "Created" | "Créé" | "Aangemaakt";
    UPDATED_AT = "Changed" | "Modifié" | "Gewijzigd";
}

const CREATED: Field = Field::new("created_at", CREATED_AT, FieldType::Moment);
const UPDATED: Field = Field::new("updated_at", UPDATED_AT, FieldType::Moment)
    .listed()
    .sortable();
const SECOND: Field = Field::new(
    "second_sales_contact",
    Role::SecondSalesContact.label(),
    FieldType::User(Role::SecondSalesContact),
);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_and_columns_are_unique_within_a_kind() {
        for kind in RecordKind::ALL {
            let keys: HashSet<_> = kind.fields().iter().map(|field| field.key()).collect();
            let columns: HashSet<_> = kind.fields().iter().map(|field| field.column).collect();
            assert_eq!(keys.len(), kind.fields().len(), "{kind:?}");
            assert_eq!(columns.len(), kind.fields().len(), "{kind:?}");
        }
    }

    #[test]
    fn every_role_of_a_kind_is_one_of_its_fields_and_mandatory_alike() {
        for kind in RecordKind::ALL {
            for role in kind.roles().iter().chain(kind.shared_roles()) {
                let field = kind.field(role.key());
                assert_eq!(
                    field.map(|field| field.required),
                    Some(kind.requires(*role)),
                    "{kind:?} {role:?}"
                );
            }
        }
    }
}
