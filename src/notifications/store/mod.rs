//! What is kept of notifications: what one may still be told of them is decided by the policies, as of records.

mod absence;
mod choices;
pub mod queue;
mod read;
mod unsubscribe;

pub use absence::{end_absence, my_absence, save_absence};
pub use choices::{Chosen, chosen_of, my_choices, save_choices};
pub use read::{mark, notifications, of_letter, unread};
pub use unsubscribe::{unsubscribe, unsubscribing};
