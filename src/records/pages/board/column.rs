//! A column of the board: how many records stand there, what they are worth, and their cards.
//! Once a card is lifted it can be put here by a button, too.

use leptos::prelude::*;

use super::{card::CardOf, drag::Drag};
use crate::{
    model::{
        RecordId,
        board::{BoardQuery, Column, State, Sum},
    },
    texts,
    ui::page::{page, t},
};

texts! {
    MOVE_HERE = "Move here" | "Déplacer ici" | "Hierheen";
    MOVE_TO = "Move to {column}" | "Déplacer vers {column}" | "Naar {column} verplaatsen";
    LAST_DAYS = "last 30 days" | "30 derniers jours" | "laatste 30 dagen";
    MORE = "Show more" | "Afficher plus" | "Meer tonen";
}

#[component]
pub fn ColumnOf(
    drag: Drag,
    n: usize,
    column: Column,
    query: BoardQuery,
    /// The record that was chosen without scripts.
    chosen: Option<RecordId>,
) -> impl IntoView {
    let (language, of) = (page().language, drag.of);
    let heading = format!("column-{n}");
    let labelled = heading.clone();
    let hidden = column.total - i64::try_from(column.cards.len()).unwrap_or_default();
    let more = query
        .more()
        .filter(|_| hidden > 0)
        .map(|more| view! { <a class="button small" href=more.address(of.kind)>{t(MORE)}</a> });
    let sum = |sum: &Sum| view! { <li>{language.money(sum.amount, &sum.currency)}</li> };
    let sums = (!column.sums.is_empty())
        .then(|| view! { <ul class="sums">{column.sums.iter().map(sum).collect_view()}</ul> });
    let closed = (!column.is_open()).then(|| view! { <p class="muted small">{t(LAST_DAYS)}</p> });
    let empty = column
        .cards
        .is_empty()
        .then(|| view! { <li class="none">{t(of.none)}</li> });
    let label = MOVE_TO.with(language, &[("column", &column.name)]);
    let here = move || {
        let label = label.clone();
        drag.lifted.get().is_some().then(|| view! {
            <button type="button" class="button small move-here" aria-label=label on:click=move |_| drag.drop_on(n)>{t(MOVE_HERE)}</button>
        })
    };
    let tone = match column.state {
        State::Open => "column",
        State::Good => "column good",
        State::Bad => "column bad",
    };
    let cards = column
        .cards
        .iter()
        .map(|card| view! { <CardOf drag n column=&column card chosen=chosen == Some(card.id) /> })
        .collect_view();
    view! {
        <section class=tone class:over=move || drag.is_over(n) aria-labelledby=labelled
            on:dragover=move |event| if drag.lifted.get_untracked().is_some() { event.prevent_default(); drag.over.set(n); }
            on:drop=move |event| { event.prevent_default(); drag.drop_on(n); }>
            <header>
                <h2 id=heading><bdi>{column.name.clone()}</bdi></h2>
                <p class="muted">{of.kind.count(language, column.total)}</p>
                {closed}
                {sums}
            </header>
            {here}
            <ul class="cards">{cards}{empty}</ul>
            {more}
        </section>
    }
}
