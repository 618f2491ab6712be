//! Messages from the real IMAP server: each once, whatever breaks, and a mailbox that cannot be fetched says why and goes on by itself.
//! The server's folders are the Maildirs that the tests' SMTP server fills.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::{Fetching, Office, Pace, QUICKLY, Taken, proxy::Proxy, subjects};
use crate::{
    model::{AppError, Problem},
    tests::support::eventually,
};

/// Longer than a test takes.
const NEVER: std::time::Duration = std::time::Duration::from_secs(600);

/// Where the Maildir of an address is.
fn maildir(address: &str) -> Result<PathBuf> {
    let mails = std::env::var("STEWARD_TEST_MAILS")
        .context("STEWARD_TEST_MAILS is not set: run the tests by bin/test")?;
    Ok(PathBuf::from(mails).join(address))
}

/// Whether nothing of a Maildir has been marked, moved or deleted.
fn untouched(address: &str, n: usize) -> Result<()> {
    let mut names = Vec::new();
    for folder in ["new", "cur"] {
        for entry in std::fs::read_dir(maildir(address)?.join(folder))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
    }
    ensure!(names.len() == n, "{names:?}");
    let marked = |name: &String| {
        name.split_once(":2,")
            .is_some_and(|(_, flags)| !flags.is_empty())
    };
    ensure!(!names.iter().any(marked), "{names:?}");
    Ok(())
}

async fn fetches_what_is_there_and_what_comes(security: &str) -> Result<()> {
    let office = Office::new().await?;
    let port = match security {
        "tls" => office.servers.imaps,
        _ => office.servers.imap,
    };
    let port = port.to_string();
    office.send("hello", "One", "text").await?;
    office.send("hello", "Two", "text").await?;
    let mailbox = office
        .mailbox(
            "hello",
            &[("imap_port", &port), ("imap_security", security)],
        )
        .await?;
    let taken = Taken::default();
    let _fetching = Fetching::begin(&office.app.app, &taken);
    subjects(&taken, &["One", "Two"]).await?;
    office.working(mailbox).await?;
    // IDLE: nothing here looks by itself for as long as the test lasts.
    office.send("hello", "Three", "text").await?;
    subjects(&taken, &["One", "Three", "Two"]).await?;
    let origins = taken.all();
    ensure!(
        origins
            .iter()
            .all(|(origin, _)| origin.account == office.account && origin.mailbox == mailbox)
    );
    untouched(&office.address("hello"), 3)
}

#[tokio::test]
async fn messages_are_fetched_over_tls_and_told_of_by_the_server() -> Result<()> {
    fetches_what_is_there_and_what_comes("tls").await
}

#[tokio::test]
async fn messages_are_fetched_over_starttls_and_told_of_by_the_server() -> Result<()> {
    fetches_what_is_there_and_what_comes("starttls").await
}

#[tokio::test]
async fn messages_come_by_looking_where_the_server_does_not_tell() -> Result<()> {
    let office = Office::new().await?;
    // The server's own words, but for what it says that it can.
    let quiet = super::proxy::without_idle(office.servers.imap).await?;
    let port = quiet.port.to_string();
    let mailbox = office
        .mailbox("hello", &[("imap_port", &port), ("imap_security", "none")])
        .await?;
    let taken = Taken::default();
    let _fetching = Fetching::begin(&office.app.app, &taken);
    office.working(mailbox).await?;
    office.send("hello", "Looked for", "text").await?;
    subjects(&taken, &["Looked for"]).await?;
    ensure!(
        quiet.saw("NOOP") && !quiet.saw("IDLE"),
        "it was not looked for"
    );
    Ok(())
}

