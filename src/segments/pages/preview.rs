//! What a filter finds while it is built: how many records, and the first of them.
//! The very list that the segment will be, asked for whenever one pauses.

use leptos::prelude::*;

use super::state::Building;
use crate::{
    model::{AppError, Language, Text, language::Plural, lists::ListQuery},
    records::{
        api,
        pages::{RecordTable, counting},
    },
    texts,
    ui::page::{page, t},
};

texts! {
    FIRST_ROWS = "The first of them" | "Les premiers" | "De eerste";
    SHOW_LIST = "Show as a list" | "Afficher comme liste" | "Als lijst tonen";
}

const MATCHES: Plural = Plural {
    one: Text::new("{n} match", "{n} résultat", "{n} resultaat"),
    other: Text::new("{n} matches", "{n} résultats", "{n} resultaten"),
};

/// So many rows give an idea.
const ROWS: usize = 10;

#[component]
pub fn Preview(of: Building) -> impl IntoView {
    let kind = of.kind;
    let found = Resource::new(move || of.asked.get(), move |query| api::list(kind, query));
    let language = page().language;
    view! {
        <section class="card preview" aria-label=t(FIRST_ROWS)>
            <div class="preview-head">
                <p role="status" aria-live="polite" class="count">
                    <Transition>
                        {move || {
                            let query = of.asked.get_untracked();
                            Suspend::new(async move {
                                let found = found.await;
                                of.broken.set(found.as_ref().map(|list| list.broken.clone()).unwrap_or_default());
                                match found {
                                    Ok(list) => {
                                        let total = list.known_total();
                                        let counted = counting(kind, query, total);
                                        (move || said(language, total, counted.get())).into_any()
                                    }
                                    Err(error) => error.text(language).into_any(),
                                }
                            })
                        }}
                    </Transition>
                </p>
                <a class="button quiet" href=move || ListQuery { counted: false, ..of.asked.get() }.address(kind)>{t(SHOW_LIST)}</a>
            </div>
            <Transition>
                {move || Suspend::new(async move {
                    let mut list = found.await.ok()?;
                    list.rows.truncate(ROWS);
                    (!list.rows.is_empty()).then(|| view! { <RecordTable kind list /> })
                })}
            </Transition>
        </section>
    }
}

/// "12 matches", once they are counted.
fn said(
    language: Language,
    total: Option<i64>,
    counted: Option<Result<i64, AppError>>,
) -> Option<String> {
    match (total, counted) {
        (Some(total), _) | (None, Some(Ok(total))) => Some(MATCHES.of(language, total)),
        (None, Some(Err(error))) => Some(error.text(language)),
        (None, None) => None,
    }
}
