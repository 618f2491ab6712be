//! The frame of all settings pages: their own navigation beside them.
//! The pages themselves belong to the rooms that they are about.

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use crate::{
    accounts::second_factor,
    custom_fields::CUSTOM_FIELDS,
    mailbox::MAILBOXES,
    model::{Text, users::UserRole},
    notifications::MY_NOTIFICATIONS,
    records::pages::JOBS,
    texts,
    ui::page::{page, t},
};

pub mod import;
pub mod orphans;
pub mod phases;
pub mod plan;
pub mod teams;
pub mod users;
pub mod working_hours;

texts! {
    SETTINGS = "Settings" | "Paramètres" | "Instellingen";
    MY_PROFILE = "My profile" | "Mon profil" | "Mijn profiel";
    MY_SESSIONS = "My sessions" | "Mes sessions" | "Mijn sessies";
    PLAN = "Plan" | "Formule" | "Plan";
    AUDIT = "Audit" | "Audit" | "Audit";
    TEAMS = "Teams" | "Équipes" | "Teams";
    USERS = "Users" | "Utilisateurs" | "Gebruikers";
    BIN = "Bin" | "Corbeille" | "Prullenbak";
    ORPHANS = "Orphans" | "Orphelins" | "Wezen";
}

const PAGES: [(&str, Text); 6] = [
    ("/settings/profile", MY_PROFILE),
    ("/settings/notifications", MY_NOTIFICATIONS),
    ("/settings/sessions", MY_SESSIONS),
    ("/settings/second-factor", second_factor::TITLE),
    ("/settings/import", import::IMPORT),
    ("/settings/bin", BIN),
];

/// Pages that exist for admins alone.
const ADMIN_PAGES: &[(&str, Text)] = &[
    ("/settings/users", USERS),
    ("/settings/teams", TEAMS),
    ("/settings/orphans", ORPHANS),
    ("/settings/phases", phases::PHASES),
    ("/settings/custom-fields", CUSTOM_FIELDS),
    ("/settings/mailboxes", MAILBOXES),
    ("/settings/working-hours", working_hours::WORKING_HOURS),
    ("/settings/plan", PLAN),
    ("/settings/audit", AUDIT),
    ("/settings/jobs", JOBS),
];

#[component]
pub fn SettingsFrame() -> impl IntoView {
    let location = use_location();
    let link = move |(address, label): (&'static str, Text)| {
        // A page below it, such as the form of one team, is part of it.
        let inside = move |path: &str| match path.strip_prefix(address) {
            Some(rest) => rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        let current = move || {
            location
                .pathname
                .with(|path| inside(path))
                .then_some("page")
        };
        view! { <li><a href=address aria-current=current>{t(label)}</a></li> }
    };
    let admin = page().me().is_some_and(|me| me.role == UserRole::Admin);
    let of_admins = if admin { ADMIN_PAGES } else { &[] };
    let pages = PAGES.iter().chain(of_admins).copied();
    view! {
        <div class="settings">
            <nav class="subnav" aria-label=t(SETTINGS)><ul>{pages.map(link).collect_view()}</ul></nav>
            <div class="settings-body"><Outlet /></div>
        </div>
    }
}
