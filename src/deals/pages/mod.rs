//! What only deals show: where a deal stands on its page, and the board.
//! The list, the forms and the rest of the page are those of all record kinds.

mod board;
mod card;
mod drag;
mod standing;

pub use board::BoardPage;
pub use standing::standing;

use crate::texts;

const MOVE: &str = "/api/move_deal";

texts! {
    BOARD = "Board" | "Tableau" | "Bord";
    PHASE = "Phase" | "Phase" | "Fase";
    REASON = "Why was it lost?" | "Pourquoi est-elle perdue ?" | "Waarom is ze verloren?";
    MARK_LOST = "Mark as lost" | "Marquer comme perdue" | "Als verloren markeren";
}
