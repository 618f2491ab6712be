//! What somebody is responsible for, counted, and what of it needs attention; read as the one who looks.
//! The same conditions filter the lists that the figures lead to.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder, Row as _};
use uuid::Uuid;

use super::{
    custom::Storage,
    duties::Duties,
    next_steps::{step, today},
};
use crate::{
    model::{
        Actor, AppError, FieldId, RecordId, RecordKind, UserId,
        catalogue::{NEW_TICKET, OPEN_TICKET},
        lists::BuiltIn,
        next_steps::{
            Figures, Member, Named, Need, Responsibilities, StepGroup, StepOfRecord, When,
        },
        responsibility::{shared_fields, shared_role},
        users::UserRole,
    },
    server::database::Viewing,
};

/// So many records are named; the rest are in the list.
const NAMED: i64 = 8;

/// Only tickets, as `r`, that are not closed.
pub const NOT_CLOSED: &str = " and r.status <> 'closed'";

/// Of what is somebody's, only what there is something to do for.
const fn still(kind: RecordKind) -> &'static str {
    if BuiltIn::Mine.leaves_out_closed(kind) {
        NOT_CLOSED
    } else {
        ""
    }
}

/// Only records, as `r`, that need this.
pub fn push_need(
    query: &mut QueryBuilder<Postgres>,
    kind: RecordKind,
    need: Need,
    today: NaiveDate,
) {
    let steps = format!(
        "select 1 from {}_next_steps s where s.account_id = r.account_id and s.record_id = r.id and s.done_at is null",
        kind.child()
    );
    // What is won or lost needs nothing any more.
    let open = match kind {
        RecordKind::Company | RecordKind::Contact | RecordKind::Invoice => "",
        RecordKind::Deal => "r.closed_at is null and ",
        RecordKind::Project => "r.status not in ('done', 'cancelled') and ",
        RecordKind::Ticket => "r.status <> 'closed' and ",
    };
    match need {
        Need::Overdue => {
            query
                .push(format!("{open}exists ({steps} and s.due < "))
                .push_bind(today)
                .push(")");
        }
        Need::Stale => {
            query.push(format!(
                "{open}r.active_at < now() - interval '{} days'",
                Need::STALE_DAYS
            ));
        }
        Need::NoStep => {
            query.push(format!("{open}not exists ({steps})"));
        }
        Need::Answer => {
            query.push(format!("r.status in ('{NEW_TICKET}', '{OPEN_TICKET}')"));
        }
    }
}

/// The page of the viewer himself (`None`), or of a colleague whose team he leads; admins look at everybody's.
pub async fn responsibilities(
    tx: &mut Viewing,
    colleague: Option<UserId>,
    show: i64,
) -> Result<Responsibilities, AppError> {
    let actor = tx.actor().clone();
    let (user, full_name) = match colleague.filter(|user| *user != actor.user) {
        Some(user) => (user, led(tx, user).await?),
        None => (actor.user, actor.full_name.clone()),
    };
    let mut kinds = Vec::new();
    for duties in used(tx).await? {
        let mut figures = figures(tx, &duties, &[user]).await?;
        let mut of_user = figures.remove(&user).unwrap_or_else(|| none(duties.kind));
        of_user.first = first(tx, &duties, user).await?;
        kinds.push(of_user);
    }
    Ok(Responsibilities {
        user,
        full_name,
        kinds,
        steps: steps(tx, user, show).await?,
        teams: if user == actor.user {
            teams(tx).await?
        } else {
            Vec::new()
        },
    })
}

/// Of the kinds that the viewer has a right to, and for whose records somebody can be responsible.
async fn used(tx: &mut Viewing) -> Result<Vec<Duties>, AppError> {
    let rights = tx.actor().rights;
    let mut all = Vec::new();
    for kind in RecordKind::ALL
        .into_iter()
        .filter(|kind| rights.may_use(*kind))
    {
        let duties = Duties::of(tx, kind).await?;
        if duties.are_any() {
            all.push(duties);
        }
    }
    Ok(all)
}

/// Those of whose records something can be planned.
fn planned(actor: &Actor) -> impl Iterator<Item = RecordKind> + use<> {
    let rights = actor.rights;
    RecordKind::ALL
        .into_iter()
        .filter(move |kind| kind.has_next_steps() && rights.may_use(*kind))
}

