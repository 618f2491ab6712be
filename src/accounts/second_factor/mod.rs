//! The second factor: an authenticator's codes after the password, and recovery codes for when it is lost.
//! Mandatory for operators; for users it is their own choice, unless their account requires it.

pub mod api;
#[cfg(feature = "ssr")]
pub mod codes;
mod pages;
#[cfg(feature = "ssr")]
pub mod store;

pub use pages::{MySecondFactor, OwedSecondFactor, SignInCode};

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::{model::Text, texts};

texts! {
    SECOND_FACTOR = "Second factor" | "Second facteur" | "Tweede factor";
}

/// The label of the page, for the navigation of settings.
pub const TITLE: Text = SECOND_FACTOR;

/// Where somebody is led who owes the second factor that his account requires.
pub const OWED: &str = "/login/set-up";

/// My second factor, as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// Whether the account requires one of everybody.
    pub required: bool,
    /// On since then, in my time zone.
    pub since: Option<NaiveDateTime>,
    /// How many recovery codes are left.
    pub recovery_codes: i32,
    /// Begun, and waiting for the first code.
    pub set_up: Option<SetUp>,
    /// Recovery codes made a moment ago: shown this once.
    pub new_codes: Vec<String>,
}

/// What an authenticator is to be given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetUp {
    /// The secret in Base32, in groups, to be typed where no picture can be taken.
    pub secret: String,
    /// The same as an `otpauth:` address, which a telephone opens in its authenticator.
    pub address: String,
    /// The same as a QR code: the length of a side in modules, and its dark ones as an SVG path.
    pub side: i32,
    pub path: String,
}
