//! What is written to a client arrives in his mailbox, with headers by which mail programs put it where it belongs; what is written
//! among colleagues arrives nowhere. Drafts; replies on top of what was not seen; mail servers that refuse.

use anyhow::{Context, Result};
use http::StatusCode;

use super::world::{Desk, header};
use crate::model::{AppError, Problem};

#[tokio::test]
async fn a_reply_arrives_at_the_client_and_his_answer_to_it_comes_back_into_the_ticket()
-> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Broken é", "It is broken.");
    let id = desk.opened(&letter).await?;
    let text = "Bonjour Carla,\n\nça marche ?\n.\nBob";
    desk.reply(
        &desk.bob,
        id,
        &[("body", text), ("copies", &desk.address("dora"))],
    )
    .await?;
    desk.app.work().await?;
    let mails = desk.mails("carla", 1).await?;
    let raw = mails.first().context("there is one")?;
    let mail = crate::mailbox::message::read(raw.as_bytes());
    assert_eq!(mail.text.trim_end(), text);
    assert_eq!(header(raw, "In-Reply-To"), Some(format!("<{}>", letter.id)));
    assert_eq!(header(raw, "References"), Some(format!("<{}>", letter.id)));
    assert_eq!(header(raw, "Auto-Submitted"), None);
    let from = mail.from.context("it is from somebody")?;
    assert_eq!(from.email, desk.address("help"));
    assert_eq!(from.name, "Acme Help");
    assert!(
        mail.subject.starts_with("Re: Broken é [#1-"),
        "{}",
        mail.subject
    );
    // Who has a copy has the same one.
    assert_eq!(desk.mails("dora", 1).await?.len(), 1);
    let state: String = sqlx::query_scalar(
        "select state from ticket_messages where record_id = $1 and way = 'out'",
    )
    .bind(id.0)
    .fetch_one(&desk.app.owner)
    .await?;
    assert_eq!(state, "sent");
    // His mail program answers that message, which he has by its id.
    let its_id = mail.message_id.context("it has an id")?;
    let again = desk
        .letter("RE: whatever", "Yes!")
        .with("In-Reply-To", format!("<{its_id}>"));
    assert_eq!(
        desk.arrives(&again).await?,
        crate::mailbox::Taken::Added(id)
    );
    Ok(())
}

#[tokio::test]
async fn no_internal_note_ever_reaches_a_mail_server() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Secret", "Hello?");
    let id = desk.opened(&letter).await?;
    desk.assign(&desk.ann, id, Some(&desk.bob)).await?;
    let secret = "NEVER-SENT-b7c1";
    desk.note(&desk.cas, id, &format!("{secret} @Bob Boon"))
        .await?;
    desk.reply(&desk.bob, id, &[("body", "We are looking into it.")])
        .await?;
    desk.note(&desk.bob, id, secret).await?;
    let kept = [
        ("id", id.to_string()),
        ("internal", "true".into()),
        ("body", format!("{secret} draft")),
    ];
    let kept: Vec<(&str, &str)> = kept
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    desk.browser(&desk.bob)
        .await?
        .call("/api/save_ticket_draft", &kept)
        .await?;
    desk.reply(
        &desk.bob,
        id,
        &[("body", "It works again."), ("closes", "true")],
    )
    .await?;
    desk.app.work().await?;
    let mails = desk.mails("carla", 2).await?;
    assert!(mails.iter().all(|raw| !raw.contains(secret)));
    // Nothing of it stands where replies are taken from, either.
    let sent: i64 =
        sqlx::query_scalar("select count(*) from ticket_messages where body like '%' || $1 || '%'")
            .bind(secret)
            .fetch_one(&desk.app.owner)
            .await?;
    assert_eq!(sent, 0);
    Ok(())
}

