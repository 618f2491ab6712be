//! Words as search compares them: without case and accents, so that "soc gen" finds "Société Générale".
//! Records are stored with their folded words; what is typed is folded in the same way.

/// A word longer than this says no more than its beginning.
const MAX_WORD: usize = 40;
/// More words than this in one search only repeat themselves.
const MAX_TYPED: usize = 8;

/// The text with its letters taken apart and without the marks that this sets free.
#[cfg(feature = "ssr")]
fn unmarked(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    text.nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

/// The browser has the tables for it; they need not be sent.
#[cfg(not(feature = "ssr"))]
fn unmarked(text: &str) -> String {
    let marks = js_sys::RegExp::new("\\p{M}", "gu");
    js_sys::JsString::from(text)
        .normalize("NFKD")
        .replace_by_pattern(&marks, "")
        .into()
}

fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in unmarked(text).chars().flat_map(char::to_lowercase) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            other => out.push(other),
        }
    }
    out
}

/// A heading as import compares it: "E-mail", "Email" and "EMAIL" are the same.
pub fn heading(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn shortened(word: &str) -> String {
    word.chars().take(MAX_WORD).collect()
}

/// The words of a text, and what stands between blanks as a whole where it holds signs: a VAT
/// number or an e-mail address is also found as one word without them.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for piece in fold(text).split_whitespace() {
        let parts: Vec<&str> = piece
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect();
        words.extend(parts.iter().map(|part| shortened(part)));
        if parts.len() > 1 {
            words.push(shortened(&parts.concat()));
        }
    }
    words.sort();
    words.dedup();
    words
}

/// All of a text as one word, as [`words`] has it of a piece that holds signs: how an e-mail address is looked up.
pub fn as_one_word(text: &str) -> String {
    shortened(&heading(text))
}

/// What was typed, as beginnings of words; each must begin some word of what is found.
pub fn typed(text: &str) -> Vec<String> {
    let mut words: Vec<String> = fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(shortened)
        .take(MAX_TYPED)
        .collect();
    words.sort();
    words.dedup();
    words
}

/// The end of the range of all words that begin so; the range is half open.
pub fn beyond(beginning: &str) -> String {
    format!("{beginning}\u{10ffff}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, query: &str) -> bool {
        let words = words(text);
        typed(query).iter().all(|t| {
            words
                .iter()
                .any(|w| w.as_str() >= t.as_str() && w.as_str() < beyond(t).as_str())
        })
    }

    #[test]
    fn every_typed_word_begins_some_word_whatever_case_and_accents() {
        assert!(finds("Société Générale", "soc gen"));
        assert!(finds("Société Générale", "GÉNÉ"));
        assert!(!finds("Société Générale", "soc gem"));
        assert!(!finds("Société Générale", "été"));
        assert!(finds("Straße 5", "strasse"));
        assert!(finds("BE 0123.456.789", "0123456"));
        assert!(finds("AT&T", "at&t"));
        assert!(finds("nora@demo.test", "nora@demo"));
    }

    #[test]
    fn signs_alone_search_for_nothing() {
        assert!(typed("  %_' -- ;").is_empty());
    }
}
