//! What the statistics of the shared mailbox count: what happened, in which days, under whom. A number and the list of its tickets
//! are asked for by the same value, which stands in the list's address.

mod period;

pub use period::{Days, Period, StatisticsQuery, Step};

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Language, Text, UserId, users::NOBODY};
use crate::texts;

/// Something that happens to a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    Received,
    Closed,
    Reopened,
    /// One of us wrote to the client.
    Replied,
    FirstReply,
}

texts! {
    STATISTICS = "Statistics" | "Statistiques" | "Statistieken";
    RECEIVED = "Received" | "Reçus" | "Ontvangen";
    CLOSED = "Closed" | "Clôturés" | "Gesloten";
    REOPENED = "Reopened" | "Rouverts" | "Heropend";
    REPLIED = "Replied to" | "Avec réponse" | "Beantwoord";
    FIRST_REPLIED = "Replied to for the first time" | "Avec une première réponse" | "Voor het eerst beantwoord";
    OPEN = "Open now" | "Ouverts maintenant" | "Nu open";
    UNDER_A_DAY = "Under a day" | "Moins d’un jour" | "Minder dan een dag";
    TO_3_DAYS = "1 to 3 days" | "1 à 3 jours" | "1 tot 3 dagen";
    TO_7_DAYS = "3 to 7 days" | "3 à 7 jours" | "3 tot 7 dagen";
    TO_30_DAYS = "7 to 30 days" | "7 à 30 jours" | "7 tot 30 dagen";
    OVER_30_DAYS = "Over 30 days" | "Plus de 30 jours" | "Meer dan 30 dagen";
    THEN = "responsible at that moment" | "responsable à ce moment-là" | "verantwoordelijk op dat moment";
    NOW = "responsible now" | "responsable maintenant" | "nu verantwoordelijk";
}

impl Fact {
    pub const ALL: [Self; 5] = [
        Self::Received,
        Self::Closed,
        Self::Reopened,
        Self::Replied,
        Self::FirstReply,
    ];

    /// As the database has it, and addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Replied => "replied",
            Self::FirstReply => "first_reply",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Received => RECEIVED,
            Self::Closed => CLOSED,
            Self::Reopened => REOPENED,
            Self::Replied => REPLIED,
            Self::FirstReply => FIRST_REPLIED,
        }
    }
}

/// For how long a ticket that is open has been there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Age {
    UnderADay,
    To3Days,
    To7Days,
    To30Days,
    Over30Days,
}

impl Age {
    pub const ALL: [Self; 5] = [
        Self::UnderADay,
        Self::To3Days,
        Self::To7Days,
        Self::To30Days,
        Self::Over30Days,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::UnderADay => "open_1",
            Self::To3Days => "open_3",
            Self::To7Days => "open_7",
            Self::To30Days => "open_30",
            Self::Over30Days => "open_older",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::UnderADay => UNDER_A_DAY,
            Self::To3Days => TO_3_DAYS,
            Self::To7Days => TO_7_DAYS,
            Self::To30Days => TO_30_DAYS,
            Self::Over30Days => OVER_30_DAYS,
        }
    }

    /// In days of 24 hours: at least so many, and less than so many, where there is an end.
    pub const fn days(self) -> (i32, Option<i32>) {
        match self {
            Self::UnderADay => (0, Some(1)),
            Self::To3Days => (1, Some(3)),
            Self::To7Days => (3, Some(7)),
            Self::To30Days => (7, Some(30)),
            Self::Over30Days => (30, None),
        }
    }
}

/// Under whom something is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    User(UserId),
    Nobody,
}

impl Whose {
    pub fn of(user: Option<UserId>) -> Self {
        user.map_or(Self::Nobody, Self::User)
    }
}

/// Whose a ticket counts as: his who was responsible when it happened, or his who is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Credited {
    #[default]
    Then,
    Now,
}

impl Credited {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Then => "then",
            Self::Now => "now",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Then, Self::Now]
            .into_iter()
            .find(|credited| credited.code() == code)
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Then => THEN,
            Self::Now => NOW,
        }
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Counted {
    /// Tickets to which it happened in these days, each once.
    Happened(Fact, Days),
    /// Tickets that are open now; of one age, or all.
    Open(Option<Age>),
}

/// The tickets behind one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Statistic {
    pub counted: Counted,
    /// None: everybody's.
    pub whose: Option<Whose>,
    /// Of what is open now, whoever is responsible now.
    pub credited: Credited,
}

/// An address that means no statistic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoStatistic;

impl fmt::Display for NoStatistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a statistic")
    }
}

