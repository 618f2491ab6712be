//! The combobox: an input that opens a list, filters it as one types, and takes one of its options.
//! Keyboard and roles follow the ARIA pattern "editable combobox with list autocomplete".

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    icon::{Glyph, Icon},
    listbox::{Active, Step},
};
use crate::{model::search, texts};

texts! {
    NO_MATCH = "No match" | "Aucun résultat" | "Geen resultaat";
}

/// Something that can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// What is sent; empty for nobody or nothing.
    pub value: String,
    /// What the list shows.
    pub label: String,
    /// What the input shows once it is chosen.
    pub shown: String,
    /// What tells it from another of the same name.
    pub hint: String,
    /// What else finds it, such as the names of a colleague's teams.
    pub words: String,
}

/// Where the items come from while one types.
#[derive(Clone, Copy)]
pub enum Items {
    /// All there are; the combobox filters.
    All(StoredValue<Vec<Item>>),
    /// Those for what was typed, asked for anew each time.
    Asked {
        found: RwSignal<Vec<Item>>,
        ask: Callback<String>,
    },
}

#[derive(Clone, Copy)]
struct State {
    items: Items,
    chosen: RwSignal<Item>,
    choose: Callback<Item>,
    input: NodeRef<html::Input>,
    open: RwSignal<bool>,
    /// What was typed since it opened; `None` until then, when everything is listed.
    typed: RwSignal<Option<String>>,
    active: Active,
}

impl State {
    fn visible(self) -> Vec<Item> {
        match self.items {
            Items::Asked { found, .. } => found.get(),
            Items::All(all) => {
                let wanted = self
                    .typed
                    .get()
                    .map(|typed| search::typed(&typed))
                    .unwrap_or_default();
                let fits = |item: &Item| {
                    let mut words = search::words(&item.label);
                    words.extend(search::words(&item.words));
                    wanted
                        .iter()
                        .all(|typed| words.iter().any(|word| word.starts_with(typed.as_str())))
                };
                all.with_value(|all| all.iter().filter(|item| fits(item)).cloned().collect())
            }
        }
    }

    fn open(self) {
        if self.open.get_untracked() {
            return;
        }
        self.typed.set(None);
        if let Items::Asked { ask, .. } = self.items {
            ask.run(String::new());
        }
        let chosen = self.chosen.get_untracked().value;
        let at = untrack(|| self.visible())
            .iter()
            .position(|item| item.value == chosen);
        self.open.set(true);
        self.active.set(Some(at.unwrap_or(0)));
        self.select();
    }

    /// What is typed replaces the name that stands there.
    fn select(self) {
        if let Some(input) = self.input.get_untracked() {
            input.select();
        }
    }

    /// Closes, and shows again what is chosen.
    fn close(self) {
        self.open.set(false);
        self.typed.set(None);
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&self.chosen.get_untracked().shown);
        }
    }

    fn take(self, item: Item) {
        self.chosen.set(item.clone());
        self.close();
        self.choose.run(item);
    }

    fn typed(self, text: String) {
        self.open.set(true);
        self.active.set(Some(0));
        if let Items::Asked { ask, .. } = self.items {
            ask.run(text.clone());
        }
        self.typed.set(Some(text));
    }

    fn key(self, event: &KeyboardEvent) {
        let open = self.open.get_untracked();
        match (event.key().as_str(), Step::of(&event.key())) {
            (_, Some(Step::Next | Step::Previous)) if !open => self.open(),
            (_, Some(step)) if open => self.active.go(step, untrack(|| self.visible()).len()),
            ("Enter", _) if open => {
                let items = untrack(|| self.visible());
                if let Some(item) = self.active.at().and_then(|at| items.into_iter().nth(at)) {
                    self.take(item);
                }
            }
            ("Escape", _) if open => self.close(),
            ("Tab", _) => return self.close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// The input with its list. The caller labels it by `id`, and keeps what is chosen.
#[component]
pub fn Combobox(
    #[prop(into)] id: String,
    items: Items,
    chosen: RwSignal<Item>,
    #[prop(into)] choose: Callback<Item>,
    /// The label once more, for the list.
    #[prop(into)]
    label: String,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] invalid: Signal<bool>,
    #[prop(optional, into)] described_by: Signal<Option<String>>,
) -> impl IntoView {
    let state = State {
        items,
        chosen,
        choose,
        input: NodeRef::new(),
        open: RwSignal::new(false),
        typed: RwSignal::new(None),
        active: Active::new(id.clone()),
    };
    // What is chosen from outside, such as a former value that comes back, shows too.
    Effect::new(move |_| {
        let shown = chosen.get().shown;
        if let Some(input) = state.input.get() {
            input.set_value(&shown);
        }
    });
    let list_id = format!("{id}-list");
    let active_id = move || {
        let open = state.open.get();
        open.then(|| state.active.descendant()).flatten()
    };
    view! {
        <div class="combobox">
            <input id=id node_ref=state.input type="text" role="combobox" autocomplete="off" spellcheck="false"
                value=chosen.get_untracked().shown
                aria-autocomplete="list" aria-haspopup="listbox" aria-controls=list_id.clone()
                aria-expanded=move || if state.open.get() { "true" } else { "false" }
                aria-activedescendant=active_id
                aria-required=required.then_some("true")
                aria-invalid=move || invalid.get().then_some("true")
                aria-describedby=move || described_by.get()
                on:focus=move |_| state.select()
                on:click=move |_| state.open()
                on:input=move |event| state.typed(event_target_value(&event))
                on:keydown=move |event| state.key(&event)
                on:blur=move |_| state.close() />
            <Icon glyph=Glyph::Chevron class="chevron" />
            <ul id=list_id class="listbox" role="listbox" aria-label=label hidden=move || !state.open.get()>
                {move || list(state)}
            </ul>
        </div>
    }
}

fn list(state: State) -> impl IntoView {
    if !state.open.get() {
        return ().into_any();
    }
    let items = state.visible();
    if items.is_empty() {
        return view! { <li class="no-option" role="option" aria-disabled="true" aria-selected="false">{super::page::t(NO_MATCH)}</li> }.into_any();
    }
    let chosen = state.chosen.get_untracked().value;
    items
        .into_iter()
        .enumerate()
        .map(|(n, item)| {
            let selected = item.value == chosen;
            let taken = item.clone();
            view! {
                <li class="option" role="option" id=state.active.option_id(n)
                    aria-selected=if selected { "true" } else { "false" }
                    data-active=move || state.active.is(n).then_some("")
                    // Before the input loses the focus, and with it the list.
                    on:mousedown=move |event| event.prevent_default()
                    on:click=move |_| state.take(taken.clone())>
                    <bdi>{item.label}</bdi>
                    {(!item.hint.is_empty()).then(|| view! { <span class="hint">{format!(" {}", item.hint)}</span> })}
                </li>
            }
        })
        .collect_view()
        .into_any()
}
