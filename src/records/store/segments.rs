//! Reading saved segments: those that the viewer sees, in the order of his side bar. Saving them is a room's business.
//! One that he does not see is not found.

use sqlx::{AssertSqlSafe, Row as _, postgres::PgRow, types::Json};
use uuid::Uuid;

use crate::{
    model::{
        Actor, AppError, RecordKind, SegmentId, TeamId, UserId,
        lists::Sort,
        segments::{Audience, Filter, Group, SavedSegment, SegmentLink},
        users::UserRole,
    },
    server::database::Viewing,
};

const COLUMNS: &str = "select s.id, s.version, s.name, s.owner_id, u.full_name as owner_name, s.audience, s.team_id, s.owner_only,
   s.filter, s.columns, s.sort
 from segments s join users u on u.account_id = s.account_id and u.id = s.owner_id
 left join segment_places p on p.account_id = s.account_id and p.segment_id = s.id and p.user_id = $3
 where s.account_id = $1 and s.kind = $2";

/// Shared ones first, then one's own; each as they were put in order, then by name.
const ORDER: &str = " order by s.audience = 'me', p.position nulls last, s.name, s.id";

pub async fn saved_segment(
    tx: &mut Viewing,
    kind: RecordKind,
    id: SegmentId,
) -> Result<SavedSegment, AppError> {
    let actor = tx.actor().clone();
    let sql = format!("{COLUMNS} and s.id = $4");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(kind.child())
        .bind(actor.user.0)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)?;
    segment(&actor, kind, &row)
}

/// Those of a list that the viewer sees.
pub async fn saved_segments(
    tx: &mut Viewing,
    kind: RecordKind,
) -> Result<Vec<SavedSegment>, AppError> {
    let actor = tx.actor().clone();
    let sql = format!("{COLUMNS}{ORDER}");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(actor.account.0)
        .bind(kind.child())
        .bind(actor.user.0)
        .fetch_all(tx.connection())
        .await?;
    rows.iter().map(|row| segment(&actor, kind, row)).collect()
}

/// The same as the side bar shows them.
pub async fn segment_links(
    tx: &mut Viewing,
    kind: RecordKind,
) -> Result<Vec<SegmentLink>, AppError> {
    let all = saved_segments(tx, kind).await?.into_iter();
    let link = |saved: SavedSegment| SegmentLink {
        id: saved.id,
        shared: saved.audience != Audience::Me,
        name: saved.name,
    };
    Ok(all.map(link).collect())
}

fn segment(actor: &Actor, kind: RecordKind, row: &PgRow) -> Result<SavedSegment, AppError> {
    let owner = UserId(row.try_get("owner_id")?);
    let owner_only: bool = row.try_get("owner_only")?;
    let team: Option<Uuid> = row.try_get("team_id")?;
    let Json(filter): Json<Group> = row.try_get("filter")?;
    let sort: Option<String> = row.try_get("sort")?;
    Ok(SavedSegment {
        id: SegmentId(row.try_get("id")?),
        kind,
        version: row.try_get("version")?,
        name: row.try_get("name")?,
        owner,
        owner_name: row.try_get("owner_name")?,
        audience: match (row.try_get("audience")?, team) {
            ("everyone", _) => Audience::Everyone,
            ("team", Some(team)) => Audience::Team(TeamId(team)),
            _ => Audience::Me,
        },
        owner_only,
        filter: Filter(filter),
        columns: row.try_get("columns")?,
        sort: sort.and_then(|text| Sort::read(kind, &text)),
        // An admin tidies up after who has left.
        may_edit: owner == actor.user || !owner_only || actor.role == UserRole::Admin,
    })
}
