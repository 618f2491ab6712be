//! The explanation of access against the policies that decide it: for every right, with the second sales contact
//! and without, the records that a user sees are those that have a reason.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::support::TestApp;
use crate::model::{
    Actor, RecordId, RecordKind, Role, UserId,
    access::{ContactFacts, Facts, Viewer, reasons},
    responsibility::Responsible,
    users::{ProjectReach, Reach, Rights, UserRole},
};

/// A user of every combination of rights: of these which narrow rows with one another, of the others each with each of them.
async fn everybody(app: &TestApp, ann: &Actor) -> Result<Vec<Actor>> {
    let mut actors = Vec::new();
    for (n, crm) in Reach::ALL.into_iter().enumerate() {
        for (m, deals) in Reach::ALL.into_iter().enumerate() {
            for (o, projects) in ProjectReach::ALL.into_iter().enumerate() {
                let name = format!("User {n}{m}{o}");
                let email = format!("u{n}{m}{o}@acme.test");
                let rights = Rights {
                    crm,
                    deals,
                    projects,
                    invoices: (n + m + o) % 2 == 0,
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
    for n in 0..32 {
        let company = app.company(&ann, &format!("Company {n}")).await?;
        let customer = pair(&mut random, &actors);
        app.make_responsible(RecordKind::Company, company, customer)
            .await?;
        let facts = Facts {
            responsible: customer,
            ..of_nobody(RecordKind::Company)
        };
        companies.push((company, customer));
        for m in 0..3 {
            let responsible = pair(&mut random, &actors);
            let title = format!("Deal {n} {m}");
            records.push(deal(&app, &ann, &title, (company, &facts), responsible).await?);
        }
        records.push(invoice(&app, &ann, (company, &facts)).await?);
        records.push(project(&app, &ann, Some((company, &facts)), &mut random, &actors).await?);
        records.push((company, facts));
    }
    let contacts = contacts(&app, &mut random, &actors, &companies).await?;
    for (n, (contact, facts)) in contacts.into_iter().enumerate() {
        for m in 0..2 {
            let responsible = pair(&mut random, &actors);
            let title = format!("Deal of contact {m}");
            records.push(deal(&app, &ann, &title, (contact, &facts), responsible).await?);
        }
        records.push(invoice(&app, &ann, (contact, &facts)).await?);
        if n % 2 == 0 {
            let of = Some((contact, &facts));
            records.push(project(&app, &ann, of, &mut random, &actors).await?);
        }
        records.push((contact, facts));
    }
    records.push(project(&app, &ann, None, &mut random, &actors).await?);
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

/// A project, which neither its customer nor who created it lets anybody see: among its people is everybody with the same chance.
async fn project(
    app: &TestApp,
    ann: &Actor,
    customer: Option<(RecordId, &Facts)>,
    random: &mut StdRng,
    actors: &[Actor],
) -> Result<(RecordId, Facts)> {
    let kind = RecordKind::Project;
    let of = customer.map(|(id, _)| id.to_string());
    let mut values = vec![("title", "For somebody")];
    values.extend(of.iter().map(|id| ("customer", id.as_str())));
    let id = app.create(ann, kind, &values).await?;
    let mut shared = Vec::new();
    for actor in actors {
        match random.random_range(0..6) {
            0 => shared.push((Role::Manager, actor.user)),
            1 => shared.push((Role::Collaborator, actor.user)),
            _ => {}
        }
    }
    // Somebody must manage it.
    if !shared.iter().any(|(role, _)| *role == Role::Manager) {
        shared.push((Role::Manager, ann.user));
    }
    app.make_people(id, &shared).await?;
    let facts = Facts {
        kind,
        responsible: Responsible::default(),
        shared,
        ..customer.map_or_else(|| of_nobody(kind), |(_, facts)| of_customer(facts))
    };
    Ok((id, facts))
}

fn of_nobody(kind: RecordKind) -> Facts {
    Facts {
        kind,
        responsible: Responsible::default(),
        companies: Vec::new(),
        contact: None,
        shared: Vec::new(),
    }
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
            contact: Some(ContactFacts {
                creator,
                linked: !of.is_empty(),
            }),
            companies: of,
            ..of_nobody(RecordKind::Contact)
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

/// The projects that the user may lock for a change, as he sees them or as he must not.
async fn editable(app: &TestApp, actor: &Actor, ids: &[Uuid]) -> Result<BTreeSet<RecordId>> {
    let mut tx = app.database.begin(actor).await?;
    let (_, locked) = tx.lock_all(RecordKind::Project, ids).await?;
    Ok(locked.into_iter().map(RecordId).collect())
}

#[tokio::test]
async fn a_project_is_changed_by_whom_it_names_among_those_who_see_it_and_by_the_admins()
-> Result<()> {
    let app = TestApp::new().await?;
    let (_, ann) = app.account("Acme").await?;
    let (_, other) = app.account("Other").await?;
    let actors = everybody(&app, &ann).await?;
    let mut random = StdRng::seed_from_u64(20_261_127);
    let mut projects = Vec::new();
    for n in 0..30 {
        let (id, facts) = project(&app, &ann, None, &mut random, &actors).await?;
        let editing = ["managers", "people", "everyone"][n % 3];
        sqlx::query("update projects set editing = $2 where id = $1")
            .bind(id.0)
            .bind(editing)
            .execute(&app.owner)
            .await?;
        projects.push((id, facts, editing));
    }
    let ids: Vec<Uuid> = projects.iter().map(|(id, ..)| id.0).collect();
    let mut compared = 0;
    for actor in actors.iter().chain([&ann, &other]) {
        let viewer = Viewer {
            user: actor.user,
            rights: actor.rights,
            second_enabled: false,
        };
        let may = |facts: &Facts, editing: &str| {
            let is = |role| facts.shared.contains(&(role, actor.user));
            let named = match editing {
                "managers" => is(Role::Manager),
                "people" => is(Role::Manager) || is(Role::Collaborator),
                _ => true,
            };
            let of_account = actor.account == ann.account;
            of_account
                && !reasons(&viewer, facts).is_empty()
                && (named || actor.role == UserRole::Admin)
        };
        let expected: BTreeSet<RecordId> = projects
            .iter()
            .filter(|(_, facts, editing)| may(facts, editing))
            .map(|(id, ..)| *id)
            .collect();
        ensure!(
            editable(&app, actor, &ids).await? == expected,
            "{} {:?}",
            actor.full_name,
            actor.rights
        );
        compared += expected.len();
    }
    ensure!(compared > 100, "the sample shows something: {compared}");
    Ok(())
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
