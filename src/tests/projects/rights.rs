//! Who sees a project, who may change it, and what it shows of what is out of reach; without the module nobody sees any.
//! Asked through the pages and the server functions, as anybody can.

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::{KIND, change, participant, project, sees};
use crate::{
    model::{
        Actor, AppError, Problem, Role, Value,
        users::{ProjectReach, Rights, UserRole},
    },
    records::store,
    tests::support::TestApp,
};

#[tokio::test]
async fn who_takes_part_sees_a_project_and_who_does_not_finds_it_nowhere() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = participant(&app, account, "Bob").await?;
    let rights = Rights {
        projects: ProjectReach::None,
        ..Rights::FULL
    };
    let none = app
        .person(account, "Nat", "nat@acme.test", UserRole::User, rights)
        .await?;
    let id = project(&app, &ann, &[]).await?;
    let all = app.colleague(account, "Cleo", "cleo@acme.test").await?;
    ensure!(
        sees(&app, &all, id).await?
            && !sees(&app, &bob, id).await?
            && !sees(&app, &none, id).await?
    );
    for (role, how, seen) in [
        (Role::Collaborator, "add", true),
        (Role::Collaborator, "remove", false),
        (Role::Manager, "add", true),
        (Role::Manager, "remove", false),
    ] {
        let answer = change(&app, &ann, id, (role, how), bob.user).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        ensure!(sees(&app, &bob, id).await? == seen, "{role:?} {how}");
        let body = app.browser_of(&bob).await?.get("/projects").await?.body;
        ensure!(body.contains("Zephyr") == seen, "{body}");
    }
    // Nobody is given a project who has no right to any.
    let answer = change(&app, &ann, id, (Role::Manager, "add"), none.user).await?;
    ensure!(answer.error()? == AppError::field("managers", Problem::NotAColleague));
    let mut browser = app.browser_of(&none).await?;
    ensure!(browser.get("/projects").await?.status == 404);
    ensure!(browser.get(&format!("/projects/{id}")).await?.status == 404);
    Ok(())
}

#[tokio::test]
async fn each_project_says_who_may_change_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let manager = participant(&app, account, "Max").await?;
    let helper = participant(&app, account, "Hal").await?;
    let looker = app.colleague(account, "Lou", "lou@acme.test").await?;
    for (editing, may) in [
        ("managers", [true, true, false, false]),
        ("people", [true, true, true, false]),
        ("everyone", [true, true, true, true]),
    ] {
        let values = [
            ("managers", manager.user.to_string()),
            ("collaborators", helper.user.to_string()),
            ("editing", editing.to_owned()),
        ];
        let values: Vec<_> = values
            .iter()
            .map(|(key, value)| (*key, value.as_str()))
            .collect();
        let id = project(&app, &ann, &values).await?;
        for (who, may) in [&ann, &manager, &helper, &looker].into_iter().zip(may) {
            let text = id.to_string();
            let version: i64 = sqlx::query_scalar("select version from projects where id = $1")
                .bind(id.0)
                .fetch_one(&app.owner)
                .await?;
            let (version, due) = (version.to_string(), format!("2031-01-{:02}", version + 1));
            let mut browser = app.browser_of(who).await?;
            let form = [
                ("kind", "project"),
                ("id", text.as_str()),
                ("version", &version),
                ("values[due_date]", &due),
            ];
            let answer = browser.call("/api/save", &form).await?;
            ensure!(
                answer.status.is_success() == may,
                "{editing} {}: {}",
                who.full_name,
                answer.body
            );
            let refused = AppError::form(Problem::MayNotEdit);
            let page = browser.get(&format!("/projects/{id}")).await?;
            ensure!(page.status == 200);
            ensure!(
                page.body.contains(&format!("/projects/{id}/edit")) == may,
                "{editing} {}",
                who.full_name
            );
            if may {
                continue;
            }
            ensure!(answer.error()? == refused);
            // Nor by any other way.
            let deleted = browser
                .call("/api/delete", &[("kind", "project"), ("id", &text)])
                .await?;
            ensure!(deleted.error()? == refused, "{}", deleted.body);
            let joined = change(&app, who, id, (Role::Manager, "add"), who.user).await?;
            ensure!(joined.error()? == refused, "{}", joined.body);
            // What hangs on a project is for whoever sees it.
            let note = [("kind", "project"), ("id", text.as_str()), ("body", "Seen")];
            let noted = browser.call("/api/save_note", &note).await?;
            ensure!(noted.status.is_success(), "{}", noted.body);
        }
    }
    Ok(())
}

