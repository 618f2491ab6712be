//! Settings > Mailboxes: the list with how the fetching of each stands, and the form of one.
//! For admins; for others the pages do not exist, and what the plan lacks shows what unlocks it.

mod form;
mod list;

use leptos::{children::ViewFn, prelude::*};
use leptos_router::hooks::use_params_map;

use self::{form::Form, list::List};
use crate::{
    mailbox::api::mailboxes as api,
    model::{AppError, MailboxId, plan::Module},
    texts,
    ui::{locked::unlocked_settings, message::Failed},
};

texts! {
    NEW_MAILBOX = "New mailbox" | "Nouvelle boîte mail" | "Nieuwe mailbox";
    NAME = "Name" | "Nom" | "Naam";
    ADDRESS = "Address" | "Adresse" | "Adres";
    ACTIVE = "Active" | "Active" | "Actief";
}

const SAVE_MAILBOX: &str = "/api/save_mailbox";
const DELETE_MAILBOX: &str = "/api/delete_mailbox";

fn unlocked(shown: impl Into<ViewFn>) -> AnyView {
    unlocked_settings(Module::Mailbox, shown)
}

#[component]
pub fn MailboxSettings() -> impl IntoView {
    unlocked(|| {
        let mailboxes = Resource::new(|| (), |()| api::mailboxes());
        view! {
            <Suspense>
                {move || Suspend::new(async move {
                    match mailboxes.await {
                        Ok(mailboxes) => view! { <List mailboxes /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Suspense>
        }
    })
}

#[component]
pub fn NewMailbox() -> impl IntoView {
    unlocked(|| view! { <MailboxPage mailbox=Ok(None) /> })
}

#[component]
pub fn EditMailbox() -> impl IntoView {
    unlocked(|| {
        let params = use_params_map();
        let id =
            params.with_untracked(|params| params.get_str("id").unwrap_or_default().to_owned());
        let mailbox = id
            .parse::<MailboxId>()
            .map(Some)
            .map_err(|_| AppError::NotFound);
        view! { <MailboxPage mailbox /> }
    })
}

#[component]
fn MailboxPage(mailbox: Result<Option<MailboxId>, AppError>) -> impl IntoView {
    let form = Resource::new(
        || (),
        move |()| {
            let mailbox = mailbox.clone();
            async move { api::edit_mailbox(mailbox?).await }
        },
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(form) => view! { <Form form /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}
