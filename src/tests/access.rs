//! The explanation of access against the policies that decide it: for every right, with the second sales contact
//! and without, the records that a user sees are those that have a reason.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::support::TestApp;
use crate::model::{
    Actor, RecordId, RecordKind, UserId,
    access::{ContactFacts, Facts, Viewer, reasons},
    responsibility::Responsible,
    users::{Reach, Rights, UserRole},
};

const REACHES: [Reach; 3] = [Reach::None, Reach::Limited, Reach::Full];

/// A user of every combination of rights.
async fn everybody(app: &TestApp, ann: &Actor) -> Result<Vec<Actor>> {
    let mut actors = Vec::new();
    for (n, crm) in REACHES.into_iter().enumerate() {
        for (m, deals) in REACHES.into_iter().enumerate() {
            for invoices in [true, false] {
                let name = format!("User {n}{m} {invoices}");
                let email = format!("u{n}{m}{invoices}@acme.test");
                let rights = Rights {
                    crm,
                    deals,
                    invoices,
                    ..Rights::FULL
                };
                actors.push(
                    app.person(ann.account, &name, &email, UserRole::User, rights)
                        .await?,
                );
            }
        }
    }
    Ok(actors)
}

/// Two different users, or nobody.
fn pair(random: &mut StdRng, actors: &[Actor]) -> Responsible {
    let mut one = || {
        actors
            .get(random.random_range(0..actors.len() + 3))
            .map(|actor| actor.user)
    };
    let first = one();
    Responsible {
        first,
        second: one().filter(|second| Some(*second) != first),
    }
}

async fn seen(app: &TestApp, actor: &Actor, kind: RecordKind) -> Result<BTreeSet<RecordId>> {
    let mut tx = app.database.begin(actor).await?;
    let sql = format!("select id from {}", kind.table());
    let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(RecordId).collect())
}

/// The records of which the user sees a word.
async fn with_words(app: &TestApp, actor: &Actor, kind: RecordKind) -> Result<BTreeSet<RecordId>> {
    let mut tx = app.database.begin(actor).await?;
    let sql = format!("select distinct record_id from {}_words", kind.child());
    let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
        .fetch_all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(RecordId).collect())
}

#[tokio::test]
async fn who_has_a_reason_sees_a_record_and_nobody_else() -> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let actors = everybody(&app, &ann).await?;
    let mut random = StdRng::seed_from_u64(20_261_123);
    let mut records: Vec<(RecordId, Facts)> = Vec::new();
    let mut companies: Vec<(RecordId, Responsible)> = Vec::new();
    for n in 0..24 {
        let company = app.company(&ann, &format!("Company {n}")).await?;
        let customer = pair(&mut random, &actors);
        app.make_responsible(RecordKind::Company, company, customer)
            .await?;
        let facts = Facts {
            kind: RecordKind::Company,
            responsible: customer,
            companies: Vec::new(),
            contact: None,
            shared: Vec::new(),
        };
        companies.push((company, customer));
        for m in 0..3 {
            let responsible = pair(&mut random, &actors);
            let title = format!("Deal {n} {m}");
            records.push(deal(&app, &ann, &title, (company, &facts), responsible).await?);
        }
        records.push(invoice(&app, &ann, (company, &facts)).await?);
        records.push((company, facts));
    }
    let contacts = contacts(&app, &mut random, &actors, &companies).await?;
    for (contact, facts) in contacts {
        for m in 0..2 {
            let responsible = pair(&mut random, &actors);
            let title = format!("Deal of contact {m}");
            records.push(deal(&app, &ann, &title, (contact, &facts), responsible).await?);
        }
        records.push(invoice(&app, &ann, (contact, &facts)).await?);
        records.push((contact, facts));
    }
    let mut compared = 0;
    for actor in actors.iter().chain([&ann]) {
        for second_enabled in [false, true] {
            let actor = Actor {
                second_enabled,
                ..actor.clone()
            };
            compared += compare(&app, &actor, &records).await?;
        }
    }
    ensure!(compared > 300, "the sample shows something: {compared}");
    Ok(())
}

/// A deal of a company or of a contact; somebody is always assigned.
async fn deal(
    app: &TestApp,
    ann: &Actor,
    title: &str,
    (customer, facts): (RecordId, &Facts),
    mut responsible: Responsible,
) -> Result<(RecordId, Facts)> {
    let kind = RecordKind::Deal;
    let id = app.deal(ann, title, customer, ann).await?;
    responsible.first = responsible.first.or(Some(ann.user));
    app.make_responsible(kind, id, responsible).await?;
    Ok((
        id,
        Facts {
            kind,
            responsible,
            ..of_customer(facts)
        },
    ))
}

async fn invoice(
    app: &TestApp,
    ann: &Actor,
    (customer, facts): (RecordId, &Facts),
) -> Result<(RecordId, Facts)> {
    let id = app.invoice(ann, "Of somebody", customer, &[]).await?;
    let facts = Facts {
        kind: RecordKind::Invoice,
        responsible: Responsible::default(),
        ..of_customer(facts)
    };
    Ok((id, facts))
}

/// What a record has of its customer.
fn of_customer(customer: &Facts) -> Facts {
    Facts {
        companies: match customer.kind {
            RecordKind::Company => vec![customer.responsible],
            _ => customer.companies.clone(),
        },
        ..customer.clone()
    }
}

