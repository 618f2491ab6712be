//! The demo accounts: "Demo NV" to try everything with, "Other NV" to prove the border between the two.
//! Created once; records come in as their creator would create them, through the same checks.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::{Days, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::{
    create::{self, NewAccount, NewUser},
    demo_invoices, demo_people, demo_projects,
};
use crate::{
    model::{
        Actor, Language, RecordId, RecordKind,
        users::{ProjectReach, Reach, Rights, UserRole},
    },
    records::store::{self, Happened},
    server::{
        actors,
        config::Config,
        database::{Database, Reached, Telling, Viewing},
        passwords,
        run::Opened,
    },
};

const PASSWORD: &str = "steward-demo";
const TIME_ZONE: &str = "Europe/Brussels";
/// Whoever loads the demo holds this lock: two servers may start at once.
const LOCK: i64 = 0x5354_4557_4445_4d4f;

const FULL: Rights = Rights {
    projects: ProjectReach::All,
    ..Rights::FULL
};

/// Full name, e-mail address, role, rights, language.
const USERS: [(&str, &str, UserRole, Rights, Language); 7] = [
    (
        "Nora Peeters",
        "nora@demo.test",
        UserRole::Admin,
        FULL,
        Language::En,
    ),
    (
        "Lucas Martin",
        "lucas@demo.test",
        UserRole::User,
        FULL,
        Language::Fr,
    ),
    (
        "Emma Janssens",
        "emma@demo.test",
        UserRole::User,
        Rights {
            crm: Reach::Limited,
            projects: ProjectReach::Participation,
            ..FULL
        },
        Language::Nl,
    ),
    (
        "Hugo Lambert",
        "hugo@demo.test",
        UserRole::User,
        Rights {
            deals: Reach::Limited,
            projects: ProjectReach::Participation,
            ..FULL
        },
        Language::En,
    ),
    (
        "Sofia Rossi",
        "sofia@demo.test",
        UserRole::User,
        FULL,
        Language::En,
    ),
    (
        "Jan Wouters",
        "jan@demo.test",
        UserRole::User,
        Rights {
            mailbox: false,
            export: false,
            ..FULL
        },
        Language::Nl,
    ),
    ("Tom De Smet", TOM, UserRole::User, FULL, Language::En),
];
/// Deactivated once his companies are there.
const TOM: &str = "tom@demo.test";

/// `steward demo`, and every start of `steward serve` with the embedded database.
pub async fn load(opened: &Opened) -> Result<()> {
    opened
        .alone(LOCK, async |owner| load_locked(opened, owner).await)
        .await
}

async fn load_locked(opened: &Opened, owner: &mut PgConnection) -> Result<()> {
    let known: bool =
        sqlx::query_scalar("select exists (select 1 from users where email = 'nora@demo.test')")
            .fetch_one(&mut *owner)
            .await?;
    if !known {
        tracing::info!("creating the demo accounts");
        people(owner).await?;
    }
    demo_people::operator(owner, PASSWORD).await?;
    // A start that was interrupted goes on here: the records come in all at once or not at all.
    let empty: bool = sqlx::query_scalar(
        "select not exists (select 1 from companies c join users u on u.account_id = c.account_id where u.email = 'nora@demo.test')",
    )
    .fetch_one(&mut *owner)
    .await?;
    if empty {
        let database = opened.database().await?;
        records(database.api(), &database).await?;
        database.close().await;
        age(owner).await?;
    }
    sqlx::query("update users set active = false where email = $1 and active")
        .bind(TOM)
        .execute(owner)
        .await?;
    Ok(())
}

