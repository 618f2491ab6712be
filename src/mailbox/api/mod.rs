//! The server functions of the shared mailbox, by what they are about.
//! Each begins with who is asking.

pub mod mailboxes;
pub mod tickets;
