//! Managers and collaborators: the creator first, at least one manager even when two are taken out at once, nobody both.
//! What is to be done on a project is for one of them.

use anyhow::{Result, ensure};

use super::{KIND, change, participant, people, project};
use crate::{
    model::{Actor, AppError, Problem, RecordId, Role, UserId},
    records::store,
    server::database::Reached,
    tests::support::TestApp,
};

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

#[test]
fn the_database_knows_shared_roles_by_the_same_ids() {
    let migration = include_str!("../../../migrations/0027_projects.sql");
    for role in [Role::Manager, Role::Collaborator] {
        let id = role.shared().map(|id| id.to_string()).unwrap_or_default();
        let name = role.key();
        let function = format!(
            "create function {name}() returns uuid language sql immutable parallel safe\n  return '{id}'::uuid;"
        );
        assert!(migration.contains(&function), "{function}");
    }
}
