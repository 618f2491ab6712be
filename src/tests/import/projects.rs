//! Projects from a file: their managers and collaborators stand in one cell each, by name or by e-mail, and a list that was exported
//! comes in again with the same people.

use anyhow::{Context, Result, ensure};

use super::{acme, counts, reasons, run};
use crate::{
    model::{
        Actor, AppError, RecordKind, Role,
        users::{ProjectReach, Rights, UserRole},
    },
    records::import::Report,
    tests::support::TestApp,
};

async fn projects(app: &TestApp, actor: &Actor, text: &str) -> Result<Report, AppError> {
    run(app, actor, RecordKind::Project, text.as_bytes()).await
}

/// Every project with its status, who edits it, its managers and its collaborators.
async fn there(app: &TestApp) -> Result<Vec<String>> {
    let of = |role: Role| -> Result<String> {
        let field = role.shared().context("a shared role")?;
        Ok(format!(
            "(select string_agg(u.full_name, ', ' order by v.n) from project_user_values v join users u on u.id = v.value
              where v.record_id = p.id and v.field_id = '{field}')"
        ))
    };
    let sql = format!(
        "select concat_ws(' | ', title, status, editing, coalesce(budget::text, '-'), currency, coalesce(due_date::text, '-'),
           coalesce(c.name, '-'), {}, coalesce({}, '-'))
         from projects p left join companies c on c.id = p.company_id where p.deleted_at is null order by title, p.created_at",
        of(Role::Manager)?,
        of(Role::Collaborator)?
    );
    Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .fetch_all(&app.owner)
        .await?)
}

const FILE: &str = "\
Title,Customer,Managers,Collaborators,Status,Due date,Budget,Currency,Edited by
New roof,Boreas,\"Bob Boon, ANN@acme.test\",cas@acme.test,Running,2026-03-01,1500.50,EUR,Everyone who can see it
Cellar,,Ann Admin;Bob Boon;ann@acme.test,Ann Admin,,,,,
Garden,,,,,,,,
";

#[tokio::test]
async fn people_of_a_project_are_read_by_name_or_address_each_once() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, _) = acme(&app).await?;
    app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    app.company(&ann, "Boreas").await?;
    let report = projects(&app, &ann, FILE).await?;
    let expected = (
        4,
        "Managers: A project needs at least one manager".to_owned(),
    );
    assert_eq!(reasons(&report), [expected]);
    assert_eq!(counts(&report), (2, 0, 1));
    assert_eq!(
        there(&app).await?,
        [
            "Cellar | planned | managers | - | EUR | - | - | Ann Admin, Bob Boon | -",
            "New roof | running | everyone | 1500.50 | EUR | 2026-03-01 | Boreas | Bob Boon, Ann Admin | Cas Claes",
        ]
    );
    // Without a column for them whoever imports is the first manager.
    let report = projects(&app, &ann, "Project,Collaborator\nAttic,Bob Boon\n").await?;
    assert_eq!(counts(&report), (1, 0, 0), "{:?}", reasons(&report));
    ensure!(there(&app).await?[0].ends_with("| Ann Admin | Bob Boon"));
    let history: i64 = sqlx::query_scalar("select count(*) from project_responsibilities")
        .fetch_one(&app.owner)
        .await?;
    assert_eq!(history, 7, "who comes in with a file is in the history");
    Ok(())
}

#[tokio::test]
async fn nobody_manages_an_imported_project_who_could_not_be_chosen() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, _) = acme(&app).await?;
    let (other, _) = app.account("Other").await?;
    app.colleague(other, "Olga Maes", "olga@other.test").await?;
    for email in ["one@acme.test", "two@acme.test"] {
        app.colleague(account, "Jan Jansen", email).await?;
    }
    let rights = Rights {
        projects: ProjectReach::None,
        ..Rights::FULL
    };
    app.person(account, "Nat None", "nat@acme.test", UserRole::User, rights)
        .await?;
    let file = "\
Title,Managers,Collaborators
A,Ann Admin,olga@other.test
B,\"Ann Admin, Nat None\",
C,Ann Admin,Jan Jansen
D,\" , \",
E,one@acme.test,two@acme.test
";
    let report = projects(&app, &ann, file).await?;
    let said: Vec<String> = reasons(&report)
        .into_iter()
        .map(|(line, reason)| format!("{line} {reason}"))
        .collect();
    assert_eq!(
        said,
        [
            "2 Collaborators: Not an active colleague of this account",
            "3 Managers: Not an active colleague of this account",
            "4 Collaborators: Several have this name: give the e-mail address",
            "5 Managers: A project needs at least one manager",
        ]
    );
    assert_eq!(
        there(&app).await?,
        ["E | planned | managers | - | EUR | - | - | Jan Jansen | Jan Jansen"]
    );
    Ok(())
}

#[tokio::test]
async fn who_sees_the_projects_in_which_he_takes_part_imports_what_is_his() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, _, bob) = acme(&app).await?;
    let rights = Rights {
        projects: ProjectReach::Participation,
        ..Rights::FULL
    };
    let pat = app
        .person(account, "Pat Part", "pat@acme.test", UserRole::User, rights)
        .await?;
    let file = "Title,Managers\nHis,Pat Part\nNot his,Bob Boon\n";
    let report = projects(&app, &pat, file).await?;
    assert_eq!(counts(&report), (2, 0, 0), "{:?}", reasons(&report));
    // Of what he does not see he is not told that it is there already.
    let again = projects(&app, &pat, "Title,Managers\nHis,Pat Part\n").await?;
    assert_eq!(counts(&again), (0, 1, 0));
    for (who, n) in [(&pat, 1), (&bob, 2)] {
        let mut tx = app.database.begin(who).await?;
        let seen: i64 = sqlx::query_scalar("select count(*) from projects")
            .fetch_one(tx.connection())
            .await?;
        assert_eq!(seen, n);
    }
    Ok(())
}

#[tokio::test]
async fn a_list_of_projects_that_was_exported_comes_in_again_with_the_same_people() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann, _) = acme(&app).await?;
    app.colleague(account, "Cas Claes", "cas@acme.test").await?;
    app.company(&ann, "Boreas").await?;
    projects(&app, &ann, FILE).await?;
    let before = there(&app).await?;
    let mut browser = app.browser_of(&ann).await?;
    for language in ["en", "fr", "nl"] {
        app.as_owner(&format!("update users set language = '{language}'"))
            .await?;
        let file = browser.get("/projects/export.csv?columns=all").await?;
        ensure!(
            file.status == 200 && file.body.contains("Bob Boon, Ann Admin"),
            "{}",
            file.body
        );
        app.as_owner("update projects set deleted_at = now(), deleted_by = created_by")
            .await?;
        let reader = app.actor(&ann.email).await?;
        let report = projects(&app, &reader, &file.body).await?;
        assert_eq!(
            counts(&report),
            (2, 0, 0),
            "{language}: {:?}",
            reasons(&report)
        );
        assert_eq!(there(&app).await?, before, "{language}");
    }
    Ok(())
}
