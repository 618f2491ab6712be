//! The phases of an account's deals, and a deal's way from one to another.
//! The database keeps since when a deal is where it is, and when it was won or lost.

use sqlx::Row as _;
use uuid::Uuid;

use super::activity;
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind,
        activity::{Change, What},
        forms::line,
        pipeline::{Phase, Status},
    },
    server::database::{Viewing, Writing},
};

const KIND: RecordKind = RecordKind::Deal;

/// Longer reasons belong into a note.
const REASON_LENGTH: usize = 200;

/// The account's deal phases, in their order.
pub async fn phases(tx: &mut Viewing) -> Result<Vec<Phase>, AppError> {
    let account = tx.actor().account.0;
    let rows = sqlx::query(
        "select id, name, outcome, probability, rotting_days from deal_phases where account_id = $1 order by position, id",
    )
    .bind(account)
    .fetch_all(tx.connection())
    .await?;
    rows.iter()
        .map(|row| {
            let outcome: &str = row.try_get("outcome")?;
            Ok(Phase {
                id: row.try_get("id")?,
                name: row.try_get("name")?,
                status: Status::from_key(outcome)
                    .ok_or_else(|| AppError::internal("a phase with an unknown outcome"))?,
                probability: row.try_get::<i32, _>("probability")?.into(),
                rotting_days: row
                    .try_get::<Option<i32>, _>("rotting_days")?
                    .map(Into::into),
            })
        })
        .collect()
}

/// A deal, and the phase that it is to move to.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    pub id: RecordId,
    pub phase: Uuid,
    /// Why it was lost; asked for where it is.
    pub reason: &'a str,
}

/// Moves a deal that the viewer sees, which gives it the probability of its new phase; what is left is to commit.
pub async fn move_to(mut tx: Viewing, order: Move<'_>) -> Result<Writing, AppError> {
    let reached = tx.lock(KIND, order.id).await?;
    let known = phases(&mut tx).await?;
    let find = |id: Uuid| known.iter().find(|phase| phase.id == id);
    let to = find(order.phase).ok_or_else(|| AppError::field("phase", Problem::NotAnOption))?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let from: Uuid =
        sqlx::query_scalar("select phase_id from deals where account_id = $1 and id = $2")
            .bind(account)
            .bind(order.id.0)
            .fetch_one(tx.connection())
            .await?;
    if from == to.id {
        return tx.write(reached).await;
    }
    let reason = match to.status {
        Status::Lost => {
            let reason = line(order.reason, REASON_LENGTH);
            Some(reason.map_err(|problem| AppError::field("reason", problem))?)
        }
        Status::Open | Status::Won => None,
    };
    let happened = happened(find(from), to, reason.as_deref());

    let mut tx = tx.write(reached).await?;
    sqlx::query(
        "update deals set phase_id = $3, probability = $4, lost_reason = $5,
           version = version + 1, updated_at = now(), updated_by = $6
         where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(order.id.0)
    .bind(to.id)
    .bind(i32::try_from(to.probability).map_err(AppError::internal)?)
    .bind(reason)
    .bind(me)
    .execute(tx.connection())
    .await?;
    activity::happened(&mut tx, KIND, order.id, &happened).await?;
    Ok(tx)
}

fn happened(from: Option<&Phase>, to: &Phase, reason: Option<&str>) -> What {
    match (from.map(|phase| phase.status), to.status) {
        (_, Status::Won) => What::Won,
        (_, Status::Lost) => What::Lost(reason.unwrap_or_default().to_owned()),
        (Some(Status::Won | Status::Lost), Status::Open) => What::Reopened,
        (_, Status::Open) => What::Changed(vec![Change {
            field: "phase".to_owned(),
            label: None,
            old: from.map(Phase::value).unwrap_or_default(),
            new: to.value(),
        }]),
    }
}
