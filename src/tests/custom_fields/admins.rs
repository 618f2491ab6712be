//! What admins do with custom fields: order, groups, another type, deleting and restoring; and what a colleague is told who edits
//! a record meanwhile.

use anyhow::{Result, ensure};

use super::{bare, edit, field, id_of, is_done, is_not_found, page, problem, save, shown};
use crate::{
    custom_fields::Fields,
    model::{AppError, Language, Problem, RecordKind},
    server::run::purge_fields,
    tests::support::{Browser, TestApp},
};

const KIND: RecordKind = RecordKind::Contact;

async fn fields(browser: &mut Browser<'_>) -> Result<Fields> {
    let answer = browser
        .call("/api/custom_fields", &[("kind", "contact")])
        .await?;
    Ok(serde_json::from_str(&answer.body)?)
}

/// The labels in order, group after group.
async fn order(browser: &mut Browser<'_>) -> Result<Vec<String>> {
    let mut all = Vec::new();
    for group in fields(browser).await?.groups {
        if group.id.is_some() {
            all.push(format!("[{}]", group.name));
        }
        all.extend(group.fields.into_iter().map(|field| field.label));
    }
    Ok(all)
}

#[tokio::test]
async fn a_field_is_for_admins_alone_and_its_form_says_what_is_wrong() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut bobs = app.browser_of(&bob).await?;
    is_not_found(&save(&mut bobs, KIND, &[("label", "x"), ("holds", "line")]).await?)?;
    assert_eq!(bobs.get("/settings/custom-fields").await?.status, 404);
    let mut browser = app.browser_of(&ann).await?;
    let long = "x".repeat(81);
    for (form, key) in [
        (vec![("label", ""), ("holds", "line")], "label"),
        (vec![("label", long.as_str()), ("holds", "line")], "label"),
        (vec![("label", "x"), ("holds", "colour")], "holds"),
        (
            vec![("label", "x"), ("holds", "money"), ("currency", "XXX")],
            "currency",
        ),
        (
            vec![("label", "x"), ("holds", "date"), ("default", "31/02/2027")],
            "default",
        ),
        (
            vec![("label", "x"), ("holds", "user"), ("default", "Nemo")],
            "default",
        ),
        (
            vec![("label", "x"), ("holds", "select"), ("more", "Gold\ngold")],
            "more",
        ),
        (
            vec![
                ("label", "x"),
                ("holds", "line"),
                ("group", "00000000-0000-0000-0000-000000000007"),
            ],
            "group",
        ),
    ] {
        problem(&save(&mut browser, KIND, &form).await?, key)?;
    }
    ensure!(order(&mut browser).await?.is_empty());
    // A name belongs to one field of a kind.
    let form = [("label", "Size"), ("holds", "line")];
    is_done(&save(&mut browser, KIND, &form).await?)?;
    problem(
        &save(&mut browser, KIND, &[("label", "size"), ("holds", "date")]).await?,
        "label",
    )?;
    is_done(&save(&mut browser, RecordKind::Deal, &form).await?)?;
    Ok(())
}

#[tokio::test]
async fn fields_and_groups_are_put_in_order_and_two_at_once_leave_one_order() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    for label in ["A", "B", "C", "D"] {
        field(&app, &ann, KIND, label, "line", &[]).await?;
    }
    let mut browser = app.browser_of(&ann).await?;
    let values = [("kind", "contact"), ("name", "Sales")];
    is_done(&browser.call("/api/save_field_group", &values).await?)?;
    let group = fields(&mut browser).await?.groups[1]
        .id
        .map(|id| id.to_string());
    let group = group.unwrap_or_default();
    let (a, b, c, d) = (
        id_of(&app, "A").await?,
        id_of(&app, "B").await?,
        id_of(&app, "C").await?,
        id_of(&app, "D").await?,
    );
    let place = async |field: &str, group: Option<&str>, before: Option<&str>| {
        let mut browser = app.browser_of(&ann).await?;
        let mut values = vec![("kind", "contact"), ("field", bare(field))];
        values.extend(group.map(|group| ("group", group)));
        values.extend(before.map(|before| ("before", bare(before))));
        is_done(&browser.call("/api/place_custom_field", &values).await?)
    };
    place(&d, None, Some(&a)).await?;
    place(&b, Some(&group), None).await?;
    assert_eq!(order(&mut browser).await?, ["D", "A", "C", "[Sales]", "B"]);
    // At once: one puts A before B, the other C before D.
    let (one, other) = tokio::join!(place(&a, Some(&group), Some(&b)), place(&c, None, Some(&d)));
    one?;
    other?;
    assert_eq!(order(&mut browser).await?, ["C", "D", "[Sales]", "A", "B"]);
    let values = [("kind", "contact"), ("group", group.as_str())];
    is_done(&browser.call("/api/delete_field_group", &values).await?)?;
    assert_eq!(order(&mut browser).await?, ["C", "D", "A", "B"]);
    Ok(())
}

