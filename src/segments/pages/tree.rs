//! The tree of a filter: groups within groups, and the conditions in them. Each button is one of the form, and does the same
//! without sending it where scripts run.

use leptos::prelude::*;

use super::{
    state::{Building, add_id, field_id},
    value::ValueOf,
};
use crate::{
    model::segments::{
        Match, Operator, Why,
        rows::{self, Press, Row, input_name},
    },
    texts,
    ui::{
        field::{Choice, options},
        icon::{Glyph, Icon},
        page::{page, t},
    },
};

texts! {
    GROUP_N = "Group {n}" | "Groupe {n}" | "Groep {n}";
    CONDITION_N = "Condition {n}" | "Condition {n}" | "Voorwaarde {n}";
    MATCH = "Match" | "Correspondance" | "Overeenkomst";
    OF_THESE = "of these conditions" | "de ces conditions" | "van deze voorwaarden";
    FIELD = "Field" | "Champ" | "Veld";
    OPERATOR = "Operator" | "Opérateur" | "Operator";
    CHOOSE_FIELD = "Choose a field" | "Choisissez un champ" | "Kies een veld";
    ADD_CONDITION = "Add condition" | "Ajouter une condition" | "Voorwaarde toevoegen";
    ADD_GROUP = "Add group" | "Ajouter un groupe" | "Groep toevoegen";
    REMOVE_CONDITION = "Remove condition" | "Retirer la condition" | "Voorwaarde verwijderen";
    REMOVE_GROUP = "Remove group" | "Retirer le groupe" | "Groep verwijderen";
    GONE = "Field that is gone" | "Champ disparu" | "Verdwenen veld";
}

/// The whole tree, drawn again when rows come or go.
#[component]
pub fn Tree(of: Building) -> impl IntoView {
    move || {
        let rows = of.rows();
        group(of, &rows, 0)
    }
}

/// Which of its sort a row is, counted from 1 as they are read.
fn number(rows: &[Row], n: usize) -> usize {
    let same = |row: &&Row| row.is_group() == rows.get(n).is_some_and(Row::is_group);
    rows.iter().take(n + 1).filter(same).count()
}

fn group(of: Building, rows: &[Row], n: usize) -> AnyView {
    let language = page().language;
    let row = rows.get(n).cloned().unwrap_or_default();
    let label = GROUP_N.with(language, &[("n", &number(rows, n).to_string())]);
    let matches: Vec<Choice> = Match::ALL
        .map(|one| {
            let chosen = one.code() == row.matches;
            (one.code().to_owned(), t(one.label()).to_owned(), chosen)
        })
        .to_vec();
    let below = rows.iter().enumerate().skip(n + 1);
    let parts = below
        .filter(|(_, row)| row.parent == n)
        .map(|(child, row)| {
            if row.is_group() {
                group(of, rows, child)
            } else {
                view! { <Condition of n=child number=number(rows, child) /> }.into_any()
            }
        });
    let parts = parts.collect_view();
    let choose = move |event| {
        let chosen = event_target_value(&event);
        of.set(n, |row| row.matches = chosen);
    };
    let match_id = format!("row-{n}-match");
    let deep = rows::level(rows, n) >= crate::model::segments::MAX_DEPTH;
    view! {
        <div class="group" role="group" aria-label=label>
            <input type="hidden" name=input_name(n, "parent") value=row.parent.to_string() />
            <div class="group-head">
                <label for=match_id.clone()>{t(MATCH)}</label>
                <select id=match_id name=input_name(n, "match") on:change=choose>{options(matches)}</select>
                <span>{t(OF_THESE)}</span>
                {(n > 0).then(|| press(of, Press::Remove(n), None, "icon-button", icon(t(REMOVE_GROUP))))}
            </div>
            <div class="parts">{parts}</div>
            <div class="group-actions">
                {press(of, Press::AddCondition(n), Some(add_id(n)), "button", t(ADD_CONDITION).into_any())}
                {(!deep).then(|| press(of, Press::AddGroup(n), None, "button quiet", t(ADD_GROUP).into_any()))}
            </div>
        </div>
    }
    .into_any()
}

fn icon(label: &'static str) -> AnyView {
    view! { <Icon glyph=Glyph::Close /><span class="visually-hidden">{label}</span> }.into_any()
}

