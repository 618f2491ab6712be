//! The statistics in the database. Each number is a count within one index, for one colleague and one sort of what happened: to group
//! millions of rows would take longer than to read them in order. The policies show nothing of what lies in the bin.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, FromRow};
use uuid::Uuid;

use super::{Figures, Line, Pair, Part, Report, Waited};
use crate::{
    model::{
        AppError, UserId,
        statistics::{Age, Credited, Days, Fact, StatisticsQuery, Step, Whose},
    },
    records::store::{Clock, aged, working_hours},
    server::database::Viewing,
};

/// All that the page shows, as of now.
pub async fn report(tx: &mut Viewing, query: &StatisticsQuery) -> Result<Report, AppError> {
    let clock = Clock::of_account(tx).await?;
    let days = query.days(clock.today);
    let (before, step) = (days.before(), query.step(days));
    let mut tallies = Tallies::default();
    for row in happened(tx, clock, [days, before], query.credited).await? {
        tallies.add(row)?;
    }
    for row in open(tx).await? {
        tallies.add_open(&row);
    }
    let (lines, total) = tallies.lines(tx).await?;
    Ok(Report {
        days,
        before,
        credited: query.credited,
        step,
        parts: parts(tx, clock, days, step).await?,
        lines,
        total,
        hours: working_hours(tx).await?,
    })
}

/// A first reply is one of the replies: it is the one that has minutes.
const READ: [Fact; 4] = [Fact::Received, Fact::Closed, Fact::Reopened, Fact::Replied];

/// What happened under one colleague in the days asked for (1) or before them (2).
#[derive(FromRow)]
struct Happened {
    what: String,
    n: i64,
    user_id: Option<Uuid>,
    facts: i64,
    /// Tickets, each once under him; and each once in all.
    under: i64,
    tickets: i64,
    minutes: Vec<i32>,
}

async fn happened(
    tx: &mut Viewing,
    clock: Clock,
    periods: [Days; 2],
    credited: Credited,
) -> Result<Vec<Happened>, AppError> {
    // Who is responsible now is one and the same for all that happened to a ticket.
    let (column, under) = match credited {
        Credited::Then => ("user_id", "before_under_at"),
        Credited::Now => ("owner_id", "before_at"),
    };
    // Two selects, since an index is not asked for "the same, or null as well".
    let of = |people: &str, id: &str, whose: &str| {
        format!(
            "select k.what, s.n, {id} as user_id, c.*
             from unnest($2::text[]) k (what)
             cross join unnest($3::timestamptz[], $4::timestamptz[]) with ordinality s (starts, ends, n)
             {people}
             cross join lateral (
               select count(*) as facts,
                 count(*) filter (where f.{under} is null or f.{under} < s.starts) as under,
                 count(*) filter (where f.before_at is null or f.before_at < s.starts) as tickets,
                 coalesce(array_agg(f.minutes) filter (where f.minutes is not null), '{{}}') as minutes
               from ticket_facts f
               where f.account_id = $1 and f.live and f.what = k.what and f.{column} {whose}
                 and f.at >= s.starts and f.at < s.ends
             ) c where c.facts > 0"
        )
    };
    let colleagues = of(
        "cross join (select id from users where account_id = $1) u",
        "u.id",
        "= u.id",
    );
    let nobody = of("", "null::uuid", "is null");
    let (starts, ends): (Vec<_>, Vec<_>) =
        periods.into_iter().map(|days| clock.spans(days)).unzip();
    let facts: Vec<&str> = READ.into_iter().map(Fact::code).collect();
    let account = tx.actor().account.0;
    Ok(
        sqlx::query_as(AssertSqlSafe(format!("{colleagues} union all {nobody}")))
            .bind(account)
            .bind(facts)
            .bind(starts)
            .bind(ends)
            .fetch_all(tx.connection())
            .await?,
    )
}

/// How many are open now, of each age; by who is responsible.
async fn open(tx: &mut Viewing) -> Result<Vec<(Option<Uuid>, Vec<i64>)>, AppError> {
    let of_age = |age| format!("count(*) filter (where {})", aged(age));
    let counts: Vec<String> = Age::ALL.into_iter().map(of_age).collect();
    let sql = format!(
        "select r.assigned_to_id, array[{}] from tickets r
         where r.account_id = $1 and r.deleted_at is null and r.status <> 'closed' group by r.assigned_to_id",
        counts.join(", ")
    );
    let account = tx.actor().account.0;
    Ok(sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .fetch_all(tx.connection())
        .await?)
}

/// What came and went, part by part, up to today: what has not begun yet is not nothing.
async fn parts(
    tx: &mut Viewing,
    clock: Clock,
    days: Days,
    step: Step,
) -> Result<Vec<Part>, AppError> {
    let mut parts = days.divided(step);
    parts.retain(|part| part.first() <= clock.today);
    let (starts, ends): (Vec<DateTime<Utc>>, Vec<DateTime<Utc>>) =
        parts.iter().map(|part| clock.spans(*part)).unzip();
    let count = |fact: Fact| {
        format!(
            "(select count(*) from ticket_facts f
              where f.account_id = $1 and f.live and f.what = '{}' and f.at >= s.starts and f.at < s.ends
                and (f.before_at is null or f.before_at < s.starts))",
            fact.code()
        )
    };
    let sql = format!(
        "select {}, {} from unnest($2::timestamptz[], $3::timestamptz[]) with ordinality s (starts, ends, n) order by s.n",
        count(Fact::Received),
        count(Fact::Closed)
    );
    let account = tx.actor().account.0;
    let counts: Vec<(i64, i64)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(starts)
        .bind(ends)
        .fetch_all(tx.connection())
        .await?;
    let part = |(days, (received, closed))| Part {
        days,
        received,
        closed,
    };
    Ok(parts.into_iter().zip(counts).map(part).collect())
}

