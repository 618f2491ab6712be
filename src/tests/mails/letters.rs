//! What is in a mail, and for whom.

use anyhow::{Result, ensure};
use chrono::{DateTime, Utc};
use sqlx::types::Uuid;

use super::{BY_MAIL, Post, mailbox, mails};
use crate::{
    model::{
        RecordId, RecordKind,
        notifications::Event,
        users::{Reach, Rights, UserRole},
    },
    notifications::{Due, send},
};

#[tokio::test]
async fn a_notification_becomes_one_mail_in_the_language_of_its_receiver() -> Result<()> {
    let post = Post::new().await?;
    let zoe = post.address("zoe");
    post.app
        .colleague(post.account, "Zoë Müller-Łęcka", &zoe)
        .await?;
    post.app
        .as_owner("update users set language = 'fr' where full_name like 'Zoë%'")
        .await?;
    let zoe = post.app.actor(&zoe).await?;
    let deal = post.given("Énergie & « Été » <2027>", &zoe).await?;
    post.send(&zoe, deal).await?;
    // Sent once, however often it is asked for.
    post.send(&zoe, deal).await?;

    let mails = mails(&zoe.email, 1).await?;
    let mail = &mails[0];
    assert_eq!(mail.from, "steward@localhost");
    assert_eq!(mail.to, (zoe.full_name.clone(), zoe.email.clone()));
    assert_eq!(mail.subject, "Opportunité : Énergie & « Été » <2027>");
    let head = mail.raw.split("\n\n").next().unwrap_or_default();
    ensure!(head.is_ascii(), "what is not ASCII is encoded: {head}");
    let kept = post.written_down(&zoe).await?;
    assert_eq!(kept.len(), 1);
    assert_eq!(mail.id, format!("mail.{}@127.0.0.1", kept[0].id));
    let header = |name: &str| mail.header(name);
    let thread = Some(format!("<record.{deal}@127.0.0.1>"));
    assert_eq!(header("References"), thread);
    assert_eq!(header("In-Reply-To"), thread);
    let stop = format!(
        "{}/unsubscribe/{}",
        post.app.config.base_url, kept[0].secret
    );
    assert_eq!(header("List-Unsubscribe"), Some(format!("<{stop}>")));
    assert_eq!(
        header("List-Unsubscribe-Post").as_deref(),
        Some("List-Unsubscribe=One-Click")
    );
    assert_eq!(header("Auto-Submitted").as_deref(), Some("auto-generated"));
    ensure!(header("Date").is_some());
    ensure!(header("Content-Type").is_some_and(|kind| kind.starts_with("multipart/alternative")));

    // The same words in both parts.
    let link = format!("{}/deals/{deal}#event-", post.app.config.base_url);
    for body in [&mail.text, &mail.html] {
        for part in [
            "Ann Admin a affecté ceci à Zoë Müller-Łęcka",
            "Je deviens responsable",
            "Ouvrir dans Steward",
            &link,
            &stop,
        ] {
            ensure!(body.contains(part), "{part} in {body}");
        }
    }
    ensure!(
        mail.text.contains("Énergie & « Été » <2027>"),
        "{}",
        mail.text
    );
    ensure!(
        mail.html.contains("Énergie &amp; « Été » &lt;2027&gt;"),
        "{}",
        mail.html
    );
    ensure!(mail.html.contains("<html lang=\"fr\">"), "{}", mail.html);
    // Nobody is told what he did himself.
    ensure!(mailbox(&post.ann.email)?.is_empty());
    ensure!(
        kept[0].sent && kept[0].attempts == 1 && kept[0].error.is_none(),
        "{kept:?}"
    );
    assert_eq!(kept[0].events, ["assigned"]);
    Ok(())
}

#[tokio::test]
async fn events_on_one_record_within_the_wait_are_one_mail() -> Result<()> {
    let post = Post::new().await?;
    post.choose(post.bob.user, Event::Moved, BY_MAIL).await?;
    let first = post.given("First deal", &post.bob).await?;
    let planned = run_at(&post, first).await?;
    // The wait begins with the first event, and what follows does not make it longer.
    move_on(&post, first).await?;
    post.tell().await?;
    assert_eq!(run_at(&post, first).await?, planned);
    let second = post.given("Second deal", &post.bob).await?;
    assert_eq!(
        post.queued("mail").await?.len(),
        2,
        "one job for each record"
    );

    for deal in [first, second] {
        post.send(&post.bob, deal).await?;
    }
    let mails = mails(&post.bob.email, 2).await?;
    let of = |title: &str| {
        mails
            .iter()
            .find(|mail| mail.subject == format!("Deal: {title}"))
    };
    let (Some(one), Some(other)) = (of("First deal"), of("Second deal")) else {
        anyhow::bail!("each record has its mail: {mails:?}");
    };
    for part in [
        "Ann Admin assigned this to Bob Boon",
        "Ann Admin changed this",
        "Phase: Lead → Contacted",
    ] {
        ensure!(one.text.contains(part), "{part} in {}", one.text);
    }
    ensure!(!other.text.contains("Phase:"), "{}", other.text);
    let kept = post.written_down(&post.bob).await?;
    assert_eq!(
        kept[0].events,
        ["assigned", "moved"],
        "its link ends both kinds"
    );

    // What comes later is a mail of its own in the same thread.
    move_on(&post, first).await?;
    post.tell().await?;
    post.send(&post.bob, first).await?;
    let all = super::mails(&post.bob.email, 3).await?;
    let threads = all
        .iter()
        .filter(|mail| mail.header("References") == one.header("References"));
    assert_eq!(threads.count(), 2);
    Ok(())
}

