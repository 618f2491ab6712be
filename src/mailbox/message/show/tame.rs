//! Brings the HTML of a mail into an order that no parser can be hurt by: well nested, never deep, of known elements with known
//! attributes. It decides which pictures are shown. That the result is safe is decided by the sanitiser behind it, not here.

use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};

use super::{elements, pictures::Addresses, style};
use crate::ui::page::escaped;

/// Deeper than this no mail is laid out; answers to answers with tables in them come to half of it.
const DEEPEST: usize = 200;
/// More elements than this are text: a browser has to lay them out.
const MOST: usize = 50_000;

/// A mail's HTML in order.
pub struct Tamed {
    pub html: String,
    /// What its style sheets say, as far as it may stay.
    pub sheet: String,
    /// Pictures from elsewhere that are not shown.
    pub blocked: usize,
}

/// Reads HTML in one pass, in time and memory that grow with its length and with nothing else.
pub fn tame(html: &str, addresses: &Addresses<'_>) -> Tamed {
    let mut taming = Taming {
        addresses,
        out: String::with_capacity(html.len()),
        css: String::new(),
        open: Vec::new(),
        left_out: Vec::new(),
        elements: 0,
        hidden: None,
        blocked: 0,
    };
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => taming.start(&tag),
            Token::EndTag(tag) => taming.end(&tag.name),
            Token::String(text) => taming.text(&String::from_utf8_lossy(&text)),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    taming.close_to(0);
    Tamed {
        html: taming.out,
        sheet: style::sheet(&taming.css),
        blocked: taming.blocked,
    }
}

struct Taming<'a> {
    addresses: &'a Addresses<'a>,
    out: String,
    css: String,
    /// The elements that are open, as they stand in the output.
    open: Vec<&'static str>,
    /// Elements that were left out because too many are open; their ends are left out as well.
    left_out: Vec<&'static str>,
    elements: usize,
    /// The element that is left out with what is in it, and how often it is open.
    hidden: Option<(HtmlString, usize)>,
    blocked: usize,
}

impl Taming<'_> {
    fn start(&mut self, tag: &StartTag<()>) {
        if let Some((hidden, open)) = &mut self.hidden {
            if *hidden == tag.name && !tag.self_closing {
                *open += 1;
            }
            return;
        }
        if elements::is_hidden(&tag.name) {
            if !tag.self_closing || &**tag.name == b"style" {
                self.hidden = Some((tag.name.clone(), 1));
            }
            return;
        }
        let Some(name) = elements::known(&tag.name) else {
            return;
        };
        if name == "img" {
            return self.picture(tag);
        }
        self.end_what_this_ends(name);
        self.elements += 1;
        if self.open.len() >= DEEPEST || self.elements > MOST {
            if !elements::is_void(name) {
                self.left_out.push(name);
            }
            return;
        }
        self.out.push('<');
        self.out.push_str(name);
        self.attributes(name, tag);
        self.out.push('>');
        if !elements::is_void(name) {
            self.open.push(name);
        }
    }

    /// What HTML ends by itself: a paragraph where the next begins, a cell where the next row begins.
    fn end_what_this_ends(&mut self, name: &'static str) {
        let ended: &[&str] = match name {
            "li" => &["li"],
            "dt" | "dd" => &["dt", "dd"],
            "td" | "th" => &["td", "th"],
            "tr" => &["tr", "td", "th"],
            "caption" | "tbody" | "thead" | "tfoot" => {
                &["caption", "tbody", "thead", "tfoot", "tr", "td", "th"]
            }
            "a" => &["a"],
            _ => &[],
        };
        let limits: &[&str] = match name {
            "li" => &["ul", "ol", "table", "td", "th"],
            "dt" | "dd" => &["dl", "table", "td", "th"],
            "td" | "th" => &["table", "tr"],
            "a" => &["table", "td", "th"],
            _ => &["table"],
        };
        if let Some(at) = self.lowest(ended, |open| limits.contains(&open)) {
            self.close_to(at);
        }
        if !elements::is_inline(name)
            && let Some(at) = self.lowest(&["p"], |open| !elements::is_inline(open) && open != "p")
        {
            self.close_to(at);
        }
    }

    /// The outermost open one of these elements, up to the first at which one stops to look.
    fn lowest(&self, names: &[&str], stops: impl Fn(&str) -> bool) -> Option<usize> {
        let mut found = None;
        for (at, open) in self.open.iter().enumerate().rev() {
            if names.contains(open) {
                found = Some(at);
            } else if stops(open) {
                break;
            }
        }
        found
    }

    fn close_to(&mut self, at: usize) {
        while self.open.len() > at {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
        }
    }

    fn end(&mut self, name: &HtmlString) {
        if let Some((hidden, open)) = &mut self.hidden {
            if hidden == name {
                *open -= 1;
                if *open == 0 {
                    self.hidden = None;
                    self.css.push('\n');
                }
            }
            return;
        }
        let Some(name) = elements::known(name) else {
            return;
        };
        if self.left_out.last() == Some(&name) {
            self.left_out.pop();
            return;
        }
        // What a cell is in does not end in it.
        let of_table = elements::is_of_table(name);
        let stops = |open: &str| open == "table" || !of_table && matches!(open, "td" | "th");
        for at in (0..self.open.len()).rev() {
            if self.open[at] == name {
                return self.close_to(at);
            }
            if stops(self.open[at]) {
                return;
            }
        }
    }

    fn text(&mut self, text: &str) {
        match &self.hidden {
            None => self.out.push_str(&escaped(text)),
            Some((hidden, _)) if &***hidden == b"style" => self.css.push_str(text),
            Some(_) => {}
        }
    }

    fn picture(&mut self, tag: &StartTag<()>) {
        self.elements += 1;
        if self.elements > MOST {
            return;
        }
        let get = |name: &str| elements::attribute(tag, name);
        let shown = self.addresses.of(&get("src").unwrap_or_default());
        self.blocked += usize::from(shown.blocked);
        if let Some(address) = shown.address {
            self.out.push_str("<img");
            self.attribute("src", &address);
            if let Some(alt) = get("alt") {
                self.attribute("alt", &alt);
            }
            self.attributes("img", tag);
            self.out.push('>');
            return;
        }
        // A picture of one dot is there to be fetched, not to be seen.
        let tiny =
            |side: &str| get(side).is_some_and(|size| matches!(size.trim(), "0" | "1" | "2"));
        if tiny("width") || tiny("height") {
            return;
        }
        let alt = get("alt").unwrap_or_default();
        let alt = alt.trim();
        let words = if alt.is_empty() && shown.blocked {
            self.addresses.word
        } else {
            alt
        };
        if !words.is_empty() {
            self.out.push_str("<span class=\"steward-picture\">");
            self.out.push_str(&escaped(words));
            self.out.push_str("</span>");
        }
    }

    fn attributes(&mut self, name: &str, tag: &StartTag<()>) {
        for (key, value) in elements::attributes(name, tag) {
            self.attribute(key, &value);
        }
    }

    fn attribute(&mut self, key: &str, value: &str) {
        self.out.push(' ');
        self.out.push_str(key);
        self.out.push_str("=\"");
        self.out.push_str(&escaped(value).replace('"', "&quot;"));
        self.out.push('"');
    }
}
