//! The fields of a kind in their groups, and what was deleted of them.
//! Groups are named, moved and deleted by plain forms.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use super::{CUSTOM_FIELDS, NEW_FIELD, arrange::Arranged, kind_of, tabs};
use crate::{
    custom_fields::{DeletedField, Fields, api},
    model::{RecordKind, Text, language::Plural},
    texts,
    ui::{
        MOVE_DOWN, MOVE_UP, SAVE, SAVED,
        field::InputField,
        icon::{Glyph, Icon},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    EXPLAINED = "What your company adds to a kind of record. A field of the type User holds a colleague: how contacts and invoices get an account manager. It can be filtered on, but it lets nobody see anything." | "Ce que votre entreprise ajoute à un type de fiche. Un champ de type Utilisateur contient un collègue : c’est ainsi que contacts et factures ont un responsable. On peut filtrer dessus, mais il ne donne accès à rien." | "Wat uw bedrijf aan een soort record toevoegt. Een veld van het type Gebruiker bevat een collega: zo krijgen contacten en facturen een accountmanager. Er kan op gefilterd worden, maar het geeft nergens toegang toe.";
    GROUP_NAME = "Group name" | "Nom du groupe" | "Naam van de groep";
    NEW_GROUP = "Add group" | "Ajouter un groupe" | "Groep toevoegen";
    RENAME = "Rename" | "Renommer" | "Hernoemen";
    RENAME_IT = "Rename {name}" | "Renommer {name}" | "Hernoemen: {name}";
    DELETE_GROUP = "Delete group" | "Supprimer le groupe" | "Groep verwijderen";
    DELETE_IT = "Delete group {name}" | "Supprimer le groupe {name}" | "Groep verwijderen: {name}";
    DELETED = "Deleted fields" | "Champs supprimés" | "Verwijderde velden";
    WHEN = "{by}, {at}" | "{by}, {at}" | "{by}, {at}";
    RESTORE = "Restore {name}" | "Restaurer {name}" | "{name} herstellen";
    RESTORED = "The field is back, with its values." | "Le champ est de retour, avec ses valeurs." | "Het veld is terug, met zijn waarden.";
    GONE = "The field is deleted. For 30 days it can be restored with its values." | "Le champ est supprimé. Pendant 30 jours, il peut être restauré avec ses valeurs." | "Het veld is verwijderd. Dertig dagen lang kan het met zijn waarden hersteld worden.";
}

const DAYS_LEFT: Plural = Plural {
    one: Text::new("{n} day left", "encore {n} jour", "nog {n} dag"),
    other: Text::new("{n} days left", "encore {n} jours", "nog {n} dagen"),
};

pub const SAVE_FIELD: &str = "/api/save_custom_field";
pub const DELETE_FIELD: &str = "/api/delete_custom_field";
const RESTORE_FIELD: &str = "/api/restore_custom_field";
const SAVE_GROUP: &str = "/api/save_field_group";
const SHIFT_GROUP: &str = "/api/shift_field_group";
const REMOVE_GROUP: &str = "/api/delete_field_group";

#[component]
pub fn CustomFields() -> impl IntoView {
    let query = use_query_map();
    let kind = Memo::new(move |_| query.with(|query| kind_of(|name| query.get(name))));
    let loaded = Resource::new(move || kind.get(), api::custom_fields);
    view! {
        <PageTitle text=t(CUSTOM_FIELDS) />
        <Transition>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(fields) => view! { <Page fields /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Page(fields: Fields) -> impl IntoView {
    let kind = fields.kind;
    let saved = |action: &str| Outcome::of(action, &[]).saved();
    let done = if saved(DELETE_FIELD) {
        Some(GONE)
    } else if saved(RESTORE_FIELD) {
        Some(RESTORED)
    } else {
        let mut others = [SAVE_FIELD, SAVE_GROUP, REMOVE_GROUP].iter();
        others.any(|action| saved(action)).then_some(SAVED)
    };
    let deleted = fields.deleted.clone();
    view! {
        <div class="page-head">
            <div class="page-title"><h1>{t(CUSTOM_FIELDS)}</h1></div>
            <div class="actions">
                <form method="get" action="/settings/custom-fields/new">
                    <input type="hidden" name="kind" value=kind.child() />
                    <button type="submit" class="button primary"><Icon glyph=Glyph::Plus />{t(NEW_FIELD)}</button>
                </form>
            </div>
        </div>
        {done.map(|text| view! { <Toast text=t(text) /> })}
        <p class="muted">{t(EXPLAINED)}</p>
        {tabs(kind)}
        <div class="tab-panel" role="tabpanel" aria-labelledby=format!("tab-{}", kind.child())>
            <Arranged fields />
            <NewGroup kind />
            {(!deleted.is_empty()).then(|| view! { <Deleted deleted /> })}
        </div>
    }
}

#[component]
fn NewGroup(kind: RecordKind) -> impl IntoView {
    let outcome = Outcome::of(SAVE_GROUP, &[("kind", kind.child()), ("group", "")]);
    let error = outcome.error();
    let value = outcome.value("name", "");
    view! {
        <form method="post" action=SAVE_GROUP class="inline-form" novalidate>
            <input type="hidden" name="kind" value=kind.child() />
            <InputField id="new-group" label=t(GROUP_NAME) name="name" key="name" error value />
            <button type="submit" class="button">{t(NEW_GROUP)}</button>
        </form>
    }
}

/// What is done with a group: renamed, moved among the others, deleted.
#[component]
pub fn GroupActions(
    kind: RecordKind,
    group: Uuid,
    name: String,
    first: bool,
    last: bool,
) -> impl IntoView {
    let id = group.to_string();
    let outcome = Outcome::of(SAVE_GROUP, &[("kind", kind.child()), ("group", &id)]);
    let error = outcome.error();
    let value = outcome.value("name", &name);
    let hidden = move || {
        view! {
            <input type="hidden" name="kind" value=kind.child() />
            <input type="hidden" name="group" value=group.to_string() />
        }
    };
    let shift = |label: Text, later: bool, disabled: bool| {
        let label = label.with(page().language, &[("name", &name)]);
        let glyph = if later { Glyph::Down } else { Glyph::Up };
        view! {
            <form method="post" action=SHIFT_GROUP>
                {hidden()}
                <input type="hidden" name="later" value=later.to_string() />
                <button type="submit" class="button small quiet" aria-label=label disabled=disabled><Icon glyph /></button>
            </form>
        }
    };
    let open = outcome.refused().is_some();
    let named = |text: Text| text.with(page().language, &[("name", &name)]);
    let (rename, delete) = (named(RENAME_IT), named(DELETE_IT));
    view! {
        <div class="row-actions">
            {shift(MOVE_UP, false, first)}
            {shift(MOVE_DOWN, true, last)}
            <details class="edit-here" open=open>
                <summary class="button small" aria-label=rename>{t(RENAME)}</summary>
                <form method="post" action=SAVE_GROUP class="inline-form" novalidate>
                    {hidden()}
                    <InputField id=format!("group-{id}") label=t(GROUP_NAME) name="name" key="name" error value />
                    <button type="submit" class="button">{t(SAVE)}</button>
                </form>
                <form method="post" action=REMOVE_GROUP>{hidden()}<button type="submit" class="button quiet danger" aria-label=delete>{t(DELETE_GROUP)}</button></form>
            </details>
        </div>
    }
}

#[component]
fn Deleted(deleted: Vec<DeletedField>) -> impl IntoView {
    let language = page().language;
    let error = Outcome::of(RESTORE_FIELD, &[]).error();
    let row = |field: DeletedField| {
        let name = field.label.clone();
        let label = RESTORE.with(language, &[("name", &name)]);
        let when = WHEN.with(
            language,
            &[("by", &field.by), ("at", &language.moment(field.at))],
        );
        view! {
            <li>
                <span class="what"><bdi>{name}</bdi>" "<span class="tag">{t(field.holds.label())}</span></span>
                <span class="muted">{when}" · "{DAYS_LEFT.of(language, field.days_left)}</span>
                <form method="post" action=RESTORE_FIELD>
                    <input type="hidden" name="field" value=field.id.to_string() />
                    <button type="submit" class="button small">{label}</button>
                </form>
            </li>
        }
    };
    view! {
        <section class="card" aria-labelledby="deleted-fields">
            <h2 id="deleted-fields">{t(DELETED)}</h2>
            <ErrorMessage error />
            <ul class="field-list">{deleted.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
