//! What every answer carries, and the addresses that are not pages of a room.
//! Two servers on one database behave as one.

use anyhow::{Result, ensure};
use axum::body::Body;
use http::{HeaderValue, Request};

use super::support::TestApp;

#[tokio::test]
async fn health_is_told_to_everybody_and_nothing_else_with_it() -> Result<()> {
    let app = TestApp::new().await?;
    let mut browser = app.browser();
    for (path, body) in [("/healthz", "alive"), ("/readyz", "ready")] {
        let answer = browser.get(path).await?;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, body));
        ensure!(answer.headers.contains_key("x-request-id"));
    }
    Ok(())
}

#[tokio::test]
async fn pages_carry_a_policy_with_a_nonce_of_their_own_and_are_kept_by_nobody() -> Result<()> {
    let app = TestApp::new().await?;
    let mut browser = app.browser();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let page = browser.get("/login").await?;
        let policy = page.headers["content-security-policy"].to_str()?.to_owned();
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .and_then(|rest| rest.split('\'').next())
            .unwrap_or_default()
            .to_owned();
        ensure!(
            !nonce.is_empty() && page.body.contains(&format!("nonce=\"{nonce}\"")),
            "{policy}"
        );
        ensure!(
            !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval'")
                || policy.contains("'wasm-unsafe-eval'")
        );
        ensure!(
            policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"),
            "{policy}"
        );
        assert_eq!(page.headers["cache-control"], "no-store");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(page.headers[name], value);
        }
        nonces.push(nonce);
    }
    ensure!(nonces[0] != nonces[1], "a nonce is used once");
    Ok(())
}

#[tokio::test]
async fn a_form_posted_from_another_origin_is_refused() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let signs = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.test"),
        ("origin", "null"),
    ];
    for (name, value) in signs {
        let request = Request::post("/api/create")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("host", "127.0.0.1:4000")
            .header(name, HeaderValue::from_static(value))
            .body(Body::from("kind=company&values[name]=Forged"))?;
        assert_eq!(browser.send(request).await?.status, 403, "{name}: {value}");
    }
    let n: i64 = sqlx::query_scalar("select count(*) from companies")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(n, 0);
    Ok(())
}

#[tokio::test]
async fn an_address_that_does_not_exist_is_a_404_that_reads_as_a_page() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for path in [
        "/nonsense",
        "/companies/not-an-id",
        "/companies/not-an-id/edit",
        "/mailbox/not-an-id",
        "/api",
        "/settings/nonsense",
    ] {
        let answer = browser.get(path).await?;
        assert_eq!(answer.status, 404, "{path}");
        ensure!(
            answer.body.contains("<h1>Not found</h1>"),
            "{path}: {}",
            answer.body
        );
    }
    assert_eq!(
        browser.call("/api/nonsense", &[]).await?.status.as_u16() / 100,
        4
    );
    Ok(())
}

#[tokio::test]
async fn two_servers_on_one_database_are_one() -> Result<()> {
    let first = TestApp::new().await?;
    let (_, ann) = first.account("Acme").await?;
    let second = TestApp::over(first.logins.clone(), "http://127.0.0.1:4000").await?;
    let mut here = first.browser_of(&ann).await?;
    let mut there = here.at(&second);
    let created = here
        .submit(
            "/companies/new",
            "/api/create",
            &[("kind", "company"), ("values[name]", "Shared NV")],
        )
        .await?;
    let page = there.get(created.location().unwrap_or_default()).await?;
    ensure!(page.body.contains("Shared NV"));
    there.submit("/", "/api/sign_out", &[]).await?;
    assert_eq!(
        here.get("/companies").await?.status,
        303,
        "signed out on both"
    );
    Ok(())
}

#[tokio::test]
async fn nothing_in_an_answer_comes_from_the_databases_errors() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    app.as_owner("alter table company_words rename to gone")
        .await?;
    let page = browser.get("/companies?q=x").await?;
    let call = browser
        .call("/api/create", &[("kind", "company"), ("values[name]", "x")])
        .await?;
    for body in [&page.body, &call.body] {
        ensure!(
            !body.contains("company_words") && !body.contains("relation"),
            "{body}"
        );
    }
    ensure!(page.body.contains("Reference: "), "{}", page.body);
    Ok(())
}

#[tokio::test]
async fn a_plain_form_leads_back_to_a_page_of_this_server_and_to_no_other() -> Result<()> {
    let app = TestApp::new().await?;
    let values = [("email", "x@acme.test"), ("password", "wrong")];
    for (page, leads) in [
        ("/login?next=/companies", "/login?next=/companies"),
        ("//elsewhere.test/login", "/"),
        ("/\\elsewhere.test/login", "/"),
    ] {
        let answer = app.browser().submit(page, "/api/sign_in", &values).await?;
        assert_eq!(answer.location(), Some(leads), "{page}");
    }
    Ok(())
}
