//! What the form of a new record begins with: whoever creates it, the account's defaults, and what is known of the record on whose page
//! it was asked for.

use super::{
    catalogue::catalogue, next_steps::today, record, resolve::record_by_id, write::begins_with,
};
use crate::{
    model::{
        AppError, RecordId, RecordKind, Role, UserId, Value, pipeline::Phase,
        responsibility::first_role,
    },
    server::database::Viewing,
};

type Values = Vec<(String, Value)>;

/// By the keys of fields, each once. `about` is the record on whose page the new one was asked for; `phases` those in which a deal can
/// begin.
pub async fn proposed(
    tx: &mut Viewing,
    kind: RecordKind,
    about: Option<RecordId>,
    phases: &[Phase],
) -> Result<Values, AppError> {
    let mut values = match about {
        Some(id) => from(tx, kind, id).await?,
        None => Vec::new(),
    };
    let mut propose = |key: &str, value: Value| {
        if !values.iter().any(|(known, _)| known == key) {
            values.push((key.to_owned(), value));
        }
    };
    // The creator is proposed where somebody must be responsible.
    if let Some(role) = first_role(kind).filter(|role| kind.requires(*role)) {
        propose(role.key(), tx.actor().value());
    }
    if kind.field("currency").is_some() {
        propose("currency", Value::Text("EUR".to_owned()));
    }
    if let Some(phase) = phases.first() {
        propose("phase", phase.value());
    }
    if kind == RecordKind::Invoice {
        propose("date", Value::Date(today(tx.actor())));
    }
    let catalogue = catalogue(tx, kind).await?;
    for field in catalogue.editable() {
        if let Some(begins) = begins_with(tx, kind, field).await? {
            propose(field.key(), begins.shown);
        }
    }
    Ok(values)
}

/// What follows from the record that it was asked for on: it is about that, or comes from it.
async fn from(tx: &mut Viewing, kind: RecordKind, id: RecordId) -> Result<Values, AppError> {
    let pointing = kind.fields().iter();
    for field in pointing.filter(|field| !field.kind.targets().is_empty()) {
        let Ok(value) = record_by_id(tx, field.kind.targets(), id.0).await? else {
            continue;
        };
        let of = match value {
            Value::Record { kind, .. } => Some(kind),
            _ => None,
        };
        let mut values = vec![(field.key().to_owned(), value)];
        if (kind, of) == (RecordKind::Project, Some(RecordKind::Deal)) {
            values.extend(from_deal(tx, id).await?);
        }
        return Ok(values);
    }
    Ok(Vec::new())
}

/// A project does what the deal has promised, for the same customer. Whoever had the deal manages it, with whoever creates it.
async fn from_deal(tx: &mut Viewing, id: RecordId) -> Result<Values, AppError> {
    let deal = record(tx, RecordKind::Deal, id).await?;
    let of = |key: &str| deal.value(key).clone();
    let mut managers = vec![tx.actor().value()];
    let assignee = of(Role::AssignedTo.key());
    let takes_part = super::colleagues(tx, RecordKind::Project).await?;
    let may = |user: UserId| user != tx.actor().user && takes_part.iter().any(|one| one.id == user);
    if assignee.user().is_some_and(may) {
        managers.push(assignee);
    }
    let values = [
        ("title", of("title")),
        ("customer", of("customer")),
        ("budget", of("value")),
        ("currency", of("currency")),
        (Role::Manager.key(), Value::Several(managers)),
    ];
    let given = values.into_iter().filter(|(_, value)| !value.is_empty());
    Ok(given.map(|(key, value)| (key.to_owned(), value)).collect())
}
