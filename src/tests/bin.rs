//! The bin: what is deleted is out of sight, who finds it there, and when it is gone for good. Deals belong to companies
//! that are not deleted, whoever comes first.

use anyhow::{Result, ensure};
use sqlx::AssertSqlSafe;

use super::support::TestApp;
use crate::{
    model::{
        Actor, AppError, Language, Problem, RecordId, RecordKind,
        responsibility::Responsible,
        users::{Reach, Rights, UserRole},
    },
    records::store,
    server::run,
};

const REACHES: [Reach; 3] = [Reach::Full, Reach::Limited, Reach::None];

async fn delete(app: &TestApp, by: &Actor, kind: RecordKind, id: RecordId) -> Result<(), AppError> {
    store::delete(app.database.begin(by).await?, kind, id)
        .await
        .map(drop)
}

async fn restore(
    app: &TestApp,
    by: &Actor,
    kind: RecordKind,
    id: RecordId,
) -> Result<bool, AppError> {
    store::restore(app.database.begin_in_bin(by).await?, kind, id).await
}

/// The names in somebody's bin, latest first.
async fn bin(app: &TestApp, who: &Actor) -> Result<Vec<String>> {
    let found = store::bin(&mut app.database.begin_in_bin(who).await?, None).await?;
    Ok(found
        .records
        .into_iter()
        .map(|one| one.record.name)
        .collect())
}

fn refused(result: Result<impl Sized, AppError>, expected: &Problem) -> Result<()> {
    match result {
        Err(AppError::Invalid(problems)) if problems.values().eq([expected]) => Ok(()),
        Err(other) => anyhow::bail!("{other:?} instead of {expected:?}"),
        Ok(_) => anyhow::bail!("was not refused with {expected:?}"),
    }
}

fn not_found(result: Result<impl Sized, AppError>) -> Result<()> {
    match result {
        Err(AppError::NotFound) => Ok(()),
        Err(other) => anyhow::bail!("{other:?} instead of not found"),
        Ok(_) => anyhow::bail!("was found"),
    }
}

async fn responsible(app: &TestApp, kind: RecordKind, id: RecordId, first: &Actor) -> Result<()> {
    let to = Responsible {
        first: Some(first.user),
        second: None,
    };
    app.make_responsible(kind, id, to).await
}

#[tokio::test]
async fn what_is_deleted_is_out_of_sight_until_it_is_restored() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let mut browser = app.browser_of(&ann).await?;
    let page = RecordKind::Company.address(company);
    let id = company.to_string();
    let values = [("kind", "company"), ("id", id.as_str())];
    let everywhere = [
        "/companies",
        "/companies?q=zephyr",
        "/companies?segment=mine",
        "/search?q=zephyr",
        "/",
    ];

    let answer = browser.submit(&page, "/api/delete", &values).await?;
    assert_eq!(answer.location(), Some("/companies"));
    let undo = browser.get("/companies").await?;
    ensure!(
        undo.body.contains("“Zephyr” is in the bin."),
        "{}",
        undo.body
    );
    ensure!(undo.body.contains("action=\"/api/restore\""));
    ensure!(browser.get(&page).await?.status == 404);
    ensure!(browser.get(&format!("{page}/edit")).await?.status == 404);
    for path in everywhere {
        let answer = browser.get(path).await?;
        ensure!(!answer.body.contains("Zephyr"), "{path} shows it");
    }
    let typed = [("kinds[0]", "company"), ("typed", "zephyr")];
    let suggested = browser.call("/api/suggest", &typed).await?;
    ensure!(
        suggested.status.is_success() && !suggested.body.contains("Zephyr"),
        "{}",
        suggested.body
    );
    let bin = browser.get("/settings/bin").await?;
    ensure!(
        bin.body.contains("Restore Zephyr") && bin.body.contains("in 30 days"),
        "{}",
        bin.body
    );

    let answer = browser
        .submit("/companies", "/api/restore", &values)
        .await?;
    let back = browser.get(answer.location().unwrap_or_default()).await?;
    ensure!(
        back.status == 200 && back.body.contains("Restored."),
        "{}",
        back.body
    );
    let bin = browser.get("/settings/bin").await?;
    ensure!(bin.body.contains("The bin is empty."), "{}", bin.body);
    let mut tx = app.database.begin(&ann).await?;
    let told: Vec<String> = store::activity(&mut tx, RecordKind::Company, company)
        .await?
        .iter()
        .map(|entry| entry.text(Language::En))
        .collect();
    assert_eq!(
        told,
        [
            "Ann Admin restored this",
            "Ann Admin deleted this",
            "Ann Admin created this"
        ]
    );
    Ok(())
}

