//! Projects: their people, at least one of them a manager whatever happens at once; who sees one, who may change it; many at once;
//! their board; and what becomes of them where the plan has no projects.

mod acts;
mod board;
mod keeping;
mod people;
mod rights;
mod world;

pub use world::change_people;

use anyhow::{Context, Result};
use uuid::Uuid;

use super::support::{Answer, TestApp};
use crate::{
    model::{
        AccountId, Actor, AppError, RecordId, RecordKind, Role, UserId,
        users::{ProjectReach, Rights, UserRole},
    },
    records::store,
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
