//! The values of custom fields: typed, refused in words, shown, told, listed, imported, and fought over.

use anyhow::{Result, ensure};

use super::{choice, edit, field, is_done, page, problem, shown};
use crate::{
    model::{
        Language, RecordKind, Value,
        activity::What,
        lists::{ListPage, ListQuery},
    },
    records::{
        import::{Order, import},
        store,
    },
    tests::support::TestApp,
};

const KIND: RecordKind = RecordKind::Contact;

/// Each type with what is typed, how it is shown, and what it refuses in which words.
const TYPES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "line",
        "One",
        "One",
        "a\u{7}b",
        "Contains characters that cannot be saved",
    ),
    (
        "lines",
        "One\nTwo",
        "One\nTwo",
        "a\u{7}b",
        "Contains characters that cannot be saved",
    ),
    ("integer", "1,234", "1,234", "1.5", "Not a number"),
    (
        "number",
        "0.125",
        "0.125",
        "0.1234567",
        "At most 6 decimals",
    ),
    ("money", "99.90", "€99.90", "99.999", "At most two decimals"),
    (
        "date",
        "28/02/2027",
        "28 Feb 2027",
        "31/02/2027",
        "Not a date",
    ),
    ("yes_no", "Yes", "Yes", "perhaps", "Neither yes nor no"),
    ("email", "a@b.be", "a@b.be", "a@b", "Not an e-mail address"),
    (
        "telephone",
        "+32 2 123",
        "+32 2 123",
        "\u{7}",
        "Contains characters that cannot be saved",
    ),
    (
        "url",
        "example.com",
        "https://example.com",
        "javascript:alert(1)",
        "Not a web address",
    ),
    ("select", "Gold", "Gold", "Bronze", "Not one of the choices"),
    (
        "multi_select",
        "Gold, Silver",
        "Gold, Silver",
        "Gold, Bronze",
        "Not one of the choices",
    ),
    (
        "user",
        "",
        "",
        "nobody",
        "Not an active colleague of this account",
    ),
    (
        "company",
        "Zephyr",
        "Zephyr",
        "No such one",
        "No such company",
    ),
    ("contact", "Vent", "Vent", "No such one", "No such contact"),
];

#[tokio::test]
async fn every_type_is_typed_shown_listed_and_told_and_refuses_in_its_own_words() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Zephyr").await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    for (holds, typed, expected, wrong, words) in TYPES {
        let choices: &[(&str, &str)] = if holds.contains("select") {
            &[("listed", "true"), ("more", "Gold\nSilver")]
        } else {
            &[("listed", "true")]
        };
        let label = format!("A {holds}");
        let id = field(&app, &ann, KIND, &label, holds, choices).await?;
        let mut browser = app.browser_of(&ann).await?;
        let refused = edit(&mut browser, KIND, vent, &[(&id, wrong)]).await?;
        let said = problem(&refused, &id)?;
        ensure!(said.starts_with(words), "{holds}: {said}");
        let me = ann.user.to_string();
        let (typed, expected) = match *holds {
            "user" => (me.as_str(), ann.full_name.as_str()),
            _ => (*typed, *expected),
        };
        is_done(&edit(&mut browser, KIND, vent, &[(&id, typed)]).await?)?;
        assert_eq!(
            shown(&mut browser, KIND, vent, &id).await?,
            expected,
            "{holds}"
        );
        // On its page, in its form, in the list, and in its activity with what it was before.
        let detail = browser.get(&KIND.address(vent)).await?;
        let form = browser.get(&format!("{}/edit", KIND.address(vent))).await?;
        for body in [&detail.body, &form.body] {
            ensure!(body.contains(&label), "{holds}");
        }
        let told = page(&mut browser, KIND, vent).await?.activity;
        let What::Changed(changes) = &told[0].what else {
            anyhow::bail!("{:?}", told[0]);
        };
        assert_eq!(changes[0].label.as_deref(), Some(label.as_str()));
        assert_eq!(changes[0].new.show(Language::En), expected);
        // Emptied, it is empty.
        is_done(&edit(&mut browser, KIND, vent, &[(&id, "")]).await?)?;
        assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "", "{holds}");
        is_done(&edit(&mut browser, KIND, vent, &[(&id, typed)]).await?)?;
    }
    let ann = app.actor(&ann.email).await?;
    let mut tx = app.database.begin(&ann).await?;
    let list: ListPage = store::list(&mut tx, KIND, &ListQuery::default()).await?;
    assert_eq!(list.custom.len(), TYPES.len());
    let row = &list.rows[0];
    let filled = row.cells.iter().filter(|cell| !cell.is_empty()).count();
    ensure!(filled >= TYPES.len(), "{row:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_required_is_asked_for_at_the_next_edit_and_not_before() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let old = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let id = field(&app, &ann, KIND, "Source", "line", &[("required", "true")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    // The old record is what it was, and whatever does not concern the field can be done with it.
    assert_eq!(browser.get(&KIND.address(old)).await?.status, 200);
    let refused = edit(
        &mut browser,
        KIND,
        old,
        &[("last_name", "Vents"), (&id, "")],
    )
    .await?;
    assert_eq!(problem(&refused, &id)?, "This field is required");
    let new = browser
        .call(
            "/api/create",
            &[("kind", "contact"), ("values[last_name]", "Brise")],
        )
        .await?;
    assert_eq!(problem(&new, &id)?, "This field is required");
    is_done(
        &edit(
            &mut browser,
            KIND,
            old,
            &[("last_name", "Vents"), (&id, "Fair")],
        )
        .await?,
    )?;
    Ok(())
}

