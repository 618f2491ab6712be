//! Messages: an `alert` for what went wrong, and what a page shows in place of what it could not get.
//! Their words come from the error's code, in the reader's language.

use leptos::prelude::*;

use super::page::{PageTitle, answer, page, t};
use crate::{model::AppError, texts};

texts! {
    NOT_FOUND = "Not found" | "Introuvable" | "Niet gevonden";
    NOT_FOUND_TEXT = "This page does not exist, or it is not for you to see." | "Cette page n’existe pas, ou vous n’y avez pas accès." | "Deze pagina bestaat niet, of u hebt er geen toegang toe.";
    START = "To the start page" | "Vers la page d’accueil" | "Naar de startpagina";
    AGAIN = "Try again" | "Réessayer" | "Opnieuw proberen";
    SIGN_IN = "Sign in" | "Se connecter" | "Aanmelden";
    PROBLEM = "That did not work" | "Cela n’a pas fonctionné" | "Dat is niet gelukt";
}

/// An error above a form, where there is one.
#[component]
pub fn ErrorMessage(#[prop(into)] error: Signal<Option<AppError>>) -> impl IntoView {
    let language = page().language;
    move || {
        error
            .get()
            .map(|error| view! { <p class="message error" role="alert">{error.text(language)}</p> })
    }
}

/// In place of a page that could not be had.
#[component]
pub fn Failed(error: AppError) -> impl IntoView {
    if error == AppError::NotFound {
        return view! { <NotFound /> }.into_any();
    }
    answer(&error);
    let (label, address) = if error == AppError::SignedOut {
        (SIGN_IN, "/login")
    } else {
        (AGAIN, "")
    };
    view! {
        <PageTitle text=t(PROBLEM) />
        <div class="empty">
            <h1>{t(PROBLEM)}</h1>
            <p role="alert">{error.text(page().language)}</p>
            // Another document, so that everything starts afresh.
            <p><a class="button primary" href=address rel="external">{t(label)}</a></p>
        </div>
    }
    .into_any()
}

#[component]
pub fn NotFound() -> impl IntoView {
    answer(&AppError::NotFound);
    view! {
        <PageTitle text=t(NOT_FOUND) />
        <div class="empty">
            <h1>{t(NOT_FOUND)}</h1>
            <p>{t(NOT_FOUND_TEXT)}</p>
            <p><a class="button" href="/">{t(START)}</a></p>
        </div>
    }
}
