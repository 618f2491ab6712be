//! A field of a form: label, input, hint, and the problem beside it, tied together for screen readers.
//! What stands in the input is what came back, else what the record has.

use leptos::prelude::*;

use super::page::{escaped, page};
use crate::model::AppError;

/// Everything about a field but its input.
#[component]
pub fn FieldFrame(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    /// Under which key an error speaks of it.
    #[prop(into)]
    key: String,
    #[prop(into)] error: Signal<Option<AppError>>,
    #[prop(optional)] required: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] hint: String,
    children: Children,
) -> impl IntoView {
    let language = page().language;
    let problem = {
        let key = key.clone();
        move || {
            error
                .get()
                .and_then(|error| Some(error.problems()?.get(&key)?.text(language)))
        }
    };
    let (problem_id, hint_id) = (format!("{id}-problem"), format!("{id}-hint"));
    let invalid = {
        let problem = problem.clone();
        move || problem().is_some()
    };
    view! {
        <div class="field" class:wide=wide class:invalid=invalid>
            <label for=id>{label}{required.then(|| view! { <span class="required" aria-hidden="true">" *"</span> })}</label>
            {children()}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
            {move || problem().map(|text| view! { <p class="problem" id=problem_id.clone()>{text}</p> })}
        </div>
    }
}

/// `aria-describedby` of a field's input: its hint and, where there is one, its problem.
pub fn described_by(
    id: &str,
    key: &str,
    hint: bool,
    error: Signal<Option<AppError>>,
) -> impl Fn() -> Option<String> + Clone + use<> {
    let (id, key) = (id.to_owned(), key.to_owned());
    move || {
        let invalid = error.get().is_some_and(|error| {
            error
                .problems()
                .is_some_and(|problems| problems.contains_key(&key))
        });
        match (hint, invalid) {
            (true, true) => Some(format!("{id}-problem {id}-hint")),
            (true, false) => Some(format!("{id}-hint")),
            (false, true) => Some(format!("{id}-problem")),
            (false, false) => None,
        }
    }
}

/// `aria-invalid` of a field's input.
pub fn is_invalid(
    key: &str,
    error: Signal<Option<AppError>>,
) -> impl Fn() -> Option<&'static str> + Clone + use<> {
    let key = key.to_owned();
    move || {
        error
            .get()?
            .problems()?
            .contains_key(&key)
            .then_some("true")
    }
}

/// A field with an `<input>`.
#[component]
pub fn InputField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into)] key: String,
    #[prop(into)] error: Signal<Option<AppError>>,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional, into)] value: String,
    #[prop(optional)] required: bool,
    #[prop(optional)] wide: bool,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] inputmode: Option<&'static str>,
) -> impl IntoView {
    let described = described_by(&id, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    view! {
        <FieldFrame id=id.clone() label key error required wide hint>
            <input id=id type=kind name=name value=value autocomplete=autocomplete inputmode=inputmode
                aria-required=required.then_some("true") aria-invalid=invalid aria-describedby=described />
        </FieldFrame>
    }
}

/// A field with a `<textarea>`.
#[component]
pub fn TextField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into)] key: String,
    #[prop(into)] error: Signal<Option<AppError>>,
    #[prop(into)] value: String,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: String,
) -> impl IntoView {
    let described = described_by(&id, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    view! {
        <FieldFrame id=id.clone() label key error wide=true required hint>
            // Leptos does not escape a textarea's content on the server.
            <textarea id=id name=name rows="5" aria-required=required.then_some("true") aria-invalid=invalid aria-describedby=described inner_html=escaped(&value)></textarea>
        </FieldFrame>
    }
}

/// An option of a `<select>`: its value, its label, whether it is chosen.
pub type Choice = (String, String, bool);

/// A field with a `<select>`.
#[component]
pub fn SelectField(
    #[prop(into)] id: String,
    #[prop(into)] label: String,
    #[prop(into)] name: String,
    #[prop(into)] key: String,
    #[prop(into)] error: Signal<Option<AppError>>,
    choices: Vec<Choice>,
    #[prop(optional)] required: bool,
    #[prop(optional, into)] hint: String,
) -> impl IntoView {
    let described = described_by(&id, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    view! {
        <FieldFrame id=id.clone() label key error required hint>
            <select id=id name=name aria-required=required.then_some("true") aria-invalid=invalid aria-describedby=described>
                {options(choices)}
            </select>
        </FieldFrame>
    }
}

pub fn options(choices: Vec<Choice>) -> impl IntoView {
    choices
        .into_iter()
        .map(
            |(value, label, chosen)| view! { <option value=value selected=chosen>{label}</option> },
        )
        .collect_view()
}