async fn people(owner: &mut PgConnection) -> Result<()> {
    let hash = passwords::hash(PASSWORD.to_owned()).await?;
    sqlx::query("begin").execute(&mut *owner).await?;
    let new = |name: &str| NewAccount {
        name: name.into(),
        plan: "boost".into(),
        time_zone: TIME_ZONE.into(),
        demo: true,
    };
    let demo = create::account(owner, &new("Demo NV"), Language::En).await?;
    for (full_name, email, role, rights, language) in USERS {
        let new = NewUser {
            full_name: full_name.into(),
            email: email.into(),
            role,
            rights,
            language,
        };
        create::user(owner, demo, &new, TIME_ZONE, &hash).await?;
    }
    demo_people::teams(owner, demo).await?;
    let other = create::account(owner, &new("Other NV"), Language::En).await?;
    create::user(
        owner,
        other,
        &NewUser::admin("Olga Maes", "olga@other.test", Language::En),
        TIME_ZONE,
        &hash,
    )
    .await?;
    sqlx::query("commit").execute(owner).await?;
    Ok(())
}

pub(super) type Typed = BTreeMap<String, String>;

pub(super) fn typed(values: &[(&str, String)]) -> Typed {
    values
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect()
}

async fn actor(pool: &PgPool, email: &str) -> Result<Actor> {
    actors::by_email(pool, email)
        .await?
        .with_context(|| format!("there is no active user {email}"))
}

/// Creates a record as the transaction's actor would by its form.
pub(super) async fn create(
    mut tx: Viewing,
    kind: RecordKind,
    values: &Typed,
) -> Result<(Viewing, RecordId)> {
    let draft = store::prepare(&mut tx, kind, values, None)
        .await
        .with_context(|| format!("{values:?}"))?;
    let mut tx = tx.write(Reached::new_record()).await?;
    let id = store::insert(&mut tx, &draft, Happened::Created).await?;
    Ok((tx.view().await?, id))
}

async fn records(pool: &PgPool, database: &Database) -> Result<()> {
    // Nobody wants news of what he finds when he comes for the first time.
    let database = &database.telling(Telling::Nobody);
    let mut users: BTreeMap<&str, Uuid> = BTreeMap::new();
    for (_, email, ..) in USERS {
        if let Some(name) = email.split('@').next() {
            users.insert(name, actor(pool, email).await?.user.0);
        }
    }
    let user = |name: &str| users.get(name).map(ToString::to_string).unwrap_or_default();
    let mut tx = database
        .begin(&actor(pool, "nora@demo.test").await?)
        .await?;
    let phases = store::phases(&mut tx).await?;
    let (open, ends): (Vec<_>, Vec<_>) = phases.iter().partition(|phase| phase.is_open());
    let mut companies = Vec::with_capacity(COMPANIES.len());
    for (n, name) in COMPANIES.iter().enumerate() {
        let (city, postal_code, country) = pick(&CITIES, n);
        let values = typed(&[
            ("name", (*name).into()),
            ("sales_contact", user(sales_contact(n))),
            ("industry", pick(&INDUSTRIES, n).into()),
            ("city", city.into()),
            ("postal_code", postal_code.into()),
            ("country", country.into()),
            (
                "customer_since",
                format!(
                    "20{:02}-{:02}-{:02}",
                    8 + n % 17,
                    1 + n * 5 % 12,
                    1 + n * 7 % 28
                ),
            ),
            ("vat_number", format!("BE 0{}", 400_123_456 + n * 1_237_919)),
        ]);
        let (back, id) = create(tx, RecordKind::Company, &values).await?;
        tx = back;
        companies.push((id, *name));
    }
    let people;
    (tx, people) = contacts(tx, &companies).await?;
    let today = Utc::now().date_naive();
    for n in 0..DEALS {
        // Some deals are with a person.
        let (customer, name) = match people.get(n).filter(|_| n % 16 == 5) {
            Some((id, name)) => (*id, name.as_str()),
            None => pick(&companies, n * 7),
        };
        let close = today
            .checked_add_days(Days::new((n * 5 % 150) as u64))
            .unwrap_or(today);
        let phase = pick(&open, n);
        let values = typed(&[
            ("title", format!("{} – {name}", pick(&SUBJECTS, n))),
            ("customer", customer.to_string()),
            ("assigned_to", user(assignee(n))),
            ("value", format!("{}", 1_500 + n * 2_371 % 60_000)),
            ("currency", if n % 9 == 4 { "USD" } else { "EUR" }.into()),
            ("phase", phase.id.to_string()),
            ("expected_close", close.to_string()),
        ]);
        let (back, id) = create(tx, RecordKind::Deal, &values).await?;
        tx = back;
        // Every third is decided: won, or lost.
        if n % 3 == 2 {
            let order = store::Move {
                id,
                phase: pick(&ends, n / 3).id,
                reason: pick(&REASONS, n / 6),
            };
            tx = store::move_to(tx, order).await?.view().await?;
        } else if n % 4 != 1 {
            tx = plan(tx, (RecordKind::Deal, id), n, &user(assignee(n))).await?;
        }
    }
    // Every fourth is a person's.
    let of = |n: usize, company: &(RecordId, &str)| match people.get(n).filter(|_| n % 4 == 3) {
        Some((id, _)) => *id,
        None => company.0,
    };
    let customers = companies
        .iter()
        .enumerate()
        .map(|(n, company)| of(n, company));
    let customers: Vec<RecordId> = customers.collect();
    tx = demo_invoices::invoices(tx, demo_invoices::DEMO, &customers).await?;
    let members = ["lucas", "emma", "hugo", "sofia", "jan", "nora"].map(user);
    tx = demo_projects::projects(tx, demo_projects::DEMO, &companies, &members).await?;
    tx.write(Reached::new_record()).await?.commit().await?;
    others(pool, database).await
}

