//! The pages of the shared mailbox.
//! A ticket's are those of all record kinds, with what it has besides.

pub mod ticket;
