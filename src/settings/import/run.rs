//! Doing it, in the background of one server: reading the file, handing its rows to the engine as the person who imports,
//! and a beat that shows every other server that this one is alive.

use tokio::sync::Semaphore;
use tracing::Instrument as _;

use super::{
    Task, store,
    store::{Claim, Wanted},
    undo,
    upload::LIMITS,
};
use crate::{
    model::{Actor, AppError, ImportId},
    records::{
        import::{self, Columns, Journal, Seen, Sheet, import_sheet, without_reasons},
        store::catalogue,
    },
    server::database::{Database, Telling, Writing},
};

/// A server does so many at a time, so that pages do not wait for connections; further ones wait, and beat.
static PERMITS: Semaphore = Semaphore::const_new(3);

/// Fewer rows at a time than on the command line: somebody watches.
const BATCH: usize = 250;

/// Begins a task, or goes on with it, and answers at once.
pub async fn start(
    database: &Database,
    actor: &Actor,
    id: ImportId,
    wanted: Wanted,
) -> Result<(), AppError> {
    let claim = store::claim(database.begin(actor).await?, id, wanted).await?;
    let run = run(database.clone(), actor.clone(), claim);
    tokio::spawn(run.in_current_span());
    Ok(())
}

/// Does what was claimed.
pub async fn run(database: Database, actor: Actor, claim: Claim) {
    let run = claim.as_run();
    let database = database.telling(Telling::PartOf(run.action));
    let work = async {
        match claim.task {
            Task::Undo => undo::undo(&database, &actor, &claim).await,
            Task::Check | Task::Import => rows(&database, &actor, &claim).await,
        }
    };
    run.carry_out(&database, &actor, &PERMITS, work).await;
}

/// Reads a file that was taken already. Parsing megabytes would hold up what else this thread does.
pub async fn sheet(bytes: Vec<u8>) -> Result<Sheet, AppError> {
    let read = move || {
        let mut sheet = import::read_within(&bytes, LIMITS)?;
        without_reasons(&mut sheet);
        Ok(sheet)
    };
    tokio::task::spawn_blocking(read)
        .await
        .map_err(AppError::internal)?
}

async fn rows(database: &Database, actor: &Actor, claim: &Claim) -> Result<(), AppError> {
    let mut tx = database.begin(actor).await?;
    let bytes = store::file(&mut tx, claim.import).await?;
    let created = store::created(&mut tx, claim.import).await?;
    let catalogue = catalogue(&mut tx, claim.kind).await?;
    // No connection is held while the file is parsed.
    drop(tx);
    let sheet = sheet(bytes).await?;
    let keys: Vec<Option<String>> = claim.columns.iter().map(|c| c.field.clone()).collect();
    let columns = Columns::chosen(&sheet.header, &keys, &catalogue)?;
    let task = import::Task {
        kind: claim.kind,
        sheet,
        columns,
        dry_run: claim.task == Task::Check,
        created,
    };
    let report = import_sheet(database, actor, task, &mut Kept(claim)).await?;
    tracing::info!(
        rows = report.rows,
        created = report.created,
        known = report.known_already,
        bad = report.bad.len(),
        task = claim.task.key(),
        "an import in the browser is done"
    );
    Ok(())
}

/// Writes down what becomes of every row.
struct Kept<'a>(&'a Claim);

impl Journal for Kept<'_> {
    fn batch(&self) -> usize {
        BATCH
    }

    fn keeps(&self) -> bool {
        true
    }

    async fn keep(&mut self, tx: &mut Writing, rows: &[Seen]) -> Result<(), AppError> {
        store::keep(tx, self.0, rows).await
    }
}
