//! The second factor of users: setting it up, signing in with it, recovery codes, an account that requires it of
//! everybody, and an admin who resets a colleague's.

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use sqlx::Row;

use super::support::{Browser, PASSWORD, TestApp};
use crate::{
    accounts::second_factor::codes::{Typed, code_at},
    model::{Actor, AppError, Problem},
};

const PAGE: &str = "/settings/second-factor";
const OWED: &str = "/login/set-up";

/// The secret of the second factor that was begun, as the page shows it.
fn secret_of(body: &str) -> Result<Vec<u8>> {
    let text = body
        .split("<code>")
        .nth(1)
        .and_then(|rest| rest.split("</code>").next())
        .context("the page shows a secret")?;
    let text: String = text.split(' ').collect();
    let secret = totp_rs::Secret::try_from_base32(text);
    let secret = secret.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok(secret.as_bytes().to_vec())
}

fn now() -> i64 {
    Utc::now().timestamp()
}

/// A second factor that was set up.
struct Made {
    secret: Vec<u8>,
    /// The code that turned it on.
    first: String,
    recovery: Vec<String>,
}

/// Sets one up in this browser, on whichever page does that.
async fn set_up(browser: &mut Browser<'_>, page: &str) -> Result<Made> {
    browser
        .submit(page, "/api/begin_second_factor", &[])
        .await?;
    let secret = secret_of(&browser.get(page).await?.body)?;
    let first = code_at(&secret, now())?;
    let values = [("code", first.as_str()), ("current_password", PASSWORD)];
    let answer = browser
        .submit(page, "/api/confirm_second_factor", &values)
        .await?;
    ensure!(answer.location() == Some(PAGE), "{:?}", answer.location());
    let body = browser.get(PAGE).await?.body;
    let recovery = body
        .split("<li><code>")
        .skip(1)
        .filter_map(|rest| rest.split("</code>").next())
        .map(ToOwned::to_owned)
        .collect();
    Ok(Made {
        secret,
        first,
        recovery,
    })
}

/// A browser in which the password was given.
async fn half<'a>(app: &'a TestApp, actor: &Actor, next: &str) -> Result<Browser<'a>> {
    let mut browser = app.browser();
    let values = [
        ("email", actor.email.as_str()),
        ("password", PASSWORD),
        ("next", next),
    ];
    let answer = browser.submit("/login", "/api/sign_in", &values).await?;
    ensure!(
        answer.location() == Some("/login/code"),
        "{:?}",
        answer.location()
    );
    Ok(browser)
}

#[tokio::test]
async fn after_the_password_a_code_is_asked_for_and_no_code_counts_twice() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut other = app.browser_of(&ann).await?;
    let mut browser = app.browser_of(&ann).await?;
    let made = set_up(&mut browser, PAGE).await?;
    assert_eq!(other.get("/companies").await?.status, 303, "signed out");
    assert_eq!(browser.get("/companies").await?.status, 200, "still there");

    let mut browser = half(&app, &ann, "/companies?q=a").await?;
    assert_eq!(browser.get("/companies").await?.status, 303, "half is not");
    let answer = browser.call("/api/my_profile", &[]).await?;
    assert_eq!(answer.error()?, AppError::SignedOut);
    // The code of the set-up is used up; the next one counts half a minute early.
    let answer = browser
        .call("/api/sign_in_code", &[("code", &made.first)])
        .await?;
    assert_eq!(answer.error()?, AppError::field("code", Problem::WrongCode));
    let next = code_at(&made.secret, now() + 30)?;
    let answer = browser
        .submit("/login/code", "/api/sign_in_code", &[("code", &next)])
        .await?;
    assert_eq!(answer.location(), Some("/companies?q=a"));
    assert_eq!(browser.get("/companies").await?.status, 200);
    let mut again = half(&app, &ann, "/").await?;
    let answer = again.call("/api/sign_in_code", &[("code", &next)]).await?;
    assert_eq!(answer.error()?, AppError::field("code", Problem::WrongCode));
    Ok(())
}

