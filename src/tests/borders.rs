//! The borders between accounts: every table has them, the server's login cannot look past them, and an
//! id of another account is as good as none.

use anyhow::{Result, ensure};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::support::TestApp;
use crate::{
    model::{AppError, Problem, RecordKind},
    server::database::{Database, Logins},
};

const WITHOUT_ACCOUNT: &str = include_str!("../server/tables_without_account.txt");

fn listed() -> Vec<(&'static str, &'static str)> {
    let lines = WITHOUT_ACCOUNT
        .lines()
        .filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(':'))
        .map(|(table, reason)| (table, reason.trim()))
        .collect()
}

/// Every table of the schema: its name, whether policies are enabled, whether it has one, and the first column of its key.
async fn tables(app: &TestApp) -> Result<Vec<(String, bool, bool, Option<String>)>> {
    Ok(sqlx::query_as(
        "select c.relname::text, c.relrowsecurity,
           exists (select 1 from pg_policy p where p.polrelid = c.oid),
           (select a.attname::text from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
            where i.indrelid = c.oid and i.indisprimary)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') order by 1",
    )
    .fetch_all(&app.owner)
    .await?)
}

#[tokio::test]
async fn every_table_of_an_account_has_account_id_in_front_and_policies() -> Result<()> {
    let app = TestApp::new().await?;
    let listed = listed();
    for (table, enabled, policy, first) in tables(&app).await? {
        if listed.iter().any(|(known, _)| *known == table) {
            continue;
        }
        ensure!(
            first.as_deref() == Some("account_id"),
            "the key of {table} begins with {first:?}"
        );
        ensure!(enabled, "{table} has no row-level security");
        // Credentials are for the functions of the schema api alone: no role has a policy.
        ensure!(policy || table == "credentials", "{table} has no policy");
    }
    Ok(())
}

#[tokio::test]
async fn every_table_without_an_account_is_listed_with_its_reason() -> Result<()> {
    let app = TestApp::new().await?;
    let found: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = 'public' and c.relkind in ('r', 'p') and not exists (
           select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'account_id')",
    )
    .fetch_all(&app.owner)
    .await?;
    let listed = listed();
    for table in &found {
        ensure!(
            listed
                .iter()
                .any(|(known, reason)| known == table && reason.len() > 10),
            "{table} is not listed with a reason"
        );
    }
    for (table, _) in listed {
        ensure!(
            found.iter().any(|known| known == table),
            "{table} is listed but has an account or does not exist"
        );
    }
    Ok(())
}

/// All that the server's login can become: itself and every role granted to it.
async fn roles(app: &TestApp) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(
        "select r.rolname::text from pg_auth_members m join pg_roles r on r.oid = m.roleid
         join pg_roles l on l.oid = m.member where l.rolname = $1",
    )
    .bind(app.logins.server.get_username())
    .fetch_all(&app.owner)
    .await?)
}

#[tokio::test]
async fn with_no_account_set_the_servers_login_reads_and_changes_nothing() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let company = app.company(&ann, "Visible NV").await?;
    app.deal(&ann, "A deal", company, &ann).await?;

    let roles = roles(&app).await?;
    ensure!(
        roles.len() == 57,
        "27 viewers, they and an admin with the bin, the writer and the jobs: {roles:?}"
    );
    let mut connection = PgConnection::connect_with(&app.logins.server).await?;
    for (table, ..) in tables(&app).await? {
        for role in [None].into_iter().chain(roles.iter().map(Some)) {
            let mut tx = connection.begin().await?;
            if let Some(role) = role {
                sqlx::raw_sql(AssertSqlSafe(format!("set local role {role}")))
                    .execute(&mut *tx)
                    .await?;
            }
            // Either the role may not touch the table at all, or the policies leave nothing of it.
            match sqlx::query(AssertSqlSafe(format!(
                "select count(*) from public.{table}"
            )))
            .fetch_one(&mut *tx)
            .await
            {
                Ok(row) => ensure!(
                    row.try_get::<i64, _>(0)? == 0,
                    "{role:?} reads {table} without an account"
                ),
                Err(sqlx::Error::Database(error)) => {
                    ensure!(error.code().as_deref() == Some("42501"), "{error}")
                }
                Err(error) => return Err(error.into()),
            }
            tx.rollback().await?;
        }
    }
    connection.close().await?;
    Ok(())
}

#[tokio::test]
async fn a_viewers_role_writes_nothing_even_in_its_own_account() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    app.company(&ann, "Visible NV").await?;
    let mut tx = app.database.begin(&ann).await?;
    let outcome = sqlx::query("update companies set name = 'x'")
        .execute(tx.connection())
        .await;
    let code = outcome.err().and_then(|error| {
        error
            .as_database_error()
            .and_then(|error| error.code().map(|c| c.into_owned()))
    });
    ensure!(code.as_deref() == Some("42501"), "{code:?}");
    Ok(())
}

