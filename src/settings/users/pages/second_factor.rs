//! What an admin decides of second factors: whether everybody needs one, and resetting a colleague's.
//! One's own stands under Settings > Second factor.

use leptos::prelude::*;

use super::{REQUIRE, RESET};
use crate::{
    model::UserId,
    texts,
    ui::{message::ErrorMessage, outcome::Outcome, page::t},
};

texts! {
    SECOND_FACTOR = "Second factor" | "Second facteur" | "Tweede factor";
    IS_REQUIRED = "Everybody signs in with a code after the password. Who has none sets it up before anything else." | "Tous se connectent avec un code après le mot de passe. Qui n’en a pas le configure avant toute autre chose." | "Iedereen meldt zich aan met een code na het wachtwoord. Wie er geen heeft, stelt hem eerst in.";
    IS_OPTIONAL = "Everybody chooses for himself whether he signs in with a code after the password." | "Chacun choisit s’il se connecte avec un code après le mot de passe." | "Iedereen kiest zelf of hij zich met een code na het wachtwoord aanmeldt.";
    HAVE_IT = "Active users who have one: {n} of {all}." | "Utilisateurs actifs qui en ont un : {n} sur {all}." | "Actieve gebruikers die er een hebben: {n} van {all}.";
    REQUIRE_IT = "Require it of everybody" | "L’exiger de tous" | "Van iedereen vereisen";
    DO_NOT_REQUIRE = "Do not require it any more" | "Ne plus l’exiger" | "Niet meer vereisen";
    RESET_IT = "Reset second factor" | "Réinitialiser le second facteur" | "Tweede factor resetten";
    RESET_EXPLAINED = "For a colleague who has lost telephone and recovery codes: the password alone signs in again, and all present sessions end. Be sure that it is the colleague who asks." | "Pour un collègue qui a perdu téléphone et codes de secours : le mot de passe seul suffit à nouveau, et toutes les sessions en cours se terminent. Assurez-vous que c’est bien lui qui le demande." | "Voor een collega die telefoon en herstelcodes kwijt is: het wachtwoord alleen volstaat weer, en alle huidige sessies eindigen. Wees zeker dat het de collega is die het vraagt.";
}

/// Whether the account requires it, how many have it, and the button that changes the first.
#[component]
pub fn Requirement(required: bool, have: usize, of: usize) -> impl IntoView {
    let (explained, button) = if required {
        (IS_REQUIRED, DO_NOT_REQUIRE)
    } else {
        (IS_OPTIONAL, REQUIRE_IT)
    };
    let count = HAVE_IT.with(
        crate::ui::page::page().language,
        &[("n", &have.to_string()), ("all", &of.to_string())],
    );
    view! {
        <form method="post" action=REQUIRE class="form card" aria-labelledby="second-factor">
            <h2 id="second-factor">{t(SECOND_FACTOR)}</h2>
            <ErrorMessage error=Outcome::of(REQUIRE, &[]).error() />
            <p>{t(explained)}" "{count}</p>
            <input type="hidden" name="required" value=(!required).to_string() />
            <div class="form-actions"><button type="submit" class="button">{t(button)}</button></div>
        </form>
    }
}

#[component]
pub fn ResetSecondFactor(user: UserId) -> impl IntoView {
    view! {
        <form method="post" action=RESET class="form card" aria-labelledby="second-factor">
            <h2 id="second-factor">{t(SECOND_FACTOR)}</h2>
            <ErrorMessage error=Outcome::of(RESET, &[]).error() />
            <p>{t(RESET_EXPLAINED)}</p>
            <input type="hidden" name="user" value=user.to_string() />
            <div class="form-actions"><button type="submit" class="button danger">{t(RESET_IT)}</button></div>
        </form>
    }
}
