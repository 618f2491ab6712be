//! The same tree, evaluated in memory over what a viewer reads of each record: the other half of the property tests.
//! Written from the words of the product, and not from the SQL.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::{
    model::{
        Language, RecordId, RecordKind, TeamId, UserId, Value,
        catalogue::{Field, FieldType},
        invoices::InvoiceStatus,
        segments::{Checked, CheckedNode as Node, Match, Test, Who, check::OVERDUE},
    },
    records::store::Clock,
};

/// What somebody reads of one record.
#[derive(Clone, Debug)]
pub struct Seen {
    pub kind: RecordKind,
    pub name: String,
    pub values: BTreeMap<String, Value>,
}

/// One entry of the history.
#[derive(Clone, Debug)]
pub struct Entry {
    pub role: String,
    pub user: Option<UserId>,
    pub at: DateTime<Utc>,
    pub taken_out: bool,
}

/// All that somebody sees, and what everybody is to one another.
pub struct Sight {
    pub me: UserId,
    pub records: BTreeMap<RecordId, Seen>,
    pub history: BTreeMap<RecordId, Vec<Entry>>,
    pub teams: BTreeMap<TeamId, BTreeSet<UserId>>,
    pub deactivated: BTreeSet<UserId>,
    pub clock: Clock,
}

impl Sight {
    pub fn holds(&self, id: RecordId, group: &Checked) -> bool {
        let mut parts = group.of.iter().map(|node| self.node(id, node));
        match group.matches {
            _ if group.of.is_empty() => true,
            Match::All => parts.all(|part| part),
            Match::Any => parts.any(|part| part),
            Match::None => !parts.any(|part| part),
        }
    }

    fn node(&self, id: RecordId, node: &Node) -> bool {
        match node {
            Node::Never => false,
            Node::Group(group) => self.holds(id, group),
            Node::Own(field, test) => self.test(id, field, test),
            Node::Related {
                via,
                kind,
                field,
                test,
            } => self
                .pointed_at(id, via)
                .into_iter()
                .filter(|(of, _)| of == kind)
                .any(|(_, other)| self.test(other, field, test)),
        }
    }

