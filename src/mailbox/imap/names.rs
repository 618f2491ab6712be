//! Texts as IMAP writes them.
//! Names of folders have an alphabet of their own (modified UTF-7, RFC 3501).

/// A text as IMAP quotes it; there is nothing in it that ends a line.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A folder's name in the letters that IMAP has for it (modified UTF-7).
pub fn folder_name(name: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
    let mut written = String::new();
    let mut others: Vec<u8> = Vec::new();
    let end = |others: &mut Vec<u8>, written: &mut String| {
        if !others.is_empty() {
            let encoded = STANDARD_NO_PAD.encode(others.as_slice()).replace('/', ",");
            written.push('&');
            written.push_str(&encoded);
            written.push('-');
            others.clear();
        }
    };
    for letter in name.chars() {
        if matches!(letter, ' '..='~') {
            end(&mut others, &mut written);
            written.push(letter);
            if letter == '&' {
                written.push('-');
            }
        } else {
            let mut units = [0; 2];
            others.extend(
                letter
                    .encode_utf16(&mut units)
                    .iter()
                    .flat_map(|unit| unit.to_be_bytes()),
            );
        }
    }
    end(&mut others, &mut written);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_written_as_the_standard_says() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("A & B", "A &- B"),
            ("Envoyés", "Envoy&AOk-s"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("🙂", "&2D3eQg-"),
        ] {
            assert_eq!(folder_name(name), written);
        }
        assert_eq!(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    }
}
