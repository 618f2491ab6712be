//! A deal's customer is a company or a contact: chosen or typed, shown, kept from being deleted, imported, and handed on to
//! whoever sees him.

use anyhow::{Context, Result, ensure};

use super::support::TestApp;
use crate::{
    model::{
        Actor, AppError, Language, Problem, RecordId, RecordKind, Value,
        activity::What,
        users::{Reach, Rights, UserRole},
    },
    records::{
        import::{Order, import},
        store,
    },
};

async fn contact(app: &TestApp, by: &Actor, name: &str) -> Result<RecordId> {
    let values = [("last_name", name)];
    Ok(app.create(by, RecordKind::Contact, &values).await?)
}

async fn customer_of(app: &TestApp, who: &Actor, deal: RecordId) -> Result<Value> {
    let mut tx = app.database.begin(who).await?;
    let record = store::record(&mut tx, RecordKind::Deal, deal).await?;
    Ok(record.value("customer").clone())
}

/// Saves another customer as the edit form does.
async fn give(
    app: &TestApp,
    who: &Actor,
    deal: RecordId,
    customer: &str,
) -> Result<super::support::Answer> {
    let version: i64 = sqlx::query_scalar("select version from deals where id = $1")
        .bind(deal.0)
        .fetch_one(&app.owner)
        .await?;
    let (id, version) = (deal.to_string(), version.to_string());
    let values = [
        ("kind", "deal"),
        ("id", id.as_str()),
        ("version", &version),
        ("values[customer]", customer),
    ];
    app.browser_of(who).await?.call("/api/save", &values).await
}

async fn colleague(app: &TestApp, ann: &Actor, crm: Reach, deals: Reach) -> Result<Actor> {
    let rights = Rights {
        crm,
        deals,
        ..Rights::FULL
    };
    let (name, email) = ("Emma Limited", "emma@acme.test");
    app.person(ann.account, name, email, UserRole::User, rights)
        .await
}

#[tokio::test]
async fn a_deal_goes_from_a_company_to_a_contact_and_back() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let paul = contact(&app, &ann, "Vent").await?;
    let deal = app.deal(&ann, "Sails", company, &ann).await?;
    // By his id, as the picker sends it, and by the company's name, as it is typed without scripts.
    for (typed, kind, id, name) in [
        (paul.to_string(), RecordKind::Contact, paul, "Vent"),
        ("Zephyr".to_owned(), RecordKind::Company, company, "Zephyr"),
    ] {
        let answer = give(&app, &ann, deal, &typed).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        let name = name.to_owned();
        let id = Some(id);
        assert_eq!(
            customer_of(&app, &ann, deal).await?,
            Value::Record { kind, id, name }
        );
    }
    let mut tx = app.database.begin(&ann).await?;
    let told = store::activity(&mut tx, RecordKind::Deal, deal).await?;
    let What::Changed(changes) = &told[0].what else {
        anyhow::bail!("{told:?}");
    };
    let read = |value: &Value| value.show(Language::En);
    let changes: Vec<_> = changes
        .iter()
        .map(|change| (change.field.as_str(), read(&change.old), read(&change.new)))
        .collect();
    assert_eq!(
        changes,
        [("customer", "Vent".to_owned(), "Zephyr".to_owned())]
    );
    Ok(())
}

