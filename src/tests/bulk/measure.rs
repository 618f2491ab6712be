//! How long a hundred thousand companies take. Not among the tests that always run: it says how long, and to nobody whether that is good.

use std::time::Instant;

use anyhow::{Result, ensure};

use super::{Acme, over, page_of, prepared, to};
use crate::model::{RecordKind, bulk::Fate};

#[tokio::test]
#[ignore = "takes a minute, and measures rather than tests"]
async fn a_hundred_thousand_companies_change_their_sales_contact() -> Result<()> {
    const MANY: i64 = 100_000;
    let acme = Acme::new().await?;
    acme.companies(MANY, Some(&acme.bob)).await?;
    acme.app.as_owner("analyze").await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let began = Instant::now();
    let id = prepared(&mut browser, RecordKind::Company, "all=true", &act).await?;
    let prepared = began.elapsed();
    let began = Instant::now();
    let answer = browser.call("/api/apply_bulk", &[("act", &id)]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    while page_of(&mut browser, RecordKind::Company, &id)
        .await?
        .line
        .progress
        .is_running()
    {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let applied = began.elapsed();
    let began = Instant::now();
    let answer = browser.call("/api/undo_bulk", &[("act", &id)]).await?;
    ensure!(answer.status.is_success(), "{}", answer.body);
    while page_of(&mut browser, RecordKind::Company, &id)
        .await?
        .line
        .progress
        .is_running()
    {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let undone = began.elapsed();
    let progress = over(&mut browser, &id).await?;
    assert_eq!(progress.undone.of(Fate::Undone), MANY);
    eprintln!("prepared in {prepared:?}, changed in {applied:?}, undone in {undone:?}");
    ensure!(applied.as_secs() < 60, "{applied:?}");
    Ok(())
}
