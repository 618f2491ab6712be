//! `/healthz`: the process is alive. `/readyz`: it can serve, the database answers and is migrated.
//! Neither says more than that to whoever asks.

use axum::{Router, extract::State, http::StatusCode, routing::get};

use crate::server::context::App;

pub fn routes(app: App) -> Router {
    Router::new()
        .route("/healthz", get(async || "alive"))
        .route("/readyz", get(ready))
        .with_state(app)
}

async fn ready(State(app): State<App>) -> (StatusCode, &'static str) {
    match app.database.is_ready().await {
        Ok(true) => (StatusCode::OK, "ready"),
        Ok(false) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "migrations are missing: run steward migrate",
        ),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database cannot be reached",
        ),
    }
}