#[tokio::test]
async fn codes_are_not_guessed_by_trying() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    set_up(&mut app.browser_of(&ann).await?, PAGE).await?;
    let mut browser = half(&app, &ann, "/").await?;
    let mut answers = Vec::new();
    for _ in 0..10 {
        let answer = browser.call("/api/sign_in_code", &[("code", "x")]).await?;
        answers.push(answer.error()?);
    }
    assert!(matches!(answers.last(), Some(AppError::TooMany { .. })));
    // Nor by beginning anew: the right password forgives nothing before the code.
    let values = [("email", ann.email.as_str()), ("password", PASSWORD)];
    let answer = app.browser().call("/api/sign_in", &values).await?;
    assert!(matches!(answer.error()?, AppError::TooMany { .. }));
    Ok(())
}

#[tokio::test]
async fn each_recovery_code_signs_in_once_and_new_ones_replace_them() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut mine = app.browser_of(&ann).await?;
    let codes = set_up(&mut mine, PAGE).await?.recovery;
    assert_eq!(codes.len(), 10);
    ensure!(
        !mine.get(PAGE).await?.body.contains(&codes[0]),
        "shown once"
    );
    set_up(&mut app.browser_of(&bob).await?, PAGE).await?;
    let mut his = half(&app, &bob, "/").await?;
    let answer = his
        .call("/api/sign_in_code", &[("code", &codes[0])])
        .await?;
    assert_eq!(answer.error()?, AppError::field("code", Problem::WrongCode));

    let mut browser = half(&app, &ann, "/").await?;
    let answer = browser
        .submit("/login/code", "/api/sign_in_code", &[("code", &codes[0])])
        .await?;
    assert_eq!(answer.location(), Some("/"));
    let body = browser.get(PAGE).await?.body;
    ensure!(body.contains("Recovery codes left: 9."), "{body}");
    let mut again = half(&app, &ann, "/").await?;
    let answer = again
        .call("/api/sign_in_code", &[("code", &codes[0])])
        .await?;
    assert_eq!(answer.error()?, AppError::field("code", Problem::WrongCode));

    let wrong = [("current_password", "not the password")];
    let answer = browser.call("/api/renew_recovery_codes", &wrong).await?;
    assert_eq!(
        answer.error()?,
        AppError::field("current_password", Problem::WrongPassword)
    );
    let right = [("current_password", PASSWORD)];
    browser
        .submit(PAGE, "/api/renew_recovery_codes", &right)
        .await?;
    ensure!(
        browser
            .get(PAGE)
            .await?
            .body
            .contains("Recovery codes left: 10.")
    );
    let answer = again
        .call("/api/sign_in_code", &[("code", &codes[1])])
        .await?;
    assert_eq!(answer.error()?, AppError::field("code", Problem::WrongCode));
    Ok(())
}

#[tokio::test]
async fn turning_it_on_or_off_wants_the_password_and_a_code_of_its_own_secret() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let confirm = "/api/confirm_second_factor";
    let unasked = [("code", "123456"), ("current_password", PASSWORD)];
    let answer = browser.call(confirm, &unasked).await?;
    assert_eq!(answer.error()?, AppError::NotFound, "nothing was begun");
    browser
        .submit(PAGE, "/api/begin_second_factor", &[])
        .await?;
    let secret = secret_of(&browser.get(PAGE).await?.body)?;
    let code = code_at(&secret, now())?;
    let values = [("code", code.as_str()), ("current_password", "wrong")];
    assert_eq!(
        browser.call(confirm, &values).await?.error()?,
        AppError::field("current_password", Problem::WrongPassword)
    );
    let old = code_at(&secret, now() - 300)?;
    let values = [("code", old.as_str()), ("current_password", PASSWORD)];
    assert_eq!(
        browser.call(confirm, &values).await?.error()?,
        AppError::field("code", Problem::WrongCode)
    );
    set_up(&mut browser, PAGE).await?;
    let off = "/api/turn_off_second_factor";
    let answer = browser.call(off, &[("current_password", "wrong")]).await?;
    assert_eq!(
        answer.error()?,
        AppError::field("current_password", Problem::WrongPassword)
    );
    browser
        .submit(PAGE, off, &[("current_password", PASSWORD)])
        .await?;
    assert_eq!(browser.get(PAGE).await?.status, 200, "he stays signed in");
    app.browser_of(&ann).await?;
    Ok(())
}

