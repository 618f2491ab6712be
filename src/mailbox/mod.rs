//! The shared mailbox: one address, many colleagues, each ticket with at most one who is responsible.
//! What a mail says, how it is shown and how one is written is `message`, which knows neither tickets nor a database.

#[cfg(feature = "ssr")]
pub mod message;
