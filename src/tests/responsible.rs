//! Choosing the responsible user: who may be chosen, what is refused, what is written down.
//! The server refuses everything that the picker would not offer.

use anyhow::{Result, ensure};

use super::support::TestApp;
use crate::{
    model::{
        Actor, AppError, Duty, Language, Problem, RecordId, RecordKind, Role, UserId,
        users::{Reach, Rights, UserRole},
    },
    records::store::{self, ChooseResponsible},
};

async fn choose(
    app: &TestApp,
    by: &Actor,
    kind: RecordKind,
    id: RecordId,
    user: Option<UserId>,
    was: Option<UserId>,
) -> Result<(), AppError> {
    let role = kind.roles()[0];
    store::set_responsible(
        app.database.begin(by).await?,
        ChooseResponsible {
            kind,
            id,
            duty: Duty::Role(role),
            user,
            was,
            confirmed: false,
        },
    )
    .await
    .map(drop)
}

async fn activity(
    app: &TestApp,
    by: &Actor,
    kind: RecordKind,
    id: RecordId,
) -> Result<Vec<String>> {
    let mut tx = app.database.begin(by).await?;
    Ok(store::activity(&mut tx, kind, id)
        .await?
        .iter()
        .map(|entry| entry.text(Language::En))
        .collect())
}

#[tokio::test]
async fn a_change_goes_into_the_history_and_reads_as_a_sentence() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = app.company(&ann, "Acme client").await?;
    choose(&app, &ann, RecordKind::Company, id, Some(bob.user), None).await?;
    choose(
        &app,
        &bob,
        RecordKind::Company,
        id,
        Some(ann.user),
        Some(bob.user),
    )
    .await?;
    choose(&app, &ann, RecordKind::Company, id, None, Some(ann.user)).await?;
    assert_eq!(
        activity(&app, &ann, RecordKind::Company, id).await?,
        [
            "Ann Admin removed Ann Admin as sales contact",
            "Bob Boon made Ann Admin sales contact, instead of Bob Boon",
            "Ann Admin made Bob Boon sales contact",
            "Ann Admin created this",
        ]
    );
    let history: Vec<(Option<uuid::Uuid>, uuid::Uuid)> =
        sqlx::query_as("select user_id, by_user_id from company_responsibilities order by at")
            .fetch_all(&app.owner)
            .await?;
    assert_eq!(
        history,
        [
            (Some(bob.user.0), ann.user.0),
            (Some(ann.user.0), bob.user.0),
            (None, ann.user.0)
        ]
    );
    Ok(())
}

#[tokio::test]
async fn choosing_who_it_is_already_writes_nothing() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let id = app.company(&ann, "Acme client").await?;
    choose(&app, &ann, RecordKind::Company, id, Some(ann.user), None).await?;
    choose(
        &app,
        &ann,
        RecordKind::Company,
        id,
        Some(ann.user),
        Some(ann.user),
    )
    .await?;
    assert_eq!(
        activity(&app, &ann, RecordKind::Company, id).await?.len(),
        2
    );
    Ok(())
}

#[tokio::test]
async fn whom_the_picker_would_not_offer_is_refused() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let (_, foreign) = app.account("Other").await?;
    let gone = app.colleague(account, "Tom Gone", "tom@acme.test").await?;
    app.as_owner("update users set active = false where email = 'tom@acme.test'")
        .await?;
    let none = Rights {
        crm: Reach::None,
        deals: Reach::None,
        ..Rights::FULL
    };
    let without = app
        .person(account, "Una None", "una@acme.test", UserRole::User, none)
        .await?;
    let company = app.company(&ann, "Acme client").await?;
    let deal = app.deal(&ann, "Deal", company, &ann).await?;
    for (kind, id, was) in [
        (RecordKind::Company, company, None),
        (RecordKind::Deal, deal, Some(ann.user)),
    ] {
        let mut tx = app.database.begin(&ann).await?;
        let offered = store::colleagues(&mut tx, kind).await?;
        drop(tx);
        assert_eq!(
            offered
                .iter()
                .map(|c| c.full_name.as_str())
                .collect::<Vec<_>>(),
            ["Ann Admin"]
        );
        for user in [
            foreign.user,
            gone.user,
            without.user,
            UserId(uuid::Uuid::nil()),
        ] {
            let refused = choose(&app, &ann, kind, id, Some(user), was).await;
            assert_eq!(
                refused,
                Err(AppError::field(
                    kind.roles()[0].key(),
                    Problem::NotAColleague
                ))
            );
        }
    }
    let refused = choose(&app, &ann, RecordKind::Deal, deal, None, Some(ann.user)).await;
    assert_eq!(
        refused,
        Err(AppError::field("assigned_to", Problem::NeedsAssignee))
    );
    Ok(())
}

