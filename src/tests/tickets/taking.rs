//! What becomes of a message that arrives: a new ticket of the right customer, one more message of a ticket, or nothing; once only,
//! and whatever it is made of.

use anyhow::{Context, Result, ensure};
use http::StatusCode;

use super::{KIND, world::Desk};
use crate::{
    mailbox::Taken,
    model::{RecordId, RecordKind, Value},
    records::store,
};

async fn messages(desk: &Desk, id: RecordId) -> Result<i64> {
    Ok(
        sqlx::query_scalar("select count(*) from ticket_messages where record_id = $1")
            .bind(id.0)
            .fetch_one(&desk.app.owner)
            .await?,
    )
}

async fn tickets(desk: &Desk) -> Result<i64> {
    Ok(sqlx::query_scalar("select count(*) from tickets")
        .fetch_one(&desk.app.owner)
        .await?)
}

#[tokio::test]
async fn a_clients_mail_opens_a_ticket_with_the_next_number_and_nobody_responsible() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Re: FW: Printer on fire", "It burns.\n\nCarla");
    let first = desk.opened(&letter).await?;
    let second = desk.ticket("Another").await?;
    assert_eq!(desk.record(first).await?.name(), "#1 Printer on fire");
    assert_eq!(desk.record(second).await?.name(), "#2 Another");
    assert_eq!(desk.shows(first, "status").await?, "New");
    assert_eq!(
        desk.shows(first, "client_email").await?,
        desk.address("carla")
    );
    assert_eq!(desk.shows(first, "client_name").await?, "Carla Client");
    assert_eq!(desk.shows(first, "mailbox").await?, desk.address("help"));
    assert_eq!(desk.value(first, "assigned_to").await?, Value::Empty);
    let page = desk
        .browser(&desk.bob)
        .await?
        .get(&KIND.address(first))
        .await?;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("It burns."), "{}", page.body);
    let opened = format!(
        "Carla Client ({}) opened this ticket",
        desk.address("carla")
    );
    assert!(page.body.contains(&opened), "{}", page.body);
    Ok(())
}

#[tokio::test]
async fn another_account_counts_its_own_tickets() -> Result<()> {
    let desk = Desk::new().await?;
    desk.ticket("Ours").await?;
    let (_, olga) = desk.app.account("Other").await?;
    let id = desk
        .app
        .create(&olga, KIND, &[("subject", "Theirs")])
        .await?;
    let mut tx = desk.app.database.begin(&olga).await?;
    assert_eq!(store::record(&mut tx, KIND, id).await?.name(), "#1 Theirs");
    Ok(())
}

#[tokio::test]
async fn the_same_message_is_taken_in_once_however_often_it_comes_and_at_once() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Once", "Only once.");
    let both = tokio::join!(desk.arrives(&letter), desk.arrives(&letter));
    let mut both = [both.0?, both.1?];
    both.sort_by_key(|taken| *taken == Taken::Known);
    let [Taken::Opened(id), Taken::Known] = both else {
        anyhow::bail!("{both:?}");
    };
    assert_eq!(desk.arrives(&letter).await?, Taken::Known);
    assert_eq!(messages(&desk, id).await?, 1);
    // Another one that bears the same id is another one.
    let other = super::world::Letter {
        subject: "Twice".to_owned(),
        ..letter
    };
    assert!(matches!(desk.arrives(&other).await?, Taken::Opened(_)));
    Ok(())
}

