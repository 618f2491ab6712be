//! Many projects at once: managers and collaborators are added, removed and replaced, moved from one role into the other, handed over
//! and put back; never the last manager, and never of a project that one may not edit.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::{
    bulk::{acted, counts, done, page_of, prepared, records},
    support::TestApp,
};
use crate::{
    model::{
        Actor, AppError, Duty, Language, Problem, RecordId, RecordKind, Role,
        bulk::{Counts, Fate, How},
        hand_over::{HandedOver, Holder, Post},
        lists::{BuiltIn, ListQuery},
        users::{ProjectReach, Rights, UserRole},
    },
    records::store::{self, ChangePeople},
};

const KIND: RecordKind = RecordKind::Project;

/// An account with its admin Ann; Bob, Cas and Dan, who see all projects; and Pat, who sees those in which he takes part.
struct Acme {
    app: TestApp,
    ann: Actor,
    bob: Actor,
    cas: Actor,
    dan: Actor,
    pat: Actor,
}

impl Acme {
    async fn new() -> Result<Self> {
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
    async fn project(
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
    async fn people(&self, project: RecordId) -> Result<String> {
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

    async fn people_of_all(&self, projects: &[RecordId]) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for project in projects {
            all.push(self.people(*project).await?);
        }
        Ok(all)
    }

    async fn change(
        &self,
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
        store::change_people(self.app.database.begin(by).await?, change).await?;
        Ok(())
    }

    /// Acts on these projects; the numbers are those that were told before.
    async fn act(
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

    async fn undo(&self, by: &Actor, id: &str) -> Result<Counts> {
        let mut browser = self.app.browser_of(by).await?;
        Ok(done(&mut browser, "undo_bulk", id).await?.undone)
    }
}

const MANAGERS: Role = Role::Manager;
const COLLABORATORS: Role = Role::Collaborator;

#[tokio::test]
async fn a_manager_is_added_to_many_and_leaves_the_collaborators_among_whom_undoing_puts_him_back()
-> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, cas, .. } = &acme;
    let projects = [
        acme.project("One", &[ann], &[]).await?,
        acme.project("Two", &[ann], &[cas, bob]).await?,
        acme.project("Three", &[bob], &[]).await?,
        acme.project("Four", &[ann, cas], &[bob]).await?,
    ];
    let before = acme.people_of_all(&projects).await?;
    let (id, result) = acme.act(ann, &projects, (MANAGERS, "add"), bob).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 3), (Fate::Same, 1)]));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        [
            "Ann, Bob | ",
            "Ann, Bob | Cas",
            "Bob | ",
            "Ann, Cas, Bob | "
        ]
    );
    // The page tells of both roles.
    let mut browser = acme.app.browser_of(ann).await?;
    let page = browser.get(&KIND.address(projects[1])).await?.body;
    ensure!(
        page.contains("Managers") && page.contains("Bob Boon"),
        "{page}"
    );
    assert_eq!(acme.undo(ann, &id).await?, counts(&[(Fate::Undone, 3)]));
    assert_eq!(acme.people_of_all(&projects).await?, before);
    Ok(())
}

#[tokio::test]
async fn the_last_manager_of_a_project_stays_whatever_is_done_to_many() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, cas, .. } = &acme;
    let projects = [
        acme.project("One", &[bob], &[cas]).await?,
        acme.project("Two", &[bob, ann], &[]).await?,
        acme.project("Three", &[ann], &[bob]).await?,
    ];
    let (id, result) = acme.act(ann, &projects, (MANAGERS, "remove"), bob).await?;
    let expected = [(Fate::Changed, 1), (Fate::Same, 1), (Fate::Required, 1)];
    assert_eq!(result, counts(&expected));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Bob | Cas", "Ann | ", "Ann | Bob"]
    );
    let mut browser = acme.app.browser_of(ann).await?;
    let page = page_of(&mut browser, KIND, &id).await?;
    let told = page.line.progress.told(Language::En, &page.line.act);
    ensure!(told.contains("somebody must stay there"), "{told}");
    // Nobody in the place of all is not even prepared.
    let nobody = [
        ("kind", "project"),
        ("of", "all=true"),
        ("what", "managers"),
        ("user", ""),
    ];
    let refused = browser.call("/api/prepare_bulk", &nobody).await?;
    assert_eq!(
        refused.error()?,
        AppError::field("user", Problem::NeedsManager)
    );
    // Somebody in the place of all is, and moves.
    let (id, result) = acme.act(ann, &projects, (MANAGERS, "set"), cas).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 3)]));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Cas | ", "Cas | ", "Cas | Bob"]
    );
    acme.undo(ann, &id).await?;
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Bob | Cas", "Ann | ", "Ann | Bob"]
    );
    Ok(())
}

