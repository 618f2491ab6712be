//! Projects: their people, at least one of them a manager whatever happens at once; who sees one, who may change it; and what becomes
//! of them where the plan has no projects.

use anyhow::{Context, Result, ensure};
use uuid::Uuid;

use super::support::{Answer, TestApp};
use crate::{
    model::{
        AccountId, Actor, AppError, Problem, RecordId, RecordKind, Role, UserId, Value,
        users::{ProjectReach, Rights, UserRole},
    },
    records::store,
    server::database::Reached,
};

const KIND: RecordKind = RecordKind::Project;

/// Somebody who sees the projects in which he takes part.
async fn participant(app: &TestApp, account: AccountId, name: &str) -> Result<Actor> {
    let rights = Rights {
        projects: ProjectReach::Participation,
        ..Rights::FULL
    };
    let email = format!("{}@acme.test", name.to_lowercase());
    app.person(account, name, &email, UserRole::User, rights)
        .await
}

async fn project(app: &TestApp, who: &Actor, values: &[(&str, &str)]) -> Result<RecordId> {
    let mut all = vec![("title", "Zephyr")];
    all.extend_from_slice(values);
    Ok(app.create(who, KIND, &all).await?)
}

/// Who has this role of a project, whoever sees it.
async fn people(app: &TestApp, project: RecordId, role: Role) -> Result<Vec<Uuid>> {
    let field = role.shared().context("a shared role")?;
    Ok(sqlx::query_scalar(
        "select value from project_user_values where record_id = $1 and field_id = $2 order by n",
    )
    .bind(project.0)
    .bind(field.0)
    .fetch_all(&app.owner)
    .await?)
}

async fn change(
    app: &TestApp,
    who: &Actor,
    project: RecordId,
    (role, how): (Role, &str),
    user: UserId,
) -> Result<Answer> {
    let (id, user) = (project.to_string(), user.to_string());
    let values = [
        ("kind", "project"),
        ("id", id.as_str()),
        ("role", role_word(role)),
        ("how", how),
        ("user", user.as_str()),
    ];
    app.browser_of(who)
        .await?
        .call("/api/change_people", &values)
        .await
}

const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Manager => "manager",
        _ => "collaborator",
    }
}

async fn sees(app: &TestApp, who: &Actor, project: RecordId) -> Result<bool> {
    let mut tx = app.database.begin(who).await?;
    match store::record(&mut tx, KIND, project).await {
        Ok(_) => Ok(true),
        Err(AppError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[tokio::test]
async fn whoever_creates_a_project_is_its_first_manager() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = participant(&app, account, "Bob").await?;
    let own = project(&app, &bob, &[]).await?;
    ensure!(people(&app, own, Role::Manager).await? == [bob.user.0]);
    let of_another = project(&app, &ann, &[("managers", &bob.user.to_string())]).await?;
    ensure!(people(&app, of_another, Role::Manager).await? == [bob.user.0]);
    // Without one nothing is written.
    let without = app
        .create(&ann, KIND, &[("title", "Nobody's"), ("managers", "")])
        .await;
    ensure!(
        without == Err(AppError::field("managers", Problem::NeedsManager)),
        "{without:?}"
    );
    Ok(())
}

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
async fn nobody_is_manager_and_collaborator_at_once() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let id = project(&app, &ann, &[("collaborators", &bob.user.to_string())]).await?;
    // A collaborator who becomes manager is moved.
    let answer = change(&app, &ann, id, (Role::Manager, "add"), bob.user).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    ensure!(people(&app, id, Role::Manager).await? == [ann.user.0, bob.user.0]);
    ensure!(people(&app, id, Role::Collaborator).await?.is_empty());
    // A manager does not become collaborator besides.
    let answer = change(&app, &ann, id, (Role::Collaborator, "add"), bob.user).await?;
    ensure!(answer.error()? == AppError::field("collaborators", Problem::AlreadyManager));
    // Nor past all checks.
    let mut tx = app
        .database
        .begin(&ann)
        .await?
        .write(Reached::new_record())
        .await?;
    let forced = sqlx::query(
        "insert into project_user_values (account_id, record_id, field_id, value) values ($1, $2, collaborators(), $3)",
    )
    .bind(account.0)
    .bind(id.0)
    .bind(bob.user.0)
    .execute(tx.connection())
    .await;
    ensure!(forced.map_err(AppError::from).is_err_and(|error| {
        error == AppError::field("collaborators", Problem::AlreadyManager)
    }));
    Ok(())
}

#[tokio::test]
async fn the_last_manager_stays() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let id = project(&app, &ann, &[("collaborators", &bob.user.to_string())]).await?;
    let answer = change(&app, &ann, id, (Role::Manager, "remove"), ann.user).await?;
    ensure!(answer.error()? == AppError::field("managers", Problem::NeedsManager));
    // A form that says nobody.
    let (text, version) = (id.to_string(), "1");
    let values = [
        ("kind", "project"),
        ("id", text.as_str()),
        ("version", version),
        ("values[managers]", ""),
    ];
    let answer = app
        .browser_of(&ann)
        .await?
        .call("/api/save", &values)
        .await?;
    ensure!(answer.error()? == AppError::field("managers", Problem::NeedsManager));
    ensure!(people(&app, id, Role::Manager).await? == [ann.user.0]);
    Ok(())
}

