//! The mails of notifications: text and HTML with the same words, in the receiver's language. All mails of one record belong to one
//! thread, and each can be unsubscribed from with one click.

use anyhow::Result;
use lettre::{
    Message,
    address::Envelope,
    message::{
        Mailbox, MessageBuilder, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::send::{Letter, events_of};
use crate::{
    model::{
        Actor, Language,
        activity::What,
        notifications::{About, Notification, by_record},
    },
    server::context::App,
    texts,
    ui::page::escaped,
};

texts! {
    SUBJECT = "{kind}: {name}" | "{kind} : {name}" | "{kind}: {name}";
    DIGEST = "Your digest of {day}" | "Votre résumé du {day}" | "Uw overzicht van {day}";
    OPEN = "Open in Steward" | "Ouvrir dans Steward" | "Openen in Steward";
    BECAUSE = "You get this mail because you asked for mails of: {events}." | "Vous recevez cet e-mail parce que vous avez demandé des e-mails pour : {events}." | "U krijgt deze e-mail omdat u e-mails hebt gevraagd voor: {events}.";
    DIGEST_BECAUSE = "You get this digest because you asked for it for: {events}." | "Vous recevez ce résumé parce que vous l’avez demandé pour : {events}." | "U krijgt dit overzicht omdat u het hebt gevraagd voor: {events}.";
    STOP = "Stop these mails" | "Ne plus recevoir ces e-mails" | "Deze e-mails stoppen";
    CHOOSE = "Choose what you are told" | "Choisir ce qui vous est signalé" | "Kiezen wat u gemeld krijgt";
}

/// The pieces of a mail, before they are text or HTML.
struct Block {
    heading: Option<String>,
    lines: Vec<Line>,
    link: Option<String>,
}

struct Line {
    text: String,
    /// Made and sanitised by the server.
    note: String,
    changes: Vec<String>,
    when: String,
}

/// A mail as it is sent.
pub fn compose(
    app: &App,
    actor: &Actor,
    letter: &Letter,
    told: &[Notification],
) -> Result<Message> {
    let language = actor.language;
    let base = &app.config.base_url;
    let blocks = blocks(told, language, base);
    let stop = format!("{base}/unsubscribe/{}", letter.secret);
    let choose = format!("{base}/settings/notifications");
    let events: Vec<&str> = events_of(told)
        .iter()
        .map(|event| event.label().get(language))
        .collect();
    let because = if letter.digest_on.is_some() {
        DIGEST_BECAUSE
    } else {
        BECAUSE
    };
    let foot = Foot {
        because: because.with(language, &[("events", &events.join("; "))]),
        links: [
            (STOP.get(language), stop.as_str()),
            (CHOOSE.get(language), choose.as_str()),
        ],
    };
    let host = app.mailer.host();
    let mut message = addressed(app, actor, letter)?
        .subject(subject(letter, told, language))
        .message_id(Some(format!("<mail.{}@{host}>", letter.id)));
    if let Some(record) = letter.record_id {
        let thread = format!("<record.{record}@{host}>");
        message = message.in_reply_to(thread.clone()).references(thread);
    }
    let body = MultiPart::alternative_plain_html(
        as_text(&blocks, &foot, language),
        as_html(&blocks, &foot, language),
    );
    let mut message = message.multipart(body)?;
    let headers = [
        ("List-Unsubscribe", format!("<{stop}>")),
        (
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        ),
        // Nobody's holiday answers it.
        ("Auto-Submitted", "auto-generated".to_owned()),
    ];
    for (name, value) in headers {
        let name = HeaderName::new_from_ascii(name.to_owned())?;
        message
            .headers_mut()
            .insert_raw(HeaderValue::new(name, value));
    }
    Ok(message)
}

/// From whom and to whom. What is read as the sender is the same for all; where a mail comes back tells which it was.
fn addressed(app: &App, actor: &Actor, letter: &Letter) -> Result<MessageBuilder> {
    let to = Mailbox::new(Some(actor.full_name.clone()), actor.email.parse()?);
    let mut message = Message::builder();
    if let Some(sender) = app.mailer.sender_of(letter.id)? {
        let envelope = Envelope::new(Some(sender), vec![to.email.clone()])?;
        message = message.envelope(envelope);
    }
    Ok(message.from(app.mailer.from()).to(to))
}

/// The same for every mail of a record, so that programs which look at subjects keep them together too.
fn subject(letter: &Letter, told: &[Notification], language: Language) -> String {
    if let Some(day) = letter.digest_on {
        return DIGEST.with(language, &[("day", &language.date(day))]);
    }
    match told.last().map(|last| &last.about) {
        Some(About::Record { kind, name, .. }) => SUBJECT.with(
            language,
            &[("kind", kind.singular().get(language)), ("name", name)],
        ),
        _ => told
            .last()
            .map(|last| last.lines(language).join("; "))
            .unwrap_or_default(),
    }
}

/// What is told, by record.
fn blocks(told: &[Notification], language: Language, base: &str) -> Vec<Block> {
    let block = |group: Vec<Notification>| {
        let first = group.first();
        Block {
            heading: first.and_then(|one| match &one.about {
                About::Record { name, .. } => Some(name.clone()),
                _ => None,
            }),
            link: first
                .and_then(Notification::address)
                .map(|address| format!("{base}{address}")),
            lines: group.iter().flat_map(|one| lines(one, language)).collect(),
        }
    };
    by_record(told.to_vec()).into_iter().map(block).collect()
}

fn lines(one: &Notification, language: Language) -> Vec<Line> {
    let stands_in = one
        .stands_in(language)
        .map(|text| format!(" ({text})"))
        .unwrap_or_default();
    let when = language.moment(one.at);
    match &one.about {
        About::Record { kind, entries, .. } => entries
            .iter()
            .map(|entry| Line {
                text: format!("{}{stands_in}", entry.text(language)),
                note: match &entry.what {
                    What::Noted(note) => note.html.clone(),
                    _ => String::new(),
                },
                changes: entry.changes(*kind, language),
                when: when.clone(),
            })
            .collect(),
        _ => one
            .lines(language)
            .into_iter()
            .map(|text| Line {
                text: format!("{text}{stands_in}"),
                note: String::new(),
                changes: Vec::new(),
                when: when.clone(),
            })
            .collect(),
    }
}

struct Foot<'a> {
    because: String,
    links: [(&'static str, &'a str); 2],
}

fn as_text(blocks: &[Block], foot: &Foot<'_>, language: Language) -> String {
    let mut out = String::new();
    for block in blocks {
        if let Some(heading) = &block.heading {
            out.push_str(&format!("{heading}\n"));
        }
        for line in &block.lines {
            out.push_str(&format!("* {}\n", line.text));
            for words in text_of(&line.note).lines() {
                out.push_str(&format!("    {words}\n"));
            }
            for change in &line.changes {
                out.push_str(&format!("    {change}\n"));
            }
            out.push_str(&format!("  {}\n", line.when));
        }
        if let Some(link) = &block.link {
            out.push_str(&format!("{}: {link}\n", OPEN.get(language)));
        }
        out.push('\n');
    }
    out.push_str(&format!("-- \n{}\n", foot.because));
    for (text, link) in foot.links {
        out.push_str(&format!("{text}: {link}\n"));
    }
    out
}

/// The words of a note: a paragraph, a line or an item is a line.
fn text_of(html: &str) -> String {
    let mut out = String::new();
    for (i, part) in html.split('<').enumerate() {
        let words = if i == 0 {
            part
        } else {
            let (tag, words) = part.split_once('>').unwrap_or((part, ""));
            let name = tag
                .trim_end_matches('/')
                .split_whitespace()
                .next()
                .unwrap_or_default();
            let breaks = matches!(
                name,
                "br" | "p" | "li" | "/p" | "/li" | "/pre" | "/blockquote" | "/tr"
            ) || name.trim_start_matches('/').starts_with('h');
            if breaks && !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            if name == "li" {
                out.push_str("- ");
            }
            words
        };
        let starts = out.is_empty() || out.ends_with('\n');
        let words = if starts { words.trim_start() } else { words };
        out.push_str(words);
    }
    let out = out.trim_end();
    let entities = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    entities.iter().fold(out.to_owned(), |text, (entity, is)| {
        text.replace(entity, is)
    })
}

fn as_html(blocks: &[Block], foot: &Foot<'_>, language: Language) -> String {
    let mut out = format!(
        "<!DOCTYPE html><html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"></head>\
         <body style=\"font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1rem\">",
        language.code()
    );
    for block in blocks {
        if let Some(heading) = &block.heading {
            out.push_str(&format!(
                "<h2 style=\"font-size:1.1rem;margin:1rem 0 .25rem\">{}</h2>",
                escaped(heading)
            ));
        }
        for line in &block.lines {
            out.push_str(&format!(
                "<p style=\"margin:.25rem 0\">{}</p>",
                escaped(&line.text)
            ));
            if !line.note.is_empty() {
                out.push_str(&format!(
                    "<blockquote style=\"margin:.25rem 0 .25rem 1rem;border-left:3px solid #888;padding-left:.75rem\">{}</blockquote>",
                    line.note
                ));
            }
            if !line.changes.is_empty() {
                let items: String = line
                    .changes
                    .iter()
                    .map(|change| format!("<li>{}</li>", escaped(change)))
                    .collect();
                out.push_str(&format!("<ul style=\"margin:.25rem 0\">{items}</ul>"));
            }
            out.push_str(&format!(
                "<p style=\"margin:0 0 .5rem;opacity:.7;font-size:.85rem\">{}</p>",
                line.when
            ));
        }
        if let Some(link) = &block.link {
            out.push_str(&format!(
                "<p><a href=\"{}\">{}</a></p>",
                escaped(link),
                OPEN.get(language)
            ));
        }
    }
    let links: Vec<String> = foot
        .links
        .iter()
        .map(|(text, link)| format!("<a href=\"{link}\">{text}</a>"))
        .collect();
    out.push_str(&format!(
        "<hr><p style=\"opacity:.7;font-size:.85rem\">{}<br>{}</p></body></html>",
        escaped(&foot.because),
        links.join(" · ")
    ));
    out
}

#[cfg(test)]
mod tests {
    use super::text_of;

    #[test]
    fn a_note_has_the_same_words_as_text() {
        let html = "<p>Call <strong>Ægir</strong> &amp; sons,<br>\nnot &lt;Bo&gt;</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n";
        assert_eq!(text_of(html), "Call Ægir & sons,\nnot <Bo>\n- one\n- two");
        assert_eq!(text_of(""), "");
    }
}