#[tokio::test]
async fn who_manages_a_project_is_not_made_its_collaborator() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, cas, .. } = &acme;
    let projects = [
        acme.project("One", &[bob], &[]).await?,
        acme.project("Two", &[ann], &[bob]).await?,
        acme.project("Three", &[ann], &[cas]).await?,
    ];
    let (id, result) = acme
        .act(ann, &projects, (COLLABORATORS, "add"), bob)
        .await?;
    let expected = [(Fate::Changed, 1), (Fate::Same, 1), (Fate::OtherRole, 1)];
    assert_eq!(result, counts(&expected));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Bob | ", "Ann | Bob", "Ann | Cas, Bob"]
    );
    acme.undo(ann, &id).await?;
    let (_, result) = acme
        .act(ann, &projects, (COLLABORATORS, "set"), bob)
        .await?;
    assert_eq!(result, counts(&expected));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Bob | ", "Ann | Bob", "Ann | Bob"]
    );
    let (_, result) = acme
        .act(ann, &projects, (COLLABORATORS, "remove"), bob)
        .await?;
    assert_eq!(result, counts(&[(Fate::Changed, 2), (Fate::Same, 1)]));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Bob | ", "Ann | ", "Ann | "]
    );
    Ok(())
}

#[tokio::test]
async fn what_one_may_not_edit_is_left_as_it_is_and_said() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, pat, .. } = &acme;
    let projects = [
        acme.project("Managed", &[pat, ann], &[]).await?,
        acme.project("Helped", &[ann], &[pat]).await?,
        acme.project("Another's", &[ann], &[]).await?,
    ];
    let before = acme.people_of_all(&projects).await?;
    let (id, result) = acme
        .act(pat, &projects, (COLLABORATORS, "add"), bob)
        .await?;
    let expected = [
        (Fate::Changed, 1),
        (Fate::MayNotEdit, 1),
        (Fate::OutOfReach, 1),
    ];
    assert_eq!(result, counts(&expected));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Pat, Ann | Bob", "Ann | Pat", "Ann | "]
    );
    let mut browser = acme.app.browser_of(pat).await?;
    let page = browser.get(&format!("/projects/bulk/{id}")).await?.body;
    ensure!(page.contains("1 refused: you may not edit it"), "{page}");
    let (_, result) = acted(
        &mut browser,
        KIND,
        &records(&projects[1..]),
        &[("what", "delete")],
    )
    .await?;
    assert_eq!(
        result,
        counts(&[(Fate::MayNotEdit, 1), (Fate::OutOfReach, 1)])
    );
    // Of a whole list one sees the same.
    let all = prepared(&mut browser, KIND, "all=true", &[("what", "delete")]).await?;
    let page = page_of(&mut browser, KIND, &all).await?.line;
    assert_eq!(
        page.progress.expected,
        counts(&[(Fate::Changed, 1), (Fate::MayNotEdit, 1)])
    );
    // Whoever may not edit it any more does not put it back either.
    let how = How::Remove;
    acme.change(ann, projects[0], (MANAGERS, how), pat).await?;
    acme.change(ann, projects[0], (COLLABORATORS, How::Add), pat)
        .await?;
    assert_eq!(acme.undo(pat, &id).await?, counts(&[(Fate::MayNotEdit, 1)]));
    assert_eq!(acme.people(projects[0]).await?, "Ann | Bob, Pat");
    assert_eq!(acme.people_of_all(&projects[1..]).await?, before[1..]);
    Ok(())
}

#[tokio::test]
async fn who_takes_himself_out_of_many_is_told_how_many_he_will_not_see_any_more() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, pat, .. } = &acme;
    let projects = [
        acme.project("One", &[pat, ann], &[]).await?,
        acme.project("Two", &[ann, pat], &[bob]).await?,
        acme.project("Three", &[pat], &[]).await?,
    ];
    let of = records(&projects);
    for (who, how, user, n) in [
        (pat, "remove", pat, 2),
        (pat, "set", bob, 3),
        (pat, "set", pat, 0),
        (pat, "add", bob, 0),
        (pat, "remove", ann, 0),
        (ann, "remove", ann, 0),
    ] {
        let mut browser = acme.app.browser_of(who).await?;
        let user = user.user.to_string();
        let act = [("what", "managers"), ("how", how), ("user", user.as_str())];
        let id = prepared(&mut browser, KIND, &of, &act).await?;
        let page = page_of(&mut browser, KIND, &id).await?;
        assert_eq!(page.loses_sight, n, "{} {how}", who.full_name);
    }
    let (id, result) = acme.act(pat, &projects, (MANAGERS, "remove"), pat).await?;
    assert_eq!(result, counts(&[(Fate::Changed, 2), (Fate::Required, 1)]));
    // He does not reach again what he has left.
    assert_eq!(acme.undo(pat, &id).await?, counts(&[(Fate::OutOfReach, 2)]));
    assert_eq!(acme.undo(ann, &id).await?, counts(&[(Fate::Undone, 2)]));
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Pat, Ann | ", "Ann, Pat | Bob", "Pat | "]
    );
    Ok(())
}

