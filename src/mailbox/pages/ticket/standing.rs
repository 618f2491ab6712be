//! Where a ticket stands, on its page, and what there is to do with one click: take it, close it, open it again.
//! Plain forms.

use leptos::prelude::*;

use crate::{
    mailbox::api::tickets as api,
    model::{
        RecordId, RecordKind,
        catalogue::{CLOSED_TICKET, TICKET_STATUSES},
        tickets::Standing,
    },
    records::pages::{Room, TakeButton},
    texts,
    ui::{
        SAVED,
        message::ErrorMessage,
        outcome::Outcome,
        page::{page, t},
        toast::Toast,
    },
};

texts! {
    STATUS = "Status" | "Statut" | "Status";
    CLOSE = "Close" | "Clôturer" | "Sluiten";
    CREATE_CONTACT = "Create contact: {name}" | "Créer le contact : {name}" | "Contact aanmaken: {name}";
    REOPEN = "Reopen" | "Rouvrir" | "Heropenen";
}

const CONTACT_ACTION: &str = "/api/contact_of_ticket";
const CLOSE_ACTION: &str = "/api/close_ticket";

/// The region of a ticket's page.
pub fn standing(id: RecordId) -> Room {
    let loaded = Resource::new(|| (), move |()| api::ticket_standing(id));
    Room::card("standing", loaded, move |standing| {
        view! { <Stands id standing /> }.into_any()
    })
}

#[component]
fn Stands(id: RecordId, standing: Standing) -> impl IntoView {
    let page = page();
    let outcome = Outcome::of(CLOSE_ACTION, &[("id", &id.to_string())]);
    let saved = outcome.saved() || Outcome::of(CONTACT_ACTION, &[("id", &id.to_string())]).saved();
    let status = TICKET_STATUSES
        .iter()
        .find(|choice| choice.code == standing.status)
        .map_or("", |choice| choice.label.get(page.language));
    let is_closed = standing.status == CLOSED_TICKET;
    let mine = page
        .me()
        .is_some_and(|me| standing.assigned_to == Some(me.user));
    let take = (!mine && !is_closed)
        .then(|| view! { <TakeButton kind=RecordKind::Ticket id was=standing.assigned_to /> });
    let label = if is_closed { REOPEN } else { CLOSE };
    let may_create = page
        .me()
        .is_some_and(|me| me.rights.may_use(RecordKind::Contact));
    let unknown = standing
        .client
        .clone()
        .filter(|_| !standing.has_customer && may_create);
    let created = Outcome::of(CONTACT_ACTION, &[("id", &id.to_string())]);
    let contact = unknown.map(|client| {
        let label = CREATE_CONTACT.with(page.language, &[("name", &client.shown())]);
        view! {
            <form method="post" action=CONTACT_ACTION>
                <input type="hidden" name="id" value=id.to_string() />
                <button type="submit" class="button">{label}</button>
            </form>
        }
    });
    view! {
        <div class="card-head">
            <h2 id="standing">{t(STATUS)}</h2>
            <p class=format!("standing ticket-{}", standing.status)>{status}</p>
        </div>
        <ErrorMessage error=outcome.error() />
        <ErrorMessage error=created.error() />
        {saved.then(|| view! { <Toast text=t(SAVED) /> })}
        <div class="actions">
            {take}
            <form method="post" action=CLOSE_ACTION>
                <input type="hidden" name="id" value=id.to_string() />
                {is_closed.then(|| view! { <input type="hidden" name="open" value="true" /> })}
                <button type="submit" class="button">{t(label)}</button>
            </form>
            {contact}
        </div>
    }
}
