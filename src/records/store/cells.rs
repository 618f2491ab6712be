//! How a value is written: the columns that it fills, and what is bound for each.
//! What people typed is a bind parameter, always.

use sqlx::{Postgres, QueryBuilder};

use super::resolve::Resolved;
use crate::model::{
    RecordKind, Value,
    catalogue::{Field, FieldType, Input},
};

/// The columns that a value fills, each with what is written there.
pub(super) fn cells(value: &Resolved) -> Vec<(&'static str, &Input)> {
    if value.field.kind != FieldType::Customer {
        return vec![(value.field.column, &value.input)];
    }
    let of = match &value.shown {
        Value::Record { kind, .. } => Some(kind),
        _ => None,
    };
    // Whoever was the customer before, of whichever kind, is not any more.
    let cell = |kind: &RecordKind| {
        let input = if Some(kind) == of {
            &value.input
        } else {
            &Input::Empty
        };
        Some((kind.customer_column()?, input))
    };
    let kinds = value.field.kind.targets().iter();
    kinds.filter_map(cell).collect()
}

pub(super) fn push_value(query: &mut QueryBuilder<Postgres>, field: &Field, input: &Input) {
    match input {
        // These are written into tables of their own.
        Input::Ids(_) | Input::YesNo(_) => query.push("null"),
        Input::Empty | Input::Name(_) | Input::Names(_) => query.push("null"),
        Input::Text(text) => query.push_bind(text.clone()),
        Input::Date(date) => query.push_bind(*date),
        Input::Integer(n) => query.push_bind(i32::try_from(*n).unwrap_or(i32::MAX)),
        Input::Amount(amount) => query.push_bind(*amount),
        Input::Tags(tags) => query.push_bind(tags.clone()),
        Input::Id(id) => query.push_bind(*id),
    };
    // Phases, users and records are ids; everything else is the column's own type.
    if matches!(
        field.kind,
        FieldType::User(_) | FieldType::Record(_) | FieldType::Customer | FieldType::Phase
    ) {
        query.push("::uuid");
    }
}
