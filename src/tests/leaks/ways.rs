//! The table of ways to ask for a record or to change one. What comes later adds its row here: a new page or server
//! function fails the suite until it has.

use std::pin::Pin;

use anyhow::{Context, Result, ensure};

use super::{
    notifications::notifications,
    scene::{COMMON, Made},
    segments::{builder, by_customer, filters, otherwise, saved},
    tickets::{acts, messages, reply, standing},
    visit::Visit,
};
use crate::{
    model::{
        AppError, Problem, Problems, RecordId, RecordKind,
        board::Board,
        bulk::{ActPage, Fate},
        lists::{BuiltIn, ListPage, RelatedRows},
        next_steps::Need,
        records::Found,
        responsibility::first_role,
    },
    records::import::{Order, import},
    settings::import::{Page, Progress},
    tests::support::{Answer, eventually},
};

/// How much of what one has a reason to see a way shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// All that it is asked about, and nothing else.
    Exactly,
    /// A part of it, and nothing else.
    Part,
    /// No record at all.
    Nothing,
}

type Walk = for<'v, 's> fn(&'v mut Visit<'s>) -> Pin<Box<dyn Future<Output = Result<()>> + 'v>>;

pub struct Way {
    pub name: &'static str,
    pub kinds: &'static [RecordKind],
    pub extent: Extent,
    pub walk: Walk,
}

macro_rules! ways {
    ($($name:literal, $kinds:expr, $extent:ident, $walk:ident;)+) => {
        pub const WAYS: &[Way] = &[$(Way {
            name: $name,
            kinds: $kinds,
            extent: Extent::$extent,
            walk: |visit| Box::pin($walk(visit)),
        }),+];
    };
}

const ALL: &[RecordKind] = &RecordKind::ALL;
const COMPANY: &[RecordKind] = &[RecordKind::Company];
const DEAL: &[RecordKind] = &[RecordKind::Deal];
const PROJECT: &[RecordKind] = &[RecordKind::Project];
const TICKET: &[RecordKind] = &[RecordKind::Ticket];
const ON_BOARD: &[RecordKind] = &[RecordKind::Deal, RecordKind::Project];
const HELD: &[RecordKind] = &[RecordKind::Company, RecordKind::Deal, RecordKind::Ticket];
const PLANNED: &[RecordKind] = &[RecordKind::Company, RecordKind::Deal, RecordKind::Project];
const POINTED_AT: &[RecordKind] = &[RecordKind::Company, RecordKind::Contact, RecordKind::Deal];
const LINKED: &[RecordKind] = &[RecordKind::Company, RecordKind::Contact];

ways! {
    "List, page after page", ALL, Exactly, list_pages;
    "List, sorted by every field", ALL, Exactly, sorted;
    "Count of a list", ALL, Part, counts;
    "Search within a list", ALL, Exactly, search_in_list;
    "Built-in segments", ALL, Part, segments;
    "Filter by name", ALL, Exactly, filters;
    "Filter by what a record points at", POINTED_AT, Part, by_customer;
    "Saved segments, their counts and their builder", ALL, Exactly, saved;
    "Names in the builder of a segment", POINTED_AT, Exactly, builder;
    "List as of a day, and as somebody else", ALL, Part, otherwise;
    "Page of a record, with its activity", ALL, Exactly, detail;
    "Edit form", ALL, Exactly, edit;
    "Save, with and without scripts", ALL, Exactly, save;
    "Choose who is responsible", HELD, Exactly, choose;
    "Managers and collaborators, adding and removing them", PROJECT, Exactly, change_people;
    "Choose who stands in a User field", ALL, Exactly, choose_in_field;
    "Delete, bin, restore", ALL, Exactly, delete;
    "Board, its cards and its counts", ON_BOARD, Exactly, board;
    "Where a deal stands, and moving it", DEAL, Exactly, move_deal;
    "Moving a project", PROJECT, Exactly, move_project;
    "Messages of a ticket, and what came with them", TICKET, Exactly, messages;
    "Where a ticket stands", TICKET, Exactly, standing;
    "Reply to a client", TICKET, Exactly, reply;
    "Closing a ticket, and drafts", TICKET, Exactly, acts;
    "Next steps of a record, and changing them", PLANNED, Exactly, next_steps;
    "Notes on a record, and whom they may mention", ALL, Exactly, notes;
    "Links of companies and contacts", LINKED, Exactly, links;
    "Related records", POINTED_AT, Part, related;
    "Picker of records", ALL, Exactly, suggest;
    "Picker of customers", LINKED, Exactly, suggest_customers;
    "Search", ALL, Exactly, search;
    "Search as one types, and its counts", ALL, Exactly, search_while_typing;
    "List of what needs something, and of whom", ALL, Part, needs;
    "My responsibilities", ALL, Part, mine;
    "Responsibilities of a colleague", ALL, Part, of_a_colleague;
    "New record for a customer", LINKED, Exactly, new_for_customer;
    "New project from a deal", DEAL, Exactly, new_from_deal;
    "Forged customer of a new record", LINKED, Exactly, forged_customer;
    "Forged deal of a new project", DEAL, Exactly, forged_deal;
    "Customer by its name", LINKED, Exactly, customer_by_name;
    "Import: a company of that name", COMPANY, Exactly, import_matching;
    "Import: a customer", LINKED, Exactly, import_customers;
    "Import in the browser: a company of that name", COMPANY, Exactly, browser_matching;
    "Import in the browser: a customer", LINKED, Exactly, browser_customers;
    "Imports of others", COMPANY, Nothing, imports_of_others;
    "Act on many records: forged ids", ALL, Exactly, bulk;
    "Act on all of a list", ALL, Part, bulk_of_all;
    "Acts of others", COMPANY, Nothing, bulk_of_others;
    "Export, as a file of the list or of forged ids", ALL, Exactly, export;
    "Statistics of the shared mailbox, and their file", TICKET, Nothing, statistics;
    "Notifications, by the bell and their page", ALL, Exactly, notifications;
    "Settings that are one's own", COMPANY, Nothing, own_settings;
    "Settings of admins, and their server functions", COMPANY, Nothing, admins_settings;
    "Support, and its server functions", COMPANY, Nothing, support;
}

