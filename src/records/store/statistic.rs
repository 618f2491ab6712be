//! Which tickets are behind a number of the statistics: the very ones that it counts, since it counts what this finds.
//! What lies in the bin happened to nobody: the policy of `ticket_facts` shows nothing of it.

use chrono::{DateTime, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::{filter::Clock, mine::NOT_CLOSED};
use crate::{
    model::{
        AccountId, AppError,
        statistics::{Age, Counted, Credited, Days, Statistic, Whose},
        working_hours::WorkingHours,
    },
    server::database::Viewing,
};

/// A statistic as the database is asked for it.
#[derive(Clone, Copy, Debug)]
pub struct Narrow {
    statistic: Statistic,
    clock: Clock,
}

impl Narrow {
    pub async fn of(tx: &mut Viewing, statistic: Statistic) -> Result<Self, AppError> {
        Ok(Self {
            statistic,
            clock: Clock::of_account(tx).await?,
        })
    }

    /// ` and …`: only tickets, as `r`, that it counts.
    pub fn push(&self, query: &mut QueryBuilder<Postgres>, account: AccountId) {
        let Statistic {
            counted,
            whose,
            credited,
        } = self.statistic;
        match counted {
            Counted::Happened(fact, days) => {
                let (starts, ends) = self.clock.spans(days);
                query
                    .push(
                        " and r.id in (select f.record_id from ticket_facts f
                         where f.account_id = ",
                    )
                    .push_bind(account.0)
                    .push(" and f.live and f.what = ")
                    .push_bind(fact.code())
                    .push(" and f.at >= ")
                    .push_bind(starts)
                    .push(" and f.at < ")
                    .push_bind(ends);
                match credited {
                    Credited::Then => push_whose(query, "f.user_id", whose),
                    Credited::Now => push_whose(query, "f.owner_id", whose),
                }
                query.push(")");
            }
            Counted::Open(age) => {
                query.push(NOT_CLOSED);
                if let Some(age) = age {
                    query.push(format!(" and {}", aged(age)));
                }
                push_whose(query, "r.assigned_to_id", whose);
            }
        }
    }
}

/// Whether a ticket, as `r`, has been there for so long.
pub fn aged(age: Age) -> String {
    let (from, to) = age.days();
    let ago = |days: i32| format!("now() - interval '{} hours'", days * 24);
    let old = (from > 0).then(|| format!("r.created_at <= {}", ago(from)));
    let young = to.map(|to| format!("r.created_at > {}", ago(to)));
    let both: Vec<String> = old.into_iter().chain(young).collect();
    both.join(" and ")
}

fn push_whose(query: &mut QueryBuilder<Postgres>, column: &'static str, whose: Option<Whose>) {
    match whose {
        None => {}
        Some(Whose::Nobody) => {
            query.push(format!(" and {column} is null"));
        }
        Some(Whose::User(user)) => {
            query.push(format!(" and {column} = ")).push_bind(user.0);
        }
    }
}

impl Clock {
    /// When these days begin, and when they are over.
    pub fn spans(&self, days: Days) -> (DateTime<Utc>, DateTime<Utc>) {
        (self.begins(days.first()), self.ends(days.last()))
    }
}

/// The account's working hours; those of everybody where it has set none.
pub async fn working_hours(tx: &mut Viewing) -> Result<WorkingHours, AppError> {
    let account = tx.actor().account.0;
    let row: Option<(Vec<i32>, i32, i32)> =
        sqlx::query_as("select days, begins, ends from working_hours where account_id = $1")
            .bind(account)
            .fetch_optional(tx.connection())
            .await?;
    Ok(
        row.map_or_else(WorkingHours::default, |(days, begins, ends)| WorkingHours {
            days,
            begins,
            ends,
        }),
    )
}
