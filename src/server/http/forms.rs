//! Server functions, called by the browser side or by a plain `<form>`. A plain form is answered with a
//! redirect; what was wrong, and what was typed, waits in the session for the page that follows.

use axum::{
    Extension,
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Request as HttpRequest, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use http::request::Parts;
use leptos::{prelude::provide_context, server_fn::error::SERVER_FN_ERROR_HEADER};

use super::request::plain_error;
use crate::{
    model::{AppError, forms::Returned},
    server::{
        context::{KEEP_TYPED, Request},
        session::keys,
    },
};

/// A server function's answer is small, but for lists.
const ANSWER_LIMIT: usize = 16 * 1024 * 1024;

pub async fn server_function(
    Extension(request): Extension<Request>,
    http: HttpRequest<Body>,
) -> Response {
    let plain = http
        .headers()
        .get(header::ACCEPT)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    if plain {
        plain_form(request, http).await
    } else {
        run(request, http).await
    }
}

/// Runs the function; an error gets the status that fits it, where Leptos knows one status for all.
async fn run(request: Request, http: HttpRequest<Body>) -> Response {
    let metrics = request.app.metrics.clone();
    let answer =
        leptos_axum::handle_server_fns_with_context(move || provide_context(request.clone()), http)
            .await
            .into_response();
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let body = axum::body::to_bytes(body, ANSWER_LIMIT)
        .await
        .unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body) {
        parts.status = error.status();
        metrics.failed(&error);
    }
    Response::from_parts(parts, Body::from(body))
}

/// Runs the function as the browser side would call it, then turns the answer into a redirect.
async fn plain_form(request: Request, http: HttpRequest<Body>) -> Response {
    let (mut parts, body) = http.into_parts();
    let Ok(body) = axum::body::to_bytes(body, super::BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let action = parts.uri.path().to_owned();
    let back = referer(&parts);
    // With it, the function would answer with a redirect of its own that carries the error.
    parts
        .headers
        .insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let answer = run(
        request.clone(),
        HttpRequest::from_parts(parts, Body::from(body.clone())),
    )
    .await;
    let (answer, content) = answer.into_parts();

    let failed = answer.headers.contains_key(SERVER_FN_ERROR_HEADER) || !answer.status.is_success();
    let content = axum::body::to_bytes(content, ANSWER_LIMIT)
        .await
        .unwrap_or_default();
    let (error, said) = if failed {
        let error = serde_json::from_slice(&content).unwrap_or(AppError::NotFound);
        (Some(error), None)
    } else {
        // Most have nothing to say.
        let said = String::from_utf8(content.to_vec()).ok();
        (None, said.filter(|said| said != "null"))
    };
    let to = match (&error, location(&answer.headers)) {
        (None, Some(location)) => location,
        (Some(AppError::SignedOut), _) => "/login".to_owned(),
        _ => back,
    };
    let returned = Returned {
        action,
        typed: if error.is_some() || answer.headers.contains_key(KEEP_TYPED) {
            typed(&body)
        } else {
            hidden(&body)
        },
        error,
        answer: said,
    };
    let mut response = come_back(&request, &to, &returned).await;
    for cookie in answer.headers.get_all(header::SET_COOKIE) {
        response
            .headers_mut()
            .append(header::SET_COOKIE, cookie.clone());
    }
    response
}

/// Leads to a page that is told, once, what became of a form.
pub async fn come_back(request: &Request, to: &str, returned: &Returned) -> Response {
    if let Err(error) = request.session.insert(keys::RETURNED, returned).await {
        tracing::warn!(%error, "a returned form could not be kept");
        return plain_error(&AppError::Unavailable, request.language);
    }
    Redirect::to(to).into_response()
}

/// The page that the form stood on, as an address on this server; never one elsewhere.
fn referer(parts: &Parts) -> String {
    let referer = parts
        .headers
        .get(header::REFERER)
        .and_then(|value| value.to_str().ok());
    let uri = referer.and_then(|referer| referer.parse::<http::Uri>().ok());
    uri.and_then(|uri| uri.path_and_query().map(|path| path.as_str().to_owned()))
        // Browsers take a backslash for a slash.
        .filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\'))
        .unwrap_or_else(|| "/".to_owned())
}

fn location(headers: &HeaderMap) -> Option<String> {
    headers
        .get(header::LOCATION)?
        .to_str()
        .ok()
        .map(ToOwned::to_owned)
}

/// What was typed, as the inputs are named; passwords and codes are never kept.
fn typed(body: &Bytes) -> Vec<(String, String)> {
    form_urlencoded::parse(body)
        .into_owned()
        .filter(|(name, _)| !name.contains("password") && name != "code")
        // Postgres keeps no NUL; what was typed is refused for it anyway.
        .map(|(name, value)| {
            (
                name.replace('\0', "\u{fffd}"),
                value.replace('\0', "\u{fffd}"),
            )
        })
        .collect()
}

/// What tells one form of a page from another, once there is nothing to be typed again.
fn hidden(body: &Bytes) -> Vec<(String, String)> {
    typed(body)
        .into_iter()
        .filter(|(name, _)| name == "role")
        .collect()
}