#[tokio::test]
async fn the_database_takes_one_customer_neither_none_nor_two() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let paul = contact(&app, &ann, "Vent").await?;
    let deal = app.deal(&ann, "Sails", company, &ann).await?;
    for (company, contact) in [(None, None), (Some(company.0), Some(paul.0))] {
        let written =
            sqlx::query("update deals set company_id = $2, contact_id = $3 where id = $1")
                .bind(deal.0)
                .bind(company)
                .bind(contact)
                .execute(&app.owner)
                .await;
        ensure!(written.is_err(), "{company:?} {contact:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_nobodys_or_more_than_ones_is_no_customer() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, olga) = app.account("Other").await?;
    let emma = colleague(&app, &ann, Reach::Limited, Reach::Full).await?;
    let foreign = contact(&app, &olga, "Foreign").await?;
    let hidden = contact(&app, &ann, "Hidden").await?;
    app.company(&emma, "Vent").await?;
    contact(&app, &emma, "Vent").await?;
    let deal = app
        .deal(&emma, "Sails", app.company(&emma, "Hers").await?, &emma)
        .await?;
    for (typed, problem) in [
        ("Vent", Problem::SeveralRecords),
        ("Nobody", Problem::NoSuchCustomer),
        ("Hidden", Problem::NoSuchCustomer),
        (&hidden.to_string(), Problem::NoSuchCustomer),
        (&foreign.to_string(), Problem::NoSuchCustomer),
        ("", Problem::Required),
    ] {
        let answer = give(&app, &emma, deal, typed).await?;
        assert_eq!(
            answer.error()?,
            AppError::field("customer", problem),
            "{typed}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_contact_with_deals_is_not_deleted_and_says_how_many() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let bob = app
        .colleague(ann.account, "Bob Boon", "bob@acme.test")
        .await?;
    let paul = contact(&app, &ann, "Vent").await?;
    let deal = app.deal(&ann, "Sails", paul, &ann).await?;
    let delete =
        async |who: &Actor, kind, id| store::delete(app.database.begin(who).await?, kind, id).await;
    assert_eq!(
        delete(&ann, RecordKind::Contact, paul).await.err(),
        Some(AppError::form(Problem::StillHas(RecordKind::Deal, 1)))
    );
    // Who has no right to deals learns that there is something, and not what.
    sqlx::query("update users set deals = 'none' where id = $1")
        .bind(bob.user.0)
        .execute(&app.owner)
        .await?;
    let bob = app.actor("bob@acme.test").await?;
    assert_eq!(
        delete(&bob, RecordKind::Contact, paul).await.err(),
        Some(AppError::form(Problem::StillHasOthers))
    );
    delete(&ann, RecordKind::Deal, deal).await?;
    delete(&ann, RecordKind::Contact, paul).await?;
    // The deal does not come back without him, nor is he given one in the bin.
    let restored = store::restore(
        app.database.begin_in_bin(&ann).await?,
        RecordKind::Deal,
        deal,
    );
    assert_eq!(
        restored.await.err(),
        Some(AppError::field("customer", Problem::CustomerIsGone))
    );
    // He goes for good after his deal, and not before.
    app.as_owner(
        "update contacts set deleted_at = now() - interval '31 days' where deleted_at is not null",
    )
    .await?;
    let purge = async || -> Result<i64> {
        Ok(sqlx::query_scalar("select api.bin_purge()")
            .fetch_one(&app.owner)
            .await?)
    };
    assert_eq!(purge().await?, 0);
    app.as_owner(
        "update deals set deleted_at = now() - interval '31 days' where deleted_at is not null",
    )
    .await?;
    assert_eq!(purge().await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_deal_shows_its_customer_by_name_alone_to_who_does_not_see_him() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let emma = colleague(&app, &ann, Reach::Limited, Reach::Full).await?;
    let paul = contact(&app, &ann, "Vent").await?;
    let deal = app.deal(&ann, "Sails", paul, &emma).await?;
    let (kind, name) = (RecordKind::Contact, "Vent".to_owned());
    assert_eq!(
        customer_of(&app, &emma, deal).await?,
        Value::Record {
            kind,
            id: None,
            name
        }
    );
    let mut browser = app.browser_of(&emma).await?;
    for page in [
        format!("/deals/{deal}"),
        "/deals".into(),
        "/deals/board".into(),
        "/search?q=sails".into(),
    ] {
        let body = browser.get(&page).await?.body;
        ensure!(body.contains("Vent"), "{page}: {body}");
        ensure!(!body.contains(&paul.to_string()), "{page} links to him");
    }
    // She keeps him as he is, whom she could not choose.
    let answer = give(&app, &emma, deal, "Vent").await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(())
}

#[tokio::test]
async fn the_page_of_a_contact_shows_his_deals_and_proposes_him_for_a_new_one() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let paul = contact(&app, &ann, "Vent").await?;
    app.deal(&ann, "Sails", paul, &ann).await?;
    let mut browser = app.browser_of(&ann).await?;
    let body = browser.get(&format!("/contacts/{paul}")).await?.body;
    ensure!(body.contains(">Sails<"), "{body}");
    let new = format!("/deals/new?contact={paul}");
    ensure!(body.contains(&new), "{body}");
    let body = browser.get(&new).await?.body;
    ensure!(body.contains("value=\"Vent\""), "{body}");
    Ok(())
}

#[tokio::test]
async fn the_picker_of_customers_offers_both_kinds_and_says_which() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.create(
        &ann,
        RecordKind::Company,
        &[("name", "Vent NV"), ("city", "Gent")],
    )
    .await?;
    contact(&app, &ann, "Vent").await?;
    let mut browser = app.browser_of(&ann).await?;
    let values = [
        ("kinds[0]", "contact"),
        ("kinds[1]", "company"),
        ("typed", "ven"),
    ];
    let answer = browser.call("/api/suggest", &values).await?;
    let found: Vec<crate::model::records::Suggestion> = serde_json::from_str(&answer.body)?;
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.name.as_str(), one.hint.as_str()))
        .collect();
    assert_eq!(found, [("Vent NV", "Company · Gent"), ("Vent", "Contact")]);
    Ok(())
}

