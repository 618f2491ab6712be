//! Which records an act is about: those that were ticked, or all of a list. An address holds either, so that the first step works
//! as a plain link or a plain form.

use serde::{Deserialize, Serialize};

use crate::model::{
    RecordId, RecordKind,
    lists::{ListQuery, Place},
};

/// An address names so many records at most: a page's worth, with room to spare.
pub const MOST_IN_ADDRESS: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    Records(Vec<RecordId>),
    All(Box<ListQuery>),
}

impl Selection {
    /// Reads the names and values of an address. Records are named one by one, or separated by commas, each once; what is no id is
    /// left out. Nothing where neither records nor all are asked for, or too many.
    pub fn read(kind: RecordKind, pairs: &[(String, String)]) -> Option<Self> {
        let value = |name: &str| {
            let pair = pairs.iter().find(|(known, _)| known == name);
            pair.map(|(_, value)| value.as_str())
        };
        if value("all") == Some("true") {
            let query = ListQuery {
                page: Place::First,
                ..ListQuery::read(kind, value)
            };
            return Some(Self::All(Box::new(query)));
        }
        let named = pairs.iter().filter(|(name, _)| name == "records");
        let parts = named.flat_map(|(_, value)| value.split(','));
        let mut records: Vec<RecordId> = parts.filter_map(|id| id.parse().ok()).collect();
        records.sort();
        records.dedup();
        let fits = (1..=MOST_IN_ADDRESS).contains(&records.len());
        fits.then_some(Self::Records(records))
    }

    /// What stands behind the question mark.
    pub fn query(&self, kind: RecordKind) -> String {
        match self {
            Self::Records(records) => {
                let ids: Vec<String> = records.iter().map(ToString::to_string).collect();
                format!("records={}", ids.join(","))
            }
            Self::All(list) => {
                let address = list.address(kind);
                match address.split_once('?') {
                    Some((_, query)) => format!("all=true&{query}"),
                    None => "all=true".to_owned(),
                }
            }
        }
    }

    /// The page on which one chooses what to do with them.
    pub fn address(&self, kind: RecordKind) -> String {
        format!("/{}/bulk?{}", kind.path(), self.query(kind))
    }

    /// The list that they come from, where they are all of one.
    pub fn list(&self, kind: RecordKind) -> Option<String> {
        match self {
            Self::Records(_) => None,
            Self::All(list) => Some(list.address(kind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::lists::BuiltIn;
    use uuid::Uuid;

    const KIND: RecordKind = RecordKind::Company;

    fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        of.iter().map(owned).collect()
    }

    const fn id(n: u128) -> RecordId {
        RecordId(Uuid::from_u128(n))
    }

    #[test]
    fn records_are_read_whichever_way_they_are_named_each_once() {
        let (one, two) = (id(1).to_string(), id(2).to_string());
        let both = format!("{two},{one},nonsense");
        let read = Selection::read(KIND, &pairs(&[("records", &both), ("records", &two)]));
        let expected = Selection::Records(vec![id(1), id(2)]);
        assert_eq!(read, Some(expected.clone()));
        assert_eq!(
            expected.address(KIND),
            format!("/companies/bulk?records={one},{two}")
        );
        assert_eq!(expected.list(KIND), None);
    }

    #[test]
    fn all_of_a_list_is_read_and_written_back_from_its_first_page() {
        let address = pairs(&[
            ("all", "true"),
            ("segment", "mine"),
            ("q", "a&b"),
            ("after", "x"),
        ]);
        let read = Selection::read(KIND, &address);
        let all = Selection::All(Box::new(ListQuery {
            segment: BuiltIn::Mine,
            q: "a&b".to_owned(),
            ..ListQuery::default()
        }));
        assert_eq!(read, Some(all.clone()));
        assert_eq!(all.query(KIND), "all=true&segment=mine&q=a%26b");
        assert_eq!(
            all.list(KIND).as_deref(),
            Some("/companies?segment=mine&q=a%26b")
        );
    }

    #[test]
    fn what_selects_nothing_or_too_much_is_nothing() {
        let many: Vec<String> = (0..=500).map(|n| id(n).to_string()).collect();
        let many = many.join(",");
        for address in [
            pairs(&[]),
            pairs(&[("records", "")]),
            pairs(&[("records", "1 or 1=1")]),
            pairs(&[("all", "1")]),
            pairs(&[("records", &many)]),
        ] {
            assert_eq!(Selection::read(KIND, &address), None);
        }
    }
}
