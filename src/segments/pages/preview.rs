//! What a filter finds while it is built: how many records, and the first of them.
//! The very list that the segment will be, asked for whenever one pauses.

use leptos::prelude::*;

use super::state::Building;
use crate::{
    model::{AppError, Text, language::Plural},
    records::{api, pages::RecordTable},
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
    let total = RwSignal::new(None::<Result<i64, AppError>>);
    view! {
        <section class="card preview" aria-label=t(FIRST_ROWS)>
            <div class="preview-head">
                <p role="status" aria-live="polite" class="count">
                    <Transition>
                        {move || Suspend::new(async move {
                            let found = found.await;
                            of.broken.set(found.as_ref().map(|list| list.broken.clone()).unwrap_or_default());
                            let said = match &found {
                                Ok(list) => MATCHES.of(language, list.total),
                                Err(error) => error.text(language),
                            };
                            total.set(Some(found.map(|list| list.total)));
                            said
                        })}
                    </Transition>
                </p>
                <a class="button quiet" href=move || of.asked.get().address(kind)>{t(SHOW_LIST)}</a>
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
