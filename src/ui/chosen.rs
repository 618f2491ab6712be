//! Several things chosen one by one: each an item with a button to take it out, and a combobox that adds the next.
//! Each one chosen is a hidden input, so that a form sends them as they are.

use leptos::prelude::*;

use super::{
    combobox::{Combobox, Item, Items},
    icon::{Glyph, Icon},
    page::page,
};
use crate::texts;

texts! {
    REMOVE = "Remove {name}" | "Retirer {name}" | "{name} verwijderen";
}

/// What can be chosen: among all there are, or among what is asked for while one types.
#[derive(Clone, Copy)]
pub enum Offered {
    All(StoredValue<Vec<Item>>),
    Asked(Items),
}

#[component]
pub fn Chosen(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    offered: Offered,
    picked: RwSignal<Vec<Item>>,
    /// The name and the value of the input of one that is chosen.
    #[prop(into)]
    input: Callback<Item, (String, String)>,
    /// Told after each change.
    #[prop(optional, into)]
    change: Option<Callback<()>>,
    /// Whether another one takes the place of the one before.
    #[prop(optional)]
    alone: bool,
) -> impl IntoView {
    // What is chosen already is offered no more.
    let left = StoredValue::new(Vec::new());
    let look = move || {
        if let Offered::All(all) = offered {
            let free = |item: &&Item| {
                picked.with_untracked(|picked| !picked.iter().any(|one| one.value == item.value))
            };
            left.set_value(all.with_value(|all| all.iter().filter(free).cloned().collect()));
        }
    };
    look();
    let items = match offered {
        Offered::All(_) => Items::All(left),
        Offered::Asked(items) => items,
    };
    let changed = move || {
        look();
        if let Some(change) = change {
            change.run(());
        }
    };
    let chosen = RwSignal::new(Item::default());
    let add = move |item: Item| {
        picked.update(|picked| {
            if alone {
                picked.clear();
            }
            if !picked.iter().any(|one| one.value == item.value) {
                picked.push(item);
            }
        });
        chosen.set(Item::default());
        changed();
    };
    let chip = move |item: Item| {
        let (name, value) = input.run(item.clone());
        let remove = REMOVE.with(page().language, &[("name", &item.shown)]);
        let shown = item.shown.clone();
        let take_out = move |_| {
            picked.update(|picked| picked.retain(|one| one.value != item.value));
            changed();
        };
        view! {
            <li>
                <input type="hidden" name=name value=value />
                <bdi>{shown}</bdi>
                <button type="button" aria-label=remove on:click=take_out><Icon glyph=Glyph::Close /></button>
            </li>
        }
    };
    view! {
        <ul class="chips" hidden=move || picked.with(Vec::is_empty)>
            <For each=move || picked.get() key=|item| item.value.clone() children=chip />
        </ul>
        <label class="visually-hidden" for=id.clone()>{label.clone()}</label>
        <Combobox id items chosen choose=add label />
    }
}
