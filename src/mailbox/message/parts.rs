//! The parts of a message: which of them are its text, and which are attached. Parts are looked for inside their parent only, to a
//! certain depth, and each once, so that no message costs more than its length.

use std::borrow::Cow;

use super::{
    Attachment, Head, LONGEST_HTML, LONGEST_TEXT, decode, plain,
    words::{file_name, one_line},
};
use crate::ui::page::escaped;

/// Deeper than this nothing is nested; what is, is an attachment.
const DEEPEST: usize = 20;
/// More parts than this no message has.
const MOST_PARTS: usize = 1000;
/// A colleague sees so many attachments, and so many bytes of them together.
const MOST_ATTACHMENTS: usize = 50;
const MOST_BYTES: usize = 25 * 1024 * 1024;

/// A piece of what the writer says.
#[derive(Default)]
struct Section {
    text: Option<String>,
    html: Option<String>,
}

/// What was found in the body of a message.
#[derive(Default)]
pub struct Parts {
    sections: Vec<Section>,
    pub attachments: Vec<Attachment>,
    pub omitted: usize,
    /// Texts of parts that are attached, should there be no other.
    spare: Vec<String>,
    seen: usize,
    bytes: usize,
}

/// How a part stands in its parent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Message,
    Digest,
    Alternative,
}

impl Parts {
    pub fn of(head: &Head, body: &[u8]) -> Self {
        let mut parts = Self::default();
        let sections = parts.part(head, body, Within::Message, 0);
        parts.sections = sections;
        let html = parts.html().unwrap_or_default();
        for attachment in &mut parts.attachments {
            if let Some(id) = &attachment.content_id {
                attachment.inline |= html.contains(&format!("cid:{id}"));
            }
        }
        parts
    }

    fn part(&mut self, head: &Head, body: &[u8], within: Within, depth: usize) -> Vec<Section> {
        self.seen += 1;
        let default = if within == Within::Digest {
            "message/rfc822"
        } else {
            "text/plain"
        };
        let kind = head.media_type().unwrap_or_else(|| default.to_owned());
        if let Some(("multipart", of)) = kind.split_once('/')
            && depth < DEEPEST
            && let Some(boundary) = head.attribute("boundary")
            && let Some(parts) = split(body, boundary.as_bytes())
        {
            return self.several(&parts, of, depth + 1);
        }
        let shown = matches!(kind.as_str(), "text/plain" | "text/html");
        // A broken container is read as the text that it is.
        if shown || kind.starts_with("multipart/") {
            return self.text(head, body, &kind);
        }
        let of_machines = matches!(kind.as_str(), "text/x-amp-html" | "text/watch-html");
        if !(within == Within::Alternative && of_machines) {
            self.attach(head, body, kind);
        }
        Vec::new()
    }

    fn several(&mut self, parts: &[&[u8]], kind: &str, depth: usize) -> Vec<Section> {
        let within = match kind {
            "digest" => Within::Digest,
            "alternative" => Within::Alternative,
            _ => Within::Message,
        };
        let mut all = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            if self.seen >= MOST_PARTS {
                self.omitted += parts.len() - at;
                break;
            }
            let (head, body) = Head::split(part);
            all.push(self.part(&head, body, within, depth));
        }
        if within != Within::Alternative {
            return all.into_iter().flatten().collect();
        }
        one_of(all).into_iter().collect()
    }

    fn text(&mut self, head: &Head, body: &[u8], kind: &str) -> Vec<Section> {
        let bytes = decode::transfer(body, &head.encoding());
        let named = head.file_name().is_some();
        let is_html = kind == "text/html";
        let text = if is_html {
            let said = head.attribute("charset").map(str::to_owned);
            let charset = said.or_else(|| decode::charset_of_html(&bytes));
            cut(decode::text(&bytes, charset.as_deref()), LONGEST_HTML)
        } else {
            cut(of_plain(head, &bytes), LONGEST_TEXT)
        };
        let is_attached = head.is_attachment() || named && !head.is_inline();
        if is_attached || named {
            self.attach(head, body, kind.to_owned());
        }
        if is_attached {
            if self.spare.len() < MOST_ATTACHMENTS {
                self.spare
                    .push(if is_html { plain::text_of(&text) } else { text });
            }
            return Vec::new();
        }
        vec![if is_html {
            Section {
                text: None,
                html: Some(text),
            }
        } else {
            Section {
                text: Some(text),
                html: None,
            }
        }]
    }

    fn attach(&mut self, head: &Head, body: &[u8], media_type: String) {
        if self.attachments.len() == MOST_ATTACHMENTS {
            self.omitted += 1;
            return;
        }
        let bytes = decode::transfer(body, &head.encoding());
        if self.bytes + bytes.len() > MOST_BYTES {
            self.omitted += 1;
            return;
        }
        // A container without an end, and nothing in it.
        if bytes.trim_ascii().is_empty() && head.file_name().is_none() {
            return;
        }
        self.bytes += bytes.len();
        let name = match head.file_name() {
            Some(name) => name,
            None if is_message(&media_type) => {
                let subject = Head::split(&bytes).0.subject();
                let name = file_name(&format!("{}.eml", subject.replace(['/', '\\'], "_")));
                if name == "eml" {
                    "message.eml".to_owned()
                } else {
                    name
                }
            }
            None => format!(
                "attachment-{}.{}",
                self.attachments.len() + 1,
                extension(&media_type)
            ),
        };
        self.attachments.push(Attachment {
            name,
            content_id: head.content_id(),
            inline: head.is_inline(),
            media_type,
            bytes: bytes.into_owned(),
        });
    }

    /// What the writer says, in plain text.
    pub fn text_said(&self) -> String {
        let mut said = String::new();
        for section in &self.sections {
            let text = match (&section.text, &section.html) {
                (Some(text), None) => Cow::Borrowed(text),
                (Some(text), Some(_)) if !text.trim().is_empty() => Cow::Borrowed(text),
                (_, Some(html)) => Cow::Owned(plain::text_of(html)),
                (None, None) => continue,
            };
            join(&mut said, &text);
        }
        cut(said, LONGEST_TEXT)
    }

    /// What attached texts say.
    pub fn text_attached(&self) -> String {
        let mut said = String::new();
        for text in &self.spare {
            join(&mut said, text);
        }
        cut(said, LONGEST_TEXT)
    }

    /// The messages that are attached.
    pub fn messages(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments
            .iter()
            .filter(|attachment| is_message(&attachment.media_type))
    }

    /// The HTML as it came; where plain text stands between, that stands between as well.
    pub fn html(&self) -> Option<String> {
        if self.sections.iter().all(|section| section.html.is_none()) {
            return None;
        }
        let mut all = String::new();
        for section in &self.sections {
            match (&section.html, &section.text) {
                (Some(html), _) => all.push_str(html),
                (None, Some(text)) if !text.trim().is_empty() => {
                    all.push_str("<div style=\"white-space:pre-wrap\">");
                    all.push_str(&escaped(text.trim_end()));
                    all.push_str("</div>");
                }
                _ => {}
            }
        }
        Some(cut(all, LONGEST_HTML)).filter(|html| !html.trim().is_empty())
    }
}

