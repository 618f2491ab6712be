//! The head of a message or of a part of one: its fields as they were meant, whoever wrote them how. Only so much of it is read as
//! any honest mail has.

use chrono::{DateTime, Utc};
use mail_parser::{
    Addr, Address, ContentType, HeaderName, HeaderValue, Message, MessageParser, MimeHeaders,
};

use super::{
    Party, decode,
    words::{file_name, one_line},
};
use crate::model::catalogue::is_email;

/// Of a longer head the beginning is read.
const LONGEST: usize = 256 * 1024;
/// Of the people of one field.
const MOST_PARTIES: usize = 100;

/// A head, and what of the message comes after it.
pub struct Head {
    /// What was read of it, in UTF-8; the offsets of `fields` are into it.
    read: Vec<u8>,
    fields: Option<Message<'static>>,
}

impl Head {
    /// Splits head from body: at the first empty line, or at the first line that can be no field.
    pub fn split(raw: &[u8]) -> (Self, &[u8]) {
        let (head, body) = raw.split_at(end_of_head(raw));
        let body = body
            .strip_prefix(b"\r\n")
            .or_else(|| body.strip_prefix(b"\n"))
            .unwrap_or(body);
        let mut read = Vec::with_capacity(head.len().min(LONGEST) + 4);
        for line in head.split_inclusive(|byte| *byte == b'\n') {
            if read.len() + line.len() > LONGEST {
                break;
            }
            // Some mail programs write other letters as they are.
            match std::str::from_utf8(line) {
                Ok(_) => read.extend_from_slice(line),
                Err(_) => read.extend_from_slice(decode::guess(line).as_bytes()),
            }
        }
        read.extend_from_slice(b"\r\n\r\n");
        let fields = MessageParser::default().parse_headers(&read);
        let fields = fields.map(Message::into_owned);
        (Self { read, fields }, body)
    }

    fn values(&self, name: HeaderName<'static>) -> impl Iterator<Item = &HeaderValue<'static>> {
        let fields = self.fields.iter().flat_map(|fields| fields.headers());
        fields
            .filter(move |field| field.name == name)
            .map(|field| &field.value)
    }

    /// Fields of this name as they were written, without line breaks.
    pub fn raw(&self, name: &str) -> impl Iterator<Item = String> {
        let fields = self.fields.iter().flat_map(|fields| fields.headers());
        fields
            .filter(move |field| field.name.as_str().eq_ignore_ascii_case(name))
            .filter_map(|field| {
                self.read
                    .get(field.offset_start as usize..field.offset_end as usize)
            })
            .map(|value| one_line(&String::from_utf8_lossy(value), usize::MAX))
    }

    /// The first field of this name, in lower case; empty where there is none.
    pub fn lower(&self, name: &str) -> String {
        self.raw(name).next().unwrap_or_default().to_lowercase()
    }

    pub fn has(&self, name: &str) -> bool {
        self.raw(name).next().is_some()
    }

    pub fn subject(&self) -> String {
        let subject = self.values(HeaderName::Subject).next();
        let subject = subject.and_then(HeaderValue::as_text).unwrap_or_default();
        one_line(subject, super::LONGEST_SUBJECT)
    }

    pub fn sent_at(&self) -> Option<DateTime<Utc>> {
        let date = self.values(HeaderName::Date).next()?.as_datetime()?;
        let plausible = date.is_valid() && (1970..2200).contains(&date.year);
        plausible
            .then(|| DateTime::from_timestamp(date.to_timestamp(), 0))
            .flatten()
    }

    /// People of the fields of this name, each address once.
    pub fn parties(&self, name: HeaderName<'static>) -> Vec<Party> {
        let mut found: Vec<Party> = Vec::new();
        for address in self.values(name).filter_map(HeaderValue::as_address) {
            let all: Box<dyn Iterator<Item = &Addr<'_>>> = match address {
                Address::List(list) => Box::new(list.iter()),
                Address::Group(groups) => {
                    Box::new(groups.iter().flat_map(|group| &group.addresses))
                }
            };
            for party in all.filter_map(party) {
                if found.len() == MOST_PARTIES {
                    return found;
                }
                let known = |other: &Party| other.email.eq_ignore_ascii_case(&party.email);
                if !found.iter().any(known) {
                    found.push(party);
                }
            }
        }
        found
    }

