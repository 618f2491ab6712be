//! The records of an export: one cursor in one transaction, so that none is lost or comes twice whatever happens meanwhile, read as the
//! one who exports. What he does not see is not there.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    model::{
        AppError, Problem, RecordKind,
        bulk::{MOST, Selection},
        catalogue::{Catalogue, Field, FieldType},
        lists::Row,
    },
    records::store::{Columns, PATIENCE, catalogue, columns, push_listed},
    server::database::Viewing,
};

/// So many records are read at a time.
const CHUNK: usize = 1_000;

/// What an export reads from.
pub struct Rows {
    tx: Viewing,
    columns: Columns,
    /// Who was responsible before this moment, instead of who is now.
    then: Option<DateTime<Utc>>,
}

impl Rows {
    /// Opens it; nothing that is written afterwards shows.
    pub async fn open(
        mut tx: Viewing,
        kind: RecordKind,
        selection: &Selection,
        all_columns: bool,
    ) -> Result<Self, AppError> {
        // Before anything is read: then all of it is of one moment.
        sqlx::query("set transaction isolation level repeatable read")
            .execute(tx.connection())
            .await?;
        sqlx::query(PATIENCE).execute(tx.connection()).await?;
        let catalogue = catalogue(&mut tx, kind).await?;
        let mut from = QueryBuilder::<Postgres>::new(
            "declare exported no scroll cursor for select r.id from ",
        );
        from.push(kind.table()).push(" r");
        let (wanted, then) = match selection {
            Selection::All(query) => {
                let narrowed = push_listed(&mut tx, &mut from, kind, query).await?;
                let most = i64::try_from(MOST).map_err(AppError::internal)?;
                if narrowed.count(&mut tx, Some(most)).await? > most {
                    return Err(AppError::form(Problem::TooManyRecords { max: MOST }));
                }
                let then = narrowed.then();
                (narrowed.query.columns, then)
            }
            Selection::Records(records) => {
                let ids: Vec<Uuid> = records.iter().map(|id| id.0).collect();
                let title = kind.title_field().column;
                let account = tx.actor().account.0;
                from.push(" where r.account_id = ").push_bind(account);
                from.push(" and r.id = any (").push_bind(ids);
                from.push(format!(") order by r.{title}, r.id"));
                (Vec::new(), None)
            }
        };
        from.build()
            .persistent(false)
            .execute(tx.connection())
            .await?;
        let fields = if all_columns {
            catalogue.editable().cloned().collect()
        } else {
            with_currency(&catalogue, columns(&catalogue, &wanted))
        };
        Ok(Self {
            tx,
            columns: Columns::new(kind, fields.iter()),
            then,
        })
    }

    pub fn fields(&self) -> &[Arc<Field>] {
        &self.columns.fields
    }

    /// The next records, in the order of the list; none after the last.
    pub async fn next(&mut self) -> Result<Vec<Row>, AppError> {
        let sql = format!("fetch {CHUNK} from exported");
        let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(self.tx.connection())
            .await?;
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = QueryBuilder::new(self.columns.select());
        select
            .push(" join unnest(")
            .push_bind(ids)
            .push("::uuid[]) with ordinality o (id, n) on o.id = r.id where r.account_id = ")
            .push_bind(self.tx.actor().account.0)
            .push(" order by o.n");
        let rows = select.build().fetch_all(self.tx.connection()).await?;
        match self.then {
            Some(then) => self.columns.read_as_of(&mut self.tx, &rows, then).await,
            None => self.columns.read(&mut self.tx, &rows).await,
        }
    }
}

/// An amount is nothing without its currency.
fn with_currency(catalogue: &Catalogue, fields: Vec<Arc<Field>>) -> Vec<Arc<Field>> {
    let is_amount = |field: &Arc<Field>| field.kind == FieldType::Money && field.custom.is_none();
    let has = |key: &str| fields.iter().any(|field| field.key() == key);
    let currency = catalogue.field("currency").filter(|_| !has("currency"));
    let mut all = Vec::with_capacity(fields.len() + 1);
    let mut currency = currency.cloned();
    for field in &fields {
        all.push(field.clone());
        if is_amount(field) {
            all.extend(currency.take());
        }
    }
    all
}
