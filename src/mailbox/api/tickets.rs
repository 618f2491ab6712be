//! The server functions that only tickets have: where one stands, replies, drafts, closing and opening again.
//! Each reads and writes as the person who calls.

use leptos::prelude::*;
use uuid::Uuid;

use crate::model::{AppError, RecordId, tickets::Standing};

#[cfg(feature = "ssr")]
use crate::{
    mailbox::store::{drafts, tickets as store},
    model::{
        RecordKind,
        catalogue::{CLOSED_TICKET, OPEN_TICKET},
        tickets::Draft,
    },
    server::context::viewing,
};

#[server(prefix = "/api", endpoint = "ticket_standing")]
pub async fn ticket_standing(id: RecordId) -> Result<Standing, AppError> {
    store::standing(&mut viewing(RecordKind::Ticket).await?, id).await
}

/// Writes to the client; `seen` is the newest entry that the page showed. With `closes` the ticket is closed by it.
#[server(prefix = "/api", endpoint = "reply_to_ticket")]
pub async fn reply_to_ticket(
    id: RecordId,
    #[server(default)] body: String,
    #[server(default)] copies: String,
    #[server(default)] seen: String,
    #[server(default)] closes: bool,
    #[server(default)] confirmed: bool,
) -> Result<(), AppError> {
    let form = store::ReplyForm {
        id,
        body: &body,
        copies: &copies,
        seen: seen.parse::<Uuid>().ok(),
        confirmed,
        closes,
    };
    store::reply(viewing(RecordKind::Ticket).await?, form).await
}

/// Tries once more to send what had failed.
#[server(prefix = "/api", endpoint = "send_again")]
pub async fn send_again(id: RecordId, message: Uuid) -> Result<(), AppError> {
    store::send_again(viewing(RecordKind::Ticket).await?, id, message).await
}

/// Closes a ticket, or opens it again.
#[server(prefix = "/api", endpoint = "close_ticket")]
pub async fn close_ticket(id: RecordId, #[server(default)] open: bool) -> Result<(), AppError> {
    let status = if open { OPEN_TICKET } else { CLOSED_TICKET };
    store::set_status(viewing(RecordKind::Ticket).await?, id, status).await
}

/// Writes the client of a ticket down as a contact, and makes him its customer.
#[server(prefix = "/api", endpoint = "contact_of_ticket")]
pub async fn contact_of_ticket(id: RecordId) -> Result<(), AppError> {
    // Who has no right to contacts makes none.
    viewing(RecordKind::Contact).await?;
    store::make_contact(viewing(RecordKind::Ticket).await?, id).await
}

/// Keeps what the caller has begun to write: to the client, or (`internal`) for colleagues.
#[server(prefix = "/api", endpoint = "save_ticket_draft")]
pub async fn save_ticket_draft(
    id: RecordId,
    #[server(default)] internal: bool,
    #[server(default)] body: String,
    #[server(default)] copies: String,
) -> Result<(), AppError> {
    let sort = if internal { "note" } else { "reply" };
    let draft = Draft { body, copies }.bounded()?;
    drafts::save(viewing(RecordKind::Ticket).await?, id, sort, &draft).await
}

/// Takes a file away again that was to go with the caller's reply.
#[server(prefix = "/api", endpoint = "detach_file")]
pub async fn detach_file(id: RecordId, n: i32) -> Result<(), AppError> {
    drafts::detach(viewing(RecordKind::Ticket).await?, id, n).await
}
