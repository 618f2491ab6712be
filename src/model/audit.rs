//! Who changed what an account has, and why: the rows that its admins and support read.
//! Names are as they were then.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use super::{
    Language,
    plan::{Booster, Plan},
    responsibility::Role,
};
use crate::texts;

texts! {
    PLAN = "Plan" | "Formule" | "Plan";
    BOOSTERS = "Boosters" | "Boosters" | "Boosters";
    ON = "enabled" | "activé" | "ingeschakeld";
    OFF = "not enabled" | "non activé" | "niet ingeschakeld";
    NONE = "none" | "aucun" | "geen";
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

    pub fn what(&self, language: Language) -> &'static str {
        match self.what.as_str() {
            "plan" => PLAN.get(language),
            "boosters" => BOOSTERS.get(language),
            _ => Role::SecondSalesContact.label().get(language),
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
            _ if code == "on" => ON.get(language).to_owned(),
            _ => OFF.get(language).to_owned(),
        }
    }
}
