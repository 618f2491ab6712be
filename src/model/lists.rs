//! What a list is asked for and what it answers; the address holds all of it.
//! Pages follow one another by key: the last row's sort value and id, never by an offset.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{RecordId, RecordKind, Text, UserId, Value, catalogue::CustomField, next_steps::Need};
use crate::texts;

/// The rows of one page.
pub const PAGE: usize = 50;

/// The segments that every list has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuiltIn {
    #[default]
    All,
    Mine,
    Unassigned,
    Recent,
}

texts! {
    ALL = "All" | "Toutes" | "Alle";
    MINE = "Mine" | "Les miennes" | "Van mij";
    UNASSIGNED = "Unassigned" | "Sans responsable" | "Zonder verantwoordelijke";
    RECENT = "Recently changed" | "Modifiées récemment" | "Recent gewijzigd";
}

impl BuiltIn {
    /// Those that make sense for a kind: what must have somebody is never unassigned. For a kind without a role of its own
    /// somebody is responsible by a User field.
    pub fn of(kind: RecordKind) -> impl Iterator<Item = Self> {
        let first = super::responsibility::first_role(kind);
        [Self::All, Self::Mine, Self::Unassigned, Self::Recent]
            .into_iter()
            .filter(move |segment| match segment {
                Self::All | Self::Mine | Self::Recent => true,
                Self::Unassigned => first.is_none_or(|role| !kind.requires(role)),
            })
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Recent => "recent",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::All => ALL,
            Self::Mine => MINE,
            Self::Unassigned => UNASSIGNED,
            Self::Recent => RECENT,
        }
    }
}

/// By which field, and which way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub field: String,
    pub descending: bool,
}

/// Which page of which list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListQuery {
    pub segment: BuiltIn,
    /// Only records for which this user is responsible.
    pub responsible: Option<UserId>,
    /// Only records that need this.
    pub needs: Option<Need>,
    pub q: String,
    /// The kind's own order where `None`.
    pub sort: Option<Sort>,
    pub page: Place,
}

/// Where the page begins or ends; a cursor is opaque to all but the server.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    #[default]
    First,
    After(String),
    Before(String),
}

impl ListQuery {
    /// Reads the address. A field that cannot be sorted by, or a segment that does not exist, is
    /// left out rather than answered with an error: addresses are typed and shared by people.
    pub fn read<'a>(kind: RecordKind, get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let segment = get("segment")
            .and_then(|key| BuiltIn::of(kind).find(|segment| segment.key() == key))
            .unwrap_or_default();
        let sort = get("sort").and_then(|sort| {
            let (field, descending) = sort
                .strip_prefix('-')
                .map_or((sort, false), |field| (field, true));
            let field = kind.field(field).filter(|field| field.sortable)?;
            Some(Sort {
                field: field.key().to_owned(),
                descending,
            })
        });
        let page = match (get("after"), get("before")) {
            (Some(cursor), _) => Place::After(cursor.to_owned()),
            (None, Some(cursor)) => Place::Before(cursor.to_owned()),
            (None, None) => Place::First,
        };
        Self {
            segment,
            responsible: get("responsible").and_then(|id| id.parse().ok()),
            needs: get("needs").and_then(|key| Need::from_key(kind, key)),
            q: get("q").unwrap_or_default().trim().to_owned(),
            sort,
            page,
        }
    }

    /// Whether an empty list says nothing about the segment as a whole.
    pub fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || self.responsible.is_some() || self.needs.is_some()
    }

    /// The order of the rows: what the address says, else the newest change for "recently
    /// changed", else the field that names the record. Whoever calls the server himself can name any field; by one that
    /// lists do not sort by, the order, and where a page ends, could tell what he may not see.
    pub fn order(&self, kind: RecordKind) -> Sort {
        let sortable = |sort: &&Sort| kind.field(&sort.field).is_some_and(|field| field.sortable);
        match (self.sort.as_ref().filter(sortable), self.segment) {
            (Some(sort), _) => sort.clone(),
            (None, BuiltIn::Recent) => Sort {
                field: "updated_at".to_owned(),
                descending: true,
            },
            (None, _) => Sort {
                field: kind.title_field().key().to_owned(),
                descending: false,
            },
        }
    }

    /// The address of this list.
    pub fn address(&self, kind: RecordKind) -> String {
        let mut out = format!("/{}", kind.path());
        let mut add = |name: &str, value: &str| {
            let sign = if out.contains('?') { '&' } else { '?' };
            let _ = write!(out, "{sign}{name}={}", encoded(value));
        };
        if self.segment != BuiltIn::All {
            add("segment", self.segment.key());
        }
        if let Some(user) = self.responsible {
            add("responsible", &user.to_string());
        }
        if let Some(need) = self.needs {
            add("needs", need.key());
        }
        if !self.q.is_empty() {
            add("q", &self.q);
        }
        if let Some(sort) = &self.sort {
            add(
                "sort",
                &format!("{}{}", if sort.descending { "-" } else { "" }, sort.field),
            );
        }
        match &self.page {
            Place::First => {}
            Place::After(cursor) => add("after", cursor),
            Place::Before(cursor) => add("before", cursor),
        }
        out
    }

    /// The same list from its first page, sorted by this field; a second time the other way round.
    pub fn sorted_by(&self, kind: RecordKind, field: &str) -> Self {
        let now = self.order(kind);
        let descending = now.field == field && !now.descending;
        Self {
            sort: Some(Sort {
                field: field.to_owned(),
                descending,
            }),
            page: Place::First,
            ..self.clone()
        }
    }
}

