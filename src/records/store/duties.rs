//! By what somebody is responsible for records of a kind: the columns of its roles, the roles that several share, and the User
//! fields that put a record under somebody's responsibilities. One condition for lists, figures, boards and segments.

use sqlx::{AssertSqlSafe, Postgres, QueryBuilder};
use uuid::Uuid;

use super::{catalogue::catalogue, custom::Storage};
use crate::{
    model::{AppError, RecordKind, UserId},
    server::database::Viewing,
};

/// What of a kind's records names somebody who is responsible.
#[derive(Clone, Debug)]
pub struct Duties {
    pub kind: RecordKind,
    account: Uuid,
    columns: Vec<&'static str>,
    /// Under which fields the values of people make it so.
    fields: Vec<Uuid>,
}

impl Duties {
    pub async fn of(tx: &mut Viewing, kind: RecordKind) -> Result<Self, AppError> {
        let catalogue = catalogue(tx, kind).await?;
        let roles = catalogue.fields().iter();
        let columns = roles.filter(|field| field.role().is_some());
        let mine = catalogue.fields().iter().filter(|field| field.is_mine());
        Ok(Self {
            kind,
            account: tx.actor().account.0,
            columns: columns.map(|field| field.column).collect(),
            fields: mine
                .filter_map(|field| field.apart())
                .map(|id| id.0)
                .collect(),
        })
    }

    /// Whether anybody can be responsible at all.
    pub fn are_any(&self) -> bool {
        !self.columns.is_empty() || !self.fields.is_empty()
    }

    fn values(&self) -> String {
        Storage::User.table(self.kind)
    }

    /// Only records, as `r`, for which this user is responsible.
    pub fn push_of(&self, query: &mut QueryBuilder<Postgres>, user: UserId) {
        if self.fields.is_empty() {
            query.push(" and (false");
            for column in &self.columns {
                query.push(format!(" or r.{column} = ")).push_bind(user.0);
            }
            query.push(")");
        } else if self.columns.is_empty() {
            query.push(" and ");
            self.push_holds(query, user);
        } else {
            // A set: "or" with a look at each record would read all of them.
            query.push(" and r.id in (");
            self.push_pairs(query, &[user], "id", "record_id");
            query.push(")");
        }
    }

    /// Whether what is somebody's is said by User fields alone. Then it is counted among their values, of which the policies show
    /// those whose record one sees: among the records, all of them would be read.
    pub fn are_fields_alone(&self) -> bool {
        self.columns.is_empty() && !self.fields.is_empty()
    }

    /// For how many records each of these users is responsible, where User fields alone say so.
    pub async fn count_of(
        &self,
        tx: &mut Viewing,
        users: &[UserId],
    ) -> Result<Vec<(UserId, i64)>, AppError> {
        // One field holds nobody twice.
        let what = if self.fields.len() == 1 {
            "*"
        } else {
            "distinct record_id"
        };
        let sql = format!(
            "select value, count({what}) from {} where account_id = $1 and value = any ($2) and field_id = any ($3) and live
             group by value",
            self.values()
        );
        let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
        let rows: Vec<(Uuid, i64)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(self.account)
            .bind(ids)
            .bind(&self.fields)
            .fetch_all(tx.connection())
            .await?;
        let counts = rows.into_iter().map(|(user, count)| (UserId(user), count));
        Ok(counts.collect())
    }

    /// Only records, as `r`, for which nobody is: without first role, or with nobody in any field.
    pub fn push_of_nobody(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some(first) = self.columns.first() {
            query.push(format!(" and r.{first} is null"));
        } else if !self.fields.is_empty() {
            query
                .push(format!(" and not exists (select 1 from {} v where v.account_id = r.account_id and v.record_id = r.id and v.field_id = any (", self.values()))
                .push_bind(self.fields.clone())
                .push("))");
        }
    }

    fn push_holds(&self, query: &mut QueryBuilder<Postgres>, user: UserId) {
        query
            .push(format!("exists (select 1 from {} v where v.account_id = r.account_id and v.record_id = r.id and v.value = ", self.values()))
            .push_bind(user.0)
            .push(" and v.live and v.field_id = any (")
            .push_bind(self.fields.clone())
            .push("))");
    }

    /// `from unnest(users) m (id) join … r`: the records of each of these users, each once.
    pub fn push_join(&self, query: &mut QueryBuilder<Postgres>, users: &[UserId]) {
        let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
        let table = self.kind.table();
        query
            .push(" from unnest(")
            .push_bind(ids)
            .push("::uuid[]) m (id) join ");
        if self.fields.is_empty() {
            query
                .push(format!("{table} r on r.account_id = "))
                .push_bind(self.account);
            query.push(" and (false");
            for column in &self.columns {
                query.push(format!(" or r.{column} = m.id"));
            }
            query.push(")");
            return;
        }
        query.push("(");
        self.push_pairs(query, users, "id, {user}", "record_id, value");
        query
            .push(format!(
                ") h (record, user_id) on h.user_id = m.id join {table} r on r.account_id = "
            ))
            .push_bind(self.account)
            .push(" and r.id = h.record");
    }

    /// The records of these users, each once, whatever makes one theirs: `of_record` of the kind's own table, in which `{user}` is
    /// the column that names him, and the same of the values.
    fn push_pairs(
        &self,
        query: &mut QueryBuilder<Postgres>,
        users: &[UserId],
        of_record: &str,
        of_value: &str,
    ) {
        let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
        for column in &self.columns {
            let what = of_record.replace("{user}", column);
            query
                .push(format!(
                    "select {what} from {} where account_id = ",
                    self.kind.table()
                ))
                .push_bind(self.account)
                .push(format!(" and {column} = any ("))
                .push_bind(ids.clone())
                .push(") union ");
        }
        query
            .push(format!(
                "select {of_value} from {} where account_id = ",
                self.values()
            ))
            .push_bind(self.account)
            .push(" and value = any (")
            .push_bind(ids)
            .push(") and live and field_id = any (")
            .push_bind(self.fields.clone())
            .push(")");
    }
}
