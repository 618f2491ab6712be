//! Links between companies and contacts. Both ends are locked as the viewer, who so proves that he sees them; what happens
//! to a link stands in the activity of both.

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{activity, resolve};
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind, Value,
        forms::line,
        links::{self, Links, POSITION_LENGTH},
    },
    server::database::{Reached, Viewing, Writing},
};

/// A region shows so many.
const SHOWN: i64 = 100;

/// Both ends of a link: of a company and a contact, in either order.
pub type Ends = [(RecordKind, RecordId); 2];

/// A link that is to be written.
#[derive(Clone, Debug)]
pub(super) struct Link {
    pub ends: Ends,
    pub position: Option<String>,
    pub decision_maker: bool,
}

/// What is at the other ends of a record's links, as far as the viewer sees it.
pub async fn links(tx: &mut Viewing, kind: RecordKind, id: RecordId) -> Result<Links, AppError> {
    let other = kind.linked().ok_or(AppError::NotFound)?;
    if !tx.sees(kind, id).await? {
        return Err(AppError::NotFound);
    }
    let hint = match other {
        RecordKind::Contact => "o.function",
        _ => "o.city",
    };
    let title = other.title_field().column;
    let sql = format!(
        "select o.id, o.{title} as name, {hint} as hint, l.position, l.decision_maker, count(*) over () as total
         from company_contacts l join {} o on o.account_id = l.account_id and o.id = l.{}_id
         where l.account_id = $1 and l.{}_id = $2 order by o.{title}, o.id limit $3",
        other.table(),
        other.child(),
        kind.child()
    );
    let account = tx.actor().account.0;
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(SHOWN)
        .fetch_all(tx.connection())
        .await?;
    let mut all = Links::default();
    for row in rows {
        all.total = row.try_get("total")?;
        all.links.push(links::Link {
            kind: other,
            id: RecordId(row.try_get("id")?),
            name: row.try_get("name")?,
            hint: row.try_get("hint")?,
            position: row.try_get("position")?,
            decision_maker: row.try_get("decision_maker")?,
        });
    }
    Ok(all)
}

/// A link as its form sends it.
#[derive(Clone, Copy, Debug)]
pub struct LinkForm<'a> {
    pub kind: RecordKind,
    pub id: RecordId,
    /// The other end: its id, or its exact name.
    pub other: &'a str,
    pub position: &'a str,
    pub decision_maker: bool,
}

/// Links two records that the viewer sees, or changes their link.
pub async fn link(mut tx: Viewing, form: LinkForm<'_>) -> Result<(), AppError> {
    let (kind, id) = (form.kind, form.id);
    let other = kind.linked().ok_or(AppError::NotFound)?;
    if !tx.sees(kind, id).await? {
        return Err(AppError::NotFound);
    }
    let at = |key: &str, problem| AppError::field(key, problem);
    let position = match form.position.trim() {
        "" => None,
        text => Some(line(text, POSITION_LENGTH).map_err(|problem| at("position", problem))?),
    };
    let found = match (form.other.trim(), form.other.parse::<Uuid>()) {
        ("", _) => Err(Problem::Required),
        (_, Ok(id)) => resolve::record_by_id(&mut tx, &[other], id).await?,
        (name, Err(_)) => resolve::record_by_name(&mut tx, &[other], name).await?,
    };
    let found = found.map_err(|problem| at("other", problem))?;
    let Value::Record { id: Some(end), .. } = found else {
        return Err(at("other", Problem::NoSuchRecord(other)));
    };
    let ends = [(kind, id), (other, end)];
    let reached = lock(&mut tx, ends).await?;
    let mut tx = tx.write(reached).await?;
    let link = Link {
        ends,
        position,
        decision_maker: form.decision_maker,
    };
    write(&mut tx, &link).await?;
    tx.commit().await
}

/// Writes a link between two records that were reached, or changes what is known of it.
pub(super) async fn write(tx: &mut Writing, link: &Link) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let (company, contact) = sorted(link.ends);
    let new: bool = sqlx::query_scalar(
        "insert into company_contacts as l (account_id, company_id, contact_id, position, decision_maker)
         values ($1, $2, $3, $4, $5)
         on conflict (account_id, company_id, contact_id) do update set position = $4, decision_maker = $5
         returning l.xmax = 0",
    )
    .bind(account)
    .bind(company.0)
    .bind(contact.0)
    .bind(&link.position)
    .bind(link.decision_maker)
    .fetch_one(tx.connection())
    .await?;
    if new {
        told(tx, link.ends, true).await?;
    }
    Ok(())
}

/// Takes a link away. Whoever sees both ends may, and is asked to confirm where he would not see the contact any more;
/// whether he still sees the record on whose page he did it.
pub async fn unlink(mut tx: Viewing, ends: Ends, confirmed: bool) -> Result<bool, AppError> {
    let [(kind, _), (other, _)] = ends;
    if kind.linked() != Some(other) {
        return Err(AppError::NotFound);
    }
    let reached = lock(&mut tx, ends).await?;
    let mut tx = tx.write(reached).await?;
    let account = tx.actor().account.0;
    let (company, contact) = sorted(ends);
    let gone = sqlx::query(
        "delete from company_contacts where account_id = $1 and company_id = $2 and contact_id = $3",
    )
    .bind(account)
    .bind(company.0)
    .bind(contact.0)
    .execute(tx.connection())
    .await?;
    if gone.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    told(&mut tx, ends, false).await?;
    let seen = tx
        .commit_if_meant(RecordKind::Contact, contact, confirmed)
        .await?;
    Ok(seen || kind == RecordKind::Company)
}

/// Locks both ends, always the company first, so that two who come from either end wait for one another.
async fn lock(tx: &mut Viewing, ends: Ends) -> Result<Reached, AppError> {
    let (company, contact) = sorted(ends);
    let _company = tx.lock(RecordKind::Company, company).await?;
    tx.lock(RecordKind::Contact, contact).await
}

/// The company first.
fn sorted([one, other]: Ends) -> (RecordId, RecordId) {
    match one.0 {
        RecordKind::Company => (one.1, other.1),
        _ => (other.1, one.1),
    }
}

async fn told(tx: &mut Writing, [one, other]: Ends, linked: bool) -> Result<(), AppError> {
    activity::write_link(tx, one, other, linked).await?;
    activity::write_link(tx, other, one, linked).await
}
