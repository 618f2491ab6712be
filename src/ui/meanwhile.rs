//! What a form says when somebody else saved first: who and when, and what is saved now.
//! Nothing that was typed is lost: it stands in the form below.

use leptos::prelude::*;

use super::page::{page, t};
use crate::{
    model::{AppError, Text},
    texts,
};

texts! {
    FIELD = "Field" | "Champ" | "Veld";
    NOW = "Saved now" | "Enregistré actuellement" | "Nu opgeslagen";
}

/// The message of a conflict, with a table of fields and the values that they have now.
#[component]
pub fn SavedMeanwhile(text: String, rows: Vec<(Text, String)>) -> impl IntoView {
    let shown = |value: String| {
        if value.is_empty() {
            String::from("–")
        } else {
            value
        }
    };
    let row = |(label, value): (Text, String)| view! { <tr><th scope="row">{t(label)}</th><td><bdi>{shown(value)}</bdi></td></tr> };
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table class="conflict">
                <thead><tr><th scope="col">{t(FIELD)}</th><th scope="col">{t(NOW)}</th></tr></thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
    });
    view! { <div class="message warning" role="alert"><p>{text}</p>{table}</div> }
}

/// Above a plain form: what went wrong. `typed_and_saved` has what was typed beside what is saved, for each field by its
/// label; where somebody else saved first, those that differ are shown.
#[component]
pub fn FormProblem(
    #[prop(into)] error: Option<AppError>,
    typed_and_saved: Vec<(Text, String, String)>,
) -> impl IntoView {
    let language = page().language;
    error.map(|error| match error {
        AppError::Conflict(_) => {
            let differing = typed_and_saved
                .into_iter()
                .filter(|(_, typed, saved)| typed != saved);
            let rows = differing.map(|(label, _, saved)| (label, saved)).collect();
            view! { <SavedMeanwhile text=error.text(language) rows /> }.into_any()
        }
        other => {
            view! { <p class="message error" role="alert">{other.text(language)}</p> }.into_any()
        }
    })
}
