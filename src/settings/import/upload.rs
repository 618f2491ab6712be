//! The two addresses that are no pages: a file is sent to one, as a form with a file in it; from the other comes the file of
//! bad rows. Both answer with a redirect or a file, with scripts and without.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{Multipart, Path, multipart::Field},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing,
};
use uuid::Uuid;

use super::{Column, MEGABYTES, Task, run, store, store::Wanted};
use crate::{
    model::{
        Actor, AppError, ImportId, Problem, RecordKind, catalogue::Catalogue, forms::Returned,
        lists::encoded,
    },
    records::{
        import::{BadRow, Columns, Limits, Report, Sheet, shown_heading},
        store::{catalogue, catalogues},
    },
    server::{context::Request, http::come_back},
};

/// What a file may hold.
pub const LIMITS: Limits = Limits {
    rows: 100_000,
    columns: 200,
};
const MAX_BYTES: usize = MEGABYTES * 1024 * 1024;

pub fn routes() -> Router {
    Router::new()
        .route("/settings/import/file", routing::post(upload))
        .route("/settings/import/{id}/bad-rows.csv", routing::get(bad_rows))
}

/// What the form has sent.
#[derive(Default)]
struct Form {
    kind: String,
    then: String,
    file_name: String,
    bytes: Vec<u8>,
    too_large: bool,
}

impl Form {
    async fn read(mut multipart: Multipart) -> Result<Self, AppError> {
        let mut form = Self::default();
        let broken = |error: axum::extract::multipart::MultipartError| {
            tracing::debug!(%error, "a file did not arrive");
            let problem = match error.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::FileTooLarge { max: MEGABYTES },
                _ => Problem::NoFile,
            };
            AppError::form(problem)
        };
        while let Some(mut field) = multipart.next_field().await.map_err(broken)? {
            match field.name().unwrap_or_default() {
                "file" => form.take_file(&mut field).await.map_err(broken)?,
                "kind" => form.kind = field.text().await.map_err(broken)?,
                "then" => form.then = field.text().await.map_err(broken)?,
                _ => {}
            }
        }
        Ok(form)
    }

    /// One that is too large is read to its end all the same: a browser shows no answer before it has sent everything.
    async fn take_file(
        &mut self,
        field: &mut Field<'_>,
    ) -> Result<(), axum::extract::multipart::MultipartError> {
        self.file_name = file_name(field.file_name().unwrap_or_default());
        while let Some(chunk) = field.chunk().await? {
            self.too_large |= self.bytes.len() + chunk.len() > MAX_BYTES;
            if self.too_large {
                self.bytes = Vec::new();
            } else {
                self.bytes.extend_from_slice(&chunk);
            }
        }
        Ok(())
    }
}

/// Some browsers have sent the whole path.
fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    store::short(name, 200)
}

async fn upload(Extension(request): Extension<Request>, multipart: Multipart) -> Response {
    let Some(actor) = request.actor.clone() else {
        return Redirect::to("/login").into_response();
    };
    let mut kind = String::new();
    match take(&request, &actor, multipart, &mut kind).await {
        Ok(id) => Redirect::to(&super::api::address(id)).into_response(),
        Err(error) => {
            let returned = Returned {
                action: super::pages::UPLOAD.to_owned(),
                typed: vec![("kind".to_owned(), kind)],
                error: Some(error),
                answer: None,
            };
            come_back(&request, "/settings/import", &returned).await
        }
    }
}

