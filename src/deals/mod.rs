//! Deals: each assigned to somebody, always. Their pages are those of all record kinds, with where a deal stands in the
//! pipeline, and the board.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{BOARD, BoardPage, DetailPage, EditPage, ListPage, NewPage},
};

const KIND: RecordKind = RecordKind::Deal;

#[component]
pub fn Deals() -> impl IntoView {
    view! { <ListPage kind=KIND beside=("/deals/board", BOARD) /> }
}

#[component]
pub fn DealsBoard() -> impl IntoView {
    view! { <BoardPage of=&pages::DEALS /> }
}

#[component]
pub fn Deal() -> impl IntoView {
    view! { <DetailPage kind=KIND related=&[RecordKind::Project] room=pages::standing /> }
}

#[component]
pub fn NewDeal() -> impl IntoView {
    view! { <NewPage kind=KIND /> }
}

#[component]
pub fn EditDeal() -> impl IntoView {
    view! { <EditPage kind=KIND /> }
}
