//! The fields of a company.
//! A responsible user is a field like any other: shown, imported and audited in the same way.

use super::{CREATED, Field, FieldType, SECOND, UPDATED};
use crate::{
    model::{Role, Text, values::FixedChoice},
    texts,
};

texts! {
    NAME = "Name" | "Nom" | "Naam";
    WEBSITE = "Website" | "Site web" | "Website";
    VAT_NUMBER = "VAT number" | "Numéro de TVA" | "Btw-nummer";
    REGISTRATION_NUMBER = "Registration number" | "Numéro d’entreprise" | "Ondernemingsnummer";
    INDUSTRY = "Industry" | "Secteur" | "Sector";
    EMAIL = "Email" | "E-mail" | "E-mail";
    TELEPHONE = "Telephone" | "Téléphone" | "Telefoon";
    STREET = "Street" | "Rue" | "Straat";
    POSTAL_CODE = "Postal code" | "Code postal" | "Postcode";
    CITY = "City" | "Ville" | "Plaats";
    STATE = "State" | "Région" | "Provincie";
    COUNTRY = "Country" | "Pays" | "Land";
    CUSTOMER_SINCE = "Customer since" | "Client depuis" | "Klant sinds";
    LANGUAGE = "Language" | "Langue" | "Taal";
    TAGS = "Tags" | "Tags" | "Tags";
    NOTES = "Notes" | "Remarques" | "Opmerkingen";
    ENGLISH = "English" | "Anglais" | "Engels";
    FRENCH = "French" | "Français" | "Frans";
    DUTCH = "Dutch" | "Néerlandais" | "Nederlands";
    GERMAN = "German" | "Allemand" | "Duits";
    SPANISH = "Spanish" | "Espagnol" | "Spaans";
    ITALIAN = "Italian" | "Italien" | "Italiaans";
}

const fn choice(code: &'static str, label: Text) -> FixedChoice {
    FixedChoice { code, label }
}

const LANGUAGES: &[FixedChoice] = &[
    choice("en", ENGLISH),
    choice("fr", FRENCH),
    choice("nl", DUTCH),
    choice("de", GERMAN),
    choice("es", SPANISH),
    choice("it", ITALIAN),
];

const LINE: FieldType = FieldType::Line { max: 200 };

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
    Field::new("email", EMAIL, FieldType::Email)
        .searched()
        .headings(&["E-mail", "Mail", "E-mail address"]),
    Field::new("telephone", TELEPHONE, FieldType::Telephone).headings(&["Phone", "Tel", "Tél"]),
    Field::new("street", STREET, LINE).headings(&["Address", "Adresse", "Adres"]),
    Field::new("postal_code", POSTAL_CODE, FieldType::Line { max: 20 })
        .headings(&["ZIP", "Postcode", "Zip code"]),
    Field::new("city", CITY, LINE)
        .listed()
        .sortable()
        .searched()
        .headings(&["Town", "Localité", "Stad", "Gemeente"]),
    Field::new("state", STATE, LINE).headings(&["State / country", "Province", "Region"]),
    Field::new("country", COUNTRY, LINE).listed(),
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
    Field::new("language", LANGUAGE, FieldType::Fixed(LANGUAGES)),
    Field::new("tags", TAGS, FieldType::Tags),
    Field::new("notes", NOTES, FieldType::Lines { max: 20_000 }),
    CREATED,
    UPDATED,
];
