//! Holding a filter against what the account has: each condition becomes a typed [`Test`], or is broken and says why.
//! A filter with anything broken in it shows nothing, never everything.

use std::{collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Compares, Condition, Group, MAX_CONDITIONS, MAX_DEPTH, MAX_TEXT, MAX_VALUES, Match, Operator,
    Path, Wants, days::Period,
};
use crate::{
    model::{
        Language, RecordId, RecordKind, TeamId, Text, UserId,
        catalogue::{Catalogue, Field, FieldType},
        invoices::InvoiceStatus,
    },
    texts,
};

/// In the place of a user's id: whoever looks.
pub const ME: &str = "me";
/// In the place of a user's id: everybody in a team of whoever looks.
pub const MY_TEAM: &str = "my-team";
/// What the id of a team begins with in the place of a user's id.
pub const TEAM: &str = "team:";
/// A state of an invoice that it gets by itself.
pub const OVERDUE: &str = "overdue";

/// What can be filtered on, and what exists of all that a filter names.
#[derive(Debug)]
pub struct Known {
    pub own: Arc<Catalogue>,
    /// Of the kinds at which its fields point, as far as the viewer has a right to them.
    pub related: Vec<Arc<Catalogue>>,
    pub users: BTreeSet<UserId>,
    pub teams: BTreeSet<TeamId>,
    pub phases: BTreeSet<Uuid>,
}

impl Known {
    fn related(&self, kind: RecordKind) -> Option<&Arc<Catalogue>> {
        self.related.iter().find(|one| one.kind == kind)
    }
}

/// Why a condition cannot be what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    FieldGone,
    OptionGone,
    UserGone,
    TeamGone,
    /// The field's type does not know the operator any more.
    OperatorGone,
    /// No value is chosen yet.
    NoValue,
    BadValue,
    TooDeep,
    TooMany,
}

texts! {
    FIELD_GONE = "This field does not exist any more" | "Ce champ n’existe plus" | "Dit veld bestaat niet meer";
    OPTION_GONE = "A choice does not exist any more" | "Un choix n’existe plus" | "Een keuze bestaat niet meer";
    USER_GONE = "A colleague does not exist any more" | "Un collègue n’existe plus" | "Een collega bestaat niet meer";
    TEAM_GONE = "A team does not exist any more" | "Une équipe n’existe plus" | "Een team bestaat niet meer";
    OPERATOR_GONE = "The field is of another type now" | "Le champ est maintenant d’un autre type" | "Het veld is nu van een ander type";
    NO_VALUE = "Choose a value" | "Choisissez une valeur" | "Kies een waarde";
    BAD_VALUE = "This value cannot be compared" | "Cette valeur ne peut pas être comparée" | "Deze waarde kan niet vergeleken worden";
    TOO_DEEP = "Groups can be {n} deep at most" | "Les groupes ont au plus {n} niveaux" | "Groepen zijn hoogstens {n} diep";
    TOO_MANY = "A segment has {n} conditions at most" | "Un segment a au plus {n} conditions" | "Een segment heeft hoogstens {n} voorwaarden";
}

impl Why {
    pub fn text(self, language: Language) -> String {
        let text: Text = match self {
            Self::FieldGone => FIELD_GONE,
            Self::OptionGone => OPTION_GONE,
            Self::UserGone => USER_GONE,
            Self::TeamGone => TEAM_GONE,
            Self::OperatorGone => OPERATOR_GONE,
            Self::NoValue => NO_VALUE,
            Self::BadValue => BAD_VALUE,
            Self::TooDeep => TOO_DEEP,
            Self::TooMany => TOO_MANY,
        };
        let n = match self {
            Self::TooDeep => MAX_DEPTH,
            _ => MAX_CONDITIONS,
        };
        text.with(language, &[("n", &n.to_string())])
    }
}

/// A condition that cannot be what it was; counted from 1 as they are read, 0 for the filter as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    pub condition: usize,
    pub why: Why,
}

/// A group whose every condition is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub matches: Match,
    pub of: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    Group(Checked),
    /// Of a field of the record itself.
    Own(Arc<Field>, Test),
    /// Of a field of a record that it points at.
    Related {
        via: Arc<Field>,
        kind: RecordKind,
        field: Arc<Field>,
        test: Test,
    },
    /// It speaks of what does not exist for the viewer.
    Never,
}

