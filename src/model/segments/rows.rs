//! A filter as a form has it: flat rows, each with the row of the group that it stands in, so that a plain form grows by
//! being sent. The same rows are what the builder works on in the browser.

use serde::{Deserialize, Serialize};

use super::{Condition, Group, MAX_DEPTH, Match, Node, Operator};

/// A group or a condition; the first row is the outermost group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// The number of the group's row.
    pub parent: usize,
    /// Of a group, how many of its parts must hold; empty for a condition.
    #[serde(rename = "match")]
    pub matches: String,
    pub field: String,
    pub op: String,
    pub values: Vec<String>,
}

impl Row {
    pub fn group(parent: usize, matches: Match) -> Self {
        Self {
            parent,
            matches: matches.code().to_owned(),
            ..Self::default()
        }
    }

    pub fn condition(parent: usize, condition: Condition) -> Self {
        Self {
            parent,
            field: condition.field,
            op: condition.op.code().to_owned(),
            values: condition.values,
            ..Self::default()
        }
    }

    pub fn is_group(&self) -> bool {
        !self.matches.is_empty()
    }
}

/// What a button of the form does to the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    AddCondition(usize),
    AddGroup(usize),
    /// A row, and all that stands in it.
    Remove(usize),
    /// Nothing, but to show what fits the field that was chosen.
    Refresh,
}

impl Press {
    /// `condition-0`, `group-3`, `remove-2`.
    pub fn read(text: &str) -> Option<Self> {
        if text == "refresh" {
            return Some(Self::Refresh);
        }
        let (what, row) = text.split_once('-')?;
        let row = row.parse().ok()?;
        match what {
            "condition" => Some(Self::AddCondition(row)),
            "group" => Some(Self::AddGroup(row)),
            "remove" => Some(Self::Remove(row)),
            _ => None,
        }
    }

    pub fn text(self) -> String {
        match self {
            Self::AddCondition(row) => format!("condition-{row}"),
            Self::AddGroup(row) => format!("group-{row}"),
            Self::Remove(row) => format!("remove-{row}"),
            Self::Refresh => "refresh".to_owned(),
        }
    }
}

/// The rows of a filter, in the order in which they are read.
pub fn rows(group: &Group) -> Vec<Row> {
    let mut rows = vec![Row::group(0, group.matches)];
    add(&mut rows, 0, group);
    rows
}

fn add(rows: &mut Vec<Row>, parent: usize, group: &Group) {
    for node in &group.of {
        match node {
            Node::Condition(condition) => rows.push(Row::condition(parent, condition.clone())),
            Node::Group(inner) => {
                rows.push(Row::group(parent, inner.matches));
                add(rows, rows.len() - 1, inner);
            }
        }
    }
}

/// The filter of some rows. What hangs on no group before it is left out: people do not make such rows.
pub fn tree(rows: &[Row]) -> Group {
    group(rows, 0, MAX_DEPTH + 1)
}

fn group(rows: &[Row], at: usize, levels: usize) -> Group {
    let matches = rows.get(at).and_then(|row| Match::from_code(&row.matches));
    let mut of = Vec::new();
    let below = rows.iter().enumerate().skip(at + 1);
    for (n, row) in below.filter(|(_, row)| row.parent == at) {
        if !row.is_group() {
            of.push(Node::Condition(Condition {
                field: row.field.clone(),
                op: Operator::from_code(&row.op).unwrap_or_default(),
                values: row.values.clone(),
            }));
        } else if levels > 1 {
            of.push(Node::Group(group(rows, n, levels - 1)));
        }
    }
    Group {
        matches: matches.unwrap_or_default(),
        of,
    }
}

/// What the inputs of a row are called in the form.
pub fn input_name(row: usize, what: &str) -> String {
    format!("form[rows][{row}][{what}]")
}

/// What the inputs of a condition's values are called.
pub fn values_name(row: usize) -> String {
    format!("{}[]", input_name(row, "values"))
}

/// The rows of a form that came back, from its inputs.
pub fn typed(inputs: &[(String, String)]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, text) in inputs {
        let Some((row, what)) = name
            .strip_prefix("form[rows][")
            .and_then(|rest| rest.split_once("]["))
        else {
            continue;
        };
        let Some(row) = row.parse().ok().filter(|row| *row < MAX_ROWS) else {
            continue;
        };
        if rows.len() <= row {
            rows.resize(row + 1, Row::default());
        }
        let row: &mut Row = &mut rows[row];
        match what {
            "parent]" => row.parent = text.parse().unwrap_or_default(),
            "match]" => row.matches.clone_from(text),
            "field]" => row.field.clone_from(text),
            "op]" => row.op.clone_from(text),
            "values][]" => row.values.push(text.clone()),
            _ => {}
        }
    }
    rows
}

/// More rows than any filter may have.
const MAX_ROWS: usize = 1000;

/// How many levels of groups stand above a row and in it.
pub fn level(rows: &[Row], mut row: usize) -> usize {
    let mut level = 1;
    while row > 0 && level <= rows.len() {
        row = rows.get(row).map_or(0, |row| row.parent);
        level += 1;
    }
    level
}

