//! The server functions of custom fields. All begin with the admin: for anybody else there are none.
//! What is typed is checked here; what an account's records hold is the store's business.

use std::collections::BTreeMap;

use leptos::prelude::*;
use uuid::Uuid;

use super::{FieldForm, Fields};
use crate::model::{AppError, FieldId, RecordKind};

#[cfg(feature = "ssr")]
use {
    super::{
        MOST_CHOICES,
        store::{self, Draft},
    },
    crate::{
        model::{
            Language, Problem, Problems,
            catalogue::{CURRENCIES, Choice, CustomField, Field, Holds, Input},
            forms::line,
        },
        server::context::admin,
    },
};

#[cfg(feature = "ssr")]
const LABEL: usize = 80;
#[cfg(feature = "ssr")]
const HELP: usize = 300;
#[cfg(feature = "ssr")]
const CHOICE: usize = 100;

/// The page of a kind's fields.
pub fn address(kind: RecordKind) -> String {
    format!("/settings/custom-fields?kind={}", kind.child())
}

/// All fields of a kind, in their groups and in order, and those that were deleted.
#[server(prefix = "/api", endpoint = "custom_fields")]
pub async fn custom_fields(kind: RecordKind) -> Result<Fields, AppError> {
    let (database, admin) = admin()?;
    store::fields(&mut database.begin(&admin).await?, kind).await
}

/// The groups of a kind, by name.
#[server(prefix = "/api", endpoint = "field_groups")]
pub async fn field_groups(kind: RecordKind) -> Result<Vec<(Uuid, String)>, AppError> {
    let (database, admin) = admin()?;
    store::groups(&mut database.begin(&admin).await?, kind).await
}

/// One field with what its form needs.
#[server(prefix = "/api", endpoint = "one_custom_field")]
pub async fn one_custom_field(field: FieldId) -> Result<FieldForm, AppError> {
    let (database, admin) = admin()?;
    store::form(&mut database.begin(&admin).await?, field).await
}

/// What the form of a field says. Checkboxes that are not ticked are not sent.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Typed {
    pub label: String,
    pub holds: String,
    pub required: bool,
    pub several: bool,
    pub listed: bool,
    pub told: bool,
    pub mine: bool,
    pub help: String,
    pub default: String,
    pub currency: String,
    pub group: String,
    /// The labels of the choices that there are, by their ids; emptied, a choice is taken away.
    pub choices: BTreeMap<String, String>,
    /// Further ones, one per line.
    pub more: String,
}

/// Creates a field behind the others (`field` none), or saves one over the version that its form was opened with. A change of its
/// type is done once it is `meant`.
#[server(prefix = "/api", endpoint = "save_custom_field")]
pub async fn save_custom_field(
    kind: RecordKind,
    #[server(default)] field: Option<FieldId>,
    #[server(default)] version: i32,
    #[server(default)] form: Typed,
    #[server(default)] meant: bool,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let draft = checked(&form, admin.language)?;
    let is_counter = draft.holds == Holds::Counter;
    let opened = field.map(|field| (field, version));
    let tx = database.begin(&admin).await?;
    let field = store::save(tx, kind, opened, draft, meant).await?;
    if is_counter {
        // Once more, for records that were being created and did not know of it.
        store::number(database.begin(&admin).await?, kind, field).await?;
    }
    leptos_axum::redirect(&address(kind));
    Ok(())
}

