//! The catalogue of an account: read from the database, or known of it in the very version that the request brings along.
//! What a field is called stays known as long as it can be restored.

use std::sync::Arc;

use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::{
    model::{
        AppError, FieldId, RecordKind,
        catalogue::{Catalogue, Choice, CustomField, Holds},
    },
    server::database::Viewing,
};

/// The fields that the viewer's account has for a kind.
pub async fn catalogue(tx: &mut Viewing, kind: RecordKind) -> Result<Arc<Catalogue>, AppError> {
    let actor = tx.actor().clone();
    if let Some(known) = tx.catalogues().get(&actor, kind) {
        return Ok(known);
    }
    let custom = custom_fields(tx, kind).await?;
    let catalogue = Arc::new(Catalogue::new(kind, actor.second_enabled, &custom));
    tx.catalogues().put(&actor, catalogue.clone());
    Ok(catalogue)
}

/// Those of every kind that the viewer has a right to.
pub async fn catalogues(tx: &mut Viewing) -> Result<Vec<Arc<Catalogue>>, AppError> {
    let rights = tx.actor().rights;
    let mut all = Vec::new();
    for kind in RecordKind::ALL
        .into_iter()
        .filter(|kind| rights.may_use(*kind))
    {
        all.push(catalogue(tx, kind).await?);
    }
    Ok(all)
}

/// What admins have added for a kind, in its order.
pub async fn custom_fields(
    tx: &mut Viewing,
    kind: RecordKind,
) -> Result<Vec<CustomField>, AppError> {
    let account = tx.actor().account.0;
    let rows = sqlx::query(
        "select f.*, coalesce(g.name, '') as group_name,
           array(select c.id from custom_field_choices c where c.account_id = f.account_id and c.field_id = f.id and not c.gone
             order by c.position, c.id) as choice_ids,
           array(select c.label from custom_field_choices c where c.account_id = f.account_id and c.field_id = f.id and not c.gone
             order by c.position, c.id) as choice_labels
         from custom_fields f left join custom_field_groups g on g.account_id = f.account_id and g.id = f.group_id
         where f.account_id = $1 and f.kind = $2 and f.deleted_at is null
         order by g.position nulls first, g.id, f.position, f.id",
    )
    .bind(account)
    .bind(kind.child())
    .fetch_all(tx.connection())
    .await?;
    rows.iter()
        .filter_map(|row| custom_field(row).transpose())
        .collect()
}

/// What fields of a kind are called, be they deleted; those of other kinds and accounts, and those that are gone for good, are
/// left out.
pub async fn labels(
    tx: &mut Viewing,
    kind: RecordKind,
    fields: &[FieldId],
) -> Result<Vec<(FieldId, String)>, AppError> {
    let account = tx.actor().account.0;
    let ids: Vec<Uuid> = fields.iter().map(|field| field.0).collect();
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select id, label from custom_fields where account_id = $1 and kind = $2 and id = any ($3)",
    )
    .bind(account)
    .bind(kind.child())
    .bind(ids)
    .fetch_all(tx.connection())
    .await?;
    let labels = rows.into_iter().map(|(id, label)| (FieldId(id), label));
    Ok(labels.collect())
}

/// Nothing where a newer server has added a type that this one does not know.
fn custom_field(row: &PgRow) -> Result<Option<CustomField>, AppError> {
    let Some(holds) = Holds::from_code(row.try_get("holds")?) else {
        return Ok(None);
    };
    let id: Uuid = row.try_get("id")?;
    let ids: Vec<Uuid> = row.try_get("choice_ids")?;
    let labels: Vec<String> = row.try_get("choice_labels")?;
    Ok(Some(CustomField {
        id: FieldId(id),
        key: FieldId(id).key(),
        version: row.try_get("version")?,
        label: row.try_get("label")?,
        holds,
        required: row.try_get("required")?,
        several: row.try_get("several")?,
        listed: row.try_get("listed")?,
        told: row.try_get("told")?,
        mine: row.try_get("mine")?,
        help: row.try_get("help")?,
        default: row.try_get("default_value")?,
        currency: row.try_get("currency")?,
        group: row.try_get("group_name")?,
        choices: ids
            .into_iter()
            .zip(labels)
            .map(|(id, label)| Choice { id, label })
            .collect(),
    }))
}
