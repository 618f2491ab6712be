//! Settings > Jobs: the latest acts on many records of the account, for its admins. What each did, by whom, and the numbers; no record
//! by its name.

use leptos::prelude::*;

use crate::{
    model::{AppError, bulk::Line},
    records::api::bulk,
    texts,
    ui::{
        empty::Empty,
        message::Failed,
        page::{PageTitle, page, t},
    },
};

texts! {
    JOBS = "Jobs" | "Tâches" | "Taken";
    EXPLAINED = "The latest changes of many records at once." | "Les dernières modifications de plusieurs fiches à la fois." | "De laatste wijzigingen van veel records tegelijk.";
    NONE = "There are none yet." | "Il n’y en a pas encore." | "Er zijn er nog geen.";
    WHAT = "What" | "Quoi" | "Wat";
    RECORDS = "Records" | "Fiches" | "Records";
    BY = "By" | "Par" | "Door";
    WHEN = "When" | "Quand" | "Wanneer";
    STANDS = "How it stands" | "Où cela en est" | "Hoe het ervoor staat";
}

#[component]
pub fn Jobs() -> impl IntoView {
    let loaded = Resource::new(|| (), |()| bulk::bulk_acts());
    let shown = |loaded: Result<Vec<Line>, AppError>| match loaded {
        Ok(lines) => view! { <List lines /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! { <Suspense>{move || Suspend::new(async move { shown(loaded.await) })}</Suspense> }
}

#[component]
fn List(lines: Vec<Line>) -> impl IntoView {
    let language = page().language;
    let row = move |line: Line| {
        let address = bulk::address(line.kind, line.id);
        let stands = line.progress.told(language, &line.act);
        view! {
            <tr>
                <td class="title"><a href=address><bdi>{line.said}</bdi></a></td>
                <td class="minor">{line.kind.count(language, line.asked)}</td>
                <td><bdi>{line.by}</bdi></td>
                <td class="minor">{language.moment(line.at)}</td>
                <td class="wrap">{stands}</td>
            </tr>
        }
    };
    let body = if lines.is_empty() {
        view! { <Empty text=t(NONE) /> }.into_any()
    } else {
        view! {
            <div class="table-wrap">
                <table class="records" aria-label=t(JOBS)>
                    <thead><tr>
                        <th scope="col">{t(WHAT)}</th>
                        <th scope="col" class="minor">{t(RECORDS)}</th>
                        <th scope="col">{t(BY)}</th>
                        <th scope="col" class="minor">{t(WHEN)}</th>
                        <th scope="col">{t(STANDS)}</th>
                    </tr></thead>
                    <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <PageTitle text=t(JOBS) />
        <div class="page-head"><div class="page-title"><h1>{t(JOBS)}</h1></div></div>
        <p>{t(EXPLAINED)}</p>
        {body}
    }
}
