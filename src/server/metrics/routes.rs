//! Requests by route: the address as the router has it, so that an id in it is `{id}` and there are only so many.
//! What no route answers is one of them too.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{
    body::Body,
    extract::State,
    http::{Method, Request, StatusCode},
    middleware::Next,
    response::Response,
};

use super::{Answered, Asked, Metrics, counted::Counting};

const UNKNOWN: &str = "unknown";
/// Everything below it is a file of the browser side.
const FILES: &str = "/pkg/{file}";

/// The addresses that there are.
#[derive(Clone)]
pub struct RouteNames(Arc<Names>);

struct Names {
    exact: BTreeMap<&'static str, &'static str>,
    /// With `{…}` in them; those with the fewest first, so that `/companies/new` is no company.
    patterns: Vec<&'static str>,
    files: String,
}

impl RouteNames {
    /// `pages` as axum writes them; `others` are addresses besides, and `files` is where the compiled files are.
    pub fn new(pages: &'static [String], others: &[&'static str], files: &str) -> Self {
        let functions = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path);
        let all = pages
            .iter()
            .map(String::as_str)
            .chain(functions)
            .chain(others.iter().copied());
        let (mut patterns, exact): (Vec<_>, Vec<_>) = all.partition(|path| path.contains('{'));
        patterns.sort_by_key(|path| path.matches('{').count());
        Self(Arc::new(Names {
            exact: exact.into_iter().map(|path| (path, path)).collect(),
            patterns,
            files: format!("/{files}/"),
        }))
    }

    fn of(&self, path: &str) -> &'static str {
        let names = &self.0;
        if let Some(exact) = names.exact.get(path) {
            return exact;
        }
        if path.starts_with(&names.files) {
            return FILES;
        }
        let fits = |pattern: &&&'static str| fits(pattern, path);
        names.patterns.iter().find(fits).copied().unwrap_or(UNKNOWN)
    }
}

fn fits(pattern: &str, path: &str) -> bool {
    let (mut here, mut there) = (path.split('/'), pattern.split('/'));
    loop {
        match (here.next(), there.next()) {
            (None, None) => return true,
            (Some(part), Some(known)) if part == known || known.starts_with('{') => {}
            _ => return false,
        }
    }
}

/// The pages' addresses: asked of the router once, which means to run the pages once without a request.
pub fn pages_of(list: impl FnOnce() -> Vec<String>) -> &'static [String] {
    static PAGES: OnceLock<Vec<String>> = OnceLock::new();
    PAGES.get_or_init(list)
}

/// Counts a request and the time until the head of its answer.
pub async fn measure(
    State((metrics, names)): State<(Metrics, RouteNames)>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let (route, method) = (names.of(request.uri().path()), method(request.method()));
    let _under_way = Counting::one(&metrics.0.in_flight);
    let began = Instant::now();
    let response = next.run(request).await;
    let asked = Asked { route, method };
    let took = began.elapsed().as_secs_f64();
    metrics.0.durations.get_or_create(&asked).observe(took);
    let answered = Answered {
        route,
        method,
        status: class(response.status()),
    };
    metrics.0.requests.get_or_create(&answered).inc();
    response
}

/// A client may name a method as it likes.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        _ => "other",
    }
}

const fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_a_name_and_a_made_up_address_are_never_a_label() {
        let pages = [
            "/companies",
            "/companies/new",
            "/companies/{id}",
            "/companies/{id}/edit",
            "/",
        ];
        let pages = pages_of(|| pages.map(ToOwned::to_owned).to_vec());
        let names = RouteNames::new(pages, &["/healthz"], "pkg");
        for (path, route) in [
            ("/", "/"),
            ("/companies", "/companies"),
            ("/companies/new", "/companies/new"),
            ("/companies/0190-…", "/companies/{id}"),
            ("/companies/0190-…/edit", "/companies/{id}/edit"),
            ("/companies/0190-…/edit/more", UNKNOWN),
            ("/ann@acme.test", UNKNOWN),
            ("/pkg/steward.abc.wasm", FILES),
            ("/pkgs", UNKNOWN),
            ("/healthz", "/healthz"),
            ("/api/made_up", UNKNOWN),
            ("/api/sign_in", "/api/sign_in"),
        ] {
            assert_eq!(names.of(path), route, "{path}");
        }
        assert_eq!(
            method(&Method::from_bytes(b"BREW").unwrap_or_default()),
            "other"
        );
        assert_eq!(class(StatusCode::IM_A_TEAPOT), "4xx");
    }
}
