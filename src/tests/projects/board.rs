//! The pages that only projects have: their board, the way from a deal to a project, and one's role under My responsibilities.
//! Moving a card is saving a project: who may not do the one may not do the other.

use anyhow::{Context, Result, ensure};

use super::{KIND, participant};
use crate::{
    model::{
        Actor, AppError, Language, Problem, RecordId, Role,
        activity::Entry,
        board::{Board, Card},
        next_steps::Responsibilities,
    },
    records::store,
    tests::support::{Answer, Browser, TestApp},
};

async fn board(browser: &mut Browser<'_>, mine: bool) -> Result<Board> {
    let mine = mine.to_string();
    let values = [("query[mine]", mine.as_str()), ("query[show]", "20")];
    let answer = browser.call("/api/projects_board", &values).await?;
    serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
}

/// How many records each column has, by its key.
fn totals(board: &Board) -> Vec<(&str, i64)> {
    let columns = board.columns.iter();
    let totals = columns.map(|column| (column.key.as_str(), column.total));
    totals.filter(|(_, total)| *total > 0).collect()
}

fn only(board: &Board) -> Result<&Card> {
    let mut cards = board.columns.iter().flat_map(|column| &column.cards);
    let card = cards.next().context("a card")?;
    ensure!(cards.next().is_none(), "one card and no other");
    Ok(card)
}

async fn move_to(browser: &mut Browser<'_>, id: RecordId, status: &str) -> Result<Answer> {
    let id = id.to_string();
    let values = [("id", id.as_str()), ("status", status)];
    browser.call("/api/move_project", &values).await
}

async fn told(app: &TestApp, who: &Actor, id: RecordId) -> Result<Vec<String>> {
    let mut tx = app.database.begin(who).await?;
    let entries = store::activity(&mut tx, KIND, id).await?;
    let say = |entry: &Entry| {
        let changes = entry.changes(KIND, Language::En).join(", ");
        format!("{} {changes}", entry.text(Language::En))
    };
    Ok(entries.iter().map(say).collect())
}

