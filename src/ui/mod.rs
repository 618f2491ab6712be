//! Widgets that know no record kind: page context, icons, fields, combobox, messages, menus.
//! What they say is handed in, or one of the few words that every page shares.

pub mod audit;
pub mod choice;
pub mod combobox;
pub mod field;
pub mod focus;
pub mod icon;
pub mod locked;
pub mod meanwhile;
pub mod menu;
pub mod message;
pub mod outcome;
pub mod page;
pub mod person;

use crate::texts;

texts! {
    SAVE = "Save" | "Enregistrer" | "Opslaan";
    CANCEL = "Cancel" | "Annuler" | "Annuleren";
    SAVED = "Saved" | "Enregistré" | "Opgeslagen";
    SEARCH = "Search" | "Rechercher" | "Zoeken";
}
