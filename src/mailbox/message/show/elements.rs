//! The elements and attributes that a mail may have, and what is known of them.
//! Scripts, forms, frames, drawings and whatever else is not on these lists is not there.

use html5gum::StartTag;

use super::{pictures, style};

/// Elements that stay. A mail's `body` becomes a `div`, since it may have a colour.
pub const ELEMENTS: [&str; 74] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
    "body",
    "details",
    "summary",
    "ruby",
    "rp",
    "rt",
    "dir",
];

/// Elements that go with what is in them.
const HIDDEN: [&[u8]; 22] = [
    b"applet",
    b"audio",
    b"button",
    b"canvas",
    b"datalist",
    b"frameset",
    b"iframe",
    b"math",
    b"noembed",
    b"noframes",
    b"noscript",
    b"object",
    b"plaintext",
    b"script",
    b"select",
    b"style",
    b"svg",
    b"template",
    b"textarea",
    b"title",
    b"video",
    b"xmp",
];

const INLINE: [&str; 34] = [
    "a", "abbr", "b", "bdi", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i", "img",
    "ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr", "ruby", "rp", "rt",
];

/// Attributes that say how any element looks, in the way of former times.
pub const ATTRIBUTES: [&str; 21] = [
    "align",
    "bgcolor",
    "border",
    "cellpadding",
    "cellspacing",
    "class",
    "color",
    "colspan",
    "dir",
    "face",
    "height",
    "hspace",
    "lang",
    "nowrap",
    "rowspan",
    "size",
    "start",
    "style",
    "valign",
    "vspace",
    "width",
];

/// Of a table's cell nobody needs more.
const WIDEST: u32 = 100;

/// The element of this name, as it is written into the output.
pub fn known(name: &[u8]) -> Option<&'static str> {
    let known = ELEMENTS.iter().find(|known| known.as_bytes() == name)?;
    Some(if *known == "body" { "div" } else { known })
}

pub fn is_hidden(name: &[u8]) -> bool {
    HIDDEN.contains(&name)
}

pub fn is_inline(name: &str) -> bool {
    INLINE.contains(&name)
}

pub fn is_void(name: &str) -> bool {
    matches!(name, "br" | "hr" | "img" | "wbr")
}

pub fn is_of_table(name: &str) -> bool {
    matches!(
        name,
        "caption" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "tr"
    )
}

/// The text of an attribute.
pub fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// The attributes of an element that stay, as they stay; not those that say what a picture is.
pub fn attributes(name: &str, tag: &StartTag<()>) -> Vec<(&'static str, String)> {
    let kept = ATTRIBUTES.iter().filter_map(|key| {
        let value = attribute(tag, key)?;
        let value = match *key {
            "style" => style::declarations(&value),
            "class" => classes(&value),
            "colspan" | "rowspan" => {
                let cells: u32 = value.trim().parse().ok()?;
                cells.min(WIDEST).to_string()
            }
            _ => value,
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || " #%.,+-_".contains(c);
        let stays = match *key {
            "style" => !value.is_empty(),
            "nowrap" => true,
            _ => !value.is_empty() && value.len() <= 200 && value.chars().all(plain),
        };
        stays.then_some((*key, value))
    });
    let mut kept: Vec<_> = kept.collect();
    if name == "a"
        && let Some(href) = attribute(tag, "href").map(|href| pictures::plain(&href))
        && href.len() <= 8192
        && pictures::is_link(&href)
    {
        // Where a link leads is seen before it is followed, whatever it says.
        kept.push(("href", href.clone()));
        kept.push(("title", href));
    }
    kept
}

fn classes(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let kept = value
        .split_ascii_whitespace()
        .filter(|class| class.chars().all(plain) && !class.starts_with("steward"));
    kept.collect::<Vec<_>>().join(" ")
}
