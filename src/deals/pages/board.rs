//! The board: a column per phase with what its deals are worth, and the deals themselves.
//! Without scripts a form above it moves the deal that is chosen.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;

use super::{
    MARK_LOST, MOVE, PHASE, REASON,
    card::{DealCard, HOW},
    drag::{Drag, REASON_ID},
};
use crate::{
    deals::api,
    model::{
        RecordKind,
        lists::{BuiltIn, ListQuery},
        pipeline::{Board, BoardQuery, Column, Status},
    },
    records::pages::Nothing,
    texts,
    ui::{
        CANCEL,
        field::options,
        icon::{Glyph, Icon},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        progress,
    },
};

texts! {
    DEALS_BOARD = "Deals by phase" | "Opportunités par phase" | "Deals per fase";
    LIST = "List" | "Liste" | "Lijst";
    SEGMENTS = "Segments" | "Segments" | "Segmenten";
    MOVE_CHOSEN = "Move the chosen deal" | "Déplacer l’opportunité choisie" | "De gekozen deal verplaatsen";
    MOVE_HERE = "Move here" | "Déplacer ici" | "Hierheen";
    MOVE_TO = "Move to {phase}" | "Déplacer vers {phase}" | "Naar {phase} verplaatsen";
    WHY_LOST = "Why was “{title}” lost?" | "Pourquoi « {title} » est-elle perdue ?" | "Waarom is “{title}” verloren?";
    IF_LOST = "Reason, if lost" | "Raison, si perdue" | "Reden, indien verloren";
    LAST_DAYS = "last 30 days" | "30 derniers jours" | "laatste 30 dagen";
    NO_DEALS = "No deals" | "Aucune opportunité" | "Geen deals";
    MORE = "Show more" | "Afficher plus" | "Meer tonen";
    HOW_TO = "Space lifts the deal, arrow keys choose a phase, Space drops it, Escape cancels." | "Espace saisit l’opportunité, les flèches choisissent une phase, Espace la dépose, Échap annule." | "Spatie pakt de deal op, pijltjes kiezen een fase, spatie laat hem los, Escape annuleert.";
}

