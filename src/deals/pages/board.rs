//! The board of deals: a column per phase, with what its deals are worth.
//! A deal that is lost is lost for a reason.

use super::{MARK_LOST, MOVE, PHASE, REASON};
use crate::{
    deals::api,
    model::{AppError, Problem, RecordKind},
    records::pages::{BoardOf, Why},
    texts,
};

texts! {
    DEALS_BOARD = "Deals by phase" | "Opportunités par phase" | "Deals per fase";
    MOVE_CHOSEN = "Move the chosen deal" | "Déplacer l’opportunité choisie" | "De gekozen deal verplaatsen";
    NO_DEALS = "No deals" | "Aucune opportunité" | "Geen deals";
    WHY_LOST = "Why was “{title}” lost?" | "Pourquoi « {title} » est-elle perdue ?" | "Waarom is “{title}” verloren?";
    IF_LOST = "Reason, if lost" | "Raison, si perdue" | "Reden, indien verloren";
}

pub static DEALS: BoardOf = BoardOf {
    kind: RecordKind::Deal,
    title: DEALS_BOARD,
    column: PHASE,
    move_chosen: MOVE_CHOSEN,
    none: NO_DEALS,
    action: MOVE,
    input: "phase",
    load: |query| Box::pin(api::deals_board(query)),
    send: |id, phase, reason| {
        Box::pin(async move {
            let unknown = |_| AppError::field("phase", Problem::NotAnOption);
            api::move_deal(id, phase.parse().map_err(unknown)?, reason).await
        })
    },
    why: Some(Why {
        question: WHY_LOST,
        label: REASON,
        if_so: IF_LOST,
        button: MARK_LOST,
    }),
};
