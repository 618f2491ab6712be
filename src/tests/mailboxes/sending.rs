//! Replies by the server of their mailbox, or by Steward's own: what arrives, and what an answer of the server means.
//! Against the real SMTP server.

use anyhow::{Context, Result, ensure};
use lettre::{Message, address::Envelope};

use super::{MAIL_PASSWORD, Office};
use crate::{
    mailbox::{
        problem::ConnectionProblem,
        smtp::{Outgoing, SendProblem, send},
    },
    model::MailboxId,
    tests::support::{TestApp, eventually},
};

fn message(office: &Office, to: &str) -> Result<Outgoing> {
    let (from, to) = (office.address("hello"), office.address(to));
    let message = Message::builder()
        .from(from.parse()?)
        .to(to.parse()?)
        .subject("An answer")
        .body("Gladly.".to_owned())?;
    Ok(Outgoing {
        envelope: Envelope::new(Some(from.parse()?), vec![to.parse()?])?,
        bytes: message.formatted(),
    })
}

async fn with_smtp(office: &Office, port: u16, security: &str) -> Result<MailboxId> {
    let (port, user) = (port.to_string(), office.address("hello"));
    let others = [
        ("imap_host", ""),
        ("smtp_host", "localhost"),
        ("smtp_port", &port),
        ("smtp_security", security),
        ("smtp_user", &user),
        ("smtp_password", MAIL_PASSWORD),
    ];
    office.mailbox("hello", &others).await
}

/// The mails of an address, once there is one.
async fn arrived(address: &str) -> Result<String> {
    let mails = std::env::var("STEWARD_TEST_MAILS")?;
    let folder = std::path::PathBuf::from(mails).join(address).join("new");
    eventually(async || {
        let entry = std::fs::read_dir(&folder)?.next().context("a mail")??;
        Ok(std::fs::read_to_string(entry.path())?)
    })
    .await
}

async fn sent(
    office: &Office,
    app: &TestApp,
    mailbox: MailboxId,
    to: &str,
) -> Result<Result<(), SendProblem>> {
    Ok(send(&app.app, office.account, mailbox, &message(office, to)?).await?)
}

#[tokio::test]
async fn a_reply_goes_by_the_server_of_its_mailbox_signed_in_and_secured() -> Result<()> {
    for security in ["tls", "starttls"] {
        let office = Office::new().await?;
        let port = if security == "tls" {
            office.servers.smtps
        } else {
            office.servers.smtp
        };
        let mailbox = with_smtp(&office, port, security).await?;
        assert_eq!(sent(&office, &office.app, mailbox, "client").await?, Ok(()));
        let raw = arrived(&office.address("client")).await?;
        ensure!(
            raw.contains("with esmtpsa") && raw.contains("Gladly."),
            "{raw}"
        );
        ensure!(
            raw.to_lowercase()
                .contains(&format!("return-path: <{}>", office.address("hello"))),
            "{raw}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_mailbox_without_a_server_sends_by_stewards_own() -> Result<()> {
    let office = Office::new().await?;
    let url = format!("smtp://127.0.0.1:{}", office.servers.smtp);
    let app = office.beside(|config| config.smtp_url = Some(url)).await?;
    let mailbox = office.mailbox("hello", &[("imap_host", "")]).await?;
    assert_eq!(sent(&office, &app, mailbox, "client").await?, Ok(()));
    ensure!(
        arrived(&office.address("client"))
            .await?
            .contains("Gladly.")
    );
    let refused = sent(&office, &app, mailbox, "refused")
        .await?
        .err()
        .context("it is refused")?;
    ensure!(refused.for_good, "{refused:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_refused_for_good_is_told_from_what_may_go_better_later() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = with_smtp(&office, office.servers.smtps, "tls").await?;
    for (to, for_good, said) in [
        ("refused", true, "There is no such mailbox"),
        ("later", false, "The mailbox is busy"),
    ] {
        let problem = sent(&office, &office.app, mailbox, to)
            .await?
            .err()
            .context("it is refused")?;
        assert_eq!(
            (problem.trouble.problem, problem.for_good),
            (ConnectionProblem::MessageRefused, for_good),
            "{to}"
        );
        ensure!(
            problem
                .trouble
                .said
                .as_deref()
                .is_some_and(|words| words.contains(said)),
            "{problem:?}"
        );
    }
    office
        .app
        .as_owner("update mailbox_connections set smtp_port = 9, smtp_host = '127.0.0.1'")
        .await?;
    let away = sent(&office, &office.app, mailbox, "client")
        .await?
        .err()
        .context("nobody is there")?;
    assert_eq!(
        (away.trouble.problem, away.for_good),
        (ConnectionProblem::Refused, false)
    );
    Ok(())
}

#[tokio::test]
async fn a_password_that_does_not_open_any_more_sends_nothing_and_can_be_typed_again() -> Result<()>
{
    let office = Office::new().await?;
    let mailbox = with_smtp(&office, office.servers.smtps, "tls").await?;
    let other_key = office.beside(|config| config.secret_key = None).await?;
    let problem = sent(&office, &other_key, mailbox, "client")
        .await?
        .err()
        .context("it does not open")?;
    assert_eq!(
        (problem.trouble.problem, problem.for_good),
        (ConnectionProblem::Sealed, false)
    );
    Ok(())
}