#[tokio::test]
async fn a_reply_on_top_of_what_its_author_has_not_seen_asks_first() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Race", "One.");
    let id = desk.opened(&letter).await?;
    let seen = desk.newest(id).await?;
    let ticket = id.to_string();
    let mut browser = desk.browser(&desk.bob).await?;
    desk.arrives(
        &desk
            .letter("Race", "Two.")
            .with("In-Reply-To", format!("<{}>", letter.id)),
    )
    .await?;
    let values = [
        ("id", ticket.as_str()),
        ("seen", seen.as_str()),
        ("body", "An answer to one."),
    ];
    let answer = browser.call("/api/reply_to_ticket", &values).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::WrittenMeanwhile));
    let meant = [values.as_slice(), &[("confirmed", "true")]].concat();
    assert_eq!(
        browser.call("/api/reply_to_ticket", &meant).await?.status,
        StatusCode::OK
    );
    // A colleague's note counts as well.
    let seen = desk.newest(id).await?;
    desk.note(&desk.cas, id, "Careful with this one.").await?;
    let values = [
        ("id", ticket.as_str()),
        ("seen", seen.as_str()),
        ("body", "Too fast."),
    ];
    let answer = browser.call("/api/reply_to_ticket", &values).await?;
    assert_eq!(answer.error()?, AppError::form(Problem::WrittenMeanwhile));
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_beside_its_field() -> Result<()> {
    let desk = Desk::new().await?;
    let id = desk.ticket("Fields").await?;
    let (ticket, seen) = (id.to_string(), desk.newest(id).await?);
    let mut browser = desk.browser(&desk.bob).await?;
    let mut refused = async |values: &[(&str, &str)]| -> Result<AppError> {
        let all = [&[("id", ticket.as_str()), ("seen", seen.as_str())], values].concat();
        browser.call("/api/reply_to_ticket", &all).await?.error()
    };
    assert_eq!(
        refused(&[("body", " \n ")]).await?,
        AppError::field("body", Problem::Required)
    );
    assert_eq!(
        refused(&[("body", "x"), ("copies", "not an address")]).await?,
        AppError::field("copies", Problem::NotAnEmail)
    );
    desk.app
        .as_owner("update tickets set client_email = null")
        .await?;
    assert_eq!(
        refused(&[("body", "x")]).await?,
        AppError::form(Problem::NobodyToWriteTo)
    );
    desk.app
        .as_owner(
            "update tickets set client_email = 'a@b.test'; update mailboxes set active = false",
        )
        .await?;
    assert_eq!(
        refused(&[("body", "x")]).await?,
        AppError::form(Problem::NoMailbox)
    );
    Ok(())
}

#[tokio::test]
async fn a_reply_that_is_refused_for_good_says_so_and_can_be_tried_again() -> Result<()> {
    let desk = Desk::new().await?;
    let mut letter = desk.letter("Refused", "Hello.");
    letter.from = desk.address("refused");
    let id = desk.opened(&letter).await?;
    desk.reply(&desk.bob, id, &[("body", "Nobody will read this.")])
        .await?;
    desk.app.work().await?;
    let mut browser = desk.browser(&desk.bob).await?;
    let address = super::KIND.address(id);
    let page = browser.get(&address).await?;
    assert!(page.body.contains("Not sent"), "{}", page.body);
    assert!(page.body.contains("no such mailbox"), "{}", page.body);
    let message: uuid::Uuid =
        sqlx::query_scalar("select id from ticket_messages where way = 'out' and state = 'failed'")
            .fetch_one(&desk.app.owner)
            .await?;
    desk.app.as_owner(&format!("update ticket_messages set recipients = jsonb_build_array(jsonb_build_object('name', '', 'email', '{}'))", desk.address("carla"))).await?;
    let values = [("id", id.to_string()), ("message", message.to_string())];
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    assert_eq!(
        browser.call("/api/send_again", &values).await?.status,
        StatusCode::OK
    );
    desk.app.work().await?;
    assert_eq!(desk.mails("carla", 1).await?.len(), 1);
    // There is nothing to try again with what has gone.
    assert_eq!(
        browser.call("/api/send_again", &values).await?.status,
        StatusCode::NOT_FOUND
    );
    Ok(())
}

