//! The server functions that only deals have: where a deal stands, the board, and moving from phase to phase.
//! Each reads and writes as the person who calls.

use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{
    AppError, RecordId,
    board::{Board, BoardQuery},
    pipeline::Standing,
};

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        model::RecordKind,
        records::store::{Move, move_to},
        server::context::viewing,
    },
};

#[server(prefix = "/api", endpoint = "board")]
pub async fn deals_board(query: BoardQuery) -> Result<Board, AppError> {
    store::board(&mut viewing(RecordKind::Deal).await?, query).await
}

#[server(prefix = "/api", endpoint = "standing")]
pub async fn deal_standing(id: RecordId) -> Result<Standing, AppError> {
    store::standing(&mut viewing(RecordKind::Deal).await?, id).await
}

/// Moves a deal to another phase; where that is the lost one, with a reason.
#[server(prefix = "/api", endpoint = "move_deal")]
pub async fn move_deal(
    id: RecordId,
    phase: Uuid,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let order = Move {
        id,
        phase,
        reason: &reason,
    };
    move_to(viewing(RecordKind::Deal).await?, order)
        .await?
        .commit()
        .await
}
