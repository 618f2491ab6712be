//! Undoing an import: what it has created goes into the bin, but for what somebody has touched since, what others belong to,
//! and what is out of reach; for a day, within one's rights.

use anyhow::{Result, ensure};
use sqlx::AssertSqlSafe;

use super::{
    acme,
    browser::{counts, over, sent},
    count,
};
use crate::{
    model::{
        Actor, AppError, Problem, RecordId, RecordKind,
        users::{Reach, Rights, UserRole},
    },
    settings::import::{State, Task, Undone},
    tests::support::{Browser, TestApp},
};

const FILE: &[u8] = b"Name,City\nAlpha,Gent\nBeta,Gent\nGamma,Gent\nDelta,Gent\nEta,Gent\n";

async fn id_of(app: &TestApp, name: &str) -> Result<RecordId> {
    let id = sqlx::query_scalar("select id from companies where name = $1 and deleted_at is null")
        .bind(name)
        .fetch_one(&app.owner)
        .await?;
    Ok(RecordId(id))
}

async fn undo(browser: &mut Browser<'_>, id: &str) -> Result<Undone> {
    let page = format!("/settings/import/{id}");
    let answer = browser
        .submit(&page, "/api/undo_import", &[("import", id)])
        .await?;
    assert_eq!(answer.location(), Some(page.as_str()));
    let progress = over(browser, id).await?;
    assert_eq!((progress.task, progress.state), (Task::Undo, State::Done));
    Ok(progress.undone)
}

async fn limited(app: &TestApp, admin: &Actor, name: &str, rights: Rights) -> Result<Actor> {
    let email = format!("{name}@acme.test");
    app.person(admin.account, name, &email, UserRole::User, rights)
        .await
}

#[tokio::test]
async fn what_an_import_has_created_goes_into_the_bin_and_can_come_in_again() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    app.company(&ann, "Stays").await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(&mut browser, "import", FILE).await?;
    over(&mut browser, &id).await?;
    let html = browser.get(&format!("/settings/import/{id}")).await?.body;
    ensure!(
        html.contains("5 records that it created go into the bin."),
        "{html}"
    );
    let all = Undone {
        undone: 5,
        ..Undone::default()
    };
    assert_eq!(undo(&mut browser, &id).await?, all);
    let left = "select count(*) from companies where deleted_at is null";
    assert_eq!(count(&app, left).await?, 1);
    let bin = browser.get("/settings/bin").await?.body;
    ensure!(bin.contains("Restore Alpha") && !bin.contains("Restore Stays"));
    let html = browser.get(&format!("/settings/import/{id}")).await?.body;
    ensure!(html.contains("5 records are in the bin"), "{html}");
    ensure!(
        !html.contains("/api/undo_import"),
        "nothing is left to undo"
    );
    let again = sent(&mut browser, "import", FILE).await?;
    assert_eq!(counts(&over(&mut browser, &again).await?), (5, 0, 0));
    Ok(())
}

#[tokio::test]
async fn what_was_changed_since_and_what_others_belong_to_stays_and_is_counted() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, bob) = acme(&app).await?;
    let mut browser = app.browser_of(&bob).await?;
    let id = sent(&mut browser, "import", FILE).await?;
    over(&mut browser, &id).await?;

    let alpha = id_of(&app, "Alpha").await?.to_string();
    let values = [
        ("kind", "company"),
        ("id", alpha.as_str()),
        ("role", "sales_contact"),
        ("user", &ann.user.to_string()),
        ("was", ""),
    ];
    let chosen = browser.call("/api/choose_responsible", &values).await?;
    ensure!(chosen.status.is_success(), "{}", chosen.body);
    let deal = app
        .deal(&ann, "Hangs on it", id_of(&app, "Beta").await?, &ann)
        .await?;
    // Deleted and restored, it is not what the import has made any more.
    let gamma = id_of(&app, "Gamma").await?.to_string();
    for function in ["/api/delete", "/api/restore"] {
        let values = [("kind", "company"), ("id", gamma.as_str())];
        ensure!(browser.call(function, &values).await?.status.is_success());
    }
    let delta = id_of(&app, "Delta").await?.to_string();
    let values = [
        ("kind", "company"),
        ("id", delta.as_str()),
        ("what", "Call them"),
        ("due", "2030-01-31"),
        ("assigned_to", &bob.user.to_string()),
    ];
    let planned = browser.call("/api/save_next_step", &values).await?;
    ensure!(planned.status.is_success(), "{}", planned.body);
    let expected = Undone {
        undone: 1,
        changed: 3,
        needed: 1,
        out_of_reach: 0,
    };
    assert_eq!(undo(&mut browser, &id).await?, expected);
    let html = browser.get(&format!("/settings/import/{id}")).await?.body;
    let told =
        "1 record is in the bin; 3 were changed since and stay; others belong to 1, which stays";
    ensure!(html.contains(told), "{html}");

    // Once the deal is gone, what it belonged to follows.
    let values = [("kind", "deal"), ("id", &deal.to_string())];
    ensure!(
        browser
            .call("/api/delete", &values)
            .await?
            .status
            .is_success()
    );
    let expected = Undone {
        undone: 2,
        needed: 0,
        ..expected
    };
    assert_eq!(undo(&mut browser, &id).await?, expected);
    let left: Vec<String> =
        sqlx::query_scalar("select name from companies where deleted_at is null order by name")
            .fetch_all(&app.owner)
            .await?;
    assert_eq!(left, ["Alpha", "Delta", "Gamma"]);
    Ok(())
}