#[tokio::test]
async fn undoing_leaves_alone_whom_somebody_gave_another_role_since() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme {
        ann, bob, cas, dan, ..
    } = &acme;
    let projects = [
        acme.project("One", &[ann, bob], &[]).await?,
        acme.project("Two", &[ann, bob], &[]).await?,
        acme.project("Three", &[ann, bob], &[]).await?,
        acme.project("Four", &[ann, bob], &[]).await?,
    ];
    let (id, _) = acme.act(ann, &projects, (MANAGERS, "remove"), bob).await?;
    // He helps with one, another has another manager since, and in a third only somebody else helps.
    acme.change(cas, projects[0], (COLLABORATORS, How::Add), bob)
        .await
        .err()
        .context("Cas is none of its managers")?;
    acme.change(ann, projects[0], (COLLABORATORS, How::Add), bob)
        .await?;
    acme.change(ann, projects[1], (MANAGERS, How::Add), cas)
        .await?;
    acme.change(ann, projects[2], (COLLABORATORS, How::Add), dan)
        .await?;
    let expected = counts(&[(Fate::Undone, 2), (Fate::ChangedSince, 2)]);
    assert_eq!(acme.undo(ann, &id).await?, expected);
    assert_eq!(
        acme.people_of_all(&projects).await?,
        ["Ann | Bob", "Ann, Cas | ", "Ann, Bob | Dan", "Ann, Bob | "]
    );
    // Whoever has no right to projects any more is not put back.
    let (id, _) = acme
        .act(ann, &projects[3..], (MANAGERS, "remove"), bob)
        .await?;
    acme.app
        .as_owner("update users set projects = 'none' where email = 'bob@acme.test'")
        .await?;
    assert_eq!(acme.undo(ann, &id).await?, counts(&[(Fate::NotAllowed, 1)]));
    Ok(())
}

fn posts(shares: &[(Role, &[&Actor])]) -> store::Shares {
    let post = |role| Post {
        kind: KIND,
        duty: Duty::Role(role),
    };
    let shares = shares.iter();
    shares
        .map(|(role, to)| (post(*role), to.iter().map(|one| one.user).collect()))
        .collect()
}