#[tokio::test]
async fn a_company_with_deals_stays_and_says_how_many_its_viewer_sees() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::Full,
        deals: Reach::Limited,
        ..Rights::FULL
    };
    let lim = app
        .person(
            account,
            "Lia Limited",
            "lia@acme.test",
            UserRole::User,
            rights,
        )
        .await?;
    let company = app.company(&ann, "Zephyr").await?;
    let hers = app.deal(&ann, "Hers", company, &lim).await?;
    let other = app.deal(&ann, "Other", company, &ann).await?;
    let company_of = |by: &Actor| {
        let (app, by) = (&app, by.clone());
        async move { delete(app, &by, RecordKind::Company, company).await }
    };
    refused(
        company_of(&ann).await,
        &Problem::StillHas(RecordKind::Deal, 2),
    )?;
    refused(
        company_of(&lim).await,
        &Problem::StillHas(RecordKind::Deal, 1),
    )?;
    delete(&app, &ann, RecordKind::Deal, hers).await?;
    refused(company_of(&lim).await, &Problem::StillHasOthers)?;
    delete(&app, &ann, RecordKind::Deal, other).await?;
    company_of(&lim).await?;
    assert_eq!(bin(&app, &lim).await?, ["Zephyr"]);
    assert_eq!(bin(&app, &ann).await?, ["Zephyr", "Other", "Hers"]);

    // A deal comes back after its customer alone, and none can be made for a customer in the bin.
    refused(
        restore(&app, &ann, RecordKind::Deal, hers).await,
        &Problem::CustomerIsGone,
    )?;
    ensure!(app.deal(&ann, "New", company, &ann).await.is_err());
    restore(&app, &lim, RecordKind::Company, company).await?;
    restore(&app, &ann, RecordKind::Deal, hers).await?;
    assert_eq!(bin(&app, &ann).await?, ["Other"]);
    Ok(())
}

/// For every pair of rights: deletes what he sees, of his own and of others, and finds just that in his bin; then his rights
/// are taken away.
#[tokio::test]
async fn who_deleted_it_finds_it_within_his_rights_and_admins_find_all() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let all = REACHES
        .into_iter()
        .flat_map(|crm| REACHES.map(|deals| (crm, deals)));
    let parent = app.company(&ann, "Parent").await?;
    let mut deleted = 0;
    for (n, (crm, deals)) in all.enumerate() {
        let rights = Rights {
            crm,
            deals,
            ..Rights::FULL
        };
        let email = format!("user{n}@acme.test");
        let who = app
            .person(account, &email, &email, UserRole::User, rights)
            .await?;
        let mut gone = Vec::new();
        for (first, name) in [(&who, "own"), (&ann, "other")] {
            let company = app.company(&ann, &format!("{name} company {n}")).await?;
            responsible(&app, RecordKind::Company, company, first).await?;
            let deal = app
                .deal(&ann, &format!("{name} deal {n}"), parent, &ann)
                .await?;
            responsible(&app, RecordKind::Deal, deal, first).await?;
            let is_own = name == "own";
            for (kind, id, reach) in [
                (RecordKind::Company, company, crm),
                (RecordKind::Deal, deal, deals),
            ] {
                let sees = match reach {
                    // Full deals without full CRM: assigned to him, or of a company that he sees; of this one he does not.
                    Reach::Full => kind == RecordKind::Company || crm == Reach::Full || is_own,
                    Reach::Limited => is_own,
                    Reach::None => false,
                };
                let result = delete(&app, &who, kind, id).await;
                if !sees {
                    not_found(result)?;
                } else if kind == RecordKind::Deal && reach == Reach::Limited {
                    refused(result, &Problem::MayNotDelete(kind))?;
                } else {
                    result?;
                    gone.push((kind, id));
                    deleted += 1;
                }
                not_found(restore(&app, &who, kind, RecordId(uuid::Uuid::nil())).await)?;
            }
        }
        assert_eq!(
            bin(&app, &who).await?.len(),
            gone.len(),
            "{crm:?} {deals:?}"
        );
        assert_eq!(bin(&app, &ann).await?.len(), deleted);

        let without = Actor {
            rights: Rights {
                crm: Reach::None,
                deals: Reach::None,
                ..Rights::FULL
            },
            ..who.clone()
        };
        assert!(bin(&app, &without).await?.is_empty(), "{crm:?} {deals:?}");
        let colleague = Actor {
            user: app
                .colleague(account, "Colleague", &format!("colleague{n}@acme.test"))
                .await?
                .user,
            ..who.clone()
        };
        for (kind, id) in &gone {
            not_found(restore(&app, &without, *kind, *id).await)?;
            not_found(restore(&app, &colleague, *kind, *id).await)?;
        }
        if let Some((kind, id)) = gone.pop() {
            ensure!(restore(&app, &who, kind, id).await?, "he sees it again");
            not_found(restore(&app, &who, kind, id).await)?;
            deleted -= 1;
        }
    }
    ensure!(deleted > 5, "{deleted}");
    Ok(())
}

