//! The page, its file and the settings of working hours, as browsers get them; and who gets none of it.

use anyhow::{Context, Result, ensure};

use super::{
    Browser,
    world::{World, days, moment},
};
use crate::model::{
    Actor, AppError, Problem, Problems,
    users::{Rights, UserRole},
};

const PAGE: &str = "/mailbox/statistics?period=own&from=2026-03-02&to=2026-03-08";

/// Three tickets of a week: two of Bob's, one closed; one of nobody.
async fn week() -> Result<World> {
    let world = World::new().await?;
    let monday = moment("2026-03-02T08:00:00Z")?;
    let closed = world.ticket(monday, Some(world.bob.user)).await?;
    world.ticket(monday, Some(world.bob.user)).await?;
    world.ticket(monday, None).await?;
    world.reply(closed, moment("2026-03-02T09:15:00Z")?).await?;
    world.reply(closed, moment("2026-03-02T09:30:00Z")?).await?;
    world
        .set_status(closed, "closed", moment("2026-03-02T10:00:00Z")?)
        .await?;
    Ok(world)
}

/// The addresses of lists that a page links to, with what is said.
fn links(body: &str) -> Vec<(String, String)> {
    body.split("<a href=\"/mailbox?statistic=")
        .skip(1)
        .filter_map(|rest| {
            let (address, rest) = rest.split_once('"')?;
            let said = rest.split_once('>')?.1.split('<').next()?;
            Some((
                format!("/mailbox?statistic={}", address.replace("&amp;", "&")),
                said.to_owned(),
            ))
        })
        .collect()
}

