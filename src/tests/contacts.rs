//! Contacts: linked to companies from both ends, seen through them, found by their name and address, imported with their
//! company by name.

use anyhow::{Context, Result, ensure};

use super::support::{Answer, Browser, TestApp};
use crate::{
    model::{Actor, AppError, Language, Problem, RecordId, RecordKind, links::Links},
    records::{
        import::{Order, import},
        store,
    },
};

const COMPANY: &str = "company";
const CONTACT: &str = "contact";

async fn links(browser: &mut Browser<'_>, kind: &str, id: RecordId) -> Result<Links> {
    let values = [("kind", kind), ("id", &id.to_string())];
    let answer = browser.call("/api/links", &values).await?;
    serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
}

async fn unlink(
    browser: &mut Browser<'_>,
    company: RecordId,
    contact: RecordId,
    confirmed: bool,
) -> Result<Answer> {
    let (company, contact) = (company.to_string(), contact.to_string());
    let values = [
        ("kind", COMPANY),
        ("id", company.as_str()),
        ("other", &contact),
        ("confirmed", if confirmed { "true" } else { "false" }),
    ];
    browser.call("/api/unlink", &values).await
}

async fn told(app: &TestApp, ann: &Actor, kind: RecordKind, id: RecordId) -> Result<Vec<String>> {
    let mut tx = app.database.begin(ann).await?;
    let entries = store::activity(&mut tx, kind, id).await?;
    Ok(entries.iter().map(|one| one.text(Language::En)).collect())
}

#[tokio::test]
async fn a_link_reads_the_same_from_both_ends_and_both_tell_of_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let values = [("first_name", "Paul"), ("last_name", "Vent")];
    let contact = app.create(&ann, RecordKind::Contact, &values).await?;
    let mut browser = app.browser_of(&ann).await?;
    let (company_id, contact_id) = (company.to_string(), contact.to_string());
    // From the contact's page, by the company's name; then once more, which only changes the position.
    for (other, position) in [("Zephyr", "Captain"), (&company_id, "Mate")] {
        let values = [
            ("kind", CONTACT),
            ("id", contact_id.as_str()),
            ("other", other),
            ("position", position),
            ("decision_maker", "true"),
        ];
        let answer = browser.call("/api/link", &values).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
    }
    let of_company = links(&mut browser, COMPANY, company).await?;
    let of_contact = links(&mut browser, CONTACT, contact).await?;
    for (links, name) in [(&of_company, "Paul Vent"), (&of_contact, "Zephyr")] {
        let [link] = links.links.as_slice() else {
            anyhow::bail!("{links:?}");
        };
        assert_eq!(
            (
                link.name.as_str(),
                link.position.as_deref(),
                link.decision_maker
            ),
            (name, Some("Mate"), true)
        );
    }
    let page = browser.get(&format!("/companies/{company}")).await?;
    ensure!(page.body.contains("Paul Vent") && page.body.contains("Decision maker"));
    let list = browser.get("/contacts?q=vent").await?;
    ensure!(list.body.contains("Zephyr") && list.body.contains("1 contact<"));

    ensure!(
        unlink(&mut browser, company, contact, false)
            .await?
            .status
            .is_success()
    );
    let again = unlink(&mut browser, company, contact, false).await?;
    assert_eq!(again.error()?, AppError::NotFound);
    assert_eq!(
        told(&app, &ann, RecordKind::Company, company).await?[..2],
        ["Ann Admin unlinked Paul Vent", "Ann Admin linked Paul Vent"]
    );
    assert_eq!(
        told(&app, &ann, RecordKind::Contact, contact).await?[..2],
        ["Ann Admin unlinked Zephyr", "Ann Admin linked Zephyr"]
    );
    Ok(())
}

