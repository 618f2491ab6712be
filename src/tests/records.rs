//! Creating and saving records: what is written beside the row.
//! Amounts and dates come back as they were typed.

use anyhow::{Context, Result, ensure};

use super::support::{Browser, TestApp};
use crate::model::{
    RecordKind,
    users::{Reach, Rights, UserRole},
};

async fn save(
    browser: &mut Browser<'_>,
    id: &str,
    version: &str,
    values: &[(&str, &str)],
) -> Result<super::support::Answer> {
    let form = [
        [("kind", "company"), ("id", id), ("version", version)].as_slice(),
        values,
    ]
    .concat();
    browser.call("/api/save", &form).await
}

#[tokio::test]
async fn saving_writes_old_and_new_and_grows_the_version_and_search_follows() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = app
        .create(
            &ann,
            RecordKind::Company,
            &[("name", "Old name"), ("city", "Gent")],
        )
        .await?
        .to_string();
    let mut browser = app.browser_of(&ann).await?;
    let saved = save(
        &mut browser,
        &id,
        "1",
        &[
            ("values[name]", "New name"),
            ("values[city]", "Gent"),
            ("values[tags]", "a, b, a"),
        ],
    )
    .await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    let page = browser.get(&format!("/companies/{id}")).await?.body;
    for part in [
        "<del>Old name</del>",
        "<ins>New name</ins>",
        "<ins>a, b</ins>",
        "Ann Admin changed this",
    ] {
        ensure!(page.contains(part), "{part} in {page}");
    }
    ensure!(
        !page.contains("<del>Gent</del>"),
        "what did not change is not told"
    );
    ensure!(
        browser
            .get("/companies?q=new")
            .await?
            .body
            .contains("New name")
    );
    ensure!(!browser.get("/companies?q=old").await?.body.contains(&id));
    let version: i64 = sqlx::query_scalar("select version from companies")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(version, 2);
    Ok(())
}

#[tokio::test]
async fn who_is_limited_in_crm_and_creates_a_company_becomes_its_sales_contact() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    let emma = app.limited(account).await?;
    let mut browser = app.browser_of(&emma).await?;
    let created = browser
        .submit(
            "/companies/new",
            "/api/create",
            &[
                ("kind", "company"),
                ("values[name]", "Hers"),
                ("values[sales_contact]", ""),
            ],
        )
        .await?;
    let page = browser
        .get(created.location().context("leads to it")?)
        .await?;
    assert_eq!(page.status, 200);
    ensure!(
        page.body
            .contains("Emma Limited made Emma Limited sales contact")
    );
    Ok(())
}

#[tokio::test]
async fn who_creates_a_company_for_a_colleague_and_would_not_see_it_is_asked_first() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::Limited,
        ..Rights::FULL
    };
    let (name, email) = ("Emma Limited", "emma@acme.test");
    let emma = app
        .person(account, name, email, UserRole::User, rights)
        .await?;
    let mut browser = app.browser_of(&emma).await?;
    let before = app.fingerprint().await?;
    let her = ann.user.to_string();
    let mut values = vec![
        ("kind", "company"),
        ("values[name]", "For Ann"),
        ("values[sales_contact]", her.as_str()),
    ];
    let sent = browser
        .submit("/companies/new", "/api/create", &values)
        .await?;
    assert_eq!(sent.location(), Some("/companies/new"));
    let body = browser.get("/companies/new").await?.body;
    for part in [
        "You will not see this any more.",
        "name=\"confirmed\"",
        "value=\"For Ann\"",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    assert_eq!(app.fingerprint().await?, before, "nothing is saved yet");

    values.push(("confirmed", "true"));
    let sent = browser
        .submit("/companies/new", "/api/create", &values)
        .await?;
    assert_eq!(sent.location(), Some("/companies"));
    ensure!(!browser.get("/companies").await?.body.contains("For Ann"));
    let hers = app.browser_of(&ann).await?.get("/companies").await?;
    ensure!(hers.body.contains("For Ann"), "{}", hers.body);
    Ok(())
}

#[tokio::test]
async fn a_customer_out_of_reach_shows_its_name_without_a_link_and_survives_a_save() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let hugo = app
        .person(
            account,
            "Hugo None",
            "hugo@acme.test",
            UserRole::User,
            rights,
        )
        .await?;
    let company = app.company(&ann, "Hidden NV").await?;
    let deal = app.deal(&ann, "Visible deal", company, &hugo).await?;
    let mut browser = app.browser_of(&hugo).await?;
    let page = browser.get(&format!("/deals/{deal}")).await?;
    ensure!(
        page.status == 200
            && page.body.contains("Hidden NV")
            && !page.body.contains(&company.to_string()),
        "{}",
        page.body
    );
    assert_eq!(
        browser.get(&format!("/companies/{company}")).await?.status,
        404
    );
    assert_eq!(browser.get("/companies").await?.status, 404);
    ensure!(!browser.get("/").await?.body.contains("href=\"/companies\""));

    let deal_id = deal.to_string();
    let form = [
        ("kind", "deal"),
        ("id", deal_id.as_str()),
        ("version", "1"),
        ("values[title]", "Renamed"),
        ("values[customer]", "Hidden NV"),
    ];
    let saved = browser.call("/api/save", &form).await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    Ok(())
}

#[tokio::test]
async fn on_a_new_deal_the_creator_and_the_customer_one_came_from_are_proposed() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Client NV").await?;
    let mut browser = app.browser_of(&ann).await?;
    let page = browser
        .get(&format!("/deals/new?company={company}"))
        .await?
        .body;
    ensure!(page.contains("value=\"Client NV\""), "{page}");
    let me = format!("<option value=\"{}\" selected", ann.user);
    ensure!(page.contains(&me), "{me} in {page}");
    ensure!(page.contains("<option value=\"EUR\" selected"), "{page}");
    ensure!(
        !page.contains(">Nobody</option>"),
        "nobody is no choice for a deal"
    );
    Ok(())
}
