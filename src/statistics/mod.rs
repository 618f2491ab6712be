//! Statistics of the shared mailbox: what was received, answered and closed in some days, under whom, against the days before; and
//! what is open now. Every number is that of tickets which a list shows: both are asked for by a `model::statistics::Statistic`.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod route;
#[cfg(feature = "ssr")]
pub mod store;

pub use pages::Statistics;
#[cfg(feature = "ssr")]
pub use route::routes;

use serde::{Deserialize, Serialize};

use crate::model::{
    statistics::{Age, Counted, Credited, Days, Fact, Statistic, Step, Whose},
    working_hours::WorkingHours,
};

/// Of the days asked for, and of as many before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair<T> {
    pub now: T,
    pub before: T,
}

impl<T> Pair<T> {
    pub fn map<U>(self, to: impl Fn(T) -> U) -> Pair<U> {
        Pair {
            now: to(self.now),
            before: to(self.before),
        }
    }
}

/// How long it took, in minutes of working time. None where it did not happen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    pub median: Option<i64>,
    /// Nine in ten took no longer.
    pub ninetieth: Option<i64>,
}

/// The numbers of a colleague, of nobody, or of all together. Tickets, each once, but for the replies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figures {
    pub received: Pair<i64>,
    pub closed: Pair<i64>,
    pub reopened: Pair<i64>,
    /// In how many tickets there are replies, and how many replies.
    pub replied: Pair<i64>,
    pub replies: Pair<i64>,
    pub first_replied: Pair<i64>,
    pub to_first_reply: Pair<Waited>,
    /// Of every closing, where a ticket was closed more than once.
    pub to_close: Pair<Waited>,
    /// Now, by age; `Age::ALL` has their order.
    pub open: [i64; Age::ALL.len()],
}

impl Figures {
    /// To how many tickets it happened.
    pub const fn tickets(&self, fact: Fact) -> Pair<i64> {
        match fact {
            Fact::Received => self.received,
            Fact::Closed => self.closed,
            Fact::Reopened => self.reopened,
            Fact::Replied => self.replied,
            Fact::FirstReply => self.first_replied,
        }
    }

    pub fn open_for(&self, age: Age) -> i64 {
        let ages = Age::ALL.iter().zip(self.open);
        let of_age = ages.filter(|(known, _)| **known == age);
        of_age.map(|(_, count)| count).sum()
    }

    pub fn all_open(&self) -> i64 {
        self.open.iter().sum()
    }
}

/// One row of the tables.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// None: all together.
    pub whose: Option<Whose>,
    /// Full name of a colleague; else empty.
    pub name: String,
    pub active: bool,
    pub figures: Figures,
}

/// What came and went in a part of the days, of all together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub days: Days,
    pub received: i64,
    pub closed: i64,
}

/// All that the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub days: Days,
    pub before: Days,
    pub credited: Credited,
    pub step: Step,
    /// Up to today.
    pub parts: Vec<Part>,
    /// Colleagues by name, those only who have something to show; then nobody.
    pub lines: Vec<Line>,
    pub total: Line,
    pub hours: WorkingHours,
}

impl Report {
    /// The tickets behind the number of a row.
    pub const fn happened(&self, fact: Fact, whose: Option<Whose>) -> Statistic {
        Statistic {
            counted: Counted::Happened(fact, self.days),
            whose,
            credited: self.credited,
        }
    }
}

/// The tickets behind a number of what is open now.
pub const fn open(age: Option<Age>, whose: Option<Whose>) -> Statistic {
    Statistic {
        counted: Counted::Open(age),
        whose,
        credited: Credited::Now,
    }
}
