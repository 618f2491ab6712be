//! What counts, under whom: written down whichever way it happens, and never lost when a ticket changes hands.
//! By forms, server functions and the bin as people use them.

use anyhow::{Result, ensure};
use chrono::Utc;

use super::world::{World, days, moment, of};
use crate::{
    model::{
        Duty, RecordKind, Role,
        statistics::{Counted, Credited, Days, Fact, Statistic, Whose},
    },
    records::store::{self, ChooseResponsible},
    statistics::{Pair, Report},
};

const KIND: RecordKind = RecordKind::Ticket;

fn now(n: i64) -> Pair<i64> {
    Pair { now: n, before: 0 }
}

/// This week and the one before, by the clock in Brussels.
fn around_today() -> Result<Days> {
    let today = Utc::now().date_naive();
    let week = chrono::Days::new(7);
    let (first, last) = (today - week, today + week);
    days(&first.to_string(), &last.to_string())
}

/// A ticket that comes to nobody on a Monday. Bob replies and closes; it is opened again under him, and Cas closes it.
async fn changes_hands(world: &World) -> Result<()> {
    let (bob, cas) = (world.bob.user, world.cas.user);
    let ticket = world.ticket(moment("2026-03-02T08:00:00Z")?, None).await?;
    world.assign(ticket, Some(bob)).await?;
    world.reply(ticket, moment("2026-03-02T09:00:00Z")?).await?;
    world
        .set_status(ticket, "closed", moment("2026-03-02T10:00:00Z")?)
        .await?;
    world
        .set_status(ticket, "open", moment("2026-03-03T08:00:00Z")?)
        .await?;
    world.assign(ticket, Some(cas)).await?;
    world.reply(ticket, moment("2026-03-03T09:00:00Z")?).await?;
    world
        .set_status(ticket, "closed", moment("2026-03-03T10:00:00Z")?)
        .await?;
    Ok(())
}

#[tokio::test]
async fn each_step_counts_under_who_was_responsible_then_or_all_under_who_is_now() -> Result<()> {
    let world = World::new().await?;
    changes_hands(&world).await?;
    let week = days("2026-03-02", "2026-03-08")?;
    let then = world.report(week, Credited::Then).await?;
    let (nobody, by_bob, by_cas) = (
        of(&then, None),
        of(&then, Some(&world.bob)),
        of(&then, Some(&world.cas)),
    );
    assert_eq!(
        (nobody.received, nobody.closed, nobody.replies),
        (now(1), now(0), now(0))
    );
    assert_eq!(
        (by_bob.received, by_bob.closed, by_bob.reopened),
        (now(0), now(1), now(1))
    );
    assert_eq!((by_bob.replies, by_bob.first_replied), (now(1), now(1)));
    assert_eq!(
        (by_cas.closed, by_cas.reopened, by_cas.replies),
        (now(1), now(0), now(1))
    );
    assert_eq!(by_cas.first_replied, now(0));
    // An hour from nine, when work begins in Brussels, to the reply at ten.
    assert_eq!(by_bob.to_first_reply.now.median, Some(60));
    assert_eq!(by_bob.to_close.now.median, Some(120));
    // The rest of Monday, and two hours of Tuesday.
    assert_eq!(by_cas.to_close.now.median, Some(510 + 120));
    let total = then.total.figures;
    assert_eq!(
        (total.received, total.closed, total.reopened),
        (now(1), now(1), now(1))
    );
    assert_eq!((total.replied, total.replies), (now(1), now(2)));
    assert_eq!(total.to_close.now.ninetieth, Some(630));

    let after = world.report(week, Credited::Now).await?;
    let by_cas = of(&after, Some(&world.cas));
    assert_eq!(
        (by_cas.received, by_cas.closed, by_cas.reopened),
        (now(1), now(1), now(1))
    );
    assert_eq!((by_cas.replied, by_cas.replies), (now(1), now(2)));
    ensure!(after.lines.len() == 1, "{:?}", after.lines);
    assert_eq!(after.total.figures.closed, now(1));
    Ok(())
}

/// The numbers of all together, and what there is of Bob's.
async fn both(world: &World) -> Result<(Report, crate::statistics::Figures)> {
    let report = world.report(around_today()?, Credited::Then).await?;
    let bob = of(&report, Some(&world.bob));
    Ok((report, bob))
}

