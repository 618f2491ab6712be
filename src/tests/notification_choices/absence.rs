//! One's absence by its form: planned, refused where it cannot be, shown to colleagues, and ended.
//! Days are set around today; nothing waits.

use anyhow::{Result, ensure};
use chrono::{Days, NaiveDate, Utc};

use crate::{
    model::{Actor, AppError, Problem, Problems, RecordKind, notifications::Absence},
    records::store,
    tests::support::{Answer, Browser, TestApp},
};

const PAGE: &str = "/settings/notifications";
const SAVE: &str = "/api/save-absence";

/// So many days from today.
fn day(n: i64) -> NaiveDate {
    let today = Utc::now().date_naive();
    let days = Days::new(n.unsigned_abs());
    if n < 0 { today - days } else { today + days }
}

async fn save(
    browser: &mut Browser<'_>,
    (from, until): (i64, i64),
    stand_in: Option<&Actor>,
) -> Result<Answer> {
    let stand_in = stand_in
        .map(|actor| actor.user.to_string())
        .unwrap_or_default();
    let (from, until) = (day(from).to_string(), day(until).to_string());
    let values = [
        ("from", from.as_str()),
        ("until", &until),
        ("stand_in", &stand_in),
    ];
    browser.call(SAVE, &values).await
}

#[tokio::test]
async fn an_absence_is_planned_changed_shown_to_colleagues_and_ended() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut browser = app.browser_of(&bob).await?;
    ensure!(!browser.get(PAGE).await?.body.contains("End absence"));

    let (from, until, stand_in) = (
        day(-1).to_string(),
        day(9).to_string(),
        ann.user.to_string(),
    );
    let values = [
        ("from", from.as_str()),
        ("until", &until),
        ("stand_in", &stand_in),
    ];
    let sent = browser.submit(PAGE, SAVE, &values).await?;
    assert_eq!(sent.location(), Some(PAGE));
    let body = browser.get(PAGE).await?.body;
    for part in ["Saved", "End absence", &from, &until] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    let chosen = body.contains(&format!("<option value=\"{stand_in}\" selected>Ann Admin"));
    ensure!(chosen, "{body}");

    // Colleagues see it where they choose: beside his name, which stays his name, and once he is chosen.
    let him = bob.user.to_string();
    let company = app
        .create(
            &ann,
            RecordKind::Company,
            &[("name", "Seen NV"), ("sales_contact", &him)],
        )
        .await?;
    let mut anns = app.browser_of(&ann).await?;
    let shown = ann.language.date(day(9));
    let body = anns.get(&RecordKind::Company.address(company)).await?.body;
    for part in [
        format!("away until {shown}; Ann Admin stands in"),
        format!("Bob Boon: away until {shown}"),
        ">Bob Boon</option>".to_owned(),
    ] {
        ensure!(body.contains(&part), "{part} in {body}");
    }
    let mut tx = app.database.begin(&ann).await?;
    let all = store::colleagues(&mut tx, RecordKind::Company).await?;
    drop(tx);
    let away: Vec<_> = all
        .iter()
        .map(|one| (one.full_name.as_str(), one.away_until))
        .collect();
    assert_eq!(away, [("Ann Admin", None), ("Bob Boon", Some(day(9)))]);

    let sent = browser.submit(PAGE, "/api/end-absence", &[]).await?;
    assert_eq!(sent.location(), Some(PAGE));
    let body = browser.get(PAGE).await?.body;
    ensure!(
        body.contains("The absence is ended.") && !body.contains("End absence"),
        "{body}"
    );
    let body = anns.get(&RecordKind::Company.address(company)).await?.body;
    ensure!(!body.contains("away until"), "{body}");
    Ok(())
}

#[tokio::test]
async fn an_absence_is_over_by_itself_and_is_shown_only_while_it_lasts_where_he_is() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut browser = app.browser_of(&bob).await?;
    save(&mut browser, (0, 5), None).await?;
    let away = async || {
        let mut tx = app.database.begin(&ann).await?;
        let all = store::everybody(&mut tx).await?;
        anyhow::Ok(
            all.iter()
                .find(|one| one.id == bob.user)
                .and_then(|one| one.away_until),
        )
    };
    // It is always another day in these two places.
    for (zone, is_away) in [("Pacific/Kiritimati", false), ("Pacific/Pago_Pago", true)] {
        app.as_owner(&format!(
            "update users set time_zone = '{zone}';
             update absences set from_on = (now() at time zone 'Pacific/Pago_Pago')::date, until_on = (now() at time zone 'Pacific/Pago_Pago')::date"
        ))
        .await?;
        assert_eq!(away().await?.is_some(), is_away, "{zone}");
    }
    app.as_owner("update absences set from_on = current_date - 9, until_on = current_date - 3")
        .await?;
    assert_eq!(away().await?, None);
    let body = browser.get(PAGE).await?.body;
    ensure!(
        !body.contains("End absence"),
        "what is over is none: {body}"
    );
    app.as_owner("update absences set from_on = current_date + 3, until_on = current_date + 9")
        .await?;
    assert_eq!(away().await?, None);
    ensure!(browser.get(PAGE).await?.body.contains("End absence"));
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let gone = app.colleague(account, "Tom Gone", "tom@acme.test").await?;
    app.as_owner("update users set active = false where email = 'tom@acme.test'")
        .await?;
    let (_, stranger) = app.account("Other").await?;
    let mut browser = app.browser_of(&ann).await?;

    let nobody = Problems::from([
        ("from".to_owned(), Problem::Required),
        ("until".to_owned(), Problem::NotADate),
        ("stand_in".to_owned(), Problem::NotAColleague),
    ]);
    let values = [("from", " "), ("until", "soon"), ("stand_in", "me")];
    let error = browser.call(SAVE, &values).await?.error()?;
    assert_eq!(error, AppError::Invalid(nobody));
    let error = save(&mut browser, (3, 2), None).await?.error()?;
    assert_eq!(error, AppError::field("until", Problem::EndsBefore));
    let error = save(&mut browser, (-5, -3), None).await?.error()?;
    assert_eq!(error, AppError::field("until", Problem::OverAlready));
    for who in [&ann, &gone, &stranger] {
        let error = save(&mut browser, (1, 2), Some(who)).await?.error()?;
        assert_eq!(error, AppError::field("stand_in", Problem::NotAColleague));
    }

    let (from, until) = (day(3).to_string(), day(2).to_string());
    let values = [("from", from.as_str()), ("until", &until), ("stand_in", "")];
    let sent = browser.submit(PAGE, SAVE, &values).await?;
    assert_eq!(sent.location(), Some(PAGE));
    let body = browser.get(PAGE).await?.body;
    for part in ["Before the first day", &from, &until] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    let kept: i64 = sqlx::query_scalar("select count(*) from absences")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(kept, 0);
    Ok(())
}

