//! Which days a condition means, be it counted from today. Days begin and end where the account is; a week begins on Monday.
//! Today is one of the last days, and one of the next.

use chrono::{Datelike, Days, NaiveDate};

/// Some days, as they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// From a day to a day, both included; open where there is none.
    Between(Option<NaiveDate>, Option<NaiveDate>),
    /// Today and so many days before it.
    Last(u32),
    /// Today and so many days after it.
    Next(u32),
    Week,
    Month,
    Quarter,
    Year,
}

impl Period {
    /// Its first and its last day.
    pub fn days(self, today: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let month_of = |month: u32, months: u32| {
            let first = NaiveDate::from_ymd_opt(today.year(), month, 1);
            let after = match month + months {
                next if next > 12 => NaiveDate::from_ymd_opt(today.year() + 1, next - 12, 1),
                next => NaiveDate::from_ymd_opt(today.year(), next, 1),
            };
            (first, after.and_then(|day| day.pred_opt()))
        };
        match self {
            Self::Between(first, last) => (first, last),
            Self::Last(n) => (today.checked_sub_days(Days::new(n.into())), Some(today)),
            Self::Next(n) => (Some(today), today.checked_add_days(Days::new(n.into()))),
            Self::Week => {
                let monday = Days::new(today.weekday().num_days_from_monday().into());
                let first = today.checked_sub_days(monday);
                (
                    first,
                    first.and_then(|day| day.checked_add_days(Days::new(6))),
                )
            }
            Self::Month => month_of(today.month(), 1),
            Self::Quarter => month_of((today.month() - 1) / 3 * 3 + 1, 3),
            Self::Year => month_of(1, 12),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn days(period: Period, today: &str) -> (String, String) {
        let (first, last) = period.days(day(today));
        let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        (text(first), text(last))
    }

    fn pair(first: &str, last: &str) -> (String, String) {
        (first.to_owned(), last.to_owned())
    }

    #[test]
    fn this_week_month_quarter_and_year_have_their_first_and_last_days() {
        // A Wednesday.
        let today = "2026-11-25";
        assert_eq!(days(Period::Week, today), pair("2026-11-23", "2026-11-29"));
        assert_eq!(days(Period::Month, today), pair("2026-11-01", "2026-11-30"));
        assert_eq!(
            days(Period::Quarter, today),
            pair("2026-10-01", "2026-12-31")
        );
        assert_eq!(days(Period::Year, today), pair("2026-01-01", "2026-12-31"));
        assert_eq!(
            days(Period::Month, "2028-02-29"),
            pair("2028-02-01", "2028-02-29")
        );
        assert_eq!(
            days(Period::Quarter, "2026-01-01"),
            pair("2026-01-01", "2026-03-31")
        );
        // A Sunday ends its week, a Monday begins one.
        assert_eq!(
            days(Period::Week, "2026-11-29"),
            pair("2026-11-23", "2026-11-29")
        );
        assert_eq!(
            days(Period::Week, "2026-11-30"),
            pair("2026-11-30", "2026-12-06")
        );
    }

    #[test]
    fn today_is_one_of_the_last_and_of_the_next_days() {
        assert_eq!(
            days(Period::Last(7), "2026-11-25"),
            pair("2026-11-18", "2026-11-25")
        );
        assert_eq!(
            days(Period::Next(0), "2026-11-25"),
            pair("2026-11-25", "2026-11-25")
        );
        // No calendar goes so far: open on that side rather than nothing.
        assert_eq!(
            days(Period::Last(u32::MAX), "2026-11-25"),
            pair("", "2026-11-25")
        );
    }
}
