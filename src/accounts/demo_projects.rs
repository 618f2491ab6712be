//! The demo accounts' projects: for customers, and some of the account's own, in every state, with one to four people each.
//! They come in through the same checks as everything else.

use anyhow::Result;
use chrono::{Days, Utc};

use super::demo::{create, pick, plan, typed};
use crate::{
    model::{RecordId, RecordKind, catalogue::CLOSED},
    server::database::Viewing,
};

/// How many "Demo NV" has.
pub(super) const DEMO: usize = 24;
/// And the account beside it.
pub(super) const OTHER: usize = 2;

const TITLES: [&str; 8] = [
    "Installation",
    "Yearly maintenance",
    "New website",
    "Move to the cloud",
    "Staff training",
    "Energy audit",
    "Renewal of the machines",
    "Safety inspection",
];
const STATUSES: [&str; 8] = [
    "running",
    "planned",
    "running",
    "done",
    "running",
    "on_hold",
    "planned",
    "cancelled",
];

/// Every sixth is for nobody but ourselves, every fifth has no due date. `people` are ids of users, of whom each project has some.
pub(super) async fn projects(
    mut tx: Viewing,
    count: usize,
    customers: &[(RecordId, &str)],
    people: &[String],
) -> Result<Viewing> {
    let today = Utc::now().date_naive();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    for n in 0..count {
        let (customer, name) = pick(customers, n * 5);
        let (title, status) = (pick(&TITLES, n * 3 + n / 8), pick(&STATUSES, n));
        let ours = n % 6 == 4;
        let start = today + Days::new((n * 13 % 120) as u64) - Days::new(60);
        let due = start + Days::new(30 + (n * 29 % 90) as u64);
        let some = |first: usize, many: usize| {
            let ids = (0..many.min(people.len())).map(|m| pick(&people, first + m));
            ids.collect::<Vec<_>>().join(",")
        };
        let (managers, collaborators) = (1 + usize::from(n % 4 == 3), n % 3);
        let values = typed(&[
            (
                "title",
                if ours {
                    title.into()
                } else {
                    format!("{title} – {name}")
                },
            ),
            (
                "customer",
                if ours {
                    String::new()
                } else {
                    customer.to_string()
                },
            ),
            ("managers", some(n, managers)),
            (
                "collaborators",
                some(n + managers, collaborators.min(people.len() - managers)),
            ),
            ("status", status.into()),
            ("start", start.to_string()),
            (
                "due_date",
                if n % 5 == 2 {
                    String::new()
                } else {
                    due.to_string()
                },
            ),
            ("budget", format!("{}", 2_000 + n * 3_711 % 48_000)),
            (
                "editing",
                pick(&["managers", "managers", "people", "everyone"], n).into(),
            ),
        ]);
        let (back, id) = create(tx, RecordKind::Project, &values).await?;
        tx = back;
        if n % 3 != 2 && !CLOSED.contains(&status) {
            tx = plan(tx, (RecordKind::Project, id), n, pick(&people, n)).await?;
        }
    }
    Ok(tx)
}
