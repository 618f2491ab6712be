//! Teams in the database. What comes in is looked up as the admin first: foreign keys look past
//! policies, and a colleague of another account is no colleague.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{Person, Team, TeamForm};
use crate::{
    model::{AppError, Problem, TeamId, UserId},
    server::{
        database::{Reached, Viewing, Writing},
        stale::saved_since,
    },
};

pub async fn teams(tx: &mut Viewing) -> Result<Vec<Team>, AppError> {
    let account = tx.actor().account.0;
    let rows: Vec<(Uuid, String, Vec<String>, Option<String>)> = sqlx::query_as(
        "select t.id, t.name,
           coalesce(array_agg(u.full_name::text order by m.lead desc, u.full_name, u.id) filter (where u.id is not null), '{}'),
           max(u.full_name::text) filter (where m.lead)
         from teams t
         left join team_members m on m.account_id = t.account_id and m.team_id = t.id
         left join users u on u.account_id = m.account_id and u.id = m.user_id
         where t.account_id = $1 group by t.account_id, t.id order by t.name, t.id",
    )
    .bind(account)
    .fetch_all(tx.connection())
    .await?;
    let team = |(id, name, members, lead)| Team {
        id: TeamId(id),
        name,
        members,
        lead,
    };
    Ok(rows.into_iter().map(team).collect())
}

pub async fn form(tx: &mut Viewing, team: Option<TeamId>) -> Result<TeamForm, AppError> {
    let account = tx.actor().account.0;
    let (version, name) = match team {
        None => (0, String::new()),
        Some(team) => sqlx::query_as::<_, (i64, String)>(
            "select version, name from teams where account_id = $1 and id = $2",
        )
        .bind(account)
        .bind(team.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)?,
    };
    // Who was deactivated since stays a member until he is taken out.
    let rows: Vec<(Uuid, String, bool, bool, bool)> = sqlx::query_as(
        "select u.id, u.full_name, u.active, m.user_id is not null, coalesce(m.lead, false) from users u
         left join team_members m on m.account_id = u.account_id and m.user_id = u.id and m.team_id = $2
         where u.account_id = $1 and (u.active or m.user_id is not null) order by u.full_name, u.id",
    )
    .bind(account)
    .bind(team.map(|team| team.0))
    .fetch_all(tx.connection())
    .await?;
    let person = |(id, full_name, active, member, lead)| Person {
        id: UserId(id),
        full_name,
        active,
        member,
        lead,
    };
    Ok(TeamForm {
        id: team,
        version,
        name,
        people: rows.into_iter().map(person).collect(),
    })
}

/// What the form of a team says.
pub struct Draft {
    pub team: Option<TeamId>,
    pub version: i64,
    pub name: String,
    pub members: Vec<UserId>,
    pub lead: Option<UserId>,
}

pub async fn save(mut tx: Viewing, draft: Draft) -> Result<(), AppError> {
    let known = form(&mut tx, draft.team).await?;
    let may_be = |user: UserId| known.people.iter().any(|person| person.id == user);
    if draft.lead.is_some_and(|lead| !may_be(lead)) {
        return Err(AppError::field("lead", Problem::NotAColleague));
    }
    if !draft.members.iter().all(|member| may_be(*member)) {
        return Err(AppError::field("members", Problem::NotAColleague));
    }
    let members: BTreeSet<UserId> = draft.members.into_iter().chain(draft.lead).collect();
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let stale = match draft.team {
        Some(team) => saved_since(&mut tx, "teams", team.0, draft.version).await?,
        None => None,
    };
    if let Some(conflict) = stale {
        return Err(conflict);
    }
    let id = draft.team.map_or_else(Uuid::now_v7, |team| team.0);
    let mut tx = tx.write(Reached::setting()).await?;
    let saved = sqlx::query(
        "insert into teams (account_id, id, name, updated_by) values ($1, $2, $3, $4)
         on conflict (account_id, id) do update
         set name = excluded.name, version = teams.version + 1, updated_at = now(), updated_by = excluded.updated_by
         where teams.version = $5",
    )
    .bind(account)
    .bind(id)
    .bind(&draft.name)
    .bind(me)
    .bind(draft.version)
    .execute(tx.connection())
    .await?;
    if saved.rows_affected() == 0 {
        // Somebody saved between our look and now: the next try tells who.
        return Err(AppError::Unavailable);
    }
    write_members(&mut tx, id, members, draft.lead).await?;
    tx.commit().await
}

async fn write_members(
    tx: &mut Writing,
    team: Uuid,
    members: BTreeSet<UserId>,
    lead: Option<UserId>,
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    sqlx::query("delete from team_members where account_id = $1 and team_id = $2")
        .bind(account)
        .bind(team)
        .execute(tx.connection())
        .await?;
    let members: Vec<Uuid> = members.into_iter().map(|member| member.0).collect();
    sqlx::query(
        "insert into team_members (account_id, team_id, user_id, lead)
         select $1, $2, m, m is not distinct from $4 from unnest($3) m",
    )
    .bind(account)
    .bind(team)
    .bind(members)
    .bind(lead.map(|lead| lead.0))
    .execute(tx.connection())
    .await?;
    Ok(())
}

pub async fn delete(mut tx: Viewing, team: TeamId) -> Result<(), AppError> {
    form(&mut tx, Some(team)).await?;
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::setting()).await?;
    sqlx::query("delete from teams where account_id = $1 and id = $2")
        .bind(account)
        .bind(team.0)
        .execute(tx.connection())
        .await?;
    tx.commit().await
}
