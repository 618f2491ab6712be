//! The server functions of all record kinds: list, detail, form, create, save, choose who is responsible, delete, restore.
//! Each authorises by reading and writing as the person who calls; what he may not see is not found.

pub mod bulk;
pub mod links;
pub mod next_steps;
pub mod notes;
pub mod segments;

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::model::{
    AppError, Duty, RecordId, RecordKind, Role,
    bin::{BinPage, Deleted},
    bulk::How,
    conflict::Sent,
    lists::{ListPage, ListQuery, RelatedRows},
    records::{FormData, Found, RecordPage, Suggestion},
};

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        model::{
            Actor, Problem, UserId,
            catalogue::{CustomField, Holds},
            conflict::Base,
            forms::gathered,
            users::Colleague,
        },
        server::{
            context::{actor, viewing},
            database::{Database, Reached, Viewing},
        },
    },
};

/// One page of a list.
#[server(prefix = "/api", endpoint = "list")]
pub async fn list(kind: RecordKind, query: ListQuery) -> Result<ListPage, AppError> {
    let mut tx = viewing(kind).await?;
    store::list(&mut tx, kind, &query).await
}

/// How many records a list has, where its page did not wait for that.
#[server(prefix = "/api", endpoint = "list-count")]
pub async fn list_count(kind: RecordKind, query: ListQuery) -> Result<i64, AppError> {
    let mut tx = viewing(kind).await?;
    let narrowed = store::Narrowed::of(&mut tx, kind, &query).await?;
    narrowed.count(&mut tx, None).await
}

/// One record with who may be chosen for it and what happened to it.
#[server(prefix = "/api", endpoint = "detail")]
pub async fn detail(kind: RecordKind, id: RecordId) -> Result<RecordPage, AppError> {
    let mut tx = viewing(kind).await?;
    let record = store::record(&mut tx, kind, id).await?;
    let (because, others) = store::because(&mut tx, &record).await?;
    let (mut custom, everybody) = custom(&mut tx, kind).await?;
    // Of very many the page shows those that hold something.
    if custom.len() > MANY_FIELDS {
        custom.retain(|field| field.holds == Holds::User || !record.value(&field.key).is_empty());
    }
    Ok(RecordPage {
        custom,
        everybody,
        may_edit: store::may_edit(&mut tx, kind, id).await?,
        because,
        others,
        record,
        colleagues: store::colleagues(&mut tx, kind).await?,
        activity: store::activity(&mut tx, kind, id).await?,
    })
}

/// Up to so many custom fields show on a record's page even where they are empty.
#[cfg(feature = "ssr")]
const MANY_FIELDS: usize = 60;

/// What the account has added for a kind, and who may stand in its User fields.
#[cfg(feature = "ssr")]
async fn custom(
    tx: &mut Viewing,
    kind: RecordKind,
) -> Result<(Vec<CustomField>, Vec<Colleague>), AppError> {
    let catalogue = store::catalogue(tx, kind).await?;
    let custom: Vec<CustomField> = catalogue.custom().map(|field| (**field).clone()).collect();
    let everybody = if custom.iter().any(|field| field.holds == Holds::User) {
        store::everybody(tx).await?
    } else {
        Vec::new()
    };
    Ok((custom, everybody))
}

