//! How many records whoever acts would not see any more: he is told before he does it. Asked of the policies, or, where only those who
//! share a role see a record, of who does.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::what::Checked;
use crate::{
    model::{
        AppError, RecordKind, Role, UserId,
        bulk::How,
        responsibility::shared_fields,
        users::{ProjectReach, Reach, UserRole},
    },
    records::store::Storage,
    server::database::Viewing,
};

/// How many of these the viewer would not see any more: tried, counted by the policies, and taken back.
pub async fn lost(
    mut tx: Viewing,
    kind: RecordKind,
    act: &Checked,
    ids: &[Uuid],
) -> Result<(Viewing, i64), AppError> {
    let actor = tx.actor().clone();
    let sees_all = actor.role == UserRole::Admin
        || (actor.rights.crm, actor.rights.deals) == (Reach::Full, Reach::Full);
    let Checked::Role { role, user } = act else {
        let n = match leaves(act, kind, actor.user) {
            Some(role) => without(&mut tx, kind, role, ids).await?,
            None => 0,
        };
        return Ok((tx, n));
    };
    if sees_all || ids.is_empty() {
        return Ok((tx, 0));
    }
    sqlx::query("savepoint as_it_was")
        .execute(tx.connection())
        .await?;
    let (reached, _) = tx.lock_all(kind, ids).await?;
    let mut writing = tx.write(reached).await?;
    // The hidden second is no reason to see anything.
    let second = match kind.roles().iter().find(|other| other.is_second()) {
        Some(second) if !role.is_second() && !actor.second_enabled => {
            let column = second.column();
            format!(", {column} = nullif({column}, $3)")
        }
        _ => String::new(),
    };
    let sql = format!(
        "update {} set {} = $3{second} where account_id = $1 and id = any ($2)",
        kind.table(),
        role.column()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(ids)
        .bind(user.map(|user| user.0))
        .execute(writing.connection())
        .await?;
    let mut tx = writing.view().await?;
    let sql = format!(
        "select cardinality($2::uuid[]) - count(*) from {} where account_id = $1 and id = any ($2)",
        kind.table()
    );
    let lost: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(ids)
        .fetch_one(tx.connection())
        .await?;
    // The role goes back to what it was at the savepoint: the viewer's.
    sqlx::query("rollback to savepoint as_it_was")
        .execute(tx.connection())
        .await?;
    Ok((tx, lost))
}

/// The role that several share and that this user leaves by the act, wherever he has it.
fn leaves(act: &Checked, kind: RecordKind, me: UserId) -> Option<Role> {
    let Checked::Field {
        field, how, user, ..
    } = act
    else {
        return None;
    };
    let leaves = match how {
        How::Add => false,
        How::Remove => *user == Some(me),
        How::Set => *user != Some(me),
    };
    field.role(kind).filter(|_| leaves)
}

/// Of how many of these the viewer has no other shared role than this one, where nothing else lets him see them.
async fn without(
    tx: &mut Viewing,
    kind: RecordKind,
    role: Role,
    ids: &[Uuid],
) -> Result<i64, AppError> {
    if tx.actor().rights.projects == ProjectReach::All {
        return Ok(0);
    }
    let others = shared_fields(kind).filter(|(other, _)| *other != role);
    let others: Vec<Uuid> = others.map(|(_, field)| field.0).collect();
    let sql = format!(
        "select count(*) from unnest($2::uuid[]) r (id) where not exists (
           select 1 from {} v where v.account_id = $1 and v.record_id = r.id and v.field_id = any ($3) and v.value = $4)",
        Storage::User.table(kind)
    );
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(others)
        .bind(me)
        .fetch_one(tx.connection())
        .await?)
}
