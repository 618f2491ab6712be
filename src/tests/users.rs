//! Settings > Users: rights are changed, previewed and taken away; somebody is deactivated.
//! An account keeps an admin, whoever steps down at the same time.

use anyhow::{Result, ensure};

use super::support::{Browser, TestApp};
use crate::model::{
    Actor, AppError, Problem, RecordKind,
    responsibility::Responsible,
    users::{Reach, Rights, UserRole},
};

/// What the form of a user sends.
struct Form {
    values: Vec<(&'static str, String)>,
}

impl Form {
    fn of(actor: &Actor, version: i64) -> Self {
        let values = [
            ("user", actor.user.to_string()),
            ("version", version.to_string()),
            ("person[full_name]", actor.full_name.clone()),
            ("person[function]", String::new()),
            ("person[language]", "en".into()),
            ("person[time_zone]", "Europe/Brussels".into()),
            ("access[role]", actor.role.code().into()),
            ("access[crm]", actor.rights.crm.code().into()),
            ("access[deals]", actor.rights.deals.code().into()),
            ("access[projects]", actor.rights.projects.code().into()),
            ("access[invoices]", "true".into()),
            ("access[mailbox]", "true".into()),
            ("access[export]", "true".into()),
        ];
        Self {
            values: values.into(),
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value.to_owned()));
        self
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.values.iter();
        pairs.map(|(name, value)| (*name, value.as_str())).collect()
    }

    async fn call(&self, browser: &mut Browser<'_>) -> Result<super::support::Answer> {
        browser.call("/api/save_user", &self.pairs()).await
    }
}

#[tokio::test]
async fn the_list_shows_status_role_rights_and_teams_at_a_glance() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::Limited,
        export: false,
        ..Rights::FULL
    };
    app.person(
        account,
        "Emma Limited",
        "emma@acme.test",
        UserRole::User,
        rights,
    )
    .await?;
    app.as_owner(
        "insert into teams (account_id, id, name) select account_id, gen_random_uuid(), 'North' from users limit 1;
         insert into team_members (account_id, team_id, user_id)
         select t.account_id, t.id, u.id from teams t, users u where u.email = 'emma@acme.test'",
    )
    .await?;
    let body = app
        .browser_of(&ann)
        .await?
        .get("/settings/users")
        .await?
        .body;
    for part in [
        "Emma Limited",
        "emma@acme.test",
        "CRM limited",
        "No export",
        "North",
        "Admin",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    Ok(())
}

