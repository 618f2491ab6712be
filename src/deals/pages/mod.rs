//! What only deals show: where a deal stands on its page, and the board.
//! The list, the forms and the rest of the page are those of all record kinds.

mod board;
mod standing;

pub use board::DEALS;
pub use standing::standing;

use crate::texts;

const MOVE: &str = "/api/move_deal";

texts! {
    PHASE = "Phase" | "Phase" | "Fase";
    REASON = "Why was it lost?" | "Pourquoi est-elle perdue ?" | "Waarom is ze verloren?";
    MARK_LOST = "Mark as lost" | "Marquer comme perdue" | "Als verloren markeren";
}
