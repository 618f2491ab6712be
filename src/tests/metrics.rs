//! What monitoring reads: numbers that are right, labels that are only so many, and none of it on the public address.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use http::{Request, header};
use http_body_util::BodyExt;
use tower::ServiceExt;
use uuid::Uuid;

use super::support::{TestApp, eventually};

/// Names with their labels, and values.
struct Scraped {
    text: String,
    values: BTreeMap<String, f64>,
}

impl Scraped {
    fn value(&self, series: &str) -> f64 {
        self.values.get(series).copied().unwrap_or_default()
    }

    /// Label names with all the values that they have.
    fn labels(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut labels: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for series in self.values.keys() {
            let Some((_, inside)) = series.split_once('{') else {
                continue;
            };
            for pair in inside.trim_end_matches('}').split("\",") {
                if let Some((name, value)) = pair.split_once("=\"") {
                    labels
                        .entry(name)
                        .or_default()
                        .insert(value.trim_end_matches('"'));
                }
            }
        }
        labels
    }
}

/// Asks as Prometheus does, over the address of the metrics.
async fn scrape(app: &TestApp) -> Result<Scraped> {
    let request = Request::get("/metrics").body(Body::empty())?;
    let answer = app.metrics.router().oneshot(request).await?;
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()[header::CONTENT_TYPE].to_str()?.to_owned();
    ensure!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let text = String::from_utf8(answer.into_body().collect().await?.to_bytes().to_vec())?;
    let mut values = BTreeMap::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').with_context(|| line.to_owned())?;
        let before = values.insert(
            series.to_owned(),
            value.parse().with_context(|| line.to_owned())?,
        );
        ensure!(before.is_none(), "{series} is told twice");
    }
    Ok(Scraped { text, values })
}

#[tokio::test]
async fn requests_errors_sign_ins_and_mails_are_counted() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = app.company(&ann, "Client NV").await?;
    let mut browser = app.browser_of(&ann).await?;
    for _ in 0..3 {
        browser.get(&format!("/companies/{id}")).await?;
    }
    browser
        .get(&format!("/companies/{}", Uuid::new_v4()))
        .await?;
    let values = [("kind", "company"), ("values[name]", "")];
    assert_eq!(browser.call("/api/create", &values).await?.status, 422);
    browser
        .submit("/companies/new", "/api/create", &values)
        .await?;
    let mut stranger = app.browser();
    let wrong = [("email", ann.email.as_str()), ("password", "wrong")];
    stranger.call("/api/sign_in", &wrong).await?;
    stranger
        .call("/api/forgot_password", &[("email", &ann.email)])
        .await?;
    app.mails().await?;

    let page = "route=\"/companies/{id}\",method=\"GET\"";
    // A mail is counted once it has been written.
    let now = eventually(async || {
        let now = scrape(&app).await?;
        ensure!(now.value("steward_mails_total{outcome=\"sent\"}") == 1.0);
        Ok(now)
    })
    .await?;
    for (series, value) in [
        (
            format!("steward_http_requests_total{{{page},status=\"2xx\"}}"),
            3.0,
        ),
        (
            format!("steward_http_requests_total{{{page},status=\"4xx\"}}"),
            1.0,
        ),
        (
            format!("steward_http_request_duration_seconds_count{{{page}}}"),
            4.0,
        ),
        (
            format!("steward_http_request_duration_seconds_bucket{{{page},le=\"+Inf\"}}"),
            4.0,
        ),
        (
            "steward_http_requests_total{route=\"/api/create\",method=\"POST\",status=\"4xx\"}"
                .into(),
            1.0,
        ),
        (
            "steward_http_requests_total{route=\"/api/create\",method=\"POST\",status=\"3xx\"}"
                .into(),
            1.0,
        ),
        (
            "steward_function_errors_total{code=\"invalid\"}".into(),
            3.0,
        ),
        (
            "steward_sign_ins_total{step=\"password\",outcome=\"ok\"}".into(),
            1.0,
        ),
        (
            "steward_sign_ins_total{step=\"password\",outcome=\"refused\"}".into(),
            1.0,
        ),
        ("steward_sessions{of=\"users\"}".into(), 1.0),
        ("steward_sessions{of=\"operators\"}".into(), 0.0),
        ("steward_http_requests_in_flight".into(), 0.0),
        ("steward_database_up".into(), 1.0),
        ("steward_database_waiting".into(), 0.0),
        ("steward_database_begin_failures_total".into(), 0.0),
        ("steward_database_connections_max".into(), 4.0),
        (
            format!(
                "steward_build_info{{version=\"{}\"}}",
                env!("CARGO_PKG_VERSION")
            ),
            1.0,
        ),
        ("steward_database_info{kind=\"embedded\"}".into(), 1.0),
    ] {
        ensure!(
            now.values.get(&series) == Some(&value),
            "{series} is not {value} in {}",
            now.text
        );
    }
    assert_eq!(
        now.value("steward_schema_version"),
        now.value("steward_schema_version_known")
    );
    for positive in [
        "steward_schema_version",
        "steward_database_connections",
        "steward_database_begin_seconds_count",
        "process_resident_memory_bytes",
        "process_start_time_seconds",
        "process_cpu_seconds_total",
        "process_open_fds",
    ] {
        ensure!(now.value(positive) > 0.0, "{positive} in {}", now.text);
    }
    ensure!(
        now.value("process_resident_memory_bytes") > 4e6,
        "no server is as small"
    );
    Ok(())
}

