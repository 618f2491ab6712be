//! A text in which colleagues are mentioned: while one types "@" and letters, a list offers whom they may mean. The focus stays
//! in the text, as of a combobox; the list is one only while it is open, since a text that is typed is a text.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{
    combobox::{Item, found, option},
    field::{FieldFrame, described_by, is_invalid},
    listbox::{Active, Step},
    page::escaped,
};
use crate::model::{AppError, search};

/// Longer than this nobody's name is.
const LONGEST: usize = 80;

/// Who may be mentioned: asked for once somebody is about to be.
#[derive(Clone, Copy)]
pub struct Offers {
    found: RwSignal<Vec<Item>>,
    ask: Callback<RwSignal<Vec<Item>>>,
    asked: StoredValue<bool>,
}

impl Offers {
    /// `ask` fills the signal.
    pub fn new(ask: impl Fn(RwSignal<Vec<Item>>) + Send + Sync + 'static) -> Self {
        Self {
            found: RwSignal::new(Vec::new()),
            ask: Callback::new(ask),
            asked: StoredValue::new(false),
        }
    }

    fn ask(self) {
        if !self.asked.get_value() {
            self.asked.set_value(true);
            self.ask.run(self.found);
        }
    }
}

/// Whom somebody is about to mention who has typed this so far: where the at sign stands, and what follows it.
fn about_to_mention(before: &str) -> Option<(usize, &str)> {
    let at = before.rfind('@')?;
    let name = &before[at + 1..];
    let apart = |c: char| !c.is_alphanumeric();
    let fits = before[..at].chars().next_back().is_none_or(apart)
        && name.chars().next().is_none_or(char::is_alphanumeric)
        && !name.contains('\n')
        && name.chars().count() <= LONGEST;
    fits.then_some((at, name))
}

/// Those whom the letters behind an at sign may mean; nobody where a whole name is followed by something else.
fn meant(all: &[Item], name: &str) -> Vec<Item> {
    let whole = |item: &Item| item.label.eq_ignore_ascii_case(name.trim_end());
    if name.ends_with(char::is_whitespace) && all.iter().any(whole) {
        return Vec::new();
    }
    found(all, &search::typed(name))
}

#[derive(Clone, Copy)]
struct State {
    input: NodeRef<html::Textarea>,
    offers: Offers,
    /// What stands behind the at sign; `None` where nobody is about to be mentioned.
    name: RwSignal<Option<String>>,
    active: Active,
}

impl State {
    /// What stands before the caret, and behind it.
    fn around_caret(self) -> Option<(String, String)> {
        let input = self.input.get_untracked()?;
        let caret = usize::try_from(input.selection_start().ok()??).ok()?;
        // The browser counts in units of UTF-16.
        let units: Vec<u16> = input.value().encode_utf16().collect();
        let (before, after) = units.split_at_checked(caret)?;
        Some((
            String::from_utf16_lossy(before),
            String::from_utf16_lossy(after),
        ))
    }

    fn look(self) {
        let around = self.around_caret();
        let name = around
            .as_ref()
            .and_then(|(before, _)| about_to_mention(before));
        let name = name.map(|(_, name)| name.to_owned());
        if name == self.name.get_untracked() {
            return;
        }
        if name.is_some() {
            self.offers.ask();
        }
        self.active.set(name.is_some().then_some(0));
        self.name.set(name);
    }

    fn close(self) {
        self.name.set(None);
    }

    fn visible(self) -> Vec<Item> {
        let name = self.name.get();
        name.map(|name| self.offers.found.with(|all| meant(all, &name)))
            .unwrap_or_default()
    }

    /// Puts the name in the place of what was typed of it.
    fn take(self, item: &Item) {
        self.close();
        let (Some(input), Some((before, after))) =
            (self.input.get_untracked(), self.around_caret())
        else {
            return;
        };
        let Some((at, _)) = about_to_mention(&before) else {
            return;
        };
        let mut text = format!("{}@{}", &before[..at], item.label);
        if !after.starts_with(char::is_whitespace) {
            text.push(' ');
        }
        let caret = u32::try_from(text.encode_utf16().count()).unwrap_or_default();
        text.push_str(&after);
        input.set_value(&text);
        // Within the text that was just set, this does not fail.
        let _ = input.set_selection_range(caret, caret);
    }

