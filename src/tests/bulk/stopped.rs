//! Acts whose server died, which another server or their author goes on with: no record is lost, none is changed twice.

use anyhow::{Context, Result, ensure};
use uuid::Uuid;

use super::{Acme, counts, over, prepared, to};
use crate::{
    model::{
        Actor, AppError, BulkActId, Problem, RecordKind,
        bulk::{Fate, State, Task},
    },
    records::bulk::{Claim, claim, run, take_over},
    tests::support::{TestApp, eventually},
};

const MANY: i64 = 2_500;

/// An act on all of Bob's companies, prepared by Ann.
async fn asked(acme: &Acme, by: &Actor) -> Result<String> {
    acme.companies(MANY, Some(&acme.bob)).await?;
    let mut browser = acme.app.browser_of(by).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    prepared(&mut browser, RecordKind::Company, "all=true", &act).await
}

async fn claimed(app: &TestApp, actor: &Actor, id: &str, task: Task) -> Result<Claim> {
    let id = BulkActId(Uuid::parse_str(id)?);
    Ok(claim(app.database.begin(actor).await?, id, task).await?)
}

/// Runs it as a server does, which dies once something is changed; how much was.
async fn die(acme: &Acme, actor: &Actor, claim: Claim, holder: &Actor) -> Result<i64> {
    let reached = eventually(async || {
        let n = acme.held_by(holder).await?;
        ensure!(n > 0);
        Ok(n)
    });
    let n = tokio::select! {
        () = run(acme.app.database.clone(), actor.clone(), claim) => anyhow::bail!("it was not cut off"),
        n = reached => n?,
    };
    ensure!(n < MANY, "{n}");
    acme.app
        .as_owner("update bulk_acts set beat_at = now() - interval '31 seconds'")
        .await?;
    Ok(n)
}

/// Every record has changed once.
async fn each_once(acme: &Acme) -> Result<()> {
    assert_eq!(acme.held_by(&acme.cas).await?, MANY);
    for sql in [
        "select count(*) from companies where version = 2",
        "select count(*) from company_responsibilities",
        "select count(distinct record_id) from company_responsibilities",
        "select count(*) from company_events where what = 'responsible'",
        "select count(*) from bulk_items where fate = 'changed'",
        "select (counts ->> 'changed')::bigint from bulk_acts",
    ] {
        assert_eq!(acme.count(sql).await?, MANY, "{sql}");
    }
    Ok(())
}

#[tokio::test]
async fn an_act_whose_server_died_is_gone_on_with_by_one_of_two_servers() -> Result<()> {
    let acme = Acme::new().await?;
    let id = asked(&acme, &acme.ann).await?;
    let claim = claimed(&acme.app, &acme.ann, &id, Task::Apply).await?;
    die(&acme, &acme.ann, claim, &acme.cas).await?;
    let other = TestApp::over(acme.app.logins.clone(), "http://127.0.0.1:4000").await?;
    let (one, two) = tokio::join!(take_over(&acme.app.database), take_over(&other.database));
    ensure!(one? != two?, "one of them, and one only");
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let progress = over(&mut browser, &id).await?;
    assert_eq!(progress.counts, counts(&[(Fate::Changed, MANY)]));
    each_once(&acme).await?;
    ensure!(
        !take_over(&acme.app.database).await?,
        "there is nothing left to take over"
    );
    Ok(())
}

#[tokio::test]
async fn it_shows_as_stopped_and_goes_on_by_hand() -> Result<()> {
    let acme = Acme::new().await?;
    let id = asked(&acme, &acme.bob).await?;
    let claim = claimed(&acme.app, &acme.bob, &id, Task::Apply).await?;
    die(&acme, &acme.bob, claim, &acme.cas).await?;
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    let page = format!("/companies/bulk/{id}");
    let html = browser.get(&page).await?.body;
    ensure!(
        html.contains("Stopped after") && html.contains("Go on"),
        "{html}"
    );
    // Not by another, be he an admin: he would do more than its author may.
    let mut admin = acme.app.browser_of(&acme.ann).await?;
    let answer = admin.call("/api/resume_bulk", &[("act", &id)]).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    let answer = browser
        .submit(&page, "/api/resume_bulk", &[("act", &id)])
        .await?;
    assert_eq!(answer.location(), Some(page.as_str()));
    over(&mut browser, &id).await?;
    each_once(&acme).await
}

