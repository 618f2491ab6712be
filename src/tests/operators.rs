//! Operators: how they sign in, what they see (names, plans, counts), and that they reach no record,
//! whatever they ask for. For users of accounts support does not exist.

use anyhow::{Context, Result, ensure};
use uuid::Uuid;

use super::support::{Browser, PASSWORD, TestApp};
use crate::{
    accounts::second_factor::codes::code_at,
    model::{AppError, Problem, RecordId, plan::Booster},
    server::passwords,
};

const SECRET: &[u8] = b"12345678901234567890";

/// An operator: of the demo, or one who needs his second factor.
pub async fn create_operator(app: &TestApp, email: &str, demo: bool) -> Result<Uuid> {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into operators (id, full_name, email, password_hash, demo, totp_secret) values ($1, 'Sam Support', $2, $3, $4, $5)",
    )
    .bind(id)
    .bind(email)
    .bind(passwords::hash(PASSWORD.to_owned()).await?)
    .bind(demo)
    .bind((!demo).then_some(SECRET))
    .execute(&app.owner)
    .await?;
    Ok(id)
}

/// A browser in which an operator has signed in by the form.
pub async fn operator(app: &TestApp) -> Result<Browser<'_>> {
    create_operator(app, "sam@support.test", true).await?;
    let mut browser = app.browser();
    let values = [("email", "sam@support.test"), ("password", PASSWORD)];
    let answer = browser
        .submit("/login?next=/companies", "/api/sign_in", &values)
        .await?;
    assert_eq!(answer.location(), Some("/support"));
    Ok(browser)
}

/// Two accounts with records that nobody else may hear of.
async fn with_records(app: &TestApp) -> Result<Vec<RecordId>> {
    let mut ids = Vec::new();
    for name in ["Acme", "Beta"] {
        let (_, ann) = app.account(name).await?;
        let company = app.company(&ann, "Very Secret Client").await?;
        let deal = app.deal(&ann, "Very Secret Deal", company, &ann).await?;
        ids.extend([company, deal]);
    }
    Ok(ids)
}

#[tokio::test]
async fn an_operator_sees_names_plans_and_counts() -> Result<()> {
    let app = TestApp::new().await?;
    with_records(&app).await?;
    let mut browser = operator(&app).await?;
    assert_eq!(browser.get("/").await?.location(), Some("/support"));
    let answer = browser.get("/support").await?;
    assert_eq!(answer.status, 200);
    for part in ["Acme", "Beta", "Boost", ">1</td>"] {
        ensure!(answer.body.contains(part), "{part} in {}", answer.body);
    }
    ensure!(!answer.body.contains("Secret") && !answer.body.contains("Ann Admin"));
    Ok(())
}

