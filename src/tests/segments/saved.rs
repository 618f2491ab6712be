//! Saved segments: who sees one, who may change it, in which order they stand, and what a stale form is told.
//! What they show is what each viewer may see.

use anyhow::{Context, Result, ensure};

use super::{found, id_of, list, save};
use crate::{
    model::{
        Actor, AppError, RecordKind,
        lists::{ListQuery, Sort},
        segments::SegmentLink,
    },
    records::store,
    tests::support::TestApp,
};

const KIND: RecordKind = RecordKind::Company;

/// The form of a segment: every company with a name, but for what is said otherwise.
fn form<'a>(name: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![
        ("name", name),
        ("rows[0][match]", "all"),
        ("rows[1][parent]", "0"),
        ("rows[1][field]", "name"),
        ("rows[1][op]", "not_empty"),
    ];
    if !more.iter().any(|(name, _)| *name == "audience") {
        form.push(("audience", "me"));
    }
    form.extend_from_slice(more);
    form
}

async fn links(app: &TestApp, viewer: &Actor) -> Result<Vec<SegmentLink>> {
    let mut tx = app.database.begin(viewer).await?;
    Ok(store::segment_links(&mut tx, KIND).await?)
}

async fn names(app: &TestApp, viewer: &Actor) -> Result<Vec<String>> {
    Ok(links(app, viewer)
        .await?
        .into_iter()
        .map(|link| link.name)
        .collect())
}

async fn saved(id: &str) -> Result<ListQuery> {
    Ok(ListQuery {
        saved: Some(id.parse()?),
        ..ListQuery::default()
    })
}

#[tokio::test]
async fn a_segment_is_seen_by_whom_it_is_shared_with_and_shows_what_each_may_see() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let emma = app.limited(account).await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let team = uuid::Uuid::now_v7();
    app.as_owner(&format!(
        "insert into teams (account_id, id, name) values ('{account}', '{team}', 'North');
         insert into team_members (account_id, team_id, user_id) values ('{account}', '{team}', '{}')",
        emma.user
    ))
    .await?;
    let of_emma = emma.user.to_string();
    app.create(
        &ann,
        KIND,
        &[("name", "Emma's"), ("sales_contact", &of_emma)],
    )
    .await?;
    app.company(&ann, "Nobody's").await?;
    let mut browser = app.browser_of(&ann).await?;
    let team_id = team.to_string();
    for (name, audience) in [
        ("Mine", "me"),
        ("North's", team_id.as_str()),
        ("All's", "everyone"),
    ] {
        let answer = save(&mut browser, KIND, &form(name, &[("audience", audience)])).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
    }
    ensure!(
        names(&app, &ann).await? == ["All's", "North's", "Mine"],
        "shared ones first"
    );
    ensure!(names(&app, &emma).await? == ["All's", "North's"]);
    ensure!(names(&app, &bob).await? == ["All's"]);
    ensure!(names(&app, &other).await?.is_empty());
    for name in ["All's", "North's"] {
        let query = saved(&id_of(&app, name).await?).await?;
        ensure!(found(&app, &ann, KIND, &query).await? == ["Emma's", "Nobody's"]);
        ensure!(found(&app, &emma, KIND, &query).await? == ["Emma's"]);
    }
    let mine = saved(&id_of(&app, "Mine").await?).await?;
    for viewer in [&emma, &bob, &other] {
        ensure!(list(&app, viewer, KIND, &mine).await.err() == Some(AppError::NotFound));
    }
    // With its team a segment loses whom it was shared with, and nothing else.
    app.as_owner("delete from teams").await?;
    ensure!(names(&app, &emma).await? == ["All's"]);
    ensure!(names(&app, &ann).await?.contains(&"North's".to_owned()));
    Ok(())
}

#[tokio::test]
async fn only_who_may_change_a_segment_changes_it_and_a_stale_form_is_told_by_whom() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let eve = app.colleague(account, "Eve", "eve@acme.test").await?;
    let mut of_bob = app.browser_of(&bob).await?;
    let mut of_eve = app.browser_of(&eve).await?;
    let everyone = ("audience", "everyone");
    save(&mut of_bob, KIND, &form("Open", &[everyone])).await?;
    save(
        &mut of_bob,
        KIND,
        &form("Closed", &[everyone, ("owner_only", "on")]),
    )
    .await?;
    let (open, closed) = (id_of(&app, "Open").await?, id_of(&app, "Closed").await?);
    let refused = save(
        &mut of_eve,
        KIND,
        &form("Hers", &[("id", &closed), ("version", "1"), everyone]),
    )
    .await?;
    ensure!(
        refused
            .error()?
            .text(crate::model::Language::En)
            .contains("owner"),
        "{}",
        refused.body
    );
    let one = [("kind", KIND.child()), ("id", closed.as_str())];
    ensure!(
        of_eve
            .call("/api/delete-segment", &one)
            .await?
            .error()
            .is_ok()
    );
    let done = save(
        &mut of_eve,
        KIND,
        &form(
            "Renamed",
            &[("id", &open), ("version", "1"), ("audience", "me")],
        ),
    )
    .await?;
    ensure!(done.status.is_success(), "{}", done.body);
    ensure!(
        names(&app, &ann).await? == ["Closed", "Renamed"],
        "whom it is shared with is its owner's business"
    );
    let stale = save(
        &mut of_bob,
        KIND,
        &form("Mine", &[("id", &open), ("version", "1"), everyone]),
    )
    .await?;
    let AppError::Conflict(conflict) = stale.error()? else {
        anyhow::bail!("{}", stale.body);
    };
    ensure!(conflict.by == "Eve");
    // An admin tidies up.
    let mut of_ann = app.browser_of(&ann).await?;
    ensure!(
        of_ann
            .call("/api/delete-segment", &one)
            .await?
            .status
            .is_success()
    );
    ensure!(names(&app, &bob).await? == ["Renamed"]);
    Ok(())
}

