//! The link of a mail that ends mails of its kind: its page, which changes nothing by being opened, and the one click of a mail
//! program. Whoever has the link may use it, and do nothing else with it.

use anyhow::{Result, ensure};
use axum::body::Body;
use http::{Request, header};
use uuid::Uuid;

use super::told_of_company;
use crate::{
    model::{Actor, AppError},
    tests::support::{Answer, Browser, TestApp},
};

/// A mail of these events, or a digest of them, and what its link ends with.
async fn mail(app: &TestApp, to: &Actor, events: &[&str], digest: bool) -> Result<Uuid> {
    let secret = sqlx::query_scalar(
        "insert into mails (account_id, id, user_id, events, digest_on) values ($1, gen_random_uuid(), $2, $3, case when $4 then current_date end)
         returning secret",
    )
    .bind(to.account.0)
    .bind(to.user.0)
    .bind(events)
    .bind(digest)
    .fetch_one(&app.owner)
    .await?;
    Ok(secret)
}

type Choice = (String, bool, bool, bool);

async fn choices(app: &TestApp) -> Result<Vec<Choice>> {
    let rows = sqlx::query_as(
        "select event, in_app, by_mail, in_digest from notification_choices order by event",
    );
    Ok(rows.fetch_all(&app.owner).await?)
}

fn choice(event: &str, in_app: bool, by_mail: bool, in_digest: bool) -> Choice {
    (event.to_owned(), in_app, by_mail, in_digest)
}

/// As a mail program posts: no session, no origin.
async fn one_click(browser: &mut Browser<'_>, secret: &str, body: &str) -> Result<Answer> {
    let request = Request::post(format!("/unsubscribe/{secret}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.to_owned()))?;
    browser.send(request).await
}

#[tokio::test]
async fn one_click_of_a_mail_program_ends_mails_of_that_kind_and_nothing_else() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let secret = mail(&app, &bob, &["assigned"], false).await?.to_string();
    let mut program = app.browser();
    for _ in 0..2 {
        let answer = one_click(&mut program, &secret, "List-Unsubscribe=One-Click").await?;
        assert_eq!(answer.status, 200, "{}", answer.body);
        ensure!(
            answer
                .body
                .contains("You will get no more e-mails of: I am now responsible.")
        );
        ensure!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    assert_eq!(
        choices(&app).await?,
        [choice("assigned", true, false, false)]
    );
    let told = told_of_company(&app, &ann, &bob).await?;
    ensure!(
        told[0].in_app && !told[0].by_mail && !told[0].in_digest,
        "{told:?}"
    );
    let told = told_of_company(&app, &bob, &ann).await?;
    ensure!(told[0].by_mail, "others get theirs: {told:?}");
    Ok(())
}

#[tokio::test]
async fn what_somebody_chose_otherwise_stays() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.as_owner(&format!(
        "insert into notification_choices (account_id, user_id, event, in_app, by_mail, in_digest) values
           ('{0}', '{1}', 'note', false, true, true), ('{0}', '{1}', 'moved', false, true, true)",
        ann.account, ann.user
    ))
    .await?;
    let mut program = app.browser();
    let secret = mail(&app, &ann, &["note"], false).await?.to_string();
    one_click(&mut program, &secret, "List-Unsubscribe=One-Click").await?;
    let kept = [
        choice("moved", false, true, true),
        choice("note", false, false, true),
    ];
    assert_eq!(choices(&app).await?, kept);

    // Of a digest only the digest ends, of each kind in it.
    let secret = mail(&app, &ann, &["assigned", "moved"], true)
        .await?
        .to_string();
    let answer = one_click(&mut program, &secret, "List-Unsubscribe=One-Click").await?;
    ensure!(
        answer
            .body
            .starts_with("Your daily digest will no longer tell you of"),
        "{}",
        answer.body
    );
    let kept = [
        choice("assigned", true, true, false),
        choice("moved", false, true, false),
        choice("note", false, false, true),
    ];
    assert_eq!(choices(&app).await?, kept);
    Ok(())
}

#[tokio::test]
async fn what_waits_to_be_mailed_of_that_kind_comes_no_more() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let secret = mail(&app, &bob, &["assigned"], false).await?.to_string();
    let told = told_of_company(&app, &ann, &bob).await?;
    ensure!(told[0].by_mail);
    one_click(&mut app.browser(), &secret, "List-Unsubscribe=One-Click").await?;
    let waiting: (bool, bool) = sqlx::query_as("select in_app, by_mail from notifications")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(waiting, (true, false));
    Ok(())
}

