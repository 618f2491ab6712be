//! Notes on a record: written by whoever sees it, changed by who wrote them, deleted by him or by an admin. A note stands in the
//! record's activity, by its event; whoever it mentions is told if he can open the record.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{
    activity,
    people::everybody,
    read::{record, viewers},
};
use crate::{
    model::{
        AppError, RecordId, RecordKind, UserId,
        activity::{Entry, Note, What},
        notes::{NoteSaved, Offer, body},
        records::Record,
        users::UserRole,
    },
    server::{
        database::{Viewing, Writing},
        markdown::{self, Names},
    },
};

/// A note as its form sends it.
#[derive(Clone, Copy, Debug)]
pub struct NoteForm<'a> {
    pub kind: RecordKind,
    pub record: RecordId,
    /// `None`: a new one.
    pub note: Option<Uuid>,
    pub body: &'a str,
}

/// Writes a note, or changes one's own; what is left is to commit. An edit is an event only for whom it mentions anew: everybody
/// else was told of the note already, and the note says itself that it was edited.
pub async fn save_note(
    mut tx: Viewing,
    form: NoteForm<'_>,
) -> Result<(Writing, NoteSaved), AppError> {
    let (kind, id) = (form.kind, form.record);
    let reached = tx.reach(kind, id).await?;
    let me = tx.actor().user;
    let mut told_before = BTreeSet::new();
    if let Some(note) = form.note {
        // Nobody is offered to change what another wrote.
        if author(&mut tx, kind, id, note).await? != me {
            return Err(AppError::NotFound);
        }
        told_before = told_of(&mut tx, kind, id, note).await?;
    }
    let body = body(form.body).map_err(|problem| AppError::field("body", problem))?;
    let of = record(&mut tx, kind, id).await?;
    let Mentions { told, untold } = mentions(&mut tx, &of, &body).await?;
    let anew: Vec<UserId> = told.difference(&told_before).copied().collect();
    let mut tx = tx.write(reached).await?;
    let note = form.note.unwrap_or_else(Uuid::now_v7);
    write(&mut tx, form, note, &body).await?;
    let is_new = form.note.is_none();
    if is_new || !anew.is_empty() {
        activity::write_note(&mut tx, kind, id, note, anew, !is_new).await?;
    }
    activity::mark_active(&mut tx, kind, id).await?;
    Ok((tx, NoteSaved { untold }))
}

