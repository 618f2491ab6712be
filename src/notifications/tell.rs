//! From an action to who is told of it: never whoever did it, once each however many ways he is concerned, and only of what he may
//! open now, but for what he could open before it was taken from him.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    time::Duration,
};

use chrono::Utc;
use sqlx::{AssertSqlSafe, types::Json};
use uuid::Uuid;

use super::{
    send::{Due, plan},
    store::{Chosen, chosen_of},
};
use crate::{
    model::{
        AccountId, Actor, AppError, RecordId, RecordKind, UserId,
        access::{Facts, Viewer, reasons},
        notifications::{Channels, Event},
    },
    records::store::{Concern, Concerns, PATIENCE, away_now, concerned, facts_of},
    server::{
        actors,
        database::{Database, Working},
    },
};

/// A notification names so many of the events of its record.
const EVENTS: usize = 20;

/// What somebody is told.
struct Told {
    event: Event,
    records: Vec<(RecordKind, RecordId)>,
    events: Vec<Uuid>,
    to: Option<UserId>,
    nameless: bool,
    stands_in_for: Option<UserId>,
}

type Facted = HashMap<(RecordKind, RecordId), Facts>;

/// Writes a notification for everybody whom an action concerns, and puts the mails of those who want one into the queue. Whatever
/// of it is there already stays as it is.
pub async fn tell(
    database: &Database,
    account: AccountId,
    action: Uuid,
    mail_wait: Duration,
) -> Result<(), AppError> {
    let mut tx = database.begin_work(account).await?;
    // An act on a hundred thousand records takes longer than a page may. What a crash of Postgres forgets of it is told again, with
    // the job: the log that it is written to keeps the order in which they end.
    sqlx::raw_sql(AssertSqlSafe(format!(
        "{PATIENCE}; set local synchronous_commit = off"
    )))
    .execute(tx.connection())
    .await?;
    let found = concerned(&mut tx, action).await?;
    let by = found.by;
    let facts = facts_of_deleted(&mut tx, &found.concerns).await?;
    let users: Vec<Uuid> = found.concerns.keys().map(|user| user.0).collect();
    let away = away_now(tx.connection(), account).await?;
    let stand_in = |user: &UserId| Some((*user, away.stand_in(*user)?.0));
    let away: BTreeMap<UserId, UserId> = found.concerns.keys().filter_map(stand_in).collect();
    let everybody: BTreeSet<Uuid> = users
        .into_iter()
        .chain(away.values().map(|user| user.0))
        .collect();
    let everybody: Vec<Uuid> = everybody.into_iter().collect();
    let actors = actors::of_ids(tx.connection(), &everybody).await?;
    let find = |user: UserId| {
        actors
            .iter()
            .find(|actor| actor.user == user && Some(user) != by)
    };
    let mut told: BTreeMap<UserId, Told> = BTreeMap::new();
    for (user, concerns) in &found.concerns {
        if let Some(actor) = find(*user) {
            let what;
            (tx, what) = may_be_told(tx, actor, concerns, Some(&facts)).await?;
            if let Some(what) = what {
                told.insert(*user, what);
            }
        }
    }
    // Who is concerned himself is told so, and not for another.
    for (user, stand_in) in &away {
        let (Some(concerns), Some(actor)) = (found.concerns.get(user), find(*stand_in)) else {
            continue;
        };
        if told.contains_key(stand_in) || Some(*user) == by {
            continue;
        }
        let what;
        (tx, what) = may_be_told(tx, actor, concerns, None).await?;
        if let Some(what) = what {
            let stands_in_for = Some(*user);
            told.insert(
                *stand_in,
                Told {
                    stands_in_for,
                    ..what
                },
            );
        }
    }
    let chosen = chosen_of(&mut tx, &everybody).await?;
    for (user, what) in told {
        write(&mut tx, (action, by), user, &what, &chosen, mail_wait).await?;
    }
    tx.commit().await
}

/// What the policies show of no record that lies in the bin.
async fn facts_of_deleted(
    tx: &mut Working,
    concerns: &BTreeMap<UserId, Concerns>,
) -> Result<Facted, AppError> {
    let mut deleted: BTreeMap<RecordKind, BTreeSet<Uuid>> = BTreeMap::new();
    for (record, concern) in concerns.values().flatten() {
        if concern.deleted {
            deleted.entry(record.0).or_default().insert(record.1.0);
        }
    }
    let mut facts = Facted::new();
    for (kind, ids) in deleted {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        for (id, of) in facts_of(tx, kind, &ids).await? {
            facts.insert((kind, id), of);
        }
    }
    Ok(facts)
}

