//! Writing segments: who may change one, who sees it, where it stands in each side bar. A filter is saved only where every
//! condition of it holds against the account as it is.

use sqlx::types::Json;
use uuid::Uuid;

use super::Builder;
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind, SegmentId, TeamId, UserId,
        lists::Sort,
        segments::{Audience, Compares, Filter, Group, Known, Path, SavedSegment, check},
    },
    records::store::{self as records, known, saved_segment, saved_segments},
    server::{
        database::{Reached, Viewing},
        stale::saved_since,
    },
};

pub async fn builder(
    tx: &mut Viewing,
    kind: RecordKind,
    id: Option<SegmentId>,
    filter: Option<Filter>,
) -> Result<Builder, AppError> {
    let saved = match id {
        Some(id) => Some(saved_segment(tx, kind, id).await?),
        None => None,
    };
    let filter = filter.or_else(|| saved.as_ref().map(|saved| saved.filter.clone()));
    let known = known(tx, kind, &[]).await?;
    let records = match &filter {
        Some(filter) => names(tx, &known, &filter.0).await?,
        None => Vec::new(),
    };
    let catalogues = std::iter::once(&known.own).chain(&known.related);
    // A field of one's own kind can point at that kind too.
    let mut custom = Vec::new();
    for catalogue in catalogues {
        if !custom.iter().any(|(kind, _)| *kind == catalogue.kind) {
            let fields = catalogue.custom().map(|field| (**field).clone()).collect();
            custom.push((catalogue.kind, fields));
        }
    }
    Ok(Builder {
        kind,
        saved,
        people: records::everybody_ever(tx).await?,
        teams: teams(tx).await?,
        phases: phases(tx, kind).await?,
        custom,
        records,
    })
}

/// The names of the records that conditions name; of those that the viewer does not see, none.
async fn names(
    tx: &mut Viewing,
    known: &Known,
    group: &Group,
) -> Result<Vec<(RecordId, String)>, AppError> {
    let mut names = Vec::new();
    for condition in group.conditions() {
        let Some(path) = Path::read(&condition.field) else {
            continue;
        };
        let catalogue = match &path.via {
            None => Some(&known.own),
            Some((_, kind)) => known.related.iter().find(|one| one.kind == *kind),
        };
        let field = catalogue.and_then(|catalogue| catalogue.field(&path.field));
        let Some(field) = field.filter(|field| Compares::of(field.kind) == Compares::Records)
        else {
            continue;
        };
        let ids = condition.values.iter().filter_map(|id| id.parse().ok());
        let ids: Vec<Uuid> = ids.collect();
        for kind in field.kind.targets() {
            names.extend(records::names(tx, *kind, &ids).await?);
        }
    }
    Ok(names)
}

async fn teams(tx: &mut Viewing) -> Result<Vec<(TeamId, String)>, AppError> {
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, String)> =
        sqlx::query_as("select id, name from teams where account_id = $1 order by name, id")
            .bind(account)
            .fetch_all(tx.connection())
            .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (TeamId(id), name))
        .collect())
}

async fn phases(tx: &mut Viewing, kind: RecordKind) -> Result<Vec<(Uuid, String)>, AppError> {
    if kind != RecordKind::Deal {
        return Ok(Vec::new());
    }
    let phases = records::phases(tx).await?.into_iter();
    Ok(phases.map(|phase| (phase.id, phase.name)).collect())
}

/// What the builder's form says.
pub struct Draft {
    pub kind: RecordKind,
    pub id: Option<SegmentId>,
    pub version: i64,
    pub name: String,
    pub audience: Audience,
    pub owner_only: bool,
    pub filter: Group,
    pub columns: Vec<String>,
    pub sort: Option<Sort>,
}

pub async fn save(mut tx: Viewing, draft: Draft) -> Result<SegmentId, AppError> {
    let known = known(&mut tx, draft.kind, std::slice::from_ref(&draft.filter)).await?;
    if check(&draft.filter, &known).is_err() {
        return Err(AppError::field("filter", Problem::FilterBroken));
    }
    if let Audience::Team(team) = draft.audience
        && !teams(&mut tx).await?.iter().any(|(id, _)| *id == team)
    {
        return Err(AppError::field("audience", Problem::NotAnOption));
    }
    let me = tx.actor().user;
    let (id, owner) = match draft.id {
        Some(id) => (id, editable(&mut tx, &draft, id).await?.owner),
        None => (SegmentId(Uuid::now_v7()), me),
    };
    // Only whose it is says who sees it: else somebody could take it away from him.
    write(tx, &draft, id, owner).await?;
    Ok(id)
}

