//! A mail server that says no, says not now, or is away.

use std::net::Ipv4Addr;

use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use super::{Post, Received, mailbox, mails};
use crate::{
    notifications::{Due, send},
    tests::support::eventually,
};

#[tokio::test]
async fn a_no_for_good_is_given_up_after_three_tries() -> Result<()> {
    let post = Post::new().await?;
    let gone = post
        .app
        .colleague(post.account, "Gone Away", &post.address("refused"))
        .await?;
    let deal = post.given("A deal", &gone).await?;
    for attempts in [1, 2] {
        let error = post
            .send(&gone, deal)
            .await
            .err()
            .context("the queue is to try again")?;
        ensure!(error.to_string().contains("no such mailbox"), "{error}");
        let kept = post.written_down(&gone).await?;
        ensure!(kept[0].attempts == attempts && !kept[0].failed, "{kept:?}");
    }
    post.send(&gone, deal).await?;
    let kept = post.written_down(&gone).await?;
    ensure!(
        kept.len() == 1 && kept[0].attempts == 3 && kept[0].failed && !kept[0].sent,
        "{kept:?}"
    );
    let why = kept[0].error.as_deref().unwrap_or_default();
    ensure!(
        why.contains("550") && why.contains("There is no such mailbox"),
        "{why}"
    );
    // It stays so, and what happens next is tried anew.
    post.send(&gone, deal).await?;
    let next = post.given("Another deal", &gone).await?;
    ensure!(post.send(&gone, next).await.is_err());
    let kept = post.written_down(&gone).await?;
    assert_eq!(
        kept.iter().map(|mail| mail.attempts).collect::<Vec<_>>(),
        [3, 1]
    );
    ensure!(mailbox(&gone.email)?.is_empty());

    // An admin reads to whom and why, not what; and has it sent once the address is right.
    let mut browser = post.browser().await?;
    let page = browser.get("/settings/jobs").await?.body;
    for part in ["Gone Away", "There is no such mailbox"] {
        ensure!(page.contains(part), "{part} in {page}");
    }
    ensure!(!page.contains("A deal"), "{page}");
    let back = post.address("back");
    post.app
        .as_owner(&format!(
            "update users set email = '{back}' where full_name = 'Gone Away'"
        ))
        .await?;
    post.taken("mail").await?;
    let id = kept[0].id.to_string();
    let answer = browser.call("/api/retry-job", &[("id", &id)]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    assert_eq!(post.queued("mail").await?.len(), 1);
    post.send(&gone, deal).await?;
    let mails = mails(&back, 1).await?;
    assert_eq!(mails[0].id, format!("mail.{id}@127.0.0.1"));
    let kept = post.written_down(&gone).await?;
    ensure!(kept[0].sent && !kept[0].failed, "{kept:?}");
    Ok(())
}

#[tokio::test]
async fn a_no_for_now_is_tried_again_and_again() -> Result<()> {
    let post = Post::new().await?;
    let busy = post
        .app
        .colleague(post.account, "Busy Bee", &post.address("later"))
        .await?;
    let deal = post.given("A deal", &busy).await?;
    for attempts in 1..=5 {
        ensure!(post.send(&busy, deal).await.is_err());
        let kept = post.written_down(&busy).await?;
        ensure!(
            kept.len() == 1 && kept[0].attempts == attempts && !kept[0].failed,
            "{kept:?}"
        );
        let why = kept[0].error.as_deref().unwrap_or_default();
        ensure!(
            why.contains("451") && why.contains("The mailbox is busy"),
            "{why}"
        );
    }
    // Some days later it is given up all the same.
    post.app.as_owner("update mails set attempts = 17").await?;
    post.send(&busy, deal).await?;
    ensure!(post.written_down(&busy).await?[0].failed);
    Ok(())
}

#[tokio::test]
async fn a_server_that_was_away_gets_the_mail_when_it_is_back() -> Result<()> {
    let post = Post::new().await?;
    // Nobody listens there once it is closed.
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await?
        .local_addr()?;
    let away = post.beside(&format!("smtp://{closed}")).await?;
    let deal = post.given("A deal", &post.bob).await?;
    let due = Due::Record(Some(deal.0));
    ensure!(
        send(&away.app, post.account, post.bob.user, due)
            .await
            .is_err()
    );
    let before = post.written_down(&post.bob).await?;
    ensure!(
        before[0].attempts == 1 && before[0].error.is_some() && !before[0].failed,
        "{before:?}"
    );

    post.send(&post.bob, deal).await?;
    let mails = mails(&post.bob.email, 1).await?;
    assert_eq!(mails[0].id, format!("mail.{}@127.0.0.1", before[0].id));
    let after = post.written_down(&post.bob).await?;
    ensure!(
        after.len() == 1 && after[0].sent && after[0].attempts == 2,
        "{after:?}"
    );
    assert_eq!(after[0].error, None, "what went wrong before is over");
    Ok(())
}

/// The mail may have arrived although the answer did not: whoever gets it twice sees by its id that it is the same.
#[tokio::test]
async fn a_retry_has_the_message_id_of_the_first_try() -> Result<()> {
    let post = Post::new().await?;
    let (mut moody, address) = Moody::listen().await?;
    let server = post.beside(&format!("smtp://{address}")).await?;
    let deal = post.given("A deal", &post.bob).await?;
    let due = Due::Record(Some(deal.0));
    let mut got = Vec::new();
    for answer in ["451 4.3.0 Not now", "250 Taken"] {
        let (sent, mail) = tokio::join!(
            send(&server.app, post.account, post.bob.user, due),
            moody.take(answer)
        );
        assert_eq!(sent.is_ok(), answer.starts_with("250"), "{sent:?}");
        got.push(mail?);
    }
    ensure!(!got[0].id.is_empty());
    assert_eq!(got[0].id, got[1].id);
    assert_eq!(got[0].text, got[1].text);
    assert_eq!(
        got[0].header("List-Unsubscribe"),
        got[1].header("List-Unsubscribe")
    );
    Ok(())
}

/// What is in no queue, an invitation or a new password, is tried again too.
#[tokio::test]
async fn a_mail_that_is_in_no_queue_survives_a_no_for_now() -> Result<()> {
    let post = Post::new().await?;
    let (mut moody, address) = Moody::listen().await?;
    let server = post.beside(&format!("smtp://{address}")).await?;
    server
        .app
        .mailer
        .send(post.bob.email.clone(), "Olá".into(), "A link".into());
    let first = moody.take("451 4.3.0 Not now").await?;
    let second = moody.take("250 Taken").await?;
    assert_eq!(
        (first.subject.as_str(), first.id.as_str()),
        ("Olá", second.id.as_str())
    );
    ensure!(second.id.ends_with("@127.0.0.1"), "{}", second.id);

    // By the real one as well.
    post.app
        .app
        .mailer
        .send(post.bob.email.clone(), "Olá".into(), "A link".into());
    let mails = eventually(async || mails(&post.bob.email, 1).await).await?;
    assert_eq!(mails[0].subject, "Olá");
    Ok(())
}

/// A mail server that hears a whole mail before it says what it thinks of it.
struct Moody(TcpListener);

impl Moody {
    async fn listen() -> Result<(Self, String)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?.to_string();
        Ok((Self(listener), address))
    }

    /// One connection with one mail.
    async fn take(&mut self, answer: &str) -> Result<Received> {
        let (stream, _) = self.0.accept().await?;
        let mut stream = BufReader::new(stream);
        say(&mut stream, "220 moody.test").await?;
        let mut mail = String::new();
        let mut line = String::new();
        loop {
            line.clear();
            if stream.read_line(&mut line).await? == 0 {
                break;
            }
            let command = line.trim_end();
            if command == "DATA" {
                say(&mut stream, "354 Go on").await?;
                loop {
                    line.clear();
                    ensure!(
                        stream.read_line(&mut line).await? > 0,
                        "it ends within a mail"
                    );
                    if line.trim_end() == "." {
                        break;
                    }
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                say(&mut stream, answer).await?;
            } else if command == "QUIT" {
                say(&mut stream, "221 Bye").await?;
                break;
            } else {
                say(&mut stream, "250 Fine").await?;
            }
            // Whoever sent keeps the connection for the next; this one is done.
            if !mail.is_empty() {
                break;
            }
        }
        Received::read(mail.replace("\r\n", "\n"))
    }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Result<()> {
    stream
        .get_mut()
        .write_all(format!("{words}\r\n").as_bytes())
        .await?;
    Ok(())
}
