//! One's notifications, as one may read them now: with the names that one still sees, worded from the events themselves.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sqlx::{FromRow, Postgres, QueryBuilder, types::Json};
use uuid::Uuid;

use super::my_choices;
use crate::{
    model::{
        AppError, RecordId, RecordKind,
        activity::Entry,
        notifications::{
            About, COUNTED, Channels, Event, Notification, NotificationPage, NotificationQuery,
        },
    },
    records::store::{entries, names},
    server::database::{Reached, Viewing},
};

/// A page has so many.
const PAGE: usize = 30;

#[derive(FromRow)]
struct Row {
    id: Uuid,
    at: DateTime<Utc>,
    action_id: Uuid,
    event: String,
    record_kind: Option<String>,
    record_id: Option<Uuid>,
    counts: Option<Json<BTreeMap<String, i64>>>,
    event_ids: Vec<Uuid>,
    read_at: Option<DateTime<Utc>>,
    by_name: Option<String>,
    to_name: Option<String>,
    for_name: Option<String>,
}

const SELECT: &str = "select n.id, n.at, n.action_id, n.event, n.record_kind, n.record_id, n.counts, n.event_ids, n.read_at,
  b.full_name as by_name, t.full_name as to_name, f.full_name as for_name
  from notifications n
  left join users b on b.account_id = n.account_id and b.id = n.by_user_id
  left join users t on t.account_id = n.account_id and t.id = n.to_user_id
  left join users f on f.account_id = n.account_id and f.id = n.for_user_id
  where n.account_id = ";

/// How many one has not read, up to [`COUNTED`].
pub async fn unread(tx: &mut Viewing) -> Result<i64, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let n = sqlx::query_scalar(
        "select count(*) from (
           select 1 from notifications where account_id = $1 and user_id = $2 and in_app and read_at is null limit $3) n",
    )
    .bind(account)
    .bind(me)
    .bind(COUNTED)
    .fetch_one(tx.connection())
    .await?;
    Ok(n)
}

/// A page of them, the newest first.
pub async fn notifications(
    tx: &mut Viewing,
    query: &NotificationQuery,
) -> Result<NotificationPage, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut sql = QueryBuilder::<Postgres>::new(SELECT);
    sql.push_bind(account)
        .push(" and n.user_id = ")
        .push_bind(me);
    sql.push(" and n.in_app");
    if let Some(event) = Event::from_code(&query.event) {
        sql.push(" and n.event = ").push_bind(event.code());
    }
    if let Some(kind) = RecordKind::from_child(&query.kind) {
        let child = kind.child();
        sql.push(" and (n.record_kind = ").push_bind(child);
        sql.push(" or n.counts ? ").push_bind(child).push(")");
    }
    if !query.unread.is_empty() {
        sql.push(" and n.read_at is null");
    }
    if let Ok(after) = query.after.parse::<Uuid>() {
        // One's own last one, or the page begins at the beginning.
        sql.push(
            " and (n.at, n.id) < (select p.at, p.id from notifications p where p.account_id = ",
        )
        .push_bind(account)
        .push(" and p.user_id = ")
        .push_bind(me)
        .push(" and p.id = ")
        .push_bind(after)
        .push(")");
    }
    sql.push(" order by n.at desc, n.id desc limit ")
        .push_bind(i64::try_from(PAGE + 1).map_err(AppError::internal)?);
    let mut rows: Vec<Row> = sql.build_query_as().fetch_all(tx.connection()).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| row.id.to_string());
    Ok(NotificationPage {
        notifications: shown(tx, rows).await?,
        next,
        unread: unread(tx).await?,
    })
}

/// What is in a mail or in a digest, the oldest first. A mail that is sent again leaves out the kinds of which its receiver has ended
/// the mails meanwhile, or the digests where it is one.
pub async fn of_letter(
    tx: &mut Viewing,
    letter: Uuid,
    digest: bool,
) -> Result<Vec<Notification>, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut sql = QueryBuilder::<Postgres>::new(SELECT);
    sql.push_bind(account)
        .push(" and n.user_id = ")
        .push_bind(me);
    sql.push(" and (n.mail_id = ").push_bind(letter);
    sql.push(" or n.digest_id = ").push_bind(letter).push(")");
    sql.push(" order by n.at, n.id limit 200");
    let mut rows: Vec<Row> = sql.build_query_as().fetch_all(tx.connection()).await?;
    let chosen = my_choices(tx).await?;
    let wanted = |row: &Row| {
        let of = |(event, _): &&(Event, Channels)| event.code() == row.event;
        let channels = chosen.iter().find(of).map(|(_, channels)| channels);
        channels.is_some_and(|channels| {
            if digest {
                channels.digest
            } else {
                channels.mail
            }
        })
    };
    rows.retain(wanted);
    shown(tx, rows).await
}

async fn shown(tx: &mut Viewing, rows: Vec<Row>) -> Result<Vec<Notification>, AppError> {
    let mut named: HashMap<(RecordKind, RecordId), String> = HashMap::new();
    let mut happened: HashMap<Uuid, Entry> = HashMap::new();
    for kind in RecordKind::ALL {
        let of_kind = || rows.iter().filter(|row| row.kind() == Some(kind));
        let ids: Vec<Uuid> = of_kind().filter_map(|row| row.record_id).collect();
        if ids.is_empty() {
            continue;
        }
        for (id, name) in names(tx, kind, &ids).await? {
            named.insert((kind, id), name);
        }
        let events: Vec<Uuid> = of_kind().flat_map(|row| row.event_ids.clone()).collect();
        for (_, entry) in entries(tx, kind, &events).await? {
            happened.insert(entry.id, entry);
        }
    }
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        // Written by a newer version of Steward on the same database.
        let Some(event) = Event::from_code(&row.event) else {
            continue;
        };
        let about = match (row.kind(), row.record_id.map(RecordId)) {
            (Some(kind), Some(id)) => match named.get(&(kind, id)) {
                Some(name) => About::Record {
                    kind,
                    id,
                    name: name.clone(),
                    entries: row
                        .event_ids
                        .iter()
                        .filter_map(|id| happened.get(id).cloned())
                        .collect(),
                },
                None => About::Nameless {
                    kind,
                    to: row.to_name,
                },
            },
            _ => {
                let counts = row.counts.map(|Json(counts)| counts).unwrap_or_default();
                let kinds = RecordKind::ALL.into_iter();
                let counted = kinds.filter_map(|kind| Some((kind, *counts.get(kind.child())?)));
                About::Many {
                    counts: counted.collect(),
                    action: row.action_id,
                }
            }
        };
        all.push(Notification {
            id: row.id,
            at: tx.actor().local(row.at),
            event,
            read: row.read_at.is_some(),
            by: row.by_name,
            stands_in_for: row.for_name,
            about,
        });
    }
    Ok(all)
}

impl Row {
    fn kind(&self) -> Option<RecordKind> {
        RecordKind::from_child(self.record_kind.as_deref()?)
    }
}

/// Marks these of one's notifications, or all of them, as read or as unread.
pub async fn mark(tx: Viewing, ids: Option<&[Uuid]>, read: bool) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query(
        "update notifications set read_at = case when $4 then now() end
         where account_id = $1 and user_id = $2 and (read_at is null) = $4 and in_app and ($3::uuid[] is null or id = any ($3))",
    )
    .bind(account)
    .bind(me)
    .bind(ids)
    .bind(read)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}