/// What several parts say that all say the same: the plainest of them and the richest.
fn one_of(all: Vec<Vec<Section>>) -> Option<Section> {
    let mut one = Section::default();
    for sections in all {
        let rich = sections.iter().any(|section| section.html.is_some());
        for section in sections {
            let (into, from) = if rich {
                (
                    &mut one.html,
                    section.html.or(section.text.map(|text| escaped(&text))),
                )
            } else {
                (&mut one.text, section.text)
            };
            let Some(from) = from else { continue };
            match into {
                Some(into) => {
                    into.push_str(if rich { "<br>" } else { "\n" });
                    into.push_str(&from);
                }
                None => *into = Some(from),
            }
        }
    }
    (one.text.is_some() || one.html.is_some()).then_some(one)
}

fn of_plain(head: &Head, bytes: &[u8]) -> String {
    let text = decode::text(bytes, head.attribute("charset"));
    let is = |name, value| {
        let found = head.attribute(name);
        found.is_some_and(|found: &str| found.eq_ignore_ascii_case(value))
    };
    if is("format", "flowed") {
        decode::unflowed(&text, is("delsp", "yes"))
    } else {
        text
    }
}

fn is_message(media_type: &str) -> bool {
    matches!(media_type, "message/rfc822" | "message/global")
}

fn join(said: &mut String, text: &str) {
    let text = text.trim_end();
    let text = text.trim_start_matches('\n');
    if text.trim().is_empty() || said.len() > LONGEST_TEXT {
        return;
    }
    if !said.is_empty() {
        said.push_str("\n\n");
    }
    said.push_str(text);
}

/// The beginning of a text, in whole characters.
fn cut(mut text: String, most: usize) -> String {
    text.truncate(text.floor_char_boundary(most));
    text
}

/// The bodies between the lines that separate them; none where there is no such line. What comes before the first and after the last
/// is for programs that know no parts.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Option<Vec<&'a [u8]>> {
    if boundary.is_empty() {
        return None;
    }
    let mut parts = Vec::new();
    let mut from = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let behind = line
            .strip_prefix(b"--")
            .and_then(|line| line.strip_prefix(boundary))
            .map(<[u8]>::trim_ascii);
        if let Some(behind @ (b"" | b"--")) = behind {
            if let Some(from) = from {
                parts.push(without_break(&body[from..at]));
            }
            from = Some(at + line.len());
            if behind == b"--" {
                return Some(parts);
            }
        }
        at += line.len();
    }
    // One that was cut off on the way.
    parts.push(&body[from?..]);
    Some(parts)
}

/// The line break before a separating line belongs to that.
fn without_break(part: &[u8]) -> &[u8] {
    let part = part.strip_suffix(b"\n").unwrap_or(part);
    part.strip_suffix(b"\r").unwrap_or(part)
}

fn extension(media_type: &str) -> &'static str {
    match media_type {
        "text/html" => "html",
        "text/calendar" => "ics",
        "text/csv" => "csv",
        "text/vcard" | "text/x-vcard" => "vcf",
        "application/pdf" => "pdf",
        "application/zip" => "zip",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "image/gif" => "gif",
        "image/webp" => "webp",
        other if other.starts_with("text/") || other.starts_with("message/") => "txt",
        _ => "bin",
    }
}

/// What an attached message says of itself, for whoever reads it inside another.
pub fn introduction(from: &str, subject: &str, text: &str) -> String {
    let mut lines = String::new();
    for (name, value) in [("From", from), ("Subject", subject)] {
        if !value.is_empty() {
            lines.push_str(&format!("{name}: {}\n", one_line(value, LONGEST_TEXT)));
        }
    }
    if !lines.is_empty() && !text.is_empty() {
        lines.push('\n');
    }
    lines.push_str(text);
    lines
}
