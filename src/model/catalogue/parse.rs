//! From what was typed to what is stored: the only place that knows each type's rules.
//! The server alone decides; the browser sends text as it was typed.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Each, Field, FieldType};
use crate::model::{
    Language, Problem, Text,
    invoices::{InvoiceStatus, OVERDUE},
    values::{NO, YES},
};

pub const MAX_TAGS: usize = 50;
const TAG_LENGTH: usize = 60;
/// So many colleagues or choices stand in one field.
pub const MAX_CHOSEN: usize = 200;
/// What `numeric(15, 2)` holds.
const MAX_AMOUNT: i64 = 9_999_999_999_999;
/// What `numeric(19, 6)` holds.
const MAX_NUMBER: i64 = 999_999_999_999;

/// A value ready to be stored. Whether an id means something is for the database to say.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    Empty,
    Text(String),
    Date(NaiveDate),
    Integer(i64),
    /// An amount, or a number that is not a whole one.
    Amount(Decimal),
    YesNo(bool),
    Tags(Vec<String>),
    Id(Uuid),
    Ids(Vec<Uuid>),
    /// A record by its exact name, where a person typed one instead of choosing.
    Name(String),
    /// Several, likewise.
    Names(Vec<String>),
}

impl Field {
    /// Reads what was typed into this field by a person of this language.
    pub fn parse(&self, typed: &str, language: Language) -> Result<Input, Problem> {
        let text = clean(typed, matches!(self.kind, FieldType::Lines { .. }))?;
        if text.is_empty() {
            return if self.required {
                Err(self.missing())
            } else {
                Ok(Input::Empty)
            };
        }
        match self.kind {
            FieldType::Line { max } | FieldType::Lines { max } => {
                within(text, max).map(Input::Text)
            }
            FieldType::Telephone => within(text, 50).map(Input::Text),
            FieldType::Email => email(text).map(Input::Text),
            FieldType::WebAddress => web_address(text).map(Input::Text),
            FieldType::Date => date(&text).map(Input::Date),
            FieldType::Integer { min, max } => {
                integer(&text, min, max, language).map(Input::Integer)
            }
            FieldType::Money => decimal(&text, language, 2, MAX_AMOUNT).map(Input::Amount),
            FieldType::Number => decimal(&text, language, 6, MAX_NUMBER).map(Input::Amount),
            FieldType::YesNo => yes_no(&text).map(Input::YesNo),
            FieldType::Choice { several } => self.choices(&text, several),
            FieldType::Person { several: false } => id(&text, Problem::NotAColleague),
            FieldType::Person { several: true } | FieldType::Shared(_) => people(&text),
            FieldType::Fixed(_) => self
                .fixed(&text)
                .map(|choice| Input::Text(choice.code.to_owned()))
                .ok_or(Problem::NotAnOption),
            FieldType::Tags => several(&text, |tag| within(tag, TAG_LENGTH)),
            FieldType::Several(Each::Email) => several(&text, email),
            FieldType::Several(Each::Telephone) => several(&text, |one| within(one, 50)),
            FieldType::User(_) => id(&text, Problem::NotAColleague),
            FieldType::Record(_) | FieldType::Linked(_) | FieldType::Customer => {
                match Uuid::parse_str(&text) {
                    Ok(id) => Ok(Input::Id(id)),
                    Err(_) => within(text, 200).map(Input::Name),
                }
            }
            FieldType::Status => status(&text).map(Input::Text),
            FieldType::Phase => id(&text, Problem::NotAnOption),
            FieldType::Moment | FieldType::Counter => Err(Problem::Unknown),
        }
    }

    /// Choices of the field's own, by id or by label; several are separated by commas or semicolons.
    fn choices(&self, text: &str, several: bool) -> Result<Input, Problem> {
        let custom = self.custom.as_ref().ok_or(Problem::NotAnOption)?;
        if !several {
            return custom.typed_choice(text).map(Input::Id);
        }
        // A label may have a comma of its own.
        if let Ok(one) = custom.typed_choice(text) {
            return Ok(Input::Ids(vec![one]));
        }
        let max = MAX_CHOSEN;
        let ids = each_once(text, max, Problem::TooManyChoices { max }, |one| {
            custom.typed_choice(one)
        })?;
        Ok(ids.map_or(Input::Empty, Input::Ids))
    }

    /// What is said when the field is required and empty.
    pub const fn missing(&self) -> Problem {
        match self.kind {
            FieldType::User(_) => Problem::NeedsAssignee,
            FieldType::Shared(_) => Problem::NeedsManager,
            _ => Problem::Required,
        }
    }
}

/// Trims, unifies line ends, and refuses what Postgres or a page cannot hold.
fn clean(typed: &str, lines: bool) -> Result<String, Problem> {
    let text = typed.trim().replace("\r\n", "\n").replace('\r', "\n");
    let allowed = |c: char| !c.is_control() || c == '\t' || (lines && c == '\n');
    if text.chars().all(allowed) {
        Ok(text)
    } else {
        Err(Problem::ControlCharacters)
    }
}