    /// The records that a field points at, of which one sees the page.
    fn pointed_at(&self, id: RecordId, via: &Field) -> Vec<(RecordKind, RecordId)> {
        match self.value(id, via) {
            Value::Record {
                kind, id: Some(id), ..
            } => vec![(kind, id)],
            Value::Records { kind, records } => {
                records.into_iter().map(|(id, _)| (kind, id)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn value(&self, id: RecordId, field: &Field) -> Value {
        let seen = self.records.get(&id);
        let value = seen.and_then(|seen| seen.values.get(field.key()));
        value.cloned().unwrap_or_default()
    }

    fn people(&self, who: &Who) -> BTreeSet<UserId> {
        let mut all: BTreeSet<UserId> = who.users.iter().copied().collect();
        if who.me {
            all.insert(self.me);
        }
        let mine = |team: &&BTreeSet<UserId>| team.contains(&self.me);
        if who.my_team {
            all.extend(self.teams.values().filter(mine).flatten());
        }
        all.extend(
            who.teams
                .iter()
                .filter_map(|id| self.teams.get(id))
                .flatten(),
        );
        if who.deactivated {
            all.extend(&self.deactivated);
        }
        all
    }

    fn test(&self, id: RecordId, field: &Field, test: &Test) -> bool {
        let value = self.value(id, field);
        let empty = is_empty(&value);
        match test {
            Test::Empty => empty,
            Test::NotEmpty => !empty,
            Test::People(who) => self.is_one_of(&value, who),
            Test::NotPeople(who) => !self.is_one_of(&value, who),
            Test::EverBeen(who) => {
                let people = self.people(who);
                let entries = self.entries(id, field);
                entries
                    .iter()
                    .any(|entry| entry.user.is_some_and(|user| people.contains(&user)))
            }
            Test::WasOn(day, who) => {
                let then = self.holders(id, field, self.clock.ends(*day));
                then.intersection(&self.people(who)).next().is_some()
            }
            Test::TextIs(text) => texts(&value).iter().any(|one| *one == text.to_lowercase()),
            Test::TextIsNot(text) => !texts(&value).iter().any(|one| *one == text.to_lowercase()),
            Test::Contains(text) => texts(&value)
                .iter()
                .any(|one| one.contains(&text.to_lowercase())),
            Test::StartsWith(text) => texts(&value)
                .iter()
                .any(|one| one.starts_with(&text.to_lowercase())),
            Test::Number(least, most) => number(&value).is_some_and(|n| {
                least.is_none_or(|(bound, same)| n > bound || (same && n == bound))
                    && most.is_none_or(|(bound, same)| n < bound || (same && n == bound))
            }),
            Test::NotNumber(other) => number(&value) != Some(*other),
            Test::Days(period) => day(&value).is_some_and(|day| {
                let (first, last) = period.days(self.clock.today);
                first.is_none_or(|first| day >= first) && last.is_none_or(|last| day <= last)
            }),
            Test::Options(options) => has_option(field, &value, options),
            Test::NotOptions(options) => !has_option(field, &value, options),
            Test::YesNo(yes) => value == Value::YesNo(*yes),
            Test::Records(ids, names) => self.pointed_at(id, field).iter().any(|(_, other)| {
                let name = self.records.get(other).map(|seen| seen.name.to_lowercase());
                ids.contains(other) || names.iter().any(|one| Some(one.to_lowercase()) == name)
            }),
        }
    }

    fn is_one_of(&self, value: &Value, who: &Who) -> bool {
        let people = self.people(who);
        let mut each = value.each().iter().filter_map(Value::user);
        each.any(|user| people.contains(&user))
    }

    fn entries(&self, id: RecordId, field: &Field) -> Vec<Entry> {
        let role = field
            .apart()
            .map_or_else(|| field.key().to_owned(), |id| id.to_string());
        let all = self.history.get(&id).into_iter().flatten();
        all.filter(|entry| entry.role == role).cloned().collect()
    }

    /// Goes through the history from its beginning.
    fn holders(&self, id: RecordId, field: &Field, at: DateTime<Utc>) -> BTreeSet<UserId> {
        let mut held = BTreeSet::new();
        for entry in self.entries(id, field).iter().filter(|entry| entry.at < at) {
            match (field.apart().is_some(), entry.user, entry.taken_out) {
                (true, Some(user), true) => {
                    held.remove(&user);
                }
                (true, Some(user), false) => {
                    held.insert(user);
                }
                (_, user, _) => held = user.into_iter().collect(),
            }
        }
        held
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Empty => true,
        Value::Records { records, .. } => records.is_empty(),
        Value::Tags(tags) => tags.is_empty(),
        _ => false,
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.to_lowercase()],
        Value::Tags(all) => all.iter().map(|one| one.to_lowercase()).collect(),
        _ => Vec::new(),
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Integer(n) => Some(Decimal::from(*n)),
        Value::Number(n) => Some(*n),
        Value::Amount { amount, .. } => Some(*amount),
        _ => None,
    }
}

fn day(value: &Value) -> Option<NaiveDate> {
    match value {
        Value::Date(day) => Some(*day),
        // The viewer's clock is the account's.
        Value::Moment(at) => Some(at.date()),
        _ => None,
    }
}

fn has_option(field: &Field, value: &Value, options: &[String]) -> bool {
    let has = |code: &str| options.iter().any(|option| option == code);
    match (value, field.kind) {
        (Value::Status { overdue: true, .. }, _) => has(OVERDUE),
        (Value::Status { status, .. }, _) => has(InvoiceStatus::code(*status)),
        (Value::Text(label), FieldType::Fixed(choices)) => choices
            .iter()
            .any(|choice| choice.label.get(Language::En) == label && has(choice.code)),
        (Value::Tags(tags), _) => tags.iter().any(|tag| {
            options
                .iter()
                .any(|one| one.to_lowercase() == tag.to_lowercase())
        }),
        (value, _) => value.each().iter().any(|one| match one {
            Value::Choice { id, .. } => options
                .iter()
                .any(|one| one.parse::<Uuid>().ok() == Some(*id)),
            _ => false,
        }),
    }
}

/// The records of a kind that were there at the end of a day, and whose holders then were among these.
pub fn was_on(
    sight: &Sight,
    field: &Field,
    day: NaiveDate,
    who: &Who,
    kind: RecordKind,
) -> Vec<RecordId> {
    let end = sight.clock.ends(day);
    let all = sight.records.iter().filter(|(_, seen)| seen.kind == kind);
    let there = all.filter(|(_, seen)| match seen.values.get("created_at") {
        Some(Value::Moment(at)) => at.date() <= day,
        _ => false,
    });
    let held = there.filter(|(id, _)| {
        !sight
            .holders(**id, field, end)
            .is_disjoint(&sight.people(who))
    });
    held.map(|(id, _)| *id).collect()
}
