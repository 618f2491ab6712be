//! Acts in the database, read as who asks: his own, or as an admin all of the account's. Whoever has taken one over has another run; the
//! one before finds that, and writes nothing any more.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::judge::{Verdict, Verdicts};
use crate::{
    model::{
        Actor, AppError, BulkActId, Problem, RecordKind,
        bulk::{Act, ActPage, Counts, Fate, Line, Progress, State, Task},
        users::Access,
    },
    server::{
        actors::parsed,
        database::{Reached, Viewing, Writing},
        tasks::{Run, action_of, still_may},
    },
};

/// A list shows the latest so many.
const LATEST: i64 = 100;

/// Whoever runs one beats every few seconds; without a beat for so long, his server is no more.
const SELECT: &str = "select a.*, u.full_name as by_name, a.beat_at < now() - interval '30 seconds' as is_dead,
   a.wrote_at > now() - interval '1 day' as is_fresh
 from bulk_acts a join users u on u.account_id = a.account_id and u.id = a.by_user_id where a.account_id = $1";

/// An act as it is stored.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: BulkActId,
    pub kind: RecordKind,
    pub act: Act,
    pub progress: Progress,
    by: Uuid,
    by_name: String,
    at: DateTime<Utc>,
    list: String,
    asked: i64,
    loses_sight: i64,
    access: Option<Access>,
    wrote_at: Option<DateTime<Utc>>,
    is_fresh: bool,
    purged: bool,
}

impl Stored {
    fn read(row: &PgRow) -> Result<Self, AppError> {
        let n = |column: &str| row.try_get::<i32, _>(column).map(i64::from);
        let counts = |column: &str| -> Result<Counts, AppError> {
            let Json(counts) = row.try_get(column)?;
            Ok(counts)
        };
        let state = match parsed::<State>(row, "state")? {
            State::Running if row.try_get::<Option<bool>, _>("is_dead")? != Some(false) => {
                State::Stopped
            }
            state => state,
        };
        let task = parsed::<Task>(row, "task")?;
        let kind: String = row.try_get("kind")?;
        let Json(act) = row.try_get("act")?;
        let (asked, done) = (n("asked")?, counts("counts")?);
        let error: Option<Json<AppError>> = row.try_get("error")?;
        let access: Option<Json<Access>> = row.try_get("access")?;
        Ok(Self {
            id: BulkActId(row.try_get("id")?),
            kind: RecordKind::from_child(&kind).ok_or(AppError::NotFound)?,
            act,
            progress: Progress {
                task,
                state,
                of: match task {
                    Task::Apply => asked,
                    Task::Undo => done.of(Fate::Changed),
                },
                done: n("done")?,
                expected: counts("expected")?,
                counts: done,
                undone: counts("undone")?,
                error: error.map(|Json(error)| error),
            },
            by: row.try_get("by_user_id")?,
            by_name: row.try_get("by_name")?,
            at: row.try_get("at")?,
            list: row.try_get("list")?,
            asked,
            loses_sight: n("loses_sight")?,
            access: access.map(|Json(access)| access),
            wrote_at: row.try_get("wrote_at")?,
            is_fresh: row.try_get::<Option<bool>, _>("is_fresh")? == Some(true),
            purged: row
                .try_get::<Option<DateTime<Utc>>, _>("purged_at")?
                .is_some(),
        })
    }

    fn is_mine(&self, actor: &Actor) -> bool {
        self.by == actor.user.0
    }

    /// How many records there are still to be put back.
    fn left(&self) -> i64 {
        self.progress.counts.of(Fate::Changed) - self.progress.undone.of(Fate::Undone)
    }

    /// Until when it can be undone. Whoever sees it may: who made it, and the admins.
    pub fn undo_until(&self) -> Option<DateTime<Utc>> {
        let may = self.left() > 0 && self.is_fresh && !self.purged;
        let until = self.wrote_at.map(|at| at + TimeDelta::days(1));
        until.filter(|_| may)
    }

