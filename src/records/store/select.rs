//! From the catalogue to the columns of a select, and from its rows back to values.
//! All SQL here is made of the catalogue's own words; what people type is always a bind parameter.

use std::{fmt::Write as _, sync::Arc};

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::custom;
use crate::{
    model::{
        Actor, AppError, Language, RecordId, RecordKind, UserId, Value,
        catalogue::{CustomField, Field, FieldType},
        invoices::InvoiceStatus,
        lists::Row,
    },
    server::database::Viewing,
};

/// The fields that are read of records, from a table called `r`; custom ones from tables of their own.
pub struct Columns {
    kind: RecordKind,
    pub fields: Vec<Arc<Field>>,
}

impl Columns {
    pub fn new<'a>(kind: RecordKind, fields: impl Iterator<Item = &'a Arc<Field>>) -> Self {
        Self {
            kind,
            fields: fields.cloned().collect(),
        }
    }

    /// `select r.id, r.version, … from … r left join …`
    pub fn select(&self) -> String {
        let mut columns = String::from("select r.id, r.version");
        let mut joins = String::new();
        for field in self.fields.iter().filter(|field| field.apart().is_none()) {
            let (key, column) = (field.key(), field.column);
            if let FieldType::Linked(kind) = field.kind {
                let _ = write!(columns, ", {}", linked(self.kind, kind, key));
                continue;
            }
            if field.kind == FieldType::Customer {
                let _ = write!(
                    columns,
                    ", coalesce(r.company_id, r.contact_id) as {key}, coalesce(j_company.id, j_contact.id) as {key}_id,
                     r.contact_id is not null as {key}_is_contact, {} as {key}_name",
                    customer_name(self.kind)
                );
                joins.push_str(CUSTOMER_JOINS);
                continue;
            }
            let _ = write!(columns, ", r.{column} as {key}");
            // Writing to a String cannot fail.
            let _ = match field.kind {
                FieldType::User(_) => {
                    let _ = write!(
                        columns,
                        ", j_{key}.full_name as {key}_name, j_{key}.active as {key}_active"
                    );
                    write!(
                        joins,
                        " left join users j_{key} on j_{key}.account_id = r.account_id and j_{key}.id = r.{column}"
                    )
                }
                FieldType::Record(kind) => {
                    let (table, title) = (kind.table(), kind.title_field().column);
                    let _ = write!(
                        columns,
                        ", j_{key}.id as {key}_id, j_{key}.{title} as {key}_name"
                    );
                    write!(
                        joins,
                        " left join {table} j_{key} on j_{key}.account_id = r.account_id and j_{key}.id = r.{column}"
                    )
                }
                FieldType::Phase => {
                    let _ = write!(columns, ", j_{key}.name as {key}_name");
                    write!(
                        joins,
                        " left join deal_phases j_{key} on j_{key}.account_id = r.account_id and j_{key}.id = r.{column}"
                    )
                }
                FieldType::Status => write!(
                    columns,
                    ", (r.{column} = 'booked' and r.due_date < (select account_today())) is true as {key}_overdue"
                ),
                FieldType::Money => write!(columns, ", r.currency as {key}_currency"),
                _ => Ok(()),
            };
        }
        format!("{columns} from {} r{joins}", self.kind.table())
    }

    pub const fn kind(&self) -> RecordKind {
        self.kind
    }

    /// The fields' names, in order.
    pub fn keys(&self) -> Vec<String> {
        let keys = self.fields.iter().map(|field| field.key().to_owned());
        keys.collect()
    }

    /// Those of them that admins have added.
    pub fn custom(&self) -> Vec<CustomField> {
        let custom = self.fields.iter().filter_map(|field| field.custom.as_ref());
        custom.map(|field| CustomField::clone(field)).collect()
    }

    /// The records of these rows, each with a value per field.
    pub async fn read(&self, tx: &mut Viewing, rows: &[PgRow]) -> Result<Vec<Row>, AppError> {
        let actor = tx.actor().clone();
        let ids: Vec<Uuid> = rows
            .iter()
            .map(|row| row.try_get("id"))
            .collect::<Result<_, _>>()?;
        let mut custom = custom::values(tx, self.kind, &ids, &self.fields).await?;
        let read = |(row, id): (&PgRow, &Uuid)| {
            let id = RecordId(*id);
            let cell = |field: &Arc<Field>| match field.apart() {
                Some(apart) => Ok(custom.take(id, apart)),
                None => value(field, row, &actor),
            };
            Ok(Row {
                id,
                cells: self
                    .fields
                    .iter()
                    .map(cell)
                    .collect::<Result<_, AppError>>()?,
            })
        };
        rows.iter().zip(&ids).map(read).collect()
    }
}

/// The customer of a record `r`, of whichever kind he is; both are none where the policies hide him.
pub const CUSTOMER_JOINS: &str = " left join companies j_company on j_company.account_id = r.account_id and j_company.id = r.company_id
     left join contacts j_contact on j_contact.account_id = r.account_id and j_contact.id = r.contact_id";
/// Without his name a record that is for him could not be understood: it shows even where he himself does not. A ticket is
/// understood by the address that it came from.
pub const fn customer_name(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Ticket => "coalesce(j_company.name, j_contact.name, r.client_email)",
        _ => "coalesce(j_company.name, j_contact.name, customer_name(r.company_id, r.contact_id))",
    }
}

