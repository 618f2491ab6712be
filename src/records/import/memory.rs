//! The memory of imports: a row is remembered by a hash of all its cells, exactly as they are after
//! decoding, and by which repetition of it within its file it is. Headings, separators and encodings are no part of it.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use crate::{
    model::{AppError, RecordId, RecordKind},
    server::database::{Viewing, Writing},
};

pub type Hash = [u8; 32];

/// A row of a file as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    pub hash: Hash,
    pub repetition: i32,
}

/// The hash of a row's whole content; each cell with its length, so that cells cannot flow into another.
fn hash(cells: &[String]) -> Hash {
    let mut hasher = Sha256::new();
    for cell in cells {
        hasher.update((cell.len() as u64).to_le_bytes());
        hasher.update(cell.as_bytes());
    }
    hasher.finalize().into()
}

/// Counts the repetitions within one file.
#[derive(Debug, Default)]
pub struct Marks(HashMap<Hash, i32>);

impl Marks {
    pub fn next(&mut self, cells: &[String]) -> Mark {
        let hash = hash(cells);
        let count = self.0.entry(hash).or_default();
        let repetition = *count;
        *count = count.saturating_add(1);
        Mark { hash, repetition }
    }
}

/// One import at a time in an account: else two of the same file would both find nothing remembered.
/// Held until the transaction ends, and taken before anything is read.
pub async fn lock(tx: &mut Viewing) -> Result<(), AppError> {
    let key = format!("import {}", tx.actor().account);
    // Who waits for another's batch, and then writes a whole one, may take longer than a page.
    sqlx::query("set local statement_timeout = '2min'")
        .execute(tx.connection())
        .await?;
    sqlx::query("select pg_advisory_xact_lock(hashtextextended($1, 0))")
        .bind(key)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The records that came of these rows, as far as the viewer can see them: what he cannot see, or what
/// was deleted, is not remembered.
pub async fn remembered(
    tx: &mut Viewing,
    kind: RecordKind,
    marks: &[Mark],
) -> Result<BTreeMap<Mark, Vec<RecordId>>, AppError> {
    let (child, table) = (kind.child(), kind.table());
    let sql = format!(
        "select i.row_hash, i.repetition, i.record_id from {child}_imports i
         join {table} r on r.account_id = i.account_id and r.id = i.record_id
         where i.account_id = $1 and i.row_hash = any ($2)"
    );
    let account = tx.actor().account.0;
    let hashes: Vec<&[u8]> = marks.iter().map(|mark| mark.hash.as_slice()).collect();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(hashes)
        .fetch_all(tx.connection())
        .await?;
    let mut found: BTreeMap<Mark, Vec<RecordId>> = BTreeMap::new();
    for row in rows {
        let hash: &[u8] = row.try_get("row_hash")?;
        let mark = Mark {
            hash: hash.try_into().map_err(AppError::internal)?,
            repetition: row.try_get("repetition")?,
        };
        let id = RecordId(row.try_get("record_id")?);
        found.entry(mark).or_default().push(id);
    }
    Ok(found)
}

/// Remembers which rows became which records.
pub async fn remember(
    tx: &mut Writing,
    kind: RecordKind,
    made: &[(Mark, RecordId)],
) -> Result<(), AppError> {
    let sql = format!(
        "insert into {}_imports (account_id, row_hash, repetition, record_id)
         select $1, * from unnest($2::bytea[], $3::integer[], $4::uuid[])",
        kind.child()
    );
    let account = tx.actor().account.0;
    let hashes: Vec<&[u8]> = made.iter().map(|(mark, _)| mark.hash.as_slice()).collect();
    let repetitions: Vec<i32> = made.iter().map(|(mark, _)| mark.repetition).collect();
    let ids: Vec<Uuid> = made.iter().map(|(_, id)| id.0).collect();
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(hashes)
        .bind(repetitions)
        .bind(ids)
        .execute(tx.connection())
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<String> {
        text.split(',').map(ToOwned::to_owned).collect()
    }

    #[test]
    fn a_row_is_its_whole_content_and_the_number_of_its_repetition() {
        let mut marks = Marks::default();
        let first = marks.next(&cells("a,b"));
        let other = marks.next(&cells("a,c"));
        let again = marks.next(&cells("a,b"));
        assert_eq!((first.repetition, other.repetition), (0, 0));
        assert_eq!((again.hash, again.repetition), (first.hash, 1));
        assert_ne!(first.hash, other.hash);
        assert_eq!(Marks::default().next(&cells("a,b")), first, "in every file");
    }

    #[test]
    fn cells_are_taken_as_they_are_and_never_flow_into_another() {
        for (one, two) in [("ab,c", "a,bc"), ("a,", "a"), ("a,b", " a,b"), ("a", "A")] {
            assert_ne!(hash(&cells(one)), hash(&cells(two)), "{one} and {two}");
        }
    }
}
