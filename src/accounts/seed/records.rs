//! Made-up companies and deals with all that the store would write of their creation: search words,
//! events, responsibilities. Memory holds one chunk at a time.

use std::time::Instant;

use anyhow::Result;
use chrono::{DateTime, Days, TimeDelta, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    copy::{Maybe, Rows},
    made_up::Chance,
    people::Account,
};
use crate::{
    model::{RecordKind, Role, UserId, search},
    records::store::{chosen, created},
};

/// So many records are sent at once: words are sorted within a chunk, and large chunks touch few pages of their index.
const CHUNK: usize = 50_000;
/// Records are at most so old.
const DAYS: usize = 2_000;

const STREETS: [&str; 5] = [
    "Kerkstraat",
    "Rue Neuve",
    "Stationslaan",
    "Hauptstraße",
    "Via Roma",
];

/// A company that a deal may point at.
#[derive(Clone, Copy)]
pub struct Customer {
    id: Uuid,
    contact: Option<Uuid>,
}

/// What every record kind has beside its own table.
struct Children {
    kind: RecordKind,
    words: Rows,
    sorted: Vec<(String, Uuid)>,
    events: Rows,
    responsibilities: Rows,
}

/// When a record was created and changed, and by whom.
struct Times {
    created: DateTime<Utc>,
    updated: DateTime<Utc>,
    by: Uuid,
}

impl Times {
    fn make_up(chance: &mut Chance, account: &Account) -> Self {
        let minutes = DAYS * 24 * 60;
        let (age, fresh) = (chance.below(minutes), chance.percent(3));
        // A few have changed in the last month, the others some time after they came.
        let changed = if fresh {
            chance.below(age.min(30 * 24 * 60) + 1)
        } else {
            chance.below(age + 1)
        };
        let ago = |minutes: usize| {
            account.today - TimeDelta::minutes(i64::try_from(minutes).unwrap_or_default())
        };
        Self {
            created: ago(age),
            updated: ago(changed),
            by: account.anybody(chance),
        }
    }
}

/// Where a company is found, by net, wire and street.
struct Reach {
    website: Option<String>,
    email: Option<String>,
    telephone: Option<String>,
    street: String,
}

impl Reach {
    fn make_up(chance: &mut Chance, own: &str) -> Self {
        let host = format!("{}.test", own.to_lowercase().replace('è', "e"));
        let mailbox = chance.pick(&["info", "sales", "office", "contact"]);
        let number = 20_000_000 + chance.below(70_000_000);
        let street = chance.pick(&STREETS);
        Self {
            website: chance.percent(50).then(|| format!("https://{host}")),
            email: chance.percent(70).then(|| format!("{mailbox}@{host}")),
            telephone: chance.percent(60).then(|| format!("+32 {number}")),
            street: format!("{street} {}", 1 + chance.below(300)),
        }
    }
}

impl Children {
    fn of(kind: RecordKind) -> Self {
        let rows =
            |table: &str, columns: &str| Rows::new(&format!("{}_{table}", kind.child()), columns);
        Self {
            kind,
            words: rows("words", "account_id, record_id, word"),
            sorted: Vec::new(),
            events: rows(
                "events",
                "account_id, id, record_id, at, by_user_id, what, detail",
            ),
            responsibilities: rows(
                "responsibilities",
                "account_id, id, record_id, role, user_id, at, by_user_id",
            ),
        }
    }

    /// The words of the fields that search looks into; `text` knows the values by the fields' keys.
    fn words<'a>(&mut self, id: Uuid, text: impl Fn(&str) -> Option<&'a str>) {
        let fields = self.kind.fields().iter().filter(|field| field.searched);
        let mut words: Vec<String> = fields
            .filter_map(|field| text(field.key()))
            .flat_map(search::words)
            .collect();
        words.sort();
        words.dedup();
        self.sorted.extend(words.into_iter().map(|word| (word, id)));
    }

    fn created(&mut self, chance: &mut Chance, account: &Account, id: Uuid, times: &Times) {
        let (at, by) = (times.created.to_rfc3339(), times.by);
        self.events
            .push(&[&account.id, &chance.id(), &id, &at, &by, &created(), &"{}"]);
    }

    fn responsible(
        &mut self,
        chance: &mut Chance,
        account: &Account,
        id: Uuid,
        times: &Times,
        role: Role,
        user: Uuid,
    ) -> Result<()> {
        let (at, by) = (times.created.to_rfc3339(), times.by);
        let (what, detail) = chosen(role, UserId(user))?;
        self.responsibilities
            .push(&[&account.id, &chance.id(), &id, &role.key(), &user, &at, &by]);
        self.events
            .push(&[&account.id, &chance.id(), &id, &at, &by, &what, &detail]);
        Ok(())
    }

    async fn send(&mut self, tx: &mut PgConnection, account: &Account) -> Result<()> {
        self.sorted.sort_unstable();
        for (word, id) in self.sorted.drain(..) {
            self.words.push(&[&account.id, &id, &word]);
        }
        self.words.send(tx).await?;
        self.events.send(tx).await?;
        self.responsibilities.send(tx).await
    }
}

fn progress(account: &Account, kind: RecordKind, done: usize, of: usize, started: Instant) {
    // The small accounts take no time.
    if account.number == 1 {
        let seconds = started.elapsed().as_secs();
        tracing::info!(
            account = account.number,
            seconds,
            "{done} of {of} {}",
            kind.path()
        );
    }
}