#[tokio::test]
async fn without_the_module_nobody_finds_projects_and_they_come_back_with_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = participant(&app, account, "Bob").await?;
    let id = project(&app, &ann, &[("collaborators", &bob.user.to_string())]).await?;
    app.as_owner(&format!(
        "update accounts set plan = 'go' where id = '{account}'"
    ))
    .await?;
    for email in [&ann.email, &bob.email] {
        let who = app.actor(email).await?;
        ensure!(!sees(&app, &who, id).await?);
        let mut browser = app.browser_of(&who).await?;
        for address in [
            "/projects".to_owned(),
            format!("/projects/{id}"),
            "/projects/new".into(),
        ] {
            let page = browser.get(&address).await?;
            ensure!(
                page.body.contains("Project management"),
                "{address}: {}",
                page.body
            );
            ensure!(
                page.body.contains("Projects (locked)") && !page.body.contains("Zephyr"),
                "{address}"
            );
        }
        let text = id.to_string();
        for (call, values) in [
            (
                "/api/detail",
                vec![("kind", "project"), ("id", text.as_str())],
            ),
            (
                "/api/create",
                vec![("kind", "project"), ("values[title]", "Another")],
            ),
            (
                "/api/delete",
                vec![("kind", "project"), ("id", text.as_str())],
            ),
        ] {
            let answer = browser.call(call, &values).await?;
            ensure!(
                answer.status == 404,
                "{call}: {} {}",
                answer.status,
                answer.body
            );
        }
        let found = browser.get("/search?q=zeph").await?.body;
        ensure!(!found.contains(&text), "{found}");
    }
    app.as_owner(&format!(
        "update accounts set boosters = array['projects'] where id = '{account}'"
    ))
    .await?;
    for email in [&ann.email, &bob.email] {
        let who = app.actor(email).await?;
        ensure!(sees(&app, &who, id).await?);
    }
    Ok(())
}

#[tokio::test]
async fn a_project_is_for_a_customer_or_for_nobody_and_keeps_a_deal_out_of_reach_nameless()
-> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Boreas").await?;
    let deal = app.deal(&ann, "Secret offer", company, &ann).await?;
    let rights = Rights {
        deals: crate::model::users::Reach::None,
        projects: ProjectReach::All,
        ..Rights::FULL
    };
    let bob = app
        .person(account, "Bob", "bob@acme.test", UserRole::User, rights)
        .await?;
    let values = [
        ("customer", company.to_string()),
        ("deal", deal.to_string()),
    ];
    let values: Vec<_> = values
        .iter()
        .map(|(key, value)| (*key, value.as_str()))
        .collect();
    let id = project(&app, &ann, &values).await?;
    let of = async |who: &Actor| -> Result<Value> {
        let mut tx = app.database.begin(who).await?;
        Ok(store::record(&mut tx, KIND, id)
            .await?
            .value("deal")
            .clone())
    };
    ensure!(
        matches!(of(&ann).await?, Value::Record { id: Some(_), name, .. } if name == "Secret offer")
    );
    ensure!(matches!(of(&bob).await?, Value::Record { id: None, name, .. } if name == "a deal"));
    let mut browser = app.browser_of(&ann).await?;
    let page = browser.get(&format!("/companies/{company}")).await?.body;
    ensure!(page.contains(&format!("/projects/{id}")), "{page}");
    // A company stays as long as a project of it is there.
    let (text, project_id) = (company.to_string(), id.to_string());
    let kept = browser
        .call("/api/delete", &[("kind", "company"), ("id", &text)])
        .await?;
    ensure!(!kept.status.is_success(), "{}", kept.body);
    let version: i64 = sqlx::query_scalar("select version from projects where id = $1")
        .bind(id.0)
        .fetch_one(&app.owner)
        .await?;
    let version = version.to_string();
    let emptied = [
        ("kind", "project"),
        ("id", project_id.as_str()),
        ("version", &version),
        ("values[customer]", ""),
    ];
    let answer = browser.call("/api/save", &emptied).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let customer: (Option<Uuid>, Option<Uuid>) =
        sqlx::query_as("select company_id, contact_id from projects where id = $1")
            .bind(id.0)
            .fetch_one(&app.owner)
            .await?;
    ensure!(customer == (None, None));
    Ok(())
}
