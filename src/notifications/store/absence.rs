//! One's own absence: planned, changed and ended. Whether stand-ins would go round in a circle is looked at with the account's
//! absences locked, so that two who choose one another at once do not both succeed.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::{
    model::{AppError, Problem, UserId, Value, notifications::Absence},
    records::store::today,
    server::database::{Reached, Viewing, Writing},
};

/// One that is planned or under way, and who stands in; one that is over is none.
pub async fn my_absence(tx: &mut Viewing) -> Result<(Option<Absence>, Value), AppError> {
    type Row = (
        NaiveDate,
        NaiveDate,
        Option<Uuid>,
        Option<String>,
        Option<bool>,
    );
    let actor = tx.actor().clone();
    let row: Option<Row> = sqlx::query_as(
        "select a.from_on, a.until_on, s.id, s.full_name, s.active from absences a
         left join users s on s.account_id = a.account_id and s.id = a.stand_in_id
         where a.account_id = $1 and a.user_id = $2 and a.until_on >= $3",
    )
    .bind(actor.account.0)
    .bind(actor.user.0)
    .bind(today(&actor))
    .fetch_optional(tx.connection())
    .await?;
    let Some((from, until, stand_in, name, active)) = row else {
        return Ok((None, Value::Empty));
    };
    let stand_in = stand_in.map(UserId);
    let shown = match (stand_in, name) {
        (Some(id), Some(name)) => Value::User {
            id,
            name,
            active: active.unwrap_or_default(),
        },
        _ => Value::Empty,
    };
    let absence = Absence {
        from,
        until,
        stand_in,
    };
    Ok((Some(absence), shown))
}

/// Sets one's absence, in place of the one before.
pub async fn save_absence(mut tx: Viewing, absence: Absence) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    if let Some(stand_in) = absence.stand_in {
        let may: bool = sqlx::query_scalar(
            "select exists (select 1 from users where account_id = $1 and id = $2 and id <> $3 and active)",
        )
        .bind(account)
        .bind(stand_in.0)
        .bind(me)
        .fetch_one(tx.connection())
        .await?;
        if !may {
            return Err(AppError::field("stand_in", Problem::NotAColleague));
        }
    }
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(format!("absences {account}"))
        .execute(tx.connection())
        .await?;
    sqlx::query(
        "insert into absences (account_id, user_id, from_on, until_on, stand_in_id) values ($1, $2, $3, $4, $5)
         on conflict (account_id, user_id) do update
         set from_on = excluded.from_on, until_on = excluded.until_on, stand_in_id = excluded.stand_in_id",
    )
    .bind(account)
    .bind(me)
    .bind(absence.from)
    .bind(absence.until)
    .bind(absence.stand_in.map(|user| user.0))
    .execute(tx.connection())
    .await?;
    if let Some(names) = circle(&mut tx).await? {
        return Err(AppError::field("stand_in", Problem::Circle { names }));
    }
    tx.commit().await
}

/// "Ann → Bob → Ann", where at some moment each of them is away and has the next one stand in for him. Compared as moments: days
/// begin at another time in another time zone.
async fn circle(tx: &mut Writing) -> Result<Option<String>, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let names: Option<Vec<String>> = sqlx::query_scalar(
        "with recursive away as (
           select a.user_id, u.full_name::text as full_name, a.stand_in_id, a.from_on::timestamp at time zone u.time_zone as begins,
             (a.until_on + 1)::timestamp at time zone u.time_zone as ends
           from absences a join users u on u.account_id = a.account_id and u.id = a.user_id
           where a.account_id = $1 and a.stand_in_id is not null
         ), chain as (
           select stand_in_id as next, array[user_id] as users, array[full_name] as names, begins, ends from away where user_id = $2
           union all
           select a.stand_in_id, c.users || a.user_id, c.names || a.full_name, greatest(c.begins, a.begins), least(c.ends, a.ends)
           from chain c join away a on a.user_id = c.next
           where a.user_id <> all (c.users) and greatest(c.begins, a.begins) < least(c.ends, a.ends)
         )
         select names from chain where next = $2",
    )
    .bind(account)
    .bind(me)
    .fetch_optional(tx.connection())
    .await?;
    let Some(mut names) = names else {
        return Ok(None);
    };
    names.extend(names.first().cloned());
    Ok(Some(names.join(" → ")))
}

/// Ends one's absence, or the plan of it.
pub async fn end_absence(tx: Viewing) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query("delete from absences where account_id = $1 and user_id = $2")
        .bind(account)
        .bind(me)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
