//! Writes the answer of a colleague as a mail, in plain text: what he typed is what arrives, and there is nothing in it to escape.
//! No field can become two, whatever is typed into it: a mail's head is written from checked values only.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    message::{
        Attachment, Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, InReplyTo, References},
    },
};

use super::{
    LONGEST_PARTY, LONGEST_SUBJECT, Party,
    words::{file_name, one_line},
};
use crate::model::{AppError, Problem};

/// Earlier mails that a mail names; of more, the first ones and the last ones.
const MOST_REFERENCES: usize = 20;
const FIRST_REFERENCES: usize = 3;

/// A file that goes with a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    /// Such as `application/pdf`.
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// A mail that a colleague has written.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub from: Party,
    /// At least one.
    pub to: Vec<Party>,
    pub cc: Vec<Party>,
    pub subject: String,
    /// Ids are without angle brackets.
    pub message_id: String,
    pub in_reply_to: Option<String>,
    /// Oldest first.
    pub references: Vec<String>,
    pub text: String,
    pub attachments: Vec<File>,
    pub at: DateTime<Utc>,
}

/// The mail, ready to be handed over. Errors are those of the fields `from`, `to` and `cc`: nobody to write to, or an address that no
/// mail server would take; an id that is none is an internal error.
pub fn compose(mail: Outgoing) -> Result<Message, AppError> {
    if mail.to.is_empty() {
        return Err(AppError::field("to", Problem::Required));
    }
    let mut head = Message::builder()
        .from(mailbox("from", &mail.from)?)
        .date(SystemTime::from(mail.at))
        .subject(one_line(&mail.subject, LONGEST_SUBJECT))
        .message_id(Some(id(&mail.message_id)?));
    for party in &mail.to {
        head = head.to(mailbox("to", party)?);
    }
    for party in &mail.cc {
        head = head.cc(mailbox("cc", party)?);
    }
    if let Some(answered) = &mail.in_reply_to {
        head = head.header(InReplyTo::from(id(answered)?));
    }
    let references = some_of(mail.references);
    if !references.is_empty() {
        let ids: Result<Vec<String>, AppError> = references.iter().map(|one| id(one)).collect();
        head = head.header(References::from(ids?.join(" ")));
    }
    let text = SinglePart::plain(typed(&mail.text));
    let message = if mail.attachments.is_empty() {
        head.singlepart(text)
    } else {
        let mut parts = MultiPart::mixed().singlepart(text);
        for file in mail.attachments {
            parts = parts.singlepart(attached(file)?);
        }
        head.multipart(parts)
    };
    message.map_err(AppError::internal)
}

fn mailbox(field: &str, party: &Party) -> Result<Mailbox, AppError> {
    let refused = |_| AppError::field(field, Problem::NotAnEmail);
    let address: Address = party.email.parse().map_err(refused)?;
    let name = one_line(&party.name, LONGEST_PARTY);
    Ok(Mailbox::new((!name.is_empty()).then_some(name), address))
}

/// Whether a mail can be named by it: what a stranger's program calls its mails may be anything.
pub fn is_id(id: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
    !id.is_empty() && id.len() <= super::LONGEST_ID && id.chars().all(plain)
}

/// An id in angle brackets.
fn id(id: &str) -> Result<String, AppError> {
    if is_id(id) {
        Ok(format!("<{id}>"))
    } else {
        Err(AppError::internal("the id of a mail is none"))
    }
}

fn some_of(mut references: Vec<String>) -> Vec<String> {
    if references.len() > MOST_REFERENCES {
        let too_many = references.len() - MOST_REFERENCES;
        references.drain(FIRST_REFERENCES..FIRST_REFERENCES + too_many);
    }
    references
}

fn typed(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text: String = text.chars().filter(kept).collect();
    text.replace('\n', "\r\n")
}

fn attached(file: File) -> Result<SinglePart, AppError> {
    let name = file_name(&file.name);
    let name = if name.is_empty() {
        "attachment".to_owned()
    } else {
        name
    };
    // Messages and containers may not be encoded as a file is.
    let kind = ContentType::parse(&file.media_type).ok().filter(|_| {
        let kind = file.media_type.to_ascii_lowercase();
        !kind.starts_with("message/")
            && !kind.starts_with("multipart/")
            && super::is_plain_type(&kind)
    });
    let kind = match kind {
        Some(kind) => kind,
        None => ContentType::parse("application/octet-stream").map_err(AppError::internal)?,
    };
    // A file arrives as it was, down to its line breaks.
    let body = Body::new_with_encoding(file.bytes, ContentTransferEncoding::Base64)
        .map_err(|_| AppError::internal("a file could not be encoded"))?;
    Ok(Attachment::new(name).body(body, kind))
}
