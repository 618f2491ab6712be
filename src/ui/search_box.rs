//! The search over everything, in the header: what is found shows below it as one types, grouped; arrow keys choose, Enter
//! opens. Ctrl+K leads here from everywhere. Without scripts, and where nothing is chosen, its form leads to the page of
//! results; on that page the results follow what is typed, and nothing covers them.

use std::future::Future;

use leptos::{
    ev::{self, KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{
    SEARCH,
    asking::{Asking, PAUSE},
    focus,
    icon::{Glyph, Icon},
    listbox::{Active, Step},
    page::t,
    pause::Pause,
};
use crate::model::lists::encoded;

/// Something that was found: the page it leads to, its name, and what tells it from another of the same name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    pub address: String,
    pub label: String,
    pub hint: String,
}

/// What was found of one sort: the first of so many, and the way to all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub label: &'static str,
    pub count: String,
    pub hits: Vec<Hit>,
    pub all: Hit,
}

/// The answer to what was typed, and how it is summed up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub groups: Vec<Group>,
    pub said: String,
}

impl Found {
    /// Where the options lead, in the order of the list.
    fn addresses(&self) -> impl Iterator<Item = &str> {
        let groups = self.groups.iter();
        let hits = groups.flat_map(|group| group.hits.iter().chain([&group.all]));
        hits.map(|hit| hit.address.as_str())
    }
}

/// The id of the results on their page: the arrow keys lead from the box to the links in it.
pub const RESULTS: &str = "results";
const ID: &str = "search";
const POPUP: &str = "search-found";

#[derive(Clone, Copy)]
struct State {
    input: NodeRef<html::Input>,
    asking: Asking<Found>,
    active: Active,
    /// Whether what is found may show: one types, and has not pressed Escape.
    open: RwSignal<bool>,
    /// An arrow key was pressed before the answer came.
    ahead: StoredValue<bool>,
    page: &'static str,
    on_page: Signal<bool>,
    pause: Pause,
    /// The last text that the page of results was sent for from here.
    sent: StoredValue<String>,
    go: Callback<(String, bool)>,
}

impl State {
    fn text(self) -> String {
        let input = self.input.get_untracked();
        input
            .map(|input| input.value().trim().to_owned())
            .unwrap_or_default()
    }

