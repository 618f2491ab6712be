//! Imports in the database, read as who asks: his own, or as an admin all of the account's. What they do is written by
//! `runs`, in transactions of its own.

mod runs;

pub use runs::{Claim, Wanted, claim, keep, save_columns, settle, to_undo};

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::{Column, Fate, Import, PAGE, Page, Progress, Row, State, Task, Undone};
use crate::{
    model::{Actor, AppError, ImportId, Problems, RecordId, RecordKind},
    records::store::custom_fields,
    server::{
        actors::parsed,
        database::{Reached, Viewing},
    },
};

/// The list shows the latest so many.
const LATEST: i64 = 50;
/// Nobody sends more files in an hour, or more bytes.
const HOURLY: i64 = 100;
const HOURLY_BYTES: i64 = 200 * 1024 * 1024;

/// Text of a file as it can be kept and shown anywhere: on one line, and short.
pub fn short(text: &str, max: usize) -> String {
    let text = text.trim().chars();
    text.map(|c| if c.is_control() { ' ' } else { c })
        .take(max)
        .collect()
}

/// Whoever runs an import beats every few seconds; without a beat for so long, his server is no more.
const SELECT: &str = "select i.*, u.full_name as by_name, i.beat_at < now() - interval '30 seconds' as is_dead,
   i.wrote_at > now() - interval '1 day' as is_fresh
 from imports i join users u on u.account_id = i.account_id and u.id = i.by_user_id where i.account_id = $1";

/// A file that has just come in.
pub struct Sent {
    pub file_name: String,
    pub kind: Option<RecordKind>,
    pub columns: Vec<Column>,
    pub rows: usize,
    pub bytes: Vec<u8>,
}

/// An import as it is stored.
pub struct Stored {
    pub import: Import,
    pub columns: Vec<Column>,
    pub by: Uuid,
    pub began: bool,
    pub wrote_at: Option<DateTime<Utc>>,
    /// Whether it has written within the last day.
    pub is_fresh: bool,
    pub purged: bool,
}

impl Stored {
    fn read(row: &PgRow, actor: &Actor) -> Result<Self, AppError> {
        let n = |column: &str| row.try_get::<i32, _>(column).map(i64::from);
        let state = match parsed::<State>(row, "state")? {
            State::Running if row.try_get::<Option<bool>, _>("is_dead")? != Some(false) => {
                State::Stopped
            }
            state => state,
        };
        let task = parsed::<Task>(row, "task")?;
        let kind: Option<String> = row.try_get("kind")?;
        let (rows, created) = (n("rows")?, n("created")?);
        let error: Option<Json<AppError>> = row.try_get("error")?;
        let progress = Progress {
            task,
            state,
            of: if task == Task::Undo { created } else { rows },
            done: n("done")?,
            created,
            known: n("known")?,
            bad: n("bad")?,
            undone: Undone {
                undone: n("undone")?,
                changed: n("changed")?,
                needed: n("needed")?,
                out_of_reach: n("out_of_reach")?,
            },
            error: error.map(|Json(error)| error),
        };
        let Json(columns) = row.try_get("columns")?;
        Ok(Self {
            import: Import {
                id: ImportId(row.try_get("id")?),
                file_name: row.try_get("file_name")?,
                kind: kind.and_then(|kind| RecordKind::from_child(&kind)),
                by: row.try_get("by_name")?,
                at: actor.local(row.try_get("at")?),
                rows,
                progress,
            },
            columns,
            by: row.try_get("by_user_id")?,
            began: row
                .try_get::<Option<DateTime<Utc>>, _>("began_at")?
                .is_some(),
            wrote_at: row.try_get("wrote_at")?,
            is_fresh: row.try_get::<Option<bool>, _>("is_fresh")? == Some(true),
            purged: row
                .try_get::<Option<DateTime<Utc>>, _>("purged_at")?
                .is_some(),
        })
    }

    /// Who has no right to a kind has no imports of it.
    fn is_for(&self, actor: &Actor) -> bool {
        self.import
            .kind
            .is_none_or(|kind| actor.rights.may_use(kind))
    }

    /// Until when this person may undo it, if he may.
    pub fn undo_until(&self, actor: &Actor) -> Option<DateTime<Utc>> {
        let may = self
            .import
            .kind
            .is_some_and(|kind| actor.rights.may_delete(kind));
        let progress = &self.import.progress;
        let left = self.began && progress.created > progress.undone.undone && !self.purged;
        self.wrote_at
            .filter(|_| may && left && self.is_fresh)
            .map(|at| at + TimeDelta::days(1))
    }
}

/// Keeps a file that was sent.
pub async fn add(mut tx: Viewing, sent: Sent) -> Result<ImportId, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let (files, bytes): (i64, i64) = sqlx::query_as(
        "select count(*), coalesce(sum(octet_length(f.bytes)), 0) from imports i
           left join import_files f on f.account_id = i.account_id and f.import_id = i.id
         where i.account_id = $1 and i.by_user_id = $2 and i.at > now() - interval '1 hour'",
    )
    .bind(account)
    .bind(me)
    .fetch_one(tx.connection())
    .await?;
    if files >= HOURLY || bytes >= HOURLY_BYTES {
        return Err(AppError::TooMany { minutes: 60 });
    }
    let id = Uuid::now_v7();
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query(
        "insert into imports (account_id, id, by_user_id, file_name, kind, columns, rows) values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(account)
    .bind(id)
    .bind(me)
    .bind(sent.file_name)
    .bind(sent.kind.map(RecordKind::child))
    .bind(Json(sent.columns))
    .bind(i32::try_from(sent.rows).map_err(AppError::internal)?)
    .execute(tx.connection())
    .await?;
    sqlx::query("insert into import_files (account_id, import_id, bytes) values ($1, $2, $3)")
        .bind(account)
        .bind(id)
        .bind(sent.bytes)
        .execute(tx.connection())
        .await?;
    tx.commit().await?;
    Ok(ImportId(id))
}

