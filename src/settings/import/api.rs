//! The server functions of imports. Each reads as who calls: others' imports are not found, but for the account's admins,
//! who look and undo; only who has sent a file checks and imports it. The file itself comes by `upload`.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{Fate, Import, Page, Progress};
use crate::model::{AppError, ImportId};

#[cfg(feature = "ssr")]
use {
    super::{Column, Task, run, store, store::Wanted},
    crate::{
        model::{
            Actor, Problem, RecordKind,
            catalogue::{Catalogue, Field},
        },
        records::{import::Columns, store::catalogue},
        server::{context::actor, database::Database},
    },
    std::sync::Arc,
};

/// The page of an import.
pub fn address(id: ImportId) -> String {
    format!("/settings/import/{id}")
}

/// The latest imports: the caller's own, or an account's for its admins.
#[server(prefix = "/api", endpoint = "imports")]
pub async fn imports() -> Result<Vec<Import>, AppError> {
    let (database, actor) = actor()?;
    store::list(&mut database.begin(&actor).await?).await
}

/// One import with a page of its rows, behind a line of the file.
#[server(prefix = "/api", endpoint = "import_page")]
pub async fn import_page(
    import: ImportId,
    #[server(default)] show: Option<Fate>,
    #[server(default)] after: i64,
) -> Result<Page, AppError> {
    let (database, actor) = actor()?;
    store::page(&mut database.begin(&actor).await?, import, show, after).await
}

/// How far it is.
#[server(prefix = "/api", endpoint = "import_progress")]
pub async fn import_progress(import: ImportId) -> Result<Progress, AppError> {
    let (database, actor) = actor()?;
    let stored = store::import(&mut database.begin(&actor).await?, import).await?;
    Ok(stored.import.progress)
}

/// Checks a file or imports it, with the fields that were chosen for its columns; `fields` has them by number.
#[server(prefix = "/api", endpoint = "run_import")]
pub async fn run_import(
    import: ImportId,
    #[server(default)] then: String,
    #[server(default)] kind: String,
    #[server(default)] fields: BTreeMap<String, String>,
) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let task = match then.as_str() {
        "import" => Task::Import,
        _ => Task::Check,
    };
    let stored = store::import(&mut database.begin(&actor).await?, import).await?;
    let kind = RecordKind::from_child(&kind)
        .filter(|kind| actor.rights.may_use(*kind))
        .ok_or_else(|| AppError::field("kind", Problem::KindUnknown))?;
    // Fields of another kind say nothing of this one: its columns are recognised anew.
    let columns = if stored.import.kind == Some(kind) {
        chosen(stored.columns, &fields)
    } else {
        let catalogue = catalogue(&mut database.begin(&actor).await?, kind).await?;
        recognised(stored.columns, &catalogue)
    };
    let columns = Some((kind, columns));
    begin(&database, &actor, import, Wanted { task, columns }).await?;
    leptos_axum::redirect(&address(import));
    Ok(())
}

/// Goes on with what was stopped.
#[server(prefix = "/api", endpoint = "resume_import")]
pub async fn resume_import(import: ImportId) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let stored = store::import(&mut database.begin(&actor).await?, import).await?;
    let wanted = Wanted {
        task: stored.import.progress.task,
        columns: None,
    };
    run::start(&database, &actor, import, wanted).await?;
    leptos_axum::redirect(&address(import));
    Ok(())
}

/// Puts what an import has created into the bin again.
#[server(prefix = "/api", endpoint = "undo_import")]
pub async fn undo_import(import: ImportId) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    let wanted = Wanted {
        task: Task::Undo,
        columns: None,
    };
    run::start(&database, &actor, import, wanted).await?;
    leptos_axum::redirect(&address(import));
    Ok(())
}

#[cfg(feature = "ssr")]
fn chosen(columns: Vec<Column>, fields: &BTreeMap<String, String>) -> Vec<Column> {
    let field = |n: usize| fields.get(&n.to_string()).filter(|key| !key.is_empty());
    let columns = columns.into_iter().enumerate();
    let column = |(n, column): (usize, Column)| Column {
        field: field(n).cloned(),
        ..column
    };
    columns.map(column).collect()
}

#[cfg(feature = "ssr")]
fn recognised(columns: Vec<Column>, catalogue: &Arc<Catalogue>) -> Vec<Column> {
    let headings: Vec<String> = columns.iter().map(|c| c.heading.clone()).collect();
    let found = Columns::of_headings(&headings, catalogue);
    let columns = columns.into_iter().zip(found.fields);
    let column = |(column, field): (Column, Option<Arc<Field>>)| Column {
        field: field.map(|field| field.key().to_owned()),
        ..column
    };
    columns.map(column).collect()
}

/// Begins, where the columns are such that it can be done; else they are kept, with what is wrong, for the page.
#[cfg(feature = "ssr")]
pub(super) async fn begin(
    database: &Database,
    actor: &Actor,
    id: ImportId,
    wanted: Wanted,
) -> Result<(), AppError> {
    let mut tx = database.begin(actor).await?;
    let (kind, columns) = match &wanted.columns {
        Some((kind, columns)) => (*kind, columns.clone()),
        None => {
            let stored = store::import(&mut tx, id).await?;
            let kind = stored.import.kind.ok_or(AppError::NotFound)?;
            (kind, stored.columns)
        }
    };
    let headings: Vec<String> = columns.iter().map(|c| c.heading.clone()).collect();
    let keys: Vec<Option<String>> = columns.iter().map(|c| c.field.clone()).collect();
    let catalogue = catalogue(&mut tx, kind).await?;
    match Columns::chosen(&headings, &keys, &catalogue) {
        Ok(_) => {
            drop(tx);
            run::start(database, actor, id, wanted).await
        }
        Err(error) => store::save_columns(tx, id, kind, &columns, &error).await,
    }
}