fn none(kind: RecordKind) -> Figures {
    Figures {
        kind,
        total: 0,
        needs: Need::of(kind).iter().map(|need| (*need, 0)).collect(),
        first: Vec::new(),
    }
}

/// The name of a colleague at whose page the viewer may look.
async fn led(tx: &mut Viewing, user: UserId) -> Result<String, AppError> {
    let actor = tx.actor().clone();
    sqlx::query_scalar(
        "select full_name from users u where u.account_id = $1 and u.id = $2 and ($4 or exists (
           select 1 from team_members l
           join team_members m on m.account_id = l.account_id and m.team_id = l.team_id
           where l.account_id = $1 and l.user_id = $3 and l.lead and m.user_id = u.id))",
    )
    .bind(actor.account.0)
    .bind(user.0)
    .bind(actor.user.0)
    .bind(actor.role == UserRole::Admin)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)
}

/// The figures of each of these users who is responsible for anything of the kind.
async fn figures(
    tx: &mut Viewing,
    duties: &Duties,
    users: &[UserId],
) -> Result<BTreeMap<UserId, Figures>, AppError> {
    let (kind, today) = (duties.kind, today(tx.actor()));
    if duties.are_fields_alone() && Need::of(kind).is_empty() {
        let counts = duties.count_of(tx, users).await?;
        let figures = |(user, total)| {
            (
                user,
                Figures {
                    total,
                    ..none(kind)
                },
            )
        };
        return Ok(counts.into_iter().map(figures).collect());
    }
    let mut query = QueryBuilder::new("select m.id, count(*) as total");
    for (n, need) in Need::of(kind).iter().enumerate() {
        query.push(", count(*) filter (where ");
        push_need(&mut query, kind, *need, today);
        query.push(format!(") as need_{n}"));
    }
    duties.push_join(&mut query, users);
    query.push(still(kind)).push(" group by m.id");
    let rows = query.build().fetch_all(tx.connection()).await?;
    let mut found = BTreeMap::new();
    for row in rows {
        let mut figures = none(kind);
        figures.total = row.try_get("total")?;
        for (n, need) in figures.needs.iter_mut().enumerate() {
            need.1 = row.try_get(format!("need_{n}").as_str())?;
        }
        found.insert(UserId(row.try_get("id")?), figures);
    }
    Ok(found)
}

async fn first(tx: &mut Viewing, duties: &Duties, user: UserId) -> Result<Vec<Named>, AppError> {
    let (kind, account) = (duties.kind, tx.actor().account.0);
    let title = kind.title_field().column;
    let mut query = QueryBuilder::new(format!("select r.id, r.{title}, "));
    push_shared_role(&mut query, kind, user);
    query
        .push(format!(" from {} r where r.account_id = ", kind.table()))
        .push_bind(account);
    duties.push_of(&mut query, user);
    query.push(format!(
        "{} order by r.{title}, r.id limit {NAMED}",
        still(kind)
    ));
    let rows: Vec<(Uuid, String, Option<Uuid>)> =
        query.build_query_as().fetch_all(tx.connection()).await?;
    let role = |field: Uuid| shared_role(kind, FieldId(field));
    Ok(rows
        .into_iter()
        .map(|(id, name, field)| Named {
            id: RecordId(id),
            name,
            role: field.and_then(role),
        })
        .collect())
}

/// Which of the roles that several share this user has of `r`, as the field that says so. Nobody has two.
fn push_shared_role(query: &mut QueryBuilder<Postgres>, kind: RecordKind, user: UserId) {
    let shared: Vec<Uuid> = shared_fields(kind).map(|(_, field)| field.0).collect();
    if shared.is_empty() {
        query.push("null::uuid");
        return;
    }
    query
        .push(format!(
            "(select v.field_id from {} v where v.account_id = r.account_id and v.record_id = r.id and v.value = ",
            Storage::User.table(kind)
        ))
        .push_bind(user.0)
        .push(" and v.field_id = any (")
        .push_bind(shared)
        .push("))");
}

