//! The server functions of one's own notifications. Everybody has his own, and nobody another's.

use leptos::prelude::*;

use crate::model::{
    AppError,
    notifications::{NotificationPage, NotificationQuery, QueueState},
};

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        model::Problem,
        server::context::{actor, admin},
    },
    uuid::Uuid,
};

/// A page of one's notifications, the newest first.
#[server(prefix = "/api", endpoint = "notifications")]
pub async fn notifications(query: NotificationQuery) -> Result<NotificationPage, AppError> {
    let (database, actor) = actor()?;
    let mut tx = database.begin(&actor).await?;
    store::notifications(&mut tx, &query).await
}

/// How many one has not read, up to a hundred.
#[server(prefix = "/api", endpoint = "unread")]
pub async fn unread() -> Result<i64, AppError> {
    let (database, actor) = actor()?;
    let mut tx = database.begin(&actor).await?;
    store::unread(&mut tx).await
}

/// Marks notifications as read or as unread: these, their ids separated by commas, or `all`. Those of others are not there.
#[server(prefix = "/api", endpoint = "mark-notifications")]
pub async fn mark_notifications(ids: String, read: bool) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let tx = database.begin(&actor).await?;
    if ids == "all" {
        return store::mark(tx, None, read).await;
    }
    let ids: Result<Vec<Uuid>, _> = ids.split(',').map(|id| id.trim().parse()).collect();
    let ids = ids.map_err(|_| AppError::form(Problem::Unknown))?;
    store::mark(tx, Some(&ids), read).await
}

/// How the account's jobs stand, for its admins.
#[server(prefix = "/api", endpoint = "queue")]
pub async fn queue() -> Result<QueueState, AppError> {
    let (database, actor) = admin()?;
    let mut tx = database.begin(&actor).await?;
    store::queue::state(&database, &mut tx).await
}

/// Tries a mail, or a job, that was given up once more: for admins.
#[server(prefix = "/api", endpoint = "retry-job")]
pub async fn retry_job(id: String) -> Result<(), AppError> {
    let (database, actor) = admin()?;
    let tx = database.begin(&actor).await?;
    match (id.parse::<Uuid>(), id.parse::<i64>()) {
        (Ok(mail), _) => store::queue::retry_mail(tx, mail).await,
        (_, Ok(job)) => store::queue::retry_job(&database, &tx, job).await,
        _ => Err(AppError::NotFound),
    }
}
