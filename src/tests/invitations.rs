//! Invitations: a mail with a link, worth something for seven days and once.
//! Whether an address signs in elsewhere is not told to an account that it is none of.

use anyhow::{Context, Result, ensure};

use super::support::{Browser, PASSWORD, TestApp};
use crate::model::{AccountId, Actor, AppError, Problem, users::Reach};
use crate::server::actors;

const NEW: &str = "/settings/users/new";

/// What the form sends for a person with these rights.
fn form<'a>(email: &'a str, name: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("email", email),
        ("person[full_name]", name),
        ("person[function]", ""),
        ("person[language]", "en"),
        ("person[time_zone]", "Europe/Brussels"),
        ("access[role]", "user"),
        ("access[crm]", "limited"),
        ("access[deals]", "full"),
        ("access[projects]", "participation"),
        ("access[invoices]", "true"),
    ]
}

/// The path of the link in the mail that came last to this address.
async fn link(app: &TestApp, email: &str, known: usize) -> Result<String> {
    let mails = super::support::eventually(async || {
        let mails = app.mails().await?;
        let mut links: Vec<String> = mails
            .iter()
            .filter(|mail| mail.contains(&format!("To: {email}")))
            // A long line is folded at "=", and an equals sign is written as "=3D".
            .map(|mail| mail.replace("=\r\n", "").replace("=\n", ""))
            .filter_map(|mail| {
                let at = mail.find("/invitation/")?;
                mail[at..].split_whitespace().next().map(ToOwned::to_owned)
            })
            .collect();
        links.sort();
        ensure!(links.len() > known, "no mail to {email}");
        Ok(links)
    })
    .await?;
    mails.into_iter().next_back().context("a link")
}

async fn invite(browser: &mut Browser<'_>, email: &str, name: &str) -> Result<()> {
    let sent = browser
        .submit(NEW, "/api/invite_user", &form(email, name))
        .await?;
    ensure!(
        sent.location() == Some("/settings/users"),
        "{}",
        browser.get(NEW).await?.body
    );
    Ok(())
}

fn accept(token: &str) -> [(&str, &str); 4] {
    [
        ("token", token),
        ("full_name", "Zoë New"),
        ("new_password", PASSWORD),
        ("repeat_password", PASSWORD),
    ]
}

fn token(link: &str) -> Result<&str> {
    link.strip_prefix("/invitation/").context("a token")
}

#[tokio::test]
async fn an_invited_colleague_chooses_a_password_and_is_in_with_his_rights() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let mut admin = app.browser_of(&ann).await?;
    invite(&mut admin, "zoe@new.test", "Zoe New").await?;
    let list = admin.get("/settings/users").await?.body;
    for part in [
        "The invitation is on its way.",
        "zoe@new.test",
        "CRM limited",
        "Valid until",
    ] {
        ensure!(list.contains(part), "{part} in {list}");
    }

    let link = link(&app, "zoe@new.test", 0).await?;
    let mut zoe = app.browser();
    let page = zoe.get(&link).await?;
    assert_eq!(page.status, 200);
    for part in ["Ann Admin invites you to Acme.", "Zoe New", "zoe@new.test"] {
        ensure!(page.body.contains(part), "{part} in {}", page.body);
    }
    // A password that is too short comes back, and the link is still worth something.
    let short = [
        ("token", token(&link)?),
        ("full_name", "Zoë New"),
        ("new_password", "short"),
        ("repeat_password", "short"),
    ];
    zoe.submit(&link, "/api/accept_invitation", &short).await?;
    let body = zoe.get(&link).await?.body;
    ensure!(
        body.contains("At least 10 characters") && body.contains("Zoë New"),
        "{body}"
    );

    let sent = zoe
        .submit(&link, "/api/accept_invitation", &accept(token(&link)?))
        .await?;
    assert_eq!(sent.location(), Some("/"));
    ensure!(zoe.get("/companies").await?.body.contains("Zoë New"));
    let actor = actors::by_email(app.database.api(), "zoe@new.test")
        .await?
        .context("she is a user")?;
    assert_eq!(
        (
            actor.account,
            actor.rights.crm,
            actor.rights.invoices,
            actor.rights.export
        ),
        (account, Reach::Limited, true, false)
    );
    app.browser_of(&actor).await?;

    // The link is used up.
    assert_eq!(app.browser().get(&link).await?.status, 404);
    let again = app
        .browser()
        .call("/api/accept_invitation", &accept(token(&link)?))
        .await?;
    assert_eq!(again.error()?, AppError::form(Problem::LinkExpired));
    let list = admin.get("/settings/users").await?.body;
    ensure!(list.contains("Zoë New") && !list.contains("Valid until"));
    Ok(())
}

async fn invitation_id(app: &TestApp) -> Result<String> {
    let id: uuid::Uuid = sqlx::query_scalar("select id from invitations")
        .fetch_one(&app.owner)
        .await?;
    Ok(id.to_string())
}

