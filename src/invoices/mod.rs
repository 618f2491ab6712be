//! Invoices: what a company or a contact is to pay, and whether it is. Their pages are those of all record kinds.
//! Their fields are in `model::catalogue`, what stays once one is booked in `model::invoices`.

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{DetailPage, EditPage, ListPage, NewPage},
};

const KIND: RecordKind = RecordKind::Invoice;

#[component]
pub fn Invoices() -> impl IntoView {
    view! { <ListPage kind=KIND /> }
}

#[component]
pub fn Invoice() -> impl IntoView {
    view! { <DetailPage kind=KIND /> }
}

#[component]
pub fn NewInvoice() -> impl IntoView {
    view! { <NewPage kind=KIND /> }
}

#[component]
pub fn EditInvoice() -> impl IntoView {
    view! { <EditPage kind=KIND /> }
}
