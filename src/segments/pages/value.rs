//! What a field is compared with, in the input that its sort of value wants. Several values are items that can be taken out;
//! without scripts, the chosen options of a list.

use leptos::prelude::*;
use uuid::Uuid;

use super::{fields::Offer, state::Building};
use crate::{
    model::{
        catalogue::{Field, FieldType},
        invoices::{InvoiceStatus, OVERDUE},
        segments::{
            Operator, Wants,
            check::{self, ME, MY_TEAM, TEAM},
            rows::values_name,
        },
        users,
        values::{NO, YES},
    },
    records::pages::asked_records,
    segments::Builder,
    texts,
    ui::{
        chosen::{Chosen, Offered},
        combobox::Item,
        field::{Choice, options},
        page::{page, t},
    },
};

texts! {
    VALUE = "Value" | "Valeur" | "Waarde";
    AND = "And" | "Et" | "En";
    DATE = "Date" | "Date" | "Datum";
    DAYS = "days" | "jours" | "dagen";
    I_MYSELF = "Me" | "Moi" | "Ik";
    MY_OWN_TEAM = "My team" | "Mon équipe" | "Mijn team";
    A_TEAM = "team" | "équipe" | "team";
    SEVERAL_WORDS = "Several, separated by commas" | "Plusieurs, séparés par des virgules" | "Meerdere, gescheiden door komma’s";
    UNKNOWN = "not visible to you" | "non visible pour vous" | "niet zichtbaar voor u";
}

#[component]
pub fn ValueOf(of: Building, n: usize, offer: Offer, operator: Operator) -> impl IntoView {
    let Some(wants) = offer.compares().wants(operator) else {
        return ().into_any();
    };
    let field = &offer.field;
    let one = move |place: usize, label: &'static str, kind: &'static str| {
        view! { <One of n place label kind /> }
    };
    match wants {
        Wants::Nothing => ().into_any(),
        Wants::Text => one(0, t(VALUE), "text").into_any(),
        Wants::Words => view! {
            {one(0, t(VALUE), "text")}
            <span class="hint">{t(SEVERAL_WORDS)}</span>
        }
        .into_any(),
        Wants::Number => one(0, t(VALUE), "number").into_any(),
        Wants::Days => view! { {one(0, t(VALUE), "number")}<span>{t(DAYS)}</span> }.into_any(),
        Wants::Date => one(0, t(VALUE), "date").into_any(),
        Wants::TwoNumbers => pair(one(0, t(VALUE), "number"), one(1, t(AND), "number")).into_any(),
        Wants::TwoDates => pair(one(0, t(VALUE), "date"), one(1, t(AND), "date")).into_any(),
        Wants::DateAndPeople => {
            let people = of.builder.with_value(everyone);
            view! { {one(0, t(DATE), "date")}<Several of n from=1 all=people /> }.into_any()
        }
        Wants::People => {
            view! { <Several of n from=0 all=of.builder.with_value(everyone) /> }.into_any()
        }
        Wants::Teams => {
            view! { <Several of n from=0 all=of.builder.with_value(teams) /> }.into_any()
        }
        Wants::Options => {
            let all = of.builder.with_value(|builder| choices(builder, field));
            view! { <Several of n from=0 all /> }.into_any()
        }
        Wants::YesNo => yes_or_no(of, n).into_any(),
        Wants::Record | Wants::Records => {
            view! { <Records of n field_type=field.kind alone={wants == Wants::Record} /> }
                .into_any()
        }
    }
}

fn pair(one: impl IntoView, other: impl IntoView) -> impl IntoView {
    view! { {one}<span aria-hidden="true">{t(AND).to_lowercase()}</span>{other} }
}

/// An input of one value, by its place among the condition's.
#[component]
fn One(
    of: Building,
    n: usize,
    place: usize,
    label: &'static str,
    kind: &'static str,
) -> impl IntoView {
    let value = of.row(n).values.get(place).cloned().unwrap_or_default();
    let step = (kind == "number").then_some("any");
    let change = move |event| {
        let text = event_target_value(&event);
        of.set(n, |row| {
            if row.values.len() <= place {
                row.values.resize(place + 1, String::new());
            }
            row.values[place] = text;
        });
    };
    view! { <input type=kind step=step name=values_name(n) value=value aria-label=label on:input=change /> }
}

fn yes_or_no(of: Building, n: usize) -> impl IntoView {
    let now = of.row(n).values.first().cloned().unwrap_or_default();
    let choice = |code: &str, label: &str| (code.to_owned(), label.to_owned(), now == code);
    let choices: Vec<Choice> = vec![choice("", ""), choice("yes", t(YES)), choice("no", t(NO))];
    let change = move |event| {
        let chosen = event_target_value(&event);
        of.set(n, |row| row.values = vec![chosen]);
    };
    view! { <select name=values_name(n) aria-label=t(VALUE) on:change=change>{options(choices)}</select> }
}

/// Those of a condition's values that are items, behind what stands before them.
fn values(of: Building, n: usize, from: usize) -> Vec<String> {
    let values = of.row(n).values.into_iter().skip(from);
    values.filter(|value| !value.is_empty()).collect()
}

/// What the items are from now on; what stands before them stays.
fn put(of: Building, n: usize, from: usize, picked: RwSignal<Vec<Item>>) {
    let items =
        picked.with_untracked(|all| all.iter().map(|one| one.value.clone()).collect::<Vec<_>>());
    of.set(n, |row| {
        row.values.resize(from, String::new());
        row.values.extend(items);
    });
}

