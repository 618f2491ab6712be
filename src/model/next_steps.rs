//! Next steps: dated to-dos on a record, each for one colleague who can open it.
//! And what of one's records needs attention: a step that is overdue, none at all, or silence.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Language, RecordId, RecordKind, Role, Text, UserId, language::Plural, users::Colleague,
};
use crate::texts;

/// How long a step may be, in characters.
pub const LENGTH: usize = 300;

/// When a step is due, as seen from its reader's today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    Overdue,
    Today,
    Later,
}

impl When {
    pub const ALL: [Self; 3] = [Self::Overdue, Self::Today, Self::Later];

    pub fn of(due: NaiveDate, today: NaiveDate) -> Self {
        match due.cmp(&today) {
            std::cmp::Ordering::Less => Self::Overdue,
            std::cmp::Ordering::Equal => Self::Today,
            std::cmp::Ordering::Greater => Self::Later,
        }
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Today => "today",
            Self::Later => "later",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Overdue => OVERDUE,
            Self::Today => TODAY,
            Self::Later => LATER,
        }
    }
}

/// One step of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextStep {
    pub id: Uuid,
    pub what: String,
    pub due: NaiveDate,
    pub when: When,
    pub assigned_to: UserId,
    pub full_name: String,
    pub active: bool,
    /// In the reader's time zone; `None`: still to be done.
    pub done_on: Option<NaiveDate>,
}

/// The steps of a record, and what a new one is proposed with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NextSteps {
    /// Soonest first.
    pub open: Vec<NextStep>,
    /// The latest few, latest first.
    pub done: Vec<NextStep>,
    /// Who can open the record, and so be given a step.
    pub assignable: Vec<Colleague>,
    /// The record's responsible user, where he is one of these.
    pub proposed: Option<UserId>,
    /// The reader's.
    pub today: NaiveDate,
}

/// A step with the record that it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepOfRecord {
    pub step: NextStep,
    pub kind: RecordKind,
    pub record: RecordId,
    pub name: String,
}

/// Why a record is worth a look by who is responsible for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A step of it is overdue, whoever was to do it.
    Overdue,
    /// Nothing has happened to it for [`Need::STALE_DAYS`].
    Stale,
    /// An open deal for which nothing is planned.
    NoStep,
    /// A ticket whose client has written last.
    Answer,
}

texts! {
    OVERDUE = "Overdue" | "En retard" | "Te laat";
    TODAY = "Today" | "Aujourd’hui" | "Vandaag";
    LATER = "Later" | "Plus tard" | "Later";
    OVERDUE_STEP = "With an overdue next step" | "Avec une prochaine étape en retard" | "Met een volgende stap die te laat is";
    STALE = "No activity for 14 days" | "Sans activité depuis 14 jours" | "14 dagen zonder activiteit";
    ANSWER = "Waiting for an answer" | "En attente d’une réponse" | "Wacht op een antwoord";
    NO_STEP = "Without next step" | "Sans prochaine étape" | "Zonder volgende stap";
}

const N_OVERDUE: Plural = Plural {
    one: Text::new("{n} overdue", "{n} en retard", "{n} te laat"),
    other: Text::new("{n} overdue", "{n} en retard", "{n} te laat"),
};
const N_STALE: Plural = Plural {
    one: Text::new(
        "{n} without activity for 14 days",
        "{n} sans activité depuis 14 jours",
        "{n} al 14 dagen zonder activiteit",
    ),
    other: Text::new(
        "{n} without activity for 14 days",
        "{n} sans activité depuis 14 jours",
        "{n} al 14 dagen zonder activiteit",
    ),
};
const N_ANSWER: Plural = Plural {
    one: Text::new(
        "{n} waiting for an answer",
        "{n} en attente d’une réponse",
        "{n} wacht op een antwoord",
    ),
    other: Text::new(
        "{n} waiting for an answer",
        "{n} en attente d’une réponse",
        "{n} wachten op een antwoord",
    ),
};
const N_NO_STEP: Plural = Plural {
    one: Text::new(
        "{n} without next step",
        "{n} sans prochaine étape",
        "{n} zonder volgende stap",
    ),
    other: Text::new(
        "{n} without next step",
        "{n} sans prochaine étape",
        "{n} zonder volgende stap",
    ),
};

