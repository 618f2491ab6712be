//! Search over everything that the reader may see, grouped by kind: below the header's box as one types, and as a page.
//! Every word typed begins some word of the record, whatever its case and accents.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use leptos_router::hooks::use_query_map;

use super::HOW_IT_FINDS;
use crate::{
    model::{
        AppError, RecordKind, Text,
        language::Plural,
        lists::ListQuery,
        records::{self, Suggestion},
    },
    records::api,
    texts,
    ui::{
        empty::Empty,
        focus,
        listbox::Step,
        message::ErrorMessage,
        page::{Page, PageTitle, page, t},
        progress,
        search_box::{self, Found, Group, Hit, RESULTS},
    },
};

texts! {
    SEARCH_RESULTS = "Search results" | "Résultats de la recherche" | "Zoekresultaten";
    FOR = "for “{q}”" | "pour « {q} »" | "voor „{q}”";
    TYPE = "Type what you are looking for into the field above." | "Tapez ce que vous cherchez dans le champ ci-dessus." | "Typ wat u zoekt in het veld hierboven.";
    NOTHING_FOUND = "Nothing found." | "Aucun résultat." | "Niets gevonden.";
    ALL_OF_THEM = "All in the list" | "Tout dans la liste" | "Alles in de lijst";
}

const RESULTS_IN_ALL: Plural = Plural {
    one: Text::new("{n} result", "{n} résultat", "{n} resultaat"),
    other: Text::new("{n} results", "{n} résultats", "{n} resultaten"),
};

/// Below the box there is room for so many of a kind.
const BELOW: usize = 5;

/// The list of a kind with all that is found in it.
fn list(kind: RecordKind, q: &str) -> String {
    let query = ListQuery {
        q: q.to_owned(),
        ..ListQuery::default()
    };
    query.address(kind)
}

fn summed_up(page: Page, found: &[records::Found]) -> String {
    match found.iter().map(|of_kind| of_kind.total).sum() {
        0 => NOTHING_FOUND.get(page.language).to_owned(),
        total => RESULTS_IN_ALL.of(page.language, total),
    }
}

/// The header's box.
#[component]
pub fn SearchBox() -> impl IntoView {
    let page = page();
    let ask = move |q: String| async move {
        match api::search(q.clone()).await {
            Ok(found) => below(page, &q, found),
            Err(error) => Found {
                groups: Vec::new(),
                said: error.text(page.language),
            },
        }
    };
    view! { <search_box::SearchBox ask page="/search" /> }
}

fn below(page: Page, q: &str, found: Vec<records::Found>) -> Found {
    let said = summed_up(page, &found);
    let group = |of_kind: records::Found| {
        let kind = of_kind.kind;
        let hit = |one: Suggestion| Hit {
            address: kind.address(one.id),
            label: one.name,
            hint: one.hint,
        };
        Group {
            label: kind.plural().get(page.language),
            count: page.language.integer(of_kind.total),
            hits: of_kind.hits.into_iter().take(BELOW).map(hit).collect(),
            all: Hit {
                address: list(kind, q),
                label: ALL_OF_THEM.get(page.language).to_owned(),
                hint: String::new(),
            },
        }
    };
    Found {
        groups: found.into_iter().map(group).collect(),
        said,
    }
}

#[component]
pub fn Search() -> impl IntoView {
    let params = use_query_map();
    let q = Memo::new(move |_| {
        params.with(|params| params.get_str("q").unwrap_or_default().trim().to_owned())
    });
    let page = page();
    let loaded = Resource::new(
        move || q.get(),
        |q| async move {
            let found = api::search(q.clone()).await;
            (q, found)
        },
    );
    let region = NodeRef::<html::Div>::new();
    let key = move |event: KeyboardEvent| {
        if let (Some(step), Some(region)) = (Step::of(&event.key()), region.get_untracked()) {
            event.prevent_default();
            focus::among(&region, "a", step);
        }
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
        <div id=RESULTS class="found-page" node_ref=region on:keydown=key>
            <Transition set_pending=progress::part()>{move || Suspend::new(async move { results(loaded.await) })}</Transition>
        </div>
    }
}

fn results((q, found): (String, Result<Vec<records::Found>, AppError>)) -> impl IntoView {
    let found = match found {
        Ok(_) if q.is_empty() => return view! { <Empty text=t(TYPE) /> }.into_any(),
        Ok(found) => found,
        Err(error) => return view! { <ErrorMessage error=Some(error) /> }.into_any(),
    };
    let said = summed_up(page(), &found);
    if found.is_empty() {
        return view! { <div role="status"><Empty text=said hint=t(HOW_IT_FINDS) /></div> }
            .into_any();
    }
    let sections = found.into_iter().map(|of_kind| section(&q, of_kind));
    view! { <p class="count" role="status">{said}</p>{sections.collect_view()} }.into_any()
}

fn section(q: &str, of_kind: records::Found) -> impl IntoView + use<> {
    let kind = of_kind.kind;
    let heading = format!("found-{}", kind.path());
    let labelled_by = heading.clone();
    let count = page().language.integer(of_kind.total);
    let result = |one: Suggestion| {
        let hint = (!one.hint.is_empty()).then(|| view! { <bdi class="muted">{one.hint}</bdi> });
        view! { <li><a href=kind.address(one.id)><bdi>{one.name}</bdi></a>{hint}</li> }
    };
    view! {
        <section class="card" aria-labelledby=labelled_by>
            <div class="card-head">
                <h2><span id=heading>{t(kind.plural())}</span>" "<span class="figure">{count}</span></h2>
                <a class="button small" href=list(kind, q)>{t(ALL_OF_THEM)}</a>
            </div>
            <ul class="results">{of_kind.hits.into_iter().map(result).collect_view()}</ul>
        </section>
    }
}
