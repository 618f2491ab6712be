//! Once a day, at 8 o'clock where the receiver is, on the days too on which clocks change.

use anyhow::{Result, ensure};
use chrono::{DateTime, NaiveDate, Utc};

use super::{IN_DIGEST, Post, mailbox, mails};
use crate::{
    model::{
        Actor,
        notifications::Event,
        users::{Reach, Rights, UserRole},
    },
    notifications::{Due, send},
};

impl Post {
    /// Who gets his digest when the clock says so, and of which day.
    async fn due_at(&self, at: &str) -> Result<Vec<(String, NaiveDate)>> {
        let at: DateTime<Utc> = at.parse()?;
        sqlx::query("select api.digests_plan($1)")
            .bind(at)
            .execute(self.app.database.api())
            .await?;
        let mut due = Vec::new();
        for job in self.taken("digest").await? {
            let (user, day) = (
                job["user"].as_str().unwrap_or_default(),
                job["day"].as_str().unwrap_or_default(),
            );
            let name: String =
                sqlx::query_scalar("select full_name from users where id = $1::uuid")
                    .bind(user)
                    .fetch_one(&self.app.owner)
                    .await?;
            due.push((name, day.parse()?));
        }
        due.sort();
        Ok(due)
    }

    async fn digest(&self, to: &Actor, day: &str) -> Result<()> {
        send(
            &self.app.app,
            self.account,
            to.user,
            Due::Digest(day.parse()?),
        )
        .await
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

#[tokio::test]
async fn one_a_day_at_eight_across_the_change_to_summer_time() -> Result<()> {
    let post = Post::new().await?;
    let (bob, cas) = (&post.bob, post.address("cas"));
    let cas = &post.app.colleague(post.account, "Cas Claes", &cas).await?;
    post.app
        .as_owner("update users set time_zone = 'America/New_York' where full_name = 'Cas Claes'")
        .await?;
    for user in [bob, cas] {
        post.choose(user.user, Event::Assigned, IN_DIGEST).await?;
    }
    assert_eq!(
        post.due_at("2027-03-27T12:00:00Z").await?,
        [],
        "nothing waits"
    );
    let gives = async |title: &str| -> Result<()> {
        for user in [bob, cas] {
            post.given(&format!("{title} of {}", user.full_name), user)
                .await?;
        }
        Ok(())
    };
    gives("First").await?;
    assert_eq!(post.queued("mail").await?.len(), 0, "no mail at once");

    // Winter time in Brussels, and summer time in New York already.
    let (bobs, cass) = ("Bob Boon".to_owned(), "Cas Claes".to_owned());
    assert_eq!(post.due_at("2027-03-27T06:59:59Z").await?, []);
    let of = |name: &String, on: &str| vec![(name.clone(), day(on))];
    assert_eq!(
        post.due_at("2027-03-27T07:00:00Z").await?,
        of(&bobs, "2027-03-27")
    );
    assert_eq!(
        post.due_at("2027-03-27T11:59:59Z").await?,
        of(&bobs, "2027-03-27"),
        "until it is sent"
    );
    post.digest(bob, "2027-03-27").await?;
    assert_eq!(
        post.due_at("2027-03-27T12:00:00Z").await?,
        of(&cass, "2027-03-27")
    );
    post.digest(cas, "2027-03-27").await?;
    // A job that runs twice.
    post.digest(cas, "2027-03-27").await?;

    // What comes in the course of the day waits for the next, whatever asks for it.
    gives("Second").await?;
    for at in ["2027-03-27T12:01:00Z", "2027-03-27T22:59:59Z"] {
        assert_eq!(post.due_at(at).await?, [], "{at}");
    }
    post.digest(bob, "2027-03-27").await?;
    for user in [bob, cas] {
        let mails = mails(&user.email, 1).await?;
        assert_eq!(mails[0].subject, "Your digest of 27 Mar 2027");
        ensure!(
            mails[0]
                .text
                .contains(&format!("First of {}", user.full_name)),
            "{}",
            mails[0].text
        );
        ensure!(!mails[0].text.contains("Second"), "{}", mails[0].text);
    }

    // The night in which Brussels loses an hour: 8 o'clock comes an hour earlier.
    for at in [
        "2027-03-27T23:00:00Z",
        "2027-03-28T00:59:59Z",
        "2027-03-28T01:00:00Z",
        "2027-03-28T05:59:59Z",
    ] {
        assert_eq!(post.due_at(at).await?, [], "{at}");
    }
    assert_eq!(
        post.due_at("2027-03-28T06:00:00Z").await?,
        of(&bobs, "2027-03-28")
    );
    post.digest(bob, "2027-03-28").await?;
    assert_eq!(post.due_at("2027-03-28T11:59:59Z").await?, []);
    assert_eq!(
        post.due_at("2027-03-28T12:00:00Z").await?,
        of(&cass, "2027-03-28")
    );
    post.digest(cas, "2027-03-28").await?;
    for user in [bob, cas] {
        let mails = mails(&user.email, 2).await?;
        let second = mails
            .iter()
            .find(|mail| mail.subject == "Your digest of 28 Mar 2027");
        let text = second.map(|mail| mail.text.as_str()).unwrap_or_default();
        ensure!(
            text.contains(&format!("Second of {}", user.full_name)) && !text.contains("First of"),
            "{text}"
        );
        ensure!(
            text.contains(
                "You get this digest because you asked for it for: I am now responsible."
            ),
            "{text}"
        );
    }
    // Nothing waits any more.
    assert_eq!(post.due_at("2027-03-29T12:00:00Z").await?, []);

    // New York's own night was two weeks before: from 13 to 12 o'clock of the world's time.
    gives("Third").await?;
    post.app.as_owner("delete from notification_choices; update users set active = false where full_name = 'Bob Boon'").await?;
    for (at, due) in [
        ("2027-03-13T12:59:59Z", false),
        ("2027-03-13T13:00:00Z", true),
        ("2027-03-14T11:59:59Z", false),
        ("2027-03-14T12:00:00Z", true),
    ] {
        assert_eq!(!post.due_at(at).await?.is_empty(), due, "{at}");
    }
    Ok(())
}

#[tokio::test]
async fn it_leaves_out_what_the_receiver_may_open_no_more() -> Result<()> {
    let post = Post::new().await?;
    let emma = post.address("emma");
    let rights = Rights {
        crm: Reach::Limited,
        deals: Reach::Limited,
        ..Rights::FULL
    };
    let emma = post
        .app
        .person(post.account, "Emma Limited", &emma, UserRole::User, rights)
        .await?;
    post.choose(emma.user, Event::Assigned, IN_DIGEST).await?;
    post.choose(emma.user, Event::Unassigned, IN_DIGEST).await?;
    post.given("Kept deal", &emma).await?;
    let lost = post.given("Lost deal", &emma).await?;
    post.assign(lost, &emma, &post.bob).await?;
    post.tell().await?;
    post.digest(&emma, "2027-03-28").await?;
    let mails = mails(&emma.email, 1).await?;
    for body in [&mails[0].text, &mails[0].html] {
        ensure!(body.contains("Kept deal"), "{body}");
        ensure!(
            body.contains("One of your deals now belongs to Bob Boon"),
            "{body}"
        );
        ensure!(
            !body.contains("Lost") && !body.contains(&lost.to_string()),
            "{body}"
        );
    }
    ensure!(!mails[0].raw.contains("Lost"), "{}", mails[0].raw);
    // Where nothing of it is left there is no mail at all.
    let deal = post.given("Third deal", &emma).await?;
    post.assign(deal, &emma, &post.bob).await?;
    post.app
        .as_owner("delete from notification_choices where event = 'unassigned'")
        .await?;
    post.choose(emma.user, Event::Unassigned, super::BY_MAIL)
        .await?;
    post.tell().await?;
    post.digest(&emma, "2027-03-29").await?;
    let kept = post.written_down(&emma).await?;
    ensure!(kept.iter().any(|mail| mail.dropped), "{kept:?}");
    ensure!(mailbox(&emma.email)?.len() == 1);
    Ok(())
}
