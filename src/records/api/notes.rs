//! The server functions of notes.
//! Whoever sees a record writes notes on it; who wrote a note changes it; he, or an admin, deletes it.

use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{
    AppError, RecordId, RecordKind,
    notes::{NoteSaved, Offer},
};

#[cfg(feature = "ssr")]
use crate::{records::store, server::context::viewing};

/// Writes a note (`note` none), or changes one's own; says whom it mentions who is not told.
#[server(prefix = "/api", endpoint = "save_note")]
pub async fn save_note(
    kind: RecordKind,
    id: RecordId,
    #[server(default)] note: Option<Uuid>,
    #[server(default)] body: String,
) -> Result<NoteSaved, AppError> {
    let form = store::NoteForm {
        kind,
        record: id,
        note,
        body: &body,
    };
    let (tx, saved) = store::save_note(viewing(kind).await?, form).await?;
    tx.commit().await?;
    Ok(saved)
}

#[server(prefix = "/api", endpoint = "delete_note")]
pub async fn delete_note(kind: RecordKind, id: RecordId, note: Uuid) -> Result<(), AppError> {
    store::delete_note(viewing(kind).await?, kind, id, note).await
}

/// The colleagues whom a note on a record may mention, and who of them can open it.
#[server(prefix = "/api", endpoint = "mentionable")]
pub async fn mentionable(kind: RecordKind, id: RecordId) -> Result<Vec<Offer>, AppError> {
    store::mentionable(&mut viewing(kind).await?, kind, id).await
}
