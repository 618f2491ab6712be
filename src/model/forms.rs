//! A form that was sent without JavaScript and came back: what was typed, and what is wrong with it.
//! It travels through the session, never through the address.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AppError, Problem};

/// A line that was typed: without blanks around it, not empty, not too long, nothing that cannot be saved.
pub fn line(typed: &str, max: usize) -> Result<String, Problem> {
    let text = typed.trim();
    if text.is_empty() {
        Err(Problem::Required)
    } else if text.chars().count() > max {
        Err(Problem::TooLong { max })
    } else if text.chars().any(char::is_control) {
        Err(Problem::ControlCharacters)
    } else {
        Ok(text.to_owned())
    }
}

/// What the page after a plain form post is told, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// The path of the server function that the form was sent to.
    pub action: String,
    /// Names and values as they were sent, passwords left out; empty after a success.
    pub typed: Vec<(String, String)>,
    /// `None`: it was done.
    pub error: Option<AppError>,
    /// What the server function answered, as JSON, where it had something to say.
    #[serde(default)]
    pub answer: Option<String>,
}

impl Returned {
    /// The value that was typed into the input of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.typed
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of inputs of this name, such as checkboxes.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.typed.iter().filter(move |(n, _)| n == name);
        of_name.map(|(_, value)| value.as_str())
    }

    /// Whether it belongs to the form with this action and these hidden inputs.
    pub fn is_for(&self, action: &str, hidden: &[(&str, &str)]) -> bool {
        self.action == action
            && hidden
                .iter()
                // A form of something new has no hidden input where the others have an id.
                .all(|(name, value)| self.value(name).unwrap_or_default() == *value)
    }
}

/// What every page knows before it asks for anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageContext {
    pub language: super::Language,
    pub me: Option<super::Me>,
    /// Instead of a user of an account.
    pub operator: Option<super::Operator>,
    pub returned: Option<Returned>,
    /// Whether this server shows its demo users on the sign-in page.
    pub demo: bool,
}

/// What several inputs of one field say, as one: a tick for each colleague or choice is named `field.id`. Ids, separated by
/// commas; those of a field without any tick are what its own input says.
pub fn gathered(typed: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in typed {
        match name.split_once('.') {
            None => {
                all.entry(name).or_insert(text);
            }
            Some((field, one)) => {
                let so_far = all.entry(field.to_owned()).or_default();
                if !so_far.is_empty() {
                    so_far.push(',');
                }
                so_far.push_str(one);
            }
        }
    }
    all
}
