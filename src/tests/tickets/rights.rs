//! Who has the shared mailbox sees all tickets of his account, and nobody else sees one: neither its page nor its messages nor what
//! came with them. A customer out of reach is his address. Without the module nobody has a right to it.

use anyhow::Result;
use http::StatusCode;

use super::{KIND, world::Desk};
use crate::model::{RecordId, RecordKind, Value};

const WITH_FILE: &str = "From: Carla <carla@client.test>\r\nTo: help@acme.test\r\nSubject: Report\r\nMessage-ID: <file@client.test>\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
<p>See <b>this</b><script>alert(1)</script><img src=\"http://tracker.test/x.png\"></p>\r\n--b\r\n\
Content-Type: text/html; name=\"../../e vil.html\"\r\nContent-Disposition: attachment; filename=\"../../e vil.html\"\r\n\r\n\
<script>alert(2)</script>\r\n--b--\r\n";

async fn with_file(desk: &Desk) -> Result<(RecordId, Vec<String>)> {
    let crate::mailbox::Taken::Opened(id) = desk.take(WITH_FILE.as_bytes()).await? else {
        anyhow::bail!("it opens a ticket");
    };
    let message: uuid::Uuid =
        sqlx::query_scalar("select id from ticket_messages where record_id = $1")
            .bind(id.0)
            .fetch_one(&desk.app.owner)
            .await?;
    let base = format!("{}/messages/{message}", KIND.address(id));
    let addresses = vec![
        KIND.address(id),
        format!("{}/edit", KIND.address(id)),
        base.clone(),
        format!("{base}/original"),
        format!("{base}/attachments/1"),
    ];
    Ok((id, addresses))
}

#[tokio::test]
async fn without_the_right_and_from_another_account_there_is_no_ticket_at_all() -> Result<()> {
    let desk = Desk::new().await?;
    let (id, addresses) = with_file(&desk).await?;
    let (_, olga) = desk.app.account("Other").await?;
    for address in &addresses {
        let found = desk.browser(&desk.bob).await?.get(address).await?;
        assert_eq!(found.status, StatusCode::OK, "{address}");
        for who in [&desk.jan, &olga] {
            let hidden = desk.browser(who).await?.get(address).await?;
            assert_eq!(
                hidden.status,
                StatusCode::NOT_FOUND,
                "{} {address}",
                who.full_name
            );
        }
    }
    let ticket = id.to_string();
    for who in [&desk.jan, &olga] {
        let mut browser = desk.browser(who).await?;
        for (call, values) in [
            (
                "reply_to_ticket",
                vec![("body", "x"), ("confirmed", "true")],
            ),
            ("close_ticket", vec![]),
            ("save_ticket_draft", vec![("body", "x")]),
            ("ticket_standing", vec![]),
        ] {
            let all = [vec![("id", ticket.as_str())], values].concat();
            let answer = browser.call(&format!("/api/{call}"), &all).await?;
            assert_eq!(
                answer.status,
                StatusCode::NOT_FOUND,
                "{} {call}",
                who.full_name
            );
        }
    }
    assert_eq!(
        desk.browser(&desk.jan).await?.get("/mailbox").await?.status,
        StatusCode::NOT_FOUND
    );
    Ok(())
}

#[tokio::test]
async fn what_a_stranger_made_is_shown_where_it_can_do_nothing() -> Result<()> {
    let desk = Desk::new().await?;
    let (_, addresses) = with_file(&desk).await?;
    let mut browser = desk.browser(&desk.bob).await?;
    let frame = browser.get(&addresses[2]).await?;
    assert!(frame.body.contains("<b>this</b>"), "{}", frame.body);
    assert!(
        !frame.body.contains("script>alert") && !frame.body.contains("tracker.test"),
        "{}",
        frame.body
    );
    let policy = frame.headers["content-security-policy"].to_str()?;
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(
        !policy.contains("allow-scripts") && !policy.contains("allow-same-origin"),
        "{policy}"
    );
    let file = browser.get(&addresses[4]).await?;
    assert_eq!(file.headers["content-type"], "application/octet-stream");
    let disposition = file.headers["content-disposition"].to_str()?;
    assert!(
        disposition.starts_with("attachment;") && !disposition.contains('/'),
        "{disposition}"
    );
    assert_eq!(file.headers["x-content-type-options"], "nosniff");
    // What it asks for from elsewhere only where the reader asks for it.
    let pictures = browser.get(&format!("{}?pictures=1", addresses[2])).await?;
    assert!(pictures.body.contains("tracker.test"), "{}", pictures.body);
    Ok(())
}

