//! Who changed what an account has, and why: the rows that its admins and support read.
//! Names are as they were then.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{
    Language, Text,
    plan::{Booster, Plan},
    responsibility::Role,
    users::Access,
    working_hours::WorkingHours,
};
use crate::texts;

texts! {
    PLAN = "Plan" | "Formule" | "Plan";
    BOOSTERS = "Boosters" | "Boosters" | "Boosters";
    ON = "enabled" | "activé" | "ingeschakeld";
    OFF = "not enabled" | "non activé" | "niet ingeschakeld";
    NONE = "none" | "aucun" | "geen";
    RIGHTS = "Rights of {name}" | "Droits de {name}" | "Rechten van {name}";
    STATUS = "Access of {name}" | "Accès de {name}" | "Toegang van {name}";
    INVITED = "invited" | "invité" | "uitgenodigd";
    REVOKED = "invitation revoked" | "invitation révoquée" | "uitnodiging ingetrokken";
    ACTIVE = "active" | "actif" | "actief";
    DEACTIVATED = "deactivated" | "désactivé" | "gedeactiveerd";
    SECOND_FACTOR = "Second factor of {name}" | "Second facteur de {name}" | "Tweede factor van {name}";
    REQUIRED = "Second factor required of everybody" | "Second facteur exigé de tous" | "Tweede factor vereist van iedereen";
    FIELD = "Custom field “{name}”" | "Champ personnalisé « {name} »" | "Aangepast veld “{name}”";
    MAILBOX = "Mailbox “{name}”" | "Boîte mail « {name} »" | "Mailbox “{name}”";
    WORKING_HOURS = "Working hours" | "Heures de travail" | "Werkuren";
    THERE = "there" | "présent" | "aanwezig";
    CHANGED = "changed" | "modifié" | "gewijzigd";
    DELETED = "deleted" | "supprimé" | "verwijderd";
    REQUEST = "Request for the second sales contact" | "Demande du deuxième contact commercial" | "Aanvraag van de tweede accountmanager";
    ASKED = "asked" | "demandé" | "gevraagd";
    DECLINED = "declined" | "refusé" | "geweigerd";
    SUPPORT = "Support ({name})" | "Support ({name})" | "Support ({name})";
    AN_ADMIN = "An admin" | "Un admin" | "Een admin";
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    /// Empty where the reader may not know: support knows nobody of an account.
    pub by: String,
    pub by_support: bool,
    /// The colleague whom it is about, by the name of then; else empty.
    pub about: String,
    pub what: String,
    pub before: String,
    pub after: String,
    pub reason: String,
}

impl AuditEntry {
    pub fn by(&self, language: Language) -> String {
        if self.by_support {
            SUPPORT.with(language, &[("name", &self.by)])
        } else if self.by.is_empty() {
            AN_ADMIN.get(language).to_owned()
        } else {
            self.by.clone()
        }
    }

    pub fn what(&self, language: Language) -> String {
        let about = |text: Text| text.with(language, &[("name", &self.about)]);
        match self.what.as_str() {
            "plan" => PLAN.get(language).to_owned(),
            "boosters" => BOOSTERS.get(language).to_owned(),
            "request" => REQUEST.get(language).to_owned(),
            "rights" => about(RIGHTS),
            "status" => about(STATUS),
            "second_factor" => about(SECOND_FACTOR),
            "field" => about(FIELD),
            "mailbox" => about(MAILBOX),
            "working_hours" => WORKING_HOURS.get(language).to_owned(),
            "second_factor_required" => REQUIRED.get(language).to_owned(),
            _ => Role::SecondSalesContact.label().get(language).to_owned(),
        }
    }

    /// A value of it in words.
    pub fn value(&self, code: &str, language: Language) -> String {
        match self.what.as_str() {
            "plan" => Plan::from_code(code)
                .map(|plan| plan.label().get(language).to_owned())
                .unwrap_or_default(),
            "boosters" => {
                let boosters = code.split(',').filter_map(Booster::from_code);
                let labels: Vec<&str> = boosters.map(|b| b.label().get(language)).collect();
                if labels.is_empty() {
                    NONE.get(language).to_owned()
                } else {
                    labels.join(", ")
                }
            }
            // Kept as what it is, so that it can be said in any language.
            "rights" => serde_json::from_str::<Access>(code)
                .map(|access| access.line(language))
                .unwrap_or_default(),
            "working_hours" => serde_json::from_str::<WorkingHours>(code)
                .map(|hours| hours.text(language))
                .unwrap_or_default(),
            "request" => match code {
                "asked" => ASKED.get(language).to_owned(),
                "declined" => DECLINED.get(language).to_owned(),
                _ => String::from("–"),
            },
            "status" => match code {
                "invited" => INVITED.get(language).to_owned(),
                "active" => ACTIVE.get(language).to_owned(),
                "deactivated" => DEACTIVATED.get(language).to_owned(),
                "revoked" => REVOKED.get(language).to_owned(),
                _ => String::from("–"),
            },
            "field" | "mailbox" => match code {
                "there" => THERE.get(language).to_owned(),
                "changed" => CHANGED.get(language).to_owned(),
                "deleted" => DELETED.get(language).to_owned(),
                _ => String::from("–"),
            },
            _ if code == "on" => ON.get(language).to_owned(),
            _ => OFF.get(language).to_owned(),
        }
    }
}
