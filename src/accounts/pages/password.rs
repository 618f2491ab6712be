//! A forgotten password: asking for a link, and setting a new one by it.
//! Whether an address is known is not told.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{EMAIL, NEW_PASSWORD, PASSWORD_HINT, REPEAT_PASSWORD, outcome, typed};
use crate::{
    accounts::api,
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
    FORGOT_PASSWORD = "Forgot password" | "Mot de passe oublié" | "Wachtwoord vergeten";
    EXPLAINED = "We send you a mail with a link to set a new one." | "Nous vous envoyons un e-mail avec un lien pour en définir un nouveau." | "We sturen u een mail met een link om een nieuw in te stellen.";
    SEND_LINK = "Send link" | "Envoyer le lien" | "Link versturen";
    SENT = "If this address is known, a mail with a link is on its way." | "Si cette adresse est connue, un e-mail avec un lien est en route." | "Als dit adres bekend is, is een mail met een link onderweg.";
    BACK = "Back to sign in" | "Retour à la connexion" | "Terug naar aanmelden";
    SET_NEW = "Set a new password" | "Définir un nouveau mot de passe" | "Nieuw wachtwoord instellen";
    SET = "Set password" | "Définir le mot de passe" | "Wachtwoord instellen";
}

const FORGOT: &str = "/api/forgot_password";
const RESET: &str = "/api/reset_password";

#[component]
pub fn ForgotPassword() -> impl IntoView {
    let (sent, error) = outcome(FORGOT);
    let sent = sent && error.is_none();
    let error = Signal::stored(error);
    view! {
        <PageTitle text=t(FORGOT_PASSWORD) />
        <Outside title=t(FORGOT_PASSWORD)>
            {if sent {
                view! { <p class="message success" role="status">{t(SENT)}</p> }.into_any()
            } else {
                view! {
                    <p>{t(EXPLAINED)}</p>
                    <form method="post" action=FORGOT class="form" novalidate>
                        <ErrorMessage error />
                        <div class="fields">
                            <InputField id="email" label=t(EMAIL) name="email" key="email" error kind="email"
                                value=typed(FORGOT, "email") autocomplete="username" />
                        </div>
                        <div class="form-actions"><button type="submit" class="button primary">{t(SEND_LINK)}</button></div>
                    </form>
                }
                .into_any()
            }}
            <p class="auth-links"><a href="/login">{t(BACK)}</a></p>
        </Outside>
    }
}

#[component]
pub fn ResetPassword() -> impl IntoView {
    let params = use_params_map();
    let token =
        params.with_untracked(|params| params.get_str("token").unwrap_or_default().to_owned());
    let valid = {
        let token = token.clone();
        Resource::new(|| (), move |()| api::reset_is_valid(token.clone()))
    };
    view! {
        <PageTitle text=t(SET_NEW) />
        <Outside title=t(SET_NEW)>
            <Suspense>
                {move || {
                    let token = token.clone();
                    Suspend::new(async move {
                        match valid.await {
                            Ok(true) => view! { <NewPasswordForm token /> }.into_any(),
                            Ok(false) => {
                                answer(&AppError::NotFound);
                                let text = AppError::form(Problem::LinkExpired).text(page().language);
                                view! {
                                    <p class="message error" role="alert">{text}</p>
                                    <p class="auth-links"><a href="/forgot-password">{t(FORGOT_PASSWORD)}</a></p>
                                }
                                .into_any()
                            }
                            Err(error) => view! { <Failed error /> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </Outside>
    }
}

#[component]
fn NewPasswordForm(token: String) -> impl IntoView {
    let error = Signal::stored(outcome(RESET).1);
    view! {
        <form method="post" action=RESET class="form" novalidate>
            <ErrorMessage error />
            <input type="hidden" name="token" value=token />
            <NewPasswordFields error />
            <div class="form-actions"><button type="submit" class="button primary">{t(SET)}</button></div>
        </form>
    }
}

/// The new password, twice.
#[component]
pub fn NewPasswordFields(error: Signal<Option<AppError>>) -> impl IntoView {
    view! {
        <div class="fields">
            <InputField id="new_password" label=t(NEW_PASSWORD) name="new_password" key="new_password" error kind="password"
                hint=t(PASSWORD_HINT) autocomplete="new-password" />
            <InputField id="repeat_password" label=t(REPEAT_PASSWORD) name="repeat_password" key="repeat_password" error
                kind="password" autocomplete="new-password" />
        </div>
    }
}
