//! Tickets as records like all others: many at once, handed over by whoever leaves, in the bin and deleted for good, as of a day, in
//! segments and exports; a stand-in is told for who is away.

use anyhow::{Context, Result, ensure};
use http::StatusCode;

use super::{KIND, world::Desk};
use crate::{
    mailbox::sweep::sweep,
    model::{
        RecordId, Role,
        lists::{BuiltIn, ListQuery},
        segments::Filter,
    },
    records::store,
    server::run,
    tests::bulk::{acted, done, records},
};

async fn listed(desk: &Desk, query: ListQuery) -> Result<Vec<RecordId>> {
    let mut tx = desk.app.database.begin(&desk.bob).await?;
    let list = store::list(&mut tx, KIND, &query).await?;
    let mut ids: Vec<RecordId> = list.rows.iter().map(|row| row.id).collect();
    assert_eq!(i64::try_from(ids.len())?, list.total);
    ids.sort();
    Ok(ids)
}

#[tokio::test]
async fn many_tickets_are_assigned_at_once_told_once_and_come_back() -> Result<()> {
    let desk = Desk::new().await?;
    let mut all = Vec::new();
    for n in 0..3 {
        all.push(desk.ticket(&format!("Many {n}")).await?);
    }
    desk.app.work().await?;
    let mut ann = desk.browser(&desk.ann).await?;
    let user = desk.bob.user.to_string();
    let act = [("what", Role::AssignedTo.key()), ("user", user.as_str())];
    let (act, _) = acted(&mut ann, KIND, &records(&all), &act).await?;
    for id in &all {
        assert_eq!(desk.shows(*id, "assigned_to").await?, "Bob Boon");
    }
    desk.app.work().await?;
    let page = desk.browser(&desk.bob).await?.get("/notifications").await?;
    ensure!(
        page.body.contains("made you responsible for 3 tickets"),
        "{}",
        page.body
    );
    let told: i64 = sqlx::query_scalar("select count(*) from notifications where user_id = $1")
        .bind(desk.bob.user.0)
        .fetch_one(&desk.app.owner)
        .await?;
    assert_eq!(told, 1);
    done(&mut ann, "undo_bulk", &act).await?;
    for id in &all {
        assert_eq!(desk.shows(*id, "assigned_to").await?, "");
    }
    Ok(())
}

#[tokio::test]
async fn who_leaves_hands_his_tickets_over_and_who_lost_the_right_has_orphans() -> Result<()> {
    let desk = Desk::new().await?;
    let (kept, orphaned) = (desk.ticket("Kept").await?, desk.ticket("Orphaned").await?);
    desk.assign(&desk.ann, kept, Some(&desk.bob)).await?;
    desk.assign(&desk.ann, orphaned, Some(&desk.cas)).await?;
    let mut ann = desk.browser(&desk.ann).await?;
    let (bob, cas) = (desk.bob.user.to_string(), desk.cas.user.to_string());
    let page = format!("/settings/users/{bob}/deactivate");
    let body = ann.get(&page).await?.body;
    ensure!(body.contains("1 ticket: assigned to"), "{body}");
    let to = [
        ("user", bob.as_str()),
        ("version", "1"),
        ("to[ticket-assigned_to][]", cas.as_str()),
    ];
    let sent = ann.submit(&page, "/api/deactivate_user", &to).await?;
    assert_eq!(sent.location(), Some("/settings/users"));
    assert_eq!(desk.shows(kept, "assigned_to").await?, "Cas Claes");
    desk.app
        .as_owner("update users set mailbox = false where email = 'cas@acme.test'")
        .await?;
    let body = ann.get("/settings/orphans").await?.body;
    ensure!(body.contains("2 tickets"), "{body}");
    Ok(())
}