fn within(text: String, max: usize) -> Result<String, Problem> {
    if text.chars().count() > max {
        Err(Problem::TooLong { max })
    } else {
        Ok(text)
    }
}

fn email(text: String) -> Result<String, Problem> {
    let text = within(text, 254)?;
    let valid = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && !domain.contains('@')
            && !text
                .contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | ',' | ';'))
    });
    if valid {
        Ok(text)
    } else {
        Err(Problem::NotAnEmail)
    }
}

/// Whether a text is an e-mail address that Steward takes.
pub fn is_email(text: &str) -> bool {
    email(text.to_owned()).is_ok()
}

/// Only http and https: what is stored here becomes a link.
fn web_address(text: String) -> Result<String, Problem> {
    let text = within(text, 500)?;
    let full = if text.contains("://") {
        text
    } else {
        format!("https://{text}")
    };
    let lower = full.to_ascii_lowercase();
    let rest = lower
        .strip_prefix("https://")
        .or_else(|| lower.strip_prefix("http://"));
    let valid = rest.is_some_and(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !host.contains('@')
    }) && !full
        .contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\\'));
    if valid {
        Ok(full)
    } else {
        Err(Problem::NotAWebAddress)
    }
}

/// The code of an invoice's state, by its code or by its label in any language.
fn status(text: &str) -> Result<String, Problem> {
    let is = |known: &str| known.to_lowercase() == text.to_lowercase();
    let labelled = |label: Text| Language::ALL.iter().any(|l| is(label.get(*l)));
    if is("overdue") || labelled(OVERDUE) {
        return Err(Problem::OverdueByItself);
    }
    let found = InvoiceStatus::ALL
        .into_iter()
        .find(|status| is(status.code()) || labelled(status.label()));
    let found = found.ok_or(Problem::NotAnOption)?;
    Ok(found.code().to_owned())
}

/// ISO first, then the day first as in Europe; the American order is never guessed.
pub fn date(text: &str) -> Result<NaiveDate, Problem> {
    let date = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
        .ok_or(Problem::NotADate)?;
    let (first, last) = (
        NaiveDate::from_ymd_opt(1000, 1, 1),
        NaiveDate::from_ymd_opt(9999, 12, 31),
    );
    if first <= Some(date) && Some(date) <= last {
        Ok(date)
    } else {
        Err(Problem::NotADate)
    }
}

/// A whole number as people type it, within bounds; a percent sign may follow it.
pub fn integer(text: &str, min: i64, max: i64, language: Language) -> Result<i64, Problem> {
    let text = text.trim_end_matches('%');
    let number = language
        .read_number(text)
        .ok_or(Problem::NotANumber)?
        .normalize();
    let number: i64 = number
        .to_string()
        .parse()
        .map_err(|_| Problem::NotANumber)?;
    if (min..=max).contains(&number) {
        Ok(number)
    } else {
        Err(Problem::OutOfRange { min, max })
    }
}

/// A number of at most so many decimals, as people type it.
fn decimal(text: &str, language: Language, places: u32, max: i64) -> Result<Decimal, Problem> {
    let number = language
        .read_number(text)
        .ok_or(Problem::NotANumber)?
        .normalize();
    if number.scale() > places {
        return Err(if places == 2 {
            Problem::TooManyDecimals
        } else {
            Problem::MoreDecimals { max: places }
        });
    }
    if number.abs() > Decimal::from(max) {
        return Err(Problem::OutOfRange { min: -max, max });
    }
    Ok(number)
}

/// Yes and no in every language, and what spreadsheets write for them.
fn yes_no(text: &str) -> Result<bool, Problem> {
    let text = text.to_lowercase();
    let is = |known: Text, others: &[&str]| {
        let mut words = Language::ALL.iter().map(|language| known.get(*language));
        words.any(|word| word.to_lowercase() == text) || others.contains(&text.as_str())
    };
    match (is(YES, &["true", "1", "x"]), is(NO, &["false", "0"])) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => Err(Problem::NotYesOrNo),
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';'])
        .map(str::trim)
        .filter(|one| !one.is_empty())
}

/// Values separated by commas or semicolons, each once; nothing where there are none. Reading ends with the first that is one too
/// many: a form may hold millions.
fn each_once<T: PartialEq>(
    text: &str,
    max: usize,
    too_many: Problem,
    read: impl Fn(&str) -> Result<T, Problem>,
) -> Result<Option<Vec<T>>, Problem> {
    let mut values = Vec::new();
    for one in parts(text) {
        let one = read(one)?;
        if values.contains(&one) {
            continue;
        }
        if values.len() == max {
            return Err(too_many);
        }
        values.push(one);
    }
    Ok(Some(values).filter(|values| !values.is_empty()))
}