async fn take(
    request: &Request,
    actor: &Actor,
    multipart: Multipart,
    chosen: &mut String,
) -> Result<ImportId, AppError> {
    let form = Form::read(multipart).await?;
    chosen.extend(
        form.kind
            .chars()
            .filter(|c| c.is_ascii_alphanumeric())
            .take(20),
    );
    if form.too_large {
        let max = MEGABYTES;
        return Err(AppError::form(Problem::FileTooLarge { max }));
    }
    if form.file_name.is_empty() && form.bytes.is_empty() {
        return Err(AppError::form(Problem::NoFile));
    }
    let kind = match form.kind.as_str() {
        "" => None,
        chosen => Some(
            RecordKind::from_child(chosen)
                .filter(|kind| actor.rights.may_use(*kind))
                .ok_or(AppError::NotFound)?,
        ),
    };
    let sheet = run::sheet(form.bytes.clone()).await?;
    if sheet.rows.is_empty() {
        return Err(AppError::form(Problem::NoRows));
    }
    let database = &request.app.database;
    let catalogues = catalogues(&mut database.begin(actor).await?).await?;
    let kind = kind.or_else(|| Columns::guess(&sheet.header, &catalogues));
    let catalogue = catalogues
        .iter()
        .find(|catalogue| Some(catalogue.kind) == kind);
    let sent = store::Sent {
        file_name: form.file_name,
        kind,
        columns: columns(&sheet, catalogue),
        rows: sheet.rows.len(),
        bytes: form.bytes,
    };
    drop(sheet);
    let id = store::add(database.begin(actor).await?, sent).await?;
    let task = match form.then.as_str() {
        "import" => Task::Import,
        _ => Task::Check,
    };
    let columns = None;
    // What stands in its way is said on the import's own page, where it can be put right.
    if kind.is_some() {
        super::api::begin(database, actor, id, Wanted { task, columns }).await?;
    }
    Ok(id)
}

/// The columns as the page shows them, each with the field that its heading speaks of.
fn columns(sheet: &Sheet, catalogue: Option<&Arc<Catalogue>>) -> Vec<Column> {
    let recognised = catalogue.map(|catalogue| Columns::of_headings(&sheet.header, catalogue));
    let samples = |n: usize| {
        let cells = sheet.rows.iter().filter_map(|row| row.cells.get(n));
        let cells = cells.map(|cell| store::short(cell, 40));
        cells.filter(|cell| !cell.is_empty()).take(3).collect()
    };
    let column = |(n, heading): (usize, &String)| Column {
        heading: shown_heading(heading, n),
        samples: samples(n),
        field: recognised
            .as_ref()
            .and_then(|columns| columns.fields[n].as_ref())
            .map(|field| field.key().to_owned()),
    };
    sheet.header.iter().enumerate().map(column).collect()
}

async fn bad_rows(Extension(request): Extension<Request>, Path(id): Path<String>) -> Response {
    let Some(actor) = request.actor.clone() else {
        return Redirect::to("/login").into_response();
    };
    match bad_rows_file(&request, &actor, &id).await {
        Ok((name, bytes)) => {
            let name = format!(
                "attachment; filename=\"bad-rows.csv\"; filename*=UTF-8''{}",
                encoded(&name)
            );
            let Ok(name) = HeaderValue::from_str(&name) else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            let headers = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/csv; charset=utf-8"),
                ),
                (header::CONTENT_DISPOSITION, name),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => (error.status(), error.text(request.language)).into_response(),
    }
}

/// As the command line writes it: `companies.csv` → `companies.bad-rows.csv`.
async fn bad_rows_file(
    request: &Request,
    actor: &Actor,
    id: &str,
) -> Result<(String, Vec<u8>), AppError> {
    let id: Uuid = id.parse().map_err(|_| AppError::NotFound)?;
    let id = ImportId(id);
    let mut tx = request.app.database.begin(actor).await?;
    let stored = store::import(&mut tx, id).await?;
    let kind = stored.import.kind.ok_or(AppError::NotFound)?;
    let bytes = store::file(&mut tx, id).await?;
    let mut problems = store::bad_rows(&mut tx, id).await?;
    let catalogue = catalogue(&mut tx, kind).await?;
    drop(tx);
    let sheet = run::sheet(bytes).await?;
    let rows = sheet.rows.len();
    let bad = |row: crate::records::import::Row| {
        let problems = problems.remove(&row.line)?;
        Some(BadRow {
            line: row.line,
            record: row.cells,
            problems,
        })
    };
    let report = Report {
        catalogue,
        rows,
        created: 0,
        known_already: 0,
        bad: sheet.rows.into_iter().filter_map(bad).collect(),
        ignored: Vec::new(),
        header: sheet.header,
        separator: sheet.separator,
        plain: sheet.plain,
    };
    let name = &stored.import.file_name;
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    Ok((
        format!("{stem}.bad-rows.csv"),
        report.bad_rows_file(actor.language)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_is_its_last_part_on_one_line() {
        assert_eq!(file_name("C:\\Users\\ann\\companies.csv"), "companies.csv");
        assert_eq!(file_name("../../etc/pass\nwd"), "pass wd");
        assert_eq!(file_name(""), "");
    }
}
