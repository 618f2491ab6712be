//! Phases in the database. Each change locks all of the account's phases first, so that their order stays one.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Row;
use crate::{
    model::{
        AppError, Problem, RecordKind,
        activity::{Change, What},
        pipeline::Phase,
    },
    records::store::{self, phases},
    server::database::{Reached, Viewing, Writing},
};

const KIND: RecordKind = RecordKind::Deal;

pub async fn pipeline(tx: &mut Viewing) -> Result<Vec<Row>, AppError> {
    let account = tx.actor().account.0;
    let counts: Vec<(Uuid, i64)> = sqlx::query_as(
        "select phase_id, count(*) from deals where account_id = $1 group by phase_id",
    )
    .bind(account)
    .fetch_all(tx.connection())
    .await?;
    let counts: BTreeMap<Uuid, i64> = counts.into_iter().collect();
    let row = |phase: Phase| Row {
        deals: counts.get(&phase.id).copied().unwrap_or_default(),
        phase,
    };
    Ok(phases(tx).await?.into_iter().map(row).collect())
}

/// What the form of a phase says.
pub struct Draft {
    pub phase: Option<Uuid>,
    pub name: String,
    pub probability: i64,
    pub rotting_days: Option<i64>,
}

/// The account's phases, locked, and the transaction that may change them.
async fn locked(mut tx: Viewing) -> Result<(Vec<Phase>, Writing), AppError> {
    let known = phases(&mut tx).await?;
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::setting()).await?;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select id from deal_phases where account_id = $1 order by position, id for update",
    )
    .bind(account)
    .fetch_all(tx.connection())
    .await?;
    if ids.len() != known.len() {
        // Somebody added or deleted one between our look and now.
        return Err(AppError::Unavailable);
    }
    let mut by_id: BTreeMap<Uuid, Phase> = known.into_iter().map(|one| (one.id, one)).collect();
    let known = ids.iter().filter_map(|id| by_id.remove(id)).collect();
    Ok((known, tx))
}

pub async fn save(tx: Viewing, draft: Draft) -> Result<(), AppError> {
    let (known, mut tx) = locked(tx).await?;
    let account = tx.actor().account.0;
    let id = draft.phase.unwrap_or_else(Uuid::now_v7);
    let before = known.iter().find(|phase| phase.id == id);
    if draft.phase.is_some() && before.is_none() {
        return Err(AppError::NotFound);
    }
    sqlx::query(
        "insert into deal_phases (account_id, id, name, position, probability, rotting_days) values ($1, $2, $3, 0, $4, $5)
         on conflict (account_id, id) do update set name = excluded.name,
           probability = case deal_phases.outcome when 'open' then excluded.probability else deal_phases.probability end,
           rotting_days = case deal_phases.outcome when 'open' then excluded.rotting_days end",
    )
    .bind(account)
    .bind(id)
    .bind(&draft.name)
    .bind(i32::try_from(draft.probability).map_err(AppError::internal)?)
    .bind(draft.rotting_days.map(i32::try_from).transpose().map_err(AppError::internal)?)
    .execute(tx.connection())
    .await?;
    if before.is_none() {
        // Behind the last open one, before won and lost.
        let (mut open, ends): (Vec<&Phase>, Vec<&Phase>) =
            known.iter().partition(|phase| phase.is_open());
        let mut order: Vec<Uuid> = open.drain(..).map(|phase| phase.id).collect();
        order.push(id);
        order.extend(ends.into_iter().map(|phase| phase.id));
        put_in_order(&mut tx, order).await?;
    }
    tx.commit().await
}

async fn put_in_order(tx: &mut Writing, order: Vec<Uuid>) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    sqlx::query(
        "update deal_phases p set position = o.n from unnest($2::uuid[]) with ordinality o(id, n)
         where p.account_id = $1 and p.id = o.id",
    )
    .bind(account)
    .bind(order)
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn shift(tx: Viewing, phase: Uuid, later: bool) -> Result<(), AppError> {
    let (known, mut tx) = locked(tx).await?;
    let at = known
        .iter()
        .position(|one| one.id == phase && one.is_open())
        .ok_or(AppError::NotFound)?;
    let beside = if later {
        Some(at + 1)
    } else {
        at.checked_sub(1)
    };
    let beside = beside.filter(|n| known.get(*n).is_some_and(Phase::is_open));
    if let Some(beside) = beside {
        let mut order: Vec<Uuid> = known.iter().map(|one| one.id).collect();
        order.swap(at, beside);
        put_in_order(&mut tx, order).await?;
    }
    tx.commit().await
}

/// Deletes an open phase. Its deals, those in the bin too, are in another open one then.
pub async fn delete(tx: Viewing, phase: Uuid, to: Uuid) -> Result<(), AppError> {
    let (known, mut tx) = locked(tx).await?;
    let open = |id: Uuid| known.iter().find(|one| one.id == id && one.is_open());
    let from = open(phase).ok_or(AppError::NotFound)?;
    let to = open(to)
        .filter(|to| to.id != from.id)
        .ok_or_else(|| AppError::field("target", Problem::NotAnOption))?;
    let moved = What::Changed(vec![Change {
        field: "phase".to_owned(),
        label: None,
        old: from.value(),
        new: to.value(),
    }]);
    store::happened_where(&mut tx, KIND, "phase_id", from.id, &moved).await?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "update deals set phase_id = $3, probability = $4, version = version + 1, updated_at = now(), updated_by = $5
         where account_id = $1 and phase_id = $2",
    )
    .bind(account)
    .bind(from.id)
    .bind(to.id)
    .bind(i32::try_from(to.probability).map_err(AppError::internal)?)
    .bind(me)
    .execute(tx.connection())
    .await?;
    sqlx::query(
        "update deals set closed_from_id = $3 where account_id = $1 and closed_from_id = $2",
    )
    .bind(account)
    .bind(from.id)
    .bind(to.id)
    .execute(tx.connection())
    .await?;
    sqlx::query("delete from deal_phases where account_id = $1 and id = $2")
        .bind(account)
        .bind(from.id)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
