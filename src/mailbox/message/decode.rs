//! From the bytes of a part to what was meant: transfer encodings, character sets, flowed lines. What is broken is read as far as it
//! goes, since a colleague makes more of half a text than of none.

use std::borrow::Cow;

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use mail_parser::decoders::{
    base64::base64_decode, charsets::map::charset_decoder,
    quoted_printable::quoted_printable_decode,
};

/// Takes what others refuse: without its padding, with bits left over.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes behind a transfer encoding; as they stand where there is none, or none that can be undone.
pub fn transfer<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    let decoded = match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => base64_decode(body)
            .filter(|decoded| !decoded.is_empty())
            .or_else(|| lenient(body)),
        "quoted-printable" => quoted_printable_decode(body),
        _ => None,
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// What of a text is base64, up to its end.
fn lenient(body: &[u8]) -> Option<Vec<u8>> {
    let of_base64 = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let ends = body.iter().position(|byte| *byte == b'=');
    let mut kept: Vec<u8> = body[..ends.unwrap_or(body.len())]
        .iter()
        .filter(of_base64)
        .copied()
        .collect();
    // One sign alone is less than a byte.
    if kept.len() % 4 == 1 {
        kept.pop();
    }
    LENIENT
        .decode(kept)
        .ok()
        .filter(|decoded| !decoded.is_empty())
}

/// A text in the character set that it says it is in, or that it is in by the look of it. Line breaks are `\n`; no control characters
/// besides them and tabs.
pub fn text(bytes: &[u8], charset: Option<&str>) -> String {
    let label = charset.unwrap_or_default().trim().to_ascii_lowercase();
    let decoded = match label.as_str() {
        "" | "us-ascii" | "ascii" | "ansi_x3.4-1968" | "unknown-8bit" | "8bit" | "binary" => {
            guess(bytes)
        }
        "utf-8" | "utf8" => String::from_utf8_lossy(bytes).into_owned(),
        label => match charset_decoder(label.as_bytes()) {
            Some(decode) => decode(bytes),
            None => match encoding_rs::Encoding::for_label(label.as_bytes()) {
                Some(encoding) => encoding.decode(bytes).0.into_owned(),
                None => guess(bytes),
            },
        },
    };
    clean(&decoded)
}

/// UTF-8 where it can be that; else what most of the rest of the world meant.
pub fn guess(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned(),
    }
}

fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    text.chars().filter(kept).collect()
}

/// The character set that HTML says it is in, where its part says none.
pub fn charset_of_html(bytes: &[u8]) -> Option<String> {
    let begin = bytes.get(..1024).unwrap_or(bytes);
    let begin = String::from_utf8_lossy(begin).to_ascii_lowercase();
    let (_, after) = begin.split_once("charset")?;
    let after = after.trim_start().strip_prefix('=')?;
    let after = after.trim_start_matches([' ', '"', '\'']);
    let of_label = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    let end = after.find(|c: char| !of_label(c)).unwrap_or(after.len());
    (end > 0).then(|| after[..end].to_owned())
}

/// Undoes `format=flowed` (RFC 3676): a line that ends with a space goes on in the next of the same depth.
pub fn unflowed(text: &str, delete_space: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The depth of the line that is not at its end yet.
    let mut goes_on: Option<usize> = None;
    for (at, line) in text.split('\n').enumerate() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let words = &line[depth..];
        let words = words.strip_prefix(' ').unwrap_or(words);
        let is_signature = words == "-- ";
        if goes_on != Some(depth) || is_signature {
            if at > 0 {
                out.push('\n');
            }
            out.push_str(&line[..depth]);
            if depth > 0 {
                out.push(' ');
            }
        }
        let soft = words.ends_with(' ') && !is_signature;
        let kept = if soft && delete_space {
            words.strip_suffix(' ').unwrap_or(words)
        } else {
            words
        };
        out.push_str(kept);
        goes_on = soft.then_some(depth);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{charset_of_html, text, transfer, unflowed};

    #[test]
    fn broken_base64_is_read_as_far_as_it_goes() {
        for (body, bytes) in [
            ("VGV4dA==", "Text"),
            ("VGV4\r\ndA", "Text"),
            ("V!G*V4dA", "Text"),
            ("VGV4dA==\r\n-- \r\nlist footer", "Text"),
            ("VGV4dHh", "Textx"),
        ] {
            assert_eq!(
                String::from_utf8_lossy(&transfer(body.as_bytes(), "Base64")),
                bytes,
                "{body}"
            );
        }
        assert_eq!(&*transfer("§ 3".as_bytes(), "base64"), "§ 3".as_bytes());
        assert_eq!(&*transfer(b"a=ZZb", "quoted-printable"), b"a=ZZb");
        assert_eq!(&*transfer(b"a=20b=\r\nc", "quoted-printable"), b"a bc");
    }

    #[test]
    fn texts_are_read_in_any_character_set() {
        let cases: [(&[u8], Option<&str>, &str); 12] = [
            (b"caf\xc3\xa9", None, "café"),
            (b"caf\xe9", None, "café"),
            (b"caf\xe9", Some("us-ascii"), "café"),
            (b"caf\xe9", Some("ISO-8859-1"), "café"),
            (b"10 \x80", Some("iso-8859-1"), "10 €"),
            (b"10 \xa4", Some("iso-8859-15"), "10 €"),
            (b"\xf0\xd2\xc9", Some("KOI8-R"), "При"),
            (b"\x1b$B$3\x1b(B", Some("iso-2022-jp"), "こ"),
            (b"\x82\xb1", Some("Shift_JIS"), "こ"),
            (b"\xc4\xe3", Some("gb2312"), "你"),
            (b"caf\xe9", Some("x-nobody-knows"), "café"),
            (b"\xef\xbb\xbfa\r\nb\rc\x00\x07", Some("utf-8"), "a\nb\nc"),
        ];
        for (bytes, charset, is) in cases {
            assert_eq!(text(bytes, charset), is, "{charset:?}");
        }
    }

    #[test]
    fn html_may_say_its_character_set_itself() {
        for html in [
            "<meta charset=KOI8-R>",
            "<META http-equiv='Content-Type' content='text/html; charset = \"koi8-r\"'>",
        ] {
            assert_eq!(charset_of_html(html.as_bytes()).as_deref(), Some("koi8-r"));
        }
        assert_eq!(charset_of_html(b"<p>charset</p>"), None);
    }

    #[test]
    fn flowed_lines_become_paragraphs() {
        let flowed = "One \ntwo.\n> quoted \n> more\n>> deep \nout\n -stuffed\n-- \nMe ";
        assert_eq!(
            unflowed(flowed, false),
            "One two.\n> quoted more\n>> deep \nout\n-stuffed\n-- \nMe "
        );
        assert_eq!(unflowed("日 \n本", true), "日本");
    }
}
