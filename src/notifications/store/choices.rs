//! By which channels somebody is told of a kind of event: what he has chosen, else what everybody gets.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    model::{
        AppError, UserId,
        notifications::{Channels, Event},
    },
    server::database::{Reached, Viewing, Working},
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
    read(tx.connection(), account, users).await
}

async fn read(
    connection: &mut PgConnection,
    account: Uuid,
    users: &[Uuid],
) -> Result<Chosen, AppError> {
    let rows: Vec<(Uuid, String, bool, bool, bool)> = sqlx::query_as(
        "select user_id, event, in_app, by_mail, in_digest from notification_choices where account_id = $1 and user_id = any ($2)",
    )
    .bind(account)
    .bind(users)
    .fetch_all(connection)
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

/// One's own, for every kind of event.
pub async fn my_choices(tx: &mut Viewing) -> Result<Vec<(Event, Channels)>, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user);
    let chosen = read(tx.connection(), account, &[me.0]).await?;
    let events = Event::ALL.into_iter();
    Ok(events.map(|event| (event, chosen.of(me, event))).collect())
}

/// Keeps what differs from what everybody gets, so that who chose nothing of his own for an event goes on getting that.
pub async fn save_choices(tx: Viewing, choices: &[(Event, Channels)]) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let codes: Vec<&str> = choices.iter().map(|(event, _)| event.code()).collect();
    let of = |has: fn(&Channels) -> bool| -> Vec<bool> {
        choices.iter().map(|(_, channels)| has(channels)).collect()
    };
    let (in_app, by_mail, in_digest) = (of(|c| c.in_app), of(|c| c.mail), of(|c| c.digest));
    let own: Vec<bool> = choices
        .iter()
        .map(|(event, channels)| *channels != event.by_default())
        .collect();
    let mut tx = tx.write(Reached::oneself()).await?;
    let statements = [
        "delete from notification_choices c using unnest($3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[])
           as e (event, in_app, by_mail, in_digest, own)
         where c.account_id = $1 and c.user_id = $2 and c.event = e.event and not e.own",
        "insert into notification_choices (account_id, user_id, event, in_app, by_mail, in_digest)
         select $1, $2, e.event, e.in_app, e.by_mail, e.in_digest
         from unnest($3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[]) as e (event, in_app, by_mail, in_digest, own)
         where e.own
         on conflict (account_id, user_id, event) do update
         set in_app = excluded.in_app, by_mail = excluded.by_mail, in_digest = excluded.in_digest",
        // What waits already comes no more either.
        "update notifications n
         set by_mail = n.by_mail and (e.by_mail or n.mail_id is not null), in_digest = n.in_digest and (e.in_digest or n.digest_id is not null)
         from unnest($3::text[], $4::boolean[], $5::boolean[], $6::boolean[], $7::boolean[]) as e (event, in_app, by_mail, in_digest, own)
         where n.account_id = $1 and n.user_id = $2 and n.event = e.event
           and (n.by_mail and n.mail_id is null and not e.by_mail or n.in_digest and n.digest_id is null and not e.in_digest)",
    ];
    for statement in statements {
        sqlx::query(statement)
            .bind(account)
            .bind(me)
            .bind(&codes)
            .bind(&in_app)
            .bind(&by_mail)
            .bind(&in_digest)
            .bind(&own)
            .execute(tx.connection())
            .await?;
    }
    tx.commit().await
}