#[tokio::test]
async fn a_customer_out_of_reach_shows_as_the_clients_address() -> Result<()> {
    let desk = Desk::new().await?;
    let emma = desk.app.limited(desk.account).await?;
    let email = desk.address("carla");
    let company = desk
        .app
        .create(
            &desk.ann,
            RecordKind::Company,
            &[("name", "Secret Holding"), ("email", &email)],
        )
        .await?;
    let id = desk.ticket("Hidden customer").await?;
    let ours = desk
        .browser(&desk.bob)
        .await?
        .get(&KIND.address(id))
        .await?
        .body;
    assert!(ours.contains("Secret Holding"));
    let mut browser = desk.browser(&emma).await?;
    for address in [
        KIND.address(id),
        "/mailbox".to_owned(),
        format!("/search?q={email}"),
    ] {
        let page = browser.get(&address).await?.body;
        assert!(page.contains(&email), "{address}");
        assert!(
            !page.contains("Secret Holding") && !page.contains(&company.to_string()),
            "{address}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn only_who_has_the_shared_mailbox_is_responsible_for_a_ticket() -> Result<()> {
    let desk = Desk::new().await?;
    let id = desk.ticket("Whose").await?;
    desk.assign(&desk.bob, id, Some(&desk.cas)).await?;
    assert!(desk.assign(&desk.bob, id, Some(&desk.jan)).await.is_err());
    let page = desk
        .browser(&desk.bob)
        .await?
        .get(&KIND.address(id))
        .await?
        .body;
    assert!(
        page.contains("Cas Claes") && !page.contains("Jan Janssen"),
        "{page}"
    );
    // "Take it", with what the page knows.
    let (ticket, me, was) = (
        id.to_string(),
        desk.bob.user.to_string(),
        desk.cas.user.to_string(),
    );
    let values = [
        ("kind", "ticket"),
        ("id", &ticket),
        ("role", "assigned_to"),
        ("user", &me),
        ("was", &was),
    ];
    let answer = desk
        .browser(&desk.bob)
        .await?
        .call("/api/choose_responsible", &values)
        .await?;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    assert_eq!(desk.shows(id, "assigned_to").await?, "Bob Boon");
    Ok(())
}

#[tokio::test]
async fn without_the_module_there_are_no_tickets_and_they_come_back_with_it() -> Result<()> {
    let desk = Desk::new().await?;
    let id = desk.ticket("Locked").await?;
    desk.app
        .as_owner("update accounts set plan = 'move'")
        .await?;
    let mut browser = desk.browser(&desk.bob).await?;
    let page = browser.get("/mailbox").await?;
    assert!(
        page.body.contains("Shared mailbox (locked)"),
        "{}",
        page.body
    );
    assert!(!page.body.contains("Locked</bdi>"), "{}", page.body);
    let values = [("id", id.to_string())];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        browser.call("/api/close_ticket", &values).await?.status,
        StatusCode::NOT_FOUND
    );
    desk.app
        .as_owner("update accounts set boosters = '{mailbox}'")
        .await?;
    let page = browser.get(&KIND.address(id)).await?;
    assert_eq!(page.status, StatusCode::OK);
    assert_ne!(desk.value(id, "number").await?, Value::Empty);
    Ok(())
}
