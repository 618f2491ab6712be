//! My profile: language and time zone, and another password.
//! Both are plain forms: a page in another language is another page.

use leptos::prelude::*;

use super::{CURRENT_PASSWORD, EMAIL, outcome, password::NewPasswordFields, typed};
use crate::{
    accounts::{api, me::Profile},
    model::Language,
    texts,
    ui::{
        SAVE, SAVED,
        field::{InputField, SelectField},
        message::{ErrorMessage, Failed},
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    MY_PROFILE = "My profile" | "Mon profil" | "Mijn profiel";
    NAME = "Name" | "Nom" | "Naam";
    LANGUAGE = "Language" | "Langue" | "Taal";
    TIME_ZONE = "Time zone" | "Fuseau horaire" | "Tijdzone";
    CHANGE_PASSWORD = "Change password" | "Changer le mot de passe" | "Wachtwoord wijzigen";
    CHANGED = "Your password is changed; your other sessions are ended." | "Votre mot de passe est changé ; vos autres sessions sont terminées." | "Uw wachtwoord is gewijzigd; uw andere sessies zijn beëindigd.";
}

const PROFILE: &str = "/api/save_profile";
const PASSWORD: &str = "/api/change_password";

#[component]
pub fn MyProfile() -> impl IntoView {
    let profile = Resource::new(|| (), |()| api::my_profile());
    view! {
        <PageTitle text=t(MY_PROFILE) />
        <div class="page-head"><div class="page-title"><h1>{t(MY_PROFILE)}</h1></div></div>
        <Suspense>
            {move || Suspend::new(async move {
                match profile.await {
                    Ok(profile) => view! { <ProfileForm profile /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
        <PasswordForm />
    }
}

#[component]
fn ProfileForm(profile: Profile) -> impl IntoView {
    let (sent, error) = outcome(PROFILE);
    let saved = sent && error.is_none();
    let error = Signal::stored(error);
    let zone = match typed(PROFILE, "time_zone") {
        typed if typed.is_empty() => profile.time_zone.clone(),
        typed => typed,
    };
    let languages = Language::ALL.map(|language| {
        (
            language.code().to_owned(),
            language.name().to_owned(),
            language == profile.language,
        )
    });
    let zones = profile
        .time_zones
        .iter()
        .map(|name| (name.clone(), name.replace('_', " "), *name == zone))
        .collect();
    view! {
        <form method="post" action=PROFILE class="form card" novalidate>
            <ErrorMessage error />
            {saved.then(|| view! { <Toast text=t(SAVED) /> })}
            <dl class="facts">
                <div><dt>{t(NAME)}</dt><dd><bdi>{profile.full_name}</bdi></dd></div>
                <div><dt>{t(EMAIL)}</dt><dd>{profile.email}</dd></div>
            </dl>
            <div class="fields">
                <SelectField id="language" label=t(LANGUAGE) name="language" key="language" error choices=languages.to_vec() />
                <SelectField id="time_zone" label=t(TIME_ZONE) name="time_zone" key="time_zone" error choices=zones />
            </div>
            <div class="form-actions"><button type="submit" class="button primary">{t(SAVE)}</button></div>
        </form>
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let (sent, error) = outcome(PASSWORD);
    let changed = sent && error.is_none();
    let error = Signal::stored(error);
    view! {
        <form method="post" action=PASSWORD class="form card" novalidate aria-labelledby="change-password">
            <h2 id="change-password">{t(CHANGE_PASSWORD)}</h2>
            <ErrorMessage error />
            // For password managers, which keep a password by its user.
            <input type="hidden" autocomplete="username" value=page().me().map(|me| me.email) />
            {changed.then(|| view! { <Toast text=t(CHANGED) /> })}
            <div class="fields">
                <InputField id="current_password" label=t(CURRENT_PASSWORD) name="current_password" key="current_password" error
                    kind="password" autocomplete="current-password" />
            </div>
            <NewPasswordFields error />
            <div class="form-actions"><button type="submit" class="button primary">{t(CHANGE_PASSWORD)}</button></div>
        </form>
    }
}
