//! The page of orphans: a card for each person, with what he holds and who may take it.
//! Plain forms, one for each person.

use leptos::prelude::*;

use super::api;
use crate::{
    model::{
        AppError,
        hand_over::{HandedOver, Holder},
    },
    records::pages::HandOverFields,
    settings::ORPHANS,
    texts,
    ui::{
        empty::Empty,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        person::Person,
        toast::Toast,
    },
};

texts! {
    EXPLAINED = "Records whose responsible colleague is deactivated, or has no right to them any more." | "Les fiches dont le responsable est désactivé, ou n’y a plus droit." | "Records waarvan de verantwoordelijke gedeactiveerd is, of er geen recht meer toe heeft.";
    NONE = "There are none: every responsible colleague can open what he is responsible for." | "Il n’y en a pas : chaque responsable a accès à ce dont il est responsable." | "Er zijn er geen: elke verantwoordelijke kan openen waarvoor hij verantwoordelijk is.";
    NO_RIGHT = "has no right to these" | "n’y a pas droit" | "heeft hier geen recht toe";
    HAND_OVER = "Hand over" | "Transmettre" | "Overdragen";
}

const ACTION: &str = "/api/hand_over";

#[component]
pub fn Orphans() -> impl IntoView {
    let holders = Resource::new(|| (), |()| api::orphans());
    let shown = |holders: Result<Vec<Holder>, AppError>| match holders {
        Ok(holders) => view! { <List holders /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! { <Suspense>{move || Suspend::new(async move { shown(holders.await) })}</Suspense> }
}

#[component]
fn List(holders: Vec<Holder>) -> impl IntoView {
    let done = Outcome::of(ACTION, &[]).answer::<HandedOver>();
    let none = holders.is_empty().then(|| view! { <Empty text=t(NONE) /> });
    let card = |holder: Holder| view! { <HolderCard holder /> };
    view! {
        <PageTitle text=t(ORPHANS) />
        <div class="page-head"><div class="page-title"><h1>{t(ORPHANS)}</h1></div></div>
        <p>{t(EXPLAINED)}</p>
        {done.map(|done| view! { <Toast text=done.text(page().language) /> })}
        {none}
        {holders.into_iter().map(card).collect_view()}
    }
}

#[component]
fn HolderCard(holder: Holder) -> impl IntoView {
    let user = holder.user.to_string();
    let outcome = Outcome::of(ACTION, &[("from", &user)]);
    let error = outcome.error();
    let heading = format!("holder-{user}");
    let labelled_by = heading.clone();
    let why = holder
        .active
        .then(|| view! { " "<span class="tag">{t(NO_RIGHT)}</span> });
    view! {
        <form method="post" action=ACTION class="form card" novalidate aria-labelledby=labelled_by>
            <h2 id=heading><Person full_name=holder.full_name active=holder.active />{why}</h2>
            <ErrorMessage error />
            <input type="hidden" name="from" value=user.clone() />
            <HandOverFields id=user held=holder.held outcome />
            <div class="form-actions"><button type="submit" class="button primary">{t(HAND_OVER)}</button></div>
        </form>
    }
}
