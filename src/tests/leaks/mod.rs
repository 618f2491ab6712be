//! The leak suite: what one may not see does not exist, whichever way one asks. One table of ways (`ways`) is walked by a
//! user of every combination of rights; a page or a server function that is in no table fails (`routes`).

mod notifications;
mod report;
mod routes;
mod scene;
mod segments;
mod shrinking;
mod tickets;
mod visit;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

use self::{
    scene::{Person, Scene},
    visit::Visit,
    ways::{Extent, WAYS, Way},
};
use crate::model::RecordKind;

/// Walks one way as one person, and holds what it showed against what has a reason to be seen. What must not show fails in
/// the visit itself. Returns how many records were reached.
async fn walk(scene: &Scene, person: &Person, way: &Way, visited: &mut Visited) -> Result<usize> {
    let mut reached = 0;
    for kind in way.kinds {
        let mut visit = Visit::new(scene, person, *kind);
        (way.walk)(&mut visit)
            .await
            .with_context(|| format!("{}, {:?}, as {}", way.name, kind, person.name))?;
        let expected: BTreeSet<_> = visit
            .asked
            .iter()
            .filter(|id| person.sees(**id))
            .copied()
            .collect();
        if way.extent == Extent::Exactly {
            let missing: Vec<_> = expected
                .difference(&visit.seen)
                .map(|id| scene.word(*id))
                .collect();
            ensure!(
                missing.is_empty(),
                "{}, {kind:?}, as {}: does not show {missing:?}",
                way.name,
                person.name
            );
        }
        reached += visit.seen.len();
        visited
            .entry(way.name)
            .or_default()
            .extend(visit.visited.iter().cloned());
    }
    Ok(reached)
}

/// The addresses that each way went through.
type Visited = BTreeMap<&'static str, BTreeSet<String>>;

#[tokio::test]
async fn whichever_way_one_asks_one_reaches_what_one_has_a_reason_to_see_and_nothing_else()
-> Result<()> {
    let scene = Scene::new().await?;
    let before = scene.app.fingerprint().await?;
    let mut visited = Visited::new();
    for way in WAYS {
        let mut reached = 0;
        for person in &scene.people {
            reached += walk(&scene, person, way, &mut visited).await?;
        }
        let something = way.extent != Extent::Nothing;
        ensure!(
            (reached > 0) == something,
            "{}: {reached} records were reached by all together",
            way.name
        );
    }
    assert_eq!(
        scene.app.fingerprint().await?,
        before,
        "nobody's forged request changed anything"
    );
    routes::all_are_in_a_table(&visited)?;
    report::compare(&scene, &visited)
}

/// Whoever has whichever right to projects, in a plan without them there are none: what is there is kept, and shows by no way.
#[tokio::test]
async fn while_the_plan_lacks_projects_nobody_reaches_one() -> Result<()> {
    let scene = Scene::new().await?;
    let before = scene.app.fingerprint().await?;
    scene
        .app
        .as_owner("update accounts set plan = 'go' where name = 'Acme'")
        .await?;
    let mut reached = 0;
    for person in scene.people.iter().filter(|person| {
        ["CRM full, deals full", "nothing but all projects"].contains(&person.name.as_str())
    }) {
        // The same session, which its account's plan leaves without a right to projects.
        let actor = person.actor.as_ref().context("he is there")?;
        let actor = scene.app.actor(&actor.email).await?;
        let (name, cookie) = (person.name.clone(), person.cookie.clone());
        let locked = Person::new(name, Some(actor), cookie, person.around, &scene.records);
        let projects = scene
            .records
            .iter()
            .filter(|made| made.kind == RecordKind::Project && person.sees(made.id));
        ensure!(projects.clone().count() > 0, "he saw some before");
        ensure!(projects.filter(|made| locked.sees(made.id)).count() == 0);
        for way in WAYS {
            reached += walk(&scene, &locked, way, &mut Visited::new()).await?;
        }
    }
    ensure!(reached > 0, "what is no project is reached");
    scene
        .app
        .as_owner("update accounts set plan = 'boost' where name = 'Acme'")
        .await?;
    assert_eq!(scene.app.fingerprint().await?, before, "all of it is kept");
    Ok(())
}

/// What a second was chosen for is kept, and gives nothing: not by any way.
#[tokio::test]
async fn while_the_account_has_no_second_sales_contact_nobody_reaches_a_record_by_it() -> Result<()>
{
    let scene = Scene::where_second_is(false).await?;
    let limited = scene
        .people
        .iter()
        .filter(|person| person.name.contains("limited"));
    let mut reached = 0;
    for person in limited {
        for way in WAYS {
            reached += walk(&scene, person, way, &mut Visited::new()).await?;
        }
    }
    ensure!(reached > 0, "what is one's own is reached");
    // A collaborator of a project is none.
    let second = |made: &&scene::Made| {
        made.kind != RecordKind::Project
            && made.own == scene::Tie::Second
            && made.of_customer != scene::Tie::First
    };
    let seconds = scene.records.iter().filter(second);
    let mut people = scene
        .people
        .iter()
        .filter(|person| person.name == "CRM limited, deals limited");
    let person = people.next().context("there is such a person")?;
    ensure!(
        seconds.filter(|made| person.sees(made.id)).count() == 0,
        "a second alone is no reason"
    );
    Ok(())
}