#[tokio::test]
async fn an_answer_finds_its_ticket_by_what_it_refers_to_else_by_the_token_in_its_subject()
-> Result<()> {
    let desk = Desk::new().await?;
    let first = desk.letter("Invoice", "Where is it?");
    let id = desk.opened(&first).await?;
    let by_reference = desk
        .letter("quite another subject", "Found it.")
        .with("In-Reply-To", format!("<{}>", first.id));
    assert_eq!(desk.arrives(&by_reference).await?, Taken::Added(id));
    let (number, token): (i32, String) =
        sqlx::query_as("select number, token from tickets where id = $1")
            .bind(id.0)
            .fetch_one(&desk.app.owner)
            .await?;
    let by_token = desk.letter(
        &format!("AW: Invoice [#{number}-{}]", token.to_uppercase()),
        "And this.",
    );
    assert_eq!(desk.arrives(&by_token).await?, Taken::Added(id));
    // Who guesses a number has not the token.
    let guessed = desk.letter(&format!("Re: Invoice [#{number}-aaaaaa]"), "Let me in.");
    let other = desk.opened(&guessed).await?;
    assert_ne!(other, id);
    assert_eq!(desk.shows(other, "subject").await?, "Invoice");
    assert_eq!(messages(&desk, id).await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_client_who_writes_again_opens_what_was_closed_or_waited_for_him() -> Result<()> {
    let desk = Desk::new().await?;
    let first = desk.letter("Again", "Help.");
    let id = desk.opened(&first).await?;
    let again = || {
        desk.letter("Again", "Still.")
            .with("References", format!("<{}>", first.id))
    };
    // Nobody has answered yet: it stays new.
    desk.arrives(&again()).await?;
    assert_eq!(desk.shows(id, "status").await?, "New");
    desk.reply(&desk.bob, id, &[("body", "Did you try turning it off?")])
        .await?;
    assert_eq!(desk.shows(id, "status").await?, "Waiting for client");
    desk.arrives(&again()).await?;
    assert_eq!(desk.shows(id, "status").await?, "Open");
    desk.reply(&desk.bob, id, &[("body", "Done."), ("closes", "true")])
        .await?;
    assert_eq!(desk.shows(id, "status").await?, "Closed");
    assert_ne!(desk.value(id, "closed_at").await?, Value::Empty);
    desk.arrives(&again()).await?;
    assert_eq!(desk.shows(id, "status").await?, "Open");
    assert_eq!(desk.value(id, "closed_at").await?, Value::Empty);
    // What lies in the bin is not written into.
    let tx = desk.app.database.begin(&desk.ann).await?;
    store::delete(tx, KIND, id).await?;
    assert!(matches!(desk.arrives(&again()).await?, Taken::Opened(_)));
    Ok(())
}

#[tokio::test]
async fn machines_that_answer_open_nothing_and_are_written_into_their_ticket_without_waking_it()
-> Result<()> {
    let desk = Desk::new().await?;
    let first = desk.letter("Holidays", "Help.");
    let id = desk.opened(&first).await?;
    desk.reply(&desk.bob, id, &[("body", "Here."), ("closes", "true")])
        .await?;
    let away = |text: &str| {
        desk.letter("Out of office", text)
            .with("Auto-Submitted", "auto-replied")
    };
    assert_eq!(
        desk.arrives(&away("Nothing of yours.")).await?,
        Taken::Ignored
    );
    let about_ours = away("I am away.").with("In-Reply-To", format!("<{}>", first.id));
    assert_eq!(desk.arrives(&about_ours).await?, Taken::Added(id));
    assert_eq!(desk.shows(id, "status").await?, "Closed");
    let mut bounce = desk
        .letter("Undelivered Mail Returned to Sender", "No such user.")
        .with("Auto-Submitted", "auto-replied");
    bounce.from = "Mail Delivery System <mailer-daemon@relay.test>".to_owned();
    assert_eq!(desk.arrives(&bounce).await?, Taken::Ignored);
    let mut ours = desk.letter("Round and round", "A copy of our own.");
    ours.from = desk.address("HELP");
    assert_eq!(desk.arrives(&ours).await?, Taken::Ignored);
    assert_eq!(tickets(&desk).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_customer_is_a_contact_of_this_address_else_a_company_else_nobody() -> Result<()> {
    let desk = Desk::new().await?;
    let ticket = desk.ticket("Before").await?;
    assert_eq!(desk.value(ticket, "customer").await?, Value::Empty);
    let email = desk.address("carla");
    let company = desk
        .app
        .create(
            &desk.ann,
            RecordKind::Company,
            &[("name", "Acorn"), ("email", &email.to_uppercase())],
        )
        .await?;
    let ticket = desk.ticket("By company").await?;
    let named = |value: Value| match value {
        Value::Record { kind, id, .. } => Some((kind, id)),
        _ => None,
    };
    assert_eq!(
        named(desk.value(ticket, "customer").await?),
        Some((RecordKind::Company, Some(company)))
    );
    let other = desk.address("other");
    let both = format!("{other}, {email}");
    let contact = desk
        .app
        .create(
            &desk.ann,
            RecordKind::Contact,
            &[("last_name", "Client"), ("emails", &both)],
        )
        .await?;
    let ticket = desk.ticket("By contact").await?;
    assert_eq!(
        named(desk.value(ticket, "customer").await?),
        Some((RecordKind::Contact, Some(contact)))
    );
    // An address that only begins like it is another's.
    let mut alike = desk.letter("Alike", "Hello.");
    alike.from = format!("x{email}");
    assert_eq!(
        desk.value(desk.opened(&alike).await?, "customer").await?,
        Value::Empty
    );
    Ok(())
}

#[tokio::test]
async fn a_client_whom_nobody_knows_becomes_a_contact_and_the_customer_with_one_click() -> Result<()>
{
    let desk = Desk::new().await?;
    let id = desk.ticket("Unknown").await?;
    let ticket = id.to_string();
    let values = [("id", ticket.as_str())];
    let mut browser = desk.browser(&desk.bob).await?;
    let page = browser.get(&KIND.address(id)).await?.body;
    assert!(page.contains("Create contact: Carla Client"), "{page}");
    let answer = browser.call("/api/contact_of_ticket", &values).await?;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let customer = desk.value(id, "customer").await?;
    assert!(
        matches!(&customer, Value::Record { kind: RecordKind::Contact, name, .. } if name == "Carla Client"),
        "{customer:?}"
    );
    // The next one is his by his address, and nobody makes him twice.
    let next = desk.ticket("Known").await?;
    assert_eq!(desk.value(next, "customer").await?, customer);
    assert!(
        !browser
            .call("/api/contact_of_ticket", &values)
            .await?
            .status
            .is_success()
    );
    let contacts: i64 = sqlx::query_scalar("select count(*) from contacts")
        .fetch_one(&desk.app.owner)
        .await?;
    assert_eq!(contacts, 1);
    Ok(())
}

#[tokio::test]
async fn files_that_no_message_has_are_swept_away_and_no_others() -> Result<()> {
    let desk = Desk::new().await?;
    let id = desk.ticket("Files").await?;
    let lost = desk
        .app
        .app
        .files
        .put(
            desk.account,
            b"of a transaction that was rolled back".to_vec(),
        )
        .await?;
    let kept: uuid::Uuid =
        sqlx::query_scalar("select original from ticket_messages where record_id = $1")
            .bind(id.0)
            .fetch_one(&desk.app.owner)
            .await?;
    // Nothing is swept that somebody may be about to know.
    assert_eq!(crate::mailbox::sweep::sweep(&desk.app.app).await?, 0);
    long_ago(&desk)?;
    assert_eq!(crate::mailbox::sweep::sweep(&desk.app.app).await?, 1);
    assert!(desk.app.app.files.get(desk.account, lost).await.is_err());
    assert!(!desk.app.app.files.get(desk.account, kept).await?.is_empty());
    Ok(())
}

/// Every file there is was written long ago.
pub(super) fn long_ago(desk: &Desk) -> Result<()> {
    let then = std::time::SystemTime::now() - std::time::Duration::from_secs(7200);
    for entry in walk(&desk.app.config.files)? {
        std::fs::File::options()
            .write(true)
            .open(entry)?
            .set_modified(then)?;
    }
    Ok(())
}

/// The files below a folder.
fn walk(folder: &std::path::Path) -> Result<Vec<std::path::PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(walk(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

#[tokio::test]
async fn search_finds_a_ticket_by_its_subject_its_people_and_the_text_of_its_messages() -> Result<()>
{
    let desk = Desk::new().await?;
    let id = desk
        .opened(&desk.letter("Imprimante", "Le tambour grésille."))
        .await?;
    desk.reply(&desk.bob, id, &[("body", "Remplacez la cartouche.")])
        .await?;
    let finds = async |q: &str| -> Result<bool> {
        let mut tx = desk.app.database.begin(&desk.bob).await?;
        let found = store::search(&mut tx, q).await?;
        Ok(found
            .iter()
            .flat_map(|one| &one.hits)
            .any(|hit| hit.id == id))
    };
    for q in [
        "impri",
        "carla",
        "gresille",
        "cartouche",
        "1",
        "tambour carla",
    ] {
        assert!(finds(q).await?, "{q}");
    }
    assert!(!finds("trommel").await?);
    // Another subject loses the words of the old one, and no others.
    let typed = [("subject".to_owned(), "Scanner".to_owned())].into();
    let tx = desk.app.database.begin(&desk.bob).await?;
    store::overwrite(tx, KIND, id, &typed)
        .await?
        .commit()
        .await?;
    assert!(!finds("impri").await?);
    for q in ["scanner", "gresille", "cartouche", "1"] {
        assert!(finds(q).await?, "{q}");
    }
    Ok(())
}

#[tokio::test]
async fn every_message_of_the_collection_is_taken_in_and_shown() -> Result<()> {
    let desk = Desk::new().await?;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/mail");
    let mut browser = desk.browser(&desk.bob).await?;
    let mut seen = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|ending| ending != "eml") {
            continue;
        }
        let taken = desk
            .take(&std::fs::read(&path)?)
            .await
            .with_context(|| path.display().to_string())?;
        // One of them is a bounce.
        let Taken::Opened(id) = taken else {
            ensure!(taken == Taken::Ignored, "{taken:?} of {}", path.display());
            continue;
        };
        let page = browser.get(&KIND.address(id)).await?;
        assert_eq!(page.status, StatusCode::OK, "{}", path.display());
        let (message, html): (uuid::Uuid, bool) =
            sqlx::query_as("select id, html is not null from ticket_messages where record_id = $1")
                .bind(id.0)
                .fetch_one(&desk.app.owner)
                .await?;
        let address = format!("{}/messages/{message}", KIND.address(id));
        let frame = browser.get(&address).await?;
        let expected = if html {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        };
        assert_eq!(frame.status, expected, "{}", path.display());
        let original = browser.bytes(&format!("{address}/original")).await?;
        assert_eq!(original.1, std::fs::read(&path)?, "{}", path.display());
        seen += 1;
    }
    assert!(seen >= 20, "{seen} of the collection opened a ticket");
    Ok(())
}
