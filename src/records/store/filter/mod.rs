//! From a segment's typed tree to SQL: every value a bind parameter, every condition true or not, never unknown.
//! Whatever is tested of another record is tested of what the policies show of it.

mod people;
mod sql;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

pub use people::People;

use self::sql::Source;
use super::catalogue::catalogue;
use crate::{
    model::{
        AppError, RecordKind, TeamId, UserId,
        segments::{Broken, Checked, Group, Known, check, check::TEAM},
    },
    server::database::Viewing,
};

/// When it is, where the account is.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    zone: Tz,
    pub today: NaiveDate,
}

impl Clock {
    pub fn new(zone: &str, now: DateTime<Utc>) -> Self {
        let zone = zone.parse().unwrap_or(Tz::UTC);
        Self {
            zone,
            today: now.with_timezone(&zone).date_naive(),
        }
    }

    pub async fn of_account(tx: &mut Viewing) -> Result<Self, AppError> {
        let (zone, now): (String, DateTime<Utc>) =
            sqlx::query_as("select account_time_zone(), now()")
                .fetch_one(tx.connection())
                .await?;
        Ok(Self::new(&zone, now))
    }

    /// When a day begins: at midnight, or where the clocks are put forward just then, as soon as there is a time.
    pub fn begins(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = NaiveDateTime::new(day, NaiveTime::MIN);
        let half_hours = (0..=6).filter_map(|n| {
            let time = midnight + TimeDelta::minutes(30 * n);
            self.zone.from_local_datetime(&time).earliest()
        });
        let mut first = half_hours;
        first
            .next()
            .map_or_else(|| midnight.and_utc(), |at| at.to_utc())
    }

    /// When a day is over.
    pub fn ends(&self, day: NaiveDate) -> DateTime<Utc> {
        self.begins(day.succ_opt().unwrap_or(day))
    }
}

/// A filter as the database is asked for it.
#[derive(Clone, Debug)]
pub struct Filter {
    kind: RecordKind,
    account: Uuid,
    /// All of them hold.
    trees: Vec<Checked>,
    people: People,
    clock: Clock,
    /// Whoever was responsible at the end of this day, instead of who is now.
    as_of: Option<NaiveDate>,
}

impl Filter {
    /// What filters that are all to hold mean for `me`; or what is broken in them, for the account as it is.
    pub async fn of(
        tx: &mut Viewing,
        kind: RecordKind,
        groups: &[Group],
        me: UserId,
        as_of: Option<NaiveDate>,
    ) -> Result<Result<Self, Vec<Broken>>, AppError> {
        let known = known(tx, kind, groups).await?;
        let mut trees = Vec::new();
        for group in groups {
            match check(group, &known) {
                Ok(tree) => trees.push(tree),
                Err(broken) => return Ok(Err(broken)),
            }
        }
        let who: Vec<_> = trees.iter().flat_map(Checked::people).collect();
        Ok(Ok(Self {
            kind,
            account: tx.actor().account.0,
            people: People::of(tx, &who, me).await?,
            trees,
            clock: Clock::of_account(tx).await?,
            as_of,
        }))
    }

    /// Before which moment somebody must have been responsible, where it is not about now.
    pub fn then(&self) -> Option<DateTime<Utc>> {
        self.as_of.map(|day| self.clock.ends(day))
    }

    /// `and …`: only records, as `r`, that are so.
    pub fn push(&self, query: &mut QueryBuilder<Postgres>) {
        let source = Source::new(self, self.kind, "r");
        for tree in &self.trees {
            query.push(" and ");
            source.push_group(query, tree);
        }
        if let Some(then) = self.then() {
            query.push(" and r.created_at < ").push_bind(then);
        }
    }
}

/// What filters can be held against: the catalogues, and what exists of all that they name.
pub async fn known(
    tx: &mut Viewing,
    kind: RecordKind,
    groups: &[Group],
) -> Result<Known, AppError> {
    let own = catalogue(tx, kind).await?;
    let rights = tx.actor().rights;
    let targets: BTreeSet<RecordKind> = own
        .fields()
        .iter()
        .flat_map(|field| field.kind.targets())
        .copied()
        .filter(|kind| rights.may_use(*kind))
        .collect();
    let mut related = Vec::new();
    for target in targets {
        related.push(catalogue(tx, target).await?);
    }
    let named = |text: &String| {
        let id = text.strip_prefix(TEAM);
        id.unwrap_or(text).trim().parse::<Uuid>().ok()
    };
    let conditions = groups.iter().flat_map(Group::conditions);
    let values = conditions.flat_map(|one| &one.values);
    let ids: BTreeSet<Uuid> = values.filter_map(named).collect();
    let (mut users, mut teams, mut phases) = (Vec::new(), Vec::new(), Vec::new());
    if !ids.is_empty() {
        let ids: Vec<Uuid> = ids.into_iter().collect();
        (users, teams, phases) = sqlx::query_as(
            "select array(select id from users where account_id = $1 and id = any ($2)),
               array(select id from teams where account_id = $1 and id = any ($2)),
               array(select id from deal_phases where account_id = $1 and id = any ($2))",
        )
        .bind(tx.actor().account.0)
        .bind(ids)
        .fetch_one(tx.connection())
        .await?;
    }
    Ok(Known {
        own,
        related,
        users: users.into_iter().map(UserId).collect(),
        teams: teams.into_iter().map(TeamId).collect(),
        phases: phases.into_iter().collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a moment")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_day_is_where_the_account_is() {
        // Half past eleven in the evening in Brussels, and half past midnight.
        let evening = Clock::new("Europe/Brussels", at("2026-11-25T22:30:00Z"));
        assert_eq!(evening.today, day("2026-11-25"));
        let night = Clock::new("Europe/Brussels", at("2026-11-25T23:30:00Z"));
        assert_eq!(night.today, day("2026-11-26"));
        assert_eq!(evening.ends(evening.today), at("2026-11-25T23:00:00Z"));
        // The longest and the shortest day of the year.
        assert_eq!(
            evening.begins(day("2026-10-25")),
            at("2026-10-24T22:00:00Z")
        );
        assert_eq!(evening.ends(day("2026-10-25")), at("2026-10-25T23:00:00Z"));
        assert_eq!(evening.ends(day("2026-03-29")), at("2026-03-29T22:00:00Z"));
    }

    #[test]
    fn a_day_without_a_midnight_begins_when_there_is_a_time() {
        let clock = Clock::new("America/Sao_Paulo", at("2017-10-15T12:00:00Z"));
        assert_eq!(clock.begins(day("2017-10-15")), at("2017-10-15T03:00:00Z"));
    }
}
