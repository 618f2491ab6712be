//! What a list is narrowed to: its segment, a filter of its own, whose records, what they need, what was searched.
//! Lists, their counts, exports and acts on many records ask for the same.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder};
use uuid::Uuid;

use super::{
    catalogue::catalogue,
    duties::Duties,
    filter::Filter,
    mine::{NOT_CLOSED, push_need},
    next_steps::today,
    search::push_search,
    segments::saved_segment,
    statistic::Narrow,
};
use crate::{
    model::{
        AppError, Problem, RecordKind, UserId,
        lists::{BuiltIn, ListQuery},
        responsibility::first_role,
        search,
        segments::{
            Broken, Condition, Group, Match, Node, Operator, SavedSegment,
            check::{ME, MY_TEAM},
        },
        users::{Colleague, UserRole},
    },
    server::database::Viewing,
};

/// A list as it is asked for, with what its saved segment says of it.
#[derive(Debug)]
pub struct Narrowed {
    pub kind: RecordKind,
    /// With the columns and the order of the saved segment, where the list has none of its own.
    pub query: ListQuery,
    pub saved: Option<SavedSegment>,
    /// What cannot be asked for any more; nothing is found then.
    pub broken: Vec<Broken>,
    /// As whom the viewer may look; nobody where it makes no difference.
    pub lookers: Vec<Colleague>,
    typed: Vec<String>,
    me: UserId,
    duties: Duties,
    filter: Option<Filter>,
    statistic: Option<Narrow>,
}

impl Narrowed {
    pub async fn of(
        tx: &mut Viewing,
        kind: RecordKind,
        query: &ListQuery,
    ) -> Result<Self, AppError> {
        let mut query = query.clone();
        let saved = match query.saved {
            Some(id) => Some(saved_segment(tx, kind, id).await?),
            None => None,
        };
        if let Some(saved) = &saved {
            query.segment = BuiltIn::All;
            query.filter.get_or_insert_with(|| saved.filter.clone());
            query.sort = query.sort.or_else(|| saved.sort.clone());
            if query.columns.is_empty() {
                query.columns.clone_from(&saved.columns);
            }
        }
        let mut narrowed = Self {
            kind,
            saved,
            broken: Vec::new(),
            lookers: Vec::new(),
            typed: search::typed(&query.q),
            me: tx.actor().user,
            duties: Duties::of(tx, kind).await?,
            filter: None,
            statistic: None,
            query,
        };
        narrowed.statistic = match narrowed.query.statistic {
            Some(statistic) if kind == RecordKind::Ticket => Some(Narrow::of(tx, statistic).await?),
            _ => None,
        };
        narrowed.read_filter(tx).await?;
        Ok(narrowed)
    }

    async fn read_filter(&mut self, tx: &mut Viewing) -> Result<(), AppError> {
        let own = self.query.filter.clone().map(|filter| filter.0);
        let mut groups: Vec<Group> = own.into_iter().filter(|group| !group.is_empty()).collect();
        let relative = groups.iter().any(is_relative) || self.query.segment == BuiltIn::Mine;
        self.look(tx, relative).await?;
        if self.query.as_of.is_some() {
            groups.extend(self.whose_then(tx).await?);
        } else if groups.is_empty() {
            return Ok(());
        }
        match Filter::of(tx, self.kind, &groups, self.me, self.query.as_of).await? {
            Ok(filter) => self.filter = Some(filter),
            Err(broken) => self.broken = broken,
        }
        Ok(())
    }

    /// Finds out as whom the viewer may look, and lets him where he asks for it.
    async fn look(&mut self, tx: &mut Viewing, relative: bool) -> Result<(), AppError> {
        if relative {
            self.lookers = lookers(tx).await?;
        }
        match self.query.as_whom {
            Some(user) if relative && user != self.me => {
                if !self.lookers.iter().any(|one| one.id == user) {
                    return Err(AppError::NotFound);
                }
                self.me = user;
            }
            _ => self.query.as_whom = None,
        }
        Ok(())
    }

