//! Imports whose server died, whose author lost a right, which somebody else has taken over: what is written is written once,
//! and what is left can be gone on with.

use anyhow::{Context, Result, ensure};
use uuid::Uuid;

use super::{
    acme,
    browser::{counts, over, sent},
    count,
};
use crate::{
    model::{
        Actor, AppError, ImportId, Problem,
        users::{Reach, Rights, UserRole},
    },
    settings::import::{
        State, Task, run,
        store::{self, Claim, Wanted},
    },
    tests::support::{TestApp, eventually},
};

const ROWS: i64 = 600;

/// All of them another's: who is limited does not see what he creates.
fn file() -> String {
    file_of(ROWS)
}

fn file_of(rows: i64) -> String {
    let row = |n| format!("Company {n},Bob Boon\n");
    let rows: String = (0..rows).map(row).collect();
    format!("Name,Sales contact\n{rows}")
}

async fn claim(app: &TestApp, actor: &Actor, id: &str, task: Task) -> Result<Claim> {
    let wanted = Wanted {
        task,
        columns: None,
    };
    let id = ImportId(Uuid::parse_str(id)?);
    let tx = app.database.begin(actor).await?;
    Ok(store::claim(tx, id, wanted).await?)
}

/// Runs it as a server does, which dies once so many companies are there.
async fn die(app: &TestApp, actor: &Actor, claim: Claim, after: i64) -> Result<i64> {
    let reached = eventually(async || {
        let n = count(app, "select count(*) from companies").await?;
        ensure!(n >= after, "{n}");
        Ok(n)
    });
    tokio::select! {
        () = run(app.database.clone(), actor.clone(), claim) => anyhow::bail!("it was not cut off"),
        n = reached => n,
    }
}

async fn long_ago(app: &TestApp) -> Result<()> {
    app.as_owner("update imports set beat_at = now() - interval '31 seconds'")
        .await
}

#[tokio::test]
async fn an_import_whose_server_died_is_shown_as_stopped_and_goes_on() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ..) = acme(&app).await?;
    let limited = Rights {
        crm: Reach::Limited,
        ..Rights::FULL
    };
    let emma = app
        .person(account, "Emma", "emma@acme.test", UserRole::User, limited)
        .await?;
    let mut browser = app.browser_of(&emma).await?;
    let id = sent(&mut browser, "check", file().as_bytes()).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (ROWS, 0, 0));
    let claimed = claim(&app, &emma, &id, Task::Import).await?;
    let n = die(&app, &emma, claimed, 1).await?;
    ensure!(n > 0 && n < ROWS, "{n} of {ROWS}");

    // It may be alive still, as far as anybody can tell.
    let again = browser
        .call("/api/resume_import", &[("import", &id)])
        .await?;
    assert_eq!(again.error()?, AppError::form(Problem::UnderWay));
    long_ago(&app).await?;
    let page = format!("/settings/import/{id}");
    let html = browser.get(&page).await?.body;
    ensure!(
        html.contains(&format!("Stopped after {n} of {ROWS}.")),
        "{html}"
    );
    ensure!(html.contains("Go on"), "{html}");
    let answer = browser
        .submit(&page, "/api/resume_import", &[("import", &id)])
        .await?;
    assert_eq!(answer.location(), Some(page.as_str()));
    let progress = over(&mut browser, &id).await?;
    assert_eq!((progress.task, progress.state), (Task::Import, State::Done));
    // She sees none of them, and yet none came in twice: it is her own import that goes on.
    assert_eq!(counts(&progress), (ROWS, 0, 0));
    assert_eq!(count(&app, "select count(*) from companies").await?, ROWS);
    let made = "select count(distinct record_id) from import_rows where fate = 'created'";
    assert_eq!(count(&app, made).await?, ROWS);
    Ok(())
}

#[tokio::test]
async fn a_run_that_was_taken_over_writes_nothing_any_more() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(&mut browser, "check", file().as_bytes()).await?;
    over(&mut browser, &id).await?;
    let slow = claim(&app, &ann, &id, Task::Import).await?;
    long_ago(&app).await?;
    let quick = claim(&app, &ann, &id, Task::Import).await?;
    run(app.database.clone(), ann.clone(), slow).await;
    assert_eq!(count(&app, "select count(*) from companies").await?, 0);
    let sql = "select count(*) from imports where state = 'running' and done = 0 and error is null";
    assert_eq!(count(&app, sql).await?, 1, "it is the other's");
    run(app.database.clone(), ann.clone(), quick).await;
    assert_eq!(counts(&over(&mut browser, &id).await?), (ROWS, 0, 0));
    Ok(())
}

#[tokio::test]
async fn an_undoing_that_was_cut_off_goes_on_even_the_next_day() -> Result<()> {
    // One after the other they go into the bin.
    const FEW: i64 = 100;
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(&mut browser, "import", file_of(FEW).as_bytes()).await?;
    over(&mut browser, &id).await?;
    let claimed = claim(&app, &ann, &id, Task::Undo).await?;
    let deleted = eventually(async || {
        let n = count(&app, "select undone::bigint from imports").await?;
        ensure!(n > 0);
        Ok(n)
    });
    let n = tokio::select! {
        () = run(app.database.clone(), ann.clone(), claimed) => anyhow::bail!("it was not cut off"),
        n = deleted => n?,
    };
    ensure!(n < FEW, "{n}");
    long_ago(&app).await?;
    app.as_owner("update imports set wrote_at = now() - interval '25 hours'")
        .await?;
    let answer = browser
        .call("/api/resume_import", &[("import", &id)])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let progress = over(&mut browser, &id).await?;
    assert_eq!((progress.done, progress.undone.undone), (FEW, FEW));
    let left = "select count(*) from companies where deleted_at is null";
    assert_eq!(count(&app, left).await?, 0);
    Ok(())
}

#[tokio::test]
async fn who_loses_a_right_or_is_deactivated_meanwhile_imports_nothing_more() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, _, bob) = acme(&app).await?;
    let mut browser = app.browser_of(&bob).await?;
    for change in ["crm = 'limited'", "active = false"] {
        let id = sent(&mut browser, "check", file().as_bytes()).await?;
        over(&mut browser, &id).await?;
        let claimed = claim(&app, &bob, &id, Task::Import).await?;
        app.as_owner(&format!(
            "update users set {change} where email = 'bob@acme.test'"
        ))
        .await?;
        run(app.database.clone(), bob.clone(), claimed).await;
        assert_eq!(count(&app, "select count(*) from companies").await?, 0);
        let stopped: (String, serde_json::Value) =
            sqlx::query_as("select state, error from imports order by at desc limit 1")
                .fetch_one(&app.owner)
                .await?;
        let why = serde_json::to_value(AppError::form(Problem::RightsChanged))?;
        assert_eq!(stopped, ("stopped".to_owned(), why));
        app.as_owner("update users set crm = 'full', active = true where email = 'bob@acme.test'")
            .await?;
        browser = app.browser_of(&bob).await.context("signed in again")?;
    }
    Ok(())
}
