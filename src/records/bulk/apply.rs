//! Doing it, one batch in one transaction: what the viewer reaches is locked, judged, changed and written down, or nothing of it.

use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::{
    acts::{self, Claim, Item},
    judge::{Verdicts, judge},
    what::{Checked, check, still_so},
};
use crate::{
    model::{
        Actor, AppError, RecordKind,
        bulk::{Act, Fate},
    },
    records::store::{give, mark_all, put_people, retag},
    server::database::{Database, Viewing, Writing},
};

/// So many records at a time: what they lock is free again in a moment, and a page that wants one of them waits no longer.
pub const BATCH: i64 = 100;

/// A batch is found by its ids. Where the planner is not told so, it takes a hundred for so many that it reads a table of a
/// hundred thousand whole, several times for each batch.
pub async fn by_ids(connection: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query("set local enable_seqscan = off")
        .execute(connection)
        .await?;
    Ok(())
}

/// The next records; whether there were any.
pub async fn batch(database: &Database, actor: &Actor, claim: &Claim) -> Result<bool, AppError> {
    let mut tx = database.begin(actor).await?;
    by_ids(tx.connection()).await?;
    let items = acts::next(&mut tx, claim, BATCH).await?;
    if items.is_empty() {
        return Ok(false);
    }
    let checked = check(&mut tx, claim.kind, &claim.act).await?;
    let (reached, ids) = tx.lock_all(claim.kind, &acts::ids(&items)).await?;
    let refused = not_editable(&mut tx, claim.kind, &items, &ids).await?;
    let mut tx = tx.write(reached).await?;
    still_so(&mut tx, &checked).await?;
    let mut verdicts = judge(&mut tx, claim.kind, &checked, &ids).await?;
    write(&mut tx, claim.kind, &checked, &verdicts, claim.id.0).await?;
    verdicts.extend(refused);
    acts::settle(&mut tx, claim, &items, &verdicts).await?;
    tx.commit().await?;
    Ok(true)
}

/// Those that could not be locked, though the viewer sees them: he may not change them.
pub async fn not_editable(
    tx: &mut Viewing,
    kind: RecordKind,
    items: &[Item],
    locked: &[Uuid],
) -> Result<Verdicts, AppError> {
    let left = items.iter().map(|item| item.id);
    let left: Vec<Uuid> = left.filter(|id| !locked.contains(id)).collect();
    if kind.seen_is_editable() || left.is_empty() {
        return Ok(Verdicts::new());
    }
    let sql = format!(
        "select id from {} where account_id = $1 and id = any ($2)",
        kind.table()
    );
    let account = tx.actor().account.0;
    let seen: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .bind(left)
        .fetch_all(tx.connection())
        .await?;
    let refused = seen.into_iter().map(|id| (id, Fate::MayNotEdit.into()));
    Ok(refused.collect())
}

async fn write(
    tx: &mut Writing,
    kind: RecordKind,
    act: &Checked,
    verdicts: &Verdicts,
    id: Uuid,
) -> Result<(), AppError> {
    let changed = || {
        let changed = verdicts.iter();
        changed.filter(|(_, verdict)| verdict.fate == Fate::Changed)
    };
    let ids = || changed().map(|(id, _)| *id).collect::<Vec<_>>();
    if changed().next().is_none() {
        return Ok(());
    }
    match act {
        Checked::Role { role, user } => {
            let to = user.map(|user| user.0);
            let given: Vec<_> = changed().map(|(id, _)| (*id, to)).collect();
            give(tx, kind, *role, &given, Some(id)).await
        }
        Checked::Field {
            field, how, user, ..
        } => {
            let after = changed().map(|(id, verdict)| {
                let after = Act::people(*how, *user, &verdict.before);
                (*id, after.into_iter().map(|user| user.0).collect())
            });
            put_people(tx, kind, *field, &after.collect::<Vec<_>>(), Some(id)).await
        }
        Checked::Tag { tag, add } => retag(tx, kind, &ids(), tag, *add, id).await,
        Checked::Delete => mark_all(tx, kind, &ids(), true, id).await,
    }
}
