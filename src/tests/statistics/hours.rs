//! Working minutes: what the database computes is what one counts minute by minute, in any time zone, over nights, weekends and changes
//! of the clocks.

use anyhow::{Result, ensure};
use chrono::{DateTime, Datelike as _, TimeDelta, TimeZone as _, Timelike as _, Utc};
use chrono_tz::Tz;
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};

use super::{
    TestApp,
    world::{World, days, moment, of},
};
use crate::model::{AccountId, statistics::Credited, working_hours::WorkingHours};

/// Where clocks are changed in the night, at midnight, back over midnight, by half an hour; where a day was left out; and nowhere.
const ZONES: [Tz; 6] = [
    Tz::Europe__Brussels,
    Tz::America__Sao_Paulo,
    Tz::Atlantic__Azores,
    Tz::Australia__Lord_Howe,
    Tz::Pacific__Apia,
    Tz::UTC,
];

fn by_the_minute(hours: &WorkingHours, zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> i32 {
    let mut counted = 0;
    let mut minute = from;
    while minute < to {
        let local = minute.with_timezone(&zone);
        let day = i32::try_from(local.weekday().number_from_monday()).unwrap_or_default();
        let at = i32::try_from(local.hour() * 60 + local.minute()).unwrap_or_default();
        if hours.days.contains(&day) && (hours.begins..hours.ends).contains(&at) {
            counted += 1;
        }
        minute += TimeDelta::minutes(1);
    }
    counted
}

async fn set(app: &TestApp, account: AccountId, zone: Tz, hours: &WorkingHours) -> Result<()> {
    sqlx::query("update accounts set time_zone = $2 where id = $1")
        .bind(account.0)
        .bind(zone.name())
        .execute(&app.owner)
        .await?;
    sqlx::query(
        "insert into working_hours (account_id, days, begins, ends) values ($1, $2, $3, $4)
         on conflict (account_id) do update set days = excluded.days, begins = excluded.begins, ends = excluded.ends",
    )
    .bind(account.0)
    .bind(&hours.days)
    .bind(hours.begins)
    .bind(hours.ends)
    .execute(&app.owner)
    .await?;
    Ok(())
}

async fn in_database(
    app: &TestApp,
    account: AccountId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<i32> {
    let minutes = sqlx::query_scalar("select working_minutes($1, $2, $3)");
    let minutes = minutes.bind(account.0).bind(from).bind(to);
    Ok(minutes.fetch_one(&app.owner).await?)
}

fn some_hours(dice: &mut StdRng) -> WorkingHours {
    let begins = [0, 60, 90, 120, 540]
        .choose(dice)
        .copied()
        .unwrap_or_default();
    WorkingHours {
        days: (1..=7)
            .filter(|day| *day == 3 || dice.random_bool(0.6))
            .collect(),
        begins,
        ends: [180, 600, 1050, 1440].choose(dice).copied().unwrap_or(1440),
    }
    .in_order()
}

impl WorkingHours {
    fn in_order(mut self) -> Self {
        if self.ends <= self.begins {
            self.ends = self.begins + 30;
        }
        self
    }
}

#[tokio::test]
async fn working_minutes_are_what_one_counts_minute_by_minute() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    let mut dice = StdRng::seed_from_u64(20_261_127);
    let mut any = 0;
    for zone in ZONES {
        for _ in 0..5 {
            let hours = some_hours(&mut dice);
            set(&app, account, zone, &hours).await?;
            for _ in 0..12 {
                let year = [2011, 2017, 2026]
                    .choose(&mut dice)
                    .copied()
                    .unwrap_or(2026);
                // The months in which clocks are changed, somewhere.
                let month = [1, 3, 4, 10, 11, 12]
                    .choose(&mut dice)
                    .copied()
                    .unwrap_or(1);
                let first = Utc.with_ymd_and_hms(year, month, 1, 0, 0, 0).single();
                let first = first.ok_or_else(|| anyhow::anyhow!("a month begins"))?;
                let from = first + TimeDelta::minutes(dice.random_range(0..40_000));
                let length = if dice.random_bool(0.5) { 300 } else { 15_000 };
                let to = from + TimeDelta::minutes(dice.random_range(0..length));
                let (counted, computed) = (
                    by_the_minute(&hours, zone, from, to),
                    in_database(&app, account, from, to).await?,
                );
                ensure!(
                    counted == computed,
                    "{zone}, {hours:?}, {from} – {to}: {computed} instead of {counted}"
                );
                any += counted;
            }
        }
    }
    ensure!(any > 10_000, "hardly a working minute was met");
    Ok(())
}

#[tokio::test]
async fn an_account_that_has_set_none_has_the_hours_that_its_page_shows() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    // Two weeks from a Sunday, with the change to winter time between them.
    let (from, to) = (
        moment("2026-10-18T00:00:00Z")?,
        moment("2026-11-01T00:00:00Z")?,
    );
    let expected = by_the_minute(&WorkingHours::default(), Tz::Europe__Brussels, from, to);
    assert_eq!(in_database(&app, account, from, to).await?, expected);
    assert_eq!(expected, 10 * 510);
    // Backwards there is no time, and seconds are no minutes.
    assert_eq!(in_database(&app, account, to, from).await?, 0);
    let (from, to) = (
        moment("2026-11-02T08:59:30Z")?,
        moment("2026-11-02T09:01:29Z")?,
    );
    assert_eq!(in_database(&app, account, from, to).await?, 1);
    Ok(())
}

#[tokio::test]
async fn other_hours_count_from_then_on() -> Result<()> {
    let world = World::new().await?;
    let (monday, reply) = (
        moment("2026-03-02T08:00:00Z")?,
        moment("2026-03-02T18:00:00Z")?,
    );
    let before = world.ticket(monday, Some(world.bob.user)).await?;
    world.reply(before, reply).await?;
    let all_day = WorkingHours {
        days: vec![1, 2, 3, 4, 5, 6, 7],
        begins: 0,
        ends: 1440,
    };
    set(&world.app, world.account, Tz::Europe__Brussels, &all_day).await?;
    let after = world.ticket(monday, Some(world.cas.user)).await?;
    world.reply(after, reply).await?;
    let report = world
        .report(days("2026-03-02", "2026-03-02")?, Credited::Then)
        .await?;
    let median = |who| of(&report, Some(who)).to_first_reply.now.median;
    assert_eq!(median(&world.bob), Some(510));
    assert_eq!(median(&world.cas), Some(600));
    assert_eq!(report.hours, all_day);
    Ok(())
}
