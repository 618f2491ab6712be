//! A mail's HTML as a document of its own for a sandboxed frame: it runs nothing, sends nothing, and fetches what was asked for.
//! Two fences: what is not on a list is taken out, and the document's own policy forbids what would have been left in.

mod elements;
mod pictures;
mod style;
mod tame;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
    sync::LazyLock,
};

pub use pictures::Pictures;

use crate::{model::Language, texts, ui::page::escaped};

/// Of longer HTML the beginning is shown.
pub const LONGEST: usize = 2 * 1024 * 1024;

texts! {
    PICTURE = "Picture" | "Image" | "Afbeelding";
}

/// A mail's HTML, to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// A whole document, for `srcdoc` of a frame with `sandbox="allow-popups allow-popups-to-escape-sandbox"` or for an address of its
    /// own that such a frame shows. A `srcdoc` document is held to the policy of the page around it as well: where that page allows
    /// no styles in the text and no pictures from elsewhere, only an address of its own shows them.
    pub html: String,
    /// The `Content-Security-Policy` for an answer that is this document; the document says the same itself, as far as it can.
    pub policy: String,
    /// Pictures from elsewhere that [`Pictures::Shown`] would fetch.
    pub blocked: usize,
}

/// Makes the document. `parts` answers the address of a part of the mail by its `Content-ID`: an address of this server, a whole one
/// of another, or `data:`. A sandboxed frame has no session: an address of this server has to be one that needs none.
pub fn document(
    html: &str,
    pictures: Pictures,
    language: Language,
    parts: impl Fn(&str) -> Option<String>,
) -> Shown {
    let addresses = pictures::Addresses {
        pictures,
        parts: &parts,
        word: PICTURE.get(language),
    };
    let tamed = tame::tame(beginning(html), &addresses);
    let body = settled(&tamed.html);
    let policy = policy(pictures, &body);
    let html = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\
         <meta name=\"referrer\" content=\"no-referrer\"><meta name=\"viewport\" content=\"width=device-width\"><base target=\"_blank\">\
         <style>{STYLE}{}</style></head><body>{body}</body></html>",
        tamed.sheet
    );
    Shown {
        html,
        policy: format!(
            "{policy}; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
        ),
        blocked: tamed.blocked,
    }
}

/// Mails assume white paper, whatever colours the reader has chosen for the rest.
const STYLE: &str = ":root{color-scheme:light}body{margin:12px;background:#fff;color:#1a1a1a;\
    font:14px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}pre{white-space:pre-wrap}\
    blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #ccc}\
    .steward-picture{display:inline-block;padding:0 6px;border:1px dashed #999;color:#555;font-size:12px}\n";

/// Clean HTML that is read again as what it was written from. Where tables and lists are torn apart, a parser moves things about, and
/// what is moved each time it is read is not what was checked; what never comes to rest is shown as text.
fn settled(html: &str) -> String {
    let mut body = CLEAN.clean(html).to_string();
    for _ in 0..4 {
        let again = CLEAN.clean(&body).to_string();
        if again == body {
            return body;
        }
        body = again;
    }
    format!("<pre>{}</pre>", escaped(&super::plain::text_of(html)))
}

fn beginning(html: &str) -> &str {
    &html[..html.floor_char_boundary(LONGEST)]
}

/// What the document may fetch: nothing but the pictures that are in it.
fn policy(pictures: Pictures, body: &str) -> String {
    let mut sources = BTreeSet::from(["'self'".to_owned(), "data:".to_owned()]);
    if pictures == Pictures::Shown {
        sources.extend(["https:".to_owned(), "http:".to_owned()]);
    } else {
        // Whole addresses that are in it now are those of the mail's own parts.
        let addresses = body.split("<img src=\"").skip(1);
        sources.extend(addresses.filter_map(origin));
    }
    let sources: Vec<String> = sources.into_iter().collect();
    format!(
        "default-src 'none'; style-src 'unsafe-inline'; img-src {}; base-uri 'none'; form-action 'none'",
        sources.join(" ")
    )
}

/// Scheme and host at the beginning of an address, where they are as plain as those of a server are.
fn origin(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '"', '?', '#']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':');
    (matches!(scheme, "http" | "https") && !host.is_empty() && host.chars().all(plain))
        .then(|| format!("{scheme}://{host}"))
}

/// What may be in a mail. It lists what is allowed, so that what nobody thought of is not.
static CLEAN: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut clean = ammonia::Builder::empty();
    let tags = elements::ELEMENTS.into_iter().filter(|tag| *tag != "body");
    clean
        .tags(tags.collect())
        .generic_attributes(HashSet::from(elements::ATTRIBUTES))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "title"])),
            ("img", HashSet::from(["src", "alt"])),
        ]))
        .set_tag_attribute_value("a", "target", "_blank")
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "data"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .attribute_filter(filter)
        .filter_style_properties(HashSet::from(style::PROPERTIES))
        .link_rel(Some("noopener noreferrer nofollow"));
    clean
});

/// Once more, apart from what was decided before: a link leads out, and a picture is one.
fn filter<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let of_this_server =
        value.starts_with('/') && !value.starts_with("//") && !value.contains('\\');
    let stays = match (element, attribute) {
        ("a", "href") => pictures::is_link(value),
        ("img", "src") => {
            pictures::is_remote(value) || pictures::is_embedded(value) || of_this_server
        }
        (_, "style") => !value.contains('\\') && !value.to_ascii_lowercase().contains("url"),
        (_, "href" | "src") => false,
        _ => true,
    };
    stays.then_some(Cow::Borrowed(value))
}
