//! Projects: what is done for a customer, by managers and collaborators. Their pages are those of all record kinds.
//! Their fields are in `model::catalogue`; who may change one it says itself, and the database sees to it.

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{DetailPage, EditPage, ListPage, NewPage, Unlocked},
};

const KIND: RecordKind = RecordKind::Project;

#[component]
pub fn Projects() -> impl IntoView {
    view! { <Unlocked kind=KIND><ListPage kind=KIND /></Unlocked> }
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
