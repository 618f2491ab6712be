//! The three languages: texts that exist in all of them or do not compile, and how each writes
//! numbers, money, dates and moments. The same code runs on the server and in the browser.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    #[default]
    En,
    Fr,
    Nl,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::En, Self::Fr, Self::Nl];

    /// The code of BCP 47, as in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
            Self::Nl => "nl",
        }
    }

    /// Its own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Fr => "Français",
            Self::Nl => "Nederlands",
        }
    }

    /// The language of a code such as `fr` or `fr-BE`.
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next()?.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|language| language.code() == primary)
    }

    /// The best match for a browser's `Accept-Language` header; English where nothing matches.
    pub fn accepted(header: &str) -> Self {
        let mut wanted: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|part| {
                let mut pieces = part.split(';');
                let language = Self::from_code(pieces.next()?)?;
                let weight = pieces
                    .find_map(|piece| piece.trim().strip_prefix("q=")?.parse().ok())
                    .unwrap_or(1.0);
                Some((weight, language))
            })
            .collect();
        // A stable sort: what the browser names first wins among equals.
        wanted.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        wanted.first().map_or(Self::En, |(_, language)| *language)
    }

    const fn thousands(self) -> char {
        match self {
            Self::En => ',',
            Self::Fr => '\u{202f}',
            Self::Nl => '.',
        }
    }

    const fn decimal(self) -> char {
        match self {
            Self::En => '.',
            Self::Fr | Self::Nl => ',',
        }
    }

    /// `1234567` as "1,234,567", "1 234 567" or "1.234.567".
    pub fn integer(self, n: i64) -> String {
        let digits = n.unsigned_abs().to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 * 3 + 1);
        if n < 0 {
            out.push('-');
        }
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(self.thousands());
            }
            out.push(digit);
        }
        out
    }

    /// A decimal number with two places, or with as many as it has where it has more.
    pub fn number(self, number: Decimal) -> String {
        self.with_places(number, number.scale().max(2))
    }

    /// A decimal number with the places that it needs.
    pub fn decimal_number(self, number: Decimal) -> String {
        let number = number.normalize();
        self.with_places(number, number.scale())
    }

    fn with_places(self, number: Decimal, places: u32) -> String {
        let plain = format!("{:.*}", places as usize, number.abs());
        let (whole, places) = plain.split_once('.').unwrap_or((&plain, ""));
        let whole = whole
            .parse::<i64>()
            .map_or_else(|_| whole.to_owned(), |n| self.integer(n));
        let sign = if number.is_sign_negative() && !number.is_zero() {
            "-"
        } else {
            ""
        };
        if places.is_empty() {
            return format!("{sign}{whole}");
        }
        format!("{sign}{whole}{}{places}", self.decimal())
    }

    /// Money as the language writes it: "€1,234.50", "1 234,50 €", "€ 1.234,50".
    pub fn money(self, amount: Decimal, currency: &str) -> String {
        let number = self.number(amount);
        let symbol = match currency {
            "EUR" => "€",
            "USD" => "$",
            "GBP" => "£",
            other => other,
        };
        match self {
            Self::En if symbol.len() <= 3 && symbol != currency => {
                let sign = if number.starts_with('-') { "-" } else { "" };
                format!("{sign}{symbol}{}", number.trim_start_matches('-'))
            }
            Self::En | Self::Nl => format!("{symbol}\u{a0}{number}"),
            Self::Fr => format!("{number}\u{a0}{symbol}"),
        }
    }

    /// "23 Nov 2026", "23 nov. 2026", "23 nov 2026"
    pub fn date(self, date: NaiveDate) -> String {
        const EN: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        const FR: [&str; 12] = [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
            "nov.", "déc.",
        ];
        const NL: [&str; 12] = [
            "jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec",
        ];
        let months = match self {
            Self::En => EN,
            Self::Fr => FR,
            Self::Nl => NL,
        };
        format!(
            "{} {} {}",
            date.day(),
            months[date.month0() as usize],
            date.year()
        )
    }

    /// A date with its time of day; the caller has put it into the reader's time zone.
    pub fn moment(self, at: NaiveDateTime) -> String {
        format!(
            "{} {:02}:{:02}",
            self.date(at.date()),
            at.hour(),
            at.minute()
        )
    }

    /// Minutes as hours and minutes: "45 min", "3 h 20 min", "1,200 h", in Dutch "3 u 20 min".
    pub fn duration(self, minutes: i64) -> String {
        let hour = match self {
            Self::En | Self::Fr => "h",
            Self::Nl => "u",
        };
        let hours = |n: i64| format!("{}\u{a0}{hour}", self.integer(n));
        match (minutes / 60, minutes % 60) {
            (0, minutes) => format!("{minutes}\u{a0}min"),
            (whole, 0) => hours(whole),
            (whole, minutes) => format!("{} {minutes}\u{a0}min", hours(whole)),
        }
    }

    /// Reads a number as people of this language type it; both separators are understood where
    /// they cannot be mistaken. `None` where it is no number.
    pub fn read_number(self, typed: &str) -> Option<Decimal> {
        let compact: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '\'' | '€' | '$' | '£'))
            .collect();
        let plain = match (compact.rfind('.'), compact.rfind(',')) {
            // Both: the later one is the decimal sign.
            (Some(dot), Some(comma)) if dot > comma => compact.replace(',', ""),
            (Some(_), Some(_)) => compact.replace('.', "").replace(',', "."),
            // One alone, three digits behind it: the language decides whether it groups.
            (Some(at), None) => Self::one_separator(&compact, '.', at, self.thousands() == '.'),
            (None, Some(at)) => Self::one_separator(&compact, ',', at, self.thousands() == ','),
            (None, None) => compact,
        };
        let number = plain.parse::<Decimal>().ok()?;
        plain
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))
            .then_some(number)
    }

    fn one_separator(text: &str, separator: char, at: usize, groups: bool) -> String {
        let repeated = text.matches(separator).count() > 1;
        if repeated || (groups && text.len() - at == 4) {
            text.replace(separator, "")
        } else {
            text.replace(separator, ".")
        }
    }
}