/// Several of what there is to choose from.
#[component]
fn Several(of: Building, n: usize, from: usize, all: Vec<Item>) -> impl IntoView {
    let page = page();
    let chosen = values(of, n, from);
    let all = StoredValue::new(all);
    move || {
        if page.hydrated() {
            let known = |value: &String| {
                let known =
                    all.with_value(|all| all.iter().find(|item| item.value == *value).cloned());
                known.unwrap_or_else(|| unknown(value))
            };
            // As they are by now: it may have been drawn before.
            let picked = RwSignal::new(values(of, n, from).iter().map(known).collect::<Vec<_>>());
            let change = move |()| put(of, n, from, picked);
            let input = move |item: Item| (values_name(n), item.value);
            view! { <Chosen id=format!("row-{n}-value") label=t(VALUE) offered=Offered::All(all) picked input change /> }
                .into_any()
        } else {
            let options = all.with_value(|all| {
                let option = |item: &Item| {
                    let is = chosen.contains(&item.value);
                    view! { <option value=item.value.clone() selected=is>{item.label.clone()}</option> }
                };
                all.iter().map(option).collect_view()
            });
            let gone = chosen.iter().filter(|value| {
                all.with_value(|all| !all.iter().any(|item| item.value == **value))
            });
            let gone = gone.map(|value| {
                view! { <option value=value.clone() selected=true>{t(UNKNOWN)}</option> }
            });
            view! { <select multiple=true name=values_name(n) aria-label=t(VALUE)>{gone.collect_view()}{options}</select> }
                .into_any()
        }
    }
}

fn unknown(value: &str) -> Item {
    Item {
        value: value.to_owned(),
        label: t(UNKNOWN).to_owned(),
        shown: t(UNKNOWN).to_owned(),
        ..Item::default()
    }
}

fn item(value: String, label: String) -> Item {
    Item {
        value,
        shown: label.clone(),
        label,
        ..Item::default()
    }
}

/// Whoever looks, his team, every team, and everybody, who is deactivated too.
fn everyone(builder: &Builder) -> Vec<Item> {
    let mut all = vec![
        item(ME.to_owned(), t(I_MYSELF).to_owned()),
        item(MY_TEAM.to_owned(), t(MY_OWN_TEAM).to_owned()),
    ];
    let me = page().me().map(|me| me.user);
    all.extend(builder.people.iter().map(|(person, active)| Item {
        value: person.id.to_string(),
        label: match (*active, me == Some(person.id)) {
            (_, true) => format!("{} {}", person.full_name, t(users::ME)),
            (false, _) => format!("{} {}", person.full_name, t(users::DEACTIVATED)),
            _ => person.full_name.clone(),
        },
        shown: person.full_name.clone(),
        groups: person.teams.clone(),
        ..Item::default()
    }));
    all.extend(teams(builder));
    all
}

fn teams(builder: &Builder) -> Vec<Item> {
    let team = |(id, name): &(crate::model::TeamId, String)| Item {
        hint: t(A_TEAM).to_owned(),
        ..item(format!("{TEAM}{id}"), name.clone())
    };
    builder.teams.iter().map(team).collect()
}

/// The choices of a field.
fn choices(builder: &Builder, field: &Field) -> Vec<Item> {
    let language = page().language;
    match field.kind {
        FieldType::Fixed(fixed) => fixed
            .iter()
            .map(|one| item(one.code.to_owned(), one.label.get(language).to_owned()))
            .collect(),
        FieldType::Status => InvoiceStatus::ALL
            .iter()
            .map(|one| item(one.code().to_owned(), one.label().get(language).to_owned()))
            .chain([item(check::OVERDUE.to_owned(), t(OVERDUE).to_owned())])
            .collect(),
        FieldType::Phase => {
            let phase = |(id, name): &(Uuid, String)| item(id.to_string(), name.clone());
            builder.phases.iter().map(phase).collect()
        }
        _ => {
            let custom = field.custom.iter().flat_map(|custom| &custom.choices);
            custom
                .map(|one| item(one.id.to_string(), one.label.clone()))
                .collect()
        }
    }
}

/// Records, by the beginnings of their words; without scripts, typed by name.
#[component]
fn Records(of: Building, n: usize, field_type: FieldType, alone: bool) -> impl IntoView {
    let page = page();
    let offered = Offered::Asked(asked_records(field_type.targets()));
    let named = move |value: &String| {
        let name = of.builder.with_value(|builder| {
            let mut known = builder.records.iter();
            known
                .find(|(id, _)| id.to_string() == *value)
                .map(|(_, name)| name.clone())
        });
        match (name, value.parse::<Uuid>()) {
            (Some(name), _) => item(value.clone(), name),
            (None, Ok(_)) => unknown(value),
            (None, Err(_)) => item(value.clone(), value.clone()),
        }
    };
    move || {
        if page.hydrated() {
            let picked = RwSignal::new(values(of, n, 0).iter().map(named).collect::<Vec<_>>());
            let change = move |()| put(of, n, 0, picked);
            let input = move |item: Item| (values_name(n), item.value);
            view! { <Chosen id=format!("row-{n}-value") label=t(VALUE) offered picked input change alone /> }
                .into_any()
        } else {
            let all = values(of, n, 0);
            let hidden = all.iter().filter(|value| value.parse::<Uuid>().is_ok());
            let hidden = hidden.map(|value| {
                let shown = named(value).shown;
                view! { <label class="kept"><input type="checkbox" name=values_name(n) value=value.clone() checked=true />{shown}</label> }
            });
            let typed = all
                .iter()
                .find(|value| value.parse::<Uuid>().is_err())
                .cloned();
            view! {
                {hidden.collect_view()}
                <input type="text" name=values_name(n) value=typed.unwrap_or_default() aria-label=t(VALUE) />
            }
            .into_any()
        }
    }
}
