//! Settings > Plan and the second sales contact: asked for, enabled, disabled; who sees what at the very
//! next request. Also what it says before it takes something away.

use anyhow::{Context, Result, ensure};

use super::{
    operators::operator,
    support::{Browser, TestApp},
};
use crate::model::{
    AccountId, Actor, AppError, Problem, RecordId, RecordKind,
    users::{Reach, Rights, UserRole},
};

const BASE_URL: &str = "http://127.0.0.1:4000";

/// Emma, limited in CRM.
async fn limited(app: &TestApp, account: AccountId) -> Result<Actor> {
    let rights = Rights {
        crm: Reach::Limited,
        ..Rights::FULL
    };
    app.person(
        account,
        "Emma Eel",
        "emma@acme.test",
        UserRole::User,
        rights,
    )
    .await
}

async fn support_sets(
    browser: &mut Browser<'_>,
    account: AccountId,
    on: bool,
    more: &[(&str, &str)],
) -> Result<super::support::Answer> {
    let account = account.to_string();
    let was = if on { "boost||false" } else { "boost||true" };
    let mut values = vec![
        ("account", account.as_str()),
        ("was", was),
        ("plan", "boost"),
        ("reason", "asked by mail"),
    ];
    if on {
        values.push(("second", "true"));
    }
    values.extend_from_slice(more);
    browser.call("/api/support_change", &values).await
}

async fn choose_second(
    browser: &mut Browser<'_>,
    company: RecordId,
    user: &Actor,
) -> Result<super::support::Answer> {
    let (company, user) = (company.to_string(), user.user.to_string());
    let values = [
        ("kind", "company"),
        ("id", &company),
        ("role", "second_sales_contact"),
        ("was", ""),
        ("user", &user),
    ];
    browser.call("/api/choose_responsible", &values).await
}

