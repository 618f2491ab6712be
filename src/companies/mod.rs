//! Companies: whose sales contact is who. Their pages are those of all record kinds, with deals and invoices.
//! Their fields are in `model::catalogue`.

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{DetailPage, EditPage, ListPage, NewPage},
};

const KIND: RecordKind = RecordKind::Company;

#[component]
pub fn Companies() -> impl IntoView {
    view! { <ListPage kind=KIND /> }
}

#[component]
pub fn Company() -> impl IntoView {
    view! { <DetailPage kind=KIND related=&[RecordKind::Deal, RecordKind::Invoice, RecordKind::Project, RecordKind::Ticket] /> }
}

#[component]
pub fn NewCompany() -> impl IntoView {
    view! { <NewPage kind=KIND /> }
}

#[component]
pub fn EditCompany() -> impl IntoView {
    view! { <EditPage kind=KIND /> }
}