pub(super) fn parsed<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<Option<T>> {
    Ok(if answer.status.is_success() {
        Some(serde_json::from_str(&answer.body)?)
    } else {
        None
    })
}

/// Where the list goes on, from its page.
fn next(body: &str) -> Option<String> {
    let link = body
        .split("<a ")
        .find(|link| link.contains("rel=\"next\""))?;
    let address = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&"))
}

pub(super) async fn follow(visit: &mut Visit<'_>, address: String) -> Result<()> {
    let mut address = Some(address);
    while let Some(here) = address {
        let answer = visit.page(&here).await?;
        address = next(&answer.body);
    }
    Ok(())
}

async fn list_pages(visit: &mut Visit<'_>) -> Result<()> {
    follow(visit, format!("/{}", visit.kind.path())).await
}

async fn sorted(visit: &mut Visit<'_>) -> Result<()> {
    for field in visit.kind.fields().iter().filter(|field| field.sortable) {
        for descending in ["false", "true"] {
            let mut after: Option<String> = None;
            loop {
                let mut values = vec![
                    ("kind", visit.kind.child()),
                    ("query[segment]", "all"),
                    ("query[q]", ""),
                    ("query[sort][field]", field.key()),
                    ("query[sort][descending]", descending),
                ];
                match &after {
                    Some(cursor) => values.push(("query[page][after]", cursor)),
                    None => values.push(("query[page]", "first")),
                }
                let answer = visit.call("list", &values).await?;
                after = parsed::<ListPage>(&answer)?.and_then(|page| page.next);
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The numbers say no more than the rows.
async fn counts(visit: &mut Visit<'_>) -> Result<()> {
    let mine = visit
        .asked
        .iter()
        .filter(|id| visit.person.sees(**id))
        .count();
    let some = visit.one_by_one();
    let total = async |visit: &mut Visit<'_>, q: &str| {
        let values = [
            ("kind", visit.kind.child()),
            ("query[segment]", "all"),
            ("query[q]", q),
            ("query[page]", "first"),
        ];
        let answer = visit.call("list", &values).await?;
        anyhow::Ok(parsed::<ListPage>(&answer)?.map_or(0, |page| page.total))
    };
    let all = total(visit, "").await?;
    ensure!(all == i64::try_from(mine)?, "counts {all} of {mine}");
    for made in some {
        let n = total(visit, &made.word).await?;
        ensure!(
            n == i64::from(visit.person.sees(made.id)),
            "{}: {n}",
            made.word
        );
    }
    Ok(())
}

async fn search_in_list(visit: &mut Visit<'_>) -> Result<()> {
    let list = format!("/{}?q=", visit.kind.path());
    follow(visit, format!("{list}{}", COMMON.to_lowercase())).await?;
    for made in visit.one_by_one() {
        visit.types(made);
        visit.page(&format!("{list}{}", made.word)).await?;
    }
    Ok(())
}

async fn segments(visit: &mut Visit<'_>) -> Result<()> {
    for segment in BuiltIn::of(visit.kind) {
        follow(
            visit,
            format!("/{}?segment={}", visit.kind.path(), segment.key()),
        )
        .await?;
    }
    Ok(())
}

async fn detail(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let page = visit.page(&visit.kind.address(made.id)).await?;
        absent(visit, made, &page)?;
        let id = made.id.to_string();
        let values = [("kind", visit.kind.child()), ("id", id.as_str())];
        visit.call("detail", &values).await?;
    }
    Ok(())
}

/// Out of reach is not found; a right is never what is said to be missing.
fn absent(visit: &Visit<'_>, made: &Made, answer: &Answer) -> Result<()> {
    let reached = visit.person.sees(made.id);
    let actor = visit.person.actor.as_ref();
    // What the plan lacks has a page that says so, whatever its address.
    let locked = actor.is_some_and(|actor| actor.locked.has(made.kind.module()));
    let expected = match (actor, visit.person.cookie.is_some()) {
        _ if reached || locked => 200,
        (None, _) if !visit.person.name.contains("operator") => 303,
        _ => 404,
    };
    ensure!(
        answer.status == expected,
        "{}: {} instead of {expected}",
        made.word,
        answer.status
    );
    Ok(())
}

async fn edit(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let page = visit
            .page(&format!("{}/edit", visit.kind.address(made.id)))
            .await?;
        let id = made.id.to_string();
        let values = [("kind", visit.kind.child()), ("id", id.as_str())];
        let form = visit.call("form", &values).await?;
        if visit.person.sees(made.id) && !visit.person.edits(made.id) {
            ensure!(page.status == 422, "{}: {}", made.word, page.status);
            ensure!(form.error()? == AppError::form(Problem::MayNotEdit));
            visit.reached(made)?;
        } else {
            absent(visit, made, &page)?;
        }
    }
    Ok(())
}

/// Whoever reaches the record is told of a conflict, so that nothing changes; the others send what would be saved.
async fn save(visit: &mut Visit<'_>) -> Result<()> {
    let title = visit.kind.title_field().key();
    let name = format!("values[{title}]");
    for made in visit.one_by_one() {
        let sees = visit.person.sees(made.id);
        let id = made.id.to_string();
        let values = [
            ("kind", visit.kind.child()),
            ("id", id.as_str()),
            ("version", if sees { "0" } else { "1" }),
            ("confirmed", "true"),
            (name.as_str(), "Taken over"),
        ];
        let answer = visit.call("save", &values).await?;
        if refused(&answer)? {
            visit.submit(made, "save", &values).await?;
        } else {
            visit.reached(made)?;
        }
    }
    Ok(())
}

/// Nobody there, or nothing there.
pub(super) fn refused(answer: &Answer) -> Result<bool> {
    Ok(!answer.status.is_success()
        && matches!(answer.error()?, AppError::NotFound | AppError::SignedOut))
}

async fn choose(visit: &mut Visit<'_>) -> Result<()> {
    let roles = visit.kind.roles().iter().map(|role| role.key().to_owned());
    choose_each(visit, &roles.collect::<Vec<_>>()).await
}

/// Whoever reaches it removes nobody; the others would come in themselves, or put out who is in.
async fn change_people(visit: &mut Visit<'_>) -> Result<()> {
    let nobody = uuid::Uuid::nil().to_string();
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let sees = visit.person.sees(made.id);
        let me = visit.person.actor.as_ref().map(|actor| actor.user);
        let them = made.takes_part().context("it has a manager")?.to_string();
        let me = me.map_or_else(|| them.clone(), |user| user.to_string());
        let changes = [("add", &me), ("remove", &them)];
        for (how, user) in changes.map(|one| if sees { ("remove", &nobody) } else { one }) {
            for role in ["manager", "collaborator"] {
                let values = [
                    ("kind", visit.kind.child()),
                    ("id", id.as_str()),
                    ("role", role),
                    ("how", how),
                    ("user", user.as_str()),
                    ("confirmed", "true"),
                ];
                let answer = visit.call("change_people", &values).await?;
                if refused(&answer)? {
                    visit.submit(made, "change_people", &values).await?;
                    continue;
                }
                let may = answer.status.is_success();
                ensure!(may == visit.person.edits(made.id), "{}", answer.body);
                visit.reached(made)?;
            }
        }
    }
    Ok(())
}