impl Acme {
    async fn hand_over(&self, from: &Actor, shares: &[(Role, &[&Actor])]) -> Result<HandedOver> {
        let tx = self.app.database.begin(&self.ann).await?;
        let (tx, done) = store::hand_over(tx, from.user, &posts(shares)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// What the orphans' page lists: whose, in which role, how many.
    async fn orphans(&self) -> Result<Vec<(String, String, i64)>> {
        let mut tx = self.app.database.begin(&self.ann).await?;
        let holders = store::orphans(&mut tx).await?.into_iter();
        let of = |holder: Holder| {
            let name = holder.full_name;
            let held = holder.held.into_iter();
            held.map(move |held| (name.clone(), held.label, held.count))
                .collect::<Vec<_>>()
        };
        Ok(holders.flat_map(of).collect())
    }
}

#[tokio::test]
async fn who_leaves_hands_over_both_roles_and_what_stays_is_an_orphan() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme {
        ann, bob, cas, dan, ..
    } = &acme;
    let projects = [
        acme.project("A", &[bob], &[]).await?,
        acme.project("B", &[bob, cas], &[]).await?,
        acme.project("C", &[bob], &[cas]).await?,
        acme.project("D", &[ann], &[bob]).await?,
        acme.project("E", &[cas], &[bob, dan]).await?,
        acme.project("F", &[cas], &[bob]).await?,
    ];
    let held = store::held_by(&mut acme.app.database.begin(ann).await?, bob.user).await?;
    let held: BTreeMap<String, i64> = held
        .into_iter()
        .map(|held| (held.label, held.count))
        .collect();
    assert_eq!(
        held,
        BTreeMap::from([("managers".to_owned(), 3), ("collaborators".to_owned(), 3)])
    );
    acme.app
        .as_owner("update users set active = false where email = 'bob@acme.test'")
        .await?;
    let of_bob = |role: &str, n| ("Bob Boon".to_owned(), role.to_owned(), n);
    assert_eq!(
        acme.orphans().await?,
        [of_bob("managers", 3), of_bob("collaborators", 3)]
    );
    let mut browser = acme.app.browser_of(ann).await?;
    let page = browser.get("/settings/orphans").await?.body;
    ensure!(
        page.contains("3 projects: managers") && page.contains("3 projects: collaborators"),
        "{page}"
    );
    let shares: [(Role, &[&Actor]); 1] = [(MANAGERS, &[cas])];
    let done = acme.hand_over(bob, &shares).await?;
    assert_eq!((done.gone, done.stayed), (3, 0));
    // Who manages one already is its manager once, and who helped with one manages it now.
    assert_eq!(
        acme.people_of_all(&projects[..3]).await?,
        ["Cas | ", "Cas | ", "Cas | "]
    );
    assert_eq!(acme.orphans().await?, [of_bob("collaborators", 3)]);
    // Cas manages E and F: the next one's turn it is, and where there is none, nobody comes in Bob's place.
    let shares: [(Role, &[&Actor]); 1] = [(COLLABORATORS, &[cas, dan])];
    acme.hand_over(bob, &shares).await?;
    assert_eq!(
        acme.people_of_all(&projects[3..]).await?,
        ["Ann | Cas", "Cas | Dan", "Cas | Dan"]
    );
    assert_eq!(acme.orphans().await?, []);
    let history: i64 = sqlx::query_scalar(
        "select count(*) from project_responsibilities where user_id = $1 and taken_out and by_user_id = $2",
    )
    .bind(bob.user.0)
    .bind(ann.user.0)
    .fetch_one(&acme.app.owner)
    .await?;
    assert_eq!(history, 6);
    Ok(())
}

#[tokio::test]
async fn who_has_no_right_to_projects_any_more_holds_orphans_and_receives_nothing() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, pat, .. } = &acme;
    let project = acme.project("One", &[pat], &[]).await?;
    acme.project("Two", &[ann], &[pat]).await?;
    assert_eq!(acme.orphans().await?, []);
    acme.app
        .as_owner("update users set projects = 'none' where email = 'pat@acme.test'")
        .await?;
    let of_pat = |role: &str| ("Pat Part".to_owned(), role.to_owned(), 1);
    assert_eq!(
        acme.orphans().await?,
        [of_pat("managers"), of_pat("collaborators")]
    );
    let tx = acme.app.database.begin(ann).await?;
    let shares: [(Role, &[&Actor]); 1] = [(MANAGERS, &[pat])];
    let refused = store::hand_over(tx, bob.user, &posts(&shares)).await;
    ensure!(refused.err() == Some(AppError::field("project-managers", Problem::NotAColleague)));
    // While the plan lacks projects nothing of them is told, and nothing is lost.
    acme.app.as_owner("update accounts set plan = 'go'").await?;
    let admin = acme.app.actor(&ann.email).await?;
    let mut tx = acme.app.database.begin(&admin).await?;
    ensure!(store::orphans(&mut tx).await?.is_empty());
    drop(tx);
    acme.app
        .as_owner("update accounts set plan = 'boost'")
        .await?;
    let shares: [(Role, &[&Actor]); 2] = [(MANAGERS, &[bob]), (COLLABORATORS, &[bob])];
    acme.hand_over(pat, &shares).await?;
    assert_eq!(acme.people(project).await?, "Bob | ");
    assert_eq!(acme.orphans().await?, []);
    Ok(())
}

#[tokio::test]
async fn ones_projects_are_among_ones_responsibilities_in_both_roles() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, cas, .. } = &acme;
    acme.project("Led by Bob", &[bob], &[]).await?;
    acme.project("Helped by Bob", &[ann], &[bob]).await?;
    acme.project("Not his", &[ann], &[cas]).await?;
    let mut browser = acme.app.browser_of(bob).await?;
    for address in ["/", "/projects?segment=mine"] {
        let page = browser.get(address).await?.body;
        ensure!(
            page.contains("Led by Bob") && page.contains("Helped by Bob"),
            "{address}: {page}"
        );
        ensure!(!page.contains("Not his"), "{address}: {page}");
    }
    let mut tx = acme.app.database.begin(ann).await?;
    let his = store::responsibilities(&mut tx, Some(bob.user), 20).await?;
    let of_projects = his.kinds.iter().find(|figures| figures.kind == KIND);
    assert_eq!(of_projects.map(|figures| figures.total), Some(2));
    // Each has a manager: nothing of them is nobody's.
    let unassigned = ListQuery {
        segment: BuiltIn::Unassigned,
        ..ListQuery::default()
    };
    let nobodys = store::list(&mut tx, KIND, &unassigned).await;
    assert_eq!(nobodys.map(|list| list.rows.len()).unwrap_or_default(), 0);
    Ok(())
}