/// The records that are linked to `r`, by name: two arrays, of ids and of names.
fn linked(kind: RecordKind, other: RecordKind, key: &str) -> String {
    let (own, its) = (kind.child(), other.child());
    let (table, title) = (other.table(), other.title_field().column);
    let of = |what: &str| {
        format!(
            "array(select o.{what} from company_contacts l join {table} o on o.account_id = l.account_id and o.id = l.{its}_id
             where l.account_id = r.account_id and l.{own}_id = r.id order by o.{title}, o.id)"
        )
    };
    format!("{} as {key}, {} as {key}_name", of("id"), of(title))
}

fn value(field: &Field, row: &PgRow, actor: &Actor) -> Result<Value, AppError> {
    let key = field.key();
    let beside = |what: &str| format!("{key}_{what}");
    let value = match field.kind {
        FieldType::Date => row.try_get::<Option<NaiveDate>, _>(key)?.map(Value::Date),
        FieldType::Moment => row
            .try_get::<Option<DateTime<Utc>>, _>(key)?
            .map(|at| Value::Moment(actor.local(at))),
        FieldType::Integer { .. } => row
            .try_get::<Option<i32>, _>(key)?
            .map(|n| Value::Integer(n.into())),
        FieldType::Money => match row.try_get::<Option<Decimal>, _>(key)? {
            Some(amount) => Some(Value::Amount {
                amount,
                currency: row.try_get(beside("currency").as_str())?,
            }),
            None => None,
        },
        FieldType::Tags | FieldType::Several(_) => row
            .try_get::<Option<Vec<String>>, _>(key)?
            .filter(|tags| !tags.is_empty())
            .map(Value::Tags),
        FieldType::User(_) => match row.try_get::<Option<Uuid>, _>(key)? {
            Some(id) => Some(Value::User {
                id: UserId(id),
                name: row.try_get(beside("name").as_str())?,
                active: row.try_get(beside("active").as_str())?,
            }),
            None => None,
        },
        FieldType::Record(kind) => record(key, row, kind, actor.language)?,
        FieldType::Customer => {
            let is_contact: bool = row.try_get(beside("is_contact").as_str())?;
            let kind = if is_contact {
                RecordKind::Contact
            } else {
                RecordKind::Company
            };
            record(key, row, kind, actor.language)?
        }
        FieldType::Linked(kind) => {
            let ids: Vec<Uuid> = row.try_get(key)?;
            let names: Vec<String> = row.try_get(beside("name").as_str())?;
            let records: Vec<_> = ids.into_iter().map(RecordId).zip(names).collect();
            (!records.is_empty()).then_some(Value::Records { kind, records })
        }
        FieldType::Phase => match row.try_get::<Option<Uuid>, _>(key)? {
            Some(id) => Some(Value::Choice {
                id,
                label: row.try_get(beside("name").as_str())?,
            }),
            None => None,
        },
        FieldType::Line { .. }
        | FieldType::Lines { .. }
        | FieldType::Email
        | FieldType::Telephone
        | FieldType::WebAddress => row.try_get::<Option<String>, _>(key)?.map(Value::Text),
        FieldType::Status => row
            .try_get::<Option<String>, _>(key)?
            .map(|code| Ok::<_, AppError>(status(&code, row.try_get(beside("overdue").as_str())?)))
            .transpose()?,
        FieldType::Fixed(choices) => row
            .try_get::<Option<String>, _>(key)?
            .map(|code| fixed(choices, &code, actor.language)),
        // These stand in tables of their own.
        FieldType::Number
        | FieldType::YesNo
        | FieldType::Counter
        | FieldType::Choice { .. }
        | FieldType::Person { .. }
        | FieldType::Shared(_) => None,
    };
    Ok(value.unwrap_or_default())
}

/// The record that a field points at; its id is the joined one, none where the policies hide it.
fn record(
    key: &str,
    row: &PgRow,
    kind: RecordKind,
    language: Language,
) -> Result<Option<Value>, AppError> {
    if row.try_get::<Option<Uuid>, _>(key)?.is_none() {
        return Ok(None);
    }
    Ok(Some(Value::Record {
        kind,
        id: row
            .try_get::<Option<Uuid>, _>(format!("{key}_id").as_str())?
            .map(RecordId),
        // What has this value can be understood without the name of a record that is out of reach.
        name: row
            .try_get::<Option<String>, _>(format!("{key}_name").as_str())?
            .unwrap_or_else(|| kind.some().get(language).to_owned()),
    }))
}

/// An invoice's state by its code.
pub fn status(code: &str, overdue: bool) -> Value {
    match InvoiceStatus::from_code(code) {
        Some(status) => Value::Status { status, overdue },
        None => Value::Text(code.to_owned()),
    }
}

/// A fixed choice by its label; the code again where the label is none of ours any more.
pub fn fixed(
    choices: &[crate::model::values::FixedChoice],
    code: &str,
    language: Language,
) -> Value {
    let label = choices
        .iter()
        .find(|choice| choice.code == code)
        .map_or(code, |choice| choice.label.get(language));
    Value::Text(label.to_owned())
}
