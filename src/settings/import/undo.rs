//! Undoing an import: what it has created goes into the bin, as if the person deleted it himself. What somebody has changed
//! since, what others belong to, and what is out of his reach stays, and is counted.

use super::{store, store::Claim};
use crate::{
    model::{Actor, AppError, Problem, RecordId},
    records::store::{is_untouched, put_into_bin},
    server::database::{Database, Reached, Writing},
};

const UNDONE: &str = "undone";
const CHANGED: &str = "changed";
const NEEDED: &str = "needed";
const OUT_OF_REACH: &str = "out_of_reach";

pub async fn undo(database: &Database, actor: &Actor, claim: &Claim) -> Result<(), AppError> {
    loop {
        let mut tx = database.begin(actor).await?;
        let records = store::to_undo(&mut tx, claim.import).await?;
        drop(tx);
        if records.is_empty() {
            return Ok(());
        }
        for (line, id) in records {
            one(database, actor, claim, line, id).await?;
        }
    }
}

async fn one(
    database: &Database,
    actor: &Actor,
    claim: &Claim,
    line: i64,
    id: RecordId,
) -> Result<(), AppError> {
    let (mut tx, outcome) = match remove(database, actor, claim, id).await? {
        Ok(tx) => (tx, UNDONE),
        Err(left) => {
            let tx = database.begin(actor).await?;
            (tx.write(Reached::oneself()).await?, left)
        }
    };
    store::settle(&mut tx, claim, line, outcome).await?;
    tx.commit().await
}

/// The transaction that has put a record into the bin, or why it stays.
async fn remove(
    database: &Database,
    actor: &Actor,
    claim: &Claim,
    id: RecordId,
) -> Result<Result<Writing, &'static str>, AppError> {
    let mut tx = database.begin(actor).await?;
    match is_untouched(&mut tx, claim.kind, id).await {
        Ok(true) => {}
        Ok(false) => return Ok(Err(CHANGED)),
        Err(AppError::NotFound) => return Ok(Err(OUT_OF_REACH)),
        Err(error) => return Err(error),
    }
    match put_into_bin(tx, claim.kind, id).await {
        Ok((tx, _)) => Ok(Ok(tx)),
        Err(AppError::Invalid(problems)) => Ok(Err(match problems.values().next() {
            Some(Problem::StillHas(..) | Problem::StillHasOthers) => NEEDED,
            _ => OUT_OF_REACH,
        })),
        Err(error) => Err(error),
    }
}