pub async fn companies(
    tx: &mut PgConnection,
    chance: &mut Chance,
    account: &Account,
    count: usize,
    started: Instant,
) -> Result<Vec<Customer>> {
    let kind = RecordKind::Company;
    let mut rows = Rows::new(
        kind.table(),
        "account_id, id, name, website, email, telephone, street, postal_code, city, country, vat_number, registration_number, \
         industry, customer_since, language, sales_contact_id, second_sales_contact_id, created_at, created_by, updated_at, updated_by",
    );
    let mut children = Children::of(kind);
    let mut made = Vec::with_capacity(count);
    for n in 1..=count {
        let contact = account.contact(chance, n, count);
        made.push(company(chance, account, contact, &mut rows, &mut children)?);
        if n % CHUNK == 0 || n == count {
            rows.send(tx).await?;
            children.send(tx, account).await?;
            progress(account, kind, n, count, started);
        }
    }
    Ok(made)
}

fn company(
    chance: &mut Chance,
    account: &Account,
    contact: Option<Uuid>,
    rows: &mut Rows,
    children: &mut Children,
) -> Result<Customer> {
    let (id, times) = (chance.id(), Times::make_up(chance, account));
    let (own, name) = chance.company();
    let (city, postal, country, vat) = chance.city();
    let Reach {
        website,
        email,
        telephone,
        street,
    } = Reach::make_up(chance, &own);
    let postal_code = format!("{postal}{:03}", chance.below(1_000));
    let number = 100_000_000 + chance.below(900_000_000);
    let vat_number = chance.percent(60).then(|| format!("{vat}0{number}"));
    let since = chance
        .percent(80)
        .then(|| times.created.date_naive() - Days::new(chance.below(3_000) as u64));
    let language = chance.pick(&["en", "fr", "nl", "nl", "fr", "de"]);
    let second = second(chance, account, contact);
    rows.push(&[
        &account.id,
        &id,
        &name,
        &Maybe(website),
        &Maybe(email.as_deref()),
        &Maybe(telephone),
        &street,
        &postal_code,
        &city,
        &country,
        &Maybe(vat_number.as_deref()),
        &number,
        &chance.industry(),
        &Maybe(since),
        &language,
        &Maybe(contact),
        &Maybe(second),
        &times.created.to_rfc3339(),
        &times.by,
        &times.updated.to_rfc3339(),
        &times.by,
    ]);
    children.words(id, |key| match key {
        "name" => Some(&name),
        "email" => email.as_deref(),
        "city" => Some(city),
        "vat_number" => vat_number.as_deref(),
        _ => None,
    });
    children.created(chance, account, id, &times);
    for (role, user) in [
        (Role::SalesContact, contact),
        (Role::SecondSalesContact, second),
    ] {
        if let Some(user) = user {
            children.responsible(chance, account, id, &times, role, user)?;
        }
    }
    Ok(Customer { id, contact })
}

/// Where the account has it, a second sales contact, who is never the first; nobody has a second alone.
fn second(chance: &mut Chance, account: &Account, contact: Option<Uuid>) -> Option<Uuid> {
    let second = account.anybody(chance);
    let wanted = account.second_enabled && chance.percent(20);
    let differs = contact.is_some_and(|contact| contact != second);
    (wanted && differs).then_some(second)
}

pub async fn deals(
    tx: &mut PgConnection,
    chance: &mut Chance,
    account: &Account,
    count: usize,
    customers: &[Customer],
    started: Instant,
) -> Result<()> {
    if customers.is_empty() {
        return Ok(());
    }
    let kind = RecordKind::Deal;
    let mut rows = Rows::new(
        kind.table(),
        "account_id, id, title, company_id, value, currency, phase_id, probability, expected_close, assigned_to_id, \
         created_at, created_by, updated_at, updated_by",
    );
    let mut children = Children::of(kind);
    for n in 1..=count {
        let customer = chance.pick(customers);
        deal(chance, account, customer, &mut rows, &mut children)?;
        if n % CHUNK == 0 || n == count {
            rows.send(tx).await?;
            children.send(tx, account).await?;
            progress(account, kind, n, count, started);
        }
    }
    Ok(())
}

fn deal(
    chance: &mut Chance,
    account: &Account,
    customer: Customer,
    rows: &mut Rows,
    children: &mut Children,
) -> Result<()> {
    let (id, times) = (chance.id(), Times::make_up(chance, account));
    let title = format!("{} {}", chance.subject(), 1 + chance.below(9_999));
    let value = chance.percent(90).then(|| 500 + chance.below(80_000));
    let currency = if chance.percent(85) { "EUR" } else { "USD" };
    let phase = chance.pick(&account.phases);
    let probability = chance.percent(30).then(|| 5 * chance.below(21));
    let close = chance
        .percent(90)
        .then(|| times.created.date_naive() + Days::new(chance.below(365) as u64));
    // Most deals are with whoever has the customer.
    let assignee = match customer.contact {
        Some(contact) if chance.percent(70) => contact,
        _ => account.anybody(chance),
    };
    rows.push(&[
        &account.id,
        &id,
        &title,
        &customer.id,
        &Maybe(value),
        &currency,
        &phase,
        &Maybe(probability),
        &Maybe(close),
        &assignee,
        &times.created.to_rfc3339(),
        &times.by,
        &times.updated.to_rfc3339(),
        &times.by,
    ]);
    children.words(id, |key| (key == "title").then_some(title.as_str()));
    children.created(chance, account, id, &times);
    children.responsible(chance, account, id, &times, Role::AssignedTo, assignee)
}
