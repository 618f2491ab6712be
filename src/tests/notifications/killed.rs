//! A server that dies at any moment, again and again, loses no notification and makes none twice: the worker runs in a process of its
//! own, which is killed while changes go on.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use tokio_util::sync::CancellationToken;

use super::{Acme, company};
use crate::{
    document,
    server::jobs::{self, Pace},
    tests::support::{self, TestApp, eventually},
};

const DATABASE: &str = "STEWARD_TEST_WORKS_ON";
const KILLS: usize = 6;
const CHANGES: usize = 90;
/// Who died is noticed within a second, so that the test does not wait for half a minute.
const PACE: Pace = Pace {
    beat: Duration::from_millis(200),
    dead_after: Duration::from_secs(1),
};

/// The process that the test below starts and kills; by itself it does nothing.
#[tokio::test]
#[ignore = "a process of another test"]
async fn a_worker() -> Result<()> {
    let Ok(name) = std::env::var(DATABASE) else {
        return Ok(());
    };
    let app = TestApp::over(support::logins_on(&name)?, "http://127.0.0.1:4000").await?;
    jobs::work(
        app.app,
        document::PAGES.jobs,
        PACE,
        CancellationToken::new(),
    )
    .await;
    Ok(())
}

/// Killed when it is dropped, whatever became of the test.
struct Worker(Child);

impl Worker {
    fn start(database: &str) -> Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .args([
                "--exact",
                "tests::notifications::killed::a_worker",
                "--ignored",
            ])
            .env(DATABASE, database)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // SIGKILL: it has no chance to put anything in order. Who is gone already needs none.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

async fn told(app: &TestApp) -> Result<i64> {
    Ok(sqlx::query_scalar("select count(*) from notifications")
        .fetch_one(&app.owner)
        .await?)
}

#[tokio::test]
async fn a_server_that_is_killed_again_and_again_under_load_loses_nothing_and_tells_nothing_twice()
-> Result<()> {
    let acme = Acme::new().await?;
    let client = acme.company_of("Client", &acme.bob).await?;
    let name = acme
        .app
        .logins
        .server
        .get_database()
        .context("a database")?
        .to_owned();
    let changes = async {
        for n in 0..CHANGES {
            acme.edit(
                &acme.ann,
                company(client),
                &[("city", &format!("City {n}"))],
            )
            .await?;
        }
        anyhow::Ok(())
    };
    let kills = async {
        for _ in 0..KILLS {
            let before = told(&acme.app).await?;
            let _worker = Worker::start(&name)?;
            // Killed in the midst of its work: as soon as it has told anything.
            eventually(async || {
                let now = told(&acme.app).await?;
                let all = i64::try_from(CHANGES)?;
                ensure!(now > before || now == all, "{now} were told");
                Ok(())
            })
            .await?;
        }
        anyhow::Ok(())
    };
    let (changed, killed) = tokio::join!(changes, kills);
    changed?;
    killed?;
    let _worker = Worker::start(&name)?;
    eventually(async || {
        let left: i64 = sqlx::query_scalar("select count(*) from graphile_worker._private_jobs")
            .fetch_one(&acme.app.owner)
            .await?;
        ensure!(left == 0, "{left} jobs are left");
        Ok(())
    })
    .await?;
    // Each action exactly once, and no other.
    let (actions, told, distinct): (i64, i64, i64) = sqlx::query_as(
        "select (select count(distinct action_id) from company_events where what = 'changed'),
           (select count(*) from notifications), (select count(distinct action_id) from notifications)",
    )
    .fetch_one(&acme.app.owner)
    .await?;
    assert_eq!(
        (actions, told, distinct),
        (i64::try_from(CHANGES)?, actions, actions)
    );
    let lost: i64 = sqlx::query_scalar(
        "select count(*) from company_events e where e.what = 'changed'
           and not exists (select 1 from notifications n where n.action_id = e.action_id)",
    )
    .fetch_one(&acme.app.owner)
    .await?;
    assert_eq!(lost, 0);
    Ok(())
}
