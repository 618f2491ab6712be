//! The server functions of the shared mailbox.
//! Each authorises by reading and writing as the person who calls.

pub mod tickets;
