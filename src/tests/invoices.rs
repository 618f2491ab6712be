//! Invoices: of both kinds of customers, for those with the right alone; booked they stay as they are, by the form, by an
//! import and at the database; overdue from the account's midnight.

use anyhow::{Context, Result, ensure};
use sqlx::AssertSqlSafe;

use super::support::{Answer, TestApp};
use crate::{
    model::{
        Actor, AppError, Language, Problem, Problems, RecordId, RecordKind, Value,
        invoices::{InvoiceStatus, LOCKED},
        users::{Reach, Rights, UserRole},
    },
    records::{
        import::{Order, import},
        store,
    },
    server::database::Reached,
};

const KIND: RecordKind = RecordKind::Invoice;

async fn save(app: &TestApp, who: &Actor, id: RecordId, values: &[(&str, &str)]) -> Result<Answer> {
    let version: i64 = sqlx::query_scalar("select version from invoices where id = $1")
        .bind(id.0)
        .fetch_one(&app.owner)
        .await?;
    let (id, version) = (id.to_string(), version.to_string());
    let mut sent = vec![
        ("kind".to_owned(), "invoice"),
        ("id".to_owned(), id.as_str()),
        ("version".to_owned(), &version),
    ];
    sent.extend(
        values
            .iter()
            .map(|(key, value)| (format!("values[{key}]"), *value)),
    );
    let sent: Vec<_> = sent
        .iter()
        .map(|(key, value)| (key.as_str(), *value))
        .collect();
    app.browser_of(who).await?.call("/api/save", &sent).await
}

async fn status(app: &TestApp, who: &Actor, id: RecordId) -> Result<Value> {
    let mut tx = app.database.begin(who).await?;
    let record = store::record(&mut tx, KIND, id).await?;
    Ok(record.value("status").clone())
}

/// What the database says to a statement of the writer, who is past all that the forms check.
async fn as_writer(
    app: &TestApp,
    who: &Actor,
    sql: &str,
    id: RecordId,
) -> Result<Option<AppError>> {
    let tx = app.database.begin(who).await?;
    let mut tx = tx.write(Reached::new_record()).await?;
    let done = sqlx::query(AssertSqlSafe(sql.to_owned()))
        .bind(id.0)
        .execute(tx.connection())
        .await;
    Ok(done.err().map(AppError::from))
}

#[tokio::test]
async fn an_invoice_is_of_a_company_or_of_a_contact_and_stands_on_their_pages() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let paul = app
        .create(&ann, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    let mut browser = app.browser_of(&ann).await?;
    for (customer, number, page) in [
        (company, "2026/17", format!("/companies/{company}")),
        (paul, "2026/18", format!("/contacts/{paul}")),
    ] {
        let invoice = app.invoice(&ann, number, customer, &[]).await?;
        let body = browser.get(&page).await?.body;
        ensure!(body.contains(&format!("/invoices/{invoice}")), "{body}");
        ensure!(body.contains("€121.00"), "{body}");
        let found = browser.get(&format!("/invoices?q={number}")).await?.body;
        ensure!(found.contains("1 invoice<"), "{found}");
    }
    let body = browser.get("/search?q=2026").await?.body;
    ensure!(
        body.contains("2026/17") && body.contains("2026/18"),
        "{body}"
    );
    Ok(())
}

#[tokio::test]
async fn without_the_right_there_are_no_invoices_anywhere() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let invoice = app.invoice(&ann, "A number", company, &[]).await?;
    for (n, rights) in [
        Rights {
            invoices: false,
            ..Rights::FULL
        },
        Rights {
            crm: Reach::None,
            ..Rights::FULL
        },
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("u{n}@acme.test");
        let who = app
            .person(account, "Bob Boon", &email, UserRole::User, rights)
            .await?;
        let mut browser = app.browser_of(&who).await?;
        for page in [
            "/invoices".to_owned(),
            "/invoices/new".to_owned(),
            format!("/invoices/{invoice}"),
            format!("/invoices/{invoice}/edit"),
        ] {
            assert_eq!(browser.get(&page).await?.status, 404, "{page}");
        }
        for page in [
            "/".to_owned(),
            format!("/companies/{company}"),
            "/settings/import".to_owned(),
        ] {
            let body = browser.get(&page).await?.body;
            ensure!(!body.contains("Invoices"), "{page}: {body}");
        }
    }
    let body = app.browser_of(&ann).await?.get("/").await?.body;
    ensure!(body.contains("href=\"/invoices\""), "{body}");
    Ok(())
}