#[tokio::test]
async fn a_run_that_was_taken_over_changes_nothing_any_more() -> Result<()> {
    let acme = Acme::new().await?;
    let id = asked(&acme, &acme.ann).await?;
    let slow = claimed(&acme.app, &acme.ann, &id, Task::Apply).await?;
    acme.app
        .as_owner("update bulk_acts set beat_at = now() - interval '31 seconds'")
        .await?;
    let quick = claimed(&acme.app, &acme.ann, &id, Task::Apply).await?;
    run(acme.app.database.clone(), acme.ann.clone(), slow).await;
    assert_eq!(acme.held_by(&acme.cas).await?, 0);
    let running =
        "select count(*) from bulk_acts where state = 'running' and done = 0 and error is null";
    assert_eq!(acme.count(running).await?, 1, "it is the other's");
    run(acme.app.database.clone(), acme.ann.clone(), quick).await;
    each_once(&acme).await
}

#[tokio::test]
async fn an_undoing_that_was_cut_off_is_gone_on_with_even_the_next_day() -> Result<()> {
    let acme = Acme::new().await?;
    let id = asked(&acme, &acme.ann).await?;
    let apply = claimed(&acme.app, &acme.ann, &id, Task::Apply).await?;
    run(acme.app.database.clone(), acme.ann.clone(), apply).await;
    each_once(&acme).await?;
    let undo = claimed(&acme.app, &acme.ann, &id, Task::Undo).await?;
    die(&acme, &acme.ann, undo, &acme.bob).await?;
    acme.app
        .as_owner("update bulk_acts set wrote_at = now() - interval '25 hours'")
        .await?;
    ensure!(take_over(&acme.app.database).await?);
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let progress = over(&mut browser, &id).await?;
    assert_eq!((progress.task, progress.state), (Task::Undo, State::Done));
    assert_eq!(progress.undone, counts(&[(Fate::Undone, MANY)]));
    assert_eq!(acme.held_by(&acme.bob).await?, MANY);
    assert_eq!(
        acme.count("select count(*) from companies where version = 3")
            .await?,
        MANY
    );
    Ok(())
}

#[tokio::test]
async fn who_loses_a_right_changes_nothing_more_and_nobody_goes_on_in_his_name() -> Result<()> {
    let acme = Acme::new().await?;
    let id = asked(&acme, &acme.bob).await?;
    let claim = claimed(&acme.app, &acme.bob, &id, Task::Apply).await?;
    let n = die(&acme, &acme.bob, claim, &acme.cas).await?;
    acme.app
        .as_owner("update users set export = false where email = 'bob@acme.test'")
        .await?;
    ensure!(take_over(&acme.app.database).await?);
    let stopped: (String, serde_json::Value) = sqlx::query_as("select state, error from bulk_acts")
        .fetch_one(&acme.app.owner)
        .await?;
    let why = serde_json::to_value(AppError::form(Problem::RightsChanged))?;
    assert_eq!(stopped, ("stopped".to_owned(), why));
    assert_eq!(acme.held_by(&acme.cas).await?, n);
    // By hand, he goes on with the rights that he has now.
    let bob = acme.app.actor("bob@acme.test").await?;
    let mut browser = acme.app.browser_of(&bob).await.context("signed in again")?;
    browser.call("/api/resume_bulk", &[("act", &id)]).await?;
    over(&mut browser, &id).await?;
    each_once(&acme).await
}