/// The segment as it is, locked; refused to whom it does not belong, and to a form that is older than it.
async fn editable(
    tx: &mut Viewing,
    draft: &Draft,
    id: SegmentId,
) -> Result<SavedSegment, AppError> {
    lock(tx, id).await?;
    let saved = saved_segment(tx, draft.kind, id).await?;
    if !saved.may_edit {
        return Err(AppError::form(Problem::NotYours));
    }
    match saved_since(tx, "segments", id.0, draft.version).await? {
        Some(conflict) => Err(conflict),
        None => Ok(saved),
    }
}

async fn lock(tx: &mut Viewing, id: SegmentId) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let found = sqlx::query("select id from segments where account_id = $1 and id = $2 for update")
        .bind(account)
        .bind(id.0)
        .fetch_optional(tx.connection())
        .await?;
    found.map(drop).ok_or(AppError::NotFound)
}

async fn write(tx: Viewing, draft: &Draft, id: SegmentId, owner: UserId) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let (audience, team) = match draft.audience {
        Audience::Me => ("me", None),
        Audience::Team(team) => ("team", Some(team.0)),
        Audience::Everyone => ("everyone", None),
    };
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query(
        "insert into segments (account_id, id, kind, name, owner_id, audience, team_id, owner_only, filter, columns, sort, updated_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         on conflict (account_id, id) do update set name = excluded.name, filter = excluded.filter, columns = excluded.columns,
           sort = excluded.sort, version = segments.version + 1, updated_at = now(), updated_by = excluded.updated_by,
           audience = case when $13 then excluded.audience else segments.audience end,
           team_id = case when $13 then excluded.team_id else segments.team_id end,
           owner_only = case when $13 then excluded.owner_only else segments.owner_only end",
    )
    .bind(account)
    .bind(id.0)
    .bind(draft.kind.child())
    .bind(&draft.name)
    .bind(owner.0)
    .bind(audience)
    .bind(team)
    .bind(draft.owner_only)
    .bind(Json(&draft.filter))
    .bind(&draft.columns)
    .bind(draft.sort.as_ref().map(Sort::text))
    .bind(me)
    .bind(owner.0 == me)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}

pub async fn delete(mut tx: Viewing, kind: RecordKind, id: SegmentId) -> Result<(), AppError> {
    lock(&mut tx, id).await?;
    if !saved_segment(&mut tx, kind, id).await?.may_edit {
        return Err(AppError::form(Problem::NotYours));
    }
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query("delete from segments where account_id = $1 and id = $2")
        .bind(account)
        .bind(id.0)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}

/// A copy that only the viewer sees, whoever made the first one.
pub async fn duplicate(
    mut tx: Viewing,
    kind: RecordKind,
    id: SegmentId,
) -> Result<SegmentId, AppError> {
    let saved = saved_segment(&mut tx, kind, id).await?;
    let copy = Draft {
        kind,
        id: None,
        version: 0,
        name: saved.name,
        audience: Audience::Me,
        owner_only: true,
        filter: saved.filter.0,
        columns: saved.columns,
        sort: saved.sort,
    };
    // As it is: what is broken in it shows in the copy too.
    let (id, me) = (SegmentId(Uuid::now_v7()), tx.actor().user);
    write(tx, &copy, id, me).await?;
    Ok(id)
}

/// One place up or down among those that stand together: shared ones, or one's own.
pub async fn place(
    mut tx: Viewing,
    kind: RecordKind,
    id: SegmentId,
    up: bool,
) -> Result<(), AppError> {
    let all = saved_segments(&mut tx, kind).await?;
    let shared = |saved: &SavedSegment| saved.audience != Audience::Me;
    let moved = all.iter().find(|saved| saved.id == id);
    let part = shared(moved.ok_or(AppError::NotFound)?);
    let mut order: Vec<Uuid> = all
        .iter()
        .filter(|saved| shared(saved) == part)
        .map(|saved| saved.id.0)
        .collect();
    let at = order
        .iter()
        .position(|one| *one == id.0)
        .unwrap_or_default();
    let to = if up { at.checked_sub(1) } else { Some(at + 1) };
    match to.filter(|to| *to < order.len()) {
        Some(to) => order.swap(at, to),
        None => return Ok(()),
    }
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut tx = tx.write(Reached::oneself()).await?;
    sqlx::query(
        "insert into segment_places (account_id, user_id, segment_id, position)
         select $1, $2, one, n::integer from unnest($3::uuid[]) with ordinality o (one, n)
         on conflict (account_id, user_id, segment_id) do update set position = excluded.position",
    )
    .bind(account)
    .bind(me)
    .bind(order)
    .execute(tx.connection())
    .await?;
    tx.commit().await
}
