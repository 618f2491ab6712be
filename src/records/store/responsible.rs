//! Choosing the responsible user of one role: the one way in for pickers, and later for bulk changes.
//! Validation, history, activity and the hidden second are settled here for all kinds.

use std::sync::Arc;

use sqlx::AssertSqlSafe;

use super::{activity, catalogue::catalogue, resolve::resolve, write::write_changes};
use crate::{
    model::{
        AppError, Duty, Problem, RecordId, RecordKind, UserId, Value,
        catalogue::{Field, FieldType, Input},
    },
    server::database::{Viewing, Writing},
};

/// Make this user responsible for that record, or put him into a User field of it.
#[derive(Clone, Copy, Debug)]
pub struct ChooseResponsible {
    pub kind: RecordKind,
    pub id: RecordId,
    pub duty: Duty,
    /// `None` is nobody.
    pub user: Option<UserId>,
    /// Whom the picker showed before: where it is somebody else by now, nothing is overwritten.
    pub was: Option<UserId>,
    /// Whether he who chooses means it even if he will not see the record any more.
    pub confirmed: bool,
}

/// Whether he who chose still sees the record.
pub async fn set_responsible(mut tx: Viewing, choice: ChooseResponsible) -> Result<bool, AppError> {
    let ChooseResponsible {
        kind,
        id,
        duty,
        user,
        was,
        confirmed,
    } = choice;
    let key = duty.key();
    let refuse = |problem| Err(AppError::field(&key, problem));
    let catalogue = catalogue(&mut tx, kind).await?;
    // A field of several is not a picker's.
    let picked = |field: &&Arc<Field>| {
        matches!(
            field.kind,
            FieldType::User(_) | FieldType::Person { several: false }
        )
    };
    let Some(field) = catalogue.field(&key).filter(picked) else {
        return Err(AppError::NotFound);
    };
    let reached = tx.lock(kind, id).await?;
    let before = super::record(&mut tx, kind, id).await?;
    let present = before.value(&key);
    if present.user() == user {
        return Ok(true);
    }
    if present.user() != was {
        let to = match present {
            Value::User { name, .. } => Some(name.clone()),
            _ => None,
        };
        return refuse(Problem::ChangedMeanwhile { to });
    }
    if user.is_none() && field.required {
        return refuse(field.missing());
    }
    let input = user.map_or(Input::Empty, |user| Input::Id(user.0));
    let resolved = match resolve(&mut tx, kind, field, input, Some(&before)).await? {
        Ok(resolved) => resolved,
        Err(problem) => return refuse(problem),
    };
    if let Duty::Role(role) = duty {
        let second_enabled = tx.actor().second_enabled;
        let now = before.responsible();
        if let Err(problem) = now.choose(kind, role, user, second_enabled) {
            return refuse(problem);
        }
    }
    let tx = write_changes(tx, reached, &before, &[&resolved], &[]).await?;
    tx.commit_if_meant(kind, id, confirmed).await
}

/// While the account has no second sales contact, the hidden one, whom a viewer's reading does not even name, gives way to a
/// first who is the same person. The history says so, for when the second is shown again.
pub(super) async fn hidden_second_gives_way(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    first: Option<UserId>,
) -> Result<(), AppError> {
    let mut roles = kind.roles().iter().copied();
    let (Some(second), Some(first), false) = (
        roles.find(|role| role.is_second()),
        first,
        tx.actor().second_enabled,
    ) else {
        return Ok(());
    };
    let (table, column) = (kind.table(), second.column());
    let sql = format!(
        "update {table} set {column} = null where account_id = $1 and id = $2 and {column} = $3"
    );
    let account = tx.actor().account.0;
    let cleared = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(first.0)
        .execute(tx.connection())
        .await?;
    if cleared.rows_affected() > 0 {
        activity::write_responsible(tx, kind, id, second, Some(first), None).await?;
    }
    Ok(())
}
