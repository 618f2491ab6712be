//! The fields of a ticket.
//! What it is called is made of its number and its subject; the client's own name and address stand beside the customer whom they mean.

use super::{
    CREATED, Field, FieldType, UPDATED,
    shared::{CUSTOMER, LINE, TAGS, choice},
};
use crate::{
    model::{Role, values::FixedChoice},
    texts,
};

texts! {
    TICKET = "Ticket" | "Ticket" | "Ticket";
    SUBJECT = "Subject" | "Objet" | "Onderwerp";
    CLIENT_EMAIL = "Client’s e-mail" | "E-mail du client" | "E-mail van de klant";
    CLIENT_NAME = "Client’s name" | "Nom du client" | "Naam van de klant";
    STATUS = "Status" | "Statut" | "Status";
    MAILBOX = "Mailbox" | "Boîte mail" | "Mailbox";
    NUMBER = "Number" | "Numéro" | "Nummer";
    LAST_MESSAGE = "Last message" | "Dernier message" | "Laatste bericht";
    FIRST_REPLY = "First reply" | "Première réponse" | "Eerste antwoord";
    CLOSED_AT = "Closed" | "Clôturé" | "Gesloten";
    NEW = "New" | "Nouveau" | "Nieuw";
    OPEN = "Open" | "Ouvert" | "Open";
    WAITING = "Waiting for client" | "En attente du client" | "Wacht op klant";
    CLOSED = "Closed" | "Clôturé" | "Gesloten";
}

/// Of a ticket that nobody has to do anything for any more, unless the client writes again.
pub const CLOSED_TICKET: &str = "closed";
/// Nobody has answered it yet.
pub const NEW_TICKET: &str = "new";
/// The client has written last.
pub const OPEN_TICKET: &str = "open";
/// One of us has written last.
pub const WAITING_TICKET: &str = "waiting";

/// The states of a ticket, in the order in which it goes through them.
pub const TICKET_STATUSES: &[FixedChoice] = &[
    choice(NEW_TICKET, NEW),
    choice(OPEN_TICKET, OPEN),
    choice(WAITING_TICKET, WAITING),
    choice(CLOSED_TICKET, CLOSED),
];

pub(super) const FIELDS: &[Field] = &[
    Field::new("name", TICKET, LINE).computed().listed(),
    Field::new("subject", SUBJECT, FieldType::Line { max: 300 })
        .required()
        .searched()
        .headings(&["Title", "Titre", "Titel", "Sujet"]),
    CUSTOMER.optional(),
    Field::new("client_email", CLIENT_EMAIL, FieldType::Email)
        .searched()
        .listed()
        .headings(&["Email", "E-mail", "From", "Expéditeur", "Afzender"]),
    Field::new("client_name", CLIENT_NAME, LINE).searched(),
    Field::new(
        Role::AssignedTo.key(),
        Role::AssignedTo.label(),
        FieldType::User(Role::AssignedTo),
    )
    .listed()
    .headings(&[
        "Assignee",
        "Owner",
        "Responsible",
        "Responsable",
        "Verantwoordelijke",
    ]),
    Field::new("status", STATUS, FieldType::Fixed(TICKET_STATUSES))
        .required()
        .begins(NEW_TICKET)
        .listed()
        .headings(&["State", "État", "Statut"]),
    Field::new("mailbox", MAILBOX, LINE).computed(),
    TAGS,
    Field::new(
        "number",
        NUMBER,
        FieldType::Integer {
            min: 1,
            max: i32::MAX as i64,
        },
    )
    .computed()
    .sortable(),
    Field::new("last_message_at", LAST_MESSAGE, FieldType::Moment)
        .listed()
        .sortable(),
    Field::new("first_reply_at", FIRST_REPLY, FieldType::Moment),
    Field::new("closed_at", CLOSED_AT, FieldType::Moment),
    CREATED.sortable(),
    UPDATED.unlisted(),
];
