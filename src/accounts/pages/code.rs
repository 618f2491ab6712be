//! The second half of an operator's sign-in: the code of his authenticator.
//! Without the first half, a moment ago, it leads back to the beginning.

use leptos::prelude::*;

use super::{Outside, outcome};
use crate::{
    texts,
    ui::{
        field::InputField,
        message::ErrorMessage,
        page::{PageTitle, t},
    },
};

texts! {
    SECOND_FACTOR = "Second factor" | "Second facteur" | "Tweede factor";
    CODE = "Code" | "Code" | "Code";
    HINT = "The six digits that your authenticator shows" | "Les six chiffres de votre application d’authentification" | "De zes cijfers van uw authenticator-app";
    SIGN_IN = "Sign in" | "Se connecter" | "Aanmelden";
}

const ACTION: &str = "/api/second_factor";

#[component]
pub fn SignInCode() -> impl IntoView {
    let error = Signal::stored(outcome(ACTION).1);
    view! {
        <PageTitle text=t(SECOND_FACTOR) />
        <Outside title=t(SECOND_FACTOR)>
            <form method="post" action=ACTION class="form" novalidate>
                <ErrorMessage error />
                <div class="fields">
                    <InputField id="code" label=t(CODE) name="code" key="code" error hint=t(HINT)
                        autocomplete="one-time-code" inputmode="numeric" />
                </div>
                <div class="form-actions"><button type="submit" class="button primary">{t(SIGN_IN)}</button></div>
            </form>
        </Outside>
    }
}