/// How a value is tested. None of these is true of what has no value, but for those that say so.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// True of what has no value.
    Empty,
    NotEmpty,
    People(Who),
    /// True of what has no value.
    NotPeople(Who),
    EverBeen(Who),
    /// At the end of that day.
    WasOn(NaiveDate, Who),
    /// Whatever the case of its letters.
    TextIs(String),
    /// True of what has no value.
    TextIsNot(String),
    Contains(String),
    StartsWith(String),
    /// From a number to a number, each included or not; open where there is none.
    Number(Option<(Decimal, bool)>, Option<(Decimal, bool)>),
    /// True of what has no value.
    NotNumber(Decimal),
    Days(Period),
    Options(Vec<String>),
    /// True of what has no value.
    NotOptions(Vec<String>),
    YesNo(bool),
    /// By id, or by what they are called, whatever the case of its letters.
    Records(Vec<RecordId>, Vec<String>),
}

/// Some people: named, or by what they are to whoever looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Who {
    pub users: Vec<UserId>,
    pub teams: Vec<TeamId>,
    pub me: bool,
    pub my_team: bool,
    pub deactivated: bool,
}

impl Checked {
    /// Everything that is tested, at whichever level.
    pub fn tests(&self) -> Vec<&Test> {
        let of = self.of.iter().flat_map(|node| match node {
            Node::Group(group) => group.tests(),
            Node::Own(_, test) | Node::Related { test, .. } => vec![test],
            Node::Never => Vec::new(),
        });
        of.collect()
    }

    /// Everybody whom it asks for.
    pub fn people(&self) -> Vec<&Who> {
        let who = self.tests().into_iter().filter_map(|test| match test {
            Test::People(who)
            | Test::NotPeople(who)
            | Test::EverBeen(who)
            | Test::WasOn(_, who) => Some(who),
            _ => None,
        });
        who.collect()
    }
}

/// The typed tree of a filter, without the groups that are empty; or everything that is broken in it.
pub fn check(group: &Group, known: &Known) -> Result<Checked, Vec<Broken>> {
    let whole = |why| Err(vec![Broken { condition: 0, why }]);
    if group.depth() > MAX_DEPTH {
        return whole(Why::TooDeep);
    }
    if group.conditions().len() > MAX_CONDITIONS {
        return whole(Why::TooMany);
    }
    let mut broken = Vec::new();
    let mut n = 0;
    let checked = checked(group, known, &mut n, &mut broken);
    if broken.is_empty() {
        Ok(checked)
    } else {
        Err(broken)
    }
}

fn checked(group: &Group, known: &Known, n: &mut usize, broken: &mut Vec<Broken>) -> Checked {
    let mut of = Vec::new();
    for node in &group.of {
        match node {
            super::Node::Group(group) if group.is_empty() => {}
            super::Node::Group(group) => of.push(Node::Group(checked(group, known, n, broken))),
            super::Node::Condition(condition) => {
                *n += 1;
                match node_of(condition, known) {
                    Ok(node) => of.push(node),
                    Err(why) => broken.push(Broken { condition: *n, why }),
                }
            }
        }
    }
    Checked {
        matches: group.matches,
        of,
    }
}

fn node_of(condition: &Condition, known: &Known) -> Result<Node, Why> {
    if condition.field.is_empty() {
        return Err(Why::NoValue);
    }
    let path = Path::read(&condition.field).ok_or(Why::FieldGone)?;
    let Some((via, kind)) = &path.via else {
        let field = known.own.field(&path.field).ok_or(Why::FieldGone)?;
        return Ok(Node::Own(field.clone(), test_of(field, condition, known)?));
    };
    let via = known.own.field(via).ok_or(Why::FieldGone)?;
    if !via.kind.targets().contains(kind) {
        return Err(Why::FieldGone);
    }
    let Some(catalogue) = known.related(*kind) else {
        return Ok(Node::Never);
    };
    let field = catalogue.field(&path.field).ok_or(Why::FieldGone)?;
    Ok(Node::Related {
        via: via.clone(),
        kind: *kind,
        field: field.clone(),
        test: test_of(field, condition, known)?,
    })
}