#[tokio::test]
async fn a_type_changes_only_where_no_value_is_lost_and_once_it_is_meant() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Size", "line", &[]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let mut made = Vec::new();
    for text in ["12", "1234.5", "large"] {
        let record = app.create(&ann, KIND, &[("last_name", text)]).await?;
        is_done(&edit(&mut browser, KIND, record, &[(&id, text)]).await?)?;
        made.push(record);
    }
    let to = |holds: &'static str| [("field", id.as_str()), ("label", "Size"), ("holds", holds)];
    let refused = save(&mut browser, KIND, &to("number")).await?;
    ensure!(
        problem(&refused, "holds")?.starts_with("1 record holds"),
        "{}",
        refused.body
    );
    is_done(&edit(&mut browser, KIND, made[2], &[(&id, "0")]).await?)?;
    let asked = save(&mut browser, KIND, &to("number")).await?;
    assert_eq!(
        asked.error()?,
        AppError::field(
            "holds",
            Problem::Converts {
                n: 3,
                to: crate::model::catalogue::Holds::Number
            }
        )
    );
    assert_eq!(
        shown(&mut browser, KIND, made[1], &id).await?,
        "1234.5",
        "nothing was changed"
    );
    let mut meant = to("number").to_vec();
    meant.push(("meant", "true"));
    is_done(&save(&mut browser, KIND, &meant).await?)?;
    assert_eq!(shown(&mut browser, KIND, made[1], &id).await?, "1,234.5");
    // Into choices, which the values themselves become; and back to a line.
    for (holds, expected) in [
        ("select", "1234.5"),
        ("line", "1234.5"),
        ("lines", "1234.5"),
    ] {
        let mut meant = to(holds).to_vec();
        meant.push(("meant", "true"));
        is_done(&save(&mut browser, KIND, &meant).await?)?;
        assert_eq!(
            shown(&mut browser, KIND, made[1], &id).await?,
            expected,
            "{holds}"
        );
    }
    // What differs in case alone is one choice, and those that the form adds come after.
    is_done(&edit(&mut browser, KIND, made[0], &[(&id, "Red")]).await?)?;
    is_done(&edit(&mut browser, KIND, made[1], &[(&id, "red")]).await?)?;
    let mut meant = to("select").to_vec();
    meant.extend([("meant", "true"), ("more", "Green\nRED")]);
    is_done(&save(&mut browser, KIND, &meant).await?)?;
    let choices: Vec<String> = sqlx::query_scalar(
        "select label from custom_field_choices where not gone order by position",
    )
    .fetch_all(&app.owner)
    .await?;
    assert_eq!(choices, ["0", "Red", "Green"]);
    assert_eq!(shown(&mut browser, KIND, made[1], &id).await?, "Red");
    // A text becomes nobody.
    let refused = save(&mut browser, KIND, &to("user")).await?;
    ensure!(
        problem(&refused, "holds")?.starts_with("3 records hold"),
        "{}",
        refused.body
    );
    Ok(())
}

#[tokio::test]
async fn what_was_typed_in_dutch_is_read_in_dutch_when_it_becomes_a_number() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Size", "line", &[]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    is_done(&edit(&mut browser, KIND, vent, &[(&id, "1.250,5")]).await?)?;
    app.as_owner("update users set language = 'nl'").await?;
    let form = [
        ("field", id.as_str()),
        ("label", "Size"),
        ("holds", "number"),
        ("meant", "true"),
    ];
    is_done(&save(&mut browser, KIND, &form).await?)?;
    assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "1,250.5");
    Ok(())
}

