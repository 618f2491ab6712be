//! The page behind the link at the foot of a mail: what it would end, and a button that does. Opening it changes nothing, since
//! programs that look at links for somebody's safety open it too.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    model::{
        AppError, Language, Text,
        notifications::{Event, WhatEnds},
    },
    notifications::api,
    texts,
    ui::{
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        outside::Outside,
        page::{PageTitle, answer, page, t},
    },
};

texts! {
    UNSUBSCRIBE = "Unsubscribe" | "Se désabonner" | "Uitschrijven";
    WOULD_END_MAILS = "You would get no more e-mails of: {events}." | "Vous ne recevriez plus d’e-mails pour : {events}." | "U zou geen e-mails meer krijgen over: {events}.";
    WOULD_END_DIGESTS = "Your daily digest would no longer tell you of: {events}." | "Votre résumé quotidien ne vous parlerait plus de : {events}." | "Uw dagelijks overzicht zou niets meer melden over: {events}.";
    MAILS_ENDED = "You will get no more e-mails of: {events}." | "Vous ne recevrez plus d’e-mails pour : {events}." | "U krijgt geen e-mails meer over: {events}.";
    DIGESTS_ENDED = "Your daily digest will no longer tell you of: {events}." | "Votre résumé quotidien ne vous parlera plus de : {events}." | "Uw dagelijks overzicht meldt niets meer over: {events}.";
    REST_STAYS = "Everything else stays as it is." | "Tout le reste ne change pas." | "Al het andere blijft zoals het is.";
    CHOOSE = "Sign in and choose what you are told" | "Se connecter et choisir ce qui vous est signalé" | "Aanmelden en kiezen wat u gemeld krijgt";
    UNKNOWN = "No mail of ours has this link, or it was long ago." | "Aucun de nos e-mails ne contient ce lien, ou c’était il y a longtemps." | "Geen van onze e-mails bevat deze link, of het is lang geleden.";
}

const ACTION: &str = "/api/unsubscribe";

fn events(events: &[Event], language: Language) -> String {
    let labels: Vec<&str> = events
        .iter()
        .map(|event| event.label().get(language))
        .collect();
    labels.join("; ")
}

fn say(text: Text, what: &WhatEnds, language: Language) -> String {
    text.with(language, &[("events", &events(&what.events, language))])
}

/// What is ended now.
pub fn ended(what: &WhatEnds, language: Language) -> String {
    let text = if what.digest {
        DIGESTS_ENDED
    } else {
        MAILS_ENDED
    };
    say(text, what, language)
}

#[component]
pub fn UnsubscribePage() -> impl IntoView {
    let params = use_params_map();
    let token =
        params.with_untracked(|params| params.get_str("token").unwrap_or_default().to_owned());
    let what = {
        let token = token.clone();
        Resource::new(|| (), move |()| api::unsubscribing(token.clone()))
    };
    let shown = move |what: Result<WhatEnds, AppError>, token: String| match what {
        Ok(what) => view! { <Link what token /> }.into_any(),
        Err(error @ AppError::NotFound) => {
            answer(&error);
            view! { <p class="message error" role="alert">{t(UNKNOWN)}</p><Choose /> }.into_any()
        }
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! {
        <PageTitle text=t(UNSUBSCRIBE) />
        <Around>
            <Suspense>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move { shown(what.await, token) })
                }}
            </Suspense>
        </Around>
    }
}

/// Who is signed in, as whomever, has the frame of all pages around it.
#[component]
fn Around(children: Children) -> impl IntoView {
    if page().me().is_none() {
        return view! { <Outside title=t(UNSUBSCRIBE)>{children()}</Outside> }.into_any();
    }
    view! {
        <div class="page-head"><div class="page-title"><h1>{t(UNSUBSCRIBE)}</h1></div></div>
        <section class="card form" aria-label=t(UNSUBSCRIBE)>{children()}</section>
    }
    .into_any()
}

#[component]
fn Choose() -> impl IntoView {
    // Asked of the server, which leads to the sign-in.
    view! { <p><a href="/settings/notifications" rel="external">{t(CHOOSE)}</a></p> }
}

#[component]
fn Link(what: WhatEnds, token: String) -> impl IntoView {
    let language = page().language;
    let outcome = Outcome::of(ACTION, &[]);
    if outcome.saved() {
        return view! {
            <p role="status">{ended(&what, language)}</p>
            <p class="muted">{t(REST_STAYS)}</p>
            <Choose />
        }
        .into_any();
    }
    let would = if what.digest {
        WOULD_END_DIGESTS
    } else {
        WOULD_END_MAILS
    };
    view! {
        <p>{say(would, &what, language)}</p>
        <p class="muted">{t(REST_STAYS)}</p>
        <form method="post" action=ACTION class="form" novalidate>
            <ErrorMessage error=outcome.error() />
            <input type="hidden" name="token" value=token />
            <div class="form-actions"><button type="submit" class="button primary">{t(UNSUBSCRIBE)}</button></div>
        </form>
    }
    .into_any()
}
