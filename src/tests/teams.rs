//! Teams: made, changed and deleted by admins through plain forms, and found by pickers.
//! For everybody else Settings > Teams does not exist.

use anyhow::{Context, Result, ensure};

use super::support::TestApp;
use crate::{
    model::{AppError, Problem, RecordKind},
    records::store,
};

async fn team_id(app: &TestApp, name: &str) -> Result<String> {
    let id: uuid::Uuid = sqlx::query_scalar("select id from teams where name = $1")
        .bind(name)
        .fetch_optional(&app.owner)
        .await?
        .with_context(|| format!("no team {name}"))?;
    Ok(id.to_string())
}

#[tokio::test]
async fn an_admin_makes_a_team_renames_it_changes_its_members_and_deletes_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut browser = app.browser_of(&ann).await?;
    let (me, him) = (ann.user.to_string(), bob.user.to_string());

    let values = [("version", "0"), ("name", "North"), ("members[]", &me)];
    let values: Vec<_> = values.into_iter().chain([("lead", him.as_str())]).collect();
    let page = "/settings/teams/new";
    let sent = browser.submit(page, "/api/save_team", &values).await?;
    assert_eq!(sent.location(), Some("/settings/teams"));
    let body = browser.get("/settings/teams").await?.body;
    for part in ["North", "Bob Boon, Ann Admin", "Saved"] {
        ensure!(body.contains(part), "{part} in {body}");
    }

    // The picker finds its members by the team's name.
    let mut tx = app.database.begin(&ann).await?;
    for colleague in store::colleagues(&mut tx, RecordKind::Company).await? {
        assert_eq!(colleague.teams, ["North"], "{}", colleague.full_name);
    }
    drop(tx);

    let team = team_id(&app, "North").await?;
    let page = format!("/settings/teams/{team}");
    let renamed = [
        ("team", team.as_str()),
        ("version", "1"),
        ("name", "Upper North"),
        ("lead", ""),
        ("members[]", &me),
    ];
    let sent = browser.submit(&page, "/api/save_team", &renamed).await?;
    assert_eq!(sent.location(), Some("/settings/teams"));
    let body = browser.get("/settings/teams").await?.body;
    ensure!(body.contains("Upper North") && !body.contains("Bob Boon"));

    let sent = browser
        .submit(&page, "/api/delete_team", &[("team", &team)])
        .await?;
    assert_eq!(sent.location(), Some("/settings/teams"));
    let body = browser.get("/settings/teams").await?.body;
    ensure!(
        body.contains("No teams yet.") && body.contains("The team is deleted."),
        "{body}"
    );
    assert_eq!(browser.get(&page).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_comes_back_beside_its_field_with_what_was_typed() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let me = ann.user.to_string();
    let page = "/settings/teams/new";
    let values = [
        ("version", "0"),
        ("name", " "),
        ("lead", &me),
        ("members[]", &me),
    ];
    let sent = browser.submit(page, "/api/save_team", &values).await?;
    assert_eq!(sent.location(), Some(page));
    let body = browser.get(page).await?.body;
    ensure!(body.contains("This field is required"), "{body}");
    let ticked = body
        .split("<input ")
        .any(|input| input.contains(&format!("value=\"{me}\"")) && input.contains("checked"));
    ensure!(ticked, "the ticked member is still ticked: {body}");
    Ok(())
}

#[tokio::test]
async fn a_stale_form_is_told_who_saved_before() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let new = [("version", "0"), ("name", "North")];
    browser.call("/api/save_team", &new).await?;
    let team = team_id(&app, "North").await?;
    let stale = [("team", team.as_str()), ("version", "0"), ("name", "South")];
    let error = browser.call("/api/save_team", &stale).await?.error()?;
    ensure!(
        matches!(&error, AppError::Conflict(conflict) if conflict.by == "Ann Admin"),
        "{error:?}"
    );
    Ok(())
}

#[tokio::test]
async fn only_colleagues_of_the_account_are_members_or_lead() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let mut browser = app.browser_of(&ann).await?;
    let them = other.user.to_string();
    for (field, name) in [("members", "members[]"), ("lead", "lead")] {
        let values = [("version", "0"), ("name", "North"), (name, them.as_str())];
        let error = browser.call("/api/save_team", &values).await?.error()?;
        assert_eq!(error, AppError::field(field, Problem::NotAColleague));
    }
    Ok(())
}

#[tokio::test]
async fn teams_do_not_exist_for_others_than_the_accounts_admins() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (_, olga) = app.account("Other").await?;
    let mut admin = app.browser_of(&ann).await?;
    let new = [("version", "0"), ("name", "North")];
    admin.call("/api/save_team", &new).await?;
    let team = team_id(&app, "North").await?;
    ensure!(
        admin
            .get("/companies")
            .await?
            .body
            .contains("/settings/profile")
    );

    let mut browser = app.browser_of(&bob).await?;
    for page in ["/settings/teams", "/settings/teams/new"] {
        let answer = browser.get(page).await?;
        assert_eq!(answer.status, 404, "{page}");
        ensure!(!answer.body.contains("North"), "{page}");
    }
    ensure!(
        !browser
            .get("/settings/profile")
            .await?
            .body
            .contains("/settings/teams")
    );
    for mut browser in [browser, app.browser_of(&olga).await?] {
        let page = format!("/settings/teams/{team}");
        assert_eq!(browser.get(&page).await?.status, 404);
        for (function, values) in [
            ("edit_team", vec![("team", team.as_str())]),
            (
                "save_team",
                vec![
                    ("team", team.as_str()),
                    ("version", "1"),
                    ("name", "Stolen"),
                ],
            ),
            ("delete_team", vec![("team", team.as_str())]),
        ] {
            let answer = browser.call(&format!("/api/{function}"), &values).await?;
            assert_eq!(answer.error()?, AppError::NotFound, "{function}");
        }
    }
    let names: Vec<String> = sqlx::query_scalar("select name from teams")
        .fetch_all(&app.owner)
        .await?;
    assert_eq!(names, ["North"]);
    Ok(())
}