/// The form of a new record (`id` none) or of an existing one. `about` is the record on whose page a new one was asked for.
#[server(prefix = "/api", endpoint = "form")]
pub async fn form(
    kind: RecordKind,
    id: Option<RecordId>,
    about: Option<RecordId>,
) -> Result<FormData, AppError> {
    let mut tx = viewing(kind).await?;
    let record = match id {
        Some(id) => {
            let record = store::record(&mut tx, kind, id).await?;
            if !store::may_edit(&mut tx, kind, id).await? {
                return Err(AppError::form(Problem::MayNotEdit));
            }
            Some(record)
        }
        None => None,
    };
    // A form wins or loses nothing; a deal that is won or lost keeps its phase.
    let mut phases = Vec::new();
    if kind == RecordKind::Deal {
        let now = record.as_ref().map(|record| record.value("phase").clone());
        phases = store::phases(&mut tx).await?;
        phases.retain(|phase| phase.is_open() || Some(phase.value()) == now);
    }
    let values = match &record {
        Some(record) => record.values.clone(),
        None => store::proposed(&mut tx, kind, about, &phases).await?,
    };
    let (custom, everybody) = custom(&mut tx, kind).await?;
    Ok(FormData {
        custom,
        everybody,
        kind,
        id,
        version: record.as_ref().map_or(0, |record| record.version),
        name: record
            .as_ref()
            .map(|record| record.name())
            .unwrap_or_default(),
        values,
        colleagues: store::colleagues(&mut tx, kind).await?,
        phases,
    })
}

/// Creates a record from a form's inputs and leads to its page; `confirmed` is asked for where one would not see it there.
#[server(prefix = "/api", endpoint = "create")]
pub async fn create(
    kind: RecordKind,
    #[server(default)] values: BTreeMap<String, String>,
    #[server(default)] confirmed: bool,
) -> Result<(), AppError> {
    let mut tx = viewing(kind).await?;
    let values = gathered(values);
    let draft = store::prepare(&mut tx, kind, &values, None).await?;
    let mut tx = tx.write(Reached::new_record()).await?;
    let id = store::insert(&mut tx, &draft, store::Happened::Created).await?;
    let seen = tx.commit_if_meant(kind, id, confirmed).await?;
    leptos_axum::redirect(&after(kind, id, seen));
    Ok(())
}

/// Saves a form over the version that it was opened with, and leads back to the record's page. Where somebody has saved
/// meanwhile, `base` tells what was changed here, what was asked before, and what was chosen.
#[server(prefix = "/api", endpoint = "save")]
pub async fn save(
    kind: RecordKind,
    id: RecordId,
    version: i64,
    #[server(default)] values: BTreeMap<String, String>,
    #[server(default)] base: Sent,
    #[server(default)] confirmed: bool,
) -> Result<(), AppError> {
    let tx = viewing(kind).await?;
    let (base, values) = (Base::from(base), gathered(values));
    let form = store::SaveForm {
        kind,
        id,
        version: Some(version),
        typed: &values,
        base: &base,
        confirmed,
    };
    let seen = store::save(tx, form).await?;
    leptos_axum::redirect(&after(kind, id, seen));
    Ok(())
}

/// To the record, or to the list where one does not see the record any more.
#[cfg(feature = "ssr")]
fn after(kind: RecordKind, id: RecordId, seen: bool) -> String {
    if seen {
        kind.address(id)
    } else {
        format!("/{}", kind.path())
    }
}

/// Moves a record into the bin, and leads to the list, which offers to undo it.
#[server(prefix = "/api", endpoint = "delete")]
pub async fn delete(kind: RecordKind, id: RecordId) -> Result<Deleted, AppError> {
    let deleted = store::delete(viewing(kind).await?, kind, id).await?;
    leptos_axum::redirect(&format!("/{}", kind.path()));
    Ok(deleted)
}

/// Takes a record out of the bin, and leads to its page.
#[server(prefix = "/api", endpoint = "restore")]
pub async fn restore(kind: RecordKind, id: RecordId) -> Result<(), AppError> {
    let (database, actor): (Database, Actor) = actor()?;
    if !actor.rights.may_use(kind) {
        return Err(AppError::NotFound);
    }
    let seen = store::restore(database.begin_in_bin(&actor).await?, kind, id).await?;
    leptos_axum::redirect(&after(kind, id, seen));
    Ok(())
}

