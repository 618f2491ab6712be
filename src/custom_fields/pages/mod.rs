//! The pages of custom fields: the list of a kind with its order, and the form of one field.
//! Everything works as plain forms; scripts add dragging and spare the reload.

mod arrange;
mod form;
mod list;

pub use form::{EditField, NewField};
pub use list::CustomFields;

use leptos::prelude::*;

use super::api;
use crate::{
    model::{RecordKind, Text},
    texts,
    ui::page::t,
};

texts! {
    CUSTOM_FIELDS = "Custom fields" | "Champs personnalisés" | "Aangepaste velden";
    LABEL = "Label" | "Libellé" | "Label";
    TYPE = "Type" | "Type" | "Type";
    REQUIRED = "Required" | "Obligatoire" | "Verplicht";
    SEVERAL = "Several values" | "Plusieurs valeurs" | "Meerdere waarden";
    LISTED = "Column in lists" | "Colonne dans les listes" | "Kolom in lijsten";
    NEW_FIELD = "Add field" | "Ajouter un champ" | "Veld toevoegen";
    KINDS = "Kinds of record" | "Types de fiche" | "Soorten records";
}

/// The kind that an address asks for.
fn kind_of(get: impl Fn(&str) -> Option<String>) -> RecordKind {
    get("kind")
        .and_then(|kind| RecordKind::from_child(&kind))
        .unwrap_or(RecordKind::Company)
}

/// A tab per kind.
fn tabs(current: RecordKind) -> impl IntoView {
    let tab = |kind: RecordKind| {
        let selected = if kind == current { "true" } else { "false" };
        let label: Text = kind.plural();
        view! { <a role="tab" id=format!("tab-{}", kind.child()) aria-selected=selected href=api::address(kind)>{t(label)}</a> }
    };
    view! { <div class="tabs" role="tablist" aria-label=t(KINDS)>{RecordKind::ALL.map(tab).collect_view()}</div> }
}
