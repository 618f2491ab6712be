//! Importing in the browser, as forms and pages: what is sent is checked and imported as on the command line, and told row by
//! row; what is no file to import is refused in words; and nobody sees another's import but the account's admins.

use anyhow::{Context, Result, ensure};
use http::header;

use super::{acme, again::demo_colleagues, count, run};
use crate::{
    model::{
        AppError, Language, Problem, RecordKind,
        users::{ProjectReach, Reach, Rights, UserRole},
    },
    server,
    settings::import::{Fate, Page, Progress, State, Task},
    tests::support::{Answer, Browser, TestApp, eventually},
};

/// Sends a file from the first page; the id of its import.
pub async fn sent(browser: &mut Browser<'_>, then: &str, file: &[u8]) -> Result<String> {
    let answer = send(browser, &[("kind", ""), ("then", then)], file).await?;
    let address = answer.location().context("a redirect")?;
    let id = address
        .strip_prefix("/settings/import/")
        .with_context(|| address.to_owned())?;
    Ok(id.to_owned())
}

async fn send(browser: &mut Browser<'_>, values: &[(&str, &str)], file: &[u8]) -> Result<Answer> {
    let path = "/settings/import/file";
    browser.send_file(path, values, "a file.csv", file).await
}

async fn page_of(browser: &mut Browser<'_>, id: &str, show: &str) -> Result<Page> {
    let values = [("import", id), ("show", show)];
    let values = if show.is_empty() {
        &values[..1]
    } else {
        &values
    };
    let answer = browser.call("/api/import_page", values).await?;
    serde_json::from_str(&answer.body).with_context(|| answer.body)
}

/// How it stands once nothing is under way any more.
pub async fn over(browser: &mut Browser<'_>, id: &str) -> Result<Progress> {
    eventually(async || {
        let answer = browser
            .call("/api/import_progress", &[("import", id)])
            .await?;
        let progress: Progress = serde_json::from_str(&answer.body)?;
        ensure!(!progress.is_running(), "{progress:?}");
        Ok(progress)
    })
    .await
}

/// Created, known already, bad.
pub fn counts(progress: &Progress) -> (i64, i64, i64) {
    (progress.created, progress.known, progress.bad)
}

#[tokio::test]
async fn the_three_files_of_the_demo_go_through_the_browser_twice_and_the_second_creates_nothing()
-> Result<()> {
    let app = TestApp::new().await?;
    let nora = demo_colleagues(&app).await?;
    let mut browser = app.browser_of(&nora).await?;
    let files: [(&[u8], _, _, _); 3] = [
        (
            include_bytes!("../../../end2end/data/companies.csv"),
            RecordKind::Company,
            (400, 0, 0),
            (0, 400, 0),
        ),
        (
            include_bytes!("../../../end2end/data/deals.csv"),
            RecordKind::Deal,
            (600, 0, 0),
            (0, 600, 0),
        ),
        (
            include_bytes!("../../../end2end/data/companies-with-errors.csv"),
            RecordKind::Company,
            (1, 0, 6),
            (0, 1, 6),
        ),
    ];
    for (file, kind, first, _) in files {
        let checked = sent(&mut browser, "check", file).await?;
        let progress = over(&mut browser, &checked).await?;
        assert_eq!(counts(&progress), first, "would be, of {kind:?}");
        assert_eq!((progress.task, progress.state), (Task::Check, State::Done));
        let id = sent(&mut browser, "import", file).await?;
        let progress = over(&mut browser, &id).await?;
        assert_eq!(counts(&progress), first);
        assert_eq!((progress.task, progress.state), (Task::Import, State::Done));
        let page = page_of(&mut browser, &id, "").await?;
        assert_eq!(page.import.kind, Some(kind), "by the headings");
    }
    for (file, kind, _, second) in files {
        let id = sent(&mut browser, "import", file).await?;
        assert_eq!(counts(&over(&mut browser, &id).await?), second);
        // The command line knows the same rows.
        let report = run(&app, &nora, kind, file).await?;
        assert_eq!(super::counts(&report).0, 0);
    }
    let page = browser.get("/settings/import").await?.body;
    for told in [
        "400 rows: 400 created, 0 known already, 0 bad",
        "600 rows: 0 created, 600 known already, 0 bad",
        "7 rows: 1 would be created, 0 known already, 6 bad",
    ] {
        ensure!(page.contains(told), "{told} in {page}");
    }
    Ok(())
}

const MIXED: &str = "Name,City,Founded\nNew,Gent,1\nThere already,Gent,2\n,Gent,3\nNew,Lille,4\n";

