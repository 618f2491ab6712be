//! The messages of a ticket as its page shows them, and what can be done with the ticket.
//! What was written to us and by us; what stands among colleagues only is a note, and is none of these.

#[cfg(feature = "ssr")]
mod fold;

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AppError, Problem, RecordId, UserId, catalogue::is_email, notes};

#[cfg(feature = "ssr")]
pub use fold::fold;

/// So many others get a copy at most.
pub const MAX_COPIES: usize = 20;

/// So many files go with a reply at most,
pub const MAX_FILES: usize = 20;
/// and together they have so many megabytes: more, few mail servers take.
pub const MEGABYTES: usize = 20;

/// Somebody who writes or is written to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// As he calls himself; empty where he does not.
    #[serde(default)]
    pub name: String,
    pub email: String,
}

impl Party {
    /// "Ann Client (ann@client.test)": the name alone could be anybody's.
    pub fn shown(&self) -> String {
        if self.name.is_empty() {
            self.email.clone()
        } else {
            format!("{} ({})", self.name, self.email)
        }
    }
}

/// As a mail's head has it.
impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            f.write_str(&self.email)
        } else {
            write!(f, "{} <{}>", self.name, self.email)
        }
    }
}

/// A piece of a message's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    Said(String),
    /// Of an earlier message, or a signature: folded until somebody wants to see it.
    Quoted(String),
}

/// Whether what we wrote has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Waiting,
    Sent,
    /// For good; whoever wrote it may try again.
    Failed,
}

impl Delivery {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "waiting" => Some(Self::Waiting),
            "sent" => Some(Self::Sent),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its place among those of the message.
    pub n: i32,
    pub name: String,
    /// In bytes.
    pub size: i64,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub id: Uuid,
    /// The ticket began with it.
    pub opens: bool,
    /// Of one that we wrote.
    pub delivery: Option<Delivery>,
    /// What the mail server said when it failed.
    pub problem: Option<String>,
    pub from: Party,
    pub to: Vec<Party>,
    pub copies: Vec<Party>,
    pub text: Vec<Piece>,
    /// Whether there is a formatted form of it to be looked at.
    pub formatted: bool,
    /// Written by a machine: an answer that somebody is away, or that a mail did not arrive.
    pub automatic: bool,
    pub attachments: Vec<Attachment>,
}

impl Message {
    /// Whether one of us wrote it.
    pub const fn is_ours(&self) -> bool {
        self.delivery.is_some()
    }

    /// Where its formatted form is shown; with what it wants to load from elsewhere, or without.
    pub fn formatted_address(ticket: RecordId, id: Uuid, pictures: bool) -> String {
        let query = if pictures { "?pictures=1" } else { "" };
        format!("/mailbox/{ticket}/messages/{id}{query}")
    }

    /// Where one of its attachments is.
    pub fn attachment_address(ticket: RecordId, id: Uuid, n: i32) -> String {
        format!("/mailbox/{ticket}/messages/{id}/attachments/{n}")
    }
}

/// What somebody has begun to write.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub body: String,
    pub copies: String,
}

impl Draft {
    /// A draft may be anything but longer than what can be sent.
    pub fn bounded(mut self) -> Result<Self, AppError> {
        let max = notes::LENGTH;
        // The only character that the database cannot keep; what else may not be sent is said when it is sent.
        for text in [&mut self.body, &mut self.copies] {
            text.retain(|c| c != '\0');
        }
        if self.body.chars().count() > max || self.copies.chars().count() > max {
            return Err(AppError::field("body", Problem::TooLong { max }));
        }
        Ok(self)
    }
}

/// Where a ticket stands, and what a reply to it begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub number: i64,
    /// Its code.
    pub status: String,
    pub assigned_to: Option<UserId>,
    /// Whom a reply goes to; nobody where a ticket was written down without an address.
    pub client: Option<Party>,
    pub has_customer: bool,
    /// The address that replies come from; none where the account has no mailbox.
    pub from: Option<String>,
    /// The newest of what the reader sees by now: a reply on top of something newer asks first.
    pub seen: Option<Uuid>,
    pub reply: Draft,
    /// The files that go with it.
    pub files: Vec<Attachment>,
}

/// The addresses of those who get a copy, as people type them: apart by commas, semicolons or lines.
pub fn copies(typed: &str) -> Result<Vec<Party>, Problem> {
    let mut copies: Vec<Party> = Vec::new();
    for one in typed.split([',', ';', '\n']).map(str::trim) {
        if one.is_empty() {
            continue;
        }
        // "Ann Client <ann@client.test>", as mail programs copy it.
        let (name, email) = match one.strip_suffix('>').and_then(|one| one.rsplit_once('<')) {
            Some((name, email)) => (name.trim().trim_matches('"'), email.trim()),
            None => ("", one),
        };
        if !is_email(email) {
            return Err(Problem::NotAnEmail);
        }
        if !copies
            .iter()
            .any(|known| known.email.eq_ignore_ascii_case(email))
        {
            copies.push(Party {
                name: name.chars().filter(|c| !c.is_control()).take(100).collect(),
                email: email.to_owned(),
            });
        }
    }
    if copies.len() > MAX_COPIES {
        return Err(Problem::TooManyCopies { max: MAX_COPIES });
    }
    Ok(copies)
}

/// What a reply says, as it is kept and sent.
pub fn body(typed: &str) -> Result<String, Problem> {
    notes::body(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_are_addresses_however_they_are_typed() {
        let read = |typed| {
            let copies = copies(typed)?;
            Ok::<_, Problem>(copies.iter().map(Party::shown).collect::<Vec<_>>())
        };
        assert_eq!(read(" "), Ok(vec![]));
        assert_eq!(
            read("ann@a.test; Bob B <bob@b.test>,\n ANN@a.test"),
            Ok(vec![
                "ann@a.test".to_owned(),
                "Bob B (bob@b.test)".to_owned()
            ])
        );
        for wrong in [
            "ann",
            "ann@a.test, x",
            "Ann <ann@a.test",
            "a\r\nBcc: b@c.test",
        ] {
            assert_eq!(read(wrong), Err(Problem::NotAnEmail), "{wrong}");
        }
        let many: Vec<String> = (0..=MAX_COPIES).map(|n| format!("a{n}@a.test")).collect();
        assert_eq!(
            read(&many.join(",")),
            Err(Problem::TooManyCopies { max: MAX_COPIES })
        );
    }
}
