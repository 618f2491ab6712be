//! What people are responsible for, by role, and handing many records over at once: set by set, with the history
//! and the activity that choosing one by one would have written.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    catalogue::catalogue,
    custom::Storage,
    many::{UserField, give, other_role, put_people},
    people::{colleagues, everybody, may_hold},
};
use crate::{
    model::{
        AppError, Duty, Problem, Problems, RecordId, RecordKind, Role, UserId,
        hand_over::{HandedOver, Held, Holder, Post},
        responsibility::Kept,
        users::Colleague,
    },
    server::database::{Reached, Viewing, Writing},
};

/// The page names so many records of each role.
const SAMPLE: i64 = 5;
/// Ten thousand records are handed over in seconds, but not always in the ten of a page.
pub const PATIENCE: &str = "set local statement_timeout = '120s'";

/// To whom each role is handed over, shared out evenly; nobody: later.
pub type Shares = BTreeMap<Post, Vec<UserId>>;

/// A role of a kind, or a User field, as the account has it: what holds its users, and what it is called.
struct Place {
    post: Post,
    label: String,
    /// A User field that holds several.
    several: bool,
}

impl Place {
    /// Every role of every kind, and every User field.
    async fn all(tx: &mut Viewing) -> Result<Vec<Self>, AppError> {
        let language = tx.actor().language;
        let mut all = Vec::new();
        for kind in RecordKind::ALL {
            for field in catalogue(tx, kind).await?.fields() {
                let Some(duty) = field.duty() else { continue };
                let label = field.label(language);
                let several = field.kind.is_several();
                all.push(Self {
                    post: Post { kind, duty },
                    several,
                    // Roles are common words; what admins call a field is a name.
                    label: match duty {
                        Duty::Role(_) => label.to_lowercase(),
                        Duty::Field(_) => label.to_owned(),
                    },
                });
            }
        }
        Ok(all)
    }
}

/// From what a select reads the records, as `r`, each with the user who holds it as `holder`.
fn holders(post: Post) -> String {
    let table = post.kind.table();
    match post.duty.kept() {
        Kept::Column(role) => format!(
            "(select p.*, p.{} as holder from {table} p) r",
            role.column()
        ),
        // Ids are ours, not typed.
        Kept::Values(field) => format!(
            "(select p.*, v.value as holder from {table} p join {} v on v.account_id = p.account_id and v.record_id = p.id
               where v.field_id = '{field}') r",
            Storage::User.table(post.kind)
        ),
    }
}

/// What this user is responsible for, and in which User fields he stands.
pub async fn held_by(tx: &mut Viewing, user: UserId) -> Result<Vec<Held>, AppError> {
    let account = tx.actor().account.0;
    let mut held = Vec::new();
    for place in Place::all(tx).await? {
        let sql = format!(
            "select count(*) from {} where r.account_id = $1 and r.holder = $2",
            holders(place.post)
        );
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(user.0)
            .fetch_one(tx.connection())
            .await?;
        if count > 0 {
            held.push(of(tx, &place, user, count).await?);
        }
    }
    Ok(held)
}

async fn of(tx: &mut Viewing, place: &Place, user: UserId, count: i64) -> Result<Held, AppError> {
    Ok(Held {
        post: place.post,
        count,
        sample: sample(tx, place.post, user).await?,
        receivers: receivers(tx, place.post, user).await?,
        label: place.label.clone(),
    })
}

async fn sample(
    tx: &mut Viewing,
    post: Post,
    user: UserId,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let title = post.kind.title_field().column;
    let sql = format!(
        "select r.id, r.{title} from {} where r.account_id = $1 and r.holder = $2 order by r.{title}, r.id limit $3",
        holders(post)
    );
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(user.0)
        .bind(SAMPLE)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (RecordId(id), name))
        .collect())
}

async fn receivers(tx: &mut Viewing, post: Post, from: UserId) -> Result<Vec<Colleague>, AppError> {
    let all = match post.duty {
        Duty::Role(_) => colleagues(tx, post.kind).await?,
        Duty::Field(_) => everybody(tx).await?,
    };
    Ok(all.into_iter().filter(|c| c.id != from).collect())
}

