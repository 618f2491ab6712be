//! What people and programs type that was not meant to be: too much, control characters, markup, other
//! scripts. It is refused with the field's own message, or kept as the text that it is; nothing typed is lost.

use anyhow::{Context, Result, ensure};

use super::support::TestApp;
use crate::model::{
    AppError, Problem, RecordKind,
    catalogue::{Field, FieldType},
};

const HOSTILE: [&str; 4] = [
    "</textarea><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
];

fn takes_any_text(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::Line { .. } | FieldType::Lines { .. } | FieldType::Telephone | FieldType::Tags
    )
}

/// Markup that a browser would take for its own.
fn has_markup(body: &str) -> bool {
    ["<script>alert", "<img src=x", "<svg onload"]
        .iter()
        .any(|markup| body.contains(markup))
}

#[tokio::test]
async fn markup_in_every_text_field_is_shown_as_the_text_that_it_is() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for hostile in HOSTILE {
        let fields: Vec<&Field> = RecordKind::Company
            .fields()
            .iter()
            .map(AsRef::as_ref)
            .filter(|field| takes_any_text(field))
            .collect();
        let short = |field: &Field| {
            if matches!(field.kind, FieldType::Line { max } if max < 40) {
                &hostile[..19]
            } else {
                hostile
            }
        };
        let values: Vec<(&str, &str)> = fields
            .iter()
            .map(|field| (field.key(), short(field)))
            .collect();
        let company = app.create(&ann, RecordKind::Company, &values).await?;
        let deal = app.deal(&ann, hostile, company, &ann).await?;
        for page in [
            format!("/companies/{company}"),
            format!("/companies/{company}/edit"),
            format!("/deals/{deal}"),
            format!("/deals/{deal}/edit"),
            "/companies".into(),
            "/deals".into(),
            "/".into(),
            format!("/search?q={}", crate::model::lists::encoded(hostile)),
            format!("/companies?q={}", crate::model::lists::encoded(hostile)),
            format!("/deals/new?company={company}"),
        ] {
            let answer = browser.get(&page).await?;
            assert_eq!(answer.status, 200, "{page}");
            ensure!(!has_markup(&answer.body), "{page} with {hostile}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_came_back_to_a_form_is_text_too() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for hostile in HOSTILE {
        let values = [
            ("kind", "company"),
            ("values[name]", ""),
            ("values[notes]", hostile),
            ("values[city]", hostile),
            ("values[email]", hostile),
        ];
        let answer = browser
            .submit("/companies/new", "/api/create", &values)
            .await?;
        assert_eq!(answer.location(), Some("/companies/new"));
        let page = browser.get("/companies/new").await?;
        ensure!(
            page.body.contains("This field is required")
                && page.body.contains("Not an e-mail address"),
            "{}",
            page.body
        );
        ensure!(!has_markup(&page.body), "{hostile}");
        // Typed text is there again, three times.
        let kept = page.body.matches("alert(1)").count();
        ensure!(kept >= 3, "{kept} times in {}", page.body);
    }
    Ok(())
}

#[tokio::test]
async fn two_megabytes_in_a_field_come_back_with_a_message_beside_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let much = "é".repeat(1024 * 1024);
    let values = [
        ("kind", "company"),
        ("values[name]", "Much NV"),
        ("values[notes]", much.as_str()),
    ];
    let answer = browser.call("/api/create", &values).await?;
    assert_eq!(
        answer.error()?,
        AppError::field("notes", Problem::TooLong { max: 20_000 })
    );
    browser
        .submit("/companies/new", "/api/create", &values)
        .await?;
    let page = browser.get("/companies/new").await?;
    ensure!(
        page.body.contains("At most 20,000 characters")
            && page.body.contains("Much NV")
            && page.body.contains(&much)
    );
    let answer = browser
        .call(
            "/api/create",
            &[
                ("kind", "company"),
                ("values[name]", &"x".repeat(9 * 1024 * 1024)),
            ],
        )
        .await?;
    assert_eq!(answer.status, 413);
    Ok(())
}

