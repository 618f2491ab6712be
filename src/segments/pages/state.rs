//! What is being built: the rows of the filter, which change as one types, and the shape of their tree, which changes by
//! buttons. What is shown below waits until one pauses.

use std::time::Duration;

use leptos::prelude::*;

use super::fields::{Offer, Offers};
use crate::{
    model::{
        RecordKind,
        lists::{ListQuery, Sort},
        segments::{Broken, Filter, rows, rows::Press, rows::Row},
    },
    segments::Builder,
    ui::{focus, pause::Pause},
};

/// Counting begins when nothing has changed for so long.
const AFTER: Duration = Duration::from_millis(250);

#[derive(Clone, Copy)]
pub struct Building {
    pub kind: RecordKind,
    pub builder: StoredValue<Builder>,
    pub offers: StoredValue<Vec<Offers>>,
    rows: StoredValue<Vec<Row>>,
    columns: StoredValue<Vec<String>>,
    sort: StoredValue<Option<Sort>>,
    /// Grows whenever rows come or go.
    shape: RwSignal<u32>,
    /// What the list below is asked for.
    pub asked: RwSignal<ListQuery>,
    pub broken: RwSignal<Vec<Broken>>,
    pause: Pause,
}

impl Building {
    pub fn new(
        builder: Builder,
        offers: Vec<Offers>,
        rows: Vec<Row>,
        columns: Vec<String>,
        sort: Option<Sort>,
    ) -> Self {
        let kind = builder.kind;
        let of = Self {
            kind,
            builder: StoredValue::new(builder),
            offers: StoredValue::new(offers),
            rows: StoredValue::new(rows),
            columns: StoredValue::new(columns),
            sort: StoredValue::new(sort),
            shape: RwSignal::new(0),
            asked: RwSignal::new(ListQuery::default()),
            broken: RwSignal::new(Vec::new()),
            pause: Pause::new(),
        };
        of.asked.set(of.query());
        of
    }

    /// The rows as they are; asked for again when some come or go.
    pub fn rows(self) -> Vec<Row> {
        self.shape.track();
        self.rows.get_value()
    }

    pub fn row(self, n: usize) -> Row {
        let row = self.rows.with_value(|rows| rows.get(n).cloned());
        row.unwrap_or_default()
    }

    /// The list that the rows make.
    pub fn query(self) -> ListQuery {
        ListQuery {
            filter: Some(Filter(self.rows.with_value(|all| rows::tree(all)))),
            columns: self.columns.get_value(),
            sort: self.sort.get_value(),
            ..ListQuery::default()
        }
    }

    pub fn set(self, n: usize, change: impl FnOnce(&mut Row)) {
        self.rows.update_value(|rows| {
            if let Some(row) = rows.get_mut(n) {
                change(row);
            }
        });
        self.changed();
    }

    pub fn set_columns(self, columns: Vec<String>) {
        self.columns.set_value(columns);
        self.changed();
    }

    pub fn set_sort(self, sort: Option<Sort>) {
        self.sort.set_value(sort);
        self.changed();
    }

    fn changed(self) {
        self.pause.then(AFTER, move || {
            // Its own: the page may have gone meanwhile.
            let _ = self.asked.try_set(self.query());
        });
    }

    /// What a button does, without sending the form; the focus goes to what has come, or to where something went.
    pub fn press(self, press: Press) {
        let before = self.rows.get_value();
        let after = rows::pressed(&before, press);
        let focused = match press {
            Press::AddCondition(_) | Press::AddGroup(_) => (1..after.len())
                .find(|n| before.get(*n) != after.get(*n))
                .map(|n| match after.get(n).is_some_and(Row::is_group) {
                    true => field_id(n + 1),
                    false => field_id(n),
                }),
            Press::Remove(n) => before.get(n).map(|row| add_id(row.parent)),
            Press::Refresh => None,
        };
        self.rows.set_value(after);
        self.shape.update(|shape| *shape += 1);
        self.changed();
        if let Some(id) = focused {
            focus::on(id);
        }
    }

    pub fn offer(self, path: &str) -> Option<Offer> {
        self.offers.with_value(|all| {
            let mut fields = all.iter().flat_map(|offers| &offers.fields);
            fields.find(|offer| offer.path == path).cloned()
        })
    }
}

/// The input in which the field of a condition is chosen.
pub fn field_id(row: usize) -> String {
    format!("row-{row}-field")
}

/// The button that adds a condition to a group.
pub fn add_id(row: usize) -> String {
    format!("row-{row}-add")
}
