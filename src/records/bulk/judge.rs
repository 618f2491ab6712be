//! What becomes of a record: read as the one who writes, from records whose reach the viewer has proved. Counting beforehand and
//! changing ask the same, so that the one says what the other does.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::Checked;
use crate::{
    model::{
        AppError, Problem, RecordKind, Role, UserId,
        bulk::{Act, Fate, How},
        catalogue::{MAX_CHOSEN, MAX_TAGS},
        responsibility::{Responsible, first_role},
    },
    records::store::{UserField, belonging, other_role, people_of},
    server::database::Writing,
};

/// What becomes of one record, and what is remembered of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub fate: Fate,
    /// Who stands in the role or the field.
    pub before: Vec<UserId>,
    /// The hidden second who gives way; or who leaves the other of two shared roles for the one that he comes into.
    pub second: Option<UserId>,
}

impl From<Fate> for Verdict {
    fn from(fate: Fate) -> Self {
        Self {
            fate,
            before: Vec::new(),
            second: None,
        }
    }
}

pub type Verdicts = BTreeMap<Uuid, Verdict>;

pub async fn judge(
    tx: &mut Writing,
    kind: RecordKind,
    act: &Checked,
    ids: &[Uuid],
) -> Result<Verdicts, AppError> {
    match act {
        Checked::Role { role, user } => {
            let second_enabled = tx.actor().second_enabled;
            let now = responsible(tx, kind, ids).await?;
            let verdict = |now| of_role(now, kind, *role, *user, second_enabled);
            each(now, verdict)
        }
        Checked::Field {
            field,
            required,
            how,
            user,
            ..
        } => {
            let other = other_role(tx, kind, *field, ids).await?;
            let now = people(tx, kind, *field, ids).await?;
            let comes = user.filter(|_| *how != How::Remove);
            let verdict = |(id, now)| {
                if comes.is_some_and(|user| !other.lets(id, user)) {
                    return (id, Fate::OtherRole.into());
                }
                let mut verdict = of_field(now, *required, *how, *user);
                let moved = comes.filter(|user| other.has(id, *user));
                verdict.second = moved.filter(|_| verdict.fate == Fate::Changed);
                (id, verdict)
            };
            Ok(now.into_iter().map(verdict).collect())
        }
        Checked::Tag { tag, add } => {
            let now = tags(tx, kind, ids).await?;
            each(now, |now| Ok(of_tag(&now, tag, *add).into()))
        }
        Checked::Delete => {
            let now = kept(tx, kind, ids).await?;
            let fate = |now: (bool, bool)| match now {
                (true, _) => Fate::Booked,
                (_, true) => Fate::Needed,
                _ => Fate::Changed,
            };
            each(now, |now| Ok(fate(now).into()))
        }
    }
}

fn each<T>(
    now: Vec<(Uuid, T)>,
    verdict: impl Fn(T) -> Result<Verdict, AppError>,
) -> Result<Verdicts, AppError> {
    let one = |(id, now)| Ok((id, verdict(now)?));
    now.into_iter().map(one).collect()
}

/// The rules of choosing one by hand.
pub fn of_role(
    now: Responsible,
    kind: RecordKind,
    role: Role,
    user: Option<UserId>,
    second_enabled: bool,
) -> Result<Verdict, AppError> {
    let present = now.of(role);
    if present == user {
        return Ok(Fate::Same.into());
    }
    match now.choose(kind, role, user, second_enabled) {
        Ok(after) => Ok(Verdict {
            fate: Fate::Changed,
            before: present.into_iter().collect(),
            second: now
                .second
                .filter(|_| !role.is_second() && after.second.is_none()),
        }),
        Err(Problem::AlreadyFirst(_) | Problem::AlreadySecond) => Ok(Fate::OtherRole.into()),
        Err(Problem::NeedsAssignee) => Ok(Fate::Required.into()),
        Err(problem) => Err(AppError::form(problem)),
    }
}

fn of_field(now: Vec<UserId>, required: bool, how: How, user: Option<UserId>) -> Verdict {
    let after = Act::people(how, user, &now);
    let set = |of: &[UserId]| of.iter().copied().collect::<BTreeSet<_>>();
    if set(&now) == set(&after) {
        return Fate::Same.into();
    }
    if after.is_empty() && required {
        return Fate::Required.into();
    }
    if after.len() > MAX_CHOSEN {
        return Fate::Full.into();
    }
    Verdict {
        fate: Fate::Changed,
        before: now,
        second: None,
    }
}

fn of_tag(now: &[String], tag: &String, add: bool) -> Fate {
    if now.contains(tag) == add {
        Fate::Same
    } else if add && now.len() >= MAX_TAGS {
        Fate::Full
    } else {
        Fate::Changed
    }
}

