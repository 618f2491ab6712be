//! For which days statistics are asked for, and how their charts are divided. Days begin and end where the account is, a week
//! begins on Monday.

use chrono::{Datelike, Days as Count, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Credited, Language};
use crate::{
    model::{Text, segments::days::Period as Calendar},
    texts,
};

texts! {
    THIS_WEEK = "This week" | "Cette semaine" | "Deze week";
    LAST_WEEK = "Last week" | "La semaine dernière" | "Vorige week";
    THIS_MONTH = "This month" | "Ce mois-ci" | "Deze maand";
    LAST_MONTH = "Last month" | "Le mois dernier" | "Vorige maand";
    THIS_QUARTER = "This quarter" | "Ce trimestre" | "Dit kwartaal";
    THIS_YEAR = "This year" | "Cette année" | "Dit jaar";
    OWN = "From – to" | "Du – au" | "Van – tot";
    BY_DAY = "By day" | "Par jour" | "Per dag";
    BY_WEEK = "By week" | "Par semaine" | "Per week";
}

/// Longer than this, statistics would be read by nobody, and a chart would have no room.
const MOST_DAYS: i64 = 3660;

/// A chart by day has so many at most; a longer one is by week.
const MOST_BY_DAY: i64 = 366;

/// Where it is not said, a chart of more days than these is by week.
const READABLE_BY_DAY: i64 = 62;

/// Some days, the first and the last of them included: in an order, not too many, and such as there are in a calendar that
/// people use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Days {
    first: NaiveDate,
    last: NaiveDate,
}

impl Days {
    pub fn new(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        let known = |day: NaiveDate| (1900..=2200).contains(&day.year());
        let days = Self { first, last };
        (known(first) && known(last) && first <= last && days.count() <= MOST_DAYS).then_some(days)
    }

    pub const fn first(self) -> NaiveDate {
        self.first
    }

    pub const fn last(self) -> NaiveDate {
        self.last
    }

    /// How many there are.
    pub fn count(self) -> i64 {
        (self.last - self.first).num_days() + 1
    }

    /// As many days, right before these.
    pub fn before(self) -> Self {
        let length = Count::new(self.count().unsigned_abs());
        Self {
            first: self.first.checked_sub_days(length).unwrap_or(self.first),
            last: self.last.checked_sub_days(length).unwrap_or(self.first),
        }
    }

    /// The same, one by one or by weeks from Monday to Sunday, of which the first and the last may be cut off.
    pub fn divided(self, step: Step) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut next = Some(self.first);
        while let Some(first) = next.filter(|day| *day <= self.last) {
            let last = match step {
                Step::Day => first,
                Step::Week => {
                    let rest = 6 - first.weekday().num_days_from_monday();
                    let sunday = first.checked_add_days(Count::new(rest.into()));
                    sunday.map_or(self.last, |day| day.min(self.last))
                }
            };
            parts.push(Self { first, last });
            next = last.succ_opt();
        }
        parts
    }

    /// "1 Nov 2026 – 30 Nov 2026", or one day alone.
    pub fn text(self, language: Language) -> String {
        if self.first == self.last {
            language.date(self.first)
        } else {
            format!(
                "{} – {}",
                language.date(self.first),
                language.date(self.last)
            )
        }
    }
}

/// Which days, as somebody chooses them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    ThisWeek,
    LastWeek,
    #[default]
    ThisMonth,
    LastMonth,
    ThisQuarter,
    ThisYear,
    /// From a day to a day.
    Own,
}