/// Takes a manager out past all that the forms check, in a transaction that is still open.
async fn removing(
    app: &TestApp,
    who: &Actor,
    project: RecordId,
    user: UserId,
) -> Result<crate::server::database::Writing> {
    let tx = app.database.begin(who).await?;
    let mut tx = tx.write(Reached::new_record()).await?;
    let gone = sqlx::query(
        "delete from project_user_values where account_id = $1 and record_id = $2 and field_id = managers() and value = $3",
    )
    .bind(who.account.0)
    .bind(project.0)
    .bind(user.0)
    .execute(tx.connection())
    .await?;
    ensure!(gone.rows_affected() == 1, "he was a manager");
    Ok(tx)
}

#[tokio::test]
async fn two_who_remove_the_last_two_managers_at_once_leave_one() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let managers = format!("{},{}", ann.user, bob.user);
    let id = project(&app, &ann, &[("managers", &managers)]).await?;
    // On two connections, both before either ends: each still sees the other's manager.
    let first = removing(&app, &ann, id, ann.user).await?;
    let second = removing(&app, &bob, id, bob.user).await?;
    let (first, second) = tokio::join!(first.commit(), second.commit());
    let refused = Err(AppError::field("managers", Problem::NeedsManager));
    ensure!(
        (first.is_ok() && second == refused) || (first == refused && second.is_ok()),
        "{first:?} {second:?}"
    );
    ensure!(people(&app, id, Role::Manager).await?.len() == 1);
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
async fn a_step_of_a_project_is_for_one_of_its_people() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let hal = participant(&app, account, "Hal").await?;
    let lou = app.colleague(account, "Lou", "lou@acme.test").await?;
    let id = project(&app, &ann, &[("collaborators", &hal.user.to_string())]).await?;
    let mut tx = app.database.begin(&ann).await?;
    let steps = store::next_steps(&mut tx, KIND, id).await?;
    let mut offered: Vec<UserId> = steps.assignable.iter().map(|one| one.id).collect();
    offered.sort();
    let mut expected = [ann.user, hal.user];
    expected.sort();
    ensure!(offered == expected, "{offered:?}");
    let form = store::StepForm {
        kind: KIND,
        record: id,
        step: None,
        what: "Look at it",
        due: "2031-01-01",
        assigned_to: &lou.user.to_string(),
    };
    let refused = store::save_step(app.database.begin(&ann).await?, form).await;
    ensure!(refused.is_err());
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

#[test]
fn the_database_knows_shared_roles_by_the_same_ids() {
    let migration = include_str!("../../migrations/0027_projects.sql");
    for role in [Role::Manager, Role::Collaborator] {
        let id = role.shared().map(|id| id.to_string()).unwrap_or_default();
        let name = role.key();
        let function = format!(
            "create function {name}() returns uuid language sql immutable parallel safe\n  return '{id}'::uuid;"
        );
        assert!(migration.contains(&function), "{function}");
    }
}
