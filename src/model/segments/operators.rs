//! By what a field can be compared: the operators of each sort of value, what each is called, and which values it wants.
//! The words are those that people read between a field and a value.

use serde::{Deserialize, Serialize};

use crate::{
    model::{Text, catalogue::FieldType},
    texts,
};

/// What a condition's value is compared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Compares {
    People,
    Text,
    Number,
    Date,
    /// One of the field's choices, or several.
    Options,
    /// Words that people have made up, such as tags.
    Words,
    YesNo,
    Records,
}

impl Compares {
    pub const fn of(kind: FieldType) -> Self {
        match kind {
            FieldType::User(_) | FieldType::Shared(_) | FieldType::Person { .. } => Self::People,
            FieldType::Line { .. }
            | FieldType::Lines { .. }
            | FieldType::Email
            | FieldType::Telephone
            | FieldType::WebAddress
            | FieldType::Several(_) => Self::Text,
            FieldType::Integer { .. }
            | FieldType::Money
            | FieldType::Number
            | FieldType::Counter => Self::Number,
            FieldType::Date | FieldType::Moment => Self::Date,
            FieldType::Fixed(_)
            | FieldType::Choice { .. }
            | FieldType::Phase
            | FieldType::Status => Self::Options,
            FieldType::Tags => Self::Words,
            FieldType::YesNo => Self::YesNo,
            FieldType::Record(_) | FieldType::Linked(_) | FieldType::Customer => Self::Records,
        }
    }

    /// In the order in which they are offered; the first is proposed.
    pub const fn operators(self) -> &'static [Operator] {
        use Operator as O;
        match self {
            Self::People => &[
                O::IsAnyOf,
                O::IsNoneOf,
                O::IsMe,
                O::IsInMyTeam,
                O::IsInTeam,
                O::IsDeactivated,
                O::IsEmpty,
                O::IsNotEmpty,
                O::HasEverBeen,
                O::WasOnDate,
            ],
            Self::Text => &[
                O::Is,
                O::IsNot,
                O::Contains,
                O::StartsWith,
                O::IsEmpty,
                O::IsNotEmpty,
            ],
            Self::Number => &[
                O::Equal,
                O::NotEqual,
                O::Less,
                O::AtMost,
                O::More,
                O::AtLeast,
                O::Between,
                O::IsEmpty,
                O::IsNotEmpty,
            ],
            Self::Date => &[
                O::On,
                O::Before,
                O::After,
                O::Between,
                O::LastDays,
                O::NextDays,
                O::ThisWeek,
                O::ThisMonth,
                O::ThisQuarter,
                O::ThisYear,
                O::IsEmpty,
                O::IsNotEmpty,
            ],
            Self::Options | Self::Words => &[O::IsAnyOf, O::IsNoneOf, O::IsEmpty, O::IsNotEmpty],
            Self::YesNo => &[O::Is],
            Self::Records => &[O::Is, O::IsAnyOf, O::IsEmpty, O::IsNotEmpty],
        }
    }

    /// Which values an operator compares with; none where it does not fit.
    pub fn wants(self, operator: Operator) -> Option<Wants> {
        use Operator as O;
        if !self.operators().contains(&operator) {
            return None;
        }
        Some(match (self, operator) {
            (
                _,
                O::IsEmpty
                | O::IsNotEmpty
                | O::IsMe
                | O::IsInMyTeam
                | O::IsDeactivated
                | O::ThisWeek
                | O::ThisMonth
                | O::ThisQuarter
                | O::ThisYear,
            ) => Wants::Nothing,
            (_, O::IsInTeam) => Wants::Teams,
            (_, O::WasOnDate) => Wants::DateAndPeople,
            (_, O::LastDays | O::NextDays) => Wants::Days,
            (Self::People, _) => Wants::People,
            (Self::Text, _) => Wants::Text,
            (Self::Number, O::Between) => Wants::TwoNumbers,
            (Self::Number, _) => Wants::Number,
            (Self::Date, O::Between) => Wants::TwoDates,
            (Self::Date, _) => Wants::Date,
            (Self::Options, _) => Wants::Options,
            (Self::Words, _) => Wants::Words,
            (Self::YesNo, _) => Wants::YesNo,
            (Self::Records, O::IsAnyOf) => Wants::Records,
            (Self::Records, _) => Wants::Record,
        })
    }
}

