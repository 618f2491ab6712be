//! Handing over: when somebody is deactivated, and later from the orphans. Shared out evenly, in one transaction,
//! with the history that choosing by hand would have written.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use uuid::Uuid;

use super::support::{TestApp, eventually};
use crate::model::{
    Actor, AppError, Problem, RecordId, RecordKind,
    hand_over::HandedOver,
    responsibility::Responsible,
    users::{Reach, Rights, UserRole},
};

async fn of(app: &TestApp, admin: &Actor, name: &str, who: &Actor) -> Result<RecordId> {
    let user = who.user.to_string();
    let values = [("name", name), ("sales_contact", user.as_str())];
    Ok(app.create(admin, RecordKind::Company, &values).await?)
}

/// How many companies each has.
async fn shares(app: &TestApp) -> Result<BTreeMap<Uuid, i64>> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "select sales_contact_id, count(*) from companies where sales_contact_id is not null group by 1",
    )
    .fetch_all(&app.owner)
    .await?;
    Ok(rows.into_iter().collect())
}

#[tokio::test]
async fn who_is_deactivated_is_out_at_once_and_his_records_go_to_two_colleagues() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    let dee = app.colleague(account, "Dee Dox", "dee@acme.test").await?;
    let mut last = None;
    for n in 0..5 {
        last = Some(of(&app, &ann, &format!("Company {n}"), &bob).await?);
    }
    let last = last.ok_or_else(|| anyhow::anyhow!("there are five"))?;
    app.deal(&ann, "Big deal", last, &bob).await?;
    let (mut admin, mut his) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    let page = format!("/settings/users/{}/deactivate", bob.user);
    let body = admin.get(&page).await?.body;
    for part in [
        "5 companies: sales contact",
        "1 deal: assigned to",
        "Cas Claes",
        "Big deal",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }

    let (him, one, two) = (
        bob.user.to_string(),
        cas.user.to_string(),
        dee.user.to_string(),
    );
    let to = [
        ("user", him.as_str()),
        ("version", "1"),
        ("to[company-sales_contact][]", &one),
        ("to[company-sales_contact][]", &two),
    ];
    let sent = admin.submit(&page, "/api/deactivate_user", &to).await?;
    assert_eq!(sent.location(), Some("/settings/users"));
    let list = admin.get("/settings/users").await?.body;
    ensure!(
        list.contains("The user is deactivated and signed out everywhere. Handed over: 5."),
        "{list}"
    );
    assert_eq!(
        his.get("/companies").await?.location(),
        Some("/login?next=%2Fcompanies")
    );
    let sessions: i64 = sqlx::query_scalar("select count(*) from sessions where user_id = $1")
        .bind(bob.user.0)
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(sessions, 0);

    let shared = shares(&app).await?;
    assert_eq!(shared.get(&cas.user.0).copied(), Some(3));
    assert_eq!(shared.get(&dee.user.0).copied(), Some(2));
    // The history and the activity say who, from whom, by whom.
    let body = admin.get(&format!("/companies/{last}")).await?.body;
    ensure!(
        body.contains("Bob Boon") && body.contains("Cas Claes"),
        "{body}"
    );
    let history: i64 = sqlx::query_scalar(
        "select count(*) from company_responsibilities where role = 'sales_contact' and by_user_id = $1 and user_id = any ($2)",
    )
    .bind(ann.user.0)
    .bind(vec![cas.user.0, dee.user.0])
    .fetch_one(&app.owner)
    .await?;
    assert_eq!(history, 5);

    // The deal that nobody took is an orphan, and goes from there.
    let orphans = admin.get("/settings/orphans").await?.body;
    ensure!(
        orphans.contains("Bob Boon (deactivated)") && orphans.contains("1 deal: assigned to"),
        "{orphans}"
    );
    let to = [("from", him.as_str()), ("to[deal-assigned_to][]", &one)];
    admin
        .submit("/settings/orphans", "/api/hand_over", &to)
        .await?;
    let orphans = admin.get("/settings/orphans").await?.body;
    ensure!(
        orphans.contains("There are none") && orphans.contains("Handed over: 1."),
        "{orphans}"
    );
    Ok(())
}

