//! Another type for a field that holds values: each of them is read as it would be typed into the new one. Where one could not
//! be, nothing is changed.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use super::save::{Draft, as_drafted};
use crate::{
    custom_fields::MOST_CHOICES,
    model::{
        AppError, Language, Problem, RecordKind,
        catalogue::{CustomField, Field, FieldType, Holds, Input},
    },
    records::store::{PATIENCE, Storage},
    server::database::Writing,
};

/// So many values are written at once.
const CHUNK: usize = 10_000;

/// What becomes of the values.
#[derive(Debug)]
pub enum Converted {
    /// They are what they were: there is only room for more of them, or for no second one.
    Kept,
    Anew(Vec<(Uuid, Input)>),
}

/// Looks at every value, and keeps who would write another from doing so. Nothing where the type stays.
pub async fn look(
    tx: &mut Writing,
    kind: RecordKind,
    before: &CustomField,
    opened: i32,
    draft: &mut Draft,
    meant: bool,
) -> Result<Option<Converted>, AppError> {
    still(tx, before, opened).await?;
    let (old, new) = (
        Field::added(before),
        Field::added(&as_drafted(before, draft)),
    );
    let other_money = new.kind == FieldType::Money && before.currency != draft.currency;
    if old.kind == new.kind && !other_money {
        return Ok(None);
    }
    sqlx::query(PATIENCE).execute(tx.connection()).await?;
    let values = texts(tx, kind, before, &old).await?;
    if values.is_empty() {
        return Ok(Some(Converted::Anew(Vec::new())));
    }
    let (from, to) = (Storage::of(old.kind), Storage::of(new.kind));
    let refuse = |problem| Err(AppError::field("holds", problem));
    let n = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let of_several = values.iter().filter(|value| value.many);
    let lost = of_several.count();
    if lost > 0 && !draft.several {
        return refuse(Problem::WouldLose { n: n(lost) });
    }
    // What people have typed is read as this admin types; what was read already, as it is kept.
    let typed_in = match from {
        Storage::Text => tx.actor().language,
        _ => Language::En,
    };
    let converted = if from == to && matches!(from, Storage::User | Storage::Choice) {
        Converted::Kept
    } else if other_money || !can_become(from, draft.holds) {
        return refuse(Problem::WouldLose { n: n(values.len()) });
    } else {
        match read(&values, &new, draft, typed_in) {
            Ok(read) => Converted::Anew(read),
            Err(lost) => return refuse(Problem::WouldLose { n: n(lost) }),
        }
    };
    if meant {
        Ok(Some(converted))
    } else {
        let to = draft.holds;
        refuse(Problem::Converts {
            n: n(values.len()),
            to,
        })
    }
}

/// Locks the field, which has to be what it was when its form was opened.
async fn still(tx: &mut Writing, before: &CustomField, opened: i32) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let now: Option<i32> = sqlx::query_scalar(
        "select version from custom_fields where account_id = $1 and id = $2 and deleted_at is null for update",
    )
    .bind(account)
    .bind(before.id.0)
    .fetch_optional(tx.connection())
    .await?;
    match now {
        None => Err(AppError::NotFound),
        Some(version) if version == opened => Ok(()),
        Some(_) => Err(AppError::form(Problem::FieldsChanged)),
    }
}

/// People and records can become nothing else, nor anything they; a number that is given can only become one that is typed.
const fn can_become(from: Storage, to: Holds) -> bool {
    !matches!(from, Storage::User | Storage::Record)
        && !matches!(
            to,
            Holds::User | Holds::Company | Holds::Contact | Holds::Counter
        )
}

/// The value of one record, as it would be typed in English.
struct Old {
    record: Uuid,
    text: String,
    /// Whether it is several.
    many: bool,
}

async fn texts(
    tx: &mut Writing,
    kind: RecordKind,
    before: &CustomField,
    old: &Field,
) -> Result<Vec<Old>, AppError> {
    let storage = Storage::of(old.kind);
    let (text, join) = match storage {
        Storage::Number => ("trim_scale(v.value)::text", ""),
        Storage::YesNo => ("case when v.value then 'Yes' else 'No' end", ""),
        Storage::Choice => (
            "c.label",
            " join custom_field_choices c on c.account_id = v.account_id and c.id = v.value",
        ),
        Storage::Record => ("''", ""),
        _ => ("v.value::text", ""),
    };
    let sql = format!(
        "select v.record_id, string_agg({text}, ', ' order by v.n) as text, count(*) > 1 as many
         from {} v{join} where v.account_id = $1 and v.field_id = $2 group by v.record_id order by v.record_id",
        storage.table(kind)
    );
    let account = tx.actor().account.0;
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(before.id.0)
        .fetch_all(tx.connection())
        .await?;
    let old = |row: &sqlx::postgres::PgRow| {
        Ok(Old {
            record: row.try_get("record_id")?,
            text: row.try_get("text")?,
            many: row.try_get("many")?,
        })
    };
    rows.iter().map(old).collect()
}

