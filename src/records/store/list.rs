//! A page of a list: filtered, searched, sorted and paged in the database, with the count of the whole.
//! Pages follow by key; empty values come last, whichever way the list is sorted.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sqlx::{Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use super::{catalogue::catalogue, narrow::Narrowed, select::Columns};
use crate::{
    model::{
        AppError, RecordId, RecordKind, UserId,
        catalogue::{Catalogue, Field, FieldType},
        lists::{ListPage, ListQuery, MAX_COLUMNS, PAGE, Place, RelatedRows},
        statistics::Whose,
    },
    server::database::Viewing,
};

/// Where a page ends: the sort value as text, if there is one, and the id that breaks ties.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor(Option<String>, Uuid);

impl Cursor {
    fn encode(&self) -> Result<String, AppError> {
        Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).map_err(AppError::internal)?))
    }

    /// `None` where somebody changed the address: the list then starts at its beginning.
    fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}

/// The order of a list, and how a cursor's text becomes the column's type again.
struct Order {
    field: &'static Field,
    descending: bool,
    cast: &'static str,
}

impl Order {
    fn of(kind: RecordKind, query: &ListQuery) -> Self {
        let sort = query.order(kind);
        let field = kind
            .field(&sort.field)
            .map_or_else(|| kind.title_field(), |field| field);
        let cast = match field.kind {
            FieldType::Date => "date",
            FieldType::Moment => "timestamptz",
            FieldType::Money => "numeric",
            FieldType::Integer { .. } => "integer",
            _ => "text",
        };
        Self {
            field,
            descending: sort.descending,
            cast,
        }
    }

    /// Whether a cursor's value can be one of this column: addresses are typed by people too.
    fn fits(&self, cursor: &Cursor) -> bool {
        let Some(text) = &cursor.0 else {
            return !self.never_empty();
        };
        match self.cast {
            "date" => text.parse::<chrono::NaiveDate>().is_ok(),
            "timestamptz" => {
                chrono::DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f%#z").is_ok()
            }
            "numeric" => text.parse::<rust_decimal::Decimal>().is_ok(),
            "integer" => text.parse::<i32>().is_ok(),
            _ => !text.contains('\0'),
        }
    }

    /// `order by`, backwards for a page that ends at a cursor.
    fn push(&self, query: &mut QueryBuilder<Postgres>, backwards: bool) {
        let column = self.field.column;
        let down = self.descending != backwards;
        let way = if down { "desc" } else { "asc" };
        // Postgres does not see that a column which is never null has its nulls in either place, and would sort
        // a million rows rather than read the index from its end.
        let nulls = match (self.never_empty(), backwards) {
            (true, _) => "",
            (false, true) => " nulls first",
            (false, false) => " nulls last",
        };
        query.push(format!(" order by r.{column} {way}{nulls}, r.id {way}"));
    }

    /// What lies beyond a cursor in the direction of the page.
    fn push_beyond(&self, query: &mut QueryBuilder<Postgres>, cursor: &Cursor, backwards: bool) {
        let column = self.field.column;
        let sign = if self.descending == backwards {
            ">"
        } else {
            "<"
        };
        match &cursor.0 {
            Some(value) => {
                query.push(format!(" and ((r.{column}, r.id) {sign} ("));
                query
                    .push_bind(value.clone())
                    .push(format!("::text::{}, ", self.cast))
                    .push_bind(cursor.1)
                    .push(")");
                // Empty values stand behind all others; going back they are never before one.
                query.push(if backwards || self.never_empty() {
                    ")".into()
                } else {
                    format!(" or r.{column} is null)")
                });
            }
            None => {
                query
                    .push(format!(" and ((r.{column} is null and r.id {sign} "))
                    .push_bind(cursor.1)
                    .push(")");
                query.push(if backwards {
                    format!(" or r.{column} is not null)")
                } else {
                    ")".into()
                });
            }
        }
    }

    fn never_empty(&self) -> bool {
        self.field.required || matches!(self.field.kind, FieldType::Moment)
    }
}

