//! Markdown as people type it, turned into HTML that is safe to show in a page and in a mail. Markup in it is text, and what
//! comes out is sanitised whatever went in.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

use pulldown_cmark::{
    CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream,
    html::push_html,
};

use crate::ui::page::escaped;

/// The names that somebody may be mentioned by, the longest first, so that "Eva Maes-Claes" is not "Eva Maes".
pub struct Names(Vec<Name>);

struct Name {
    lower: Vec<char>,
    full: String,
}

impl Names {
    pub fn new(all: impl IntoIterator<Item = String>) -> Self {
        // Each once: two colleagues of one name are mentioned by the same words.
        let all: BTreeSet<String> = all.into_iter().filter(|name| !name.is_empty()).collect();
        let name = |full: String| Name {
            lower: full.chars().flat_map(char::to_lowercase).collect(),
            full,
        };
        let mut names: Vec<Name> = all.into_iter().map(name).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.lower.len()));
        Self(names)
    }

    /// The longest name that a text begins with, and how much of the text it takes.
    fn at_start_of(&self, text: &str) -> Option<(&str, usize)> {
        let mut names = self.0.iter();
        names.find_map(|name| Some((name.full.as_str(), begins_with(text, &name.lower)?)))
    }
}

fn begins_with(text: &str, lower: &[char]) -> Option<usize> {
    let mut wanted = lower.iter();
    for (at, typed) in text.char_indices() {
        if wanted.len() == 0 {
            return (!typed.is_alphanumeric()).then_some(at);
        }
        for typed in typed.to_lowercase() {
            if wanted.next() != Some(&typed) {
                return None;
            }
        }
    }
    (wanted.len() == 0).then_some(text.len())
}

/// The parts of a text between its marks.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'t, 'n> {
    Text(&'t str),
    /// By its full name.
    Mention(&'n str),
    Address(&'t str),
}

fn pieces<'t, 'n>(text: &'t str, names: &'n Names) -> Vec<Piece<'t, 'n>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    let mut apart = true;
    while let Some(next) = text[at..].chars().next() {
        let rest = &text[at..];
        let found = if !apart {
            None
        } else if let Some(after) = rest.strip_prefix('@') {
            let found = names.at_start_of(after);
            found.map(|(name, length)| (Piece::Mention(name), length + 1))
        } else {
            address(rest).map(|address| (Piece::Address(address), address.len()))
        };
        let Some((piece, length)) = found else {
            apart = !next.is_alphanumeric();
            at += next.len_utf8();
            continue;
        };
        pieces.push(Piece::Text(&text[from..at]));
        pieces.push(piece);
        at += length;
        from = at;
        apart = false;
    }
    pieces.push(Piece::Text(&text[from..]));
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

/// A web address that a text begins with, without the punctuation of the sentence around it.
fn address(text: &str) -> Option<&str> {
    let after = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    if !after.starts_with(char::is_alphanumeric) {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"'));
    let whole = &text[..end.unwrap_or(text.len())];
    Some(whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', ')', ']', '’', '”', '»']))
}

/// What Markdown says, as safe HTML; names behind an at sign are marked as mentions.
pub fn html(markdown: &str, names: &Names) -> String {
    let mut out = String::new();
    push_html(&mut out, Reading::of(markdown, names).events.into_iter());
    CLEAN.clean(&out).to_string()
}

/// The full names that it mentions.
pub fn mentioned<'n>(markdown: &str, names: &'n Names) -> BTreeSet<&'n str> {
    Reading::of(markdown, names).mentioned
}

struct Reading<'t, 'n> {
    names: &'n Names,
    events: Vec<Event<'t>>,
    mentioned: BTreeSet<&'n str>,
    /// Of the links and images that are open, whether each became a link, and where what it says begins.
    open: Vec<(bool, usize)>,
    code: bool,
    /// Of what is open and may hold its like, whether each was kept.
    nested: Vec<bool>,
}

/// Deeper than this nobody quotes or lists; what is made only to be deep would keep the server busy.
const DEEPEST: usize = 30;

/// What may hold its like, to any depth.
const fn nests(end: &TagEnd) -> bool {
    matches!(
        end,
        TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
    )
}