#[tokio::test]
async fn asking_support_writes_one_request_and_one_mail() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut support = operator(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    ensure!(
        browser
            .get("/settings/plan")
            .await?
            .body
            .contains("Ask support to enable it")
    );
    for _ in 0..2 {
        let sent = browser
            .submit("/settings/plan", "/api/ask_for_second", &[])
            .await?;
        assert_eq!(sent.location(), Some("/settings/plan"));
    }
    let body = browser.get("/settings/plan").await?.body;
    ensure!(body.contains("Support was asked on") && !body.contains("Ask support to enable it"));
    let mails = app.mails().await?;
    assert_eq!(mails.len(), 1);
    ensure!(
        mails[0].contains("sam@support.test") && mails[0].contains("Acme"),
        "{}",
        mails[0]
    );
    let body = support.get("/support").await?.body;
    ensure!(
        body.contains("<span class=\"tag\">Second sales contact</span>"),
        "{body}"
    );

    let mut colleague = app.browser_of(&bob).await?;
    for page in [
        "/settings/plan",
        "/settings/plan/disable",
        "/settings/audit",
    ] {
        assert_eq!(colleague.get(page).await?.status, 404, "{page}");
    }
    for (function, values) in [
        ("my_plan", vec![]),
        ("ask_for_second", vec![]),
        ("second_losses", vec![]),
        ("audit", vec![]),
        ("set_second", vec![("enabled", "true")]),
    ] {
        let answer = colleague.call(&format!("/api/{function}"), &values).await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    Ok(())
}

#[tokio::test]
async fn support_declines_with_a_reason_that_the_admin_reads_and_may_ask_again() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let mut support = operator(&app).await?;
    let mut admin = app.browser_of(&ann).await?;
    admin.call("/api/ask_for_second", &[]).await?;
    let account = account.to_string();
    let page = format!("/support/{account}");
    ensure!(
        support
            .get(&page)
            .await?
            .body
            .contains("Why it is declined")
    );
    let without = [("account", account.as_str()), ("reason", " ")];
    let answer = support.call("/api/support_decline", &without).await?;
    assert_eq!(
        answer.error()?,
        AppError::field("reason", Problem::Required)
    );
    let values = [
        ("account", account.as_str()),
        ("reason", "Not in your plan"),
    ];
    let sent = support
        .submit(&page, "/api/support_decline", &values)
        .await?;
    assert_eq!(sent.location(), Some(page.as_str()));
    let body = support.get(&page).await?.body;
    ensure!(
        body.contains("The request is declined.") && !body.contains("Why it is declined"),
        "{body}"
    );
    let again = support.call("/api/support_decline", &values).await?;
    assert_eq!(again.error()?, AppError::NotFound);

    let body = admin.get("/settings/plan").await?.body;
    for part in [
        "Support declined on",
        "Not in your plan",
        "Ask support to enable it",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    let body = admin.get("/settings/audit").await?.body;
    for part in ["– → asked", "asked → declined", "Support (Sam Support)"] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    admin.call("/api/ask_for_second", &[]).await?;
    let body = admin.get("/settings/plan").await?.body;
    ensure!(
        body.contains("Support was asked on") && !body.contains("Support declined"),
        "{body}"
    );
    Ok(())
}

#[tokio::test]
async fn a_configured_address_gets_the_mail_instead_of_the_operators() -> Result<()> {
    let first = TestApp::new().await?;
    let app = TestApp::configured(first.logins.clone(), BASE_URL, |config| {
        config.support_mail = Some("help@steward.test".into());
    })
    .await?;
    let (_, ann) = app.account("Acme").await?;
    operator(&app).await?;
    app.browser_of(&ann)
        .await?
        .call("/api/ask_for_second", &[])
        .await?;
    let mails = app.mails().await?;
    ensure!(
        mails.len() == 1 && mails[0].contains("To: help@steward.test"),
        "{mails:?}"
    );
    Ok(())
}

#[tokio::test]
async fn the_operator_enables_it_and_the_picker_is_there_at_the_very_next_request() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let emma = limited(&app, account).await?;
    let company = app.company(&ann, "Client NV").await?;
    app.deal(&ann, "A deal", company, &ann).await?;
    let page = format!("/companies/{company}");
    let (mut admin, mut hers) = (app.browser_of(&ann).await?, app.browser_of(&emma).await?);
    let mut support = operator(&app).await?;
    admin.call("/api/ask_for_second", &[]).await?;
    ensure!(
        !admin
            .get(&page)
            .await?
            .body
            .contains("Second sales contact")
    );
    assert_eq!(hers.get(&page).await?.status, 404);

    ensure!(
        support_sets(&mut support, account, true, &[])
            .await?
            .status
            .is_success()
    );
    ensure!(
        admin
            .get(&page)
            .await?
            .body
            .contains("Second sales contact")
    );
    let chosen = choose_second(&mut admin, company, &emma).await?;
    ensure!(chosen.status.is_success(), "{}", chosen.body);
    assert_eq!(hers.get(&page).await?.status, 200);
    ensure!(hers.get("/deals").await?.body.contains("A deal"));
    // The request is answered.
    let open: i64 = sqlx::query_scalar("select count(*) from requests where closed_at is null")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(open, 0);

    Ok(())
}

/// Second sales contact enabled, Emma second of a company with a deal.
async fn emma_is_second(app: &TestApp) -> Result<(AccountId, Actor, Actor, RecordId)> {
    let (account, ann) = app.account("Acme").await?;
    let emma = limited(app, account).await?;
    let company = app.company(&ann, "Client NV").await?;
    app.deal(&ann, "A deal", company, &ann).await?;
    app.as_owner("update accounts set second_enabled = true")
        .await?;
    choose_second(&mut app.browser_of(&ann).await?, company, &emma).await?;
    Ok((account, ann, emma, company))
}

