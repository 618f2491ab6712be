//! What the leak suite found, as the tables of docs/SECURITY.md. A run compares; with STEWARD_WRITE_DOCS=1 it writes.
//! What the tables say was seen, not computed: the suite has failed before where the two differ.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context, Result, ensure};

use super::{
    Visited,
    routes::WITHOUT_RECORDS,
    scene::{Made, Person, Scene, Tie},
    ways::{Extent, WAYS},
};
use crate::model::RecordKind;

const BEGIN: &str = "<!-- leaks -->\n";
const END: &str = "<!-- end -->";

/// Whether somebody sees the records that he stands to in this way; all of them or none.
fn cell(scene: &Scene, person: &Person, fits: impl Fn(&&Made) -> bool) -> Result<&'static str> {
    let made = scene.records.iter();
    let seen: Vec<bool> = made.filter(fits).map(|made| person.sees(made.id)).collect();
    match (seen.first(), seen.windows(2).all(|two| two[0] == two[1])) {
        (Some(true), true) => Ok("yes"),
        (Some(false), true) => Ok("–"),
        other => anyhow::bail!("{}: {other:?} of {}", person.name, seen.len()),
    }
}

fn who_sees_what(scene: &Scene) -> Result<String> {
    let mut out = String::from(
        "| who asks | company: sales contact | second | neither | deal: assigned | second | of a company of one’s own | of a contact of such a company | of a contact whom one wrote down | of another | contact: of a company of one’s own | of no company, one’s own | another | invoice: of a company of one’s own | of a contact of such a company | of a contact of no company, one’s own | of another | project: manager | collaborator | neither | of a company of one’s own | ticket |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for person in &scene.people {
        write!(out, "| {} |", person.name)?;
        let mine = |made: &Made, kind| made.kind == kind && made.around == person.around;
        let company = |tie| {
            cell(scene, person, |made| {
                mine(made, RecordKind::Company) && made.own == tie
            })
        };
        let by_role = |tie| {
            cell(scene, person, |made| {
                mine(made, RecordKind::Deal) && made.own == tie
            })
        };
        let by_customer = |kind, of: &dyn Fn(&Made) -> bool| {
            cell(scene, person, |made| {
                mine(made, kind) && made.own == Tie::Neither && of(made)
            })
        };
        let of_mine = |made: &Made, kind| {
            let customer = made.customer.is_some_and(|(of, _)| of == kind);
            customer && !made.is_of_no_company() && made.of_customer != Tie::Neither
        };
        let of_another = |made: &Made| !made.is_of_no_company() && made.of_customer == Tie::Neither;
        let (deal, invoice) = (RecordKind::Deal, RecordKind::Invoice);
        let project = RecordKind::Project;
        let taking_part = |tie| cell(scene, person, |made| mine(made, project) && made.own == tie);
        let contact = |own, of_mine: Option<bool>| {
            cell(scene, person, |made| {
                let is = made.of_customer != Tie::Neither;
                mine(made, RecordKind::Contact)
                    && made.own == own
                    && of_mine.is_none_or(|mine| mine == is)
            })
        };
        // Whoever must see nothing stands to these records as somebody else did.
        let own = person.actor.as_ref();
        let own = own.is_some_and(|actor| actor.account == scene.admin.account);
        let cells = if own {
            [
                company(Tie::First)?,
                company(Tie::Second)?,
                company(Tie::Neither)?,
                by_role(Tie::First)?,
                by_role(Tie::Second)?,
                by_customer(deal, &|made| of_mine(made, RecordKind::Company))?,
                by_customer(deal, &|made| of_mine(made, RecordKind::Contact))?,
                by_customer(deal, &Made::is_of_no_company)?,
                by_customer(deal, &of_another)?,
                contact(Tie::Neither, Some(true))?,
                contact(Tie::First, None)?,
                contact(Tie::Neither, Some(false))?,
                by_customer(invoice, &|made| of_mine(made, RecordKind::Company))?,
                by_customer(invoice, &|made| of_mine(made, RecordKind::Contact))?,
                by_customer(invoice, &Made::is_of_no_company)?,
                by_customer(invoice, &of_another)?,
                taking_part(Tie::First)?,
                taking_part(Tie::Second)?,
                taking_part(Tie::Neither)?,
                by_customer(project, &|made| of_mine(made, RecordKind::Company))?,
                cell(scene, person, |made| mine(made, RecordKind::Ticket))?,
            ]
        } else {
            let account = scene.people[0].around;
            [cell(scene, person, |made| made.around == account)?; 21]
        };
        for cell in cells {
            write!(out, " {cell} |")?;
        }
        out.push('\n');
    }
    Ok(out)
}

fn ways(visited: &Visited) -> Result<String> {
    let mut out = String::from(
        "| way | kinds | shows of what one may see | goes through |\n|---|---|---|---|\n",
    );
    for way in WAYS {
        let kinds: Vec<_> = way.kinds.iter().map(|kind| kind.path()).collect();
        let kinds = match way.extent {
            Extent::Nothing => "–".to_owned(),
            _ => kinds.join(", "),
        };
        let extent = match way.extent {
            Extent::Exactly => "exactly that",
            Extent::Part => "a part",
            Extent::Nothing => "nothing, to anybody",
        };
        let through = visited.get(way.name);
        let through: Vec<_> = through
            .into_iter()
            .flatten()
            .map(|address| format!("`{address}`"))
            .collect();
        let through = match through.as_slice() {
            [] => "the import of the command line".to_owned(),
            addresses => addresses.join(" "),
        };
        writeln!(out, "| {} | {kinds} | {extent} | {through} |", way.name)?;
    }
    Ok(out)
}

fn without() -> Result<String> {
    let mut out = String::from("| knows no record | because it |\n|---|---|\n");
    for (address, reason) in WITHOUT_RECORDS {
        writeln!(out, "| `{address}` | {reason} |")?;
    }
    Ok(out)
}

/// Holds the tables against the page, or writes them into it.
pub fn compare(scene: &Scene, visited: &Visited) -> Result<()> {
    let tables = format!(
        "\n{}\n{}\n{}\n",
        who_sees_what(scene)?,
        ways(visited)?,
        without()?
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/SECURITY.md");
    let page = fs::read_to_string(&path)?;
    let (before, rest) = page.split_once(BEGIN).context("the page has the mark")?;
    let (now, after) = rest.split_once(END).context("the page has the end mark")?;
    if std::env::var("STEWARD_WRITE_DOCS").is_ok() {
        fs::write(&path, format!("{before}{BEGIN}{tables}{END}{after}"))?;
        return Ok(());
    }
    ensure!(
        now == tables,
        "docs/SECURITY.md is not what was found; STEWARD_WRITE_DOCS=1 writes it:\n{tables}"
    );
    Ok(())
}
