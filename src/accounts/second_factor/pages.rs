//! The pages of the second factor: asked for when signing in, one's own in settings, and the one that an account
//! requires before anything else. Plain forms all.

use leptos::prelude::*;

use super::{SECOND_FACTOR, SecondFactor, SetUp, api};
use crate::{
    accounts::pages::CURRENT_PASSWORD,
    texts,
    ui::{
        field::InputField,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        outside::Outside,
        page::{PageTitle, page, t},
    },
};

texts! {
    CODE = "Code" | "Code" | "Code";
    HINT = "The six digits that your authenticator shows, or a recovery code" | "Les six chiffres de votre application d’authentification, ou un code de secours" | "De zes cijfers van uw authenticator-app, of een herstelcode";
    FIRST_CODE = "The six digits that your authenticator shows now" | "Les six chiffres que votre application d’authentification affiche maintenant" | "De zes cijfers die uw authenticator-app nu toont";
    SIGN_IN = "Sign in" | "Se connecter" | "Aanmelden";
    SIGN_OUT = "Sign out" | "Se déconnecter" | "Afmelden";
    EXPLAINED = "After your password, Steward asks for a code that an authenticator app on your telephone shows. Who only knows your password does not get in." | "Après votre mot de passe, Steward demande un code qu’affiche une application d’authentification sur votre téléphone. Qui ne connaît que votre mot de passe n’entre pas." | "Na uw wachtwoord vraagt Steward een code die een authenticator-app op uw telefoon toont. Wie alleen uw wachtwoord kent, komt niet binnen.";
    REQUIRED = "Your account requires it of everybody." | "Votre compte l’exige de tous." | "Uw account vereist dit van iedereen.";
    OFF = "It is off." | "Il est désactivé." | "Hij staat uit.";
    ON = "On since {when}." | "Activé depuis le {when}." | "Staat aan sinds {when}.";
    LEFT = "Recovery codes left: {n}." | "Codes de secours restants : {n}." | "Resterende herstelcodes: {n}.";
    SET_UP = "Set up" | "Configurer" | "Instellen";
    SCAN = "Scan this with your authenticator app, or type the secret below into it." | "Scannez ceci avec votre application d’authentification, ou saisissez-y le secret ci-dessous." | "Scan dit met uw authenticator-app, of typ het geheim hieronder erin over.";
    QR_CODE = "QR code of the secret" | "Code QR du secret" | "QR-code van het geheim";
    SECRET = "Secret" | "Secret" | "Geheim";
    OPEN_APP = "Open in an authenticator on this device" | "Ouvrir dans une application d’authentification de cet appareil" | "Openen in een authenticator-app op dit toestel";
    TURN_ON = "Turn on" | "Activer" | "Aanzetten";
    TURN_OFF = "Turn off" | "Désactiver" | "Uitzetten";
    TURN_OFF_REQUIRED = "After that you set it up anew at once, with another telephone for example." | "Ensuite, vous le configurez aussitôt à nouveau, avec un autre téléphone par exemple." | "Daarna stelt u hem meteen opnieuw in, met een andere telefoon bijvoorbeeld.";
    NEW_CODES = "New recovery codes" | "Nouveaux codes de secours" | "Nieuwe herstelcodes";
    RENEW_HINT = "For when your telephone is lost: each signs you in once. New ones replace those that you have." | "Pour le cas où votre téléphone est perdu : chacun vous connecte une fois. De nouveaux remplacent ceux que vous avez." | "Voor als uw telefoon weg is: elke code meldt u één keer aan. Nieuwe vervangen die u hebt.";
    YOUR_CODES = "Your recovery codes" | "Vos codes de secours" | "Uw herstelcodes";
    KEEP = "Keep them where your telephone is not: they are shown this once. Each signs you in once, instead of a code." | "Gardez-les ailleurs que votre téléphone : ils ne sont montrés que cette fois. Chacun vous connecte une fois, à la place d’un code." | "Bewaar ze ergens anders dan uw telefoon: ze worden alleen nu getoond. Elke code meldt u één keer aan, in plaats van een gewone code.";
}

const SIGN_IN_ACTION: &str = "/api/sign_in_code";
const BEGIN: &str = "/api/begin_second_factor";
const CONFIRM: &str = "/api/confirm_second_factor";
const RENEW: &str = "/api/renew_recovery_codes";
const END: &str = "/api/turn_off_second_factor";