/// All that is wrong with what was typed; the draft has English numbers and dates, whatever the language of the admin.
#[cfg(feature = "ssr")]
fn checked(typed: &Typed, language: Language) -> Result<Draft, AppError> {
    let mut problems = Problems::new();
    let mut told = |key: &str, problem| drop(problems.insert(key.to_owned(), problem));
    let label = line(&typed.label, LABEL).unwrap_or_else(|problem| {
        told("label", problem);
        String::new()
    });
    let help = match line(&typed.help, HELP) {
        Ok(help) => help,
        Err(Problem::Required) => String::new(),
        Err(problem) => {
            told("help", problem);
            String::new()
        }
    };
    let holds = Holds::from_code(&typed.holds);
    if holds.is_none() {
        told("holds", Problem::NotAnOption);
    }
    let holds = holds.unwrap_or(Holds::Line);
    let currency = if typed.currency.is_empty() {
        "EUR"
    } else {
        &typed.currency
    };
    if !CURRENCIES.iter().any(|known| known.code == currency) {
        told("currency", Problem::NotAnOption);
    }
    let group = match typed.group.as_str() {
        "" => None,
        id => match id.parse() {
            Ok(id) => Some(id),
            Err(_) => {
                told("group", Problem::NotAnOption);
                None
            }
        },
    };
    let (mut choices, mut emptied, more) = choices(typed, &mut told);
    if !holds.has_choices() {
        choices.clear();
        emptied.clear();
    }
    let mut draft = Draft {
        label,
        holds,
        several: holds == Holds::MultiSelect
            || typed.several && matches!(holds, Holds::User | Holds::Select),
        required: typed.required && holds != Holds::Counter,
        listed: typed.listed,
        told: typed.told,
        mine: typed.mine,
        help,
        default: typed.default.trim().to_owned(),
        currency: currency.to_owned(),
        group,
        choices,
        emptied,
        more: if holds.has_choices() {
            more
        } else {
            Vec::new()
        },
    };
    if let Err(problem) = in_english(&mut draft, language) {
        told("default", problem);
    }
    if problems.is_empty() {
        Ok(draft)
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// The labels of the choices that stay, those that are taken away, and those that are new.
#[cfg(feature = "ssr")]
fn choices(
    typed: &Typed,
    told: &mut impl FnMut(&str, Problem),
) -> (Vec<(Uuid, String)>, Vec<Uuid>, Vec<String>) {
    let (mut kept, mut emptied) = (Vec::new(), Vec::new());
    for (key, label) in &typed.choices {
        let Some(id) = Choice::id_of(key) else {
            continue;
        };
        match line(label, CHOICE) {
            Ok(label) => kept.push((id, label)),
            Err(Problem::Required) => emptied.push(id),
            Err(problem) => told(&format!("c-{id}"), problem),
        }
    }
    let mut more: Vec<String> = Vec::new();
    for one in typed.more.lines() {
        match line(one, CHOICE) {
            Ok(label) => more.push(label),
            Err(Problem::Required) => {}
            Err(problem) => told("more", problem),
        }
    }
    let folded = |label: &str| label.to_lowercase();
    let mut seen = std::collections::BTreeSet::new();
    let twice =
        |label: &str, seen: &mut std::collections::BTreeSet<String>| !seen.insert(folded(label));
    for (id, label) in &kept {
        if twice(label, &mut seen) {
            told(&format!("c-{id}"), Problem::ChoiceTwice);
        }
    }
    if more.iter().any(|label| twice(label, &mut seen)) {
        told("more", Problem::ChoiceTwice);
    }
    if kept.len() + more.len() > MOST_CHOICES {
        told("more", Problem::TooManyChoices { max: MOST_CHOICES });
    }
    (kept, emptied, more)
}

/// Reads the default as its author types it, and keeps it as an English one would. What is chosen is looked at by the store.
#[cfg(feature = "ssr")]
fn in_english(draft: &mut Draft, language: Language) -> Result<(), Problem> {
    if draft.default.is_empty() {
        return Ok(());
    }
    if matches!(
        draft.holds,
        Holds::Counter | Holds::Company | Holds::Contact
    ) {
        draft.default.clear();
        return Ok(());
    }
    if draft.holds.has_choices() || draft.holds == Holds::User {
        return Ok(());
    }
    let field = Field::added(&CustomField::new(draft.holds, draft.several));
    draft.default = match field.parse(&draft.default, language)? {
        Input::Integer(n) => n.to_string(),
        Input::Amount(amount) => amount.to_string(),
        Input::Date(date) => date.to_string(),
        Input::YesNo(yes) => if yes { "Yes" } else { "No" }.to_owned(),
        Input::Text(text) => text,
        _ => String::new(),
    };
    Ok(())
}

/// Puts a field into a group (none: into no group), before another field of it, or behind all of them.
#[server(prefix = "/api", endpoint = "place_custom_field")]
pub async fn place_custom_field(
    kind: RecordKind,
    field: FieldId,
    #[server(default)] group: Option<Uuid>,
    #[server(default)] before: Option<FieldId>,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::place(database.begin(&admin).await?, kind, field, group, before).await?;
    leptos_axum::redirect(&address(kind));
    Ok(())
}

/// Creates a group behind the others (`group` none), or renames one.
#[server(prefix = "/api", endpoint = "save_field_group")]
pub async fn save_field_group(
    kind: RecordKind,
    #[server(default)] group: Option<Uuid>,
    #[server(default)] name: String,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let name = line(&name, LABEL).map_err(|problem| AppError::field("name", problem))?;
    store::save_group(database.begin(&admin).await?, kind, group, &name).await?;
    leptos_axum::redirect(&address(kind));
    Ok(())
}

/// Moves a group one place towards the beginning, or towards the end.
#[server(prefix = "/api", endpoint = "shift_field_group")]
pub async fn shift_field_group(
    kind: RecordKind,
    group: Uuid,
    #[server(default)] later: bool,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::shift_group(database.begin(&admin).await?, kind, group, later).await?;
    leptos_axum::redirect(&address(kind));
    Ok(())
}

/// Deletes a group; its fields belong to none then.
#[server(prefix = "/api", endpoint = "delete_field_group")]
pub async fn delete_field_group(kind: RecordKind, group: Uuid) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::delete_group(database.begin(&admin).await?, kind, group).await?;
    leptos_axum::redirect(&address(kind));
    Ok(())
}

/// Deletes a field, whose name is typed to show that it is meant. For 30 days it can be restored with all its values.
#[server(prefix = "/api", endpoint = "delete_custom_field")]
pub async fn delete_custom_field(
    field: FieldId,
    #[server(default)] name: String,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let kind = store::delete(database.begin(&admin).await?, field, &name).await?;
    leptos_axum::redirect(&address(kind));
    Ok(())
}

/// Restores a deleted field, with the values that it had.
#[server(prefix = "/api", endpoint = "restore_custom_field")]
pub async fn restore_custom_field(field: FieldId) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let kind = store::restore(database.begin(&admin).await?, field).await?;
    leptos_axum::redirect(&address(kind));
    Ok(())
}