#[tokio::test]
async fn a_link_is_worth_nothing_after_seven_days_when_sent_again_or_taken_back() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let mut admin = app.browser_of(&ann).await?;
    invite(&mut admin, "zoe@new.test", "Zoe New").await?;
    let first = link(&app, "zoe@new.test", 0).await?;
    let days: i32 =
        sqlx::query_scalar("select extract(day from expires_at - sent_at)::int from invitations")
            .fetch_one(&app.owner)
            .await?;
    assert_eq!(days, 7);
    app.as_owner("update invitations set expires_at = now() - interval '1 second'")
        .await?;
    let expired = app.browser().get(&first).await?;
    assert_eq!(expired.status, 404);
    ensure!(
        expired
            .body
            .contains("This link has expired or was used already")
    );
    ensure!(
        !expired.body.contains("Acme"),
        "nothing is told: {}",
        expired.body
    );
    ensure!(admin.get("/settings/users").await?.body.contains("Expired"));

    let id = invitation_id(&app).await?;
    let values = [("invitation", id.as_str())];
    admin
        .submit("/settings/users", "/api/resend_invitation", &values)
        .await?;
    link(&app, "zoe@new.test", 1).await?;
    let all = app.mails().await?.len();
    assert_eq!(all, 2);
    assert_eq!(
        app.browser().get(&first).await?.status,
        404,
        "the old link stays dead"
    );

    admin
        .submit("/settings/users", "/api/revoke_invitation", &values)
        .await?;
    let body = admin.get("/settings/users").await?.body;
    ensure!(body.contains("The invitation is revoked") && !body.contains("zoe@new.test"));
    for function in ["resend_invitation", "revoke_invitation"] {
        let gone = admin.call(&format!("/api/{function}"), &values).await?;
        assert_eq!(gone.error()?, AppError::NotFound);
    }
    Ok(())
}

#[tokio::test]
async fn an_address_that_signs_in_already_is_not_invited() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (_, olga) = app.account("Other").await?;
    app.as_owner(
        "insert into operators (id, full_name, email, password_hash, demo)
         values (gen_random_uuid(), 'Op', 'op@steward.test', '', true)",
    )
    .await?;
    let mut admin = app.browser_of(&ann).await?;
    for (email, problem) in [
        (bob.email.to_uppercase(), Problem::AlreadyAUser),
        (olga.email.clone(), Problem::CannotInvite),
        ("OP@steward.test".to_owned(), Problem::CannotInvite),
        ("nobody".to_owned(), Problem::NotAnEmail),
    ] {
        let answer = admin
            .call("/api/invite_user", &form(&email, "Somebody"))
            .await?;
        assert_eq!(
            answer.error()?,
            AppError::field("email", problem),
            "{email}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn two_accounts_invite_the_same_person_and_the_first_link_that_is_followed_wins() -> Result<()>
{
    let app = TestApp::new().await?;
    let mut links = Vec::new();
    for name in ["Acme", "Other"] {
        let (_, admin) = app.account(name).await?;
        invite(
            &mut app.browser_of(&admin).await?,
            "zoe@new.test",
            "Zoe New",
        )
        .await?;
        let mut found = Vec::new();
        for n in 0..=links.len() {
            found.push(link(&app, "zoe@new.test", n).await?);
        }
        let new = found.into_iter().find(|link| !links.contains(link));
        links.push(match new {
            Some(new) => new,
            None => other_link(&app, &links).await?,
        });
    }
    let (mut one, mut two) = (app.browser(), app.browser());
    let (values, others) = (accept(token(&links[0])?), accept(token(&links[1])?));
    let (one, two) = tokio::join!(
        one.call("/api/accept_invitation", &values),
        two.call("/api/accept_invitation", &others)
    );
    let done = [one?.status.is_success(), two?.status.is_success()];
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    Ok(())
}

/// The link that is not among the known ones.
async fn other_link(app: &TestApp, known: &[String]) -> Result<String> {
    super::support::eventually(async || {
        let mails = app.mails().await?;
        let mut links = mails.iter().filter_map(|mail| {
            let mail = mail.replace("=\r\n", "").replace("=\n", "");
            let at = mail.find("/invitation/")?;
            mail[at..].split_whitespace().next().map(ToOwned::to_owned)
        });
        links
            .find(|link| !known.contains(link))
            .context("another link")
    })
    .await
}

#[tokio::test]
async fn an_account_sends_no_more_than_a_hundred_invitations_an_hour() -> Result<()> {
    let app = TestApp::new().await?;
    let (AccountId(account), ann) = app.account("Acme").await?;
    app.as_owner(&format!(
        "insert into audit (account_id, by_name, about, what, before, after, reason)
         select '{account}', 'Ann', 'Z', 'status', '', 'invited', '' from generate_series(1, 100)"
    ))
    .await?;
    let answer = app
        .browser_of(&ann)
        .await?
        .call("/api/invite_user", &form("zoe@new.test", "Zoe New"))
        .await?;
    assert_eq!(answer.error()?, AppError::TooMany { minutes: 60 });
    Ok(())
}

#[tokio::test]
async fn invitations_are_an_admins_alone() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let bob: Actor = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let (_, olga) = app.account("Other").await?;
    invite(&mut app.browser_of(&ann).await?, "zoe@new.test", "Zoe New").await?;
    let id = invitation_id(&app).await?;
    for (who, own) in [(&bob, true), (&olga, false)] {
        let mut browser = app.browser_of(who).await?;
        for function in ["resend_invitation", "revoke_invitation"] {
            let answer = browser
                .call(&format!("/api/{function}"), &[("invitation", &id)])
                .await?;
            assert_eq!(answer.error()?, AppError::NotFound, "{function}");
        }
        if own {
            let answer = browser
                .call("/api/invite_user", &form("yes@new.test", "Yes"))
                .await?;
            assert_eq!(answer.error()?, AppError::NotFound);
        }
    }
    Ok(())
}