#[tokio::test]
async fn a_deactivated_colleague_stays_until_somebody_else_is_chosen() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let tom = app.colleague(account, "Tom Gone", "tom@acme.test").await?;
    let id = app.company(&ann, "Acme client").await?;
    choose(&app, &ann, RecordKind::Company, id, Some(tom.user), None).await?;
    app.as_owner("update users set active = false where email = 'tom@acme.test'")
        .await?;

    let mut browser = app.browser_of(&ann).await?;
    let page = browser.get(&format!("/companies/{id}")).await?;
    ensure!(
        page.body.contains("Tom Gone (deactivated)"),
        "{}",
        page.body
    );
    // Saving the form with him in it keeps him.
    let (record, tom_id) = (id.to_string(), tom.user.to_string());
    let values = [
        ("kind", "company"),
        ("id", &record),
        ("version", "2"),
        ("values[name]", "Acme client"),
        ("values[city]", "Gent"),
        ("values[sales_contact]", &tom_id),
    ];
    let saved = browser.call("/api/save", &values).await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    let kept: Option<uuid::Uuid> = sqlx::query_scalar("select sales_contact_id from companies")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(kept, Some(tom.user.0));
    Ok(())
}

#[tokio::test]
async fn what_a_colleague_has_chosen_meanwhile_is_not_overwritten_unseen() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = app.company(&ann, "Acme client").await?;
    choose(&app, &bob, RecordKind::Company, id, Some(bob.user), None).await?;
    let refused = choose(&app, &ann, RecordKind::Company, id, Some(ann.user), None).await;
    assert_eq!(
        refused,
        Err(AppError::field(
            "sales_contact",
            Problem::ChangedMeanwhile {
                to: Some("Bob Boon".into())
            }
        ))
    );
    Ok(())
}

#[tokio::test]
async fn two_who_choose_at_once_leave_one_answer_and_a_history_that_agrees_with_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = app.company(&ann, "Acme client").await?;
    let (a, b) = tokio::join!(
        choose(&app, &ann, RecordKind::Company, id, Some(ann.user), None),
        choose(&app, &bob, RecordKind::Company, id, Some(bob.user), None)
    );
    ensure!(a.is_ok() != b.is_ok(), "one of the two: {a:?} {b:?}");
    let (now, last): (Option<uuid::Uuid>, Option<uuid::Uuid>) = sqlx::query_as(
        "select sales_contact_id, (select user_id from company_responsibilities order by at desc limit 1) from companies",
    )
    .fetch_one(&app.owner)
    .await?;
    assert_eq!(now, last);
    Ok(())
}

#[tokio::test]
async fn the_second_sales_contact_exists_only_where_the_account_has_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = app.company(&ann, "Acme client").await?;
    let second = async |by: &Actor, user: Option<UserId>, was: Option<UserId>| {
        let choice = ChooseResponsible {
            kind: RecordKind::Company,
            id,
            duty: Duty::Role(Role::SecondSalesContact),
            user,
            was,
            confirmed: false,
        };
        store::set_responsible(app.database.begin(by).await?, choice).await
    };
    assert_eq!(
        second(&ann, Some(bob.user), None).await,
        Err(AppError::NotFound)
    );

    app.as_owner("update accounts set second_enabled = true")
        .await?;
    let ann = Actor {
        second_enabled: true,
        ..ann
    };
    second(&ann, Some(bob.user), None).await?;
    choose(&app, &ann, RecordKind::Company, id, Some(ann.user), None).await?;
    assert_eq!(
        second(&ann, Some(ann.user), Some(bob.user)).await,
        Err(AppError::field(
            "second_sales_contact",
            Problem::AlreadyFirst(Role::SalesContact)
        ))
    );
    let first = choose(
        &app,
        &ann,
        RecordKind::Company,
        id,
        Some(bob.user),
        Some(ann.user),
    )
    .await;
    assert_eq!(
        first,
        Err(AppError::field("sales_contact", Problem::AlreadySecond))
    );

    // Hidden again: choosing the hidden second as the first clears the second.
    let ann = Actor {
        second_enabled: false,
        ..ann
    };
    choose(
        &app,
        &ann,
        RecordKind::Company,
        id,
        Some(bob.user),
        Some(ann.user),
    )
    .await?;
    let (now, hidden): (Option<uuid::Uuid>, Option<uuid::Uuid>) =
        sqlx::query_as("select sales_contact_id, second_sales_contact_id from companies")
            .fetch_one(&app.owner)
            .await?;
    assert_eq!((now, hidden), (Some(bob.user.0), None));
    assert_eq!(last_second(&app).await?, None);

    // The form does the same.
    app.as_owner(&format!(
        "update accounts set second_enabled = false;
         update companies set sales_contact_id = '{}', second_sales_contact_id = '{}';
         delete from company_responsibilities",
        ann.user, bob.user
    ))
    .await?;
    let version: i64 = sqlx::query_scalar("select version from companies")
        .fetch_one(&app.owner)
        .await?;
    let values = [
        ("kind", "company".to_owned()),
        ("id", id.to_string()),
        ("version", version.to_string()),
        ("values[sales_contact]", bob.user.to_string()),
    ];
    let values: Vec<_> = values.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let saved = app
        .browser_of(&ann)
        .await?
        .call("/api/save", &values)
        .await?;
    ensure!(saved.status.is_success(), "{}", saved.body);
    assert_eq!(last_second(&app).await?, None);
    Ok(())
}

