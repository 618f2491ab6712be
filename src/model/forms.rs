//! A form that was sent without JavaScript and came back: what was typed, and what is wrong with it.
//! It travels through the session, never through the address.

use serde::{Deserialize, Serialize};

use super::AppError;

/// What the page after a plain form post is told, once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Returned {
    /// The path of the server function that the form was sent to.
    pub action: String,
    /// Names and values as they were sent, passwords left out; empty after a success.
    pub typed: Vec<(String, String)>,
    /// `None`: it was done.
    pub error: Option<AppError>,
}

impl Returned {
    /// The value that was typed into the input of this name.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.typed
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether it belongs to the form with this action and these hidden inputs.
    pub fn is_for(&self, action: &str, hidden: &[(&str, &str)]) -> bool {
        self.action == action
            && hidden
                .iter()
                .all(|(name, value)| self.value(name) == Some(value))
    }
}

/// What every page knows before it asks for anything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PageContext {
    pub language: super::Language,
    pub me: Option<super::Me>,
    pub returned: Option<Returned>,
    /// Whether this server shows its demo users on the sign-in page.
    pub demo: bool,
}
