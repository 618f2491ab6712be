//! The pipeline of deals: its phases, and where a deal stands.
//! A deal rots when it stays in an open phase for longer than that phase allows.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Value,
    board::{Column, State},
};

/// How far a deal is, by its phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Open,
    Won,
    Lost,
}

impl Status {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Open, Self::Won, Self::Lost]
            .into_iter()
            .find(|status| status.key() == key)
    }
}

/// A phase of an account's pipeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    pub id: Uuid,
    pub name: String,
    pub status: Status,
    /// In percent; what a deal gets that is moved here.
    pub probability: i64,
    /// A deal that stays longer rots; `None`: never.
    pub rotting_days: Option<i64>,
}

impl Phase {
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// Whether a deal that has been here for so many days rots.
    pub fn rots_after(&self, days: i64) -> bool {
        self.is_open() && self.rotting_days.is_some_and(|most| days > most)
    }

    /// As a column of the board, yet without deals.
    pub fn column(&self) -> Column {
        let state = match self.status {
            Status::Open => State::Open,
            Status::Won => State::Good,
            Status::Lost => State::Bad,
        };
        Column::new(
            self.id.to_string(),
            self.name.clone(),
            state,
            self.rotting_days,
        )
    }

    /// As the value of the field "Phase".
    pub fn value(&self) -> Value {
        Value::Choice {
            id: self.id,
            label: self.name.clone(),
        }
    }
}

/// Where one deal stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// All of the account's, in order.
    pub phases: Vec<Phase>,
    pub phase: Uuid,
    /// Whole days in this phase.
    pub days: i64,
    /// When it was won or lost, in the reader's time zone.
    pub closed_on: Option<NaiveDate>,
    pub lost_reason: Option<String>,
    /// The open phase that it goes back to when it is reopened.
    pub reopens_in: Option<Uuid>,
}

impl Standing {
    pub fn now(&self) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == self.phase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_rots_after_the_days_of_its_open_phase() {
        let phase = |status| Phase {
            id: Uuid::nil(),
            name: "Lead".into(),
            status,
            probability: 10,
            rotting_days: Some(7),
        };
        assert!(!phase(Status::Open).rots_after(7));
        assert!(phase(Status::Open).rots_after(8));
        assert!(!phase(Status::Won).rots_after(8));
    }
}
