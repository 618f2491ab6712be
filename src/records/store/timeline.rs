//! What happened to a record, read as the viewer: with names as they are now, and without those of what he may not see.
//! The fields that admins have added are called what they are called now.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row as _, types::Json};
use uuid::Uuid;

use super::{
    activity::{Detail, what},
    messages, notes,
};
use crate::{
    model::{
        AppError, RecordId, RecordKind, Value,
        activity::{Entry, Note, StepEvent, What},
    },
    server::database::Viewing,
};

/// The panel shows the latest so many.
const LATEST: i64 = 100;

/// The latest entries of a record, newest first.
pub async fn activity(
    tx: &mut Viewing,
    kind: RecordKind,
    id: RecordId,
) -> Result<Vec<Entry>, AppError> {
    let of_record = "e.record_id = any ($2) order by e.at desc, e.id desc limit $3";
    let found = read(tx, kind, of_record, &[id.0], LATEST).await?;
    Ok(found.into_iter().map(|(_, entry)| entry).collect())
}

/// These events, each with its record, in their order; those of what the viewer does not see are not among them.
pub async fn entries(
    tx: &mut Viewing,
    kind: RecordKind,
    events: &[Uuid],
) -> Result<Vec<(RecordId, Entry)>, AppError> {
    let named = "e.id = any ($2) order by e.at, e.id limit $3";
    let all = i64::try_from(events.len()).map_err(AppError::internal)?;
    read(tx, kind, named, events, all).await
}

async fn read(
    tx: &mut Viewing,
    kind: RecordKind,
    which: &'static str,
    ids: &[Uuid],
    limit: i64,
) -> Result<Vec<(RecordId, Entry)>, AppError> {
    let account = tx.actor().account.0;
    let sql = format!(
        "select e.id, e.record_id, e.at, e.what, e.detail, u.full_name as by_name, f.full_name as from_name, t.full_name as to_name
         from {}_events e
         left join users u on u.account_id = e.account_id and u.id = e.by_user_id
         left join users f on f.account_id = e.account_id and f.id = (e.detail ->> 'from')::uuid
         left join users t on t.account_id = e.account_id and t.id = (e.detail ->> 'to')::uuid
         where e.account_id = $1 and {which}",
        kind.child()
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(limit)
        .fetch_all(tx.connection())
        .await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let Json(detail): Json<Detail> = row.try_get("detail")?;
        let what = match row.try_get::<&str, _>("what")? {
            event @ (what::CREATED | what::RECEIVED | what::REPLIED)
                if detail.message.is_some() =>
            {
                let id = detail.message.unwrap_or_default();
                What::Message(Box::new(messages::empty(id, event == what::CREATED)))
            }
            what::CREATED => What::Created,
            what::IMPORTED => What::Imported,
            what::DELETED => What::Deleted,
            what::RESTORED => What::Restored,
            what::WON => What::Won,
            what::LOST => What::Lost(detail.reason.unwrap_or_default()),
            what::REOPENED => What::Reopened,
            what::CHANGED => What::Changed(detail.changes),
            what::OVERDUE => What::Overdue(detail.due),
            noted @ (what::NOTED | what::MENTIONED) => What::Noted(Note {
                id: detail.note.unwrap_or_default(),
                again: noted == what::MENTIONED,
                ..Note::default()
            }),
            what::LINKED => What::Linked(detail.other.unwrap_or_default()),
            what::UNLINKED => What::Unlinked(detail.other.unwrap_or_default()),
            what::RESPONSIBLE => {
                let Some(role) = detail.role else { continue };
                // The second sales contact is hidden while the account has it not.
                if role.is_second() && !tx.actor().second_enabled {
                    continue;
                }
                What::Responsible {
                    role,
                    from: row.try_get("from_name")?,
                    to: row.try_get("to_name")?,
                }
            }
            other => {
                let mut steps = StepEvent::ALL.into_iter();
                // Or written by a newer server on the same database.
                let Some(event) = steps.find(|event| what::of_step(*event) == other) else {
                    continue;
                };
                What::Step {
                    event,
                    what: detail.step.unwrap_or_default(),
                    due: detail.due,
                    to: row.try_get("to_name")?,
                }
            }
        };
        let at = tx.actor().local(row.try_get("at")?);
        let entry = Entry {
            id: row.try_get("id")?,
            at,
            by: row
                .try_get::<Option<String>, _>("by_name")?
                .or(detail.sender),
            what,
        };
        entries.push((RecordId(row.try_get("record_id")?), entry));
    }
    hide_names_out_of_reach(tx, &mut entries).await?;
    name_custom_fields(tx, &mut entries).await?;
    notes::fill(tx, kind, &mut entries).await?;
    messages::fill(tx, &mut entries).await?;
    Ok(entries)
}

/// What admins call the fields that they have added, as it is now; a field that is gone for good has no name any more.
async fn name_custom_fields(
    tx: &mut Viewing,
    entries: &mut [(RecordId, Entry)],
) -> Result<(), AppError> {
    let mut changes = Vec::new();
    for (_, entry) in entries {
        if let What::Changed(all) = &mut entry.what {
            changes.extend(all.iter_mut().filter(|change| change.custom().is_some()));
        }
    }
    let ids: Vec<Uuid> = changes
        .iter()
        .filter_map(|change| change.custom())
        .map(|field| field.0)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let labels: Vec<(Uuid, String)> = sqlx::query_as(
        "select id, label from custom_fields where account_id = $1 and id = any ($2)",
    )
    .bind(tx.actor().account.0)
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    for change in changes {
        let id = change.custom().map(|field| field.0);
        let found = labels.iter().find(|(known, _)| Some(*known) == id);
        change.label = Some(found.map_or_else(String::new, |(_, label)| label.clone()));
    }
    Ok(())
}

/// Old and new values may name records that this viewer cannot see: those lose their name.
async fn hide_names_out_of_reach(
    tx: &mut Viewing,
    entries: &mut [(RecordId, Entry)],
) -> Result<(), AppError> {
    let mut names: BTreeMap<RecordKind, BTreeMap<RecordId, Option<String>>> = BTreeMap::new();
    for value in values(entries) {
        if let Value::Record {
            kind, id: Some(id), ..
        } = value
        {
            names.entry(*kind).or_default().insert(*id, None);
        }
    }
    for (kind, of_kind) in &mut names {
        let ids: Vec<Uuid> = of_kind.keys().map(|id| id.0).collect();
        let (table, title) = (kind.table(), kind.title_field().column);
        let sql =
            format!("select id, {title} from {table} where account_id = $1 and id = any ($2)");
        let account = tx.actor().account.0;
        let rows: Vec<(Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .bind(ids)
            .fetch_all(tx.connection())
            .await?;
        for (id, name) in rows {
            of_kind.insert(RecordId(id), Some(name));
        }
    }
    let language = tx.actor().language;
    for value in values(entries) {
        if let Value::Record { kind, id, name } = value {
            let known = id.and_then(|id| names.get(kind)?.get(&id)?.clone());
            *id = id.filter(|_| known.is_some());
            *name = known.unwrap_or_else(|| kind.some().get(language).to_owned());
        }
    }
    Ok(())
}

fn values(entries: &mut [(RecordId, Entry)]) -> impl Iterator<Item = &mut Value> {
    entries
        .iter_mut()
        .flat_map(|(_, entry)| match &mut entry.what {
            What::Changed(changes) => changes
                .iter_mut()
                .flat_map(|change| [&mut change.old, &mut change.new])
                .collect(),
            What::Linked(other) | What::Unlinked(other) => vec![other],
            _ => Vec::new(),
        })
}
