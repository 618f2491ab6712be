//! Importing files as a user: the same file twice, half a file, two at once, other encodings and languages,
//! and what somebody with fewer rights matches and does not match.

use anyhow::{Context, Result, ensure};
use encoding_rs::WINDOWS_1252;

use super::support::TestApp;
use crate::{
    model::{
        AccountId, Actor, AppError, Language, Problem, RecordKind,
        users::{Reach, Rights, UserRole},
    },
    records::import::{BATCH, Order, Report, import},
};

const COMPANIES: &str = "\
Name,Industry,Sub-industry,City,Registration number,Founded,Customer since,Sales contact
Société Générale,Finance,Banks,Liège,0001,1864,2024-09-23,BOB@acme.test
\"UDR, Inc.\",Estate,Flats,Denver,0001,,23/11/2020,Bob Boon
Noname – Ltd,Food,,,0002,1999,,
";

/// An account with its admin Ann and her colleague Bob.
async fn acme(app: &TestApp) -> Result<(AccountId, Actor, Actor)> {
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    Ok((account, ann, bob))
}

async fn run(
    app: &TestApp,
    actor: &Actor,
    kind: RecordKind,
    bytes: &[u8],
) -> Result<Report, AppError> {
    let order = Order {
        kind,
        bytes,
        dry_run: false,
    };
    import(&app.database, actor, order, |_| ()).await
}

async fn companies(app: &TestApp, actor: &Actor, text: &str) -> Result<Report, AppError> {
    run(app, actor, RecordKind::Company, text.as_bytes()).await
}

async fn deals(app: &TestApp, actor: &Actor, text: &str) -> Result<Report, AppError> {
    run(app, actor, RecordKind::Deal, text.as_bytes()).await
}

/// Created, known already, bad.
fn counts(report: &Report) -> (usize, usize, usize) {
    (report.created, report.known_already, report.bad.len())
}

/// The line of each bad row with its reason.
fn reasons(report: &Report) -> Vec<(u64, String)> {
    report
        .bad
        .iter()
        .map(|bad| (bad.line, bad.reason(report.kind, Language::En)))
        .collect()
}

async fn count(app: &TestApp, sql: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(sql).fetch_one(&app.owner).await?)
}

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
async fn an_imported_record_says_so_and_its_responsible_is_in_the_history() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    companies(&app, &ann, COMPANIES).await?;
    let id: uuid::Uuid = sqlx::query_scalar("select id from companies where name = 'UDR, Inc.'")
        .fetch_one(&app.owner)
        .await?;
    let mut browser = app.browser_of(&ann).await?;
    let page = browser.get(&format!("/companies/{id}")).await?.body;
    for part in ["Ann Admin imported this", "Bob Boon", "23 Nov 2020"] {
        ensure!(page.contains(part), "{part} in {page}");
    }
    assert_eq!(
        count(&app, "select count(*) from company_responsibilities").await?,
        2
    );
    ensure!(
        browser
            .get("/companies?q=societe")
            .await?
            .body
            .contains("Société Générale")
    );
    Ok(())
}

#[tokio::test]
async fn the_same_rows_in_another_encoding_separator_and_language_are_the_same_rows() -> Result<()>
{
    let french = "Nom;Secteur;Sous-secteur;Ville;Numéro d'entreprise;Fondée;Client depuis;Contact commercial\r\n\
        Société Générale;Finance;Banks;Liège;0001;1864;2024-09-23;BOB@acme.test\r\n\
        UDR, Inc.;Estate;Flats;Denver;0001;;23/11/2020;Bob Boon\r\n\
        \r\n\
        Noname – Ltd;Food;;;0002;1999;;\r\n";
    let latin = WINDOWS_1252.encode(french).0;
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let first = run(&app, &ann, RecordKind::Company, &latin).await?;
    assert_eq!(counts(&first), (3, 0, 0), "{:?}", reasons(&first));
    assert_eq!(first.ignored, ["Sous-secteur", "Fondée"]);
    assert_eq!(counts(&companies(&app, &ann, COMPANIES).await?), (0, 3, 0));
    let marked = format!(
        "\u{feff}{}",
        COMPANIES.replace(',', "\t").replace("UDR\t", "UDR,")
    );
    assert_eq!(counts(&companies(&app, &ann, &marked).await?), (0, 3, 0));
    Ok(())
}

