//! The server functions of mailboxes, by what they are about.
//! Each begins with who is asking.

pub mod mailboxes;
