//! Ticking records of a list. The ticks belong to one plain form that leads to the page on which one chooses what to do; it also
//! leads there with all of the list.

use std::collections::BTreeSet;

use leptos::prelude::*;

use crate::{
    model::{
        RecordId, RecordKind, Text,
        bulk::Selection,
        language::Plural,
        lists::{ListQuery, Place},
    },
    texts,
    ui::page::{page, t},
};

texts! {
    SELECT = "Select" | "Sélectionner" | "Selecteren";
    SELECT_ONE = "Select {name}" | "Sélectionner {name}" | "{name} selecteren";
    SELECT_PAGE = "Select all on this page" | "Tout sélectionner sur cette page" | "Alles op deze pagina selecteren";
    CHANGE_SELECTED = "Change selected" | "Modifier la sélection" | "Selectie wijzigen";
    CHANGE_WHOLE = "Change all" | "Tout modifier" | "Alles wijzigen";
    CHANGE_ALL = "Change all {n}" | "Modifier les {n}" | "Alle {n} wijzigen";
}

const SELECTED: Plural = Plural {
    one: Text::new("{n} selected", "{n} sélectionné", "{n} geselecteerd"),
    other: Text::new("{n} selected", "{n} sélectionnés", "{n} geselecteerd"),
};

/// The form that the ticks belong to.
const FORM: &str = "select-records";

/// The records that are ticked, as far as scripts know.
#[derive(Clone, Copy)]
pub struct Ticked {
    ticked: RwSignal<BTreeSet<RecordId>>,
    /// All on the page.
    page: StoredValue<Vec<RecordId>>,
}

impl Ticked {
    pub fn new(page: Vec<RecordId>) -> Self {
        Self {
            ticked: RwSignal::new(BTreeSet::new()),
            page: StoredValue::new(page),
        }
    }

    fn is(self, id: RecordId) -> bool {
        self.ticked.with(|ticked| ticked.contains(&id))
    }

    fn all(self) -> bool {
        let n = self.page.with_value(Vec::len);
        n > 0 && self.ticked.with(BTreeSet::len) == n
    }

    fn set(self, id: RecordId, is: bool) {
        self.ticked.update(|ticked| {
            if is {
                ticked.insert(id);
            } else {
                ticked.remove(&id);
            }
        });
    }

    fn set_all(self, is: bool) {
        let page = self.page.get_value();
        let all = if is {
            page.into_iter().collect()
        } else {
            BTreeSet::new()
        };
        self.ticked.set(all);
    }
}

/// How many are ticked, and what leads on with them.
#[component]
pub fn Bar(
    kind: RecordKind,
    query: ListQuery,
    total: Option<i64>,
    ticked: Ticked,
) -> impl IntoView {
    let page = page();
    let language = page.language;
    let all = Selection::All(Box::new(ListQuery {
        page: Place::First,
        ..query
    }));
    let change_all = match total {
        Some(total) => CHANGE_ALL.with(language, &[("n", &language.integer(total))]),
        None => t(CHANGE_WHOLE).to_owned(),
    };
    let count = move || ticked.ticked.with(BTreeSet::len);
    let said = move || {
        let n = i64::try_from(count()).unwrap_or_default();
        page.hydrated().then(|| SELECTED.of(language, n))
    };
    // Without scripts nobody knows how many are ticked: then the page behind it says that nothing is.
    let none = move || page.hydrated() && count() == 0;
    view! {
        <form id=FORM method="get" action=format!("/{}/bulk", kind.path()) class="select-bar">
            <p class="selected" aria-live="polite">{said}</p>
            <button type="submit" class="button" disabled=none>{t(CHANGE_SELECTED)}</button>
            <a class="button quiet" href=all.address(kind)>{change_all}</a>
        </form>
    }
}

/// The heading of the ticks; with scripts it ticks all on the page.
#[component]
pub fn SelectAll(ticked: Ticked) -> impl IntoView {
    let page = page();
    let tick = move || {
        if page.hydrated() {
            view! {
                <input type="checkbox" aria-label=t(SELECT_PAGE) prop:checked=move || ticked.all()
                    on:change=move |event| ticked.set_all(event_target_checked(&event)) />
            }
            .into_any()
        } else {
            view! { <span class="visually-hidden">{t(SELECT)}</span> }.into_any()
        }
    };
    view! { <th scope="col" class="choose">{tick}</th> }
}

#[component]
pub fn SelectOne(id: RecordId, name: String, ticked: Ticked) -> impl IntoView {
    let label = SELECT_ONE.with(page().language, &[("name", &name)]);
    view! {
        <td class="choose">
            <input type="checkbox" form=FORM name="records" value=id.to_string() aria-label=label autocomplete="off"
                prop:checked=move || ticked.is(id) on:change=move |event| ticked.set(id, event_target_checked(&event)) />
        </td>
    }
}
