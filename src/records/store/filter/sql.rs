//! One condition as SQL: of a field that is a column, of one whose values stand in a table of their own, or of another record.
//! A negation is `is not true`, or `not exists`: what has no value is not anything.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use super::Filter;
use crate::{
    model::{
        RecordKind,
        catalogue::{Field, FieldType},
        segments::{Checked, CheckedNode as Node, Match, Test, Who, check::OVERDUE, days::Period},
    },
    records::store::{Storage, as_of::history_key},
};

type Sql = QueryBuilder<Postgres>;

/// The records whose fields are tested, under the name that they have in the statement.
pub(super) struct Source<'a> {
    filter: &'a Filter,
    kind: RecordKind,
    name: &'static str,
}

/// Under this collation letters lose their case as they do in every language.
const FOLDED: &str = "collate \"und-x-icu\"";

impl<'a> Source<'a> {
    pub(super) const fn new(filter: &'a Filter, kind: RecordKind, name: &'static str) -> Self {
        Self { filter, kind, name }
    }

    /// What the records are called at which its fields point; these can point on.
    fn pointed_at(&self) -> &'static str {
        if self.name == "r" { "c" } else { "d" }
    }

    pub(super) fn push_group(&self, sql: &mut Sql, group: &Checked) {
        // A group without conditions asks for nothing.
        if group.of.is_empty() {
            sql.push("true");
            return;
        }
        let between = match group.matches {
            Match::All | Match::None => " and ",
            Match::Any => " or ",
        };
        sql.push("(");
        for (n, node) in group.of.iter().enumerate() {
            if n > 0 {
                sql.push(between);
            }
            // None of: not this one, and not that one. Each by itself, since an index serves "not exists".
            self.push_node(sql, node, group.matches == Match::None);
        }
        sql.push(")");
    }

    fn push_node(&self, sql: &mut Sql, node: &Node, negated: bool) {
        match node {
            Node::Never => {
                sql.push(if negated { "true" } else { "false" });
            }
            Node::Group(group) => {
                self.push_group(sql, group);
                sql.push(if negated { " is not true" } else { "" });
            }
            Node::Own(field, test) => self.push_test(sql, field, test, negated),
            Node::Related {
                via,
                kind,
                field,
                test,
            } => {
                sql.push(if negated { "not " } else { "" });
                self.push_pointed_at(sql, via, *kind);
                sql.push(" and ");
                Source::new(self.filter, *kind, self.pointed_at())
                    .push_test(sql, field, test, false);
                sql.push(")");
            }
        }
    }

    /// `exists (select … where …`: the records of a kind that a field points at, as far as the viewer sees them; left open.
    fn push_pointed_at(&self, sql: &mut Sql, via: &Field, kind: RecordKind) {
        let (table, child, name) = (kind.table(), kind.child(), self.name);
        let c = self.pointed_at();
        match (via.kind, &via.custom) {
            (FieldType::Linked(_), _) => {
                let own = self.kind.child();
                sql.push(format!(
                    "exists (select 1 from company_contacts l join {table} {c} on {c}.account_id = l.account_id and {c}.id = l.{child}_id
                     where l.{own}_id = {name}.id and l.account_id = "
                ));
                sql.push_bind(self.filter.account);
            }
            (_, Some(custom)) => {
                let values = Storage::Record.table(self.kind);
                sql.push(format!(
                    "exists (select 1 from {values} w join {table} {c} on {c}.account_id = w.account_id and {c}.id = w.{child}_id
                     where w.record_id = {name}.id and w.account_id = "
                ));
                sql.push_bind(self.filter.account);
                sql.push(" and w.field_id = ").push_bind(custom.id.0);
            }
            _ => {
                let column = via.points_at(kind).unwrap_or("id");
                sql.push(format!(
                    "exists (select 1 from {table} {c} where {c}.id = {name}.{column} and {c}.account_id = "
                ));
                sql.push_bind(self.filter.account);
            }
        }
    }

    fn push_test(&self, sql: &mut Sql, field: &Field, test: &Test, negated: bool) {
        let (test, says_not) = positive(test);
        let negated = negated != says_not;
        if !negated {
            self.push_positive(sql, field, &test);
        } else if is_known(field, &test) {
            sql.push("not ");
            self.push_positive(sql, field, &test);
        } else {
            sql.push("(");
            self.push_positive(sql, field, &test);
            sql.push(") is not true");
        }
    }

    fn push_positive(&self, sql: &mut Sql, field: &Field, test: &Test) {
        let column = format!("{}.{}", self.name, field.column);
        match (field.kind, test) {
            (of, test) if of.is_people() => {
                self.push_person(sql, field, test);
            }
            (FieldType::Record(_) | FieldType::Linked(_) | FieldType::Customer, test) => {
                self.push_record(sql, field, test);
            }
            (_, test) if field.custom.is_some() => {
                self.push_value(sql, field);
                if *test != Test::NotEmpty {
                    sql.push(" and ");
                    self.push_comparison(sql, "v.value", field, test);
                }
                sql.push(")");
            }
            (FieldType::Tags | FieldType::Several(_), Test::NotEmpty) => {
                sql.push(format!("(coalesce(cardinality({column}), 0) > 0)"));
            }
            (FieldType::Tags | FieldType::Several(_), test) => {
                sql.push(format!("exists (select 1 from unnest({column}) o where "));
                self.push_comparison(sql, "o", field, test);
                sql.push(")");
            }
            (_, Test::NotEmpty) => {
                sql.push(format!("{column} is not null"));
            }
            (_, test) => self.push_comparison(sql, &column, field, test),
        }
    }

    /// `exists (select … v where …`: the values of a custom field of the record; left open.
    fn push_value(&self, sql: &mut Sql, field: &Field) {
        let table = Storage::of(field.kind).table(self.kind);
        let id = field.apart().map(|id| id.0);
        sql.push(format!(
            "exists (select 1 from {table} v where v.record_id = {}.id and v.account_id = ",
            self.name
        ));
        sql.push_bind(self.filter.account);
        sql.push(" and v.field_id = ").push_bind(id);
    }

    fn push_person(&self, sql: &mut Sql, field: &Field, test: &Test) {
        let as_of = self.filter.then();
        match (test, as_of) {
            (Test::EverBeen(who), before) => self.push_ever(sql, field, who, before),
            (Test::WasOn(day, who), _) => {
                self.push_held(sql, field, Some(who), self.filter.clock.ends(*day));
            }
            (Test::People(who), Some(at)) => self.push_held(sql, field, Some(who), at),
            (_, Some(at)) => self.push_held(sql, field, None, at),
            (Test::People(who), None) if field.apart().is_none() => {
                sql.push(format!("{}.{}", self.name, field.column));
                self.push_who(sql, who);
            }
            (_, None) if field.apart().is_none() => {
                sql.push(format!("{}.{} is not null", self.name, field.column));
            }
            (test, None) => {
                self.push_value(sql, field);
                sql.push(" and v.live");
                if let Test::People(who) = test {
                    sql.push(" and v.value");
                    self.push_who(sql, who);
                }
                sql.push(")");
            }
        }
    }

    /// Any of these people. One alone by `=`: an index that begins with him has the rest in order.
    fn push_who(&self, sql: &mut Sql, who: &Who) {
        let ids = self.filter.people.ids(who);
        match ids.as_slice() {
            [one] => sql.push(" = ").push_bind(*one),
            _ => sql.push(" = any (").push_bind(ids).push(")"),
        };
    }

    /// `exists (select … h where …`: the history of who was responsible in this role or field; left open.
    fn push_history(&self, sql: &mut Sql, field: &Field, before: Option<DateTime<Utc>>) {
        let (child, name) = (self.kind.child(), self.name);
        sql.push(format!(
            "select 1 from {child}_responsibilities h where h.record_id = {name}.id and h.account_id = "
        ));
        sql.push_bind(self.filter.account);
        sql.push(" and h.role = ").push_bind(history_key(field));
        if let Some(before) = before {
            sql.push(" and h.at < ").push_bind(before);
        }
    }

    fn push_ever(&self, sql: &mut Sql, field: &Field, who: &Who, before: Option<DateTime<Utc>>) {
        sql.push("exists (");
        self.push_history(sql, field, before);
        sql.push(" and h.user_id");
        self.push_who(sql, who);
        sql.push(")");
    }

    /// Who held it at a moment: in a role whoever was put into it last; in a field of several each who was put into it and
    /// not taken out since.
    fn push_held(&self, sql: &mut Sql, field: &Field, who: Option<&Who>, at: DateTime<Utc>) {
        let (child, name) = (self.kind.child(), self.name);
        if field.apart().is_some() {
            sql.push("exists (");
            self.push_history(sql, field, Some(at));
            sql.push(format!(
                " and not h.taken_out and not exists (select 1 from {child}_responsibilities l where l.account_id = h.account_id
                   and l.record_id = h.record_id and l.role = h.role and l.user_id = h.user_id and l.taken_out and l.at > h.at and l.at < "
            ));
            sql.push_bind(at).push(")");
            if let Some(who) = who {
                sql.push(" and h.user_id");
                self.push_who(sql, who);
            }
            sql.push(")");
            return;
        }
        sql.push("(");
        if let Some(who) = who {
            // By its index this leaves few of which to read who was the last.
            self.push_ever(sql, field, who, Some(at));
            sql.push(" and ");
        }
        sql.push(format!(
            "(select h.user_id from {child}_responsibilities h where h.record_id = {name}.id and h.account_id = "
        ));
        sql.push_bind(self.filter.account);
        sql.push(" and h.role = ").push_bind(history_key(field));
        sql.push(" and h.at < ").push_bind(at);
        sql.push(" order by h.at desc, h.id desc limit 1)");
        match who {
            Some(who) => self.push_who(sql, who),
            None => {
                sql.push(" is not null");
            }
        }
        sql.push(")");
    }

    fn push_record(&self, sql: &mut Sql, field: &Field, test: &Test) {
        let named = match test {
            Test::Records(ids, names) => Some((ids, names)),
            _ => None,
        };
        if named.is_none() && field.custom.is_some() {
            self.push_value(sql, field);
            sql.push(")");
            return;
        }
        if named.is_none() && field.required {
            sql.push("true");
            return;
        }
        // Whether there is one is known of the record itself; which one, only to who sees that one.
        let columns = field.kind.targets().iter();
        let columns: Vec<_> = columns.filter_map(|kind| field.points_at(*kind)).collect();
        if named.is_none() && field.custom.is_none() && !columns.is_empty() {
            let given = columns.iter();
            let given = given.map(|column| format!("{}.{column} is not null", self.name));
            sql.push(format!("({})", given.collect::<Vec<_>>().join(" or ")));
            return;
        }
        sql.push("(");
        for (n, kind) in field.kind.targets().iter().enumerate() {
            sql.push(if n > 0 { " or " } else { "" });
            self.push_pointed_at(sql, field, *kind);
            if let Some((ids, names)) = named {
                let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
                let c = self.pointed_at();
                sql.push(format!(" and ({c}.id = any ("));
                sql.push_bind(ids).push(")");
                for name in names {
                    let title = kind.title_field().column;
                    sql.push(format!(" or lower({c}.{title} {}) = ", folding(name)));
                    push_folded(sql, name);
                }
                sql.push(")");
            }
            sql.push(")");
        }
        sql.push(")");
    }

    /// Compares something that is not empty.
    fn push_comparison(&self, sql: &mut Sql, what: &str, field: &Field, test: &Test) {
        match test {
            Test::TextIs(text) => {
                sql.push(format!("lower({what} {}) = ", folding(text)));
                push_folded(sql, text);
            }
            Test::Contains(text) => {
                sql.push(format!("strpos(lower({what} {}), ", folding(text)));
                push_folded(sql, text);
                sql.push(") > 0");
            }
            Test::StartsWith(text) => {
                sql.push(format!("starts_with(lower({what} {}), ", folding(text)));
                push_folded(sql, text);
                sql.push(")");
            }
            Test::Number(least, most) => push_range(sql, what, *least, *most),
            Test::Days(period) => self.push_days(sql, what, field, *period),
            Test::Options(options) => self.push_options(sql, what, field, options),
            Test::YesNo(yes) => {
                sql.push(format!("{what} = ")).push_bind(*yes);
            }
            // The rest is not compared value by value.
            _ => {
                sql.push("false");
            }
        }
    }

    fn push_days(&self, sql: &mut Sql, what: &str, field: &Field, period: Period) {
        let clock = &self.filter.clock;
        let (first, last) = period.days(clock.today);
        sql.push(format!("({what} is not null"));
        if field.kind == FieldType::Moment {
            if let Some(first) = first {
                sql.push(format!(" and {what} >= "))
                    .push_bind(clock.begins(first));
            }
            if let Some(last) = last {
                sql.push(format!(" and {what} < "))
                    .push_bind(clock.ends(last));
            }
        } else {
            if let Some(first) = first {
                sql.push(format!(" and {what} >= ")).push_bind(first);
            }
            if let Some(last) = last {
                sql.push(format!(" and {what} <= ")).push_bind(last);
            }
        }
        sql.push(")");
    }

    fn push_options(&self, sql: &mut Sql, what: &str, field: &Field, options: &[String]) {
        match field.kind {
            FieldType::Phase | FieldType::Choice { .. } => {
                let ids: Vec<Uuid> = options.iter().filter_map(|id| id.parse().ok()).collect();
                sql.push(format!("{what} = any (")).push_bind(ids).push(")");
            }
            FieldType::Tags => {
                sql.push(format!(
                    "lower({what} {FOLDED}) in (select lower(w {FOLDED}) from unnest("
                ));
                sql.push_bind(options.to_vec()).push("::text[]) w)");
            }
            FieldType::Status => {
                // An invoice that is overdue shows as that, and not as booked.
                let name = self.name;
                sql.push(format!(
                    "case when {what} = 'booked' and {name}.due_date < "
                ));
                sql.push_bind(self.filter.clock.today);
                sql.push(format!(" then '{OVERDUE}' else {what} end = any ("));
                sql.push_bind(options.to_vec()).push(")");
            }
            _ => {
                sql.push(format!("{what} = any ("));
                sql.push_bind(options.to_vec()).push(")");
            }
        }
    }
}