#[tokio::test]
async fn a_booked_invoice_keeps_what_it_says_and_each_field_says_so() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let other = app.company(&ann, "Other").await?.to_string();
    for booked in ["booked", "paid", "credited"] {
        let invoice = app.invoice(&ann, "1", company, &[]).await?;
        // A draft takes everything.
        let answer = save(
            &app,
            &ann,
            invoice,
            &[("total_excl", "50"), ("status", booked)],
        )
        .await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        let changed = [
            ("number", "2"),
            ("customer", other.as_str()),
            ("date", "2026-01-30"),
            ("total_excl", "60"),
            ("total_incl", "122"),
            ("currency", "USD"),
            ("status", "draft"),
        ];
        let refused = save(&app, &ann, invoice, &changed).await?.error()?;
        let mut expected: Problems = LOCKED
            .into_iter()
            .map(|key| (key.to_owned(), Problem::BookedStays))
            .collect();
        expected.insert("status".to_owned(), Problem::BookedForGood);
        assert_eq!(refused, AppError::Invalid(expected));
        // What may still change, beside what is sent as it was.
        let same = [
            ("total_excl", "50.00"),
            ("due_date", "2026-03-01"),
            ("link", "example.com/1.pdf"),
            ("status", "paid"),
        ];
        let answer = save(&app, &ann, invoice, &same).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        let paid = Value::Status {
            status: InvoiceStatus::Paid,
            overdue: false,
        };
        assert_eq!(status(&app, &ann, invoice).await?, paid);
    }
    Ok(())
}

#[tokio::test]
async fn the_database_keeps_a_booked_invoice_whoever_writes() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let paul = app
        .create(&ann, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    let invoice = app
        .invoice(&ann, "1", company, &[("status", "booked")])
        .await?;
    let customer = format!("company_id = null, contact_id = '{paul}'");
    for (set, field, problem) in [
        ("number = '2'", "number", Problem::BookedStays),
        (customer.as_str(), "customer", Problem::BookedStays),
        ("date = date - 1", "date", Problem::BookedStays),
        ("total_excl = 1", "total_excl", Problem::BookedStays),
        ("total_incl = 1000", "total_incl", Problem::BookedStays),
        ("currency = 'USD'", "currency", Problem::BookedStays),
        ("status = 'draft'", "status", Problem::BookedForGood),
        ("deleted_at = now()", "", Problem::BookedIsKept),
        ("due_date = date - 1", "due_date", Problem::DueBeforeDate),
    ] {
        let sql = format!("update invoices set {set} where id = $1");
        let refused = as_writer(&app, &ann, &sql, invoice).await?;
        assert_eq!(refused, Some(AppError::field(field, problem)), "{set}");
    }
    let allowed =
        "update invoices set status = 'paid', link = 'x', due_date = date + 1 where id = $1";
    assert_eq!(as_writer(&app, &ann, allowed, invoice).await?, None);
    // Nor does the owner of the database delete one.
    let deleted = sqlx::query("delete from invoices where id = $1")
        .bind(invoice.0)
        .execute(&app.owner)
        .await;
    assert_eq!(
        deleted.err().map(AppError::from),
        Some(AppError::form(Problem::BookedIsKept))
    );
    let draft = app.invoice(&ann, "2", company, &[]).await?;
    let less = "update invoices set total_incl = 99 where id = $1";
    let refused = as_writer(&app, &ann, less, draft).await?;
    assert_eq!(
        refused,
        Some(AppError::field("total_incl", Problem::LessWithTax))
    );
    Ok(())
}

