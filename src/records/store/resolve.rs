//! From ids and names that came in to ids that mean something: each is first selected as the viewer,
//! since foreign keys look past the policies.

use std::{collections::BTreeMap, sync::Arc};

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{
    custom,
    people::{ACTIVE, may_be_responsible},
    select::{fixed, status},
};
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind, UserId, Value,
        catalogue::{Choice, Field, FieldType, Input},
        records::Record,
    },
    server::database::Viewing,
};

/// A value that may be stored, and how it is shown.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub field: Arc<Field>,
    pub input: Input,
    pub shown: Value,
}

impl Resolved {
    /// These people in a field of several, as they were read.
    pub fn people(field: Arc<Field>, people: Vec<Value>) -> Self {
        let ids: Vec<Uuid> = people
            .iter()
            .filter_map(Value::user)
            .map(|user| user.0)
            .collect();
        let (input, shown) = match ids.is_empty() {
            true => (Input::Empty, Value::Empty),
            false => (Input::Ids(ids), Value::Several(people)),
        };
        Self {
            field,
            input,
            shown,
        }
    }
}

/// Checks one parsed value as the viewer. What the record holds already is kept without asking: a
/// deactivated user, a customer out of reach.
pub async fn resolve(
    tx: &mut Viewing,
    kind: RecordKind,
    field: &Arc<Field>,
    input: Input,
    before: Option<&Record>,
) -> Result<Result<Resolved, Problem>, AppError> {
    let old = before.map_or(&Value::Empty, |record| record.value(field.key()));
    let found = match (&input, field.kind) {
        (Input::Id(id), _) if same_id(old, *id) => Ok(old.clone()),
        (Input::Name(name), FieldType::Record(_) | FieldType::Customer) if matches!(old, Value::Record { name: n, .. } if n == name) => {
            Ok(old.clone())
        }
        (Input::Id(id), FieldType::User(_)) => user(tx, kind, *id).await?,
        (Input::Id(id), of) if !of.targets().is_empty() => {
            record_by_id(tx, of.targets(), *id).await?
        }
        (Input::Name(name), of) if !of.targets().is_empty() => {
            record_by_name(tx, of.targets(), name).await?
        }
        (Input::Id(id), FieldType::Phase) => phase(tx, *id).await?,
        (Input::Id(id), FieldType::Person { .. }) => person(tx, *id).await?,
        (Input::Ids(ids), FieldType::Person { .. }) => people(tx, ids, old, ACTIVE).await?,
        (Input::Ids(ids), FieldType::Shared(_)) => {
            people(tx, ids, old, may_be_responsible(kind)).await?
        }
        (Input::Id(_) | Input::Ids(_), FieldType::Choice { .. }) => choices(field, &input, old),
        (input, _) => Ok(shown(field, input, tx.actor().language)),
    };
    Ok(found.map(|shown| {
        let input = match &shown {
            Value::Record { id: Some(id), .. } => Input::Id(id.0),
            // Out of reach and therefore kept as it is: nothing that could be written.
            Value::Record { id: None, .. } => Input::Empty,
            _ => input,
        };
        Resolved {
            field: field.clone(),
            input,
            shown,
        }
    }))
}

fn same_id(value: &Value, id: Uuid) -> bool {
    match value {
        Value::User { id: old, .. } => old.0 == id,
        Value::Record { id: old, .. } => old.is_some_and(|old| old.0 == id),
        Value::Choice { id: old, .. } => *old == id,
        _ => false,
    }
}

/// Choices of the field's own; one that was taken away stays where it is.
pub fn choices(field: &Field, input: &Input, old: &Value) -> Result<Value, Problem> {
    let custom = field.custom.as_ref().ok_or(Problem::NotAnOption)?;
    let one = |id: &Uuid| {
        let held = || old.each().iter().find(|value| same_id(value, *id)).cloned();
        let chosen = custom.choice(*id).map(Choice::value);
        chosen.or_else(held).ok_or(Problem::NotAnOption)
    };
    match input {
        Input::Id(id) => one(id),
        Input::Ids(ids) => ids
            .iter()
            .map(one)
            .collect::<Result<_, _>>()
            .map(Value::Several),
        _ => Ok(Value::Empty),
    }
}

/// Several colleagues; who stands there already stays, even deactivated.
async fn people(
    tx: &mut Viewing,
    ids: &[Uuid],
    old: &Value,
    condition: &'static str,
) -> Result<Result<Value, Problem>, AppError> {
    let mut people = Vec::with_capacity(ids.len());
    for id in ids {
        match old.each().iter().find(|value| same_id(value, *id)) {
            Some(held) => people.push(held.clone()),
            None => match colleague(tx, condition, *id).await? {
                Ok(found) => people.push(found),
                Err(problem) => return Ok(Err(problem)),
            },
        }
    }
    Ok(Ok(Value::Several(people)))
}