#[tokio::test]
async fn an_operator_reaches_no_page_of_an_account() -> Result<()> {
    let app = TestApp::new().await?;
    let ids = with_records(&app).await?;
    let mut browser = operator(&app).await?;
    let mut pages: Vec<String> = [
        "/companies",
        "/companies?q=secret",
        "/companies/new",
        "/deals",
        "/deals/new",
        "/search?q=secret",
        "/settings",
        "/settings/profile",
        "/settings/sessions",
        "/settings/second-factor",
        "/settings/teams",
        "/settings/teams/new",
        "/settings/plan",
        "/settings/plan/disable",
        "/settings/audit",
        "/settings/users",
        "/support/nonsense",
    ]
    .map(ToOwned::to_owned)
    .to_vec();
    for id in ids {
        for path in ["companies", "deals", "support"] {
            pages.extend([format!("/{path}/{id}"), format!("/{path}/{id}/edit")]);
        }
    }
    for page in pages {
        let answer = browser.get(&page).await?;
        assert_eq!(answer.status, 404, "{page}");
        ensure!(
            !answer.body.contains("Very Secret"),
            "{page}: {}",
            answer.body
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_operator_gets_no_record_from_any_server_function() -> Result<()> {
    let app = TestApp::new().await?;
    let ids = with_records(&app).await?;
    let mut browser = operator(&app).await?;
    let before = app.fingerprint().await?;
    // Those who ask nobody who is there, and those of support itself.
    let open = [
        "/api/sign_in",
        "/api/sign_out",
        "/api/sign_in_code",
        "/api/forgot_password",
        "/api/reset_is_valid",
        "/api/reset_password",
        "/api/invitation",
        "/api/accept_invitation",
        "/api/support_accounts",
        "/api/support_account",
        "/api/support_change",
        "/api/support_decline",
    ];
    let mut asked = 0;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        if path == "/api/sign_out" {
            continue;
        }
        for id in &ids {
            for kind in ["company", "deal"] {
                let id = id.to_string();
                let values = everything(kind, &id);
                let answer = browser.call(path, &values).await?;
                ensure!(
                    !answer.body.contains("Very Secret"),
                    "{path}: {}",
                    answer.body
                );
                ensure!(
                    open.contains(&path) || !answer.status.is_success(),
                    "{path} answers an operator: {}",
                    answer.body
                );
                asked += 1;
            }
        }
    }
    ensure!(asked > 100, "{asked} calls");
    assert_eq!(app.fingerprint().await?, before);
    Ok(())
}

/// Every parameter that some server function has.
fn everything<'a>(kind: &'a str, id: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", kind),
        ("id", id),
        ("record", id),
        ("target", kind),
        ("typed", "secret"),
        ("q", "secret"),
        ("text", "secret"),
        ("query[q]", "secret"),
        ("query[segment]", "all"),
        ("query[sort]", "name"),
        ("version", "1"),
        ("role", "sales_contact"),
        ("user", ""),
        ("was", ""),
        ("team", id),
        ("name", "x"),
        ("values[name]", "x"),
        ("values[title]", "x"),
        ("session", id),
        ("language", "en"),
        ("time_zone", "Europe/Brussels"),
        ("enabled", "true"),
        ("required", "true"),
        ("token", "x"),
        ("email", "x@y.test"),
        ("password", "x"),
        ("current_password", PASSWORD),
        ("new_password", PASSWORD),
        ("repeat_password", PASSWORD),
        ("code", "1"),
        ("account", id),
        ("plan", "go"),
        ("reason", "x"),
        ("customer", id),
        ("company", id),
    ]
}

#[tokio::test]
async fn support_does_not_exist_for_users_and_is_closed_to_strangers() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let account = account.to_string();
    let page = format!("/support/{account}");
    let calls = [
        ("support_accounts", vec![]),
        ("support_account", vec![("account", account.as_str())]),
        (
            "support_change",
            vec![
                ("account", account.as_str()),
                ("was", "boost||false"),
                ("plan", "go"),
                ("reason", "x"),
            ],
        ),
        (
            "support_decline",
            vec![("account", account.as_str()), ("reason", "x")],
        ),
    ];
    let mut admin = app.browser_of(&ann).await?;
    let mut stranger = app.browser();
    for address in ["/support", &page] {
        assert_eq!(admin.get(address).await?.status, 404);
        assert_eq!(stranger.get(address).await?.status, 303);
    }
    for (function, values) in &calls {
        let path = format!("/api/{function}");
        assert_eq!(
            admin.call(&path, values).await?.error()?,
            AppError::NotFound
        );
        assert_eq!(
            stranger.call(&path, values).await?.error()?,
            AppError::SignedOut
        );
    }
    // The database asks too: an id that is no operator's gets nothing.
    let rows = sqlx::query("select * from api.support_accounts($1, null)")
        .bind(ann.user.0)
        .fetch_all(app.database.api())
        .await?;
    ensure!(rows.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_change_wants_a_reason_and_stands_in_the_audit_log_of_the_accounts_admins() -> Result<()>
{
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Beta").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut support = operator(&app).await?;
    let account = account.to_string();
    let mut change = vec![
        ("account", account.as_str()),
        ("was", "boost||false"),
        ("plan", "go"),
        ("boosters[]", Booster::Projects.code()),
        ("second", "true"),
        ("reason", " "),
    ];
    let answer = support.call("/api/support_change", &change).await?;
    assert_eq!(
        answer.error()?,
        AppError::field("reason", Problem::Required)
    );
    change.pop();
    change.push(("reason", "Ordered by telephone"));
    let sent = support
        .submit("/support/x", "/api/support_change", &change)
        .await?;
    assert_eq!(sent.location(), Some("/support/x"));
    // The same form once more: the account is not what it showed.
    let answer = support.call("/api/support_change", &change).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::AccountChanged));

    let body = app
        .browser_of(&ann)
        .await?
        .get("/settings/audit")
        .await?
        .body;
    for part in [
        "Boost → Go",
        "none → Project management",
        "not enabled → enabled",
        "Ordered by telephone",
        "Support (Sam Support)",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    assert_eq!(
        app.browser_of(&bob)
            .await?
            .get("/settings/audit")
            .await?
            .status,
        404
    );
    let body = app
        .browser_of(&other)
        .await?
        .get("/settings/audit")
        .await?
        .body;
    ensure!(body.contains("Nothing was changed yet."), "{body}");
    Ok(())
}

