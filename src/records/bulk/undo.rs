//! Undoing it, one batch in one transaction. What the act has set is taken back where it still is so: what somebody has changed since
//! stays, and is counted. Whoever may not be responsible any more is not put back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{
    acts::{self, Claim, Item, ids},
    apply::{BATCH, by_ids, not_editable},
    judge::{self, Verdicts},
    what::who_may_hold,
};
use crate::{
    model::{
        Actor, AppError, Duty, RecordKind, Role, UserId,
        bulk::{Act, Fate, How},
        catalogue::MAX_TAGS,
        responsibility::Kept,
    },
    records::store::{
        UserField, belonging, catalogue, give, mark_all, other_role, people_of, put_people, retag,
    },
    server::database::{Bin, Database, Viewing, Writing},
};

/// The next records; whether there were any.
pub async fn batch(database: &Database, actor: &Actor, claim: &Claim) -> Result<bool, AppError> {
    let mut tx = database.begin(actor).await?;
    by_ids(tx.connection()).await?;
    let items = acts::next(&mut tx, claim, BATCH).await?;
    if items.is_empty() {
        return Ok(false);
    }
    let (mut tx, verdicts) = match &claim.act {
        Act::Delete => restored(database, actor, claim, &items).await?,
        Act::Tag { tag, add } => retagged(tx, claim, &items, tag, *add).await?,
        Act::Responsible { duty, how, user } => {
            let set = Set {
                duty: *duty,
                how: *how,
                user: *user,
            };
            put_back(tx, claim, &items, set).await?
        }
    };
    acts::settle(&mut tx, claim, &items, &verdicts).await?;
    tx.commit().await?;
    Ok(true)
}

/// What the act has set.
#[derive(Clone, Copy)]
struct Set {
    duty: Duty,
    how: How,
    user: Option<UserId>,
}

async fn put_back(
    mut tx: Viewing,
    claim: &Claim,
    items: &[Item],
    set: Set,
) -> Result<(Writing, Verdicts), AppError> {
    let catalogue = catalogue(&mut tx, claim.kind).await?;
    let field = catalogue.field(&set.duty.key()).cloned();
    let mut people: Vec<Uuid> = items.iter().flat_map(|item| item.before.clone()).collect();
    people.extend(items.iter().filter_map(|item| item.second));
    people.sort();
    people.dedup();
    let allowed = who_may_hold(&mut tx, claim.kind, set.duty, &people).await?;
    let (reached, locked) = tx.lock_all(claim.kind, &ids(items)).await?;
    let refused = not_editable(&mut tx, claim.kind, items, &locked).await?;
    let mut tx = tx.write(reached).await?;
    let back = Back {
        claim,
        set,
        allowed,
        items: items.iter().map(|item| (item.id, item)).collect(),
        changed_later: changed_later(&mut tx, claim.kind, set.duty, items).await?,
    };
    let mut verdicts: Verdicts = match (set.duty, field) {
        // A role, or a field, that the account does not have any more.
        (_, None) => {
            let left = locked.into_iter().map(|id| (id, Fate::ChangedSince.into()));
            left.collect()
        }
        (duty, Some(field)) => match duty.kept() {
            Kept::Column(role) => back.role(&mut tx, role, &locked).await?,
            Kept::Values(id) => {
                let several = field.kind.is_several();
                back.field(&mut tx, UserField { id, several }, &locked)
                    .await?
            }
        },
    };
    verdicts.extend(refused);
    Ok((tx, verdicts))
}

/// All that is known before records are put back.
struct Back<'a> {
    claim: &'a Claim,
    set: Set,
    /// Those who may be responsible today.
    allowed: Vec<Uuid>,
    items: BTreeMap<Uuid, &'a Item>,
    /// The records in whose history somebody stands since.
    changed_later: Vec<Uuid>,
}

