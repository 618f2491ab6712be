//! The tables by colleague: what happened in the days asked for, and what is open now by age. Nobody and all together stand last.
//! On a narrow page they scroll, with the names in sight.

use leptos::prelude::*;

use super::{COLLEAGUE, REPLIES, duration, linked, name_of, replied_tickets, was};
use crate::{
    model::statistics::{Age, Fact, Whose},
    statistics::{Line, Pair, Report, Waited, open},
    texts,
    ui::{
        empty::Empty,
        page::{page, t},
        person::Person,
    },
};

texts! {
    BY_COLLEAGUE = "By colleague" | "Par collègue" | "Per collega";
    TO_FIRST_REPLY = "To first reply" | "Jusqu’à la première réponse" | "Tot eerste antwoord";
    TO_CLOSE = "To close" | "Jusqu’à la clôture" | "Tot sluiting";
    MEDIAN = "Median" | "Médiane" | "Mediaan";
    NINETIETH = "90% within" | "90 % en" | "90% binnen";
    BY_AGE = "Open now, by age" | "Ouverts maintenant, par ancienneté" | "Nu open, naar ouderdom";
    WHOSE_NOW = "What is open is about now, and not about the period; it counts for who is responsible now." | "Ce qui est ouvert l’est maintenant, quelle que soit la période ; compté pour qui est responsable maintenant." | "Wat open is, is het nu, los van de periode; geteld voor wie nu verantwoordelijk is.";
    TOTAL = "Total" | "Total" | "Totaal";
    NOTHING = "No ticket came, was answered or closed in these days, and none is open." | "Aucun ticket n’est arrivé, n’a reçu de réponse ni n’a été clôturé ces jours-là, et aucun n’est ouvert." | "In deze dagen kwam er geen ticket binnen, werd er geen beantwoord of gesloten, en er is er geen open.";
}

#[component]
pub fn Tables(report: Report) -> impl IntoView {
    if report.lines.is_empty() {
        return view! { <Empty text=t(NOTHING) /> }.into_any();
    }
    let rows = || report.lines.iter().chain([&report.total]);
    let happened = rows().map(|line| row_of_days(&report, line)).collect_view();
    let now = rows().map(row_of_now).collect_view();
    let ages = Age::ALL.map(|age| view! { <th scope="col" class="number">{t(age.label())}</th> });
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label=t(BY_COLLEAGUE)>
            <table class="records figures-by">
                <caption>{t(BY_COLLEAGUE)}</caption>
                <thead>
                    <tr>
                        <th scope="col" rowspan="2" class="title">{t(COLLEAGUE)}</th>
                        <th scope="col" rowspan="2" class="number">{t(Fact::Received.label())}</th>
                        <th scope="col" rowspan="2" class="number">{t(Fact::Closed.label())}</th>
                        <th scope="col" rowspan="2" class="number">{t(Fact::Reopened.label())}</th>
                        <th scope="col" rowspan="2" class="number">{t(REPLIES)}</th>
                        <th scope="colgroup" colspan="2" class="number">{t(TO_FIRST_REPLY)}</th>
                        <th scope="colgroup" colspan="2" class="number">{t(TO_CLOSE)}</th>
                    </tr>
                    <tr>
                        <th scope="col" class="number">{t(MEDIAN)}</th><th scope="col" class="number">{t(NINETIETH)}</th>
                        <th scope="col" class="number">{t(MEDIAN)}</th><th scope="col" class="number">{t(NINETIETH)}</th>
                    </tr>
                </thead>
                <tbody>{happened}</tbody>
            </table>
        </div>
        <div class="table-wrap" tabindex="0" role="group" aria-label=t(BY_AGE)>
            <table class="records figures-by">
                <caption>{t(BY_AGE)}</caption>
                <thead><tr>
                    <th scope="col" class="title">{t(COLLEAGUE)}</th>
                    {ages.collect_view()}
                    <th scope="col" class="number">{t(TOTAL)}</th>
                </tr></thead>
                <tbody>{now}</tbody>
            </table>
        </div>
        <p class="hint">{t(WHOSE_NOW)}</p>
    }
    .into_any()
}

/// The head of a row: a colleague, nobody, or all together.
fn head(line: &Line) -> impl IntoView + use<> {
    let name = match line.whose {
        Some(Whose::User(_)) => {
            view! { <Person full_name=line.name.clone() active=line.active /> }.into_any()
        }
        Some(Whose::Nobody) => {
            view! { <span class="nobody">{name_of(line, page().language)}</span> }.into_any()
        }
        None => name_of(line, page().language).into_any(),
    };
    view! { <th scope="row" class="title">{name}</th> }
}

const fn class_of(line: &Line) -> Option<&'static str> {
    match line.whose {
        None => Some("total"),
        Some(_) => None,
    }
}

fn row_of_days(report: &Report, line: &Line) -> impl IntoView + use<> {
    let language = page().language;
    let of = line.figures;
    let tickets = |fact: Fact| {
        let pair = of.tickets(fact);
        let number = linked(
            pair.now,
            language.integer(pair.now),
            report.happened(fact, line.whose),
        );
        view! { <td class="number">{number}{was(pair, |n| language.integer(n))}</td> }
    };
    let times = |waited: Pair<Waited>, fact: Fact| {
        let cell = |pair: Pair<Option<i64>>| {
            let number = linked(
                i64::from(pair.now.is_some()),
                duration(pair.now),
                report.happened(fact, line.whose),
            );
            view! { <td class="number">{number}{was(pair, duration)}</td> }
        };
        let median = cell(waited.map(|waited| waited.median));
        let ninetieth = cell(waited.map(|waited| waited.ninetieth));
        view! { {median}{ninetieth} }
    };
    let in_tickets = replied_tickets(report, line);
    view! {
        <tr class=class_of(line)>
            {head(line)}
            {tickets(Fact::Received)}
            {tickets(Fact::Closed)}
            {tickets(Fact::Reopened)}
            <td class="number">
                {language.integer(of.replies.now)}" "<span class="in">{in_tickets}</span>
                {was(of.replies, |n| language.integer(n))}
            </td>
            {times(of.to_first_reply, Fact::FirstReply)}
            {times(of.to_close, Fact::Closed)}
        </tr>
    }
}

fn row_of_now(line: &Line) -> impl IntoView + use<> {
    let language = page().language;
    let cell = |n: i64, age: Option<Age>| {
        let number = linked(n, language.integer(n), open(age, line.whose));
        view! { <td class="number">{number}</td> }
    };
    let ages = Age::ALL.map(|age| cell(line.figures.open_for(age), Some(age)));
    view! {
        <tr class=class_of(line)>
            {head(line)}
            {ages.collect_view()}
            {cell(line.figures.all_open(), None)}
        </tr>
    }
}
