//! How long a hundred thousand companies take, and how long pages take meanwhile. Not among the tests that always run: it takes minutes.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Acme, over, page_of, prepared, to};
use crate::{
    model::{RecordKind, bulk::Fate},
    tests::support::Browser,
};

const MANY: i64 = 100_000;

/// Opens pages, one after the other, until it is over; how long 99 of 100 take at most, and 50 of 100.
async fn pages(
    browser: &mut Browser<'_>,
    mut over: impl AsyncFnMut(usize) -> Result<bool>,
) -> Result<(Duration, Duration)> {
    let mut took = Vec::new();
    while !over(took.len()).await? {
        for page in ["/companies", "/companies?segment=mine&sort=-city", "/"] {
            let began = Instant::now();
            ensure!(browser.get(page).await?.status == 200);
            took.push(began.elapsed());
        }
    }
    took.sort();
    let at = |part: usize| {
        took.get(took.len() * part / 100)
            .copied()
            .unwrap_or_default()
    };
    Ok((at(99), at(50)))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes, and measures rather than tests"]
async fn a_hundred_thousand_companies_change_their_sales_contact() -> Result<()> {
    let acme = Acme::new().await?;
    acme.companies(MANY, Some(&acme.bob)).await?;
    acme.app.as_owner("vacuum analyze").await?;
    let mut browser = acme.app.browser_of(&acme.ann).await?;
    let mut reader = acme.app.browser_of(&acme.bob).await?;
    pages(&mut reader, async |n| Ok(n >= 30)).await?;
    let usual = pages(&mut reader, async |n| Ok(n >= 600)).await?;
    let user = to(acme.cas.user);
    let act = [("what", "sales_contact"), ("user", user.as_str())];
    let began = Instant::now();
    let id = prepared(&mut browser, RecordKind::Company, "all=true", &act).await?;
    eprintln!(
        "prepared in {:?}; pages usually: {usual:?}",
        began.elapsed()
    );
    for function in ["apply_bulk", "undo_bulk"] {
        let began = Instant::now();
        let path = format!("/api/{function}");
        let answer = browser.call(&path, &[("act", &id)]).await?;
        ensure!(answer.status.is_success(), "{}", answer.body);
        let meanwhile = pages(&mut reader, async |_| {
            let page = page_of(&mut browser, RecordKind::Company, &id).await?;
            Ok(!page.line.progress.is_running())
        })
        .await?;
        let took = began.elapsed();
        eprintln!("{function} in {took:?}; pages meanwhile: {meanwhile:?}");
        ensure!(took.as_secs() < 60, "{took:?}");
        ensure!(
            meanwhile.0 < usual.0 * 2,
            "{meanwhile:?} instead of {usual:?}"
        );
    }
    let progress = over(&mut browser, &id).await?;
    assert_eq!(progress.undone.of(Fate::Undone), MANY);
    Ok(())
}
