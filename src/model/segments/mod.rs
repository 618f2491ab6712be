//! Segments: a saved filter of one list, as a tree of groups of conditions. Here it is as people build it, send it and save
//! it; [`check`] holds it against the field catalogue and makes the typed tree of which SQL is written.

pub mod check;
pub mod days;
pub mod operators;
pub mod rows;
pub mod saved;

use serde::{Deserialize, Serialize};

use super::{RecordKind, Text};
use crate::texts;

pub use check::{Broken, Checked, Known, Node as CheckedNode, Test, Who, Why, check};
pub use operators::{Compares, Operator, Wants};
pub use saved::{Audience, SavedSegment, SegmentLink};

/// The outermost group is the first of so many levels.
pub const MAX_DEPTH: usize = 4;
pub const MAX_CONDITIONS: usize = 50;
/// One condition compares with at most so many values.
pub const MAX_VALUES: usize = 200;
/// A text that is compared with has at most so many characters.
pub const MAX_TEXT: usize = 200;

/// How many of a group's parts must hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Match {
    #[default]
    All,
    Any,
    None,
}

texts! {
    ALL_OF = "all" | "toutes" | "alle";
    ANY_OF = "any" | "au moins une" | "minstens één";
    NONE_OF = "none" | "aucune" | "geen";
}

impl Match {
    pub const ALL: [Self; 3] = [Self::All, Self::Any, Self::None];

    pub const fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Any => "any",
            Self::None => "none",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    pub const fn label(self) -> Text {
        match self {
            Self::All => ALL_OF,
            Self::Any => ANY_OF,
            Self::None => NONE_OF,
        }
    }
}

/// Some conditions, and how many of them must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Group {
    #[serde(rename = "match")]
    pub matches: Match,
    pub of: Vec<Node>,
}

/// A part of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Node {
    Group(Group),
    Condition(Condition),
}

/// What a field is compared with, and how. Values are as their inputs send them: ids, codes, plain numbers, ISO dates.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Condition {
    /// A [`Path`] as text.
    pub field: String,
    pub op: Operator,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

impl Group {
    /// Nothing that narrows a list.
    pub fn is_empty(&self) -> bool {
        self.of.iter().all(|node| match node {
            Node::Group(group) => group.is_empty(),
            Node::Condition(_) => false,
        })
    }

    /// How many levels of groups there are, this one included.
    pub fn depth(&self) -> usize {
        let below = self.of.iter().map(|node| match node {
            Node::Group(group) => group.depth(),
            Node::Condition(_) => 0,
        });
        1 + below.max().unwrap_or(0)
    }

    /// Every condition, in the order in which they are read.
    pub fn conditions(&self) -> Vec<&Condition> {
        let mut all = Vec::new();
        for node in &self.of {
            match node {
                Node::Group(group) => all.extend(group.conditions()),
                Node::Condition(condition) => all.push(condition),
            }
        }
        all
    }
}

/// Which field a condition speaks of: one of the record's own, or one of a record that a field of it points at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    /// The field that points, and the kind of record that it points at.
    pub via: Option<(String, RecordKind)>,
    pub field: String,
}

impl Path {
    pub fn own(field: &str) -> Self {
        Self {
            via: None,
            field: field.to_owned(),
        }
    }

    /// `country`, or `customer.company.sales_contact`.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let path = match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(field), None, None, None) => Self::own(field),
            (Some(via), Some(kind), Some(field), None) => Self {
                via: Some((via.to_owned(), RecordKind::from_child(kind)?)),
                field: field.to_owned(),
            },
            _ => return None,
        };
        Some(path)
    }

    pub fn text(&self) -> String {
        match &self.via {
            None => self.field.clone(),
            Some((via, kind)) => format!("{via}.{}.{}", kind.child(), self.field),
        }
    }
}

/// A filter where it travels: as one text, in an address or as an argument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Filter(pub Group);

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        // A tree of texts and lists always has a JSON form.
        serde_json::to_string(&filter.0).unwrap_or_default()
    }
}

impl TryFrom<String> for Filter {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let group = serde_json::from_str(&text).map_err(|_| "not a filter")?;
        Ok(Self(group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(field: &str) -> Node {
        Node::Condition(Condition {
            field: field.into(),
            op: Operator::IsEmpty,
            values: Vec::new(),
        })
    }

    #[test]
    fn a_filter_is_one_text_and_back() {
        let filter = Filter(Group {
            matches: Match::All,
            of: vec![
                condition("country"),
                Node::Group(Group {
                    matches: Match::None,
                    of: vec![condition("customer.company.city")],
                }),
            ],
        });
        let text = String::from(filter.clone());
        assert_eq!(Filter::try_from(text), Ok(filter));
        assert!(Filter::try_from("{\"match\":\"most\",\"of\":[]}".to_owned()).is_err());
        assert!(Filter::try_from(String::new()).is_err());
    }

    #[test]
    fn a_path_is_read_as_it_is_written() {
        for text in ["country", "customer.company.sales_contact"] {
            assert_eq!(Path::read(text).map(|path| path.text()), Some(text.into()));
        }
        for text in ["a.b", "customer.planet.name", "a.company.b.c"] {
            assert_eq!(Path::read(text), None, "{text}");
        }
    }

    #[test]
    fn groups_within_groups_are_levels_and_hold_no_condition_by_themselves() {
        let nested = |inner: Group| Group {
            matches: Match::Any,
            of: vec![Node::Group(inner)],
        };
        let deep = nested(nested(Group::default()));
        assert_eq!(deep.depth(), 3);
        assert!(deep.is_empty());
        assert_eq!(
            nested(Group {
                matches: Match::All,
                of: vec![condition("name")]
            })
            .conditions()
            .len(),
            1
        );
    }
}
