//! Deleting a record into the bin, and restoring it. Whoever sees a record may delete it, but for deals where these are
//! limited; what others belong to stays.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::{activity, record};
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind,
        activity::What,
        bin::{BinPage, Deleted, InBin},
        catalogue::{Field, FieldType},
    },
    server::database::{Bin, Viewing, Writing},
};

/// A page of the bin has so many.
const PAGE: usize = 50;

/// Moves a record that the viewer sees into the bin.
pub async fn delete(tx: Viewing, kind: RecordKind, id: RecordId) -> Result<Deleted, AppError> {
    let (tx, deleted) = put_into_bin(tx, kind, id).await?;
    tx.commit().await?;
    Ok(deleted)
}

/// Whether nothing has happened to a record since it was made. Locks it, so that this stays so; one that the viewer
/// does not see is not found.
pub async fn is_untouched(
    tx: &mut Viewing,
    kind: RecordKind,
    id: RecordId,
) -> Result<bool, AppError> {
    // The proof is for writing, which is not done here.
    let _ = tx.lock(kind, id).await?;
    // What happens in the transaction that makes a record has the record's own moment. A step that is planned for it counts
    // as well: it hangs on the record, though it changes nothing of it.
    let sql = format!(
        "select r.version = 1 and r.active_at = r.created_at and not exists (
           select 1 from {}_events e where e.account_id = r.account_id and e.record_id = r.id and e.at > r.created_at)
         from {} r where r.account_id = $1 and r.id = $2",
        kind.child(),
        kind.table()
    );
    let account = tx.actor().account.0;
    let untouched = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .fetch_one(tx.connection())
        .await?;
    Ok(untouched)
}

/// The same as [`delete`], in a transaction that goes on.
pub async fn put_into_bin(
    mut tx: Viewing,
    kind: RecordKind,
    id: RecordId,
) -> Result<(Writing, Deleted), AppError> {
    let reached = tx.lock(kind, id).await?;
    if !tx.actor().rights.may_delete(kind) {
        return Err(AppError::form(Problem::MayNotDelete(kind)));
    }
    let record = record(&mut tx, kind, id).await?;
    if record.is_booked() {
        return Err(AppError::form(Problem::BookedIsKept));
    }
    let name = record.name();
    for (other, column) in belonging(kind) {
        let sql = format!(
            "select count(*) from {} where account_id = $1 and {column} = $2",
            other.table()
        );
        let account = tx.actor().account.0;
        let n: i64 = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(id.0)
            .fetch_one(tx.connection())
            .await?;
        if n > 0 {
            return Err(AppError::form(Problem::StillHas(other, n)));
        }
    }
    let mut tx = tx.write(reached).await?;
    for (other, column) in belonging(kind) {
        // Those that the viewer does not see, too; how many they are is not for him to know.
        let sql = format!(
            "select exists (select 1 from {} where account_id = $1 and {column} = $2 and deleted_at is null)",
            other.table()
        );
        let account = tx.actor().account.0;
        let hidden: bool = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(id.0)
            .fetch_one(tx.connection())
            .await?;
        if hidden {
            return Err(AppError::form(Problem::StillHasOthers));
        }
    }
    mark(&mut tx, kind, id, What::Deleted).await?;
    Ok((tx, Deleted { kind, id, name }))
}

/// The kinds whose records cannot be without one of this kind, or have one as their customer; with the column that says which.
pub fn belonging(kind: RecordKind) -> impl Iterator<Item = (RecordKind, &'static str)> {
    RecordKind::ALL.into_iter().filter_map(move |other| {
        let holds = |field: &&Arc<Field>| field.required || field.kind == FieldType::Customer;
        let mut holding = other.fields().iter().filter(holds);
        Some((other, holding.find_map(|field| field.points_at(kind))?))
    })
}

/// Takes a record out of the bin again; whether who does so sees it then.
pub async fn restore(mut tx: Bin, kind: RecordKind, id: RecordId) -> Result<bool, AppError> {
    let reached = tx.lock(kind, id).await?;
    let mut tx = tx.write(reached).await?;
    mark(&mut tx, kind, id, What::Restored).await?;
    tx.commit_if_meant(kind, id, true).await
}