#[tokio::test]
async fn a_file_of_deals_names_customers_of_both_kinds() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Zephyr").await?;
    app.company(&ann, "Twice").await?;
    let paul = contact(&app, &ann, "Vent").await?;
    contact(&app, &ann, "Twice").await?;
    let file = "Title,Customer,Assigned to,Currency,Phase\n\
                a,Zephyr,Ann Admin,EUR,Lead\n\
                b,Vent,Ann Admin,EUR,Lead\n\
                c,Twice,Ann Admin,EUR,Lead\n\
                d,Nobody,Ann Admin,EUR,Lead\n";
    let order = Order {
        kind: RecordKind::Deal,
        bytes: file.as_bytes(),
        dry_run: false,
    };
    let report = import(&app.database, &ann, order, |_| ()).await?;
    assert_eq!(report.created, 2);
    let reasons: Vec<String> = report
        .bad
        .iter()
        .map(|row| row.reason(&report.catalogue, Language::En))
        .collect();
    assert_eq!(
        reasons,
        [
            "Customer: Several have this name: choose one from the list",
            "Customer: No such company or contact"
        ]
    );
    let of_paul: Option<String> =
        sqlx::query_scalar("select title from deals where contact_id = $1")
            .bind(paul.0)
            .fetch_optional(&app.owner)
            .await?;
    assert_eq!(of_paul.context("his deal")?, "b");
    Ok(())
}

#[tokio::test]
async fn the_page_says_through_which_contact_one_sees_a_deal() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let emma = colleague(&app, &ann, Reach::Full, Reach::Limited).await?;
    let hers = app.company(&emma, "Hers").await?;
    app.make_responsible(
        RecordKind::Company,
        hers,
        crate::model::responsibility::Responsible {
            first: Some(emma.user),
            second: None,
        },
    )
    .await?;
    let linked = contact(&app, &ann, "Linked").await?;
    app.link(&ann, hers, linked).await?;
    let written = contact(&app, &emma, "Written").await?;
    let other = contact(&app, &ann, "Other").await?;
    let mut browser = app.browser_of(&emma).await?;
    let mut admin = app.browser_of(&ann).await?;
    for (customer, mine, hers) in [
        (
            linked,
            "you are sales contact of a company of its customer.",
            "Emma Limited</bdi>: sales contact of a company of its customer",
        ),
        (
            written,
            "you created its customer.",
            "Emma Limited</bdi>: created its customer",
        ),
    ] {
        let page = format!("/deals/{}", app.deal(&ann, "Sails", customer, &ann).await?);
        let body = browser.get(&page).await?.body;
        ensure!(
            body.contains(&format!("You see this because: {mine}")),
            "{mine}: {body}"
        );
        let body = admin.get(&page).await?.body;
        ensure!(body.contains(hers), "{hers}: {body}");
    }
    let page = format!("/deals/{}", app.deal(&ann, "Sails", other, &ann).await?);
    assert_eq!(browser.get(&page).await?.status, 404);
    Ok(())
}
