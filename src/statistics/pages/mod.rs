//! The page of the statistics: for which days, the numbers of all together, what came and went as a drawing, and a table by colleague.
//! Works as plain links and a plain form; every number leads to its tickets.

mod days;
mod figures;
mod history;
mod tables;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::{days::DaysForm, figures::FiguresOfAll, history::History, tables::Tables};
use super::{Line, Pair, Report, api};
use crate::{
    model::{
        Language, RecordKind,
        lists::ListQuery,
        statistics::{Fact, STATISTICS, Statistic, StatisticsQuery, Whose},
        users::{DEACTIVATED, NOBODY},
    },
    records::pages::Unlocked,
    texts,
    ui::{
        message::Failed,
        page::{PageTitle, page, t},
        progress,
    },
};

texts! {
    ALL_TOGETHER = "All together" | "Tous ensemble" | "Allemaal samen";
    COMPARED = "{days}, compared with {before}" | "{days}, comparé à {before}" | "{days}, vergeleken met {before}";
    WAS = "{n} before" | "{n} avant" | "{n} daarvoor";
    CSV = "Download as CSV" | "Télécharger en CSV" | "Downloaden als CSV";
    IN_WORKING_TIME = "How long it took is measured in working time ({hours}); changed hours count from their change on. A median is the time that half of them did not exceed." | "Les durées sont mesurées en temps de travail ({hours}) ; des heures modifiées valent à partir de leur modification. La médiane est la durée que la moitié n’a pas dépassée." | "De duur is gemeten in werktijd ({hours}); gewijzigde uren tellen vanaf hun wijziging. De mediaan is de tijd die de helft niet overschreed.";
    COLLEAGUE = "Colleague" | "Collègue" | "Collega";
    REPLIES = "Replies" | "Réponses" | "Antwoorden";
    IN_TICKETS = "in {tickets}" | "dans {tickets}" | "in {tickets}";
}

const ADDRESS: &str = "/mailbox/statistics";

/// What a row is called.
pub fn name_of(line: &Line, language: Language) -> String {
    match (line.whose, line.active) {
        (None, _) => ALL_TOGETHER.get(language).to_owned(),
        (Some(Whose::Nobody), _) => NOBODY.get(language).to_owned(),
        (Some(Whose::User(_)), true) => line.name.clone(),
        (Some(Whose::User(_)), false) => format!("{} {}", line.name, DEACTIVATED.get(language)),
    }
}

/// The list of the tickets behind a number.
fn list_of(statistic: Statistic) -> String {
    ListQuery {
        statistic: Some(statistic),
        ..ListQuery::default()
    }
    .address(RecordKind::Ticket)
}

/// A number that leads to its tickets, where there are any; `said` is how it is said.
fn linked(n: i64, said: String, statistic: Statistic) -> AnyView {
    if n == 0 {
        return view! { <span class="zero">{said}</span> }.into_any();
    }
    view! { <a href=list_of(statistic)>{said}</a> }.into_any()
}

/// In how many tickets the replies of a row are: these, and not the replies, are what a list can show.
fn replied_tickets(report: &Report, line: &Line) -> AnyView {
    let language = page().language;
    let n = line.figures.replied.now;
    let tickets = RecordKind::Ticket.count(language, n);
    let said = IN_TICKETS.with(language, &[("tickets", &tickets)]);
    linked(n, said, report.happened(Fact::Replied, line.whose))
}

/// What it was in the days before, below a number.
fn was<T>(pair: Pair<T>, said: impl Fn(T) -> String) -> impl IntoView {
    let text = WAS.with(page().language, &[("n", &said(pair.before))]);
    view! { <span class="was">{text}</span> }
}

/// A time, or a dash where nothing was measured.
fn duration(minutes: Option<i64>) -> String {
    match minutes {
        Some(minutes) => page().language.duration(minutes),
        None => "–".to_owned(),
    }
}

#[component]
pub fn Statistics() -> impl IntoView {
    view! { <Unlocked kind=RecordKind::Ticket><Shown /></Unlocked> }
}

#[component]
fn Shown() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| StatisticsQuery::read(|name| params.get_str(name)))
    });
    let loaded = Resource::new(move || query.get(), api::statistics);
    view! {
        <Transition set_pending=progress::part()>
            {move || Suspend::new(async move {
                let query = query.get_untracked();
                match loaded.await {
                    Ok(report) => view! { <Body report query /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Body(report: Report, query: StatisticsQuery) -> impl IntoView {
    let language = page().language;
    let (days, before) = (report.days.text(language), report.before.text(language));
    let compared = COMPARED.with(language, &[("days", &days), ("before", &before)]);
    let measured = IN_WORKING_TIME.with(language, &[("hours", &report.hours.text(language))]);
    let exports = page().me().is_some_and(|me| me.rights.export);
    let file = format!("{ADDRESS}.csv{}", query.parameters());
    let file =
        exports.then(|| view! { <a class="button" href=file download rel="external">{t(CSV)}</a> });
    view! {
        <PageTitle text=t(STATISTICS) />
        <div class="page-head">
            <div class="page-title"><h1>{t(STATISTICS)}</h1></div>
            <div class="actions"><a class="button" href="/mailbox?segment=open">{t(RecordKind::Ticket.module().label())}</a>{file}</div>
        </div>
        <div class="statistics">
            <DaysForm query days=report.days step=report.step />
            <p class="compared">{compared}</p>
            <FiguresOfAll report=report.clone() />
            <History report=report.clone() />
            <Tables report />
            <p class="hint">{measured}</p>
        </div>
    }
}