/// The scene puts the person around whom a record was made into its User field: that opens nothing.
async fn choose_in_field(visit: &mut Visit<'_>) -> Result<()> {
    let field = format!("f-{}", visit.scene.user_field(visit.kind));
    choose_each(visit, &[field]).await?;
    // Another account has no such field, whatever else he sees of it.
    let account = visit.scene.admin.account;
    if visit
        .person
        .actor
        .as_ref()
        .is_some_and(|actor| actor.account != account)
    {
        visit.asked.clear();
    }
    Ok(())
}

async fn choose_each(visit: &mut Visit<'_>, roles: &[String]) -> Result<()> {
    let nobody = uuid::Uuid::nil().to_string();
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        for role in roles {
            // Whoever reaches it chooses nobody of this account; the others themselves, or the admin.
            let user = match (&visit.person.actor, visit.person.sees(made.id)) {
                (_, true) => nobody.clone(),
                (Some(actor), _) => actor.user.to_string(),
                (None, _) => visit.scene.admin.user.to_string(),
            };
            let values = [
                ("kind", visit.kind.child()),
                ("id", id.as_str()),
                ("role", role.as_str()),
                ("user", &user),
                ("confirmed", "true"),
            ];
            let answer = visit.call("choose_responsible", &values).await?;
            if !refused(&answer)? {
                visit.reached(made)?;
            }
        }
    }
    Ok(())
}

/// Companies stay, as they have deals; what is deleted is looked for in the bin, and restored from there.
async fn delete(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let values = [("kind", visit.kind.child()), ("id", id.as_str())];
        ensure!(
            refused(&visit.call("restore", &values).await?)?,
            "{} is restored, and is not in the bin",
            made.word
        );
        let as_it_was = visit.scene.version(made).await?;
        let answer = visit.call("delete", &values).await?;
        if answer.status.is_success() {
            visit.reached(made)?;
            let gone = visit.page(&visit.kind.address(made.id)).await?;
            ensure!(gone.status == 404, "{} is there still", made.word);
            visit.call("bin", &[]).await?;
            visit.page("/settings/bin").await?;
            let restored = visit.call("restore", &values).await?;
            ensure!(restored.status.is_success(), "{}", restored.body);
            visit.scene.put_back(made, as_it_was).await?;
        } else if refused(&answer)? {
            visit.submit(made, "delete", &values).await?;
        } else {
            visit.reached(made)?;
        }
    }
    Ok(())
}

async fn board(visit: &mut Visit<'_>) -> Result<()> {
    let sees = |id: &&RecordId| visit.person.sees(**id);
    let all = visit.asked.iter().filter(sees).count();
    let function = match visit.kind {
        RecordKind::Project => "projects_board",
        _ => "board",
    };
    for (mine, query) in [("true", "segment=mine&show=500"), ("false", "show=500")] {
        visit
            .page(&format!("/{}/board?{query}", visit.kind.path()))
            .await?;
        let values = [("query[mine]", mine), ("query[show]", "500")];
        let answer = visit.call(function, &values).await?;
        let board = parsed::<Board>(&answer)?.unwrap_or_default();
        for column in &board.columns {
            ensure!(
                column.total == i64::try_from(column.cards.len())?,
                "{} counts {}",
                column.name,
                column.total
            );
        }
        let total: i64 = board.columns.iter().map(|column| column.total).sum();
        ensure!(
            total == i64::try_from(all)? || mine == "true" && total < i64::try_from(all)?,
            "the board counts {total} of {all}"
        );
    }
    Ok(())
}

/// Whoever sees the deal moves it to where it is, so that nothing changes; the others would move it.
async fn move_deal(visit: &mut Visit<'_>) -> Result<()> {
    let phases = visit.scene.phases().await?;
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        visit.call("standing", &[("id", &id)]).await?;
        let now = visit.scene.phase_of(made).await?;
        let other = phases.iter().find(|phase| **phase != now);
        let to = match other {
            Some(other) if !visit.person.sees(made.id) => other.to_string(),
            _ => now.to_string(),
        };
        let values = [
            ("id", id.as_str()),
            ("phase", &to),
            ("reason", "Taken over"),
        ];
        let answer = visit.call("move_deal", &values).await?;
        if refused(&answer)? {
            visit.submit(made, "move_deal", &values).await?;
        } else {
            ensure!(answer.status.is_success(), "{}", answer.body);
            visit.reached(made)?;
        }
    }
    Ok(())
}