async fn mark(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    what: What,
) -> Result<(), AppError> {
    let deleted = if what == What::Deleted {
        "deleted_at = now(), deleted_by = $3"
    } else {
        "deleted_at = null, deleted_by = null"
    };
    let sql = format!(
        "update {} set {deleted}, version = version + 1, updated_at = now(), updated_by = $3 where account_id = $1 and id = $2",
        kind.table()
    );
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(me)
        .execute(tx.connection())
        .await?;
    activity::happened(tx, kind, id, &what).await
}

/// Where a page of the bin begins: after a record that was deleted then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(DateTime<Utc>, Uuid);

impl Place {
    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
        Some(Self(at, id.parse().ok()?))
    }

    fn text(self) -> String {
        format!("{}_{}", self.0.timestamp_micros(), self.1)
    }
}

/// A page of what is in the viewer's bin, of all kinds that he has a right to, latest first.
pub async fn bin(tx: &mut Bin, after: Option<&str>) -> Result<BinPage, AppError> {
    let actor = tx.actor().clone();
    let kinds = RecordKind::ALL
        .into_iter()
        .filter(|kind| actor.rights.may_use(*kind));
    let after = after.and_then(Place::read);
    let mut found: Vec<(Place, InBin)> = Vec::new();
    for kind in kinds {
        let sql = format!(
            "select r.id, r.{} as name, r.deleted_at, u.full_name as by_name,
               ceil(extract(epoch from r.deleted_at + interval '30 days' - now()) / 86400)::bigint as days_left
             from {} r join users u on u.account_id = r.account_id and u.id = r.deleted_by
             where r.account_id = $1 and r.deleted_at is not null and ($2::timestamptz is null or (r.deleted_at, r.id) < ($2, $3))
             order by r.deleted_at desc, r.id desc limit $4",
            kind.title_field().column,
            kind.table()
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(actor.account.0)
            .bind(after.map(|place| place.0))
            .bind(after.map(|place| place.1))
            .bind(i64::try_from(PAGE + 1).map_err(AppError::internal)?)
            .fetch_all(tx.connection())
            .await?;
        for row in rows {
            let at: DateTime<Utc> = row.try_get("deleted_at")?;
            let id: Uuid = row.try_get("id")?;
            let record = Deleted {
                kind,
                id: RecordId(id),
                name: row.try_get("name")?,
            };
            found.push((
                Place(at, id),
                InBin {
                    record,
                    by: row.try_get("by_name")?,
                    at: actor.local(at),
                    days_left: row.try_get("days_left")?,
                },
            ));
        }
    }
    found.sort_by_key(|(place, _)| std::cmp::Reverse((place.0, place.1)));
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().map(|(place, _)| place.text());
    Ok(BinPage {
        records: found.into_iter().map(|(_, one)| one).collect(),
        next: last.filter(|_| more),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_bin_is_read_as_it_was_written() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).expect("a moment");
        let place = Place(at, Uuid::from_u128(7));
        assert_eq!(Place::read(&place.text()), Some(place));
        for nonsense in [
            "",
            "_",
            "x_y",
            "1700000000123456",
            "99999999999999999999_00000000-0000-0000-0000-000000000007",
        ] {
            assert_eq!(Place::read(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn what_belongs_to_a_customer_is_found_in_the_catalogues() {
        let to: Vec<_> = belonging(RecordKind::Company).collect();
        assert_eq!(
            to,
            [
                (RecordKind::Deal, "company_id"),
                (RecordKind::Invoice, "company_id"),
                (RecordKind::Project, "company_id"),
                (RecordKind::Ticket, "company_id")
            ]
        );
        let to: Vec<_> = belonging(RecordKind::Contact).collect();
        assert_eq!(
            to,
            [
                (RecordKind::Deal, "contact_id"),
                (RecordKind::Invoice, "contact_id"),
                (RecordKind::Project, "contact_id"),
                (RecordKind::Ticket, "contact_id")
            ]
        );
        assert_eq!(belonging(RecordKind::Deal).count(), 0);
    }
}
