//! The fields of a contact.
//! He is called by his first and last name; the database puts the two together.

use super::{
    CREATED, Each, Field, FieldType, UPDATED,
    shared::{
        CITY, COUNTRY, EMAIL_HEADINGS, EMAIL_LABEL, LANGUAGE, LINE, NOTES, POSTAL_CODE, STATE,
        STREET, TAGS, TELEPHONE_HEADINGS, TELEPHONE_LABEL,
    },
};
use crate::{model::RecordKind, texts};

texts! {
    NAME = "Name" | "Nom complet" | "Naam";
    FIRST_NAME = "First name" | "Prénom" | "Voornaam";
    LAST_NAME = "Last name" | "Nom" | "Achternaam";
    FUNCTION = "Function" | "Fonction" | "Functie";
    COMPANY = "Company" | "Entreprise" | "Bedrijf";
}

pub(super) const FIELDS: &[Field] = &[
    Field::new("name", NAME, LINE)
        .required()
        .computed()
        .listed()
        .sortable(),
    Field::new("first_name", FIRST_NAME, FieldType::Line { max: 100 })
        .searched()
        .headings(&["Given name", "Forename"]),
    Field::new("last_name", LAST_NAME, FieldType::Line { max: 100 })
        .required()
        .sortable()
        .searched()
        .headings(&[
            "Surname",
            "Family name",
            "Nom de famille",
            "Familienaam",
            "Name",
            "Naam",
        ]),
    Field::new("company", COMPANY, FieldType::Linked(RecordKind::Company))
        .listed()
        .headings(&["Companies", "Company name", "Organisation", "Société"]),
    Field::new("function", FUNCTION, LINE).listed().headings(&[
        "Job title",
        "Title",
        "Titre",
        "Titel",
    ]),
    Field::new("emails", EMAIL_LABEL, FieldType::Several(Each::Email))
        .listed()
        .searched()
        .headings(EMAIL_HEADINGS),
    Field::new(
        "telephones",
        TELEPHONE_LABEL,
        FieldType::Several(Each::Telephone),
    )
    .headings(TELEPHONE_HEADINGS),
    LANGUAGE,
    STREET,
    POSTAL_CODE,
    CITY,
    STATE,
    COUNTRY,
    TAGS,
    NOTES,
    CREATED,
    UPDATED,
];
