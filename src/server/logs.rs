//! The log: readable lines on a terminal, one JSON object per line elsewhere, on the standard error.
//! `STEWARD_LOG` says how much, as in `info,sqlx=warn`.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::{
    EnvFilter, filter::Directive, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

pub fn start() {
    let filter = EnvFilter::try_from_env("STEWARD_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,graphile_worker_migrations=warn"));
    // At its lowest level the crate would write down every password that it sends, whatever STEWARD_LOG says.
    let filter = never_logged()
        .into_iter()
        .fold(filter, EnvFilter::add_directive);
    let registry = tracing_subscriber::registry().with(filter);
    let terminal = stderr().is_terminal();
    let done = if terminal {
        registry
            .with(fmt::layer().with_writer(stderr).with_target(false))
            .try_init()
    } else {
        registry
            .with(fmt::layer().json().flatten_event(true).with_writer(stderr))
            .try_init()
    };
    // Only a second start can fail, and the first one's log goes on.
    drop(done);
}

fn never_logged() -> Option<Directive> {
    "async_imap::imap_stream=off".parse().ok()
}