#[tokio::test]
async fn a_new_record_begins_with_the_defaults_wherever_it_comes_from() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let level = [("more", "Gold\nSilver"), ("default", "silver")];
    let level = field(&app, &ann, KIND, "Level", "select", &level).await?;
    let since = field(
        &app,
        &ann,
        KIND,
        "Since",
        "date",
        &[("default", "01/02/2027")],
    )
    .await?;
    let who = field(&app, &ann, KIND, "Who", "user", &[("default", "Ann Admin")]).await?;
    let ann = app.actor(&ann.email).await?;
    let by_form = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let order = Order {
        kind: KIND,
        bytes: b"Last name,Level\nBrise,\n",
        dry_run: false,
    };
    assert_eq!(import(&app.database, &ann, order, |_| ()).await?.created, 1);
    let mut tx = app.database.begin(&ann).await?;
    let list = store::list(&mut tx, KIND, &ListQuery::default()).await?;
    drop(tx);
    let mut browser = app.browser_of(&ann).await?;
    for row in &list.rows {
        let imported = row.id != by_form;
        // What the file says is what it says, even nothing.
        let expected = if imported { "" } else { "Silver" };
        assert_eq!(shown(&mut browser, KIND, row.id, &level).await?, expected);
        assert_eq!(
            shown(&mut browser, KIND, row.id, &since).await?,
            "1 Feb 2027"
        );
        assert_eq!(shown(&mut browser, KIND, row.id, &who).await?, "Ann Admin");
    }
    Ok(())
}

#[tokio::test]
async fn an_import_fills_custom_fields_by_their_headings() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let level = field(
        &app,
        &ann,
        KIND,
        "Level",
        "multi_select",
        &[("more", "Gold\nSilver")],
    )
    .await?;
    let who = field(&app, &ann, KIND, "Who", "user", &[("several", "true")]).await?;
    let ann = app.actor(&ann.email).await?;
    let order = Order {
        kind: KIND,
        bytes: "Last name;LEVEL;who\nVent;gold, Silver;Bob Boon, ann@acme.test\nBrise;Bronze;\nBise;;Nemo\n".as_bytes(),
        dry_run: false,
    };
    let report = import(&app.database, &ann, order, |_| ()).await?;
    assert_eq!((report.created, report.bad.len()), (1, 2));
    ensure!(
        report.bad[0]
            .reason(&report.catalogue, Language::En)
            .starts_with("Level: ")
    );
    ensure!(
        report.bad[1]
            .reason(&report.catalogue, Language::En)
            .starts_with("Who: ")
    );
    let mut tx = app.database.begin(&ann).await?;
    let list = store::list(&mut tx, KIND, &ListQuery::default()).await?;
    drop(tx);
    let mut browser = app.browser_of(&ann).await?;
    assert_eq!(
        shown(&mut browser, KIND, list.rows[0].id, &level).await?,
        "Gold, Silver"
    );
    assert_eq!(
        shown(&mut browser, KIND, list.rows[0].id, &who).await?,
        "Bob Boon, Ann Admin"
    );
    Ok(())
}

#[tokio::test]
async fn automatic_numbers_have_no_gap_whoever_creates_at_once_and_cannot_be_typed() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let first = app.create(&ann, KIND, &[("last_name", "Old")]).await?;
    let id = field(&app, &ann, KIND, "Number", "counter", &[]).await?;
    let ann = app.actor(&ann.email).await?;
    let create = async |n: usize| {
        let name = format!("New {n}");
        app.create(&ann, KIND, &[("last_name", &name)]).await
    };
    let pair = async |n: usize| tokio::join!(create(n), create(n + 1));
    let ((one, two), (three, four)) = tokio::join!(pair(0), pair(2));
    for made in [one, two, three, four] {
        made?;
    }
    let numbers: Vec<i64> = sqlx::query_scalar(
        "select value::bigint from contact_number_values where 'f-' || field_id = $1 order by value",
    )
    .bind(&id)
    .fetch_all(&app.owner)
    .await?;
    assert_eq!(numbers, (1..=5).collect::<Vec<i64>>());
    let mut browser = app.browser_of(&ann).await?;
    is_done(
        &edit(
            &mut browser,
            KIND,
            first,
            &[("last_name", "Older"), (&id, "77")],
        )
        .await?,
    )?;
    assert_eq!(shown(&mut browser, KIND, first, &id).await?, "1");
    Ok(())
}