/// Whoever may edit the project moves it to where it is, so that nothing changes; the others would move it.
async fn move_project(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let edits = visit.person.edits(made.id);
        let status = if edits { "planned" } else { "done" };
        let values = [("id", id.as_str()), ("status", status)];
        let answer = visit.call("move_project", &values).await?;
        if refused(&answer)? {
            visit.submit(made, "move_project", &values).await?;
        } else {
            ensure!(answer.status.is_success() == edits, "{}", answer.body);
            visit.reached(made)?;
        }
    }
    Ok(())
}

/// Whoever sees a record plans a step of it, finishes it and drops it; nobody else even learns of one.
async fn next_steps(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let (id, kind) = (made.id.to_string(), visit.kind.child());
        let record = [("kind", kind), ("id", id.as_str())];
        visit.call("next_steps", &record).await?;
        // Whoever reaches it plans for himself, or for who takes part; the others for the admin, who reaches all of his account.
        let me = visit.person.actor.as_ref().map(|me| me.user);
        let to = me.filter(|_| visit.person.sees(made.id));
        let to = to.map(|me| made.takes_part().unwrap_or(me));
        let to = to.unwrap_or(visit.scene.admin.user).to_string();
        let plan = [
            ("kind", kind),
            ("id", id.as_str()),
            ("what", "Call"),
            ("due", "2030-01-02"),
            ("assigned_to", &to),
        ];
        let as_it_was = visit.scene.version(made).await?;
        let answer = visit.call("save_next_step", &plan).await?;
        if refused(&answer)? {
            visit.submit(made, "save_next_step", &plan).await?;
        } else {
            ensure!(answer.status.is_success(), "{}", answer.body);
            visit.reached(made)?;
        }
        let step = visit.scene.step_of(made).await?;
        let step = step.map_or_else(|| id.clone(), |step| step.to_string());
        let change = [
            ("kind", kind),
            ("id", id.as_str()),
            ("step", &step),
            ("done", "true"),
        ];
        for function in ["finish_next_step", "delete_next_step"] {
            let answer = visit.call(function, &change).await?;
            ensure!(
                refused(&answer)? != visit.person.sees(made.id),
                "{function}: {}",
                answer.body
            );
        }
        visit.scene.put_back(made, as_it_was).await?;
    }
    Ok(())
}

/// Whoever sees a record writes a note on it, edits it and deletes it; nobody else even learns of one.
async fn notes(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let (id, kind) = (made.id.to_string(), visit.kind.child());
        let sees = visit.person.sees(made.id);
        let record = [("kind", kind), ("id", id.as_str())];
        let answer = visit.call("mentionable", &record).await?;
        ensure!(refused(&answer)? != sees, "{}", answer.body);
        let note = [("kind", kind), ("id", id.as_str()), ("body", "**Hello**")];
        let as_it_was = visit.scene.version(made).await?;
        let answer = visit.call("save_note", &note).await?;
        if refused(&answer)? {
            visit.submit(made, "save_note", &note).await?;
        } else {
            ensure!(answer.status.is_success(), "{}", answer.body);
            visit.reached(made)?;
            visit.page(&visit.kind.address(made.id)).await?;
        }
        // Somebody else's, where one has written none.
        let written = visit.scene.note_of(made).await?;
        let written = written.map_or_else(|| id.clone(), |note| note.to_string());
        let change = [
            ("kind", kind),
            ("id", id.as_str()),
            ("note", &written),
            ("body", "Good-bye"),
        ];
        for function in ["save_note", "delete_note"] {
            let answer = visit.call(function, &change).await?;
            ensure!(refused(&answer)? != sees, "{function}: {}", answer.body);
        }
        visit.scene.put_back(made, as_it_was).await?;
    }
    Ok(())
}

/// Whoever sees both ends links them, which they are already; nobody else links or unlinks them, or learns of it.
async fn links(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let (id, kind) = (made.id.to_string(), visit.kind.child());
        let answer = visit
            .call("links", &[("kind", kind), ("id", id.as_str())])
            .await?;
        if !refused(&answer)? {
            visit.reached(made)?;
        }
        let other = match made.linked {
            Some(company) => company,
            None => match visit.scene.linked_to(made.id) {
                Some(contact) => contact,
                // A contact of no company: any company that one does not see.
                None => continue,
            },
        };
        let both = visit.person.sees(made.id) && visit.person.sees(other);
        let other = other.to_string();
        let values = [("kind", kind), ("id", id.as_str()), ("other", &other)];
        let answer = visit.call("link", &values).await?;
        ensure!(answer.status.is_success() == both, "{}", answer.body);
        if !both {
            let answer = visit.call("unlink", &values).await?;
            ensure!(refused(&answer)?, "{}", answer.body);
        }
    }
    Ok(())
}

/// The deals, the invoices and the projects of a customer, and the projects from a deal: those that one sees, where one sees him
/// or it.
async fn related(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let of = made.kind.child();
        for kind in [
            RecordKind::Deal,
            RecordKind::Invoice,
            RecordKind::Project,
            RecordKind::Ticket,
        ] {
            if made.kind == RecordKind::Deal && kind != RecordKind::Project {
                continue;
            }
            let values = [("kind", kind.child()), ("of", of), ("id", id.as_str())];
            let answer = visit.call("related", &values).await?;
            let found = parsed::<RelatedRows>(&answer)?.map_or(0, |rows| rows.total);
            let is_his = |other: &&Made| {
                other.kind == kind
                    && (other.customer == Some((made.kind, made.id)) || other.deal == Some(made.id))
                    && visit.person.sees(other.id)
            };
            let visible = visit.scene.records.iter().filter(is_his).count();
            let visible = if visit.person.sees(made.id) {
                visible
            } else {
                0
            };
            ensure!(
                found == i64::try_from(visible)?,
                "{}: {found} {kind:?} instead of {visible}",
                made.word
            );
        }
    }
    Ok(())
}