#[tokio::test]
async fn the_click_works_from_everywhere_in_either_shape_and_in_no_other() -> Result<()> {
    const PARTS: &str = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n";
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let secret = mail(&app, &ann, &["mention"], false).await?.to_string();
    let mut program = app.browser();
    for body in ["", "List-Unsubscribe=no", "x=One-Click"] {
        assert_eq!(
            one_click(&mut program, &secret, body).await?.status,
            400,
            "{body:?}"
        );
    }
    let large = "x".repeat(100_000);
    assert_eq!(one_click(&mut program, &secret, &large).await?.status, 413);
    for unknown in [Uuid::new_v4().to_string(), "no-such-token".to_owned()] {
        let answer = one_click(&mut program, &unknown, "List-Unsubscribe=One-Click").await?;
        assert_eq!(answer.status, 404, "{unknown}");
    }
    assert_eq!(choices(&app).await?, []);
    // The program of a mail service in a browser; with the cookie of whoever is signed in here.
    let mut elsewhere = app.browser_of(&ann).await?;
    for (name, value) in [
        ("origin", "https://mail.test"),
        ("sec-fetch-site", "cross-site"),
    ] {
        elsewhere.headers.insert(name, value.parse()?);
    }
    let answer = one_click(&mut elsewhere, &secret, PARTS).await?;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(
        choices(&app).await?,
        [choice("mention", true, false, false)]
    );
    // Nothing else takes such posts.
    let refused = elsewhere
        .call("/api/unsubscribe", &[("token", &secret)])
        .await?;
    assert_eq!(refused.status, 403);
    Ok(())
}

#[tokio::test]
async fn the_page_of_the_link_says_what_would_end_and_a_button_ends_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (_, olga) = app.account("Other").await?;
    let secret = mail(&app, &bob, &["assigned", "note"], false)
        .await?
        .to_string();
    let page = format!("/unsubscribe/{secret}");
    let would =
        "You would get no more e-mails of: I am now responsible; A note on a record of mine.";
    for mut browser in [
        app.browser(),
        app.browser_of(&ann).await?,
        app.browser_of(&olga).await?,
    ] {
        let answer = browser.get(&page).await?;
        assert_eq!(answer.status, 200);
        ensure!(answer.body.contains(would), "{}", answer.body);
        ensure!(answer.body.matches("<main").count() == 1, "{}", answer.body);
        ensure!(!answer.body.contains("bob@acme.test") && !answer.body.contains("Bob Boon"));
    }
    assert_eq!(choices(&app).await?, [], "to open it changes nothing");

    let mut browser = app.browser();
    browser.language = "fr".into();
    ensure!(
        browser
            .get(&page)
            .await?
            .body
            .contains("Vous ne recevriez plus d’e-mails pour")
    );
    browser.language = "en".into();
    let sent = browser
        .submit(&page, "/api/unsubscribe", &[("token", &secret)])
        .await?;
    assert_eq!(sent.location(), Some(page.as_str()));
    let body = browser.get(&page).await?.body;
    for part in [
        "You will get no more e-mails of: I am now responsible; A note on a record of mine.",
        "href=\"/settings/notifications\"",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    let kept = [
        choice("assigned", true, false, false),
        choice("note", true, false, false),
    ];
    assert_eq!(choices(&app).await?, kept);
    Ok(())
}

#[tokio::test]
async fn a_link_of_no_mail_is_a_404_that_says_so() -> Result<()> {
    let app = TestApp::new().await?;
    for token in [Uuid::new_v4().to_string(), "no-such-token".to_owned()] {
        let mut browser = app.browser();
        let answer = browser.get(&format!("/unsubscribe/{token}")).await?;
        assert_eq!(answer.status, 404);
        ensure!(
            answer.body.contains("No mail of ours has this link"),
            "{}",
            answer.body
        );
        for function in ["unsubscribing", "unsubscribe"] {
            let values = [("token", token.as_str())];
            let answer = browser.call(&format!("/api/{function}"), &values).await?;
            assert_eq!(answer.error()?, AppError::NotFound, "{function}");
        }
    }
    Ok(())
}