/// What the account beside has: a customer and his invoices.
async fn others(pool: &PgPool, database: &Database) -> Result<()> {
    let olga = actor(pool, "olga@other.test").await?;
    let values = typed(&[("name", "Vlaamse Kaden".into())]);
    let tx = database.begin(&olga).await?;
    let (tx, customer) = create(tx, RecordKind::Company, &values).await?;
    let tx = demo_invoices::invoices(tx, demo_invoices::OTHER, &[customer]).await?;
    let (customers, people) = ([(customer, "Vlaamse Kaden")], [olga.user.to_string()]);
    let tx = demo_projects::projects(tx, demo_projects::OTHER, &customers, &people).await?;
    tx.write(Reached::new_record()).await?.commit().await?;
    Ok(())
}

/// The people of the companies, one or two in each; the last belong to none.
async fn contacts(
    mut tx: Viewing,
    companies: &[(RecordId, &str)],
) -> Result<(Viewing, Vec<(RecordId, String)>)> {
    let mut people = Vec::with_capacity(CONTACTS);
    for n in 0..CONTACTS {
        let (first, last) = (pick(&FIRST_NAMES, n * 5), pick(&LAST_NAMES, n * 7));
        let mail = format!("{first}.{last}@example.com").to_lowercase();
        let mut values = typed(&[
            ("first_name", first.into()),
            ("last_name", last.into()),
            ("function", pick(&FUNCTIONS, n).into()),
            ("emails", mail.replace([' ', '’'], "")),
            (
                "telephones",
                format!(
                    "+32 9 {:03} {:02} {:02}",
                    200 + n,
                    n % 90 + 10,
                    n * 3 % 90 + 10
                ),
            ),
            ("language", pick(&["nl", "fr", "en"], n).into()),
        ]);
        if n + 4 < CONTACTS {
            let (company, _) = pick(companies, n * 2 % 61);
            values.insert("company".into(), company.to_string());
        }
        let (back, id) = create(tx, RecordKind::Contact, &values).await?;
        tx = back;
        people.push((id, format!("{first} {last}")));
    }
    Ok((tx, people))
}

const CONTACTS: usize = 90;

const FIRST_NAMES: [&str; 18] = [
    "Anna",
    "Bram",
    "Céline",
    "Dirk",
    "Elise",
    "Frank",
    "Geneviève",
    "Hilde",
    "Igor",
    "Julie",
    "Karel",
    "Louise",
    "Marc",
    "Nele",
    "Olivier",
    "Pauline",
    "Quinten",
    "Rosa",
];