#[tokio::test]
async fn the_board_has_a_column_per_status_and_of_what_is_closed_the_last_30_days() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let company = app.company(&ann, "Boreas").await?;
    let values = [
        ("title", "Zephyr".to_owned()),
        ("customer", company.to_string()),
        ("managers", format!("{},{}", bob.user, ann.user)),
        ("due_date", "2020-01-31".to_owned()),
        ("budget", "100".to_owned()),
    ];
    let values = values.each_ref().map(|(key, value)| (*key, value.as_str()));
    let id = app.create(&ann, KIND, &values).await?;
    let mut browser = app.browser_of(&ann).await?;

    let now = board(&mut browser, false).await?;
    let names: Vec<&str> = now.columns.iter().map(|one| one.name.as_str()).collect();
    ensure!(
        names == ["Planned", "Running", "On hold", "Done", "Cancelled"],
        "{names:?}"
    );
    ensure!(totals(&now) == [("planned", 1)]);
    let card = only(&now)?;
    ensure!((card.title.as_str(), card.customer.as_str()) == ("Zephyr", "Boreas"));
    ensure!(card.people == [("Bob".to_owned(), true), (ann.full_name.clone(), true)]);
    ensure!(now.columns[0].is_overdue(card) && now.columns[0].is_unplanned(card));
    ensure!(now.columns[0].sums.is_empty() && card.value.is_none());
    // Closed and opened again by whichever way, it counts from then on.
    for (status, days, shown) in [("done", 29, 1), ("running", 31, 1), ("cancelled", 31, 0)] {
        let moved = move_to(&mut browser, id, status).await?;
        ensure!(moved.status.is_success(), "{}", moved.body);
        ensure!(totals(&board(&mut browser, false).await?) == [(status, 1)]);
        app.as_owner(&format!(
            "update projects set closed_at = closed_at - interval '{days} days'"
        ))
        .await?;
        let now = board(&mut browser, false).await?;
        ensure!(
            totals(&now).len() == shown,
            "{status} after {days} days: {now:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_board_shows_what_one_sees_and_as_mine_what_one_takes_part_in() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = participant(&app, account, "Bob").await?;
    let of_bob = bob.user.to_string();
    let helped = [("title", "Helped"), ("collaborators", of_bob.as_str())];
    app.create(&ann, KIND, &helped).await?;
    app.create(&ann, KIND, &[("title", "Secret")]).await?;
    let mut browser = app.browser_of(&bob).await?;
    for mine in [false, true] {
        ensure!(only(&board(&mut browser, mine).await?)?.title == "Helped");
    }
    let page = browser.get("/projects/board").await?.body;
    ensure!(
        page.contains("Helped") && !page.contains("Secret"),
        "{page}"
    );
    let mut browser = app.browser_of(&ann).await?;
    ensure!(totals(&board(&mut browser, false).await?) == [("planned", 2)]);
    ensure!(totals(&board(&mut browser, true).await?) == [("planned", 2)]);
    let cleo = app.colleague(account, "Cleo", "cleo@acme.test").await?;
    let mut browser = app.browser_of(&cleo).await?;
    ensure!(totals(&board(&mut browser, false).await?) == [("planned", 2)]);
    ensure!(totals(&board(&mut browser, true).await?).is_empty());
    Ok(())
}

#[tokio::test]
async fn who_may_change_a_project_moves_it_and_nobody_else_does() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let hal = participant(&app, account, "Hal").await?;
    let out = participant(&app, account, "Out").await?;
    let of_hal = hal.user.to_string();
    let values = [("title", "Zephyr"), ("collaborators", of_hal.as_str())];
    let id = app.create(&ann, KIND, &values).await?;

    let refused = move_to(&mut app.browser_of(&hal).await?, id, "done").await?;
    ensure!(refused.error()? == AppError::form(Problem::MayNotEdit));
    let unknown = move_to(&mut app.browser_of(&out).await?, id, "done").await?;
    ensure!(unknown.status == 404, "{}", unknown.body);
    let mut browser = app.browser_of(&ann).await?;
    let wrong = move_to(&mut browser, id, "finished").await?;
    ensure!(wrong.error()? == AppError::field("status", Problem::NotAnOption));
    ensure!(told(&app, &ann, id).await?.len() == 1, "nothing happened");

    // To where it is is no move.
    for status in ["running", "running"] {
        let moved = move_to(&mut browser, id, status).await?;
        ensure!(moved.status.is_success(), "{}", moved.body);
    }
    let told = told(&app, &ann, id).await?;
    ensure!(
        told.len() == 2 && told[0].ends_with(" Status: Planned → Running"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_deal_s_page_leads_to_a_project_that_its_assignee_manages_too() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let company = app.company(&ann, "Boreas").await?;
    let deal = app.deal(&ann, "Won over", company, &bob).await?;
    let mut browser = app.browser_of(&ann).await?;
    let page = browser.get(&format!("/deals/{deal}")).await?.body;
    let new = format!("/projects/new?deal={deal}");
    ensure!(
        page.contains("New project from this deal") && page.contains(&new),
        "{page}"
    );
    // Without scripts everybody who may have a project is there to be ticked, and those two are.
    let form = browser.get(&new).await?.body;
    for who in [&ann, &bob] {
        let id = format!("managers-{}", who.user);
        let tick = form
            .split("<input")
            .find(|input| input.contains(&id))
            .with_context(|| format!("{id} is no choice: {form}"))?;
        let tick = tick.split('>').next().unwrap_or_default();
        ensure!(tick.contains("checked"), "{tick}");
    }
    Ok(())
}

#[tokio::test]
async fn under_my_responsibilities_each_project_says_what_one_is_of_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = participant(&app, account, "Bob").await?;
    let of_bob = bob.user.to_string();
    for (title, role) in [("Helped", "collaborators"), ("Led", "managers")] {
        let values = [("title", title), (role, of_bob.as_str())];
        app.create(&ann, KIND, &values).await?;
    }
    let mut browser = app.browser_of(&bob).await?;
    let answer = browser.call("/api/responsibilities", &[]).await?;
    let all: Responsibilities = serde_json::from_str(&answer.body)?;
    let projects = all.kinds.iter().find(|figures| figures.kind == KIND);
    let named = projects.context("projects")?.first.iter();
    let named: Vec<_> = named.map(|one| (one.name.as_str(), one.role)).collect();
    ensure!(
        named
            == [
                ("Helped", Some(Role::Collaborator)),
                ("Led", Some(Role::Manager))
            ],
        "{named:?}"
    );
    Ok(())
}