#[tokio::test]
async fn nobody_receives_who_could_not_be_chosen_and_then_nothing_happens_at_all() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    let none = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let eve = app
        .person(account, "Eve None", "eve@acme.test", UserRole::User, none)
        .await?;
    let (_, olga) = app.account("Other").await?;
    of(&app, &ann, "One", &bob).await?;
    let before = app.fingerprint().await?;
    let mut admin = app.browser_of(&ann).await?;
    let him = bob.user.to_string();
    for wrong in [&eve, &olga, &bob] {
        let (one, two) = (cas.user.to_string(), wrong.user.to_string());
        let to = [
            ("user", him.as_str()),
            ("version", "1"),
            ("to[company-sales_contact][]", &one),
            ("to[company-sales_contact][]", &two),
        ];
        let answer = admin.call("/api/deactivate_user", &to).await?;
        assert_eq!(
            answer.error()?,
            AppError::field("company-sales_contact", Problem::NotAColleague)
        );
    }
    for key in ["to[company-second_sales_contact][]", "to[deal-boss][]"] {
        let one = cas.user.to_string();
        let to = [("from", him.as_str()), (key, one.as_str())];
        let error = admin.call("/api/hand_over", &to).await?.error()?;
        ensure!(
            error
                .problems()
                .is_some_and(|problems| problems.values().all(|p| *p == Problem::Unknown)),
            "{error:?}"
        );
    }
    assert_eq!(app.fingerprint().await?, before);
    // Another account's admin finds nobody to hand over from.
    let to = [
        ("from", him.as_str()),
        ("to[company-sales_contact][]", &olga.user.to_string()),
    ];
    let mut other = app.browser_of(&olga).await?;
    other.call("/api/hand_over", &to).await?;
    assert_eq!(app.fingerprint().await?, before);
    Ok(())
}

#[tokio::test]
async fn who_is_second_already_is_passed_over_and_what_nobody_can_take_stays() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    app.as_owner("update accounts set second_enabled = true")
        .await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    let dee = app.colleague(account, "Dee Dox", "dee@acme.test").await?;
    // Read again: the feature is part of who acts.
    let ann = crate::server::actors::by_email(app.database.api(), "ann@acme.test")
        .await?
        .ok_or_else(|| anyhow::anyhow!("Ann is there"))?;
    for n in 0..4 {
        let (first, second) = (bob.user.to_string(), cas.user.to_string());
        let name = format!("Company {n}");
        let values = [
            ("name", name.as_str()),
            ("sales_contact", &first),
            ("second_sales_contact", &second),
        ];
        app.create(&ann, RecordKind::Company, &values).await?;
    }
    let mut admin = app.browser_of(&ann).await?;
    let (him, one, two) = (
        bob.user.to_string(),
        cas.user.to_string(),
        dee.user.to_string(),
    );
    let to = [
        ("from", him.as_str()),
        ("to[company-sales_contact][]", &one),
    ];
    ensure!(admin.call("/api/hand_over", &to).await?.status.is_success());
    assert_eq!(shares(&app).await?.get(&bob.user.0).copied(), Some(4));

    let to = [
        ("from", him.as_str()),
        ("to[company-sales_contact][]", &one),
        ("to[company-sales_contact][]", &two),
    ];
    ensure!(admin.call("/api/hand_over", &to).await?.status.is_success());
    assert_eq!(shares(&app).await?.get(&dee.user.0).copied(), Some(4));
    Ok(())
}

#[tokio::test]
async fn who_is_reactivated_has_what_he_had() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    of(&app, &ann, "One", &bob).await?;
    let mut admin = app.browser_of(&ann).await?;
    let him = bob.user.to_string();
    let leaving = [("user", him.as_str()), ("version", "1")];
    ensure!(
        admin
            .call("/api/deactivate_user", &leaving)
            .await?
            .status
            .is_success()
    );
    ensure!(app.browser_of(&bob).await.is_err(), "he cannot sign in");
    let page = format!("/settings/users/{him}/deactivate");
    assert_eq!(admin.get(&page).await?.status, 404);
    admin
        .submit("/settings/users", "/api/reactivate_user", &[("user", &him)])
        .await?;
    ensure!(
        admin
            .get("/settings/users")
            .await?
            .body
            .contains("The user is active again.")
    );
    let mut again = app.browser_of(&bob).await?;
    ensure!(
        again
            .get("/companies?segment=mine")
            .await?
            .body
            .contains("One")
    );
    let audit = admin.get("/settings/audit").await?.body;
    for part in [
        "Access of Bob Boon",
        "active → deactivated",
        "deactivated → active",
    ] {
        ensure!(audit.contains(part), "{part} in {audit}");
    }
    Ok(())
}