/// Percent-encodes a value for a query.
pub fn encoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListPage {
    /// Keys of the fields shown, the naming field first.
    pub columns: Vec<String>,
    /// Those of them that admins have added.
    pub custom: Vec<CustomField>,
    pub rows: Vec<Row>,
    /// How many records the whole list has for this viewer.
    pub total: i64,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Full name of the user whose records were asked for.
    pub responsible: Option<String>,
}

/// The first records that point at another one, and how many do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RelatedRows {
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
    pub total: i64,
}

/// One record in a list; a cell per column.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub id: RecordId,
    pub cells: Vec<Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &[(&str, &str)]) -> ListQuery {
        ListQuery::read(RecordKind::Company, |name| {
            address.iter().find(|(n, _)| *n == name).map(|(_, v)| *v)
        })
    }

    #[test]
    fn an_address_is_read_and_written_back() {
        let query = read(&[
            ("q", " a&b "),
            ("sort", "-city"),
            ("segment", "mine"),
            ("needs", "stale"),
            ("after", "x y"),
        ]);
        assert_eq!(
            query.address(RecordKind::Company),
            "/companies?segment=mine&needs=stale&q=a%26b&sort=-city&after=x%20y"
        );
    }

    #[test]
    fn what_an_address_cannot_mean_is_left_out() {
        let query = read(&[
            ("sort", "notes; drop table"),
            ("segment", "nonsense"),
            ("needs", "no-step"),
            ("responsible", "1 or 1=1"),
        ]);
        assert_eq!(query, ListQuery::default());
    }

    #[test]
    fn a_second_click_on_a_heading_turns_the_order() {
        let once = ListQuery::default().sorted_by(RecordKind::Company, "city");
        assert_eq!(once.address(RecordKind::Company), "/companies?sort=city");
        assert_eq!(
            once.sorted_by(RecordKind::Company, "city")
                .address(RecordKind::Company),
            "/companies?sort=-city"
        );
    }

    #[test]
    fn a_deal_always_has_somebody_so_it_has_no_segment_for_nobody() {
        assert!(!BuiltIn::of(RecordKind::Deal).any(|segment| segment == BuiltIn::Unassigned));
    }
}
