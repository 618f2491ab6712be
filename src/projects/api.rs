//! The server functions that only projects have: the board, and moving from status to status.
//! Each reads and writes as the person who calls.

use leptos::prelude::*;

use crate::model::{
    AppError, RecordId,
    board::{Board, BoardQuery},
};

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{model::RecordKind, server::context::viewing},
};

#[server(prefix = "/api", endpoint = "projects_board")]
pub async fn projects_board(query: BoardQuery) -> Result<Board, AppError> {
    store::board(&mut viewing(RecordKind::Project).await?, query).await
}

/// Gives a project another status, as its form would.
#[server(prefix = "/api", endpoint = "move_project")]
pub async fn move_project(id: RecordId, #[server(default)] status: String) -> Result<(), AppError> {
    store::move_to(viewing(RecordKind::Project).await?, id, status).await
}
