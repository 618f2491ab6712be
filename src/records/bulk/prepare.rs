//! Preparing an act: its records are written down as they are chosen now, and what would come of it is counted, by the very rules that
//! decide it later. Nothing of the records is changed.

use std::{collections::BTreeSet, sync::Arc};

use sqlx::{AssertSqlSafe, QueryBuilder, types::Json};
use uuid::Uuid;

use super::{judge::judge, sight::lost, what::check};
use crate::{
    model::{
        AppError, BulkActId, Problem, RecordKind,
        bulk::{Act, Counts, Fate, MOST, Offer, Post, Selection},
        catalogue::{Field, Holds},
        lists::ListQuery,
    },
    records::store::{self, Narrowed, PATIENCE, catalogue, push_listed},
    server::database::{Reached, Viewing, Writing},
};

/// Nobody prepares more acts in an hour.
const HOURLY: i64 = 200;
/// So many are judged with one question.
const CHUNK: usize = 5_000;

/// Those that the viewer sees, and may change or may not; and those that he does not see, or nobody.
struct Chosen {
    editable: Vec<Uuid>,
    not_editable: Vec<Uuid>,
    out_of_reach: Vec<Uuid>,
}

impl Chosen {
    fn all(&self) -> Vec<Uuid> {
        let parts = [&self.editable, &self.not_editable, &self.out_of_reach];
        parts.into_iter().flatten().copied().collect()
    }
}

async fn choose(
    tx: &mut Viewing,
    kind: RecordKind,
    selection: &Selection,
) -> Result<Chosen, AppError> {
    let account = tx.actor().account.0;
    let (seen, out_of_reach) = match selection {
        Selection::All(query) => (all_of(tx, kind, query).await?, Vec::new()),
        Selection::Records(records) => {
            let asked: BTreeSet<Uuid> = records.iter().map(|id| id.0).collect();
            let sql = format!(
                "select id from {} where account_id = $1 and id = any ($2)",
                kind.table()
            );
            let seen: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
                .bind(account)
                .bind(asked.iter().copied().collect::<Vec<_>>())
                .fetch_all(tx.connection())
                .await?;
            let found: BTreeSet<Uuid> = seen.iter().copied().collect();
            (seen, asked.difference(&found).copied().collect())
        }
    };
    let editable = store::editable(tx, kind, &seen).await?;
    let may: BTreeSet<Uuid> = editable.iter().copied().collect();
    let not_editable = seen.into_iter().filter(|id| !may.contains(id)).collect();
    Ok(Chosen {
        editable,
        not_editable,
        out_of_reach,
    })
}

/// All records of a list; more than one act takes are refused.
async fn all_of(
    tx: &mut Viewing,
    kind: RecordKind,
    query: &ListQuery,
) -> Result<Vec<Uuid>, AppError> {
    let mut select = QueryBuilder::new(format!("select r.id from {} r", kind.table()));
    let narrowed = push_listed(tx, &mut select, kind, query).await?;
    select.push(format!(" limit {}", MOST + 1));
    let ids: Vec<Uuid> = select
        .build_query_scalar()
        .persistent(false)
        .fetch_all(tx.connection())
        .await
        .map_err(|error| narrowed.explained(error))?;
    if ids.len() > MOST {
        return Err(AppError::form(Problem::TooManyRecords { max: MOST }));
    }
    Ok(ids)
}

/// How many records are chosen: all that were ticked, or the length of the list.
pub async fn count(
    tx: &mut Viewing,
    kind: RecordKind,
    selection: &Selection,
) -> Result<i64, AppError> {
    match selection {
        Selection::Records(records) => i64::try_from(records.len()).map_err(AppError::internal),
        Selection::All(query) => {
            let narrowed = Narrowed::of(tx, kind, query).await?;
            narrowed.count(tx, None).await
        }
    }
}

/// What can be done with these records.
pub async fn offer(
    tx: &mut Viewing,
    kind: RecordKind,
    selection: Selection,
) -> Result<Offer, AppError> {
    let language = tx.actor().language;
    let catalogue = catalogue(tx, kind).await?;
    let post = |field: &Arc<Field>| {
        Some(Post {
            duty: field.duty()?,
            label: field.label(language).to_owned(),
            required: field.required,
            several: field.kind.is_several(),
        })
    };
    let posts: Vec<Post> = catalogue.fields().iter().filter_map(post).collect();
    let has_fields = catalogue.custom().any(|field| field.holds == Holds::User);
    Ok(Offer {
        count: count(tx, kind, &selection).await?,
        selection,
        colleagues: match (kind.roles(), kind.shared_roles()) {
            ([], []) => Vec::new(),
            _ => store::colleagues(tx, kind).await?,
        },
        everybody: if has_fields {
            store::everybody(tx).await?
        } else {
            Vec::new()
        },
        posts,
    })
}

/// Writes down what is asked for, and what would come of it.
pub async fn prepare(
    mut tx: Viewing,
    kind: RecordKind,
    selection: &Selection,
    act: &Act,
) -> Result<BulkActId, AppError> {
    let checked = check(&mut tx, kind, act).await?;
    not_too_often(&mut tx).await?;
    sqlx::query(PATIENCE).execute(tx.connection()).await?;
    let chosen = choose(&mut tx, kind, selection).await?;
    let all = chosen.all();
    if all.is_empty() {
        return Err(AppError::form(Problem::NothingSelected));
    }
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut tx = tx.write(Reached::oneself()).await?;
    let mut expected = Counts::default();
    let mut will_change = Vec::new();
    for ids in chosen.editable.chunks(CHUNK) {
        for (id, verdict) in judge(&mut tx, kind, &checked, ids).await? {
            expected.add(verdict.fate, 1);
            if verdict.fate == Fate::Changed {
                will_change.push(id);
            }
        }
    }
    let n = |n: usize| i32::try_from(n).map_err(AppError::internal);
    for (fate, left) in [
        (Fate::MayNotEdit, &chosen.not_editable),
        (Fate::OutOfReach, &chosen.out_of_reach),
    ] {
        expected.add(fate, n(left.len())?.into());
    }
    let (tx, lost) = lost(tx.view().await?, kind, &checked, &will_change).await?;
    let mut tx = tx.write(Reached::oneself()).await?;
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into bulk_acts (account_id, id, by_user_id, kind, act, list, asked, expected, loses_sight)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(account)
    .bind(id)
    .bind(me)
    .bind(kind.child())
    .bind(Json(act))
    .bind(selection.list(kind).unwrap_or_default())
    .bind(n(all.len())?)
    .bind(Json(expected))
    .bind(i32::try_from(lost).map_err(AppError::internal)?)
    .execute(tx.connection())
    .await?;
    write_down(&mut tx, id, &all).await?;
    tx.commit().await?;
    Ok(BulkActId(id))
}

async fn write_down(tx: &mut Writing, act: Uuid, records: &[Uuid]) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    sqlx::query(
        "insert into bulk_items (account_id, act_id, record_id) select $1, $2, id from unnest($3::uuid[]) r (id)",
    )
    .bind(account)
    .bind(act)
    .bind(records)
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn not_too_often(tx: &mut Viewing) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let n: i64 = sqlx::query_scalar(
        "select count(*) from bulk_acts where account_id = $1 and by_user_id = $2 and at > now() - interval '1 hour'",
    )
    .bind(account)
    .bind(me)
    .fetch_one(tx.connection())
    .await?;
    if n < HOURLY {
        Ok(())
    } else {
        Err(AppError::TooMany { minutes: 60 })
    }
}
