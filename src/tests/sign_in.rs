//! Signing in and out, passwords and sessions, as a browser without scripts sees them.
//! What an intruder could learn or keep is tested like what a person needs.

use anyhow::{Context, Result, ensure};
use http::HeaderValue;

use super::support::{PASSWORD, TestApp, eventually};
use crate::model::{AppError, Problem};

#[tokio::test]
async fn a_wrong_pair_is_answered_alike_for_known_and_unknown_addresses() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser();
    let wrong = browser
        .call(
            "/api/sign_in",
            &[("email", &ann.email), ("password", "wrong")],
        )
        .await?;
    let unknown = browser
        .call(
            "/api/sign_in",
            &[("email", "nobody@acme.test"), ("password", "wrong")],
        )
        .await?;
    assert_eq!(wrong.error()?, AppError::form(Problem::WrongCredentials));
    assert_eq!((wrong.status, wrong.body), (unknown.status, unknown.body));
    Ok(())
}

#[tokio::test]
async fn a_mistake_comes_back_to_the_form_with_the_address_and_without_the_password() -> Result<()>
{
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser();
    let answer = browser
        .submit(
            "/login",
            "/api/sign_in",
            &[("email", &ann.email), ("password", "s3cret-typo")],
        )
        .await?;
    assert_eq!(answer.location(), Some("/login"));
    let page = browser.get("/login").await?;
    ensure!(
        page.body.contains("Email or password is incorrect"),
        "{}",
        page.body
    );
    ensure!(page.body.contains(&ann.email) && !page.body.contains("s3cret-typo"));
    // Shown once.
    ensure!(
        !browser
            .get("/login")
            .await?
            .body
            .contains("Email or password is incorrect")
    );
    Ok(())
}

#[tokio::test]
async fn signing_in_leads_to_where_one_wanted_to_go_and_nowhere_else() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser();
    let answer = browser.get("/companies?q=x").await?;
    assert_eq!(answer.location(), Some("/login?next=%2Fcompanies%3Fq%3Dx"));
    for (next, to) in [
        ("/companies?q=x", "/companies?q=x"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("/\\evil.test", "/"),
    ] {
        let mut browser = app.browser();
        let answer = browser
            .submit(
                "/login",
                "/api/sign_in",
                &[
                    ("email", &ann.email),
                    ("password", PASSWORD),
                    ("next", next),
                ],
            )
            .await?;
        assert_eq!(answer.location(), Some(to), "{next}");
    }
    Ok(())
}