#[tokio::test]
async fn a_form_of_an_older_version_is_refused_and_takes_no_choice_away() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Level", "select", &[("more", "Gold")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let opened = super::version(&mut browser, &id).await?;
    let form = [
        ("field", id.as_str()),
        ("label", "Level"),
        ("holds", "select"),
        ("more", "Pink"),
    ];
    is_done(&save(&mut browser, KIND, &form).await?)?;
    let stale = [
        ("kind", "contact"),
        ("field", bare(&id)),
        ("version", opened.as_str()),
        ("form[label]", "Rank"),
        ("form[holds]", "select"),
    ];
    let refused = browser.call("/api/save_custom_field", &stale).await?;
    assert_eq!(refused.error()?, AppError::form(Problem::FieldsChanged));
    let there: Vec<String> = sqlx::query_scalar(
        "select label from custom_field_choices where not gone order by position",
    )
    .fetch_all(&app.owner)
    .await?;
    assert_eq!(there, ["Gold", "Pink"]);
    Ok(())
}

#[tokio::test]
async fn a_field_that_comes_back_finds_its_name_free_and_its_numbers_complete() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Number", "counter", &[]).await?;
    let ann = app.actor(&ann.email).await?;
    app.create(&ann, KIND, &[("last_name", "One")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let values = [("field", bare(&id)), ("name", "Number")];
    is_done(&browser.call("/api/delete_custom_field", &values).await?)?;
    let ann = app.actor(&ann.email).await?;
    let two = app.create(&ann, KIND, &[("last_name", "Two")]).await?;
    let other = field(&app, &ann, KIND, "number", "line", &[]).await?;
    let restore = [("field", bare(&id))];
    let refused = browser.call("/api/restore_custom_field", &restore).await?;
    assert_eq!(refused.error()?, AppError::form(Problem::NameTaken));
    let values = [("field", bare(&other)), ("name", "number")];
    is_done(&browser.call("/api/delete_custom_field", &values).await?)?;
    is_done(&browser.call("/api/restore_custom_field", &restore).await?)?;
    assert_eq!(shown(&mut browser, KIND, two, &id).await?, "2");
    // What every account has is no name for another one, in no language.
    for label in ["Last name", "nom", "E-mail"] {
        let form = [("label", label), ("holds", "line")];
        problem(&save(&mut browser, KIND, &form).await?, "label")?;
    }
    Ok(())
}

#[tokio::test]
async fn one_becomes_several_and_several_one_where_nobody_has_two() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = field(&app, &ann, KIND, "Who", "user", &[]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    is_done(&edit(&mut browser, KIND, vent, &[(&id, &ann.user.to_string())]).await?)?;
    let several = [
        ("field", id.as_str()),
        ("label", "Who"),
        ("holds", "user"),
        ("several", "true"),
        ("meant", "true"),
    ];
    is_done(&save(&mut browser, KIND, &several).await?)?;
    let both = format!("{},{}", ann.user, bob.user);
    is_done(&edit(&mut browser, KIND, vent, &[(&id, &both)]).await?)?;
    let single = [
        ("field", id.as_str()),
        ("label", "Who"),
        ("holds", "user"),
        ("meant", "true"),
    ];
    problem(&save(&mut browser, KIND, &single).await?, "holds")?;
    is_done(&edit(&mut browser, KIND, vent, &[(&id, &bob.user.to_string())]).await?)?;
    is_done(&save(&mut browser, KIND, &single).await?)?;
    assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "Bob Boon");
    Ok(())
}