async fn suggest(visit: &mut Visit<'_>) -> Result<()> {
    let kind = visit.kind.child();
    visit
        .call("suggest", &[("kinds[0]", kind), ("typed", COMMON)])
        .await?;
    for made in visit.one_by_one() {
        visit.types(made);
        visit
            .call("suggest", &[("kinds[0]", kind), ("typed", &made.word)])
            .await?;
    }
    Ok(())
}

async fn suggest_customers(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        visit.types(made);
        let values = [
            ("kinds[0]", "company"),
            ("kinds[1]", "contact"),
            ("typed", made.word.as_str()),
        ];
        visit.call("suggest", &values).await?;
    }
    Ok(())
}

async fn search(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        visit.types(made);
        visit.page(&format!("/search?q={}", made.word)).await?;
    }
    Ok(())
}

async fn search_while_typing(visit: &mut Visit<'_>) -> Result<()> {
    visit.call("search", &[("q", COMMON)]).await?;
    for made in visit.one_by_one() {
        visit.types(made);
        let answer = visit.call("search", &[("q", &made.word)]).await?;
        let found = parsed::<Vec<Found>>(&answer)?.unwrap_or_default();
        let total: i64 = found.iter().map(|of_kind| of_kind.total).sum();
        ensure!(
            total == i64::from(visit.person.sees(made.id)),
            "{}: {total}",
            made.word
        );
    }
    Ok(())
}

async fn mine(visit: &mut Visit<'_>) -> Result<()> {
    visit.page("/").await?;
    Ok(())
}

/// A list of what needs something counts what it shows, whoever is responsible.
async fn needs(visit: &mut Visit<'_>) -> Result<()> {
    let kind = visit.kind;
    let everybody = visit.scene.people.iter();
    let users: Vec<String> = everybody
        .filter_map(|person| Some(person.actor.as_ref()?.user.to_string()))
        .collect();
    for need in Need::of(kind) {
        follow(visit, format!("/{}?needs={}", kind.path(), need.key())).await?;
        let serde_json::Value::String(need) = serde_json::to_value(need)? else {
            anyhow::bail!("a need is a word");
        };
        for user in &users {
            let values = [
                ("kind", kind.child()),
                ("query[segment]", "all"),
                ("query[q]", ""),
                ("query[page]", "first"),
                ("query[needs]", &need),
                ("query[responsible]", user),
            ];
            let answer = visit.call("list", &values).await?;
            if let Some(page) = parsed::<ListPage>(&answer)? {
                ensure!(page.total == i64::try_from(page.rows.len())?);
            }
        }
    }
    Ok(())
}

/// For who leads a team of his; nobody here leads one, but the admins look at everybody of their own account.
async fn of_a_colleague(visit: &mut Visit<'_>) -> Result<()> {
    let admin = visit.scene.admin.user.to_string();
    let mine = visit
        .person
        .actor
        .as_ref()
        .map(|actor| actor.user.to_string());
    for user in visit
        .scene
        .people
        .iter()
        .filter_map(|one| one.actor.as_ref())
    {
        let user = user.user.to_string();
        visit.page(&format!("/?colleague={user}")).await?;
        let values = [("colleague", user.as_str()), ("show", "500")];
        let answer = visit.call("responsibilities", &values).await?;
        ensure!(
            refused(&answer)? || mine.as_ref().is_some_and(|me| *me == user || *me == admin),
            "{}",
            answer.body
        );
    }
    Ok(())
}

/// Only who may use deals has a form for them.
fn may_use_deals(visit: &Visit<'_>) -> bool {
    let actor = visit.person.actor.as_ref();
    actor.is_some_and(|actor| actor.rights.may_use(RecordKind::Deal))
}

async fn new_for_customer(visit: &mut Visit<'_>) -> Result<()> {
    visit.page("/companies/new").await?;
    let kind = visit.kind.child();
    let some = visit.one_by_one();
    if !may_use_deals(visit) {
        visit.asked.clear();
    }
    for made in some {
        for new in ["deals", "contacts", "invoices", "projects", "mailbox"] {
            visit
                .page(&format!("/{new}/new?{kind}={}", made.id))
                .await?;
        }
        let id = made.id.to_string();
        for kind in ["deal", "invoice", "project", "ticket"] {
            visit
                .call("form", &[("kind", kind), ("about", &id)])
                .await?;
        }
    }
    Ok(())
}

/// Its form names the deal, its customer and its value.
async fn new_from_deal(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        visit
            .page(&format!("/projects/new?deal={}", made.id))
            .await?;
        let id = made.id.to_string();
        visit
            .call("form", &[("kind", "project"), ("about", &id)])
            .await?;
    }
    if !visit.person.may_use(RecordKind::Project) {
        visit.asked.clear();
    }
    Ok(())
}

/// Asks for a deal, an invoice and a project without a title, which are never created: what is said of their customer tells.
async fn customer(visit: &mut Visit<'_>, made: &Made, typed: &str) -> Result<()> {
    for kind in ["deal", "invoice", "project", "ticket"] {
        let no_such = Problem::NoSuchCustomer;
        pointing_at(visit, made, kind, ("customer", typed), &no_such).await?;
    }
    Ok(())
}

