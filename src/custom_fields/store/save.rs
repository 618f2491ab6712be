//! Creating a field and saving one: its choices, its default, its first numbers, and what becomes of its values where its
//! type is another one.

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{
    convert::{self, Converted},
    locked,
    order::is_group,
};
use crate::{
    custom_fields::{MOST_CHOICES, MOST_FIELDS, MOST_OF_KIND},
    model::{
        AppError, FieldId, Language, Problem, RecordKind,
        catalogue::{CustomField, Holds},
        users::Colleague,
    },
    records::store::{self, Storage},
    server::{
        audit,
        database::{Viewing, Writing},
    },
};

/// What the form of a field says, checked.
#[derive(Clone, Debug)]
pub struct Draft {
    pub label: String,
    pub holds: Holds,
    pub several: bool,
    pub required: bool,
    pub listed: bool,
    pub told: bool,
    pub mine: bool,
    pub help: String,
    /// As it is typed in English; choices and colleagues by their names.
    pub default: String,
    pub currency: String,
    pub group: Option<Uuid>,
    /// The choices that stay, as they are called from now on.
    pub choices: Vec<(Uuid, String)>,
    /// The choices that can be chosen no more.
    pub emptied: Vec<Uuid>,
    /// The choices that are new.
    pub more: Vec<String>,
}

/// Creates a field behind the others, or saves the one that was opened in this version. A change of type is refused where a value
/// would be lost, and else done once it is meant.
pub async fn save(
    mut tx: Viewing,
    kind: RecordKind,
    opened: Option<(FieldId, i32)>,
    mut draft: Draft,
    meant: bool,
) -> Result<FieldId, AppError> {
    let field = opened.map(|(field, _)| field);
    let known = store::custom_fields(&mut tx, kind).await?;
    let before = match field {
        Some(id) => {
            let found = known.iter().find(|one| one.id == id);
            Some(found.cloned().ok_or(AppError::NotFound)?)
        }
        None => None,
    };
    let everybody = store::everybody(&mut tx).await?;
    let mut tx = locked(tx, kind).await?;
    if !is_group(&mut tx, kind, draft.group).await? {
        return Err(AppError::field("group", Problem::NotAnOption));
    }
    let id = field.unwrap_or_else(|| FieldId(Uuid::now_v7()));
    if !is_free(&mut tx, kind, id, &draft.label).await? {
        return Err(AppError::field("label", Problem::NameTaken));
    }
    if before.is_none() {
        room_for_one(&mut tx, kind).await?;
    }
    // Whoever writes a value waits from here on, and then looks again what the field holds.
    let converted = match (&before, opened) {
        (Some(before), Some((_, version))) => {
            convert::look(&mut tx, kind, before, version, &mut draft, meant).await?
        }
        _ => None,
    };
    write_field(&mut tx, kind, id, &draft).await?;
    let anew = matches!(converted, Some(Converted::Anew(_)));
    let choices = write_choices(&mut tx, kind, id, &draft, anew).await?;
    write_default(&mut tx, id, &draft, &choices, &everybody).await?;
    if let (Some(before), Some(converted)) = (&before, converted) {
        convert::write(&mut tx, kind, before, &draft, converted, &choices).await?;
    }
    if draft.holds == Holds::Counter {
        number_missing(&mut tx, kind, id).await?;
    }
    let change = match &before {
        None => ("", "there"),
        Some(_) => ("there", "changed"),
    };
    audit::write(&mut tx, &draft.label, "field", change).await?;
    tx.commit().await?;
    Ok(id)
}

/// Whether no other field is called so. Two of one name could not be told apart, neither by people nor by the headings of a file.
pub(super) async fn is_free(
    tx: &mut Writing,
    kind: RecordKind,
    id: FieldId,
    label: &str,
) -> Result<bool, AppError> {
    let wanted = label.to_lowercase();
    let is_called = |language: Language| {
        let mut built_in = kind.fields().iter();
        built_in.any(|field| field.label(language).to_lowercase() == wanted)
    };
    if Language::ALL.into_iter().any(is_called) {
        return Ok(false);
    }
    let account = tx.actor().account.0;
    let free = sqlx::query_scalar(
        "select not exists (select 1 from custom_fields
           where account_id = $1 and kind = $2 and id <> $3 and deleted_at is null and lower(label) = lower($4))",
    );
    let free = free.bind(account).bind(kind.child()).bind(id.0).bind(label);
    Ok(free.fetch_one(tx.connection()).await?)
}