    fn key(self, event: &KeyboardEvent) {
        // Keys that choose among the characters of an input method are not for us.
        if event.is_composing() {
            return;
        }
        let items = untrack(|| self.visible());
        if items.is_empty() {
            return;
        }
        match (event.key().as_str(), Step::of(&event.key())) {
            (_, Some(step @ (Step::Next | Step::Previous))) => self.active.go(step, items.len()),
            ("Tab", _) if event.shift_key() => return self.close(),
            ("Enter" | "Tab", _) => {
                let Some(item) = self.active.at().and_then(|at| items.get(at)) else {
                    return;
                };
                self.take(item);
            }
            ("Escape", _) => self.close(),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    }
}

/// A field with a `<textarea>` in which colleagues can be mentioned.
#[component]
pub fn MentionField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into)] key: String,
    #[prop(into)] error: Signal<Option<AppError>>,
    #[prop(into)] value: String,
    #[prop(into)] hint: String,
    /// What the list of colleagues is called.
    #[prop(into)]
    colleagues: String,
    offers: Offers,
    input: NodeRef<html::Textarea>,
) -> impl IntoView {
    let described = described_by(&id, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    let state = State {
        input,
        offers,
        name: RwSignal::new(None),
        active: Active::new(id.clone()),
    };
    let open = Memo::new(move |_| !state.visible().is_empty());
    let list_id = format!("{id}-list");
    let controls = list_id.clone();
    view! {
        <FieldFrame id=id.clone() label key error wide=true required=true hint>
            <div class="combobox">
                // Leptos does not escape a textarea's content on the server.
                <textarea id=id node_ref=input name=name rows="3" inner_html=escaped(&value)
                    aria-required="true" aria-invalid=invalid aria-describedby=described
                    role=move || open.get().then_some("combobox")
                    aria-autocomplete=move || open.get().then_some("list")
                    aria-haspopup=move || open.get().then_some("listbox")
                    aria-expanded=move || open.get().then_some("true")
                    aria-controls=move || open.get().then(|| controls.clone())
                    aria-activedescendant=move || open.get().then(|| state.active.descendant()).flatten()
                    on:input=move |_| state.look()
                    on:click=move |_| state.look()
                    on:keydown=move |event| state.key(&event)
                    on:keyup=move |event| if matches!(event.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End") { state.look() }
                    on:blur=move |_| state.close()></textarea>
                <ul id=list_id class="listbox" role="listbox" aria-label=colleagues hidden=move || !open.get()>
                    {move || list(state)}
                </ul>
            </div>
        </FieldFrame>
    }
}

fn list(state: State) -> impl IntoView {
    let items = state.visible().into_iter().enumerate();
    let take = Callback::new(move |item: Item| state.take(&item));
    items
        .map(|(n, item)| option(state.active, n, item, false, take))
        .collect_view()
}

#[cfg(test)]
mod tests {
    use super::{Item, about_to_mention, meant};

    #[test]
    fn an_at_sign_that_no_word_ends_with_begins_a_mention() {
        for (before, name) in [
            ("@", Some((0, ""))),
            ("Hi @em", Some((3, "em"))),
            ("é\n(@Emma Jan", Some((4, "Emma Jan"))),
            ("mail@example", None),
            ("@ em", None),
            ("@em\n", None),
            ("em", None),
        ] {
            assert_eq!(about_to_mention(before), name, "{before}");
        }
    }

    #[test]
    fn a_whole_name_and_a_blank_mean_nobody_any_more() {
        let item = |label: &str| Item {
            label: label.into(),
            ..Item::default()
        };
        let all = [item("Emma Janssens"), item("Sofia Rossi")];
        let labels = |name: &str| -> Vec<String> {
            meant(&all, name)
                .into_iter()
                .map(|item| item.label)
                .collect()
        };
        assert_eq!(labels(""), ["Emma Janssens", "Sofia Rossi"]);
        assert_eq!(labels("ja"), ["Emma Janssens"]);
        assert_eq!(labels("emma "), ["Emma Janssens"]);
        assert_eq!(labels("Emma Janssens"), ["Emma Janssens"]);
        assert!(labels("Emma Janssens ").is_empty());
        assert!(labels("Emma Janssens will").is_empty());
    }
}
