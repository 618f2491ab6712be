//! What a request brings along: who is there, in which language, from where. Server functions get it
//! from Leptos' context and nowhere else.

use std::{fmt, net::IpAddr, sync::Arc};

use http::{HeaderName, HeaderValue};
use leptos::prelude::use_context;
use tower_sessions::Session;

use super::{
    config::{Config, DatabaseConfig},
    database::{Database, Viewing},
    dial::Dialler,
    files::Files,
    live::Live,
    mail::Mailer,
    metrics::Metrics,
    secrets::Secrets,
};
use crate::model::{
    Actor, AppError, Language, Me, Operator, RecordKind,
    forms::{PageContext, Returned},
    users::UserRole,
};

/// What all requests share.
#[derive(Clone)]
pub struct App {
    pub database: Database,
    pub config: Arc<Config>,
    pub mailer: Mailer,
    pub files: Files,
    pub metrics: Metrics,
    pub live: Live,
    pub secrets: Secrets,
    pub dialler: Dialler,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its configuration has passwords.
        f.write_str("App")
    }
}

impl App {
    pub fn new(database: Database, config: Arc<Config>) -> anyhow::Result<Self> {
        let mailer = Mailer::new(&config)?;
        let embedded = matches!(config.database, DatabaseConfig::Embedded);
        Ok(Self {
            metrics: Metrics::new(&database, &mailer, embedded),
            database,
            files: Files::new(config.files.clone()),
            secrets: Secrets::of(&config)?,
            dialler: Dialler::new(&config)?,
            config,
            mailer,
            live: Live::default(),
        })
    }
}

/// One request.
#[derive(Clone)]
pub struct Request {
    pub app: App,
    pub session: Session,
    pub actor: Option<Actor>,
    /// Signed in, but without the second factor that his account requires: nobody, except where that is set up.
    pub owing: Option<Actor>,
    /// Staff of the service, who is nobody in any account.
    pub operator: Option<Operator>,
    pub language: Language,
    /// Where it comes from, for limits.
    pub address: IpAddr,
    /// Whether a proxy says that it comes from elsewhere.
    pub forwarded: bool,
    pub agent: Option<String>,
    /// A form that came back, for the page that is shown next.
    pub returned: Option<Returned>,
}

impl Request {
    pub fn page_context(&self) -> PageContext {
        PageContext {
            language: self.language,
            me: self.actor.as_ref().map(Me::from),
            operator: self.operator.clone(),
            returned: self.returned.clone(),
            demo: self.demo_allowed(),
        }
    }

    /// Whether demo users may sign in: only at a local address and without a proxy in between.
    pub fn demo_allowed(&self) -> bool {
        self.app.config.is_local() && !self.forwarded
    }
}

/// The request that a server function runs for.
pub fn request() -> Result<Request, AppError> {
    use_context::<Request>()
        .ok_or_else(|| AppError::internal("a server function ran without a request"))
}

/// Who is signed in; every server function that touches an account's data begins with this.
pub fn actor() -> Result<(Database, Actor), AppError> {
    let request = request()?;
    let actor = request.actor.ok_or(AppError::SignedOut)?;
    Ok((request.app.database, actor))
}

/// A transaction for a kind that the caller has a right to; without one the kind does not exist for him.
pub async fn viewing(kind: RecordKind) -> Result<Viewing, AppError> {
    let (database, actor) = actor()?;
    if !actor.rights.may_use(kind) {
        return Err(AppError::NotFound);
    }
    database.begin(&actor).await
}

/// Who is signed in, be it without the second factor that his account requires: for setting it up, and nothing else.
pub fn owing_or_actor() -> Result<(Request, Actor), AppError> {
    let request = request()?;
    let actor = request.actor.clone().or_else(|| request.owing.clone());
    Ok((request, actor.ok_or(AppError::SignedOut)?))
}

/// The actor, for what is an admin's alone; for others it does not exist.
pub fn admin() -> Result<(Database, Actor), AppError> {
    let (database, actor) = actor()?;
    if actor.role == UserRole::Admin {
        Ok((database, actor))
    } else {
        Err(AppError::NotFound)
    }
}

/// Which operator is signed in; for a user of an account there is no support.
pub fn operator() -> Result<(Database, Operator), AppError> {
    let request = request()?;
    match (request.operator, request.actor) {
        (Some(operator), _) => Ok((request.app.database, operator)),
        (None, Some(_)) => Err(AppError::NotFound),
        (None, None) => Err(AppError::SignedOut),
    }
}

/// The status of the page that is being rendered, where it shows an error instead.
pub fn answer(error: &AppError) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(error.status());
    }
}

/// The mark on an answer to a plain form after which the form comes back as it was typed, though all went well.
pub const KEEP_TYPED: &str = "x-keep-typed";

/// What was typed comes back with the answer: the function has only looked at it.
pub fn keep_typed() {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.insert_header(
            HeaderName::from_static(KEEP_TYPED),
            HeaderValue::from_static("1"),
        );
    }
}
