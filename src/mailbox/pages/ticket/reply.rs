//! The form in which a client is written to. What is typed is kept as a draft, and goes nowhere before it is sent.
//! A plain form, which scripts send without leaving the page.

use std::time::Duration;

use leptos::{form::ActionForm, html, prelude::*};

use crate::{
    mailbox::api::tickets::{self as api, ReplyToTicket},
    model::{
        AppError, RecordId, RecordKind,
        tickets::{Attachment, Standing},
    },
    texts,
    ui::{
        field::{InputField, TextField},
        message::ErrorMessage,
        outcome::{Outcome, problem},
        page::{page, t},
        pause::Pause,
        toast::{Toast, toasts},
    },
};

texts! {
    REPLY = "Reply" | "Répondre" | "Antwoorden";
    TO = "To" | "À" | "Aan";
    FROM = "From {address}" | "De {address}" | "Van {address}";
    COPIES = "Cc" | "Cc" | "Cc";
    COPIES_HINT = "Addresses, with commas between them." | "Des adresses, séparées par des virgules." | "Adressen, gescheiden door komma’s.";
    TEXT = "Reply to the client" | "Réponse au client" | "Antwoord aan de klant";
    SEND = "Send" | "Envoyer" | "Versturen";
    SEND_AND_CLOSE = "Send and close" | "Envoyer et clôturer" | "Versturen en sluiten";
    SEND_ANYWAY = "Send anyway" | "Envoyer quand même" | "Toch versturen";
    SENT = "Your reply is on its way." | "Votre réponse est en route." | "Uw antwoord is onderweg.";
    FILES = "Attachments" | "Pièces jointes" | "Bijlagen";
    ATTACH = "Attach" | "Joindre" | "Toevoegen";
    WITH_REPLY = "Goes with the reply" | "Joint à la réponse" | "Gaat met het antwoord mee";
    REMOVE_FILE = "Remove {name}" | "Retirer {name}" | "{name} verwijderen";
    NOBODY = "Nobody can be written to: this ticket has no client’s e-mail address." | "Personne à qui écrire : ce ticket n’a pas d’adresse e-mail de client." | "Er kan niemand geschreven worden: dit ticket heeft geen e-mailadres van een klant.";
    NO_MAILBOX = "Nothing can be sent: an admin adds a mailbox in Settings > Mailboxes." | "Rien ne peut être envoyé : un administrateur ajoute une boîte mail dans Paramètres > Boîtes mail." | "Er kan niets verstuurd worden: een beheerder voegt een mailbox toe in Instellingen > Mailboxen.";
}

const DETACH: &str = "/api/detach_file";
const ACTION: &str = "/api/reply_to_ticket";
/// Nobody types for so long without thinking.
const KEEP_AFTER: Duration = Duration::from_millis(800);