#[tokio::test]
async fn after_30_days_it_is_gone_for_good_a_company_after_its_deals() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let company = app.company(&ann, "Zephyr").await?;
    let deal = app.deal(&ann, "Deal", company, &ann).await?;
    let young = app.company(&ann, "Young").await?;
    let stays = app.company(&ann, "Stays").await?;
    responsible(&app, RecordKind::Company, company, &bob).await?;
    delete(&app, &ann, RecordKind::Deal, deal).await?;
    delete(&app, &ann, RecordKind::Company, company).await?;
    delete(&app, &ann, RecordKind::Company, young).await?;
    app.as_owner(
        "update deals set deleted_at = deleted_at - interval '30 days';
         update companies set deleted_at = deleted_at - interval '30 days' where name = 'Zephyr';
         update companies set deleted_at = deleted_at - interval '30 days' + interval '1 hour' where name = 'Young'",
    )
    .await?;
    // Nobody finds them, though they are not purged yet.
    assert_eq!(bin(&app, &ann).await?, ["Young"]);
    not_found(restore(&app, &ann, RecordKind::Company, company).await)?;
    run::purge_bin(&app.database).await?;
    let left: Vec<uuid::Uuid> =
        sqlx::query_scalar("select id from companies union all select id from deals order by 1")
            .fetch_all(&app.owner)
            .await?;
    let mut expected = vec![young.0, stays.0];
    expected.sort_unstable();
    assert_eq!(left, expected);
    for table in ["company_events", "company_responsibilities", "deal_events"] {
        let sql = format!("select count(*) from {table} where record_id = any($1)");
        let n: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(vec![company.0, deal.0])
            .fetch_one(&app.owner)
            .await?;
        assert_eq!(n, 0, "{table}");
    }
    Ok(())
}

#[tokio::test]
async fn a_deal_made_while_its_company_is_deleted_waits_and_finds_it_gone() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    for round in 0..20 {
        let company = app.company(&ann, &format!("Company {round}")).await?;
        let (deleted, made) = tokio::join!(
            delete(&app, &ann, RecordKind::Company, company),
            app.deal(&ann, "Deal", company, &ann)
        );
        ensure!(deleted.is_ok() != made.is_ok(), "{deleted:?} {made:?}");
    }
    let orphans: i64 = sqlx::query_scalar(
        "select count(*) from deals d join companies c on c.id = d.company_id where c.deleted_at is not null",
    )
    .fetch_one(&app.owner)
    .await?;
    assert_eq!(orphans, 0);
    Ok(())
}

#[tokio::test]
async fn the_bin_is_read_page_after_page() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    for n in 0..60 {
        let id = app.company(&ann, &format!("Company {n}")).await?;
        delete(&app, &ann, RecordKind::Company, id).await?;
    }
    let mut names = std::collections::BTreeSet::new();
    let mut after = None;
    let mut pages = 0;
    loop {
        let mut tx = app.database.begin_in_bin(&ann).await?;
        let page = store::bin(&mut tx, after.as_deref()).await?;
        names.extend(page.records.into_iter().map(|one| one.record.name));
        after = page.next;
        pages += 1;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((names.len(), pages), (60, 2));
    Ok(())
}
