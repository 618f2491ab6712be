//! The next steps of a record. Whoever sees it plans, changes and finishes them; only who can open it is given one, of a project
//! only its people.
//! What happens to a step stands in the record's activity.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{
    activity::{self, Step},
    people::colleagues,
    read::{record, viewers},
};
use crate::{
    model::{
        Actor, AppError, Problem, RecordId, RecordKind, UserId,
        activity::StepEvent,
        catalogue,
        forms::line,
        next_steps::{LENGTH, NextStep, NextSteps, When},
        records::Record,
        responsibility::first_role,
        users::Colleague,
    },
    server::database::{Viewing, Writing},
};

/// More than these is no plan any more.
const OPEN: i64 = 200;
const DONE: i64 = 10;

/// The day on which somebody looks.
pub fn today(actor: &Actor) -> NaiveDate {
    actor.local(Utc::now()).date()
}

pub async fn next_steps(
    tx: &mut Viewing,
    kind: RecordKind,
    id: RecordId,
) -> Result<NextSteps, AppError> {
    let record = record(tx, kind, id).await?;
    let assignable = assignable(tx, &record).await?;
    let me = tx.actor().user;
    let offered = |user: &UserId| assignable.iter().any(|colleague| colleague.id == *user);
    let responsible = first_role(kind).and_then(|role| record.user(role));
    let proposed = responsible
        .filter(offered)
        .or_else(|| Some(me).filter(offered));
    Ok(NextSteps {
        open: read(tx, kind, id, "done_at is null order by s.due, s.id", OPEN).await?,
        done: read(
            tx,
            kind,
            id,
            "done_at is not null order by s.done_at desc, s.id",
            DONE,
        )
        .await?,
        proposed,
        today: today(tx.actor()),
        assignable,
    })
}

/// Who can open a record, and so be given one of its steps.
async fn assignable(tx: &mut Viewing, record: &Record) -> Result<Vec<Colleague>, AppError> {
    let see: Vec<UserId> = viewers(tx, record)
        .await?
        .into_iter()
        .map(|one| one.user)
        .collect();
    let mut all = colleagues(tx, record.kind).await?;
    // Where several are responsible together, what is to be done is theirs.
    let shared = record.kind.shared_roles();
    let people: Vec<UserId> = record.shared().map(|(_, user)| user).collect();
    let takes_part = |user| shared.is_empty() || people.contains(&user);
    all.retain(|one| see.contains(&one.id) && takes_part(one.id));
    Ok(all)
}

/// The steps of one record: $1 is the account, $2 the record.
fn select(kind: RecordKind) -> String {
    format!(
        "select s.id, s.what, s.due, s.done_at, s.assigned_to_id, u.full_name, u.active
         from {}_next_steps s join users u on u.account_id = s.account_id and u.id = s.assigned_to_id
         where s.account_id = $1 and s.record_id = $2",
        kind.child()
    )
}

async fn read(
    tx: &mut Viewing,
    kind: RecordKind,
    id: RecordId,
    which: &'static str,
    limit: i64,
) -> Result<Vec<NextStep>, AppError> {
    let sql = format!("{} and s.{which} limit $3", select(kind));
    let account = tx.actor().account.0;
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(limit)
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(|row| step(row, tx.actor())).collect()
}

/// A step from a row that has the columns of [`select`].
pub(super) fn step(row: &sqlx::postgres::PgRow, actor: &Actor) -> Result<NextStep, AppError> {
    let due = row.try_get("due")?;
    let done_at: Option<DateTime<Utc>> = row.try_get("done_at")?;
    Ok(NextStep {
        id: row.try_get("id")?,
        what: row.try_get("what")?,
        due,
        when: When::of(due, today(actor)),
        assigned_to: UserId(row.try_get("assigned_to_id")?),
        full_name: row.try_get("full_name")?,
        active: row.try_get("active")?,
        done_on: done_at.map(|at| actor.local(at).date()),
    })
}

/// A step as its form sends it.
#[derive(Clone, Copy, Debug)]
pub struct StepForm<'a> {
    pub kind: RecordKind,
    pub record: RecordId,
    /// `None`: a new one.
    pub step: Option<Uuid>,
    pub what: &'a str,
    pub due: &'a str,
    pub assigned_to: &'a str,
}

/// Plans a step, or changes one that is still to be done; what is left is to commit.
pub async fn save_step(mut tx: Viewing, form: StepForm<'_>) -> Result<Writing, AppError> {
    let StepForm { kind, record, .. } = form;
    let reached = tx.reach(kind, record).await?;
    let before = match form.step {
        Some(step) => Some(one(&mut tx, kind, record, step).await?),
        None => None,
    };
    let (what, due, to) = check(&mut tx, form, before.as_ref()).await?;
    let mut tx = tx.write(reached).await?;
    let sql = if before.is_some() {
        format!(
            "update {}_next_steps set what = $4, due = $5, assigned_to_id = $6
             where account_id = $1 and record_id = $2 and id = $3 and done_at is null and $7::uuid is not null",
            kind.child()
        )
    } else {
        format!(
            "insert into {}_next_steps (account_id, record_id, id, what, due, assigned_to_id, created_by)
             values ($1, $2, $3, $4, $5, $6, $7)",
            kind.child()
        )
    };
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(form.step.unwrap_or_else(Uuid::now_v7))
        .bind(&what)
        .bind(due)
        .bind(to.0)
        .bind(me)
        .execute(tx.connection())
        .await?;
    let event = Step {
        event: if before.is_some() {
            StepEvent::Changed
        } else {
            StepEvent::Planned
        },
        what,
        due: Some(due),
        to: Some(to),
    };
    written(tx, kind, record, event).await
}

