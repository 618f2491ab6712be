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
    /// What else finds it, such as the names of a colleague's teams; typing one lists its items under it.
    pub groups: Vec<String>,
}

impl Item {
    /// Under which of its groups it is listed for what was typed, if at all: under none where its own name fits.
    fn place(&self, typed: &[String]) -> Option<Option<&str>> {
        let begin = |words: &[String]| {
            let all = |typed: &String| words.iter().any(|word| word.starts_with(typed.as_str()));
            typed.iter().all(all)
        };
        let mut words = search::words(&self.label);
        if begin(&words) {
            return Some(None);
        }
        let mut groups = self.groups.iter();
        if let Some(group) = groups.find(|group| begin(&search::words(group))) {
            return Some(Some(group));
        }
        // A name and a group: whom of it one means.
        words.extend(self.groups.iter().flat_map(|group| search::words(group)));
        begin(&words).then_some(None)
    }
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

/// What fits what was typed: by its own name first, then group by group.
pub(super) fn found(all: &[Item], typed: &[String]) -> Vec<Item> {
    let fitting = all
        .iter()
        .filter_map(|item| Some((item.place(typed)?, item)));
    let mut fitting: Vec<_> = fitting.collect();
    fitting.sort_by_key(|(group, _)| *group);
    let listed = |(group, item): (Option<&str>, &Item)| Item {
        groups: group.into_iter().map(ToOwned::to_owned).collect(),
        ..item.clone()
    };
    fitting.into_iter().map(listed).collect()
}

impl State {
    /// What the list shows, each with the group that it is listed under alone.
    fn visible(self) -> Vec<Item> {
        match self.items {
            Items::Asked { found, .. } => found.get(),
            Items::All(all) => {
                let wanted = self
                    .typed
                    .get()
                    .map(|typed| search::typed(&typed))
                    .unwrap_or_default();
                all.with_value(|all| found(all, &wanted))
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
    let groups: Vec<_> = items
        .iter()
        .map(|item| item.groups.first().cloned())
        .collect();
    let options: Vec<AnyView> = items
        .into_iter()
        .enumerate()
        .map(|(n, item)| {
            let selected = item.value == chosen;
            option(
                state.active,
                n,
                item,
                selected,
                Callback::new(move |item| state.take(item)),
            )
        })
        .collect();
    in_groups(groups, options).into_any()
}

/// One option of a list, which is taken by a click.
pub(super) fn option(
    active: Active,
    n: usize,
    item: Item,
    selected: bool,
    take: Callback<Item>,
) -> AnyView {
    let taken = item.clone();
    // Its name is what it is called; what tells it from another of that name describes it.
    let hint_id = (!item.hint.is_empty()).then(|| format!("{}-hint", active.option_id(n)));
    let (name, described) = (
        hint_id.as_ref().map(|_| item.label.clone()),
        hint_id.clone(),
    );
    view! {
        <li class="option" role="option" id=active.option_id(n) aria-label=name aria-describedby=described
            aria-selected=if selected { "true" } else { "false" }
            data-active=move || active.is(n).then_some("")
            // Before the input loses the focus, and with it the list.
            on:mousedown=move |event| event.prevent_default()
            on:click=move |_| take.run(taken.clone())>
            <bdi>{item.label}</bdi>
            {hint_id.map(|id| view! { <span class="hint" id=id>{format!(" {}", item.hint)}</span> })}
        </li>
    }
    .into_any()
}

/// Options that follow one another in the same group, with its name above them.
fn in_groups(groups: Vec<Option<String>>, options: Vec<AnyView>) -> impl IntoView {
    let mut parts: Vec<(Option<String>, Vec<AnyView>)> = Vec::new();
    for (group, option) in groups.into_iter().zip(options) {
        match parts.last_mut() {
            Some((known, part)) if *known == group => part.push(option),
            _ => parts.push((group, vec![option])),
        }
    }
    let part = |(group, options): (Option<String>, Vec<AnyView>)| {
        let Some(name) = group else {
            return options.into_any();
        };
        let label = name.clone();
        view! {
            <li class="option-group" role="none">
                <span aria-hidden="true"><bdi>{name}</bdi></span>
                <ul role="group" aria-label=label>{options}</ul>
            </li>
        }
        .into_any()
    };
    parts.into_iter().map(part).collect_view()
}

#[cfg(test)]
mod tests {
    use super::{Item, found};
    use crate::model::search;

    fn item(label: &str, groups: &[&str]) -> Item {
        Item {
            label: label.into(),
            groups: groups.iter().map(ToString::to_string).collect(),
            ..Item::default()
        }
    }

    /// The labels that fit, each behind the group that it is listed under.
    fn listed(typed: &str) -> Vec<String> {
        let all = [
            item("Nobody", &[]),
            item("Nora Peeters (me)", &["South"]),
            item("Emma Janssens", &["North", "Northern lights"]),
            item("Lucas Martin", &["North"]),
            item("Sofia Rossi", &["South"]),
        ];
        let found = found(&all, &search::typed(typed));
        let shown = found
            .into_iter()
            .map(|item| format!("{}:{}", item.groups.concat(), item.label));
        shown.collect()
    }

    #[test]
    fn whoever_fits_by_his_own_name_comes_before_the_members_of_a_team_that_fits() {
        assert_eq!(
            listed("no"),
            [
                ":Nobody",
                ":Nora Peeters (me)",
                "North:Emma Janssens",
                "North:Lucas Martin"
            ]
        );
        assert_eq!(
            listed("north"),
            ["North:Emma Janssens", "North:Lucas Martin"]
        );
        assert_eq!(listed("s"), [":Sofia Rossi", "South:Nora Peeters (me)"]);
    }

    #[test]
    fn a_team_and_a_name_find_whom_of_the_team_one_means() {
        assert_eq!(listed("north em"), [":Emma Janssens"]);
        assert!(listed("south em").is_empty());
    }
}
