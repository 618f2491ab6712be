//! The form of a mailbox: what it refuses, what it keeps, and when a password has to be typed again.
//! Sent as a browser without scripts does, and as one with them.

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::{MAIL_PASSWORD, Office, SAVE, call};
use crate::{
    model::{AppError, MailboxId, Problem},
    server::secrets::Secrets,
};

async fn problem(
    office: &Office,
    fields: &[(String, String)],
    more: &[(&str, &str)],
    key: &str,
) -> Result<Option<Problem>> {
    let mut browser = office.browser().await?;
    let error = call(&mut browser, SAVE, fields, more).await?.error()?;
    Ok(error
        .problems()
        .and_then(|problems| problems.get(key).cloned()))
}

#[tokio::test]
async fn the_form_creates_a_mailbox_and_shows_it_again_without_its_password() -> Result<()> {
    let office = Office::new().await?;
    let mut browser = office.browser().await?;
    let fields = office.fields(
        "hello",
        &[
            ("name", "Hello"),
            ("smtp_host", "localhost"),
            ("smtp_port", "465"),
            ("smtp_security", "tls"),
        ],
    );
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let sent = browser
        .submit("/settings/mailboxes/new", SAVE, &pairs)
        .await?;
    assert_eq!(
        sent.location(),
        Some("/settings/mailboxes"),
        "{}",
        sent.body
    );
    let list = browser.get("/settings/mailboxes").await?.body;
    ensure!(
        list.contains("Hello")
            && list.contains(&office.address("hello"))
            && list.contains("Not fetched yet"),
        "{list}"
    );
    let id: Uuid = sqlx::query_scalar("select id from mailboxes")
        .fetch_one(&office.app.owner)
        .await?;
    let form = browser
        .get(&format!("/settings/mailboxes/{id}"))
        .await?
        .body;
    for text in [
        "IMAP server",
        "IMAP security",
        "SMTP user",
        "Folder",
        "Test connection",
        "Save mailbox",
        "leave this empty to keep it",
    ] {
        ensure!(form.contains(text), "{text} is missing: {form}");
    }
    ensure!(!form.contains(MAIL_PASSWORD));
    Ok(())
}

#[tokio::test]
async fn what_was_typed_comes_back_with_what_is_wrong_but_for_the_password() -> Result<()> {
    let office = Office::new().await?;
    let mut browser = office.browser().await?;
    let fields = office.fields("hello", &[("name", "Kept as typed"), ("imap_port", "many")]);
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let sent = browser
        .submit("/settings/mailboxes/new", SAVE, &pairs)
        .await?;
    assert_eq!(sent.location(), Some("/settings/mailboxes/new"));
    let page = browser.get("/settings/mailboxes/new").await?.body;
    ensure!(
        page.contains("Kept as typed") && page.contains("Between 1 and 65,535"),
        "{page}"
    );
    ensure!(!page.contains(MAIL_PASSWORD));
    let kept: i64 = sqlx::query_scalar("select count(*) from mailboxes")
        .fetch_one(&office.app.owner)
        .await?;
    assert_eq!(kept, 0);
    Ok(())
}

#[tokio::test]
async fn a_new_server_needs_a_password_and_a_changed_one_needs_it_again() -> Result<()> {
    let office = Office::new().await?;
    let unset = office.fields("hello", &[("imap_password", "")]);
    assert_eq!(
        problem(&office, &unset, &[], "imap_password").await?,
        Some(Problem::Required)
    );
    let mailbox = office.mailbox("hello", &[]).await?.to_string();
    let opened = [("mailbox", mailbox.as_str()), ("version", "1")];
    let imap = office.servers.imap.to_string();
    for changed in [
        ("imap_host", "imap.evil.test"),
        ("imap_port", imap.as_str()),
        ("imap_security", "starttls"),
        ("imap_user", "somebody"),
    ] {
        let fields = office.fields("hello", &[("imap_password", ""), changed]);
        for function in [SAVE, super::TEST] {
            let mut browser = office.browser().await?;
            let error = call(&mut browser, function, &fields, &opened)
                .await?
                .error()?;
            assert_eq!(
                error,
                AppError::field("imap_password", Problem::PasswordAgain),
                "{changed:?} {function}"
            );
        }
    }
    let before: Vec<u8> = sqlx::query_scalar("select imap_password from mailbox_connections")
        .fetch_one(&office.app.owner)
        .await?;
    let fields = office.fields("hello", &[("imap_password", ""), ("name", "Renamed")]);
    let mut browser = office.browser().await?;
    ensure!(
        call(&mut browser, SAVE, &fields, &opened)
            .await?
            .status
            .is_success()
    );
    let after: Vec<u8> = sqlx::query_scalar("select imap_password from mailbox_connections")
        .fetch_one(&office.app.owner)
        .await?;
    ensure!(before == after, "the password that was kept is another");
    Ok(())
}