#[tokio::test]
async fn before_the_sign_in_the_language_is_the_browsers() -> Result<()> {
    let app = TestApp::new().await?;
    let mut browser = app.browser();
    for (language, words) in [
        ("fr-BE,fr;q=0.9", ["Se connecter", "Mot de passe"]),
        ("nl", ["Aanmelden", "Wachtwoord"]),
        ("de", ["Sign in", "Password"]),
    ] {
        browser.language = language.into();
        let page = browser.get("/login").await?;
        for word in words {
            ensure!(page.body.contains(word), "{language}: {word}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_and_other_sites_and_secure_behind_https() -> Result<()> {
    let app = TestApp::at("https://steward.example.com").await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser();
    let answer = browser
        .submit(
            "/login",
            "/api/sign_in",
            &[("email", &ann.email), ("password", PASSWORD)],
        )
        .await?;
    let cookie = answer
        .headers
        .get("set-cookie")
        .context("a cookie is set")?
        .to_str()?;
    for part in ["__Host-", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        ensure!(cookie.contains(part), "{part} in {cookie}");
    }
    Ok(())
}

#[tokio::test]
async fn the_database_holds_neither_session_ids_nor_passwords() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let browser = app.browser_of(&ann).await?;
    let cookie = browser.cookie.clone().context("signed in")?;
    let id = cookie.split('=').nth(1).context("a value")?;
    let stored: Vec<(String, String)> =
        sqlx::query_as("select encode(id_hash, 'base64'), data::text from sessions")
            .fetch_all(&app.owner)
            .await?;
    ensure!(
        stored.len() == 1
            && stored
                .iter()
                .all(|(hash, data)| !hash.contains(id) && !data.contains(id)),
        "{stored:?}"
    );
    let hash: String = sqlx::query_scalar("select password_hash from credentials")
        .fetch_one(&app.owner)
        .await?;
    ensure!(hash.starts_with("$argon2id$"), "{hash}");
    Ok(())
}

#[tokio::test]
async fn a_session_from_before_the_sign_in_is_not_the_one_after_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser();
    browser
        .submit(
            "/login",
            "/api/sign_in",
            &[("email", &ann.email), ("password", "wrong")],
        )
        .await?;
    let planted = browser.cookie.clone();
    ensure!(planted.is_some(), "what was typed is kept in a session");
    browser
        .submit(
            "/login",
            "/api/sign_in",
            &[("email", &ann.email), ("password", PASSWORD)],
        )
        .await?;
    ensure!(browser.cookie != planted);
    let mut intruder = app.browser();
    intruder.cookie = planted;
    assert_eq!(intruder.get("/companies").await?.status, 303);
    Ok(())
}

#[tokio::test]
async fn after_ten_wrong_passwords_an_address_waits_even_with_the_right_one() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser();
    for _ in 0..10 {
        let answer = browser
            .call(
                "/api/sign_in",
                &[("email", &ann.email), ("password", "wrong")],
            )
            .await?;
        assert_eq!(answer.error()?, AppError::form(Problem::WrongCredentials));
    }
    let answer = browser
        .call(
            "/api/sign_in",
            &[("email", &ann.email.to_uppercase()), ("password", PASSWORD)],
        )
        .await?;
    assert_eq!(answer.error()?, AppError::TooMany { minutes: 15 });
    app.as_owner("update attempts set at = at - interval '16 minutes'")
        .await?;
    app.browser_of(&ann).await?;
    Ok(())
}

#[tokio::test]
async fn one_network_address_cannot_try_many_people() -> Result<()> {
    let app = TestApp::new().await?;
    app.as_owner("do $$ begin for n in 1..100 loop perform api.attempt(sha256('address 127.0.0.1'), 15); end loop; end $$").await?;
    let answer = app
        .browser()
        .call(
            "/api/sign_in",
            &[("email", "x@y.test"), ("password", "wrong")],
        )
        .await?;
    assert_eq!(answer.error()?, AppError::TooMany { minutes: 15 });
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let cookie = browser.cookie.clone();
    let answer = browser.submit("/", "/api/sign_out", &[]).await?;
    assert_eq!(answer.location(), Some("/login"));
    browser.cookie = cookie;
    assert_eq!(browser.get("/").await?.status, 303);
    Ok(())
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_link_that_works_once_and_ends_all_sessions()
-> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut old = app.browser_of(&ann).await?;
    let mut browser = app.browser();
    let known = browser
        .call("/api/forgot_password", &[("email", &ann.email)])
        .await?;
    let unknown = browser
        .call("/api/forgot_password", &[("email", "nobody@acme.test")])
        .await?;
    assert_eq!((known.status, known.body), (unknown.status, unknown.body));

    let mails = app.mails().await?;
    assert_eq!(mails.len(), 1);
    let mail = mails.concat().replace("=\r\n", "").replace("=3D", "=");
    let link = mail
        .split_whitespace()
        .find(|word| word.contains("/reset-password/"))
        .context("a link")?;
    let token = link.rsplit('/').next().context("a token")?.to_owned();
    let path = format!("/reset-password/{token}");
    ensure!(browser.get(&path).await?.body.contains("New password"));
    let form = |new: &'static str, repeat: &'static str| {
        [
            ("token", token.clone()),
            ("new_password", new.to_owned()),
            ("repeat_password", repeat.to_owned()),
        ]
    };
    let send = async |browser: &mut super::support::Browser<'_>, values: [(&str, String); 3]| {
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.call("/api/reset_password", &values).await
    };
    assert_eq!(
        send(&mut browser, form("short", "short")).await?.error()?,
        AppError::field("new_password", Problem::PasswordTooShort { min: 10 })
    );
    assert_eq!(
        send(&mut browser, form("long enough 1", "long enough 2"))
            .await?
            .error()?,
        AppError::field("repeat_password", Problem::PasswordsDiffer)
    );
    ensure!(
        send(&mut browser, form("another password", "another password"))
            .await?
            .status
            .is_success()
    );
    assert_eq!(
        send(&mut browser, form("another password", "another password"))
            .await?
            .error()?,
        AppError::form(Problem::LinkExpired)
    );
    assert_eq!(browser.get(&path).await?.status, 404);
    assert_eq!(
        old.get("/").await?.status,
        303,
        "sessions of before are over"
    );
    let answer = browser
        .call(
            "/api/sign_in",
            &[("email", &ann.email), ("password", "another password")],
        )
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(())
}

