//! The board of a kind: a column for each place, and the records that stand there, to be moved from one to another.
//! Without scripts a form above it moves the record that is chosen.

mod card;
mod column;
mod drag;

use std::pin::Pin;

use leptos::{html, prelude::*};
use leptos_router::hooks::use_query_map;

use self::{
    card::HOW,
    column::ColumnOf,
    drag::{Drag, REASON_ID},
};
use super::nothing::Nothing;
use crate::{
    model::{
        AppError, RecordId, RecordKind, Text,
        board::{Board, BoardQuery, Column},
        lists::{BuiltIn, ListQuery},
    },
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

pub use self::card::{DAYS, ROTTING};

texts! {
    BOARD = "Board" | "Tableau" | "Bord";
    LIST = "List" | "Liste" | "Lijst";
    SEGMENTS = "Segments" | "Segments" | "Segmenten";
    HOW_TO = "Space lifts a card, arrow keys choose a column, Space drops it, Escape cancels." | "Espace saisit une carte, les flèches choisissent une colonne, Espace la dépose, Échap annule." | "Spatie pakt een kaart op, pijltjes kiezen een kolom, spatie laat ze los, Escape annuleert.";
}

/// What the server answers, for a function that is handed on.
pub type Answer<T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send>>;

/// What a kind brings to its board.
#[derive(Clone, Copy)]
pub struct BoardOf {
    pub kind: RecordKind,
    /// "Deals by phase"
    pub title: Text,
    /// "Phase"
    pub column: Text,
    /// "Move the chosen deal"
    pub move_chosen: Text,
    /// "No deals"
    pub none: Text,
    /// The form that moves a record, and which of its inputs says where to.
    pub action: &'static str,
    pub input: &'static str,
    pub load: fn(BoardQuery) -> Answer<Board>,
    /// Moves a record to the column of this key, with the reason that was given.
    pub send: fn(RecordId, String, String) -> Answer<()>,
    /// What is asked before a record is dropped where it came to nothing.
    pub why: Option<Why>,
}

/// How the reason is asked for.
#[derive(Clone, Copy)]
pub struct Why {
    /// "Why was “{title}” lost?"
    pub question: Text,
    pub label: Text,
    /// The same while nobody knows where the record is to go.
    pub if_so: Text,
    pub button: Text,
}

#[component]
pub fn BoardPage(of: &'static BoardOf) -> impl IntoView {
    let params = use_query_map();
    let query =
        Memo::new(move |_| params.with(|params| BoardQuery::read(|name| params.get_str(name))));
    let loaded = Resource::new(move || query.get(), of.load);
    let kind = of.kind;
    let segment = move |segment: BuiltIn| {
        let mine = segment == BuiltIn::Mine;
        let address = move || {
            BoardQuery {
                mine,
                ..query.get()
            }
            .address(kind)
        };
        let current = move || query.with(|query| query.mine == mine).then_some("page");
        view! { <li><a href=address aria-current=current>{t(segment.label(of.kind))}</a></li> }
    };
    view! {
        <PageTitle text=t(of.title) />
        <div class="page-head">
            <div class="page-title"><h1>{t(of.title)}</h1></div>
            <div class="actions">
                <a class="button" href=format!("/{}", kind.path())>{t(LIST)}</a>
                <a class="button primary" href=format!("/{}/new", kind.path())><Icon glyph=Glyph::Plus />{t(kind.new_one())}</a>
            </div>
        </div>
        <nav class="segments" aria-label=t(SEGMENTS)>
            <ul>{[BuiltIn::All, BuiltIn::Mine].map(segment).collect_view()}</ul>
        </nav>
        <Transition set_pending=progress::part()>
            {move || Suspend::new(async move {
                let query = query.get_untracked();
                match loaded.await {
                    Ok(board) => view! { <Columns of board query /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Columns(of: &'static BoardOf, board: Board, query: BoardQuery) -> impl IntoView {
    let page = page();
    let refused = Outcome::of(of.action, &[]);
    let drag = Drag::new(of, board, query);
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
        view! { <Nothing kind=of.kind query /> }
    });
    let chosen = refused.value("id", "");
    let columns = move || {
        let columns = drag.board.with(|board| board.columns.clone());
        let chosen = chosen.parse().ok();
        let column =
            |(n, column): (usize, Column)| view! { <ColumnOf drag n column query chosen /> };
        columns.into_iter().enumerate().map(column).collect_view()
    };
    view! {
        <div class="board-page">
            <p class="visually-hidden" id=HOW>{t(HOW_TO)}</p>
            <p class="visually-hidden" role="status" aria-live="assertive">{move || drag.said.get()}</p>
            <ErrorMessage error />
            <div>{without_any}</div>
            <div>{move || {
                let asked = of.why.zip(drag.asked.get());
                asked.map(|(why, order)| view! { <AskWhy drag why title=drag.title(order.id) /> })
            }}</div>
            <form method="post" action=of.action class="board-form" on:submit=move |event| if page.hydrated() { event.prevent_default() }>
                {move || (!page.hydrated()).then(|| view! { <Chosen drag refused=refused.clone() /> })}
                <div class="board" tabindex="0" role="group" aria-label=t(of.title)>{columns}</div>
            </form>
        </div>
    }
}

/// Without scripts: where the chosen record goes.
#[component]
fn Chosen(drag: Drag, refused: Outcome) -> impl IntoView {
    let of = drag.of;
    let typed = refused.value(of.input, "");
    let choices = drag.board.with_untracked(|board| {
        let choice =
            |column: &Column| (column.key.clone(), column.name.clone(), column.key == typed);
        board.columns.iter().map(choice).collect()
    });
    let reason = of.why.map(|why| {
        let value = refused.value("reason", "");
        view! { <div class="field"><label for="if-closed">{t(why.if_so)}</label><input id="if-closed" type="text" name="reason" value=value /></div> }
    });
    view! {
        <div class="board-bar">
            <div class="field"><label for="to-column">{t(of.column)}</label><select id="to-column" name=of.input>{options(choices)}</select></div>
            {reason}
            <button type="submit" class="button">{t(of.move_chosen)}</button>
        </div>
    }
}

/// Asks for the reason before a record goes where it came to nothing.
#[component]
fn AskWhy(drag: Drag, why: Why, title: String) -> impl IntoView {
    let input: NodeRef<html::Input> = NodeRef::new();
    let label = why.question.with(page().language, &[("title", &title)]);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let reason = input
            .get_untracked()
            .map(|input| input.value())
            .unwrap_or_default();
        if !reason.trim().is_empty() {
            drag.give_up(reason);
        }
    };
    view! {
        <form class="message warning ask-why" on:submit=send on:keydown=move |event| if event.key() == "Escape" { drag.keep() }>
            <label for=REASON_ID>{label}</label>
            <input id=REASON_ID node_ref=input type="text" maxlength="200" required=true title=t(why.label) />
            <div class="actions">
                <button type="submit" class="button danger">{t(why.button)}</button>
                <button type="button" class="button" on:click=move |_| drag.keep()>{t(CANCEL)}</button>
            </div>
        </form>
    }
}