#[tokio::test]
async fn the_name_of_a_customer_is_all_that_looks_past_the_policies_and_only_within_the_account()
-> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let theirs = app.company(&other, "Theirs").await?;
    let values = [("last_name", "Theirs")];
    let person = app.create(&other, RecordKind::Contact, &values).await?;
    let mut tx = app.database.begin(&ann).await?;
    for (company, contact) in [(Some(theirs.0), None), (None, Some(person.0))] {
        let name: Option<String> = sqlx::query_scalar("select customer_name($1, $2)")
            .bind(company)
            .bind(contact)
            .fetch_one(tx.connection())
            .await?;
        ensure!(name.is_none(), "{name:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_id_of_another_account_is_as_good_as_none() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let mine = app.company(&ann, "Mine").await?;
    let theirs = app.company(&other, "Theirs").await?;
    let deal = app.deal(&other, "Their deal", theirs, &other).await?;
    let mut browser = app.browser_of(&ann).await?;

    let nothing = uuid::Uuid::now_v7().to_string();
    let (their_company, their_deal) = (theirs.to_string(), deal.to_string());
    for (kind, path, id) in [
        ("company", "companies", their_company.as_str()),
        ("deal", "deals", &their_deal),
        ("company", "companies", &nothing),
        ("deal", "deals", &nothing),
        // A company's id where a deal's is wanted.
        ("deal", "deals", &mine.to_string()),
    ] {
        for page in [format!("/{path}/{id}"), format!("/{path}/{id}/edit")] {
            let answer = browser.get(&page).await?;
            ensure!(answer.status == 404, "{page}: {}", answer.status);
            ensure!(
                !answer.body.contains("Theirs") && !answer.body.contains("Their deal"),
                "{page} names it"
            );
        }
        for (function, values) in [
            ("detail", vec![("kind", kind), ("id", id)]),
            ("form", vec![("kind", kind), ("id", id)]),
            (
                "save",
                vec![
                    ("kind", kind),
                    ("id", id),
                    ("version", "1"),
                    ("values[name]", "x"),
                ],
            ),
            (
                "choose_responsible",
                vec![
                    ("kind", kind),
                    ("id", id),
                    (
                        "role",
                        if kind == "deal" {
                            "assigned_to"
                        } else {
                            "sales_contact"
                        },
                    ),
                ],
            ),
        ] {
            let answer = browser.call(&format!("/api/{function}"), &values).await?;
            ensure!(
                answer.error()? == AppError::NotFound,
                "{function} {kind} {id}: {}",
                answer.body
            );
            ensure!(
                answer.status == 404,
                "{function} {kind} {id}: {}",
                answer.status
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn ids_of_another_account_are_refused_in_every_field() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let mine = app.company(&ann, "Mine").await?;
    let theirs = app.company(&other, "Theirs").await?;
    let their_phase = app.phase(&other).await?;
    let my_phase = app.phase(&ann).await?;

    let with_user = app
        .create(
            &ann,
            RecordKind::Company,
            &[("name", "x"), ("sales_contact", &other.user.to_string())],
        )
        .await;
    assert_eq!(
        with_user,
        Err(AppError::field("sales_contact", Problem::NotAColleague))
    );

    let deal = async |customer: &str, phase: &str, assignee: &str| {
        let values = [
            ("title", "x"),
            ("customer", customer),
            ("currency", "EUR"),
            ("phase", phase),
            ("assigned_to", assignee),
        ];
        app.create(&ann, RecordKind::Deal, &values).await
    };
    let (mine, theirs) = (mine.to_string(), theirs.to_string());
    let (me, them) = (ann.user.to_string(), other.user.to_string());
    assert_eq!(
        deal(&theirs, &my_phase, &me).await,
        Err(AppError::field("customer", Problem::NoSuchCustomer))
    );
    assert_eq!(
        deal("Theirs", &my_phase, &me).await,
        Err(AppError::field("customer", Problem::NoSuchCustomer))
    );
    assert_eq!(
        deal(&mine, &their_phase, &me).await,
        Err(AppError::field("phase", Problem::NotAnOption))
    );
    assert_eq!(
        deal(&mine, &my_phase, &them).await,
        Err(AppError::field("assigned_to", Problem::NotAColleague))
    );
    ensure!(deal(&mine, &my_phase, &me).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_login_that_could_look_past_the_borders_is_refused_and_told_why() -> Result<()> {
    let app = TestApp::new().await?;
    let owner = app.logins.owner.clone().expect("the tests have the owner");
    let refused = Database::connect(
        &Logins {
            server: owner,
            owner: None,
        },
        1,
    )
    .await;
    let message = refused
        .err()
        .map(|error| format!("{error:#}"))
        .unwrap_or_default();
    ensure!(
        message.contains("superuser") && message.contains("STEWARD_OWNER_URL"),
        "{message:?}"
    );

    let name = format!("owning_{}", uuid::Uuid::new_v4().simple());
    app.as_owner(&format!("create role {name} login noinherit; create table owned (); alter table owned owner to {name}")).await?;
    let login = app.logins.server.clone().username(&name);
    let refused = Database::connect(
        &Logins {
            server: login,
            owner: None,
        },
        1,
    )
    .await;
    let message = refused
        .err()
        .map(|error| format!("{error:#}"))
        .unwrap_or_default();
    ensure!(
        message.contains("owns the database or tables"),
        "{message:?}"
    );
    app.as_owner(&format!("drop table owned; drop role {name}"))
        .await?;
    Ok(())
}
