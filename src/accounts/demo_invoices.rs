//! The demo accounts' invoices: of companies and of people, in every state, some of them overdue.
//! They come in through the same checks as everything else.

use anyhow::Result;
use chrono::{Days, Utc};

use super::demo::{create, pick, typed};
use crate::{
    model::{RecordId, RecordKind},
    server::database::Viewing,
};

/// How many "Demo NV" has.
pub(super) const DEMO: usize = 60;
/// And the account beside it.
pub(super) const OTHER: usize = 3;

/// Every tenth has no due date, and every seventh is in dollars.
pub(super) async fn invoices(
    mut tx: Viewing,
    count: usize,
    customers: &[RecordId],
) -> Result<Viewing> {
    let today = Utc::now().date_naive();
    for n in 0..count {
        let date = today - Days::new((count - n) as u64 * 3);
        let due = (n % 10 != 7).then(|| (date + Days::new(30)).to_string());
        // Of a credit note both totals are negative.
        let sign = if n % 20 == 13 { "-" } else { "" };
        let cents = 25_000 + n * 73_511 % 900_000;
        let money = |cents: usize| format!("{sign}{}.{:02}", cents / 100, cents % 100);
        let values = typed(&[
            ("number", format!("{}/{:04}", date.format("%Y"), n + 1)),
            ("customer", pick(customers, n * 7).to_string()),
            ("date", date.to_string()),
            ("due_date", due.unwrap_or_default()),
            ("total_excl", money(cents)),
            ("total_incl", money(cents + cents * 21 / 100)),
            ("currency", if n % 7 == 4 { "USD" } else { "EUR" }.into()),
            ("status", status(n, count).into()),
            (
                "link",
                format!("https://example.com/invoices/{}.pdf", n + 1),
            ),
        ]);
        let (back, _) = create(tx, RecordKind::Invoice, &values).await?;
        tx = back;
    }
    Ok(tx)
}

/// The latest are drafts; of the others most are paid, and some are credited.
fn status(n: usize, count: usize) -> &'static str {
    if n + count / 10 >= count {
        "draft"
    } else if n % 20 == 13 {
        "credited"
    } else if n.is_multiple_of(3) {
        "booked"
    } else {
        "paid"
    }
}