#[tokio::test]
async fn disabling_counts_who_loses_access_wants_a_tick_ends_it_at_once_and_keeps_the_values()
-> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, emma, company) = emma_is_second(&app).await?;
    let page = format!("/companies/{company}");
    let (mut admin, mut hers) = (app.browser_of(&ann).await?, app.browser_of(&emma).await?);
    let mut support = operator(&app).await?;
    assert_eq!(hers.get(&page).await?.status, 200);
    let listed = "<bdi>A deal</bdi>";
    ensure!(hers.get("/deals").await?.body.contains(listed));
    let account_page = support.get(&format!("/support/{account}")).await?.body;
    ensure!(
        account_page.contains("people 1, records 2"),
        "{account_page}"
    );
    let refused = support_sets(&mut support, account, false, &[]).await?;
    assert_eq!(
        refused.error()?,
        AppError::field("confirmed", Problem::NotConfirmed)
    );
    let done = support_sets(&mut support, account, false, &[("confirmed", "true")]).await?;
    ensure!(done.status.is_success(), "{}", done.body);
    assert_eq!(hers.get(&page).await?.status, 404);
    ensure!(!hers.get("/deals").await?.body.contains(listed));
    ensure!(
        !admin
            .get(&page)
            .await?
            .body
            .contains("Second sales contact")
    );
    support_sets(&mut support, account, true, &[]).await?;
    assert_eq!(hers.get(&page).await?.status, 200, "who was chosen is kept");
    Ok(())
}

#[tokio::test]
async fn an_admin_enables_and_disables_it_himself_only_where_the_server_lets_him() -> Result<()> {
    let hosted = TestApp::new().await?;
    let own = TestApp::configured(hosted.logins.clone(), BASE_URL, |config| {
        config.self_service = true
    })
    .await?;
    let (account, ann) = hosted.account("Acme").await?;
    let emma = limited(&hosted, account).await?;
    let company = hosted.company(&ann, "Client NV").await?;
    let mut browser = hosted.browser_of(&ann).await?;
    let answer = browser
        .call("/api/set_second", &[("enabled", "true")])
        .await?;
    assert_eq!(answer.error()?, AppError::NotFound);
    assert_eq!(browser.get("/settings/plan/disable").await?.status, 404);

    let mut browser = browser.at(&own);
    let sent = browser
        .submit("/settings/plan", "/api/set_second", &[("enabled", "true")])
        .await?;
    assert_eq!(sent.location(), Some("/settings/plan"));
    choose_second(&mut browser, company, &emma).await?;
    let body = browser.get("/settings/plan/disable").await?.body;
    ensure!(
        body.contains("Emma Eel") && body.contains(": 1 company</li>"),
        "{body}"
    );
    browser
        .submit(
            "/settings/plan/disable",
            "/api/set_second",
            &[("enabled", "false")],
        )
        .await?;
    let body = browser.get("/settings/audit").await?.body;
    ensure!(
        body.contains("not enabled → enabled") && body.contains("enabled → not enabled"),
        "{body}"
    );
    let mut hers = hosted.browser_of(&emma).await?;
    assert_eq!(
        hers.get(&format!("/companies/{company}")).await?.status,
        404
    );
    Ok(())
}

#[tokio::test]
async fn a_plan_goes_down_and_up_again_with_everything_kept() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Client NV").await?;
    let mut support = operator(&app).await?;
    let account = account.to_string();
    for (was, plan) in [("boost||false", "go"), ("go||false", "boost")] {
        let values = [
            ("account", account.as_str()),
            ("was", was),
            ("plan", plan),
            ("reason", "x"),
        ];
        let answer = support.call("/api/support_change", &values).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        let mut browser = app.browser_of(&ann).await?;
        ensure!(
            browser
                .get(&RecordKind::Company.address(company))
                .await?
                .status
                == 200
        );
    }
    let rows: i64 = sqlx::query_scalar("select count(*) from audit where what = 'plan'")
        .fetch_optional(&app.owner)
        .await?
        .context("a count")?;
    assert_eq!(rows, 2);
    Ok(())
}
