//! Acts on many records at once: what each changes and nothing else, that the numbers beforehand are those afterwards, that a server may
//! die in the midst of it, and that undoing leaves alone what somebody changed since. And lists as files.

mod acts;
pub mod export;
mod measure;
mod stopped;
mod undo;

use anyhow::{Context, Result, ensure};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::support::{Answer, Browser, TestApp, eventually};
use crate::model::{
    AccountId, Actor, Language, RecordId, RecordKind, UserId,
    bulk::{ActPage, Counts, Fate, Progress},
};

/// An account with its admin Ann, and Bob and Cas, who are colleagues with full rights.
struct Acme {
    app: TestApp,
    account: AccountId,
    ann: Actor,
    bob: Actor,
    cas: Actor,
}

impl Acme {
    async fn new() -> Result<Self> {
        let app = TestApp::new().await?;
        let (account, ann) = app.account("Acme").await?;
        let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
        let cas = app.colleague(account, "Cas Claes", "cas@acme.test").await?;
        Ok(Self {
            app,
            account,
            ann,
            bob,
            cas,
        })
    }

    /// So many companies whose sales contact is this user.
    async fn companies(&self, n: i64, of: Option<&Actor>) -> Result<Vec<RecordId>> {
        let ids: Vec<Uuid> = sqlx::query_scalar(
            "insert into companies (account_id, id, name, sales_contact_id, created_by, updated_by)
             select $1, gen_random_uuid(), 'Company ' || n, $2, $3, $3 from generate_series(1, $4) n returning id",
        )
        .bind(self.account.0)
        .bind(of.map(|user| user.user.0))
        .bind(self.ann.user.0)
        .bind(n)
        .fetch_all(&self.app.owner)
        .await?;
        Ok(ids.into_iter().map(RecordId).collect())
    }

    async fn count(&self, sql: &str) -> Result<i64> {
        Ok(sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.app.owner)
            .await?)
    }

    /// How many companies this user is the sales contact of.
    async fn held_by(&self, user: &Actor) -> Result<i64> {
        let n = sqlx::query_scalar(
            "select count(*) from companies where sales_contact_id = $1 and deleted_at is null",
        );
        Ok(n.bind(user.user.0).fetch_one(&self.app.owner).await?)
    }

    /// Chooses somebody for one company, as its picker does.
    async fn choose(&self, by: &Actor, id: RecordId, was: &Actor, to: &Actor) -> Result<()> {
        let mut browser = self.app.browser_of(by).await?;
        let values = [
            ("kind", "company"),
            ("id", &id.to_string()),
            ("role", "sales_contact"),
            ("was", &was.user.to_string()),
            ("user", &to.user.to_string()),
        ];
        let answer = browser.call("/api/choose_responsible", &values).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        Ok(())
    }
}

pub fn records(ids: &[RecordId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("records={}", ids.join(","))
}

/// Asks for an act as a browser without scripts does.
async fn ask(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    of: &str,
    act: &[(&str, &str)],
) -> Result<Answer> {
    let page = format!("/{}/bulk?{of}", kind.path());
    let mut values = vec![("kind", kind.child()), ("of", of)];
    values.extend_from_slice(act);
    browser.submit(&page, "/api/prepare_bulk", &values).await
}

/// The id of an act that was prepared.
pub async fn prepared(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    of: &str,
    act: &[(&str, &str)],
) -> Result<String> {
    let answer = ask(browser, kind, of, act).await?;
    let address = answer.location().context("it leads to a page")?;
    let prefix = format!("/{}/bulk/", kind.path());
    let id = address.strip_prefix(&prefix).map(ToOwned::to_owned);
    match id {
        Some(id) => Ok(id),
        None => {
            let address = address.to_owned();
            anyhow::bail!("{}", browser.get(&address).await?.body)
        }
    }
}

pub async fn page_of(browser: &mut Browser<'_>, kind: RecordKind, id: &str) -> Result<ActPage> {
    let values = [("kind", kind.child()), ("act", id)];
    let answer = browser.call("/api/bulk_act", &values).await?;
    serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
}

async fn over(browser: &mut Browser<'_>, id: &str) -> Result<Progress> {
    eventually(async || {
        let answer = browser.call("/api/bulk_progress", &[("act", id)]).await?;
        let progress: Progress =
            serde_json::from_str(&answer.body).with_context(|| answer.body.clone())?;
        ensure!(!progress.is_running(), "{progress:?}");
        Ok(progress)
    })
    .await
}

/// Does what was prepared, or undoes it, to its end.
pub async fn done(browser: &mut Browser<'_>, function: &str, id: &str) -> Result<Progress> {
    let answer = browser
        .call(&format!("/api/{function}"), &[("act", id)])
        .await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    over(browser, id).await
}

/// From asking to the end. The numbers are those that were told before.
pub async fn acted(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    of: &str,
    act: &[(&str, &str)],
) -> Result<(String, Counts)> {
    let id = prepared(browser, kind, of, act).await?;
    let before = page_of(browser, kind, &id).await?.line.progress;
    let progress = done(browser, "apply_bulk", &id).await?;
    ensure!(progress.error.is_none(), "{:?}", progress.error);
    assert_eq!(progress.counts, before.expected);
    assert_eq!((progress.done, progress.of), (before.of, before.of));
    Ok((id, progress.counts))
}

fn to(user: UserId) -> String {
    user.to_string()
}

pub fn counts(of: &[(Fate, i64)]) -> Counts {
    let mut counts = Counts::default();
    for (fate, n) in of {
        counts.add(*fate, *n);
    }
    counts
}

/// What the page of an act says in English.
async fn told(browser: &mut Browser<'_>, id: &str) -> Result<String> {
    let line = page_of(browser, RecordKind::Company, id).await?.line;
    Ok(line.progress.told(Language::En, &line.act))
}