#[tokio::test]
async fn rights_that_are_taken_away_are_gone_with_the_very_next_request() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (hers, his) = (
        app.company(&ann, "Of Ann").await?,
        app.create(
            &ann,
            RecordKind::Company,
            &[("name", "Of Bob"), ("sales_contact", &bob.user.to_string())],
        )
        .await?,
    );
    let (mut admin, mut open) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
    assert_eq!(open.get(&format!("/companies/{hers}")).await?.status, 200);

    let limited = Form::of(&bob, 1).with("access[crm]", "limited");
    let page = format!("/settings/users/{}", bob.user);
    let sent = admin
        .submit(&page, "/api/save_user", &limited.pairs())
        .await?;
    assert_eq!(sent.location(), Some("/settings/users"));
    assert_eq!(open.get(&format!("/companies/{hers}")).await?.status, 404);
    assert_eq!(open.get(&format!("/companies/{his}")).await?.status, 200);
    ensure!(!open.get("/companies").await?.body.contains("Of Ann"));

    let none = Form::of(&bob, 2).with("access[crm]", "none");
    ensure!(none.call(&mut admin).await?.status.is_success());
    for page in [format!("/companies/{his}"), "/companies".to_owned()] {
        assert_eq!(open.get(&page).await?.status, 404, "{page}");
    }
    // What he cannot open any more turns up under Orphans.
    let orphans = admin.get("/settings/orphans").await?.body;
    for part in [
        "Bob Boon",
        "has no right to these",
        "1 company: sales contact",
        "Of Bob",
    ] {
        ensure!(orphans.contains(part), "{part} in {orphans}");
    }
    let audit = admin.get("/settings/audit").await?.body;
    for part in [
        "Rights of Bob Boon",
        "User: All projects → User: CRM limited, All projects",
    ] {
        ensure!(audit.contains(part), "{part} in {audit}");
    }
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_comes_back_and_a_stale_form_is_told_who_saved() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut admin = app.browser_of(&ann).await?;
    let page = format!("/settings/users/{}", bob.user);
    let wrong = Form::of(&bob, 1)
        .with("person[full_name]", " ")
        .with("person[function]", "Buyer")
        .with("person[time_zone]", "Mars/Base")
        .with("access[crm]", "limited");
    let sent = admin
        .submit(&page, "/api/save_user", &wrong.pairs())
        .await?;
    assert_eq!(sent.location(), Some(page.as_str()));
    let body = admin.get(&page).await?.body;
    for part in [
        "This field is required",
        "Not one of the choices",
        "value=\"Buyer\"",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    ensure!(ticked(&body, "access[crm]", "limited"), "{body}");

    ensure!(
        Form::of(&bob, 1)
            .call(&mut admin)
            .await?
            .status
            .is_success()
    );
    let stale = Form::of(&bob, 1).call(&mut admin).await?.error()?;
    ensure!(
        matches!(&stale, AppError::Conflict(conflict) if conflict.by == "Ann Admin"),
        "{stale:?}"
    );
    // What was typed comes back, beside what is saved by now; and can be saved over it.
    let mine = Form::of(&bob, 1)
        .with("person[function]", "Buyer")
        .with("access[crm]", "limited");
    admin.submit(&page, "/api/save_user", &mine.pairs()).await?;
    let body = admin.get(&page).await?.body;
    for part in [
        "Ann Admin saved this on",
        "<th scope=\"row\">CRM</th><td><bdi>Full</bdi></td>",
        "<th scope=\"row\">Function</th><td><bdi>–</bdi></td>",
        "value=\"Buyer\"",
        "name=\"version\" value=\"2\"",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    ensure!(!body.contains("<th scope=\"row\">Deals</th>"), "{body}");
    ensure!(ticked(&body, "access[crm]", "limited"), "{body}");
    Ok(())
}

/// Whether the input of this name and value is checked.
fn ticked(body: &str, name: &str, value: &str) -> bool {
    body.split("<input ").any(|input| {
        let input = input.split('>').next().unwrap_or_default();
        input.contains(&format!("name=\"{name}\""))
            && input.contains(&format!("value=\"{value}\""))
            && input.contains("checked")
    })
}

#[tokio::test]
async fn without_scripts_the_preview_is_asked_for_and_nothing_is_saved() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    for name in ["Alpha", "Beta", "Gamma"] {
        app.company(&ann, name).await?;
    }
    let his = app
        .create(
            &ann,
            RecordKind::Company,
            &[("name", "Delta"), ("sales_contact", &bob.user.to_string())],
        )
        .await?;
    app.deal(&ann, "Deal of Delta", his, &ann).await?;
    let mut admin = app.browser_of(&ann).await?;
    let page = format!("/settings/users/{}", bob.user);
    let before = app.fingerprint().await?;
    let asked = Form::of(&bob, 1)
        .with("access[crm]", "limited")
        .with("access[deals]", "none")
        .with("preview", "true");
    let sent = admin
        .submit(&page, "/api/save_user", &asked.pairs())
        .await?;
    assert_eq!(sent.location(), Some(page.as_str()));
    let body = admin.get(&page).await?.body;
    for part in [
        "Nothing is saved yet",
        "Sees 1 company instead of 4",
        "Sees 0 deals instead of 1",
        "Alpha",
        "Deal of Delta",
        "Delta",
    ] {
        ensure!(body.contains(part), "{part} in {body}");
    }
    ensure!(ticked(&body, "access[crm]", "limited"));
    // Limited, he keeps what he is responsible for; with no right to companies he would not.
    let orphans = "Turn up under Orphans, as this person is responsible for them: 1 company";
    ensure!(!body.contains("under Orphans"), "{body}");
    let none = asked.with("access[crm]", "none");
    admin.submit(&page, "/api/save_user", &none.pairs()).await?;
    let body = admin.get(&page).await?.body;
    ensure!(body.contains(orphans), "{body}");
    assert_eq!(app.fingerprint().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_right_that_grows_does_not_hide_what_another_takes_away() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::None,
        ..Rights::FULL
    };
    let bob = app
        .person(account, "Bob Boon", "bob@acme.test", UserRole::User, rights)
        .await?;
    // With CRM none he sees the deal assigned to him; limited in both, that one and no other.
    let (his, hers) = (
        app.company(&ann, "Alpha").await?,
        app.company(&ann, "Beta").await?,
    );
    app.make_responsible(
        RecordKind::Company,
        his,
        Responsible {
            first: Some(bob.user),
            second: None,
        },
    )
    .await?;
    app.deal(&ann, "Of his company", his, &ann).await?;
    app.deal(&ann, "Assigned to him", hers, &bob).await?;
    let mut admin = app.browser_of(&ann).await?;
    let (user, preview) = (bob.user.to_string(), "/api/preview_rights");
    let asked = |crm: &'static str, deals: &'static str| {
        [
            ("user", user.clone()),
            ("access[role]", "user".into()),
            ("access[crm]", crm.into()),
            ("access[deals]", deals.into()),
            ("access[projects]", "all".into()),
        ]
    };
    for (crm, deals, expected) in [
        (
            "limited",
            "full",
            vec!["\"before\":0,\"after\":1", "\"before\":1,\"after\":2"],
        ),
        (
            "none",
            "none",
            vec![
                "\"before\":1,\"after\":0",
                "Assigned to him",
                "\"orphans\":1",
            ],
        ),
    ] {
        let asked = asked(crm, deals);
        let values: Vec<_> = asked.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let body = admin.call(preview, &values).await?.body;
        for part in expected {
            ensure!(body.contains(part), "{part} in {body}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_last_active_admin_is_neither_demoted_nor_deactivated() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut admin = app.browser_of(&ann).await?;
    let before = app.fingerprint().await?;
    let demoted = Form::of(&ann, 1).with("access[role]", "user");
    let leaving = [("user", ann.user.to_string()), ("version", "1".to_owned())];
    let leaving: Vec<_> = leaving.iter().map(|(n, v)| (*n, v.as_str())).collect();
    for answer in [
        demoted.call(&mut admin).await?,
        admin.call("/api/deactivate_user", &leaving).await?,
    ] {
        assert_eq!(answer.error()?, AppError::form(Problem::LastAdmin));
    }
    assert_eq!(app.fingerprint().await?, before);

    // With another admin she may go, and is out at once.
    let promoted = Form::of(&bob, 1).with("access[role]", "admin");
    ensure!(promoted.call(&mut admin).await?.status.is_success());
    let sent = admin
        .submit("/settings/users", "/api/save_user", &demoted.pairs())
        .await?;
    assert_eq!(sent.location(), Some("/settings/profile"));
    assert_eq!(admin.get("/settings/users").await?.status, 404);
    Ok(())
}

#[tokio::test]
async fn two_admins_who_step_down_at_the_same_time_are_not_both_let_go() -> Result<()> {
    for _ in 0..5 {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        let bob = app
            .person(
                account,
                "Bob Boon",
                "bob@acme.test",
                UserRole::Admin,
                Rights::FULL,
            )
            .await?;
        let (mut one, mut two) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
        let (first, second) = (
            Form::of(&ann, 1).with("access[role]", "user"),
            Form::of(&bob, 1).with("access[role]", "user"),
        );
        let (first, second) = tokio::join!(first.call(&mut one), second.call(&mut two));
        let done = [first?.status.is_success(), second?.status.is_success()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    }
    Ok(())
}

#[tokio::test]
async fn two_admins_who_deactivate_one_another_are_not_both_let_go() -> Result<()> {
    for _ in 0..5 {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        let bob = app
            .person(
                account,
                "Bob Boon",
                "bob@acme.test",
                UserRole::Admin,
                Rights::FULL,
            )
            .await?;
        let (mut one, mut two) = (app.browser_of(&ann).await?, app.browser_of(&bob).await?);
        let (him, her) = (bob.user.to_string(), ann.user.to_string());
        let (him, her) = (
            [("user", him.as_str()), ("version", "1")],
            [("user", her.as_str()), ("version", "1")],
        );
        let (first, second) = tokio::join!(
            one.call("/api/deactivate_user", &him),
            two.call("/api/deactivate_user", &her)
        );
        let (first, second) = (first?, second?);
        let done = [first.status.is_success(), second.status.is_success()];
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
        let admins: i64 =
            sqlx::query_scalar("select count(*) from users where role = 'admin' and active")
                .fetch_one(&app.owner)
                .await?;
        assert_eq!(admins, 1);
    }
    Ok(())
}

#[tokio::test]
async fn users_are_an_admins_of_the_same_account_alone() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (_, olga) = app.account("Other").await?;
    let before = app.fingerprint().await?;
    let him = bob.user.to_string();
    for who in [&bob, &olga] {
        let mut browser = app.browser_of(who).await?;
        for page in [
            format!("/settings/users/{him}"),
            format!("/settings/users/{him}/deactivate"),
        ] {
            let answer = browser.get(&page).await?;
            assert_eq!(answer.status, 404, "{page}");
        }
        let form = Form::of(&bob, 1).with("access[role]", "admin");
        assert_eq!(form.call(&mut browser).await?.error()?, AppError::NotFound);
        for (function, extra) in [
            ("edit_user", vec![]),
            ("leaving_user", vec![]),
            ("deactivate_user", vec![("version", "1")]),
            ("reactivate_user", vec![]),
            (
                "preview_rights",
                form.pairs()
                    .into_iter()
                    .filter(|(n, _)| n.starts_with("access"))
                    .collect(),
            ),
        ] {
            let values: Vec<_> = [("user", him.as_str())].into_iter().chain(extra).collect();
            let answer = browser.call(&format!("/api/{function}"), &values).await?;
            assert_eq!(answer.error()?, AppError::NotFound, "{function}");
        }
    }
    let mut browser = app.browser_of(&bob).await?;
    for page in [
        "/settings/users",
        "/settings/users/new",
        "/settings/orphans",
    ] {
        assert_eq!(browser.get(page).await?.status, 404, "{page}");
    }
    assert_eq!(app.fingerprint().await?, before);
    Ok(())
}
