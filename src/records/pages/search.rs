//! Search over everything that the reader may see, grouped by kind.
//! Every word typed begins some word of the record, whatever its case and accents.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    model::{RecordKind, lists::ListQuery, records::Suggestion},
    records::api,
    texts,
    ui::{
        message::ErrorMessage,
        page::{PageTitle, page, t},
    },
};

texts! {
    SEARCH_RESULTS = "Search results" | "Résultats de la recherche" | "Zoekresultaten";
    FOR = "for “{q}”" | "pour « {q} »" | "voor „{q}”";
    TYPE = "Type what you are looking for into the field above." | "Tapez ce que vous cherchez dans le champ ci-dessus." | "Typ wat u zoekt in het veld hierboven.";
    NOTHING_FOUND = "Nothing found." | "Aucun résultat." | "Niets gevonden.";
    ALL_OF_THEM = "All in the list" | "Tout dans la liste" | "Alles in de lijst";
}

#[component]
pub fn Search() -> impl IntoView {
    let params = use_query_map();
    let q = Memo::new(move |_| {
        params.with(|params| params.get_str("q").unwrap_or_default().trim().to_owned())
    });
    let page = page();
    let rights = page.me().map(|me| me.rights);
    let kinds = move || {
        RecordKind::ALL
            .into_iter()
            .filter(move |kind| rights.is_some_and(|rights| rights.may_use(*kind)))
    };
    view! {
        <PageTitle text=t(SEARCH_RESULTS) />
        <div class="page-head">
            <div class="page-title">
                <h1>{t(SEARCH_RESULTS)}</h1>
                {move || {
                    let text = q.with(|q| (!q.is_empty()).then(|| FOR.with(page.language, &[("q", q)])));
                    text.map(|text| view! { <p class="subtitle" dir="auto">{text}</p> })
                }}
            </div>
        </div>
        {move || match q.get() {
            q if q.is_empty() => view! { <p class="muted">{t(TYPE)}</p> }.into_any(),
            q => kinds().map(|kind| view! { <Found kind q=q.clone() /> }).collect_view().into_any(),
        }}
    }
}

#[component]
fn Found(kind: RecordKind, q: String) -> impl IntoView {
    let list = ListQuery {
        q: q.clone(),
        ..ListQuery::default()
    }
    .address(kind);
    let loaded = Resource::new(|| (), move |()| api::suggest(kind, q.clone()));
    let heading = format!("found-{}", kind.path());
    view! {
        <section class="card" aria-labelledby=heading.clone()>
            <div class="card-head">
                <h2 id=heading.clone()>{t(kind.plural())}</h2>
                <a class="button small" href=list>{t(ALL_OF_THEM)}</a>
            </div>
            <Suspense>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(found) if found.is_empty() => view! { <p class="muted">{t(NOTHING_FOUND)}</p> }.into_any(),
                        Ok(found) => results(kind, found).into_any(),
                        Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                    }
                })}
            </Suspense>
        </section>
    }
}

fn results(kind: RecordKind, found: Vec<Suggestion>) -> impl IntoView {
    let result = |one: Suggestion| {
        view! { <li><a href=kind.address(one.id)><bdi>{one.name}</bdi></a>" "<span class="muted">{one.hint}</span></li> }
    };
    view! { <ul class="results">{found.into_iter().map(result).collect_view()}</ul> }
}
