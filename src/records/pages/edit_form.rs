//! The form of an existing record, whole on a page of its own, or in one region of the record's page with the fields of that
//! region alone. Saved over what a colleague has saved meanwhile, it asks.

use std::collections::BTreeMap;

use leptos::{form::ActionForm, prelude::*};

use super::{
    catalogue,
    conflict::{Contest, Question},
    inputs::{Slot, input},
    responsible::ConfirmButton,
};
use crate::{
    model::{
        AppError, Problem, Value,
        catalogue::{Field, FieldType},
        conflict,
        forms::Returned,
        records::FormData,
    },
    records::api::Save,
    ui::{
        CANCEL, SAVE, SAVED,
        message::ErrorMessage,
        outcome::{problem, when_done},
        page::{page, t},
        toast::toasts,
    },
};

pub const SAVE_ACTION: &str = "/api/save";

/// Whether a field belongs to a region of custom fields. Who is responsible has a region of its own, where he is picked.
pub fn is_of(field: &Field, region: &str) -> bool {
    let custom = field.custom.as_ref();
    custom.is_some_and(|custom| custom.group == region)
        && field.kind != FieldType::Person { several: false }
}

#[component]
pub fn EditForm(
    data: FormData,
    /// The region whose fields alone are edited.
    #[prop(optional, into)]
    region: Option<String>,
    /// Where to if nothing is to be saved.
    #[prop(optional)]
    cancel: String,
    #[prop(optional)] done: Option<Callback<()>>,
) -> impl IntoView {
    let kind = data.kind;
    let id = data.id.map(|id| id.to_string()).unwrap_or_default();
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
    let slots = slots(data, region.as_deref(), returned, error);
    let toasts = toasts();
    let saved = Callback::new(move |()| {
        toasts.say(t(SAVED));
        if let Some(done) = done {
            done.run(());
        }
    });
    when_done(action, saved);
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
    // In a region of its own the heading is the region's.
    let class = if region.is_some() {
        "form"
    } else {
        "form card"
    };
    let inputs = if region.is_some() {
        view! { <div class="fields">{slots.into_iter().map(slot).collect_view()}</div> }.into_any()
    } else {
        sections(slots, slot)
    };
    view! {
        <ActionForm action attr:class=class attr:novalidate="">
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
            {inputs}
            <div class="form-actions">
                <button type="submit" class="button primary">{t(SAVE)}</button>
                {(!cancel.is_empty()).then(|| view! { <a class="button" href=cancel>{t(CANCEL)}</a> })}
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
pub fn sections(slots: Vec<Slot>, input: impl Fn(Slot) -> AnyView) -> AnyView {
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

/// What went wrong, and the button that sends it again as meant, where that is all it wants.
pub fn said(error: Option<AppError>) -> impl IntoView {
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

/// The inputs of a form; of a region's alone, where it has one.
pub fn slots(
    data: FormData,
    region: Option<&str>,
    returned: Option<Returned>,
    error: Signal<Option<AppError>>,
) -> Vec<Slot> {
    let (kind, is_new) = (data.kind, data.id.is_none());
    let catalogue = catalogue(kind, &data.custom);
    let (data, returned) = (StoredValue::new(data), StoredValue::new(returned));
    catalogue
        .editable()
        .filter(|field| is_new || !field.only_new())
        .filter(|field| region.is_none_or(|region| is_of(field, region)))
        .map(|field| Slot {
            field: field.clone(),
            data,
            returned,
            error,
        })
        .collect()
}
