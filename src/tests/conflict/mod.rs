//! Two who edit the same record: what only one of them changed is kept without a word, what both changed is asked for, and
//! nothing that anybody typed is lost on the way. Nobody learns by a conflict what his pages do not show him.

mod form;

use anyhow::{Result, bail, ensure};

use self::form::Form;
use super::support::{Browser, TestApp};
use crate::model::{
    Actor, AppError, Conflict, Language, RecordId, RecordKind, Value,
    conflict::{Contested, OPENED, keep_name},
    users::{Reach, Rights, UserRole},
};

fn text(text: &str) -> Value {
    Value::Text(text.into())
}

/// Field, mine, theirs, as they are read.
fn read(conflict: &Conflict, language: Language) -> Vec<(&str, String, String)> {
    let row = |one: &Contested| (one.mine.show(language), one.theirs.show(language));
    conflict
        .fields
        .iter()
        .map(|one| {
            let (mine, theirs) = row(one);
            (one.field.as_str(), mine, theirs)
        })
        .collect()
}

struct Two {
    app: TestApp,
    ann: Actor,
    bob: Actor,
    id: RecordId,
}

/// Ann, Bob, and a company in Ghent.
async fn two() -> Result<Two> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let values = [
        ("name", "Client"),
        ("city", "Gent"),
        ("industry", "Print"),
        ("language", "fr"),
        ("notes", "one\ntwo"),
    ];
    let id = app.create(&ann, RecordKind::Company, &values).await?;
    Ok(Two { app, ann, bob, id })
}

#[tokio::test]
async fn what_each_changed_alone_is_kept_of_both_without_a_question() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    his.fill("city", "Lyon");
    his.fill("sales_contact", &bob.user.to_string());
    his.saved(&mut bobs).await?;
    hers.fill("industry", "Paper");
    hers.fill("language", "nl");
    hers.saved(&mut anns).await?;

    let now = Form::open(&mut anns, RecordKind::Company, id).await?;
    let contact = bob.user.to_string();
    for (key, value) in [
        ("city", "Lyon"),
        ("sales_contact", &contact),
        ("industry", "Paper"),
        ("language", "nl"),
        ("notes", "one\ntwo"),
    ] {
        assert_eq!(now.value(key), value, "{key}");
    }
    let page = anns.get(&format!("/companies/{id}")).await?.body;
    ensure!(
        !page.contains("<ins>Gent</ins>"),
        "nothing was put back: {page}"
    );
    // Both changed the same field to the same value: nothing to ask either.
    his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    for form in [&mut his, &mut hers] {
        form.fill("city", "Paris");
    }
    his.saved(&mut bobs).await?;
    hers.saved(&mut anns).await
}