/// Colleagues by their ids.
fn people(text: &str) -> Result<Input, Problem> {
    let max = MAX_CHOSEN;
    let ids = each_once(text, max, Problem::TooManyChoices { max }, |one| {
        Uuid::parse_str(one).map_err(|_| Problem::NotAColleague)
    })?;
    Ok(ids.map_or(Input::Empty, Input::Ids))
}

fn several(text: &str, read: impl Fn(String) -> Result<String, Problem>) -> Result<Input, Problem> {
    let max = MAX_TAGS;
    let values = each_once(text, max, Problem::TooManyTags { max }, |one| {
        read(one.to_owned())
    })?;
    Ok(values.map_or(Input::Empty, Input::Tags))
}

fn id(text: &str, otherwise: Problem) -> Result<Input, Problem> {
    Uuid::parse_str(text).map(Input::Id).map_err(|_| otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RecordKind;

    fn parse(kind: RecordKind, key: &str, typed: &str) -> Result<Input, Problem> {
        kind.field(key).map_or(Err(Problem::Unknown), |field| {
            field.parse(typed, Language::En)
        })
    }

    fn company(key: &str, typed: &str) -> Result<Input, Problem> {
        parse(RecordKind::Company, key, typed)
    }

    #[test]
    fn hostile_text_is_kept_as_text_or_refused() {
        let script = "</textarea><script>alert(1)</script>";
        assert_eq!(company("notes", script), Ok(Input::Text(script.to_owned())));
        assert_eq!(company("name", "a\0b"), Err(Problem::ControlCharacters));
        assert_eq!(company("name", "one\ntwo"), Err(Problem::ControlCharacters));
        assert_eq!(
            company("notes", "one\r\ntwo"),
            Ok(Input::Text("one\ntwo".to_owned()))
        );
        assert_eq!(company("name", "شركة"), Ok(Input::Text("شركة".to_owned())));
        assert_eq!(
            company("name", &"x".repeat(2_000_000)),
            Err(Problem::TooLong { max: 200 })
        );
    }

    #[test]
    fn a_million_values_are_refused_at_the_first_that_is_too_many() {
        let many: Vec<String> = (0..1_000_000).map(|n| format!("t{n}")).collect();
        assert_eq!(
            company("tags", &many.join(",")),
            Err(Problem::TooManyTags { max: MAX_TAGS })
        );
        let same = "same,".repeat(1_000_000);
        assert_eq!(company("tags", &same), Ok(Input::Tags(vec!["same".into()])));
    }

    #[test]
    fn a_web_address_never_becomes_a_script() {
        assert_eq!(
            company("website", "example.com"),
            Ok(Input::Text("https://example.com".to_owned()))
        );
        for bad in [
            "javascript:alert(1)",
            "javascript://x.y/%0aalert(1)",
            "data:text/html,x",
            "https://a b.c",
            "https://u@evil.com",
        ] {
            assert_eq!(
                company("website", bad),
                Err(Problem::NotAWebAddress),
                "{bad}"
            );
        }
    }

    #[test]
    fn dates_amounts_and_numbers_say_what_is_wrong() {
        assert_eq!(
            company("customer_since", "31/02/2020"),
            Err(Problem::NotADate)
        );
        assert_eq!(
            company("customer_since", "28/02/2020"),
            company("customer_since", "2020-02-28")
        );
        assert_eq!(
            company("customer_since", "99999-01-01"),
            Err(Problem::NotADate)
        );
        let deal = |key: &str, typed: &str| parse(RecordKind::Deal, key, typed);
        assert_eq!(deal("value", "1.005"), Err(Problem::TooManyDecimals));
        assert_eq!(deal("value", "1e9"), Err(Problem::NotANumber));
        assert_eq!(
            deal("value", "99999999999999"),
            Err(Problem::OutOfRange {
                min: -MAX_AMOUNT,
                max: MAX_AMOUNT
            })
        );
        assert_eq!(
            deal("probability", "101"),
            Err(Problem::OutOfRange { min: 0, max: 100 })
        );
        assert_eq!(deal("probability", "50%"), Ok(Input::Integer(50)));
        assert_eq!(deal("currency", "eur"), Ok(Input::Text("EUR".to_owned())));
        assert_eq!(deal("currency", "XYZ"), Err(Problem::NotAnOption));
        assert_eq!(deal("assigned_to", ""), Err(Problem::NeedsAssignee));
        assert_eq!(deal("title", "  "), Err(Problem::Required));
    }

    #[test]
    fn email_addresses_are_checked_for_shape_only() {
        for good in ["a@b.be", "jean.dupont+x@sub.exemple.fr", "é@ü.de"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "a", "a@b", "a@@b.be", "a b@c.be", "@b.be", "a@b..be", "<a@b.be>",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