fn test_of(field: &Field, condition: &Condition, known: &Known) -> Result<Test, Why> {
    use Operator as O;
    let wants = Compares::of(field.kind)
        .wants(condition.op)
        .ok_or(Why::OperatorGone)?;
    let values = Values {
        of: &condition.values,
        field,
        known,
    };
    if condition.values.len() > MAX_VALUES {
        return Err(Why::BadValue);
    }
    Ok(match wants {
        Wants::Nothing => nothing(condition.op),
        Wants::People | Wants::Teams => {
            let who = values.who(values.of)?;
            match condition.op {
                O::IsNoneOf => Test::NotPeople(who),
                O::HasEverBeen => Test::EverBeen(who),
                _ => Test::People(who),
            }
        }
        Wants::DateAndPeople => {
            let (date, people) = values.of.split_first().ok_or(Why::NoValue)?;
            Test::WasOn(day(date)?, values.who(people)?)
        }
        Wants::Text => {
            let text = values.text()?;
            match condition.op {
                O::IsNot => Test::TextIsNot(text),
                O::Contains => Test::Contains(text),
                O::StartsWith => Test::StartsWith(text),
                _ => Test::TextIs(text),
            }
        }
        Wants::Number => number_test(condition.op, values.number(0)?),
        Wants::TwoNumbers => {
            let (one, other) = (values.number(0)?, values.number(1)?);
            Test::Number(Some((one, true)), Some((other, true)))
        }
        Wants::Date => Test::Days(days_of(condition.op, day(values.one(0)?)?)),
        Wants::TwoDates => {
            let (first, last) = (day(values.one(0)?)?, day(values.one(1)?)?);
            Test::Days(Period::Between(Some(first), Some(last)))
        }
        Wants::Days => {
            let n: u32 = values.one(0)?.parse().map_err(|_| Why::BadValue)?;
            if n > MAX_DAYS {
                return Err(Why::BadValue);
            }
            Test::Days(match condition.op {
                O::NextDays => Period::Next(n),
                _ => Period::Last(n),
            })
        }
        Wants::Options | Wants::Words => {
            let options = values.options()?;
            match condition.op {
                O::IsNoneOf => Test::NotOptions(options),
                _ => Test::Options(options),
            }
        }
        Wants::YesNo => match values.one(0)? {
            "yes" => Test::YesNo(true),
            "no" => Test::YesNo(false),
            _ => return Err(Why::BadValue),
        },
        Wants::Record | Wants::Records => values.records()?,
    })
}

/// "The last … days" go back a hundred years at most.
const MAX_DAYS: u32 = 36_600;

/// What is tested without a value.
fn nothing(operator: Operator) -> Test {
    use Operator as O;
    let who = Who::default();
    match operator {
        O::IsEmpty => Test::Empty,
        O::IsMe => Test::People(Who { me: true, ..who }),
        O::IsInMyTeam => Test::People(Who {
            my_team: true,
            ..who
        }),
        O::IsDeactivated => Test::People(Who {
            deactivated: true,
            ..who
        }),
        O::ThisWeek => Test::Days(Period::Week),
        O::ThisMonth => Test::Days(Period::Month),
        O::ThisQuarter => Test::Days(Period::Quarter),
        O::ThisYear => Test::Days(Period::Year),
        _ => Test::NotEmpty,
    }
}

fn number_test(operator: Operator, number: Decimal) -> Test {
    use Operator as O;
    match operator {
        O::NotEqual => Test::NotNumber(number),
        O::Less => Test::Number(None, Some((number, false))),
        O::AtMost => Test::Number(None, Some((number, true))),
        O::More => Test::Number(Some((number, false)), None),
        O::AtLeast => Test::Number(Some((number, true)), None),
        _ => Test::Number(Some((number, true)), Some((number, true))),
    }
}

fn days_of(operator: Operator, day: NaiveDate) -> Period {
    match operator {
        Operator::Before => Period::Between(None, day.pred_opt()),
        Operator::After => Period::Between(day.succ_opt(), None),
        _ => Period::Between(Some(day), Some(day)),
    }
}