    pub fn line(self, actor: &Actor, said: String) -> Line {
        Line {
            id: self.id,
            kind: self.kind,
            by: self.by_name,
            at: actor.local(self.at),
            act: self.act,
            said,
            asked: self.asked,
            progress: self.progress,
        }
    }

    pub fn page(self, actor: &Actor, said: String) -> ActPage {
        let mine = self.is_mine(actor);
        ActPage {
            mine,
            list: Some(self.list.clone()).filter(|list| mine && !list.is_empty()),
            loses_sight: if mine { self.loses_sight } else { 0 },
            undo_until: self.undo_until().map(|at| actor.local(at)),
            line: self.line(actor, said),
        }
    }

    /// Whether the rights of whoever goes on with it are those with which it began.
    pub fn has_rights_of(&self, actor: &Actor) -> bool {
        self.access == Some(access(actor))
    }
}

const fn access(actor: &Actor) -> Access {
    Access {
        role: actor.role,
        rights: actor.rights,
    }
}

async fn select(tx: &mut Viewing, id: BulkActId, lock: &'static str) -> Result<Stored, AppError> {
    let actor = tx.actor().clone();
    let sql = format!("{SELECT} and a.id = $2 {lock}");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)?;
    Stored::read(&row)
}

/// Who has no right to a kind has no acts on it.
fn of_a_kind_in_use(stored: Stored, actor: &Actor) -> Result<Stored, AppError> {
    if actor.rights.may_use(stored.kind) {
        Ok(stored)
    } else {
        Err(AppError::NotFound)
    }
}

pub async fn act(tx: &mut Viewing, id: BulkActId) -> Result<Stored, AppError> {
    let stored = whatever_kind(tx, id).await?;
    of_a_kind_in_use(stored, tx.actor())
}

/// The same, for whoever goes on with it: his rights may be others by now.
pub async fn whatever_kind(tx: &mut Viewing, id: BulkActId) -> Result<Stored, AppError> {
    select(tx, id, "").await
}

/// The latest acts that were begun.
pub async fn acts(tx: &mut Viewing) -> Result<Vec<Stored>, AppError> {
    let account = tx.actor().account.0;
    let sql =
        format!("{SELECT} and a.began_at is not null order by a.began_at desc, a.id desc limit $2");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(LATEST)
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(Stored::read).collect()
}

/// An act that is being done, and by whom.
#[derive(Clone, Debug)]
pub struct Claim {
    pub id: BulkActId,
    pub run: Uuid,
    pub task: Task,
    pub kind: RecordKind,
    pub act: Act,
}

impl Claim {
    pub const fn as_run(&self) -> Run {
        Run {
            table: "bulk_acts",
            id: self.id.0,
            run: self.run,
            action: action_of(self.id.0, matches!(self.task, Task::Undo)),
        }
    }
}

/// Whether this may be done now.
fn refuse(stored: &Stored, task: Task, actor: &Actor) -> Result<(), AppError> {
    let progress = &stored.progress;
    let goes_on = progress.state == State::Stopped && progress.task == task;
    match task {
        _ if progress.is_running() => Err(AppError::form(Problem::UnderWay)),
        _ if stored.purged => Err(AppError::form(Problem::TooLate)),
        Task::Apply if !stored.is_mine(actor) => Err(AppError::NotFound),
        Task::Apply if progress.state == State::Prepared || goes_on => Ok(()),
        // Sent twice.
        Task::Apply => Err(AppError::form(Problem::UnderWay)),
        // It goes on even if a day is over meanwhile.
        Task::Undo if goes_on || stored.undo_until().is_some() => Ok(()),
        Task::Undo if stored.left() > 0 => Err(AppError::form(Problem::TooLate)),
        Task::Undo => Err(AppError::NotFound),
    }
}