#[tokio::test]
async fn two_mailboxes_share_neither_address_nor_folder() -> Result<()> {
    let office = Office::new().await?;
    office.mailbox("hello", &[]).await?;
    let same = office.fields("hello", &[("imap_user", "other")]);
    assert_eq!(
        problem(&office, &same, &[], "address").await?,
        Some(Problem::AddressTaken)
    );
    let user = office.address("hello");
    let same = office.fields("other", &[("imap_user", &user), ("imap_host", "LOCALHOST")]);
    assert_eq!(
        problem(&office, &same, &[], "imap_user").await?,
        Some(Problem::FetchedAlready)
    );
    office
        .mailbox("other", &[("imap_user", &user), ("imap_folder", "Other")])
        .await?;
    // In another account both may be there.
    let (account, other) = office.app.account("Other").await?;
    let mut browser = office.app.browser_of(&other).await?;
    ensure!(
        call(&mut browser, SAVE, &office.fields("hello", &[]), &[])
            .await?
            .status
            .is_success()
    );
    let there: i64 = sqlx::query_scalar("select count(*) from mailboxes where account_id = $1")
        .bind(account.0)
        .fetch_one(&office.app.owner)
        .await?;
    assert_eq!(there, 1);
    Ok(())
}

#[tokio::test]
async fn who_saves_second_is_told_who_was_first() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?.to_string();
    let opened = [("mailbox", mailbox.as_str()), ("version", "1")];
    let mut browser = office.browser().await?;
    let first = office.fields("hello", &[("imap_password", ""), ("name", "First")]);
    ensure!(
        call(&mut browser, SAVE, &first, &opened)
            .await?
            .status
            .is_success()
    );
    let second = office.fields("hello", &[("imap_password", ""), ("name", "Second")]);
    let error = call(&mut browser, SAVE, &second, &opened).await?.error()?;
    ensure!(
        matches!(&error, AppError::Conflict(conflict) if conflict.by == "Ann Admin"),
        "{error:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_mailbox_on_which_nothing_hangs_is_deleted_and_the_audit_says_so() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?.to_string();
    let mut browser = office.browser().await?;
    let answer = browser
        .call("/api/delete_mailbox", &[("mailbox", &mailbox)])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let left: i64 = sqlx::query_scalar("select count(*) from mailbox_connections")
        .fetch_one(&office.app.owner)
        .await?;
    assert_eq!(left, 0);
    ensure!(
        browser
            .get("/settings/audit")
            .await?
            .body
            .contains("deleted")
    );
    Ok(())
}

#[tokio::test]
async fn a_mailbox_with_something_in_it_is_not_deleted() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?.to_string();
    // As tickets hang on it.
    office
        .app
        .as_owner(
            "create table hanging (account_id uuid, mailbox_id uuid, foreign key (account_id, mailbox_id) references mailboxes (account_id, id));
             insert into hanging select account_id, id from mailboxes",
        )
        .await?;
    let mut browser = office.browser().await?;
    let error = browser
        .call("/api/delete_mailbox", &[("mailbox", &mailbox)])
        .await?
        .error()?;
    assert_eq!(error, AppError::form(Problem::MailboxInUse));
    Ok(())
}

#[tokio::test]
async fn a_sealed_password_in_another_row_does_not_open() -> Result<()> {
    let office = Office::new().await?;
    let (one, other) = (
        office.mailbox("one", &[]).await?,
        office.mailbox("other", &[]).await?,
    );
    let sealed: Vec<u8> =
        sqlx::query_scalar("select imap_password from mailbox_connections where mailbox_id = $1")
            .bind(one.0)
            .fetch_one(&office.app.owner)
            .await?;
    let secrets = Secrets::of(&office.app.config)?;
    let about = |mailbox: MailboxId, which: &str| {
        crate::mailbox::store::mailboxes::sealed_for(office.account.0, mailbox, which)
    };
    assert_eq!(
        secrets
            .open(&about(one, "imap"), &sealed)
            .map(|secret| secret.reveal().to_owned())
            .ok()
            .as_deref(),
        Some(MAIL_PASSWORD)
    );
    ensure!(
        secrets.open(&about(one, "smtp"), &sealed).is_err()
            && secrets.open(&about(other, "imap"), &sealed).is_err()
    );
    Ok(())
}

#[tokio::test]
async fn without_a_key_on_a_database_of_ones_own_the_form_says_what_to_set() -> Result<()> {
    let office = Office::new().await?;
    let (server, owner) = (
        std::env::var("DATABASE_URL")?,
        std::env::var("STEWARD_OWNER_URL").ok(),
    );
    let keyless = office
        .beside(|config| {
            config.secret_key = None;
            config.database = crate::server::config::DatabaseConfig::External { server, owner };
        })
        .await?;
    let mut browser = keyless.browser_of(&office.ann).await?;
    let error = call(&mut browser, SAVE, &office.fields("hello", &[]), &[])
        .await?
        .error()?;
    assert_eq!(
        error,
        AppError::field("imap_password", Problem::NoSecretKey)
    );
    // A mailbox without passwords needs no key.
    let fields = office.fields("hello", &[("imap_host", "")]);
    ensure!(
        call(&mut browser, SAVE, &fields, &[])
            .await?
            .status
            .is_success()
    );
    Ok(())
}