#[tokio::test]
async fn a_check_tells_of_every_row_what_would_become_of_it_and_writes_nothing() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    run(
        &app,
        &ann,
        RecordKind::Company,
        b"Name,City,Founded\nThere already,Gent,2\n",
    )
    .await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(&mut browser, "check", MIXED.as_bytes()).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 1, 2));
    assert_eq!(count(&app, "select count(*) from companies").await?, 1);

    let page = page_of(&mut browser, &id, "").await?;
    let rows: Vec<_> = page
        .rows
        .iter()
        .map(|row| (row.line, row.title.as_str(), row.fate))
        .collect();
    assert_eq!(
        rows,
        [
            (2, "New", Fate::Created),
            (3, "There already", Fate::Known),
            (4, "", Fate::Bad),
            (5, "New", Fate::Bad),
        ]
    );
    let columns: Vec<_> = page
        .columns
        .iter()
        .map(|column| (column.heading.as_str(), column.field.as_deref()))
        .collect();
    assert_eq!(
        columns,
        [
            ("Name", Some("name")),
            ("City", Some("city")),
            ("Founded", None)
        ]
    );
    assert_eq!(page.columns[1].samples, ["Gent", "Gent", "Gent"]);
    let bad = page_of(&mut browser, &id, "bad").await?;
    assert_eq!(bad.rows, page.rows[2..]);

    let html = browser
        .get(&format!("/settings/import/{id}?show=bad"))
        .await?
        .body;
    for told in [
        "4 rows: 1 would be created, 1 known already, 2 bad",
        "Name: This field is required",
        "Name: There is a company with this name already",
    ] {
        ensure!(html.contains(told), "{told} in {html}");
    }
    ensure!(!html.contains("There already</bdi>"), "only the bad ones");

    // What was checked is imported as it was checked.
    let values = [
        ("import", id.as_str()),
        ("then", "import"),
        ("kind", "company"),
        ("fields[0]", "name"),
        ("fields[1]", "city"),
    ];
    let page = format!("/settings/import/{id}");
    let answer = browser.submit(&page, "/api/run_import", &values).await?;
    assert_eq!(answer.location(), Some(page.as_str()));
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 1, 2));
    let html = browser.get(&page).await?.body;
    ensure!(html.contains("4 rows: 1 created, 1 known already, 2 bad"));
    let company = page_of(&mut browser, &id, "created").await?.rows[0].record;
    let link = RecordKind::Company.address(company.context("a link")?);
    ensure!(html.contains(&link), "{link} in {html}");
    Ok(())
}

#[tokio::test]
async fn a_file_that_nobody_knows_gets_its_kind_and_columns_chosen() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let id = sent(
        &mut browser,
        "import",
        "Bedrijfje;Waar\nA;Gent\n".as_bytes(),
    )
    .await?;
    let address = format!("/settings/import/{id}");
    let html = browser.get(&address).await?.body;
    ensure!(html.contains("The headings do not say what the rows are"));

    // The kind alone: its fields are offered, none of them is known to be the name.
    let kind = [
        ("import", id.as_str()),
        ("then", "check"),
        ("kind", "company"),
    ];
    browser.submit(&address, "/api/run_import", &kind).await?;
    let html = browser.get(&address).await?.body;
    ensure!(html.contains("No column is the “Name”"), "{html}");
    ensure!(html.contains("name=\"fields[1]\""), "{html}");
    for (wrong, told) in [
        (("name", "name"), "Another column fills this field already"),
        (("", "city"), "No column is the “Name”"),
        (("name", "account_id"), "Not one of the choices"),
    ] {
        let fields = [("fields[0]", wrong.0), ("fields[1]", wrong.1)];
        let values = [kind.as_slice(), &fields].concat();
        browser.submit(&address, "/api/run_import", &values).await?;
        let html = browser.get(&address).await?.body;
        ensure!(html.contains(told), "{told} in {html}");
    }
    let values = [
        kind.as_slice(),
        &[("fields[1]", "city"), ("fields[0]", "name")],
    ]
    .concat();
    browser.submit(&address, "/api/run_import", &values).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 0, 0));
    assert_eq!(count(&app, "select count(*) from companies").await?, 0);
    let import = [
        ("then", "import"),
        ("fields[1]", "city"),
        ("fields[0]", "name"),
    ];
    let values = [&[kind[0], kind[2]], import.as_slice()].concat();
    browser.submit(&address, "/api/run_import", &values).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 0, 0));
    let found: (String, String) = sqlx::query_as("select name, city from companies")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(found, ("A".to_owned(), "Gent".to_owned()));
    // What has written is written: neither other columns nor once more.
    let again = browser.call("/api/run_import", &values).await?;
    assert_eq!(again.error()?, AppError::NotFound);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused_in_words_and_not_kept() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let large = vec![b'x'; 20 * 1024 * 1024 + 1];
    let wide = "x,".repeat(300) + "\na\n";
    let long = "Name\n".to_owned() + &"a\n".repeat(100_001);
    let cases: [(&[u8], &str); 6] = [
        (b"", "The file has no rows below its headings"),
        (b"Name,City\n", "The file has no rows below its headings"),
        (b"PK\x03\x04\x14\0\x06\0", "This is not a CSV file"),
        (&large, "The file is larger than 20 MB"),
        (wide.as_bytes(), "The file has more than 200 columns"),
        (long.as_bytes(), "The file has more than 100,000 rows"),
    ];
    for (file, told) in cases {
        let answer = send(&mut browser, &[("kind", "deal"), ("then", "import")], file).await?;
        assert_eq!(answer.location(), Some("/settings/import"), "{told}");
        let html = browser.get("/settings/import").await?.body;
        ensure!(html.contains(told), "{told} in {html}");
        ensure!(html.contains("<option value=\"deal\" selected"), "{html}");
    }
    let nothing = browser
        .send_file("/settings/import/file", &[("then", "check")], "", b"")
        .await?;
    assert_eq!(nothing.location(), Some("/settings/import"));
    let html = browser.get("/settings/import").await?.body;
    ensure!(html.contains("Choose a file first"), "{html}");
    // Bytes that are no UTF-8 are text of another encoding, and a NUL is in no column of the database.
    let id = sent(&mut browser, "import", b"Name\nLi\xe8ge\0\nLi\xe8ge\n").await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 0, 1));
    let html = browser.get(&format!("/settings/import/{id}")).await?.body;
    ensure!(html.contains("Liège"), "{html}");
    assert_eq!(count(&app, "select count(*) from imports").await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_form_from_elsewhere_or_without_a_file_is_no_upload() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let plain = browser
        .submit(
            "/settings/import",
            "/settings/import/file",
            &[("then", "import")],
        )
        .await?;
    ensure!(plain.status.is_client_error(), "{}", plain.status);
    let mut nobody = app.browser();
    let answer = send(&mut nobody, &[("then", "import")], MIXED.as_bytes()).await?;
    assert_eq!(answer.location(), Some("/login"));
    browser
        .headers
        .insert("sec-fetch-site", "cross-site".parse()?);
    let forged = send(&mut browser, &[("then", "import")], MIXED.as_bytes()).await?;
    ensure!(forged.status == 403, "{}", forged.status);
    assert_eq!(count(&app, "select count(*) from imports").await?, 0);
    Ok(())
}

