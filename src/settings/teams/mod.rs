//! Settings > Teams: who works together, and who leads. Admins only; for others the page does not exist.
//! Pickers find people by their team's name; segments and statistics will use teams too.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{EditTeam, NewTeam, Teams};

use serde::{Deserialize, Serialize};

use crate::model::{TeamId, UserId};

/// A team in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    /// Names of the members, the lead's among them.
    pub members: Vec<String>,
    pub lead: Option<String>,
}

/// Somebody who is, or could be, in the team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    pub id: UserId,
    pub full_name: String,
    pub active: bool,
    pub member: bool,
    pub lead: bool,
}

/// All that the form of a team shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TeamForm {
    /// None: a new one.
    pub id: Option<TeamId>,
    pub version: i64,
    pub name: String,
    pub people: Vec<Person>,
}
