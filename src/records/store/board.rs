//! A kind's records on its board, read as the viewer: column by column, so that each reads its own end of an index.
//! Which columns there are, and what a card shows, its room says.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use super::{duties::Duties, next_steps::today};
use crate::{
    model::{
        Actor, AppError, RecordId, RecordKind,
        board::{Board, BoardQuery, Card, Column, Sum},
    },
    server::database::Viewing,
};

/// Of what is closed a board shows that of the last days.
const CLOSED: &str = "interval '30 days'";

/// What the records of one column have in the column of the table that says where they stand.
#[derive(Clone, Debug)]
pub enum Holds {
    Id(Uuid),
    Code(String),
}

/// How a kind's records stand on its board; everything in SQL, of `r`.
#[derive(Clone, Copy, Debug)]
pub struct OnBoard {
    pub kind: RecordKind,
    /// Where a record stands, and since when.
    pub place: &'static str,
    pub since: &'static str,
    /// The amount that is added up in each currency, if one is.
    pub worth: Option<&'static str>,
    /// `due`, a date; `days` in its column; `people`, who is responsible: a JSON array of names, each with whether he is active.
    pub cells: &'static str,
    /// The order of those that are open.
    pub order: &'static str,
}

/// All of these columns with what the viewer sees in them.
pub async fn board(
    tx: &mut Viewing,
    query: BoardQuery,
    of: &OnBoard,
    places: Vec<(Holds, Column)>,
) -> Result<Board, AppError> {
    let duties = Duties::of(tx, of.kind).await?;
    let mut columns = Vec::new();
    for (holds, mut column) in places {
        let asked = Asked {
            of,
            duties: &duties,
            query,
            holds: &holds,
            open: column.is_open(),
        };
        column.cards = asked.cards(tx).await?;
        (column.total, column.sums) = asked.sums(tx).await?;
        columns.push(column);
    }
    Ok(Board { columns })
}

/// One column that is asked for.
struct Asked<'a> {
    of: &'a OnBoard,
    duties: &'a Duties,
    query: BoardQuery,
    holds: &'a Holds,
    open: bool,
}

impl Asked<'_> {
    fn push_from(&self, select: &mut QueryBuilder<Postgres>, actor: &Actor) {
        let OnBoard {
            kind, place, since, ..
        } = self.of;
        select
            .push(format!(" from {} r where r.account_id = ", kind.table()))
            .push_bind(actor.account.0)
            .push(format!(" and {place} = "));
        match self.holds {
            Holds::Id(id) => select.push_bind(*id),
            Holds::Code(code) => select.push_bind(code.clone()),
        };
        if !self.open {
            select.push(format!(" and {since} > now() - {CLOSED}"));
        }
        if self.query.mine {
            self.duties.push_of(select, actor.user);
        }
    }

    /// How many records it has, and what they are worth in each currency.
    async fn sums(&self, tx: &mut Viewing) -> Result<(i64, Vec<Sum>), AppError> {
        let actor = tx.actor().clone();
        let Some(worth) = self.of.worth else {
            let mut select = QueryBuilder::new("select count(*)");
            self.push_from(&mut select, &actor);
            let total = select.build_query_scalar();
            return Ok((total.fetch_one(tx.connection()).await?, Vec::new()));
        };
        let mut select = QueryBuilder::new(format!(
            "select r.currency, count(*) as n, sum({worth}) as amount"
        ));
        self.push_from(&mut select, &actor);
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

    async fn cards(&self, tx: &mut Viewing) -> Result<Vec<Card>, AppError> {
        let actor = tx.actor().clone();
        let OnBoard {
            kind, worth, cells, ..
        } = self.of;
        // Of what is closed the last comes first.
        let order = match self.open {
            true => self.of.order.to_owned(),
            false => format!("{} desc, r.id desc", self.of.since),
        };
        let mut select = QueryBuilder::new(format!(
            "select r.id, r.title, r.currency, {} as value, {cells}, customer_name(r.company_id, r.contact_id) as customer,
               exists (select 1 from {}_next_steps s where s.account_id = r.account_id and s.record_id = r.id and s.done_at is null) as planned",
            worth.unwrap_or("null::numeric"),
            kind.child(),
        ));
        self.push_from(&mut select, &actor);
        select
            .push(format!(" order by {order} limit "))
            .push_bind(self.query.show);
        let rows = select.build().fetch_all(tx.connection()).await?;
        let today = today(&actor);
        rows.iter().map(|row| card(row, today)).collect()
    }
}

fn card(row: &PgRow, today: NaiveDate) -> Result<Card, AppError> {
    let amount: Option<Decimal> = row.try_get("value")?;
    let currency: String = row.try_get("currency")?;
    let due: Option<NaiveDate> = row.try_get("due")?;
    let people: Option<Json<Vec<(String, bool)>>> = row.try_get("people")?;
    Ok(Card {
        id: RecordId(row.try_get("id")?),
        title: row.try_get("title")?,
        customer: row.try_get::<Option<_>, _>("customer")?.unwrap_or_default(),
        people: people.map(|Json(people)| people).unwrap_or_default(),
        value: amount.map(|amount| Sum { currency, amount }),
        due,
        overdue: due.is_some_and(|due| due < today),
        days: row.try_get("days")?,
        planned: row.try_get("planned")?,
    })
}