/// Makes the caller the one who does it; nobody else does at the same time.
pub async fn claim(mut tx: Viewing, id: BulkActId, task: Task) -> Result<Claim, AppError> {
    let actor = tx.actor().clone();
    let stored = of_a_kind_in_use(select(&mut tx, id, "for update of a").await?, &actor)?;
    refuse(&stored, task, &actor)?;
    let goes_on = stored.progress.task == task && stored.progress.state == State::Stopped;
    let run = Uuid::now_v7();
    let mut tx = tx.write(Reached::oneself()).await?;
    if task == Task::Undo && !goes_on {
        begin_undoing(&mut tx, &stored).await?;
    }
    sqlx::query(
        "update bulk_acts set task = $3, state = 'running', run = $4, runner_id = $5, access = $6, beat_at = now(), error = null,
           began_at = coalesce(began_at, now())
         where account_id = $1 and id = $2",
    )
    .bind(actor.account.0)
    .bind(id.0)
    .bind(task.key())
    .bind(run)
    .bind(actor.user.0)
    .bind(Json(access(&actor)))
    .execute(tx.connection())
    .await?;
    tx.commit().await?;
    Ok(Claim {
        id,
        run,
        task,
        kind: stored.kind,
        act: stored.act,
    })
}

/// From the first record again; what an earlier undoing has left is tried once more.
async fn begin_undoing(tx: &mut Writing, stored: &Stored) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    sqlx::query(
        "update bulk_items set undone = null where account_id = $1 and act_id = $2 and undone is not null and undone <> $3",
    )
    .bind(account)
    .bind(stored.id.0)
    .bind(Fate::Undone.key())
    .execute(tx.connection())
    .await?;
    let kept = stored.progress.undone.only(Fate::Undone);
    sqlx::query(
        "update bulk_acts set done = $3, undone = $4, last_record_id = null where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(stored.id.0)
    .bind(i32::try_from(kept.total()).map_err(AppError::internal)?)
    .bind(Json(kept))
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Stops an act whose server is no more and that nobody may go on with.
pub async fn stop(tx: Viewing, id: BulkActId, error: &AppError) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query(
        "update bulk_acts set state = 'stopped', error = $3
         where account_id = $1 and id = $2 and state = 'running' and beat_at < now() - interval '30 seconds'",
    )
    .bind(account)
    .bind(id.0)
    .bind(Json(error))
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// One record of an act that is done, as it was before.
#[derive(Clone, Debug)]
pub struct Item {
    pub id: Uuid,
    pub before: Vec<Uuid>,
    pub second: Option<Uuid>,
    pub wrote_at: Option<DateTime<Utc>>,
}

pub fn ids(items: &[Item]) -> Vec<Uuid> {
    items.iter().map(|item| item.id).collect()
}

/// The records that come next; none once all have had their turn.
pub async fn next(tx: &mut Viewing, claim: &Claim, batch: i64) -> Result<Vec<Item>, AppError> {
    let to_do = match claim.task {
        Task::Apply => "i.fate is null",
        Task::Undo => "i.fate = 'changed' and i.undone is null",
    };
    let account = tx.actor().account.0;
    // As a value, since the index takes no expression: with one, each batch would read all that are done.
    let last: Uuid = sqlx::query_scalar(
        "select coalesce(last_record_id, $3) from bulk_acts where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(claim.id.0)
    .bind(Uuid::nil())
    .fetch_one(tx.connection())
    .await?;
    let sql = format!(
        "select i.record_id, coalesce(i.before, '{{}}') as before, i.second, i.wrote_at from bulk_items i
         where i.account_id = $1 and i.act_id = $2 and {to_do} and i.record_id > $3 order by i.record_id limit $4"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(claim.id.0)
        .bind(last)
        .bind(batch)
        .fetch_all(tx.connection())
        .await?;
    let item = |row: &PgRow| {
        Ok(Item {
            id: row.try_get("record_id")?,
            before: row.try_get("before")?,
            second: row.try_get("second")?,
            wrote_at: row.try_get("wrote_at")?,
        })
    };
    rows.iter().map(item).collect()
}

/// Writes down what became of these records, in the transaction that has changed them; those of which nothing is known are out
/// of reach. Fails where another has taken over, or the rights are others by now.
pub async fn settle(
    tx: &mut Writing,
    claim: &Claim,
    items: &[Item],
    verdicts: &Verdicts,
) -> Result<(), AppError> {
    still_may(tx).await?;
    let account = tx.actor().account.0;
    let column = match claim.task {
        Task::Apply => "counts",
        Task::Undo => "undone",
    };
    let sql = format!(
        "select {column} from bulk_acts where account_id = $1 and id = $2 and run = $3 and state = 'running' for update"
    );
    let counts: Option<Json<Counts>> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(claim.id.0)
        .bind(claim.run)
        .fetch_optional(tx.connection())
        .await?;
    let Some(Json(mut counts)) = counts else {
        return Err(AppError::form(Problem::UnderWay));
    };
    let unknown = Verdict::from(Fate::OutOfReach);
    let verdict = |item: &Item| verdicts.get(&item.id).unwrap_or(&unknown);
    for item in items {
        counts.add(verdict(item).fate, 1);
    }
    let wrote = match claim.task {
        Task::Apply => ", wrote_at = now()",
        Task::Undo => "",
    };
    let sql = format!(
        "update bulk_acts set {column} = $3, done = done + $4, last_record_id = $5, beat_at = now(){wrote} where account_id = $1 and id = $2"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(claim.id.0)
        .bind(Json(counts))
        .bind(i32::try_from(items.len()).map_err(AppError::internal)?)
        .bind(items.last().map(|item| item.id))
        .execute(tx.connection())
        .await?;
    let verdicts: Vec<&Verdict> = items.iter().map(verdict).collect();
    keep(tx, claim, items, &verdicts).await
}

async fn keep(
    tx: &mut Writing,
    claim: &Claim,
    items: &[Item],
    verdicts: &[&Verdict],
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let ids = ids(items);
    // They follow one another: without statistics the planner would look at all of the act's for each.
    let (first, last) = (ids.first().copied(), ids.last().copied());
    let fates: Vec<&str> = verdicts.iter().map(|verdict| verdict.fate.key()).collect();
    if claim.task == Task::Undo {
        sqlx::query(
            "update bulk_items i set undone = v.fate from unnest($3::uuid[], $4::text[]) v (id, fate)
             where i.account_id = $1 and i.act_id = $2 and i.record_id = v.id and i.record_id between $5 and $6",
        )
        .bind(account)
        .bind(claim.id.0)
        .bind(ids)
        .bind(fates)
        .bind(first)
        .bind(last)
        .execute(tx.connection())
        .await?;
        return Ok(());
    }
    // As text, since the arrays in an array are all of one length.
    let before = |verdict: &&Verdict| {
        let ids: Vec<String> = verdict.before.iter().map(ToString::to_string).collect();
        (!ids.is_empty()).then(|| format!("{{{}}}", ids.join(",")))
    };
    let before: Vec<Option<String>> = verdicts.iter().map(before).collect();
    let seconds = verdicts
        .iter()
        .map(|verdict| verdict.second.map(|user| user.0));
    sqlx::query(
        "update bulk_items i set fate = v.fate, before = v.before::uuid[], second = v.second, wrote_at = now()
         from unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) v (id, fate, before, second)
         where i.account_id = $1 and i.act_id = $2 and i.record_id = v.id and i.record_id between $7 and $8",
    )
    .bind(account)
    .bind(claim.id.0)
    .bind(ids)
    .bind(fates)
    .bind(before)
    .bind(seconds.collect::<Vec<Option<Uuid>>>())
    .bind(first)
    .bind(last)
    .execute(tx.connection())
    .await?;
    Ok(())
}
