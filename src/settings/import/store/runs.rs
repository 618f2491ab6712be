//! What is done with a file, as it is written: who does it, how far he is, what became of each row. Whoever has taken an
//! import over has another run; the one before finds that, and writes nothing any more.

use sqlx::{Row as _, types::Json};
use uuid::Uuid;

use super::{Stored, Task, lock, short};
use crate::{
    model::{Actor, AppError, ImportId, Problem, RecordId, RecordKind},
    records::import::{Fate, Seen},
    server::{
        database::{Reached, Viewing, Writing},
        tasks::{Run, action_of, still_may},
    },
    settings::import::{Column, State},
};

/// What somebody wants to be done with a file.
pub struct Wanted {
    pub task: Task,
    /// The fields of the columns, where they are to be others from now on.
    pub columns: Option<(RecordKind, Vec<Column>)>,
}

/// An import that is being done, and by whom.
#[derive(Clone, Debug)]
pub struct Claim {
    pub import: ImportId,
    pub run: Uuid,
    pub task: Task,
    pub kind: RecordKind,
    pub columns: Vec<Column>,
}

impl Claim {
    pub const fn as_run(&self) -> Run {
        Run {
            table: "imports",
            id: self.import.0,
            run: self.run,
            action: action_of(self.import.0, matches!(self.task, Task::Undo)),
        }
    }
}