/// Somebody's open steps on what the viewer sees, soonest first, so many of each group.
async fn steps(tx: &mut Viewing, user: UserId, show: i64) -> Result<Vec<StepGroup>, AppError> {
    let actor = tx.actor().clone();
    let mut groups: Vec<StepGroup> = When::ALL
        .into_iter()
        .map(|when| StepGroup {
            when,
            total: 0,
            steps: Vec::new(),
        })
        .collect();
    for kind in planned(&actor) {
        let sql = format!(
            "select * from (
               select s.id, s.what, s.due, s.done_at, s.assigned_to_id, u.full_name, u.active,
                 r.id as record_id, r.{} as name, count(*) over same as total,
                 row_number() over (partition by sign(s.due - $3) order by s.due, s.id) as n
               from {child}_next_steps s
               join {} r on r.account_id = s.account_id and r.id = s.record_id
               join users u on u.account_id = s.account_id and u.id = s.assigned_to_id
               where s.account_id = $1 and s.assigned_to_id = $2 and s.done_at is null
               window same as (partition by sign(s.due - $3))) x
             where n <= $4 order by due, id",
            kind.title_field().column,
            kind.table(),
            child = kind.child(),
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(actor.account.0)
            .bind(user.0)
            .bind(today(&actor))
            .bind(show)
            .fetch_all(tx.connection())
            .await?;
        let mut counted = [false; 3];
        for row in &rows {
            let step = step(row, &actor)?;
            let Some(n) = groups.iter().position(|group| group.when == step.when) else {
                continue;
            };
            if !counted[n] {
                counted[n] = true;
                groups[n].total += row.try_get::<i64, _>("total")?;
            }
            groups[n].steps.push(StepOfRecord {
                step,
                kind,
                record: RecordId(row.try_get("record_id")?),
                name: row.try_get("name")?,
            });
        }
    }
    for group in &mut groups {
        group.steps.sort_by_key(|one| (one.step.due, one.step.id));
        group
            .steps
            .truncate(usize::try_from(show).unwrap_or_default());
    }
    groups.retain(|group| group.total > 0);
    Ok(groups)
}

/// The teams that the viewer leads, each with its other members and their figures.
async fn teams(tx: &mut Viewing) -> Result<Vec<(String, Vec<Member>)>, AppError> {
    let actor = tx.actor().clone();
    let rows: Vec<(String, Uuid, String, bool)> = sqlx::query_as(
        "select t.name, u.id, u.full_name, u.active from team_members l
         join teams t on t.account_id = l.account_id and t.id = l.team_id
         join team_members m on m.account_id = l.account_id and m.team_id = l.team_id
         join users u on u.account_id = m.account_id and u.id = m.user_id
         where l.account_id = $1 and l.user_id = $2 and l.lead and m.user_id <> $2
         order by t.name, t.id, u.full_name, u.id",
    )
    .bind(actor.account.0)
    .bind(actor.user.0)
    .fetch_all(tx.connection())
    .await?;
    let users: Vec<UserId> = rows.iter().map(|(_, id, ..)| UserId(*id)).collect();
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut by_kind = Vec::new();
    for duties in used(tx).await? {
        by_kind.push((duties.kind, figures(tx, &duties, &users).await?));
    }
    let overdue = overdue_steps(tx, &users).await?;
    let mut teams: Vec<(String, Vec<Member>)> = Vec::new();
    for (team, id, full_name, active) in rows {
        let user = UserId(id);
        let kinds = by_kind
            .iter()
            .map(|(kind, of)| of.get(&user).cloned().unwrap_or_else(|| none(*kind)));
        let member = Member {
            user,
            full_name,
            active,
            kinds: kinds.collect(),
            overdue_steps: overdue.get(&user).copied().unwrap_or_default(),
        };
        match teams.last_mut().filter(|(name, _)| *name == team) {
            Some((_, members)) => members.push(member),
            None => teams.push((team, vec![member])),
        }
    }
    Ok(teams)
}

/// How many overdue steps each has on what the viewer sees.
async fn overdue_steps(
    tx: &mut Viewing,
    users: &[UserId],
) -> Result<BTreeMap<UserId, i64>, AppError> {
    let actor = tx.actor().clone();
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let mut overdue = BTreeMap::new();
    for kind in planned(&actor) {
        let sql = format!(
            "select s.assigned_to_id, count(*) from {}_next_steps s
             join {} r on r.account_id = s.account_id and r.id = s.record_id
             where s.account_id = $1 and s.assigned_to_id = any ($2) and s.done_at is null and s.due < $3
             group by s.assigned_to_id",
            kind.child(),
            kind.table()
        );
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(actor.account.0)
            .bind(&users)
            .bind(today(&actor))
            .fetch_all(tx.connection())
            .await?;
        for (user, n) in rows {
            *overdue.entry(UserId(user)).or_default() += n;
        }
    }
    Ok(overdue)
}