#[tokio::test]
async fn nul_bytes_and_control_characters_are_refused_in_words() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for field in RecordKind::Company
        .fields()
        .iter()
        .filter(|field| field.enabled(false))
        .filter(|field| field.editable())
    {
        let key = format!("values[{}]", field.key());
        let mut values = vec![("kind", "company"), (key.as_str(), "a\0b")];
        if field.key() != "name" {
            values.push(("values[name]", "x"));
        }
        let answer = browser.call("/api/create", &values).await?;
        let error = answer.error().with_context(|| field.key().to_owned())?;
        assert_eq!(
            error,
            AppError::field(field.key(), Problem::ControlCharacters)
        );
        browser
            .submit("/companies/new", "/api/create", &values)
            .await?;
        let page = browser.get("/companies/new").await?;
        ensure!(
            page.status == 200
                && page
                    .body
                    .contains("Contains characters that cannot be saved"),
            "{}",
            field.key()
        );
    }
    for path in ["/companies/%00", "/search?q=%00", "/api/%00", "/%00"] {
        ensure!(browser.get(path).await?.status.as_u16() < 500, "{path}");
    }
    let answer = browser
        .call("/api/suggest", &[("kinds[0]", "company"), ("typed", "\0")])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(())
}

#[tokio::test]
async fn names_from_right_to_left_and_beyond_the_basic_plane_are_kept() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for name in [
        "شركة الاتصالات",
        "חברת החשמל",
        "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🏭",
        "ﬁne ﬂat",
        "a\u{202e}b",
    ] {
        let id = app.company(&ann, name).await?;
        ensure!(
            browser
                .get(&format!("/companies/{id}"))
                .await?
                .body
                .contains(name),
            "{name}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_deal_needs_somebody_in_every_language_and_keeps_what_was_typed() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Client SA").await?;
    app.as_owner("update users set language = 'fr'").await?;
    let phase = app.phase(&ann).await?;
    let mut browser = app.browser_of(&ann).await?;
    let me = ann.user.to_string();
    let mut values = vec![
        ("kind", "deal"),
        ("values[title]", "Contrat"),
        ("values[customer]", "Client SA"),
        ("values[currency]", "EUR"),
        ("values[value]", "1 234,50"),
        ("values[phase]", &phase),
        ("values[assigned_to]", ""),
    ];
    let answer = browser.submit("/deals/new", "/api/create", &values).await?;
    assert_eq!(answer.location(), Some("/deals/new"));
    let page = browser.get("/deals/new").await?;
    for part in [
        "Une opportunité doit être affectée à quelqu’un",
        "value=\"Contrat\"",
        "value=\"Client SA\"",
        "1 234,50",
    ] {
        ensure!(page.body.contains(part), "{part} in {}", page.body);
    }
    values.pop();
    values.push(("values[assigned_to]", &me));
    let answer = browser.submit("/deals/new", "/api/create", &values).await?;
    let address = answer.location().context("leads to the deal")?.to_owned();
    let page = browser.get(&address).await?;
    ensure!(
        page.body.contains("1\u{202f}234,50\u{a0}€") && page.body.contains("Client SA"),
        "{}",
        page.body
    );
    Ok(())
}

#[tokio::test]
async fn arguments_that_make_no_sense_are_answered_and_never_crash() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for values in [
        vec![],
        vec![("kind", "nonsense"), ("id", "x")],
        vec![("kind", "company"), ("id", "'; drop table companies; --")],
        vec![("kind", "company"), ("values", "x")],
        vec![
            ("kind", "company"),
            ("values[name][deeper][still][more][and][more]", "x"),
        ],
        vec![
            ("kind", "company"),
            ("values[account_id]", "x"),
            ("values[created_at]", "x"),
            ("role", "owner"),
        ],
    ] {
        for path in [
            "/api/detail",
            "/api/form",
            "/api/create",
            "/api/save",
            "/api/choose_responsible",
            "/api/suggest",
            "/api/search",
            "/api/related",
            "/api/list",
        ] {
            let answer = browser.call(path, &values).await?;
            ensure!(
                answer.status.as_u16() < 500
                    || matches!(answer.error()?, AppError::Invalid(_) | AppError::NotFound),
                "{path} {values:?}: {} {}",
                answer.status,
                answer.body
            );
        }
    }
    Ok(())
}
