//! The form of a user, and the one that invites somebody: the same person, role and rights.
//! A plain form; what is wrong comes back beside its field.

use leptos::prelude::*;

use super::{
    DEACTIVATE, EMAIL, INVITE, NAME, REACTIVATE_USER, SAVE_USER,
    access::{AccessFields, chosen},
    preview::RightsPreview,
    saved::typed_and_saved,
    second_factor::ResetSecondFactor,
    user_of_address,
};
use crate::{
    model::{AppError, Language, UserId, users::DEACTIVATED},
    settings::{
        USERS,
        users::{PersonInput, UserForm, api},
    },
    texts,
    ui::{
        CANCEL, SAVE,
        field::{InputField, SelectField},
        meanwhile::FormProblem,
        message::Failed,
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    INVITE_TITLE = "Invite a colleague" | "Inviter un collègue" | "Een collega uitnodigen";
    SEND = "Send invitation" | "Envoyer l’invitation" | "Uitnodiging versturen";
    FUNCTION = "Function" | "Fonction" | "Functie";
    LANGUAGE = "Language" | "Langue" | "Taal";
    TIME_ZONE = "Time zone" | "Fuseau horaire" | "Tijdzone";
    PREVIEW = "Preview" | "Aperçu" | "Voorbeeld";
    REACTIVATE = "Reactivate" | "Réactiver" | "Opnieuw activeren";
    PERSON = "Person" | "Personne" | "Persoon";
    RIGHTS = "Role and rights" | "Rôle et droits" | "Rol en rechten";
}

#[component]
pub fn InviteUser() -> impl IntoView {
    view! { <FormPage user=Ok(None) /> }
}

#[component]
pub fn EditUser() -> impl IntoView {
    view! { <FormPage user=user_of_address().map(Some) /> }
}

#[component]
fn FormPage(user: Result<Option<UserId>, AppError>) -> impl IntoView {
    let form = Resource::new(
        || (),
        move |()| {
            let user = user.clone();
            async move { api::edit_user(user?).await }
        },
    );
    let shown = |form: Result<UserForm, AppError>| match form {
        Ok(form) => view! { <Form form /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! { <Suspense>{move || Suspend::new(async move { shown(form.await) })}</Suspense> }
}

#[component]
fn Form(form: UserForm) -> impl IntoView {
    let id = form.id.map(|id| id.to_string());
    let (action, title, button) = match form.id {
        Some(_) => (SAVE_USER, form.person.full_name.clone(), SAVE),
        None => (INVITE, t(INVITE_TITLE).to_owned(), SEND),
    };
    let outcome = match &id {
        Some(id) => Outcome::of(action, &[("user", id)]),
        None => Outcome::of(action, &[]),
    };
    let error = outcome.error();
    let compared = typed_and_saved(&outcome, &form);
    let access = RwSignal::new(chosen(&outcome, form.access.into()));
    let email = match form.id {
        Some(_) => view! { <dl class="facts"><div><dt>{t(EMAIL)}</dt><dd>{form.email.clone()}</dd></div></dl> }.into_any(),
        None => view! {
            <div class="fields">
                <InputField id="email" label=t(EMAIL) name="email" key="email" error kind="email" required=true
                    value=outcome.value("email", "") />
            </div>
        }
        .into_any(),
    };
    let state = (!form.active).then(|| view! { " "<span class="tag">{t(DEACTIVATED)}</span> });
    let preview = form.id.map(|user| view! { <RightsPreview user access /> });
    // With scripts the preview is there as soon as something is chosen.
    let ask = move || {
        (preview_by_button(form.id)).then(|| {
            view! { <button type="submit" class="button" name="preview" value="true">{t(PREVIEW)}</button> }
        })
    };
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href="/settings/users">{t(USERS)}</a></p>
                <h1><bdi>{title}</bdi>{state}</h1>
            </div>
            {form.id.map(|user| view! { <StatusButton user active=form.active /> })}
        </div>
        <form method="post" action=action class="form card" novalidate>
            <FormProblem error=error.get_untracked() typed_and_saved=compared />
            {id.map(|id| view! { <input type="hidden" name="user" value=id /> })}
            <input type="hidden" name="version" value=form.version.to_string() />
            <h2>{t(PERSON)}</h2>
            {email}
            <PersonFields person=form.person time_zones=form.time_zones outcome=outcome.clone() />
            <h2>{t(RIGHTS)}</h2>
            <AccessFields access error />
            {preview}
            <div class="form-actions">
                <button type="submit" class="button primary">{t(button)}</button>
                {ask}
                <a class="button quiet" href="/settings/users">{t(CANCEL)}</a>
            </div>
        </form>
        {form.id.filter(|_| form.second_factor).map(|user| view! { <ResetSecondFactor user /> })}
    }
}

fn preview_by_button(user: Option<UserId>) -> bool {
    user.is_some() && !page().hydrated()
}

#[component]
fn PersonFields(person: PersonInput, time_zones: Vec<String>, outcome: Outcome) -> impl IntoView {
    let error = outcome.error();
    let typed = |name: &str, otherwise: &str| outcome.value(&format!("person[{name}]"), otherwise);
    let language = typed("language", person.language.code());
    let languages = Language::ALL.map(|known| {
        let chosen = known.code() == language;
        (known.code().to_owned(), known.name().to_owned(), chosen)
    });
    let zone = typed("time_zone", &person.time_zone);
    let zones = time_zones
        .into_iter()
        .map(|name| (name.clone(), name.replace('_', " "), name == zone))
        .collect();
    view! {
        <div class="fields">
            <InputField id="full_name" label=t(NAME) name="person[full_name]" key="full_name" error required=true
                value=typed("full_name", &person.full_name) />
            <InputField id="function" label=t(FUNCTION) name="person[function]" key="function" error
                value=typed("function", &person.function) />
            <SelectField id="language" label=t(LANGUAGE) name="person[language]" key="language" error choices=languages.to_vec() />
            <SelectField id="time_zone" label=t(TIME_ZONE) name="person[time_zone]" key="time_zone" error choices=zones />
        </div>
    }
}

/// Deactivating asks first, on a page of its own; reactivating does not.
#[component]
fn StatusButton(user: UserId, active: bool) -> impl IntoView {
    if active {
        let address = format!("/settings/users/{user}/deactivate");
        return view! {
            <form method="get" action=address class="actions"><button type="submit" class="button danger">{t(DEACTIVATE)}</button></form>
        }
        .into_any();
    }
    view! {
        <form method="post" action=REACTIVATE_USER class="actions">
            <input type="hidden" name="user" value=user.to_string() />
            <button type="submit" class="button">{t(REACTIVATE)}</button>
        </form>
    }
    .into_any()
}
