//! The frame of all settings pages: their own navigation beside them.
//! The pages themselves belong to the rooms that they are about.

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{model::Text, texts, ui::page::t};

texts! {
    SETTINGS = "Settings" | "Paramètres" | "Instellingen";
    MY_PROFILE = "My profile" | "Mon profil" | "Mijn profiel";
    MY_SESSIONS = "My sessions" | "Mes sessions" | "Mijn sessies";
}

const PAGES: [(&str, Text); 2] = [
    ("/settings/profile", MY_PROFILE),
    ("/settings/sessions", MY_SESSIONS),
];

#[component]
pub fn SettingsFrame() -> impl IntoView {
    let location = use_location();
    let link = move |(address, label): (&'static str, Text)| {
        let current = move || (location.pathname.get() == address).then_some("page");
        view! { <li><a href=address aria-current=current>{t(label)}</a></li> }
    };
    view! {
        <div class="settings">
            <nav class="subnav" aria-label=t(SETTINGS)><ul>{PAGES.into_iter().map(link).collect_view()}</ul></nav>
            <div class="settings-body"><Outlet /></div>
        </div>
    }
}