#[tokio::test]
async fn companies_match_on_their_exact_name_and_never_on_the_number_alone() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    app.company(&ann, "There already").await?;
    let report = companies(
        &app,
        &ann,
        "Name,City,Registration number\nThere already,,1\nthere ALREADY,,1\nNew,Gent,1\nNew,Lille,1\n New ,Lyon,2\n",
    )
    .await?;
    let duplicate = "Name: There is a company with this name already".to_owned();
    assert_eq!(counts(&report), (2, 0, 3));
    assert_eq!(
        reasons(&report),
        [
            (2, duplicate.clone()),
            (5, duplicate.clone()),
            (6, duplicate)
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
async fn a_deal_needs_its_colleague_customer_phase_and_currency() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, _) = acme(&app).await?;
    let (other, _) = app.account("Other").await?;
    app.colleague(other, "Olga Maes", "olga@other.test").await?;
    for email in ["one@acme.test", "two@acme.test"] {
        app.colleague(account, "Jan Jansen", email).await?;
    }
    app.colleague(account, "Tom Gone", "tom@acme.test").await?;
    app.as_owner("update users set active = false where email = 'tom@acme.test'")
        .await?;
    for name in ["Client", "Two", "Two"] {
        app.company(&ann, name).await?;
    }
    let report = deals(
        &app,
        &ann,
        "Titre,Client,Affecté à,Montant,Devise,Phase\n\
         a,Client,Jan Jansen,1,EUR,Lead\n\
         b,Client,ONE@acme.test,1,EUR,Lead\n\
         c,Client,tom@acme.test,1,EUR,Lead\n\
         d,Client,Olga Maes,1,EUR,Lead\n\
         e,client,Bob Boon,1,EUR,Lead\n\
         f,Two,Bob Boon,1,EUR,Lead\n\
         g,Client,Bob Boon,1.005,XXX,Leads\n\
         h,Client,,1,EUR,Lead\n",
    )
    .await?;
    let expected = [
        (2, "Assigned to: Several have this name: give the e-mail address"),
        (4, "Assigned to: Not an active colleague of this account"),
        (5, "Assigned to: Not an active colleague of this account"),
        (6, "Customer: No such company"),
        (7, "Customer: Several have this name: choose one from the list"),
        (
            8,
            "Currency: Not one of the choices; Phase: Not one of the choices; Value: At most two decimals",
        ),
        (9, "Assigned to: A deal needs someone assigned to it"),
    ]
    .map(|(line, reason)| (line, reason.to_owned()));
    assert_eq!(reasons(&report), expected);
    assert_eq!(report.created, 1);
    let without = deals(
        &app,
        &ann,
        "Title,Customer,Currency,Phase\nx,Client,EUR,Lead\n",
    )
    .await?;
    assert_eq!(
        reasons(&without),
        [(
            2,
            "Assigned to: A deal needs someone assigned to it".to_owned()
        )]
    );
    Ok(())
}

#[tokio::test]
async fn hostile_and_broken_rows_are_bad_rows_and_the_others_come_in() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let long = "x".repeat(2_000_000);
    let text = format!(
        "Name,City,Website\nA\0B,,\nGood,\"two\nlines\",\nGood2,\0,\nshort\nlong,a,b,c\n{long},,\n\
         <script>alert(1)</script>,</textarea>,javascript:alert(1)\n<img onerror=x>,شركة,example.com\n'; drop table companies; --,,\n"
    );
    let report = companies(&app, &ann, &text).await?;
    let lines: Vec<u64> = report.bad.iter().map(|bad| bad.line).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7, 8, 9], "{:?}", reasons(&report));
    assert_eq!(report.created, 2);
    let again = report.bad_rows_file(Language::En)?;
    let report = run(&app, &ann, RecordKind::Company, &again).await?;
    assert_eq!(
        counts(&report),
        (0, 0, 7),
        "what was not corrected stays bad"
    );
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
async fn what_a_limited_user_may_not_see_is_not_matched_and_his_companies_are_his() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, _) = acme(&app).await?;
    let limited = Rights {
        crm: Reach::Limited,
        ..Rights::FULL
    };
    let emma = app
        .person(account, "Emma", "emma@acme.test", UserRole::User, limited)
        .await?;
    let file = "Name,City\nHidden,Gent\n";
    companies(&app, &ann, file).await?;
    // Neither the row nor the name tells her of a company that she cannot see.
    assert_eq!(counts(&companies(&app, &emma, file).await?), (1, 0, 0));
    assert_eq!(counts(&companies(&app, &emma, file).await?), (0, 1, 0));
    assert_eq!(
        count(&app, "select count(*) from companies c join users u on u.id = c.sales_contact_id where u.email = 'emma@acme.test'").await?,
        1
    );
    app.company(&ann, "Secret client").await?;
    let deal = "Title,Customer,Assigned to,Currency,Phase\nx,Secret client,Emma,EUR,Lead\n";
    let report = deals(&app, &emma, deal).await?;
    assert_eq!(
        reasons(&report),
        [(2, "Customer: No such company".to_owned())]
    );
    Ok(())
}

#[tokio::test]
async fn who_has_no_right_to_the_kind_is_told_so_and_nobody_without_it_is_matched() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, _) = acme(&app).await?;
    let none = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let nick = app
        .person(account, "Nick None", "nick@acme.test", UserRole::User, none)
        .await?;
    let refused = companies(&app, &nick, COMPANIES).await;
    assert_eq!(
        refused,
        Err(AppError::form(Problem::NoRight(RecordKind::Company)))
    );
    let report = companies(&app, &ann, "Name,Sales contact\nA,Nick None\n").await?;
    assert_eq!(
        reasons(&report),
        [(
            2,
            "Sales contact: Not an active colleague of this account".to_owned()
        )]
    );
    let no_name = companies(&app, &ann, "City,Website\nGent,\n").await;
    assert_eq!(
        no_name,
        Err(AppError::form(Problem::NoTitleColumn(RecordKind::Company)))
    );
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

/// The colleagues of the demo account, as far as the files name them.
async fn demo_colleagues(app: &TestApp) -> Result<Actor> {
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
            include_bytes!("data/companies.csv"),
            (400, 0, 0),
            (0, 400, 0),
        ),
        (
            RecordKind::Deal,
            include_bytes!("data/deals.csv"),
            (600, 0, 0),
            (0, 600, 0),
        ),
        (
            RecordKind::Company,
            include_bytes!("data/companies-with-errors.csv"),
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
