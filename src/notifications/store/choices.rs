//! By which channels somebody is told of a kind of event: what he has chosen, else what everybody gets.

use std::collections::HashMap;

use uuid::Uuid;

use crate::{
    model::{
        AppError, UserId,
        notifications::{Channels, Event},
    },
    server::database::Working,
};

/// What several people have chosen.
#[derive(Debug, Default)]
pub struct Chosen(HashMap<(UserId, Event), Channels>);

impl Chosen {
    pub fn of(&self, user: UserId, event: Event) -> Channels {
        let chosen = self.0.get(&(user, event)).copied();
        chosen.unwrap_or_else(|| event.by_default())
    }
}

pub async fn chosen_of(tx: &mut Working, users: &[Uuid]) -> Result<Chosen, AppError> {
    let account = tx.account.0;
    let rows: Vec<(Uuid, String, bool, bool, bool)> = sqlx::query_as(
        "select user_id, event, in_app, by_mail, in_digest from notification_choices where account_id = $1 and user_id = any ($2)",
    )
    .bind(account)
    .bind(users)
    .fetch_all(tx.connection())
    .await?;
    let mut chosen = Chosen::default();
    for (user, event, in_app, mail, digest) in rows {
        // Or chosen in a newer version of Steward on the same database.
        if let Some(event) = Event::from_code(&event) {
            let channels = Channels {
                in_app,
                mail,
                digest,
            };
            chosen.0.insert((UserId(user), event), channels);
        }
    }
    Ok(chosen)
}
