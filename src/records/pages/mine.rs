//! "My responsibilities": what the reader is responsible for, per kind, each a way into its list.
//! The figures are those of the very lists that they lead to.

use leptos::prelude::*;

use crate::{
    model::{
        RecordKind, Value,
        lists::{BuiltIn, ListPage, ListQuery},
    },
    records::api,
    texts,
    ui::{
        message::ErrorMessage,
        page::{PageTitle, page, t},
    },
};

texts! {
    MY_RESPONSIBILITIES = "My responsibilities" | "Mes responsabilités" | "Mijn verantwoordelijkheden";
    NOTHING = "You are not responsible for any yet." | "Vous n’êtes encore responsable d’aucune." | "U bent nog voor geen enkele verantwoordelijk.";
}

/// So many are named; the rest are in the list.
const NAMED: usize = 8;

#[component]
pub fn Mine() -> impl IntoView {
    let rights = page().me().map(|me| me.rights);
    let kinds = RecordKind::ALL
        .into_iter()
        .filter(move |kind| rights.is_some_and(|rights| rights.may_use(*kind)));
    view! {
        <PageTitle text=t(MY_RESPONSIBILITIES) />
        <div class="page-head"><div class="page-title"><h1>{t(MY_RESPONSIBILITIES)}</h1></div></div>
        <div class="tiles">{kinds.map(|kind| view! { <OfKind kind /> }).collect_view()}</div>
    }
}

#[component]
fn OfKind(kind: RecordKind) -> impl IntoView {
    let query = ListQuery {
        segment: BuiltIn::Mine,
        ..ListQuery::default()
    };
    let address = query.address(kind);
    let loaded = Resource::new(|| (), move |()| api::list(kind, query.clone()));
    let heading = format!("mine-{}", kind.path());
    view! {
        <section class="tile card" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{t(kind.plural())}</h2>
            <Suspense>
                {move || {
                    let address = address.clone();
                    Suspend::new(async move {
                        match loaded.await {
                            Ok(list) => named(kind, address, &list).into_any(),
                            Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                        }
                    })
                }}
            </Suspense>
        </section>
    }
}

fn named(kind: RecordKind, address: String, list: &ListPage) -> impl IntoView + use<> {
    let rows = list
        .rows
        .iter()
        .take(NAMED)
        .map(|row| {
            let name = match row.cells.first() {
                Some(Value::Text(name)) => name.clone(),
                _ => String::new(),
            };
            view! { <li><a href=kind.address(row.id)><bdi>{name}</bdi></a></li> }
        })
        .collect_view();
    let nothing = list
        .rows
        .is_empty()
        .then(|| view! { <p class="muted">{t(NOTHING)}</p> });
    view! {
        <p class="figure"><a href=address>{kind.count(page().language, list.total)}</a></p>
        <ul class="plain">{rows}</ul>
        {nothing}
    }
}
