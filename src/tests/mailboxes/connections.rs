//! "Test connection": what is wrong with a server is named. Against the real servers, wherever these can be wrong in that way.
//! Without scripts the answer stands on the page that follows, with what was typed.

use std::{net::Ipv4Addr, sync::Arc};

use anyhow::{Context, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    },
};

use super::{MAIL_PASSWORD, Office, TEST, call};
use crate::{
    mailbox::{problem::ConnectionProblem, settings::Tested},
    tests::support::TestApp,
};

async fn tested_at(
    app: &TestApp,
    office: &Office,
    local: &str,
    others: &[(&str, &str)],
) -> Result<Tested> {
    let mut browser = app.browser_of(&office.ann).await?;
    let answer = call(&mut browser, TEST, &office.fields(local, others), &[]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(serde_json::from_str(&answer.body)?)
}

/// What IMAP comes to with something else in the form.
async fn imap(office: &Office, others: &[(&str, &str)]) -> Result<Option<ConnectionProblem>> {
    let tested = tested_at(&office.app, office, "hello", others).await?;
    Ok(tested
        .imap
        .context("there is a server")?
        .err()
        .map(|trouble| trouble.problem))
}

/// The same of SMTP; nothing is fetched.
async fn smtp(
    office: &Office,
    local: &str,
    others: &[(&str, &str)],
) -> Result<Option<ConnectionProblem>> {
    let (port, address) = (office.servers.smtps.to_string(), office.address(local));
    let mut fields = vec![
        ("imap_host", ""),
        ("smtp_host", "localhost"),
        ("smtp_port", &port),
        ("smtp_security", "tls"),
        ("smtp_user", &address),
        ("smtp_password", MAIL_PASSWORD),
    ];
    fields.retain(|(name, _)| !others.iter().any(|(other, _)| other == name));
    fields.extend(others);
    let tested = tested_at(&office.app, office, local, &fields).await?;
    ensure!(tested.imap.is_none());
    Ok(tested
        .smtp
        .context("there is a server")?
        .err()
        .map(|trouble| trouble.problem))
}

/// A port of this machine on which nobody listens.
async fn closed_port() -> Result<String> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    Ok(listener.local_addr()?.port().to_string())
}

/// A server that greets and then answers what a line begins with, behind its tag: what no real one here can be made to say.
async fn says(
    greeting: &'static str,
    answers: &'static [(&'static str, &'static str)],
) -> Result<(String, JoinHandle<()>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port().to_string();
    let saying = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (reader, mut writer) = stream.split();
            let mut lines = BufReader::new(reader).lines();
            let mut next = writer.write_all(greeting.as_bytes()).await;
            while next.is_ok()
                && let Ok(Some(line)) = lines.next_line().await
            {
                let (tag, command) = line.split_once(' ').unwrap_or((line.as_str(), ""));
                let found = answers
                    .iter()
                    .find(|(begin, _)| command.starts_with(begin) || line.starts_with(begin));
                let answer = found.map_or_else(
                    || format!("{tag} BAD what?\r\n"),
                    |(_, answer)| answer.replace("TAG", tag),
                );
                next = writer.write_all(answer.as_bytes()).await;
            }
        }
    });
    Ok((port, saying))
}