/// What of it somebody may be told, the weightiest of it first; `deleted` where he may be told of what he could open before.
async fn may_be_told(
    tx: Working,
    actor: &Actor,
    concerns: &Concerns,
    deleted: Option<&Facted>,
) -> Result<(Working, Option<Told>), AppError> {
    let mut of_kind: BTreeMap<RecordKind, Vec<Uuid>> = BTreeMap::new();
    for (kind, id) in concerns.keys() {
        of_kind.entry(*kind).or_default().push(id.0);
    }
    let account = tx.account.0;
    let mut seen: BTreeSet<(RecordKind, RecordId)> = BTreeSet::new();
    let mut tx = tx.look_as(actor).await?;
    for (kind, ids) in of_kind {
        if !actor.rights.may_use(kind) {
            continue;
        }
        let sql = format!(
            "select id from {} where account_id = $1 and id = any ($2)",
            kind.table()
        );
        let found: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(ids)
            .fetch_all(tx.connection())
            .await?;
        seen.extend(found.into_iter().map(|id| (kind, RecordId(id))));
    }
    let tx = tx.work().await?;
    let viewer = Viewer {
        user: actor.user,
        rights: actor.rights,
        second_enabled: actor.second_enabled,
    };
    // Told now, or told without name of what he could open before.
    let could_open = |record: &(RecordKind, RecordId), concern: &Concern| {
        let Some(deleted) = deleted else {
            return false;
        };
        let saw = deleted
            .get(record)
            .is_some_and(|facts| !reasons(&viewer, facts).is_empty());
        let had = concern.event == Event::Unassigned && concern.had;
        actor.rights.may_use(record.0) && (saw || had)
    };
    let may: Vec<_> = concerns
        .iter()
        .filter(|(record, concern)| seen.contains(record) || could_open(record, concern))
        .collect();
    Ok((tx, weightiest(&may, deleted.is_some())))
}

/// Of everything that an action means for somebody he is told the weightiest, with the records of which it is true.
fn weightiest(may: &[(&(RecordKind, RecordId), &Concern)], himself: bool) -> Option<Told> {
    let event = may.iter().map(|(_, concern)| concern.event).min()?;
    let of_event: Vec<_> = may
        .iter()
        .filter(|(_, concern)| concern.event == event)
        .collect();
    let (_, first) = of_event.first()?;
    let nameless = (event.is_told_nameless() || first.deleted) && himself;
    Some(Told {
        event,
        records: of_event.iter().map(|(record, _)| **record).collect(),
        events: first.events.iter().take(EVENTS).copied().collect(),
        to: first.to,
        nameless,
        stands_in_for: None,
    })
}

async fn write(
    tx: &mut Working,
    (action, by): (Uuid, Option<UserId>),
    user: UserId,
    told: &Told,
    chosen: &Chosen,
    mail_wait: Duration,
) -> Result<(), AppError> {
    let channels: Channels = chosen.of(user, told.event);
    if channels.none() {
        return Ok(());
    }
    let one = match told.records.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    let counts = one.is_none().then(|| {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for (kind, _) in &told.records {
            *counts.entry(kind.child()).or_default() += 1;
        }
        Json(counts)
    });
    let account = tx.account.0;
    let record = one.map(|(_, id)| id.0);
    // A task that went on after it was told of has more records by now.
    let is_new: Option<bool> = sqlx::query_scalar(
        "insert into notifications as n (account_id, id, user_id, action_id, event, record_kind, record_id, counts, event_ids, by_user_id,
           to_user_id, for_user_id, nameless, in_app, by_mail, in_digest)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict (account_id, user_id, action_id) do update set counts = excluded.counts
           where n.record_id is null and excluded.record_id is null and n.counts is distinct from excluded.counts
         returning xmax = 0",
    )
    .bind(account)
    .bind(Uuid::now_v7())
    .bind(user.0)
    .bind(action)
    .bind(told.event.code())
    .bind(one.map(|(kind, _)| kind.child()))
    .bind(record)
    .bind(counts)
    .bind(one.map_or_else(Vec::new, |_| told.events.clone()))
    .bind(by.map(|user| user.0))
    .bind(told.to.map(|user| user.0))
    .bind(told.stands_in_for.map(|user| user.0))
    .bind(told.nameless && one.is_some())
    .bind(channels.in_app)
    .bind(channels.mail)
    .bind(channels.digest)
    .fetch_optional(tx.connection())
    .await?;
    if is_new != Some(true) || !channels.mail {
        return Ok(());
    }
    // Planned once: what follows within the time comes along.
    let run_at = Utc::now() + mail_wait;
    let account = tx.account;
    plan(
        tx.connection(),
        account,
        user,
        Due::Record(record),
        (run_at, true),
    )
    .await
}
