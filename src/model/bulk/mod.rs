//! Acts on many records at once: which records, what is done to them, how far it is, and what became of each.
//! How all that is worded stands in `told`; which records are meant, and in which address, in `selection`.

mod selection;
mod told;

pub use selection::{MOST_IN_ADDRESS, Selection};

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{AppError, BulkActId, Duty, RecordKind, UserId, users::Colleague};

/// One act takes no more records.
pub const MOST: usize = 500_000;

/// What becomes of who stands in a User field; a role is always set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    #[default]
    Set,
    Add,
    Remove,
}

impl How {
    pub const ALL: [Self; 3] = [Self::Set, Self::Add, Self::Remove];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Set => "set",
            Self::Add => "add",
            Self::Remove => "remove",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.key() == key)
    }
}

/// What is done to every record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Responsible {
        duty: Duty,
        how: How,
        /// Nobody: where `how` is to set.
        user: Option<UserId>,
    },
    Tag {
        tag: String,
        add: bool,
    },
    Delete,
}

impl Act {
    /// Who stands there afterwards, in this order, where these stood before.
    pub fn people(how: How, user: Option<UserId>, before: &[UserId]) -> Vec<UserId> {
        let user = user.into_iter();
        match how {
            How::Set => user.collect(),
            How::Add => {
                let new = user.filter(|one| !before.contains(one));
                before.iter().copied().chain(new).collect()
            }
            How::Remove => {
                let gone: Vec<UserId> = user.collect();
                let stays = before.iter().filter(|one| !gone.contains(one));
                stays.copied().collect()
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Apply,
    Undo,
}

impl Task {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Undo => "undo",
        }
    }
}

/// How it stands with the latest task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Counted, and nothing is changed.
    Prepared,
    Running,
    /// By an error, or because the server that ran it is no more.
    Stopped,
    Done,
}

/// What became of a record, or would: changed, or left as it is and why; and when the act was undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Changed,
    /// It is so already.
    Same,
    /// It does not exist, or not for who acts.
    OutOfReach,
    /// Whoever acts sees it, and may not change it.
    MayNotEdit,
    /// The colleague has the record's other role.
    OtherRole,
    /// Somebody must stay in the field.
    Required,
    /// It holds as many as it can.
    Full,
    /// Others belong to it.
    Needed,
    /// A booked invoice.
    Booked,
    Undone,
    /// Somebody has changed since what the act had set.
    ChangedSince,
    /// Whoever was responsible may not be any more.
    NotAllowed,
    /// It would be without its customer.
    CustomerGone,
}

impl Fate {
    pub const ALL: [Self; 13] = [
        Self::Changed,
        Self::Undone,
        Self::Same,
        Self::ChangedSince,
        Self::OutOfReach,
        Self::MayNotEdit,
        Self::OtherRole,
        Self::Required,
        Self::Full,
        Self::Needed,
        Self::Booked,
        Self::NotAllowed,
        Self::CustomerGone,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Same => "same",
            Self::OutOfReach => "out_of_reach",
            Self::MayNotEdit => "may_not_edit",
            Self::OtherRole => "other_role",
            Self::Required => "required",
            Self::Full => "full",
            Self::Needed => "needed",
            Self::Booked => "booked",
            Self::Undone => "undone",
            Self::ChangedSince => "changed_since",
            Self::NotAllowed => "not_allowed",
            Self::CustomerGone => "customer_gone",
        }
    }
}

/// How many records had which fate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<Fate, i64>);

impl Counts {
    pub fn of(&self, fate: Fate) -> i64 {
        self.0.get(&fate).copied().unwrap_or_default()
    }

    pub fn add(&mut self, fate: Fate, n: i64) {
        if n > 0 {
            *self.0.entry(fate).or_default() += n;
        }
    }

    pub fn total(&self) -> i64 {
        self.0.values().sum()
    }

    /// But for this one, nothing counts any more.
    pub fn only(&self, fate: Fate) -> Self {
        let mut only = Self::default();
        only.add(fate, self.of(fate));
        only
    }
}

/// How far it is, and what came of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub task: Task,
    pub state: State,
    /// What there is to do, and what of it is done.
    pub of: i64,
    pub done: i64,
    /// What would become of the records, as it was counted beforehand.
    pub expected: Counts,
    pub counts: Counts,
    pub undone: Counts,
    pub error: Option<AppError>,
}

impl Progress {
    pub const fn is_running(&self) -> bool {
        matches!(self.state, State::Running)
    }
}

/// An act in a list of acts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    pub id: BulkActId,
    pub kind: RecordKind,
    /// Full name of who acts.
    pub by: String,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    pub act: Act,
    /// "Sales contact: Emma Janssens", in the reader's language.
    pub said: String,
    pub asked: i64,
    pub progress: Progress,
}

/// The page of one act. It names no record: who made it may not see them all any more, and its reader may never have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActPage {
    pub line: Line,
    /// Whether the reader is who acts.
    pub mine: bool,
    /// The list that the records come from, for who acts.
    pub list: Option<String>,
    /// How many its author would not see any more.
    pub loses_sight: i64,
    /// The reader can undo it until then.
    pub undo_until: Option<NaiveDateTime>,
}

/// A role or a User field that can be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Post {
    pub duty: Duty,
    pub label: String,
    /// Nobody cannot be chosen.
    pub required: bool,
    pub several: bool,
}

/// All that can be done with some records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// How many were chosen.
    pub count: i64,
    /// The same as the caller has sent it, in one form.
    pub selection: Selection,
    pub posts: Vec<Post>,
    /// Who may be chosen for a role, and in a User field.
    pub colleagues: Vec<Colleague>,
    pub everybody: Vec<Colleague>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const fn user(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    #[test]
    fn whoever_is_added_stands_last_and_once_and_whoever_is_removed_stands_nowhere() {
        let before = [user(1), user(2)];
        let after = |how, n| Act::people(how, Some(user(n)), &before);
        assert_eq!(after(How::Set, 2), [user(2)]);
        assert_eq!(after(How::Add, 3), [user(1), user(2), user(3)]);
        assert_eq!(after(How::Add, 2), before);
        assert_eq!(after(How::Remove, 1), [user(2)]);
        assert_eq!(after(How::Remove, 3), before);
        assert!(Act::people(How::Set, None, &before).is_empty());
    }

    #[test]
    fn every_fate_is_stored_under_its_key() {
        for fate in Fate::ALL {
            assert_eq!(
                serde_json::to_value(fate).ok(),
                Some(serde_json::Value::String(fate.key().to_owned()))
            );
        }
    }
}
