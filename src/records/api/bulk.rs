//! The server functions of acts on many records: what can be done, preparing it, doing it, undoing it. Each reads as who calls; others'
//! acts are not found, but for the account's admins, who look and undo.

use leptos::prelude::*;

use crate::model::{
    AppError, BulkActId, RecordKind,
    bulk::{ActPage, Line, Offer, Progress},
};

#[cfg(feature = "ssr")]
use crate::{
    model::{
        Duty, Problem, UserId,
        bulk::{Act, How, Selection, Task},
    },
    records::bulk::{self, said},
    server::context::{actor, admin, viewing},
};

/// The page of an act.
pub fn address(kind: RecordKind, id: BulkActId) -> String {
    format!("/{}/bulk/{id}", kind.path())
}

/// The records that an address speaks of.
#[cfg(feature = "ssr")]
pub fn selection(kind: RecordKind, of: &str) -> Result<Selection, AppError> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(of.as_bytes()).into_owned().collect();
    Selection::read(kind, &pairs).ok_or_else(|| AppError::form(Problem::NothingSelected))
}

/// What can be done with these records; `of` is what stands in the address behind the question mark.
#[server(prefix = "/api", endpoint = "bulk_offer")]
pub async fn bulk_offer(
    kind: RecordKind,
    #[server(default)] of: String,
) -> Result<Offer, AppError> {
    let mut tx = viewing(kind).await?;
    let selection = selection(kind, &of)?;
    bulk::offer(&mut tx, kind, selection).await
}

/// Counts what would come of an act, and leads to its page. `what` is `tag`, `delete`, or the role or field that is changed.
#[server(prefix = "/api", endpoint = "prepare_bulk")]
pub async fn prepare_bulk(
    kind: RecordKind,
    #[server(default)] of: String,
    #[server(default)] what: String,
    #[server(default)] how: String,
    #[server(default)] user: String,
    #[server(default)] tag: String,
) -> Result<(), AppError> {
    let tx = viewing(kind).await?;
    let selection = selection(kind, &of)?;
    let act = match what.as_str() {
        "delete" => Act::Delete,
        "tag" => Act::Tag {
            tag: tag.trim().to_owned(),
            add: how != How::Remove.key(),
        },
        duty => Act::Responsible {
            duty: Duty::from_key(duty).ok_or(AppError::NotFound)?,
            how: How::from_key(&how).unwrap_or_default(),
            user: match user.as_str() {
                "" => None,
                // What the form shows before anybody is chosen.
                "-" => return Err(AppError::field("user", Problem::Required)),
                user => {
                    let unknown = |_| AppError::field("user", Problem::NotAColleague);
                    Some(user.parse::<UserId>().map_err(unknown)?)
                }
            },
        },
    };
    let id = bulk::prepare(tx, kind, &selection, &act).await?;
    leptos_axum::redirect(&address(kind, id));
    Ok(())
}

/// One act of this kind.
#[server(prefix = "/api", endpoint = "bulk_act")]
pub async fn bulk_act(kind: RecordKind, act: BulkActId) -> Result<ActPage, AppError> {
    let mut tx = viewing(kind).await?;
    let stored = bulk::act(&mut tx, act).await?;
    if stored.kind != kind {
        return Err(AppError::NotFound);
    }
    let said = said(&mut tx, kind, &stored.act).await?;
    Ok(stored.page(tx.actor(), said))
}

/// How far it is.
#[server(prefix = "/api", endpoint = "bulk_progress")]
pub async fn bulk_progress(act: BulkActId) -> Result<Progress, AppError> {
    let (database, actor) = actor()?;
    let stored = bulk::act(&mut database.begin(&actor).await?, act).await?;
    Ok(stored.progress)
}

#[cfg(feature = "ssr")]
async fn begin(act: BulkActId, task: Option<Task>) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let stored = bulk::act(&mut database.begin(&actor).await?, act).await?;
    let task = task.unwrap_or(stored.progress.task);
    bulk::start(&database, &actor, act, task).await?;
    leptos_axum::redirect(&address(stored.kind, act));
    Ok(())
}

/// Does what was prepared.
#[server(prefix = "/api", endpoint = "apply_bulk")]
pub async fn apply_bulk(act: BulkActId) -> Result<(), AppError> {
    begin(act, Some(Task::Apply)).await
}

/// Goes on with what was stopped.
#[server(prefix = "/api", endpoint = "resume_bulk")]
pub async fn resume_bulk(act: BulkActId) -> Result<(), AppError> {
    begin(act, None).await
}

/// Takes back what it has changed, where it still is so.
#[server(prefix = "/api", endpoint = "undo_bulk")]
pub async fn undo_bulk(act: BulkActId) -> Result<(), AppError> {
    begin(act, Some(Task::Undo)).await
}

/// The latest acts of the account, for its admins.
#[server(prefix = "/api", endpoint = "bulk_acts")]
pub async fn bulk_acts() -> Result<Vec<Line>, AppError> {
    let (database, actor) = admin()?;
    let mut tx = database.begin(&actor).await?;
    let mut lines = Vec::new();
    for stored in bulk::acts(&mut tx).await? {
        let said = said(&mut tx, stored.kind, &stored.act).await?;
        lines.push(stored.line(&actor, said));
    }
    Ok(lines)
}
