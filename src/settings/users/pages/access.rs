//! Role and rights on a form. Whoever is chosen to be an admin has all of them, so they are not asked for then.
//! What is chosen is told at once, for the preview.

use leptos::prelude::*;

use super::ROLE;
use crate::{
    model::{
        AppError,
        users::{ProjectReach, Reach, UserRole},
    },
    settings::users::AccessInput,
    texts,
    ui::{
        choice::{CheckField, Radio, RadioGroup},
        field::FieldFrame,
        outcome::Outcome,
        page::t,
    },
};

texts! {
    CRM = "CRM" | "CRM" | "CRM";
    DEALS = "Deals" | "Opportunités" | "Deals";
    PROJECTS = "Projects" | "Projets" | "Projecten";
    OTHER = "Also" | "Également" | "Ook";
    INVOICES = "Invoices" | "Factures" | "Facturen";
    MAILBOX = "Shared mailbox" | "Boîte mail partagée" | "Gedeelde mailbox";
    EXPORT = "Export" | "Export" | "Export";
    ADMINS = "Admins always have full rights." | "Les admins ont toujours tous les droits." | "Admins hebben altijd alle rechten.";
    CRM_FULL = "Every company and contact" | "Toutes les entreprises et tous les contacts" | "Alle bedrijven en contacten";
    CRM_LIMITED = "Companies of which this person is sales contact or second, and their contacts" | "Les entreprises dont cette personne est contact commercial ou deuxième, et leurs contacts" | "Bedrijven waarvan deze persoon accountmanager of tweede is, en hun contacten";
    CRM_NONE = "No companies and no contacts" | "Aucune entreprise et aucun contact" | "Geen bedrijven en geen contacten";
    DEALS_FULL = "Every deal, as far as CRM reaches" | "Toutes les opportunités, dans la limite du CRM" | "Alle deals, zover CRM reikt";
    DEALS_LIMITED = "Deals assigned to this person, and those of customers he or she is responsible for" | "Les opportunités affectées à cette personne, et celles des clients dont elle est responsable" | "Deals toegewezen aan deze persoon, en die van klanten waarvoor hij of zij verantwoordelijk is";
    DEALS_NONE = "No deals" | "Aucune opportunité" | "Geen deals";
    PARTICIPATION = "Projects of which this person is manager or collaborator" | "Les projets dont cette personne est gestionnaire ou collaborateur" | "Projecten waarvan deze persoon beheerder of medewerker is";
    PROJECTS_ALL = "Every project" | "Tous les projets" | "Alle projecten";
    PROJECTS_NONE = "No projects" | "Aucun projet" | "Geen projecten";
}

/// What was chosen on a form that came back, else what the person has.
pub fn chosen(outcome: &Outcome, present: AccessInput) -> AccessInput {
    let value =
        |name: &str, otherwise: &'static str| outcome.value(&format!("access[{name}]"), otherwise);
    let reach = |name: &str, present: Reach| {
        let value = value(name, present.code());
        let mut all = Reach::ALL.into_iter();
        all.find(|reach| reach.code() == value).unwrap_or(present)
    };
    let ticked = |name: &str, present| outcome.ticked(&format!("access[{name}]"), "true", present);
    let role = value("role", present.role.code());
    let projects = value("projects", present.projects.code());
    AccessInput {
        role: UserRole::ALL
            .into_iter()
            .find(|known| known.code() == role)
            .unwrap_or(present.role),
        crm: reach("crm", present.crm),
        deals: reach("deals", present.deals),
        projects: ProjectReach::ALL
            .into_iter()
            .find(|known| known.code() == projects)
            .unwrap_or(present.projects),
        invoices: ticked("invoices", present.invoices),
        mailbox: ticked("mailbox", present.mailbox),
        export: ticked("export", present.export),
    }
}

fn radio(label: crate::model::Text, value: &'static str, hint: crate::model::Text) -> Radio {
    Radio {
        value,
        label: t(label),
        hint: t(hint),
    }
}

fn reaches(hints: [crate::model::Text; 3]) -> Vec<Radio> {
    let all = Reach::ALL.into_iter().zip(hints);
    all.map(|(reach, hint)| radio(reach.label(), reach.code(), hint))
        .collect()
}

fn reach_of(value: &str) -> Option<Reach> {
    Reach::ALL.into_iter().find(|reach| reach.code() == value)
}

#[component]
pub fn AccessFields(
    access: RwSignal<AccessInput>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let first = access.get_untracked();
    let change = move |set: fn(&mut AccessInput, &str)| {
        Callback::new(move |value: String| access.update(|access| set(access, &value)))
    };
    let crm = change(|access, value| access.crm = reach_of(value).unwrap_or(access.crm));
    let deals = change(|access, value| access.deals = reach_of(value).unwrap_or(access.deals));
    let projects = change(|access, value| {
        let mut all = ProjectReach::ALL.into_iter();
        access.projects = all.find(|p| p.code() == value).unwrap_or(access.projects);
    });
    let project_radios = [PARTICIPATION, PROJECTS_ALL, PROJECTS_NONE];
    let project_radios = ProjectReach::ALL.into_iter().zip(project_radios);
    let project_radios = project_radios.map(|(p, hint)| radio(p.label(), p.code(), hint));
    let is_admin = move || access.with(|access| access.role == UserRole::Admin);
    view! {
        <RoleField access error />
        {move || is_admin().then(|| view! { <p class="hint">{t(ADMINS)}</p> })}
        // Hidden, not left out: without scripts an admin may be made a user here, and then the rights are asked for.
        <div class="rights" hidden=is_admin>
            <RadioGroup id="crm" name="access[crm]" label=t(CRM) chosen=first.crm.code() change=crm
                radios=reaches([CRM_FULL, CRM_LIMITED, CRM_NONE]) />
            <RadioGroup id="deals" name="access[deals]" label=t(DEALS) chosen=first.deals.code() change=deals
                radios=reaches([DEALS_FULL, DEALS_LIMITED, DEALS_NONE]) />
            <RadioGroup id="projects" name="access[projects]" label=t(PROJECTS) chosen=first.projects.code() change=projects
                radios=project_radios.collect() />
            <fieldset class="radios">
                <legend>{t(OTHER)}</legend>
                <CheckField id="invoices" name="access[invoices]" value="true" label=t(INVOICES) checked=first.invoices
                    change=Callback::new(move |on| access.update(|access| access.invoices = on)) />
                <CheckField id="mailbox" name="access[mailbox]" value="true" label=t(MAILBOX) checked=first.mailbox
                    change=Callback::new(move |on| access.update(|access| access.mailbox = on)) />
                <CheckField id="export" name="access[export]" value="true" label=t(EXPORT) checked=first.export
                    change=Callback::new(move |on| access.update(|access| access.export = on)) />
            </fieldset>
        </div>
    }
}

#[component]
fn RoleField(access: RwSignal<AccessInput>, error: Signal<Option<AppError>>) -> impl IntoView {
    let first = access.get_untracked().role;
    let choose = move |event| {
        let value = event_target_value(&event);
        let role = UserRole::ALL.into_iter().find(|role| role.code() == value);
        access.update(|access| access.role = role.unwrap_or(access.role));
    };
    let option = move |role: UserRole| {
        view! { <option value=role.code() selected=role == first>{t(role.label())}</option> }
    };
    view! {
        <div class="fields">
            <FieldFrame id="role" label=t(ROLE) key="role" error>
                <select id="role" name="access[role]" on:change=choose>{UserRole::ALL.map(option).collect_view()}</select>
            </FieldFrame>
        </div>
    }
}