async fn room_for_one(tx: &mut Writing, kind: RecordKind) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let count: i64 = sqlx::query_scalar(
        "select count(*) from custom_fields where account_id = $1 and kind = $2",
    )
    .bind(account)
    .bind(kind.child())
    .fetch_one(tx.connection())
    .await?;
    if count < MOST_FIELDS {
        Ok(())
    } else {
        Err(AppError::form(Problem::TooManyFields { max: MOST_FIELDS }))
    }
}

async fn write_field(
    tx: &mut Writing,
    kind: RecordKind,
    id: FieldId,
    draft: &Draft,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "insert into custom_fields (account_id, id, kind, label, holds, several, required, listed, told, mine, help, currency,
           group_id, created_by, position)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, coalesce(max(position), 0) + 1
         from custom_fields where account_id = $1 and kind = $3
         on conflict (account_id, id) do update set version = custom_fields.version + 1, label = excluded.label, holds = excluded.holds, several = excluded.several,
           required = excluded.required, listed = excluded.listed, told = excluded.told, mine = excluded.mine,
           help = excluded.help, currency = excluded.currency, group_id = excluded.group_id,
           position = case when custom_fields.group_id is not distinct from excluded.group_id then custom_fields.position
             else excluded.position end",
    )
    .bind(account)
    .bind(id.0)
    .bind(kind.child())
    .bind(&draft.label)
    .bind(draft.holds.code())
    .bind(draft.several)
    .bind(draft.required)
    .bind(draft.listed)
    .bind(draft.told)
    .bind(draft.mine)
    .bind(&draft.help)
    .bind(&draft.currency)
    .bind(draft.group)
    .bind(me)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The choices as they are from now on, by id. One that was emptied can be chosen no more; its values stay.
///
/// `anew`: the field held something else before, so that none of those that it has had is its own any more.
async fn write_choices(
    tx: &mut Writing,
    kind: RecordKind,
    id: FieldId,
    draft: &Draft,
    anew: bool,
) -> Result<Vec<(Uuid, String)>, AppError> {
    let account = tx.actor().account.0;
    sqlx::query(
        "update custom_field_choices set gone = true
         where account_id = $1 and field_id = $2 and not gone and ($3 or id = any ($4))",
    )
    .bind(account)
    .bind(id.0)
    .bind(anew)
    .bind(&draft.emptied)
    .execute(tx.connection())
    .await?;
    let rows = sqlx::query(
        "select id, label from custom_field_choices where account_id = $1 and field_id = $2 and not gone order by position, id",
    )
    .bind(account)
    .bind(id.0)
    .fetch_all(tx.connection())
    .await?;
    // In the order that they have: what a form sends is not in any.
    let mut choices = Vec::new();
    for row in rows {
        let known: Uuid = row.try_get("id")?;
        let named = draft.choices.iter().find(|(id, _)| *id == known).cloned();
        choices.push(named.unwrap_or((known, row.try_get("label")?)));
    }
    let new = draft
        .more
        .iter()
        .map(|label| (Uuid::now_v7(), label.clone()));
    choices.extend(new);
    let ids: Vec<Uuid> = choices.iter().map(|(id, _)| *id).collect();
    let labels: Vec<&str> = choices.iter().map(|(_, label)| label.as_str()).collect();
    room_for_choices(tx, kind, id, choices.len()).await?;
    sqlx::query(
        "insert into custom_field_choices (account_id, id, field_id, label, position)
         select $1, c.id, $2, c.label, c.n from unnest($3::uuid[], $4::text[]) with ordinality c (id, label, n)
         on conflict (account_id, id) do update set label = excluded.label, position = excluded.position",
    )
    .bind(account)
    .bind(id.0)
    .bind(&ids)
    .bind(labels)
    .execute(tx.connection())
    .await?;
    Ok(choices)
}

