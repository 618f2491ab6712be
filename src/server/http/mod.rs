//! The routes and what surrounds them: sessions, who is there, headers, limits, compression.
//! Pages and server functions are Leptos'; everything else here is plain axum.

mod forms;
mod headers;
mod health;
mod request;

pub use forms::come_back;
pub use headers::allow_own_scripts;

use std::{path::Path, pin::Pin};

use axum::{
    Router, extract::DefaultBodyLimit, http::HeaderValue, http::header, middleware, routing,
};
use graphile_worker::WorkerOptions;
use leptos::prelude::{AnyView, LeptosOptions};
use tower::ServiceBuilder;
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::CompressionLayer,
    csrf::CsrfLayer,
    limit::RequestBodyLimitLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
    trace::TraceLayer,
};
use tower_sessions::{
    Expiry, SessionManagerLayer,
    cookie::{SameSite, time::Duration},
};

use super::{context, metrics, session::PgSessions};

/// Signed in for so long without signing in again.
const SESSION_DAYS: i64 = 30;
/// Enough for 2 MB typed into one field, percent-encoded, to come back with a message beside that field.
const BODY_LIMIT: usize = 8 * 1024 * 1024;
/// Where files are sent. Who takes one knows a smaller limit; up to this one a browser can be told of it.
const FILE_LIMIT: usize = 256 * 1024 * 1024;

/// What the pages are: handed in by the floor above.
#[derive(Clone, Copy)]
pub struct Pages {
    /// The whole document.
    pub shell: fn(LeptosOptions) -> AnyView,
    /// Beginnings of the addresses that are open to everybody.
    pub open: &'static [&'static str],
    /// Open pages to whose addresses anybody may post from anywhere, since they ask for no session; `files` takes the posts.
    pub posted: &'static [&'static str],
    /// Where somebody sets up the second factor that his account requires.
    pub owed: &'static str,
    /// Addresses that are no pages: files that are sent or fetched.
    pub files: fn() -> Router,
    /// Addresses whose answers go on for hours.
    pub streams: fn() -> Router,
    /// What every server does beside answering, until it stops.
    pub background: fn(context::App) -> Pin<Box<dyn Future<Output = ()> + Send>>,
    /// The jobs that every server takes out of the queue.
    pub jobs: fn(WorkerOptions) -> WorkerOptions,
    /// What is in the document, of which the addresses of the pages are asked.
    pub app: fn() -> AnyView,
    /// The addresses of operators' pages, which nobody else's router has.
    pub operators: &'static [&'static str],
}

/// What a handler of pages needs.
#[derive(Clone)]
struct PageState {
    options: LeptosOptions,
    pages: Pages,
}

/// The whole server as one service.
pub fn router(app: context::App, options: LeptosOptions, pages: Pages) -> Router {
    // Rendering spawns through it; a second initialisation, as in tests, changes nothing.
    let _ = any_spawner::Executor::init_tokio();
    let sessions = SessionManagerLayer::new(PgSessions(app.database.api().clone()))
        .with_name(if app.config.https() {
            "__Host-steward"
        } else {
            "steward"
        })
        // Lax: a link in a mail must find one signed in.
        .with_same_site(SameSite::Lax)
        .with_http_only(true)
        .with_secure(app.config.https())
        .with_expiry(Expiry::OnInactivity(Duration::days(SESSION_DAYS)));
    let state = PageState {
        options: options.clone(),
        pages,
    };

    // What has a route for posts does not reach the fallback.
    let posted = pages.posted.iter().fold(Router::new(), |router, address| {
        router.route(address, routing::get(request::page))
    });
    let with_session = posted
        .route("/api/{*name}", routing::post(forms::server_function))
        .fallback(routing::get(request::page))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .with_state(state)
        .merge((pages.files)().layer(RequestBodyLimitLayer::new(FILE_LIMIT)))
        .layer(compressed())
        // Not compressed, nor wrapped in what would: an answer keeps room for it, of which a stream has no use for hours.
        .merge((pages.streams)())
        .layer(middleware::from_fn_with_state(
            app.clone(),
            request::identify,
        ))
        .layer(sessions)
        .layer(middleware::from_fn(request::session_not_saved))
        .layer(csrf(&app, pages.posted))
        // The limit is ours, not axum's smaller one.
        .layer(DefaultBodyLimit::disable());

    let measured = (app.metrics.clone(), route_names(&options, pages));
    // The last layer is the outermost.
    Router::new()
        .merge(files(&options).layer(compressed()))
        .merge(health::routes(app))
        .merge(with_session)
        .layer(CatchPanicLayer::custom(headers::panicked))
        .layer(middleware::map_response(headers::secure))
        .layer(middleware::from_fn_with_state(measured, metrics::measure))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(headers::span))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
}

fn compressed() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Fastest)
}

/// Every address that is counted under its own name.
fn route_names(options: &LeptosOptions, pages: Pages) -> metrics::RouteNames {
    let listed = metrics::pages_of(|| {
        let list = leptos_axum::generate_route_list(pages.app);
        list.iter().map(|page| page.path().to_owned()).collect()
    });
    let files = ["/healthz", "/readyz", "/favicon.svg", "/robots.txt"];
    let others = [files.as_slice(), pages.operators].concat();
    metrics::RouteNames::new(listed, &others, &options.site_pkg_dir)
}

/// Behind a proxy that ends TLS the browser's origin is the public address.
fn csrf(app: &context::App, posted: &'static [&'static str]) -> CsrfLayer {
    let layer = CsrfLayer::new()
        .add_trusted_origin(&app.config.base_url)
        .unwrap_or_else(|error| {
            tracing::warn!(%error, "STEWARD_BASE_URL is no origin");
            CsrfLayer::new()
        });
    let open = |address: &str, path: &str| {
        let begin = address.split('{').next().unwrap_or(address);
        path.strip_prefix(begin)
            .is_some_and(|rest| !rest.contains('/'))
    };
    layer.with_insecure_bypass(move |_, uri| posted.iter().any(|address| open(address, uri.path())))
}

/// The compiled browser side: its names carry a hash, so it is kept for ever.
fn files(options: &LeptosOptions) -> Router {
    let site = Path::new(options.site_root.as_ref());
    let kept = if options.hash_files {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let package = ServiceBuilder::new()
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static(kept),
        ))
        .service(
            ServeDir::new(site.join(options.site_pkg_dir.as_ref()))
                .precompressed_br()
                .precompressed_gzip(),
        );
    Router::new()
        .nest_service(&format!("/{}", options.site_pkg_dir), package)
        .route_service("/favicon.svg", ServeFile::new(site.join("favicon.svg")))
        .route_service("/robots.txt", ServeFile::new(site.join("robots.txt")))
}
