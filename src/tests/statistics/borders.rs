//! Where days begin and end: at the account's midnights, the longest and the shortest day too; and the days before.
//! Moments are written as Greenwich has them.

use anyhow::Result;

use super::world::{World, days, moment};
use crate::{
    model::statistics::Credited,
    statistics::{Pair, Report},
};

async fn received(world: &World, first: &str, last: &str) -> Result<Pair<i64>> {
    let report: Report = world.report(days(first, last)?, Credited::Then).await?;
    Ok(report.total.figures.received)
}

#[tokio::test]
async fn a_day_is_from_midnight_to_midnight_where_the_account_is() -> Result<()> {
    let world = World::new().await?;
    // The last second of the 4th in Brussels, and the first of the 5th; both are the 4th in Greenwich.
    for at in ["2026-03-04T22:59:59Z", "2026-03-04T23:00:00Z"] {
        world.ticket(moment(at)?, None).await?;
    }
    assert_eq!(
        received(&world, "2026-03-04", "2026-03-04").await?,
        Pair { now: 1, before: 0 }
    );
    assert_eq!(
        received(&world, "2026-03-05", "2026-03-05").await?,
        Pair { now: 1, before: 1 }
    );
    world
        .app
        .as_owner("update accounts set time_zone = 'Asia/Tokyo' where name = 'Acme'")
        .await?;
    assert_eq!(
        received(&world, "2026-03-05", "2026-03-05").await?,
        Pair { now: 2, before: 0 }
    );
    Ok(())
}

#[tokio::test]
async fn the_days_on_which_clocks_are_changed_are_whole_days() -> Result<()> {
    let world = World::new().await?;
    // 29 March has 23 hours, from 23:00 to 22:00 in Greenwich; 25 October has 25, from 22:00 to 23:00.
    for at in [
        "2026-03-28T22:59:59Z",
        "2026-03-28T23:00:00Z",
        "2026-03-29T21:59:59Z",
        "2026-03-29T22:00:00Z",
        "2026-10-24T21:59:59Z",
        "2026-10-24T22:00:00Z",
        "2026-10-25T22:59:59Z",
        "2026-10-25T23:00:00Z",
    ] {
        world.ticket(moment(at)?, None).await?;
    }
    for day in ["2026-03-29", "2026-10-25"] {
        assert_eq!(
            received(&world, day, day).await?,
            Pair { now: 2, before: 1 },
            "{day}"
        );
    }
    for day in ["2026-03-30", "2026-10-26"] {
        assert_eq!(
            received(&world, day, day).await?,
            Pair { now: 1, before: 2 },
            "{day}"
        );
    }
    // The chart has one day with two, and one each beside it.
    let report = world
        .report(days("2026-10-24", "2026-10-26")?, Credited::Then)
        .await?;
    let parts: Vec<i64> = report.parts.iter().map(|part| part.received).collect();
    assert_eq!(parts, [1, 2, 1]);
    Ok(())
}

#[tokio::test]
async fn days_are_compared_with_as_many_before_them() -> Result<()> {
    let world = World::new().await?;
    for (at, n) in [
        ("2026-05-03T12:00:00Z", 1),
        ("2026-05-04T12:00:00Z", 2),
        ("2026-05-10T12:00:00Z", 3),
        ("2026-05-11T12:00:00Z", 4),
        ("2026-05-17T12:00:00Z", 5),
        ("2026-05-18T12:00:00Z", 6),
    ] {
        for _ in 0..n {
            world.ticket(moment(at)?, None).await?;
        }
    }
    // From a Monday to a Sunday; the week before has those of the 4th and of the 10th.
    assert_eq!(
        received(&world, "2026-05-11", "2026-05-17").await?,
        Pair { now: 9, before: 5 }
    );
    Ok(())
}
