//! The picker of a responsible user on a record's page: a `<select>` with a button until scripts run,
//! then a combobox that saves at once. Both send the same form to the same server function.

use std::{collections::HashMap, sync::Arc};

use leptos::{form::ActionForm, prelude::*};

use crate::{
    model::{
        AppError, Duty, RecordId, RecordKind, Value,
        catalogue::Field,
        users::{Colleague, ME, NOBODY},
    },
    records::api::ChooseResponsible,
    texts,
    ui::{
        SAVE, SAVED,
        combobox::{Combobox, Item, Items},
        field::options,
        page::{page, t},
    },
};

texts! {
    HAND_OVER = "Hand over" | "Transmettre" | "Overdragen";
}

/// Everybody who may be chosen, in the picker's order: nobody where that is allowed, myself, the others.
pub fn items(colleagues: &[Colleague], required: bool) -> Vec<Item> {
    let (me, language) = (page().me().map(|me| me.user), page().language);
    let nobody = Item {
        value: String::new(),
        label: t(NOBODY).to_owned(),
        ..Item::default()
    };
    let mut items: Vec<Item> = if required { Vec::new() } else { vec![nobody] };
    items.extend(colleagues.iter().map(|colleague| Item {
        value: colleague.id.to_string(),
        label: match me {
            Some(id) if id == colleague.id => format!("{} {}", colleague.full_name, t(ME)),
            _ => colleague.full_name.clone(),
        },
        shown: colleague.full_name.clone(),
        groups: colleague.teams.clone(),
        hint: colleague.away(language).unwrap_or_default(),
    }));
    items
}

/// Of each of these who is away, until when, and who stands in for him; by the values of their items.
fn away_and_who(colleagues: &[Colleague]) -> HashMap<String, String> {
    let language = page().language;
    let away = |one: &Colleague| Some((one.id.to_string(), one.away_and_who(language)?));
    colleagues.iter().filter_map(away).collect()
}

/// Who of these people is away, for a `<select>`, whose options are names and nothing else.
pub fn away_text(people: &[Item]) -> Option<String> {
    let away = people.iter().filter(|item| !item.hint.is_empty());
    let away: Vec<String> = away
        .map(|item| format!("{}: {}", item.shown, item.hint))
        .collect();
    (!away.is_empty()).then(|| away.join("; "))
}

/// The same below the `<select>` of this id.
pub fn away_hint(id: &str, people: &[Item]) -> impl IntoView + use<> {
    let id = format!("{id}-away");
    away_text(people).map(|text| view! { <p class="hint away" id=id>{text}</p> })
}

/// `aria-describedby` of such a `<select>`, beside what describes it anyway.
pub fn and_away(id: &str, people: &[Item], described: Option<String>) -> Option<String> {
    let away = away_text(people).map(|_| format!("{id}-away"));
    match (described, away) {
        (Some(described), Some(away)) => Some(format!("{described} {away}")),
        (described, away) => described.or(away),
    }
}

/// The item of the present value, which may be nobody, or a person who cannot be chosen any more.
pub fn present_item(present: &Value) -> Item {
    let shown = present.show(page().language);
    Item {
        value: present.input(page().language),
        label: shown.clone(),
        shown,
        ..Item::default()
    }
}

/// The options of the same list in a `<select>`, the present one chosen and always among them.
pub fn select_options(
    items: &[Item],
    chosen: &Item,
    required: bool,
) -> Vec<(String, String, bool)> {
    let known = items.iter().any(|item| item.value == chosen.value);
    let mut options: Vec<_> = items
        .iter()
        .map(|item| {
            (
                item.value.clone(),
                item.label.clone(),
                item.value == chosen.value,
            )
        })
        .collect();
    if !known {
        let label = if required && chosen.value.is_empty() {
            String::from("–")
        } else {
            chosen.label.clone()
        };
        options.insert(0, (chosen.value.clone(), label, true));
    }
    options
}

/// Sends the form around it once more, as meant.
#[component]
pub fn ConfirmButton() -> impl IntoView {
    view! { <button type="submit" class="button danger" name="confirmed" value="true">{t(HAND_OVER)}</button> }
}

