//! Rights and roles that change while a session is open: the very next request obeys, by every way of the table.
//! The changes are those of admins and colleagues in a browser, not of the database's owner.

use anyhow::{Result, ensure};

use super::{
    Visited,
    scene::{Person, Scene},
    walk,
    ways::WAYS,
};
use crate::model::RecordKind;

#[tokio::test]
async fn rights_that_shrink_while_a_session_is_open_hold_for_its_next_request() -> Result<()> {
    let scene = Scene::new().await?;
    let mut admin = scene.app.browser_of(&scene.admin).await?;
    let full = &scene.people[0];
    let before = full
        .actor
        .clone()
        .ok_or_else(|| anyhow::anyhow!("he is there"))?;
    for (crm, deals, invoices, projects) in [
        ("full", "full", "false", "participation"),
        ("full", "full", "true", "none"),
        ("limited", "full", "true", "participation"),
        ("limited", "limited", "true", "none"),
        ("none", "limited", "true", "participation"),
        ("none", "none", "false", "none"),
    ] {
        let version: i64 = sqlx::query_scalar("select version from users where id = $1")
            .bind(before.user.0)
            .fetch_one(&scene.app.owner)
            .await?;
        let (user, version) = (before.user.to_string(), version.to_string());
        let values = [
            ("user", user.as_str()),
            ("version", &version),
            ("person[full_name]", &before.full_name),
            ("person[function]", ""),
            ("person[language]", "en"),
            ("person[time_zone]", "Europe/Brussels"),
            ("access[role]", "user"),
            ("access[crm]", crm),
            ("access[deals]", deals),
            ("access[projects]", projects),
            ("access[invoices]", invoices),
        ];
        let saved = admin.call("/api/save_user", &values).await?;
        ensure!(saved.status.is_success(), "{}", saved.body);

        // The same session, with what the new rights let one see.
        let name = format!(
            "who was full and is CRM {crm}, deals {deals}, invoices {invoices}, projects {projects}"
        );
        let actor = scene.app.actor(&before.email).await?;
        let person = Person::new(
            name,
            Some(actor),
            full.cookie.clone(),
            full.around,
            &scene.records,
        );
        let sees = scene
            .records
            .iter()
            .filter(|made| person.sees(made.id))
            .count();
        let saw = scene
            .records
            .iter()
            .filter(|made| full.sees(made.id))
            .count();
        ensure!(sees < saw, "{sees} of {saw}");
        for way in WAYS {
            walk(&scene, &person, way, &mut Visited::new()).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_role_given_and_taken_counts_from_the_next_request() -> Result<()> {
    let scene = Scene::new().await?;
    let mut admin = scene.app.browser_of(&scene.admin).await?;
    let limited = scene
        .people
        .iter()
        .find(|person| person.name == "CRM limited, deals limited");
    let limited = limited.ok_or_else(|| anyhow::anyhow!("there is such a person"))?;
    let user = limited
        .actor
        .as_ref()
        .map(|actor| actor.user.to_string())
        .unwrap_or_default();
    let mut theirs = scene.app.browser();
    theirs.cookie.clone_from(&limited.cookie);
    for made in scene
        .records
        .iter()
        .filter(|made| made.around == limited.around && !limited.sees(made.id))
        // A contact is given with his company.
        .filter(|made| !made.kind.roles().is_empty() || !made.kind.shared_roles().is_empty())
    {
        let page = made.kind.address(made.id);
        let id = made.id.to_string();
        if !made.kind.shared_roles().is_empty() {
            for role in ["collaborator", "manager"] {
                for (how, status) in [("add", 200), ("remove", 404)] {
                    let values = [
                        ("kind", made.kind.child()),
                        ("id", id.as_str()),
                        ("role", role),
                        ("how", how),
                        ("user", user.as_str()),
                    ];
                    let answer = admin.call("/api/change_people", &values).await?;
                    ensure!(answer.status.is_success(), "{}", answer.body);
                    let after = theirs.get(&page).await?.status;
                    ensure!(after == status, "{page}, {role}, {how}: {after}");
                }
            }
            continue;
        }
        // The company's deals hang on the company: give and take each by itself.
        for (was, chosen, status) in [("", user.as_str(), 200), (&user, "", 404)] {
            let values = [
                ("kind", made.kind.child()),
                ("id", id.as_str()),
                ("role", "second_sales_contact"),
                ("user", chosen),
                ("was", was),
            ];
            let before = theirs.get(&page).await?.status;
            let answer = admin.call("/api/choose_responsible", &values).await?;
            ensure!(answer.status.is_success(), "{}", answer.body);
            let after = theirs.get(&page).await?.status;
            ensure!(
                after == status && before != after,
                "{page}: {before} then {after}"
            );
        }
    }
    ensure!(
        [RecordKind::Company, RecordKind::Deal, RecordKind::Project]
            .iter()
            .all(|kind| scene.records.iter().any(|made| made.kind == *kind
                && made.around == limited.around
                && !limited.sees(made.id))),
        "there is something of each of these kinds to give"
    );
    Ok(())
}
