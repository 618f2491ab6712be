//! The addresses of what came with messages: the formatted form of one for a frame, its attachments, the message as it came. What
//! strangers have made is never a page of ours: it is sandboxed, or a file to be saved.

use std::collections::HashMap;

use axum::{
    Extension, Router,
    extract::{Path, Query},
    http::{HeaderName, HeaderValue, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    message::show::{self, Pictures},
    store::parts::{self, Part},
    upload,
};
use crate::{
    model::{Actor, AppError, RecordId, RecordKind},
    server::context::{App, Request},
};

/// So many bytes of pictures stand in a message's document.
const EMBEDDED: usize = 8 * 1024 * 1024;

pub fn routes() -> Router {
    upload::routes()
        .route(
            "/mailbox/{ticket}/messages/{message}",
            routing::get(formatted),
        )
        .route(
            "/mailbox/{ticket}/messages/{message}/original",
            routing::get(original),
        )
        .route(
            "/mailbox/{ticket}/messages/{message}/attachments/{n}",
            routing::get(attachment),
        )
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    pictures: Option<String>,
}

/// Whoever has the right to tickets; nobody else finds anything here.
fn reader(request: &Request) -> Result<Actor, AppError> {
    let actor = request.actor.clone().ok_or(AppError::SignedOut)?;
    if actor.rights.may_use(RecordKind::Ticket) {
        Ok(actor)
    } else {
        Err(AppError::NotFound)
    }
}

fn answer(request: &Request, found: Result<Response, AppError>) -> Response {
    match found {
        Ok(response) => response,
        Err(AppError::SignedOut) => Redirect::to("/login").into_response(),
        Err(error) => (error.status(), error.text(request.language)).into_response(),
    }
}

async fn formatted(
    Extension(request): Extension<Request>,
    Path((ticket, message)): Path<(RecordId, Uuid)>,
    Query(asked): Query<Asked>,
) -> Response {
    let pictures = match asked.pictures {
        Some(_) => Pictures::Shown,
        None => Pictures::Blocked,
    };
    answer(&request, frame(&request, ticket, message, pictures).await)
}

async fn frame(
    request: &Request,
    ticket: RecordId,
    message: Uuid,
    pictures: Pictures,
) -> Result<Response, AppError> {
    let (app, actor) = (&request.app, reader(request)?);
    let mut tx = app.database.begin(&actor).await?;
    let html = parts::html(&mut tx, ticket, message).await?;
    let inline = parts::inline(&mut tx, ticket, message).await?;
    drop(tx);
    let embedded = embedded(app, &actor, inline).await?;
    let language = actor.language;
    let shown = tokio::task::spawn_blocking(move || {
        show::document(&html, pictures, language, |id: &str| {
            embedded.get(id).cloned()
        })
    })
    .await
    .map_err(AppError::internal)?;
    let policy = HeaderValue::from_str(&shown.policy).map_err(AppError::internal)?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (
            header::X_FRAME_OPTIONS,
            HeaderValue::from_static("SAMEORIGIN"),
        ),
        kept_private(),
    ];
    Ok((headers, Html(shown.html)).into_response())
}

/// The pictures within a message, by the names that it has for them. They stand in the document itself: its frame has no session with
/// which it could ask for them.
async fn embedded(
    app: &App,
    actor: &Actor,
    parts: Vec<(String, Part)>,
) -> Result<HashMap<String, String>, AppError> {
    let mut embedded = HashMap::new();
    let mut room = EMBEDDED;
    for (name, part) in parts {
        let Some(media_type) = part.shown_as() else {
            continue;
        };
        let Ok(bytes) = app.files.get(actor.account, part.file).await else {
            continue;
        };
        let Some(left) = room.checked_sub(bytes.len()) else {
            continue;
        };
        room = left;
        let address = format!("data:{media_type};base64,{}", BASE64_STANDARD.encode(bytes));
        embedded.insert(name, address);
    }
    Ok(embedded)
}

const fn kept_private() -> (HeaderName, HeaderValue) {
    (
        header::CACHE_CONTROL,
        HeaderValue::from_static("private, no-store"),
    )
}

async fn original(
    Extension(request): Extension<Request>,
    Path((ticket, message)): Path<(RecordId, Uuid)>,
) -> Response {
    let found = async {
        let actor = reader(&request)?;
        let mut tx = request.app.database.begin(&actor).await?;
        let file = parts::original(&mut tx, ticket, message).await?;
        drop(tx);
        saved(
            request.app.files.get(actor.account, file).await?,
            "message.eml",
        )
    };
    answer(&request, found.await)
}

async fn attachment(
    Extension(request): Extension<Request>,
    Path((ticket, message, n)): Path<(RecordId, Uuid, i32)>,
) -> Response {
    let found = async {
        let actor = reader(&request)?;
        let mut tx = request.app.database.begin(&actor).await?;
        let part = parts::attachment(&mut tx, ticket, message, n).await?;
        drop(tx);
        saved(
            request.app.files.get(actor.account, part.file).await?,
            &part.name,
        )
    };
    answer(&request, found.await)
}

/// A file to be saved under this name, and never to be shown: whoever made it is a stranger.
fn saved(bytes: Vec<u8>, name: &str) -> Result<Response, AppError> {
    let name = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename*=UTF-8''{name}");
    let disposition = HeaderValue::from_str(&disposition).map_err(AppError::internal)?;
    let media_type = HeaderValue::from_static("application/octet-stream");
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, disposition),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
        ),
        kept_private(),
    ];
    Ok((headers, bytes).into_response())
}