impl Need {
    /// After so many days without activity a record is stale.
    pub const STALE_DAYS: i64 = 14;

    /// Those that a kind can have: a company may well have nothing planned.
    pub const fn of(kind: RecordKind) -> &'static [Self] {
        match kind {
            RecordKind::Company => &[Self::Overdue, Self::Stale],
            RecordKind::Contact | RecordKind::Invoice => &[],
            RecordKind::Deal | RecordKind::Project => &[Self::Overdue, Self::Stale, Self::NoStep],
            RecordKind::Ticket => &[Self::Answer, Self::Stale],
        }
    }

    pub const fn key(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Stale => "stale",
            Self::NoStep => "no-step",
            Self::Answer => "answer",
        }
    }

    /// That of a kind by its word in an address.
    pub fn from_key(kind: RecordKind, key: &str) -> Option<Self> {
        Self::of(kind)
            .iter()
            .copied()
            .find(|need| need.key() == key)
    }

    /// What a list that is filtered by it says.
    pub const fn label(self) -> Text {
        match self {
            Self::Overdue => OVERDUE_STEP,
            Self::Stale => STALE,
            Self::NoStep => NO_STEP,
            Self::Answer => ANSWER,
        }
    }

    /// "3 overdue"
    pub fn count(self, language: Language, n: i64) -> String {
        match self {
            Self::Overdue => N_OVERDUE.of(language, n),
            Self::Stale => N_STALE.of(language, n),
            Self::Answer => N_ANSWER.of(language, n),
            Self::NoStep => N_NO_STEP.of(language, n),
        }
    }
}

/// How many records of a kind somebody is responsible for, and how many of them need what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub kind: RecordKind,
    pub total: i64,
    pub needs: Vec<(Need, i64)>,
    /// The first few by name; none where only figures were asked for.
    pub first: Vec<Named>,
}

/// One of the records that somebody is responsible for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub id: RecordId,
    pub name: String,
    /// His role, where several share the roles of the kind and he has one of them.
    pub role: Option<Role>,
}

/// The open steps of somebody that are due at the same time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepGroup {
    pub when: When,
    pub total: i64,
    /// Soonest first; the page shows so many.
    pub steps: Vec<StepOfRecord>,
}

/// A colleague of a team that the reader leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub user: UserId,
    pub full_name: String,
    pub active: bool,
    pub kinds: Vec<Figures>,
    /// Of his own steps.
    pub overdue_steps: i64,
}

/// What the page "My responsibilities" shows: of the reader himself, or of a colleague whose team he leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Responsibilities {
    pub user: UserId,
    pub full_name: String,
    pub kinds: Vec<Figures>,
    pub steps: Vec<StepGroup>,
    /// The teams that the reader leads, on his own page.
    pub teams: Vec<(String, Vec<Member>)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_overdue_from_the_day_after_it_was_due() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).expect("a day of March");
        assert_eq!(When::of(day(1), day(2)), When::Overdue);
        assert_eq!(When::of(day(2), day(2)), When::Today);
        assert_eq!(When::of(day(3), day(2)), When::Later);
    }

    #[test]
    fn a_need_is_read_only_for_a_kind_that_can_have_it() {
        assert_eq!(
            Need::from_key(RecordKind::Deal, "no-step"),
            Some(Need::NoStep)
        );
        assert_eq!(Need::from_key(RecordKind::Company, "no-step"), None);
        assert_eq!(Need::from_key(RecordKind::Company, "nonsense"), None);
    }
}