impl Back<'_> {
    fn may_all(&self, mut users: impl Iterator<Item = Uuid>) -> bool {
        users.all(|user| self.allowed.contains(&user))
    }

    async fn role(
        &self,
        tx: &mut Writing,
        role: Role,
        locked: &[Uuid],
    ) -> Result<Verdicts, AppError> {
        let (kind, act) = (self.claim.kind, Some(self.claim.id.0));
        let second_enabled = tx.actor().second_enabled;
        let mut verdicts = Verdicts::new();
        let (mut given, mut seconds) = (Vec::new(), Vec::new());
        for (id, now) in judge::responsible(tx, kind, locked).await? {
            let Some(item) = self.items.get(&id) else {
                continue;
            };
            let present = now.of(role);
            let former = item.before.first().copied();
            let judged = judge::of_role(now, kind, role, former.map(UserId), second_enabled)?;
            let fate = if present != self.set.user || self.changed_later.contains(&id) {
                Fate::ChangedSince
            } else if !self.may_all(former.into_iter()) {
                Fate::NotAllowed
            } else if judged.fate != Fate::Changed {
                // Somebody else has the other role since, or the role must have somebody.
                Fate::ChangedSince
            } else {
                given.push((id, former));
                let second = item.second.filter(|_| now.second.is_none());
                seconds.extend(
                    second
                        .filter(|second| self.may_all([*second].into_iter()))
                        .map(|second| (id, Some(second))),
                );
                Fate::Undone
            };
            verdicts.insert(id, fate.into());
        }
        if !given.is_empty() {
            give(tx, kind, role, &given, act).await?;
        }
        // The hidden second who had given way is there again, too.
        let mut roles = kind.roles().iter().copied();
        if let (Some(second), false) = (roles.find(|role| role.is_second()), seconds.is_empty()) {
            give(tx, kind, second, &seconds, act).await?;
        }
        Ok(verdicts)
    }

    async fn field(
        &self,
        tx: &mut Writing,
        field: UserField,
        locked: &[Uuid],
    ) -> Result<Verdicts, AppError> {
        let (kind, act) = (self.claim.kind, Some(self.claim.id.0));
        let mut verdicts = Verdicts::new();
        let (mut after, mut moved) = (Vec::new(), Vec::new());
        let other = other_role(tx, kind, field, locked).await?;
        for (id, now) in judge::people(tx, kind, field, locked).await? {
            let Some(item) = self.items.get(&id) else {
                continue;
            };
            let before: Vec<UserId> = item.before.iter().copied().map(UserId).collect();
            let was_set = Act::people(self.set.how, self.set.user, &before);
            let comes_back = before.iter().copied().filter(|user| !now.contains(user));
            let fate = if now != was_set || self.changed_later.contains(&id) {
                Fate::ChangedSince
            } else if comes_back.clone().any(|user| other.has(id, user)) {
                // He has the other role since.
                Fate::ChangedSince
            } else if !self.may_all(comes_back.map(|user| user.0)) {
                Fate::NotAllowed
            } else {
                after.push((id, item.before.clone()));
                let moves_back = item.second.filter(|one| self.may_all([*one].into_iter()));
                moved.extend(moves_back.map(|user| (id, user)));
                Fate::Undone
            };
            verdicts.insert(id, fate.into());
        }
        if !after.is_empty() {
            put_people(tx, kind, field, &after, act).await?;
        }
        // Who came from the other role is there again.
        if let (Some(other), false) = (other.field, moved.is_empty()) {
            let ids: Vec<Uuid> = moved.iter().map(|(id, _)| *id).collect();
            let mut there = BTreeMap::from_iter(people_of(tx, kind, other, &ids).await?);
            for (id, user) in moved {
                let people = there.entry(id).or_default();
                people.retain(|one| *one != user);
                people.push(user);
            }
            put_people(tx, kind, other, &Vec::from_iter(there), act).await?;
        }
        Ok(verdicts)
    }
}

/// The records in whose history of this role or field something stands that came after the act.
async fn changed_later(
    tx: &mut Writing,
    kind: RecordKind,
    duty: Duty,
    items: &[Item],
) -> Result<Vec<Uuid>, AppError> {
    let role = match duty.kept() {
        Kept::Column(role) => role.key().to_owned(),
        Kept::Values(field) => field.to_string(),
    };
    let sql = format!(
        "select i.id from unnest($2::uuid[], $3::timestamptz[]) i (id, at)
         where exists (select 1 from {}_responsibilities h where h.account_id = $1 and h.record_id = i.id and h.role = $4 and h.at > i.at)",
        kind.child()
    );
    let account = tx.actor().account.0;
    let moments: Vec<Option<DateTime<Utc>>> = items.iter().map(|item| item.wrote_at).collect();
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids(items))
        .bind(moments)
        .bind(role)
        .fetch_all(tx.connection())
        .await?)
}