#[component]
pub fn BoardPage() -> impl IntoView {
    let params = use_query_map();
    let query =
        Memo::new(move |_| params.with(|params| BoardQuery::read(|name| params.get_str(name))));
    let loaded = Resource::new(move || query.get(), api::deals_board);
    let segment = move |segment: BuiltIn| {
        let mine = segment == BuiltIn::Mine;
        let address = move || {
            BoardQuery {
                mine,
                ..query.get()
            }
            .address()
        };
        let current = move || query.with(|query| query.mine == mine).then_some("page");
        view! { <li><a href=address aria-current=current>{t(segment.label())}</a></li> }
    };
    view! {
        <PageTitle text=t(DEALS_BOARD) />
        <div class="page-head">
            <div class="page-title"><h1>{t(DEALS_BOARD)}</h1></div>
            <div class="actions">
                <a class="button" href="/deals">{t(LIST)}</a>
                <a class="button primary" href="/deals/new"><Icon glyph=Glyph::Plus />{t(RecordKind::Deal.new_one())}</a>
            </div>
        </div>
        <nav class="segments" aria-label=t(SEGMENTS)>
            <ul>{[BuiltIn::All, BuiltIn::Mine].map(segment).collect_view()}</ul>
        </nav>
        <Transition set_pending=progress::part()>
            {move || Suspend::new(async move {
                let query = query.get_untracked();
                match loaded.await {
                    Ok(board) => view! { <Columns board query /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Columns(board: Board, query: BoardQuery) -> impl IntoView {
    let page = page();
    let refused = Outcome::of(MOVE, &[]);
    let drag = Drag::new(board, query);
    let without_scripts = refused.error();
    let error = Signal::derive(move || drag.error.get().or_else(|| without_scripts.get()));
    let empty = drag
        .board
        .with_untracked(|board| board.columns.iter().all(|column| column.total == 0));
    let without_any = empty.then(|| {
        let segment = if query.mine {
            BuiltIn::Mine
        } else {
            BuiltIn::All
        };
        let query = ListQuery {
            segment,
            ..ListQuery::default()
        };
        view! { <Nothing kind=RecordKind::Deal query /> }
    });
    let columns = move || {
        let columns = drag.board.with(|board| board.columns.clone());
        let column = |(n, column): (usize, Column)| view! { <ColumnOf drag n column query /> };
        columns.into_iter().enumerate().map(column).collect_view()
    };
    view! {
        <div class="board-page">
            <p class="visually-hidden" id=HOW>{t(HOW_TO)}</p>
            <p class="visually-hidden" role="status" aria-live="assertive">{move || drag.said.get()}</p>
            <ErrorMessage error />
            <div>{without_any}</div>
            <div>{move || drag.asked.get().map(|order| view! { <WhyLost drag title=drag.title(order.id) /> })}</div>
            <form method="post" action=MOVE class="board-form" on:submit=move |event| if page.hydrated() { event.prevent_default() }>
                {move || (!page.hydrated()).then(|| view! { <Chosen drag value=refused.value("reason", "") /> })}
                <div class="board" tabindex="0" role="group" aria-label=t(DEALS_BOARD)>{columns}</div>
            </form>
        </div>
    }
}

/// Without scripts: where the chosen deal goes.
#[component]
fn Chosen(drag: Drag, value: String) -> impl IntoView {
    let choices = drag.board.with_untracked(|board| {
        let phases = board.columns.iter().map(|column| &column.phase);
        phases
            .map(|phase| (phase.id.to_string(), phase.name.clone(), false))
            .collect()
    });
    view! {
        <div class="board-bar">
            <div class="field"><label for="to-phase">{t(PHASE)}</label><select id="to-phase" name="phase">{options(choices)}</select></div>
            <div class="field"><label for="if-lost">{t(IF_LOST)}</label><input id="if-lost" type="text" name="reason" value=value /></div>
            <button type="submit" class="button">{t(MOVE_CHOSEN)}</button>
        </div>
    }
}

/// Asks for the reason before a deal is lost.
#[component]
fn WhyLost(drag: Drag, title: String) -> impl IntoView {
    let input: NodeRef<html::Input> = NodeRef::new();
    let label = WHY_LOST.with(page().language, &[("title", &title)]);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reason = input
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        if !reason.trim().is_empty() {
            drag.lose(reason);
        }
    };
    view! {
        <form class="message warning why-lost" on:submit=send on:keydown=move |event| if event.key() == "Escape" { drag.keep() }>
            <label for=REASON_ID>{label}</label>
            <input id=REASON_ID node_ref=input type="text" maxlength="200" required=true title=t(REASON) />
            <div class="actions">
                <button type="submit" class="button danger">{t(MARK_LOST)}</button>
                <button type="button" class="button" on:click=move |_| drag.keep()>{t(CANCEL)}</button>
            </div>
        </form>
    }
}

#[component]
fn ColumnOf(drag: Drag, n: usize, column: Column, query: BoardQuery) -> impl IntoView {
    let page = page();
    let language = page.language;
    let Column {
        phase,
        total,
        sums,
        cards,
    } = column;
    let heading = format!("phase-{n}");
    let labelled = heading.clone();
    let hidden = total - i64::try_from(cards.len()).unwrap_or_default();
    let more = query
        .more()
        .filter(|_| hidden > 0)
        .map(|more| view! { <a class="button small" href=more.address()>{t(MORE)}</a> });
    let sums = sums
        .into_iter()
        .map(|sum| view! { <li>{language.money(sum.amount, &sum.currency)}</li> })
        .collect_view();
    let closed = (!phase.is_open()).then(|| view! { <p class="muted small">{t(LAST_DAYS)}</p> });
    let empty = cards
        .is_empty()
        .then(|| view! { <li class="none">{t(NO_DEALS)}</li> });
    let name = phase.name.clone();
    let here = {
        let label = MOVE_TO.with(language, &[("phase", &name)]);
        move || {
            let label = label.clone();
            drag.lifted.get().is_some().then(|| view! {
                <button type="button" class="button small move-here" aria-label=label on:click=move |_| drag.drop_on(n)>{t(MOVE_HERE)}</button>
            })
        }
    };
    let tone = match phase.status {
        Status::Open => "column",
        Status::Won => "column won",
        Status::Lost => "column lost",
    };
    let card = |card| view! { <DealCard drag column=n card phase=phase.clone() /> };
    view! {
        <section class=tone class:over=move || drag.is_over(n) aria-labelledby=labelled
            on:dragover=move |event| if drag.lifted.get_untracked().is_some() { event.prevent_default(); drag.over.set(n); }
            on:drop=move |event| { event.prevent_default(); drag.drop_on(n); }>
            <header>
                <h2 id=heading><bdi>{name}</bdi></h2>
                <p class="muted">{RecordKind::Deal.count(language, total)}</p>
                {closed}
                <ul class="sums">{sums}</ul>
            </header>
            {here}
            <ul class="cards">{cards.into_iter().map(card).collect_view()}{empty}</ul>
            {more}
        </section>
    }
}