#[tokio::test]
async fn no_label_holds_an_id_a_name_an_address_or_what_a_client_made_up() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = app.company(&ann, "Client NV").await?;
    let deal = app.deal(&ann, "Big deal", id, &ann).await?;
    let mut browser = app.browser_of(&ann).await?;
    for path in [
        format!("/companies/{id}"),
        format!("/companies/{id}/edit?secret=query"),
        format!("/deals/{deal}"),
        format!("/settings/users/{}", ann.user),
        "/reset-password/made-up-token".into(),
        "/companies/not-an-id".into(),
        "/made-up".into(),
        format!("/{}", ann.email),
        "/support/1".into(),
        "/search?q=Client".into(),
    ] {
        browser.get(&path).await?;
    }
    browser.call("/api/made_up", &[]).await?;
    browser
        .call(
            "/api/detail",
            &[("kind", "company"), ("id", &id.to_string())],
        )
        .await?;
    let request = Request::builder()
        .method("BREW")
        .uri("/login")
        .body(Body::empty())?;
    browser.send(request).await?;

    let scraped = scrape(&app).await?;
    let made_up = [
        "Acme", "Client", "Big deal", "ann", "made", "secret", "BREW",
    ];
    let ids = [
        id.to_string(),
        deal.to_string(),
        ann.user.to_string(),
        ann.account.to_string(),
    ];
    let labels = scraped.labels();
    for (name, values) in &labels {
        for value in values {
            for word in made_up
                .iter()
                .copied()
                .chain(ids.iter().map(String::as_str))
            {
                ensure!(!value.contains(word), "{name} is {value}");
            }
            ensure!(Uuid::try_parse(value).is_err(), "{name} is {value}");
        }
    }
    let known: BTreeSet<&str> = [
        "route", "method", "status", "code", "step", "outcome", "of", "le", "version", "kind",
    ]
    .into();
    let found: BTreeSet<&str> = labels.keys().copied().collect();
    ensure!(found.is_subset(&known), "another label: {found:?}");
    let routes = &labels["route"];
    for route in [
        "/companies/{id}",
        "/companies/{id}/edit",
        "/deals/{id}",
        "/settings/users/{id}",
        "/reset-password/{token}",
        "/support/{id}",
        "/search",
        "/api/detail",
        "unknown",
    ] {
        ensure!(routes.contains(route), "{route} in {routes:?}");
    }
    assert_eq!(labels["method"], ["GET", "POST", "other"].into());
    Ok(())
}

#[tokio::test]
async fn the_public_address_has_no_metrics_and_theirs_has_nothing_else() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    let answer = browser.get("/metrics").await?;
    assert_eq!(answer.status, 404);
    ensure!(!answer.body.contains("steward_"), "{}", answer.body);
    let answer = app.browser().get("/metrics").await?;
    assert_eq!(answer.location(), Some("/login?next=%2Fmetrics"));
    for path in ["/", "/login", "/companies", "/api/list", "/healthz"] {
        let request = Request::get(path).body(Body::empty())?;
        let answer = app.metrics.router().oneshot(request).await?;
        assert_eq!(answer.status(), 404, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn while_the_database_is_away_the_rest_is_still_told() -> Result<()> {
    let app = TestApp::new().await?;
    app.account("Acme").await?;
    ensure!(scrape(&app).await?.value("steward_database_up") == 1.0);
    app.database.close().await;
    let away = scrape(&app).await?;
    assert_eq!(away.values.get("steward_database_up"), Some(&0.0));
    ensure!(
        away.value("steward_schema_version") > 0.0,
        "what was known is told again"
    );
    ensure!(away.value("process_resident_memory_bytes") > 0.0);
    Ok(())
}