#[tokio::test]
async fn who_unlinks_a_contact_that_he_sees_through_it_is_asked_first() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let emma = app.limited(ann.account).await?;
    let hers = app.company(&emma, "Hers").await?;
    let other = app.company(&ann, "Not hers").await?;
    let contact = app
        .create(&ann, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    let mut browser = app.browser_of(&emma).await?;
    let page = format!("/contacts/{contact}");
    assert_eq!(browser.get(&page).await?.status, 404);
    app.link(&ann, hers, contact).await?;
    app.link(&ann, other, contact).await?;
    // She sees him now, and of his companies her own.
    assert_eq!(browser.get(&page).await?.status, 200);
    let seen = links(&mut browser, CONTACT, contact).await?;
    assert_eq!((seen.total, seen.links[0].name.as_str()), (1, "Hers"));
    let body = browser.get(&page).await?.body;
    ensure!(
        !body.contains("Not hers") && body.contains("linked a company"),
        "{body}"
    );

    let asked = unlink(&mut browser, hers, contact, false).await?;
    assert_eq!(asked.error()?, AppError::form(Problem::LosesSight));
    assert_eq!(browser.get(&page).await?.status, 200);
    let done = unlink(&mut browser, hers, contact, true).await?;
    ensure!(done.status.is_success(), "{}", done.body);
    assert_eq!(browser.get(&page).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_limited_user_keeps_the_contact_of_no_company_whom_he_wrote_down() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let emma = app.limited(ann.account).await?;
    let contact = app
        .create(&emma, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    let mut browser = app.browser_of(&emma).await?;
    let page = format!("/contacts/{contact}");
    let body = browser.get(&page).await?.body;
    ensure!(
        body.contains("You see this because: you created this contact."),
        "{body}"
    );
    // Linked to somebody else's company, he is that company's.
    let other = app.company(&ann, "Not hers").await?;
    app.link(&ann, other, contact).await?;
    assert_eq!(browser.get(&page).await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn a_contact_is_found_by_his_name_and_by_each_of_his_addresses() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let values = [
        ("first_name", "Zoé"),
        ("last_name", "Müller"),
        ("emails", "zoe@here.test; z.muller@there.test"),
        ("telephones", "+32 9 123 45 67"),
    ];
    let contact = app.create(&ann, RecordKind::Contact, &values).await?;
    let mut tx = app.database.begin(&ann).await?;
    for typed in ["zoe mul", "muller there", "zoe@here"] {
        let found = store::suggest(&mut tx, RecordKind::Contact, typed).await?;
        assert_eq!(
            found
                .iter()
                .map(|one| (one.id, one.name.as_str()))
                .collect::<Vec<_>>(),
            [(contact, "Zoé Müller")],
            "{typed}"
        );
    }
    drop(tx);
    // A changed name is found, and what is not sent stays findable.
    let mut browser = app.browser_of(&ann).await?;
    let values = [
        ("kind", CONTACT),
        ("id", &contact.to_string()),
        ("version", "1"),
        ("values[last_name]", "Weber"),
    ];
    let saved = browser.call("/api/save", &values).await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    let mut tx = app.database.begin(&ann).await?;
    ensure!(
        store::suggest(&mut tx, RecordKind::Contact, "muller zoe weber")
            .await?
            .len()
            == 1
    );
    ensure!(
        store::suggest(&mut tx, RecordKind::Contact, "weber zoe@here")
            .await?
            .len()
            == 1
    );
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_its_field() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, olga) = app.account("Other").await?;
    let foreign = app.company(&olga, "Foreign").await?.to_string();
    let values = [
        ("first_name", "x"),
        ("last_name", " "),
        ("emails", "ann@acme.test, nonsense"),
        ("company", &foreign),
    ];
    let error = app.create(&ann, RecordKind::Contact, &values).await;
    let error = error.err().context("it is refused")?;
    let problems = error.problems().context("problems by field")?;
    assert_eq!(problems.get("last_name"), Some(&Problem::Required));
    assert_eq!(problems.get("emails"), Some(&Problem::NotAnEmail));
    assert_eq!(
        problems.get("company"),
        Some(&Problem::NoSuchRecord(RecordKind::Company))
    );
    let company = app.company(&ann, "Zephyr").await?.to_string();
    let mut browser = app.browser_of(&ann).await?;
    for (other, problem) in [
        ("", Problem::Required),
        ("Nobody Known", Problem::NoSuchRecord(RecordKind::Contact)),
        (&foreign, Problem::NoSuchRecord(RecordKind::Contact)),
    ] {
        let values = [
            ("kind", COMPANY),
            ("id", company.as_str()),
            ("other", other),
        ];
        let answer = browser.call("/api/link", &values).await?;
        assert_eq!(
            answer.error()?,
            AppError::field("other", problem),
            "{other}"
        );
    }
    // Deals are linked to nothing.
    let values = [("kind", "deal"), ("id", company.as_str()), ("other", "x")];
    let answer = browser.call("/api/link", &values).await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    Ok(())
}

#[tokio::test]
async fn a_file_of_contacts_names_their_company_and_comes_in_once() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let file = "First name,Last name,Company,Email,Function\n\
                Paul,Vent,Zephyr,paul@zephyr.test,Captain\n\
                Zoé,Brise,,zoe@brise.test,\n\
                Otto,Sturm,Unknown NV,,\n";
    let order = Order {
        kind: RecordKind::Contact,
        bytes: file.as_bytes(),
        dry_run: false,
    };
    let report = import(&app.database, &ann, order, |_| ()).await?;
    assert_eq!((report.created, report.bad.len()), (2, 1));
    assert_eq!(
        report.bad[0].reason(&report.catalogue, Language::En),
        "Company: No such company"
    );
    let again = import(&app.database, &ann, order, |_| ()).await?;
    assert_eq!((again.created, again.known_already), (0, 2));
    let mut browser = app.browser_of(&ann).await?;
    let of_company = links(&mut browser, COMPANY, company).await?;
    assert_eq!(
        of_company
            .links
            .iter()
            .map(|link| link.name.as_str())
            .collect::<Vec<_>>(),
        ["Paul Vent"]
    );
    let nameless = Order {
        bytes: b"Company,Email\nZephyr,x@y.test\n",
        ..order
    };
    let refused = import(&app.database, &ann, nameless, |_| ()).await;
    assert_eq!(
        refused.err(),
        Some(AppError::form(Problem::NoTitleColumn(RecordKind::Contact)))
    );
    Ok(())
}