#[tokio::test]
async fn what_is_out_of_ones_reach_by_now_is_left_and_counted() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let rights = Rights {
        crm: Reach::Limited,
        ..Rights::FULL
    };
    let emma = limited(&app, &ann, "emma", rights).await?;
    let mut browser = app.browser_of(&emma).await?;
    let file = b"Name,Sales contact\nMine,\nBob's,Bob Boon\nGone,\n";
    let id = sent(&mut browser, "import", file).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (3, 0, 0));
    // Of what she has created she sees her own, and has no link to the other.
    let html = browser.get(&format!("/settings/import/{id}")).await?.body;
    let address = |record| RecordKind::Company.address(record);
    ensure!(html.contains(&address(id_of(&app, "Mine").await?)));
    ensure!(!html.contains(&id_of(&app, "Bob's").await?.to_string()));
    let gone = id_of(&app, "Gone").await?.to_string();
    let values = [("kind", "company"), ("id", gone.as_str())];
    ensure!(
        browser
            .call("/api/delete", &values)
            .await?
            .status
            .is_success()
    );
    let expected = Undone {
        undone: 1,
        out_of_reach: 2,
        ..Undone::default()
    };
    assert_eq!(undo(&mut browser, &id).await?, expected);
    ensure!(id_of(&app, "Bob's").await.is_ok());
    Ok(())
}

#[tokio::test]
async fn with_deals_limited_nobody_undoes_an_import_of_deals() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let rights = Rights {
        deals: Reach::Limited,
        ..Rights::FULL
    };
    let hugo = limited(&app, &ann, "hugo", rights).await?;
    app.company(&ann, "Client").await?;
    let mut browser = app.browser_of(&hugo).await?;
    let file = b"Title,Customer,Assigned to,Currency,Phase\nx,Client,hugo,EUR,Lead\n";
    let id = sent(&mut browser, "import", file).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 0, 0));
    let html = browser.get(&format!("/settings/import/{id}")).await?.body;
    ensure!(!html.contains("/api/undo_import"), "{html}");
    let answer = browser.call("/api/undo_import", &[("import", &id)]).await?;
    ensure!(!answer.status.is_success());
    assert_eq!(
        count(&app, "select count(*) from deals where deleted_at is null").await?,
        1
    );
    Ok(())
}

#[tokio::test]
async fn a_day_later_it_is_not_undone_any_more() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(&mut browser, "import", FILE).await?;
    over(&mut browser, &id).await?;
    for (age, may) in [("23 hours 59 minutes", true), ("24 hours 1 minute", false)] {
        let sql = format!("update imports set wrote_at = now() - interval '{age}'");
        sqlx::query(AssertSqlSafe(sql)).execute(&app.owner).await?;
        let html = browser.get(&format!("/settings/import/{id}")).await?.body;
        assert_eq!(html.contains("/api/undo_import"), may, "{age}");
    }
    let answer = browser.call("/api/undo_import", &[("import", &id)]).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::TooLate));
    assert_eq!(
        count(
            &app,
            "select count(*) from companies where deleted_at is null"
        )
        .await?,
        5
    );
    Ok(())
}

#[tokio::test]
async fn what_was_never_imported_is_not_undone() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(&mut browser, "check", FILE).await?;
    over(&mut browser, &id).await?;
    let answer = browser.call("/api/undo_import", &[("import", &id)]).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    Ok(())
}
