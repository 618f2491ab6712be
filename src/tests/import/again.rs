//! The same file twice, half a file, two at once, a corrected one: nothing comes in twice, nothing is lost.
//! A dry run writes nothing.

use anyhow::{Context, Result};

use super::{COMPANIES, acme, companies, count, counts, deals, reasons, run};
use crate::{
    model::{
        Actor, Language, RecordKind,
        users::{Reach, Rights, UserRole},
    },
    records::import::{BATCH, Order, import},
    tests::support::TestApp,
};

#[tokio::test]
async fn a_file_comes_in_and_twice_creates_nothing_twice() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, bob) = acme(&app).await?;
    let first = companies(&app, &ann, COMPANIES).await?;
    assert_eq!(counts(&first), (3, 0, 0), "{:?}", reasons(&first));
    assert_eq!(first.ignored, ["Sub-industry", "Founded"]);
    let second = companies(&app, &ann, COMPANIES).await?;
    assert_eq!(counts(&second), (0, 3, 0));
    // Somebody else who sees the same records knows the same rows.
    assert_eq!(counts(&companies(&app, &bob, COMPANIES).await?), (0, 3, 0));
    assert_eq!(count(&app, "select count(*) from companies").await?, 3);
    let found: Vec<(String, Option<String>, Option<String>)> = sqlx::query_as(
        "select c.name, c.customer_since::text, u.full_name from companies c
         left join users u on u.id = c.sales_contact_id order by c.registration_number, c.name",
    )
    .fetch_all(&app.owner)
    .await?;
    let row = |name: &str, since: Option<&str>, contact: Option<&str>| {
        (
            name.to_owned(),
            since.map(ToOwned::to_owned),
            contact.map(ToOwned::to_owned),
        )
    };
    assert_eq!(
        found,
        [
            row("Société Générale", Some("2024-09-23"), Some("Bob Boon")),
            row("UDR, Inc.", Some("2020-11-23"), Some("Bob Boon")),
            row("Noname – Ltd", None, None),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn rows_that_look_alike_and_even_identical_ones_all_come_in_once() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let twice = "Name,City\nTwin,Gent\nTwin,Gent\n";
    assert_eq!(counts(&companies(&app, &ann, twice).await?), (2, 0, 0));
    assert_eq!(counts(&companies(&app, &ann, twice).await?), (0, 2, 0));
    app.company(&ann, "Client").await?;
    let alike = "Title,Customer,Assigned to,Value,Currency,Phase\n\
        Licences,Client,ann@acme.test,10,EUR,lead\n\
        Licences,Client,Ann Admin,20,eur,LEAD\n\
        Licences,Client,Ann Admin,20,eur,LEAD\n";
    let first = deals(&app, &ann, alike).await?;
    assert_eq!(counts(&first), (3, 0, 0), "{:?}", reasons(&first));
    assert_eq!(counts(&deals(&app, &ann, alike).await?), (0, 3, 0));
    assert_eq!(count(&app, "select count(*) from deals").await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_bad_row_comes_in_once_its_reason_is_gone() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let file = "Title,Customer,Assigned to,Currency,Phase\nx,Client,Bob Boon,EUR,Lead\n";
    let report = deals(&app, &ann, file).await?;
    assert_eq!(counts(&report), (0, 0, 1));
    app.company(&ann, "Client").await?;
    let bad_rows = report.bad_rows_file(Language::Nl)?;
    let corrected = run(&app, &ann, RecordKind::Deal, &bad_rows).await?;
    assert_eq!(counts(&corrected), (1, 0, 0));
    // The same row in its own file is the same row.
    assert_eq!(counts(&deals(&app, &ann, file).await?), (0, 1, 0));
    Ok(())
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let order = Order {
        kind: RecordKind::Company,
        bytes: COMPANIES.as_bytes(),
        dry_run: true,
    };
    let dry = import(&app.database, &ann, order, |_| ()).await?;
    for table in [
        "select count(*) from companies",
        "select count(*) from company_imports",
        "select count(*) from company_events",
    ] {
        assert_eq!(count(&app, table).await?, 0, "{table}");
    }
    assert_eq!(companies(&app, &ann, COMPANIES).await?, dry);
    Ok(())
}

#[tokio::test]
async fn a_row_whose_record_was_deleted_comes_in_again() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    companies(&app, &ann, COMPANIES).await?;
    app.as_owner(
        "update companies set deleted_at = now(), deleted_by = created_by where name = 'UDR, Inc.'",
    )
    .await?;
    assert_eq!(counts(&companies(&app, &ann, COMPANIES).await?), (1, 2, 0));
    Ok(())
}

/// Two batches and a half.
fn many() -> String {
    let rows = (0..BATCH * 5 / 2).map(|n| format!("Company {n},Gent\n"));
    "Name,City\n".to_owned() + &rows.collect::<String>()
}

#[tokio::test]
async fn an_import_that_was_cut_off_is_completed_by_running_it_again() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let file = many();
    let (sender, mut first_batch) = tokio::sync::mpsc::channel(8);
    let order = Order {
        kind: RecordKind::Company,
        bytes: file.as_bytes(),
        dry_run: false,
    };
    // Dropped in the midst of its second batch, as by a signal.
    tokio::select! {
        done = import(&app.database, &ann, order, |progress| {
            let _ = sender.try_send(progress);
        }) => {
            anyhow::bail!("it was not cut off: {:?}", done.map(|report| counts(&report)))
        }
        progress = first_batch.recv() => assert_eq!(progress.context("a batch")?.done, BATCH),
    }
    let again = companies(&app, &ann, &file).await?;
    assert_eq!(counts(&again), (BATCH * 3 / 2, BATCH, 0));
    assert_eq!(
        count(&app, "select count(*) from companies").await?,
        i64::try_from(BATCH * 5 / 2)?
    );
    Ok(())
}

