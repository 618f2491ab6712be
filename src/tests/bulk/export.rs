//! Lists as files: who may export gets what he sees and nothing else, in a form that an import takes.

use anyhow::{Context, Result, ensure};

use super::{Acme, records};
use crate::{
    model::{
        RecordKind,
        users::{Rights, UserRole},
    },
    records::import::read,
    tests::support::{Answer, Browser},
};

const COMPANY: RecordKind = RecordKind::Company;

fn sheet(answer: &Answer) -> Result<Vec<Vec<String>>> {
    ensure!(answer.status == 200, "{}: {}", answer.status, answer.body);
    let sheet = read(answer.body.as_bytes())?;
    let rows = sheet.rows.into_iter().map(|row| row.cells);
    Ok(std::iter::once(sheet.header).chain(rows).collect())
}

async fn csv(browser: &mut Browser<'_>, address: &str) -> Result<Vec<Vec<String>>> {
    let answer = browser.get(address).await?;
    sheet(&answer).with_context(|| address.to_owned())
}

#[tokio::test]
async fn a_list_becomes_a_file_with_its_columns_or_with_all_fields() -> Result<()> {
    let acme = Acme::new().await?;
    acme.companies(2_500, Some(&acme.bob)).await?;
    let bob = acme.bob.user.to_string();
    let values = [
        ("name", "=cmd|' /C calc'!A0"),
        ("telephone", "+32 9 123 45 67"),
        ("city", "Gent; \"by the\" river"),
        ("customer_since", "2024-01-31"),
        ("tags", "Big, Old"),
        ("sales_contact", bob.as_str()),
    ];
    let id = acme.app.create(&acme.ann, COMPANY, &values).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let answer = browser.get("/companies/export.csv").await?;
    let name = answer
        .headers
        .get("content-disposition")
        .context("a name")?;
    assert_eq!(name.to_str()?, "attachment; filename=\"companies.csv\"");
    ensure!(answer.body.starts_with('\u{feff}'));
    let rows = sheet(&answer)?;
    assert_eq!(rows.len(), 2_502);
    let names: std::collections::BTreeSet<&String> = rows.iter().map(|row| &row[0]).collect();
    assert_eq!(names.len(), 2_502, "each once");
    assert_eq!(rows[0][..2], ["Name", "Sales contact"]);

    let all = csv(
        &mut browser,
        &format!("/companies/export.csv?columns=all&{}", records(&[id])),
    )
    .await?;
    let cell = |heading: &str| {
        let n = all[0].iter().position(|known| known == heading);
        n.and_then(|n| all[1].get(n)).map(String::as_str)
    };
    assert_eq!(all.len(), 2);
    assert_eq!(cell("Name"), Some("'=cmd|' /C calc'!A0"));
    assert_eq!(cell("Telephone"), Some("'+32 9 123 45 67"));
    assert_eq!(cell("City"), Some("Gent; \"by the\" river"));
    assert_eq!(cell("Customer since"), Some("2024-01-31"));
    assert_eq!(cell("Sales contact"), Some("Bob Boon"));
    assert_eq!(cell("Tags"), Some("Big, Old"));
    // The list's own narrowing, columns and order hold.
    let of_bob = format!("/companies/export.csv?responsible={bob}&columns=city&sort=-name");
    let some = csv(&mut browser, &of_bob).await?;
    assert_eq!(
        (some.len(), &some[0][..]),
        (2_502, &["Name".to_owned(), "City".to_owned()][..])
    );
    let list = format!("/companies?responsible={bob}&columns=city&sort=-name");
    let shown = browser.get(&list).await?.body;
    let places: Vec<_> = some[1..4]
        .iter()
        .map(|row| shown.find(&format!("<bdi>{}</bdi>", row[0])))
        .collect();
    ensure!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}"
    );
    Ok(())
}

