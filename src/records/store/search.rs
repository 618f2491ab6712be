//! Records by the beginnings of their words: of one kind for pickers, of all kinds for the search over everything.
//! Names that begin with what was typed come first.

use sqlx::{Postgres, QueryBuilder, Row as _, postgres::PgRow};

use super::select::{CUSTOMER_JOINS, customer_name};
use crate::{
    model::{
        AccountId, AppError, RecordId, RecordKind,
        catalogue::FieldType,
        records::{Found, Suggestion},
        search,
    },
    server::database::Viewing,
};

/// So many are shown of a kind; who does not find what he wants types on.
const SHOWN: i64 = 12;

/// Records that a picker offers for what was typed so far; the first by name where nothing was.
pub async fn suggest(
    tx: &mut Viewing,
    kind: RecordKind,
    typed: &str,
) -> Result<Vec<Suggestion>, AppError> {
    let words = search::typed(typed);
    let mut query = matching(tx, kind, typed, &words, "0::bigint");
    let rows = query
        .build()
        .persistent(planned_once(&words))
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(suggestion).collect()
}

/// The same of several kinds, each with its kind in its hint.
pub async fn suggest_any(
    tx: &mut Viewing,
    kinds: &[RecordKind],
    typed: &str,
) -> Result<Vec<Suggestion>, AppError> {
    let language = tx.actor().language;
    let mut all = Vec::new();
    for kind in kinds {
        let called = kind.singular().get(language);
        for mut found in suggest(tx, *kind, typed).await? {
            found.hint = match found.hint.as_str() {
                "" => called.to_owned(),
                hint => format!("{called} · {hint}"),
            };
            all.push(found);
        }
    }
    Ok(all)
}

/// What the viewer sees of all kinds that he has a right to. Signs alone find nothing.
pub async fn search(tx: &mut Viewing, typed: &str) -> Result<Vec<Found>, AppError> {
    let words = search::typed(typed);
    let mut found = Vec::new();
    if words.is_empty() {
        return Ok(found);
    }
    let rights = tx.actor().rights;
    for kind in RecordKind::ALL {
        if !rights.may_use(kind) {
            continue;
        }
        // They are all read anyway, to be sorted: counting them on the way costs nothing.
        let mut query = matching(tx, kind, typed, &words, "count(*) over ()");
        let rows = query
            .build()
            .persistent(false)
            .fetch_all(tx.connection())
            .await?;
        let Some(first) = rows.first() else { continue };
        found.push(Found {
            kind,
            total: first.try_get("total")?,
            hits: rows.iter().map(suggestion).collect::<Result<_, _>>()?,
        });
    }
    Ok(found)
}

/// The first by name of those that match: id, name, a hint, and `total` beside each. What the hint is taken from is looked
/// up for these few alone.
fn matching(
    tx: &Viewing,
    kind: RecordKind,
    typed: &str,
    words: &[String],
    total: &str,
) -> QueryBuilder<Postgres> {
    let (table, title) = (kind.table(), kind.title_field().column);
    let (hint, join) = hint(kind);
    let account = tx.actor().account;
    let mut query = QueryBuilder::new(format!(
        "select r.id, r.{title} as name, {hint} as hint, r.total from (select r.*, {total} as total, "
    ));
    if words.is_empty() {
        query.push("true");
    } else {
        query
            .push(format!("starts_with(lower(r.{title}), lower("))
            .push_bind(beginning(typed))
            .push("))");
    }
    query
        .push(format!(" as begins from {table} r where r.account_id = "))
        .push_bind(account.0);
    push_search(&mut query, kind, account, words);
    let order = |begins: &str| format!(" order by {begins}r.{title}, r.id");
    // Without words nothing is better than something else, and the index has the order.
    let inner = if words.is_empty() {
        ""
    } else {
        "begins desc, "
    };
    query
        .push(order(inner))
        .push(format!(" limit {SHOWN}) r{join}"))
        .push(order("r.begins desc, "));
    query
}

/// As far as a name can begin with it.
fn beginning(typed: &str) -> String {
    let text = typed.trim().chars().filter(|c| !c.is_control());
    text.take(200).collect()
}

/// What tells a record from another of the same name: the record that it belongs to, or where it is.
fn hint(kind: RecordKind) -> (&'static str, &'static str) {
    let has_customer = kind
        .fields()
        .iter()
        .any(|field| field.kind == FieldType::Customer);
    if has_customer {
        (customer_name(kind), CUSTOMER_JOINS)
    } else {
        ("r.city", "")
    }
}

fn suggestion(row: &PgRow) -> Result<Suggestion, AppError> {
    Ok(Suggestion {
        id: RecordId(row.try_get("id")?),
        name: row.try_get("name")?,
        hint: row
            .try_get::<Option<String>, _>("hint")?
            .unwrap_or_default(),
    })
}

/// Whether a plan may serve again with other values. A search is planned for its own words: some begin
/// hundreds of thousands, others one.
fn planned_once(typed: &[String]) -> bool {
    typed.is_empty()
}

/// Every typed word begins some word of the record. One sub-select that joins its words, rather than one for each:
/// so the planner begins with the rarest, or matches common ones by hash, before it looks at a record.
pub(super) fn push_search(
    query: &mut QueryBuilder<Postgres>,
    kind: RecordKind,
    account: AccountId,
    typed: &[String],
) {
    if typed.is_empty() {
        return;
    }
    let words = format!("{}_words", kind.child());
    query.push(format!(" and r.id in (select w0.record_id from {words} w0"));
    for n in 1..typed.len() {
        query.push(format!(
            " join {words} w{n} on w{n}.account_id = w0.account_id and w{n}.record_id = w0.record_id"
        ));
    }
    query.push(" where w0.account_id = ").push_bind(account.0);
    for (n, word) in typed.iter().enumerate() {
        query
            .push(format!(" and w{n}.word >= "))
            .push_bind(word.clone());
        query
            .push(format!(" and w{n}.word < "))
            .push_bind(search::beyond(word));
    }
    query.push(")");
}
