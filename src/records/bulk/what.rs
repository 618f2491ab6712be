//! What an act does, as far as it is the same for all its records: whether its field is there, its colleague may be chosen, its tag can be
//! one. Asked when it is prepared and again with every batch, since all that may change meanwhile.

use std::sync::Arc;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{
    model::{
        AppError, Duty, Language, Problem, RecordKind, UserId, Value,
        bulk::{Act, How},
        catalogue::{Field, Input},
        responsibility::Kept,
        users::NOBODY,
    },
    records::store::{Resolved, UserField, catalogue, may_hold, still},
    server::database::{Viewing, Writing},
};

/// An act that can be done.
#[derive(Clone, Debug)]
pub enum Checked {
    Role {
        role: crate::model::Role,
        user: Option<UserId>,
    },
    Field {
        field: UserField,
        required: bool,
        how: How,
        user: Option<UserId>,
        /// As the account has it.
        as_read: Arc<Field>,
    },
    Tag {
        tag: String,
        add: bool,
    },
    Delete,
}

/// The field that holds who is responsible, if the account has it.
async fn field_of(
    tx: &mut Viewing,
    kind: RecordKind,
    duty: Duty,
) -> Result<Option<Arc<Field>>, AppError> {
    let catalogue = catalogue(tx, kind).await?;
    let field = catalogue.field(&duty.key());
    Ok(field.filter(|field| field.kind.is_people()).cloned())
}

/// Whether it can be done at all; problems are those of `user`, `tag` and the whole.
pub async fn check(tx: &mut Viewing, kind: RecordKind, act: &Act) -> Result<Checked, AppError> {
    match act {
        Act::Delete if tx.actor().rights.may_delete(kind) => Ok(Checked::Delete),
        Act::Delete => Err(AppError::form(Problem::MayNotDelete(kind))),
        Act::Tag { tag, add } => {
            let field = kind.field("tags").ok_or(AppError::NotFound)?;
            let wrong = |problem| AppError::field("tag", problem);
            match field.parse(tag, Language::En).map_err(wrong)? {
                Input::Tags(tags) if tags.len() == 1 => Ok(Checked::Tag {
                    tag: tags.into_iter().collect(),
                    add: *add,
                }),
                Input::Tags(_) => Err(wrong(Problem::TooManyTags { max: 1 })),
                _ => Err(wrong(Problem::Required)),
            }
        }
        Act::Responsible { duty, how, user } => people(tx, kind, *duty, *how, *user).await,
    }
}

async fn people(
    tx: &mut Viewing,
    kind: RecordKind,
    duty: Duty,
    how: How,
    user: Option<UserId>,
) -> Result<Checked, AppError> {
    let field = field_of(tx, kind, duty).await?.ok_or(AppError::NotFound)?;
    let several = field.kind.is_several();
    if how != How::Set && !several {
        return Err(AppError::NotFound);
    }
    let wrong = |problem| Err(AppError::field("user", problem));
    match user {
        None if how != How::Set => return wrong(Problem::Required),
        None if field.required => return wrong(field.missing()),
        None => {}
        Some(user) => {
            // Whoever was deactivated can still be taken out.
            let condition = match how {
                How::Remove => "true",
                How::Set | How::Add => may_hold(kind, duty),
            };
            if name(tx, user, condition).await?.is_none() {
                return wrong(Problem::NotAColleague);
            }
        }
    }
    Ok(match duty.kept() {
        Kept::Column(role) => Checked::Role { role, user },
        Kept::Values(id) => Checked::Field {
            field: UserField { id, several },
            required: field.required,
            how,
            user,
            as_read: field,
        },
    })
}

async fn name(
    tx: &mut Viewing,
    user: UserId,
    condition: &'static str,
) -> Result<Option<String>, AppError> {
    let account = tx.actor().account.0;
    let sql =
        format!("select full_name from users where account_id = $1 and id = $2 and {condition}");
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(user.0)
        .fetch_optional(tx.connection())
        .await?)
}

/// Those of these users who may be chosen.
pub async fn who_may_hold(
    tx: &mut Viewing,
    kind: RecordKind,
    duty: Duty,
    users: &[Uuid],
) -> Result<Vec<Uuid>, AppError> {
    let account = tx.actor().account.0;
    let condition = may_hold(kind, duty);
    let sql =
        format!("select id from users where account_id = $1 and id = any ($2) and {condition}");
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(users)
        .fetch_all(tx.connection())
        .await?)
}

/// Makes sure that a User field is what it was, and stays so until the transaction ends.
pub async fn still_so(tx: &mut Writing, checked: &Checked) -> Result<(), AppError> {
    let Checked::Field { as_read, .. } = checked else {
        return Ok(());
    };
    let resolved = Resolved {
        field: as_read.clone(),
        input: Input::Empty,
        shown: Value::Empty,
    };
    still(tx, &[&resolved]).await
}

/// What it does, in the reader's language. A field that is gone has no name any more.
pub async fn said(tx: &mut Viewing, kind: RecordKind, act: &Act) -> Result<String, AppError> {
    let language = tx.actor().language;
    let (mut field, mut user) = (String::from("–"), NOBODY.get(language).to_owned());
    if let Act::Responsible { duty, user: id, .. } = act {
        if let Some(found) = field_of(tx, kind, *duty).await? {
            found.label(language).clone_into(&mut field);
        } else if let Duty::Role(role) = duty {
            role.label().get(language).clone_into(&mut field);
        }
        if let Some(id) = id {
            user = name(tx, *id, "true").await?.unwrap_or_default();
        }
    }
    Ok(act.told(language, &field, &user))
}
