//! One record, and why the viewer sees it.
//! Out of reach and not there are the same: not found.

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{catalogue::catalogue, select::Columns};
use crate::{
    model::{
        AppError, RecordId, RecordKind, UserId, Value,
        access::{ContactFacts, Facts, Reason, Seer, Viewer, reasons},
        records::Record,
        responsibility::{Responsible, first_role},
        users::UserRole,
    },
    server::{actors::rights_of, database::Viewing},
};

pub async fn record(tx: &mut Viewing, kind: RecordKind, id: RecordId) -> Result<Record, AppError> {
    let catalogue = catalogue(tx, kind).await?;
    let columns = Columns::new(kind, catalogue.fields().iter());
    let sql = format!("{} where r.account_id = $1 and r.id = $2", columns.select());
    let account = tx.actor().account.0;
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?;
    let row = row.ok_or(AppError::NotFound)?;
    let version = row.try_get("version")?;
    let read = columns.read(tx, &[row]).await?;
    let values = read.into_iter().flat_map(|row| row.cells);
    let keys = columns.fields.iter().map(|field| field.key().to_owned());
    Ok(Record {
        kind,
        id,
        version,
        values: keys.zip(values).collect(),
    })
}

/// Whether the viewer, who has just read a record, may change it.
pub async fn may_edit(tx: &mut Viewing, kind: RecordKind, id: RecordId) -> Result<bool, AppError> {
    if kind.seen_is_editable() {
        return Ok(true);
    }
    Ok(!editable(tx, kind, &[id.0]).await?.is_empty())
}

/// Those of these records, all of which he sees, that the viewer may change.
pub async fn editable(
    tx: &mut Viewing,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<Vec<Uuid>, AppError> {
    if kind.seen_is_editable() {
        return Ok(ids.to_vec());
    }
    // As the policy by which they are locked for a change.
    let sql = format!(
        "select r.id from {} r where r.account_id = $1 and r.id = any ($2) and ((select i_am_admin()) or i_may_edit(r.id, r.editing))",
        kind.table()
    );
    let account = tx.actor().account.0;
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?)
}

/// What those of these records are called that the viewer sees.
pub async fn names(
    tx: &mut Viewing,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<Vec<(RecordId, String)>, AppError> {
    let sql = format!(
        "select r.id, r.{} from {} r where r.account_id = $1 and r.id = any ($2)",
        kind.title_field().column,
        kind.table()
    );
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
    let named = rows.into_iter().map(|(id, name)| (RecordId(id), name));
    Ok(named.collect())
}

/// What decides who sees a record that the viewer has just read. A customer that he cannot see is nobody's for him.
async fn facts(tx: &mut Viewing, record: &Record) -> Result<Facts, AppError> {
    let belongs_to = match (record.kind, record.value("customer")) {
        (RecordKind::Contact, _) => Some((RecordKind::Contact, record.id)),
        (
            _,
            Value::Record {
                kind, id: Some(id), ..
            },
        ) => Some((*kind, *id)),
        _ => None,
    };
    let (companies, contact) = match belongs_to {
        Some((RecordKind::Contact, id)) => of_contact(tx, id).await?,
        Some((kind, id)) => (vec![responsible_of(tx, kind, id).await?], None),
        None => (Vec::new(), None),
    };
    Ok(Facts {
        kind: record.kind,
        responsible: record.responsible(),
        companies,
        contact,
        shared: record.shared().collect(),
    })
}

/// Those responsible for a contact's companies, and what else of him decides.
async fn of_contact(
    tx: &mut Viewing,
    id: RecordId,
) -> Result<(Vec<Responsible>, Option<ContactFacts>), AppError> {
    let account = tx.actor().account.0;
    let rows: Vec<(Option<Uuid>, Option<Uuid>)> = sqlx::query_as(
        "select c.sales_contact_id, c.second_sales_contact_id from company_contacts l
         join companies c on c.account_id = l.account_id and c.id = l.company_id
         where l.account_id = $1 and l.contact_id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_all(tx.connection())
    .await?;
    let contact: Option<(Uuid, bool)> = sqlx::query_as(
        "select created_by, links > 0 from contacts where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?;
    let companies = rows.into_iter().map(|(first, second)| Responsible {
        first: first.map(UserId),
        second: second.map(UserId),
    });
    let contact = contact.map(|(creator, linked)| ContactFacts {
        creator: UserId(creator),
        linked,
    });
    Ok((companies.collect(), contact))
}

async fn responsible_of(
    tx: &mut Viewing,
    kind: RecordKind,
    id: RecordId,
) -> Result<Responsible, AppError> {
    let Some(first) = first_role(kind) else {
        return Ok(Responsible::default());
    };
    let sql = format!(
        "select {}, second_sales_contact_id from {} where account_id = $1 and id = $2",
        first.column(),
        kind.table()
    );
    let account = tx.actor().account.0;
    let row: Option<(Option<Uuid>, Option<Uuid>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?;
    let (first, second) = row.unwrap_or_default();
    Ok(Responsible {
        first: first.map(UserId),
        second: second.map(UserId),
    })
}

/// Why the viewer sees a record that he has just read; and, for an admin, who else does and why.
pub async fn because(
    tx: &mut Viewing,
    record: &Record,
) -> Result<(Vec<Reason>, Vec<Seer>), AppError> {
    let actor = tx.actor().clone();
    if actor.role != UserRole::Admin {
        let facts = facts(tx, record).await?;
        let viewer = Viewer {
            user: actor.user,
            rights: actor.rights,
            second_enabled: actor.second_enabled,
        };
        return Ok((reasons(&viewer, &facts), Vec::new()));
    }
    let (mine, others): (Vec<Seer>, Vec<Seer>) = viewers(tx, record)
        .await?
        .into_iter()
        .partition(|seer| seer.user == actor.user);
    let mine = mine.into_iter().flat_map(|seer| seer.reasons).collect();
    Ok((mine, others))
}

/// Every active user who sees a record that the viewer has just read, by name; as far as the viewer can tell.
pub(super) async fn viewers(tx: &mut Viewing, record: &Record) -> Result<Vec<Seer>, AppError> {
    let facts = facts(tx, record).await?;
    let (account, second_enabled) = (tx.actor().account.0, tx.actor().second_enabled);
    let rows =
        sqlx::query("select * from users where account_id = $1 and active order by full_name, id")
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
    let mut seers = Vec::new();
    for row in rows {
        let user = UserId(row.try_get("id")?);
        let viewer = Viewer {
            user,
            rights: rights_of(&row)?,
            second_enabled,
        };
        let reasons = reasons(&viewer, &facts);
        if !reasons.is_empty() {
            seers.push(Seer {
                user,
                full_name: row.try_get("full_name")?,
                reasons,
            });
        }
    }
    Ok(seers)
}
