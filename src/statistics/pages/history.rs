//! What came and went, day by day or week by week: a drawing, and its numbers in a table.
//! The drawing knows nothing of tickets: `ui::chart`.

use leptos::prelude::*;

use super::linked;
use crate::{
    model::{
        Language,
        statistics::{Counted, Days, Fact, Statistic, Step},
    },
    statistics::{Part, Report},
    texts,
    ui::{
        chart::{BarChart, Series},
        page::{page, t},
    },
};

texts! {
    CAME_AND_WENT = "Received and closed" | "Reçus et clôturés" | "Ontvangen en gesloten";
    DAY = "Day" | "Jour" | "Dag";
    WEEK = "Week" | "Semaine" | "Week";
    AS_TABLE = "The numbers of this chart" | "Les chiffres de ce graphique" | "De cijfers van deze grafiek";
}

#[component]
pub fn History(report: Report) -> impl IntoView {
    let language = page().language;
    let heading = match report.step {
        Step::Day => DAY,
        Step::Week => WEEK,
    };
    let name = |days: Days| days.text(language);
    let places = report.parts.iter().map(|part| name(part.days)).collect();
    let series = [Fact::Received, Fact::Closed].map(|fact| Series {
        label: t(fact.label()).to_owned(),
        values: report.parts.iter().map(|part| count(part, fact)).collect(),
    });
    let title = format!("{}, {}", t(CAME_AND_WENT), report.days.text(language));
    let written: fn(i64) -> String = match language {
        Language::En => |n| Language::En.integer(n),
        Language::Fr => |n| Language::Fr.integer(n),
        Language::Nl => |n| Language::Nl.integer(n),
    };
    let cell = |part: &Part, fact: Fact| {
        let n = count(part, fact);
        let statistic = Statistic {
            counted: Counted::Happened(fact, part.days),
            ..report.happened(fact, None)
        };
        view! { <td class="number">{linked(n, language.integer(n), statistic)}</td> }
    };
    let row = |part: &Part| {
        view! { <tr><th scope="row">{name(part.days)}</th>{cell(part, Fact::Received)}{cell(part, Fact::Closed)}</tr> }
    };
    view! {
        <section class="card" aria-labelledby="came-and-went">
            <h2 id="came-and-went">{t(CAME_AND_WENT)}</h2>
            <BarChart id="history" title places series=series.to_vec() written />
            <details class="chart-numbers">
                <summary>{t(AS_TABLE)}</summary>
                <div class="table-wrap" tabindex="0" role="group" aria-label=t(AS_TABLE)>
                    <table class="records compact">
                        <caption class="visually-hidden">{t(CAME_AND_WENT)}</caption>
                        <thead><tr>
                            <th scope="col">{t(heading)}</th>
                            <th scope="col" class="number">{t(Fact::Received.label())}</th>
                            <th scope="col" class="number">{t(Fact::Closed.label())}</th>
                        </tr></thead>
                        <tbody>{report.parts.iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </section>
    }
}

const fn count(part: &Part, fact: Fact) -> i64 {
    match fact {
        Fact::Closed => part.closed,
        _ => part.received,
    }
}