impl Statistic {
    /// What a list is narrowed to by it; `name` is that of the colleague, where it is about one.
    pub fn text(&self, language: Language, name: &str) -> String {
        let mut parts = Vec::new();
        match self.counted {
            Counted::Happened(fact, days) => {
                parts.push(fact.label().get(language).to_owned());
                parts.push(days.text(language));
            }
            Counted::Open(age) => {
                parts.push(OPEN.get(language).to_owned());
                parts.extend(age.map(|age| age.label().get(language).to_owned()));
            }
        }
        if let Some(whose) = self.whose {
            let name = match whose {
                Whose::Nobody => NOBODY.get(language),
                Whose::User(_) => name,
            };
            let how = match self.counted {
                Counted::Happened(..) => self.credited,
                Counted::Open(_) => Credited::Now,
            };
            parts.push(format!("{name} ({})", how.label().get(language)));
        }
        parts.join(" · ")
    }
}

/// `closed.2026-11-01.2026-11-30.nobody.then`, `open_7.all`: as an address has it.
impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self.whose {
            None => "all".to_owned(),
            Some(Whose::Nobody) => "nobody".to_owned(),
            Some(Whose::User(user)) => user.to_string(),
        };
        match self.counted {
            Counted::Happened(fact, days) => write!(
                f,
                "{}.{}.{}.{whose}.{}",
                fact.code(),
                days.first(),
                days.last(),
                self.credited.code()
            ),
            Counted::Open(age) => write!(f, "{}.{whose}", age.map_or("open", Age::code)),
        }
    }
}

impl FromStr for Statistic {
    type Err = NoStatistic;

    fn from_str(text: &str) -> Result<Self, NoStatistic> {
        let parts: Vec<&str> = text.split('.').collect();
        let whose = |text: &str| match text {
            "all" => Ok(None),
            "nobody" => Ok(Some(Whose::Nobody)),
            id => id
                .parse()
                .map(|user| Some(Whose::User(user)))
                .map_err(|_| NoStatistic),
        };
        let day = |text: &str| text.parse::<NaiveDate>().map_err(|_| NoStatistic);
        match parts[..] {
            [fact, first, last, who, credited] => {
                let mut facts = Fact::ALL.into_iter();
                let fact = facts
                    .find(|known| known.code() == fact)
                    .ok_or(NoStatistic)?;
                let days = Days::new(day(first)?, day(last)?).ok_or(NoStatistic)?;
                Ok(Self {
                    counted: Counted::Happened(fact, days),
                    whose: whose(who)?,
                    credited: Credited::from_code(credited).ok_or(NoStatistic)?,
                })
            }
            [open, who] => {
                let age = Age::ALL.into_iter().find(|age| age.code() == open);
                if age.is_none() && open != "open" {
                    return Err(NoStatistic);
                }
                Ok(Self {
                    counted: Counted::Open(age),
                    whose: whose(who)?,
                    credited: Credited::Now,
                })
            }
            _ => Err(NoStatistic),
        }
    }
}

impl From<Statistic> for String {
    fn from(statistic: Statistic) -> Self {
        statistic.to_string()
    }
}

impl TryFrom<String> for Statistic {
    type Error = NoStatistic;

    fn try_from(text: String) -> Result<Self, NoStatistic> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statistic_is_read_from_what_it_is_written_as() {
        for text in [
            "received.2026-11-01.2026-11-30.all.then",
            "first_reply.2026-11-01.2026-11-01.nobody.now",
            "replied.2025-01-01.2026-12-31.0195f0a0-0000-7000-8000-000000000001.then",
            "open.all",
            "open_7.nobody",
            "open_older.0195f0a0-0000-7000-8000-000000000001",
        ] {
            let read = text.parse::<Statistic>().map(|read| read.to_string());
            assert_eq!(read, Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_an_address_cannot_mean_is_no_statistic() {
        for text in [
            "",
            "closed",
            "closed.2026-11-01.2026-11-30.all",
            "closed.2026-11-30.2026-11-01.all.then",
            "closed.2026-11-01.2026-11-31.all.then",
            "closed.0001-01-01.2026-11-30.all.then",
            "closed.2026-11-01.2026-11-30.me.then",
            "closed.2026-11-01.2026-11-30.all.later",
            "stolen.2026-11-01.2026-11-30.all.then",
            "open_2.all",
            "open.all.then",
        ] {
            assert_eq!(text.parse::<Statistic>(), Err(NoStatistic), "{text}");
        }
    }

    #[test]
    fn the_ages_follow_one_another_without_a_gap() {
        let mut reached = Some(0);
        for age in Age::ALL {
            let (from, to) = age.days();
            assert_eq!(Some(from), reached, "{age:?}");
            reached = to;
        }
        assert_eq!(reached, None);
    }
}
