//! The forms of a new and of an existing record. What was typed is never lost: not by a mistake in one
//! field, not by a colleague who saved first, not without scripts.

use leptos::{form::ActionForm, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    CREATE, EDIT,
    edit_form::{EditForm, SAVE_ACTION, said, sections, slots},
    inputs::input,
};
use crate::{
    model::{RecordId, RecordKind, records::FormData},
    records::api::{self, Create},
    ui::{
        CANCEL, SAVED,
        message::{Failed, NotFound},
        outcome::{Outcome, problem},
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

#[component]
pub fn NewPage(kind: RecordKind) -> impl IntoView {
    let query = use_query_map();
    // Of whatever kind it is: `?company=…`, `?contact=…`, `?deal=…`.
    let about = query.with_untracked(|query| {
        RecordKind::ALL
            .into_iter()
            .find_map(|kind| query.get_str(kind.child())?.parse().ok())
    });
    view! { <Loaded kind id=None about /> }
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
        Some(id) => view! { <Loaded kind id=Some(id) about=None /> }.into_any(),
        None => view! { <NotFound /> }.into_any(),
    }
}

#[component]
fn Loaded(kind: RecordKind, id: Option<RecordId>, about: Option<RecordId>) -> impl IntoView {
    let loaded = Resource::new(|| (), move |()| api::form(kind, id, about));
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
    let slots = slots(data, None, returned, error);
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
    let cancel = data.id.map(|id| kind.address(id));
    view! {
        <PageTitle text=format!("{} – {name}", t(EDIT)) />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=format!("/{}", kind.path())>{t(kind.plural())}</a></p>
                <h1 dir="auto">{name}</h1>
            </div>
        </div>
        <EditForm data cancel=cancel.unwrap_or_default() />
    }
}

/// On the record's page, where it was saved without scripts.
#[component]
pub(super) fn AfterSave(id: RecordId) -> impl IntoView {
    let saved = Outcome::of(SAVE_ACTION, &[("id", &id.to_string())]).saved();
    saved.then(|| view! { <Toast text=t(SAVED) /> })
}