#[tokio::test]
async fn every_number_of_the_page_leads_to_so_many_tickets() -> Result<()> {
    let world = week().await?;
    let mut browser = world.app.browser_of(&world.ann).await?;
    let page = browser.get(PAGE).await?;
    ensure!(
        page.status == 200 && page.body.contains("<h1>Statistics</h1>"),
        "{}",
        page.body
    );
    for shown in [
        "2 Mar 2026 – 8 Mar 2026",
        "23 Feb 2026 – 1 Mar 2026",
        "Bob Boon",
        "Monday – Friday, 09:00–17:30",
        "1\u{a0}h 15\u{a0}min",
    ] {
        ensure!(
            page.body.contains(shown),
            "{shown} is missing in {}",
            page.body
        );
    }
    let links = links(&page.body);
    ensure!(links.len() > 20, "{links:?}");
    for (address, said) in links {
        let digits: String = said.chars().filter(char::is_ascii_digit).collect();
        let list = browser.get(&address).await?;
        ensure!(list.status == 200, "{address}");
        let count = list
            .body
            .split("role=\"status\" class=\"count\">")
            .nth(1)
            .and_then(|rest| rest.split('<').next())
            .with_context(|| format!("{address} says how many: {}", list.body))?;
        // Of a time, the tickets that were measured.
        if said.contains('h') || said.contains("min") {
            ensure!(count == "1 ticket", "{address}: {said}, {count}");
        } else {
            let tickets = if digits == "1" { "ticket" } else { "tickets" };
            ensure!(
                count == format!("{digits} {tickets}"),
                "{address}: {said}, {count}"
            );
        }
        ensure!(
            list.body.contains("class=\"chips\""),
            "{address} says what it is narrowed to"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_list_says_which_number_it_is_and_leads_away_from_it() -> Result<()> {
    let world = week().await?;
    let bob = world.bob.user;
    let statistic = format!("statistic=closed.2026-03-02.2026-03-08.{bob}.then");
    let mut browser = world.app.browser_of(&world.ann).await?;
    let list = browser
        .get(&format!("/mailbox?{statistic}&q=question"))
        .await?;
    let chip = "Closed · 2 Mar 2026 – 8 Mar 2026 · Bob Boon (responsible at that moment)";
    ensure!(list.body.contains(chip), "{}", list.body);
    ensure!(
        list.body.contains("href=\"/mailbox?q=question\""),
        "{}",
        list.body
    );
    // Nonsense is no number, and another kind has none.
    for address in [
        "/mailbox?statistic=closed.2026-03-02",
        "/companies?statistic=open.all",
    ] {
        let list = browser.get(address).await?;
        ensure!(
            list.status == 200 && !list.body.contains("class=\"chips\""),
            "{address}"
        );
    }
    // The file of a list has the same tickets.
    let (_, file) = browser
        .bytes(&format!("/mailbox/export.csv?{statistic}"))
        .await?;
    let file = String::from_utf8(file)?;
    ensure!(file.lines().count() == 2, "{file}");
    Ok(())
}

#[tokio::test]
async fn the_file_has_the_numbers_of_the_page_and_runs_nothing() -> Result<()> {
    let world = week().await?;
    world
        .app
        .as_owner("update users set full_name = '=HYPERLINK(1)' where email = 'bob@acme.test'")
        .await?;
    let mut browser = world.app.browser_of(&world.ann).await?;
    let answer = browser
        .get(&PAGE.replace("statistics?", "statistics.csv?"))
        .await?;
    assert_eq!(answer.status, 200);
    let name = answer
        .headers
        .get("content-disposition")
        .context("it is a file")?;
    assert_eq!(
        name,
        "attachment; filename=\"statistics-2026-03-02-2026-03-08.csv\""
    );
    let lines: Vec<&str> = answer.body.trim_start_matches('\u{feff}').lines().collect();
    ensure!(
        lines[0].starts_with("Colleague,Received,\"Received, before\",Closed,"),
        "{}",
        lines[0]
    );
    // Received, closed, reopened, replies, replied to, for the first time; minutes; open now, all of it for over 30 days.
    let of_bob = "'=HYPERLINK(1),2,0,1,0,0,0,2,0,1,0,1,0,75,,75,,120,,120,,1,0,0,0,0,1";
    assert_eq!(
        lines[1..],
        [
            of_bob,
            "Nobody,1,0,0,0,0,0,0,0,0,0,0,0,,,,,,,,,1,0,0,0,0,1",
            "All together,3,0,1,0,0,0,2,0,1,0,1,0,75,,75,,120,,120,,2,0,0,0,0,2",
        ]
    );
    Ok(())
}

async fn all_is_missing(browser: &mut Browser<'_>) -> Result<()> {
    for page in [PAGE, "/mailbox/statistics.csv"] {
        assert_eq!(browser.get(page).await?.status, 404, "{page}");
    }
    let answer = browser
        .call("/api/statistics", &[("query[period]", "this_month")])
        .await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    Ok(())
}

async fn with(world: &World, name: &str, rights: Rights) -> Result<Actor> {
    let email = format!("{name}@acme.test");
    world
        .app
        .person(world.account, name, &email, UserRole::User, rights)
        .await
}

#[tokio::test]
async fn without_the_right_there_are_no_statistics_and_without_export_no_file() -> Result<()> {
    let world = week().await?;
    let without = Rights {
        mailbox: false,
        ..Rights::FULL
    };
    let jan = with(&world, "jan", without).await?;
    all_is_missing(&mut world.app.browser_of(&jan).await?).await?;
    let eva = with(
        &world,
        "eva",
        Rights {
            export: false,
            ..Rights::FULL
        },
    )
    .await?;
    let mut browser = world.app.browser_of(&eva).await?;
    let page = browser.get(PAGE).await?;
    ensure!(
        page.status == 200 && !page.body.contains("statistics.csv"),
        "{}",
        page.body
    );
    assert_eq!(browser.get("/mailbox/statistics.csv").await?.status, 404);
    // Who is not signed in is led to where he can.
    let answer = world.app.browser().get("/mailbox/statistics.csv").await?;
    assert_eq!(answer.location(), Some("/login"));
    Ok(())
}

#[tokio::test]
async fn another_account_counts_nothing_of_this_one() -> Result<()> {
    let world = week().await?;
    let (_, olga) = world.app.account("Other").await?;
    let mut browser = world.app.browser_of(&olga).await?;
    let page = browser.get(PAGE).await?;
    ensure!(
        page.status == 200 && page.body.contains("No ticket came"),
        "{}",
        page.body
    );
    let bob = world.bob.user;
    let list = format!("/mailbox?statistic=closed.2026-03-02.2026-03-08.{bob}.then");
    let list = browser.get(&list).await?;
    ensure!(
        !list.body.contains("Bob Boon") && !list.body.contains("A question"),
        "{}",
        list.body
    );
    Ok(())
}

#[tokio::test]
async fn a_plan_without_the_shared_mailbox_says_what_unlocks_it() -> Result<()> {
    let world = week().await?;
    world
        .app
        .as_owner("update accounts set plan = 'move' where name = 'Acme'")
        .await?;
    let mut browser = world.app.browser_of(&world.ann).await?;
    for page in [PAGE, "/settings/working-hours"] {
        let page = browser.get(page).await?;
        ensure!(
            page.body.contains("with the booster “Shared mailbox”"),
            "{}",
            page.body
        );
    }
    let answer = browser
        .call("/api/statistics", &[("query[period]", "this_month")])
        .await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    assert_eq!(browser.get("/mailbox/statistics.csv").await?.status, 404);
    for function in ["working_hours", "save_working_hours"] {
        let answer = browser.call(&format!("/api/{function}"), &[]).await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    Ok(())
}

const HOURS: &str = "/settings/working-hours";

async fn save(
    browser: &mut Browser<'_>,
    version: &str,
    ends: &str,
) -> Result<super::super::support::Answer> {
    let values = [
        ("version", version),
        ("days[]", "1"),
        ("days[]", "6"),
        ("begins", "08:00"),
        ("ends", ends),
    ];
    browser
        .submit(HOURS, "/api/save_working_hours", &values)
        .await
}

#[tokio::test]
async fn admins_set_the_working_hours_and_the_audit_log_tells() -> Result<()> {
    let world = week().await?;
    let mut browser = world.app.browser_of(&world.ann).await?;
    let page = browser.get(HOURS).await?;
    ensure!(
        page.body.contains("value=\"17:30\"") && page.body.contains("Europe/Brussels"),
        "{}",
        page.body
    );
    let saved = save(&mut browser, "0", "12:30").await?;
    assert_eq!(saved.location(), Some(HOURS));
    let page = browser.get(HOURS).await?;
    ensure!(
        page.body.contains("value=\"12:30\"") && page.body.contains("Saved"),
        "{}",
        page.body
    );
    let audit = browser.get("/settings/audit").await?;
    let change = "Monday – Friday, 09:00–17:30 → Monday, Saturday, 08:00–12:30";
    ensure!(audit.body.contains(change), "{}", audit.body);

    // A form that was opened before says who saved; what is wrong stays typed.
    let refused = save(&mut browser, "0", "13:00").await?;
    assert_eq!(refused.location(), Some(HOURS));
    let page = browser.get(HOURS).await?;
    ensure!(
        page.body.contains("Ann Admin saved this") && page.body.contains("value=\"13:00\""),
        "{}",
        page.body
    );
    save(&mut browser, "1", "07:00").await?;
    let page = browser.get(HOURS).await?;
    ensure!(
        page.body.contains("Before the beginning") && page.body.contains("value=\"07:00\""),
        "{}",
        page.body
    );
    Ok(())
}

#[tokio::test]
async fn hours_that_are_none_are_refused_and_others_than_admins_have_no_such_page() -> Result<()> {
    let world = week().await?;
    let mut admin = world.app.browser_of(&world.ann).await?;
    let answer = admin
        .call(
            "/api/save_working_hours",
            &[("begins", "late"), ("ends", "")],
        )
        .await?;
    let problem = |key: &str, problem| (key.to_owned(), problem);
    let expected = Problems::from([
        problem("begins", Problem::NotATime),
        problem("ends", Problem::Required),
        problem("days", Problem::Required),
    ]);
    assert_eq!(answer.error()?, AppError::Invalid(expected));
    let mut browser = world.app.browser_of(&world.bob).await?;
    assert_eq!(browser.get(HOURS).await?.status, 404);
    for function in ["working_hours", "save_working_hours"] {
        let answer = browser
            .call(&format!("/api/{function}"), &[("begins", "08:00")])
            .await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    let week = days("2026-03-02", "2026-03-08")?;
    let report = world
        .report(week, crate::model::statistics::Credited::Then)
        .await?;
    assert_eq!(
        report.hours,
        crate::model::working_hours::WorkingHours::default()
    );
    Ok(())
}