#[tokio::test]
async fn a_deleted_field_comes_back_with_its_values_for_thirty_days() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Account manager", "user", &[]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    is_done(&edit(&mut browser, KIND, vent, &[(&id, &ann.user.to_string())]).await?)?;
    let form = browser
        .get(&format!("/settings/custom-fields/{}", bare(&id)))
        .await?;
    ensure!(
        form.body.contains("1 record holds a value."),
        "how many is said before"
    );
    let delete = async |browser: &mut Browser<'_>, name: &str| {
        let values = [("field", bare(&id)), ("name", name)];
        browser.call("/api/delete_custom_field", &values).await
    };
    problem(&delete(&mut browser, "account manager").await?, "name")?;
    is_done(&delete(&mut browser, "Account manager").await?)?;
    ensure!(
        !browser
            .get(&KIND.address(vent))
            .await?
            .body
            .contains("Add Account")
    );
    let record = page(&mut browser, KIND, vent).await?;
    ensure!(record.custom.is_empty() && record.record.value(&id).is_empty());
    // What happened is told still, under its name.
    let told = record.activity[0].what.clone();
    ensure!(format!("{told:?}").contains("Account manager"), "{told:?}");
    is_done(
        &browser
            .call("/api/restore_custom_field", &[("field", bare(&id))])
            .await?,
    )?;
    assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "Ann Admin");
    // Later it is gone for good, and its values with it.
    is_done(&delete(&mut browser, "Account manager").await?)?;
    purge_fields(&app.database).await?;
    app.as_owner("update custom_fields set deleted_at = now() - interval '31 days'")
        .await?;
    is_not_found(
        &browser
            .call("/api/restore_custom_field", &[("field", bare(&id))])
            .await?,
    )?;
    purge_fields(&app.database).await?;
    let left: i64 = sqlx::query_scalar(
        "select (select count(*) from custom_fields) + (select count(*) from contact_user_values)",
    )
    .fetch_one(&app.owner)
    .await?;
    assert_eq!(left, 0);
    let page = browser.get(&KIND.address(vent)).await?;
    ensure!(
        page.body.contains("a deleted field"),
        "the activity has no name for it any more"
    );
    Ok(())
}

#[tokio::test]
async fn a_field_that_is_deleted_while_somebody_edits_is_told_and_nothing_else_is_lost()
-> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Budget", "money", &[]).await?;
    let vent = app.create(&ann, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    app.as_owner("update custom_fields set deleted_at = now(), deleted_by = created_by")
        .await?;
    let refused = edit(
        &mut browser,
        KIND,
        vent,
        &[("last_name", "Vents"), (&id, "100")],
    )
    .await?;
    let said = problem(&refused, &id)?;
    ensure!(
        said.contains("Budget") && said.contains("deleted"),
        "{said}"
    );
    // The whole form says it, too: its page has no such input any more, and keeps the rest.
    ensure!(refused.error()?.text(Language::En).contains("Budget"));
    let id_text = vent.to_string();
    let version = page(&mut browser, KIND, vent)
        .await?
        .record
        .version
        .to_string();
    let typed = format!("values[{id}]");
    let values = [
        ("kind", "contact"),
        ("id", id_text.as_str()),
        ("version", &version),
        ("values[last_name]", "Vents"),
        (&typed, "100"),
    ];
    let address = format!("{}/edit", KIND.address(vent));
    browser.submit(&address, "/api/save", &values).await?;
    let form = browser.get(&address).await?;
    ensure!(form.body.contains("value=\"Vents\"") && form.body.contains("Budget"));
    is_done(&edit(&mut browser, KIND, vent, &[("last_name", "Vents")]).await?)?;
    Ok(())
}

#[tokio::test]
async fn a_value_written_for_a_type_that_is_another_by_now_is_not_written() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = field(&app, &ann, KIND, "Size", "line", &[]).await?;
    let stale = app.actor(&ann.email).await?;
    // This server has read the fields for this version of them.
    let vent = app.create(&stale, KIND, &[("last_name", "Vent")]).await?;
    let mut browser = app.browser_of(&ann).await?;
    let form = [
        ("field", id.as_str()),
        ("label", "Size"),
        ("holds", "number"),
    ];
    is_done(&save(&mut browser, KIND, &form).await?)?;
    let error = app
        .create(&stale, KIND, &[("last_name", "Brise"), (&id, "large")])
        .await;
    assert_eq!(error, Err(AppError::form(Problem::FieldsChanged)));
    assert_eq!(shown(&mut browser, KIND, vent, &id).await?, "");
    Ok(())
}
