//! The pages of all record kinds, written from the field catalogue.
//! A room's own page is one of these with its kind, and with the regions that only its kind has.

mod activity;
mod added;
mod bin;
mod board;
mod bulk;
mod conflict;
mod detail;
mod edit_form;
mod form;
mod hand_over;
mod inputs;
mod links;
mod list;
mod locked;
mod messages;
mod mine;
mod next_steps;
mod notes;
mod nothing;
mod related;
mod responsible;
mod search;
mod several;
mod shared;
mod take;
mod value;

pub use bin::BinPage;
pub use board::{Answer, BOARD, BoardOf, BoardPage, DAYS, ROTTING, Why};
pub use bulk::{BulkActPage, BulkPage, JOBS, Jobs};
pub use detail::{DetailPage, OnPage, Own, Room};
pub use form::{EditPage, NewPage};
pub use hand_over::{HandOverFields, names_of};
pub use inputs::{Called, PersonField, asked_records};
pub use list::{ListPage, RecordTable, counting};
pub use locked::Unlocked;
pub use mine::Mine;
pub use nothing::Nothing;
pub use responsible::{ResponsiblePicker, items, present_item};
pub use search::{Search, SearchBox};
pub use take::TakeButton;

use std::sync::Arc;

use crate::{
    model::{
        RecordKind,
        catalogue::{Catalogue, CustomField},
    },
    texts,
    ui::page::page,
};

texts! {
    EDIT = "Edit" | "Modifier" | "Bewerken";
    CREATE = "Create" | "Créer" | "Aanmaken";
    DETAILS = "Details" | "Détails" | "Gegevens";
    RESPONSIBLE = "Responsible" | "Responsable" | "Verantwoordelijke";
    HOW_IT_FINDS = "Every word that you type must begin a word of the record. Fewer letters find more." | "Chaque mot tapé doit être le début d’un mot de la fiche. Moins de lettres trouvent davantage." | "Elk getypt woord moet het begin zijn van een woord van het record. Minder letters vinden meer.";
    ACTIVITY = "Activity" | "Activité" | "Activiteit";
}

/// The fields that the reader's account has for a kind, given those that it has added.
pub fn catalogue(kind: RecordKind, custom: &[CustomField]) -> Arc<Catalogue> {
    let second = page().me().is_some_and(|me| me.second_enabled);
    Arc::new(Catalogue::new(kind, second, custom))
}
