//! What a Prometheus server reads of this one, on an address of its own. Labels are names of ours alone (a route as the
//! router has it, a method, a code), never what identifies an account, a person or a record.

mod counted;
mod process;
mod routes;

pub use counted::{Begun, Mails};
pub use routes::{RouteNames, measure, pages_of};

use std::{fmt, sync::Arc};

use axum::{Router, extract::State, http::header, response::IntoResponse, routing::get};
use prometheus_client::{
    encoding::{EncodeLabelSet, prometheus_text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use self::{counted::PoolState, process::Process};
use super::{database::Database, mail::Mailer};
use crate::model::AppError;

/// Seconds that requests take, from what a cache would answer to what people give up on.
const SECONDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

fn seconds() -> Histogram {
    Histogram::new(SECONDS)
}

/// Everything that is counted; clones share it.
#[derive(Clone)]
pub struct Metrics(Arc<Inner>);

struct Inner {
    registry: Registry,
    database: Database,
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram>,
    in_flight: Gauge,
    errors: Family<Failed, Counter>,
    sign_ins: Family<SignIn, Counter>,
    up: Gauge,
    schema: Gauge,
    sessions: Family<Of, Gauge>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    route: &'static str,
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: &'static str,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Failed {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignIn {
    step: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    of: &'static str,
}

/// Which half of signing in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Password,
    SecondFactor,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Metrics")
    }
}

impl Metrics {
    pub fn new(database: &Database, mailer: &Mailer, embedded: bool) -> Self {
        let mut inner = Inner {
            registry: Registry::default(),
            database: database.clone(),
            requests: Family::default(),
            durations: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
            errors: Family::default(),
            sign_ins: Family::default(),
            up: Gauge::default(),
            schema: Gauge::default(),
            sessions: Family::default(),
        };
        let mut registry = Registry::default();
        // Under the names that these have in every program.
        registry.register_collector(Box::new(Process::started()));
        let own = registry.sub_registry_with_prefix("steward");
        inner.register(own, embedded);
        database.begun().register(own);
        mailer.counted().register(own);
        own.register_collector(Box::new(PoolState(database.api().clone())));
        inner.registry = registry;
        Self(Arc::new(inner))
    }

    /// A server function was answered with an error.
    pub fn failed(&self, error: &AppError) {
        let code = error.code();
        self.0.errors.get_or_create(&Failed { code }).inc();
    }

    /// Somebody tried to sign in.
    pub fn signed_in(&self, step: Step, done: &Result<(), AppError>) {
        let step = match step {
            Step::Password => "password",
            Step::SecondFactor => "second_factor",
        };
        let outcome = match done {
            Ok(()) => "ok",
            Err(AppError::Invalid(_)) => "refused",
            Err(AppError::TooMany { .. }) => "too_many",
            Err(_) => "failed",
        };
        let label = SignIn { step, outcome };
        self.0.sign_ins.get_or_create(&label).inc();
    }

    /// All of it as Prometheus reads it; what the database counts is asked for now.
    pub async fn text(&self) -> Result<String, fmt::Error> {
        self.0.ask().await;
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0.registry)?;
        Ok(text)
    }

    /// The address of its own.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/metrics", get(answer))
            .with_state(self.clone())
    }
}

async fn answer(State(metrics): State<Metrics>) -> axum::response::Response {
    match metrics.text().await {
        Ok(text) => (
            [(header::CONTENT_TYPE, prometheus_text::CONTENT_TYPE)],
            text,
        )
            .into_response(),
        Err(error) => AppError::internal(error).status().into_response(),
    }
}

impl Inner {
    fn register(&self, registry: &mut Registry, embedded: bool) {
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program that runs", build);
        let kind = if embedded { "embedded" } else { "external" };
        let help = "Whether Postgres is this server's own";
        registry.register("database", help, Info::new([("kind", kind)]));
        let help = "Requests by how they were answered";
        registry.register("http_requests", help, self.requests.clone());
        let help = "From a request's head to its answer's";
        let durations = self.durations.clone();
        registry.register_with_unit("http_request_duration", help, Unit::Seconds, durations);
        let help = "Requests that wait for their answer";
        registry.register("http_requests_in_flight", help, self.in_flight.clone());
        let help = "Errors of server functions by their code";
        registry.register("function_errors", help, self.errors.clone());
        let help = "Attempts to sign in";
        registry.register("sign_ins", help, self.sign_ins.clone());
        let help = "Whether the database answered this scrape";
        registry.register("database_up", help, self.up.clone());
        let help = "The last migration that the database has";
        registry.register("schema_version", help, self.schema.clone());
        let wanted: Gauge = Gauge::default();
        wanted.set(Database::known_version().unwrap_or_default());
        let help = "The last migration that this program knows";
        registry.register("schema_version_known", help, wanted);
        let help = "Sessions that have not expired, the same on every server of a database";
        registry.register("sessions", help, self.sessions.clone());
    }

    async fn ask(&self) {
        let asked = self.database.numbers().await;
        self.up.set(i64::from(asked.is_ok()));
        // What was known before is told again: a gap would look like a restart.
        if let Ok(numbers) = asked {
            self.schema.set(numbers.schema_version);
            for (of, count) in [
                ("users", numbers.user_sessions),
                ("operators", numbers.operator_sessions),
            ] {
                self.sessions.get_or_create(&Of { of }).set(count);
            }
        }
    }
}
