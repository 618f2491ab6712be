//! The Activity panel: what happened to a record, newest first, in the reader's language.
//! Who was responsible when is part of it.

use chrono::{NaiveDateTime, Timelike};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use uuid::Uuid;

use super::{
    ACTIVITY,
    messages::ShownMessage,
    notes::{AddNote, EDITED, Of, ShownNote},
};
use crate::{
    model::{
        RecordId, RecordKind,
        activity::{Change, Entry, What},
    },
    ui::page::{page, t},
};

#[component]
pub fn Activity(
    kind: RecordKind,
    id: RecordId,
    entries: Memo<Vec<Entry>>,
    /// Told when a note is written, edited or deleted.
    changed: Callback<()>,
    /// What else is written here, above the notes.
    writes: Option<fn(RecordId, Callback<()>) -> AnyView>,
) -> impl IntoView {
    let of = Of::new(kind, id, changed);
    let hash = use_location().hash;
    // A browser goes to the entry that an address names only where it loads the page itself.
    Effect::new(move |_| hash.with(|hash| show(hash)));
    let is_told = move |anchor: &str| {
        page().hydrated() && hash.with(|hash| hash.strip_prefix('#') == Some(anchor))
    };
    view! {
        <section class="card" aria-labelledby="activity">
            <h2 id="activity">{t(ACTIVITY)}</h2>
            {writes.map(|view| view(id, changed))}
            <AddNote of />
            <ol class="timeline">
                <For each=move || entries.get() key=version let:entry>
                    <li id=entry.anchor() class:told-here={
                        let anchor = entry.anchor();
                        move || is_told(&anchor)
                    }>{one(of, &entry)}</li>
                </For>
            </ol>
        </section>
    }
}

/// Brings the entry that an address names into sight.
fn show(hash: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(anchor) = hash
        .strip_prefix('#')
        .filter(|name| name.starts_with("event-"))
        && let Some(entry) = document().get_element_by_id(anchor)
    {
        let how = web_sys::ScrollIntoViewOptions::new();
        how.set_block(web_sys::ScrollLogicalPosition::Center);
        entry.scroll_into_view_with_scroll_into_view_options(&how);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = hash;
}

/// What happened stays as it was, but for what a note says.
fn version(entry: &Entry) -> (Uuid, Option<(String, bool)>) {
    let note = match &entry.what {
        What::Noted(note) => Some((note.html.clone(), note.edited)),
        _ => None,
    };
    (entry.id, note)
}

fn one(of: Of, entry: &Entry) -> impl IntoView + use<> {
    let (kind, language) = (of.kind, page().language);
    let note = match &entry.what {
        What::Noted(note) if !note.again => Some(note.clone()),
        _ => None,
    };
    let message = match &entry.what {
        What::Message(message) => Some((**message).clone()),
        _ => None,
    };
    let edited = note.as_ref().is_some_and(|note| note.edited);
    let edited = edited.then(|| format!(" · {}", t(EDITED)));
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
        {note.map(|note| view! { <ShownNote of note /> })}
        {message.map(|message| view! { <ShownMessage id=of.id message /> })}
        <p class="when"><time datetime=machine_readable(entry.at)>{language.moment(entry.at)}</time>{edited}</p>
    }
}

fn changed(kind: RecordKind, change: &Change) -> impl IntoView + use<> {
    let language = page().language;
    let label = change.label(kind, language).to_owned();
    let (old, new) = change.values(kind, language);
    view! { <li><span class="field-name">{label}</span>": "<del>{old}</del>" → "<ins>{new}</ins></li> }
}

/// As `<time datetime>` wants it; written by hand, since a general formatter is large in the browser.
fn machine_readable(at: NaiveDateTime) -> String {
    format!("{}T{:02}:{:02}", at.date(), at.hour(), at.minute())
}
