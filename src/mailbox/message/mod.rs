//! E-mail messages: reading what anybody may have sent, showing it, and writing answers. Pure: no database, no network, no clock.
//! Whatever comes in is somebody else's: nothing in it is believed, and nothing of it costs more than its length.

mod automatic;
pub mod compose;
mod decode;
mod head;
mod parts;
mod plain;
pub mod show;
pub mod subject;
mod words;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use automatic::Automatic;
use chrono::{DateTime, Utc};
use head::Head;
use mail_parser::HeaderName;
use parts::Parts;
use sha2::{Digest, Sha256};
pub use words::{file_name, one_line};

pub use crate::model::tickets::Party;

/// In characters.
pub const LONGEST_SUBJECT: usize = 300;
/// Of a person's name, in characters.
const LONGEST_PARTY: usize = 200;
/// Of longer texts the beginning is kept; in bytes.
const LONGEST_TEXT: usize = 1024 * 1024;
const LONGEST_HTML: usize = 2 * 1024 * 1024;
/// Earlier mails that a mail may name.
const MOST_REFERENCES: usize = 100;
/// Longer ids no mail server would have let through.
const LONGEST_ID: usize = 900;
/// Messages in messages whose text is shown because there is no other.
const DEEPEST_MESSAGE: usize = 4;

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Safe to keep a file under; never empty.
    pub name: String,
    /// Such as `image/png`; as the sender says, which may be wrong.
    pub media_type: String,
    /// By which its HTML names it, without angle brackets.
    pub content_id: Option<String>,
    /// Whether it is shown in the text rather than beside it.
    pub inline: bool,
    pub bytes: Vec<u8>,
}

/// A message as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Without angle brackets.
    pub message_id: Option<String>,
    /// Ids of earlier messages that it belongs to, oldest first, without angle brackets, each once. Of more than a hundred the first
    /// and the last ones.
    pub references: Vec<String>,
    pub from: Option<Party>,
    pub reply_to: Option<Party>,
    pub to: Vec<Party>,
    pub cc: Vec<Party>,
    /// In one line; empty where there is none.
    pub subject: String,
    pub sent_at: Option<DateTime<Utc>>,
    /// Readable plain text, with `\n` between lines. Where the message says nothing in its text, what is in its attachments or what
    /// they are called; empty only where there is nothing at all.
    pub text: String,
    /// As it came. For [`show::document`] and nothing else.
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    /// Attachments that were left out because there are too many, or too large ones.
    pub omitted: usize,
    /// Set where no person wrote it: see [`Automatic`] for what that means for tickets.
    pub automatic: Option<Automatic>,
    /// The same for the same message whenever it is fetched, and another for any other, even one that uses its id again.
    pub key: [u8; 32],
}

/// Reads a message. Whatever it is given, there is an answer: of what is no message, its bytes as text.
pub fn read(raw: &[u8]) -> Incoming {
    // The parser of heads is not ours. A message that it stumbles over must not stop those behind it.
    catch_unwind(AssertUnwindSafe(|| read_within(raw, 0))).unwrap_or_else(|_| unreadable(raw))
}

fn read_within(raw: &[u8], depth: usize) -> Incoming {
    let (head, body) = Head::split(raw);
    let parts = Parts::of(&head, body);
    let first = |name| head.parties(name).into_iter().next();
    let from = first(HeaderName::From).or_else(|| first(HeaderName::Sender));
    let subject = head.subject();
    let media_type = head.media_type().unwrap_or_default();
    let text = [Parts::text_said, Parts::text_attached]
        .into_iter()
        .map(|of| of(&parts))
        .find(|text| !text.is_empty())
        .unwrap_or_else(|| text_of_files(&parts, depth));
    Incoming {
        message_id: head.ids(HeaderName::MessageId).into_iter().next(),
        references: references(&head),
        reply_to: first(HeaderName::ReplyTo),
        to: head.parties(HeaderName::To),
        cc: head.parties(HeaderName::Cc),
        sent_at: head.sent_at(),
        text,
        html: parts.html(),
        automatic: automatic::of(&head, &media_type, from.as_ref(), &subject),
        key: key(&head, body, raw),
        from,
        subject,
        omitted: parts.omitted,
        attachments: parts.attachments,
    }
}

/// What the messages in a message say; else the names of its files.
fn text_of_files(parts: &Parts, depth: usize) -> String {
    let mut said = Vec::new();
    let mut length = 0;
    for attached in parts.messages() {
        if depth == DEEPEST_MESSAGE || length > LONGEST_TEXT {
            break;
        }
        let message = read_within(&attached.bytes, depth + 1);
        let from = message.from.map(|from| from.to_string());
        let one = parts::introduction(&from.unwrap_or_default(), &message.subject, &message.text);
        length += one.len();
        said.push(one);
    }
    said.retain(|one| !one.is_empty());
    if !said.is_empty() {
        return said.join("\n\n");
    }
    let names = parts
        .attachments
        .iter()
        .map(|file| format!("[{}]", file.name));
    names.collect::<Vec<_>>().join("\n")
}

/// Whether a text in lower case is a media type and nothing else.
fn is_plain_type(media_type: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".+-_!#$&^".contains(c);
    media_type.len() <= 127
        && media_type.split_once('/').is_some_and(|(kind, of)| {
            !kind.is_empty() && !of.is_empty() && kind.chars().chain(of.chars()).all(plain)
        })
}

fn references(head: &Head) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut known = std::collections::HashSet::new();
    let named = head.ids(HeaderName::References);
    for id in named.into_iter().chain(head.ids(HeaderName::InReplyTo)) {
        if known.insert(id.clone()) {
            all.push(id);
        }
    }
    // The first is where it began, and the last ones are what it answers.
    if all.len() > MOST_REFERENCES {
        all.drain(1..=all.len() - MOST_REFERENCES);
    }
    all
}

/// What was added on the way, above or below, makes no other message of it; what it says does, since there are programs that give
/// several the same name.
fn key(head: &Head, body: &[u8], raw: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    if head.ids(HeaderName::MessageId).is_empty() {
        hash.update(raw);
    } else {
        for name in ["Message-ID", "From", "Date", "Subject"] {
            let value = head.raw(name).next().unwrap_or_default();
            // With its length, so that nothing moves from one field into the next.
            hash.update((value.len() as u64).to_be_bytes());
            hash.update(value);
        }
        for line in body.trim_ascii_end().split(|byte| *byte == b'\n') {
            hash.update(line.trim_ascii_end());
            hash.update(b"\n");
        }
    }
    hash.finalize().into()
}

fn unreadable(raw: &[u8]) -> Incoming {
    let begin = &raw[..raw.len().min(LONGEST_TEXT)];
    Incoming {
        message_id: None,
        references: Vec::new(),
        from: None,
        reply_to: None,
        to: Vec::new(),
        cc: Vec::new(),
        subject: String::new(),
        sent_at: None,
        text: decode::text(begin, None).trim().to_owned(),
        html: None,
        attachments: Vec::new(),
        omitted: 0,
        automatic: None,
        key: Sha256::digest(raw).into(),
    }
}