/// Asks for a record without a title that points at another: reached is that where nothing is wrong with it.
async fn pointing_at(
    visit: &mut Visit<'_>,
    made: &Made,
    kind: &str,
    (field, typed): (&str, &str),
    no_such: &Problem,
) -> Result<()> {
    if typed.contains(&made.word) {
        visit.types(made);
    }
    let name = format!("values[{field}]");
    let values = [("kind", kind), (name.as_str(), typed)];
    let answer = visit.call("create", &values).await?;
    if let AppError::Invalid(problems) = answer.error()? {
        match problems.get(field) {
            None => visit.reached(made)?,
            Some(problem) => ensure!(problem == no_such, "{problem:?}"),
        }
    }
    Ok(())
}

async fn forged_deal(visit: &mut Visit<'_>) -> Result<()> {
    let no_such = Problem::NoSuchRecord(RecordKind::Deal);
    for made in visit.one_by_one() {
        let id = made.id.to_string();
        let name = format!("{COMMON} {}", made.word);
        for typed in [&id, &name] {
            pointing_at(visit, made, "project", ("deal", typed), &no_such).await?;
        }
    }
    if !visit.person.may_use(RecordKind::Project) {
        visit.asked.clear();
    }
    Ok(())
}

async fn forged_customer(visit: &mut Visit<'_>) -> Result<()> {
    let some = visit.one_by_one();
    if !may_use_deals(visit) {
        visit.asked.clear();
    }
    for made in some {
        customer(visit, made, &made.id.to_string()).await?;
    }
    Ok(())
}

async fn customer_by_name(visit: &mut Visit<'_>) -> Result<()> {
    let some = visit.one_by_one();
    if !may_use_deals(visit) {
        visit.asked.clear();
    }
    for made in some {
        customer(visit, made, &format!("{COMMON} {}", made.word)).await?;
    }
    Ok(())
}

/// A file of one row is tried; reached is what has (or, of a customer, has not) a problem in that field.
async fn try_import(
    visit: &mut Visit<'_>,
    kind: RecordKind,
    made: &Made,
    file: String,
) -> Result<Option<Vec<(String, Problem)>>> {
    let Some(actor) = &visit.person.actor else {
        return Ok(None);
    };
    let order = Order {
        kind,
        bytes: file.as_bytes(),
        dry_run: true,
    };
    match import(&visit.scene.app.database, actor, order, |_| ()).await {
        Ok(report) => {
            let problems = report.bad.into_iter().flat_map(|row| row.problems);
            Ok(Some(problems.collect()))
        }
        // Without a right to the kind there is nothing to import.
        Err(error) => {
            ensure!(
                error == AppError::form(Problem::NoRight(kind)),
                "{}: {error:?}",
                made.word
            );
            Ok(None)
        }
    }
}

async fn import_matching(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let file = format!("Name,City\n{COMMON} {},Gent\n", made.word);
        let problems = try_import(visit, RecordKind::Company, made, file).await?;
        let taken = Problem::DuplicateName(RecordKind::Company);
        if problems.is_some_and(|problems| problems.iter().any(|(_, problem)| *problem == taken)) {
            visit.reached(made)?;
        }
    }
    Ok(())
}

async fn import_customers(visit: &mut Visit<'_>) -> Result<()> {
    let some = visit.one_by_one();
    if !may_use_deals(visit) {
        visit.asked.clear();
    }
    for made in some {
        let name = format!("{COMMON} {}", made.word);
        let file =
            format!("Title,Customer,Assigned to,Currency,Phase\nx,{name},Ann Admin,EUR,Lead\n");
        let invoice = format!("Number,Customer,Date\nx,{name},2026-01-31\n");
        let project = format!("Title,Customer\nx,{name}\n");
        let ticket = format!("Subject,Customer\nx,{name}\n");
        for (kind, file) in [
            (RecordKind::Deal, file),
            (RecordKind::Invoice, invoice),
            (RecordKind::Project, project),
            (RecordKind::Ticket, ticket),
        ] {
            let problems = try_import(visit, kind, made, file).await?;
            if problems.is_some_and(|problems| problems.iter().all(|(key, _)| key != "customer")) {
                visit.reached(made)?;
            }
        }
    }
    Ok(())
}

/// The same in the browser, checked and looked at in every way that there is; what one has sent oneself may come back.
async fn try_in_browser(
    visit: &mut Visit<'_>,
    kind: RecordKind,
    made: &Made,
    file: String,
) -> Result<Option<Problems>> {
    let Some(id) = visit.send_file(kind, &file).await? else {
        return Ok(None);
    };
    let import = [("import", id.as_str())];
    eventually(async || {
        let answer = visit.call("import_progress", &import).await?;
        let progress: Progress = serde_json::from_str(&answer.body)?;
        ensure!(!progress.is_running(), "{progress:?}");
        Ok(())
    })
    .await?;
    visit.types(made);
    visit.page(&format!("/settings/import/{id}")).await?;
    visit.types(made);
    visit
        .page(&format!("/settings/import/{id}/bad-rows.csv"))
        .await?;
    visit.types(made);
    let answer = visit.call("import_page", &import).await?;
    let page: Page = serde_json::from_str(&answer.body)?;
    let row = page.rows.into_iter().next().context("its only row")?;
    Ok(Some(row.problems))
}

async fn browser_matching(visit: &mut Visit<'_>) -> Result<()> {
    for made in visit.one_by_one() {
        let file = format!("Name,City\n{COMMON} {},Gent\n", made.word);
        let problems = try_in_browser(visit, RecordKind::Company, made, file).await?;
        let taken = Problem::DuplicateName(RecordKind::Company);
        if problems.is_some_and(|problems| problems.values().any(|problem| *problem == taken)) {
            visit.reached(made)?;
        }
    }
    Ok(())
}

async fn browser_customers(visit: &mut Visit<'_>) -> Result<()> {
    let some = visit.one_by_one();
    if !may_use_deals(visit) {
        visit.asked.clear();
    }
    for made in some {
        let name = format!("{COMMON} {}", made.word);
        let file =
            format!("Title,Customer,Assigned to,Currency,Phase\nx,{name},Ann Admin,EUR,Lead\n");
        let problems = try_in_browser(visit, RecordKind::Deal, made, file).await?;
        if problems.is_some_and(|problems| !problems.contains_key("customer")) {
            visit.reached(made)?;
        }
    }
    Ok(())
}

