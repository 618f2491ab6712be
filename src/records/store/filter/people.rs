//! Whom a filter means: the members of teams, who is deactivated, and who is "me", as they are when it is asked.
//! Then a condition on people is one on ids, which an index finds.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    model::{AppError, TeamId, UserId, segments::Who},
    server::database::Viewing,
};

/// The people whom the conditions of a filter can mean.
#[derive(Clone, Debug, Default)]
pub struct People {
    me: Option<UserId>,
    teams: BTreeMap<TeamId, Vec<UserId>>,
    my_team: BTreeSet<UserId>,
    deactivated: Vec<UserId>,
}

impl People {
    /// Reads what these ask for, and nothing else.
    pub async fn of(tx: &mut Viewing, who: &[&Who], me: UserId) -> Result<Self, AppError> {
        let mut people = Self {
            me: Some(me),
            ..Self::default()
        };
        let account = tx.actor().account.0;
        let wanted: BTreeSet<Uuid> = who.iter().flat_map(|who| &who.teams).map(|t| t.0).collect();
        if who.iter().any(|who| who.my_team) || !wanted.is_empty() {
            let rows: Vec<(Uuid, Uuid, bool)> = sqlx::query_as(
                "with mine as (select team_id from team_members where account_id = $1 and user_id = $2)
                 select m.team_id, m.user_id, m.team_id in (select team_id from mine) from team_members m
                 where m.account_id = $1 and (m.team_id = any ($3) or m.team_id in (select team_id from mine))",
            )
            .bind(account)
            .bind(me.0)
            .bind(wanted.into_iter().collect::<Vec<_>>())
            .fetch_all(tx.connection())
            .await?;
            for (team, user, mine) in rows {
                people
                    .teams
                    .entry(TeamId(team))
                    .or_default()
                    .push(UserId(user));
                if mine {
                    people.my_team.insert(UserId(user));
                }
            }
        }
        if who.iter().any(|who| who.deactivated) {
            let gone =
                sqlx::query_scalar("select id from users where account_id = $1 and not active");
            let gone: Vec<Uuid> = gone.bind(account).fetch_all(tx.connection()).await?;
            people.deactivated = gone.into_iter().map(UserId).collect();
        }
        Ok(people)
    }

    /// The ids of those who are meant, each once.
    pub fn ids(&self, who: &Who) -> Vec<Uuid> {
        let mut ids: BTreeSet<UserId> = who.users.iter().copied().collect();
        if who.me {
            ids.extend(self.me);
        }
        if who.my_team {
            ids.extend(&self.my_team);
        }
        if who.deactivated {
            ids.extend(&self.deactivated);
        }
        for team in &who.teams {
            ids.extend(self.teams.get(team).into_iter().flatten());
        }
        ids.into_iter().map(|user| user.0).collect()
    }
}
