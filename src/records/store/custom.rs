//! The values of custom fields, and who shares a role: each sort in a table of its own, read for all records of a page at once.
//! Which table holds which type, and how, is known here alone.

use std::{collections::BTreeMap, sync::Arc};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{activity, resolve::Resolved};
use crate::{
    model::{
        AppError, FieldId, Problem, RecordId, RecordKind, UserId, Value,
        catalogue::{Catalogue, Field, FieldType, Holds, Input},
    },
    server::database::{Viewing, Writing},
};

/// Where a field's values stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Storage {
    Text,
    Number,
    Date,
    YesNo,
    Choice,
    User,
    Record,
}

impl Storage {
    pub const fn of(kind: FieldType) -> Self {
        match kind {
            FieldType::Integer { .. }
            | FieldType::Number
            | FieldType::Money
            | FieldType::Counter => Self::Number,
            FieldType::Date => Self::Date,
            FieldType::YesNo => Self::YesNo,
            FieldType::Choice { .. } => Self::Choice,
            FieldType::Person { .. } | FieldType::Shared(_) => Self::User,
            FieldType::Record(_) => Self::Record,
            _ => Self::Text,
        }
    }

    pub fn table(self, kind: RecordKind) -> String {
        let sort = match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::User => "user",
            Self::Record => "record",
        };
        format!("{}_{sort}_values", kind.child())
    }

    /// What a select reads of it, always in the same columns; with what it joins.
    const fn columns(self) -> (&'static str, &'static str) {
        match self {
            Self::Text => ("v.value, null, null, null, null, null, null, null", ""),
            Self::Number => ("null, v.value, null, null, null, null, null, null", ""),
            Self::Date => ("null, null, v.value, null, null, null, null, null", ""),
            Self::YesNo => ("null, null, null, v.value, null, null, null, null", ""),
            Self::Choice => (
                "null, null, null, null, v.value, j.label, null, null",
                " join custom_field_choices j on j.account_id = v.account_id and j.id = v.value",
            ),
            Self::User => (
                "null, null, null, null, v.value, j.full_name, j.active, null",
                " join users j on j.account_id = v.account_id and j.id = v.value",
            ),
            // The joined id: none where the policies hide the record.
            Self::Record => (
                "null, null, null, null, coalesce(j.id, k.id), coalesce(j.name, k.name), null,
                   case when v.company_id is null then 'contact' else 'company' end",
                " left join companies j on j.account_id = v.account_id and j.id = v.company_id
                  left join contacts k on k.account_id = v.account_id and k.id = v.contact_id",
            ),
        }
    }
}

/// The values of some records, by record and field.
#[derive(Debug, Default)]
pub struct Values(BTreeMap<(Uuid, Uuid), Value>);

impl Values {
    pub fn take(&mut self, record: RecordId, field: FieldId) -> Value {
        self.0.remove(&(record.0, field.0)).unwrap_or_default()
    }
}

/// Reads these fields of these records, which the viewer has seen.
pub async fn values(
    tx: &mut Viewing,
    kind: RecordKind,
    records: &[Uuid],
    fields: &[Arc<Field>],
) -> Result<Values, AppError> {
    let mut by_storage: BTreeMap<Storage, Vec<Uuid>> = BTreeMap::new();
    let mut known: BTreeMap<Uuid, &Field> = BTreeMap::new();
    for field in fields {
        if let Some(id) = field.apart() {
            by_storage
                .entry(Storage::of(field.kind))
                .or_default()
                .push(id.0);
            known.insert(id.0, field);
        }
    }
    if by_storage.is_empty() || records.is_empty() {
        return Ok(Values::default());
    }
    let actor = tx.actor().clone();
    // The first row, which there is not, says of which types the columns are.
    let mut query = QueryBuilder::<Postgres>::new(
        "select * from (select null::uuid, null::uuid, null::integer, null::text, null::numeric, null::date, null::boolean,
           null::uuid, null::text, null::boolean, null::text where false",
    );
    for (storage, ids) in by_storage {
        let (columns, joins) = storage.columns();
        query
            .push(format!(" union all select v.record_id, v.field_id, v.n, {columns} from {} v{joins} where v.account_id = ", storage.table(kind)))
            .push_bind(actor.account.0)
            .push(" and v.record_id = any (")
            .push_bind(records.to_vec())
            .push(") and v.field_id = any (")
            .push_bind(ids)
            .push(")");
    }
    query.push(") v (record_id, field_id, n, text, number, date, yes_no, id, name, active, of_kind) order by v.record_id, v.field_id, v.n");
    let rows = query.build().fetch_all(tx.connection()).await?;
    let mut found: BTreeMap<(Uuid, Uuid), Vec<Value>> = BTreeMap::new();
    for row in &rows {
        let (record, field_id): (Uuid, Uuid) =
            (row.try_get("record_id")?, row.try_get("field_id")?);
        if let Some(field) = known.get(&field_id) {
            let value = value(field, row, actor.language)?;
            found.entry((record, field_id)).or_default().push(value);
        }
    }
    let several = |id: &Uuid| known.get(id).is_some_and(|field| field.kind.is_several());
    let joined = found.into_iter().map(|((record, field), mut values)| {
        let value = if several(&field) {
            Value::Several(values)
        } else {
            values.pop().unwrap_or_default()
        };
        ((record, field), value)
    });
    Ok(Values(joined.collect()))
}

