//! Contacts: the people of the companies, or of none. Their pages are those of all record kinds, with what
//! is theirs.
//! Their fields are in `model::catalogue`.

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    records::pages::{DetailPage, EditPage, ListPage, NewPage},
};

const KIND: RecordKind = RecordKind::Contact;

#[component]
pub fn Contacts() -> impl IntoView {
    view! { <ListPage kind=KIND /> }
}

#[component]
pub fn Contact() -> impl IntoView {
    view! { <DetailPage kind=KIND related=&[RecordKind::Deal, RecordKind::Invoice, RecordKind::Project, RecordKind::Ticket] /> }
}

#[component]
pub fn NewContact() -> impl IntoView {
    view! { <NewPage kind=KIND /> }
}

#[component]
pub fn EditContact() -> impl IntoView {
    view! { <EditPage kind=KIND /> }
}
