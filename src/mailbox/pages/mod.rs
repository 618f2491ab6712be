//! The pages of the shared mailbox: those of mailboxes in the settings, which are plain forms.
//! A ticket's are those of all record kinds, with what it has besides.

mod settings;
pub mod ticket;

pub use settings::{EditMailbox, MailboxSettings, NewMailbox};
