//! Moving cards across the board: which is lifted, over which column, and what is said of it. The mouse drags; the keyboard
//! and a tap lift a card by its handle; both end in the same drop.

use leptos::prelude::*;

use crate::{
    deals::api,
    model::{
        AppError, RecordId,
        pipeline::{Board, BoardQuery, Status},
    },
    texts,
    ui::{
        focus,
        page::{Page, page},
    },
};

texts! {
    LIFTED = "“{title}” is lifted, in {phase}. Arrow keys choose a phase, Space drops, Escape cancels." | "« {title} » est saisie, dans {phase}. Les flèches choisissent une phase, Espace dépose, Échap annule." | "“{title}” is opgepakt, in {phase}. Pijltjes kiezen een fase, spatie laat los, Escape annuleert.";
    OVER = "{phase}, {n} of {all}" | "{phase}, {n} sur {all}" | "{phase}, {n} van {all}";
    MOVED = "“{title}” is in {phase} now." | "« {title} » est maintenant dans {phase}." | "“{title}” staat nu in {phase}.";
    STAYS = "“{title}” stays in {phase}." | "« {title} » reste dans {phase}." | "“{title}” blijft in {phase}.";
}

/// A deal on its way to a column.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    pub id: RecordId,
    pub to: usize,
    /// Why it was lost, where it was.
    pub reason: String,
}

#[derive(Clone, Copy)]
pub struct Drag {
    pub board: RwSignal<Board>,
    pub lifted: RwSignal<Option<RecordId>>,
    /// The column that the lifted card is over.
    pub over: RwSignal<usize>,
    /// What was dropped on the lost phase waits here for the reason.
    pub asked: RwSignal<Option<Move>>,
    pub error: RwSignal<Option<AppError>>,
    /// What a screen reader is told.
    pub said: RwSignal<String>,
    send: Action<Move, ()>,
    page: Page,
}

impl Drag {
    pub fn new(board: Board, query: BoardQuery) -> Self {
        let board = RwSignal::new(board);
        let error = RwSignal::new(None);
        let send = Action::new(move |order: &Move| {
            let order = order.clone();
            async move {
                let phase = board
                    .with_untracked(|board| board.columns.get(order.to).map(|one| one.phase.id));
                let Some(phase) = phase else { return };
                board.update(|board| {
                    board.move_card(order.id, order.to);
                });
                focus::on(handle(order.id));
                error.set(api::move_deal(order.id, phase, order.reason).await.err());
                // What the database has now, be it as it was before.
                match api::deals_board(query).await {
                    Ok(now) => board.set(now),
                    Err(problem) => error.set(Some(problem)),
                }
                focus::on(handle(order.id));
            }
        });
        Self {
            board,
            lifted: RwSignal::new(None),
            over: RwSignal::new(0),
            asked: RwSignal::new(None),
            error,
            said: RwSignal::new(String::new()),
            send,
            page: page(),
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
            &[("phase", &self.phase(over)), ("n", &n), ("all", &all)],
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
        let status = self
            .board
            .with_untracked(|board| board.columns.get(to).map(|column| column.phase.status));
        if status == Some(Status::Lost) {
            self.asked.set(Some(order));
            focus::on(REASON_ID.to_owned());
        } else {
            self.say(MOVED, &title, to);
            self.send.dispatch(order);
        }
    }

    /// The reason is known now.
    pub fn lose(self, reason: String) {
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

    fn phase(self, column: usize) -> String {
        let name = |board: &Board| board.columns.get(column).map(|one| one.phase.name.clone());
        self.board.with_untracked(name).unwrap_or_default()
    }

    fn say(self, text: crate::model::Text, title: &str, column: usize) {
        let phase = self.phase(column);
        let values = [("title", title), ("phase", phase.as_str())];
        self.said.set(text.with(self.page.language, &values));
    }
}

/// The input for the reason.
pub const REASON_ID: &str = "lost-reason";

/// The id of the button that lifts a card.
pub fn handle(id: RecordId) -> String {
    format!("move-{id}")
}
