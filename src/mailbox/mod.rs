//! The shared mailbox: one address that several colleagues answer. What clients write to it becomes tickets, each with at most one
//! colleague who is responsible for it; their pages are those of all record kinds, with what was written above.

pub mod api;
#[cfg(feature = "ssr")]
pub mod message;
pub mod pages;
#[cfg(feature = "ssr")]
mod route;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod take_in;

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{DetailPage, EditPage, ListPage, NewPage, Own, Unlocked},
};

#[cfg(feature = "ssr")]
pub use {
    route::routes,
    take_in::{Taken, take_in},
};

const KIND: RecordKind = RecordKind::Ticket;

const OWN: Own = Own {
    beside_name: Some(pages::ticket::pencil),
    writes: Some(pages::ticket::reply),
};

#[component]
pub fn Tickets() -> impl IntoView {
    view! { <Unlocked kind=KIND><ListPage kind=KIND /></Unlocked> }
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