/// One text in every language. A language that is missing does not compile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    en: &'static str,
    fr: &'static str,
    nl: &'static str,
}

impl Text {
    pub const fn new(en: &'static str, fr: &'static str, nl: &'static str) -> Self {
        Self { en, fr, nl }
    }

    /// The text in one language.
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Fr => self.fr,
            Language::Nl => self.nl,
        }
    }

    /// The text with its `{names}` replaced. What is put in is not looked at again, so a value
    /// that contains braces stays as it is.
    pub fn with(self, language: Language, values: &[(&str, &str)]) -> String {
        let mut out = String::new();
        let mut rest = self.get(language);
        while let Some(start) = rest.find('{') {
            let (before, from) = rest.split_at(start);
            out.push_str(before);
            let Some(end) = from.find('}') else { break };
            let name = &from[1..end];
            out.push_str(
                values
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map_or(&from[..=end], |(_, value)| value),
            );
            rest = &from[end + 1..];
        }
        out.push_str(rest);
        out
    }
}

/// A text that depends on a number, which stands in it as `{n}`.
#[derive(Clone, Copy, Debug)]
pub struct Plural {
    pub one: Text,
    pub other: Text,
}

impl Plural {
    /// In French 0 is singular too.
    pub fn of(self, language: Language, n: i64) -> String {
        let singular = n == 1 || (n == 0 && language == Language::Fr);
        let text = if singular { self.one } else { self.other };
        text.with(language, &[("n", &language.integer(n))])
    }
}

/// Declares texts: `NAME = "English" | "français" | "Nederlands";`
#[macro_export]
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $en:literal | $fr:literal | $nl:literal;)*) => {$(
        $(#[$doc])*
        pub const $name: $crate::model::Text = $crate::model::Text::new($en, $fr, $nl);
    )*};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_written_as_hours_where_there_are_so_many() {
        assert_eq!(Language::En.duration(0), "0\u{a0}min");
        assert_eq!(Language::En.duration(60), "1\u{a0}h");
        assert_eq!(Language::Nl.duration(200), "3\u{a0}u 20\u{a0}min");
        assert_eq!(Language::En.duration(72_000), "1,200\u{a0}h");
    }

    #[test]
    fn numbers_are_written_as_each_language_does() {
        assert_eq!(Language::En.integer(1_234_567), "1,234,567");
        assert_eq!(Language::Fr.integer(1234), "1\u{202f}234");
        assert_eq!(Language::Nl.integer(-999), "-999");
        let amount = Decimal::new(1_234_550, 2);
        assert_eq!(Language::En.money(amount, "EUR"), "€12,345.50");
        assert_eq!(Language::En.money(-amount, "EUR"), "-€12,345.50");
        assert_eq!(Language::Fr.money(amount, "EUR"), "12\u{202f}345,50\u{a0}€");
        assert_eq!(Language::Nl.money(amount, "CHF"), "CHF\u{a0}12.345,50");
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        let read = |language: Language, text: &str| {
            language
                .read_number(text)
                .map(|n| n.normalize().to_string())
        };
        assert_eq!(read(Language::En, "1,234.50").as_deref(), Some("1234.5"));
        assert_eq!(read(Language::Fr, "1 234,5 €").as_deref(), Some("1234.5"));
        assert_eq!(read(Language::Nl, "1.234").as_deref(), Some("1234"));
        assert_eq!(read(Language::En, "1.234").as_deref(), Some("1.234"));
        assert_eq!(read(Language::En, "12,5").as_deref(), Some("12.5"));
        assert_eq!(
            read(Language::Nl, "1.234.567,89").as_deref(),
            Some("1234567.89")
        );
        for nonsense in ["", "abc", "1e5", "--3", "1,2,x", "NaN"] {
            assert_eq!(read(Language::En, nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn the_browsers_first_known_language_is_taken() {
        assert_eq!(
            Language::accepted("de-DE,de;q=0.9,fr-BE;q=0.8,en;q=0.7"),
            Language::Fr
        );
        assert_eq!(Language::accepted("nl;q=0.5, en;q=0.4"), Language::Nl);
        assert_eq!(Language::accepted("*"), Language::En);
    }

    #[test]
    fn what_is_put_into_a_text_is_never_read_as_a_placeholder() {
        let text = Text::new("{a} and {b}", "{a} et {b}", "{a} en {b}");
        assert_eq!(
            text.with(Language::En, &[("a", "{b}"), ("b", "x")]),
            "{b} and x"
        );
    }
}
