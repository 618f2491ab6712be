//! Who was responsible at the end of a day: the history answers, for the records that the viewer sees now.
//! A list as of a day shows these people in the place of those who are responsible by now.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, postgres::PgRow};
use uuid::Uuid;

use super::select::Columns;
use crate::{
    model::{AppError, UserId, Value, catalogue::Field, lists::Row},
    server::database::Viewing,
};

/// A record and what the history calls a role or a field of it.
type Place = (Uuid, String);

impl Columns {
    /// As [`Columns::read`], with those who were responsible just before a moment.
    pub async fn read_as_of(
        &self,
        tx: &mut Viewing,
        rows: &[PgRow],
        then: DateTime<Utc>,
    ) -> Result<Vec<Row>, AppError> {
        let mut read = self.read(tx, rows).await?;
        let mut held = self.held(tx, &read, then).await?;
        for row in &mut read {
            for (field, cell) in self.fields.iter().zip(&mut row.cells) {
                let Some(key) = history_key(field) else {
                    continue;
                };
                let people = held.remove(&(row.id.0, key)).unwrap_or_default();
                *cell = match (field.kind, people.len()) {
                    (_, 0) => Value::Empty,
                    (of, _) if of.is_several() => Value::Several(people),
                    _ => people.into_iter().next_back().unwrap_or_default(),
                };
            }
        }
        Ok(read)
    }

    async fn held(
        &self,
        tx: &mut Viewing,
        rows: &[Row],
        then: DateTime<Utc>,
    ) -> Result<BTreeMap<Place, Vec<Value>>, AppError> {
        let keys: Vec<String> = self
            .fields
            .iter()
            .filter_map(|field| history_key(field))
            .collect();
        let added = self.fields.iter().filter(|field| field.apart().is_some());
        let fields: Vec<String> = added.filter_map(|field| history_key(field)).collect();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
        // Of a role the last entry, of a field the last of each person who was not taken out with it.
        let sql = format!(
            "select h.record_id, h.role, u.id, u.full_name, u.active from (
               select distinct on (record_id, role, case when role = any ($5) then user_id end)
                 record_id, role, user_id, taken_out, at, id
               from {}_responsibilities
               where account_id = $1 and record_id = any ($2) and role = any ($3) and at < $4
               order by record_id, role, case when role = any ($5) then user_id end, at desc, taken_out, id desc
             ) h join users u on u.account_id = $1 and u.id = h.user_id
             where not h.taken_out order by h.at, h.id",
            self.kind().child()
        );
        let rows: Vec<(Uuid, String, Uuid, String, bool)> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(tx.actor().account.0)
            .bind(ids)
            .bind(keys)
            .bind(then)
            .bind(fields)
            .fetch_all(tx.connection())
            .await?;
        let mut held: BTreeMap<Place, Vec<Value>> = BTreeMap::new();
        for (record, role, id, name, active) in rows {
            let user = Value::User {
                id: UserId(id),
                name,
                active,
            };
            held.entry((record, role)).or_default().push(user);
        }
        Ok(held)
    }
}

/// Under which name the history knows a role or a User field.
pub(super) fn history_key(field: &Field) -> Option<String> {
    let people = field.kind.is_people();
    people.then(|| match field.apart() {
        Some(id) => id.to_string(),
        None => field.key().to_owned(),
    })
}