fn value(field: &Field, row: &PgRow, language: crate::model::Language) -> Result<Value, AppError> {
    Ok(match Storage::of(field.kind) {
        Storage::Text => Value::Text(row.try_get("text")?),
        Storage::Date => Value::Date(row.try_get::<NaiveDate, _>("date")?),
        Storage::YesNo => Value::YesNo(row.try_get("yes_no")?),
        Storage::Number => number(field, row.try_get("number")?),
        Storage::Choice => Value::Choice {
            id: row.try_get("id")?,
            label: row.try_get("name")?,
        },
        Storage::User => Value::User {
            id: UserId(row.try_get("id")?),
            name: row.try_get("name")?,
            active: row.try_get("active")?,
        },
        Storage::Record => {
            let kind = match row.try_get("of_kind")? {
                "contact" => RecordKind::Contact,
                _ => RecordKind::Company,
            };
            let id: Option<Uuid> = row.try_get("id")?;
            let name: Option<String> = row.try_get("name")?;
            Value::Record {
                kind,
                id: id.map(RecordId),
                // The record that has this value can be understood without the name of one that is out of reach.
                name: name.unwrap_or_else(|| kind.some().get(language).to_owned()),
            }
        }
    })
}

/// A number as its field has it.
pub fn number(field: &Field, number: Decimal) -> Value {
    match (field.kind, &field.custom) {
        (FieldType::Money, Some(custom)) => Value::Amount {
            amount: number,
            currency: custom.currency.clone(),
        },
        (FieldType::Integer { .. } | FieldType::Counter, _) => {
            // Stored from whole numbers of fifteen digits at most.
            Value::Integer(i64::try_from(number).unwrap_or_default())
        }
        _ => Value::Number(number.normalize()),
    }
}

/// Makes sure that custom fields are still what these values were read for, and stay so until the transaction ends: an admin may
/// have changed the type of one since, or deleted it.
pub async fn still(tx: &mut Writing, values: &[&Resolved]) -> Result<(), AppError> {
    let custom = values
        .iter()
        .filter_map(|value| value.field.custom.as_ref());
    let expected: BTreeMap<Uuid, (&str, bool)> = custom
        .map(|field| (field.id.0, (field.holds.code(), field.several)))
        .collect();
    if expected.is_empty() {
        return Ok(());
    }
    let account = tx.actor().account.0;
    let now: Vec<(Uuid, String, bool)> = sqlx::query_as(
        "select id, holds, several from custom_fields
         where account_id = $1 and id = any ($2) and deleted_at is null order by id for key share",
    )
    .bind(account)
    .bind(expected.keys().copied().collect::<Vec<_>>())
    .fetch_all(tx.connection())
    .await?;
    let same = |(id, holds, several): &(Uuid, String, bool)| {
        expected.get(id) == Some(&(holds.as_str(), *several))
    };
    if now.len() == expected.len() && now.iter().all(same) {
        Ok(())
    } else {
        Err(AppError::form(Problem::FieldsChanged))
    }
}

/// Takes away what a field held: of all that are changed before any is written, since nobody stands in two shared roles even for a
/// moment.
pub async fn clear(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    value: &Resolved,
) -> Result<(), AppError> {
    let Some(field) = value.field.apart() else {
        return Ok(());
    };
    let table = Storage::of(value.field.kind).table(kind);
    let sql =
        format!("delete from {table} where account_id = $1 and record_id = $2 and field_id = $3");
    let account = tx.actor().account.0;
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(field.0)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes what a field holds from now on, which holds nothing, and who came into it or left it since `before`.
pub async fn write(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    value: &Resolved,
    before: &Value,
) -> Result<(), AppError> {
    let Some(field) = value.field.apart() else {
        return Ok(());
    };
    let (storage, account) = (Storage::of(value.field.kind), tx.actor().account.0);
    let table = storage.table(kind);
    let column = match &value.shown {
        Value::Record {
            kind: RecordKind::Contact,
            ..
        } => "contact_id",
        Value::Record { .. } => "company_id",
        _ => "value",
    };
    let mut query = QueryBuilder::new(format!(
        "insert into {table} (account_id, record_id, field_id, n, {column}) select "
    ));
    query.push_bind(account).push(", ").push_bind(id.0);
    query
        .push(", ")
        .push_bind(field.0)
        .push(", n - 1, one from unnest(");
    if push_all(&mut query, &value.input) {
        query.push(") with ordinality o (one, n)");
        query.build().execute(tx.connection()).await?;
    }
    if storage == Storage::User {
        activity::write_people(tx, kind, id, field, before, &value.shown).await?;
    }
    Ok(())
}

/// The values as an array, be it of one; whether there are any.
fn push_all(query: &mut QueryBuilder<Postgres>, input: &Input) -> bool {
    match input {
        Input::Empty | Input::Name(_) | Input::Names(_) | Input::Tags(_) => return false,
        Input::Ids(ids) => query.push_bind(ids.clone()),
        Input::Id(id) => query.push_bind(vec![*id]),
        Input::Text(text) => query.push_bind(vec![text.clone()]),
        Input::Date(date) => query.push_bind(vec![*date]),
        Input::YesNo(yes) => query.push_bind(vec![*yes]),
        Input::Integer(n) => query.push_bind(vec![Decimal::from(*n)]),
        Input::Amount(amount) => query.push_bind(vec![*amount]),
    };
    true
}

/// Gives a new record its numbers among those of its kind. Whoever creates another at the same time waits for this one's end, so
/// that no number is left out.
pub async fn number_new(
    tx: &mut Writing,
    catalogue: &Catalogue,
    id: RecordId,
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    for custom in catalogue
        .custom()
        .filter(|field| field.holds == Holds::Counter)
    {
        let sql = format!(
            "with next as (
               update custom_fields set next_number = next_number + 1 where account_id = $1 and id = $2 returning next_number - 1 as number
             ) insert into {} (account_id, record_id, field_id, value) select $1, $3, $2, number from next",
            Storage::Number.table(catalogue.kind)
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(custom.id.0)
            .bind(id.0)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}
