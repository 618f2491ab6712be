//! Which columns a segment shows, in which order, and by which it is sorted. Without scripts each column is a list of its
//! own to choose from; with them, items that move.

use leptos::prelude::*;

use super::state::Building;
use crate::{
    model::{
        catalogue::Field,
        lists::{MAX_COLUMNS, Sort},
    },
    texts,
    ui::{
        MOVE_DOWN, MOVE_UP,
        combobox::{Combobox, Item, Items},
        field::{Choice, options},
        focus,
        icon::{Glyph, Icon},
        page::{page, t},
    },
};

texts! {
    COLUMNS = "Columns" | "Colonnes" | "Kolommen";
    COLUMNS_HINT = "Without any, the list shows its usual columns." | "Sans choix, la liste montre ses colonnes habituelles." | "Zonder keuze toont de lijst haar gewone kolommen.";
    COLUMN_N = "Column {n}" | "Colonne {n}" | "Kolom {n}";
    ADD_COLUMN = "Add column" | "Ajouter une colonne" | "Kolom toevoegen";
    REMOVE_COLUMN = "Remove column {name}" | "Retirer la colonne {name}" | "Kolom {name} verwijderen";
    SORTED_BY = "Sorted by" | "Trié par" | "Gesorteerd op";
    USUAL = "The list’s own order" | "L’ordre habituel de la liste" | "De gewone volgorde van de lijst";
    DESCENDING = "{name}, descending" | "{name}, décroissant" | "{name}, aflopend";
}

/// More lists to choose from than there are columns.
const MORE: usize = 3;
const NAME: &str = "form[columns][]";

/// The fields of the list's own kind, each with what it is called.
fn known(of: Building) -> Vec<(String, String)> {
    let language = page().language;
    of.offers.with_value(|all| {
        let own = all.first().into_iter().flat_map(|offers| &offers.fields);
        own.map(|offer| (offer.path.clone(), offer.field.label(language).to_owned()))
            .collect()
    })
}

#[component]
pub fn Columns(of: Building) -> impl IntoView {
    let page = page();
    let all = StoredValue::new(known(of));
    view! {
        <fieldset class="columns">
            <legend>{t(COLUMNS)}</legend>
            <p class="hint">{t(COLUMNS_HINT)}</p>
            {move || {
                if page.hydrated() {
                    view! { <Moving of all /> }.into_any()
                } else {
                    view! { <Lists of all /> }.into_any()
                }
            }}
        </fieldset>
    }
}

#[component]
fn Lists(of: Building, all: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    let chosen = of.query().columns;
    let count = (chosen.len() + MORE).min(MAX_COLUMNS);
    let list = |n: usize| {
        let label = COLUMN_N.with(page().language, &[("n", &(n + 1).to_string())]);
        let now = chosen.get(n).cloned().unwrap_or_default();
        let mut choices: Vec<Choice> = vec![(String::new(), String::new(), now.is_empty())];
        all.with_value(|all| {
            let choice =
                |(key, label): &(String, String)| (key.clone(), label.clone(), *key == now);
            choices.extend(all.iter().map(choice));
        });
        view! { <select name=NAME aria-label=label>{options(choices)}</select> }
    };
    view! { <div class="column-lists">{(0..count).map(list).collect_view()}</div> }
}

#[component]
fn Moving(of: Building, all: StoredValue<Vec<(String, String)>>) -> impl IntoView {
    let picked = RwSignal::new(of.query().columns);
    let label_of = move |key: &str| {
        let label =
            all.with_value(|all| all.iter().find(|(k, _)| k == key).map(|(_, l)| l.clone()));
        label.unwrap_or_else(|| key.to_owned())
    };
    let change = move |act: &dyn Fn(&mut Vec<String>)| {
        picked.update(|keys| act(keys));
        of.set_columns(picked.get_untracked());
    };
    let item = move |(n, key): (usize, String)| {
        let language = page().language;
        let label = label_of(&key);
        let named = [("name", label.as_str())];
        let (up, down) = (
            MOVE_UP.with(language, &named),
            MOVE_DOWN.with(language, &named),
        );
        let remove = REMOVE_COLUMN.with(language, &named);
        let last = picked.with_untracked(Vec::len).saturating_sub(1);
        let swap = move |with: usize, way: &'static str| {
            change(&|keys| keys.swap(n, with));
            focus::on(format!("column-{with}-{way}"));
        };
        view! {
            <li>
                <input type="hidden" name=NAME value=key />
                <span><bdi>{label}</bdi></span>
                <button type="button" class="icon-button" id=format!("column-{n}-up") disabled={n == 0} aria-label=up
                    on:click=move |_| swap(n - 1, "up")><Icon glyph=Glyph::Up /></button>
                <button type="button" class="icon-button" id=format!("column-{n}-down") disabled={n == last} aria-label=down
                    on:click=move |_| swap(n + 1, "down")><Icon glyph=Glyph::Down /></button>
                <button type="button" class="icon-button" aria-label=remove
                    on:click=move |_| { change(&|keys| { keys.remove(n); }); focus::on(ADD.to_owned()); }><Icon glyph=Glyph::Close /></button>
            </li>
        }
    };
    let offered = StoredValue::new(Vec::new());
    let look = move || {
        let free = all.with_value(|all| {
            let free = |(key, _): &&(String, String)| picked.with(|keys| !keys.contains(key));
            let free = all.iter().filter(free).map(|(key, label)| Item {
                value: key.clone(),
                label: label.clone(),
                shown: label.clone(),
                ..Item::default()
            });
            free.collect()
        });
        offered.set_value(free);
    };
    Effect::new(move |_| look());
    let chosen = RwSignal::new(Item::default());
    let add = move |item: Item| {
        change(&|keys| {
            if keys.len() < MAX_COLUMNS {
                keys.push(item.value.clone());
            }
        });
        chosen.set(Item::default());
    };
    view! {
        <ol class="moving">{move || picked.get().into_iter().enumerate().map(item).collect_view()}</ol>
        <label class="visually-hidden" for=ADD>{t(ADD_COLUMN)}</label>
        <Combobox id=ADD items=Items::All(offered) chosen choose=add label=t(ADD_COLUMN) />
    }
}

const ADD: &str = "add-column";

#[component]
pub fn Sorting(of: Building) -> impl IntoView {
    let language = page().language;
    let now = of.query().sort;
    let choice = |field: &Field, descending: bool| {
        let sort = Sort {
            field: field.key().to_owned(),
            descending,
        };
        let label = field.label(language).to_owned();
        let label = if descending {
            DESCENDING.with(language, &[("name", &label)])
        } else {
            label
        };
        (sort.text(), label, now.as_ref() == Some(&sort))
    };
    let mut choices: Vec<Choice> = vec![(String::new(), t(USUAL).to_owned(), now.is_none())];
    for field in of.kind.fields().iter().filter(|field| field.sortable) {
        choices.push(choice(field, false));
        choices.push(choice(field, true));
    }
    let change = move |event| of.set_sort(Sort::read(of.kind, &event_target_value(&event)));
    view! {
        <div class="field">
            <label for="sort">{t(SORTED_BY)}</label>
            <select id="sort" name="form[sort]" on:change=change>{options(choices)}</select>
        </div>
    }
}
