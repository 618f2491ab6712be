//! The SQL of the shared mailbox, beyond what all record kinds share.
//! Read as the viewer; what comes by mail is written on nobody's behalf.

pub mod parts;
pub mod tickets;
