//! Widgets that know no record kind: page context, icons, fields, combobox, search box, messages, toasts, menus.
//! What they say is handed in, or one of the few words that every page shares.

pub mod asking;
pub mod audit;
pub mod chart;
pub mod choice;
pub mod chosen;
pub mod combobox;
pub mod current;
pub mod empty;
pub mod field;
pub mod focus;
pub mod icon;
pub mod listbox;
pub mod locked;
pub mod meanwhile;
pub mod mentions;
pub mod menu;
pub mod message;
pub mod outcome;
pub mod outside;
pub mod page;
pub mod pause;
pub mod person;
pub mod progress;
pub mod search_box;
pub mod task;
pub mod toast;

use crate::texts;

texts! {
    SAVE = "Save" | "Enregistrer" | "Opslaan";
    CANCEL = "Cancel" | "Annuler" | "Annuleren";
    SAVED = "Saved" | "Enregistré" | "Opgeslagen";
    MOVE_UP = "Move {name} up" | "Monter {name}" | "{name} omhoog";
    MOVE_DOWN = "Move {name} down" | "Descendre {name}" | "{name} omlaag";
    SEARCH = "Search" | "Rechercher" | "Zoeken";
}
