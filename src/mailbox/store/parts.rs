//! What a message is made of beside its text, read as the viewer: its formatted form, its attachments, and where the files lie.
//! A message is found through its ticket alone, so the policies of tickets hold for it.

use uuid::Uuid;

use crate::{
    model::{AppError, RecordId},
    server::database::Viewing,
};

/// An attachment.
#[derive(Debug, sqlx::FromRow)]
pub struct Part {
    pub name: String,
    pub media_type: String,
    pub file: Uuid,
}

impl Part {
    /// The kind of picture that a browser may show by itself: of these nothing can be made but a picture.
    pub fn shown_as(&self) -> Option<&'static str> {
        ["image/png", "image/jpeg", "image/gif", "image/webp"]
            .into_iter()
            .find(|known| self.media_type.eq_ignore_ascii_case(known))
    }
}

pub async fn html(tx: &mut Viewing, ticket: RecordId, message: Uuid) -> Result<String, AppError> {
    let account = tx.actor().account.0;
    let html: Option<Option<String>> = sqlx::query_scalar(
        "select html from ticket_messages where account_id = $1 and record_id = $2 and id = $3",
    )
    .bind(account)
    .bind(ticket.0)
    .bind(message)
    .fetch_optional(tx.connection())
    .await?;
    html.flatten().ok_or(AppError::NotFound)
}

/// The parts to which the formatted form may refer, by the names that it has for them.
pub async fn inline(
    tx: &mut Viewing,
    ticket: RecordId,
    message: Uuid,
) -> Result<Vec<(String, Part)>, AppError> {
    let account = tx.actor().account.0;
    let rows: Vec<(String, String, String, Uuid)> = sqlx::query_as(
        "select content_id, name, media_type, file from ticket_attachments
         where account_id = $1 and record_id = $2 and message_id = $3 and content_id is not null order by n",
    )
    .bind(account)
    .bind(ticket.0)
    .bind(message)
    .fetch_all(tx.connection())
    .await?;
    let part = |(id, name, media_type, file)| {
        (
            id,
            Part {
                name,
                media_type,
                file,
            },
        )
    };
    Ok(rows.into_iter().map(part).collect())
}

pub async fn attachment(
    tx: &mut Viewing,
    ticket: RecordId,
    message: Uuid,
    n: i32,
) -> Result<Part, AppError> {
    let account = tx.actor().account.0;
    sqlx::query_as(
        "select name, media_type, file from ticket_attachments
         where account_id = $1 and record_id = $2 and message_id = $3 and n = $4",
    )
    .bind(account)
    .bind(ticket.0)
    .bind(message)
    .bind(n)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)
}

/// The file with a message as it came.
pub async fn original(tx: &mut Viewing, ticket: RecordId, message: Uuid) -> Result<Uuid, AppError> {
    let account = tx.actor().account.0;
    let file: Option<Option<Uuid>> = sqlx::query_scalar(
        "select original from ticket_messages where account_id = $1 and record_id = $2 and id = $3",
    )
    .bind(account)
    .bind(ticket.0)
    .bind(message)
    .fetch_optional(tx.connection())
    .await?;
    file.flatten().ok_or(AppError::NotFound)
}