/// Waits until some statement of the tests' database waits for a lock.
async fn somebody_waits(app: &TestApp) -> Result<()> {
    eventually(async || {
        let waiting: bool = sqlx::query_scalar(
            "select exists (select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')",
        )
        .fetch_one(&app.owner)
        .await?;
        ensure!(waiting, "nobody waits");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_colleague_hands_over_at_the_same_moment_stays_with_whom_he_chose() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    let dee = app.colleague(account, "Dee Dox", "dee@acme.test").await?;
    let chosen = of(&app, &ann, "Chosen", &bob).await?;
    of(&app, &ann, "Left", &bob).await?;
    let mut admin = app.browser_of(&ann).await?;
    let (him, one) = (bob.user.to_string(), cas.user.to_string());
    let to = [
        ("from", him.as_str()),
        ("to[company-sales_contact][]", &one),
    ];
    let mut colleague = app.owner.begin().await?;
    sqlx::query("update companies set sales_contact_id = $2 where id = $1")
        .bind(chosen.0)
        .bind(dee.user.0)
        .execute(&mut *colleague)
        .await?;
    let choosing = async {
        somebody_waits(&app).await?;
        colleague.commit().await?;
        anyhow::Ok(())
    };
    let (answer, chose) = tokio::join!(admin.call("/api/hand_over", &to), choosing);
    chose?;
    let done: HandedOver = serde_json::from_str(&answer?.body)?;
    assert_eq!(done, HandedOver { gone: 1, stayed: 0 });
    let shares = shares(&app).await?;
    assert_eq!(shares.get(&dee.user.0).copied(), Some(1));
    assert_eq!(shares.get(&cas.user.0).copied(), Some(1));
    Ok(())
}

#[tokio::test]
async fn seven_among_three_are_three_two_and_two_and_who_is_named_twice_gets_no_more() -> Result<()>
{
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut receivers = Vec::new();
    for name in ["cas", "dee", "eva"] {
        let email = format!("{name}@acme.test");
        receivers.push(app.colleague(account, name, &email).await?);
    }
    for n in 0..7 {
        of(&app, &ann, &format!("Company {n}"), &bob).await?;
    }
    let him = bob.user.to_string();
    let ids: Vec<String> = receivers.iter().map(|to| to.user.to_string()).collect();
    let mut to = vec![("from", him.as_str())];
    for id in [&ids[0], &ids[0], &ids[1], &ids[2], &ids[0]] {
        to.push(("to[company-sales_contact][]", id));
    }
    let mut admin = app.browser_of(&ann).await?;
    let answer = admin.call("/api/hand_over", &to).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let shares = shares(&app).await?;
    let given: Vec<i64> = receivers.iter().map(|to| shares[&to.user.0]).collect();
    assert_eq!(given, [3, 2, 2]);
    Ok(())
}

#[tokio::test]
async fn a_hidden_second_who_receives_the_record_gives_way_and_the_history_says_so() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    let (first, second) = (Some(bob.user), Some(cas.user));
    let company = app.company(&ann, "Client").await?;
    app.make_responsible(RecordKind::Company, company, Responsible { first, second })
        .await?;
    let (him, one) = (bob.user.to_string(), cas.user.to_string());
    let to = [
        ("from", him.as_str()),
        ("to[company-sales_contact][]", &one),
    ];
    let mut admin = app.browser_of(&ann).await?;
    let answer = admin.call("/api/hand_over", &to).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    let now: (Option<Uuid>, Option<Uuid>) =
        sqlx::query_as("select sales_contact_id, second_sales_contact_id from companies")
            .fetch_one(&app.owner)
            .await?;
    assert_eq!(now, (Some(cas.user.0), None));
    let history: Vec<(String, Option<Uuid>)> =
        sqlx::query_as("select role, user_id from company_responsibilities order by role")
            .fetch_all(&app.owner)
            .await?;
    assert_eq!(
        history,
        [
            ("sales_contact".to_owned(), Some(cas.user.0)),
            ("second_sales_contact".to_owned(), None)
        ]
    );
    Ok(())
}
