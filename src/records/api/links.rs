//! The server functions of the links between companies and contacts.
//! Whoever sees both ends links and unlinks them.

use leptos::prelude::*;

use crate::model::{AppError, RecordId, RecordKind, links::Links};

#[cfg(feature = "ssr")]
use crate::{records::store, server::context::viewing};

/// What a company or a contact is linked to.
#[server(prefix = "/api", endpoint = "links")]
pub async fn links_of(kind: RecordKind, id: RecordId) -> Result<Links, AppError> {
    store::links(&mut viewing(kind).await?, kind, id).await
}

/// Links a record to another, named by its id or by its exact name; or changes what is known of their link.
#[server(prefix = "/api", endpoint = "link")]
pub async fn link(
    kind: RecordKind,
    id: RecordId,
    #[server(default)] other: String,
    #[server(default)] position: String,
    #[server(default)] decision_maker: bool,
) -> Result<(), AppError> {
    let form = store::LinkForm {
        kind,
        id,
        other: &other,
        position: &position,
        decision_maker,
    };
    store::link(viewing(kind).await?, form).await
}

/// Takes a link away; `confirmed` is asked for where one would not see the contact any more.
#[server(prefix = "/api", endpoint = "unlink")]
pub async fn unlink(
    kind: RecordKind,
    id: RecordId,
    other: RecordId,
    #[server(default)] confirmed: bool,
) -> Result<(), AppError> {
    let target = kind.linked().ok_or(AppError::NotFound)?;
    let ends = [(kind, id), (target, other)];
    let seen = store::unlink(viewing(kind).await?, ends, confirmed).await?;
    if !seen {
        leptos_axum::redirect(&format!("/{}", kind.path()));
    }
    Ok(())
}
