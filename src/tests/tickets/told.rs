//! Who is responsible for a ticket is told what product.md says, once each, and nothing else; and so are those responsible for its
//! customer.

use anyhow::{Context, Result};

use super::{KIND, world::Desk};
use crate::{
    model::{
        Actor, RecordId, RecordKind,
        notifications::{About, Event, NotificationQuery},
    },
    notifications::store as told,
};

/// What somebody was told since he was asked last, the newest first.
async fn told(desk: &Desk, who: &Actor) -> Result<Vec<(Event, Vec<String>)>> {
    desk.app.work().await?;
    let mut tx = desk.app.database.begin(who).await?;
    let page = told::notifications(&mut tx, &NotificationQuery::default()).await?;
    drop(tx);
    let told = page.notifications.into_iter().map(|one| {
        let lines = match &one.about {
            About::Record { .. } => one.lines(who.language),
            _ => Vec::new(),
        };
        (one.event, lines)
    });
    let told = told.collect();
    desk.app
        .as_owner("delete from notifications; delete from mails")
        .await?;
    Ok(told)
}

async fn close(desk: &Desk, by: &Actor, id: RecordId, open: bool) -> Result<()> {
    let id = id.to_string();
    let mut values = vec![("id", id.as_str())];
    if open {
        values.push(("open", "true"));
    }
    let answer = desk
        .browser(by)
        .await?
        .call("/api/close_ticket", &values)
        .await?;
    anyhow::ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(())
}

#[tokio::test]
async fn the_responsible_colleague_is_told_of_each_thing_once() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Told", "Hello.");
    let id = desk.opened(&letter).await?;
    let carla = format!("Carla Client ({})", desk.address("carla"));
    assert_eq!(told(&desk, &desk.bob).await?, []);
    desk.assign(&desk.ann, id, Some(&desk.bob)).await?;
    let one = |event: Event, line: &str| (event, vec![line.to_owned()]);
    assert_eq!(
        told(&desk, &desk.bob).await?,
        [one(Event::Assigned, "Ann Admin assigned this to Bob Boon")]
    );
    desk.note(&desk.cas, id, "Look here.").await?;
    assert_eq!(
        told(&desk, &desk.bob).await?,
        [one(Event::Note, "Cas Claes wrote a note")]
    );
    let again = desk
        .letter("Told", "More.")
        .with("In-Reply-To", format!("<{}>", letter.id));
    desk.arrives(&again).await?;
    assert_eq!(
        told(&desk, &desk.bob).await?,
        [one(Event::Reply, &format!("{carla} wrote a message"))]
    );
    // Nobody is told of what a colleague writes to the client, nor of what he does himself.
    desk.reply(&desk.cas, id, &[("body", "Hello Carla.")])
        .await?;
    desk.note(&desk.bob, id, "My own.").await?;
    assert_eq!(told(&desk, &desk.bob).await?, []);
    close(&desk, &desk.cas, id, false).await?;
    assert_eq!(
        told(&desk, &desk.bob).await?,
        [one(Event::Moved, "Cas Claes changed this")]
    );
    close(&desk, &desk.cas, id, true).await?;
    assert_eq!(told(&desk, &desk.bob).await?.len(), 1);
    // Closed by a reply: once. Opened again by the client: once, as his reply.
    desk.reply(&desk.cas, id, &[("body", "Bye."), ("closes", "true")])
        .await?;
    let closed = told(&desk, &desk.bob).await?;
    assert_eq!(closed.len(), 1, "{closed:?}");
    let again = desk
        .letter("Told", "Not yet!")
        .with("In-Reply-To", format!("<{}>", letter.id));
    desk.arrives(&again).await?;
    let reopened = told(&desk, &desk.bob).await?;
    assert_eq!(
        reopened.iter().map(|(event, _)| *event).collect::<Vec<_>>(),
        [Event::Reply]
    );
    // A mention tells whom it names, whoever is responsible.
    desk.note(&desk.bob, id, "What do you say, @Cas Claes?")
        .await?;
    assert_eq!(
        told(&desk, &desk.cas)
            .await?
            .iter()
            .map(|(event, _)| *event)
            .collect::<Vec<_>>(),
        [Event::Mention]
    );
    desk.assign(&desk.ann, id, None).await?;
    assert_eq!(
        told(&desk, &desk.bob)
            .await?
            .iter()
            .map(|(event, _)| *event)
            .collect::<Vec<_>>(),
        [Event::Unassigned]
    );
    Ok(())
}

#[tokio::test]
async fn an_answering_machine_tells_nobody() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Quiet", "Hello.");
    let id = desk.opened(&letter).await?;
    desk.assign(&desk.ann, id, Some(&desk.bob)).await?;
    told(&desk, &desk.bob).await?;
    let away = desk
        .letter("Out of office", "Away.")
        .with("Auto-Submitted", "auto-replied")
        .with("In-Reply-To", format!("<{}>", letter.id));
    desk.arrives(&away).await?;
    assert_eq!(told(&desk, &desk.bob).await?, []);
    Ok(())
}

#[tokio::test]
async fn the_customers_sales_contact_is_told_where_he_may_open_the_ticket() -> Result<()> {
    let desk = Desk::new().await?;
    for (who, local) in [(&desk.cas, "carla"), (&desk.jan, "jana")] {
        let values = [
            ("name", local),
            ("email", &desk.address(local)),
            ("sales_contact", &who.user.to_string()),
        ];
        desk.app
            .create(&desk.ann, RecordKind::Company, &values)
            .await?;
    }
    desk.app.work().await?;
    desk.app.as_owner("delete from notifications").await?;
    let letter = desk.letter("For Cas", "Hello.");
    let id = desk.opened(&letter).await?;
    let opened = told(&desk, &desk.cas).await?;
    let (event, lines) = opened.first().context("he is told")?;
    assert_eq!((opened.len(), *event), (1, Event::Related));
    assert!(lines[0].ends_with("opened this ticket"), "{lines:?}");
    let mut of_jan = desk.letter("For Jan", "Hello.");
    of_jan.from = desk.address("jana");
    desk.opened(&of_jan).await?;
    assert_eq!(told(&desk, &desk.jan).await?, []);
    assert_eq!(KIND.address(id), format!("/mailbox/{id}"));
    Ok(())
}
