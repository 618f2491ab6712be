//! Several servers on one database: one of them fetches a mailbox at a time, and another goes on where one dies or is cut off.
//! Even two who fetch at once take each message in once.

use std::time::Duration;

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::{Fetching, Office, Pace, QUICKLY, Taken, subjects};
use crate::{
    mailbox::store::{
        fetching::{self, Uid},
        mailboxes::fetched,
    },
    tests::support::eventually,
};

#[tokio::test]
async fn of_two_servers_one_fetches_and_each_message_comes_once() -> Result<()> {
    let office = Office::new().await?;
    let other = office.beside(|_| ()).await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let taken = Taken::default();
    let _one = Fetching::begin(&office.app.app, &taken);
    let _two = Fetching::begin(&other.app, &taken);
    for n in 0..10 {
        office
            .send("hello", &format!("Message {n}"), "text")
            .await?;
    }
    let wanted: Vec<String> = (0..10).map(|n| format!("Message {n}")).collect();
    subjects(
        &taken,
        &wanted.iter().map(String::as_str).collect::<Vec<_>>(),
    )
    .await?;
    let kept = office.working(mailbox).await?;
    ensure!(kept.leased_by.is_some());
    let mut uids: Vec<_> = taken
        .all()
        .into_iter()
        .map(|(origin, _)| origin.uid)
        .collect();
    uids.dedup();
    assert_eq!(uids.len(), 10);
    Ok(())
}

#[tokio::test]
async fn a_server_that_stops_gives_its_mailboxes_back() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let _one = Fetching::begin(&office.app.app, &Taken::default());
    office.working(mailbox).await?;
    office.app.app.live.stop();
    eventually(async || {
        let kept = office.state(mailbox).await?;
        ensure!(kept.leased_by.is_none(), "{kept:?}");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_server_that_died_had_is_fetched_by_another_once_its_lease_is_over() -> Result<()> {
    let office = Office::new().await?;
    let other = office.beside(|_| ()).await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let taken = Taken::default();
    let pace = Pace {
        lease: Duration::from_secs(2),
        ..QUICKLY
    };
    let one = Fetching::at(&office.app.app, &taken, pace);
    let died = office.working(mailbox).await?.leased_by;
    drop(one);
    let _two = Fetching::at(&other.app, &taken, pace);
    office.send("hello", "Afterwards", "text").await?;
    subjects(&taken, &["Afterwards"]).await?;
    let kept = office.state(mailbox).await?;
    ensure!(
        kept.leased_by.is_some() && kept.leased_by != died,
        "{kept:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_lease_that_is_lost_ends_the_fetching_at_once() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let taken = Taken::default();
    let pace = Pace {
        lease: Duration::from_secs(2),
        ..QUICKLY
    };
    let _one = Fetching::at(&office.app.app, &taken, pace);
    office.working(mailbox).await?;
    // Somebody else has it, and for long.
    let somebody = Uuid::new_v4();
    sqlx::query("update mailbox_connections set leased_by = $1, leased_until = now() + interval '1 hour', checked_at = null")
        .bind(somebody)
        .execute(&office.app.owner)
        .await?;
    let leased = fetching::lease(
        &office.app.database,
        Uuid::new_v4(),
        Duration::from_secs(30),
    )
    .await?;
    ensure!(leased.is_empty(), "it was leased twice: {leased:?}");
    office.send("hello", "For somebody else", "text").await?;
    // What is fetched before the loss is noticed counts once; the state is no more this server's to write.
    let kept = eventually(async || {
        let kept = office.state(mailbox).await?;
        let sessions = std::fs::read_to_string(log()?)?;
        let ended = sessions
            .lines()
            .any(|line| line.contains(&office.address("hello")) && line.contains("Disconnected"));
        ensure!(ended, "it still listens");
        Ok(kept)
    })
    .await?;
    ensure!(
        kept.leased_by == Some(somebody) && !kept.checked,
        "{kept:?}"
    );
    Ok(())
}

/// What the IMAP server logs.
fn log() -> Result<std::path::PathBuf> {
    let tls = super::servers()?.tls;
    Ok(tls.with_file_name("log").join("dovecot.log"))
}

#[tokio::test]
async fn two_transactions_that_take_the_same_message_in_are_one() -> Result<()> {
    let office = Office::new().await?;
    let mailbox = office.mailbox("hello", &[]).await?;
    let database = &office.app.database;
    let by = Uuid::new_v4();
    let leased = fetching::lease(database, by, Duration::from_secs(30)).await?;
    let [leased] = leased.as_slice() else {
        anyhow::bail!("there is one: {leased:?}");
    };
    assert_eq!(
        fetching::begin_validity(database, by, *leased, 7).await?,
        Some(0)
    );
    let uid = Uid {
        validity: 7,
        uid: 5,
    };
    let mut first = database.begin_work(office.account).await?;
    ensure!(fetched(&mut first, mailbox, uid).await?);
    let second = {
        let (database, account) = (database.clone(), office.account);
        tokio::spawn(async move {
            let mut second = database.begin_work(account).await?;
            fetched(&mut second, mailbox, uid).await
        })
    };
    eventually(async || {
        let waiting: bool = sqlx::query_scalar(
            "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')",
        )
        .fetch_one(&office.app.owner)
        .await?;
        ensure!(waiting, "the second does not wait for the first");
        Ok(())
    })
    .await?;
    first.commit().await?;
    ensure!(!second.await??, "it was taken in twice");
    let mut tx = database.begin_work(office.account).await?;
    for (uid, counts) in [
        (
            Uid {
                validity: 7,
                uid: 4,
            },
            false,
        ),
        (
            Uid {
                validity: 6,
                uid: 9,
            },
            false,
        ),
        (
            Uid {
                validity: 7,
                uid: 6,
            },
            true,
        ),
    ] {
        assert_eq!(fetched(&mut tx, mailbox, uid).await?, counts, "{uid:?}");
    }
    Ok(())
}

#[tokio::test]
async fn only_who_holds_the_lease_renews_it_or_says_how_the_folder_is_numbered() -> Result<()> {
    let office = Office::new().await?;
    office.mailbox("hello", &[]).await?;
    let (database, lease) = (&office.app.database, Duration::from_secs(30));
    let (by, other) = (Uuid::new_v4(), Uuid::new_v4());
    let leased = fetching::lease(database, by, lease).await?;
    let [leased] = leased.as_slice() else {
        anyhow::bail!("there is one: {leased:?}");
    };
    ensure!(fetching::renew(database, by, *leased, lease).await?);
    ensure!(!fetching::renew(database, other, *leased, lease).await?);
    assert_eq!(
        fetching::begin_validity(database, other, *leased, 9).await?,
        None
    );
    // Over, though nobody has taken it.
    office
        .app
        .as_owner("update mailbox_connections set leased_until = now() - interval '1 second'")
        .await?;
    ensure!(!fetching::renew(database, by, *leased, lease).await?);
    Ok(())
}

#[tokio::test]
async fn what_the_plan_lacks_is_not_fetched() -> Result<()> {
    let office = Office::new().await?;
    office.mailbox("hello", &[]).await?;
    let lease = async || {
        fetching::lease(
            &office.app.database,
            Uuid::new_v4(),
            Duration::from_secs(30),
        )
        .await
    };
    office
        .app
        .as_owner("update accounts set plan = 'move'")
        .await?;
    ensure!(lease().await?.is_empty());
    office
        .app
        .as_owner("update accounts set boosters = '{mailbox}'")
        .await?;
    assert_eq!(lease().await?.len(), 1);
    Ok(())
}