/// A test that says what is, and whether it was one that says what is not.
fn positive(test: &Test) -> (Test, bool) {
    match test {
        Test::Empty => (Test::NotEmpty, true),
        Test::NotPeople(who) => (Test::People(who.clone()), true),
        Test::TextIsNot(text) => (Test::TextIs(text.clone()), true),
        Test::NotNumber(number) => {
            let same = Some((*number, true));
            (Test::Number(same, same), true)
        }
        Test::NotOptions(options) => (Test::Options(options.clone()), true),
        test => (test.clone(), false),
    }
}

/// Whether a test of a field is true or false and never unknown, as "exists" is.
fn is_known(field: &Field, test: &Test) -> bool {
    let by_exists = matches!(
        field.kind,
        FieldType::Tags
            | FieldType::Several(_)
            | FieldType::Record(_)
            | FieldType::Linked(_)
            | FieldType::Customer
    );
    field.apart().is_some() || by_exists || matches!(test, Test::EverBeen(_))
}

/// Under which collation letters lose their case, for a comparison with this text. Where it has none but those of English, only
/// these matter in what it is compared with, and Postgres does them ten times as fast.
fn folding(text: &str) -> &'static str {
    if text.is_ascii() {
        "collate \"C\""
    } else {
        FOLDED
    }
}

fn push_folded(sql: &mut Sql, text: &str) {
    sql.push("lower(")
        .push_bind(text.to_owned())
        .push(format!("::text {})", folding(text)));
}

fn push_range(
    sql: &mut Sql,
    what: &str,
    least: Option<(Decimal, bool)>,
    most: Option<(Decimal, bool)>,
) {
    sql.push(format!("({what} is not null"));
    for (bound, sign) in [(least, ">"), (most, "<")] {
        if let Some((number, included)) = bound {
            let same = if included { "=" } else { "" };
            sql.push(format!(" and {what} {sign}{same} "))
                .push_bind(number);
        }
    }
    sql.push(")");
}