#[tokio::test]
async fn a_draft_is_deleted_and_restored_and_a_booked_one_is_not() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let invoice = app.invoice(&ann, "1", company, &[]).await?;
    let delete = async |kind, id| store::delete(app.database.begin(&ann).await?, kind, id).await;
    assert_eq!(
        delete(RecordKind::Company, company).await.err(),
        Some(AppError::form(Problem::StillHas(KIND, 1)))
    );
    delete(KIND, invoice).await?;
    ensure!(store::restore(app.database.begin_in_bin(&ann).await?, KIND, invoice).await?);
    for booked in ["booked", "paid", "credited"] {
        let invoice = app
            .invoice(&ann, "2", company, &[("status", booked)])
            .await?;
        assert_eq!(
            delete(KIND, invoice).await.err(),
            Some(AppError::form(Problem::BookedIsKept)),
            "{booked}"
        );
    }
    // A draft goes for good in its time, and its customer stays, for the booked ones.
    delete(KIND, invoice).await?;
    app.as_owner(
        "update invoices set deleted_at = now() - interval '31 days' where deleted_at is not null",
    )
    .await?;
    app.as_owner("update companies set deleted_at = now() - interval '31 days'")
        .await?;
    let purged: i64 = sqlx::query_scalar("select api.bin_purge()")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(purged, 1);
    Ok(())
}

#[tokio::test]
async fn a_booked_invoice_is_overdue_from_the_midnight_after_its_due_date_where_the_account_is()
-> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    // Twenty-six hours apart: it is never the same day in both.
    let (west, east) = ("Etc/GMT+12", "Pacific/Kiritimati");
    let today: String = sqlx::query_scalar("select (now() at time zone $1)::date::text")
        .bind(west)
        .fetch_one(&app.owner)
        .await?;
    let booked = [
        ("date", "2000-01-01"),
        ("due_date", today.as_str()),
        ("status", "booked"),
    ];
    let due = app.invoice(&ann, "due", company, &booked).await?;
    let paid = app
        .invoice(
            &ann,
            "paid",
            company,
            &[
                ("date", "2000-01-01"),
                ("due_date", &today),
                ("status", "paid"),
            ],
        )
        .await?;
    let open = app
        .invoice(&ann, "open", company, &[("status", "booked")])
        .await?;
    let mut browser = app.browser_of(&ann).await?;
    for (zone, overdue) in [(west, false), (east, true)] {
        app.as_owner(&format!("update accounts set time_zone = '{zone}'"))
            .await?;
        for (id, status_is, is) in [
            (due, InvoiceStatus::Booked, overdue),
            (paid, InvoiceStatus::Paid, false),
            (open, InvoiceStatus::Booked, false),
        ] {
            let expected = Value::Status {
                status: status_is,
                overdue: is,
            };
            assert_eq!(status(&app, &ann, id).await?, expected, "{zone}");
        }
        let list = browser.get("/invoices").await?.body;
        ensure!(list.contains(">Overdue<") == overdue, "{zone}: {list}");
    }
    // The day of which it is told is the account's, not the reader's: he stays in Brussels. Its form says "Booked", and sent
    // again it changes nothing.
    let form = browser.get(&format!("/invoices/{due}/edit")).await?.body;
    ensure!(!form.contains("Overdue"), "{form}");
    let answer = save(&app, &ann, due, &[("status", "booked")]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let version: i64 = sqlx::query_scalar("select version from invoices where id = $1")
        .bind(due.0)
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(version, 1);
    let typed = save(&app, &ann, due, &[("status", "Overdue")]).await?;
    assert_eq!(
        typed.error()?,
        AppError::field("status", Problem::OverdueByItself)
    );
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_each_field() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, olga) = app.account("Other").await?;
    let theirs = app.company(&olga, "Theirs").await?.to_string();
    let refused = app
        .create(&ann, KIND, &[])
        .await
        .err()
        .context("it is refused")?;
    let missing = refused.problems().context("problems by field")?;
    for key in [
        "number",
        "customer",
        "date",
        "total_excl",
        "total_incl",
        "currency",
        "status",
    ] {
        assert_eq!(missing.get(key), Some(&Problem::Required), "{key}");
    }
    assert_eq!(missing.len(), 7);
    let company = app.company(&ann, "Zephyr").await?;
    for (key, typed, problem) in [
        ("number", "x\0", Problem::ControlCharacters),
        ("customer", theirs.as_str(), Problem::NoSuchCustomer),
        ("date", "31/02/2026", Problem::NotADate),
        ("due_date", "2026-01-30", Problem::DueBeforeDate),
        ("total_excl", "a lot", Problem::NotANumber),
        ("total_excl", "1.005", Problem::TooManyDecimals),
        ("total_incl", "99.99", Problem::LessWithTax),
        ("currency", "XYZ", Problem::NotAnOption),
        ("status", "nonsense", Problem::NotAnOption),
        ("status", "en retard", Problem::OverdueByItself),
        ("link", "javascript:alert(1)", Problem::NotAWebAddress),
    ] {
        let refused = app.invoice(&ann, "1", company, &[(key, typed)]).await;
        assert_eq!(
            refused.err(),
            Some(AppError::field(key, problem)),
            "{key} {typed}"
        );
    }
    // Of a credit note, more with tax is less.
    let credit = |incl| [("total_excl", "-100"), ("total_incl", incl)];
    app.invoice(&ann, "1", company, &credit("-121")).await?;
    let refused = app.invoice(&ann, "1", company, &credit("-99")).await;
    assert_eq!(
        refused.err(),
        Some(AppError::field("total_incl", Problem::LessWithTax))
    );
    Ok(())
}

