//! A message of a ticket, where it stands in the ticket's activity: who wrote it to whom, what it says, what came with it.
//! What it quotes is folded; its formatted form, which a stranger made, is shown in a frame that can do nothing.

use leptos::{attr::custom::custom_attribute, prelude::*};

use crate::{
    model::{
        RecordId,
        tickets::{Attachment, Delivery, Message, Party, Piece},
    },
    texts,
    ui::page::{page, t},
};

texts! {
    TO = "To" | "À" | "Aan";
    CC = "Cc" | "Cc" | "Cc";
    QUOTED = "Show quoted text" | "Afficher le texte cité" | "Geciteerde tekst tonen";
    FORMATTED = "Show as it was formatted" | "Afficher avec sa mise en forme" | "Opgemaakt tonen";
    FORMATTED_MESSAGE = "Formatted message" | "Message mis en forme" | "Opgemaakt bericht";
    PICTURES = "Load its pictures; the sender may see that you did." | "Charger ses images ; l’expéditeur peut le voir." | "De afbeeldingen laden; de afzender kan dat zien.";
    ORIGINAL = "Original" | "Original" | "Origineel";
    ATTACHMENTS = "Attachments" | "Pièces jointes" | "Bijlagen";
    WAITING = "On its way" | "En route" | "Onderweg";
    SENT = "Sent" | "Envoyé" | "Verstuurd";
    FAILED = "Not sent" | "Pas envoyé" | "Niet verstuurd";
    TRY_AGAIN = "Try again" | "Réessayer" | "Opnieuw proberen";
    AUTOMATIC = "Automatic" | "Automatique" | "Automatisch";
}

const SEND_AGAIN: &str = "/api/send_again";

#[component]
pub fn ShownMessage(id: RecordId, message: Message) -> impl IntoView {
    let class = if message.is_ours() {
        "mail ours"
    } else {
        "mail"
    };
    let people = |label: &'static str, of: &[Party]| {
        let names: Vec<String> = of.iter().map(Party::shown).collect();
        (!names.is_empty())
            .then(|| view! { <p class="mail-people"><span class="muted">{label}": "</span><bdi>{names.join(", ")}</bdi></p> })
    };
    let automatic = message
        .automatic
        .then(|| view! { <span class="tag">{t(AUTOMATIC)}</span> });
    let delivery = message
        .delivery
        .map(|delivery| delivered(id, &message, delivery));
    let formatted = message.formatted.then(|| frame(id, &message));
    let original = (!message.is_ours()).then(|| {
        let address = format!(
            "{}/original",
            Message::formatted_address(id, message.id, false)
        );
        view! { <a class="quiet small" href=address rel="external" download>{t(ORIGINAL)}</a> }
    });
    view! {
        <div class=class>
            <div class="mail-head">
                <div>{people(t(TO), &message.to)}{people(t(CC), &message.copies)}</div>
                <div class="mail-state">{automatic}{delivery}</div>
            </div>
            <div class="mail-body" dir="auto">{message.text.iter().map(piece).collect_view()}</div>
            {attachments(id, &message)}
            {formatted}
            {original}
        </div>
    }
}

fn piece(piece: &Piece) -> AnyView {
    match piece {
        Piece::Said(text) => view! { <p class="mail-text">{text.clone()}</p> }.into_any(),
        Piece::Quoted(text) => view! {
            <details class="mail-quoted"><summary>{t(QUOTED)}</summary><p class="mail-text">{text.clone()}</p></details>
        }
        .into_any(),
    }
}

fn delivered(id: RecordId, message: &Message, delivery: Delivery) -> AnyView {
    match delivery {
        Delivery::Waiting => view! { <span class="tag">{t(WAITING)}</span> }.into_any(),
        Delivery::Sent => view! { <span class="muted">{t(SENT)}</span> }.into_any(),
        Delivery::Failed => {
            let why = message
                .problem
                .clone()
                .map(|why| view! { <p class="problem">{why}</p> });
            view! {
                <span class="tag warning">{t(FAILED)}</span>
                {why}
                <form method="post" action=SEND_AGAIN class="inline">
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="message" value=message.id.to_string() />
                    <button type="submit" class="button small">{t(TRY_AGAIN)}</button>
                </form>
            }
            .into_any()
        }
    }
}

/// The frame is loaded once it is unfolded; what it wants from elsewhere only once somebody asks for it.
fn frame(id: RecordId, message: &Message) -> impl IntoView + use<> {
    let name = format!("mail-{}", message.id);
    let address = |pictures| Message::formatted_address(id, message.id, pictures);
    view! {
        <details class="mail-formatted">
            <summary>{t(FORMATTED)}</summary>
            <p><a class="small" href=address(true) target=name.clone() rel="external">{t(PICTURES)}</a></p>
            <iframe {..custom_attribute("loading", "lazy")} name=name title=t(FORMATTED_MESSAGE) src=address(false)
                sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer"></iframe>
        </details>
    }
}

fn attachments(id: RecordId, message: &Message) -> Option<impl IntoView + use<>> {
    let language = page().language;
    let message_id = message.id;
    let one = |file: &Attachment| {
        let address = Message::attachment_address(id, message_id, file.n);
        let size = language.integer((file.size + 1023) / 1024);
        view! { <li><a href=address rel="external" download><bdi>{file.name.clone()}</bdi></a><span class="muted">{format!(" {size} kB")}</span></li> }
    };
    (!message.attachments.is_empty()).then(|| {
        view! { <ul class="mail-files" aria-label=t(ATTACHMENTS)>{message.attachments.iter().map(one).collect_view()}</ul> }
    })
}
