//! What is saved of a user beside what was typed, for whoever finds that somebody else saved first.

use super::{
    NAME, ROLE,
    access::{CRM, DEALS, EXPORT, INVOICES, MAILBOX, PROJECTS, chosen},
    form::{FUNCTION, LANGUAGE, TIME_ZONE},
};
use crate::{
    model::{Language, Text},
    settings::users::UserForm,
    texts,
    ui::{outcome::Outcome, page::t},
};

texts! {
    YES = "Yes" | "Oui" | "Ja";
    NO = "No" | "Non" | "Nee";
}

/// Every field of the form: its label, what was typed, what is saved.
pub fn typed_and_saved(outcome: &Outcome, form: &UserForm) -> Vec<(Text, String, String)> {
    let person = &form.person;
    let typed = |name: &str, saved: &str| outcome.value(&format!("person[{name}]"), saved);
    let plain = [
        (NAME, "full_name", person.full_name.as_str()),
        (FUNCTION, "function", &person.function),
        (TIME_ZONE, "time_zone", &person.time_zone),
    ];
    let plain = plain.map(|(label, name, saved)| (label, typed(name, saved), saved.to_owned()));
    let language = typed("language", person.language.code());
    let language = Language::from_code(&language).unwrap_or(person.language);
    let language = (
        LANGUAGE,
        language.name().to_owned(),
        person.language.name().to_owned(),
    );
    let (new, now) = (chosen(outcome, form.access.into()), form.access);
    let rights = now.rights;
    let choices = [
        (ROLE, new.role.label(), now.role.label()),
        (CRM, new.crm.label(), rights.crm.label()),
        (DEALS, new.deals.label(), rights.deals.label()),
        (PROJECTS, new.projects.label(), rights.projects.label()),
        (INVOICES, yes(new.invoices), yes(rights.invoices)),
        (MAILBOX, yes(new.mailbox), yes(rights.mailbox)),
        (EXPORT, yes(new.export), yes(rights.export)),
    ];
    let choices = choices.map(|(label, new, now)| (label, t(new).to_owned(), t(now).to_owned()));
    plain.into_iter().chain([language]).chain(choices).collect()
}

const fn yes(is: bool) -> Text {
    if is { YES } else { NO }
}
