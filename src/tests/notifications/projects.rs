//! What the people of a project are told: that they were added or removed, its state, its notes, when it is due, that it is closed or
//! deleted; of nothing else, and whoever may not open it any more without its name.

use anyhow::Result;

use super::{Acme, NOBODY, id, of};
use crate::{
    model::{Actor, RecordId, RecordKind, Role, bulk::How},
    records::store::{self, NoteForm},
    tests::projects::change_people,
};

const KIND: RecordKind = RecordKind::Project;

impl Acme {
    /// Emma sees the projects in which she takes part.
    async fn with_projects() -> Result<Self> {
        let acme = Self::new().await?;
        acme.app
            .as_owner("update users set projects = 'participation' where email = 'emma@acme.test'")
            .await?;
        Ok(acme)
    }

    /// A project of Ann's, which everybody has heard of.
    async fn project(&self, managers: &[&Actor], collaborators: &[&Actor]) -> Result<RecordId> {
        let project = self.new_project(managers, collaborators, &[]).await?;
        self.forget().await?;
        Ok(project)
    }

    async fn new_project(
        &self,
        managers: &[&Actor],
        collaborators: &[&Actor],
        more: &[(&str, &str)],
    ) -> Result<RecordId> {
        let typed = |people: &[&Actor]| {
            let ids: Vec<String> = people.iter().map(|one| id(one.user)).collect();
            ids.join(",")
        };
        let (managers, collaborators) = (typed(managers), typed(collaborators));
        let mut values = vec![
            ("title", "Zephyr"),
            ("managers", managers.as_str()),
            ("collaborators", &collaborators),
        ];
        values.extend_from_slice(more);
        Ok(self.app.create(&self.ann, KIND, &values).await?)
    }

    async fn change_people(
        &self,
        by: &Actor,
        project: RecordId,
        what: (Role, How),
        user: &Actor,
    ) -> Result<()> {
        change_people(&self.app, by, project, what, user).await
    }

    /// What each of these was told: under which kind of event, or nothing.
    async fn events(&self, people: &[&Actor]) -> Result<Vec<Vec<String>>> {
        self.app.work().await?;
        let mut all = Vec::new();
        for person in people {
            let shown = self.shown(person).await?;
            all.push(
                shown
                    .iter()
                    .map(|one| one.event.code().to_owned())
                    .collect(),
            );
        }
        Ok(all)
    }
}

#[tokio::test]
async fn whom_a_project_begins_with_is_told_but_for_who_creates_it() -> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme {
        ann,
        bob,
        cas,
        emma,
        ..
    } = &acme;
    acme.new_project(&[ann, bob], &[emma], &[]).await?;
    assert_eq!(
        acme.events(&[ann, bob, emma, cas]).await?,
        [vec![], vec!["assigned"], vec!["assigned"], vec![]]
    );
    Ok(())
}

#[tokio::test]
async fn who_is_added_removed_or_moved_is_told_once_and_the_others_are_not() -> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme {
        ann,
        bob,
        cas,
        emma,
        ..
    } = &acme;
    let zephyr = acme.project(&[ann, bob], &[]).await?;
    let everybody = [ann, bob, cas, emma];
    for (role, how, user, event) in [
        (Role::Collaborator, How::Add, cas, "assigned"),
        (Role::Manager, How::Add, cas, "assigned"),
        (Role::Manager, How::Remove, cas, "unassigned"),
        (Role::Manager, How::Add, emma, "assigned"),
        (Role::Manager, How::Remove, emma, "unassigned"),
        (Role::Collaborator, How::Add, emma, "assigned"),
    ] {
        acme.change_people(ann, zephyr, (role, how), user).await?;
        let told = acme.events(&everybody).await?;
        for (one, told) in everybody.iter().zip(told) {
            let expected = if one.user == user.user {
                vec![event]
            } else {
                vec![]
            };
            assert_eq!(
                told, expected,
                "{role:?} {how:?} {}: {}",
                user.full_name, one.full_name
            );
        }
        acme.forget().await?;
    }
    // Who leaves by himself knows it, as does who comes.
    acme.change_people(bob, zephyr, (Role::Manager, How::Remove), bob)
        .await?;
    assert_eq!(acme.events(&everybody).await?, [NOBODY; 4]);
    Ok(())
}

