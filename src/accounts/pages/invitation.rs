//! The page behind the link of an invitation: who invites to what, one's name, and a password.
//! A link that is worth nothing any more says so, and nothing else.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{EMAIL, outcome, password::NewPasswordFields, typed};
use crate::{
    accounts::invitation::{Welcome, invitation},
    model::{AppError, Problem},
    texts,
    ui::{
        field::InputField,
        message::{ErrorMessage, Failed},
        outside::Outside,
        page::{PageTitle, answer, page, t},
    },
};

texts! {
    WELCOME = "Welcome to Steward" | "Bienvenue sur Steward" | "Welkom bij Steward";
    INVITED = "{by} invites you to {account}." | "{by} vous invite à rejoindre {account}." | "{by} nodigt u uit bij {account}.";
    NAME = "Name" | "Nom" | "Naam";
    START = "Start" | "Commencer" | "Beginnen";
    ASK_AGAIN = "Ask whoever invited you to send it again." | "Demandez à la personne qui vous a invité de la renvoyer." | "Vraag wie u uitnodigde om ze opnieuw te versturen.";
}

const ACCEPT: &str = "/api/accept_invitation";

#[component]
pub fn AcceptInvitation() -> impl IntoView {
    let params = use_params_map();
    let token =
        params.with_untracked(|params| params.get_str("token").unwrap_or_default().to_owned());
    let welcome = {
        let token = token.clone();
        Resource::new(|| (), move |()| invitation(token.clone()))
    };
    let shown = move |welcome: Result<Option<Welcome>, AppError>, token: String| match welcome {
        Ok(Some(welcome)) => view! { <WelcomeForm welcome token /> }.into_any(),
        Ok(None) => view! { <Expired /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! {
        <PageTitle text=t(WELCOME) />
        <Outside title=t(WELCOME)>
            <Suspense>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move { shown(welcome.await, token) })
                }}
            </Suspense>
        </Outside>
    }
}

#[component]
fn Expired() -> impl IntoView {
    answer(&AppError::NotFound);
    let text = AppError::form(Problem::LinkExpired).text(page().language);
    view! {
        <p class="message error" role="alert">{text}</p>
        <p>{t(ASK_AGAIN)}</p>
    }
}

#[component]
fn WelcomeForm(welcome: Welcome, token: String) -> impl IntoView {
    let error = Signal::stored(outcome(ACCEPT).1);
    let names = [
        ("by", welcome.invited_by.as_str()),
        ("account", welcome.account_name.as_str()),
    ];
    let invited = INVITED.with(page().language, &names);
    let name = match typed(ACCEPT, "full_name") {
        typed if typed.is_empty() => welcome.full_name,
        typed => typed,
    };
    view! {
        <p>{invited}</p>
        <form method="post" action=ACCEPT class="form" novalidate>
            <ErrorMessage error />
            <input type="hidden" name="token" value=token />
            // For password managers, which keep a password by its user.
            <input type="hidden" autocomplete="username" value=welcome.email.clone() />
            <dl class="facts"><div><dt>{t(EMAIL)}</dt><dd>{welcome.email}</dd></div></dl>
            <div class="fields">
                <InputField id="full_name" label=t(NAME) name="full_name" key="full_name" error required=true value=name
                    autocomplete="name" />
            </div>
            <NewPasswordFields error />
            <div class="form-actions"><button type="submit" class="button primary">{t(START)}</button></div>
        </form>
    }
}