/// The form, above what was written so far; `changed` is told when something is sent.
pub fn reply(id: RecordId, changed: Callback<()>) -> AnyView {
    let loaded = Resource::new(|| (), move |()| api::ticket_standing(id));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(standing) => {
                        let sent = Callback::new(move |()| {
                            changed.run(());
                            loaded.refetch();
                        });
                        view! { <Form id standing sent /> }.into_any()
                    }
                    Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Form(id: RecordId, standing: Standing, sent: Callback<()>) -> impl IntoView {
    let Some(client) = standing.client.clone() else {
        return view! { <p class="message">{t(NOBODY)}</p> }.into_any();
    };
    let Some(from) = standing.from.clone() else {
        return view! { <p class="message">{t(NO_MAILBOX)}</p> }.into_any();
    };
    let language = page().language;
    let action = ServerAction::<ReplyToTicket>::new();
    let returned = Outcome::of(ACTION, &[("id", &id.to_string())]);
    let was_sent = returned.saved();
    let error = problem(action, returned.problem());
    let toasts = toasts();
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            toasts.say(t(SENT));
            sent.run(());
        }
    });
    let asks = move || error.get().as_ref().is_some_and(AppError::asks_to_confirm);
    // Whoever is asked has the page read again above: so he sees what came meanwhile.
    let seen = standing.seen.map(|id| id.to_string()).unwrap_or_default();
    let body = returned.value("body", &standing.reply.body);
    let copies = returned.value("copies", &standing.reply.copies);
    let form = NodeRef::<html::Form>::new();
    let kept = keep(id, form);
    let upload = format!("{}/files", RecordKind::Ticket.address(id));
    let to = upload.clone();
    view! {
        {was_sent.then(|| view! { <Toast text=t(SENT) /> })}
        <ActionForm action attr:id="reply" attr:class="form reply-form" attr:novalidate="" attr:aria-label=t(REPLY) node_ref=form>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="seen" value=seen />
            <p class="reply-to"><span class="muted">{t(TO)}": "</span><bdi>{client.shown()}</bdi>
                <span class="muted">" · "{FROM.with(language, &[("address", &from)])}</span></p>
            <ErrorMessage error />
            <div class="reply-fields" on:input=move |_| kept.run(())>
                <InputField id="reply-copies" label=t(COPIES) name="copies" key="copies" error value=copies hint=t(COPIES_HINT) />
                <TextField id="reply-body" label=t(TEXT) name="body" key="body" error value=body required=true />
            </div>
            <div class="reply-files">
                <label for="reply-files">{t(FILES)}</label>
                <input id="reply-files" type="file" name="file" multiple />
                <button type="submit" class="button small" formaction=upload formenctype="multipart/form-data" formnovalidate
                    on:click=move |event| send_files(&event, form, &to)>{t(ATTACH)}</button>
            </div>
            <div class="form-actions">
                <button type="submit" class="button primary" disabled=move || action.pending().get()>{t(SEND)}</button>
                <button type="submit" class="button" name="closes" value="true" disabled=move || action.pending().get()>{t(SEND_AND_CLOSE)}</button>
                {move || asks().then(|| view! { <button type="submit" class="button danger" name="confirmed" value="true">{t(SEND_ANYWAY)}</button> })}
            </div>
        </ActionForm>
        {waiting(id, &standing.files)}
    }
    .into_any()
}

/// The files that go with the reply, each with what takes it away again. Apart from the form: a form has no other in it.
fn waiting(id: RecordId, files: &[Attachment]) -> Option<impl IntoView + use<>> {
    let one = |file: &Attachment| {
        let remove = REMOVE_FILE.with(page().language, &[("name", &file.name)]);
        view! {
            <li>
                <bdi>{file.name.clone()}</bdi>
                <form method="post" action=DETACH class="inline">
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="n" value=file.n.to_string() />
                    <button type="submit" class="button quiet small">{remove}</button>
                </form>
            </li>
        }
    };
    (!files.is_empty()).then(|| {
        view! { <ul class="mail-files waiting" aria-label=t(WITH_REPLY)>{files.iter().map(one).collect_view()}</ul> }
    })
}

/// Sends the form as it is to where files are taken. What would send it without leaving the page cannot send files.
fn send_files(event: &leptos::ev::MouseEvent, form: NodeRef<html::Form>, to: &str) {
    event.prevent_default();
    #[cfg(feature = "hydrate")]
    if let Some(form) = form.get_untracked() {
        form.set_action(to);
        form.set_method("post");
        form.set_enctype("multipart/form-data");
        // Past whoever listens for it.
        let _ = form.submit();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (form, to);
}

/// Has what stands in the form kept, once its writer pauses.
fn keep(id: RecordId, form: NodeRef<html::Form>) -> Callback<()> {
    let pause = Pause::new();
    let save = Action::new(move |(body, copies): &(String, String)| {
        let (body, copies) = (body.clone(), copies.clone());
        async move { api::save_ticket_draft(id, false, body, copies).await }
    });
    Callback::new(move |()| {
        pause.then(KEEP_AFTER, move || {
            if let Some((body, copies)) = typed(form) {
                save.dispatch((body, copies));
            }
        });
    })
}

/// What stands in the form now.
fn typed(form: NodeRef<html::Form>) -> Option<(String, String)> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let form = form.get_untracked()?;
        let value = |id: &str| {
            let found = form.query_selector(id).ok()??;
            match found.dyn_into::<web_sys::HtmlTextAreaElement>() {
                Ok(area) => Some(area.value()),
                Err(other) => Some(other.dyn_into::<web_sys::HtmlInputElement>().ok()?.value()),
            }
        };
        Some((value("#reply-body")?, value("#reply-copies")?))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = form;
        None
    }
}