#[tokio::test]
async fn a_file_of_invoices_comes_in_in_three_languages_and_changes_no_booked_one() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    app.create(&ann, RecordKind::Contact, &[("last_name", "Vent")])
        .await?;
    app.invoice(&ann, "2026/1", company, &[("status", "booked")])
        .await?;
    let before: String = sqlx::query_scalar("select i::text from invoices i")
        .fetch_one(&app.owner)
        .await?;
    for file in [
        "Number,Customer,Date,Due date,Total excl. VAT,Total incl. VAT,Currency,Status,Link\n\
         2026/1,Zephyr,2026-01-31,2026-02-28,1,2,EUR,Booked,example.com\n",
        "Numéro;Client;Date;Échéance;Total HTVA;Total TVAC;Devise;Statut;Lien\n\
         2026/2;Vent;31/01/2026;;10;12.1;EUR;Payée;\n",
        "Nummer;Klant;Datum;Vervaldatum;Totaal excl. btw;Totaal incl. btw;Munt;Status;Link\n\
         2026/3;Vent;31/01/2026;01/01/2026;10;12;EUR;Concept;\n\
         2026/4;Vent;31/01/2026;;12;10;EUR;Vervallen;\n",
    ] {
        let order = Order {
            kind: KIND,
            bytes: file.as_bytes(),
            dry_run: false,
        };
        let report = import(&app.database, &ann, order, |_| ()).await?;
        let reasons: Vec<String> = report
            .bad
            .iter()
            .map(|row| row.reason(&report.catalogue, Language::En))
            .collect();
        if file.starts_with("Nummer") {
            assert_eq!(
                reasons,
                [
                    "Due date: Before the date of the invoice",
                    "Status: A booked invoice becomes overdue by itself, after its due date: choose “Booked”; Total incl. VAT: Less than the total excluding VAT",
                ]
            );
        } else {
            assert_eq!((report.created, reasons), (1, Vec::new()));
        }
    }
    // The first stands beside the other of its number.
    let numbers: Vec<String> =
        sqlx::query_scalar("select number || ' ' || status from invoices order by 1")
            .fetch_all(&app.owner)
            .await?;
    assert_eq!(numbers, ["2026/1 booked", "2026/1 booked", "2026/2 paid"]);
    let unchanged: i64 = sqlx::query_scalar("select count(*) from invoices i where i::text = $1")
        .bind(before)
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(unchanged, 1);
    Ok(())
}
