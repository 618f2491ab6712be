//! Choosing the responsible user of one role: the one way in for pickers, and later for bulk changes.
//! Validation, history, activity and the hidden second are settled here for all kinds.

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{activity, resolve::resolve};
use crate::{
    model::{AppError, Problem, RecordId, RecordKind, Role, UserId, Value, catalogue::Input},
    server::database::{Viewing, Writing},
};

/// Make this user responsible for that record.
#[derive(Clone, Copy, Debug)]
pub struct ChooseResponsible {
    pub kind: RecordKind,
    pub id: RecordId,
    pub role: Role,
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
        role,
        user,
        was,
        confirmed,
    } = choice;
    let second_enabled = tx.actor().second_enabled;
    let refuse = |problem| Err(AppError::field(role.key(), problem));
    let Some(field) = kind
        .field(role.key())
        .filter(|field| field.enabled(second_enabled))
    else {
        return Err(AppError::NotFound);
    };
    let reached = tx.lock(kind, id).await?;
    let before = super::record(&mut tx, kind, id).await?;
    let present = before.user(role);
    if present == user {
        return Ok(true);
    }
    if present != was {
        let to = match before.value(role.key()) {
            Value::User { name, .. } => Some(name.clone()),
            _ => None,
        };
        return refuse(Problem::ChangedMeanwhile { to });
    }
    let input = user.map_or(Input::Empty, |user| Input::Id(user.0));
    if let Err(problem) = resolve(&mut tx, kind, field, input, Some(&before)).await? {
        return refuse(problem);
    }
    if let Err(problem) = before
        .responsible()
        .choose(kind, role, user, second_enabled)
    {
        return refuse(problem);
    }

    let mut tx = tx.write(reached).await?;
    hidden_second_gives_way(&mut tx, kind, id, user).await?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut query = QueryBuilder::new(format!(
        "update {} set version = version + 1, updated_at = now(), updated_by = ",
        kind.table()
    ));
    query
        .push_bind(me)
        .push(format!(", {} = ", role.column()))
        .push_bind(user.map(|user| user.0));
    query
        .push(" where account_id = ")
        .push_bind(account)
        .push(" and id = ")
        .push_bind(id.0);
    query.build().execute(tx.connection()).await?;
    activity::write_responsible(&mut tx, kind, id, role, present, user).await?;
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
