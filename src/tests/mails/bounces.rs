//! A mail that our mail server took and that comes back is sent again, later each time, and given up in the end.

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use sqlx::types::Uuid;

use super::{
    BY_MAIL, IN_DIGEST, Post, mailbox, mails,
    returned::{Returned, said},
};
use crate::{
    model::notifications::Event,
    notifications::{
        Due,
        bounce::{Taken, take},
        report::{self, Bounce},
        send,
    },
};

#[tokio::test]
async fn a_mail_that_comes_back_is_sent_again_after_growing_pauses_and_then_given_up() -> Result<()>
{
    let it = Returned::new().await?;
    let post = &it.post;
    let mut browser = post.browser().await?;
    let mut report = it.report.clone();
    for (times, minutes) in [(1, 60), (2, 360)] {
        said(post.bounce(report.as_bytes())?, 0)?;
        assert_eq!(it.stands().await?, (false, times, Some(minutes)));
        let retry_at: DateTime<Utc> =
            sqlx::query_scalar("select retry_at from mails where id = $1")
                .bind(it.mail)
                .fetch_one(&post.app.owner)
                .await?;
        assert_eq!(it.planned().await?, [retry_at]);
        // In the words of the server that refused it.
        let page = browser.get("/settings/jobs").await?.body;
        for part in [
            "Gone Away",
            "There is no such mailbox",
            "is tried again by itself",
        ] {
            ensure!(page.contains(part), "{part} in {page}");
        }
        // Not before then.
        it.send().await?;
        assert_eq!(it.stands().await?, (false, times, Some(minutes)));
        it.wait().await?;
        it.send().await?;
        assert_eq!(it.stands().await?, (true, times, None));
        let kept = post.written_down(&it.gone).await?;
        ensure!(
            kept.len() == 1 && kept[0].attempts == times + 1 && kept[0].error.is_none(),
            "{kept:?}"
        );
        report = post.returned(it.mail, usize::try_from(times)? + 1).await?;
        let id = format!("Message-ID: <mail.{}@127.0.0.1>", it.mail);
        ensure!(report.contains(&id), "the same each time: {report}");
    }
    let told = said(post.bounce(report.as_bytes())?, 0)?;
    ensure!(told.contains("given up"), "{told}");
    let kept = post.written_down(&it.gone).await?;
    ensure!(kept[0].failed && !kept[0].sent, "{kept:?}");
    let why = kept[0].error.as_deref().unwrap_or_default();
    ensure!(why.starts_with("550 5.1.1"), "{why}");

    // An admin sees it, and has it sent once the address is right.
    let page = browser.get("/settings/jobs").await?.body;
    ensure!(
        page.contains("There is no such mailbox") && !page.contains("is tried again by itself"),
        "{page}"
    );
    let back = post.address("back");
    post.app
        .as_owner(&format!(
            "update users set email = '{back}' where full_name = 'Gone Away'"
        ))
        .await?;
    let answer = browser
        .call("/api/retry-job", &[("id", &it.mail.to_string())])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    it.send().await?;
    assert_eq!(it.stands().await?, (true, 0, None));
    assert_eq!(mails(&back, 1).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn only_the_envelope_names_the_address_of_bounces() -> Result<()> {
    let post = Post::reading_bounces().await?;
    let deal = post.given("A deal", &post.bob).await?;
    post.send(&post.bob, deal).await?;
    let mails = mails(&post.bob.email, 1).await?;
    let kept = post.written_down(&post.bob).await?;
    let bounces = post.address(&format!("bounces+{}", kept[0].id.simple()));
    assert_eq!(mails[0].header("Return-path"), Some(format!("<{bounces}>")));
    assert_eq!(mails[0].from, "steward@localhost");
    assert_eq!(mails[0].id, format!("mail.{}@127.0.0.1", kept[0].id));

    // Without that address they come back to whoever sends.
    let plain = Post::new().await?;
    let deal = plain.given("A deal", &plain.bob).await?;
    plain.send(&plain.bob, deal).await?;
    let mails = super::mails(&plain.bob.email, 1).await?;
    assert_eq!(
        mails[0].header("Return-path").as_deref(),
        Some("<steward@localhost>")
    );
    Ok(())
}

#[tokio::test]
async fn a_server_refuses_an_address_of_bounces_with_which_no_mail_could_be_sent() -> Result<()> {
    let longest = "b".repeat(31);
    for (address, is_one) in [
        (format!("{longest}@x.test"), true),
        (format!("b{longest}@x.test"), false),
        ("Steward <bounces@x.test>".to_owned(), false),
        ("bounces".to_owned(), false),
    ] {
        let post = Post::configured(|config, _| config.mail_bounces = Some(address.clone())).await;
        let error = post.err().map(|error| error.to_string());
        assert_eq!(error.is_none(), is_one, "{address}: {error:?}");
        ensure!(error.is_none_or(|error| error.starts_with("STEWARD_MAIL_BOUNCES must be")));
    }
    Ok(())
}

#[tokio::test]
async fn the_same_bounce_twice_counts_once() -> Result<()> {
    let it = Returned::new().await?;
    assert_eq!(it.take().await?, Taken::Planned);
    for _ in 0..3 {
        assert_eq!(it.take().await?, Taken::Counted);
    }
    assert_eq!(it.stands().await?, (false, 1, Some(60)));
    assert_eq!(it.planned().await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn one_that_comes_before_the_mail_is_known_to_be_sent_is_asked_for_again() -> Result<()> {
    let it = Returned::new().await?;
    it.post
        .app
        .as_owner("update mails set sent_at = null")
        .await?;
    said(it.post.bounce(it.report.as_bytes())?, 75)?;
    assert_eq!(it.stands().await?, (false, 0, None));
    // Nor is one lost that comes during a later try.
    it.post
        .app
        .as_owner("update mails set sent_at = now()")
        .await?;
    assert_eq!(it.take().await?, Taken::Planned);
    it.wait().await?;
    assert_eq!(it.take().await?, Taken::Early);
    Ok(())
}

#[tokio::test]
async fn what_happens_next_to_the_record_neither_hurries_nor_waits() -> Result<()> {
    let it = Returned::new().await?;
    let post = &it.post;
    assert_eq!(it.take().await?, Taken::Planned);
    post.choose(it.gone.user, Event::Unassigned, BY_MAIL)
        .await?;
    post.assign(it.deal, &it.gone, &post.bob).await?;
    post.tell().await?;
    let waits: Vec<bool> = sqlx::query_scalar(
        "select run_at < now() + interval '5 minutes' from graphile_worker._private_jobs j
         where j.payload ->> 'user' = $1 order by run_at",
    )
    .bind(it.gone.user.to_string())
    .fetch_all(&post.app.owner)
    .await?;
    assert_eq!(waits, [true, false], "each at its own time");
    it.send().await?;
    let kept = post.written_down(&it.gone).await?;
    assert_eq!(
        kept.iter().map(|mail| mail.sent).collect::<Vec<_>>(),
        [false, true]
    );
    // Both came back by now, and each is known by itself.
    let second = post.returned(kept[1].id, 1).await?;
    let bounce = report::read(second.as_bytes()).map_err(anyhow::Error::msg)?;
    assert_eq!(bounce.mail, kept[1].id);
    assert_eq!(
        mailbox(&post.address(&format!("bounces+{}", it.mail.simple())))?.len(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn it_is_known_by_the_message_id_where_the_address_was_lost() -> Result<()> {
    let it = Returned::new().await?;
    let own = format!("bounces+{}@", it.mail.simple());
    let bare = it.report.replace(&own, "bounces@");
    ensure!(!bare.contains(&it.mail.simple().to_string()), "{bare}");
    said(it.post.bounce(bare.as_bytes())?, 0)?;
    assert_eq!(it.stands().await?, (false, 1, Some(60)));
    // Neither the one nor the other.
    let nothing = bare.replace(&it.mail.to_string(), "something");
    assert_eq!(
        report::read(nothing.as_bytes()),
        Err("it names no mail of ours")
    );
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_again_to_who_was_deactivated_meanwhile() -> Result<()> {
    let it = Returned::new().await?;
    assert_eq!(it.take().await?, Taken::Planned);
    it.post
        .app
        .as_owner("update users set active = false where full_name = 'Gone Away'")
        .await?;
    it.wait().await?;
    it.send().await?;
    let kept = it.post.written_down(&it.gone).await?;
    ensure!(kept[0].dropped && kept[0].attempts == 1, "{kept:?}");
    assert_eq!(it.take().await?, Taken::Counted);
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_again_of_a_kind_that_was_unsubscribed_meanwhile() -> Result<()> {
    let it = Returned::new().await?;
    let post = &it.post;
    assert_eq!(it.take().await?, Taken::Planned);
    let secret = post.written_down(&it.gone).await?[0].secret;
    let mut browser = post.app.browser();
    let answer = browser
        .call("/api/unsubscribe", &[("token", &secret.to_string())])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    it.wait().await?;
    it.send().await?;
    let kept = post.written_down(&it.gone).await?;
    ensure!(kept[0].dropped && kept[0].attempts == 1, "{kept:?}");
    Ok(())
}

/// The rest of a mail still comes, and its link ends what is in it.
#[tokio::test]
async fn a_digest_that_is_tried_again_leaves_out_what_was_unsubscribed_meanwhile() -> Result<()> {
    let post = Post::new().await?;
    let away = post.beside("smtp://127.0.0.1:9").await?;
    let day = Due::Digest("2027-03-27".parse()?);
    for event in [Event::Assigned, Event::Unassigned] {
        post.choose(post.bob.user, event, IN_DIGEST).await?;
    }
    post.given("Kept deal", &post.bob).await?;
    let lost = post.given("Lost deal", &post.bob).await?;
    post.assign(lost, &post.bob, &post.ann).await?;
    post.tell().await?;
    ensure!(
        send(&away.app, post.account, post.bob.user, day)
            .await
            .is_err()
    );
    post.app
        .as_owner("update notification_choices set in_digest = false where event = 'unassigned'")
        .await?;
    send(&post.app.app, post.account, post.bob.user, day).await?;
    let mails = mails(&post.bob.email, 1).await?;
    ensure!(
        mails[0].text.contains("Kept deal") && !mails[0].text.contains("no longer"),
        "{}",
        mails[0].text
    );
    let kept = post.written_down(&post.bob).await?;
    assert_eq!(kept[0].events, ["assigned"]);
    Ok(())
}

#[tokio::test]
async fn a_forged_bounce_finds_nothing_and_a_real_one_nobody_elses() -> Result<()> {
    let it = Returned::new().await?;
    let app = &it.post.app;
    let (other, _) = app.account("Other").await?;
    app.as_owner(&format!(
        "insert into users select (jsonb_populate_record(u, jsonb_build_object('account_id', '{other}', 'id', gen_random_uuid(), 'email', 'x@other.test'))).*
           from users u where full_name = 'Gone Away';
         insert into mails (account_id, id, user_id, sent_at, attempts)
           select account_id, gen_random_uuid(), id, now(), 1 from users where email = 'x@other.test'"
    ))
    .await?;
    let others = async || -> Result<Vec<String>> {
        let rows = sqlx::query_scalar("select m::text from mails m where id <> $1");
        Ok(rows.bind(it.mail).fetch_all(&app.owner).await?)
    };
    let before = others().await?;
    assert_eq!(before.len(), 1);
    for _ in 0..3 {
        let forged = Bounce {
            mail: Uuid::new_v4(),
            why: "550 No".into(),
        };
        assert_eq!(take(app.database.api(), &forged).await?, Taken::Unknown);
    }
    assert_eq!(it.stands().await?, (true, 0, None));
    assert_eq!(it.take().await?, Taken::Planned);
    assert_eq!(others().await?, before);
    Ok(())
}