#[tokio::test]
async fn a_choice_that_was_taken_away_stays_where_it_is_and_can_be_chosen_no_more() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(
        &app,
        &ann,
        KIND,
        "Level",
        "select",
        &[("more", "Gold\nSilver")],
    )
    .await?;
    let (gold, silver) = (choice(&app, "Gold").await?, choice(&app, "Silver").await?);
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let brise = app.create(&ann, KIND, &[("last_name", "Brise")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    is_done(&edit(&mut browser, KIND, vent, &[(&id, &gold)]).await?)?;
    // Gold is emptied, Silver renamed.
    let (gone, renamed) = (format!("choices][c-{gold}"), format!("choices][c-{silver}"));
    let form = [
        ("field", id.as_str()),
        ("label", "Level"),
        ("holds", "select"),
        (&gone, ""),
        (&renamed, "Argent"),
    ];
    is_done(&super::save(&mut browser, KIND, &form).await?)?;
    assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "Gold");
    // The form sends it back as it is, and that is no change.
    is_done(
        &edit(
            &mut browser,
            KIND,
            vent,
            &[("last_name", "Vents"), (&id, &gold)],
        )
        .await?,
    )?;
    let refused = edit(&mut browser, KIND, brise, &[(&id, &gold)]).await?;
    ensure!(problem(&refused, &id)?.starts_with("Not one of the choices"));
    is_done(&edit(&mut browser, KIND, brise, &[(&id, &silver)]).await?)?;
    assert_eq!(shown(&mut browser, KIND, brise, &id).await?, "Argent");
    Ok(())
}

#[tokio::test]
async fn two_who_change_the_same_custom_field_are_asked_and_others_are_merged() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let one = field(&app, &ann, KIND, "One", "line", &[]).await?;
    let two = field(&app, &ann, KIND, "Two", "line", &[]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let opened = page(&mut browser, KIND, vent).await?.record;
    let base: std::collections::BTreeMap<&str, &Value> = opened
        .values
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    let base = serde_json::to_string(&base)?;
    is_done(&edit(&mut browser, KIND, vent, &[(&one, "theirs")]).await?)?;
    let version = opened.version.to_string();
    let id = vent.to_string();
    let mut send = async |field: &str, text: &str| {
        let name = format!("values[{field}]");
        let values = [
            ("kind", KIND.child()),
            ("id", id.as_str()),
            ("version", &version),
            ("base[opened]", &base),
            (&name, text),
        ];
        browser.call("/api/save", &values).await
    };
    let asked = send(&one, "mine").await?;
    let crate::model::AppError::Conflict(conflict) = asked.error()? else {
        anyhow::bail!("{}", asked.body);
    };
    assert_eq!(conflict.fields[0].field, one);
    is_done(&send(&two, "mine").await?)?;
    let mut browser = app.browser_of(&ann).await?;
    assert_eq!(shown(&mut browser, KIND, vent, &one).await?, "theirs");
    assert_eq!(shown(&mut browser, KIND, vent, &two).await?, "mine");
    Ok(())
}

#[tokio::test]
async fn five_hundred_fields_are_read_and_saved_like_one() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    sqlx::query(
        "insert into custom_fields (account_id, id, kind, label, holds, position, created_by)
         select $1, gen_random_uuid(), 'contact', 'Field ' || n, (array['line', 'number', 'date', 'yes_no', 'user'])[1 + n % 5], n, $2
         from generate_series(1, 500) n",
    )
    .bind(ann.account.0)
    .bind(ann.user.0)
    .execute(&app.owner)
    .await?;
    let ann = app.actor(&ann.email).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let last = super::id_of(&app, "Field 500").await?;
    is_done(&edit(&mut browser, KIND, vent, &[(&last, "the last one")]).await?)?;
    let page = browser.get(&KIND.address(vent)).await?;
    ensure!(page.status == 200 && page.body.contains("the last one"));
    let form = browser.get(&format!("{}/edit", KIND.address(vent))).await?;
    ensure!(form.status == 200 && form.body.contains("Field 499"));
    Ok(())
}
