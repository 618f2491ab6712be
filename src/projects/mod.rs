//! Projects: what is done for a customer, by managers and collaborators. Their pages are those of all record kinds, and the board.
//! Their fields are in `model::catalogue`; who may change one it says itself, and the database sees to it.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{BOARD, BoardPage, DetailPage, EditPage, ListPage, NewPage, Unlocked},
};

const KIND: RecordKind = RecordKind::Project;

#[component]
pub fn Projects() -> impl IntoView {
    view! { <Unlocked kind=KIND><ListPage kind=KIND beside=("/projects/board", BOARD) /></Unlocked> }
}

#[component]
pub fn ProjectsBoard() -> impl IntoView {
    view! { <Unlocked kind=KIND><BoardPage of=&pages::PROJECTS /></Unlocked> }
}

#[component]
pub fn Project() -> impl IntoView {
    view! { <Unlocked kind=KIND><DetailPage kind=KIND /></Unlocked> }
}

#[component]
pub fn NewProject() -> impl IntoView {
    view! { <Unlocked kind=KIND><NewPage kind=KIND /></Unlocked> }
}

#[component]
pub fn EditProject() -> impl IntoView {
    view! { <Unlocked kind=KIND><EditPage kind=KIND /></Unlocked> }
}