pub async fn list(tx: &mut Viewing) -> Result<Vec<Import>, AppError> {
    let actor = tx.actor().clone();
    let sql = format!("{SELECT} order by i.at desc, i.id desc limit $2");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(LATEST)
        .fetch_all(tx.connection())
        .await?;
    let mut imports = Vec::with_capacity(rows.len());
    for row in rows {
        let stored = Stored::read(&row, &actor)?;
        if stored.is_for(&actor) {
            imports.push(stored.import);
        }
    }
    Ok(imports)
}

async fn select(tx: &mut Viewing, id: ImportId, lock: &'static str) -> Result<Stored, AppError> {
    let actor = tx.actor().clone();
    let sql = format!("{SELECT} and i.id = $2 {lock}");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)?;
    let stored = Stored::read(&row, &actor)?;
    if stored.is_for(&actor) {
        Ok(stored)
    } else {
        Err(AppError::NotFound)
    }
}

pub async fn import(tx: &mut Viewing, id: ImportId) -> Result<Stored, AppError> {
    select(tx, id, "").await
}

/// The same, and nobody else changes it until the transaction ends.
pub async fn lock(tx: &mut Viewing, id: ImportId) -> Result<Stored, AppError> {
    select(tx, id, "for update of i").await
}

pub async fn page(
    tx: &mut Viewing,
    id: ImportId,
    fate: Option<Fate>,
    after: i64,
) -> Result<Page, AppError> {
    let stored = import(tx, id).await?;
    let actor = tx.actor().clone();
    let mut rows = match stored.import.kind {
        Some(kind) => rows(tx, id, kind, fate, after).await?,
        None => Vec::new(),
    };
    let more = rows.len() > usize::try_from(PAGE).map_err(AppError::internal)?;
    if more {
        rows.pop();
    }
    let next = rows.last().filter(|_| more).map(|row| row.line);
    let custom = match stored.import.kind {
        Some(kind) => custom_fields(tx, kind).await?,
        None => Vec::new(),
    };
    Ok(Page {
        custom,
        mine: stored.by == actor.user.0,
        began: stored.began,
        undo_until: stored.undo_until(&actor).map(|at| actor.local(at)),
        import: stored.import,
        columns: stored.columns,
        rows,
        next,
    })
}

/// A row more than a page has, to know whether there is another page.
async fn rows(
    tx: &mut Viewing,
    id: ImportId,
    kind: RecordKind,
    fate: Option<Fate>,
    after: i64,
) -> Result<Vec<Row>, AppError> {
    // The viewer's own look at the record: out of reach or in the bin, there is no link to it.
    let sql = format!(
        "select r.line, r.title, r.fate, r.problems, v.id as record
         from import_rows r left join {} v on v.account_id = r.account_id and v.id = r.record_id
         where r.account_id = $1 and r.import_id = $2 and ($3::text is null or r.fate = $3) and r.line > $4
         order by r.line limit $5",
        kind.table()
    );
    let account = tx.actor().account.0;
    let found = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(fate.map(Fate::key))
        .bind(after)
        .bind(PAGE + 1)
        .fetch_all(tx.connection())
        .await?;
    let row = |row: &PgRow| {
        let problems: Option<Json<Problems>> = row.try_get("problems")?;
        Ok(Row {
            line: row.try_get("line")?,
            title: row.try_get("title")?,
            fate: parsed(row, "fate")?,
            problems: problems.map(|Json(problems)| problems).unwrap_or_default(),
            record: row.try_get::<Option<Uuid>, _>("record")?.map(RecordId),
        })
    };
    found.iter().map(row).collect()
}

pub async fn file(tx: &mut Viewing, id: ImportId) -> Result<Vec<u8>, AppError> {
    let account = tx.actor().account.0;
    let bytes: Option<Vec<u8>> = sqlx::query_scalar(
        "select bytes from import_files where account_id = $1 and import_id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?;
    bytes.ok_or(AppError::NotFound)
}

/// What is wrong with the bad rows, by line.
pub async fn bad_rows(tx: &mut Viewing, id: ImportId) -> Result<BTreeMap<u64, Problems>, AppError> {
    let account = tx.actor().account.0;
    let rows: Vec<(i64, Json<Problems>)> = sqlx::query_as(
        "select line, problems from import_rows where account_id = $1 and import_id = $2 and fate = 'bad'",
    )
    .bind(account)
    .bind(id.0)
    .fetch_all(tx.connection())
    .await?;
    let row = |(line, Json(problems)): (i64, Json<Problems>)| (line.unsigned_abs(), problems);
    Ok(rows.into_iter().map(row).collect())
}

/// The lines of which records came.
pub async fn created(tx: &mut Viewing, id: ImportId) -> Result<HashSet<u64>, AppError> {
    let account = tx.actor().account.0;
    let lines: Vec<i64> = sqlx::query_scalar(
        "select line from import_rows where account_id = $1 and import_id = $2 and record_id is not null",
    )
    .bind(account)
    .bind(id.0)
    .fetch_all(tx.connection())
    .await?;
    Ok(lines.into_iter().map(i64::unsigned_abs).collect())
}