async fn imports_of_others(visit: &mut Visit<'_>) -> Result<()> {
    let id = visit.scene.import.clone();
    visit.page("/settings/import").await?;
    visit.call("imports", &[]).await?;
    for page in ["", "?show=known", "/bad-rows.csv"] {
        let answer = visit.page(&format!("/settings/import/{id}{page}")).await?;
        ensure!(!answer.status.is_success(), "{page} is shown");
    }
    let values = [
        ("import", id.as_str()),
        ("kind", "company"),
        ("then", "import"),
        ("fields[0]", "name"),
    ];
    for function in [
        "import_page",
        "import_progress",
        "run_import",
        "resume_import",
        "undo_import",
    ] {
        let answer = visit.call(function, &values).await?;
        ensure!(refused(&answer)?, "{function} answers {}", answer.body);
    }
    Ok(())
}

/// Prepares to delete it: whether it is counted as out of reach, and nothing else, says whether one reaches it.
async fn bulk(visit: &mut Visit<'_>) -> Result<()> {
    let kind = visit.kind.child();
    let absent = uuid::Uuid::now_v7();
    for made in visit.one_by_one() {
        let of = format!("records={},{absent}", made.id);
        // The page says again what it was asked for.
        visit.echoes(made);
        visit
            .page(&format!("/{}/bulk?{of}", visit.kind.path()))
            .await?;
        visit.echoes(made);
        visit
            .call("bulk_offer", &[("kind", kind), ("of", &of)])
            .await?;
        let Some(page) = asked_of(visit, &of).await? else {
            continue;
        };
        let out_of_reach = page.line.progress.expected.of(Fate::OutOfReach);
        if out_of_reach == 1 {
            visit.reached(made)?;
        } else {
            ensure!(out_of_reach == 2, "{out_of_reach} of two");
        }
        let id = page.line.id.to_string();
        visit
            .page(&format!("/{}/bulk/{id}", visit.kind.path()))
            .await?;
        visit.call("bulk_progress", &[("act", &id)]).await?;
    }
    // With deals limited nobody deletes one, and so nobody learns anything of one.
    let rights = visit.person.actor.as_ref().map(|actor| actor.rights);
    if !rights.is_some_and(|rights| rights.may_delete(visit.kind)) {
        visit.asked.clear();
    }
    Ok(())
}

/// The page of an act that would delete these; nothing where it is refused.
async fn asked_of(visit: &mut Visit<'_>, of: &str) -> Result<Option<ActPage>> {
    let kind = visit.kind.child();
    let delete = [("kind", kind), ("of", of), ("what", "delete")];
    let answer = visit.call("prepare_bulk", &delete).await?;
    let address = answer
        .headers
        .get("location")
        .and_then(|address| address.to_str().ok());
    let Some(id) = address.and_then(|address| address.rsplit('/').next()) else {
        return Ok(None);
    };
    let values = [("kind", kind), ("act", id)];
    parsed(&visit.call("bulk_act", &values).await?)
}

/// The numbers of an act on a list say no more than the list.
async fn bulk_of_all(visit: &mut Visit<'_>) -> Result<()> {
    let sees = |id: &&RecordId| visit.person.sees(**id);
    let mine = i64::try_from(visit.asked.iter().filter(sees).count())?;
    let some = visit
        .asked
        .iter()
        .find(|id| visit.person.sees(**id))
        .copied();
    visit
        .page(&format!("/{}/bulk?all=true", visit.kind.path()))
        .await?;
    if let Some(page) = asked_of(visit, "all=true").await? {
        ensure!(page.line.asked == mine, "{} of {mine}", page.line.asked);
        // Nobody's numbers are reached without a record.
        visit.seen.extend(some);
    }
    Ok(())
}

async fn bulk_of_others(visit: &mut Visit<'_>) -> Result<()> {
    let id = visit.scene.bulk.clone();
    let page = visit.page(&format!("/companies/bulk/{id}")).await?;
    ensure!(!page.status.is_success(), "it is shown");
    let values = [("kind", "company"), ("act", id.as_str())];
    for function in [
        "bulk_act",
        "bulk_progress",
        "apply_bulk",
        "resume_bulk",
        "undo_bulk",
    ] {
        let answer = visit.call(function, &values).await?;
        ensure!(refused(&answer)?, "{function} answers {}", answer.body);
    }
    Ok(())
}

async fn export(visit: &mut Visit<'_>) -> Result<()> {
    let path = visit.kind.path();
    visit
        .page(&format!("/{path}/export.csv?columns=all"))
        .await?;
    visit.spreadsheet(&format!("/{path}/export.xlsx")).await?;
    for made in visit.one_by_one() {
        let answer = visit
            .page(&format!("/{path}/export.csv?records={}", made.id))
            .await?;
        // A file names records, and has no ids.
        if answer.status.is_success() && answer.body.contains(&made.word) {
            visit.reached(made)?;
        }
    }
    let rights = visit.person.actor.as_ref().map(|actor| actor.rights);
    if !rights.is_some_and(|rights| rights.export) {
        visit.asked.clear();
    }
    Ok(())
}

/// Numbers and colleagues, and no record; the lists behind the numbers are lists like any other.
async fn statistics(visit: &mut Visit<'_>) -> Result<()> {
    visit.page("/mailbox/statistics?period=year").await?;
    visit.page("/mailbox/statistics.csv?period=year").await?;
    let answer = visit
        .call("statistics", &[("query[period]", "this_year")])
        .await?;
    let rights = visit.person.actor.as_ref().map(|actor| actor.rights);
    let has = rights.is_some_and(|rights| rights.mailbox);
    ensure!(
        has == answer.status.is_success(),
        "statistics answers {}",
        answer.body
    );
    Ok(())
}

