//! Shared mailboxes: one address that several colleagues answer. Here: which there are, how their messages are fetched, and how
//! replies are sent.

pub mod api;
#[cfg(feature = "ssr")]
mod draft;
#[cfg(feature = "ssr")]
pub mod fetch;
#[cfg(feature = "ssr")]
pub mod imap;
pub mod pages;
pub mod problem;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod smtp;
#[cfg(feature = "ssr")]
pub mod store;

use crate::texts;

pub use pages::{EditMailbox, MailboxSettings, NewMailbox};

texts! {
    MAILBOXES = "Mailboxes" | "Boîtes mail" | "Mailboxen";
}