#[tokio::test]
async fn columns_order_and_filter_belong_to_the_segment_and_an_address_goes_before_them()
-> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    for (name, city) in [("A", "Gent"), ("B", "Aalst"), ("C", "Brugge")] {
        app.create(
            &ann,
            KIND,
            &[("name", name), ("city", city), ("vat_number", "BE0123")],
        )
        .await?;
    }
    let mut browser = app.browser_of(&ann).await?;
    let more = [
        ("columns[0]", "vat_number"),
        ("columns[1]", "city"),
        ("sort", "-city"),
    ];
    let answer = save(&mut browser, KIND, &form("By city", &more)).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let query = saved(&id_of(&app, "By city").await?).await?;
    ensure!(found(&app, &ann, KIND, &query).await? == ["A", "C", "B"]);
    let page = list(&app, &ann, KIND, &query).await?;
    ensure!(
        page.columns == ["name", "vat_number", "city"],
        "{:?}",
        page.columns
    );
    let asked = ListQuery {
        columns: vec!["country".into()],
        sort: Sort::read(KIND, "city"),
        ..query
    };
    let page = list(&app, &ann, KIND, &asked).await?;
    ensure!(page.columns == ["name", "country"], "{:?}", page.columns);
    ensure!(found(&app, &ann, KIND, &asked).await? == ["B", "C", "A"]);
    Ok(())
}

#[tokio::test]
async fn everybody_has_an_order_of_his_own_and_a_copy_is_ones_own() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob", "bob@acme.test").await?;
    let mut of_ann = app.browser_of(&ann).await?;
    for name in ["A", "B", "C"] {
        save(
            &mut of_ann,
            KIND,
            &form(name, &[("audience", "everyone"), ("owner_only", "on")]),
        )
        .await?;
    }
    let mut of_bob = app.browser_of(&bob).await?;
    let c = id_of(&app, "C").await?;
    let up = [("kind", KIND.child()), ("id", c.as_str()), ("up", "true")];
    for _ in 0..4 {
        // Beyond the first there is nowhere to go.
        ensure!(
            of_bob
                .call("/api/move-segment", &up)
                .await?
                .status
                .is_success()
        );
    }
    ensure!(names(&app, &bob).await? == ["C", "A", "B"]);
    ensure!(names(&app, &ann).await? == ["A", "B", "C"]);
    ensure!(
        of_bob
            .call("/api/duplicate-segment", &up[..2])
            .await?
            .status
            .is_success()
    );
    let copies = links(&app, &bob).await?;
    let copy = copies.last().context("a copy")?;
    ensure!(!copy.shared && copy.name == "C");
    ensure!(names(&app, &ann).await?.len() == 3);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_saved_is_said_beside_its_field_and_the_rows_come_back() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let strange = uuid::Uuid::now_v7().to_string();
    for (name, more, field) in [
        ("", vec![], "name"),
        ("X", vec![("audience", "the neighbours")], "audience"),
        ("X", vec![("audience", strange.as_str())], "audience"),
        (
            "X",
            vec![
                ("rows[2][parent]", "0"),
                ("rows[2][field]", "city"),
                ("rows[2][op]", "is"),
            ],
            "filter",
        ),
    ] {
        let answer = save(&mut browser, KIND, &form(name, &more)).await?;
        let error = answer.error()?;
        let problems = error.problems().with_context(|| answer.body.clone())?;
        ensure!(problems.contains_key(field), "{field}: {problems:?}");
    }
    // Without scripts: one more condition, and what was typed is still there.
    let page = "/companies/segments/new";
    let rows = [
        ("kind", "company"),
        ("form[name]", "Half of it"),
        ("form[rows][0][match]", "any"),
        ("form[rows][1][parent]", "0"),
        ("form[rows][1][field]", "city"),
        ("form[rows][1][op]", "starts_with"),
        ("form[rows][1][values][]", "Gen"),
        ("form[press]", "group-0"),
    ];
    let answer = browser.submit(page, "/api/save-segment", &rows).await?;
    ensure!(answer.location() == Some(page), "{:?}", answer.location());
    let built = browser.get(page).await?;
    for expected in ["Condition 2", "Group 2", "value=\"Gen\"", "Half of it"] {
        ensure!(built.body.contains(expected), "{expected}: {}", built.body);
    }
    ensure!(!built.body.contains("please check the marked fields"));
    Ok(())
}