impl Period {
    pub const ALL: [Self; 7] = [
        Self::ThisWeek,
        Self::LastWeek,
        Self::ThisMonth,
        Self::LastMonth,
        Self::ThisQuarter,
        Self::ThisYear,
        Self::Own,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::ThisWeek => "week",
            Self::LastWeek => "last-week",
            Self::ThisMonth => "month",
            Self::LastMonth => "last-month",
            Self::ThisQuarter => "quarter",
            Self::ThisYear => "year",
            Self::Own => "own",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::ThisWeek => THIS_WEEK,
            Self::LastWeek => LAST_WEEK,
            Self::ThisMonth => THIS_MONTH,
            Self::LastMonth => LAST_MONTH,
            Self::ThisQuarter => THIS_QUARTER,
            Self::ThisYear => THIS_YEAR,
            Self::Own => OWN,
        }
    }

    fn days(self, today: NaiveDate) -> Option<Days> {
        let calendar = match self {
            Self::ThisWeek | Self::LastWeek => Calendar::Week,
            Self::ThisMonth | Self::LastMonth => Calendar::Month,
            Self::ThisQuarter => Calendar::Quarter,
            Self::ThisYear => Calendar::Year,
            Self::Own => return None,
        };
        let (first, last) = calendar.days(today);
        match self {
            Self::LastWeek | Self::LastMonth => {
                let (first, last) = calendar.days(first?.pred_opt()?);
                Days::new(first?, last?)
            }
            _ => Days::new(first?, last?),
        }
    }
}

/// How a chart is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Day,
    Week,
}

impl Step {
    pub const ALL: [Self; 2] = [Self::Day, Self::Week];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Day => BY_DAY,
            Self::Week => BY_WEEK,
        }
    }
}

/// What the page of statistics is asked for; its address holds all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct StatisticsQuery {
    pub period: Period,
    /// Of a period of one's own; one of them alone is a single day.
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    /// None: what is readable.
    pub step: Option<Step>,
    pub credited: Credited,
}

