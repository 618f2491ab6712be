//! The server functions of next steps and of "My responsibilities".
//! Whoever sees a record plans and finishes its steps; a colleague's page is for who leads a team of his.

use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{
    AppError, RecordId, RecordKind, UserId,
    next_steps::{NextSteps, Responsibilities},
};

#[cfg(feature = "ssr")]
use crate::{
    model::board::BoardQuery,
    records::store,
    server::{
        context::{actor, viewing},
        database::Viewing,
    },
};

/// A transaction for a kind for whose records something can be planned.
#[cfg(feature = "ssr")]
async fn planning(kind: RecordKind) -> Result<Viewing, AppError> {
    if !kind.has_next_steps() {
        return Err(AppError::NotFound);
    }
    viewing(kind).await
}

/// The next steps of one record, and who may be given one.
#[server(prefix = "/api", endpoint = "next_steps")]
pub async fn steps_of(kind: RecordKind, id: RecordId) -> Result<NextSteps, AppError> {
    store::next_steps(&mut planning(kind).await?, kind, id).await
}

/// Plans a step (`step` none), or changes one that is still to be done.
#[server(prefix = "/api", endpoint = "save_next_step")]
pub async fn save_next_step(
    kind: RecordKind,
    id: RecordId,
    #[server(default)] step: Option<Uuid>,
    #[server(default)] what: String,
    #[server(default)] due: String,
    #[server(default)] assigned_to: String,
) -> Result<(), AppError> {
    let form = store::StepForm {
        kind,
        record: id,
        step,
        what: &what,
        due: &due,
        assigned_to: &assigned_to,
    };
    store::save_step(planning(kind).await?, form)
        .await?
        .commit()
        .await
}

/// Marks a step as done, or as still to be done.
#[server(prefix = "/api", endpoint = "finish_next_step")]
pub async fn finish_next_step(
    kind: RecordKind,
    id: RecordId,
    step: Uuid,
    #[server(default)] done: bool,
) -> Result<(), AppError> {
    store::finish_step(planning(kind).await?, kind, id, step, done).await
}

#[server(prefix = "/api", endpoint = "delete_next_step")]
pub async fn delete_next_step(kind: RecordKind, id: RecordId, step: Uuid) -> Result<(), AppError> {
    store::delete_step(planning(kind).await?, kind, id, step).await
}

/// What the caller is responsible for, or a colleague of a team that he leads; so many steps of each group.
#[server(prefix = "/api", endpoint = "responsibilities")]
pub async fn responsibilities_of(
    #[server(default)] colleague: Option<UserId>,
    #[server(default)] show: i64,
) -> Result<Responsibilities, AppError> {
    let (database, actor) = actor()?;
    let [least, .., most] = BoardQuery::STEPS;
    let mut tx = database.begin(&actor).await?;
    store::responsibilities(&mut tx, colleague, show.clamp(least, most)).await
}