#[tokio::test]
async fn what_a_smaller_right_to_projects_takes_away_is_told_before_it_is_saved() -> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, .. } = &acme;
    acme.project("Led by Bob", &[bob], &[]).await?;
    acme.project("Helped by Bob", &[ann], &[bob]).await?;
    acme.project("Not his", &[ann], &[]).await?;
    let mut browser = acme.app.browser_of(ann).await?;
    let user = bob.user.to_string();
    for (right, parts) in [
        (
            "participation",
            ["\"before\":3,\"after\":2", "Not his", "\"orphans\":0"],
        ),
        (
            "none",
            ["\"before\":3,\"after\":0", "Led by Bob", "\"orphans\":2"],
        ),
    ] {
        let values = [
            ("user", user.as_str()),
            ("access[role]", "user"),
            ("access[crm]", "full"),
            ("access[deals]", "full"),
            ("access[projects]", right),
            ("access[invoices]", "true"),
        ];
        let told = browser.call("/api/preview_rights", &values).await?.body;
        for part in parts {
            ensure!(told.contains(part), "{right}: {part} in {told}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_deleted_project_is_found_in_the_bin_by_who_deleted_it_while_it_is_his_and_by_the_admins()
-> Result<()> {
    let acme = Acme::new().await?;
    let Acme { ann, bob, pat, .. } = &acme;
    let app = &acme.app;
    let id = acme.project("Zephyr", &[pat, ann], &[bob]).await?;
    let in_bin = async |who: &Actor| -> Result<usize> {
        let who = app.actor(&who.email).await?;
        let bin = store::bin(&mut app.database.begin_in_bin(&who).await?, None).await?;
        Ok(bin.records.len())
    };
    let restore = async |who: &Actor| -> Result<bool, AppError> {
        store::restore(app.database.begin_in_bin(who).await?, KIND, id).await
    };
    // What is not deleted is not restored, whoever may see or change it.
    for who in [ann, bob, pat] {
        assert_eq!(restore(who).await, Err(AppError::NotFound));
    }
    store::delete(app.database.begin(pat).await?, KIND, id).await?;
    for (who, n) in [(pat, 1), (ann, 1), (bob, 0)] {
        assert_eq!(in_bin(who).await?, n, "{}", who.full_name);
    }
    assert_eq!(restore(bob).await, Err(AppError::NotFound));
    // Taken out of it meanwhile, and without the module, he does not find it there.
    app.make_people(id, &[(MANAGERS, ann.user)]).await?;
    assert_eq!(in_bin(pat).await?, 0);
    assert_eq!(restore(pat).await, Err(AppError::NotFound));
    app.make_people(id, &[(MANAGERS, ann.user), (COLLABORATORS, pat.user)])
        .await?;
    app.as_owner("update accounts set plan = 'go'").await?;
    for who in [ann, pat] {
        assert_eq!(in_bin(who).await?, 0, "{}", who.full_name);
        let mut browser = app.browser_of(who).await?;
        let values = [("kind", "project"), ("id", &id.to_string())];
        let answer = browser.call("/api/restore", &values).await?;
        assert_eq!(answer.error()?, AppError::NotFound);
        let page = browser.get("/settings/bin").await?.body;
        ensure!(!page.contains("Zephyr"), "{page}");
    }
    app.as_owner("update accounts set plan = 'boost'").await?;
    assert_eq!(restore(pat).await, Ok(true));
    assert_eq!(acme.people(id).await?, "Ann | Pat");
    // After thirty days it is gone, with its people.
    store::delete(app.database.begin(ann).await?, KIND, id).await?;
    app.as_owner("update projects set deleted_at = now() - interval '31 days'")
        .await?;
    crate::server::run::purge_bin(&app.database).await?;
    for table in ["projects", "project_user_values"] {
        let n: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
                .fetch_one(&app.owner)
                .await?;
        assert_eq!(n, 0, "{table}");
    }
    Ok(())
}