#[tokio::test]
async fn two_imports_of_one_file_at_once_create_nothing_twice() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, bob) = acme(&app).await?;
    let file = many();
    // A server function's future has to be sendable too.
    const fn sendable<F: Future + Send>(future: F) -> F {
        future
    }
    let (one, two) = tokio::join!(
        sendable(companies(&app, &ann, &file)),
        sendable(companies(&app, &bob, &file))
    );
    let (one, two) = (one?, two?);
    assert_eq!(one.created + two.created, BATCH * 5 / 2);
    assert_eq!(one.known_already + two.known_already, BATCH * 5 / 2);
    assert_eq!(one.bad.len() + two.bad.len(), 0);
    Ok(())
}

/// The colleagues of the demo account, as far as the files name them.
pub(super) async fn demo_colleagues(app: &TestApp) -> Result<Actor> {
    let (account, _) = app.account("Demo").await?;
    let full = Rights::FULL;
    let crm_limited = Rights {
        crm: Reach::Limited,
        ..full
    };
    let deals_limited = Rights {
        deals: Reach::Limited,
        ..full
    };
    let people = [
        ("Lucas Martin", "lucas@demo.test", full),
        ("Emma Janssens", "emma@demo.test", crm_limited),
        ("Hugo Lambert", "hugo@demo.test", deals_limited),
        ("Sofia Rossi", "sofia@demo.test", full),
        ("Jan Wouters", "jan@demo.test", full),
        ("Tom De Smet", "tom@demo.test", full),
    ];
    for (name, email, rights) in people {
        app.person(account, name, email, UserRole::User, rights)
            .await?;
    }
    app.as_owner("update users set active = false where email = 'tom@demo.test'")
        .await?;
    let nora = app.colleague(account, "Nora Peeters", "nora@demo.test");
    nora.await
}

#[tokio::test]
async fn the_three_files_of_the_demo_come_in_and_are_known_the_second_time() -> Result<()> {
    let app = TestApp::new().await?;
    let nora = demo_colleagues(&app).await?;
    let files: [(RecordKind, &[u8], _, _); 3] = [
        (
            RecordKind::Company,
            include_bytes!("../../../end2end/data/companies.csv"),
            (400, 0, 0),
            (0, 400, 0),
        ),
        (
            RecordKind::Deal,
            include_bytes!("../../../end2end/data/deals.csv"),
            (600, 0, 0),
            (0, 600, 0),
        ),
        (
            RecordKind::Company,
            include_bytes!("../../../end2end/data/companies-with-errors.csv"),
            (1, 0, 6),
            (0, 1, 6),
        ),
    ];
    for (kind, bytes, first, _) in files {
        let report = run(&app, &nora, kind, bytes).await?;
        assert_eq!(counts(&report), first, "{:?}", reasons(&report));
    }
    for (kind, bytes, _, second) in files {
        assert_eq!(counts(&run(&app, &nora, kind, bytes).await?), second);
    }
    let report = run(&app, &nora, files[2].0, files[2].1).await?;
    let colleague = "Sales contact: Not an active colleague of this account";
    let expected = [
        (2, "Name: There is a company with this name already"),
        (3, colleague),
        (4, colleague),
        (5, colleague),
        (6, "Name: This field is required"),
        (7, "Customer since: Not a date"),
    ]
    .map(|(line, reason)| (line, reason.to_owned()));
    assert_eq!(reasons(&report), expected);
    Ok(())
}