#[tokio::test]
async fn what_both_changed_is_asked_for_as_it_is_read_and_each_choice_is_kept() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    for (form, who, city, since) in [
        (&mut his, &bob, "Lyon", "2020-02-28"),
        (&mut hers, &ann, "Lille", "2021-03-01"),
    ] {
        form.fill("city", city);
        form.fill("customer_since", since);
        form.fill("sales_contact", &who.user.to_string());
    }
    his.fill("notes", "theirs");
    his.saved(&mut bobs).await?;
    let conflict = hers.asked(&mut anns).await?;
    assert_eq!((conflict.by.as_str(), conflict.version), ("Bob Boon", 2));
    let row = |key, mine: &str, theirs: &str| (key, mine.to_owned(), theirs.to_owned());
    assert_eq!(
        read(&conflict, Language::En),
        [
            row("sales_contact", "Ann Admin", "Bob Boon"),
            row("city", "Lille", "Lyon"),
            row("customer_since", "1 Mar 2021", "28 Feb 2020"),
        ]
    );
    hers.choose("city", "theirs");
    hers.choose("sales_contact", "mine");
    hers.saved(&mut anns).await?;
    let now = Form::open(&mut anns, RecordKind::Company, id).await?;
    let contact = ann.user.to_string();
    // What nobody chose about stays as it was typed; what was not touched is theirs.
    for (key, value) in [
        ("city", "Lyon"),
        ("sales_contact", contact.as_str()),
        ("customer_since", "2021-03-01"),
        ("notes", "theirs"),
    ] {
        assert_eq!(now.value(key), value, "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn a_third_who_saves_meanwhile_is_another_question_and_the_other_choices_stand() -> Result<()>
{
    let Two { app, ann, bob, id } = two().await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    hers.fill("city", "Lille");
    hers.fill("industry", "Paper");
    hers.fill("street", "Rue Haute 1");
    hers.fill("state", "Nord");
    let bob_saves = async |bobs: &mut Browser<'_>, city: &str| {
        let mut his = Form::open(bobs, RecordKind::Company, id).await?;
        his.fill("city", city);
        his.fill("industry", "Steel");
        his.fill("street", "Rue Basse 2");
        his.saved(bobs).await
    };
    bob_saves(&mut bobs, "Lyon").await?;
    assert_eq!(hers.asked(&mut anns).await?.fields.len(), 3);
    hers.choose("city", "theirs");
    hers.choose("street", "theirs");
    hers.choose("industry", "mine");
    // The city becomes a third one; about the others she has chosen.
    bob_saves(&mut bobs, "Nice").await?;
    let again = hers.asked(&mut anns).await?;
    let row = |key, mine: &str, theirs: &str| (key, mine.to_owned(), theirs.to_owned());
    assert_eq!(
        read(&again, Language::En),
        [
            row("industry", "Paper", "Steel"),
            row("street", "Rue Haute 1", "Rue Basse 2"),
            row("city", "Lille", "Nice"),
        ]
    );
    hers.saved(&mut anns).await?;
    let now = Form::open(&mut anns, RecordKind::Company, id).await?;
    for (key, value) in [
        ("city", "Nice"),
        ("industry", "Paper"),
        ("street", "Rue Basse 2"),
        ("state", "Nord"),
    ] {
        assert_eq!(now.value(key), value, "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_typed_on_after_it_was_given_up_is_not_thrown_away() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    his.fill("notes", "his");
    his.saved(&mut bobs).await?;
    hers.fill("notes", "hers");
    hers.asked(&mut anns).await?;
    hers.choose("notes", "theirs");
    hers.fill("notes", "his and hers");
    let again = hers.asked(&mut anns).await?;
    assert_eq!(
        again.fields,
        [Contested {
            field: "notes".into(),
            mine: text("his and hers"),
            theirs: text("his")
        }]
    );
    hers.choose("notes", "mine");
    hers.saved(&mut anns).await?;
    assert_eq!(
        Form::open(&mut anns, RecordKind::Company, id)
            .await?
            .value("notes"),
        "his and hers"
    );
    Ok(())
}

#[tokio::test]
async fn an_amount_and_its_currency_are_asked_for_together() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    let deal = app.deal(&ann, "Deal", id, &ann).await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut first = Form::open(&mut anns, RecordKind::Deal, deal).await?;
    first.fill("value", "100");
    first.saved(&mut anns).await?;
    let mut hers = Form::open(&mut anns, RecordKind::Deal, deal).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Deal, deal).await?;
    his.fill("currency", "USD");
    his.saved(&mut bobs).await?;
    hers.fill("value", "250");
    let conflict = hers.asked(&mut anns).await?;
    let row = |key, mine: &str, theirs: &str| (key, mine.to_owned(), theirs.to_owned());
    assert_eq!(
        read(&conflict, Language::En),
        [
            row("value", "€250.00", "$100.00"),
            row("currency", "EUR", "USD")
        ]
    );
    hers.saved(&mut anns).await?;
    let now = Form::open(&mut anns, RecordKind::Deal, deal).await?;
    assert_eq!(
        (now.value("value"), now.value("currency")),
        ("250.00", "EUR")
    );
    Ok(())
}

#[tokio::test]
async fn nobody_becomes_first_and_second_by_two_who_do_not_know_of_each_other() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    app.as_owner("update accounts set second_enabled = true")
        .await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    his.fill("second_sales_contact", &bob.user.to_string());
    his.saved(&mut bobs).await?;
    hers.fill("sales_contact", &bob.user.to_string());
    let conflict = hers.asked(&mut anns).await?;
    let row = |key, mine: &str, theirs: &str| (key, mine.to_owned(), theirs.to_owned());
    assert_eq!(
        read(&conflict, Language::En),
        [
            row("sales_contact", "Bob Boon", ""),
            row("second_sales_contact", "", "Bob Boon")
        ]
    );
    // Both at once is no choice, and is answered beside the field.
    hers.choose("second_sales_contact", "theirs");
    let refused = hers.save(&mut anns).await?.error()?;
    ensure!(
        refused
            .problems()
            .is_some_and(|p| p.contains_key("second_sales_contact")),
        "{refused}"
    );
    hers.choose("second_sales_contact", "mine");
    hers.saved(&mut anns).await?;
    let now = Form::open(&mut anns, RecordKind::Company, id).await?;
    let bobs_id = bob.user.to_string();
    assert_eq!(
        (
            now.value("sales_contact"),
            now.value("second_sales_contact")
        ),
        (bobs_id.as_str(), "")
    );
    Ok(())
}

