//! The addresses of exports, beside pages and server functions: `/companies/export.csv` and `.xlsx`, with what the list's address says,
//! or with the records that were ticked. Who may not export finds nothing there.

use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, RawQuery},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
    routing,
};
use tokio::sync::Semaphore;
use tokio_util::io::ReaderStream;

use super::{
    file::{Sort, Writing},
    rows::Rows,
};
use crate::{
    model::{
        Actor, AppError, RecordKind,
        bulk::Selection,
        lists::{ListQuery, Place},
    },
    server::{context::Request, database::Database},
};

/// A server writes so many files at a time; further ones wait.
static PERMITS: Semaphore = Semaphore::const_new(2);

pub fn routes() -> Router {
    Router::new()
        .route(
            "/{kind}/export.csv",
            routing::get(|request, path, query| answer(Sort::Csv, request, path, query)),
        )
        .route(
            "/{kind}/export.xlsx",
            routing::get(|request, path, query| answer(Sort::Xlsx, request, path, query)),
        )
}

async fn answer(
    sort: Sort,
    Extension(request): Extension<Request>,
    Path(kind): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(actor) = request.actor.clone() else {
        return Redirect::to("/login").into_response();
    };
    let query = query.unwrap_or_default();
    match export(&request.app.database, &actor, sort, &kind, &query).await {
        Ok(response) => response,
        Err(error) => (error.status(), error.text(request.language)).into_response(),
    }
}

/// The records that the address speaks of: those named, else all of the list.
fn selection(kind: RecordKind, pairs: &[(String, String)]) -> Result<Selection, AppError> {
    if pairs.iter().any(|(name, _)| name == "records") {
        return Selection::read(kind, pairs).ok_or(AppError::NotFound);
    }
    let value = |name: &str| {
        let pair = pairs.iter().find(|(known, _)| known == name);
        pair.map(|(_, value)| value.as_str())
    };
    Ok(Selection::All(Box::new(ListQuery {
        page: Place::First,
        ..ListQuery::read(kind, value)
    })))
}

async fn export(
    database: &Database,
    actor: &Actor,
    sort: Sort,
    kind: &str,
    query: &str,
) -> Result<Response, AppError> {
    let kind = RecordKind::from_path(kind)
        .filter(|kind| actor.rights.export && actor.rights.may_use(*kind))
        .ok_or(AppError::NotFound)?;
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let all_columns = pairs
        .iter()
        .any(|(name, value)| name == "columns" && value == "all");
    pairs.retain(|(name, value)| !(name == "columns" && value == "all"));
    let selection = selection(kind, &pairs)?;
    let _permit = PERMITS.acquire().await.map_err(AppError::internal)?;
    let tx = database.begin(actor).await?;
    let mut rows = Rows::open(tx, kind, &selection, all_columns).await?;
    let mut writing = Writing::begin(sort, rows.fields(), actor.language)?;
    let mut n = 0;
    loop {
        let next = rows.next().await?;
        if next.is_empty() {
            break;
        }
        n += next.len();
        writing.write(&next)?;
    }
    // The database is not kept waiting for the packing, nor for whoever fetches it slowly.
    drop(rows);
    let file = tokio::task::spawn_blocking(move || writing.end())
        .await
        .map_err(AppError::internal)??;
    tracing::info!(
        kind = kind.path(),
        sort = sort.ending(),
        rows = n,
        "a list was exported"
    );
    answered(file, sort, kind)
}

/// The file, piece by piece.
fn answered(file: std::fs::File, sort: Sort, kind: RecordKind) -> Result<Response, AppError> {
    let length = file.metadata().map_err(AppError::internal)?.len();
    let pieces = ReaderStream::new(tokio::fs::File::from_std(file));
    download(kind.path(), sort, length, Body::from_stream(pieces))
}

/// A file of this name, without its ending, and of so many bytes, for nobody but who asked for it.
pub fn download(name: &str, sort: Sort, length: u64, body: Body) -> Result<Response, AppError> {
    let name = format!("attachment; filename=\"{name}.{}\"", sort.ending());
    let name = HeaderValue::from_str(&name).map_err(AppError::internal)?;
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(sort.content_type()),
        ),
        (header::CONTENT_DISPOSITION, name),
        (header::CONTENT_LENGTH, HeaderValue::from(length)),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        ),
    ];
    Ok((headers, body).into_response())
}
