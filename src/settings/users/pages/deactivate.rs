//! The page that asks before somebody is deactivated, and to whom goes what he is responsible for.
//! A plain form; what nobody takes stays with him until an admin looks at the orphans.

use leptos::prelude::*;

use super::{DEACTIVATE, DEACTIVATE_USER, user_of_address};
use crate::{
    model::AppError,
    records::pages::HandOverFields,
    settings::{
        USERS,
        users::{Departure, api},
    },
    texts,
    ui::{
        CANCEL,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    TITLE = "Deactivate {name}" | "Désactiver {name}" | "{name} deactiveren";
    WHAT_HAPPENS = "All sessions end at once. Records keep the name, shown as deactivated, and nobody can choose it any more." | "Toutes les sessions prennent fin aussitôt. Les fiches gardent le nom, indiqué comme désactivé, et plus personne ne peut le choisir." | "Alle sessies eindigen meteen. Records behouden de naam, getoond als gedeactiveerd, en niemand kan hem nog kiezen.";
    RESPONSIBLE = "Still responsible for" | "Encore responsable de" | "Nog verantwoordelijk voor";
    NOTHING = "Responsible for nothing." | "Responsable de rien." | "Nergens verantwoordelijk voor.";
}

#[component]
pub fn DeactivateUser() -> impl IntoView {
    let user = user_of_address();
    let departure = Resource::new(
        || (),
        move |()| {
            let user = user.clone();
            async move { api::leaving_user(user?).await }
        },
    );
    let shown = |departure: Result<Departure, AppError>| match departure {
        Ok(departure) => view! { <Form departure /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! { <Suspense>{move || Suspend::new(async move { shown(departure.await) })}</Suspense> }
}

#[component]
fn Form(departure: Departure) -> impl IntoView {
    let Departure { version, holder } = departure;
    let user = holder.user.to_string();
    let outcome = Outcome::of(DEACTIVATE_USER, &[("user", &user)]);
    let error = outcome.error();
    let title = TITLE.with(page().language, &[("name", &holder.full_name)]);
    let address = format!("/settings/users/{user}");
    let held = if holder.held.is_empty() {
        view! { <p>{t(NOTHING)}</p> }.into_any()
    } else {
        view! {
            <h2>{t(RESPONSIBLE)}</h2>
            <HandOverFields id="leaving" held=holder.held outcome />
        }
        .into_any()
    };
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href="/settings/users">{t(USERS)}</a></p>
                <h1>{title}</h1>
            </div>
        </div>
        <form method="post" action=DEACTIVATE_USER class="form card" novalidate>
            <ErrorMessage error />
            <p>{t(WHAT_HAPPENS)}</p>
            <input type="hidden" name="user" value=user />
            <input type="hidden" name="version" value=version.to_string() />
            {held}
            <div class="form-actions">
                <button type="submit" class="button danger">{t(DEACTIVATE)}</button>
                <a class="button quiet" href=address>{t(CANCEL)}</a>
            </div>
        </form>
    }
}