/// Everybody who holds records that he may not hold: deactivated, or without a right to the kind.
pub async fn orphans(tx: &mut Viewing) -> Result<Vec<Holder>, AppError> {
    let account = tx.actor().account.0;
    let mut found: BTreeMap<(String, Uuid), Holder> = BTreeMap::new();
    for place in Place::all(tx).await? {
        let sql = format!(
            "with gone as (select id, full_name, active from users where account_id = $1 and not ({}))
             select g.id, g.full_name, g.active, count(*) from gone g
             join {} on r.account_id = $1 and r.holder = g.id group by g.id, g.full_name, g.active",
            may_hold(place.post.kind, place.post.duty),
            holders(place.post)
        );
        let rows: Vec<(Uuid, String, bool, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
        for (id, full_name, active, count) in rows {
            let user = UserId(id);
            let held = of(tx, &place, user, count).await?;
            let holder = found
                .entry((full_name.clone(), id))
                .or_insert_with(|| Holder {
                    user,
                    full_name,
                    active,
                    held: Vec::new(),
                });
            holder.held.push(held);
        }
    }
    Ok(found.into_values().collect())
}

/// Hands over what `from` is responsible for, as the shares say; the transaction goes on writing. How many records
/// went, and how many stayed because their receiver has the record's other role already.
pub async fn hand_over(
    mut tx: Viewing,
    from: UserId,
    shares: &Shares,
) -> Result<(Writing, HandedOver), AppError> {
    let places = check(&mut tx, from, shares).await?;
    sqlx::query(PATIENCE).execute(tx.connection()).await?;
    let account = tx.actor().account.0;
    let mut reached = Reached::setting();
    let mut locked = Vec::new();
    for (post, to) in shares.iter().filter(|(_, to)| !to.is_empty()) {
        let sql = format!(
            "select r.id from {} where r.account_id = $1 and r.holder = $2",
            holders(*post)
        );
        let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(from.0)
            .fetch_all(tx.connection())
            .await?;
        let (proof, ids) = tx.lock_all(post.kind, &ids).await?;
        reached = proof;
        locked.push((*post, to, ids));
    }
    let mut tx = tx.write(reached).await?;
    let mut done = HandedOver::default();
    for (post, to, ids) in locked {
        let (held, gone) = match post.duty.kept() {
            Kept::Column(role) => share_out(&mut tx, post.kind, role, from, to, &ids).await?,
            Kept::Values(id) => {
                let several = places
                    .iter()
                    .any(|place| place.post == post && place.several);
                let field = UserField { id, several };
                replace(&mut tx, (post.kind, field), from, to, &ids).await?
            }
        };
        done.gone += gone;
        done.stayed += held - gone;
    }
    Ok((tx, done))
}

/// Only those whom a picker would offer may receive. Every role and field that there is.
async fn check(tx: &mut Viewing, from: UserId, shares: &Shares) -> Result<Vec<Place>, AppError> {
    let places = Place::all(tx).await?;
    let mut problems = Problems::new();
    for (post, to) in shares {
        if !places.iter().any(|place| place.post == *post) {
            problems.insert(post.key(), Problem::Unknown);
            continue;
        }
        let known = receivers(tx, *post, from).await?;
        if !to.iter().all(|user| known.iter().any(|c| c.id == *user)) {
            problems.insert(post.key(), Problem::NotAColleague);
        }
    }
    if problems.is_empty() {
        Ok(places)
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// One after the other by name, so that each receiver gets as many as the next. Who has the record's other role is
/// passed over for the next receiver; where there is none, the record stays. How many he still held, now that they are
/// locked, and how many of them went.
async fn share_out(
    tx: &mut Writing,
    kind: RecordKind,
    role: Role,
    from: UserId,
    to: &[UserId],
    ids: &[Uuid],
) -> Result<(i64, i64), AppError> {
    let (account, second_enabled) = (tx.actor().account.0, tx.actor().second_enabled);
    let (table, column, title) = (kind.table(), role.column(), kind.title_field().column);
    let roles = kind.roles().iter();
    let mut others =
        roles.filter(|other| **other != role && (second_enabled || !other.is_second()));
    let other = others.next().map_or_else(
        || "null::uuid".to_owned(),
        |role| format!("r.{}", role.column()),
    );
    let sql = format!(
        "select r.id, {other} from {table} r where r.account_id = $1 and r.id = any ($2) and r.{column} = $3 order by r.{title}, r.id"
    );
    let held: Vec<(Uuid, Option<Uuid>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(from.0)
        .fetch_all(tx.connection())
        .await?;
    let receiver = |(n, (id, other)): (usize, &(Uuid, Option<Uuid>))| {
        let receiver = in_turn(to, n, |user| Some(user.0) != *other)?;
        Some((*id, Some(receiver.0)))
    };
    let given: Vec<_> = held.iter().enumerate().filter_map(receiver).collect();
    give(tx, kind, role, &given, None).await?;
    counted(held.len(), given.len())
}

/// Whose turn it is, or the next one's where he cannot.
fn in_turn(to: &[UserId], n: usize, can: impl Fn(UserId) -> bool) -> Option<UserId> {
    let mut turn = to.iter().cycle().skip(n % to.len().max(1)).take(2);
    turn.find(|user| can(**user)).copied()
}

fn counted(held: usize, gone: usize) -> Result<(i64, i64), AppError> {
    let n = |n: usize| i64::try_from(n).map_err(AppError::internal);
    Ok((n(held)?, n(gone)?))
}

/// The same for a User field: who stands in it in the place of whom. A receiver who stands there already is passed over for the
/// next one; where there is no other, whoever leaves is just taken out of a field of several.
async fn replace(
    tx: &mut Writing,
    post: (RecordKind, UserField),
    from: UserId,
    to: &[UserId],
    ids: &[Uuid],
) -> Result<(i64, i64), AppError> {
    let (kind, field) = post;
    let account = tx.actor().account.0;
    let (table, values, title) = (
        kind.table(),
        Storage::User.table(kind),
        kind.title_field().column,
    );
    let sql = format!(
        "select r.id, array_agg(v.value order by v.n)
         from {table} r join {values} v on v.account_id = r.account_id and v.record_id = r.id and v.field_id = $3
         where r.account_id = $1 and r.id = any ($2) group by r.id, r.{title} having $4 = any (array_agg(v.value)) order by r.{title}, r.id"
    );
    let held: Vec<(Uuid, Vec<Uuid>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(field.id.0)
        .bind(from.0)
        .fetch_all(tx.connection())
        .await?;
    let other = other_role(tx, kind, field, ids).await?;
    let after = |(n, (id, held)): (usize, &(Uuid, Vec<Uuid>))| {
        let can = |user: UserId| !held.contains(&user.0) && other.lets(*id, user);
        let receiver = in_turn(to, n, can);
        let stands = |user: &Uuid| match receiver {
            Some(receiver) if *user == from.0 => Some(receiver.0),
            None if *user == from.0 => None,
            _ => Some(*user),
        };
        (*id, held.iter().filter_map(stands).collect())
    };
    let after: Vec<_> = held.iter().enumerate().map(after).collect();
    put_people(tx, kind, field, &after, None).await?;
    counted(held.len(), after.len())
}