async fn write(
    tx: &mut Writing,
    form: NoteForm<'_>,
    note: Uuid,
    body: &str,
) -> Result<(), AppError> {
    let child = form.kind.child();
    let sql = if form.note.is_some() {
        format!(
            "update {child}_notes set edited_at = case when body = $5 then edited_at else now() end, body = $5
             where account_id = $1 and record_id = $2 and id = $3 and by_user_id = $4"
        )
    } else {
        format!(
            "insert into {child}_notes (account_id, record_id, id, by_user_id, body) values ($1, $2, $3, $4, $5)"
        )
    };
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(form.record.0)
        .bind(note)
        .bind(me)
        .bind(body)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes one's own note, and an admin anybody's. What it said is gone; that there was one stays in the activity.
pub async fn delete_note(
    mut tx: Viewing,
    kind: RecordKind,
    record: RecordId,
    note: Uuid,
) -> Result<(), AppError> {
    let reached = tx.reach(kind, record).await?;
    let author = author(&mut tx, kind, record, note).await?;
    let actor = tx.actor();
    if author != actor.user && actor.role != UserRole::Admin {
        return Err(AppError::NotFound);
    }
    let mut tx = tx.write(reached).await?;
    let sql = format!(
        "update {}_notes set deleted_at = now(), body = '' where account_id = $1 and record_id = $2 and id = $3",
        kind.child()
    );
    let account = tx.actor().account.0;
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(note)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}

/// Who wrote a note of a record, where it is there still; locked, so that it stays there.
async fn author(
    tx: &mut Viewing,
    kind: RecordKind,
    record: RecordId,
    note: Uuid,
) -> Result<UserId, AppError> {
    let sql = format!(
        "select by_user_id from {}_notes where account_id = $1 and record_id = $2 and id = $3 and deleted_at is null for update",
        kind.child()
    );
    let account = tx.actor().account.0;
    let author: Option<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(note)
        .fetch_optional(tx.connection())
        .await?;
    author.map(UserId).ok_or(AppError::NotFound)
}

/// Whom a note has mentioned so far and told.
async fn told_of(
    tx: &mut Viewing,
    kind: RecordKind,
    record: RecordId,
    note: Uuid,
) -> Result<BTreeSet<UserId>, AppError> {
    let sql = format!(
        "select jsonb_array_elements_text(detail -> 'mentions')::uuid from {}_events
         where account_id = $1 and record_id = $2 and detail ->> 'note' = $3",
        kind.child()
    );
    let account = tx.actor().account.0;
    let told: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(record.0)
        .bind(note.to_string())
        .fetch_all(tx.connection())
        .await?;
    Ok(told.into_iter().map(UserId).collect())
}

/// Whom a text mentions.
struct Mentions {
    /// Those who can open the record.
    told: BTreeSet<UserId>,
    /// The names of those who cannot. Of several of one name it is enough that one can.
    untold: Vec<String>,
}

async fn mentions(tx: &mut Viewing, of: &Record, body: &str) -> Result<Mentions, AppError> {
    let names = names(tx).await?;
    let mentioned = markdown::mentioned(body, &names);
    let mut mentions = Mentions {
        told: BTreeSet::new(),
        untold: Vec::new(),
    };
    if mentioned.is_empty() {
        return Ok(mentions);
    }
    let mut seers: BTreeMap<String, Vec<UserId>> = BTreeMap::new();
    for seer in viewers(tx, of).await? {
        seers.entry(seer.full_name).or_default().push(seer.user);
    }
    for name in mentioned {
        match seers.get(name) {
            Some(users) => mentions.told.extend(users),
            None => mentions.untold.push(name.to_owned()),
        }
    }
    Ok(mentions)
}

/// The names of everybody whom the account has or had: a note goes on mentioning a colleague who has left, and a longer name of
/// his is not that of another.
async fn names(tx: &mut Viewing) -> Result<Names, AppError> {
    let account = tx.actor().account.0;
    let names: Vec<String> =
        sqlx::query_scalar("select full_name from users where account_id = $1")
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
    Ok(Names::new(names))
}

/// The colleagues whom a note on a record may mention, each name once: first those who can open it.
pub async fn mentionable(
    tx: &mut Viewing,
    kind: RecordKind,
    id: RecordId,
) -> Result<Vec<Offer>, AppError> {
    let record = record(tx, kind, id).await?;
    let see: BTreeSet<UserId> = viewers(tx, &record)
        .await?
        .into_iter()
        .map(|seer| seer.user)
        .collect();
    let me = tx.actor().user;
    let mut by_name: BTreeMap<String, bool> = BTreeMap::new();
    for colleague in everybody(tx).await?.into_iter().filter(|one| one.id != me) {
        *by_name.entry(colleague.full_name).or_default() |= see.contains(&colleague.id);
    }
    let mut all: Vec<Offer> = by_name
        .into_iter()
        .map(|(full_name, can_open)| Offer {
            full_name,
            can_open,
        })
        .collect();
    all.sort_by_key(|one| !one.can_open);
    Ok(all)
}

/// Reads what the notes among these entries say, all of them at once.
pub(super) async fn fill(
    tx: &mut Viewing,
    kind: RecordKind,
    entries: &mut [(RecordId, Entry)],
) -> Result<(), AppError> {
    let notes = entries
        .iter_mut()
        .filter_map(|(_, entry)| match &mut entry.what {
            What::Noted(note) => Some(note),
            _ => None,
        });
    let notes: Vec<&mut Note> = notes.collect();
    if notes.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = notes.iter().map(|note| note.id).collect();
    let sql = format!(
        "select id, by_user_id, body, edited_at is not null as edited from {}_notes
         where account_id = $1 and id = any ($2) and deleted_at is null",
        kind.child()
    );
    let (account, me) = (tx.actor().account.0, tx.actor().user);
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
    let mut found = BTreeMap::new();
    let names = names(tx).await?;
    for row in &rows {
        let (id, body): (Uuid, String) = (row.try_get("id")?, row.try_get("body")?);
        let mine = UserId(row.try_get("by_user_id")?) == me;
        let note = Note {
            id,
            html: markdown::html(&body, &names),
            body: if mine { body } else { String::new() },
            edited: row.try_get("edited")?,
            mine,
            ..Note::default()
        };
        found.insert(id, note);
    }
    for note in notes {
        let again = note.again;
        *note = match found.get(&note.id) {
            Some(known) => known.clone(),
            None => Note {
                id: note.id,
                deleted: true,
                ..Note::default()
            },
        };
        note.again = again;
    }
    Ok(())
}
