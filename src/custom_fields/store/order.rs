//! The order of fields and of their groups. A field is placed before another one, so that two who move different fields at
//! once both get what they asked for.

use uuid::Uuid;

use super::locked;
use crate::{
    custom_fields::MOST_GROUPS,
    model::{AppError, FieldId, Problem, RecordKind},
    server::database::{Viewing, Writing},
};

/// Puts a field into a group, before another field of it or behind all.
pub async fn place(
    tx: Viewing,
    kind: RecordKind,
    field: FieldId,
    group: Option<Uuid>,
    before: Option<FieldId>,
) -> Result<(), AppError> {
    let mut tx = locked(tx, kind).await?;
    known_group(&mut tx, kind, group).await?;
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, Option<Uuid>)> = sqlx::query_as(
        "select id, group_id from custom_fields where account_id = $1 and kind = $2 and deleted_at is null order by position, id",
    )
    .bind(account)
    .bind(kind.child())
    .fetch_all(tx.connection())
    .await?;
    if !rows.iter().any(|(id, _)| *id == field.0) {
        return Err(AppError::NotFound);
    }
    let others = rows
        .iter()
        .filter(|(id, of)| *id != field.0 && *of == group)
        .map(|(id, _)| *id);
    let mut order: Vec<Uuid> = others.collect();
    // Behind all where the other one is not there any more.
    let at = before.and_then(|before| order.iter().position(|id| *id == before.0));
    order.insert(at.unwrap_or(order.len()), field.0);
    sqlx::query(
        "update custom_fields f set position = o.n, group_id = $3 from unnest($2::uuid[]) with ordinality o (id, n)
         where f.account_id = $1 and f.id = o.id",
    )
    .bind(account)
    .bind(order)
    .bind(group)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

/// Whether it is a group that the kind has, or none.
pub(super) async fn is_group(
    tx: &mut Writing,
    kind: RecordKind,
    group: Option<Uuid>,
) -> Result<bool, AppError> {
    Ok(match group {
        Some(group) => groups(tx, kind).await?.contains(&group),
        None => true,
    })
}

async fn known_group(
    tx: &mut Writing,
    kind: RecordKind,
    group: Option<Uuid>,
) -> Result<(), AppError> {
    if is_group(tx, kind, group).await? {
        Ok(())
    } else {
        Err(AppError::NotFound)
    }
}

async fn groups(tx: &mut Writing, kind: RecordKind) -> Result<Vec<Uuid>, AppError> {
    let account = tx.actor().account.0;
    let ids = sqlx::query_scalar(
        "select id from custom_field_groups where account_id = $1 and kind = $2 order by position, id",
    );
    let ids = ids.bind(account).bind(kind.child());
    Ok(ids.fetch_all(tx.connection()).await?)
}

pub async fn save_group(
    tx: Viewing,
    kind: RecordKind,
    group: Option<Uuid>,
    name: &str,
) -> Result<(), AppError> {
    let mut tx = locked(tx, kind).await?;
    known_group(&mut tx, kind, group).await?;
    let account = tx.actor().account.0;
    let taken: bool = sqlx::query_scalar(
        "select exists (select 1 from custom_field_groups
           where account_id = $1 and kind = $2 and id is distinct from $3 and lower(name) = lower($4))",
    )
    .bind(account)
    .bind(kind.child())
    .bind(group)
    .bind(name)
    .fetch_one(tx.connection())
    .await?;
    if taken {
        return Err(AppError::field("name", Problem::NameTaken));
    }
    let there = groups(&mut tx, kind).await?.len();
    if group.is_none() && there >= MOST_GROUPS {
        return Err(AppError::field(
            "name",
            Problem::TooManyGroups { max: MOST_GROUPS },
        ));
    }
    sqlx::query(
        "insert into custom_field_groups (account_id, id, kind, name, position)
         select $1, $2, $3, $4, coalesce(max(position), 0) + 1 from custom_field_groups where account_id = $1 and kind = $3
         on conflict (account_id, id) do update set name = excluded.name",
    )
    .bind(account)
    .bind(group.unwrap_or_else(Uuid::now_v7))
    .bind(kind.child())
    .bind(name)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

pub async fn shift_group(
    tx: Viewing,
    kind: RecordKind,
    group: Uuid,
    later: bool,
) -> Result<(), AppError> {
    let mut tx = locked(tx, kind).await?;
    let mut order = groups(&mut tx, kind).await?;
    let at = order.iter().position(|id| *id == group);
    let at = at.ok_or(AppError::NotFound)?;
    let beside = if later {
        Some(at + 1)
    } else {
        at.checked_sub(1)
    };
    if let Some(beside) = beside.filter(|n| *n < order.len()) {
        order.swap(at, beside);
        let account = tx.actor().account.0;
        sqlx::query(
            "update custom_field_groups g set position = o.n from unnest($2::uuid[]) with ordinality o (id, n)
             where g.account_id = $1 and g.id = o.id",
        )
        .bind(account)
        .bind(order)
        .execute(tx.connection())
        .await?;
    }
    tx.commit().await
}

/// Its fields, those in the bin too, belong to no group then, behind those that do not already.
pub async fn delete_group(tx: Viewing, kind: RecordKind, group: Uuid) -> Result<(), AppError> {
    let mut tx = locked(tx, kind).await?;
    known_group(&mut tx, kind, Some(group)).await?;
    let account = tx.actor().account.0;
    sqlx::query(
        "update custom_fields set group_id = null, position = position + (
           select coalesce(max(position), 0) from custom_fields where account_id = $1 and kind = $3 and group_id is null)
         where account_id = $1 and group_id = $2",
    )
    .bind(account)
    .bind(group)
    .bind(kind.child())
    .execute(tx.connection())
    .await?;
    sqlx::query("delete from custom_field_groups where account_id = $1 and id = $2")
        .bind(account)
        .bind(group)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
