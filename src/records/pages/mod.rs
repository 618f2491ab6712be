//! The pages of all record kinds, written from the field catalogue.
//! A room's own page is one of these with its kind, and with the regions that only its kind has.

mod activity;
mod bin;
mod conflict;
mod detail;
mod form;
mod hand_over;
mod inputs;
mod links;
mod list;
mod mine;
mod next_steps;
mod related;
mod responsible;
mod search;
mod value;

pub use bin::BinPage;
pub use detail::{DetailPage, Room};
pub use form::{EditPage, NewPage};
pub use hand_over::{HandOverFields, names_of};
pub use list::ListPage;
pub use mine::Mine;
pub use search::Search;

use crate::texts;

texts! {
    EDIT = "Edit" | "Modifier" | "Bewerken";
    CREATE = "Create" | "Créer" | "Aanmaken";
    DETAILS = "Details" | "Détails" | "Gegevens";
    RESPONSIBLE = "Responsible" | "Responsable" | "Verantwoordelijke";
    ACTIVITY = "Activity" | "Activité" | "Activiteit";
}