/// What an operator compares a field with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wants {
    Nothing,
    People,
    Teams,
    DateAndPeople,
    Text,
    Words,
    Number,
    TwoNumbers,
    Date,
    TwoDates,
    Days,
    Options,
    YesNo,
    Record,
    Records,
}

macro_rules! operators {
    ($($(#[$meta:meta])* $name:ident $code:literal $text:ident = $en:literal | $fr:literal | $nl:literal;)*) => {
        /// How a field is compared.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Operator {
            $($(#[$meta])* #[serde(rename = $code)] $name,)*
        }

        texts! { $($text = $en | $fr | $nl;)* }

        impl Operator {
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word in addresses and in forms.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            pub const fn label(self) -> Text {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

operators! {
    Is "is" IS = "is" | "est" | "is";
    IsNot "is_not" IS_NOT = "is not" | "n’est pas" | "is niet";
    Contains "contains" CONTAINS = "contains" | "contient" | "bevat";
    StartsWith "starts_with" STARTS_WITH = "starts with" | "commence par" | "begint met";
    IsAnyOf "any_of" IS_ANY_OF = "is any of" | "est l’un de" | "is een van";
    IsNoneOf "none_of" IS_NONE_OF = "is none of" | "n’est aucun de" | "is geen van";
    IsMe "me" IS_ME = "is me" | "est moi" | "ben ik";
    IsInMyTeam "my_team" IS_IN_MY_TEAM = "is in my team" | "est dans mon équipe" | "zit in mijn team";
    IsInTeam "in_team" IS_IN_TEAM = "is in team" | "est dans l’équipe" | "zit in team";
    IsDeactivated "deactivated" IS_DEACTIVATED = "is deactivated" | "est désactivé" | "is gedeactiveerd";
    HasEverBeen "ever" HAS_EVER_BEEN = "has ever been" | "a déjà été" | "is ooit geweest";
    WasOnDate "was_on" WAS_ON_DATE = "was on date" | "était à la date" | "was op datum";
    Equal "eq" EQUAL = "=" | "=" | "=";
    NotEqual "ne" NOT_EQUAL = "≠" | "≠" | "≠";
    Less "lt" LESS = "<" | "<" | "<";
    AtMost "le" AT_MOST = "≤" | "≤" | "≤";
    More "gt" MORE = ">" | ">" | ">";
    AtLeast "ge" AT_LEAST = "≥" | "≥" | "≥";
    Between "between" BETWEEN = "between" | "entre" | "tussen";
    On "on" ON = "on" | "le" | "op";
    Before "before" BEFORE = "before" | "avant le" | "vóór";
    After "after" AFTER = "after" | "après le" | "na";
    LastDays "last_days" LAST_DAYS = "in the last … days" | "dans les … derniers jours" | "in de laatste … dagen";
    NextDays "next_days" NEXT_DAYS = "in the next … days" | "dans les … prochains jours" | "in de volgende … dagen";
    ThisWeek "this_week" THIS_WEEK = "this week" | "cette semaine" | "deze week";
    ThisMonth "this_month" THIS_MONTH = "this month" | "ce mois" | "deze maand";
    ThisQuarter "this_quarter" THIS_QUARTER = "this quarter" | "ce trimestre" | "dit kwartaal";
    ThisYear "this_year" THIS_YEAR = "this year" | "cette année" | "dit jaar";
    IsEmpty "empty" IS_EMPTY = "is empty" | "est vide" | "is leeg";
    #[default]
    IsNotEmpty "not_empty" IS_NOT_EMPTY = "is not empty" | "n’est pas vide" | "is niet leeg";
}

impl Operator {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_that_is_offered_says_what_it_wants_and_no_other_does() {
        for compares in [
            Compares::People,
            Compares::Text,
            Compares::Number,
            Compares::Date,
            Compares::Options,
            Compares::Words,
            Compares::YesNo,
            Compares::Records,
        ] {
            for operator in Operator::ALL {
                let offered = compares.operators().contains(operator);
                assert_eq!(compares.wants(*operator).is_some(), offered, "{compares:?}");
            }
        }
    }

    #[test]
    fn an_operator_is_known_by_its_code() {
        for operator in Operator::ALL {
            assert_eq!(Operator::from_code(operator.code()), Some(*operator));
        }
    }
}
