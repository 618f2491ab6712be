//! The forms of a new and of an existing record. What was typed is never lost: not by a mistake in one
//! field, not by a colleague who saved first, not without scripts.

use std::collections::BTreeMap;

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    CREATE, EDIT, catalogue,
    conflict::{Contest, Question},
    inputs::{Slot, input},
    responsible::ConfirmButton,
};
use crate::{
    model::{
        AppError, Problem, RecordId, RecordKind, Value, conflict, forms::Returned,
        records::FormData,
    },
    records::api::{self, Create, Save},
    ui::{
        CANCEL, SAVE, SAVED,
        message::{ErrorMessage, Failed, NotFound},
        outcome::{Outcome, problem},
        page::{PageTitle, page, t},
        toast::{Toast, toasts},
    },
};

const SAVE_ACTION: &str = "/api/save";

#[component]
pub fn NewPage(kind: RecordKind) -> impl IntoView {
    let query = use_query_map();
    // Of whatever kind it is: `?company=…`, `?contact=…`.
    let customer = query.with_untracked(|query| {
        RecordKind::ALL
            .into_iter()
            .find_map(|kind| query.get_str(kind.child())?.parse().ok())
    });
    view! { <Loaded kind id=None customer /> }
}

#[component]
pub fn EditPage(kind: RecordKind) -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| {
        params
            .get_str("id")
            .and_then(|id| id.parse::<RecordId>().ok())
    });
    match id {
        Some(id) => view! { <Loaded kind id=Some(id) customer=None /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Loaded(kind: RecordKind, id: Option<RecordId>, customer: Option<RecordId>) -> impl IntoView {
    let loaded = Resource::new(|| (), move |()| api::form(kind, id, customer));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(data) if data.id.is_some() => view! { <Edit data /> }.into_any(),
                    Ok(data) => view! { <New data /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn New(data: FormData) -> impl IntoView {
    let kind = data.kind;
    let action = ServerAction::<Create>::new();
    let returned = page().returned("/api/create", &[("kind", kind.child())]);
    let error = problem(
        action,
        returned
            .as_ref()
            .and_then(|returned| returned.error.clone()),
    );
    let slots = slots(data, returned, error);
    view! {
        <PageTitle text=t(kind.new_one()) />
        <div class="page-head"><div class="page-title"><h1>{t(kind.new_one())}</h1></div></div>
        <ActionForm action attr:class="form card" attr:novalidate="">
            <input type="hidden" name="kind" value=kind.child() />
            {move || said(error.get())}
            {sections(slots, input)}
            <div class="form-actions">
                <button type="submit" class="button primary">{t(CREATE)}</button>
                <a class="button" href=format!("/{}", kind.path())>{t(CANCEL)}</a>
            </div>
        </ActionForm>
    }
}

#[component]
fn Edit(data: FormData) -> impl IntoView {
    let (kind, name) = (data.kind, data.name.clone());
    let id = data.id.map(|id| id.to_string()).unwrap_or_default();
    let address = data.id.map(|id| kind.address(id)).unwrap_or_default();
    let action = ServerAction::<Save>::new();
    let page = page();
    let returned = page.returned(SAVE_ACTION, &[("id", &id)]);
    let error = problem(
        action,
        returned
            .as_ref()
            .and_then(|returned| returned.error.clone()),
    );
    let refused = returned.as_ref().filter(|form| form.error.is_some());
    let question = Question::new(error, refused);
    let (version, opened) = opened(&data, refused);
    let catalogue = catalogue(kind, &data.custom);
    let slots = slots(data, returned, error);
    let toasts = toasts();
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            toasts.say(t(SAVED));
        }
    });
    let slot = move |slot: Slot| {
        let key = slot.field.key().to_owned();
        // Without scripts it stays, since another choice could not bring it back.
        let hidden = move || page.hydrated() && question.gives_up(&key);
        if slot.field.custom.is_none() {
            return view! { <div class="slot" hidden=hidden>{input(slot)}</div> }.into_any();
        }
        // What was deleted meanwhile is said once, and not sent again.
        let key = slot.field.key().to_owned();
        let gone = move || error.with(|error| is_gone(error.as_ref(), &key));
        view! { <fieldset class="slot bare" hidden=hidden disabled=gone>{input(slot)}</fieldset> }
            .into_any()
    };
    view! {
        <PageTitle text=format!("{} – {name}", t(EDIT)) />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=format!("/{}", kind.path())>{t(kind.plural())}</a></p>
                <h1 dir="auto">{name}</h1>
            </div>
        </div>
        <ActionForm action attr:class="form card" attr:novalidate="">
            <input type="hidden" name="kind" value=kind.child() />
            <input type="hidden" name="id" value=id />
            <input type="hidden" name="version" value=version />
            <input type="hidden" name=conflict::OPENED value=opened />
            {move || match error.get() {
                Some(error @ AppError::Conflict(_)) => {
                    view! { <p class="message warning" role="alert">{error.text(page.language)}</p> }.into_any()
                }
                other => said(other).into_any(),
            }}
            <Contest catalogue question />
            {sections(slots, slot)}
            <div class="form-actions">
                <button type="submit" class="button primary">{t(SAVE)}</button>
                <a class="button" href=address>{t(CANCEL)}</a>
            </div>
        </ActionForm>
    }
}

/// Whether admins have deleted a field since the form was opened.
fn is_gone(error: Option<&AppError>, key: &str) -> bool {
    let problem = error.and_then(|error| error.problems()?.get(key));
    matches!(problem, Some(Problem::FieldGone { .. }))
}

/// The inputs, those of each group of custom fields under its heading.
fn sections(slots: Vec<Slot>, input: impl Fn(Slot) -> AnyView) -> AnyView {
    let mut sections: Vec<(String, Vec<AnyView>)> = Vec::new();
    for slot in slots {
        let group = slot
            .field
            .custom
            .as_ref()
            .map_or("", |custom| &custom.group)
            .to_owned();
        match sections.last_mut().filter(|(known, _)| *known == group) {
            Some((_, inputs)) => inputs.push(input(slot)),
            None => sections.push((group, vec![input(slot)])),
        }
    }
    sections
        .into_iter()
        .map(|(group, inputs)| {
            let heading = (!group.is_empty()).then(|| view! { <h2 class="group">{group}</h2> });
            view! { {heading}<div class="fields">{inputs}</div> }
        })
        .collect_view()
        .into_any()
}

/// On the record's page, where it was saved without scripts.
#[component]
pub(super) fn AfterSave(id: RecordId) -> impl IntoView {
    let saved = Outcome::of(SAVE_ACTION, &[("id", &id.to_string())]).saved();
    saved.then(|| view! { <Toast text=t(SAVED) /> })
}

/// What went wrong, and the button that sends it again as meant, where that is all it wants.
fn said(error: Option<AppError>) -> impl IntoView {
    let asks = error.as_ref().is_some_and(AppError::asks_to_confirm);
    view! {
        <ErrorMessage error />
        <div hidden=!asks>{asks.then(|| view! { <ConfirmButton /> })}</div>
    }
}

/// The version and the values that the form was opened with: it is compared with these, and not with what the record has
/// become while it was sent back and forth.
fn opened(data: &FormData, refused: Option<&Returned>) -> (String, String) {
    let sent = |name| refused.map(|form| form.value(name).unwrap_or_default().to_owned());
    let catalogue = catalogue(data.kind, &data.custom);
    let values: BTreeMap<&str, &Value> = data
        .values
        .iter()
        .filter(|(key, _)| {
            catalogue
                .field(key)
                .is_some_and(|field| field.editable() && !field.only_new())
        })
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    (
        sent("version").unwrap_or_else(|| data.version.to_string()),
        sent(conflict::OPENED).unwrap_or_else(|| conflict::write(&values)),
    )
}

fn slots(data: FormData, returned: Option<Returned>, error: Signal<Option<AppError>>) -> Vec<Slot> {
    let (kind, is_new) = (data.kind, data.id.is_none());
    let catalogue = catalogue(kind, &data.custom);
    let (data, returned) = (StoredValue::new(data), StoredValue::new(returned));
    catalogue
        .editable()
        .filter(|field| is_new || !field.only_new())
        .map(|field| Slot {
            field: field.clone(),
            data,
            returned,
            error,
        })
        .collect()
}