#[component]
pub fn ResponsiblePicker(
    kind: RecordKind,
    id: RecordId,
    /// The role, or the User field.
    field: Arc<Field>,
    duty: Duty,
    /// Whom the record has; changes when somebody else is saved.
    present: Memo<Value>,
    colleagues: StoredValue<Vec<Colleague>>,
    #[prop(into)] saved: Callback<()>,
    /// What its id begins with, where the page has another picker for the same.
    #[prop(default = "")]
    place: &'static str,
) -> impl IntoView {
    let page = page();
    let label = field.label(page.language).to_owned();
    let hint = field
        .custom
        .as_ref()
        .map(|custom| custom.help.clone())
        .filter(|help| !help.is_empty());
    let required = field.required;
    let action = ServerAction::<ChooseResponsible>::new();
    let returned = page.returned("/api/choose_responsible", &[("role", field.key())]);
    let typed = returned
        .as_ref()
        .and_then(|returned| returned.value("user").map(ToOwned::to_owned));
    let error = RwSignal::new(
        returned
            .as_ref()
            .and_then(|returned| returned.error.clone()),
    );
    let done = RwSignal::new(returned.is_some_and(|returned| returned.error.is_none()));

    let list = StoredValue::new(colleagues.with_value(|all| items(all, required)));
    let away = StoredValue::new(colleagues.with_value(|all| away_and_who(all)));
    let chosen = RwSignal::new(present.with_untracked(present_item));
    // Whom the server is known to hold: known with its answer, before the record is read again.
    let held = RwSignal::new(chosen.with_untracked(|item| item.value.clone()));
    // Whom one has just chosen: sent again where that is to be confirmed.
    let pending = RwSignal::new(typed.unwrap_or_else(|| held.get_untracked()));
    // Somebody else may have been saved meanwhile.
    Effect::new(move |_| {
        let item = present.with(present_item);
        held.set(item.value.clone());
        chosen.set(item);
    });
    Effect::new(move |_| match action.value().get() {
        Some(Ok(())) => {
            held.set(pending.get_untracked());
            error.set(None);
            done.set(true);
            saved.run(());
        }
        Some(Err(problem)) => {
            error.set(Some(problem));
            done.set(false);
            let item = present.with_untracked(present_item);
            held.set(item.value.clone());
            chosen.set(item);
            // Where it was changed meanwhile, the picker shows by whom it is held now.
            saved.run(());
        }
        None => {}
    });
    let was = move || held.get();
    let choose = move |item: Item| {
        if item.value == was() {
            return;
        }
        done.set(false);
        pending.set(item.value.clone());
        action.dispatch(ChooseResponsible {
            kind,
            id,
            role: duty,
            user: item.value,
            was: was(),
            confirmed: false,
        });
    };

    let dom_id = format!("{place}{}", field.key());
    let (hint_id, has_hint) = (format!("{dom_id}-hint"), hint.is_some());
    let problem_id = format!("{dom_id}-problem");
    let described = {
        let (problem_id, hint_id) = (problem_id.clone(), hint_id.clone());
        Signal::derive(move || {
            let problem = error.with(Option::is_some).then(|| problem_id.clone());
            let hint = has_hint.then(|| hint_id.clone());
            match (problem, hint) {
                (Some(problem), Some(hint)) => Some(format!("{problem} {hint}")),
                (problem, hint) => problem.or(hint),
            }
        })
    };
    // Without scripts, what is to be confirmed is what the form is sent with again.
    let to_select = move || {
        let pending = pending.get_untracked();
        let asked =
            error.with_untracked(|error| error.as_ref().is_some_and(AppError::asks_to_confirm));
        list.with_value(|list| {
            list.iter()
                .find(|item| asked && item.value == pending)
                .cloned()
        })
        .unwrap_or_else(|| chosen.get_untracked())
    };
    let (control_id, list_label) = (dom_id.clone(), label.clone());
    // Two places of one name a screen reader could not tell apart.
    let form_label = place.is_empty().then(|| label.clone());
    let away_id = dom_id.clone();
    let control = move || {
        let (dom_id, label) = (control_id.clone(), list_label.clone());
        if page.hydrated() {
            view! {
                <input type="hidden" name="user" prop:value=move || pending.get() />
                <Combobox id=dom_id items=Items::All(list) chosen choose label required
                    invalid=Signal::derive(move || error.get().is_some()) described_by=described />
            }
            .into_any()
        } else {
            let choices = list.with_value(|list| select_options(list, &to_select(), required));
            let described =
                list.with_value(|list| and_away(&dom_id, list, described.get_untracked()));
            view! {
                <select id=dom_id name="user" aria-describedby=described>{options(choices)}</select>
                <button type="submit" class="button">{t(SAVE)}</button>
            }
            .into_any()
        }
    };
    view! {
        <ActionForm action attr:class="picker" attr:aria-label=form_label>
            <input type="hidden" name="kind" value=kind.child() />
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="role" value=duty.key() />
            <input type="hidden" name="was" value=was />
            <label for=dom_id>{label}</label>
            <div class="picker-row">{control}</div>
            {move || {
                let text = away.with_value(|away| away.get(&held.get()).cloned());
                text.map(|text| view! { <p class="hint away">{text}</p> })
            }}
            {move || (!page.hydrated()).then(|| list.with_value(|list| away_hint(&away_id, list)))}
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <p class="saved" role="status">{move || done.get().then(|| t(SAVED))}</p>
            {move || {
                let text = error.get().map(|error: AppError| error.short_text(page.language));
                text.map(|text| view! { <p class="problem" role="alert" id=problem_id.clone()>{text}</p> })
            }}
            {move || error.get().filter(AppError::asks_to_confirm).map(|_| view! { <ConfirmButton /> })}
        </ActionForm>
    }
}
