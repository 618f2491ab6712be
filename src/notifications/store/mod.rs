//! What is kept of notifications: what one may still be told of them is decided by the policies, as of records.

mod choices;
pub mod queue;
mod read;

pub use choices::{Chosen, chosen_of};
pub use read::{mark, notifications, of_letter, unread};