/// Contacts of none, of one and of two of these companies, written down by anybody.
async fn contacts(
    app: &TestApp,
    random: &mut StdRng,
    actors: &[Actor],
    companies: &[(RecordId, Responsible)],
) -> Result<Vec<(RecordId, Facts)>> {
    let admin = app.actor("ann@acme.test").await?;
    let mut records = Vec::new();
    for n in 0..60 {
        let name = format!("Contact {n}");
        let values = [("last_name", name.as_str())];
        let id = app.create(&admin, RecordKind::Contact, &values).await?;
        let creator = actors[random.random_range(0..actors.len())].user;
        sqlx::query("update contacts set created_by = $2 where id = $1")
            .bind(id.0)
            .bind(creator.0)
            .execute(&app.owner)
            .await?;
        let mut of = Vec::new();
        for m in 0..n % 3 {
            let (company, responsible) = companies[(n * 7 + m * 5) % companies.len()];
            app.link(&admin, company, id).await?;
            of.push(responsible);
        }
        let facts = Facts {
            kind: RecordKind::Contact,
            responsible: Responsible::default(),
            contact: Some(ContactFacts {
                creator,
                linked: !of.is_empty(),
            }),
            companies: of,
            shared: Vec::new(),
        };
        records.push((id, facts));
    }
    Ok(records)
}

/// How many records the user sees.
async fn compare(app: &TestApp, actor: &Actor, records: &[(RecordId, Facts)]) -> Result<usize> {
    let viewer = Viewer {
        user: UserId(actor.user.0),
        rights: actor.rights,
        second_enabled: actor.second_enabled,
    };
    let mut count = 0;
    for kind in RecordKind::ALL {
        let explained: BTreeSet<RecordId> = records
            .iter()
            .filter(|(_, facts)| facts.kind == kind && !reasons(&viewer, facts).is_empty())
            .map(|(id, _)| *id)
            .collect();
        let seen = seen(app, actor, kind).await?;
        ensure!(
            seen == explained,
            "{kind:?} {:?} second {}",
            actor.rights,
            actor.second_enabled
        );
        // Search reads its words, which have policies of their own.
        let found = with_words(app, actor, kind).await?;
        ensure!(
            found == seen,
            "words of {kind:?} {:?} second {}",
            actor.rights,
            actor.second_enabled
        );
        count += seen.len();
    }
    Ok(count)
}

#[tokio::test]
async fn the_page_of_a_record_says_why_one_sees_it() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    let rights = Rights {
        crm: Reach::Limited,
        deals: Reach::Limited,
        ..Rights::FULL
    };
    let emma = app
        .person(
            account,
            "Emma Limited",
            "emma@acme.test",
            UserRole::User,
            rights,
        )
        .await?;
    let company = app.company(&emma, "Hers").await?;
    let deal = app.deal(&ann, "Ann's deal", company, &ann).await?;
    for (actor, page, because) in [
        (
            &ann,
            format!("/companies/{company}"),
            "You see this because: full CRM access.",
        ),
        (
            &emma,
            format!("/companies/{company}"),
            "You see this because: you are sales contact.",
        ),
        (
            &emma,
            format!("/deals/{deal}"),
            "You see this because: you are sales contact of its customer.",
        ),
        (
            &ann,
            format!("/deals/{deal}"),
            "You see this because: full access to deals, it is assigned to you.",
        ),
    ] {
        let body = app.browser_of(actor).await?.get(&page).await?.body;
        ensure!(body.contains(because), "{because} in {body}");
        // Who else sees it is for admins to know.
        ensure!(
            body.contains("too</summary>") == (actor.user == ann.user),
            "{body}"
        );
    }
    app.colleague(account, "Bob Boon", "bob@acme.test").await?;
    let mut admin = app.browser_of(&ann).await?;
    for (page, parts) in [
        (
            format!("/companies/{company}"),
            [
                "2 colleagues see this too",
                "Bob Boon</bdi>: full CRM access",
                "Emma Limited</bdi>: sales contact<",
            ],
        ),
        (
            format!("/deals/{deal}"),
            [
                "2 colleagues see this too",
                "Bob Boon</bdi>: full access to deals",
                "Emma Limited</bdi>: sales contact of its customer",
            ],
        ),
    ] {
        let body = admin.get(&page).await?.body;
        for part in parts {
            ensure!(body.contains(part), "{part} in {body}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn who_is_second_of_a_customer_is_told_so_and_no_more() -> Result<()> {
    let app = TestApp::new().await?;
    let (account, ann) = app.account("Acme").await?;
    app.as_owner("update accounts set second_enabled = true")
        .await?;
    let rights = Rights {
        crm: Reach::Limited,
        ..Rights::FULL
    };
    let (name, email) = ("Emma Limited", "emma@acme.test");
    let emma = app
        .person(account, name, email, UserRole::User, rights)
        .await?;
    let company = app.company(&ann, "Client").await?;
    let deal = app.deal(&ann, "A deal", company, &ann).await?;
    let second = Responsible {
        first: Some(ann.user),
        second: Some(emma.user),
    };
    app.make_responsible(RecordKind::Company, company, second)
        .await?;
    for (actor, page, because) in [
        (
            &emma,
            format!("/companies/{company}"),
            "You see this because: you are second sales contact.",
        ),
        (
            &emma,
            format!("/deals/{deal}"),
            "You see this because: you are second sales contact of its customer.",
        ),
        (
            &ann,
            format!("/deals/{deal}"),
            "Emma Limited</bdi>: second sales contact of its customer",
        ),
    ] {
        let body = app.browser_of(actor).await?.get(&page).await?.body;
        ensure!(body.contains(because), "{because} in {body}");
    }
    Ok(())
}
