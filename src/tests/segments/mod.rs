//! Segments: what the database finds is what an evaluator in memory finds, for every operator, type, empty value and time;
//! who sees, changes and shares them; what is broken shows nothing; and no value is ever more than a value.

mod agree;
mod evaluate;
mod history;
mod limits;
mod random;
mod saved;
mod world;

use anyhow::{Context, Result};

use super::support::{Browser, TestApp};
use crate::model::{
    Actor, AppError, RecordKind,
    lists::{ListPage, ListQuery},
    segments::{Condition, Filter, Group, Match, Node, Operator},
};

fn condition(field: &str, op: Operator, values: &[&str]) -> Node {
    Node::Condition(Condition {
        field: field.to_owned(),
        op,
        values: values.iter().map(ToString::to_string).collect(),
    })
}

fn all_of(of: Vec<Node>) -> Group {
    Group {
        matches: Match::All,
        of,
    }
}

fn none_of(of: Vec<Node>) -> Node {
    Node::Group(Group {
        matches: Match::None,
        of,
    })
}

fn query(group: Group) -> ListQuery {
    ListQuery {
        filter: Some(Filter(group)),
        ..ListQuery::default()
    }
}

/// The list that somebody gets.
async fn list(
    app: &TestApp,
    viewer: &Actor,
    kind: RecordKind,
    query: &ListQuery,
) -> Result<ListPage, AppError> {
    let mut tx = app.database.begin(viewer).await?;
    crate::records::store::list(&mut tx, kind, query).await
}

/// The names of the records that somebody finds, in the order of the list.
async fn found(
    app: &TestApp,
    viewer: &Actor,
    kind: RecordKind,
    query: &ListQuery,
) -> Result<Vec<String>> {
    let list = list(app, viewer, kind, query).await?;
    let names: Vec<String> = list
        .rows
        .iter()
        .map(|row| row.cells[0].show(crate::model::Language::En))
        .collect();
    anyhow::ensure!(
        list.total == i64::try_from(names.len())?,
        "the count is the list's length"
    );
    Ok(names)
}

/// Sends the builder's form; its answer leads to the list of the segment.
async fn save(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    form: &[(&str, &str)],
) -> Result<super::support::Answer> {
    let named: Vec<(String, &str)> = form
        .iter()
        .map(|(name, value)| {
            let name = match name.split_once('[') {
                Some((first, rest)) => format!("form[{first}][{rest}"),
                None => format!("form[{name}]"),
            };
            (name, *value)
        })
        .collect();
    let mut values = vec![("kind", kind.child())];
    values.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    browser.call("/api/save-segment", &values).await
}

/// The id of the segment of this name.
async fn id_of(app: &TestApp, name: &str) -> Result<String> {
    let id = sqlx::query_scalar("select id::text from segments where name = $1");
    id.bind(name)
        .fetch_one(&app.owner)
        .await
        .with_context(|| format!("a segment {name}"))
}
