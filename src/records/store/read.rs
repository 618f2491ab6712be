//! One record, and records by the beginning of their name for pickers.
//! Out of reach and not there are the same: not found.

use sqlx::{AssertSqlSafe, Row as _};

use super::select::Columns;
use crate::{
    model::{
        AppError, RecordId, RecordKind, Value,
        access::{Facts, Reason, Viewer, reasons},
        records::{Record, Suggestion},
        responsibility::Responsible,
        search,
    },
    server::database::Viewing,
};

/// A picker shows so many; who does not find what he wants types on.
const SUGGESTIONS: i64 = 12;

pub async fn record(tx: &mut Viewing, kind: RecordKind, id: RecordId) -> Result<Record, AppError> {
    let columns = Columns::new(kind, kind.enabled_fields(tx.actor().second_enabled));
    let sql = format!("{} where r.account_id = $1 and r.id = $2", columns.select());
    let account = tx.actor().account.0;
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?;
    let row = row.ok_or(AppError::NotFound)?;
    let values = columns.values(&row, tx.actor())?;
    let keys = columns.fields.iter().map(|field| field.key.to_owned());
    Ok(Record {
        kind,
        id,
        version: row.try_get("version")?,
        values: keys.zip(values).collect(),
    })
}

/// Why the viewer sees a record that he has just read.
pub async fn because(tx: &mut Viewing, record: &Record) -> Result<Vec<Reason>, AppError> {
    // A customer that he cannot see gives him no reason.
    let customer = match record.value("customer") {
        Value::Record {
            kind, id: Some(id), ..
        } => self::record(tx, *kind, *id).await?.responsible(),
        _ => Responsible::default(),
    };
    let actor = tx.actor();
    let viewer = Viewer {
        user: actor.user,
        rights: actor.rights,
        second_enabled: actor.second_enabled,
    };
    let facts = Facts {
        kind: record.kind,
        responsible: record.responsible(),
        customer,
    };
    Ok(reasons(&viewer, &facts))
}

/// Records that a picker offers for what was typed so far; the first by name where nothing was.
pub async fn suggest(
    tx: &mut Viewing,
    kind: RecordKind,
    typed: &str,
) -> Result<Vec<Suggestion>, AppError> {
    let (table, title) = (kind.table(), kind.title_field().column);
    let hint = kind.field("city").map_or("null::text", |_| "r.city");
    let mut query = sqlx::QueryBuilder::new(format!(
        "select r.id, r.{title} as name, {hint} as hint from {table} r where r.account_id = "
    ));
    query.push_bind(tx.actor().account.0);
    let typed = search::typed(typed);
    super::list::push_search(&mut query, kind, tx.actor().account, &typed);
    query
        .push(format!(" order by r.{title}, r.id limit "))
        .push_bind(SUGGESTIONS);
    let rows = query
        .build()
        .persistent(super::list::planned_once(&typed))
        .fetch_all(tx.connection())
        .await?;
    rows.iter()
        .map(|row| {
            Ok(Suggestion {
                id: RecordId(row.try_get("id")?),
                name: row.try_get("name")?,
                hint: row
                    .try_get::<Option<String>, _>("hint")?
                    .unwrap_or_default(),
            })
        })
        .collect()
}