/// The second half of signing in. Without the first half, a moment ago, it leads back to the beginning.
#[component]
pub fn SignInCode() -> impl IntoView {
    let error = Outcome::of(SIGN_IN_ACTION, &[]).error();
    view! {
        <PageTitle text=t(SECOND_FACTOR) />
        <Outside title=t(SECOND_FACTOR)>
            <form method="post" action=SIGN_IN_ACTION class="form" novalidate>
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

/// In front of everything else, for who owes what his account requires.
#[component]
pub fn OwedSecondFactor() -> impl IntoView {
    view! {
        <PageTitle text=t(SECOND_FACTOR) />
        <Outside title=t(SECOND_FACTOR)>
            <Loaded />
            <form method="post" action="/api/sign_out" class="auth-links">
                <button type="submit" class="button quiet">{t(SIGN_OUT)}</button>
            </form>
        </Outside>
    }
}

/// Settings > Second factor.
#[component]
pub fn MySecondFactor() -> impl IntoView {
    view! {
        <PageTitle text=t(SECOND_FACTOR) />
        <div class="page-head"><div class="page-title"><h1>{t(SECOND_FACTOR)}</h1></div></div>
        <Loaded />
    }
}

#[component]
fn Loaded() -> impl IntoView {
    let mine = Resource::new(|| (), |()| api::my_second_factor());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match mine.await {
                    Ok(mine) => view! { <Mine mine /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Mine(mine: SecondFactor) -> impl IntoView {
    let language = page().language;
    let required = mine.required;
    let status = match mine.since {
        Some(since) => ON.with(language, &[("when", &language.moment(since))]),
        None => OFF.get(language).to_owned(),
    };
    let codes = (!mine.new_codes.is_empty()).then(|| view! { <NewCodes codes=mine.new_codes /> });
    let rest = match (mine.since, mine.set_up) {
        (Some(_), _) => {
            view! { <TurnedOn required recovery_codes=mine.recovery_codes /> }.into_any()
        }
        (None, Some(set_up)) => view! { <Confirm set_up /> }.into_any(),
        (None, None) => view! {
            <form method="post" action=BEGIN class="form">
                <ErrorMessage error=Outcome::of(BEGIN, &[]).error() />
                <div class="form-actions"><button type="submit" class="button primary">{t(SET_UP)}</button></div>
            </form>
        }
        .into_any(),
    };
    view! {
        <div class="second-factor">
            <p>{t(EXPLAINED)}</p>
            <p>{required.then(|| format!("{} ", t(REQUIRED)))}<strong>{status}</strong></p>
            {codes}
            {rest}
        </div>
    }
}

/// What the authenticator is to be given, and the first code that it shows for it.
#[component]
fn Confirm(set_up: SetUp) -> impl IntoView {
    let error = Outcome::of(CONFIRM, &[]).error();
    let side = set_up.side;
    view! {
        <form method="post" action=CONFIRM class="form" novalidate>
            <ErrorMessage error />
            <p>{t(SCAN)}</p>
            <svg class="qr" role="img" aria-label=t(QR_CODE) viewBox=format!("0 0 {side} {side}") shape-rendering="crispEdges">
                <rect width=side height=side fill="#fff" />
                <path d=set_up.path fill="#000" />
            </svg>
            <dl class="facts"><div><dt>{t(SECRET)}</dt><dd><code>{set_up.secret}</code></dd></div></dl>
            <p><a href=set_up.address rel="external">{t(OPEN_APP)}</a></p>
            <div class="fields">
                <InputField id="code" label=t(CODE) name="code" key="code" error hint=t(FIRST_CODE)
                    autocomplete="one-time-code" inputmode="numeric" />
                <PasswordField id="current_password" error />
            </div>
            <div class="form-actions"><button type="submit" class="button primary">{t(TURN_ON)}</button></div>
        </form>
    }
}

#[component]
fn PasswordField(id: &'static str, error: Signal<Option<crate::model::AppError>>) -> impl IntoView {
    view! {
        <InputField id=id label=t(CURRENT_PASSWORD) name="current_password" key="current_password" error kind="password"
            autocomplete="current-password" />
    }
}

#[component]
fn NewCodes(codes: Vec<String>) -> impl IntoView {
    let code = |code: String| view! { <li><code>{code}</code></li> };
    view! {
        <section class="message success" role="status" aria-labelledby="new-codes">
            <h2 id="new-codes">{t(YOUR_CODES)}</h2>
            <p>{t(KEEP)}</p>
            <ul class="codes">{codes.into_iter().map(code).collect_view()}</ul>
        </section>
    }
}

/// What may be done with one that is on: other recovery codes, or turning it off.
#[component]
fn TurnedOn(required: bool, recovery_codes: i32) -> impl IntoView {
    let left = LEFT.with(page().language, &[("n", &recovery_codes.to_string())]);
    let (renewal, end) = (
        Outcome::of(RENEW, &[]).error(),
        Outcome::of(END, &[]).error(),
    );
    view! {
        <form method="post" action=RENEW class="form card" novalidate aria-labelledby="renew">
            <h2 id="renew">{t(NEW_CODES)}</h2>
            <ErrorMessage error=renewal />
            <p>{t(RENEW_HINT)}" "{left}</p>
            <div class="fields"><PasswordField id="renew_password" error=renewal /></div>
            <div class="form-actions"><button type="submit" class="button">{t(NEW_CODES)}</button></div>
        </form>
        <form method="post" action=END class="form card" novalidate aria-labelledby="turn-off">
            <h2 id="turn-off">{t(TURN_OFF)}</h2>
            <ErrorMessage error=end />
            {required.then(|| view! { <p>{t(TURN_OFF_REQUIRED)}</p> })}
            <div class="fields"><PasswordField id="end_password" error=end /></div>
            <div class="form-actions"><button type="submit" class="button danger">{t(TURN_OFF)}</button></div>
        </form>
    }
}