#[tokio::test]
async fn whichever_way_something_happens_it_is_written_down() -> Result<()> {
    let world = World::new().await?;
    // By the form of a new ticket, assigned and closed by their server functions, opened again by a change of many fields.
    let values = [("subject", "By the form"), ("status", "new")];
    let id = world.app.create(&world.ann, KIND, &values).await?;
    assert_eq!(of(&both(&world).await?.0, None).received, now(1));
    let choice = ChooseResponsible {
        kind: KIND,
        id,
        duty: Duty::Role(Role::AssignedTo),
        user: Some(world.bob.user),
        was: None,
        confirmed: true,
    };
    store::set_responsible(world.app.database.begin(&world.ann).await?, choice).await?;
    let mut browser = world.app.browser_of(&world.bob).await?;
    let ticket = id.to_string();
    let answer = browser
        .call("/api/close_ticket", &[("id", &ticket)])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let (report, bob) = both(&world).await?;
    assert_eq!((bob.closed, report.total.figures.all_open()), (now(1), 0));
    let opened = [("status".to_owned(), "open".to_owned())].into();
    let tx = world.app.database.begin(&world.ann).await?;
    store::overwrite(tx, KIND, id, &opened)
        .await?
        .commit()
        .await?;
    let (report, bob) = both(&world).await?;
    assert_eq!((bob.reopened, bob.all_open()), (now(1), 1));
    assert_eq!(report.total.figures.received, now(1));
    // One that is written down closed was received and closed at once.
    world
        .app
        .create(
            &world.ann,
            KIND,
            &[("subject", "Done"), ("status", "closed")],
        )
        .await?;
    assert_eq!(of(&both(&world).await?.0, None).closed, now(1));
    Ok(())
}

#[tokio::test]
async fn what_lies_in_the_bin_counts_no_more_and_counts_again_once_it_is_restored() -> Result<()> {
    let world = World::new().await?;
    let id = world.ticket(Utc::now(), Some(world.bob.user)).await?;
    world.reply(id, Utc::now()).await?;
    let (before, _) = both(&world).await?;
    assert_eq!(before.total.figures.all_open(), 1);
    let mut browser = world.app.browser_of(&world.ann).await?;
    let values = [("kind", "ticket"), ("id", &id.to_string())];
    let answer = browser.call("/api/delete", &values).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let (gone, _) = both(&world).await?;
    ensure!(gone.lines.is_empty(), "{:?}", gone.lines);
    assert_eq!(gone.total.figures, crate::statistics::Figures::default());
    let received = Statistic {
        counted: Counted::Happened(Fact::Received, around_today()?),
        whose: Some(Whose::User(world.bob.user)),
        credited: Credited::Then,
    };
    assert_eq!(world.list(received).await?.total, 0);
    let answer = browser.call("/api/restore", &values).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let (again, _) = both(&world).await?;
    assert_eq!(again.lines, before.lines);
    // Nothing is left of what is deleted for good.
    world.app.as_owner("delete from tickets").await?;
    assert_eq!(
        both(&world).await?.0.total.figures,
        crate::statistics::Figures::default()
    );
    Ok(())
}

#[tokio::test]
async fn what_is_written_down_late_counts_in_its_place() -> Result<()> {
    let world = World::new().await?;
    let id = world
        .ticket(moment("2026-03-02T08:00:00Z")?, Some(world.bob.user))
        .await?;
    // The transaction that began first is committed last.
    world.reply(id, moment("2026-03-04T08:00:00Z")?).await?;
    world.reply(id, moment("2026-03-03T08:00:00Z")?).await?;
    for (first, last, tickets, replies) in [
        ("2026-03-03", "2026-03-04", 1, 2),
        ("2026-03-03", "2026-03-03", 1, 1),
        ("2026-03-04", "2026-03-04", 1, 1),
    ] {
        let report = world.report(days(first, last)?, Credited::Then).await?;
        let bob = of(&report, Some(&world.bob));
        assert_eq!(
            (bob.replied.now, bob.replies.now),
            (tickets, replies),
            "{first}"
        );
        assert_eq!(report.total.figures.replied.now, tickets, "{first}");
    }
    Ok(())
}

#[tokio::test]
async fn a_colleague_who_was_deactivated_keeps_his_row_and_is_marked() -> Result<()> {
    let world = World::new().await?;
    world
        .ticket(moment("2026-03-02T08:00:00Z")?, Some(world.bob.user))
        .await?;
    world
        .app
        .as_owner("update users set active = false where email = 'bob@acme.test'")
        .await?;
    let report = world
        .report(days("2026-03-02", "2026-03-02")?, Credited::Then)
        .await?;
    let names: Vec<_> = report
        .lines
        .iter()
        .map(|line| (line.name.as_str(), line.active))
        .collect();
    assert_eq!(names, [("Bob Boon", false)]);
    let mut browser = world.app.browser_of(&world.ann).await?;
    let page = browser
        .get("/mailbox/statistics?period=own&from=2026-03-02")
        .await?;
    ensure!(
        page.body.contains("Bob Boon (deactivated)"),
        "{}",
        page.body
    );
    Ok(())
}
