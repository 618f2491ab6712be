//! The fields of a deal.
//! Its value and currency are two fields that are shown as one.

use super::{
    CREATED, Field, FieldType, SECOND, UPDATED,
    shared::{CURRENCY, CUSTOMER},
};
use crate::{model::Role, texts};

texts! {
    TITLE = "Title" | "Titre" | "Titel";
    VALUE = "Value" | "Montant" | "Waarde";
    PHASE = "Phase" | "Phase" | "Fase";
    PROBABILITY = "Probability" | "Probabilité" | "Kans";
    EXPECTED_CLOSE = "Expected close" | "Clôture prévue" | "Verwachte afsluiting";
}

pub(super) const FIELDS: &[Field] = &[
    Field::new("title", TITLE, FieldType::Line { max: 200 })
        .required()
        .listed()
        .sortable()
        .searched()
        .headings(&["Name", "Deal", "Nom", "Naam", "Opportunité", "Subject"]),
    CUSTOMER,
    Field::new(
        "assigned_to",
        Role::AssignedTo.label(),
        FieldType::User(Role::AssignedTo),
    )
    .required()
    .listed()
    .headings(&["Responsible", "Owner", "Responsable", "Verantwoordelijke"]),
    SECOND,
    Field::new("value", VALUE, FieldType::Money)
        .listed()
        .sortable()
        .headings(&["Amount", "Valeur", "Bedrag"]),
    CURRENCY,
    Field::new("phase", PHASE, FieldType::Phase)
        .column("phase_id")
        .required()
        .listed()
        .headings(&["Stage", "Étape", "Status"]),
    Field::new(
        "probability",
        PROBABILITY,
        FieldType::Integer { min: 0, max: 100 },
    ),
    Field::new("expected_close", EXPECTED_CLOSE, FieldType::Date)
        .listed()
        .sortable()
        .headings(&["Close date", "Closing date"]),
    CREATED,
    UPDATED,
];
