//! Inputs of fields that hold several: a tick for each choice, and a list of people to which a combobox adds. Without scripts
//! people are ticked too. Each one chosen is an input of its own, named after the field and itself.

use leptos::prelude::*;

use super::{
    inputs::Slot,
    responsible::{away_hint, items, present_item},
};
use crate::{
    model::{Value, catalogue::FieldType, users::Colleague},
    ui::{
        choice::CheckField,
        chosen::{Chosen, Offered},
        combobox::Item,
        field::{described_by, is_invalid},
        page::page,
    },
};

/// One that can be ticked: its id, what it is called, whether it is.
type Tick = (String, String, bool);

/// The choices of a field, each with its tick; one that was taken away only where the record has it.
#[component]
pub fn ChoicesField(of: Slot) -> impl IntoView {
    let chosen = of.chosen();
    let present = of.value();
    let known = of
        .field
        .custom
        .as_ref()
        .map(|custom| custom.choices.clone());
    let mut all: Vec<(String, String)> = known
        .unwrap_or_default()
        .into_iter()
        .map(|choice| (choice.id.to_string(), choice.label))
        .collect();
    add_present(&mut all, &present);
    let ticks = ticked(all, &chosen);
    view! { <Frame of=of.clone()><Ticks of ticks /></Frame> }
}

/// Colleagues, any number of them.
#[component]
pub fn PeopleField(of: Slot) -> impl IntoView {
    let page = page();
    let chosen = of.chosen();
    // In a role of the record stands who may open it; in a User field, anybody.
    let in_role = matches!(of.field.kind, FieldType::Shared(_));
    let colleagues = of.data.with_value(|data| {
        let all = if in_role {
            &data.colleagues
        } else {
            &data.everybody
        };
        all.clone()
    });
    let known = known(&colleagues, &of.value());
    let control = {
        let of = of.clone();
        move || {
            if page.hydrated() {
                let first = known.iter().filter(|item| chosen.contains(&item.value));
                let first = first.cloned().collect::<Vec<_>>();
                view! { <Picked of=of.clone() colleagues=colleagues.clone() first /> }.into_any()
            } else {
                let named = known
                    .iter()
                    .map(|item| (item.value.clone(), item.label.clone()));
                view! {
                    <Ticks of=of.clone() ticks=ticked(named.collect(), &chosen) />
                    {away_hint(&of.id(), &known)}
                }
                .into_any()
            }
        }
    };
    view! { <Frame of>{control}</Frame> }
}

/// Everybody who can be chosen, and who stands there already.
fn known(colleagues: &[Colleague], present: &Value) -> Vec<Item> {
    let mut all = items(colleagues, true);
    for one in present.each() {
        let item = present_item(one);
        if !all.iter().any(|known| known.value == item.value) {
            all.push(item);
        }
    }
    all
}

fn add_present(all: &mut Vec<(String, String)>, present: &Value) {
    let language = page().language;
    for one in present.each() {
        let id = one.input(language);
        if !all.iter().any(|(known, _)| *known == id) {
            all.push((id, one.show(language)));
        }
    }
}

fn ticked(all: Vec<(String, String)>, chosen: &[String]) -> Vec<Tick> {
    let tick = |(id, label): (String, String)| {
        let is = chosen.contains(&id);
        (id, label, is)
    };
    all.into_iter().map(tick).collect()
}

/// A group that is called what the field is, with its hint and its problem.
#[component]
fn Frame(of: Slot, children: Children) -> impl IntoView {
    let language = page().language;
    let (id, key, label) = (of.id(), of.field.key().to_owned(), of.label());
    let (legend, hint, problem_id) = (format!("{id}-legend"), of.hint(), format!("{id}-problem"));
    let error = of.error;
    let described = described_by(&id, &key, !hint.is_empty(), error);
    let invalid = is_invalid(&key, error);
    let problem = move || {
        let text = error.with(|error| Some(error.as_ref()?.problems()?.get(&key)?.text(language)));
        text.map(|text| view! { <p class="problem" id=problem_id.clone()>{text}</p> })
    };
    let required = of.field.required;
    let labelled_by = legend.clone();
    view! {
        <fieldset class="field several" class:invalid=move || invalid().is_some() aria-labelledby=labelled_by aria-describedby=described>
            <legend id=legend>{label}{required.then(|| view! { <span class="required" aria-hidden="true">" *"</span> })}</legend>
            // That the field was sent at all, even with nothing chosen.
            <input type="hidden" name=of.name() value="" />
            {children()}
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {problem}
        </fieldset>
    }
}

#[component]
fn Ticks(of: Slot, ticks: Vec<Tick>) -> impl IntoView {
    let tick = |(id, label, checked): Tick| {
        let name = of.name_of(&id);
        view! { <CheckField id=format!("{}-{id}", of.id()) name value="on" label checked /> }
    };
    view! { <div class="ticks">{ticks.into_iter().map(tick).collect_view()}</div> }
}

/// Those who are chosen, and a combobox that adds.
#[component]
fn Picked(of: Slot, colleagues: Vec<Colleague>, first: Vec<Item>) -> impl IntoView {
    let offered = Offered::All(StoredValue::new(items(&colleagues, true)));
    let (id, label) = (of.id(), of.label());
    let input = move |item: Item| (of.name_of(&item.value), "on".to_owned());
    view! { <Chosen id label offered picked=RwSignal::new(first) input /> }
}