#[tokio::test]
async fn a_mailbox_that_is_saved_is_fetched_at_once() -> Result<()> {
    let office = Office::new().await?;
    let taken = Taken::default();
    let pace = Pace {
        look: NEVER,
        ..QUICKLY
    };
    let _fetching = Fetching::at(&office.app.app, &taken, pace);
    office.send("hello", "First", "text").await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    subjects(&taken, &["First"]).await?;
    // Not any more once it is deactivated, and again once it is active.
    let mut browser = office.browser().await?;
    let id = mailbox.to_string();
    for (version, active) in [("1", ""), ("2", "on")] {
        let fields = office.fields("hello", &[("imap_password", ""), ("active", active)]);
        let more = [("mailbox", id.as_str()), ("version", version)];
        let saved = super::call(&mut browser, super::SAVE, &fields, &more).await?;
        ensure!(saved.status.is_success(), "{}", saved.body);
        eventually(async || {
            let kept = office.state(mailbox).await?;
            ensure!(kept.leased_by.is_some() != active.is_empty(), "{kept:?}");
            Ok(())
        })
        .await?;
    }
    office.send("hello", "Second", "text").await?;
    subjects(&taken, &["First", "Second"]).await
}

#[tokio::test]
async fn a_connection_that_breaks_in_the_midst_of_a_message_loses_none_and_doubles_none()
-> Result<()> {
    let office = Office::new().await?;
    let long = "A line of a long message, in which the connection breaks.\n".repeat(4000);
    for subject in ["One", "Two", "Three"] {
        office.send("hello", subject, &long).await?;
    }
    // In the midst of the first message, between them, at the end, in what is said before.
    let proxy = Proxy::to(office.servers.imap, &[100_000, 300_000, 1_000, 500_000]).await?;
    let port = proxy.port.to_string();
    let mailbox = office
        .mailbox("hello", &[("imap_port", &port), ("imap_security", "none")])
        .await?;
    let taken = Taken::default();
    let _fetching = Fetching::begin(&office.app.app, &taken);
    subjects(&taken, &["One", "Three", "Two"]).await?;
    office.working(mailbox).await?;
    assert_eq!(taken.subjects(), ["One", "Three", "Two"]);
    ensure!(
        proxy.has_cut() && proxy.connections() >= 3,
        "{} connections",
        proxy.connections()
    );
    ensure!(
        taken
            .all()
            .iter()
            .all(|(_, raw)| raw.contains(&long.replace('\n', "\r\n"))),
        "a message is not whole"
    );
    untouched(&office.address("hello"), 3)
}

#[tokio::test]
async fn a_server_that_is_away_for_a_while_is_told_of_and_fetched_again_once_it_is_back()
-> Result<()> {
    let office = Office::new().await?;
    let proxy = Proxy::to(office.servers.imaps, &[]).await?;
    let port = proxy.port.to_string();
    let mailbox = office.mailbox("hello", &[("imap_port", &port)]).await?;
    let taken = Taken::default();
    let _fetching = Fetching::begin(&office.app.app, &taken);
    office.send("hello", "Before", "text").await?;
    subjects(&taken, &["Before"]).await?;
    proxy.go_away();
    office.send("hello", "Meanwhile", "text").await?;
    office.failing(mailbox, "unreachable").await?;
    let mut browser = office.browser().await?;
    let page = browser.get("/settings/mailboxes").await?.body;
    ensure!(
        page.contains("Fails since") && page.contains("cannot be reached, or broke the connection"),
        "{page}"
    );
    proxy.come_back();
    subjects(&taken, &["Before", "Meanwhile"]).await?;
    office.working(mailbox).await?;
    ensure!(
        browser
            .get("/settings/mailboxes")
            .await?
            .body
            .contains("Works; last looked at")
    );
    Ok(())
}

#[tokio::test]
async fn a_password_that_is_wrong_by_now_is_told_of_with_what_the_server_said() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office
        .mailbox("hello", &[("imap_password", "wrong")])
        .await?;
    let _fetching = Fetching::begin(&office.app.app, &Taken::default());
    let kept = office.failing(mailbox, "login_refused").await?;
    ensure!(
        kept.said
            .as_deref()
            .is_some_and(|said| said.contains("Authentication failed")),
        "{kept:?}"
    );
    let page = office
        .browser()
        .await?
        .get("/settings/mailboxes")
        .await?
        .body;
    ensure!(
        page.contains("does not accept the user or the password") && !page.contains("wrong"),
        "{page}"
    );
    Ok(())
}