/// What was typed, as it can be stored; or all that is wrong with it.
async fn check(
    tx: &mut Viewing,
    form: StepForm<'_>,
    before: Option<&NextStep>,
) -> Result<(String, NaiveDate, UserId), AppError> {
    let what = line(form.what, LENGTH);
    let due = match form.due.trim() {
        "" => Err(Problem::Required),
        due => catalogue::date(due),
    };
    let to = match form.assigned_to.parse::<UserId>() {
        // Who has it already keeps it, whatever he can open by now.
        Ok(user) if before.is_some_and(|step| step.assigned_to == user) => Ok(user),
        Ok(user) => may_take(tx, form, user).await?,
        Err(_) if form.assigned_to.trim().is_empty() => Err(Problem::Required),
        Err(_) => Err(Problem::NotAColleague),
    };
    match (what, due, to) {
        (Ok(what), Ok(due), Ok(to)) => Ok((what, due, to)),
        (what, due, to) => {
            let found = [
                ("what", what.err()),
                ("due", due.err()),
                ("assigned_to", to.err()),
            ];
            let problems = found
                .into_iter()
                .filter_map(|(key, problem)| Some((key.to_owned(), problem?)));
            Err(AppError::Invalid(problems.collect()))
        }
    }
}

async fn may_take(
    tx: &mut Viewing,
    form: StepForm<'_>,
    user: UserId,
) -> Result<Result<UserId, Problem>, AppError> {
    let of = record(tx, form.kind, form.record).await?;
    if assignable(tx, &of).await?.iter().any(|one| one.id == user) {
        return Ok(Ok(user));
    }
    let account = tx.actor().account.0;
    let known: bool = sqlx::query_scalar(
        "select exists (select 1 from users where account_id = $1 and id = $2 and active)",
    )
    .bind(account)
    .bind(user.0)
    .fetch_one(tx.connection())
    .await?;
    Ok(Err(if known {
        Problem::CannotOpen
    } else {
        Problem::NotAColleague
    }))
}

async fn one(
    tx: &mut Viewing,
    kind: RecordKind,
    record: RecordId,
    step: Uuid,
) -> Result<NextStep, AppError> {
    let sql = format!("{} and s.id = $3", select(kind));
    let account = tx.actor().account.0;
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(step)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)?;
    self::step(&row, tx.actor())
}

/// Marks a step as done, or as still to be done. Doing it twice is doing it once.
pub async fn finish_step(
    mut tx: Viewing,
    kind: RecordKind,
    record: RecordId,
    step: Uuid,
    done: bool,
) -> Result<(), AppError> {
    let reached = tx.reach(kind, record).await?;
    let before = one(&mut tx, kind, record, step).await?;
    if before.done_on.is_some() == done {
        return Ok(());
    }
    let mut tx = tx.write(reached).await?;
    let sql = format!(
        "update {}_next_steps set done_at = case when $4 then now() end
         where account_id = $1 and record_id = $2 and id = $3",
        kind.child()
    );
    let account = tx.actor().account.0;
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(step)
        .bind(done)
        .execute(tx.connection())
        .await?;
    let event = if done {
        StepEvent::Done
    } else {
        StepEvent::Reopened
    };
    let step = Step::of(event, before.what);
    written(tx, kind, record, step).await?.commit().await
}

pub async fn delete_step(
    mut tx: Viewing,
    kind: RecordKind,
    record: RecordId,
    step: Uuid,
) -> Result<(), AppError> {
    let reached = tx.reach(kind, record).await?;
    let before = one(&mut tx, kind, record, step).await?;
    let mut tx = tx.write(reached).await?;
    let sql = format!(
        "delete from {}_next_steps where account_id = $1 and record_id = $2 and id = $3",
        kind.child()
    );
    let account = tx.actor().account.0;
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(step)
        .execute(tx.connection())
        .await?;
    let step = Step::of(StepEvent::Dropped, before.what);
    written(tx, kind, record, step).await?.commit().await
}

/// The end of every change: the activity tells it, and the record is not stale any more.
async fn written(
    mut tx: Writing,
    kind: RecordKind,
    record: RecordId,
    step: Step,
) -> Result<Writing, AppError> {
    activity::write_step(&mut tx, kind, record, step).await?;
    activity::mark_active(&mut tx, kind, record).await?;
    Ok(tx)
}