/// A tag that was added goes where it still is, and one that was taken away comes back where it still is not.
async fn retagged(
    mut tx: Viewing,
    claim: &Claim,
    items: &[Item],
    tag: &String,
    added: bool,
) -> Result<(Writing, Verdicts), AppError> {
    let (reached, locked) = tx.lock_all(claim.kind, &ids(items)).await?;
    let mut tx = tx.write(reached).await?;
    let mut verdicts = Verdicts::new();
    let mut back = Vec::new();
    for (id, now) in judge::tags(&mut tx, claim.kind, &locked).await? {
        let fits = added || now.len() < MAX_TAGS;
        let fate = if now.contains(tag) == added && fits {
            back.push(id);
            Fate::Undone
        } else {
            Fate::ChangedSince
        };
        verdicts.insert(id, fate.into());
    }
    if !back.is_empty() {
        retag(&mut tx, claim.kind, &back, tag, !added, claim.id.0).await?;
    }
    Ok((tx, verdicts))
}

/// What is in the bin since the act, and no other time, comes out of it; what its customer is not there for stays.
async fn restored(
    database: &Database,
    actor: &Actor,
    claim: &Claim,
    items: &[Item],
) -> Result<(Writing, Verdicts), AppError> {
    let mut tx = database.begin_in_bin(actor).await?;
    by_ids(tx.connection()).await?;
    let (reached, locked) = tx.lock_all(claim.kind, &ids(items)).await?;
    let mut verdicts = out_of_the_bin(&mut tx, claim.kind, items).await?;
    let mut tx = tx.write(reached).await?;
    let mut back = Vec::new();
    for (id, since, has_customer) in in_the_bin(&mut tx, claim.kind, items, &locked).await? {
        let fate = match (since, has_customer) {
            (false, _) => Fate::ChangedSince,
            (true, false) => Fate::CustomerGone,
            (true, true) => {
                back.push(id);
                Fate::Undone
            }
        };
        verdicts.insert(id, fate.into());
    }
    if !back.is_empty() {
        mark_all(&mut tx, claim.kind, &back, false, claim.id.0).await?;
    }
    Ok((tx, verdicts))
}

/// Those that somebody has restored already, as far as one sees them.
async fn out_of_the_bin(
    tx: &mut Bin,
    kind: RecordKind,
    items: &[Item],
) -> Result<Verdicts, AppError> {
    let account = tx.actor().account.0;
    let sql = format!(
        "select id from {} where account_id = $1 and id = any ($2) and deleted_at is null",
        kind.table()
    );
    let there: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids(items))
        .fetch_all(tx.connection())
        .await?;
    let there = there.into_iter();
    Ok(there.map(|id| (id, Fate::ChangedSince.into())).collect())
}

/// Of those in the bin whether they are since the act, and whether the customer, where there must be one, is not in it.
async fn in_the_bin(
    tx: &mut Writing,
    kind: RecordKind,
    items: &[Item],
    locked: &[Uuid],
) -> Result<Vec<(Uuid, bool, bool)>, AppError> {
    let customers: String = RecordKind::ALL
        .into_iter()
        .filter_map(|customer| {
            let (_, column) = belonging(customer).find(|(of, _)| *of == kind)?;
            let table = customer.table();
            Some(format!(
                " and (r.{column} is null or exists (select 1 from {table} c where c.account_id = $1 and c.id = r.{column} and c.deleted_at is null))"
            ))
        })
        .collect();
    let sql = format!(
        "select r.id, r.deleted_at = i.at, true{customers}
         from unnest($2::uuid[], $3::timestamptz[]) i (id, at) join {} r on r.account_id = $1 and r.id = i.id
         where r.id = any ($4)",
        kind.table()
    );
    let account = tx.actor().account.0;
    let moments: Vec<Option<DateTime<Utc>>> = items.iter().map(|item| item.wrote_at).collect();
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids(items))
        .bind(moments)
        .bind(locked)
        .fetch_all(tx.connection())
        .await?)
}
