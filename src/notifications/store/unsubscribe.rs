//! What the link of a mail is worth: it ends the mails, or the digests, of the events in that mail, and nothing else. Whoever has the
//! link may use it; the database asks for no user.

use sqlx::PgPool;
use uuid::Uuid;

use crate::model::{
    AppError, Language,
    notifications::{Channels, Event, WhatEnds},
};

/// What the link would end, and the language of whoever got the mail; nothing where it is no link of a mail.
pub async fn unsubscribing(
    api: &PgPool,
    secret: Uuid,
) -> Result<Option<(WhatEnds, Language)>, AppError> {
    let found = events_of(api, secret).await?;
    Ok(found.map(|(codes, digest, language)| {
        // Without those of a newer version of Steward on the same database.
        let events = codes
            .iter()
            .filter_map(|code| Event::from_code(code))
            .collect();
        let language = Language::from_code(&language).unwrap_or_default();
        (WhatEnds { events, digest }, language)
    }))
}

/// Ends it. Once more ends nothing more.
pub async fn unsubscribe(
    api: &PgPool,
    secret: Uuid,
) -> Result<Option<(WhatEnds, Language)>, AppError> {
    let Some((codes, _, _)) = events_of(api, secret).await? else {
        return Ok(None);
    };
    let by_default = |code: &String| match Event::from_code(code) {
        Some(event) => event.by_default(),
        None => Channels {
            in_app: true,
            mail: false,
            digest: false,
        },
    };
    let defaults: Vec<Channels> = codes.iter().map(by_default).collect();
    let of = |has: fn(&Channels) -> bool| -> Vec<bool> { defaults.iter().map(has).collect() };
    sqlx::query("select api.unsubscribe($1, $2, $3, $4)")
        .bind(secret)
        .bind(of(|channels| channels.in_app))
        .bind(of(|channels| channels.mail))
        .bind(of(|channels| channels.digest))
        .execute(api)
        .await?;
    unsubscribing(api, secret).await
}

type Found = (Vec<String>, bool, String);

async fn events_of(api: &PgPool, secret: Uuid) -> Result<Option<Found>, AppError> {
    let found = sqlx::query_as("select events, digest, language from api.unsubscribe_events($1)")
        .bind(secret)
        .fetch_optional(api)
        .await?;
    Ok(found)
}
