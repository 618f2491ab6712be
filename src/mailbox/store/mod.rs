//! Mailboxes in the database: what they are set to, and how far each is fetched.
//! Tickets and their messages have modules of their own.

pub mod fetching;
pub mod mailboxes;

/// Every server hears on this channel that a mailbox was saved.
pub const CHANNEL: &str = "steward_mailboxes";
