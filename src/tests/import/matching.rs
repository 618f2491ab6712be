//! What the cells of a file lead to: encodings, headings, colleagues, customers, names; and what somebody
//! with fewer rights does not match.

use anyhow::{Result, ensure};
use encoding_rs::WINDOWS_1252;

use super::{COMPANIES, acme, companies, count, counts, deals, reasons, run};
use crate::{
    model::{
        AppError, Language, Problem, RecordKind,
        users::{Reach, Rights, UserRole},
    },
    tests::support::TestApp,
};

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
        (6, "Customer: No such company or contact"),
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
        [(2, "Customer: No such company or contact".to_owned())]
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
