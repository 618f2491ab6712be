//! Deals in the database, beyond what all kinds share: where a deal stands, and the board.
//! Everything is read as the viewer; the database keeps since when a deal is where it is.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use crate::{
    model::{
        Actor, AppError, RecordId, RecordKind,
        pipeline::{Board, BoardQuery, Card, Column, Phase, Standing, Sum},
    },
    records::store::{self, Duties},
    server::database::Viewing,
};

const KIND: RecordKind = RecordKind::Deal;

/// Where a deal stands that the viewer sees.
pub async fn standing(tx: &mut Viewing, id: RecordId) -> Result<Standing, AppError> {
    let phases = store::phases(tx).await?;
    let account = tx.actor().account.0;
    let row = sqlx::query(
        "select phase_id, extract(day from now() - phase_since)::bigint as days, closed_at, closed_from_id, lost_reason
         from deals where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let closed_at: Option<DateTime<Utc>> = row.try_get("closed_at")?;
    let closed_from: Option<Uuid> = row.try_get("closed_from_id")?;
    let first_open = phases.iter().find(|phase| phase.is_open());
    Ok(Standing {
        phase: row.try_get("phase_id")?,
        days: row.try_get("days")?,
        closed_on: closed_at.map(|at| tx.actor().local(at).date()),
        lost_reason: row.try_get("lost_reason")?,
        reopens_in: closed_from.or(first_open.map(|phase| phase.id)),
        phases,
    })
}

/// Of closed deals the board shows those of the last days.
const CLOSED: &str = "interval '30 days'";

/// All phases with what the viewer sees in them.
pub async fn board(tx: &mut Viewing, query: BoardQuery) -> Result<Board, AppError> {
    let mut columns = Vec::new();
    let duties = Duties::of(tx, KIND).await?;
    for phase in store::phases(tx).await? {
        let cards = cards(tx, &duties, query, &phase).await?;
        let (total, sums) = sums(tx, &duties, query, &phase).await?;
        columns.push(Column {
            phase,
            total,
            sums,
            cards,
        });
    }
    Ok(Board { columns })
}

/// The deals of a phase that the board is about. Phase by phase, so that each reads its own end of the index.
fn push_filter(
    select: &mut QueryBuilder<Postgres>,
    actor: &Actor,
    duties: &Duties,
    query: BoardQuery,
    phase: &Phase,
) {
    select
        .push(" where r.account_id = ")
        .push_bind(actor.account.0)
        .push(" and r.phase_id = ")
        .push_bind(phase.id);
    if !phase.is_open() {
        select.push(format!(" and r.phase_since > now() - {CLOSED}"));
    }
    if query.mine {
        duties.push_of(select, actor.user);
    }
}

/// How many deals a phase has, and what they are worth in each currency.
async fn sums(
    tx: &mut Viewing,
    duties: &Duties,
    query: BoardQuery,
    phase: &Phase,
) -> Result<(i64, Vec<Sum>), AppError> {
    let mut select =
        QueryBuilder::new("select r.currency, count(*) as n, sum(r.value) as amount from deals r");
    push_filter(&mut select, tx.actor(), duties, query, phase);
    select.push(" group by r.currency order by amount desc nulls last");
    let (mut total, mut sums) = (0, Vec::new());
    for row in select.build().fetch_all(tx.connection()).await? {
        total += row.try_get::<i64, _>("n")?;
        let amount: Option<Decimal> = row.try_get("amount")?;
        if let Some(amount) = amount.filter(|amount| !amount.is_zero()) {
            sums.push(Sum {
                currency: row.try_get("currency")?,
                amount,
            });
        }
    }
    Ok((total, sums))
}

async fn cards(
    tx: &mut Viewing,
    duties: &Duties,
    query: BoardQuery,
    phase: &Phase,
) -> Result<Vec<Card>, AppError> {
    let mut select = QueryBuilder::new(
        "select r.id, r.title, r.value, r.currency, extract(day from now() - r.phase_since)::bigint as days,
           u.full_name, u.active, customer_name(r.company_id, r.contact_id) as customer,
           exists (select 1 from deal_next_steps s where s.account_id = r.account_id and s.record_id = r.id and s.done_at is null) as planned
         from deals r join users u on u.account_id = r.account_id and u.id = r.assigned_to_id",
    );
    push_filter(&mut select, tx.actor(), duties, query, phase);
    select
        .push(" order by r.phase_since desc, r.id desc limit ")
        .push_bind(query.show);
    let rows = select.build().fetch_all(tx.connection()).await?;
    rows.iter()
        .map(|row| {
            let amount: Option<Decimal> = row.try_get("value")?;
            let currency: String = row.try_get("currency")?;
            Ok(Card {
                id: RecordId(row.try_get("id")?),
                title: row.try_get("title")?,
                customer: row.try_get::<Option<_>, _>("customer")?.unwrap_or_default(),
                assigned_to: row.try_get("full_name")?,
                active: row.try_get("active")?,
                value: amount.map(|amount| Sum { currency, amount }),
                days: row.try_get("days")?,
                planned: row.try_get("planned")?,
            })
        })
        .collect()
}