#[tokio::test]
async fn nobody_sends_more_than_a_hundred_files_in_an_hour() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    app.as_owner(
        "insert into imports (account_id, id, by_user_id, file_name, columns, rows)
         select account_id, gen_random_uuid(), id, 'x', '[]', 1 from users, generate_series(1, 100) where email = 'ann@acme.test'",
    )
    .await?;
    let mut browser = app.browser_of(&ann).await?;
    let answer = send(&mut browser, &[("then", "check")], MIXED.as_bytes()).await?;
    assert_eq!(answer.location(), Some("/settings/import"));
    let html = browser.get("/settings/import").await?.body;
    ensure!(html.contains("Too many attempts"), "{html}");
    Ok(())
}

#[tokio::test]
async fn bad_rows_come_as_the_command_line_writes_them() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let file = "Nom;Ville\r\n;Liège\r\nA;Gent\r\nA;Lille;x\r\n";
    let id = sent(&mut browser, "import", file.as_bytes()).await?;
    assert_eq!(counts(&over(&mut browser, &id).await?), (1, 0, 2));
    let answer = browser
        .get(&format!("/settings/import/{id}/bad-rows.csv"))
        .await?;
    let header = |name| {
        answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    assert_eq!(
        header(header::CONTENT_TYPE),
        Some("text/csv; charset=utf-8")
    );
    assert_eq!(
        header(header::CONTENT_DISPOSITION),
        Some("attachment; filename=\"bad-rows.csv\"; filename*=UTF-8''a%20file.bad-rows.csv")
    );
    assert_eq!(header(header::CACHE_CONTROL), Some("no-store"));
    let report = run(&app, &ann, RecordKind::Company, file.as_bytes()).await?;
    assert_eq!(
        answer.body.as_bytes(),
        report.bad_rows_file(Language::En)?.as_slice()
    );
    Ok(())
}