#[tokio::test]
async fn changing_the_password_wants_the_present_one_and_ends_the_other_sessions() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (mut here, mut elsewhere) = (app.browser_of(&ann).await?, app.browser_of(&ann).await?);
    let new = [
        ("new_password", "another password"),
        ("repeat_password", "another password"),
    ];
    let wrong = here
        .call(
            "/api/change_password",
            &[[("current_password", "x")].as_slice(), &new].concat(),
        )
        .await?;
    assert_eq!(
        wrong.error()?,
        AppError::field("current_password", Problem::WrongPassword)
    );
    assert_eq!(elsewhere.get("/").await?.status, 200);
    let right = here
        .call(
            "/api/change_password",
            &[[("current_password", PASSWORD)].as_slice(), &new].concat(),
        )
        .await?;
    ensure!(right.status.is_success(), "{}", right.body);
    assert_eq!(here.get("/").await?.status, 200);
    assert_eq!(elsewhere.get("/").await?.status, 303);
    Ok(())
}

#[tokio::test]
async fn my_sessions_are_listed_and_ended_and_nobody_elses() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut here = app.browser_of(&ann).await?;
    let mut elsewhere = app.browser();
    elsewhere.headers.insert(
        "user-agent",
        HeaderValue::from_static("Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"),
    );
    elsewhere
        .submit(
            "/login",
            "/api/sign_in",
            &[("email", &ann.email), ("password", PASSWORD)],
        )
        .await?;
    ensure!(
        here.get("/settings/sessions")
            .await?
            .body
            .contains("Firefox, Linux")
    );

    let other: uuid::Uuid =
        sqlx::query_scalar("select public_id from sessions where agent like '%Firefox%'")
            .fetch_one(&app.owner)
            .await?;
    let mut bobs = app.browser_of(&bob).await?;
    let refused = bobs
        .call("/api/end_session", &[("session", &other.to_string())])
        .await?;
    assert_eq!(refused.error()?, AppError::NotFound);
    assert_eq!(elsewhere.get("/").await?.status, 200);
    here.call("/api/end_session", &[("session", &other.to_string())])
        .await?;
    assert_eq!(elsewhere.get("/").await?.status, 303);
    assert_eq!(here.get("/").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_deactivated_user_is_out_at_once() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut browser = app.browser_of(&bob).await?;
    app.as_owner("update users set active = false where email = 'bob@acme.test'")
        .await?;
    assert_eq!(browser.get("/companies").await?.status, 303);
    let call = browser
        .call(
            "/api/list",
            &[
                ("kind", "company"),
                ("query[segment]", "all"),
                ("query[q]", ""),
                ("query[page]", "first"),
            ],
        )
        .await?;
    assert_eq!(call.error()?, AppError::SignedOut);
    let answer = browser
        .call(
            "/api/sign_in",
            &[("email", &bob.email), ("password", PASSWORD)],
        )
        .await?;
    assert_eq!(answer.error()?, AppError::form(Problem::WrongCredentials));
    Ok(())
}

