//! What decided who saw records that lie in the bin now, where no policy shows them any more: for telling that they were deleted.
//! The same facts that `model::access` reasons about.

use std::collections::HashMap;

use sqlx::{AssertSqlSafe, Row as _};
use uuid::Uuid;

use super::people::{has_customer, stand_in};
use crate::{
    model::{
        AppError, RecordId, RecordKind, Role, UserId,
        access::{ContactFacts, Facts},
        responsibility::{Responsible, first_role, shared_fields},
    },
    server::database::Working,
};

/// What decided who saw records that lie in the bin now, where no policy shows them any more.
pub async fn facts_of(
    tx: &mut Working,
    kind: RecordKind,
    ids: &[Uuid],
) -> Result<HashMap<RecordId, Facts>, AppError> {
    let account = tx.account.0;
    let column = |role: Option<Role>| match role {
        Some(role) => format!("r.{}", role.column()),
        None => "null::uuid".to_owned(),
    };
    let first = column(first_role(kind));
    let second = column(kind.roles().iter().copied().find(|role| role.is_second()));
    let (company, contact) = match kind {
        RecordKind::Contact => ("null::uuid", "r.id"),
        _ if has_customer(kind) => ("r.company_id", "r.contact_id"),
        _ => ("null::uuid", "null::uuid"),
    };
    let sql = format!(
        "select r.id, {first} as first, {second} as second, k.created_by as creator, k.id is not null as of_contact,
           coalesce(c.firsts, '{{}}') as firsts, coalesce(c.seconds, '{{}}') as seconds
         from {} r left join contacts k on k.account_id = $1 and k.id = {contact}
         cross join lateral (
           select array_agg(c.sales_contact_id) as firsts, array_agg(c.second_sales_contact_id) as seconds from companies c
           where c.account_id = $1 and (c.id = {company}
             or c.id in (select l.company_id from company_contacts l where l.account_id = $1 and l.contact_id = {contact}))) c
         where r.account_id = $1 and r.id = any ($2)",
        kind.table()
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(ids)
        .fetch_all(tx.connection())
        .await?;
    let mut facts = HashMap::new();
    for row in rows {
        let user = |column: &str| -> Result<Option<UserId>, sqlx::Error> {
            Ok(row.try_get::<Option<Uuid>, _>(column)?.map(UserId))
        };
        let firsts: Vec<Option<Uuid>> = row.try_get("firsts")?;
        let seconds: Vec<Option<Uuid>> = row.try_get("seconds")?;
        let companies: Vec<Responsible> = firsts
            .into_iter()
            .zip(seconds)
            .map(|(first, second)| Responsible {
                first: first.map(UserId),
                second: second.map(UserId),
            })
            .collect();
        let contact = match user("creator")? {
            Some(creator) if row.try_get("of_contact")? => Some(ContactFacts {
                creator,
                linked: !companies.is_empty(),
            }),
            _ => None,
        };
        let of = Facts {
            kind,
            responsible: Responsible {
                first: user("first")?,
                second: user("second")?,
            },
            companies,
            contact,
            shared: Vec::new(),
        };
        facts.insert(RecordId(row.try_get("id")?), of);
    }
    for (role, field) in shared_fields(kind) {
        for (record, user) in stand_in(tx, kind, ids, &[field.0]).await? {
            if let Some(of) = facts.get_mut(&RecordId(record)) {
                of.shared.push((role, UserId(user)));
            }
        }
    }
    Ok(facts)
}