#[tokio::test]
async fn imap_works_with_tls_with_starttls_and_within_the_machine_in_the_clear() -> Result<()> {
    let office = Office::new().await?;
    let plain = office.servers.imap.to_string();
    assert_eq!(imap(&office, &[]).await?, None);
    assert_eq!(
        imap(
            &office,
            &[("imap_port", &plain), ("imap_security", "starttls")]
        )
        .await?,
        None
    );
    assert_eq!(
        imap(&office, &[("imap_port", &plain), ("imap_security", "none")]).await?,
        None
    );
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_imap_is_named() -> Result<()> {
    let office = Office::new().await?;
    let (plain, smtp, closed) = (
        office.servers.imap.to_string(),
        office.servers.smtp.to_string(),
        closed_port().await?,
    );
    for (others, problem) in [
        (
            vec![("imap_host", "nowhere.invalid")],
            ConnectionProblem::HostUnknown,
        ),
        (
            vec![("imap_port", closed.as_str())],
            ConnectionProblem::Refused,
        ),
        (
            vec![("imap_host", "127.0.0.1")],
            ConnectionProblem::WrongName,
        ),
        (
            vec![("imap_port", plain.as_str())],
            ConnectionProblem::NoTls,
        ),
        (
            vec![("imap_port", smtp.as_str()), ("imap_security", "starttls")],
            ConnectionProblem::NotImap,
        ),
        (
            vec![("imap_password", "wrong")],
            ConnectionProblem::LoginRefused,
        ),
        (
            vec![("imap_folder", "No such folder")],
            ConnectionProblem::NoFolder,
        ),
    ] {
        assert_eq!(imap(&office, &others).await?, Some(problem), "{others:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_offers_no_starttls_or_no_login_is_named() -> Result<()> {
    let office = Office::new().await?;
    let (port, _saying) = says(
        "* OK hello\r\n",
        &[("CAPABILITY", "* CAPABILITY IMAP4rev1\r\nTAG OK\r\n")],
    )
    .await?;
    let starttls = [("imap_port", port.as_str()), ("imap_security", "starttls")];
    assert_eq!(
        imap(&office, &starttls).await?,
        Some(ConnectionProblem::NoStartTls)
    );
    let disabled: &[(&str, &str)] = &[(
        "CAPABILITY",
        "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK\r\n",
    )];
    let (port, _saying) = says("* OK hello\r\n", disabled).await?;
    let plain = [("imap_port", port.as_str()), ("imap_security", "none")];
    assert_eq!(
        imap(&office, &plain).await?,
        Some(ConnectionProblem::NoLogin)
    );
    let (port, _saying) = says(
        "220 hello\r\n",
        &[("EHLO", "250 hello\r\n"), ("QUIT", "221 bye\r\n")],
    )
    .await?;
    let starttls = [("smtp_port", port.as_str()), ("smtp_security", "starttls")];
    assert_eq!(
        smtp(&office, "hello", &starttls).await?,
        Some(ConnectionProblem::NoStartTls)
    );
    Ok(())
}

#[tokio::test]
async fn a_server_that_hangs_up_without_a_word_is_not_taken_for_another_kind_of_server()
-> Result<()> {
    let office = Office::new().await?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port().to_string();
    let hanging_up = tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    for security in ["tls", "starttls"] {
        let fields = [("imap_port", port.as_str()), ("imap_security", security)];
        assert_eq!(
            imap(&office, &fields).await?,
            Some(ConnectionProblem::Unreachable),
            "{security}"
        );
    }
    hanging_up.abort();
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_nobody_known_has_signed_is_not_trusted() -> Result<()> {
    let office = Office::new().await?;
    let stranger = office.beside(|config| config.mailbox_ca = None).await?;
    let (smtps, imap_starttls) = (
        office.servers.smtps.to_string(),
        office.servers.imap.to_string(),
    );
    let smtp = office.servers.smtp.to_string();
    for (imap, smtp) in [
        (
            (imap_starttls.as_str(), "starttls"),
            (smtp.as_str(), "starttls"),
        ),
        ((&office.servers.imaps.to_string(), "tls"), (&smtps, "tls")),
    ] {
        let fields = [
            ("imap_port", imap.0),
            ("imap_security", imap.1),
            ("smtp_host", "localhost"),
            ("smtp_port", smtp.0),
            ("smtp_security", smtp.1),
        ];
        let tested = tested_at(&stranger, &office, "hello", &fields).await?;
        for outcome in [tested.imap, tested.smtp] {
            let trouble = outcome
                .context("there is a server")?
                .err()
                .context("it is not trusted")?;
            assert_eq!(
                trouble.problem,
                ConnectionProblem::Untrusted,
                "{imap:?} {smtp:?}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_certificate_that_was_valid_once_is_named() -> Result<()> {
    let office = Office::new().await?;
    let certificate = CertificateDer::from_pem_file(office.servers.tls.join("expired.pem"))?;
    let key = PrivateKeyDer::from_pem_file(office.servers.tls.join("expired.key"))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let port = listener.local_addr()?.port().to_string();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Whoever connects hangs up.
            let _ = acceptor.accept(stream).await;
        }
    });
    assert_eq!(
        imap(&office, &[("imap_port", &port)]).await?,
        Some(ConnectionProblem::Expired)
    );
    assert_eq!(
        smtp(&office, "hello", &[("smtp_port", &port)]).await?,
        Some(ConnectionProblem::Expired)
    );
    serving.abort();
    Ok(())
}

#[tokio::test]
async fn a_hosted_server_does_not_look_around_in_its_own_network() -> Result<()> {
    let office = Office::new().await?;
    let hosted = office
        .beside(|config| config.mailbox_private = false)
        .await?;
    let closed = closed_port().await?;
    for others in [
        vec![],
        vec![("imap_port", closed.as_str())],
        vec![("imap_host", "127.0.0.1")],
        vec![("imap_host", "10.0.0.1")],
        vec![("imap_host", "169.254.169.254")],
        vec![("imap_host", "::1")],
        vec![("imap_host", "localhost"), ("imap_security", "none")],
    ] {
        let tested = tested_at(&hosted, &office, "hello", &others).await?;
        let trouble = tested
            .imap
            .context("there is a server")?
            .err()
            .context("it is not reached")?;
        // Whether anything listens there cannot be told.
        assert_eq!(trouble, ConnectionProblem::Forbidden.into(), "{others:?}");
    }
    Ok(())
}

#[tokio::test]
async fn smtp_works_with_tls_with_starttls_and_without_signing_in() -> Result<()> {
    let office = Office::new().await?;
    let plain = office.servers.smtp.to_string();
    assert_eq!(smtp(&office, "hello", &[]).await?, None);
    assert_eq!(
        smtp(
            &office,
            "hello",
            &[("smtp_port", &plain), ("smtp_security", "starttls")]
        )
        .await?,
        None
    );
    let nobody = [
        ("smtp_port", plain.as_str()),
        ("smtp_security", "none"),
        ("smtp_user", ""),
        ("smtp_password", ""),
    ];
    assert_eq!(smtp(&office, "hello", &nobody).await?, None);
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_smtp_is_named() -> Result<()> {
    let office = Office::new().await?;
    let (plain, imap, closed) = (
        office.servers.smtp.to_string(),
        office.servers.imap.to_string(),
        closed_port().await?,
    );
    for (local, others, problem) in [
        (
            "hello",
            vec![("smtp_host", "nowhere.invalid")],
            ConnectionProblem::HostUnknown,
        ),
        (
            "hello",
            vec![("smtp_port", closed.as_str())],
            ConnectionProblem::Refused,
        ),
        (
            "hello",
            vec![("smtp_host", "127.0.0.1")],
            ConnectionProblem::WrongName,
        ),
        (
            "hello",
            vec![("smtp_port", plain.as_str())],
            ConnectionProblem::NoTls,
        ),
        (
            "hello",
            vec![("smtp_port", imap.as_str()), ("smtp_security", "starttls")],
            ConnectionProblem::NotSmtp,
        ),
        (
            "hello",
            vec![("smtp_port", plain.as_str()), ("smtp_security", "none")],
            ConnectionProblem::NoLogin,
        ),
        (
            "hello",
            vec![("smtp_password", "wrong")],
            ConnectionProblem::LoginRefused,
        ),
        ("forged", vec![], ConnectionProblem::SenderRefused),
    ] {
        assert_eq!(
            smtp(&office, local, &others).await?,
            Some(problem),
            "{local} {others:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn without_scripts_the_page_says_what_is_wrong_and_keeps_what_was_typed() -> Result<()> {
    let office = Office::new().await?;
    let mut browser = office.browser().await?;
    let fields = office.fields(
        "hello",
        &[("name", "Kept as typed"), ("imap_folder", "Nowhere")],
    );
    let mut pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let sent = browser
        .submit("/settings/mailboxes/new", TEST, &pairs)
        .await?;
    assert_eq!(sent.location(), Some("/settings/mailboxes/new"));
    let page = browser.get("/settings/mailboxes/new").await?.body;
    for text in [
        "role=\"alert\"",
        "IMAP does not work: There is no such folder on the server",
        "Kept as typed",
        "Nowhere",
    ] {
        ensure!(page.contains(text), "{text}: {page}");
    }
    ensure!(!page.contains(MAIL_PASSWORD));
    pairs.retain(|(name, _)| *name != "fields[imap_folder]");
    browser
        .submit("/settings/mailboxes/new", TEST, &pairs)
        .await?;
    let page = browser.get("/settings/mailboxes/new").await?.body;
    ensure!(
        page.contains("IMAP works: the folder can be read."),
        "{page}"
    );
    Ok(())
}