#[tokio::test]
async fn who_may_not_open_what_he_was_taken_out_of_is_told_without_its_name() -> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme { ann, cas, emma, .. } = &acme;
    let zephyr = acme.project(&[ann], &[cas, emma]).await?;
    for user in [cas, emma] {
        acme.change_people(ann, zephyr, (Role::Collaborator, How::Remove), user)
            .await?;
    }
    let told = acme.told(cas).await?;
    assert!(
        told.len() == 1 && told[0].starts_with("Zephyr: "),
        "{told:?}"
    );
    let told = acme.told(emma).await?;
    assert!(
        told.len() == 1 && told[0].contains("no longer one of the people of a project"),
        "{told:?}"
    );
    assert_eq!(acme.first(emma).await?.address(), None);
    let mut browser = acme.app.browser_of(emma).await?;
    let page = browser.get("/notifications").await?.body;
    assert!(
        !page.contains("Zephyr") && !page.contains(&zephyr.to_string()),
        "{page}"
    );
    // Without the right to any, nothing.
    acme.forget().await?;
    acme.change_people(ann, zephyr, (Role::Manager, How::Add), emma)
        .await?;
    acme.forget().await?;
    acme.change_people(ann, zephyr, (Role::Manager, How::Remove), emma)
        .await?;
    acme.app
        .as_owner("update users set projects = 'none' where email = 'emma@acme.test'")
        .await?;
    assert_eq!(acme.told(emma).await?, NOBODY);
    Ok(())
}

