//! The fields of an invoice.
//! Its two totals and its currency are three fields, of which the totals are shown with it.

use super::{
    CREATED, Field, FieldType, UPDATED,
    shared::{CURRENCY, CUSTOMER},
};
use crate::texts;

texts! {
    NUMBER = "Number" | "Numéro" | "Nummer";
    DATE = "Date" | "Date" | "Datum";
    DUE_DATE = "Due date" | "Échéance" | "Vervaldatum";
    TOTAL_EXCL = "Total excl. VAT" | "Total HTVA" | "Totaal excl. btw";
    TOTAL_INCL = "Total incl. VAT" | "Total TVAC" | "Totaal incl. btw";
    STATUS = "Status" | "Statut" | "Status";
    LINK = "Link" | "Lien" | "Link";
}

pub(super) const FIELDS: &[Field] = &[
    Field::new("number", NUMBER, FieldType::Line { max: 50 })
        .required()
        .listed()
        .sortable()
        .searched()
        .headings(&[
            "Invoice",
            "Invoice number",
            "Facture",
            "Numéro de facture",
            "Factuur",
            "Factuurnummer",
        ]),
    CUSTOMER,
    Field::new("date", DATE, FieldType::Date)
        .required()
        .listed()
        .sortable()
        .headings(&["Invoice date", "Date de facture", "Factuurdatum"]),
    Field::new("due_date", DUE_DATE, FieldType::Date)
        .listed()
        .sortable()
        .headings(&["Due", "Date d’échéance", "Date d'échéance"]),
    Field::new("total_excl", TOTAL_EXCL, FieldType::Money)
        .required()
        .headings(&[
            "Total excluding VAT",
            "Net",
            "Total hors TVA",
            "Totaal exclusief btw",
        ]),
    Field::new("total_incl", TOTAL_INCL, FieldType::Money)
        .required()
        .listed()
        .sortable()
        .headings(&[
            "Total including VAT",
            "Total",
            "Total TVA comprise",
            "Totaal inclusief btw",
            "Totaal",
        ]),
    CURRENCY,
    Field::new("status", STATUS, FieldType::Status)
        .required()
        .listed()
        .headings(&["State", "État"]),
    Field::new("link", LINK, FieldType::WebAddress).headings(&["URL", "Document"]),
    CREATED,
    UPDATED,
];
