//! Custom fields in the database. Whatever changes a kind's fields does so under one lock, so that two admins who put them in
//! order at once leave one order; whatever writes a value waits for who changes its field's type.

mod convert;
mod order;
mod save;

pub use order::{delete_group, place, save_group, shift_group};
pub use save::{Draft, number, save};

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{DeletedField, FieldForm, Fields, Group};
use crate::{
    model::{
        AppError, FieldId, Problem, RecordKind, UserId,
        catalogue::{CustomField, Field, Holds},
    },
    records::store::{self, Storage},
    server::{
        audit,
        database::{Reached, Viewing, Writing},
    },
};

/// Nobody else changes this kind's fields until the transaction ends.
async fn locked(mut tx: Viewing, kind: RecordKind) -> Result<Writing, AppError> {
    let name = format!("custom fields {} {}", tx.actor().account, kind.child());
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(name)
        .execute(tx.connection())
        .await?;
    tx.write(Reached::setting()).await
}

/// What is shown to admins: groups in order, each with its fields, and what was deleted.
pub async fn fields(tx: &mut Viewing, kind: RecordKind) -> Result<Fields, AppError> {
    let of_field = groups_of(tx, kind).await?;
    let mut all: Vec<Group> = vec![Group::default()];
    for (id, name) in groups(tx, kind).await? {
        all.push(Group {
            id: Some(id),
            name,
            fields: Vec::new(),
        });
    }
    for field in store::custom_fields(tx, kind).await? {
        let group = of_field.iter().find(|(id, _)| *id == field.id.0);
        let group = group.and_then(|(_, group)| *group);
        if let Some(place) = all.iter_mut().find(|one| one.id == group) {
            place.fields.push(field);
        }
    }
    Ok(Fields {
        kind,
        groups: all,
        deleted: deleted(tx, kind).await?,
    })
}

async fn groups_of(
    tx: &mut Viewing,
    kind: RecordKind,
) -> Result<Vec<(Uuid, Option<Uuid>)>, AppError> {
    let account = tx.actor().account.0;
    let rows = sqlx::query_as(
        "select id, group_id from custom_fields where account_id = $1 and kind = $2 and deleted_at is null",
    );
    let rows = rows.bind(account).bind(kind.child());
    Ok(rows.fetch_all(tx.connection()).await?)
}

pub async fn groups(tx: &mut Viewing, kind: RecordKind) -> Result<Vec<(Uuid, String)>, AppError> {
    let account = tx.actor().account.0;
    let rows = sqlx::query_as(
        "select id, name from custom_field_groups where account_id = $1 and kind = $2 order by position, id",
    );
    let rows = rows.bind(account).bind(kind.child());
    Ok(rows.fetch_all(tx.connection()).await?)
}

async fn deleted(tx: &mut Viewing, kind: RecordKind) -> Result<Vec<DeletedField>, AppError> {
    let actor = tx.actor().clone();
    let rows = sqlx::query(
        "select f.id, f.label, f.holds, f.deleted_at, u.full_name,
           ceil(extract(epoch from f.deleted_at + interval '30 days' - now()) / 86400)::bigint as days_left
         from custom_fields f join users u on u.account_id = f.account_id and u.id = f.deleted_by
         where f.account_id = $1 and f.kind = $2 and in_bin(f.deleted_at) order by f.deleted_at desc, f.id",
    )
    .bind(actor.account.0)
    .bind(kind.child())
    .fetch_all(tx.connection())
    .await?;
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(holds) = Holds::from_code(row.try_get("holds")?) else {
            continue;
        };
        all.push(DeletedField {
            id: FieldId(row.try_get("id")?),
            label: row.try_get("label")?,
            holds,
            by: row.try_get("full_name")?,
            at: actor.local(row.try_get::<DateTime<Utc>, _>("deleted_at")?),
            days_left: row.try_get("days_left")?,
        });
    }
    Ok(all)
}

/// The kind of a field that is there, or that lies in the bin.
async fn kind_of(tx: &mut Viewing, field: FieldId, in_bin: bool) -> Result<RecordKind, AppError> {
    let account = tx.actor().account.0;
    let condition = if in_bin {
        "in_bin(deleted_at)"
    } else {
        "deleted_at is null"
    };
    let sql =
        format!("select kind from custom_fields where account_id = $1 and id = $2 and {condition}");
    let kind: Option<String> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(field.0)
        .fetch_optional(tx.connection())
        .await?;
    kind.and_then(|kind| RecordKind::from_child(&kind))
        .ok_or(AppError::NotFound)
}