/// The numbers of one row while they are gathered.
#[derive(Default)]
struct Tally {
    figures: Figures,
    /// Of first replies and of closings, in the days asked for and before.
    to_first_reply: Pair<Vec<i32>>,
    to_close: Pair<Vec<i32>>,
}

#[derive(Default)]
struct Tallies {
    by: BTreeMap<Whose, Tally>,
    total: Tally,
}

impl<T> Pair<T> {
    fn of(&mut self, n: i64) -> &mut T {
        match n {
            1 => &mut self.now,
            _ => &mut self.before,
        }
    }
}

impl Tally {
    fn add(&mut self, fact: Fact, row: &Happened, tickets: i64) {
        let of = &mut self.figures;
        match fact {
            Fact::Received => *of.received.of(row.n) += tickets,
            Fact::Reopened => *of.reopened.of(row.n) += tickets,
            Fact::Closed => {
                *of.closed.of(row.n) += tickets;
                self.to_close.of(row.n).extend(&row.minutes);
            }
            Fact::Replied => {
                *of.replied.of(row.n) += tickets;
                *of.replies.of(row.n) += row.facts;
                self.to_first_reply.of(row.n).extend(&row.minutes);
            }
            Fact::FirstReply => {}
        }
    }

    fn figures(self) -> Figures {
        let count = |minutes: &Vec<i32>| i64::try_from(minutes.len()).unwrap_or(i64::MAX);
        Figures {
            first_replied: Pair {
                now: count(&self.to_first_reply.now),
                before: count(&self.to_first_reply.before),
            },
            to_first_reply: self.to_first_reply.map(Waited::of),
            to_close: self.to_close.map(Waited::of),
            ..self.figures
        }
    }
}

impl Waited {
    fn of(mut minutes: Vec<i32>) -> Self {
        let mut reached = |tenths: usize| {
            // The first of them that so many do not exceed.
            let rank = (minutes.len() * tenths).div_ceil(10).checked_sub(1)?;
            let (_, minutes, _) = minutes.select_nth_unstable(rank);
            Some(i64::from(*minutes))
        };
        Self {
            median: reached(5),
            ninetieth: reached(9),
        }
    }
}

impl Tallies {
    fn add(&mut self, row: Happened) -> Result<(), AppError> {
        let mut facts = READ.into_iter();
        let fact = facts
            .find(|fact| fact.code() == row.what)
            .ok_or_else(|| AppError::internal("the database knows another fact"))?;
        let whose = Whose::of(row.user_id.map(UserId));
        self.by.entry(whose).or_default().add(fact, &row, row.under);
        self.total.add(fact, &row, row.tickets);
        Ok(())
    }

    fn add_open(&mut self, (user, counts): &(Option<Uuid>, Vec<i64>)) {
        let whose = Whose::of(user.map(UserId));
        for tally in [self.by.entry(whose).or_default(), &mut self.total] {
            for (sum, count) in tally.figures.open.iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }

    /// The rows by name, nobody last; and all together.
    async fn lines(mut self, tx: &mut Viewing) -> Result<(Vec<Line>, Line), AppError> {
        let ids: Vec<Uuid> = self
            .by
            .keys()
            .filter_map(|whose| match whose {
                Whose::User(user) => Some(user.0),
                Whose::Nobody => None,
            })
            .collect();
        let account = tx.actor().account.0;
        let people: Vec<(Uuid, String, bool)> = sqlx::query_as(
            "select id, full_name, active from users where account_id = $1 and id = any ($2) order by full_name, id",
        )
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
        let mut lines = Vec::new();
        let people = people
            .into_iter()
            .map(|(id, name, active)| (Whose::User(UserId(id)), name, active));
        for (whose, name, active) in people.chain([(Whose::Nobody, String::new(), true)]) {
            if let Some(tally) = self.by.remove(&whose) {
                lines.push(Line {
                    whose: Some(whose),
                    name,
                    active,
                    figures: tally.figures(),
                });
            }
        }
        let total = Line {
            whose: None,
            name: String::new(),
            active: true,
            figures: self.total.figures(),
        };
        Ok((lines, total))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_ninetieth_are_times_that_were_measured() {
        let waited = |minutes: &[i32]| {
            let waited = Waited::of(minutes.to_vec());
            (waited.median, waited.ninetieth)
        };
        assert_eq!(waited(&[]), (None, None));
        assert_eq!(waited(&[7]), (Some(7), Some(7)));
        assert_eq!(waited(&[30, 10]), (Some(10), Some(30)));
        assert_eq!(waited(&[50, 10, 40, 20, 30]), (Some(30), Some(50)));
        let ten: Vec<i32> = (1..=10).rev().collect();
        assert_eq!(waited(&ten), (Some(5), Some(9)));
    }
}
