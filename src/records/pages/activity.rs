//! The Activity panel: what happened to a record, newest first, in the reader's language.
//! Who was responsible when is part of it.

use chrono::{NaiveDateTime, Timelike};
use leptos::prelude::*;

use super::ACTIVITY;
use crate::{
    model::{
        RecordKind,
        activity::{Change, Entry, What},
    },
    texts,
    ui::page::{page, t},
};

texts! {
    EMPTY = "empty" | "vide" | "leeg";
    DELETED_FIELD = "a deleted field" | "un champ supprimé" | "een verwijderd veld";
}

#[component]
pub fn Activity(kind: RecordKind, entries: Memo<Vec<Entry>>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="activity">
            <h2 id="activity">{t(ACTIVITY)}</h2>
            <ol class="timeline">
                <For each=move || entries.get() key=|entry| entry.id let:entry>
                    <li>{one(kind, &entry)}</li>
                </For>
            </ol>
        </section>
    }
}

fn one(kind: RecordKind, entry: &Entry) -> impl IntoView + use<> {
    let language = page().language;
    let changes = match &entry.what {
        What::Changed(changes) => changes
            .iter()
            .map(|change| changed(kind, change))
            .collect_view(),
        _ => Vec::new(),
    };
    let changes = (!changes.is_empty()).then(|| view! { <ul class="changes">{changes}</ul> });
    view! {
        <p class="what" dir="auto">{entry.text(language)}</p>
        {changes}
        <p class="when"><time datetime=machine_readable(entry.at)>{language.moment(entry.at)}</time></p>
    }
}

fn changed(kind: RecordKind, change: &Change) -> impl IntoView + use<> {
    let language = page().language;
    let label = match (kind.field(&change.field), &change.label) {
        (Some(field), _) => field.label(language),
        (None, Some(label)) if !label.is_empty() => label,
        (None, Some(_)) => t(DELETED_FIELD),
        // A field that this version of Steward does not know any more keeps its key.
        (None, None) => &change.field,
    };
    let label = label.to_owned();
    let text = |value: &crate::model::Value| match value.show(language) {
        text if text.is_empty() => format!("({})", t(EMPTY)),
        text => text,
    };
    let (old, new) = (text(&change.old), text(&change.new));
    view! { <li><span class="field-name">{label}</span>": "<del>{old}</del>" → "<ins>{new}</ins></li> }
}

/// As `<time datetime>` wants it; written by hand, since a general formatter is large in the browser.
fn machine_readable(at: NaiveDateTime) -> String {
    format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())
}