#[tokio::test]
async fn a_ticket_comes_back_out_of_the_bin_and_is_gone_for_good_with_its_files_after_a_month()
-> Result<()> {
    let desk = Desk::new().await?;
    let (back, gone) = (desk.ticket("Back").await?, desk.ticket("Gone").await?);
    let files = async || -> Result<Vec<uuid::Uuid>> {
        Ok(
            sqlx::query_scalar("select original from ticket_messages order by at")
                .fetch_all(&desk.app.owner)
                .await?,
        )
    };
    let before = files().await?;
    for id in [back, gone] {
        store::delete(desk.app.database.begin(&desk.bob).await?, KIND, id).await?;
        let page = desk
            .browser(&desk.cas)
            .await?
            .get(&KIND.address(id))
            .await?;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
    store::restore(desk.app.database.begin_in_bin(&desk.bob).await?, KIND, back).await?;
    assert_eq!(desk.record(back).await?.name(), "#1 Back");
    desk.app
        .as_owner("update tickets set deleted_at = now() - interval '31 days' where deleted_at is not null")
        .await?;
    run::purge_bin(&desk.app.database).await?;
    assert_eq!(files().await?, before[..1]);
    super::taking::long_ago(&desk)?;
    assert_eq!(sweep(&desk.app.app).await?, 1);
    Ok(())
}

#[tokio::test]
async fn segments_and_views_show_the_tickets_that_they_say() -> Result<()> {
    let desk = Desk::new().await?;
    let new = desk.ticket("New").await?;
    let waiting = desk.ticket("Waiting").await?;
    let closed = desk.ticket("Closed").await?;
    desk.assign(&desk.ann, waiting, Some(&desk.bob)).await?;
    desk.assign(&desk.ann, closed, Some(&desk.bob)).await?;
    desk.reply(&desk.bob, waiting, &[("body", "And?")]).await?;
    desk.reply(&desk.bob, closed, &[("body", "Bye."), ("closes", "true")])
        .await?;
    let of = async |segment| {
        let query = ListQuery {
            segment,
            ..ListQuery::default()
        };
        listed(&desk, query).await
    };
    let sorted = |mut ids: Vec<RecordId>| {
        ids.sort();
        ids
    };
    assert_eq!(of(BuiltIn::Open).await?, sorted(vec![new, waiting]));
    assert_eq!(of(BuiltIn::Mine).await?, [waiting]);
    assert_eq!(of(BuiltIn::Unassigned).await?, [new]);
    assert_eq!(of(BuiltIn::Waiting).await?, [waiting]);
    assert_eq!(of(BuiltIn::Closed).await?, [closed]);
    assert_eq!(of(BuiltIn::All).await?, sorted(vec![new, waiting, closed]));
    for (filter, expected) in [
        (
            r#"{"match":"all","of":[{"field":"assigned_to","op":"me"},{"field":"status","op":"any_of","values":["closed"]}]}"#,
            vec![closed],
        ),
        (
            r#"{"match":"none","of":[{"field":"assigned_to","op":"not_empty"}]}"#,
            vec![new],
        ),
        (
            r#"{"match":"all","of":[{"field":"mailbox","op":"starts_with","values":["help@"]},{"field":"subject","op":"contains","values":["ait"]}]}"#,
            vec![waiting],
        ),
    ] {
        let query = ListQuery {
            filter: Some(
                Filter::try_from(filter.to_owned())
                    .ok()
                    .context("it is a filter")?,
            ),
            ..ListQuery::default()
        };
        assert_eq!(listed(&desk, query).await?, expected, "{filter}");
    }
    Ok(())
}

#[tokio::test]
async fn the_stand_in_of_who_is_away_is_told_of_the_clients_reply() -> Result<()> {
    let desk = Desk::new().await?;
    let letter = desk.letter("Away", "Hello.");
    let id = desk.opened(&letter).await?;
    desk.assign(&desk.ann, id, Some(&desk.bob)).await?;
    sqlx::query(
        "insert into absences (account_id, user_id, from_on, until_on, stand_in_id) values ($1, $2, current_date - 1, current_date + 1, $3)",
    )
    .bind(desk.account.0)
    .bind(desk.bob.user.0)
    .bind(desk.cas.user.0)
    .execute(&desk.app.owner)
    .await?;
    desk.app.work().await?;
    let again = desk
        .letter("Away", "Are you there?")
        .with("In-Reply-To", format!("<{}>", letter.id));
    desk.arrives(&again).await?;
    desk.app.work().await?;
    let page = desk.browser(&desk.cas).await?.get("/notifications").await?;
    ensure!(
        page.body.contains("wrote a message") && page.body.contains("for Bob Boon"),
        "{}",
        page.body
    );
    Ok(())
}

#[tokio::test]
async fn what_a_strangers_program_calls_its_mails_keeps_no_answer_back() -> Result<()> {
    let desk = Desk::new().await?;
    let mut letter = desk.letter("Odd name", "Hello.");
    letter.id = "an id with blanks é@client.test".to_owned();
    let id = desk.opened(&letter).await?;
    desk.reply(&desk.bob, id, &[("body", "All the same.")])
        .await?;
    desk.app.work().await?;
    assert_eq!(desk.mails("carla", 1).await?.len(), 1);
    Ok(())
}
