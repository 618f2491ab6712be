//! The jobs of notifications, as they lie in the queue. Each may run twice: what it writes is made once by a key of the database.

use chrono::NaiveDate;
use graphile_worker::{IntoTaskHandlerResult, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    send::{self, Due},
    tell::tell,
};
use crate::{
    model::{AccountId, UserId},
    server::context::App,
};

/// Tells whom an action concerns.
#[derive(Debug, Serialize, Deserialize)]
struct Tell {
    account: AccountId,
    action: Uuid,
}

/// Sends somebody what is to be mailed of one record; of several records there is none.
#[derive(Debug, Serialize, Deserialize)]
struct Mail {
    account: AccountId,
    user: UserId,
    record: Option<Uuid>,
}

/// Sends somebody what waits for his digest.
#[derive(Debug, Serialize, Deserialize)]
struct Digest {
    account: AccountId,
    user: UserId,
    day: NaiveDate,
}

/// What every server does for the queue.
pub fn define(options: WorkerOptions) -> WorkerOptions {
    options
        .define_job::<Tell>()
        .define_job::<Mail>()
        .define_job::<Digest>()
}

fn app(context: &WorkerContext) -> Result<App, String> {
    let app = context.get_ext::<App>().cloned();
    app.ok_or_else(|| "a job runs without its server".to_owned())
}

impl TaskHandler for Tell {
    const IDENTIFIER: &'static str = "tell";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = app(&context)?;
        let told = tell(
            &app.database,
            self.account,
            self.action,
            app.config.mail_wait,
        );
        told.await.map_err(|error| logged(Self::IDENTIFIER, &error))
    }
}

impl TaskHandler for Mail {
    const IDENTIFIER: &'static str = "mail";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = app(&context)?;
        let due = Due::Record(self.record);
        let sent = send::send(&app, self.account, self.user, due).await;
        sent.map_err(|error| logged(Self::IDENTIFIER, &error))
    }
}

impl TaskHandler for Digest {
    const IDENTIFIER: &'static str = "digest";

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let app = app(&context)?;
        let sent = send::send(&app, self.account, self.user, Due::Digest(self.day)).await;
        sent.map_err(|error| logged(Self::IDENTIFIER, &error))
    }
}

/// What the queue keeps of an error is for nobody's eyes but the log's.
fn logged(job: &'static str, error: &dyn std::fmt::Display) -> String {
    tracing::warn!(job, %error, "a job failed and will be tried again");
    error.to_string()
}
