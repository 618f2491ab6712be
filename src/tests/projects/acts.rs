//! Acts on many projects: managers and collaborators are added, removed and replaced, moved from one role into the other and put back;
//! never the last manager, and never of a project that one may not edit.

use anyhow::{Context, Result, ensure};

use super::{
    KIND,
    world::{Acme, COLLABORATORS, MANAGERS},
};
use crate::{
    model::{
        AppError, Language, Problem,
        bulk::{Fate, How},
    },
    tests::bulk::{acted, counts, page_of, prepared, records},
};

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
