//! The working hours of an account: which days of the week, from when until when, in its time zone.
//! One range for all of these days; statistics count the minutes within it.

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Serialize};

use super::{AppError, Language, Problem, Problems, Text};
use crate::texts;

/// A day has so many minutes where the clocks are left alone.
const DAY: i32 = 24 * 60;

/// Its fields hold what the database would accept: [`WorkingHours::new`] sees to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingHours {
    /// 1 is Monday, 7 Sunday; in order, each once, at least one.
    pub days: Vec<i32>,
    /// In minutes after midnight.
    pub begins: i32,
    /// The same, and later; 1440 is the next midnight.
    pub ends: i32,
}

impl Default for WorkingHours {
    /// Those of an account that has set none; the database knows them too (`working_minutes`).
    fn default() -> Self {
        Self {
            days: vec![1, 2, 3, 4, 5],
            begins: 9 * 60,
            ends: 17 * 60 + 30,
        }
    }
}

texts! {
    MONDAY = "Monday" | "Lundi" | "Maandag";
    TUESDAY = "Tuesday" | "Mardi" | "Dinsdag";
    WEDNESDAY = "Wednesday" | "Mercredi" | "Woensdag";
    THURSDAY = "Thursday" | "Jeudi" | "Donderdag";
    FRIDAY = "Friday" | "Vendredi" | "Vrijdag";
    SATURDAY = "Saturday" | "Samedi" | "Zaterdag";
    SUNDAY = "Sunday" | "Dimanche" | "Zondag";
}

/// The days of a week, from Monday.
pub const WEEK: [Text; 7] = [
    MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY,
];

impl WorkingHours {
    /// From what was typed: days in any order, times as `09:00`. Midnight at the end is that of the next day.
    pub fn new(days: &[i32], begins: &str, ends: &str) -> Result<Self, AppError> {
        let mut problems = Problems::new();
        let mut time = |key: &str, typed: &str| {
            let typed = typed.trim();
            // Browsers send seconds where somebody typed them.
            let time = NaiveTime::parse_from_str(typed, "%H:%M")
                .or_else(|_| NaiveTime::parse_from_str(typed, "%H:%M:%S"));
            match time {
                Ok(time) => time.hour().cast_signed() * 60 + time.minute().cast_signed(),
                Err(_) => {
                    let problem = match typed {
                        "" => Problem::Required,
                        _ => Problem::NotATime,
                    };
                    problems.insert(key.to_owned(), problem);
                    0
                }
            }
        };
        let begins = time("begins", begins);
        let ends = match time("ends", ends) {
            0 => DAY,
            ends => ends,
        };
        if problems.is_empty() && begins >= ends {
            problems.insert("ends".to_owned(), Problem::EndsBeforeItBegins);
        }
        let days: Vec<i32> = (1..=7).filter(|day| days.contains(day)).collect();
        if days.is_empty() {
            problems.insert("days".to_owned(), Problem::Required);
        }
        if problems.is_empty() {
            Ok(Self { days, begins, ends })
        } else {
            Err(AppError::Invalid(problems))
        }
    }

    /// `09:00`, as an input of a time has it.
    pub fn time(minutes: i32) -> String {
        format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60)
    }

    /// "Monday – Friday, 09:00–17:30"
    pub fn text(&self, language: Language) -> String {
        let name = |day: i32| {
            let text = usize::try_from(day - 1).ok().and_then(|n| WEEK.get(n));
            text.map_or("", |text| text.get(language))
        };
        let mut runs: Vec<(i32, i32)> = Vec::new();
        for day in &self.days {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == *day => *last = *day,
                _ => runs.push((*day, *day)),
            }
        }
        let runs: Vec<String> = runs
            .into_iter()
            .map(|(first, last)| match last - first {
                0 => name(first).to_owned(),
                1 => format!("{}, {}", name(first), name(last)),
                _ => format!("{} – {}", name(first), name(last)),
            })
            .collect();
        let (begins, ends) = (Self::time(self.begins), Self::time(self.ends));
        format!("{}, {begins}–{ends}", runs.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(days: &[i32], begins: &str, ends: &str) -> Vec<(String, Problem)> {
        let error = WorkingHours::new(days, begins, ends).err();
        let problems = error.and_then(|error| error.problems().cloned());
        problems.unwrap_or_default().into_iter().collect()
    }

    #[test]
    fn hours_are_read_as_they_are_typed() {
        let read = WorkingHours::new(&[5, 1, 1, 3], "08:30", "12:00:00");
        let hours = WorkingHours {
            days: vec![1, 3, 5],
            begins: 510,
            ends: 720,
        };
        assert_eq!(read, Ok(hours));
        let all_day = WorkingHours::new(&[7], "00:00", "00:00");
        assert_eq!(all_day.map(|hours| hours.ends), Ok(1440));
    }

    #[test]
    fn what_are_no_hours_is_said_field_by_field() {
        let one = |key: &str, problem| vec![(key.to_owned(), problem)];
        assert_eq!(
            problem(&[1], "17:00", "09:00"),
            one("ends", Problem::EndsBeforeItBegins)
        );
        assert_eq!(
            problem(&[1], "25:00", "09:00"),
            one("begins", Problem::NotATime)
        );
        assert_eq!(problem(&[1], "08:00", ""), one("ends", Problem::Required));
        assert_eq!(
            problem(&[0, 8], "08:00", "09:00"),
            one("days", Problem::Required)
        );
    }

    #[test]
    fn hours_are_said_in_one_line() {
        let hours = WorkingHours::default();
        assert_eq!(hours.text(Language::En), "Monday – Friday, 09:00–17:30");
        let hours = WorkingHours {
            days: vec![1, 2, 4, 6, 7],
            ends: 1440,
            ..hours
        };
        assert_eq!(
            hours.text(Language::Nl),
            "Maandag, Dinsdag, Donderdag, Zaterdag, Zondag, 09:00–00:00"
        );
    }
}
