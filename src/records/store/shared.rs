//! Changing who shares a role: one user comes or goes. Managers and collaborators of a project, and nobody is both.
//! At least one of them where the role must have somebody; the database counts once more when the transaction ends.

use super::{
    catalogue::catalogue,
    resolve::Resolved,
    rules::complete,
    write::{Draft, write_changes},
};
use crate::{
    model::{
        AppError, Problem, Problems, RecordId, RecordKind, Role, UserId,
        bulk::How,
        catalogue::{Input, MAX_CHOSEN},
    },
    server::database::Viewing,
};

/// Add this user to those who share the role, or take him out of it.
#[derive(Clone, Copy, Debug)]
pub struct ChangePeople {
    pub kind: RecordKind,
    pub id: RecordId,
    pub role: Role,
    pub how: How,
    pub user: UserId,
    /// Whether he who changes it means it even if he will not see the record any more.
    pub confirmed: bool,
}

/// Whether he who changed it still sees the record.
pub async fn change_people(mut tx: Viewing, change: ChangePeople) -> Result<bool, AppError> {
    let ChangePeople {
        kind,
        id,
        role,
        how,
        user,
        confirmed,
    } = change;
    let key = role.key();
    let refuse = |problem| Err(AppError::field(key, problem));
    let catalogue = catalogue(&mut tx, kind).await?;
    let shared = kind.shared_roles().contains(&role);
    let Some(field) = catalogue.field(key).filter(|_| shared && how != How::Set) else {
        return Err(AppError::NotFound);
    };
    let reached = tx.lock(kind, id).await?;
    let before = super::record(&mut tx, kind, id).await?;
    let now = before.value(key);
    let there = now.users().any(|one| one == user);
    // Done already, by whoever was faster.
    if there == (how == How::Add) {
        return Ok(true);
    }
    let mut ids: Vec<_> = now.users().map(|one| one.0).collect();
    match how {
        How::Add if ids.len() >= MAX_CHOSEN => {
            return refuse(Problem::TooManyChoices { max: MAX_CHOSEN });
        }
        How::Add => ids.push(user.0),
        How::Remove | How::Set => ids.retain(|one| *one != user.0),
    }
    if ids.is_empty() && field.required {
        return refuse(field.missing());
    }
    let input = if ids.is_empty() {
        Input::Empty
    } else {
        Input::Ids(ids)
    };
    let resolved = match super::resolve::resolve(&mut tx, kind, field, input, Some(&before)).await?
    {
        Ok(resolved) => resolved,
        Err(problem) => return refuse(problem),
    };
    let draft = Draft {
        catalogue: catalogue.clone(),
        values: vec![resolved],
    };
    let actor = tx.actor().clone();
    let draft = complete(&actor, draft, Problems::new(), Some(&before))?;
    let changed: Vec<&Resolved> = draft.values.iter().collect();
    let tx = write_changes(tx, reached, &before, &changed, &[]).await?;
    tx.commit_if_meant(kind, id, confirmed).await
}