#[tokio::test]
async fn an_operator_needs_his_second_factor_and_no_code_counts_twice() -> Result<()> {
    let app = TestApp::new().await?;
    create_operator(&app, "kim@support.test", false).await?;
    let values = [("email", "kim@support.test"), ("password", PASSWORD)];
    let code = code_at(SECRET, chrono::Utc::now().timestamp())?;
    let mut first = app.browser();
    let answer = first.submit("/login", "/api/sign_in", &values).await?;
    assert_eq!(answer.location(), Some("/login/code"));
    ensure!(
        first
            .get("/login/code")
            .await?
            .body
            .contains("Second factor")
    );
    // Half signed in is not signed in.
    assert_eq!(first.get("/support").await?.status, 303);
    assert_eq!(
        first.call("/api/support_accounts", &[]).await?.error()?,
        AppError::SignedOut
    );
    let wrong = first.call("/api/sign_in_code", &[("code", "x")]).await?;
    assert_eq!(wrong.error()?, AppError::field("code", Problem::WrongCode));
    let answer = first
        .submit("/login/code", "/api/sign_in_code", &[("code", &code)])
        .await?;
    assert_eq!(answer.location(), Some("/support"));
    assert_eq!(first.get("/support").await?.status, 200);

    let mut second = app.browser();
    second.submit("/login", "/api/sign_in", &values).await?;
    let again = second.call("/api/sign_in_code", &[("code", &code)]).await?;
    assert_eq!(again.error()?, AppError::field("code", Problem::WrongCode));
    let mut without_password = app.browser();
    let answer = without_password
        .call("/api/sign_in_code", &[("code", &code)])
        .await?;
    assert_eq!(answer.error()?, AppError::SignedOut);
    Ok(())
}

#[tokio::test]
async fn an_operator_is_led_to_the_account_of_his_mail_and_nowhere_else() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    create_operator(&app, "kim@support.test", true).await?;
    let page = format!("/support/{account}");
    for (next, leads) in [
        (page.as_str(), page.as_str()),
        ("/companies", "/support"),
        ("//elsewhere.test/support/", "/support"),
        ("/support/\\elsewhere", "/support"),
    ] {
        let values = [
            ("email", "kim@support.test"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = app
            .browser()
            .submit("/login", "/api/sign_in", &values)
            .await?;
        assert_eq!(answer.location(), Some(leads), "{next}");
    }
    Ok(())
}

#[tokio::test]
async fn an_operator_without_a_second_factor_is_refused_by_the_database() -> Result<()> {
    let app = TestApp::new().await?;
    create_operator(&app, "kim@support.test", false).await?;
    let removed = app
        .as_owner("update operators set totp_secret = null")
        .await;
    let error = format!("{:#}", removed.err().context("it was taken")?);
    ensure!(error.contains("operators_have_a_second_factor"), "{error}");
    Ok(())
}

#[tokio::test]
async fn the_demo_operator_signs_in_on_this_machine_only_and_is_out_once_deactivated() -> Result<()>
{
    let app = TestApp::new().await?;
    let mut browser = operator(&app).await?;
    let mut elsewhere = app.browser();
    elsewhere
        .headers
        .insert("x-forwarded-for", "203.0.113.9".parse()?);
    let values = [("email", "sam@support.test"), ("password", PASSWORD)];
    let answer = elsewhere.call("/api/sign_in", &values).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::DemoNotHere));
    app.as_owner("update operators set active = false").await?;
    assert_eq!(browser.get("/support").await?.status, 303);
    Ok(())
}