    fn write(self, text: &str) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(text);
        }
    }

    fn typed(self) {
        self.active.set(None);
        self.ahead.set_value(false);
        let text = self.text();
        if self.on_page.get_untracked() {
            self.pause.then(PAUSE, move || self.results(true));
        } else if text.is_empty() {
            self.close();
            self.asking.forget();
        } else {
            self.open.set(true);
            self.asking.after_pause(text);
        }
    }

    /// To the page of results, or on it to those for what is typed now.
    fn results(self, replace: bool) {
        self.pause.cancel();
        let text = self.text();
        let address = match text.as_str() {
            "" => self.page.to_owned(),
            text => format!("{}?q={}", self.page, encoded(text)),
        };
        self.sent.set_value(text);
        self.go.run((address, replace));
    }

    fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    /// What was looked for is found.
    fn leave(self) {
        self.close();
        self.asking.forget();
        self.write("");
        if let Some(input) = self.input.get_untracked() {
            // The page that comes takes the focus.
            let _ = input.blur();
        }
    }

    fn shown(self) -> Option<Found> {
        if self.open.get() {
            self.asking.answer()
        } else {
            None
        }
    }

    fn step(self, step: Step) {
        if self.on_page.get_untracked() {
            if let Some(results) = document().get_element_by_id(RESULTS) {
                focus::among(&results, "a", step);
            }
            return;
        }
        self.open.set(!self.text().is_empty());
        match untrack(|| self.shown()) {
            Some(found) => self.active.go(step, found.addresses().count()),
            None => self.ahead.set_value(step == Step::Next),
        }
    }

    fn key(self, event: &KeyboardEvent) {
        // Keys that choose among the characters of an input method are not for us.
        if event.is_composing() {
            return;
        }
        match (event.key().as_str(), Step::of(&event.key())) {
            (_, Some(step @ (Step::Next | Step::Previous))) => self.step(step),
            ("Escape", _) if untrack(|| self.shown()).is_some() => self.close(),
            ("Enter", _) => {
                let found = untrack(|| self.shown()).unwrap_or_default();
                let at = self.active.at();
                let Some(address) = at.and_then(|at| found.addresses().nth(at)) else {
                    return;
                };
                self.leave();
                self.go.run((address.to_owned(), false));
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        self.close();
        self.asking.forget();
        self.results(self.on_page.get_untracked());
    }
}

#[component]
pub fn SearchBox<F>(
    /// What is found for a text.
    ask: impl Fn(String) -> F + Send + Sync + 'static,
    /// The address of the page of results.
    page: &'static str,
) -> impl IntoView
where
    F: Future<Output = Found> + Send + 'static,
{
    let location = use_location();
    let on_page = Memo::new(move |_| location.pathname.with(|path| path == page));
    let looked_for = Memo::new(move |_| {
        let of = |query: &leptos_router::params::ParamsMap| query.get("q").unwrap_or_default();
        if on_page.get() {
            location.query.with(of)
        } else {
            String::new()
        }
    });
    let navigate = use_navigate();
    let go = move |(address, replace): (String, bool)| {
        let options = NavigateOptions {
            replace,
            scroll: !replace,
            ..NavigateOptions::default()
        };
        navigate(&address, options);
    };
    let state = State {
        input: NodeRef::new(),
        asking: Asking::new(ask),
        active: Active::new(ID.to_owned()),
        open: RwSignal::new(false),
        ahead: StoredValue::new(false),
        page,
        on_page: on_page.into(),
        pause: Pause::new(),
        sent: StoredValue::new(looked_for.get_untracked()),
        go: Callback::new(go),
    };
    listen(state.input);
    // The box says what the page shows, but never less than one has typed meanwhile.
    Effect::new(move |_| {
        let text = looked_for.get();
        if state.sent.with_value(|sent| *sent != text.trim()) {
            state.write(&text);
            state.sent.set_value(text.trim().to_owned());
        }
    });
    Effect::new(move |_| {
        if state.asking.answer().is_some() {
            let ahead = state.ahead.get_value();
            state.ahead.set_value(false);
            state.active.set(ahead.then_some(0));
        }
    });
    let descendant = move || state.shown().and_then(|_| state.active.descendant());
    view! {
        <form class="topbar-search" role="search" aria-label=t(SEARCH) action=page on:submit=move |event| state.submit(&event)>
            <Icon glyph=Glyph::Search />
            <input node_ref=state.input id=ID type="search" name="q" value=looked_for.get_untracked() autocomplete="off" spellcheck="false"
                aria-label=t(SEARCH) placeholder=t(SEARCH) aria-keyshortcuts="Control+K"
                aria-autocomplete="list" aria-controls=POPUP aria-activedescendant=descendant
                on:input=move |_| state.typed()
                on:keydown=move |event| state.key(&event)
                on:blur=move |_| state.close() />
            <kbd aria-hidden="true">"Ctrl K"</kbd>
            {popup(state)}
            <p class="visually-hidden" aria-live="polite">{move || state.shown().map(|found| found.said)}</p>
        </form>
    }
}

/// Ctrl+K, wherever the focus is.
fn listen(input: NodeRef<html::Input>) {
    Effect::new(move |_| {
        let listening = window_event_listener(ev::keydown, move |event| {
            if (event.ctrl_key() || event.meta_key()) && event.key() == "k" {
                event.prevent_default();
                if let Some(input) = input.get_untracked() {
                    // An input that is shown takes the focus.
                    let _ = input.focus();
                    input.select();
                }
            }
        });
        on_cleanup(move || listening.remove());
    });
}

fn popup(state: State) -> impl IntoView {
    let groups = move || state.shown().map(|found| found.groups).unwrap_or_default();
    let nothing = move || {
        let found = state.shown().filter(|found| found.groups.is_empty());
        found.map(|found| view! { <p class="no-option">{found.said}</p> })
    };
    view! {
        <div class="found" hidden=move || state.shown().is_none()
            // Before the input loses the focus, and with it what was found.
            on:mousedown=move |event| event.prevent_default()>
            <div id=POPUP role="listbox" aria-label=t(SEARCH) hidden=move || groups().is_empty()>
                {move || listed(state, groups())}
            </div>
            <div>{nothing}</div>
        </div>
    }
}

fn listed(state: State, groups: Vec<Group>) -> impl IntoView {
    let mut n = 0;
    let mut option = |hit: Hit, class: &'static str| {
        let at = n;
        n += 1;
        view! {
            <a class=format!("option {class}") role="option" tabindex="-1" id=state.active.option_id(at) href=hit.address
                aria-selected=move || if state.active.is(at) { "true" } else { "false" }
                data-active=move || state.active.is(at).then_some("")
                on:click=move |_| state.leave()>
                <bdi>{hit.label}</bdi>
                {(!hit.hint.is_empty()).then(|| view! { " "<bdi class="hint">{hit.hint}</bdi> })}
            </a>
        }
    };
    groups
        .into_iter()
        .enumerate()
        .map(|(n, group)| {
            let label = format!("{POPUP}-{n}");
            let labelled_by = label.clone();
            let mut options: Vec<_> = group.hits.into_iter().map(|hit| option(hit, "")).collect();
            options.push(option(group.all, "all"));
            view! {
                <div role="group" aria-labelledby=labelled_by>
                    <div class="group-head"><span id=label>{group.label}</span>" "<span>{group.count}</span></div>
                    {options}
                </div>
            }
        })
        .collect_view()
}