/// What the caller may restore, latest first; `after` is where the page begins.
#[server(prefix = "/api", endpoint = "bin")]
pub async fn bin(#[server(default)] after: Option<String>) -> Result<BinPage, AppError> {
    let (database, actor) = actor()?;
    store::bin(&mut database.begin_in_bin(&actor).await?, after.as_deref()).await
}

/// Makes a user responsible in one role, or puts him into a User field; an empty `user` is nobody. `was` is whom the picker showed; `confirmed` is
/// asked for where one would not see the record any more.
#[server(prefix = "/api", endpoint = "choose_responsible")]
pub async fn choose_responsible(
    kind: RecordKind,
    id: RecordId,
    role: Duty,
    #[server(default)] user: String,
    #[server(default)] was: String,
    #[server(default)] confirmed: bool,
) -> Result<(), AppError> {
    let tx = viewing(kind).await?;
    let parse = |text: &str| match text {
        "" => Ok(None),
        text => text
            .parse::<UserId>()
            .map(Some)
            .map_err(|_| AppError::field(&role.key(), Problem::NotAColleague)),
    };
    let (user, was) = (parse(&user)?, parse(&was)?);
    let choice = store::ChooseResponsible {
        kind,
        id,
        duty: role,
        user,
        was,
        confirmed,
    };
    let seen = store::set_responsible(tx, choice).await?;
    if !seen {
        leptos_axum::redirect(&after(kind, id, seen));
    }
    Ok(())
}

/// Adds a user to those who share a role, or takes him out of it; `confirmed` is asked for where one would not see the record any
/// more. Who becomes a manager is a collaborator no longer.
#[server(prefix = "/api", endpoint = "change_people")]
pub async fn change_people(
    kind: RecordKind,
    id: RecordId,
    role: Role,
    how: How,
    #[server(default)] user: String,
    #[server(default)] confirmed: bool,
) -> Result<(), AppError> {
    let tx = viewing(kind).await?;
    let wrong = |problem| AppError::field(role.key(), problem);
    let user = match user.as_str() {
        "" => return Err(wrong(Problem::Required)),
        text => text.parse().map_err(|_| wrong(Problem::NotAColleague))?,
    };
    let change = store::ChangePeople {
        kind,
        id,
        role,
        how,
        user,
        confirmed,
    };
    let seen = store::change_people(tx, change).await?;
    if !seen {
        leptos_axum::redirect(&after(kind, id, seen));
    }
    Ok(())
}

/// Records of these kinds for a picker, by what was typed so far.
#[server(prefix = "/api", endpoint = "suggest")]
pub async fn suggest(kinds: Vec<RecordKind>, typed: String) -> Result<Vec<Suggestion>, AppError> {
    let (database, actor): (Database, Actor) = actor()?;
    if !kinds.iter().all(|kind| actor.rights.may_use(*kind)) {
        return Err(AppError::NotFound);
    }
    let mut tx = database.begin(&actor).await?;
    // Each once, however often it was asked for.
    let kinds: Vec<RecordKind> = RecordKind::ALL
        .into_iter()
        .filter(|kind| kinds.contains(kind))
        .collect();
    match kinds.as_slice() {
        [kind] => store::suggest(&mut tx, *kind, &typed).await,
        kinds => store::suggest_any(&mut tx, kinds, &typed).await,
    }
}

/// Everything that the caller sees and that has these beginnings of words, by kind; kinds without any are left out.
#[server(prefix = "/api", endpoint = "search")]
pub async fn search(#[server(default)] q: String) -> Result<Vec<Found>, AppError> {
    let (database, actor) = actor()?;
    store::search(&mut database.begin(&actor).await?, &q).await
}

/// The first records of `kind` that point at the record `id` of kind `of`, and how many there are.
#[server(prefix = "/api", endpoint = "related")]
pub async fn related(
    kind: RecordKind,
    of: RecordKind,
    id: RecordId,
) -> Result<RelatedRows, AppError> {
    let mut tx = viewing(kind).await?;
    store::related(&mut tx, kind, of, id).await
}
