//! What people are responsible for, by role, and handing many records over at once: set by set, with the history
//! and the activity that choosing one by one would have written.

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::people::{colleagues, may_be_responsible};
use crate::{
    model::{
        AppError, Problem, Problems, RecordId, Role, UserId,
        hand_over::{HandedOver, Held, Holder, Post},
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

/// What this user is responsible for.
pub async fn held_by(tx: &mut Viewing, user: UserId) -> Result<Vec<Held>, AppError> {
    let account = tx.actor().account.0;
    let mut held = Vec::new();
    for post in Post::all(tx.actor().second_enabled) {
        let (table, column) = (post.kind.table(), post.role.column());
        let sql = format!("select count(*) from {table} where account_id = $1 and {column} = $2");
        let count: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(user.0)
            .fetch_one(tx.connection())
            .await?;
        if count > 0 {
            held.push(Held {
                post,
                count,
                sample: sample(tx, post, user).await?,
                receivers: receivers(tx, post, user).await?,
            });
        }
    }
    Ok(held)
}

async fn sample(
    tx: &mut Viewing,
    post: Post,
    user: UserId,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let (table, column, title) = (
        post.kind.table(),
        post.role.column(),
        post.kind.title_field().column,
    );
    let sql = format!(
        "select id, {title} from {table} where account_id = $1 and {column} = $2 order by {title}, id limit $3"
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
    let all = colleagues(tx, post.kind).await?;
    Ok(all.into_iter().filter(|c| c.id != from).collect())
}

/// Everybody who is responsible for records that he may not hold: deactivated, or without a right to the kind.
pub async fn orphans(tx: &mut Viewing) -> Result<Vec<Holder>, AppError> {
    let account = tx.actor().account.0;
    let mut found: BTreeMap<(String, Uuid), Holder> = BTreeMap::new();
    for post in Post::all(tx.actor().second_enabled) {
        let (table, column) = (post.kind.table(), post.role.column());
        let sql = format!(
            "with gone as (select id, full_name, active from users where account_id = $1 and not ({}))
             select g.id, g.full_name, g.active, count(*) from gone g
             join {table} r on r.account_id = $1 and r.{column} = g.id group by g.id, g.full_name, g.active",
            may_be_responsible(post.kind)
        );
        let rows: Vec<(Uuid, String, bool, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
        for (id, full_name, active, count) in rows {
            let user = UserId(id);
            let held = Held {
                post,
                count,
                sample: sample(tx, post, user).await?,
                receivers: receivers(tx, post, user).await?,
            };
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
    check(&mut tx, from, shares).await?;
    sqlx::query(PATIENCE).execute(tx.connection()).await?;
    let account = tx.actor().account.0;
    let mut reached = Reached::setting();
    let mut locked = Vec::new();
    for (post, to) in shares.iter().filter(|(_, to)| !to.is_empty()) {
        let (table, column) = (post.kind.table(), post.role.column());
        let sql = format!("select id from {table} where account_id = $1 and {column} = $2");
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
        let (held, gone) = share_out(&mut tx, post, from, to, &ids).await?;
        done.gone += gone;
        done.stayed += held - gone;
    }
    Ok((tx, done))
}

/// Only those whom a picker would offer may receive.
async fn check(tx: &mut Viewing, from: UserId, shares: &Shares) -> Result<(), AppError> {
    let second_enabled = tx.actor().second_enabled;
    let mut problems = Problems::new();
    for (post, to) in shares {
        if post.role.is_second() && !second_enabled {
            problems.insert(post.key(), Problem::Unknown);
            continue;
        }
        let known = receivers(tx, *post, from).await?;
        if !to.iter().all(|user| known.iter().any(|c| c.id == *user)) {
            problems.insert(post.key(), Problem::NotAColleague);
        }
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// One after the other by name, so that each receiver gets as many as the next. Who has the record's other role is
/// passed over for the next receiver; where there is none, the record stays. How many he still held, now that they are
/// locked, and how many of them went.
async fn share_out(
    tx: &mut Writing,
    post: Post,
    from: UserId,
    to: &[UserId],
    ids: &[Uuid],
) -> Result<(i64, i64), AppError> {
    let (account, me, second_enabled) = {
        let actor = tx.actor();
        (actor.account.0, actor.user.0, actor.second_enabled)
    };
    let (table, child, column) = (post.kind.table(), post.kind.child(), post.role.column());
    let title = post.kind.title_field().column;
    let roles = post.kind.roles().iter();
    let mut others =
        roles.filter(|role| **role != post.role && (second_enabled || !role.is_second()));
    let other = others.next().map_or_else(
        || "null::uuid".to_owned(),
        |role| format!("r.{}", role.column()),
    );
    // As when one is chosen by hand: the hidden second gives way to the first.
    let (hidden, given_way) = if second_enabled || post.role.is_second() {
        ("", String::new())
    } else {
        (
            ", second_sales_contact_id = nullif(r.second_sales_contact_id, g.receiver)",
            format!(
                "union all select d.id, '{}', d.receiver, null from done d
                 join {table} r on r.account_id = $1 and r.id = d.id and r.second_sales_contact_id = d.receiver",
                Role::SecondSalesContact.key()
            ),
        )
    };
    let sql = format!(
        "with wanted as (
           select r.id, {other} as other, row_number() over (order by r.{title}, r.id) - 1 as n
           from {table} r where r.account_id = $1 and r.id = any ($2) and r.{column} = $6
         ), given as (
           select id, case
             when ($3::uuid[])[1 + n % cardinality($3)] is distinct from other then ($3::uuid[])[1 + n % cardinality($3)]
             when cardinality($3) > 1 then ($3::uuid[])[1 + (n + 1) % cardinality($3)] end as receiver
           from wanted
         ), done as (
           update {table} r set {column} = g.receiver, version = r.version + 1, updated_at = now(), updated_by = $4{hidden}
           from given g where r.account_id = $1 and r.id = g.id and g.receiver is not null
           returning r.id, g.receiver
         ), changes (id, role, before, after) as (
           select id, $5::text, $6::uuid, receiver from done {given_way}
         ), history as (
           insert into {child}_responsibilities (account_id, id, record_id, role, user_id, by_user_id)
           select $1, gen_random_uuid(), id, role, after, $4 from changes
         ), events as (
           insert into {child}_events (account_id, id, record_id, by_user_id, what, detail)
           select $1, gen_random_uuid(), id, $4, 'responsible', jsonb_build_object('role', role, 'from', before, 'to', after)
           from changes
         )
         select (select count(*) from wanted), (select count(*) from done)"
    );
    let to: Vec<Uuid> = to.iter().map(|user| user.0).collect();
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .bind(to)
        .bind(me)
        .bind(post.role.key())
        .bind(from.0)
        .fetch_one(tx.connection())
        .await?)
}