#[tokio::test]
async fn somebody_elses_import_is_not_found_but_for_an_admin_who_looks_and_undoes() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, bob) = acme(&app).await?;
    let (_, other) = app.account("Other").await?;
    let carl = app.colleague(account, "Carl", "carl@acme.test").await?;
    let mut of_bob = app.browser_of(&bob).await?;
    let id = sent(&mut of_bob, "import", MIXED.as_bytes()).await?;
    over(&mut of_bob, &id).await?;
    let address = format!("/settings/import/{id}");
    let values = [
        ("import", id.as_str()),
        ("kind", "company"),
        ("fields[0]", "name"),
    ];
    for stranger in [&carl, &other] {
        let mut browser = app.browser_of(stranger).await?;
        for path in [address.clone(), format!("{address}/bad-rows.csv")] {
            let answer = browser.get(&path).await?;
            assert_eq!(answer.status, 404, "{path}");
            ensure!(!answer.body.contains("a file.csv"));
        }
        for function in [
            "import_page",
            "import_progress",
            "run_import",
            "resume_import",
            "undo_import",
        ] {
            let answer = browser.call(&format!("/api/{function}"), &values).await?;
            assert_eq!(answer.error()?, AppError::NotFound, "{function}");
        }
        let list = browser.get("/settings/import").await?.body;
        ensure!(!list.contains("a file.csv"), "{list}");
    }
    let mut admin = app.browser_of(&ann).await?;
    ensure!(
        admin
            .get("/settings/import")
            .await?
            .body
            .contains("Bob Boon")
    );
    for path in [address.clone(), format!("{address}/bad-rows.csv")] {
        assert_eq!(admin.get(&path).await?.status, 200, "{path}");
    }
    for function in ["run_import", "resume_import"] {
        let answer = admin.call(&format!("/api/{function}"), &values).await?;
        assert_eq!(answer.error()?, AppError::NotFound, "{function}");
    }
    let undone = admin.call("/api/undo_import", &values).await?;
    ensure!(undone.status.is_success(), "{}", undone.body);
    assert_eq!(over(&mut admin, &id).await?.undone.undone, 2);
    Ok(())
}

#[tokio::test]
async fn without_a_right_to_a_kind_there_are_no_imports_of_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _, bob) = acme(&app).await?;
    let mut browser = app.browser_of(&bob).await?;
    let id = sent(&mut browser, "import", MIXED.as_bytes()).await?;
    over(&mut browser, &id).await?;
    app.as_owner("update users set crm = 'none' where email = 'bob@acme.test'")
        .await?;
    let address = format!("/settings/import/{id}");
    assert_eq!(browser.get(&address).await?.status, 404);
    ensure!(
        !browser
            .get("/settings/import")
            .await?
            .body
            .contains("a file")
    );
    // Deals are all that is left: what the headings speak of is not recognised, and not taken when it is forged.
    let page = browser.get("/settings/import").await?.body;
    ensure!(!page.contains("value=\"company\"") && page.contains("value=\"deal\""));
    let forged = send(
        &mut browser,
        &[("kind", "company"), ("then", "import")],
        b"Name\nA\n",
    )
    .await?;
    assert_eq!(forged.location(), Some("/settings/import"));
    let nothing = Rights {
        crm: Reach::None,
        deals: Reach::None,
        projects: ProjectReach::None,
        mailbox: false,
        ..Rights::FULL
    };
    let nick = app
        .person(account, "Nick", "nick@acme.test", UserRole::User, nothing)
        .await?;
    let mut browser = app.browser_of(&nick).await?;
    let page = browser.get("/settings/import").await?;
    ensure!(page.status == 200 && page.body.contains("You have no right to anything"));
    ensure!(!page.body.contains("type=\"file\""));
    Ok(())
}

#[tokio::test]
async fn after_a_week_the_file_and_its_rows_are_gone_and_what_came_of_them_stays() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann, _) = acme(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    let old = sent(&mut browser, "import", MIXED.as_bytes()).await?;
    over(&mut browser, &old).await?;
    let young = sent(&mut browser, "check", b"Name\nAnother\n").await?;
    over(&mut browser, &young).await?;
    app.as_owner("update imports set at = at - interval '7 days 1 minute' where task = 'import'")
        .await?;
    server::run::purge_imports(&app.database).await?;
    let of_old = count(
        &app,
        "select count(*) from import_rows r join imports i on i.id = r.import_id where i.task = 'import'",
    );
    assert_eq!(of_old.await?, 0);
    assert_eq!(count(&app, "select count(*) from import_files").await?, 1);
    assert_eq!(count(&app, "select count(*) from import_rows").await?, 1);
    assert_eq!(count(&app, "select count(*) from companies").await?, 2);
    let page = browser.get(&format!("/settings/import/{old}")).await?;
    ensure!(
        page.body.contains("were deleted after 7 days"),
        "{}",
        page.body
    );
    ensure!(page.body.contains("4 rows: 2 created"), "{}", page.body);
    let bad = browser
        .get(&format!("/settings/import/{old}/bad-rows.csv"))
        .await?;
    assert_eq!(bad.status, 404);
    let answer = browser
        .call("/api/undo_import", &[("import", &old)])
        .await?;
    assert_eq!(answer.error()?, AppError::form(Problem::TooLate));
    Ok(())
}