    /// Ids of the fields of this name, without angle brackets.
    pub fn ids(&self, name: HeaderName<'static>) -> Vec<String> {
        let ids = self.values(name).flat_map(|value| match value {
            HeaderValue::Text(id) => std::slice::from_ref(id),
            HeaderValue::TextList(ids) => ids.as_slice(),
            _ => &[],
        });
        ids.filter_map(|id| {
            let id = id.trim().trim_matches(['<', '>']);
            let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>');
            let stays = !id.is_empty() && id.len() <= super::LONGEST_ID && id.chars().all(plain);
            stays.then(|| id.to_owned())
        })
        .collect()
    }

    /// What kind of content it is, such as `text/plain`; none where that is not said so that it could be understood.
    pub fn media_type(&self) -> Option<String> {
        let kind = self.content_type()?;
        let both = format!("{}/{}", kind.ctype(), kind.subtype()?).to_ascii_lowercase();
        super::is_plain_type(&both).then_some(both)
    }

    fn content_type(&self) -> Option<&ContentType<'_>> {
        self.fields.as_ref()?.parts.first()?.content_type()
    }

    /// An attribute of the content's type.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.content_type()?.attribute(name)
    }

    fn disposition(&self) -> Option<&ContentType<'_>> {
        self.fields.as_ref()?.parts.first()?.content_disposition()
    }

    pub fn is_attachment(&self) -> bool {
        self.disposition().is_some_and(ContentType::is_attachment)
    }

    pub fn is_inline(&self) -> bool {
        self.disposition().is_some_and(ContentType::is_inline)
    }

    pub fn encoding(&self) -> String {
        self.lower("Content-Transfer-Encoding")
    }

    pub fn content_id(&self) -> Option<String> {
        self.ids(HeaderName::ContentId).into_iter().next()
    }

    /// The safe name of the file that a part is.
    pub fn file_name(&self) -> Option<String> {
        let of_disposition = self
            .disposition()
            .and_then(|disposition| disposition.attribute("filename"));
        let names = of_disposition.into_iter().chain(self.attribute("name"));
        names.map(file_name).find(|name| !name.is_empty())
    }
}

fn party(address: &Addr<'_>) -> Option<Party> {
    let email = address.address.as_deref()?.trim();
    let plain = one_line(email, usize::MAX);
    if plain != email || !is_email(email) {
        return None;
    }
    let name = address.name.as_deref().unwrap_or_default();
    let name = one_line(name, super::LONGEST_PARTY);
    let name = name.trim_matches(['"', '\'', ' ']);
    Some(Party {
        name: if name == email {
            String::new()
        } else {
            name.to_owned()
        },
        email: email.to_owned(),
    })
}

fn end_of_head(raw: &[u8]) -> usize {
    let mut at = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let is_empty = line == b"\n" || line == b"\r\n";
        let goes_on = at > 0 && line.starts_with(b" ") || line.starts_with(b"\t");
        // The line by which a file of several mails separates them.
        let of_mbox = at == 0 && (line.starts_with(b"From ") || line.starts_with(b">From "));
        let is_field = line
            .iter()
            .position(|byte| *byte == b':')
            .is_some_and(|colon| {
                line[..colon]
                    .trim_ascii_end()
                    .iter()
                    .all(u8::is_ascii_graphic)
            });
        if is_empty || !(goes_on || of_mbox || is_field) {
            return at;
        }
        at += line.len();
    }
    at
}
