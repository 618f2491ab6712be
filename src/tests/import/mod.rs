//! Importing files as a user: what is remembered of them, and what is matched.
//! The files in `data` are those that people try an import on.

mod again;
pub mod browser;
mod matching;
mod projects;
mod stopped;
mod undo;

use anyhow::Result;

use super::support::TestApp;
use crate::{
    model::{AccountId, Actor, AppError, Language, RecordKind},
    records::import::{Order, Report, import},
};

const COMPANIES: &str = "\
Name,Industry,Sub-industry,City,Registration number,Founded,Customer since,Sales contact
Société Générale,Finance,Banks,Liège,0001,1864,2024-09-23,BOB@acme.test
\"UDR, Inc.\",Estate,Flats,Denver,0001,,23/11/2020,Bob Boon
Noname – Ltd,Food,,,0002,1999,,
";

/// An account with its admin Ann and her colleague Bob.
async fn acme(app: &TestApp) -> Result<(AccountId, Actor, Actor)> {
    let (account, ann) = app.account("Acme").await?;
    let bob = app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    Ok((account, ann, bob))
}

async fn run(
    app: &TestApp,
    actor: &Actor,
    kind: RecordKind,
    bytes: &[u8],
) -> Result<Report, AppError> {
    let order = Order {
        kind,
        bytes,
        dry_run: false,
    };
    import(&app.database, actor, order, |_| ()).await
}

async fn companies(app: &TestApp, actor: &Actor, text: &str) -> Result<Report, AppError> {
    run(app, actor, RecordKind::Company, text.as_bytes()).await
}

async fn deals(app: &TestApp, actor: &Actor, text: &str) -> Result<Report, AppError> {
    run(app, actor, RecordKind::Deal, text.as_bytes()).await
}

/// Created, known already, bad.
fn counts(report: &Report) -> (usize, usize, usize) {
    (report.created, report.known_already, report.bad.len())
}

/// The line of each bad row with its reason.
fn reasons(report: &Report) -> Vec<(u64, String)> {
    report
        .bad
        .iter()
        .map(|bad| (bad.line, bad.reason(&report.catalogue, Language::En)))
        .collect()
}

async fn count(app: &TestApp, sql: &'static str) -> Result<i64> {
    Ok(sqlx::query_scalar(sql).fetch_one(&app.owner).await?)
}