pub async fn list(
    tx: &mut Viewing,
    kind: RecordKind,
    query: &ListQuery,
) -> Result<ListPage, AppError> {
    let narrowed = Narrowed::of(tx, kind, query).await?;
    let order = Order::of(kind, &narrowed.query);
    let (cursor, backwards) = match &query.page {
        Place::First => (None, false),
        Place::After(text) => (Cursor::decode(text), false),
        Place::Before(text) => (Cursor::decode(text), true),
    };
    let cursor = cursor.filter(|cursor| order.fits(cursor));
    let backwards = backwards && cursor.is_some();

    let catalogue = catalogue(tx, kind).await?;
    let columns = Columns::new(kind, shown(&catalogue, &narrowed.query.columns).iter());
    let mut select = QueryBuilder::new(columns.select().replacen(
        "select ",
        &format!("select r.{}::text as sort_value, ", order.field.column),
        1,
    ));
    narrowed.push(&mut select, tx);
    if let Some(cursor) = &cursor {
        order.push_beyond(&mut select, cursor, backwards);
    }
    order.push(&mut select, backwards);
    select.push(format!(" limit {}", PAGE + 1));
    narrowed.in_order(tx).await?;
    let mut rows = select
        .build()
        .persistent(narrowed.planned_once())
        .fetch_all(tx.connection())
        .await
        .map_err(|error| narrowed.explained(error))?;

    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    if backwards {
        rows.reverse();
    }
    let cursor_of = |row: Option<&sqlx::postgres::PgRow>| -> Result<Option<String>, AppError> {
        let Some(row) = row else { return Ok(None) };
        Cursor(row.try_get("sort_value")?, row.try_get("id")?)
            .encode()
            .map(Some)
    };
    // Going forward there is a page before wherever a cursor was given, and the other way round.
    let (has_next, has_previous) = if backwards {
        (true, more)
    } else {
        (more, cursor.is_some())
    };
    let total = narrowed.count_soon(tx).await?;
    Ok(ListPage {
        next: if has_next {
            cursor_of(rows.last())?
        } else {
            None
        },
        previous: if has_previous {
            cursor_of(rows.first())?
        } else {
            None
        },
        rows: match narrowed.then() {
            Some(then) => columns.read_as_of(tx, &rows, then).await?,
            None => columns.read(tx, &rows).await?,
        },
        columns: columns.keys(),
        custom: columns.custom(),
        total: total.unwrap_or_default(),
        uncounted: total.is_none(),
        responsible: match query.responsible {
            Some(user) => Some(name_of(tx, user).await?),
            None => None,
        },
        counted_under: match query.statistic.and_then(|statistic| statistic.whose) {
            Some(Whose::User(user)) => Some(name_of(tx, user).await?),
            _ => None,
        },
        sort: narrowed.query.order(kind),
        saved: narrowed.saved,
        broken: narrowed.broken,
        lookers: narrowed.lookers,
    })
}

/// The fields that a list shows: those that were asked for, after the one that names the record; else the kind's own.
pub fn shown(catalogue: &Catalogue, wanted: &[String]) -> Vec<Arc<Field>> {
    if wanted.is_empty() {
        return catalogue.listed().cloned().collect();
    }
    let title = catalogue.kind.title_field().key();
    let mut keys = vec![title];
    for key in wanted.iter().take(MAX_COLUMNS) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    let known = |key: &&str| catalogue.field(key).cloned();
    keys.iter().filter_map(known).collect()
}

/// Which records are listed, and in which order, for a select of them as `r` that goes on elsewhere.
pub async fn push_listed(
    tx: &mut Viewing,
    select: &mut QueryBuilder<Postgres>,
    kind: RecordKind,
    query: &ListQuery,
) -> Result<Narrowed, AppError> {
    let narrowed = Narrowed::of(tx, kind, query).await?;
    narrowed.push(select, tx);
    Order::of(kind, &narrowed.query).push(select, false);
    Ok(narrowed)
}

/// A region beside another record shows so many.
const RELATED: i64 = 20;

/// The records of a kind whose field points at one record of another kind; nothing of a record out of reach, not even which
/// of the visible ones point at it.
pub async fn related(
    tx: &mut Viewing,
    kind: RecordKind,
    of: RecordKind,
    id: RecordId,
) -> Result<RelatedRows, AppError> {
    let actor = tx.actor().clone();
    let mut fields = kind.fields().iter();
    let column = fields
        .find_map(|field| field.points_at(of))
        .ok_or(AppError::NotFound)?;
    if !tx.sees(of, id).await? {
        return Err(AppError::NotFound);
    }
    let title = kind.title_field().column;
    // Beside another record there is room for what every account has.
    let built_in = kind.fields().iter();
    let columns = Columns::new(
        kind,
        built_in.filter(|field| field.listed && field.enabled(actor.second_enabled)),
    );
    let mut select = QueryBuilder::new(columns.select());
    select
        .push(" where r.account_id = ")
        .push_bind(actor.account.0)
        .push(format!(" and r.{column} = "))
        .push_bind(id.0);
    select.push(format!(" order by r.{title}, r.id limit {RELATED}"));
    let rows = select.build().fetch_all(tx.connection()).await?;

    let mut count = QueryBuilder::new(format!(
        "select count(*) from {} r where r.account_id = ",
        kind.table()
    ));
    count
        .push_bind(actor.account.0)
        .push(format!(" and r.{column} = "))
        .push_bind(id.0);
    Ok(RelatedRows {
        rows: columns.read(tx, &rows).await?,
        columns: columns.keys(),
        total: count
            .build_query_scalar()
            .fetch_one(tx.connection())
            .await?,
    })
}

/// Nobody's where there is no such colleague: the list is empty then.
async fn name_of(tx: &mut Viewing, user: UserId) -> Result<String, AppError> {
    let account = tx.actor().account.0;
    let name = sqlx::query_scalar("select full_name from users where account_id = $1 and id = $2");
    let name: Option<String> = name
        .bind(account)
        .bind(user.0)
        .fetch_optional(tx.connection())
        .await?;
    Ok(name.unwrap_or_default())
}