#[tokio::test]
async fn stand_ins_never_go_round_in_a_circle_on_days_that_overlap() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    let (mut anns, mut bobs, mut cass) = (
        app.browser_of(&ann).await?,
        app.browser_of(&bob).await?,
        app.browser_of(&cas).await?,
    );
    let circle = |names: &str| {
        let names = names.to_owned();
        AppError::field("stand_in", Problem::Circle { names })
    };
    ensure!(
        save(&mut anns, (10, 20), Some(&bob))
            .await?
            .status
            .is_success()
    );
    let error = save(&mut bobs, (20, 30), Some(&ann)).await?.error()?;
    assert_eq!(error, circle("Bob Boon → Ann Admin → Bob Boon"));
    ensure!(
        save(&mut bobs, (15, 30), Some(&cas))
            .await?
            .status
            .is_success()
    );
    let error = save(&mut cass, (1, 40), Some(&ann)).await?.error()?;
    assert_eq!(
        error,
        circle("Cas Claes → Ann Admin → Bob Boon → Cas Claes")
    );
    ensure!(error.problems().is_some_and(|problems| {
        problems["stand_in"]
            .text(ann.language)
            .starts_with("That would go round in a circle: Cas Claes")
    }));

    // Somebody comes back before the last one leaves; and without a stand-in there is no chain.
    ensure!(
        save(&mut cass, (25, 40), Some(&ann))
            .await?
            .status
            .is_success()
    );
    ensure!(save(&mut cass, (1, 40), None).await?.status.is_success());
    // Longer days close it as well.
    ensure!(
        save(&mut cass, (22, 40), Some(&ann))
            .await?
            .status
            .is_success()
    );
    let error = save(&mut anns, (10, 22), Some(&bob)).await?.error()?;
    assert_eq!(
        error,
        circle("Ann Admin → Bob Boon → Cas Claes → Ann Admin")
    );
    let until: NaiveDate = sqlx::query_scalar("select until_on from absences where user_id = $1")
        .bind(ann.user.0)
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(until, day(20), "what is refused changes nothing");

    // Its last evening is the first morning of somebody further east.
    let next = save(&mut bobs, (21, 30), Some(&ann)).await?;
    ensure!(next.status.is_success(), "{}", next.body);
    app.as_owner("update users set time_zone = 'Pacific/Kiritimati' where full_name = 'Bob Boon'")
        .await?;
    let error = save(&mut bobs, (21, 30), Some(&ann)).await?.error()?;
    assert_eq!(error, circle("Bob Boon → Ann Admin → Bob Boon"));
    Ok(())
}

#[tokio::test]
async fn of_two_who_choose_one_another_at_once_one_is_refused() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (mut anns, mut bobs) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    for _ in 0..8 {
        app.as_owner("delete from absences").await?;
        let both = tokio::try_join!(
            save(&mut anns, (0, 5), Some(&bob)),
            save(&mut bobs, (0, 5), Some(&ann)),
        )?;
        let taken = [both.0, both.1]
            .iter()
            .filter(|answer| answer.status.is_success())
            .count();
        assert_eq!(taken, 1);
        let kept: i64 = sqlx::query_scalar("select count(*) from absences")
            .fetch_one(&app.owner)
            .await?;
        assert_eq!(kept, 1);
    }
    Ok(())
}

#[tokio::test]
async fn an_absence_is_ones_own_and_of_ones_own_account() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (_, olga) = app.account("Other").await?;
    let mut bobs = app.browser_of(&bob).await?;
    save(&mut bobs, (0, 5), Some(&ann)).await?;
    for other in [&ann, &olga] {
        let mut browser = app.browser_of(other).await?;
        browser.call("/api/end-absence", &[]).await?;
        ensure!(!browser.get(PAGE).await?.body.contains("End absence"));
    }
    let mut tx = app.database.begin(&olga).await?;
    let seen: i64 = sqlx::query_scalar("select count(*) from absences")
        .fetch_one(tx.connection())
        .await?;
    assert_eq!(seen, 0);
    drop(tx);
    let kept: Vec<(NaiveDate, NaiveDate)> =
        sqlx::query_as("select from_on, until_on from absences")
            .fetch_all(&app.owner)
            .await?;
    let Absence { from, until, .. } = Absence {
        from: day(0),
        until: day(5),
        stand_in: None,
    };
    assert_eq!(kept, [(from, until)]);
    Ok(())
}