/// The rows after a button was pressed. A new part stands behind all of its group's; a new group begins with a condition.
pub fn pressed(rows: &[Row], press: Press) -> Vec<Row> {
    let mut rows = rows.to_vec();
    match press {
        Press::Refresh => {}
        Press::AddCondition(group) if rows.get(group).is_some_and(Row::is_group) => {
            let at = end_of(&rows, group);
            insert(&mut rows, at, Row::condition(group, Condition::default()));
        }
        Press::AddGroup(group) if rows.get(group).is_some_and(Row::is_group) => {
            let at = end_of(&rows, group);
            insert(&mut rows, at, Row::group(group, Match::Any));
            insert(&mut rows, at + 1, Row::condition(at, Condition::default()));
        }
        Press::Remove(row) if row > 0 && row < rows.len() => {
            let end = end_of(&rows, row);
            rows.drain(row..end);
            for one in &mut rows {
                if one.parent >= end {
                    one.parent -= end - row;
                }
            }
        }
        _ => {}
    }
    rows
}

fn insert(rows: &mut Vec<Row>, at: usize, row: Row) {
    for one in &mut *rows {
        if one.parent >= at {
            one.parent += 1;
        }
    }
    rows.insert(at.min(rows.len()), row);
}

/// Behind a row and all that stands in it.
fn end_of(rows: &[Row], row: usize) -> usize {
    let mut end = row + 1;
    while rows.get(end).is_some_and(|next| next.parent >= row) {
        end += 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(field: &str) -> Node {
        Node::Condition(Condition {
            field: field.into(),
            ..Condition::default()
        })
    }

    /// a and any of (b, none of (c), d) and e
    fn example() -> Group {
        let none = Group {
            matches: Match::None,
            of: vec![named("c")],
        };
        let any = Group {
            matches: Match::Any,
            of: vec![named("b"), Node::Group(none), named("d")],
        };
        Group {
            matches: Match::All,
            of: vec![named("a"), Node::Group(any), named("e")],
        }
    }

    fn fields(rows: &[Row]) -> String {
        let one = |row: &Row| match (row.is_group(), row.field.as_str()) {
            (true, _) => "(".to_owned(),
            (false, "") => "?".to_owned(),
            (false, field) => field.to_owned(),
        };
        rows.iter().map(one).collect()
    }

    #[test]
    fn a_tree_is_rows_and_back() {
        let rows = rows(&example());
        assert_eq!(fields(&rows), "(a(b(cde");
        assert_eq!(tree(&rows), example());
        assert_eq!(level(&rows, 0), 1);
        assert_eq!(level(&rows, 4), 3);
    }

    #[test]
    fn a_form_that_came_back_has_the_rows_that_were_sent() {
        let input = |name: String, text: &str| (name, text.to_owned());
        let sent = [
            input(input_name(0, "match"), "all"),
            input(input_name(1, "parent"), "0"),
            input(input_name(1, "field"), "country"),
            input(input_name(1, "op"), "is"),
            input(values_name(1), "BE"),
            input(values_name(1), "FR"),
            input("form[name]".into(), "Belgians"),
            input(input_name(99_999_999, "field"), "x"),
        ];
        let rows = typed(&sent);
        assert_eq!(rows.len(), 2);
        assert!(rows[0].is_group());
        assert_eq!(rows[1].values, ["BE", "FR"]);
        assert_eq!(tree(&rows).conditions().len(), 1);
    }

    #[test]
    fn what_is_added_stands_at_the_end_of_its_group() {
        let all = rows(&example());
        let more = pressed(&all, Press::AddCondition(2));
        assert_eq!(fields(&more), "(a(b(cd?e");
        assert_eq!(tree(&more).conditions().len(), 6);
        let more = pressed(&all, Press::AddGroup(4));
        assert_eq!(fields(&more), "(a(b(c(?de");
        assert_eq!(tree(&more).depth(), 4);
        assert_eq!(
            tree(&pressed(&more, Press::Remove(6))),
            example(),
            "{more:?}"
        );
    }

    #[test]
    fn a_group_goes_with_all_that_stands_in_it() {
        let all = rows(&example());
        assert_eq!(fields(&pressed(&all, Press::Remove(2))), "(ae");
        assert_eq!(fields(&pressed(&all, Press::Remove(4))), "(a(bde");
        // The outermost group stays, and what is not there cannot go.
        for row in [0, 99] {
            assert_eq!(pressed(&all, Press::Remove(row)), all);
        }
        assert_eq!(pressed(&all, Press::AddCondition(1)), all);
    }

    #[test]
    fn rows_that_nobody_made_end_nowhere() {
        let own = |parent| Row::group(parent, Match::Any);
        // Its own parent, a later one, one that is not there.
        let strange = vec![own(0), own(1), own(9), own(2)];
        assert!(tree(&strange).is_empty());
        assert_eq!(level(&strange, 1), 5);
        assert!(tree(&[]).is_empty());
    }

    #[test]
    fn a_button_is_read_as_it_is_written() {
        for press in [
            Press::AddCondition(0),
            Press::AddGroup(12),
            Press::Remove(3),
            Press::Refresh,
        ] {
            assert_eq!(Press::read(&press.text()), Some(press));
        }
        assert_eq!(Press::read("save"), None);
        assert_eq!(Press::read("remove-x"), None);
    }
}