impl<'t, 'n> Reading<'t, 'n> {
    fn of(markdown: &'t str, names: &'n Names) -> Self {
        let mut reading = Self {
            names,
            events: Vec::new(),
            mentioned: BTreeSet::new(),
            open: Vec::new(),
            code: false,
            nested: Vec::new(),
        };
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
        for event in TextMergeStream::new(Parser::new_ext(markdown, options)) {
            reading.read(event);
        }
        reading
    }

    fn in_link(&self) -> bool {
        self.open.iter().any(|(linked, _)| *linked)
    }

    fn read(&mut self, event: Event<'t>) {
        let kept = match event {
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
                return self.text(text);
            }
            // Whoever knows no Markdown means the lines that he types.
            Event::SoftBreak => Event::HardBreak,
            Event::TaskListMarker(done) => Event::Text(if done { "☑ " } else { "☐ " }.into()),
            Event::Start(Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
            Event::End(TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
            // The page has headings of its own above a note, and their order is how some people read it.
            Event::Start(Tag::Heading { .. }) => Event::Start(Tag::Heading {
                level: HeadingLevel::H3,
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            }),
            Event::End(TagEnd::Heading(_)) => Event::End(TagEnd::Heading(HeadingLevel::H3)),
            Event::Start(Tag::CodeBlock(_)) | Event::End(TagEnd::CodeBlock) => {
                self.code = matches!(event, Event::Start(_));
                event
            }
            // Nothing is loaded from elsewhere: a picture becomes a link to it.
            Event::Start(Tag::Image { dest_url, .. }) => {
                return self.begin_link(LinkType::Inline, dest_url);
            }
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) => return self.begin_link(link_type, dest_url),
            Event::End(TagEnd::Link | TagEnd::Image) => return self.end_link(),
            Event::Start(tag) if nests(&tag.to_end()) => {
                let kept = self.nested.len() < DEEPEST;
                self.nested.push(kept);
                if !kept {
                    return;
                }
                Event::Start(tag)
            }
            Event::End(end) if nests(&end) => {
                if self.nested.pop() == Some(false) {
                    return;
                }
                Event::End(end)
            }
            other => other,
        };
        self.events.push(kept);
    }

    fn begin_link(&mut self, link_type: LinkType, dest_url: CowStr<'t>) {
        // No link in a link, as where a picture is one.
        let linked = !self.in_link();
        if linked {
            self.events.push(Event::Start(Tag::Link {
                link_type,
                dest_url,
                title: "".into(),
                id: "".into(),
            }));
        }
        self.open.push((linked, self.events.len()));
    }

    fn end_link(&mut self) {
        let Some((true, begins)) = self.open.pop() else {
            return;
        };
        // One that says nothing says where it leads.
        if self.events.len() == begins
            && let Some(Event::Start(Tag::Link { dest_url, .. })) = self.events.last()
        {
            self.events.push(Event::Text(dest_url.clone()));
        }
        self.events.push(Event::End(TagEnd::Link));
    }

    fn text(&mut self, text: CowStr<'t>) {
        if self.code || self.in_link() {
            self.events.push(Event::Text(text));
            return;
        }
        let names = self.names;
        for piece in pieces(&text, names) {
            match piece {
                Piece::Text(text) => self.events.push(Event::Text(text.to_owned().into())),
                Piece::Mention(name) => {
                    self.mentioned.insert(name);
                    let shown = format!("<span class=\"mention\">@{}</span>", escaped(name));
                    self.events.push(Event::InlineHtml(shown.into()));
                }
                Piece::Address(address) => {
                    self.begin_link(LinkType::Autolink, address.to_owned().into());
                    self.end_link();
                }
            }
        }
    }
}

const TAGS: [&str; 21] = [
    "a",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "h3",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "span",
    "strong",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// What may be in a note. It lists what is allowed, so that what nobody thought of is not.
static CLEAN: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut clean = ammonia::Builder::empty();
    clean
        .tags(HashSet::from(TAGS))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("span", HashSet::from(["mention"]))]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"));
    clean
});

#[cfg(test)]
mod tests;
