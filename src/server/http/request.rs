//! Who is there, before anything else is asked; and the pages, which only the signed-in may see.
//! The identity is read afresh on every request, so that a right taken away is gone at once.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    Extension,
    body::Body,
    extract::{ConnectInfo, State},
    http::{HeaderMap, Request as HttpRequest, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::provide_context;
use tower_sessions::Session;

use super::PageState;
use crate::{
    model::{AppError, Language, lists::encoded},
    server::{
        actors::{self, Who},
        context::{App, Request},
        session::{id_hash, keys},
    },
};

/// Puts a [`Request`] into the request's extensions.
pub async fn identify(
    State(app): State<App>,
    session: Session,
    mut http: HttpRequest<Body>,
    next: Next,
) -> Response {
    let who = match session.id() {
        Some(id) => match actors::of_session(app.database.api(), &id_hash(id)).await {
            Ok(who) => who,
            Err(error) => return plain_error(&error, language_of(http.headers())),
        },
        None => Who::Nobody,
    };
    let operator = match (session.id(), &who) {
        (Some(id), Who::Nobody) => {
            match actors::operator_of_session(app.database.api(), &id_hash(id)).await {
                Ok(operator) => operator,
                Err(error) => return plain_error(&error, language_of(http.headers())),
            }
        }
        _ => None,
    };
    let (actor, owing) = match who {
        Who::Nobody => (None, None),
        Who::Actor(actor) => (Some(actor), None),
        Who::Owing(actor) => (None, Some(actor)),
    };
    let of_person = actor.as_ref().or(owing.as_ref()).map(|user| user.language);
    let language = of_person.or(operator.as_ref().map(|operator| operator.language));
    let request = Request {
        language: language.unwrap_or_else(|| language_of(http.headers())),
        actor,
        owing,
        operator,
        session,
        address: address_of(&http, app.config.trust_proxy),
        forwarded: [
            "forwarded",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-real-ip",
        ]
        .iter()
        .any(|name| http.headers().contains_key(*name)),
        agent: text_of(http.headers(), header::USER_AGENT)
            .map(|agent| agent.chars().take(300).collect()),
        returned: None,
        app,
    };
    http.extensions_mut().insert(request);
    let mut response = next.run(http).await;
    // What one person sees is for nobody's cache.
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(header::HeaderValue::from_static("no-store"));
    response
}

/// Where the database went away just before a session was saved, the session's layer answers with nothing at all: no words, and no
/// type of them, by which it is known.
pub async fn session_not_saved(http: HttpRequest<Body>, next: Next) -> Response {
    let language = language_of(http.headers());
    let response = next.run(http).await;
    let nothing = !response.headers().contains_key(header::CONTENT_TYPE);
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR && nothing {
        return plain_error(&AppError::Unavailable, language);
    }
    response
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(ToOwned::to_owned)
}

fn language_of(headers: &HeaderMap) -> Language {
    text_of(headers, header::ACCEPT_LANGUAGE)
        .map_or(Language::En, |accepted| Language::accepted(&accepted))
}

fn address_of(http: &HttpRequest<Body>, trust_proxy: bool) -> IpAddr {
    let peer = http
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| {
            address.ip()
        });
    if !trust_proxy {
        return peer;
    }
    // The last address is the one that our own proxy saw; those before it are the client's words.
    let forwarded = http
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok());
    forwarded
        .and_then(|list| list.rsplit(',').next()?.trim().parse().ok())
        .unwrap_or(peer)
}

/// A page, rendered whole; to the sign-in page where nobody is signed in.
pub async fn page(
    State(state): State<PageState>,
    Extension(mut request): Extension<Request>,
    http: HttpRequest<Body>,
) -> Response {
    let path = http.uri().path();
    let open = state
        .pages
        .open
        .iter()
        .any(|open| path == *open || (open.ends_with('/') && path.starts_with(open)));
    // Who owes his second factor gets that one page, whatever he asks for; and nobody else gets it.
    let owed = path == state.pages.owed;
    if request.owing.is_some() != owed {
        let to = if owed { "/" } else { state.pages.owed };
        return Redirect::to(to).into_response();
    }
    let nobody = request.actor.is_none() && request.owing.is_none() && request.operator.is_none();
    if nobody && !open {
        let wanted = http
            .uri()
            .path_and_query()
            .map_or("/", |wanted| wanted.as_str());
        let address = if wanted == "/" {
            "/login".to_owned()
        } else {
            format!("/login?next={}", encoded(wanted))
        };
        return Redirect::to(&address).into_response();
    }
    if !nobody && path == "/login" {
        return Redirect::to("/").into_response();
    }
    if request.operator.is_some() && path == "/" {
        return Redirect::to("/support").into_response();
    }
    request.returned = take_returned(&request.session).await;
    let PageState { options, pages, .. } = state;
    let render = leptos_axum::render_app_async_with_context(
        move || provide_context(request.clone()),
        move || (pages.shell)(options.clone()),
    );
    render(http).await
}

/// The form that came back, if the last request was one; it is shown once.
async fn take_returned(session: &Session) -> Option<crate::model::forms::Returned> {
    session.id()?;
    // Removing writes the session even where there is nothing to remove, and most pages have nothing.
    let waiting = session.get_value(keys::RETURNED).await;
    if matches!(waiting, Ok(None)) {
        return None;
    }
    match session.remove(keys::RETURNED).await {
        Ok(returned) => returned,
        Err(error) => {
            tracing::warn!(%error, "a returned form could not be read");
            None
        }
    }
}

/// A page for when there is nothing to render with: no session, no language but the browser's.
pub fn plain_error(error: &AppError, language: Language) -> Response {
    let body = format!(
        "<!DOCTYPE html><html lang=\"{}\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Steward</title><h1>Steward</h1><p role=\"alert\">{}</p>",
        language.code(),
        error.text(language),
    );
    (
        error.status(),
        [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::RETRY_AFTER, "5"),
        ],
        body,
    )
        .into_response()
}