    /// Whose records a built-in segment or the address asks for, as conditions that the history answers.
    async fn whose_then(&self, tx: &mut Viewing) -> Result<Vec<Group>, AppError> {
        let catalogue = catalogue(tx, self.kind).await?;
        let held = catalogue.fields().iter();
        let held = held.filter(|field| field.role().is_some() || field.is_mine());
        let keys: Vec<&str> = held.map(|field| field.key()).collect();
        let of_fields = |keys: &[&str], matches, op, values: &[String]| {
            let condition = |key: &&str| {
                Node::Condition(Condition {
                    field: (*key).to_owned(),
                    op,
                    values: values.to_vec(),
                })
            };
            Group {
                matches,
                of: keys.iter().map(condition).collect(),
            }
        };
        let mut groups = Vec::new();
        match self.query.segment {
            BuiltIn::Mine => groups.push(of_fields(&keys, Match::Any, Operator::IsMe, &[])),
            BuiltIn::Unassigned => {
                let first = first_role(self.kind).map(|role| vec![role.key()]);
                let first = first.unwrap_or_else(|| keys.clone());
                groups.push(of_fields(&first, Match::None, Operator::IsNotEmpty, &[]));
            }
            _ => {}
        }
        if let Some(user) = self.query.responsible {
            let user = [user.to_string()];
            groups.push(of_fields(&keys, Match::Any, Operator::IsAnyOf, &user));
        }
        Ok(groups)
    }

    /// ` where …`: only records, as `r`, of this list.
    pub fn push(&self, query: &mut QueryBuilder<Postgres>, tx: &Viewing) {
        let actor = tx.actor();
        query
            .push(" where r.account_id = ")
            .push_bind(actor.account.0);
        if !self.broken.is_empty() {
            query.push(" and false");
        }
        let then = self.query.as_of.is_some();
        match self.query.segment {
            BuiltIn::Mine if !then => self.duties.push_of(query, self.me),
            BuiltIn::Unassigned if !then => self.duties.push_of_nobody(query),
            BuiltIn::Recent => {
                query.push(" and r.updated_at > now() - interval '30 days'");
            }
            BuiltIn::Waiting | BuiltIn::Closed => {
                query.push(format!(" and r.status = '{}'", self.query.segment.key()));
            }
            BuiltIn::All | BuiltIn::Mine | BuiltIn::Unassigned | BuiltIn::Open => {}
        }
        if self.query.segment.leaves_out_closed(self.kind) {
            query.push(NOT_CLOSED);
        }
        if let Some(user) = self.query.responsible.filter(|_| !then) {
            self.duties.push_of(query, user);
        }
        if let Some(action) = self.query.action {
            query
                .push(format!(
                    " and r.id in (select e.record_id from {}_events e where e.account_id = r.account_id and e.action_id = ",
                    self.kind.child()
                ))
                .push_bind(action)
                .push(")");
        }
        if let Some(statistic) = &self.statistic {
            statistic.push(query, actor.account);
        }
        if let Some(filter) = &self.filter {
            filter.push(query);
        }
        if let Some(need) = self.query.needs {
            query.push(" and ");
            push_need(query, self.kind, need, today(actor));
        }
        push_search(query, self.kind, actor.account, &self.typed);
    }

    /// Before which moment those whom the list shows were responsible, where it is not about now.
    pub fn then(&self) -> Option<DateTime<Utc>> {
        self.filter.as_ref().and_then(Filter::then)
    }

    /// Whether a plan may serve again with other values. A search, a filter and a number are planned for their own: some words begin
    /// hundreds of thousands, others one.
    pub fn planned_once(&self) -> bool {
        self.typed.is_empty() && self.filter.is_none() && self.statistic.is_none()
    }

    /// The first rows of a filter are found by reading the list in its order until there are enough: starting workers for that
    /// takes longer than doing it, though Postgres thinks otherwise. Counting goes the other way about.
    pub async fn in_order(&self, tx: &mut Viewing) -> Result<(), AppError> {
        if self.filter.is_some() {
            sqlx::query("set local max_parallel_workers_per_gather = 0")
                .execute(tx.connection())
                .await?;
        }
        Ok(())
    }