/// A button that does something to the rows: by sending the form, or at once.
fn press(
    of: Building,
    press: Press,
    id: Option<String>,
    class: &'static str,
    content: AnyView,
) -> impl IntoView {
    let page = page();
    let act = move |event: leptos::ev::MouseEvent| {
        if page.hydrated_untracked() {
            event.prevent_default();
            of.press(press);
        }
    };
    view! { <button type="submit" id=id class=class name="form[press]" value=press.text() on:click=act>{content}</button> }
}

#[component]
fn Condition(of: Building, n: usize, number: usize) -> impl IntoView {
    let language = page().language;
    let row = of.row(n);
    let field = RwSignal::new(row.field.clone());
    let operator = RwSignal::new(Operator::from_code(&row.op).unwrap_or_default());
    let label = CONDITION_N.with(language, &[("n", &number.to_string())]);
    let why = move || {
        let broken = of.broken.get();
        let mine = broken.iter().find(|one| one.condition == number)?;
        // What is not filled in yet is not wrong yet.
        let class = if mine.why == Why::NoValue {
            "hint"
        } else {
            "problem"
        };
        Some(view! { <p class=class>{mine.why.text(language)}</p> })
    };
    let choose_field = move |event| {
        let chosen = event_target_value(&event);
        let before = of
            .offer(&field.get_untracked())
            .map(|offer| offer.compares());
        let now = of.offer(&chosen).map(|offer| offer.compares());
        // What fits the field that was there does not fit another of another sort.
        let first = now.and_then(|now| now.operators().first().copied());
        let keep = before == now && before.is_some();
        let next = if keep {
            operator.get_untracked()
        } else {
            first.unwrap_or_default()
        };
        of.set(n, |row| {
            row.field.clone_from(&chosen);
            row.op = next.code().to_owned();
            row.values.clear();
        });
        operator.set(next);
        field.set(chosen);
    };
    let choose_operator = move |event| {
        let Some(chosen) = Operator::from_code(&event_target_value(&event)) else {
            return;
        };
        let compares = of
            .offer(&field.get_untracked())
            .map(|offer| offer.compares());
        let wants = |operator| compares.and_then(|compares| compares.wants(operator));
        let same = wants(chosen) == wants(operator.get_untracked());
        of.set(n, |row| {
            row.op = chosen.code().to_owned();
            if !same {
                row.values.clear();
            }
        });
        operator.set(chosen);
    };
    view! {
        <div class="condition" role="group" aria-label=label>
            <input type="hidden" name=input_name(n, "parent") value=row.parent.to_string() />
            <select id=field_id(n) name=input_name(n, "field") aria-label=t(FIELD) on:change=choose_field>
                {fields(of, &row.field)}
            </select>
            <select name=input_name(n, "op") aria-label=t(OPERATOR) on:change=choose_operator>
                {move || operators(of, &field.get(), operator.get())}
            </select>
            <div class="value">
                {move || of.offer(&field.get()).map(|offer| view! { <ValueOf of n offer operator=operator.get() /> })}
            </div>
            {press(of, Press::Remove(n), None, "icon-button", icon(t(REMOVE_CONDITION)))}
            {why}
        </div>
    }
}

/// The fields, those of other records under headings of their own; one that is gone stays as what is chosen.
fn fields(of: Building, chosen: &str) -> impl IntoView + use<> {
    let known = chosen.is_empty() || of.offer(chosen).is_some();
    let mut first: Vec<Choice> =
        vec![(String::new(), t(CHOOSE_FIELD).to_owned(), chosen.is_empty())];
    if !known {
        first.push((chosen.to_owned(), t(GONE).to_owned(), true));
    }
    let groups = of.offers.with_value(|all| {
        let group = |offers: &super::fields::Offers| {
            let fields: Vec<Choice> = offers
                .fields
                .iter()
                .map(|one| (one.path.clone(), one.label.clone(), one.path == chosen))
                .collect();
            match offers.heading.clone() {
                None => options(fields).into_any(),
                Some(label) => {
                    view! { <optgroup label=label>{options(fields)}</optgroup> }.into_any()
                }
            }
        };
        all.iter().map(group).collect_view()
    });
    view! { {options(first)}{groups} }
}

fn operators(of: Building, field: &str, chosen: Operator) -> impl IntoView + use<> {
    let offered = of.offer(field).map(|offer| offer.compares().operators());
    let choice = |operator: &Operator| {
        let label = t(operator.label()).to_owned();
        (operator.code().to_owned(), label, *operator == chosen)
    };
    let choices: Vec<Choice> = offered.unwrap_or_default().iter().map(choice).collect();
    options(choices)
}
