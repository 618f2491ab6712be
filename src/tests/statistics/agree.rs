//! Each number is the length of the list that it links to, and what an evaluator in memory counts: for random histories, days, and
//! people, credited then and now.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use chrono_tz::Europe::Brussels;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::world::{World, days};
use crate::{
    model::{
        RecordId, UserId,
        statistics::{Age, Counted, Credited, Days, Fact, Statistic, Step, Whose},
    },
    statistics::{Line, Report, open},
};

/// Another run may ask for other dice.
fn seed() -> u64 {
    let asked = std::env::var("STEWARD_SEED").ok();
    asked
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(20_261_127)
}

/// A ticket as the test remembers it.
struct Ticket {
    id: RecordId,
    created: DateTime<Utc>,
    assigned: Option<UserId>,
    closed: bool,
    binned: bool,
}

/// What happened: to which ticket, when, under whom.
struct Happening {
    ticket: usize,
    fact: Fact,
    at: DateTime<Utc>,
    under: Option<UserId>,
}

struct Histories {
    world: World,
    tickets: Vec<Ticket>,
    happenings: Vec<Happening>,
}

impl Histories {
    async fn new(dice: &mut StdRng) -> Result<Self> {
        let world = World::new().await?;
        let people = [
            None,
            Some(world.ann.user),
            Some(world.bob.user),
            Some(world.cas.user),
        ];
        let now = Utc::now();
        let mut histories = Self {
            world,
            tickets: Vec::new(),
            happenings: Vec::new(),
        };
        for _ in 0..40 {
            let created = now - TimeDelta::minutes(dice.random_range(10..60 * 24 * 50));
            let assigned = people.choose(dice).copied().flatten();
            histories.opened(created, assigned).await?;
            // It goes on until now, by steps of up to five days.
            let mut at = created;
            loop {
                at += TimeDelta::minutes(dice.random_range(1..60 * 24 * 5));
                if at >= now {
                    break;
                }
                histories.goes_on(dice, at, &people).await?;
            }
            if dice.random_bool(0.1) {
                histories.bin().await?;
            }
        }
        Ok(histories)
    }

    fn happened(&mut self, fact: Fact, at: DateTime<Utc>) {
        if let Some(last) = self.tickets.last() {
            self.happenings.push(Happening {
                ticket: self.tickets.len() - 1,
                fact,
                at,
                under: last.assigned,
            });
        }
    }

    async fn opened(&mut self, created: DateTime<Utc>, assigned: Option<UserId>) -> Result<()> {
        let id = self.world.ticket(created, assigned).await?;
        self.tickets.push(Ticket {
            id,
            created,
            assigned,
            closed: false,
            binned: false,
        });
        self.happened(Fact::Received, created);
        Ok(())
    }

    /// One more thing happens to the last ticket.
    async fn goes_on(
        &mut self,
        dice: &mut StdRng,
        at: DateTime<Utc>,
        people: &[Option<UserId>],
    ) -> Result<()> {
        let Some(last) = self.tickets.last_mut() else {
            return Ok(());
        };
        let id = last.id;
        match dice.random_range(0..3) {
            0 => {
                last.assigned = people.choose(dice).copied().flatten();
                let to = last.assigned;
                self.world.assign(id, to).await?;
            }
            1 => {
                let of_this = self.tickets.len() - 1;
                let mut known = self.happenings.iter();
                let first = !known.any(|one| one.ticket == of_this && one.fact == Fact::Replied);
                self.world.reply(id, at).await?;
                self.happened(Fact::Replied, at);
                if first {
                    self.happened(Fact::FirstReply, at);
                }
            }
            _ => {
                last.closed = !last.closed;
                let (status, fact) = match last.closed {
                    true => ("closed", Fact::Closed),
                    false => ("open", Fact::Reopened),
                };
                self.world.set_status(id, status, at).await?;
                self.happened(fact, at);
            }
        }
        Ok(())
    }

    async fn bin(&mut self) -> Result<()> {
        if let Some(last) = self.tickets.last_mut() {
            last.binned = true;
            sqlx::query("update tickets set deleted_at = now(), deleted_by = $2 where id = $1")
                .bind(last.id.0)
                .bind(self.world.ann.user.0)
                .execute(&self.world.app.owner)
                .await?;
        }
        Ok(())
    }

    /// The happenings that a number is about.
    fn behind(
        &self,
        fact: Fact,
        days: Days,
        whose: Option<Whose>,
        credited: Credited,
    ) -> Vec<&Happening> {
        let is_behind = |one: &&Happening| {
            let ticket = &self.tickets[one.ticket];
            let day = one.at.with_timezone(&Brussels).date_naive();
            let under = match credited {
                Credited::Then => one.under,
                Credited::Now => ticket.assigned,
            };
            one.fact == fact
                && !ticket.binned
                && (days.first()..=days.last()).contains(&day)
                && whose.is_none_or(|whose| whose == Whose::of(under))
        };
        self.happenings.iter().filter(is_behind).collect()
    }

    fn tickets(&self, statistic: Statistic) -> BTreeSet<RecordId> {
        match statistic.counted {
            Counted::Happened(fact, days) => self
                .behind(fact, days, statistic.whose, statistic.credited)
                .into_iter()
                .map(|one| self.tickets[one.ticket].id)
                .collect(),
            Counted::Open(age) => self
                .tickets
                .iter()
                .filter(|one| !one.binned && !one.closed)
                .filter(|one| age.is_none_or(|age| is_of(age, one.created)))
                .filter(|one| {
                    statistic
                        .whose
                        .is_none_or(|whose| whose == Whose::of(one.assigned))
                })
                .map(|one| one.id)
                .collect(),
        }
    }

