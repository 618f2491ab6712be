//! What a list is asked for and what it answers; the address holds all of it.
//! Pages follow one another by key: the last row's sort value and id, never by an offset.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    RecordId, RecordKind, SegmentId, Text, UserId, Value,
    catalogue::CustomField,
    next_steps::Need,
    responsibility::first_role,
    segments::{Broken, Filter, SavedSegment},
    statistics::Statistic,
    users::Colleague,
};
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
    /// Of tickets, as the next two: those which are not closed.
    Open,
    /// For the client to write again.
    Waiting,
    Closed,
}

texts! {
    ALL = "All" | "Toutes" | "Alle";
    MINE = "Mine" | "Les miennes" | "Van mij";
    UNASSIGNED = "Unassigned" | "Sans responsable" | "Zonder verantwoordelijke";
    OPEN = "All open" | "Tous les ouverts" | "Alle open";
    WAITING = "Waiting" | "En attente" | "Wachtend";
    CLOSED = "Closed" | "Clôturés" | "Gesloten";
    ALL_TICKETS = "All" | "Tous" | "Alle";
    MY_TICKETS = "Mine" | "Les miens" | "Van mij";
    RECENT_TICKETS = "Recently changed" | "Modifiés récemment" | "Recent gewijzigd";
    RECENT = "Recently changed" | "Modifiées récemment" | "Recent gewijzigd";
}

impl BuiltIn {
    /// Those that make sense for a kind: what must have somebody is never unassigned. For a kind without a role of its own
    /// somebody is responsible by a User field.
    pub fn of(kind: RecordKind) -> impl Iterator<Item = Self> {
        let first = first_role(kind).or(kind.shared_roles().first().copied());
        let segments: &[Self] = match kind {
            RecordKind::Ticket => &[
                Self::Open,
                Self::Mine,
                Self::Unassigned,
                Self::Waiting,
                Self::Closed,
                Self::All,
                Self::Recent,
            ],
            _ => &[Self::All, Self::Mine, Self::Unassigned, Self::Recent],
        };
        segments
            .iter()
            .copied()
            .filter(move |segment| match segment {
                Self::Unassigned => first.is_none_or(|role| !kind.requires(role)),
                _ => true,
            })
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Recent => "recent",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
        }
    }

    /// What it is called among the segments of a kind.
    pub const fn label(self, kind: RecordKind) -> Text {
        match (self, kind) {
            (Self::All, RecordKind::Ticket) => ALL_TICKETS,
            (Self::All, _) => ALL,
            (Self::Mine, RecordKind::Ticket) => MY_TICKETS,
            (Self::Mine, _) => MINE,
            (Self::Unassigned, _) => UNASSIGNED,
            (Self::Recent, RecordKind::Ticket) => RECENT_TICKETS,
            (Self::Recent, _) => RECENT,
            (Self::Open, _) => OPEN,
            (Self::Waiting, _) => WAITING,
            (Self::Closed, _) => CLOSED,
        }
    }

    /// Of a ticket that is closed nobody has to think any more: it is in no segment that says what there is to do.
    pub const fn leaves_out_closed(self, kind: RecordKind) -> bool {
        matches!(kind, RecordKind::Ticket)
            && matches!(self, Self::Open | Self::Mine | Self::Unassigned)
    }
}

/// By which field, and which way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sort {
    pub field: String,
    pub descending: bool,
}

impl Sort {
    /// `city`, or `-city` where it goes down; nothing of a field that lists are not sorted by.
    pub fn read(kind: RecordKind, text: &str) -> Option<Self> {
        let (field, descending) = text
            .strip_prefix('-')
            .map_or((text, false), |field| (field, true));
        let sort = Self {
            field: field.to_owned(),
            descending,
        };
        sort.is_of(kind).then_some(sort)
    }

    pub fn text(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.field)
    }

    /// Whether lists of this kind are sorted by its field.
    pub fn is_of(&self, kind: RecordKind) -> bool {
        kind.field(&self.field).is_some_and(|field| field.sortable)
    }
}

/// A list shows so many columns at most.
pub const MAX_COLUMNS: usize = 30;