#[tokio::test]
async fn demo_users_sign_in_on_this_machine_only() -> Result<()> {
    let local = TestApp::new().await?;
    let (_, ann) = local.account("Acme").await?;
    local.as_owner("update accounts set demo = true").await?;
    local.browser_of(&ann).await?;
    let pair = [("email", ann.email.as_str()), ("password", PASSWORD)];
    let mut proxied = local.browser();
    proxied
        .headers
        .insert("x-forwarded-for", HeaderValue::from_static("203.0.113.7"));
    assert_eq!(
        proxied.call("/api/sign_in", &pair).await?.error()?,
        AppError::form(Problem::DemoNotHere)
    );
    let public = TestApp::over(local.logins.clone(), "https://steward.example.com").await?;
    assert_eq!(
        public
            .browser()
            .call("/api/sign_in", &pair)
            .await?
            .error()?,
        AppError::form(Problem::DemoNotHere)
    );
    Ok(())
}

#[tokio::test]
async fn every_server_function_but_those_before_the_sign_in_wants_somebody_signed_in() -> Result<()>
{
    let app = TestApp::new().await?;
    let id = uuid::Uuid::now_v7().to_string();
    let record = [
        ("kind", "company"),
        ("id", id.as_str()),
        ("version", "1"),
        ("role", "sales_contact"),
        ("typed", "x"),
    ];
    let more = [
        ("of", "company"),
        ("kinds[0]", "company"),
        ("session", &id),
        ("language", "en"),
        ("time_zone", "UTC"),
        ("query[segment]", "all"),
        ("query[q]", ""),
        ("query[page]", "first"),
        ("query[period]", "this_month"),
        ("current_password", "x"),
        ("new_password", "x"),
        ("repeat_password", "x"),
        ("code", "x"),
        ("team", &id),
        ("mailbox", &id),
        ("message", &id),
        ("n", "1"),
        ("name", "x"),
        ("enabled", "true"),
        ("required", "true"),
        ("account", &id),
        ("plan", "go"),
        ("was", ""),
        ("user", &id),
        ("how", "add"),
        ("from", &id),
        ("target", &id),
        ("other", &id),
        ("step", &id),
        ("note", &id),
        ("phase", &id),
        ("field", &id),
        ("group", &id),
        ("up", "true"),
        ("form[name]", "x"),
        ("query[mine]", "false"),
        ("query[show]", "20"),
        ("invitation", &id),
        ("import", &id),
        ("act", &id),
        ("ids", "all"),
        ("read", "true"),
        ("email", "x@new.test"),
        ("person[full_name]", "x"),
        ("person[time_zone]", "UTC"),
        ("access[role]", "user"),
        ("access[crm]", "full"),
        ("access[deals]", "full"),
        ("access[projects]", "all"),
    ];
    let all = [record.as_slice(), &more].concat();
    let open = [
        "sign_in",
        "sign_out",
        "forgot_password",
        "reset_is_valid",
        "reset_password",
        "invitation",
        "accept_invitation",
        "unsubscribing",
        "unsubscribe",
    ];
    let mut asked = 0;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        let name = path.trim_start_matches("/api/");
        if open.contains(&name) {
            continue;
        }
        let answer = app.browser().call(path, &all).await?;
        assert_eq!(
            answer.error().ok(),
            Some(AppError::SignedOut),
            "{path}: {}",
            answer.body
        );
        asked += 1;
    }
    ensure!(asked >= 10, "only {asked} server functions were found");
    Ok(())
}

#[tokio::test]
async fn a_profile_changes_language_and_time_zone_and_takes_no_nonsense() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let bad = browser
        .call(
            "/api/save_profile",
            &[("language", "fr"), ("time_zone", "Mars/Olympus")],
        )
        .await?;
    assert_eq!(
        bad.error()?,
        AppError::field("time_zone", Problem::NotAnOption)
    );
    browser
        .submit(
            "/settings/profile",
            "/api/save_profile",
            &[("language", "fr"), ("time_zone", "Asia/Tokyo")],
        )
        .await?;
    let page = browser.get("/settings/profile").await?;
    ensure!(
        page.body.contains("lang=\"fr\"")
            && page.body.contains("Fuseau horaire")
            && page.body.contains("Enregistré")
    );
    eventually(async || {
        let zone: String = sqlx::query_scalar("select time_zone from users")
            .fetch_one(&app.owner)
            .await?;
        ensure!(zone == "Asia/Tokyo");
        Ok(())
    })
    .await
}
