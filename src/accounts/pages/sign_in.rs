//! The sign-in page. On a machine of one's own it names the demo users too.
//! A wrong pair and an unknown address get the same answer.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{EMAIL, PASSWORD, outcome, typed};
use crate::{
    texts,
    ui::{
        field::InputField,
        message::ErrorMessage,
        outside::Outside,
        page::{PageTitle, page, t},
    },
};

texts! {
    SIGN_IN = "Sign in" | "Se connecter" | "Aanmelden";
    FORGOTTEN = "Forgot your password?" | "Mot de passe oublié ?" | "Wachtwoord vergeten?";
    PASSWORD_SET = "Your new password is set. Sign in with it." | "Votre nouveau mot de passe est défini. Connectez-vous avec lui." | "Uw nieuwe wachtwoord is ingesteld. Meld u ermee aan.";
    DEMO = "To try it: nora@demo.test (admin), lucas@demo.test (French) or emma@demo.test (Dutch, limited), with the password steward-demo; support@demo.test is the service’s operator." | "Pour essayer : lucas@demo.test (en français), nora@demo.test (admin) ou emma@demo.test (en néerlandais, accès limité), avec le mot de passe steward-demo ; support@demo.test est l’opérateur du service." | "Om te proberen: emma@demo.test (in het Nederlands, beperkt), nora@demo.test (admin) of lucas@demo.test (in het Frans), met het wachtwoord steward-demo; support@demo.test is de operator van de dienst.";
}

const ACTION: &str = "/api/sign_in";

#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    let next = query.with_untracked(|query| query.get_str("next").unwrap_or_default().to_owned());
    let password_set = query.with_untracked(|query| query.get_str("password") == Some("set"));
    let (_, error) = outcome(ACTION);
    let failed = error.is_some();
    let error = Signal::stored(error);
    view! {
        <PageTitle text=t(SIGN_IN) />
        <Outside title=t(SIGN_IN)>
            {(password_set && !failed).then(|| view! { <p class="message success" role="status">{t(PASSWORD_SET)}</p> })}
            <form method="post" action=ACTION class="form" novalidate>
                <ErrorMessage error />
                <input type="hidden" name="next" value=next />
                <div class="fields">
                    <InputField id="email" label=t(EMAIL) name="email" key="email" error kind="email"
                        value=typed(ACTION, "email") autocomplete="username" />
                    <InputField id="password" label=t(PASSWORD) name="password" key="password" error kind="password"
                        autocomplete="current-password" />
                </div>
                <div class="form-actions"><button type="submit" class="button primary">{t(SIGN_IN)}</button></div>
            </form>
            <p class="auth-links"><a href="/forgot-password">{t(FORGOTTEN)}</a></p>
            {page().demo.then(|| view! { <p class="demo">{t(DEMO)}</p> })}
        </Outside>
    }
}