/// Which page of which list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListQuery {
    pub segment: BuiltIn,
    /// A segment that somebody has saved, instead of a built-in one.
    #[serde(default)]
    pub saved: Option<SegmentId>,
    /// Instead of the saved segment's own, or besides the built-in one's.
    #[serde(default)]
    pub filter: Option<Filter>,
    /// Keys of the fields to be shown; none for those of the segment.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Who was responsible at the end of this day, instead of who is now.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// Who "me" is, instead of who looks.
    #[serde(default)]
    pub as_whom: Option<UserId>,
    /// The page waits for the count, however long it takes: for whom has no scripts that ask for it afterwards.
    #[serde(default)]
    pub counted: bool,
    /// Only records to which this action did something.
    #[serde(default)]
    pub action: Option<Uuid>,
    /// Only the tickets behind this number of their statistics.
    #[serde(default)]
    pub statistic: Option<Statistic>,
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
        let of_list = get("segment");
        let segment = of_list
            .and_then(|key| BuiltIn::of(kind).find(|segment| segment.key() == key))
            .unwrap_or_default();
        let columns = get("columns").unwrap_or_default().split(',');
        let page = match (get("after"), get("before")) {
            (Some(cursor), _) => Place::After(cursor.to_owned()),
            (None, Some(cursor)) => Place::Before(cursor.to_owned()),
            (None, None) => Place::First,
        };
        Self {
            segment,
            saved: of_list.and_then(|id| id.parse().ok()),
            filter: get("filter").and_then(|text| Filter::try_from(text.to_owned()).ok()),
            columns: columns
                .filter(|key| !key.is_empty())
                .take(MAX_COLUMNS)
                .map(ToOwned::to_owned)
                .collect(),
            as_of: get("asof").and_then(|day| day.parse().ok()),
            as_whom: get("as").and_then(|id| id.parse().ok()),
            counted: get("count").is_some(),
            action: get("action").and_then(|id| id.parse().ok()),
            statistic: get("statistic")
                .filter(|_| kind == RecordKind::Ticket)
                .and_then(|text| text.parse().ok()),
            responsible: get("responsible").and_then(|id| id.parse().ok()),
            needs: get("needs").and_then(|key| Need::from_key(kind, key)),
            q: get("q").unwrap_or_default().trim().to_owned(),
            sort: get("sort").and_then(|text| Sort::read(kind, text)),
            page,
        }
    }

    /// Whether an empty list says nothing about the segment as a whole.
    pub fn is_narrowed(&self) -> bool {
        !self.q.is_empty()
            || self.responsible.is_some()
            || self.needs.is_some()
            || self.saved.is_some()
            || self.filter.is_some()
            || self.as_of.is_some()
            || self.action.is_some()
            || self.statistic.is_some()
    }

    /// The order of the rows: what the address says, else the newest change for "recently
    /// changed", the newest message for tickets, else the field that names the record. Whoever calls the server himself can name any field; by one that
    /// lists do not sort by, the order, and where a page ends, could tell what he may not see.
    pub fn order(&self, kind: RecordKind) -> Sort {
        let sortable = |sort: &&Sort| sort.is_of(kind);
        if let Some(sort) = self.sort.as_ref().filter(sortable) {
            return sort.clone();
        }
        let (field, descending) = match (self.segment, kind) {
            (BuiltIn::Recent, _) => ("updated_at", true),
            (_, RecordKind::Ticket) => ("last_message_at", true),
            _ => (kind.title_field().key(), false),
        };
        Sort {
            field: field.to_owned(),
            descending,
        }
    }

    /// The address of this list.
    pub fn address(&self, kind: RecordKind) -> String {
        let mut out = format!("/{}", kind.path());
        for (name, value) in self.parameters() {
            let sign = if out.contains('?') { '&' } else { '?' };
            let _ = write!(out, "{sign}{name}={}", encoded(&value));
        }
        out
    }

    /// What its address says, by name: what a plain form sends along to come back to the same list.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut all = Vec::new();
        let mut add = |name: &'static str, value: Option<String>| {
            all.extend(value.map(|value| (name, value)));
        };
        let built_in = (self.segment != BuiltIn::All).then(|| self.segment.key().to_owned());
        add("segment", self.saved.map(|id| id.to_string()).or(built_in));
        add("filter", self.filter.clone().map(String::from));
        let columns = self.columns.join(",");
        add("columns", (!columns.is_empty()).then_some(columns));
        add("asof", self.as_of.map(|day| day.to_string()));
        add("as", self.as_whom.map(|user| user.to_string()));
        add("count", self.counted.then(|| "now".to_owned()));
        add("action", self.action.map(|id| id.to_string()));
        add("statistic", self.statistic.map(String::from));
        add("responsible", self.responsible.map(|user| user.to_string()));
        add("needs", self.needs.map(|need| need.key().to_owned()));
        add("q", (!self.q.is_empty()).then(|| self.q.clone()));
        add("sort", self.sort.as_ref().map(Sort::text));
        match &self.page {
            Place::First => {}
            Place::After(cursor) => add("after", Some(cursor.clone())),
            Place::Before(cursor) => add("before", Some(cursor.clone())),
        }
        all
    }

    /// The same list from its first page, sorted by this field; a second time the other way round.
    pub fn sorted_by(&self, now: &Sort, field: &str) -> Self {
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
    /// Counting takes longer than a page may; it is asked for apart, and `total` says nothing.
    pub uncounted: bool,
    pub next: Option<String>,
    pub previous: Option<String>,
    /// Full name of the user whose records were asked for.
    pub responsible: Option<String>,
    /// The same of the colleague of a statistic.
    pub counted_under: Option<String>,
    /// In which order they are.
    pub sort: Sort,
    /// The saved segment that was asked for.
    pub saved: Option<SavedSegment>,
    /// What of its filter cannot be what it was; it has no rows then.
    pub broken: Vec<Broken>,
    /// As whom the viewer may look, where the list depends on who looks.
    pub lookers: Vec<Colleague>,
}

