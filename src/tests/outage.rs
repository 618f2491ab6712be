//! Postgres is killed and comes back while the server runs: pages say so in words, and then go on
//! without a restart.

use anyhow::{Context, Result, ensure};
use std::process::Command;

use super::support::{TestApp, eventually};
use crate::server::database::{embedded::Embedded, migrate};

#[tokio::test]
async fn a_killed_postgres_is_told_in_words_and_recovered_from() -> Result<()> {
    // Of its own: other tests need theirs. Below /tmp, where the user that Postgres runs as can go.
    let folder = tempfile::Builder::new()
        .prefix("steward-outage")
        .permissions(open_to_all())
        .tempdir()?;
    let embedded = Embedded::start(folder.path()).await?;
    let logins = embedded.logins();
    migrate(&logins).await?;
    let app = TestApp::over(logins, "http://127.0.0.1:4000").await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Still here NV").await?;
    let mut browser = app.browser_of(&ann).await?;

    let pid = std::fs::read_to_string(folder.path().join("postgres/cluster/postmaster.pid"))?;
    let pid = pid.lines().next().context("a pid")?;
    ensure!(Command::new("kill").args(["-9", pid]).status()?.success());
    let page = browser.get("/companies").await?;
    let ready = browser.get("/readyz").await?;
    // It may be back already; if not, it is told in words and with the right code.
    if page.status != 200 {
        ensure!(page.status == 503, "{}: {}", page.status, page.body);
        ensure!(
            page.body.contains("cannot reach its database"),
            "{}",
            page.body
        );
    }
    ensure!(ready.status == 503 || ready.status == 200);

    let page = eventually(async || {
        let page = browser.get("/companies").await?;
        ensure!(page.status == 200, "{}", page.body);
        Ok(page)
    })
    .await?;
    ensure!(page.body.contains("Still here NV"), "{}", page.body);
    assert_eq!(browser.get("/readyz").await?.status, 200);
    drop(app);
    embedded.leave().await;
    Ok(())
}

#[tokio::test]
async fn a_session_that_cannot_be_saved_any_more_is_told_in_words() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    // Signing in leaves something to be said on the next page, after which the session is saved.
    let mut browser = app.browser_of(&ann).await?;
    app.as_owner("alter function api.session_save rename to session_save_gone")
        .await?;
    let page = browser.get("/companies").await?;
    ensure!(
        page.status == 503 && page.body.contains("cannot reach its database"),
        "{}: {}",
        page.status,
        page.body
    );
    app.as_owner("alter function api.session_save_gone rename to session_save")
        .await?;
    assert_eq!(browser.get("/companies").await?.status, 200);
    Ok(())
}

fn open_to_all() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
