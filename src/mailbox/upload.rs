//! The address to which files for a reply are sent: the reply's own form with another button, so that what was typed so far is kept
//! with them. They wait with the draft and go with the reply. With scripts and without.

use axum::{
    Extension, Router,
    extract::{Multipart, Path, multipart::MultipartError},
    response::{IntoResponse, Redirect, Response},
    routing,
};

use super::{message::file_name, store::drafts};
use crate::{
    model::{
        Actor, AppError, Problem, RecordId, RecordKind,
        forms::Returned,
        tickets::{Draft, MAX_FILES, MEGABYTES},
    },
    server::{
        context::{App, Request},
        http::come_back,
    },
};

/// What the form is called where it came back with something wrong in it.
const ACTION: &str = "/api/reply_to_ticket";

pub fn routes() -> Router {
    Router::new().route("/mailbox/{ticket}/files", routing::post(upload))
}

/// A file as it was sent.
pub struct Sent {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

#[derive(Default)]
struct Form {
    draft: Draft,
    files: Vec<Sent>,
    too_much: bool,
}

impl Form {
    async fn read(mut multipart: Multipart) -> Result<Self, MultipartError> {
        let mut form = Self::default();
        let mut room = MEGABYTES * 1024 * 1024;
        while let Some(mut field) = multipart.next_field().await? {
            match field.name().unwrap_or_default() {
                "body" => form.draft.body = field.text().await?,
                "copies" => form.draft.copies = field.text().await?,
                "file" => {
                    let name = file_name(field.file_name().unwrap_or_default());
                    let media_type = field.content_type().unwrap_or_default().to_owned();
                    let mut bytes = Vec::new();
                    // What is too much is read to its end all the same: a browser shows no answer before it has sent everything.
                    while let Some(chunk) = field.chunk().await? {
                        match room.checked_sub(chunk.len()) {
                            Some(left) => room = left,
                            None => form.too_much = true,
                        }
                        if !form.too_much {
                            bytes.extend_from_slice(&chunk);
                        }
                    }
                    // A form without a chosen file sends an empty one.
                    if !bytes.is_empty() {
                        form.files.push(Sent {
                            name,
                            media_type,
                            bytes,
                        });
                    }
                }
                _ => {}
            }
        }
        Ok(form)
    }
}

async fn upload(
    Extension(request): Extension<Request>,
    Path(ticket): Path<RecordId>,
    multipart: Multipart,
) -> Response {
    let Some(actor) = request.actor.clone() else {
        return Redirect::to("/login").into_response();
    };
    let address = RecordKind::Ticket.address(ticket);
    match take(&request.app, &actor, ticket, multipart).await {
        Ok(()) => Redirect::to(&format!("{address}#reply")).into_response(),
        Err(error) => {
            let returned = Returned {
                action: ACTION.to_owned(),
                typed: vec![("id".to_owned(), ticket.to_string())],
                error: Some(error),
                answer: None,
            };
            come_back(&request, &address, &returned).await
        }
    }
}

async fn take(
    app: &App,
    actor: &Actor,
    ticket: RecordId,
    multipart: Multipart,
) -> Result<(), AppError> {
    if !actor.rights.may_use(RecordKind::Ticket) {
        return Err(AppError::NotFound);
    }
    let too_large = || AppError::form(Problem::FileTooLarge { max: MEGABYTES });
    let form = Form::read(multipart).await.map_err(|error| {
        tracing::debug!(%error, "files for a reply did not arrive");
        too_large()
    })?;
    drafts::save(
        app.database.begin(actor).await?,
        ticket,
        "reply",
        &form.draft.bounded()?,
    )
    .await?;
    if form.too_much {
        return Err(too_large());
    }
    if form.files.len() > MAX_FILES {
        return Err(AppError::form(Problem::TooManyFiles { max: MAX_FILES }));
    }
    for file in form.files {
        drafts::attach(app, actor, ticket, file).await?;
    }
    Ok(())
}