/// Years that a database and a calendar both know.
fn day(text: &str) -> Result<NaiveDate, Why> {
    use chrono::Datelike;
    let day: NaiveDate = text.parse().map_err(|_| missing_or_bad(text))?;
    if (1..=9999).contains(&day.year()) {
        Ok(day)
    } else {
        Err(Why::BadValue)
    }
}

const fn missing_or_bad(text: &str) -> Why {
    if text.is_empty() {
        Why::NoValue
    } else {
        Why::BadValue
    }
}

/// The values of one condition.
struct Values<'a> {
    of: &'a [String],
    field: &'a Field,
    known: &'a Known,
}

impl Values<'_> {
    fn one(&self, n: usize) -> Result<&str, Why> {
        self.of
            .get(n)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
            .ok_or(Why::NoValue)
    }

    fn filled(&self) -> Result<impl Iterator<Item = &str>, Why> {
        let filled = |text: &&str| !text.is_empty();
        let mut all = self
            .of
            .iter()
            .map(|text| text.trim())
            .filter(filled)
            .peekable();
        if all.peek().is_none() {
            return Err(Why::NoValue);
        }
        Ok(all)
    }

    fn text(&self) -> Result<String, Why> {
        let text = self.one(0)?;
        if is_comparable(text) {
            Ok(text.to_owned())
        } else {
            Err(Why::BadValue)
        }
    }

    /// As an input of numbers sends it, whatever the language.
    fn number(&self, n: usize) -> Result<Decimal, Why> {
        let number: Decimal = self.one(n)?.parse().map_err(|_| Why::BadValue)?;
        Ok(number)
    }

    fn who(&self, of: &[String]) -> Result<Who, Why> {
        let mut who = Who::default();
        for text in of.iter().map(|text| text.trim()) {
            match (text, text.strip_prefix(TEAM)) {
                ("", _) => {}
                (ME, _) => who.me = true,
                (MY_TEAM, _) => who.my_team = true,
                (_, Some(team)) => {
                    let team: TeamId = team.parse().map_err(|_| Why::TeamGone)?;
                    if !self.known.teams.contains(&team) {
                        return Err(Why::TeamGone);
                    }
                    who.teams.push(team);
                }
                (user, None) => {
                    let user: UserId = user.parse().map_err(|_| Why::UserGone)?;
                    if !self.known.users.contains(&user) {
                        return Err(Why::UserGone);
                    }
                    who.users.push(user);
                }
            }
        }
        if who == Who::default() {
            return Err(Why::NoValue);
        }
        Ok(who)
    }

    fn options(&self) -> Result<Vec<String>, Why> {
        // People type tags one after the other.
        let words = self.field.kind == FieldType::Tags;
        let all: Vec<String> = self
            .filled()?
            .flat_map(|text| text.split(move |c| words && c == ','))
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
            .collect();
        if all.is_empty() {
            return Err(Why::NoValue);
        }
        let exists = |code: &String| match self.field.kind {
            FieldType::Fixed(choices) => choices.iter().any(|choice| choice.code == code),
            FieldType::Status => code == OVERDUE || InvoiceStatus::from_code(code).is_some(),
            FieldType::Phase => {
                let phase = code.parse().ok();
                phase.is_some_and(|phase: Uuid| self.known.phases.contains(&phase))
            }
            FieldType::Choice { .. } => {
                let (custom, id) = (self.field.custom.as_ref(), code.parse().ok());
                custom
                    .zip(id)
                    .is_some_and(|(custom, id)| custom.choice(id).is_some())
            }
            _ => is_comparable(code),
        };
        if all.iter().all(exists) {
            Ok(all)
        } else {
            Err(Why::OptionGone)
        }
    }

    /// Whether they exist is for the policies to say: what the viewer does not see matches nothing.
    fn records(&self) -> Result<Test, Why> {
        let (mut ids, mut names) = (Vec::new(), Vec::new());
        for text in self.filled()? {
            match text.parse() {
                Ok(id) => ids.push(id),
                Err(_) if is_comparable(text) => names.push(text.to_owned()),
                Err(_) => return Err(Why::BadValue),
            }
        }
        Ok(Test::Records(ids, names))
    }
}

/// Whether a text can be sent to the database, and is not too long.
fn is_comparable(text: &str) -> bool {
    text.chars().count() <= MAX_TEXT && !text.contains('\0')
}
