//! `/healthz`: the process is alive. `/readyz`: it can serve, the database answers.
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
    match app.database.ready().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the database cannot be reached",
        ),
    }
}