    /// How many records the list has for the viewer; of more than `most`, one more than that.
    pub async fn count(&self, tx: &mut Viewing, most: Option<i64>) -> Result<i64, AppError> {
        if !self.broken.is_empty() {
            return Ok(0);
        }
        if most.is_none()
            && let Some(count) = self.count_by_values(tx).await?
        {
            return Ok(count);
        }
        let table = self.kind.table();
        let mut query = match most {
            None => QueryBuilder::new(format!("select count(*) from {table} r")),
            Some(_) => QueryBuilder::new(format!("select count(*) from (select 1 from {table} r")),
        };
        self.push(&mut query, tx);
        if let Some(most) = most {
            query.push(format!(" limit {}) these", most.saturating_add(1)));
        }
        let counted = query
            .build_query_scalar()
            .persistent(self.planned_once())
            .fetch_one(tx.connection())
            .await;
        counted.map_err(|error| self.explained(error))
    }

    /// The same, as long as a page waits for it; of what only a filter finds, it may take longer.
    pub async fn count_soon(&self, tx: &mut Viewing) -> Result<Option<i64>, AppError> {
        if self.filter.is_none() {
            return self.count(tx, None).await.map(Some);
        }
        let patience = match self.query.counted {
            true => String::new(),
            false => format!("; set local statement_timeout = '{SOON}'"),
        };
        // Back to before it, whether it was given up or not: so that nothing else has less time.
        sqlx::raw_sql(AssertSqlSafe(format!(
            "savepoint counting; set local max_parallel_workers_per_gather = default{patience}"
        )))
        .execute(tx.connection())
        .await?;
        let counted = self.count(tx, None).await;
        sqlx::raw_sql("rollback to savepoint counting")
            .execute(tx.connection())
            .await?;
        match counted {
            Ok(count) => Ok(Some(count)),
            Err(error)
                if !self.query.counted && error == AppError::form(Problem::FilterTooSlow) =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Narrowed by nothing but whose they are.
    async fn count_by_values(&self, tx: &mut Viewing) -> Result<Option<i64>, AppError> {
        let of = &self.query;
        let whose = match (of.segment, of.responsible) {
            (BuiltIn::Mine, None) => Some(self.me),
            (BuiltIn::All, responsible) => responsible,
            _ => None,
        };
        let by_user_alone = self.duties.are_fields_alone()
            && self.planned_once()
            && of.needs.is_none()
            && of.action.is_none()
            && of.as_of.is_none();
        match whose.filter(|_| by_user_alone) {
            Some(user) => {
                let counts = self.duties.count_of(tx, &[user]).await?;
                Ok(Some(counts.first().map_or(0, |(_, count)| *count)))
            }
            None => Ok(None),
        }
    }

    /// A filter that the database gave up is to be made simpler; anything else went wrong by itself.
    pub fn explained(&self, error: sqlx::Error) -> AppError {
        let code = error.as_database_error().and_then(|error| error.code());
        if self.filter.is_some() && code.as_deref() == Some(GIVEN_UP) {
            tracing::debug!(%error, "a filter took too long");
            return AppError::form(Problem::FilterTooSlow);
        }
        error.into()
    }
}

/// Nobody notices that a page waits for so long.
const SOON: &str = "20ms";

/// The state of Postgres that says that a statement took longer than it may.
const GIVEN_UP: &str = "57014";

/// Whether what a filter finds depends on who looks; asked before anything is known of the account.
fn is_relative(group: &Group) -> bool {
    group.conditions().iter().any(|condition| {
        matches!(condition.op, Operator::IsMe | Operator::IsInMyTeam)
            || condition
                .values
                .iter()
                .any(|value| value == ME || value == MY_TEAM)
    })
}

/// As whom the viewer may look: an admin as anybody, who leads a team as its members.
async fn lookers(tx: &mut Viewing) -> Result<Vec<Colleague>, AppError> {
    let actor = tx.actor().clone();
    let rows: Vec<(Uuid, String)> = sqlx::query_as(
        "select u.id, u.full_name from users u
         where u.account_id = $1 and u.active and u.id <> $2 and ($3 or u.id in (
           select m.user_id from team_members l
           join team_members m on m.account_id = l.account_id and m.team_id = l.team_id
           where l.account_id = $1 and l.user_id = $2 and l.lead))
         order by u.full_name, u.id",
    )
    .bind(actor.account.0)
    .bind(actor.user.0)
    .bind(actor.role == UserRole::Admin)
    .fetch_all(tx.connection())
    .await?;
    let colleague = |(id, full_name)| Colleague {
        id: UserId(id),
        full_name,
        teams: Vec::new(),
        away_until: None,
        stand_in: None,
    };
    Ok(rows.into_iter().map(colleague).collect())
}
