//! The table of the statistics as a file, beside pages and server functions: `/mailbox/statistics.csv`, with what the page's address
//! says. Who may not export, or has no right to the shared mailbox, finds nothing there.

use axum::{
    Extension, Router,
    body::Body,
    extract::RawQuery,
    response::{IntoResponse, Redirect, Response},
    routing,
};
use rust_decimal::Decimal;

use super::{
    Figures, Pair, Report,
    pages::{COLLEAGUE, REPLIES, name_of},
    store,
};
use crate::{
    model::{
        Actor, AppError, Language, RecordKind, Text,
        statistics::{Age, Fact, OPEN, StatisticsQuery},
    },
    records::export::{Cell, Sort, csv, download},
    server::{context::Request, database::Database},
    texts,
};

texts! {
    BEFORE = "{what}, before" | "{what}, avant" | "{what}, daarvoor";
    FIRST_REPLY_MEDIAN = "Minutes to first reply, median" | "Minutes jusqu’à la première réponse, médiane" | "Minuten tot eerste antwoord, mediaan";
    FIRST_REPLY_90 = "Minutes to first reply, 90%" | "Minutes jusqu’à la première réponse, 90 %" | "Minuten tot eerste antwoord, 90%";
    CLOSE_MEDIAN = "Minutes to close, median" | "Minutes jusqu’à la clôture, médiane" | "Minuten tot sluiting, mediaan";
    CLOSE_90 = "Minutes to close, 90%" | "Minutes jusqu’à la clôture, 90 %" | "Minuten tot sluiting, 90%";
    OPEN_FOR = "Open now: {age}" | "Ouverts maintenant : {age}" | "Nu open: {age}";
}

pub fn routes() -> Router {
    Router::new().route("/mailbox/statistics.csv", routing::get(answer))
}

async fn answer(Extension(request): Extension<Request>, RawQuery(query): RawQuery) -> Response {
    let Some(actor) = request.actor.clone() else {
        return Redirect::to("/login").into_response();
    };
    let query = query.unwrap_or_default();
    match export(&request.app.database, &actor, &query).await {
        Ok(response) => response,
        Err(error) => (error.status(), error.text(request.language)).into_response(),
    }
}

async fn export(database: &Database, actor: &Actor, query: &str) -> Result<Response, AppError> {
    if !actor.rights.export || !actor.rights.may_use(RecordKind::Ticket) {
        return Err(AppError::NotFound);
    }
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    let query = StatisticsQuery::read(|name| {
        let pair = pairs.iter().find(|(known, _)| known == name);
        pair.map(|(_, value)| value.as_str())
    });
    let report = store::report(&mut database.begin(actor).await?, &query).await?;
    let file = csv(rows(&report, actor.language))?;
    tracing::info!(rows = report.lines.len(), "statistics were exported");
    let length = u64::try_from(file.len()).map_err(AppError::internal)?;
    let (first, last) = (report.days.first(), report.days.last());
    let name = format!("statistics-{first}-{last}");
    download(&name, Sort::Csv, length, Body::from(file))
}

/// What a column says of a row.
enum Says {
    Of(fn(&Figures) -> Pair<Option<i64>>),
    Open(Age),
    AllOpen,
}

/// The columns in their order: what was in the days asked for and before, then what is open now.
fn columns() -> Vec<(Text, Says)> {
    let mut columns: Vec<(Text, Says)> = vec![
        (Fact::Received.label(), Says::Of(|of| of.received.map(Some))),
        (Fact::Closed.label(), Says::Of(|of| of.closed.map(Some))),
        (Fact::Reopened.label(), Says::Of(|of| of.reopened.map(Some))),
        (REPLIES, Says::Of(|of| of.replies.map(Some))),
        (Fact::Replied.label(), Says::Of(|of| of.replied.map(Some))),
        (
            Fact::FirstReply.label(),
            Says::Of(|of| of.first_replied.map(Some)),
        ),
        (
            FIRST_REPLY_MEDIAN,
            Says::Of(|of| of.to_first_reply.map(|waited| waited.median)),
        ),
        (
            FIRST_REPLY_90,
            Says::Of(|of| of.to_first_reply.map(|waited| waited.ninetieth)),
        ),
        (
            CLOSE_MEDIAN,
            Says::Of(|of| of.to_close.map(|waited| waited.median)),
        ),
        (
            CLOSE_90,
            Says::Of(|of| of.to_close.map(|waited| waited.ninetieth)),
        ),
        (OPEN, Says::AllOpen),
    ];
    columns.extend(Age::ALL.map(|age| (age.label(), Says::Open(age))));
    columns
}

fn rows(report: &Report, language: Language) -> Vec<Vec<Cell>> {
    let columns = columns();
    let mut headings = vec![Cell::Text(COLLEAGUE.get(language).to_owned())];
    for (label, says) in &columns {
        let label = label.get(language);
        match says {
            Says::Of(_) => {
                headings.push(Cell::Text(label.to_owned()));
                headings.push(Cell::Text(BEFORE.with(language, &[("what", label)])));
            }
            Says::Open(_) => {
                headings.push(Cell::Text(OPEN_FOR.with(language, &[("age", label)])));
            }
            Says::AllOpen => headings.push(Cell::Text(label.to_owned())),
        }
    }
    let number = |n: Option<i64>| n.map_or(Cell::Empty, |n| Cell::Number(Decimal::from(n)));
    let mut rows = vec![headings];
    for line in report.lines.iter().chain([&report.total]) {
        let mut row = vec![Cell::Text(name_of(line, language))];
        for (_, says) in &columns {
            match says {
                Says::Of(pair) => {
                    let Pair { now, before } = pair(&line.figures);
                    row.extend([number(now), number(before)]);
                }
                Says::Open(age) => row.push(number(Some(line.figures.open_for(*age)))),
                Says::AllOpen => row.push(number(Some(line.figures.all_open()))),
            }
        }
        rows.push(row);
    }
    rows
}
