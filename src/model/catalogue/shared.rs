//! Fields that several kinds have alike.
//! Each kind puts them where its form wants them.

use super::{Field, FieldType};
use crate::{
    model::{Text, values::FixedChoice},
    texts,
};

texts! {
    STREET_LABEL = "Street" | "Rue" | "Straat";
    POSTAL_CODE_LABEL = "Postal code" | "Code postal" | "Postcode";
    CITY_LABEL = "City" | "Ville" | "Plaats";
    STATE_LABEL = "State" | "Région" | "Provincie";
    COUNTRY_LABEL = "Country" | "Pays" | "Land";
    LANGUAGE_LABEL = "Language" | "Langue" | "Taal";
    TAGS_LABEL = "Tags" | "Tags" | "Tags";
    CUSTOMER_LABEL = "Customer" | "Client" | "Klant";
    CURRENCY_LABEL = "Currency" | "Devise" | "Munt";
    NOTES_LABEL = "Notes" | "Remarques" | "Opmerkingen";
    EMAIL_LABEL = "Email" | "E-mail" | "E-mail";
    TELEPHONE_LABEL = "Telephone" | "Téléphone" | "Telefoon";
    ENGLISH = "English" | "Anglais" | "Engels";
    FRENCH = "French" | "Français" | "Frans";
    DUTCH = "Dutch" | "Néerlandais" | "Nederlands";
    GERMAN = "German" | "Allemand" | "Duits";
    SPANISH = "Spanish" | "Espagnol" | "Spaans";
    ITALIAN = "Italian" | "Italien" | "Italiaans";
}

pub(super) const fn choice(code: &'static str, label: Text) -> FixedChoice {
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

/// A currency is called by its code in every language.
const fn currency(code: &'static str) -> FixedChoice {
    FixedChoice {
        code,
        label: Text::new(code, code, code),
    }
}

/// The currencies of amounts.
pub const CURRENCIES: &[FixedChoice] = &[
    currency("EUR"),
    currency("USD"),
    currency("GBP"),
    currency("CHF"),
    currency("AUD"),
    currency("CAD"),
    currency("CNY"),
    currency("CZK"),
    currency("DKK"),
    currency("HUF"),
    currency("INR"),
    currency("JPY"),
    currency("NOK"),
    currency("PLN"),
    currency("RON"),
    currency("SEK"),
];

pub(super) const LINE: FieldType = FieldType::Line { max: 200 };

pub(super) const EMAIL_HEADINGS: &[&str] = &["E-mail", "Mail", "E-mail address", "E-mails"];
pub(super) const TELEPHONE_HEADINGS: &[&str] = &["Phone", "Tel", "Tél", "Telephones"];

pub(super) const STREET: Field =
    Field::new("street", STREET_LABEL, LINE).headings(&["Address", "Adresse", "Adres"]);
pub(super) const POSTAL_CODE: Field = Field::new(
    "postal_code",
    POSTAL_CODE_LABEL,
    FieldType::Line { max: 20 },
)
.headings(&["ZIP", "Postcode", "Zip code"]);
pub(super) const CITY: Field =
    Field::new("city", CITY_LABEL, LINE).headings(&["Town", "Localité", "Stad", "Gemeente"]);
pub(super) const STATE: Field =
    Field::new("state", STATE_LABEL, LINE).headings(&["State / country", "Province", "Region"]);
pub(super) const COUNTRY: Field = Field::new("country", COUNTRY_LABEL, LINE);
pub(super) const LANGUAGE: Field =
    Field::new("language", LANGUAGE_LABEL, FieldType::Fixed(LANGUAGES));
pub(super) const TAGS: Field = Field::new("tags", TAGS_LABEL, FieldType::Tags);
pub(super) const NOTES: Field = Field::new("notes", NOTES_LABEL, FieldType::Lines { max: 20_000 });
/// Of whatever is done for somebody.
pub(super) const CUSTOMER: Field = Field::new("customer", CUSTOMER_LABEL, FieldType::Customer)
    .required()
    .listed()
    .headings(&["Company", "Contact", "Entreprise", "Bedrijf"]);
pub(super) const CURRENCY: Field =
    Field::new("currency", CURRENCY_LABEL, FieldType::Fixed(CURRENCIES))
        .required()
        .headings(&["Valuta", "Monnaie"]);
