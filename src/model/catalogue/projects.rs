//! The fields of a project.
//! Its managers and collaborators share their roles; its budget and currency are two fields that are shown as one.

use super::{
    CREATED, Field, FieldType, UPDATED,
    shared::{CURRENCY, CUSTOMER, choice},
};
use crate::{
    model::{RecordKind, Role, values::FixedChoice},
    texts,
};

texts! {
    TITLE = "Title" | "Titre" | "Titel";
    DEAL = "Deal" | "Opportunité" | "Deal";
    STATUS = "Status" | "Statut" | "Status";
    START = "Start" | "Début" | "Start";
    DUE_DATE = "Due date" | "Échéance" | "Vervaldatum";
    BUDGET = "Budget" | "Budget" | "Budget";
    DESCRIPTION = "Description" | "Description" | "Beschrijving";
    EDITING = "Edited by" | "Modifié par" | "Bewerkt door";
    PLANNED = "Planned" | "Planifié" | "Gepland";
    RUNNING = "Running" | "En cours" | "Lopend";
    ON_HOLD = "On hold" | "En attente" | "In de wacht";
    DONE = "Done" | "Terminé" | "Klaar";
    CANCELLED = "Cancelled" | "Annulé" | "Geannuleerd";
    BY_MANAGERS = "Managers" | "Les gestionnaires" | "Beheerders";
    BY_PEOPLE = "Managers and collaborators" | "Les gestionnaires et collaborateurs" | "Beheerders en medewerkers";
    BY_EVERYONE = "Everyone who can see it" | "Tous ceux qui le voient" | "Iedereen die het kan zien";
}

/// The states of a project, in their order on the board.
pub const STATUSES: &[FixedChoice] = &[
    choice("planned", PLANNED),
    choice("running", RUNNING),
    choice("on_hold", ON_HOLD),
    choice("done", DONE),
    choice("cancelled", CANCELLED),
];

/// Of these a project needs nothing any more.
pub const CLOSED: &[&str] = &["done", "cancelled"];

/// Who may change a project, besides the admins.
pub const EDITORS: &[FixedChoice] = &[
    choice("managers", BY_MANAGERS),
    choice("people", BY_PEOPLE),
    choice("everyone", BY_EVERYONE),
];

pub(super) const FIELDS: &[Field] = &[
    Field::new("title", TITLE, FieldType::Line { max: 200 })
        .required()
        .listed()
        .sortable()
        .searched()
        .headings(&["Name", "Project", "Nom", "Naam", "Projet", "Subject"]),
    CUSTOMER.optional(),
    Field::new(
        Role::Manager.key(),
        Role::Manager.label(),
        FieldType::Shared(Role::Manager),
    )
    .required()
    .listed()
    .headings(&[
        "Manager",
        "Project manager",
        "Gestionnaire",
        "Chef de projet",
        "Beheerder",
        "Projectleider",
        "Responsible",
        "Responsable",
        "Verantwoordelijke",
    ]),
    Field::new(
        Role::Collaborator.key(),
        Role::Collaborator.label(),
        FieldType::Shared(Role::Collaborator),
    )
    .headings(&[
        "Collaborator",
        "Members",
        "Participants",
        "Collaborateur",
        "Medewerker",
    ]),
    Field::new("status", STATUS, FieldType::Fixed(STATUSES))
        .required()
        .begins("planned")
        .listed()
        .headings(&["State", "État", "Statut"]),
    Field::new("start", START, FieldType::Date)
        .column("starts_on")
        .sortable()
        .headings(&["Start date", "Date de début", "Startdatum"]),
    Field::new("due_date", DUE_DATE, FieldType::Date)
        .listed()
        .sortable()
        .headings(&["Due", "End date", "Date de fin", "Einddatum"]),
    Field::new("budget", BUDGET, FieldType::Money)
        .listed()
        .sortable(),
    CURRENCY.begins("EUR"),
    Field::new("deal", DEAL, FieldType::Record(RecordKind::Deal)).column("deal_id"),
    Field::new("description", DESCRIPTION, FieldType::Lines { max: 20_000 }).headings(&[
        "Notes",
        "Remarques",
        "Opmerkingen",
    ]),
    Field::new("editing", EDITING, FieldType::Fixed(EDITORS))
        .required()
        .begins("managers"),
    CREATED,
    UPDATED,
];
