//! The numbers of all together, large, each with what it was before.
//! A number leads to its tickets; of replies, those in which they are.

use leptos::prelude::*;

use super::{REPLIES, duration, linked, replied_tickets, was};
use crate::{
    model::{
        Text,
        statistics::{Fact, OPEN},
    },
    statistics::{Pair, Report, Waited, open},
    texts,
    ui::page::{page, t},
};

texts! {
    TO_FIRST_REPLY = "To first reply, median" | "Jusqu’à la première réponse, médiane" | "Tot eerste antwoord, mediaan";
    TO_CLOSE = "To close, median" | "Jusqu’à la clôture, médiane" | "Tot sluiting, mediaan";
}

#[component]
pub fn FiguresOfAll(report: Report) -> impl IntoView {
    let language = page().language;
    let of = report.total.figures;
    let tickets = |fact: Fact| {
        let pair = of.tickets(fact);
        let number = linked(
            pair.now,
            language.integer(pair.now),
            report.happened(fact, None),
        );
        let was = was(pair, |n| language.integer(n)).into_any();
        figure(fact.label(), number, was)
    };
    let time = |label, waited: Pair<Waited>, fact| {
        let pair = waited.map(|waited| waited.median);
        let number = linked(
            i64::from(pair.now.is_some()),
            duration(pair.now),
            report.happened(fact, None),
        );
        figure(label, number, was(pair, duration).into_any())
    };
    let all_open = of.all_open();
    let now_open = linked(all_open, language.integer(all_open), open(None, None));
    let in_tickets = replied_tickets(&report, &report.total);
    let was_replies = was(of.replies, |n| language.integer(n));
    let replies = language.integer(of.replies.now);
    view! {
        <dl class="figures">
            {tickets(Fact::Received)}
            {tickets(Fact::Closed)}
            {figure(OPEN, now_open, ().into_any())}
            {time(TO_FIRST_REPLY, of.to_first_reply, Fact::FirstReply)}
            {time(TO_CLOSE, of.to_close, Fact::Closed)}
            {figure(REPLIES, replies.into_any(), view! { <span class="was">{in_tickets}</span>{was_replies} }.into_any())}
            {tickets(Fact::Reopened)}
        </dl>
    }
}

fn figure(label: Text, number: AnyView, below: AnyView) -> impl IntoView {
    view! { <div class="figure"><dt>{t(label)}</dt><dd><span class="large">{number}</span>{below}</dd></div> }
}
