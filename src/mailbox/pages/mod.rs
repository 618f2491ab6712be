//! The pages of mailboxes.
//! Plain forms that work without scripts; with them, connections are tried out without leaving the page.

mod settings;

pub use settings::{EditMailbox, MailboxSettings, NewMailbox};