#[tokio::test]
async fn another_validity_of_the_folder_has_everything_looked_at_again() -> Result<()> {
    let office = Office::new().await?;
    office.send("hello", "Old", "text").await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let taken = Taken::default();
    let fetching = Fetching::begin(&office.app.app, &taken);
    subjects(&taken, &["Old"]).await?;
    let before = office.working(mailbox).await?;
    drop(fetching);
    // The server forgets how it has numbered them.
    let forgotten =
        std::fs::remove_file(maildir(&office.address("hello"))?.join("dovecot-uidlist"));
    forgotten.context("the server keeps its numbers there")?;
    for index in ["dovecot.index", "dovecot.index.log", "dovecot.index.cache"] {
        // What was never written is forgotten already.
        let _ = std::fs::remove_file(maildir(&office.address("hello"))?.join(index));
    }
    office
        .app
        .as_owner("update mailbox_connections set leased_by = null, leased_until = null")
        .await?;
    // The new validity is a time in seconds, which has to be another one.
    let moved = before.uid_validity.map(|validity| validity - 1);
    sqlx::query("update mailbox_connections set uid_validity = $1")
        .bind(moved)
        .execute(&office.app.owner)
        .await?;
    let _fetching = Fetching::begin(&office.app.app, &taken);
    subjects(&taken, &["Old", "Old"]).await?;
    let after = office.working(mailbox).await?;
    ensure!(
        after.uid_validity != moved && after.last_uid > 0,
        "{after:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_message_that_nobody_can_take_in_does_not_keep_the_others_waiting_for_ever() -> Result<()>
{
    let office = Office::new().await?;
    for subject in ["A", "Broken", "C"] {
        office.send("hello", subject, "text").await?;
    }
    let mailbox = office.mailbox("hello", &[]).await?;
    let taken = Taken::default();
    let refuses = |raw: &str| {
        raw.contains("Subject: Broken")
            .then(|| AppError::form(Problem::Unknown))
    };
    let _fetching = Fetching::refusing(&office.app.app, &taken, QUICKLY, refuses);
    subjects(&taken, &["A", "C"]).await?;
    let kept = office.working(mailbox).await?;
    assert_eq!(
        (kept.skipped, kept.skipped_why.as_deref()),
        (1, Some("broken"))
    );
    let page = office
        .browser()
        .await?
        .get("/settings/mailboxes")
        .await?
        .body;
    ensure!(
        page.contains("1 message was left out.") && page.contains("cannot be read"),
        "{page}"
    );
    Ok(())
}

#[tokio::test]
async fn a_message_that_is_too_large_is_left_out_and_noted() -> Result<()> {
    let office = Office::new().await?;
    office.send("hello", "Small", "text").await?;
    office.send("hello", "Large", "text").await?;
    let address = office.address("hello");
    let large = eventually(async || {
        let mut large = None;
        for entry in std::fs::read_dir(maildir(&address)?.join("new"))? {
            let path = entry?.path();
            if std::fs::read_to_string(&path)?.contains("Subject: Large") {
                large = Some(path);
            }
        }
        large.context("it has arrived")
    })
    .await?;
    // Larger than any mail server of the tests would have taken it.
    let file = std::fs::OpenOptions::new().append(true).open(&large)?;
    file.set_len(u64::from(crate::mailbox::imap::LARGEST) + 1)?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let taken = Taken::default();
    let _fetching = Fetching::begin(&office.app.app, &taken);
    let kept = office.working(mailbox).await?;
    assert_eq!(
        (kept.skipped, kept.skipped_why.as_deref()),
        (1, Some("too_large"))
    );
    assert_eq!(taken.subjects(), ["Small"]);
    Ok(())
}
