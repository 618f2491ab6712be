//! The fields that an account has added, on the page of one record: a region per group, read and edited in place.
//! Who stands in a User field of one is picked beside the record's responsible users.

use leptos::prelude::*;

use super::{
    EDIT,
    edit_form::{EditForm, came_back, is_of},
    value::shown,
};
use crate::{
    model::{
        Value,
        catalogue::Field,
        records::{FormData, RecordPage},
    },
    records::pages::catalogue,
    texts,
    ui::page::t,
};

texts! {
    FURTHER = "Further details" | "Autres informations" | "Verdere gegevens";
}

/// The regions, in the order of the groups; none where nothing was added.
#[component]
pub fn Added(now: RwSignal<RecordPage>, saved: Callback<()>) -> impl IntoView {
    let mut groups: Vec<String> = Vec::new();
    now.with_untracked(|page| {
        for custom in &page.custom {
            if groups.last() != Some(&custom.group) {
                groups.push(custom.group.clone());
            }
        }
        let catalogue = catalogue(page.record.kind, &page.custom);
        groups.retain(|group| catalogue.fields().iter().any(|field| is_of(field, group)));
    });
    let region = move |(n, group): (usize, String)| view! { <Group now saved n group /> };
    groups.into_iter().enumerate().map(region).collect_view()
}

#[component]
fn Group(now: RwSignal<RecordPage>, saved: Callback<()>, n: usize, group: String) -> impl IntoView {
    let heading = format!("added-{n}");
    let title = if group.is_empty() {
        t(FURTHER).to_owned()
    } else {
        group.clone()
    };
    let id = now.with_untracked(|page| page.record.id.to_string());
    let open = RwSignal::new(came_back(&id, &group));
    // Once it is saved, the form begins again with what the record has then; until then nothing that is typed is touched.
    let (stale, round) = (RwSignal::new(false), RwSignal::new(0));
    let done = Callback::new(move |()| {
        open.set(false);
        stale.set(true);
        saved.run(());
    });
    Effect::new(move |_| {
        now.track();
        if stale.get_untracked() {
            stale.set(false);
            round.update(|round| *round += 1);
        }
    });
    let form = {
        let group = group.clone();
        move || {
            round.track();
            let data = now.with_untracked(form_data);
            view! { <EditForm data region=group.clone() done /> }
        }
    };
    let facts = move || now.with(|page| facts(page, &group));
    // Opened and closed by hand as well.
    let details = NodeRef::<leptos::html::Details>::new();
    let toggled = move |_| {
        if let Some(details) = details.get_untracked() {
            open.set(details.has_attribute("open"));
        }
    };
    let labelled_by = heading.clone();
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <h2 id=heading>{title}</h2>
            <dl class="facts">{facts}</dl>
            <details class="edit-here" node_ref=details open=move || open.get() on:toggle=toggled>
                <summary class="button small">{t(EDIT)}</summary>
                {form}
            </details>
        </section>
    }
}

/// All fields of a group: an empty one is there to be filled in.
fn facts(page: &RecordPage, group: &str) -> impl IntoView + use<> {
    let language = crate::ui::page::page().language;
    let fact = |field: &Field, value: &Value| {
        let content = if value.is_empty() {
            view! { <span class="muted">"–"</span> }.into_any()
        } else {
            shown(field, value)
        };
        view! { <div><dt>{field.label(language).to_owned()}</dt><dd>{content}</dd></div> }
    };
    let catalogue = catalogue(page.record.kind, &page.custom);
    let fields = catalogue
        .fields()
        .iter()
        .filter(|field| is_of(field, group));
    fields
        .map(|field| fact(field, page.record.value(field.key())))
        .collect_view()
}

/// What the form of a record needs, of what its page has.
fn form_data(page: &RecordPage) -> FormData {
    let record = &page.record;
    FormData {
        kind: record.kind,
        id: Some(record.id),
        version: record.version,
        name: record.name(),
        values: record.values.clone(),
        custom: page.custom.clone(),
        colleagues: page.colleagues.clone(),
        everybody: page.everybody.clone(),
        phases: Vec::new(),
    }
}