const LAST_NAMES: [&str; 19] = [
    "Aerts",
    "Bertrand",
    "Claes",
    "De Wolf",
    "Evrard",
    "François",
    "Goossens",
    "Hermans",
    "Iserbyt",
    "Jacobs",
    "Kerkhofs",
    "Lejeune",
    "Maes",
    "Nijs",
    "Orban",
    "Pauwels",
    "Renard",
    "Simon",
    "Thijs",
];

const FUNCTIONS: [&str; 7] = [
    "Managing director",
    "Buyer",
    "Accountant",
    "Head of production",
    "Office manager",
    "IT manager",
    "Sales assistant",
];

/// What is to be done next about a deal or a project: some of it should have been done already.
pub(super) async fn plan(
    tx: Viewing,
    (kind, record): (RecordKind, RecordId),
    n: usize,
    assigned_to: &str,
) -> Result<Viewing> {
    let due = Utc::now().date_naive() - Days::new(4) + Days::new((n * 3 % 16) as u64);
    let form = store::StepForm {
        kind,
        record,
        step: None,
        what: pick(&STEPS, n),
        due: &due.to_string(),
        assigned_to,
    };
    Ok(store::save_step(tx, form).await?.view().await?)
}

const STEPS: [&str; 7] = [
    "Call back about the offer",
    "Send the revised price",
    "Plan a visit",
    "Ask for the signed contract",
    "Prepare the demonstration",
    "Check the delivery date",
    "Introduce the project lead",
];

/// Not everything happened today: every record, with all that is known of it, is up to six weeks old.
async fn age(owner: &mut PgConnection) -> Result<()> {
    for kind in RecordKind::ALL {
        let (table, child) = (kind.table(), kind.child());
        let phases = match kind {
            RecordKind::Deal => {
                ", phase_since = phase_since - a.old, closed_at = closed_at - a.old"
            }
            RecordKind::Company
            | RecordKind::Contact
            | RecordKind::Invoice
            | RecordKind::Project
            | RecordKind::Ticket => "",
        };
        let sql = format!(
            "with aged as materialized (
               select r.account_id, r.id, (row_number() over (order by r.created_at, r.id) * 11 % 43) * interval '1 day' as old
               from {table} r join users u on u.account_id = r.account_id and u.id = r.created_by where u.email = 'nora@demo.test'
             ), events as (
               update {child}_events e set at = at - a.old from aged a where e.account_id = a.account_id and e.record_id = a.id
             ), history as (
               update {child}_responsibilities h set at = at - a.old from aged a where h.account_id = a.account_id and h.record_id = a.id
             )
             update {table} r set created_at = created_at - a.old, updated_at = updated_at - a.old, active_at = active_at - a.old{phases}
             from aged a where r.account_id = a.account_id and r.id = a.id"
        );
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&mut *owner)
            .await?;
    }
    Ok(())
}

/// Why deals are lost.
const REASONS: [&str; 3] = [
    "Too expensive",
    "Chose a competitor",
    "Postponed to next year",
];

pub(super) fn pick<T: Copy>(all: &[T], n: usize) -> T {
    all[n % all.len()]
}

/// Emma has 6 companies, Tom 4, nobody 10; the others share the rest.
fn sales_contact(n: usize) -> &'static str {
    match n {
        0..6 => "emma",
        6..10 => "tom",
        10..20 => "nobody",
        _ => pick(&["nora", "lucas", "hugo", "sofia", "jan"], n),
    }
}

/// Hugo has 8 deals; the others share the rest.
fn assignee(n: usize) -> &'static str {
    if n % 10 == 3 {
        "hugo"
    } else {
        pick(&["nora", "lucas", "emma", "sofia", "jan"], n / 2)
    }
}

const DEALS: usize = 80;

const SUBJECTS: [&str; 8] = [
    "Annual maintenance",
    "New website",
    "Licence renewal",
    "Warehouse scanners",
    "Training days",
    "Energy audit",
    "Packaging line",
    "Service contract",
];