/// Who is second of the one company by its history; somebody or nobody must be written there.
async fn last_second(app: &TestApp) -> Result<Option<uuid::Uuid>> {
    let last = "select user_id from company_responsibilities where role = 'second_sales_contact' order by at desc, id desc limit 1";
    Ok(sqlx::query_scalar(last).fetch_one(&app.owner).await?)
}

#[tokio::test]
async fn without_scripts_the_picker_is_a_select_that_answers_beside_itself() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let id = app.company(&ann, "Acme client").await?;
    let mut browser = app.browser_of(&ann).await?;
    browser.language = "fr".into();
    app.as_owner("update users set language = 'fr'").await?;
    let page = format!("/companies/{id}");
    let body = browser.get(&page).await?.body;
    for part in [
        "aria-label=\"Contact commercial\"",
        ">Personne</option>",
        "Ann Admin (moi)",
        ">Enregistrer</button>",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    let (record, user, wrong) = (
        id.to_string(),
        bob.user.to_string(),
        uuid::Uuid::nil().to_string(),
    );
    let form = |user: &str| {
        [
            ("kind", "company".to_owned()),
            ("id", record.clone()),
            ("role", "sales_contact".into()),
            ("was", String::new()),
            ("user", user.to_owned()),
        ]
    };
    for (user, answer) in [
        (&wrong, "N’est pas un collègue actif de ce compte"),
        (&user, "Enregistré"),
    ] {
        let values = form(user);
        let values: Vec<(&str, &str)> = values
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let sent = browser
            .submit(&page, "/api/choose_responsible", &values)
            .await?;
        assert_eq!(sent.location(), Some(page.as_str()));
        let body = browser.get(&page).await?.body;
        ensure!(body.contains(answer), "{answer} in {body}");
    }
    ensure!(
        browser
            .get(&page)
            .await?
            .body
            .contains("Ann Admin a désigné Bob Boon comme contact commercial")
    );
    Ok(())
}

#[tokio::test]
async fn who_would_not_see_a_record_any_more_is_asked_before_it_is_handed_over() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let emma = app.limited(account).await?;
    let id = app.company(&emma, "Hers").await?.to_string();
    let page = format!("/companies/{id}");
    let (ann_id, emma_id) = (ann.user.to_string(), emma.user.to_string());
    let mut browser = app.browser_of(&emma).await?;
    let mut form = vec![
        ("kind", "company"),
        ("id", id.as_str()),
        ("role", "sales_contact"),
        ("was", emma_id.as_str()),
        ("user", ann_id.as_str()),
    ];
    // Without scripts: the question comes back with the choice still made.
    browser
        .submit(&page, "/api/choose_responsible", &form)
        .await?;
    let asked = browser.get(&page).await?;
    assert_eq!(asked.status, 200);
    ensure!(
        asked.body.contains("You will not see this any more")
            && asked.body.contains(">Hand over</button>")
    );
    ensure!(
        asked
            .body
            .contains(&format!("<option value=\"{ann_id}\" selected"))
    );
    let holder: Option<uuid::Uuid> = sqlx::query_scalar("select sales_contact_id from companies")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(
        holder,
        Some(emma.user.0),
        "nothing is done before the answer"
    );

    form.push(("confirmed", "true"));
    let done = browser
        .submit(&page, "/api/choose_responsible", &form)
        .await?;
    assert_eq!(done.location(), Some("/companies"));
    assert_eq!(browser.get(&page).await?.status, 404);
    assert_eq!(
        activity(&app, &ann, RecordKind::Company, id.parse()?).await?[0],
        "Emma Limited made Ann Admin sales contact, instead of Emma Limited"
    );
    Ok(())
}

#[tokio::test]
async fn the_edit_form_asks_the_same_question() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let emma = app.limited(account).await?;
    let id = app.company(&emma, "Hers").await?.to_string();
    let ann_id = ann.user.to_string();
    let mut browser = app.browser_of(&emma).await?;
    let mut form = vec![
        ("kind", "company"),
        ("id", id.as_str()),
        ("version", "1"),
        ("values[name]", "Renamed"),
        ("values[sales_contact]", ann_id.as_str()),
    ];
    let asked = browser.call("/api/save", &form).await?.error()?;
    assert_eq!(asked, AppError::form(Problem::LosesSight));
    form.push(("confirmed", "true"));
    ensure!(browser.call("/api/save", &form).await?.status.is_success());
    let name: String = sqlx::query_scalar("select name from companies")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(name, "Renamed");
    assert_eq!(browser.get(&format!("/companies/{id}")).await?.status, 404);
    Ok(())
}