#[tokio::test]
async fn amounts_come_as_numbers_with_their_currency() -> Result<()> {
    let acme = Acme::new().await?;
    let companies = acme.companies(1, None).await?;
    let negative = [("total_excl", "-100"), ("total_incl", "-121.5")];
    acme.app
        .invoice(&acme.ann, "7", companies[0], &negative)
        .await?;
    acme.app
        .as_owner("update users set language = 'fr'")
        .await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let rows = csv(&mut browser, "/invoices/export.csv?columns=all").await?;
    let cell = |heading: &str| {
        let n = rows[0].iter().position(|known| known == heading);
        n.and_then(|n| rows[1].get(n)).map(String::as_str)
    };
    assert_eq!(cell("Devise"), Some("EUR"), "{rows:?}");
    ensure!(rows[1].iter().any(|cell| cell == "-121.5"), "{rows:?}");
    assert_eq!(cell("Client"), Some("Company 1"));
    Ok(())
}

#[tokio::test]
async fn who_is_limited_exports_what_he_sees_and_nothing_is_told_of_the_rest() -> Result<()> {
    let acme = Acme::new().await?;
    let emma = acme.app.limited(acme.account).await?;
    let hers = acme.companies(1, Some(&emma)).await?;
    let others = acme.companies(2, Some(&acme.bob)).await?;
    let mut browser = acme.app.browser_of(&emma).await?;
    assert_eq!(csv(&mut browser, "/companies/export.csv").await?.len(), 2);
    let both = records(&[hers[0], others[0]]);
    assert_eq!(
        csv(&mut browser, &format!("/companies/export.csv?{both}"))
            .await?
            .len(),
        2
    );
    let none = records(&others);
    assert_eq!(
        csv(&mut browser, &format!("/companies/export.csv?{none}"))
            .await?
            .len(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn without_the_right_there_is_no_such_address_and_no_button() -> Result<()> {
    let acme = Acme::new().await?;
    let rights = Rights {
        export: false,
        invoices: false,
        ..Rights::FULL
    };
    let dee = acme
        .app
        .person(acme.account, "Dee", "dee@acme.test", UserRole::User, rights)
        .await?;
    acme.companies(1, Some(&dee)).await?;
    let mut browser = acme.app.browser_of(&dee).await?;
    for address in [
        "/companies/export.csv",
        "/companies/export.xlsx",
        "/nothing/export.csv",
    ] {
        assert_eq!(browser.get(address).await?.status, 404, "{address}");
    }
    let page = browser.get("/companies/bulk?all=true").await?.body;
    ensure!(
        !page.contains("export.csv") && page.contains("Sales contact"),
        "{page}"
    );
    let mut bobs = acme.app.browser_of(&acme.bob).await?;
    let page = bobs.get("/companies/bulk?all=true").await?.body;
    ensure!(page.contains("/companies/export.csv?"), "{page}");
    // A right to export is none to what one has no right to.
    acme.app
        .as_owner("update users set invoices = false where email = 'bob@acme.test'")
        .await?;
    assert_eq!(bobs.get("/invoices/export.csv").await?.status, 404);
    let nobody = acme.app.browser().get("/companies/export.csv").await?;
    assert_eq!(nobody.location(), Some("/login"));
    Ok(())
}

#[tokio::test]
async fn a_spreadsheet_has_typed_cells_and_no_formula() -> Result<()> {
    let acme = Acme::new().await?;
    let values = [("name", "=1+1"), ("customer_since", "2024-01-31")];
    acme.app.create(&acme.ann, COMPANY, &values).await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let (status, bytes) = browser.bytes("/companies/export.xlsx").await?;
    assert_eq!(status, 200);
    let sheet = first_sheet(&bytes)?;
    ensure!(sheet.contains("=1+1") && !sheet.contains("<f>"), "{sheet}");
    ensure!(sheet.contains("state=\"frozen\""), "{sheet}");
    // A date is a number that is shown as a day.
    ensure!(sheet.contains("<v>45322</v>"), "{sheet}");
    Ok(())
}

/// What stands in the sheet of a spreadsheet.
pub fn first_sheet(bytes: &[u8]) -> Result<String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
    let mut file = archive.by_name("xl/worksheets/sheet1.xml")?;
    Ok(std::io::read_to_string(&mut file)?)
}