pub async fn form(tx: &mut Viewing, id: FieldId) -> Result<FieldForm, AppError> {
    let kind = kind_of(tx, id, false).await?;
    let all = store::custom_fields(tx, kind).await?;
    let mut field = all
        .into_iter()
        .find(|field| field.id == id)
        .ok_or(AppError::NotFound)?;
    let groups_of = groups_of(tx, kind).await?;
    let group = groups_of.iter().find(|(of, _)| *of == id.0);
    field.default = default_in_words(tx, &field).await?;
    Ok(FieldForm {
        kind,
        group: group.and_then(|(_, group)| *group),
        groups: groups(tx, kind).await?,
        filled: filled(tx, kind, &field).await?,
        field,
    })
}

/// A default that is an id, as it is typed.
async fn default_in_words(tx: &mut Viewing, field: &CustomField) -> Result<String, AppError> {
    let ids = field
        .default
        .split(',')
        .filter_map(|id| id.parse::<Uuid>().ok());
    let ids: Vec<Uuid> = ids.collect();
    if field.holds.has_choices() {
        let labels = ids.iter().filter_map(|id| field.choice(*id));
        let labels: Vec<&str> = labels.map(|choice| choice.label.as_str()).collect();
        return Ok(labels.join(", "));
    }
    if field.holds != Holds::User {
        let language = tx.actor().language;
        let parsed = Field::added(field).parse(&field.default, crate::model::Language::En);
        let shown = parsed.map(|input| store::shown(&Field::added(field), &input, language));
        return Ok(shown.map(|value| value.input(language)).unwrap_or_default());
    }
    let everybody = store::everybody(tx).await?;
    let named = ids
        .iter()
        .filter_map(|id| everybody.iter().find(|one| one.id == UserId(*id)));
    let names: Vec<&str> = named.map(|one| one.full_name.as_str()).collect();
    Ok(names.join(", "))
}

/// How many records, but for those in the bin, hold a value of a field.
async fn filled(tx: &mut Viewing, kind: RecordKind, field: &CustomField) -> Result<i64, AppError> {
    let account = tx.actor().account.0;
    let sql = format!(
        "select count(distinct v.record_id) from {} v join {} r on r.account_id = v.account_id and r.id = v.record_id
         where v.account_id = $1 and v.field_id = $2",
        Storage::of(Field::added(field).kind).table(kind),
        kind.table()
    );
    let count = sqlx::query_scalar(AssertSqlSafe(sql));
    let count = count.bind(account).bind(field.id.0);
    Ok(count.fetch_one(tx.connection()).await?)
}

/// Whoever deletes a field types what it is called.
pub async fn delete(mut tx: Viewing, id: FieldId, name: &str) -> Result<RecordKind, AppError> {
    let kind = kind_of(&mut tx, id, false).await?;
    let me = tx.actor().user.0;
    let mut tx = locked(tx, kind).await?;
    let account = tx.actor().account.0;
    let label: Option<String> = sqlx::query_scalar(
        "select label from custom_fields where account_id = $1 and id = $2 and deleted_at is null",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?;
    let label = label.ok_or(AppError::NotFound)?;
    if name.trim() != label.trim() {
        return Err(AppError::field("name", Problem::NameDiffers { label }));
    }
    sqlx::query(
        "update custom_fields set deleted_at = now(), deleted_by = $3 where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .bind(me)
    .execute(tx.connection())
    .await?;
    audit::write(&mut tx, &label, "field", ("there", "deleted")).await?;
    tx.commit().await?;
    Ok(kind)
}

pub async fn restore(mut tx: Viewing, id: FieldId) -> Result<RecordKind, AppError> {
    let kind = kind_of(&mut tx, id, true).await?;
    let mut tx = locked(tx, kind).await?;
    let account = tx.actor().account.0;
    let restored: Option<(String, String)> = sqlx::query_as(
        "update custom_fields set deleted_at = null, deleted_by = null
         where account_id = $1 and id = $2 and in_bin(deleted_at) returning label, holds",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?;
    let (label, holds) = restored.ok_or(AppError::NotFound)?;
    // Another one may bear its name by now.
    if !save::is_free(&mut tx, kind, id, &label).await? {
        return Err(AppError::form(Problem::NameTaken));
    }
    if holds == Holds::Counter.code() {
        // Of those that were created meanwhile.
        save::number_missing(&mut tx, kind, id).await?;
    }
    audit::write(&mut tx, &label, "field", ("deleted", "there")).await?;
    tx.commit().await?;
    Ok(kind)
}