const INDUSTRIES: [&str; 9] = [
    "Construction",
    "Logistics",
    "Food and drinks",
    "Software",
    "Health care",
    "Retail",
    "Agriculture",
    "Energy",
    "Printing",
];

const CITIES: [(&str, &str, &str); 12] = [
    ("Gent", "9000", "Belgium"),
    ("Liège", "4000", "Belgium"),
    ("Antwerpen", "2000", "Belgium"),
    ("Namur", "5000", "Belgium"),
    ("Leuven", "3000", "Belgium"),
    ("Lille", "59000", "France"),
    ("Lyon", "69002", "France"),
    ("Breda", "4811", "Netherlands"),
    ("Utrecht", "3511", "Netherlands"),
    ("Köln", "50667", "Germany"),
    ("Milano", "20121", "Italy"),
    ("Luxembourg", "1248", "Luxembourg"),
];

const COMPANIES: [&str; 60] = [
    "Brouwerij De Linde",
    "Ateliers Delvaux",
    "Houthandel Verstraete",
    "Boulangerie Saint-Jacques",
    "Van Acker Logistics",
    "Imprimerie du Sablon",
    "Zonneveld Solar",
    "Clinique du Parc",
    "Garage Willems",
    "Fromagerie d’Orval et Fils",
    "Kempen Metaal",
    "Pharma Mosane",
    "Bakkerij ’t Zonnetje",
    "Études Lefèvre",
    "Noordzee Visimport",
    "Menuiserie Thiry",
    "Rietveld Architecten",
    "Cidrerie du Condroz",
    "Scheldewind Energie",
    "Librairie Pax Nova",
    "Tuincentrum Aveve Zuid",
    "Textiles Delhaye",
    "Haspengouw Fruit",
    "Transports Ardennais",
    "Drukkerij Lannoo-Peeters",
    "Verrerie du Val",
    "IJsfabriek Strombeek",
    "Cabinet Moreau",
    "Waterweg Diensten",
    "Chocolaterie Benoît",
    "Vlasfabriek De Leie",
    "Sucrerie de Hesbaye",
    "Polder Machines",
    "Optique Vandamme",
    "Molens van Oudenaarde",
    "Hôtel des Remparts",
    "Duinen Vakantie",
    "Carrières de Sprimont",
    "Lambrecht Isolatie",
    "Papeterie Royale",
    "Elektro Goossens",
    "Domaine de la Semois",
    "Staalbouw Genk",
    "Traiteur Lemaire",
    "Maas Software",
    "Pépinières du Hainaut",
    "Kliniek Sint-Elooi",
    "Savonnerie Bruxelloise",
    "Baksteen Nelissen",
    "Assurances Wauters",
    "Hoppeland Dranken",
    "Mécanique Collard",
    "Groothandel Baert",
    "Ferme de la Dyle",
    "Zeebrugge Cold Store",
    "Orfèvrerie Dubois",
    "Campine Plastics",
    "Scierie des Fagnes",
    "Veiling Roeselare",
    "Agence Beaumont",
];

/// Who can sign in, printed where the server was started.
#[expect(
    clippy::print_stdout,
    reason = "it is what the person who started the server wants to read"
)]
pub fn print_users(config: &Config) {
    println!("\n  Steward is at {}\n", config.base_url);
    println!("  Sign in as one of these, with the password {PASSWORD}:");
    for (full_name, email, role, rights, language) in
        USERS.iter().filter(|(_, email, ..)| *email != TOM)
    {
        let what = match role {
            UserRole::Admin => "admin",
            UserRole::User if rights.crm == Reach::Limited => "user, CRM limited",
            UserRole::User if rights.deals == Reach::Limited => "user, deals limited",
            UserRole::User => "user",
        };
        println!(
            "    {email:<18} {full_name:<16} {what}, {}",
            language.name()
        );
    }
    println!(
        "    {:<18} {:<16} admin of another account",
        "olga@other.test", "Olga Maes"
    );
    println!(
        "    {:<18} {:<16} staff of the service, in no account\n",
        demo_people::OPERATOR,
        "Operator"
    );
}