/// Every value as the new type has it; or how many it could not hold. What becomes a choice is a choice from then on.
fn read(
    values: &[Old],
    new: &Field,
    draft: &mut Draft,
    typed_in: Language,
) -> Result<Vec<(Uuid, Input)>, usize> {
    if draft.holds.has_choices() {
        return as_choices(values, draft);
    }
    let mut read = Vec::with_capacity(values.len());
    for value in values {
        match new.parse(&value.text, typed_in) {
            Ok(Input::Empty) | Err(_) => {}
            Ok(input) => read.push((value.record, input)),
        }
    }
    if read.len() == values.len() {
        Ok(read)
    } else {
        Err(values.len() - read.len())
    }
}

/// Values that differ in case alone are one choice, as they are where somebody types one; the new ones of the form come after.
fn as_choices(values: &[Old], draft: &mut Draft) -> Result<Vec<(Uuid, Input)>, usize> {
    let mut labels: BTreeMap<String, &str> = BTreeMap::new();
    for value in values {
        let label = value.text.trim();
        labels.entry(label.to_lowercase()).or_insert(label);
    }
    let too_long = |label: &&str| label.chars().count() > 100 || label.contains('\n');
    if labels.len() > MOST_CHOICES || labels.values().any(too_long) {
        return Err(values.len());
    }
    let input = |value: &Old| {
        let label = labels.get(&value.text.trim().to_lowercase());
        let label = label.copied().unwrap_or_default();
        (value.record, Input::Text(label.to_owned()))
    };
    let read = values.iter().map(input).collect();
    let mut all: Vec<String> = labels.values().map(|label| (*label).to_owned()).collect();
    let typed = std::mem::take(&mut draft.more);
    let typed = typed.into_iter();
    all.extend(typed.filter(|label| !labels.contains_key(&label.to_lowercase())));
    draft.choices.clear();
    draft.more = all;
    Ok(read)
}

/// Moves the values to where the new type has them.
pub async fn write(
    tx: &mut Writing,
    kind: RecordKind,
    before: &CustomField,
    draft: &Draft,
    converted: Converted,
    choices: &[(Uuid, String)],
) -> Result<(), AppError> {
    let Converted::Anew(values) = converted else {
        return Ok(());
    };
    let (account, field) = (tx.actor().account.0, before.id.0);
    let from = Storage::of(Field::added(before).kind).table(kind);
    let to = Storage::of(Field::added(&as_drafted(before, draft)).kind);
    let sql = format!("delete from {from} where account_id = $1 and field_id = $2");
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(field)
        .execute(tx.connection())
        .await?;
    for chunk in values.chunks(CHUNK) {
        let records: Vec<Uuid> = chunk.iter().map(|(record, _)| *record).collect();
        let mut query = QueryBuilder::<Postgres>::new(format!(
            "insert into {} (account_id, field_id, record_id, value) select ",
            to.table(kind)
        ));
        query.push_bind(account).push(", ").push_bind(field);
        query
            .push(", o.record, o.value from unnest(")
            .push_bind(records)
            .push(", ");
        let inputs = chunk.iter().map(|(_, input)| input);
        push_all(&mut query, to, inputs, choices);
        query.push(") o (record, value)");
        query.build().execute(tx.connection()).await?;
    }
    Ok(())
}

fn push_all<'a>(
    query: &mut QueryBuilder<Postgres>,
    to: Storage,
    inputs: impl Iterator<Item = &'a Input>,
    choices: &[(Uuid, String)],
) {
    let text = |input: &Input| match input {
        Input::Text(text) => text.clone(),
        _ => String::new(),
    };
    match to {
        Storage::Number => {
            let number = |input: &Input| match input {
                Input::Integer(n) => Decimal::from(*n),
                Input::Amount(amount) => *amount,
                _ => Decimal::ZERO,
            };
            query.push_bind(inputs.map(number).collect::<Vec<_>>());
        }
        Storage::Date => {
            let date = |input: &Input| match input {
                Input::Date(date) => *date,
                _ => NaiveDate::default(),
            };
            query.push_bind(inputs.map(date).collect::<Vec<_>>());
        }
        Storage::YesNo => {
            let yes = |input: &Input| matches!(input, Input::YesNo(true));
            query.push_bind(inputs.map(yes).collect::<Vec<_>>());
        }
        Storage::Choice => {
            let id = |input: &Input| {
                let label = text(input);
                let found = choices.iter().find(|(_, known)| *known == label);
                found.map(|(id, _)| *id).unwrap_or_default()
            };
            query.push_bind(inputs.map(id).collect::<Vec<Uuid>>());
        }
        Storage::Text | Storage::User | Storage::Record => {
            query.push_bind(inputs.map(text).collect::<Vec<_>>());
        }
    }
}