async fn room_for_choices(
    tx: &mut Writing,
    kind: RecordKind,
    id: FieldId,
    own: usize,
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let others: i64 = sqlx::query_scalar(
        "select count(*) from custom_field_choices c join custom_fields f on f.account_id = c.account_id and f.id = c.field_id
         where c.account_id = $1 and f.kind = $2 and f.id <> $3 and not c.gone",
    )
    .bind(account)
    .bind(kind.child())
    .bind(id.0)
    .fetch_one(tx.connection())
    .await?;
    let all = usize::try_from(others)
        .unwrap_or(usize::MAX)
        .saturating_add(own);
    let problem = if own > MOST_CHOICES {
        Problem::TooManyChoices { max: MOST_CHOICES }
    } else if all > MOST_OF_KIND {
        Problem::TooManyChoices { max: MOST_OF_KIND }
    } else {
        return Ok(());
    };
    Err(AppError::field("more", problem))
}

/// A default that names choices or colleagues is kept by their ids.
async fn write_default(
    tx: &mut Writing,
    id: FieldId,
    draft: &Draft,
    choices: &[(Uuid, String)],
    everybody: &[Colleague],
) -> Result<(), AppError> {
    let by_name: Option<Vec<(Uuid, &str)>> = if draft.holds.has_choices() {
        Some(
            choices
                .iter()
                .map(|(id, label)| (*id, label.as_str()))
                .collect(),
        )
    } else if draft.holds == Holds::User {
        let people = everybody.iter();
        Some(
            people
                .map(|one| (one.id.0, one.full_name.as_str()))
                .collect(),
        )
    } else {
        None
    };
    let default = match by_name {
        None => draft.default.clone(),
        Some(known) => named(draft, &known)?,
    };
    let account = tx.actor().account.0;
    sqlx::query("update custom_fields set default_value = $3 where account_id = $1 and id = $2")
        .bind(account)
        .bind(id.0)
        .bind(default)
        .execute(tx.connection())
        .await?;
    Ok(())
}

fn named(draft: &Draft, known: &[(Uuid, &str)]) -> Result<String, AppError> {
    let find = |name: &str| {
        let wanted = name.trim().to_lowercase();
        let mut fitting = known
            .iter()
            .filter(|(_, name)| name.to_lowercase() == wanted);
        fitting.next().map(|(id, _)| id.to_string())
    };
    if draft.default.is_empty() {
        return Ok(String::new());
    }
    if let Some(id) = find(&draft.default) {
        return Ok(id);
    }
    let names = draft
        .default
        .split([',', ';'])
        .filter(|name| !name.trim().is_empty());
    let ids: Option<Vec<String>> = names.map(find).collect();
    match ids {
        Some(ids) if draft.several => Ok(ids.join(",")),
        _ => Err(AppError::field("default", Problem::NotAnOption)),
    }
}

/// Every record that has none gets its number, those in the bin too, the oldest the first one.
pub(super) async fn number_missing(
    tx: &mut Writing,
    kind: RecordKind,
    id: FieldId,
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let values = Storage::Number.table(kind);
    let sql = format!(
        "with field as (
           select next_number from custom_fields where account_id = $1 and id = $2 for update
         ), numbered as (
           insert into {values} (account_id, record_id, field_id, value)
           select $1, r.id, $2, (select next_number from field) - 1 + row_number() over (order by r.created_at, r.id)
           from {} r where r.account_id = $1 and not exists (
             select 1 from {values} v where v.account_id = r.account_id and v.record_id = r.id and v.field_id = $2)
           returning value
         ) update custom_fields set next_number = next_number + (select count(*) from numbered) where account_id = $1 and id = $2",
        kind.table()
    );
    sqlx::query(store::PATIENCE)
        .execute(tx.connection())
        .await?;
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The same in a transaction of its own: for records that were being created while the field came to be.
pub async fn number(tx: Viewing, kind: RecordKind, id: FieldId) -> Result<(), AppError> {
    let mut tx = locked(tx, kind).await?;
    number_missing(&mut tx, kind, id).await?;
    tx.commit().await
}

/// What a field would be after being saved, to read values by.
pub(super) fn as_drafted(before: &CustomField, draft: &Draft) -> CustomField {
    CustomField {
        holds: draft.holds,
        several: draft.several,
        currency: draft.currency.clone(),
        choices: Vec::new(),
        required: false,
        ..before.clone()
    }
}
