//! The search over everything: what it finds, in which order, how much of it there is, and that nothing that can be typed
//! does harm.

use anyhow::{Result, ensure};

use super::support::{Browser, TestApp};
use crate::model::{
    RecordKind,
    lists::encoded,
    records::Found,
    users::{Reach, Rights, UserRole},
};

async fn search(browser: &mut Browser<'_>, q: &str) -> Result<Vec<Found>> {
    let answer = browser.call("/api/search", &[("q", q)]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(serde_json::from_str(&answer.body)?)
}

/// The names found of a kind.
fn names(found: &[Found], kind: RecordKind) -> Vec<&str> {
    let of_kind = found.iter().filter(|of_kind| of_kind.kind == kind);
    let hits = of_kind.flat_map(|of_kind| &of_kind.hits);
    hits.map(|hit| hit.name.as_str()).collect()
}

#[tokio::test]
async fn everything_that_has_words_with_these_beginnings_is_found_by_kind() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let bank = app
        .create(
            &ann,
            RecordKind::Company,
            &[("name", "Société Générale"), ("city", "Paris")],
        )
        .await?;
    app.deal(&ann, "Générateurs pour la société", bank, &ann)
        .await?;
    app.company(&ann, "General Motors").await?;
    let mut browser = app.browser_of(&ann).await?;

    for q in ["soc gen", "GEN   Soc", "société, générale"] {
        let found = search(&mut browser, q).await?;
        assert_eq!(
            names(&found, RecordKind::Company),
            ["Société Générale"],
            "{q}"
        );
    }
    let found = search(&mut browser, "soc gen").await?;
    assert_eq!(
        names(&found, RecordKind::Deal),
        ["Générateurs pour la société"]
    );
    let hints: Vec<_> = found.iter().map(|of_kind| &of_kind.hits[0].hint).collect();
    assert_eq!(hints, ["Paris", "Société Générale"]);
    let found = search(&mut browser, "paris").await?;
    assert_eq!(names(&found, RecordKind::Company), ["Société Générale"]);
    assert_eq!(
        found.len(),
        1,
        "a kind of which there is nothing is left out"
    );

    let page = browser.get("/search?q=soc+gen").await?;
    for part in [
        "Société Générale",
        "Générateurs pour la société",
        "2 results",
    ] {
        ensure!(page.body.contains(part), "{part} in {}", page.body);
    }
    let page = browser.get("/search?q=eral").await?;
    ensure!(
        page.body.contains("Nothing found.") && !page.body.contains("Motors"),
        "{}",
        page.body
    );
    Ok(())
}

#[tokio::test]
async fn names_that_begin_with_it_come_first_and_all_are_counted() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    for n in 0..15 {
        let name = format!("Acme {n:02}");
        app.create(
            &ann,
            RecordKind::Company,
            &[("name", &name), ("city", "Gent")],
        )
        .await?;
    }
    app.company(&ann, "Gent Logistics").await?;
    let mut browser = app.browser_of(&ann).await?;
    let found = search(&mut browser, "gent").await?;
    let names = names(&found, RecordKind::Company);
    assert_eq!(names[..2], ["Gent Logistics", "Acme 00"]);
    assert_eq!((names.len(), found[0].total), (12, 16));
    Ok(())
}

#[tokio::test]
async fn whoever_is_limited_finds_and_counts_what_he_sees_and_a_kind_without_a_right_not_at_all()
-> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let with = |crm, deals| Rights {
        crm,
        deals,
        ..Rights::FULL
    };
    let person = async |email, rights| {
        app.person(account, "Lea Limited", email, UserRole::User, rights)
            .await
    };
    let limited = person("lea@acme.test", with(Reach::Limited, Reach::Limited)).await?;
    let without = person("wim@acme.test", with(Reach::None, Reach::Limited)).await?;
    let hers = app
        .create(
            &ann,
            RecordKind::Company,
            &[
                ("name", "Zephyr Mine"),
                ("sales_contact", &limited.user.to_string()),
            ],
        )
        .await?;
    let other = app.company(&ann, "Zephyr Other").await?;
    app.deal(&ann, "Zephyr of her customer", hers, &ann).await?;
    app.deal(&ann, "Zephyr of another", other, &ann).await?;
    app.deal(&ann, "Zephyr of his", other, &without).await?;

    let found = search(&mut app.browser_of(&limited).await?, "zeph").await?;
    assert_eq!(names(&found, RecordKind::Company), ["Zephyr Mine"]);
    assert_eq!(names(&found, RecordKind::Deal), ["Zephyr of her customer"]);
    assert_eq!(found.iter().map(|of| of.total).sum::<i64>(), 2);

    let found = search(&mut app.browser_of(&without).await?, "zeph").await?;
    assert_eq!(found.len(), 1);
    assert_eq!(names(&found, RecordKind::Deal), ["Zephyr of his"]);
    assert_eq!(
        (found[0].total, found[0].hits[0].hint.as_str()),
        (1, "Zephyr Other"),
        "the customer of a visible deal by its name alone"
    );
    let page = app
        .browser_of(&without)
        .await?
        .get("/search?q=zeph")
        .await?;
    ensure!(!page.body.contains("/companies"), "{}", page.body);
    Ok(())
}

#[tokio::test]
async fn nothing_that_can_be_typed_does_harm() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "100% Bon_d'Or \\ Zoon").await?;
    app.company(&ann, "Other NV").await?;
    let mut browser = app.browser_of(&ann).await?;
    let long = "ab".repeat(5_000);
    let many = "a ".repeat(5_000);
    for q in [
        "",
        "%",
        "_",
        "%_'\\",
        "\0",
        "'; drop table companies; --",
        "\u{202e}",
        &long,
    ] {
        let found = search(&mut browser, q).await?;
        assert_eq!(found, [], "{q}");
        let page = browser.get(&format!("/search?q={}", encoded(q))).await?;
        assert_eq!(page.status, 200, "{q}");
    }
    for q in [
        "100%",
        "bon_d'or",
        "or \\ zoon",
        "100\0",
        &format!("{many}100"),
        "🏭 100",
    ] {
        // Words beyond the first few are not compared.
        let expected: &[&str] = match q {
            _ if q.starts_with("a a") => &[],
            _ => &["100% Bon_d'Or \\ Zoon"],
        };
        let found = search(&mut browser, q).await?;
        assert_eq!(names(&found, RecordKind::Company), expected, "{q}");
    }
    Ok(())
}
