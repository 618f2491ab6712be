//! An account whose people take part in many projects, and what is done with many of these at once.
//! For the tests beside it.

use anyhow::{Context, Result};

use super::KIND;
use crate::{
    model::{
        Actor, RecordId, Role,
        bulk::{Counts, How},
        users::{ProjectReach, Rights, UserRole},
    },
    records::store::{self, ChangePeople},
    tests::{
        bulk::{acted, done, records},
        support::TestApp,
    },
};

/// Adds somebody to those who share a role of a project, or takes him out of it; whoever does it means it.
pub async fn change_people(
    app: &TestApp,
    by: &Actor,
    id: RecordId,
    (role, how): (Role, How),
    user: &Actor,
) -> Result<()> {
    let change = ChangePeople {
        kind: KIND,
        id,
        role,
        how,
        user: user.user,
        confirmed: true,
    };
    store::change_people(app.database.begin(by).await?, change).await?;
    Ok(())
}

/// An account with its admin Ann; Bob, Cas and Dan, who see all projects; and Pat, who sees those in which he takes part.
pub(super) struct Acme {
    pub app: TestApp,
    pub ann: Actor,
    pub bob: Actor,
    pub cas: Actor,
    pub dan: Actor,
    pub pat: Actor,
}

impl Acme {
    pub async fn new() -> Result<Self> {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        let rights = Rights {
            projects: ProjectReach::Participation,
            ..Rights::FULL
        };
        Ok(Self {
            bob: app.colleague(account, "Bob Boon", "bob@acme.test").await?,
            cas: app.colleague(account, "Cas Claes", "cas@acme.test").await?,
            dan: app.colleague(account, "Dan Dries", "dan@acme.test").await?,
            pat: app
                .person(account, "Pat Part", "pat@acme.test", UserRole::User, rights)
                .await?,
            app,
            ann,
        })
    }

    /// A project of these managers and collaborators, created by the admin as its form would.
    pub async fn project(
        &self,
        title: &str,
        managers: &[&Actor],
        collaborators: &[&Actor],
    ) -> Result<RecordId> {
        let typed = |people: &[&Actor]| {
            let ids: Vec<String> = people.iter().map(|one| one.user.to_string()).collect();
            ids.join(",")
        };
        let (managers, collaborators) = (typed(managers), typed(collaborators));
        let values = [
            ("title", title),
            ("managers", &managers),
            ("collaborators", &collaborators),
        ];
        Ok(self.app.create(&self.ann, KIND, &values).await?)
    }

    /// The first names of its managers, and of its collaborators: "Ann, Bob | Cas".
    pub async fn people(&self, project: RecordId) -> Result<String> {
        let of = async |role: Role| -> Result<String> {
            let names: Vec<String> = sqlx::query_scalar(
                "select split_part(u.full_name, ' ', 1) from project_user_values v join users u on u.id = v.value
                 where v.record_id = $1 and v.field_id = $2 order by v.n",
            )
            .bind(project.0)
            .bind(role.shared().context("a shared role")?.0)
            .fetch_all(&self.app.owner)
            .await?;
            Ok(names.join(", "))
        };
        let (managers, collaborators) = (of(Role::Manager).await?, of(Role::Collaborator).await?);
        Ok(format!("{managers} | {collaborators}"))
    }

    pub async fn people_of_all(&self, projects: &[RecordId]) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for project in projects {
            all.push(self.people(*project).await?);
        }
        Ok(all)
    }

    pub async fn change(
        &self,
        by: &Actor,
        id: RecordId,
        what: (Role, How),
        user: &Actor,
    ) -> Result<()> {
        change_people(&self.app, by, id, what, user).await
    }

    /// Acts on these projects; the numbers are those that were told before.
    pub async fn act(
        &self,
        by: &Actor,
        projects: &[RecordId],
        (role, how): (Role, &str),
        user: &Actor,
    ) -> Result<(String, Counts)> {
        let mut browser = self.app.browser_of(by).await?;
        let user = user.user.to_string();
        let act = [("what", role.key()), ("how", how), ("user", &user)];
        acted(&mut browser, KIND, &records(projects), &act).await
    }

    pub async fn undo(&self, by: &Actor, id: &str) -> Result<Counts> {
        let mut browser = self.app.browser_of(by).await?;
        Ok(done(&mut browser, "undo_bulk", id).await?.undone)
    }
}

pub(super) const MANAGERS: Role = Role::Manager;
pub(super) const COLLABORATORS: Role = Role::Collaborator;