#[tokio::test]
async fn a_draft_is_kept_for_its_author_alone_until_it_is_sent() -> Result<()> {
    let desk = Desk::new().await?;
    let id = desk.ticket("Draft").await?;
    let ticket = id.to_string();
    let address = super::KIND.address(id);
    let mut bob = desk.browser(&desk.bob).await?;
    let values = [
        ("id", ticket.as_str()),
        ("body", "Dear <b>Carla</b>,"),
        ("copies", "dora@x.test"),
    ];
    assert_eq!(
        bob.call("/api/save_ticket_draft", &values).await?.status,
        StatusCode::OK
    );
    let page = bob.get(&address).await?.body;
    assert!(
        page.contains("Dear &lt;b&gt;Carla&lt;/b&gt;,") && page.contains("dora@x.test"),
        "{page}"
    );
    let others = desk.browser(&desk.cas).await?.get(&address).await?.body;
    assert!(!others.contains("Dear &lt;b&gt;"));
    desk.reply(&desk.bob, id, &[("body", "Dear Carla, done.")])
        .await?;
    let page = bob.get(&address).await?.body;
    assert!(!page.contains("Dear &lt;b&gt;"));
    Ok(())
}

#[tokio::test]
async fn files_go_with_the_reply_and_with_no_other() -> Result<()> {
    let desk = Desk::new().await?;
    let id = desk.ticket("With files").await?;
    let address = super::KIND.address(id);
    let mut bob = desk.browser(&desk.bob).await?;
    let typed = [("body", "Half a sen"), ("copies", "")];
    for (name, bytes) in [
        ("../../Offer \u{202e}fdp.exe", b"MZ".as_slice()),
        ("plan.txt", b"the plan"),
    ] {
        let answer = bob
            .send_file(&format!("{address}/files"), &typed, name, bytes)
            .await?;
        assert_eq!(answer.location(), Some(format!("{address}#reply").as_str()));
    }
    let page = bob.get(&address).await?.body;
    assert!(
        page.contains("plan.txt") && page.contains("Half a sen"),
        "{page}"
    );
    assert!(
        !page.contains("../") && !page.contains('\u{202e}'),
        "{page}"
    );
    // Nobody else sees or sends them.
    let others = desk.browser(&desk.cas).await?.get(&address).await?.body;
    assert!(!others.contains("plan.txt"));
    desk.reply(&desk.cas, id, &[("body", "Without files.")])
        .await?;
    let (ticket, first) = (id.to_string(), [("n", "1")]);
    let values = [&[("id", ticket.as_str())], first.as_slice()].concat();
    assert_eq!(
        bob.call("/api/detach_file", &values).await?.status,
        StatusCode::OK
    );
    desk.reply(&desk.bob, id, &[("body", "With the plan.")])
        .await?;
    desk.reply(&desk.bob, id, &[("body", "Nothing more.")])
        .await?;
    desk.app.work().await?;
    let mails = desk.mails("carla", 3).await?;
    let mut with = Vec::new();
    for raw in &mails {
        let mail = crate::mailbox::message::read(raw.as_bytes());
        with.extend(mail.attachments.iter().map(|file| {
            (
                mail.text.trim().to_owned(),
                file.name.clone(),
                file.bytes.clone(),
            )
        }));
    }
    assert_eq!(
        with,
        [(
            "With the plan.".to_owned(),
            "plan.txt".to_owned(),
            b"the plan".to_vec()
        )]
    );
    // It stands in the ticket, for whoever reads it.
    let page = desk.browser(&desk.cas).await?.get(&address).await?.body;
    assert!(page.contains("plan.txt"), "{page}");
    Ok(())
}
