//! What a user would see and lose under other rights: asked of the database as that user, once with the rights
//! that he has and once with those that he would have. No rule is written down here a second time.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::user;
use crate::{
    model::{Actor, AppError, Duty, RecordId, RecordKind, UserId, users::Access},
    records::store::held_by,
    server::{
        actors::{access_of, parsed},
        database::{Database, Viewing},
    },
    settings::users::Preview,
};

/// The preview names so many records.
const SAMPLE: usize = 5;
/// Records that would be lost are looked for among the first so many, a page at a time.
const PAGES: i64 = 10;
const PAGE: i64 = 500;

pub async fn preview(
    database: &Database,
    admin: &Actor,
    id: UserId,
    access: Access,
) -> Result<Vec<Preview>, AppError> {
    let mut tx = database.begin(admin).await?;
    let row = user(&mut tx, id).await?;
    let present = access_of(&row)?;
    if present == access {
        return Ok(Vec::new());
    }
    let held = held_by(&mut tx, id).await?;
    // One connection at a time: see `Viewing::with_rights`.
    drop(tx);
    let actor = Actor {
        account: admin.account,
        user: id,
        session: None,
        full_name: row.try_get("full_name")?,
        email: row.try_get("email")?,
        role: present.role,
        rights: admin.locked.of(present.rights),
        language: parsed(&row, "language")?,
        time_zone: row.try_get("time_zone")?,
        second_enabled: admin.second_enabled,
        fields_version: admin.fields_version,
        locked: admin.locked,
    };
    let mut eyes = Eyes {
        tx: database.begin(&actor).await?,
        present,
        access,
    };
    let mut kinds = Vec::new();
    for kind in RecordKind::ALL {
        // Whoever stands in a User field stands there whatever his rights.
        let of_kind = held
            .iter()
            .filter(|held| held.post.kind == kind && matches!(held.post.duty, Duty::Role(_)));
        let orphans = match access.rights.may_use(kind) {
            true => 0,
            false => of_kind.map(|held| held.count).sum(),
        };
        let preview = Preview {
            kind,
            before: count(eyes.now().await?, kind).await?,
            lost: lost(&mut eyes, kind).await?,
            after: count(eyes.then().await?, kind).await?,
            kept: page(eyes.then().await?, kind, 0, SAMPLE as i64).await?,
            orphans,
        };
        // Rights to other things change nothing here. As many may be others: one right grows, another shrinks.
        if preview.before != preview.after || !preview.lost.is_empty() {
            kinds.push(preview);
        }
    }
    Ok(kinds)
}

/// One user's reading, with the rights that he has or with those that he would have.
struct Eyes {
    tx: Viewing,
    present: Access,
    access: Access,
}

impl Eyes {
    async fn now(&mut self) -> Result<&mut Viewing, AppError> {
        let Access { role, rights } = self.present;
        self.tx.with_rights(role, rights).await?;
        Ok(&mut self.tx)
    }

    async fn then(&mut self) -> Result<&mut Viewing, AppError> {
        let Access { role, rights } = self.access;
        self.tx.with_rights(role, rights).await?;
        Ok(&mut self.tx)
    }
}

async fn count(tx: &mut Viewing, kind: RecordKind) -> Result<i64, AppError> {
    let sql = format!(
        "select count(*) from {} where account_id = $1",
        kind.table()
    );
    let account = tx.actor().account.0;
    Ok(sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(account)
        .fetch_one(tx.connection())
        .await?)
}

async fn page(
    tx: &mut Viewing,
    kind: RecordKind,
    offset: i64,
    size: i64,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let title = kind.title_field().column;
    let sql = format!(
        "select id, {title} from {} where account_id = $1 order by {title}, id offset $2 limit $3",
        kind.table()
    );
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, String)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(offset)
        .bind(size)
        .fetch_all(tx.connection())
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (RecordId(id), name))
        .collect())
}

/// The first by name that are seen now and would not be seen then.
async fn lost(eyes: &mut Eyes, kind: RecordKind) -> Result<Vec<(RecordId, String)>, AppError> {
    let mut lost = Vec::new();
    for n in 0..PAGES {
        let seen = page(eyes.now().await?, kind, n * PAGE, PAGE).await?;
        let ids: Vec<Uuid> = seen.iter().map(|(id, _)| id.0).collect();
        let sql = format!(
            "select id from {} where account_id = $1 and id = any ($2)",
            kind.table()
        );
        let then = eyes.then().await?;
        let account = then.actor().account.0;
        let kept: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(account)
            .bind(&ids)
            .fetch_all(then.connection())
            .await?;
        let kept: BTreeSet<Uuid> = kept.into_iter().collect();
        let last = seen.len() < ids.len().max(usize::try_from(PAGE).unwrap_or(usize::MAX));
        lost.extend(seen.into_iter().filter(|(id, _)| !kept.contains(&id.0)));
        if last || lost.len() >= SAMPLE {
            break;
        }
    }
    lost.truncate(SAMPLE);
    Ok(lost)
}
