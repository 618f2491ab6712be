//! Acts in the background of one server; and those whose server is no more, which any server goes on with.

use std::time::Duration;

use sqlx::Row as _;
use tokio::{
    sync::Semaphore,
    time::{Instant, interval, sleep},
};
use tracing::Instrument as _;
use uuid::Uuid;

use super::{
    acts::{self, Claim},
    apply, undo,
};
use crate::{
    model::{
        Actor, AppError, BulkActId, Problem,
        bulk::{State, Task},
    },
    server::{
        actors,
        database::{Database, Telling},
    },
};

/// A server does so many at a time, so that pages do not wait for connections; further ones wait, and beat.
static PERMITS: Semaphore = Semaphore::const_new(2);

const LOOK: Duration = Duration::from_secs(10);
/// A pause between batches is no longer.
const COURTESY: Duration = Duration::from_millis(100);

/// Begins a task, or goes on with it, and answers at once.
pub async fn start(
    database: &Database,
    actor: &Actor,
    id: BulkActId,
    task: Task,
) -> Result<(), AppError> {
    let claim = acts::claim(database.begin(actor).await?, id, task).await?;
    let run = run(database.clone(), actor.clone(), claim);
    tokio::spawn(run.in_current_span());
    Ok(())
}

/// Does what was claimed.
pub async fn run(database: Database, actor: Actor, claim: Claim) {
    let run = claim.as_run();
    let database = database.telling(Telling::PartOf(run.action));
    let work = async {
        loop {
            let began = Instant::now();
            let more = match claim.task {
                Task::Apply => apply::batch(&database, &actor, &claim).await?,
                Task::Undo => undo::batch(&database, &actor, &claim).await?,
            };
            if !more {
                return Ok(());
            }
            // Pages go first: for as long as the batch took, the processors and the disk are theirs.
            sleep(began.elapsed().min(COURTESY)).await;
        }
    };
    run.carry_out(&database, &actor, &PERMITS, work).await;
}

/// Goes on with one act whose server is no more, as the person who began it; whether there was one.
pub async fn take_over(database: &Database) -> Result<bool, AppError> {
    let found = sqlx::query("select * from api.bulk_abandoned()")
        .fetch_optional(database.api())
        .await?;
    let Some(found) = found else {
        return Ok(false);
    };
    let id = BulkActId(found.try_get::<Uuid, _>("act_id")?);
    let email: String = found.try_get("email")?;
    let Some(actor) = actors::by_email(database.api(), &email).await? else {
        return Ok(false);
    };
    let stored = acts::whatever_kind(&mut database.begin(&actor).await?, id).await?;
    if stored.progress.state != State::Stopped {
        return Ok(false);
    }
    if !stored.has_rights_of(&actor) {
        let changed = AppError::form(Problem::RightsChanged);
        acts::stop(database.begin(&actor).await?, id, &changed).await?;
        return Ok(true);
    }
    let claim = match acts::claim(database.begin(&actor).await?, id, stored.progress.task).await {
        Ok(claim) => claim,
        // Another server was quicker.
        Err(AppError::Invalid(_)) => return Ok(false),
        Err(error) => return Err(error),
    };
    tracing::info!(act = %id, "goes on with an act whose server is no more");
    tokio::spawn(run(database.clone(), actor, claim).in_current_span());
    Ok(true)
}

/// Looks every few seconds, for as long as the server runs.
pub async fn watch(database: Database) {
    let mut regularly = interval(LOOK);
    loop {
        regularly.tick().await;
        if let Err(error) = take_over(&database).await {
            tracing::warn!(%error, "acts whose server is no more could not be looked for");
        }
    }
}
