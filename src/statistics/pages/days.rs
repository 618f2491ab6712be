//! The form above the statistics: for which days, divided how, credited to whom. A plain one that gets the page anew.
//! Works without scripts; what was chosen stands in the address.

use leptos::prelude::*;
use leptos_router::components::Form;

use super::ADDRESS;
use crate::{
    model::statistics::{Credited, Days, Period, StatisticsQuery, Step},
    texts,
    ui::{field::options, page::t},
};

texts! {
    PERIOD = "Period" | "Période" | "Periode";
    FROM = "From" | "Du" | "Van";
    TO = "To" | "Au" | "Tot";
    ONLY_OWN = "The dates count where “From – to” is chosen." | "Les dates comptent si « Du – au » est choisi." | "De data tellen als “Van – tot” gekozen is.";
    DIVIDED = "Chart" | "Graphique" | "Grafiek";
    CREDITED = "Counted for" | "Compté pour" | "Geteld voor";
    WHO_WAS = "Who was responsible at that moment" | "Qui était responsable à ce moment-là" | "Wie op dat moment verantwoordelijk was";
    WHO_IS = "Who is responsible now" | "Qui est responsable maintenant" | "Wie nu verantwoordelijk is";
    SHOW = "Show" | "Afficher" | "Tonen";
}

#[component]
pub fn DaysForm(query: StatisticsQuery, days: Days, step: Step) -> impl IntoView {
    let periods = Period::ALL.map(|period| {
        let chosen = period == query.period;
        (
            period.code().to_owned(),
            t(period.label()).to_owned(),
            chosen,
        )
    });
    let steps = Step::ALL.map(|one| {
        (
            one.code().to_owned(),
            t(one.label()).to_owned(),
            one == step,
        )
    });
    let credited = [(Credited::Then, WHO_WAS), (Credited::Now, WHO_IS)].map(|(one, label)| {
        (
            one.code().to_owned(),
            t(label).to_owned(),
            one == query.credited,
        )
    });
    view! {
        <Form method="GET" action=ADDRESS attr:class="card statistics-form">
            <div class="field">
                <label for="period">{t(PERIOD)}</label>
                <select id="period" name="period" aria-describedby="own-days">{options(periods.to_vec())}</select>
            </div>
            <div class="field">
                <label for="from">{t(FROM)}</label>
                <input id="from" type="date" name="from" value=days.first().to_string() />
            </div>
            <div class="field">
                <label for="to">{t(TO)}</label>
                <input id="to" type="date" name="to" value=days.last().to_string() />
            </div>
            <div class="field">
                <label for="by">{t(DIVIDED)}</label>
                <select id="by" name="by">{options(steps.to_vec())}</select>
            </div>
            <div class="field">
                <label for="credited">{t(CREDITED)}</label>
                <select id="credited" name="credited">{options(credited.to_vec())}</select>
            </div>
            <button type="submit" class="button primary">{t(SHOW)}</button>
            <p class="hint" id="own-days">{t(ONLY_OWN)}</p>
        </Form>
    }
}
