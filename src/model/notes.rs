//! Notes on records: Markdown of whoever sees the record, in which colleagues are mentioned by an at sign and their full name.
//! Who cannot open the record is not told, and whoever writes hears so.

use serde::{Deserialize, Serialize};

use super::Problem;

/// How long a note may be, in characters.
pub const LENGTH: usize = 20_000;

/// What was typed, as it is kept: lines and tabs are all of the control characters that may be in it.
pub fn body(typed: &str) -> Result<String, Problem> {
    let text = typed.replace("\r\n", "\n").replace('\r', "\n");
    // What stands before the first letter may mean something: it makes a line of code.
    let text = text.trim_end().trim_start_matches('\n');
    if text.trim().is_empty() {
        Err(Problem::Required)
    } else if text.chars().count() > LENGTH {
        Err(Problem::TooLong { max: LENGTH })
    } else if text
        .chars()
        .any(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        Err(Problem::ControlCharacters)
    } else {
        Ok(text.to_owned())
    }
}

/// A note is saved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSaved {
    /// Full names of those whom it mentions and who are not told, since they cannot open the record.
    pub untold: Vec<String>,
}

/// A colleague whom a note may mention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub full_name: String,
    /// Whether he can open the record; he is not told otherwise.
    pub can_open: bool,
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, body};
    use crate::model::Problem;

    #[test]
    fn a_note_is_lines_of_text_and_not_nothing() {
        assert_eq!(body("a\r\n\tb \n\n"), Ok("a\n\tb".to_owned()));
        assert_eq!(body("\n    code"), Ok("    code".to_owned()));
        for nothing in ["", "  \n\t "] {
            assert_eq!(body(nothing), Err(Problem::Required));
        }
        for control in ["a\0b", "a\u{1b}[31m", "a\u{85}b"] {
            assert_eq!(body(control), Err(Problem::ControlCharacters));
        }
        assert!(body(&"é".repeat(LENGTH)).is_ok());
        let long = "x".repeat(LENGTH + 1);
        assert_eq!(body(&long), Err(Problem::TooLong { max: LENGTH }));
    }
}