/// Who is responsible for each, in the roles that the kind has.
pub async fn responsible(
    tx: &mut Writing,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Responsible)>, AppError> {
    let first = first_role(kind).ok_or(AppError::NotFound)?.column();
    let mut seconds = kind.roles().iter().filter(|role| role.is_second());
    let second = seconds.next().map_or("null::uuid", |role| role.column());
    let sql = format!(
        "select id, {first}, {second} from {} where account_id = $1 and id = any ($2)",
        kind.table()
    );
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, Option<Uuid>, Option<Uuid>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
    let row = |(id, first, second): (Uuid, Option<Uuid>, Option<Uuid>)| {
        let (first, second) = (first.map(UserId), second.map(UserId));
        (id, Responsible { first, second })
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Who stands in a User field of each, in order.
pub async fn people(
    tx: &mut Writing,
    kind: RecordKind,
    field: UserField,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Vec<UserId>)>, AppError> {
    let rows = people_of(tx, kind, field, ids).await?;
    let row =
        |(id, users): (Uuid, Vec<Uuid>)| (id, users.into_iter().map(UserId).collect::<Vec<_>>());
    Ok(rows.into_iter().map(row).collect())
}

pub async fn tags(
    tx: &mut Writing,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Vec<String>)>, AppError> {
    let sql = format!(
        "select id, coalesce(tags, '{{}}') from {} where account_id = $1 and id = any ($2)",
        kind.table()
    );
    let account = tx.actor().account.0;
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?)
}

/// Whether each is a booked invoice, and whether others belong to it, be they out of the viewer's reach.
async fn kept(
    tx: &mut Writing,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, (bool, bool))>, AppError> {
    let booked = match kind {
        RecordKind::Invoice => "r.status <> 'draft'",
        _ => "false",
    };
    let needed: String = belonging(kind)
        .map(|(other, column)| {
            let other = other.table();
            format!(" or exists (select 1 from {other} o where o.account_id = $1 and o.{column} = r.id and o.deleted_at is null)")
        })
        .collect();
    let sql = format!(
        "select r.id, {booked}, false{needed} from {} r where r.account_id = $1 and r.id = any ($2)",
        kind.table()
    );
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, bool, bool)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
    let row = |(id, booked, needed)| (id, (booked, needed));
    Ok(rows.into_iter().map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    #[test]
    fn a_role_is_given_by_the_rules_of_choosing_one_by_hand() {
        let now = Responsible {
            first: Some(user(1)),
            second: Some(user(2)),
        };
        let fate = |role, to, enabled| {
            of_role(now, RecordKind::Company, role, to, enabled).map(|verdict| verdict.fate)
        };
        let first = Role::SalesContact;
        assert_eq!(fate(first, Some(user(1)), true), Ok(Fate::Same));
        assert_eq!(fate(first, Some(user(2)), true), Ok(Fate::OtherRole));
        assert_eq!(fate(first, None, true), Ok(Fate::Changed));
        let second = Role::SecondSalesContact;
        assert_eq!(fate(second, Some(user(1)), true), Ok(Fate::OtherRole));
        // Hidden, the second gives way, and is remembered.
        let given_way = of_role(now, RecordKind::Company, first, Some(user(2)), false);
        let expected = Verdict {
            fate: Fate::Changed,
            before: vec![user(1)],
            second: Some(user(2)),
        };
        assert_eq!(given_way, Ok(expected));
        let deal = of_role(now, RecordKind::Deal, Role::AssignedTo, None, false);
        assert_eq!(deal.map(|verdict| verdict.fate), Ok(Fate::Required));
    }

    #[test]
    fn a_field_of_several_keeps_whom_it_must_have_and_takes_no_more_than_it_can() {
        let fate = |now: &[UserId], required, how, n| {
            of_field(now.to_vec(), required, how, Some(user(n))).fate
        };
        assert_eq!(fate(&[user(1)], true, How::Remove, 1), Fate::Required);
        assert_eq!(fate(&[user(1)], false, How::Remove, 1), Fate::Changed);
        assert_eq!(fate(&[user(1)], false, How::Remove, 2), Fate::Same);
        assert_eq!(fate(&[user(1), user(2)], false, How::Set, 1), Fate::Changed);
        let many: Vec<UserId> = (1..=200).map(user).collect();
        assert_eq!(fate(&many, false, How::Add, 201), Fate::Full);
        assert_eq!(fate(&many, false, How::Add, 7), Fate::Same);
    }

    #[test]
    fn a_tag_stands_once_and_not_beside_too_many() {
        let now: Vec<String> = (0..50).map(|n| format!("tag {n}")).collect();
        let fate = |tag: &str, add| of_tag(&now, &tag.to_owned(), add);
        assert_eq!(fate("tag 1", true), Fate::Same);
        assert_eq!(fate("another", true), Fate::Full);
        assert_eq!(fate("another", false), Fate::Same);
        assert_eq!(fate("tag 1", false), Fate::Changed);
    }
}
