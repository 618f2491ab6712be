//! The stream by which a browser hears of news: at once, of its own user alone, until the session or the server ends.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use axum::body::Body;
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use tokio::time::timeout;

use super::{Acme, company};
use crate::{model::Actor, tests::support::TestApp};

/// What must come, comes within this; nobody waits for it where it does not.
const SOON: Duration = Duration::from_secs(10);

struct Stream(Body);

impl Stream {
    async fn of(app: &TestApp, actor: &Actor) -> Result<Self> {
        let browser = app.browser_of(actor).await?;
        let cookie = browser.cookie.clone().context("signed in")?;
        let request = Request::get("/live")
            .header(header::COOKIE, cookie)
            .body(Body::empty())?;
        let response = app.respond(request).await?;
        ensure!(response.status() == StatusCode::OK, "{}", response.status());
        let kind = response
            .headers()
            .get(header::CONTENT_TYPE)
            .context("a type")?;
        ensure!(kind.to_str()?.starts_with("text/event-stream"));
        ensure!(
            response.headers().get(header::CONTENT_ENCODING).is_none(),
            "nothing holds it back"
        );
        Ok(Self(response.into_body()))
    }

    /// The next number of unread; none where the stream ends.
    async fn next(&mut self, of: &Actor) -> Result<Option<i64>> {
        loop {
            let Some(frame) = timeout(SOON, self.0.frame())
                .await
                .context("nothing came")?
            else {
                return Ok(None);
            };
            let bytes = frame?.into_data().unwrap_or_default();
            let text = String::from_utf8(bytes.to_vec())?;
            let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) else {
                continue;
            };
            let (user, n) = data.split_once(' ').context("who, and how many")?;
            ensure!(user == of.user.to_string());
            return Ok(Some(n.parse()?));
        }
    }
}

#[tokio::test]
async fn news_comes_at_once_to_whom_it_concerns_until_he_or_the_server_is_gone() -> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    tokio::spawn(acme.app.app.live.clone().listen(acme.app.database.clone()));
    let mut bobs = Stream::of(&acme.app, &acme.bob).await?;
    let mut anns = Stream::of(&acme.app, &acme.ann).await?;
    assert_eq!(bobs.next(&acme.bob).await?, Some(0));
    assert_eq!(anns.next(&acme.ann).await?, Some(0));
    acme.edit(&acme.ann, company(client), &[("city", "Gent")])
        .await?;
    acme.app.work().await?;
    // Whoever began to listen in the midst of it is told the number again.
    while bobs.next(&acme.bob).await? != Some(1) {}
    // Whoever reads it hears so in his other windows.
    let mut browser = acme.app.browser_of(&acme.bob).await?;
    browser
        .call(
            "/api/mark-notifications",
            &[("ids", "all"), ("read", "true")],
        )
        .await?;
    while bobs.next(&acme.bob).await? != Some(0) {}
    // His sessions end, and with the next news the stream.
    acme.app.as_owner("delete from sessions where user_id in (select id from users where full_name = 'Bob Boon')").await?;
    acme.edit(&acme.ann, company(client), &[("city", "Luik")])
        .await?;
    acme.app.work().await?;
    assert_eq!(bobs.next(&acme.bob).await?, None);
    // The actor was told nothing all the while; the server stops, and his stream with it.
    acme.app.app.live.stop();
    while let Some(n) = anns.next(&acme.ann).await? {
        assert_eq!(n, 0);
    }
    assert_eq!(acme.app.app.live.listening(), 0, "nobody is remembered");
    Ok(())
}

#[tokio::test]
async fn without_a_session_there_is_no_stream() -> Result<()> {
    let app = TestApp::new().await?;
    let response = app
        .respond(Request::get("/live").body(Body::empty())?)
        .await?;
    assert_eq!(
        response.status(),
        StatusCode::NO_CONTENT,
        "a browser does not ask again"
    );
    Ok(())
}