impl ListPage {
    /// How many there are, where the page waited for that.
    pub fn known_total(&self) -> Option<i64> {
        (!self.uncounted).then_some(self.total)
    }
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
            ("columns", "name,city"),
            ("asof", "2026-01-31"),
            ("filter", "{\"match\":\"all\",\"of\":[]}"),
            ("after", "x y"),
        ]);
        assert_eq!(
            query.address(RecordKind::Company),
            "/companies?segment=mine&filter=%7B%22match%22%3A%22all%22%2C%22of%22%3A%5B%5D%7D&columns=name%2Ccity\
             &asof=2026-01-31&needs=stale&q=a%26b&sort=-city&after=x%20y"
        );
    }

    #[test]
    fn what_an_address_cannot_mean_is_left_out() {
        let query = read(&[
            ("sort", "notes; drop table"),
            ("segment", "nonsense"),
            ("needs", "no-step"),
            ("filter", "{"),
            ("asof", "tomorrow"),
            ("as", "me"),
            ("responsible", "1 or 1=1"),
        ]);
        assert_eq!(query, ListQuery::default());
    }

    #[test]
    fn a_number_of_the_statistics_is_asked_for_of_tickets_alone() {
        let text = "closed.2026-11-01.2026-11-30.nobody.then";
        let read = |kind| ListQuery::read(kind, |name| (name == "statistic").then_some(text));
        assert_eq!(
            read(RecordKind::Ticket).address(RecordKind::Ticket),
            format!("/mailbox?statistic={text}")
        );
        assert_eq!(read(RecordKind::Company), ListQuery::default());
    }

    #[test]
    fn a_second_click_on_a_heading_turns_the_order() {
        let once = ListQuery::default();
        let once = once.sorted_by(&once.order(RecordKind::Company), "city");
        assert_eq!(once.address(RecordKind::Company), "/companies?sort=city");
        assert_eq!(
            once.sorted_by(&once.order(RecordKind::Company), "city")
                .address(RecordKind::Company),
            "/companies?sort=-city"
        );
    }

    #[test]
    fn a_deal_always_has_somebody_so_it_has_no_segment_for_nobody() {
        assert!(!BuiltIn::of(RecordKind::Deal).any(|segment| segment == BuiltIn::Unassigned));
    }
}
