//! Deals: each assigned to somebody, always. Their pages are those of all record kinds.
//! Their fields are in `model::catalogue`.

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{DetailPage, EditPage, ListPage, NewPage},
};

const KIND: RecordKind = RecordKind::Deal;

#[component]
pub fn Deals() -> impl IntoView {
    view! { <ListPage kind=KIND /> }
}

#[component]
pub fn Deal() -> impl IntoView {
    view! { <DetailPage kind=KIND /> }
}

#[component]
pub fn NewDeal() -> impl IntoView {
    view! { <NewPage kind=KIND /> }
}

#[component]
pub fn EditDeal() -> impl IntoView {
    view! { <EditPage kind=KIND /> }
}
