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
    ui::page::{page, t},
};

#[component]
pub fn Activity(kind: RecordKind, entries: Memo<Vec<Entry>>) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="activity">
            <h2 id="activity">{t(ACTIVITY)}</h2>
            <ol class="timeline">
                <For each=move || entries.get() key=|entry| entry.id let:entry>
                    <li id=entry.anchor()>{one(kind, &entry)}</li>
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
    let label = change.label(kind, language).to_owned();
    let (old, new) = change.values(language);
    view! { <li><span class="field-name">{label}</span>": "<del>{old}</del>" → "<ins>{new}</ins></li> }
}

/// As `<time datetime>` wants it; written by hand, since a general formatter is large in the browser.
fn machine_readable(at: NaiveDateTime) -> String {
    format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())
}