#[tokio::test]
async fn a_conflict_tells_nothing_that_the_pages_do_not() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    // The second sales contact while the feature is off.
    app.as_owner("update accounts set second_enabled = true")
        .await?;
    let mut anns = app.browser_of(&ann).await?;
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    hers.fill("second_sales_contact", &ann.user.to_string());
    hers.fill("city", "Lille");
    app.as_owner(&format!(
        "update companies set second_sales_contact_id = '{}', city = 'Lyon', version = version + 1, updated_by = '{}';
         update accounts set second_enabled = false",
        bob.user, bob.user
    ))
    .await?;
    let answer = hers.save(&mut anns).await?;
    ensure!(
        !answer.body.contains("second_sales_contact"),
        "{}",
        answer.body
    );
    ensure!(
        !answer.body.contains(&bob.user.to_string()),
        "{}",
        answer.body
    );

    // A customer out of reach: its name as on the deal's page, and no id.
    let rights = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let hugo = app
        .person(
            ann.account,
            "Hugo None",
            "hugo@acme.test",
            UserRole::User,
            rights,
        )
        .await?;
    let (first, second) = (
        app.company(&ann, "Hidden NV").await?,
        app.company(&ann, "Concealed NV").await?,
    );
    let deal = app.deal(&ann, "Deal", first, &hugo).await?;
    let mut hugos = app.browser_of(&hugo).await?;
    let mut form = Form::open(&mut hugos, RecordKind::Deal, deal).await?;
    let mut by_ann = Form::open(&mut anns, RecordKind::Deal, deal).await?;
    by_ann.fill("customer", &second.to_string());
    by_ann.fill("title", "By Ann");
    by_ann.saved(&mut anns).await?;
    form.fill("title", "By Hugo");
    let answer = form.save(&mut hugos).await?;
    ensure!(
        matches!(answer.error()?, AppError::Conflict(_)),
        "{}",
        answer.body
    );
    for hidden in [
        first.to_string(),
        second.to_string(),
        "Concealed".into(),
        "Hidden".into(),
    ] {
        ensure!(
            !answer.body.contains(&hidden),
            "{hidden} in {}",
            answer.body
        );
    }
    form.asked(&mut hugos).await?;
    form.saved(&mut hugos).await?;
    let now = Form::open(&mut anns, RecordKind::Deal, deal).await?;
    assert_eq!(
        (now.value("title"), now.value("customer")),
        ("By Hugo", "Concealed NV")
    );
    Ok(())
}

#[tokio::test]
async fn without_scripts_the_page_asks_and_keeps_what_was_typed_until_it_is_saved() -> Result<()> {
    let Two { app, ann, bob, id } = two().await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    his.fill("city", "Lyon");
    his.fill("industry", "Steel");
    his.fill("state", "Rhône");
    his.saved(&mut bobs).await?;
    hers.fill("city", "Lille");
    hers.fill("industry", "Paper");
    hers.fill("email", "not an address");

    // The mistake first. It must not make the form forget how old it is.
    let page = hers.submit(&mut anns).await?;
    ensure!(page.contains("Not an e-mail address"), "{page}");
    hers.fill("email", "ann@client.test");
    let page = hers.submit(&mut anns).await?;
    for part in [
        "Bob Boon",
        "Choose what to keep",
        "Yours",
        "Saved meanwhile",
        "Lyon",
        "Steel",
        "role=\"radiogroup\"",
    ] {
        ensure!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(hers.value("city"), "Lille");
    assert_eq!(
        hers.hidden.get(&keep_name("city")).map(String::as_str),
        Some("mine"),
        "chosen beforehand"
    );
    hers.choose("city", "theirs");
    // Another mistake, and the choices are still there.
    hers.fill("website", "javascript:alert(1)");
    let page = hers.submit(&mut anns).await?;
    ensure!(
        page.contains("Not a web address") && page.contains("Choose what to keep"),
        "{page}"
    );
    assert_eq!(
        hers.hidden.get(&keep_name("city")).map(String::as_str),
        Some("theirs")
    );
    hers.fill("website", "");
    let done = anns.submit(&hers.page(), "/api/save", &hers.sent()).await?;
    assert_eq!(done.location(), Some(format!("/companies/{id}").as_str()));
    let now = Form::open(&mut anns, RecordKind::Company, id).await?;
    for (key, value) in [
        ("city", "Lyon"),
        ("industry", "Paper"),
        ("state", "Rhône"),
        ("email", "ann@client.test"),
    ] {
        assert_eq!(now.value(key), value, "{key}");
    }
    Ok(())
}

#[tokio::test]
async fn a_form_that_says_nothing_of_what_it_was_opened_with_replaces_nothing_unasked() -> Result<()>
{
    let Two { app, ann, bob, id } = two().await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let mut hers = Form::open(&mut anns, RecordKind::Company, id).await?;
    let mut his = Form::open(&mut bobs, RecordKind::Company, id).await?;
    his.fill("city", "Lyon");
    his.saved(&mut bobs).await?;
    for opened in ["", "{", "[]", "{\"city\":{\"text\":3}}"] {
        hers.put(OPENED, opened);
        let answer = hers.save(&mut anns).await?;
        let AppError::Conflict(conflict) = answer.error()? else {
            bail!("{}", answer.body)
        };
        assert_eq!(
            read(&conflict, Language::En),
            [("city", "Gent".to_owned(), "Lyon".to_owned())],
            "{opened}"
        );
    }
    Ok(())
}
