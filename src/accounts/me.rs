//! What a person sees of himself: his profile and his sign-ins.
//! Both sides know these shapes.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::model::{Language, SessionId};

/// One of my sign-ins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MySession {
    pub id: SessionId,
    /// What the browser said of itself.
    pub agent: String,
    /// In my time zone, like `seen`.
    pub since: NaiveDateTime,
    pub seen: NaiveDateTime,
    pub this_one: bool,
}

/// What I can see and change of myself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub full_name: String,
    pub email: String,
    pub language: Language,
    pub time_zone: String,
    pub time_zones: Vec<String>,
}