/// How a value is shown that stands for itself: everything but users, records and phases.
pub fn shown(field: &Field, input: &Input, language: crate::model::Language) -> Value {
    match input {
        Input::Text(code) => match field.kind {
            FieldType::Fixed(choices) => fixed(choices, code, language),
            FieldType::Status => status(code, false),
            _ => Value::Text(code.clone()),
        },
        Input::Date(date) => Value::Date(*date),
        Input::Integer(n) => Value::Integer(*n),
        Input::Amount(amount) if field.custom.is_some() => custom::number(field, *amount),
        Input::Amount(amount) => Value::Amount {
            amount: *amount,
            currency: String::new(),
        },
        Input::YesNo(yes) => Value::YesNo(*yes),
        Input::Tags(tags) => Value::Tags(tags.clone()),
        Input::Empty | Input::Id(_) | Input::Ids(_) | Input::Name(_) | Input::Names(_) => {
            Value::Empty
        }
    }
}

async fn user(
    tx: &mut Viewing,
    kind: RecordKind,
    id: Uuid,
) -> Result<Result<Value, Problem>, AppError> {
    colleague(tx, may_be_responsible(kind), id).await
}

/// Whoever may stand in a User field: it grants nothing, so no right is asked for.
async fn person(tx: &mut Viewing, id: Uuid) -> Result<Result<Value, Problem>, AppError> {
    colleague(tx, ACTIVE, id).await
}

async fn colleague(
    tx: &mut Viewing,
    condition: &'static str,
    id: Uuid,
) -> Result<Result<Value, Problem>, AppError> {
    let sql =
        format!("select full_name from users where account_id = $1 and id = $2 and {condition}");
    let account = tx.actor().account.0;
    let name: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(id)
        .fetch_optional(tx.connection())
        .await?;
    Ok(name
        .map(|name| Value::User {
            id: UserId(id),
            name,
            active: true,
        })
        .ok_or(Problem::NotAColleague))
}

/// A record of one of these kinds that the viewer can see.
pub async fn record_by_id(
    tx: &mut Viewing,
    kinds: &[RecordKind],
    id: Uuid,
) -> Result<Result<Value, Problem>, AppError> {
    let account = tx.actor().account.0;
    for kind in kinds {
        let (table, title) = (kind.table(), kind.title_field().column);
        let sql = format!("select {title} from {table} where account_id = $1 and id = $2");
        let name: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(id)
            .fetch_optional(tx.connection())
            .await?;
        if let Some(name) = name {
            return Ok(Ok(Value::Record {
                kind: *kind,
                id: Some(RecordId(id)),
                name,
            }));
        }
    }
    Ok(Err(Problem::no_such(kinds)))
}

/// The one record of these kinds that the viewer can see under exactly this name.
pub(super) async fn record_by_name(
    tx: &mut Viewing,
    kinds: &[RecordKind],
    name: &str,
) -> Result<Result<Value, Problem>, AppError> {
    let mut found = Vec::new();
    for kind in kinds {
        let of_kind = exact_names(tx, *kind, &[name.to_owned()]).await?;
        found.extend(of_kind.into_values().flatten().map(|id| (*kind, id)));
    }
    Ok(the_one(kinds, name, &found))
}

/// What a name means of which these are all the bearers.
pub fn the_one(
    kinds: &[RecordKind],
    name: &str,
    bearers: &[(RecordKind, RecordId)],
) -> Result<Value, Problem> {
    match bearers {
        [] => Err(Problem::no_such(kinds)),
        [(kind, id)] => Ok(Value::Record {
            kind: *kind,
            id: Some(*id),
            name: name.to_owned(),
        }),
        _ => Err(Problem::SeveralRecords),
    }
}

/// The records that the viewer can see under exactly these names.
pub async fn exact_names(
    tx: &mut Viewing,
    kind: RecordKind,
    names: &[String],
) -> Result<BTreeMap<String, Vec<RecordId>>, AppError> {
    let (table, title) = (kind.table(), kind.title_field().column);
    let sql = format!(
        "select id, {title} as name from {table} where account_id = $1 and {title} = any ($2) order by id"
    );
    let account = tx.actor().account.0;
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(names)
        .fetch_all(tx.connection())
        .await?;
    let mut found: BTreeMap<String, Vec<RecordId>> = BTreeMap::new();
    for row in rows {
        found
            .entry(row.try_get("name")?)
            .or_default()
            .push(RecordId(row.try_get("id")?));
    }
    Ok(found)
}

async fn phase(tx: &mut Viewing, id: Uuid) -> Result<Result<Value, Problem>, AppError> {
    let phases = super::phases(tx).await?;
    let found = phases.into_iter().find(|phase| phase.id == id);
    // Won and lost have buttons of their own: losing asks for the reason.
    Ok(match found {
        Some(phase) if phase.is_open() => Ok(phase.value()),
        Some(_) => Err(Problem::EndsDeal),
        None => Err(Problem::NotAnOption),
    })
}