#[tokio::test]
async fn an_account_that_requires_it_lets_nobody_do_anything_before() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    app.company(&bob, "Very Secret Client").await?;
    let mut admin = app.browser_of(&ann).await?;
    let mut his = app.browser_of(&bob).await?;
    let require = "/api/require_second_factor";
    let on = [("required", "true")];
    assert_eq!(his.call(require, &on).await?.error()?, AppError::NotFound);
    assert_eq!(
        admin.call(require, &on).await?.error()?,
        AppError::form(Problem::OwnSecondFactorFirst)
    );
    set_up(&mut admin, PAGE).await?;
    let answer = admin.submit("/settings/users", require, &on).await?;
    assert_eq!(answer.location(), Some("/settings/users"));
    ensure!(
        admin
            .get("/settings/audit")
            .await?
            .body
            .contains("Second factor required of everybody")
    );

    // His open session, on its very next request.
    for page in [
        "/",
        "/companies",
        "/settings/profile",
        "/search?q=secret",
        "/login",
    ] {
        let answer = his.get(page).await?;
        assert_eq!(answer.location(), Some(OWED), "{page}");
        ensure!(!answer.body.contains("Secret"));
    }
    let mut asked = 0;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        let own = [
            "/api/my_second_factor",
            "/api/begin_second_factor",
            "/api/sign_out",
        ];
        // Those who ask nobody who is there.
        let open = [
            "/api/forgot_password",
            "/api/reset_is_valid",
            "/api/invitation",
        ];
        if own.contains(&path) || open.contains(&path) {
            continue;
        }
        let answer = his
            .call(path, &[("kind", "company"), ("email", "x")])
            .await?;
        ensure!(!answer.status.is_success(), "{path}: {}", answer.body);
        ensure!(!answer.body.contains("Secret"), "{path}");
        asked += 1;
    }
    ensure!(asked > 30, "{asked}");
    set_up(&mut his, OWED).await?;
    let answer = his.get("/companies").await?;
    assert_eq!(answer.status, 200);
    assert_eq!(his.get(OWED).await?.location(), Some("/"));

    // Turned off, it is owed again; not required any more, it is not.
    his.submit(
        PAGE,
        "/api/turn_off_second_factor",
        &[("current_password", PASSWORD)],
    )
    .await?;
    assert_eq!(his.get("/companies").await?.location(), Some(OWED));
    admin
        .submit("/settings/users", require, &[("required", "false")])
        .await?;
    assert_eq!(his.get("/companies").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn an_admin_resets_a_colleagues_and_nobody_elses() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Beta").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut his = app.browser_of(&bob).await?;
    set_up(&mut his, PAGE).await?;
    let id = bob.user.to_string();
    let reset = "/api/reset_second_factor";
    for actor in [&other, &bob] {
        let mut browser = if actor.user == bob.user {
            app.browser()
        } else {
            app.browser_of(actor).await?
        };
        if actor.user == bob.user {
            browser.cookie.clone_from(&his.cookie);
        }
        let answer = browser.call(reset, &[("user", &id)]).await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{}", actor.email);
    }
    let mut admin = app.browser_of(&ann).await?;
    let list = admin.get("/settings/users").await?.body;
    ensure!(
        list.contains(">2FA<") && list.contains(": 1 of 2."),
        "{list}"
    );
    let answer = admin
        .submit(&format!("/settings/users/{id}"), reset, &[("user", &id)])
        .await?;
    assert_eq!(answer.location(), Some("/settings/users"));
    assert_eq!(his.get("/companies").await?.status, 303, "signed out");
    app.browser_of(&bob).await?;
    let body = admin.get("/settings/audit").await?.body;
    ensure!(body.contains("Second factor of Bob Boon"), "{body}");
    Ok(())
}

#[tokio::test]
async fn the_servers_own_login_reads_no_secret() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let made = set_up(&mut app.browser_of(&ann).await?, PAGE).await?;
    let mut tx = app.database.begin(&ann).await?;
    let refused = sqlx::query("select secret from user_second_factors")
        .fetch_all(tx.connection())
        .await;
    ensure!(refused.is_err(), "an account reads secrets");
    // What is kept of a recovery code is not the code.
    let row = sqlx::query("select secret, recovery_codes from user_second_factors")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(row.try_get::<Vec<u8>, _>("secret")?, made.secret);
    let Some(Typed::Recovery(digits)) = Typed::from(&made.recovery[0]) else {
        anyhow::bail!("{} is no recovery code", made.recovery[0]);
    };
    let kept: Vec<Vec<u8>> = row.try_get("recovery_codes")?;
    ensure!(kept.len() == 10 && kept.iter().all(|hash| hash.as_slice() != digits.as_bytes()));
    Ok(())
}
