//! The server functions of one's own notifications, of what one wants to be told and of one's absence. Everybody has his own, and
//! nobody another's; a mail's link for unsubscribing works for whoever has it.

use leptos::prelude::*;

use crate::model::{
    AppError,
    notifications::{
        NotificationPage, NotificationQuery, NotificationSettings, QueueState, WhatEnds,
    },
};

#[cfg(feature = "ssr")]
use {
    super::{send, store},
    crate::{
        model::{
            Problem, Problems, UserId,
            catalogue::date,
            notifications::{Absence, Channel, Channels, Event},
        },
        records::store::{everybody, today},
        server::context::{actor, admin, request},
    },
    chrono::NaiveDate,
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
        (Ok(mail), _) => send::retry(tx, mail).await,
        (_, Ok(job)) => store::queue::retry_job(&database, &tx, job).await,
        _ => Err(AppError::NotFound),
    }
}

/// What Settings > My notifications shows.
#[server(prefix = "/api", endpoint = "my-notifications")]
pub async fn my_notifications() -> Result<NotificationSettings, AppError> {
    let (database, actor) = actor()?;
    let mut tx = database.begin(&actor).await?;
    let (absence, stand_in) = store::my_absence(&mut tx).await?;
    let mut colleagues = everybody(&mut tx).await?;
    colleagues.retain(|colleague| colleague.id != actor.user);
    Ok(NotificationSettings {
        choices: store::my_choices(&mut tx).await?,
        absence,
        stand_in,
        colleagues,
        email: actor.email,
        time_zone: actor.time_zone,
    })
}

/// Saves how one is told of these kinds of event. A box that is not ticked is not sent, so `events` says which the form had;
/// `ticked` are pairs such as `assigned.mail`.
#[server(prefix = "/api", endpoint = "save-notification-choices")]
pub async fn save_notification_choices(
    #[server(default)] events: Vec<String>,
    #[server(default)] ticked: Vec<String>,
) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let mut choices = Vec::new();
    for code in &events {
        let event = Event::from_code(code).ok_or_else(|| AppError::form(Problem::Unknown))?;
        let none = Channels {
            in_app: false,
            mail: false,
            digest: false,
        };
        let chosen = Channel::ALL.into_iter().fold(none, |channels, channel| {
            let on = ticked.iter().any(|pair| *pair == event.cell(channel));
            channels.with(channel, on)
        });
        if !choices.iter().any(|(known, _)| *known == event) {
            choices.push((event, chosen));
        }
    }
    store::save_choices(database.begin(&actor).await?, &choices).await
}

/// Plans one's absence, or changes it: from one day to another, both included, with a stand-in or without.
#[server(prefix = "/api", endpoint = "save-absence")]
pub async fn save_absence(
    #[server(default)] from: String,
    #[server(default)] until: String,
    #[server(default)] stand_in: String,
) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let absence = absence(&from, &until, &stand_in, today(&actor))?;
    store::save_absence(database.begin(&actor).await?, absence).await
}

#[cfg(feature = "ssr")]
fn absence(from: &str, until: &str, stand_in: &str, today: NaiveDate) -> Result<Absence, AppError> {
    let day = |typed: &str| match typed.trim() {
        "" => Err(Problem::Required),
        typed => date(typed),
    };
    let (from, until) = (day(from), day(until));
    let until = match (&from, until) {
        (Ok(from), Ok(until)) if until < *from => Err(Problem::EndsBefore),
        (_, Ok(until)) if until < today => Err(Problem::OverAlready),
        (_, until) => until,
    };
    let stand_in = match stand_in.trim() {
        "" => Ok(None),
        id => id
            .parse::<UserId>()
            .map(Some)
            .map_err(|_| Problem::NotAColleague),
    };
    match (from, until, stand_in) {
        (Ok(from), Ok(until), Ok(stand_in)) => Ok(Absence {
            from,
            until,
            stand_in,
        }),
        (from, until, stand_in) => {
            let problems = [
                ("from", from.err()),
                ("until", until.err()),
                ("stand_in", stand_in.err()),
            ];
            let problems = problems.into_iter();
            let problems: Problems = problems
                .filter_map(|(key, problem)| Some((key.to_owned(), problem?)))
                .collect();
            Err(AppError::Invalid(problems))
        }
    }
}

/// Ends one's absence at once.
#[server(prefix = "/api", endpoint = "end-absence")]
pub async fn end_absence() -> Result<(), AppError> {
    let (database, actor) = actor()?;
    store::end_absence(database.begin(&actor).await?).await
}

/// What the link of a mail would end.
#[server(prefix = "/api", endpoint = "unsubscribing")]
pub async fn unsubscribing(token: String) -> Result<WhatEnds, AppError> {
    let database = request()?.app.database;
    let secret: Uuid = token.parse().map_err(|_| AppError::NotFound)?;
    let found = store::unsubscribing(database.api(), secret).await?;
    found.map(|(what, _)| what).ok_or(AppError::NotFound)
}

/// Ends it.
#[server(prefix = "/api", endpoint = "unsubscribe")]
pub async fn unsubscribe(token: String) -> Result<WhatEnds, AppError> {
    let database = request()?.app.database;
    let secret: Uuid = token.parse().map_err(|_| AppError::NotFound)?;
    let ended = store::unsubscribe(database.api(), secret).await?;
    ended.map(|(what, _)| what).ok_or(AppError::NotFound)
}