#[tokio::test]
async fn many_records_at_once_are_one_mail_with_their_number() -> Result<()> {
    let post = Post::new().await?;
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "insert into companies (account_id, id, name, created_by, updated_by)
         select $1, gen_random_uuid(), 'Company ' || n, $2, $2 from generate_series(1, 50) n returning id",
    )
    .bind(post.account.0)
    .bind(post.ann.user.0)
    .fetch_all(&post.app.owner)
    .await?;
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let mut browser = post.browser().await?;
    let (of, user) = (
        format!("records={}", ids.join(",")),
        post.bob.user.to_string(),
    );
    let values = [
        ("kind", "company"),
        ("of", of.as_str()),
        ("what", "sales_contact"),
        ("user", user.as_str()),
    ];
    let answer = browser
        .submit("/companies/bulk", "/api/prepare_bulk", &values)
        .await?;
    let act = answer
        .location()
        .and_then(|address| address.strip_prefix("/companies/bulk/"))
        .unwrap_or_default()
        .to_owned();
    let answer = browser.call("/api/apply_bulk", &[("act", &act)]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    super::eventually(async || {
        post.tell().await?;
        let told: i64 = sqlx::query_scalar(
            "select (counts ->> 'company')::bigint from notifications where user_id = $1",
        )
        .bind(post.bob.user.0)
        .fetch_one(&post.app.owner)
        .await?;
        ensure!(told == 50, "{told} of 50 so far");
        Ok(())
    })
    .await?;
    assert_eq!(post.queued("mail").await?.len(), 1);
    send(
        &post.app.app,
        post.account,
        post.bob.user,
        Due::Record(None),
    )
    .await?;
    let mails = mails(&post.bob.email, 1).await?;
    assert_eq!(
        mails[0].subject,
        "Ann Admin made you responsible for 50 companies"
    );
    ensure!(
        mails[0].text.contains("/companies?segment=mine&action="),
        "{}",
        mails[0].text
    );
    ensure!(
        !mails[0].text.contains("Company 1"),
        "no record is named: {}",
        mails[0].text
    );
    assert_eq!(
        mails[0].header("References"),
        None,
        "it belongs to no record's thread"
    );
    Ok(())
}

#[tokio::test]
async fn what_the_receiver_may_open_no_more_is_in_no_mail() -> Result<()> {
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
    let deal = post.given("Secret deal", &emma).await?;
    post.assign(deal, &emma, &post.bob).await?;
    post.tell().await?;
    post.send(&emma, deal).await?;
    let kept = post.written_down(&emma).await?;
    assert_eq!(kept.len(), 1);
    ensure!(
        kept[0].dropped && !kept[0].sent && kept[0].attempts == 0,
        "{kept:?}"
    );
    // Whoever is deactivated before it is sent gets nothing either.
    let other = post.given("Another deal", &emma).await?;
    post.app
        .as_owner("update users set active = false where full_name = 'Emma Limited'")
        .await?;
    post.send(&emma, other).await?;
    ensure!(
        post.written_down(&emma)
            .await?
            .iter()
            .all(|mail| mail.dropped)
    );

    // Bob has his, after which nothing of Emma's can be under way.
    post.send(&post.bob, deal).await?;
    mails(&post.bob.email, 1).await?;
    ensure!(mailbox(&emma.email)?.is_empty());
    Ok(())
}

#[tokio::test]
async fn without_a_mail_server_mails_are_files() -> Result<()> {
    let post = Post::by(None).await?;
    let deal = post.given("A deal", &post.bob).await?;
    post.send(&post.bob, deal).await?;
    let mails = post.app.mails().await?;
    assert_eq!(mails.len(), 1);
    for part in [
        "Subject: Deal: A deal",
        "List-Unsubscribe: <",
        &post.bob.email,
    ] {
        ensure!(mails[0].contains(part), "{part} in {}", mails[0]);
    }
    ensure!(
        post.written_down(&post.bob)
            .await?
            .iter()
            .all(|mail| mail.sent)
    );
    Ok(())
}

/// When the mail of a deal is to be sent.
async fn run_at(post: &Post, deal: RecordId) -> Result<DateTime<Utc>> {
    Ok(sqlx::query_scalar(
        "select run_at from graphile_worker._private_jobs where payload ->> 'record' = $1",
    )
    .bind(deal.to_string())
    .fetch_one(&post.app.owner)
    .await?)
}

/// Into the next phase.
async fn move_on(post: &Post, deal: RecordId) -> Result<()> {
    let mut tx = post.app.database.begin(&post.ann).await?;
    let phases = crate::records::store::phases(&mut tx).await?;
    let at = crate::records::store::record(&mut tx, RecordKind::Deal, deal).await?;
    let at = at.value("phase").show(crate::model::Language::En);
    let next = phases
        .iter()
        .position(|phase| phase.name == at)
        .map_or(0, |n| n + 1);
    let order = crate::records::store::Move {
        id: deal,
        phase: phases[next].id,
        reason: "",
    };
    crate::records::store::move_to(tx, order)
        .await?
        .commit()
        .await?;
    Ok(())
}
