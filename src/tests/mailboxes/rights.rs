//! Who sees a mailbox, and how much of it: name and address the whole account, servers and state its admins, sealed passwords nobody.
//! What the plan lacks is neither there nor fetched.

use anyhow::{Result, ensure};

use super::{MAIL_PASSWORD, Office, SAVE, TEST, call};
use crate::model::AppError;

#[tokio::test]
async fn colleagues_see_name_and_address_and_nothing_of_the_servers() -> Result<()> {
    let office = Office::new().await?;
    office.mailbox("hello", &[]).await?;
    let bob = office
        .app
        .colleague(office.account, "Bob Boon", "bob@acme.test")
        .await?;
    let mut tx = office.app.database.begin(&bob).await?;
    let seen: (String, String) = sqlx::query_as("select name, address from mailboxes")
        .fetch_one(tx.connection())
        .await?;
    assert_eq!(seen, ("hello".to_owned(), office.address("hello")));
    let hidden: i64 = sqlx::query_scalar("select count(mailbox_id) from mailbox_connections")
        .fetch_one(tx.connection())
        .await?;
    assert_eq!(hidden, 0);
    drop(tx);
    let mut tx = office.app.database.begin(&office.ann).await?;
    let host: String = sqlx::query_scalar("select imap_host from mailbox_connections")
        .fetch_one(tx.connection())
        .await?;
    assert_eq!(host, "localhost");
    Ok(())
}

#[tokio::test]
async fn not_even_an_admin_reads_a_sealed_password_or_writes_past_the_form() -> Result<()> {
    let office = Office::new().await?;
    office.mailbox("hello", &[]).await?;
    for sql in [
        "select imap_password from mailbox_connections",
        "select smtp_password from mailbox_connections",
        "update mailbox_connections set imap_host = 'x'",
        "update mailboxes set name = 'x'",
    ] {
        let mut tx = office.app.database.begin(&office.ann).await?;
        let refused = sqlx::query(sql).execute(tx.connection()).await;
        let code = refused
            .err()
            .and_then(|error| Some(error.as_database_error()?.code()?.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{sql}");
    }
    Ok(())
}

#[tokio::test]
async fn another_account_has_nothing_of_it() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let (_, other) = office.app.account("Other").await?;
    let mut browser = office.app.browser_of(&other).await?;
    ensure!(
        !browser
            .get("/settings/mailboxes")
            .await?
            .body
            .contains("hello")
    );
    let page = format!("/settings/mailboxes/{mailbox}");
    assert_eq!(browser.get(&page).await?.status, 404);
    let (id, fields) = (
        mailbox.to_string(),
        office.fields("hello", &[("imap_password", "")]),
    );
    for function in [SAVE, TEST, "/api/delete_mailbox"] {
        let answer = call(
            &mut browser,
            function,
            &fields,
            &[("mailbox", &id), ("version", "1")],
        )
        .await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    Ok(())
}

#[tokio::test]
async fn the_pages_are_for_admins() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let bob = office
        .app
        .colleague(office.account, "Bob Boon", "bob@acme.test")
        .await?;
    let mut browser = office.app.browser_of(&bob).await?;
    let mut admins = office.browser().await?;
    let one = format!("/settings/mailboxes/{mailbox}");
    for page in ["/settings/mailboxes", "/settings/mailboxes/new", &one] {
        let answer = browser.get(page).await?;
        assert_eq!(answer.status, 404, "{page}");
        ensure!(!answer.body.contains("IMAP"), "{page} shows the form");
        assert_eq!(admins.get(page).await?.status, 200, "{page}");
    }
    ensure!(
        !browser
            .get("/settings/profile")
            .await?
            .body
            .contains("/settings/mailboxes")
    );
    ensure!(
        admins
            .get("/settings/profile")
            .await?
            .body
            .contains("/settings/mailboxes")
    );
    Ok(())
}

#[tokio::test]
async fn where_the_plan_lacks_the_module_its_page_says_what_unlocks_it_and_nothing_is_there()
-> Result<()> {
    let office = Office::new().await?;
    office.mailbox("hello", &[]).await?;
    office
        .app
        .as_owner("update accounts set plan = 'move'")
        .await?;
    let mut browser = office.browser().await?;
    let page = browser.get("/settings/mailboxes").await?;
    ensure!(
        page.body.contains("or with the booster “Shared mailbox”") && !page.body.contains("hello@"),
        "{}",
        page.body
    );
    for function in ["/api/mailboxes", SAVE, TEST] {
        let answer = call(&mut browser, function, &office.fields("other", &[]), &[]).await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    office
        .app
        .as_owner("update accounts set boosters = '{mailbox}'")
        .await?;
    ensure!(
        browser
            .get("/settings/mailboxes")
            .await?
            .body
            .contains(&office.address("hello"))
    );
    Ok(())
}

#[tokio::test]
async fn a_password_is_on_no_page_in_no_audit_and_not_in_the_database_as_it_was_typed() -> Result<()>
{
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let mut browser = office.browser().await?;
    for page in [
        "/settings/mailboxes".to_owned(),
        format!("/settings/mailboxes/{mailbox}"),
        "/settings/audit".to_owned(),
    ] {
        ensure!(
            !browser.get(&page).await?.body.contains(MAIL_PASSWORD),
            "{page}"
        );
    }
    ensure!(
        browser
            .get("/settings/audit")
            .await?
            .body
            .contains("Mailbox “hello”")
    );
    let (sealed, others): (Vec<u8>, String) = sqlx::query_as(
        "select c.imap_password, concat(to_jsonb(c) - 'imap_password', (select string_agg(a::text, ' ') from audit a),
           (select string_agg(s.data::text, ' ') from sessions s)) from mailbox_connections c",
    )
    .fetch_one(&office.app.owner)
    .await?;
    let contains = |bytes: &[u8]| {
        bytes
            .windows(MAIL_PASSWORD.len())
            .any(|part| part == MAIL_PASSWORD.as_bytes())
    };
    ensure!(!contains(&sealed) && !contains(others.as_bytes()));
    Ok(())
}
