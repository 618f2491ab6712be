//! The fields of a company.
//! A responsible user is a field like any other: shown, imported and audited in the same way.

use super::{
    CREATED, Field, FieldType, SECOND, UPDATED,
    shared::{
        CITY, COUNTRY, EMAIL_HEADINGS, EMAIL_LABEL, LANGUAGE, LINE, NOTES, POSTAL_CODE, STATE,
        STREET, TAGS, TELEPHONE_HEADINGS, TELEPHONE_LABEL,
    },
};
use crate::{model::Role, texts};

texts! {
    NAME = "Name" | "Nom" | "Naam";
    WEBSITE = "Website" | "Site web" | "Website";
    VAT_NUMBER = "VAT number" | "Numéro de TVA" | "Btw-nummer";
    REGISTRATION_NUMBER = "Registration number" | "Numéro d’entreprise" | "Ondernemingsnummer";
    INDUSTRY = "Industry" | "Secteur" | "Sector";
    CUSTOMER_SINCE = "Customer since" | "Client depuis" | "Klant sinds";
}

pub(super) const FIELDS: &[Field] = &[
    Field::new("name", NAME, LINE)
        .required()
        .listed()
        .sortable()
        .searched()
        .headings(&[
            "Company",
            "Company name",
            "Entreprise",
            "Bedrijf",
            "Bedrijfsnaam",
            "Nom de l'entreprise",
        ]),
    Field::new(
        "sales_contact",
        Role::SalesContact.label(),
        FieldType::User(Role::SalesContact),
    )
    .listed()
    .headings(&[
        "Account manager",
        "Responsible",
        "Responsable",
        "Verantwoordelijke",
    ]),
    SECOND,
    Field::new("industry", INDUSTRY, LINE)
        .listed()
        .headings(&["Branche"]),
    Field::new("website", WEBSITE, FieldType::WebAddress).headings(&["URL", "Web"]),
    Field::new("email", EMAIL_LABEL, FieldType::Email)
        .searched()
        .headings(EMAIL_HEADINGS),
    Field::new("telephone", TELEPHONE_LABEL, FieldType::Telephone).headings(TELEPHONE_HEADINGS),
    STREET,
    POSTAL_CODE,
    CITY.listed().sortable().searched(),
    STATE,
    COUNTRY.listed(),
    Field::new("vat_number", VAT_NUMBER, FieldType::Line { max: 40 })
        .searched()
        .headings(&["VAT", "TVA", "BTW"]),
    Field::new(
        "registration_number",
        REGISTRATION_NUMBER,
        FieldType::Line { max: 40 },
    )
    .headings(&["Company number", "KvK", "SIREN", "CIK"]),
    Field::new("customer_since", CUSTOMER_SINCE, FieldType::Date)
        .listed()
        .sortable(),
    LANGUAGE,
    TAGS,
    NOTES,
    CREATED,
    UPDATED,
];
