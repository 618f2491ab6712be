//! The grid of Settings > My notifications: what everybody gets, what one chooses, and what of it is kept.
//! A browser sends the boxes that are ticked, and no others.

use anyhow::{Result, ensure};

use super::{ticked, told_of_company};
use crate::{
    model::{
        AppError, Problem,
        notifications::{Channel, Event},
    },
    tests::support::TestApp,
};

const PAGE: &str = "/settings/notifications";
const SAVE: &str = "/api/save-notification-choices";

fn form(events: impl IntoIterator<Item = Event>, ticked: &[String]) -> Vec<(&'static str, &str)> {
    let events = events.into_iter().map(|event| ("events[]", event.code()));
    events
        .chain(ticked.iter().map(|cell| ("ticked[]", cell.as_str())))
        .collect()
}

#[tokio::test]
async fn one_chooses_per_kind_of_event_and_channel_and_only_what_is_ones_own_is_kept() -> Result<()>
{
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut browser = app.browser_of(&bob).await?;

    let page = browser.get(PAGE).await?.body;
    let before = ticked(&page);
    // All in the application, and by mail what is most urgent.
    assert_eq!(before.len(), Event::ALL.len() + 3, "{before:?}");
    for name in [
        "I am now responsible: In Steward",
        "I am now responsible: E-mail at once",
        "Somebody mentions me in a note: E-mail at once",
        "A record of mine changes: In Steward",
    ] {
        ensure!(before.contains(&name), "{name} in {before:?}");
    }
    ensure!(
        page.contains("bob@acme.test") && page.contains("Europe/Brussels"),
        "{page}"
    );
    ensure!(page.contains(">My notifications</a>"), "{page}");
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(told.len(), 1);
    ensure!(
        told[0].in_app && told[0].by_mail && !told[0].in_digest,
        "{told:?}"
    );

    // Everything as it was, but for one row.
    let mut cells: Vec<String> = Event::ALL
        .into_iter()
        .flat_map(|event| Channel::ALL.map(|channel| (event, channel)))
        .filter(|(event, channel)| event.by_default().has(*channel))
        .map(|(event, channel)| event.cell(channel))
        .collect();
    cells.retain(|cell| !cell.starts_with("assigned."));
    cells.push(Event::Assigned.cell(Channel::Digest));
    let sent = browser
        .submit(PAGE, SAVE, &form(Event::ALL, &cells))
        .await?;
    assert_eq!(sent.location(), Some(PAGE));
    let page = browser.get(PAGE).await?.body;
    let after = ticked(&page);
    ensure!(page.contains("Saved"), "{page}");
    ensure!(
        after.contains(&"I am now responsible: Daily digest"),
        "{after:?}"
    );
    assert_eq!(after.len(), before.len() - 1, "{after:?}");
    let kept: Vec<String> = sqlx::query_scalar("select event from notification_choices")
        .fetch_all(&app.owner)
        .await?;
    assert_eq!(kept, ["assigned"]);
    let told = told_of_company(&app, &ann, &bob).await?;
    ensure!(
        !told[0].in_app && !told[0].by_mail && told[0].in_digest,
        "{told:?}"
    );

    // What everybody gets again is nobody's own; and Ann has what everybody gets all along.
    cells.retain(|cell| !cell.starts_with("assigned."));
    cells.extend([Channel::InApp, Channel::Mail].map(|channel| Event::Assigned.cell(channel)));
    browser
        .submit(PAGE, SAVE, &form(Event::ALL, &cells))
        .await?;
    let kept: i64 = sqlx::query_scalar("select count(*) from notification_choices")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(kept, 0);
    Ok(())
}

#[tokio::test]
async fn a_row_that_the_form_did_not_have_stays_and_an_unknown_one_is_refused() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    // Nothing ticked at all: no box is sent.
    browser
        .submit(PAGE, SAVE, &form([Event::Note], &[]))
        .await?;
    let page = browser.get(PAGE).await?.body;
    let names = ticked(&page);
    assert_eq!(names.len(), Event::ALL.len() + 2, "{names:?}");
    ensure!(
        !names.iter().any(|name| name.starts_with("A note on")),
        "{names:?}"
    );

    let error = browser
        .call(SAVE, &[("events[]", "weather")])
        .await?
        .error()?;
    assert_eq!(error, AppError::form(Problem::Unknown));
    Ok(())
}

#[tokio::test]
async fn what_waits_for_a_mail_or_the_digest_comes_no_more_once_it_is_unticked() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    told_of_company(&app, &ann, &bob).await?;
    let mut browser = app.browser_of(&bob).await?;
    let cells = [Event::Assigned.cell(Channel::InApp)];
    browser
        .submit(PAGE, SAVE, &form([Event::Assigned], &cells))
        .await?;
    let waiting: (bool, bool) = sqlx::query_as("select in_app, by_mail from notifications")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(waiting, (true, false));
    Ok(())
}

#[tokio::test]
async fn the_page_speaks_the_readers_language() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut browser = app.browser_of(&ann).await?;
    for (language, words) in [
        (
            "fr",
            [
                "Mes notifications",
                "Je deviens responsable : E-mail immédiat",
                "Remplaçant",
            ],
        ),
        (
            "nl",
            [
                "Mijn meldingen",
                "Ik word verantwoordelijk: Meteen per e-mail",
                "Vervanger",
            ],
        ),
    ] {
        app.as_owner(&format!("update users set language = '{language}'"))
            .await?;
        let page = browser.get(PAGE).await?.body;
        for word in words {
            ensure!(page.contains(word), "{language}: {word} in {page}");
        }
    }
    Ok(())
}
