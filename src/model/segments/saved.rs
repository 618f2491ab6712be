//! A segment as it is saved: its name, whose it is, who sees it and who may change it, and what of the list belongs to it.
//! How a side bar knows it: its name, and where its link leads.

use serde::{Deserialize, Serialize};

use super::Filter;
use crate::{
    model::{RecordKind, SegmentId, TeamId, Text, UserId, lists::Sort},
    texts,
};

/// Who sees a segment, besides whose it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    #[default]
    Me,
    Team(TeamId),
    Everyone,
}

texts! {
    ONLY_ME = "Only me" | "Moi uniquement" | "Alleen ik";
    EVERYONE = "Everyone" | "Tout le monde" | "Iedereen";
}

impl Audience {
    /// Its value in a form: `me`, `everyone`, or the id of a team.
    pub fn code(self) -> String {
        match self {
            Self::Me => "me".to_owned(),
            Self::Team(team) => team.to_string(),
            Self::Everyone => "everyone".to_owned(),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "me" => Some(Self::Me),
            "everyone" => Some(Self::Everyone),
            team => team.parse().ok().map(Self::Team),
        }
    }

    /// What it is called; a team has its own name.
    pub const fn label(self) -> Option<Text> {
        match self {
            Self::Me => Some(ONLY_ME),
            Self::Team(_) => None,
            Self::Everyone => Some(EVERYONE),
        }
    }
}

/// One segment of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SavedSegment {
    pub id: SegmentId,
    pub kind: RecordKind,
    pub version: i64,
    pub name: String,
    pub owner: UserId,
    pub owner_name: String,
    pub audience: Audience,
    /// Whether only whose it is may change it; else all who see it.
    pub owner_only: bool,
    pub filter: Filter,
    /// Keys of the fields that the list shows; none for those that it shows by itself.
    pub columns: Vec<String>,
    pub sort: Option<Sort>,
    /// Whether the reader may change it.
    pub may_edit: bool,
}

/// A segment in the side bar of its list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentLink {
    pub id: SegmentId,
    pub name: String,
    /// Whether others see it too.
    pub shared: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn who_sees_it_is_read_as_it_is_written() {
        for audience in [
            Audience::Me,
            Audience::Everyone,
            Audience::Team(TeamId(Uuid::from_u128(1))),
        ] {
            assert_eq!(Audience::from_code(&audience.code()), Some(audience));
        }
        assert_eq!(Audience::from_code("nobody"), None);
    }
}
