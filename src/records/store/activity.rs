//! What happened to a record, and who was responsible when: written in the transaction of the change.
//! Stored as ids, whose names are looked up when it is read.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, types::Json};
use uuid::Uuid;

use crate::{
    model::{
        AppError, FieldId, RecordId, RecordKind, Role, UserId, Value,
        activity::{Change, StepEvent, What},
    },
    server::database::{Working, Writing},
};

/// The stored form of what happened: ids, whose names are looked up when it is shown.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Detail {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<UserId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Value>,
    /// A note, and whom it mentions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// A message of a ticket; and who wrote it, where it was none of us: his name and his address, as the mail has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<String>,
}

pub(super) mod what {
    pub const CREATED: &str = "created";
    pub const IMPORTED: &str = "imported";
    pub const DELETED: &str = "deleted";
    pub const RESTORED: &str = "restored";
    pub const WON: &str = "won";
    pub const LOST: &str = "lost";
    pub const REOPENED: &str = "reopened";
    pub const CHANGED: &str = "changed";
    pub const RESPONSIBLE: &str = "responsible";
    pub const OVERDUE: &str = "overdue";
    pub const NOTED: &str = "noted";
    /// A note was edited and mentions somebody whom it did not mention before.
    pub const MENTIONED: &str = "mentioned";
    pub const RECEIVED: &str = "received";
    pub const REPLIED: &str = "replied";
    pub const LINKED: &str = "linked";
    pub const UNLINKED: &str = "unlinked";

    pub const fn of_step(event: super::StepEvent) -> &'static str {
        use super::StepEvent;
        match event {
            StepEvent::Planned => "step_planned",
            StepEvent::Changed => "step_changed",
            StepEvent::Done => "step_done",
            StepEvent::Reopened => "step_reopened",
            StepEvent::Dropped => "step_dropped",
        }
    }
}

/// What happened to a next step, as it is stored.
#[derive(Debug)]
pub(super) struct Step {
    pub event: StepEvent,
    pub what: String,
    pub due: Option<NaiveDate>,
    pub to: Option<UserId>,
}

impl Step {
    /// Where nothing but the step itself matters.
    pub fn of(event: StepEvent, what: String) -> Self {
        Self {
            event,
            what,
            due: None,
            to: None,
        }
    }
}

async fn store(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    what: &str,
    detail: Detail,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "insert into {}_events (account_id, id, record_id, by_user_id, what, detail) values ($1, $2, $3, $4, $5, $6)",
        kind.child()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(Uuid::now_v7())
        .bind(id.0)
        .bind(me)
        .bind(what)
        .bind(Json(detail))
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The stored name of a creation, for rows that are written by the thousand.
pub const fn created() -> &'static str {
    what::CREATED
}

/// The stored form of a first choice of responsible, likewise.
pub fn chosen(role: Role, to: UserId) -> Result<(&'static str, String), serde_json::Error> {
    let detail = Detail {
        role: Some(role),
        to: Some(to),
        ..Detail::default()
    };
    Ok((what::RESPONSIBLE, serde_json::to_string(&detail)?))
}

/// Writes an event that is not about responsible users.
pub async fn happened(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    happened: &What,
) -> Result<(), AppError> {
    let (what, detail) = stored(happened)?;
    store(tx, kind, id, what, detail).await
}

