//! The shared mailbox: one address that several colleagues answer. What clients write to it becomes tickets, each with at most one
//! colleague who is responsible for it; their pages are those of all record kinds, with what was written above.

pub mod api;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
mod draft;
#[cfg(feature = "ssr")]
pub mod fetch;
#[cfg(feature = "ssr")]
pub mod imap;
#[cfg(feature = "ssr")]
pub mod ingest;
#[cfg(feature = "ssr")]
pub mod message;
pub mod pages;
pub mod problem;
#[cfg(feature = "ssr")]
mod route;
#[cfg(feature = "ssr")]
mod send;
pub mod settings;
#[cfg(feature = "ssr")]
pub mod smtp;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod sweep;
#[cfg(feature = "ssr")]
mod take_in;
#[cfg(feature = "ssr")]
mod upload;

use leptos::prelude::*;

use crate::{
    model::{RecordKind, statistics::STATISTICS},
    records::pages::{DetailPage, EditPage, ListPage, NewPage, Own, Unlocked},
    texts,
};

pub use pages::{EditMailbox, MailboxSettings, NewMailbox};
#[cfg(feature = "ssr")]
pub use {
    route::routes,
    send::define,
    take_in::{Taken, take_in, watch},
};

texts! {
    MAILBOXES = "Mailboxes" | "Boîtes mail" | "Mailboxen";
}

const KIND: RecordKind = RecordKind::Ticket;

const OWN: Own = Own {
    beside_name: Some(pages::ticket::pencil),
    writes: Some(pages::ticket::reply),
};

#[component]
pub fn Tickets() -> impl IntoView {
    view! { <Unlocked kind=KIND><ListPage kind=KIND beside=("/mailbox/statistics", STATISTICS) /></Unlocked> }
}

#[component]
pub fn Ticket() -> impl IntoView {
    view! { <Unlocked kind=KIND><DetailPage kind=KIND room=pages::ticket::standing own=OWN /></Unlocked> }
}

#[component]
pub fn NewTicket() -> impl IntoView {
    view! { <Unlocked kind=KIND><NewPage kind=KIND /></Unlocked> }
}

#[component]
pub fn EditTicket() -> impl IntoView {
    view! { <Unlocked kind=KIND><EditPage kind=KIND /></Unlocked> }
}
