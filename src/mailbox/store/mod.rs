//! The SQL of the shared mailbox, beyond what all record kinds share: what mailboxes are set to, how far each is fetched, messages.
//! Read as the viewer; what comes by mail is written on nobody's behalf.

pub mod drafts;
pub mod fetching;
pub mod mailboxes;
pub mod messages;
pub mod parts;
pub mod tickets;

/// Every server hears on this channel that a mailbox was saved.
pub const CHANNEL: &str = "steward_mailboxes";