    /// A number, the list that it links to, and the tickets that it should be about.
    async fn agree(&self, statistic: Statistic, number: i64) -> Result<()> {
        let expected = self.tickets(statistic);
        let list = self.world.list(statistic).await?;
        let found: BTreeSet<RecordId> = list.rows.iter().map(|row| row.id).collect();
        ensure!(
            found == expected && list.total == number && number == i64::try_from(expected.len())?,
            "{statistic}: the number is {number}, its list has {} of which {} show, there should be {}",
            list.total,
            found.len(),
            expected.len()
        );
        Ok(())
    }

    async fn line_agrees(&self, report: &Report, line: &Line) -> Result<()> {
        let before = Report {
            days: report.before,
            ..report.clone()
        };
        for fact in Fact::ALL {
            let pair = line.figures.tickets(fact);
            self.agree(report.happened(fact, line.whose), pair.now)
                .await?;
            self.agree(before.happened(fact, line.whose), pair.before)
                .await?;
        }
        let replies = |days| {
            self.behind(Fact::Replied, days, line.whose, report.credited)
                .len()
        };
        ensure!(line.figures.replies.now == i64::try_from(replies(report.days))?);
        ensure!(line.figures.replies.before == i64::try_from(replies(report.before))?);
        for age in Age::ALL {
            self.agree(open(Some(age), line.whose), line.figures.open_for(age))
                .await?;
        }
        self.agree(open(None, line.whose), line.figures.all_open())
            .await
    }
}

fn is_of(age: Age, created: DateTime<Utc>) -> bool {
    let hours = (Utc::now() - created).num_minutes();
    let minutes = |days: i32| i64::from(days) * 24 * 60;
    let (from, to) = age.days();
    hours >= minutes(from) && to.is_none_or(|to| hours < minutes(to))
}

fn some_days(dice: &mut StdRng) -> Result<Days> {
    let today = Utc::now().with_timezone(&Brussels).date_naive();
    let ago = |n: i64| (today - TimeDelta::days(n)).to_string();
    let first: i64 = dice.random_range(0..45);
    days(&ago(first), &ago(dice.random_range(0..=first)))
}

#[tokio::test]
async fn a_number_is_the_length_of_its_list_and_what_happened() -> Result<()> {
    let mut dice = StdRng::seed_from_u64(seed());
    let histories = Histories::new(&mut dice).await?;
    let mut compared = 0;
    for round in 0..6 {
        let days = some_days(&mut dice)?;
        for credited in [Credited::Then, Credited::Now] {
            let report = histories.world.report(days, credited).await?;
            let lines = report.lines.iter().chain([&report.total]);
            for line in lines {
                histories.line_agrees(&report, line).await?;
                compared += 1;
            }
            // Who has something to show has a row.
            for user in [
                &histories.world.ann,
                &histories.world.bob,
                &histories.world.cas,
            ] {
                let whose = Whose::User(user.user);
                let shown = report.lines.iter().any(|line| line.whose == Some(whose));
                let any = Fact::ALL.into_iter().any(|fact| {
                    !histories
                        .tickets(report.happened(fact, Some(whose)))
                        .is_empty()
                });
                ensure!(
                    shown || !any,
                    "round {round}: {} has no row",
                    user.full_name
                );
            }
        }
    }
    ensure!(compared > 30, "only {compared} rows");
    Ok(())
}

#[tokio::test]
async fn the_parts_of_a_chart_are_the_lengths_of_their_lists() -> Result<()> {
    let mut dice = StdRng::seed_from_u64(seed() + 1);
    let histories = Histories::new(&mut dice).await?;
    let today = Utc::now().with_timezone(&Brussels).date_naive();
    let later: NaiveDate = today + TimeDelta::days(9);
    let days = days(
        &(today - TimeDelta::days(30)).to_string(),
        &later.to_string(),
    )?;
    for step in Step::ALL {
        let query = crate::model::statistics::StatisticsQuery {
            step: Some(step),
            ..super::world::asked(days, Credited::Then)
        };
        let mut tx = histories
            .world
            .app
            .database
            .begin(&histories.world.ann)
            .await?;
        let report = crate::statistics::store::report(&mut tx, &query).await?;
        drop(tx);
        let mut received = 0;
        for part in &report.parts {
            let of = |fact| Statistic {
                counted: Counted::Happened(fact, part.days),
                whose: None,
                credited: Credited::Then,
            };
            histories.agree(of(Fact::Received), part.received).await?;
            histories.agree(of(Fact::Closed), part.closed).await?;
            received += part.received;
        }
        assert_eq!(received, report.total.figures.received.now);
        // What has not begun yet is left out.
        let last = report.parts.last().map(|part| part.days);
        ensure!(last.is_some_and(|days| days.first() <= today && days.last() >= today));
        if step == Step::Week {
            let inner = report.parts.iter().skip(1);
            ensure!(inner.clone().count() > 3);
            ensure!(
                inner
                    .clone()
                    .all(|part| part.days.first().weekday() == chrono::Weekday::Mon)
            );
        }
    }
    Ok(())
}