/// Whether this may be done now.
fn refuse(stored: &Stored, wanted: &Wanted, actor: &Actor) -> Result<(), AppError> {
    let progress = &stored.import.progress;
    if progress.is_running() {
        return Err(AppError::form(Problem::UnderWay));
    }
    if wanted.task == Task::Undo {
        // It goes on even if a day is over meanwhile.
        let goes_on = progress.task == Task::Undo && progress.state == State::Stopped;
        return match stored.undo_until(actor) {
            Some(_) => Ok(()),
            None if goes_on => Ok(()),
            None if stored.began => Err(AppError::form(Problem::TooLate)),
            None => Err(AppError::NotFound),
        };
    }
    // What has written goes on as it began, and is not done twice.
    let stopped = progress.task == Task::Import && progress.state == State::Stopped;
    let may = if stored.began {
        wanted.task == Task::Import && stopped && wanted.columns.is_none()
    } else {
        true
    };
    if may && stored.by == actor.user.0 && !stored.purged {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

/// Makes the caller the one who does it; nobody else does at the same time.
pub async fn claim(mut tx: Viewing, id: ImportId, wanted: Wanted) -> Result<Claim, AppError> {
    let stored = lock(&mut tx, id).await?;
    let actor = tx.actor().clone();
    refuse(&stored, &wanted, &actor)?;
    let (kind, columns) = match wanted.columns {
        Some((kind, columns)) => (Some(kind), columns),
        None => (stored.import.kind, stored.columns),
    };
    let kind = kind.ok_or_else(|| AppError::form(Problem::KindUnknown))?;
    let run = Uuid::now_v7();
    let mut tx = tx.write(Reached::oneself()).await?;
    if wanted.task == Task::Undo {
        // What was left is tried once more.
        clear_undone(&mut tx, id).await?;
    } else if !stored.began {
        sqlx::query("delete from import_rows where account_id = $1 and import_id = $2")
            .bind(actor.account.0)
            .bind(id.0)
            .execute(tx.connection())
            .await?;
    }
    sqlx::query(
        "update imports set kind = $3, columns = $4, task = $5, state = 'running', run = $6, beat_at = now(), error = null,
           done = case $5 when 'undo' then undone else 0 end,
           created = case $5 when 'undo' then created else 0 end,
           known = case $5 when 'undo' then known else 0 end,
           bad = case $5 when 'undo' then bad else 0 end,
           began_at = case $5 when 'import' then coalesce(began_at, now()) else began_at end,
           wrote_at = case $5 when 'import' then now() else wrote_at end
         where account_id = $1 and id = $2",
    )
    .bind(actor.account.0)
    .bind(id.0)
    .bind(kind.child())
    .bind(Json(&columns))
    .bind(wanted.task.key())
    .bind(run)
    .execute(tx.connection())
    .await?;
    tx.commit().await?;
    Ok(Claim {
        import: id,
        run,
        task: wanted.task,
        kind,
        columns,
    })
}

async fn clear_undone(tx: &mut Writing, id: ImportId) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    sqlx::query(
        "update import_rows set undone = null
         where account_id = $1 and import_id = $2 and undone is not null and undone <> 'undone'",
    )
    .bind(account)
    .bind(id.0)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "update imports set changed = 0, needed = 0, out_of_reach = 0 where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Saves which column is which field, and why nothing can be done with them yet.
pub async fn save_columns(
    mut tx: Viewing,
    id: ImportId,
    kind: RecordKind,
    columns: &[Column],
    error: &AppError,
) -> Result<(), AppError> {
    let stored = lock(&mut tx, id).await?;
    let wanted = Wanted {
        task: Task::Check,
        columns: Some((kind, columns.to_vec())),
    };
    refuse(&stored, &wanted, &tx.actor().clone())?;
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query("delete from import_rows where account_id = $1 and import_id = $2")
        .bind(account)
        .bind(id.0)
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "update imports set kind = $3, columns = $4, error = $5, task = 'check', state = 'new' where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .bind(kind.child())
    .bind(Json(columns))
    .bind(Json(error))
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// Writes down what became of some rows, in the transaction that has created their records.
pub async fn keep(tx: &mut Writing, claim: &Claim, rows: &[Seen]) -> Result<(), AppError> {
    still_may(tx).await?;
    let account = tx.actor().account.0;
    let count = |is: fn(&Fate) -> bool| {
        let n = rows.iter().filter(|seen| is(&seen.fate)).count();
        i32::try_from(n).map_err(AppError::internal)
    };
    let counted = sqlx::query(
        "update imports set done = done + $4, created = created + $5, known = known + $6, bad = bad + $7, beat_at = now(),
           wrote_at = case task when 'import' then now() else wrote_at end
         where account_id = $1 and id = $2 and run = $3 and state = 'running'",
    )
    .bind(account)
    .bind(claim.import.0)
    .bind(claim.run)
    .bind(count(|_| true)?)
    .bind(count(|fate| matches!(fate, Fate::Created(_)))?)
    .bind(count(|fate| matches!(fate, Fate::Known))?)
    .bind(count(|fate| matches!(fate, Fate::Bad(_)))?)
    .execute(tx.connection())
    .await?;
    if counted.rows_affected() == 0 {
        return Err(AppError::form(Problem::UnderWay));
    }
    keep_rows(tx, claim.import, rows).await
}

/// What an earlier run has created keeps its record.
async fn keep_rows(tx: &mut Writing, id: ImportId, rows: &[Seen]) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let (mut lines, mut titles, mut fates, mut problems, mut records) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for seen in rows {
        let (fate, problem, record) = match &seen.fate {
            Fate::Created(id) => ("created", None, id.map(|id| id.0)),
            Fate::Known => ("known", None, None),
            Fate::Bad(all) => {
                let json = serde_json::to_string(all).map_err(AppError::internal)?;
                ("bad", Some(json), None)
            }
        };
        lines.push(i64::try_from(seen.line).map_err(AppError::internal)?);
        titles.push(short(&seen.title, 200));
        fates.push(fate);
        problems.push(problem);
        records.push(record);
    }
    sqlx::query(
        "insert into import_rows (account_id, import_id, line, title, fate, problems, record_id)
         select $1, $2, line, title, fate, problems::jsonb, record
         from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[]) r (line, title, fate, problems, record)
         on conflict (account_id, import_id, line) do update set title = excluded.title, fate = excluded.fate,
           problems = excluded.problems, record_id = coalesce(excluded.record_id, import_rows.record_id)",
    )
    .bind(account)
    .bind(id.0)
    .bind(lines)
    .bind(titles)
    .bind(fates)
    .bind(problems)
    .bind(records)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Some of the records that are still to be put into the bin, with their lines.
pub async fn to_undo(tx: &mut Viewing, id: ImportId) -> Result<Vec<(i64, RecordId)>, AppError> {
    let account = tx.actor().account.0;
    let rows = sqlx::query(
        "select line, record_id from import_rows
         where account_id = $1 and import_id = $2 and record_id is not null and undone is null order by line limit 200",
    )
    .bind(account)
    .bind(id.0)
    .fetch_all(tx.connection())
    .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("line")?, RecordId(row.try_get("record_id")?))))
        .collect()
}

/// Writes down what became of one of them, in the transaction that has put it into the bin; `outcome` is the name of a
/// column too.
pub async fn settle(
    tx: &mut Writing,
    claim: &Claim,
    line: i64,
    outcome: &'static str,
) -> Result<(), AppError> {
    still_may(tx).await?;
    let account = tx.actor().account.0;
    let counted = sqlx::query(
        "update imports set done = done + 1, beat_at = now(), undone = undone + ($4 = 'undone')::int,
           changed = changed + ($4 = 'changed')::int, needed = needed + ($4 = 'needed')::int,
           out_of_reach = out_of_reach + ($4 = 'out_of_reach')::int
         where account_id = $1 and id = $2 and run = $3 and state = 'running'",
    )
    .bind(account)
    .bind(claim.import.0)
    .bind(claim.run)
    .bind(outcome)
    .execute(tx.connection())
    .await?;
    if counted.rows_affected() == 0 {
        return Err(AppError::form(Problem::UnderWay));
    }
    sqlx::query(
        "update import_rows set undone = $4 where account_id = $1 and import_id = $2 and line = $3",
    )
    .bind(account)
    .bind(claim.import.0)
    .bind(line)
    .bind(outcome)
    .execute(tx.connection())
    .await?;
    Ok(())
}