impl StatisticsQuery {
    /// Reads the address; what it cannot mean is left out.
    pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let period = |code: &str| Period::ALL.into_iter().find(|one| one.code() == code);
        let step = |code: &str| Step::ALL.into_iter().find(|one| one.code() == code);
        let day = |name: &str| get(name).and_then(|day| day.trim().parse().ok());
        Self {
            period: get("period").and_then(period).unwrap_or_default(),
            from: day("from"),
            to: day("to"),
            step: get("by").and_then(step),
            credited: get("credited")
                .and_then(Credited::from_code)
                .unwrap_or_default(),
        }
    }

    /// What stands behind the question mark of its address, with it; empty where there is nothing to say.
    pub fn parameters(&self) -> String {
        let mut out = String::new();
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let sign = if out.is_empty() { '?' } else { '&' };
                out.push_str(&format!("{sign}{name}={value}"));
            }
        };
        let own = self.period == Period::Own;
        let chosen = self.period != Period::default();
        add("period", chosen.then(|| self.period.code().to_owned()));
        add("from", self.from.filter(|_| own).map(|day| day.to_string()));
        add("to", self.to.filter(|_| own).map(|day| day.to_string()));
        add("by", self.step.map(|step| step.code().to_owned()));
        let now = self.credited == Credited::Now;
        add("credited", now.then(|| self.credited.code().to_owned()));
        out
    }

    /// Which days it is about; those of this month where it says nothing that can be.
    pub fn days(&self, today: NaiveDate) -> Days {
        let own = || {
            let (from, to) = (self.from.or(self.to)?, self.to.or(self.from)?);
            Days::new(from.min(to), from.max(to))
        };
        let days = match self.period {
            Period::Own => own(),
            period => period.days(today),
        };
        let days = days.or_else(|| Period::default().days(today));
        days.unwrap_or(Days {
            first: today,
            last: today,
        })
    }

    /// How the chart of these days is divided.
    pub fn step(&self, days: Days) -> Step {
        let length = days.count();
        match self.step {
            Some(Step::Day) if length <= MOST_BY_DAY => Step::Day,
            Some(_) => Step::Week,
            None if length <= READABLE_BY_DAY => Step::Day,
            None => Step::Week,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn days(first: &str, last: &str) -> Days {
        Days::new(day(first), day(last)).expect("days in order")
    }

    fn read(address: &[(&str, &str)]) -> StatisticsQuery {
        StatisticsQuery::read(|name| {
            let pair = address.iter().find(|(known, _)| *known == name);
            pair.map(|(_, value)| *value)
        })
    }

    #[test]
    fn an_address_says_which_days() {
        // A Friday.
        let today = day("2026-11-27");
        for (period, first, last) in [
            ("week", "2026-11-23", "2026-11-29"),
            ("last-week", "2026-11-16", "2026-11-22"),
            ("month", "2026-11-01", "2026-11-30"),
            ("last-month", "2026-10-01", "2026-10-31"),
            ("quarter", "2026-10-01", "2026-12-31"),
            ("year", "2026-01-01", "2026-12-31"),
            ("nonsense", "2026-11-01", "2026-11-30"),
        ] {
            let query = read(&[("period", period)]);
            assert_eq!(query.days(today), days(first, last), "{period}");
        }
        let own = |from, to| read(&[("period", "own"), ("from", from), ("to", to)]).days(today);
        assert_eq!(
            own("2026-02-03", "2026-03-01"),
            days("2026-02-03", "2026-03-01")
        );
        assert_eq!(
            own("2026-03-01", "2026-02-03"),
            days("2026-02-03", "2026-03-01")
        );
        assert_eq!(own("", "2026-02-03"), days("2026-02-03", "2026-02-03"));
        // Neither a day, nor days that anybody could mean: this month.
        assert_eq!(own("soon", ""), days("2026-11-01", "2026-11-30"));
        assert_eq!(own("+9999-01-01", ""), days("2026-11-01", "2026-11-30"));
    }

    #[test]
    fn an_address_is_written_as_it_was_read() {
        for parameters in [
            "",
            "?period=year&by=week&credited=now",
            "?period=own&from=2026-01-01&to=2026-01-31&by=day",
        ] {
            let pairs: Vec<(&str, &str)> = parameters
                .trim_start_matches('?')
                .split('&')
                .filter_map(|pair| pair.split_once('='))
                .collect();
            assert_eq!(read(&pairs).parameters(), parameters);
        }
    }

    #[test]
    fn the_period_before_is_as_long_and_ends_the_day_before() {
        let march = days("2026-03-01", "2026-03-31");
        assert_eq!(march.before(), days("2026-01-29", "2026-02-28"));
        let one = days("2026-03-01", "2026-03-01");
        assert_eq!(one.before(), days("2026-02-28", "2026-02-28"));
    }

    #[test]
    fn weeks_begin_on_monday_and_are_cut_off_at_the_ends() {
        // From a Friday to a Tuesday.
        let weeks = days("2026-11-27", "2026-12-08").divided(Step::Week);
        assert_eq!(
            weeks,
            [
                days("2026-11-27", "2026-11-29"),
                days("2026-11-30", "2026-12-06"),
                days("2026-12-07", "2026-12-08"),
            ]
        );
        let all = days("2026-01-01", "2026-12-31");
        assert_eq!(all.divided(Step::Day).len(), 365);
    }

    #[test]
    fn a_chart_that_would_have_too_many_days_is_by_week() {
        let query = |step| StatisticsQuery {
            step,
            ..StatisticsQuery::default()
        };
        let (month, year) = (
            days("2026-03-01", "2026-03-31"),
            days("2026-01-01", "2026-12-31"),
        );
        let years = days("2020-01-01", "2026-12-31");
        assert_eq!(query(None).step(month), Step::Day);
        assert_eq!(query(Some(Step::Week)).step(month), Step::Week);
        assert_eq!(query(None).step(year), Step::Week);
        assert_eq!(query(Some(Step::Day)).step(year), Step::Day);
        assert_eq!(query(Some(Step::Day)).step(years), Step::Week);
    }
}
