//! Unsubscribing with one click in a mail program (RFC 8058): a post to the address that the mail carries, by whoever has it, with
//! no session, no cookie and no page before it. People who follow the link get the page of the same address.

use axum::{
    Extension, Router,
    body::Body,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing,
};
use uuid::Uuid;

use super::{pages::ended, store};
use crate::{model::AppError, server::context::Request};

/// What a mail program sends is a line.
const LIMIT: usize = 16 * 1024;

pub fn routes() -> Router {
    Router::new().route("/unsubscribe/{token}", routing::post(one_click))
}

async fn one_click(
    Extension(request): Extension<Request>,
    Path(token): Path<String>,
    body: Body,
) -> Response {
    let Ok(body) = axum::body::to_bytes(body, LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    // As a form, or in parts.
    let body = String::from_utf8_lossy(&body);
    if !body.contains("List-Unsubscribe") || !body.contains("One-Click") {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let refused = |error: &AppError| {
        let text = error.text(request.language);
        (error.status(), PLAIN, text).into_response()
    };
    let Ok(secret) = token.parse::<Uuid>() else {
        return refused(&AppError::NotFound);
    };
    match store::unsubscribe(request.app.database.api(), secret).await {
        Ok(Some((what, language))) => (PLAIN, ended(&what, language)).into_response(),
        Ok(None) => refused(&AppError::NotFound),
        Err(error) => refused(&error),
    }
}

const PLAIN: [(header::HeaderName, &str); 1] =
    [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