async fn own_settings(visit: &mut Visit<'_>) -> Result<()> {
    for page in [
        "",
        "/profile",
        "/notifications",
        "/sessions",
        "/second-factor",
    ] {
        visit.page(&format!("/settings{page}")).await?;
    }
    for function in [
        "my_profile",
        "my-notifications",
        "my_sessions",
        "my_second_factor",
    ] {
        visit.call(function, &[]).await?;
    }
    Ok(())
}

/// With the ids of a user who has records and of his team, forged by whoever is no admin of the account.
async fn admins_settings(visit: &mut Visit<'_>) -> Result<()> {
    let Some(user) = visit.scene.people[0].actor.as_ref() else {
        anyhow::bail!("the first of the people is there");
    };
    let (user, team) = (user.user.to_string(), visit.scene.teams[0].clone());
    let phase = visit.scene.app.phase(&visit.scene.admin).await?;
    let field = visit.scene.user_field(RecordKind::Company);
    let mailbox = visit.scene.mailbox.clone();
    for page in [
        "/settings/plan".to_owned(),
        "/settings/plan/disable".to_owned(),
        "/settings/audit".to_owned(),
        "/settings/jobs".to_owned(),
        "/settings/users".to_owned(),
        "/settings/users/new".to_owned(),
        format!("/settings/users/{user}"),
        format!("/settings/users/{user}/deactivate"),
        "/settings/orphans".to_owned(),
        "/settings/teams".to_owned(),
        "/settings/teams/new".to_owned(),
        format!("/settings/teams/{team}"),
        "/settings/phases".to_owned(),
        "/settings/phases/new".to_owned(),
        format!("/settings/phases/{phase}"),
        "/settings/custom-fields".to_owned(),
        "/settings/custom-fields/new".to_owned(),
        format!("/settings/custom-fields/{field}"),
        "/settings/mailboxes".to_owned(),
        "/settings/mailboxes/new".to_owned(),
        format!("/settings/mailboxes/{mailbox}"),
        "/settings/working-hours".to_owned(),
    ] {
        visit.page(&page).await?;
    }
    let admin = visit.scene.admin.user.to_string();
    let role = first_role(RecordKind::Company).map_or("", |role| role.key());
    let post = format!("to[company-{role}][]");
    let values = [
        ("id", user.as_str()),
        ("user", user.as_str()),
        ("from", &user),
        (post.as_str(), &admin),
        ("team", &team),
        ("phase", &phase),
        ("target", &phase),
        ("invitation", &team),
        ("version", "1"),
        ("preview", "false"),
        ("email", "not an address"),
        ("person[full_name]", "Taken over"),
        ("person[function]", ""),
        ("person[language]", "en"),
        ("person[time_zone]", "Europe/Brussels"),
        ("access[role]", "admin"),
        ("access[crm]", "full"),
        ("access[deals]", "full"),
        ("access[projects]", "all"),
        ("name", "Taken over"),
        ("lead", &user),
        ("required", "true"),
        ("kind", "company"),
        ("field", &field),
        ("group", &field),
        ("form[label]", "Taken over"),
        ("form[holds]", "line"),
        ("mailbox", &mailbox),
        ("fields[name]", "Taken over"),
        ("fields[address]", "taken@over.test"),
    ];
    for function in [
        "retry-job",
        "edit_mailbox",
        "save_mailbox",
        "delete_mailbox",
        "test_mailbox",
        "preview_rights",
        "leaving_user",
        "edit_user",
        "save_user",
        "deactivate_user",
        "reactivate_user",
        "reset_second_factor",
        "require_second_factor",
        "hand_over",
        "resend_invitation",
        "revoke_invitation",
        "edit_team",
        "save_team",
        "delete_team",
        "save_phase",
        "shift_phase",
        "delete_phase",
        "one_custom_field",
        "save_custom_field",
        "place_custom_field",
        "delete_custom_field",
        "restore_custom_field",
        "save_field_group",
        "shift_field_group",
        "delete_field_group",
        "save_working_hours",
    ] {
        let answer = visit.call(function, &values).await?;
        ensure!(
            !answer.status.is_success(),
            "{function} answers {}",
            answer.body
        );
    }
    // These an admin of another account has for his own; nobody else has them at all.
    for function in [
        "users",
        "orphans",
        "teams",
        "pipeline",
        "custom_fields",
        "field_groups",
        "mailboxes",
        "working_hours",
        "my_plan",
        "audit",
        "bulk_acts",
        "queue",
        "invite_user",
        "ask_for_second",
        "second_losses",
        "set_second",
    ] {
        let is_admin = visit
            .person
            .actor
            .as_ref()
            .is_some_and(|actor| actor.role == crate::model::users::UserRole::Admin);
        if is_admin && ["ask_for_second", "set_second"].contains(&function) {
            continue;
        }
        let answer = visit.call(function, &values).await?;
        ensure!(
            is_admin || !answer.status.is_success(),
            "{function} answers {}",
            answer.body
        );
    }
    Ok(())
}

async fn support(visit: &mut Visit<'_>) -> Result<()> {
    let account = visit.scene.admin.account.to_string();
    visit.page("/support").await?;
    visit.page(&format!("/support/{account}")).await?;
    let is_operator = visit.person.name.contains("operator");
    let values = [
        ("account", account.as_str()),
        ("plan", "go"),
        ("version", "1"),
        ("reason", ""),
    ];
    for function in [
        "support_accounts",
        "support_account",
        "support_change",
        "support_decline",
    ] {
        let answer = visit.call(function, &values).await?;
        ensure!(
            is_operator || !answer.status.is_success(),
            "{function} answers {}",
            answer.body
        );
    }
    Ok(())
}
