//! Who is told for somebody who is away: his stand-in, whoever is there at the end of the chain, and never of what he may not open.
//! Whoever is away is told as always.

use anyhow::Result;

use super::{Told, told_of_company};
use crate::{model::Actor, tests::support::TestApp};

/// So many days from today until so many.
async fn away(
    app: &TestApp,
    who: &Actor,
    (from, until): (i32, i32),
    stand_in: Option<&Actor>,
) -> Result<()> {
    sqlx::query(
        "insert into absences (account_id, user_id, from_on, until_on, stand_in_id)
         select account_id, id, (now() at time zone time_zone)::date + $2, (now() at time zone time_zone)::date + $3, $4 from users where id = $1
         on conflict (account_id, user_id) do update
         set from_on = excluded.from_on, until_on = excluded.until_on, stand_in_id = excluded.stand_in_id",
    )
    .bind(who.user.0)
    .bind(from)
    .bind(until)
    .bind(stand_in.map(|actor| actor.user.0))
    .execute(&app.owner)
    .await?;
    Ok(())
}

/// Who was told, and for whom.
fn who(told: &[Told]) -> Vec<(uuid::Uuid, Option<uuid::Uuid>)> {
    told.iter()
        .map(|one| (one.user_id, one.for_user_id))
        .collect()
}

struct Scene {
    app: TestApp,
    ann: Actor,
    bob: Actor,
    cas: Actor,
    dan: Actor,
}

async fn scene() -> Result<Scene> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    Ok(Scene {
        bob: app.colleague(account, "Bob Boon", "bob@acme.test").await?,
        cas: app.colleague(account, "Cas Claes", "cas@acme.test").await?,
        dan: app.colleague(account, "Dan Dries", "dan@acme.test").await?,
        app,
        ann,
    })
}

#[tokio::test]
async fn while_somebody_is_away_his_stand_in_is_told_too_and_for_whom() -> Result<()> {
    let Scene {
        app, ann, bob, cas, ..
    } = scene().await?;
    let (b, c) = (bob.user.0, cas.user.0);
    away(&app, &bob, (0, 0), Some(&cas)).await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None), (c, Some(b))]);
    let mut browser = app.browser_of(&cas).await?;
    let page = browser.get("/notifications").await?.body;
    anyhow::ensure!(
        page.contains("for Bob Boon") && page.contains("Told NV"),
        "{page}"
    );

    // Not yet, and no more.
    for days in [(1, 9), (-9, -1)] {
        away(&app, &bob, days, Some(&cas)).await?;
        let told = told_of_company(&app, &ann, &bob).await?;
        assert_eq!(who(&told), [(b, None)], "{days:?}");
    }
    // Never of one's own action, be it for somebody else.
    away(&app, &bob, (0, 0), Some(&ann)).await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None)]);
    Ok(())
}

#[tokio::test]
async fn a_chain_leads_to_whoever_is_there() -> Result<()> {
    let Scene {
        app,
        ann,
        bob,
        cas,
        dan,
    } = scene().await?;
    let (b, c, d) = (bob.user.0, cas.user.0, dan.user.0);
    away(&app, &bob, (-1, 1), Some(&cas)).await?;
    away(&app, &cas, (-1, 1), Some(&dan)).await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None), (d, Some(b))]);

    // The one in the middle is not away today.
    away(&app, &cas, (1, 3), Some(&dan)).await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None), (c, Some(b))]);

    // All are away: the last of them finds it when he is back.
    away(&app, &cas, (-1, 1), Some(&dan)).await?;
    away(&app, &dan, (-1, 1), None).await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None), (d, Some(b))]);

    // Nobody stands in where the last one was deactivated since; the one before him does.
    app.as_owner("update users set active = false where email = 'dan@acme.test'")
        .await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None), (c, Some(b))]);
    Ok(())
}

#[tokio::test]
async fn a_stand_in_is_told_of_nothing_that_he_may_not_open_and_by_his_own_channels() -> Result<()>
{
    let Scene {
        app, ann, bob, cas, ..
    } = scene().await?;
    let emma = app.limited(ann.account).await?;
    let (b, c) = (bob.user.0, cas.user.0);
    away(&app, &bob, (0, 0), Some(&emma)).await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    assert_eq!(who(&told), [(b, None)], "it is none of her companies");

    away(&app, &bob, (0, 0), Some(&cas)).await?;
    app.as_owner(&format!(
        "insert into notification_choices (account_id, user_id, event, in_app, by_mail, in_digest) values ('{}', '{c}', 'assigned', true, false, true)",
        ann.account
    ))
    .await?;
    let told = told_of_company(&app, &ann, &bob).await?;
    let [_, his] = told.as_slice() else {
        anyhow::bail!("two are told: {told:?}");
    };
    assert_eq!(
        (his.in_app, his.by_mail, his.in_digest),
        (true, false, true)
    );
    assert_eq!(his.event, "assigned");
    Ok(())
}
