//! Deals in the database, beyond what all kinds share: where a deal stands, and the board.
//! Everything is read as the viewer; the database keeps since when a deal is where it is.

use chrono::{DateTime, Utc};
use sqlx::Row as _;
use uuid::Uuid;

use crate::{
    model::{
        AppError, RecordId, RecordKind,
        board::{Board, BoardQuery},
        pipeline::{Phase, Standing},
    },
    records::store::{self, Holds, OnBoard},
    server::database::Viewing,
};

const KIND: RecordKind = RecordKind::Deal;

/// Where a deal stands that the viewer sees.
pub async fn standing(tx: &mut Viewing, id: RecordId) -> Result<Standing, AppError> {
    let phases = store::phases(tx).await?;
    let account = tx.actor().account.0;
    let row = sqlx::query(
        "select phase_id, extract(day from now() - phase_since)::bigint as days, closed_at, closed_from_id, lost_reason
         from deals where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let closed_at: Option<DateTime<Utc>> = row.try_get("closed_at")?;
    let closed_from: Option<Uuid> = row.try_get("closed_from_id")?;
    let first_open = phases.iter().find(|phase| phase.is_open());
    Ok(Standing {
        phase: row.try_get("phase_id")?,
        days: row.try_get("days")?,
        closed_on: closed_at.map(|at| tx.actor().local(at).date()),
        lost_reason: row.try_get("lost_reason")?,
        reopens_in: closed_from.or(first_open.map(|phase| phase.id)),
        phases,
    })
}

const ON_BOARD: OnBoard = OnBoard {
    kind: KIND,
    place: "r.phase_id",
    since: "r.phase_since",
    worth: Some("r.value"),
    cells: "null::date as due, extract(day from now() - r.phase_since)::bigint as days,
       (select jsonb_build_array(jsonb_build_array(u.full_name, u.active))
         from users u where u.account_id = r.account_id and u.id = r.assigned_to_id) as people",
    order: "r.phase_since desc, r.id desc",
};

/// All phases with what the viewer sees in them.
pub async fn board(tx: &mut Viewing, query: BoardQuery) -> Result<Board, AppError> {
    let phases = store::phases(tx).await?.into_iter();
    let place = |phase: Phase| (Holds::Id(phase.id), phase.column());
    store::board(tx, query, &ON_BOARD, phases.map(place).collect()).await
}
