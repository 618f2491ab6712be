//! The fields that an account has added, on the page of one record: a region per group, read and edited in place.
//! Who stands in a User field of one is picked beside the record's responsible users.

use leptos::prelude::*;

use super::{
    EDIT,
    edit_form::{EditForm, is_of},
    value::shown,
};
use crate::{
    model::{Value, catalogue::Field, records::RecordPage},
    records::{api, pages::catalogue},
    texts,
    ui::{
        focus,
        message::ErrorMessage,
        page::{page, t},
    },
};

texts! {
    EDIT_THESE = "Edit {name}" | "Modifier {name}" | "{name} bewerken";
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
    let page = page();
    let heading = format!("added-{n}");
    let title = if group.is_empty() {
        t(FURTHER).to_owned()
    } else {
        group.clone()
    };
    let (kind, id) = now.with_untracked(|page| (page.record.kind, page.record.id));
    // Asked for once it is wanted: a page with five hundred fields has none of their inputs.
    let (form, error) = (RwSignal::new(None), RwSignal::new(None));
    let ask = Action::new(move |(): &()| async move {
        match api::form(kind, Some(id), None).await {
            Ok(data) => form.set(Some(data)),
            Err(problem) => error.set(Some(problem)),
        }
    });
    let button = format!("edit-{heading}");
    let done = {
        let button = button.clone();
        Callback::new(move |()| {
            form.set(None);
            saved.run(());
            focus::on(button.clone());
        })
    };
    let is_open = move || form.with(Option::is_some);
    let toggle = Callback::new(move |()| {
        error.set(None);
        if form.with_untracked(Option::is_some) {
            form.set(None);
        } else {
            ask.dispatch(());
        }
    });
    let may_edit = Memo::new(move |_| now.with(|page| page.may_edit));
    let label = EDIT_THESE.with(page.language, &[("name", &title)]);
    let all = format!("{}/edit", kind.address(id));
    let edit = move || {
        let (id, label, all) = (button.clone(), label.clone(), all.clone());
        may_edit
            .get()
            .then(|| edit_button(id, label, all, is_open, toggle))
    };
    let region = group.clone();
    let inputs = move || {
        let data = form.get();
        data.map(|data| view! { <EditForm data region=region.clone() done /> })
    };
    let facts = move || now.with(|page| facts(page, &group));
    let labelled_by = heading.clone();
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head"><h2 id=heading>{title}</h2>{edit}</div>
            <ErrorMessage error />
            <dl class="facts" hidden=is_open>{facts}</dl>
            <div class="edit-here">{inputs}</div>
        </section>
    }
}

/// Opens the inputs of a group, and closes them; without scripts it leads to the form of the whole record.
fn edit_button(
    id: String,
    label: String,
    all: String,
    is_open: impl Fn() -> bool + Send + 'static,
    toggle: Callback<()>,
) -> AnyView {
    if page().hydrated() {
        let expanded = move || if is_open() { "true" } else { "false" };
        view! { <button type="button" id=id class="button small" aria-label=label aria-expanded=expanded on:click=move |_| toggle.run(())>{t(EDIT)}</button> }
            .into_any()
    } else {
        view! { <a class="button small" href=all aria-label=label>{t(EDIT)}</a> }.into_any()
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
