//! Moving cards across the board: which is lifted, over which column, and what is said of it. The mouse drags; the keyboard
//! and a tap lift a card by its handle; both end in the same drop.

use leptos::prelude::*;

use super::BoardOf;
use crate::{
    model::{
        AppError, RecordId, Text,
        board::{Board, BoardQuery, State},
    },
    texts,
    ui::{
        focus,
        page::{Page, page},
    },
};

texts! {
    LIFTED = "“{title}” is lifted, in {column}. Arrow keys choose a column, Space drops, Escape cancels." | "Vous tenez « {title} », dans {column}. Les flèches choisissent une colonne, Espace dépose, Échap annule." | "“{title}” is opgepakt, in {column}. Pijltjes kiezen een kolom, spatie laat los, Escape annuleert.";
    OVER = "{column}, {n} of {all}" | "{column}, {n} sur {all}" | "{column}, {n} van {all}";
    MOVED = "“{title}” is in {column} now." | "« {title} » est maintenant dans {column}." | "“{title}” staat nu in {column}.";
    STAYS = "“{title}” stays in {column}." | "« {title} » reste dans {column}." | "“{title}” blijft in {column}.";
}

/// A card on its way to a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    pub id: RecordId,
    pub to: usize,
    /// Why it came to nothing, where it did.
    pub reason: String,
}

#[derive(Clone, Copy)]
pub struct Drag {
    pub of: &'static BoardOf,
    pub board: RwSignal<Board>,
    pub lifted: RwSignal<Option<RecordId>>,
    /// The column that the lifted card is over.
    pub over: RwSignal<usize>,
    /// What was dropped where it came to nothing waits here for the reason.
    pub asked: RwSignal<Option<Move>>,
    pub error: RwSignal<Option<AppError>>,
    /// What a screen reader is told.
    pub said: RwSignal<String>,
    send: Action<Move, ()>,
    page: Page,
}

impl Drag {
    pub fn new(of: &'static BoardOf, board: Board, query: BoardQuery) -> Self {
        let board = RwSignal::new(board);
        let error = RwSignal::new(None);
        let said = RwSignal::new(String::new());
        let page = page();
        let send = Action::new(move |order: &Move| {
            let order = order.clone();
            async move {
                let key = board
                    .with_untracked(|board| board.columns.get(order.to).map(|one| one.key.clone()));
                let Some(key) = key else { return };
                board.update(|board| {
                    board.move_card(order.id, order.to);
                });
                focus::on(handle(order.id));
                let refused = (of.send)(order.id, key, order.reason).await.err();
                // Of a refusal the alert speaks.
                if refused.is_some() {
                    said.set(String::new());
                }
                error.set(refused);
                // What the database has now, be it as it was before.
                match (of.load)(query).await {
                    Ok(now) => board.set(now),
                    Err(problem) => error.set(Some(problem)),
                }
                focus::on(handle(order.id));
            }
        });
        Self {
            of,
            board,
            lifted: RwSignal::new(None),
            over: RwSignal::new(0),
            asked: RwSignal::new(None),
            error,
            said,
            send,
            page,
        }
    }

    pub fn is_lifted(self, id: RecordId) -> bool {
        self.lifted.get() == Some(id)
    }

    /// Whether the lifted card would go to this column if it were dropped now.
    pub fn is_over(self, column: usize) -> bool {
        self.lifted.get().is_some() && self.over.get() == column
    }

    pub fn lift(self, id: RecordId) {
        let Some((column, title)) = self.card(id) else {
            return;
        };
        self.lifted.set(Some(id));
        self.over.set(column);
        self.say(LIFTED, &title, column);
    }

    pub fn step(self, by: isize) {
        let all = self.board.with_untracked(|board| board.columns.len());
        let Some(over) = self.over.get_untracked().checked_add_signed(by) else {
            return;
        };
        if over >= all {
            return;
        }
        self.over.set(over);
        let language = self.page.language;
        let [n, all] = [over + 1, all].map(|n| n.to_string());
        let text = OVER.with(
            language,
            &[("column", &self.column(over)), ("n", &n), ("all", &all)],
        );
        self.said.set(text);
    }

    pub fn cancel(self) {
        let lifted = self.lifted.get_untracked();
        self.lifted.set(None);
        if let Some((column, title)) = lifted.and_then(|id| self.card(id)) {
            self.say(STAYS, &title, column);
        }
    }

    /// Drops the lifted card on a column.
    pub fn drop_on(self, to: usize) {
        let lifted = self.lifted.get_untracked();
        let Some((id, (from, title))) = lifted.and_then(|id| Some((id, self.card(id)?))) else {
            return;
        };
        if from == to {
            self.cancel();
            return;
        }
        self.lifted.set(None);
        let order = Move {
            id,
            to,
            reason: String::new(),
        };
        let state = self
            .board
            .with_untracked(|board| board.columns.get(to).map(|column| column.state));
        if self.of.why.is_some() && state == Some(State::Bad) {
            self.asked.set(Some(order));
            focus::on(REASON_ID.to_owned());
        } else {
            self.say(MOVED, &title, to);
            self.send.dispatch(order);
        }
    }

    /// The reason is known now.
    pub fn give_up(self, reason: String) {
        let Some(order) = self.asked.get_untracked() else {
            return;
        };
        self.asked.set(None);
        if let Some((_, title)) = self.card(order.id) {
            self.say(MOVED, &title, order.to);
        }
        self.send.dispatch(Move { reason, ..order });
    }

    pub fn keep(self) {
        let asked = self.asked.get_untracked();
        self.asked.set(None);
        if let Some(order) = asked {
            focus::on(handle(order.id));
        }
    }

    pub fn title(self, id: RecordId) -> String {
        self.card(id).map(|(_, title)| title).unwrap_or_default()
    }

    fn card(self, id: RecordId) -> Option<(usize, String)> {
        self.board.with_untracked(|board| {
            let (column, card) = board.card(id)?;
            Some((column, card.title.clone()))
        })
    }

    fn column(self, n: usize) -> String {
        let name = |board: &Board| board.columns.get(n).map(|one| one.name.clone());
        self.board.with_untracked(name).unwrap_or_default()
    }

    fn say(self, text: Text, title: &str, column: usize) {
        let column = self.column(column);
        let values = [("title", title), ("column", column.as_str())];
        self.said.set(text.with(self.page.language, &values));
    }
}

/// The input for the reason.
pub const REASON_ID: &str = "reason-given";

/// The id of the button that lifts a card.
pub fn handle(id: RecordId) -> String {
    format!("move-{id}")
}
