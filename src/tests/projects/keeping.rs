//! What becomes of many projects when their people change: handed over in both roles, orphans, responsibilities, a smaller right, the
//! bin.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use super::{
    KIND,
    world::{Acme, COLLABORATORS, MANAGERS},
};
use crate::{
    model::{
        Actor, AppError, Duty, Problem, Role,
        hand_over::{HandedOver, Holder, Post},
        lists::{BuiltIn, ListQuery},
    },
    records::store::{self},
};

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