#[tokio::test]
async fn its_people_are_told_of_its_state_its_notes_and_when_it_is_due_and_of_nothing_else()
-> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme {
        ann,
        bob,
        cas,
        emma,
        ..
    } = &acme;
    let zephyr = acme.project(&[ann, bob], &[emma]).await?;
    let project = of(KIND, zephyr);
    for (typed, event) in [
        (vec![("status", "running")], Some("moved")),
        (vec![("status", "done")], Some("moved")),
        (vec![("due_date", "2031-01-02")], Some("changed")),
        (
            vec![("title", "Zephyr II"), ("due_date", "")],
            Some("changed"),
        ),
        (
            vec![("due_date", "2031-01-02"), ("status", "cancelled")],
            Some("moved"),
        ),
        (vec![("title", "Zephyr")], None),
        (vec![("description", "A wind")], None),
        (vec![("start", "2030-01-02"), ("budget", "7")], None),
        (vec![("editing", "everyone")], None),
    ] {
        acme.edit(ann, project, &typed).await?;
        let event = event.map_or_else(Vec::new, |event| vec![event]);
        let told = acme.events(&[ann, bob, emma, cas]).await?;
        assert_eq!(told, [vec![], event.clone(), event, vec![]], "{typed:?}");
        acme.forget().await?;
    }
    let note = NoteForm {
        kind: KIND,
        record: zephyr,
        note: None,
        body: "Look, @Bob Boon",
    };
    let (tx, _) = store::save_note(acme.app.database.begin(ann).await?, note).await?;
    tx.commit().await?;
    assert_eq!(
        acme.events(&[ann, bob, emma, cas]).await?,
        [vec![], vec!["mention"], vec!["note"], vec![]]
    );
    acme.forget().await?;
    store::delete(acme.app.database.begin(bob).await?, KIND, zephyr).await?;
    assert_eq!(
        acme.told(emma).await?,
        ["Bob Boon deleted one of your projects [deleted]"]
    );
    assert_eq!(
        acme.events(&[ann, bob, cas]).await?,
        [vec!["deleted"], vec![], vec![]]
    );
    acme.forget().await?;
    store::restore(acme.app.database.begin_in_bin(bob).await?, KIND, zephyr).await?;
    let told = acme.told(emma).await?;
    assert!(
        told.len() == 1 && told[0].contains("restored this"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_customers_sales_contact_is_told_of_every_action_on_a_project_that_he_may_open()
-> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme {
        ann,
        bob,
        cas,
        emma,
        ..
    } = &acme;
    let client = acme.company_of("Client", cas).await?.to_string();
    let hers = acme.company_of("Hers", emma).await?.to_string();
    let one = acme
        .new_project(&[bob], &[], &[("customer", &client)])
        .await?;
    assert_eq!(acme.events(&[cas]).await?, [["related"]]);
    let two = acme
        .new_project(&[bob], &[], &[("customer", &hers)])
        .await?;
    acme.forget().await?;
    for project in [one, two] {
        acme.edit(ann, of(KIND, project), &[("title", "Boreas")])
            .await?;
    }
    // Emma takes part in neither.
    assert_eq!(acme.events(&[cas, emma]).await?, [vec!["related"], vec![]]);
    acme.forget().await?;
    store::delete(acme.app.database.begin(ann).await?, KIND, two).await?;
    assert_eq!(acme.told(emma).await?, NOBODY);
    Ok(())
}

#[tokio::test]
async fn one_act_on_many_projects_is_told_once_with_their_number() -> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme { ann, bob, emma, .. } = &acme;
    for _ in 0..3 {
        acme.project(&[ann, bob], &[]).await?;
    }
    let mut browser = acme.app.browser_of(ann).await?;
    let hers = id(emma.user);
    let act = [
        ("what", "managers"),
        ("how", "add"),
        ("user", hers.as_str()),
    ];
    crate::tests::bulk::acted(&mut browser, KIND, "all=true", &act).await?;
    let told = acme.told(emma).await?;
    assert!(
        told.len() == 1 && told[0].contains("3 projects") && told[0].ends_with("[assigned]"),
        "{told:?}"
    );
    assert_eq!(acme.told(bob).await?, NOBODY, "he is what he was");
    acme.forget().await?;
    let his = id(bob.user);
    let act = [
        ("what", "managers"),
        ("how", "remove"),
        ("user", his.as_str()),
    ];
    crate::tests::bulk::acted(&mut browser, KIND, "all=true", &act).await?;
    let told = acme.told(bob).await?;
    assert!(
        told.len() == 1 && told[0].contains("3") && told[0].ends_with("[unassigned]"),
        "{told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn who_stands_in_for_one_of_its_people_is_told_of_what_he_may_open() -> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme {
        ann,
        bob,
        cas,
        emma,
        ..
    } = &acme;
    let hers = acme.project(&[ann], &[bob, emma]).await?;
    let bobs = acme.project(&[ann], &[bob]).await?;
    let away = async |stand_in: &Actor| {
        acme.app
            .as_owner(&format!(
                "delete from absences;
                 insert into absences (account_id, user_id, from_on, until_on, stand_in_id)
                 values ('{}', '{}', current_date - 3, current_date + 3, '{}')",
                bob.account, bob.user, stand_in.user
            ))
            .await
    };
    away(cas).await?;
    acme.edit(ann, of(KIND, bobs), &[("status", "running")])
        .await?;
    assert_eq!(
        acme.told(cas).await?,
        ["Zephyr: Ann Admin changed this (for Bob Boon) [moved]"]
    );
    assert_eq!(acme.told(bob).await?.len(), 1, "he is told as always");
    acme.forget().await?;
    away(emma).await?;
    acme.edit(ann, of(KIND, bobs), &[("status", "on_hold")])
        .await?;
    assert_eq!(
        acme.told(emma).await?,
        NOBODY,
        "in this one she does not take part"
    );
    acme.forget().await?;
    acme.edit(ann, of(KIND, hers), &[("status", "on_hold")])
        .await?;
    assert_eq!(
        acme.told(emma).await?,
        ["Zephyr: Ann Admin changed this [moved]"],
        "who is concerned himself is told so"
    );
    Ok(())
}

#[tokio::test]
async fn while_the_plan_lacks_projects_nobody_is_told_of_one() -> Result<()> {
    let acme = Acme::with_projects().await?;
    let Acme { ann, bob, emma, .. } = &acme;
    let zephyr = acme.project(&[ann, bob], &[emma]).await?;
    acme.edit(ann, of(KIND, zephyr), &[("status", "running")])
        .await?;
    assert_eq!(acme.events(&[bob, emma]).await?, [["moved"], ["moved"]]);
    acme.edit(ann, of(KIND, zephyr), &[("status", "done")])
        .await?;
    acme.app.as_owner("update accounts set plan = 'go'").await?;
    // Neither of what happens now nor of what happened before.
    assert_eq!(acme.told(bob).await?, NOBODY);
    assert_eq!(acme.unread(emma).await?, 0);
    acme.app
        .as_owner("update accounts set boosters = array['projects']")
        .await?;
    assert_eq!(acme.events(&[bob, emma]).await?, [["moved"], ["moved"]]);
    Ok(())
}