/// The same event for every record whose column has this value, but for those in the bin.
pub async fn happened_where(
    tx: &mut Writing,
    kind: RecordKind,
    column: &'static str,
    value: Uuid,
    happened: &What,
) -> Result<(), AppError> {
    let (what, detail) = stored(happened)?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "insert into {}_events (account_id, id, record_id, by_user_id, what, detail)
         select account_id, gen_random_uuid(), id, $2, $3, $4 from {} where account_id = $1 and {column} = $5 and deleted_at is null",
        kind.child(),
        kind.table()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(me)
        .bind(what)
        .bind(Json(detail))
        .bind(value)
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn stored(happened: &What) -> Result<(&'static str, Detail), AppError> {
    let what = match happened {
        What::Created => what::CREATED,
        What::Imported => what::IMPORTED,
        What::Deleted => what::DELETED,
        What::Restored => what::RESTORED,
        What::Won => what::WON,
        What::Lost(_) => what::LOST,
        What::Reopened => what::REOPENED,
        What::Changed(_) => what::CHANGED,
        // These name people and other things by their ids, and so have functions of their own; and overdue is written by the
        // calendar (migration 0024).
        What::Responsible { .. }
        | What::Step { .. }
        | What::Linked(_)
        | What::Unlinked(_)
        | What::Noted(_)
        | What::Message(_)
        | What::Overdue(_) => {
            return Err(AppError::internal(
                "an event that names somebody was written as a plain one",
            ));
        }
    };
    let mut detail = Detail::default();
    match happened {
        What::Changed(changes) => detail.changes.clone_from(changes),
        What::Lost(reason) => detail.reason = Some(reason.clone()),
        _ => {}
    }
    Ok((what, detail))
}

/// Writes what happened to a next step.
pub(super) async fn write_step(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    step: Step,
) -> Result<(), AppError> {
    let detail = Detail {
        step: Some(step.what),
        due: step.due,
        to: step.to,
        ..Detail::default()
    };
    store(tx, kind, id, what::of_step(step.event), detail).await
}

/// Writes that a record was linked to another, or is no more.
pub(super) async fn write_link(
    tx: &mut Writing,
    (kind, id): (RecordKind, RecordId),
    other: (RecordKind, RecordId),
    linked: bool,
) -> Result<(), AppError> {
    let detail = Detail {
        // Its name is looked up for who reads it.
        other: Some(Value::Record {
            kind: other.0,
            id: Some(other.1),
            name: String::new(),
        }),
        ..Detail::default()
    };
    let what = if linked { what::LINKED } else { what::UNLINKED };
    store(tx, kind, id, what, detail).await
}

/// Writes that there is a note, or (`again`) that one which was there mentions these people as well.
pub(super) async fn write_note(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    note: Uuid,
    mentions: Vec<UserId>,
    again: bool,
) -> Result<(), AppError> {
    let detail = Detail {
        note: Some(note),
        mentions,
        ..Detail::default()
    };
    let what = if again { what::MENTIONED } else { what::NOTED };
    store(tx, kind, id, what, detail).await
}

/// Writes that one of us has written to the client of a ticket.
pub async fn write_reply(tx: &mut Writing, id: RecordId, message: Uuid) -> Result<(), AppError> {
    let detail = Detail {
        message: Some(message),
        ..Detail::default()
    };
    store(tx, RecordKind::Ticket, id, what::REPLIED, detail).await
}

/// Writes what a message of a client did to a ticket: he opened it, or wrote into it, and what else changed by that.
pub async fn write_received(
    tx: &mut Working,
    id: RecordId,
    message: Uuid,
    sender: String,
    opens: bool,
    changes: Vec<Change>,
) -> Result<(), AppError> {
    let what = if opens { what::CREATED } else { what::RECEIVED };
    let received = Detail {
        message: Some(message),
        sender: Some(sender),
        ..Detail::default()
    };
    let mut events = vec![(what, received)];
    if !changes.is_empty() {
        let changed = Detail {
            changes,
            ..Detail::default()
        };
        events.push((what::CHANGED, changed));
    }
    let account = tx.account.0;
    for (what, detail) in events {
        sqlx::query(
            "insert into ticket_events (account_id, id, record_id, what, detail) values ($1, $2, $3, $4, $5)",
        )
        .bind(account)
        .bind(Uuid::now_v7())
        .bind(id.0)
        .bind(what)
        .bind(Json(detail))
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// Something was done about a record, though nothing of it changed: it is not stale any more.
pub async fn mark_active(tx: &mut Writing, kind: RecordKind, id: RecordId) -> Result<(), AppError> {
    let sql = format!(
        "update {} set active_at = now() where account_id = $1 and id = $2",
        kind.table()
    );
    let account = tx.actor().account.0;
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Writes a change of responsible into the history and into the activity.
pub(super) async fn write_responsible(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    role: Role,
    from: Option<UserId>,
    to: Option<UserId>,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "insert into {}_responsibilities (account_id, id, record_id, role, user_id, by_user_id) values ($1, $2, $3, $4, $5, $6)",
        kind.child()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(Uuid::now_v7())
        .bind(id.0)
        .bind(role.key())
        .bind(to.map(|user| user.0))
        .bind(me)
        .execute(tx.connection())
        .await?;
    store(
        tx,
        kind,
        id,
        what::RESPONSIBLE,
        Detail {
            role: Some(role),
            from,
            to,
            ..Detail::default()
        },
    )
    .await
}

/// Writes into the history who came into a User field and who left it; its activity is that of any field.
pub(super) async fn write_people(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    field: FieldId,
    before: &Value,
    after: &Value,
) -> Result<(), AppError> {
    let people = |value: &Value| -> Vec<Uuid> { value.users().map(|user| user.0).collect() };
    let (before, after) = (people(before), people(after));
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "insert into {}_responsibilities (account_id, id, record_id, role, user_id, taken_out, by_user_id)
         select $1, gen_random_uuid(), $2, $3, one, $5, $6 from unnest($4::uuid[]) one",
        kind.child()
    );
    for (of, not_in, taken_out) in [(&before, &after, true), (&after, &before, false)] {
        let changed: Vec<Uuid> = of
            .iter()
            .filter(|one| !not_in.contains(one))
            .copied()
            .collect();
        if changed.is_empty() {
            continue;
        }
        sqlx::query(AssertSqlSafe(sql.clone()))
            .bind(account)
            .bind(id.0)
            .bind(field.to_string())
            .bind(changed)
            .bind(taken_out)
            .bind(me)
            .execute(tx.connection())
            .await?;
    }
    Ok(())
}
