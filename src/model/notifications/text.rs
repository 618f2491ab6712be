//! The sentences of notifications, in the three languages.
//! What one record's events say is worded by its activity.

use super::{About, Event, Notification};
use crate::{
    model::{Language, RecordKind, Text},
    texts,
};

texts! {
    FOR = "for {name}" | "pour {name}" | "voor {name}";
    // Of a record that the reader sees no more.
    ONE_COMPANY_TO = "One of your companies now belongs to {to}" | "Une de vos entreprises appartient désormais à {to}" | "Een van uw bedrijven is nu van {to}";
    ONE_CONTACT_TO = "One of your contacts now belongs to {to}" | "Un de vos contacts appartient désormais à {to}" | "Een van uw contacten is nu van {to}";
    ONE_DEAL_TO = "One of your deals now belongs to {to}" | "Une de vos opportunités appartient désormais à {to}" | "Een van uw deals is nu van {to}";
    ONE_PROJECT_TO = "One of your projects now belongs to {to}" | "Un de vos projets appartient désormais à {to}" | "Een van uw projecten is nu van {to}";
    ONE_TICKET_TO = "One of your tickets now belongs to {to}" | "Un de vos tickets appartient désormais à {to}" | "Een van uw tickets is nu van {to}";
    ONE_TICKET_GONE = "One of your tickets is no longer yours" | "Un de vos tickets n’est plus à vous" | "Een van uw tickets is niet meer van u";
    ONE_TICKET_DELETED = "{by} deleted one of your tickets" | "{by} a supprimé un de vos tickets" | "{by} heeft een van uw tickets verwijderd";
    ONE_INVOICE_TO = "One of your invoices now belongs to {to}" | "Une de vos factures appartient désormais à {to}" | "Een van uw facturen is nu van {to}";
    ONE_COMPANY_GONE = "One of your companies is no longer yours" | "Une de vos entreprises n’est plus à vous" | "Een van uw bedrijven is niet meer van u";
    ONE_CONTACT_GONE = "One of your contacts is no longer yours" | "Un de vos contacts n’est plus à vous" | "Een van uw contacten is niet meer van u";
    ONE_DEAL_GONE = "One of your deals is no longer yours" | "Une de vos opportunités n’est plus à vous" | "Een van uw deals is niet meer van u";
    ONE_PROJECT_GONE = "You are no longer one of the people of a project" | "Vous ne participez plus à un projet" | "U werkt niet meer mee aan een project";
    ONE_INVOICE_GONE = "One of your invoices is no longer yours" | "Une de vos factures n’est plus à vous" | "Een van uw facturen is niet meer van u";
    ONE_COMPANY_DELETED = "{by} deleted one of your companies" | "{by} a supprimé une de vos entreprises" | "{by} heeft een van uw bedrijven verwijderd";
    ONE_CONTACT_DELETED = "{by} deleted one of your contacts" | "{by} a supprimé un de vos contacts" | "{by} heeft een van uw contacten verwijderd";
    ONE_DEAL_DELETED = "{by} deleted one of your deals" | "{by} a supprimé une de vos opportunités" | "{by} heeft een van uw deals verwijderd";
    ONE_PROJECT_DELETED = "{by} deleted one of your projects" | "{by} a supprimé un de vos projets" | "{by} heeft een van uw projecten verwijderd";
    ONE_INVOICE_DELETED = "{by} deleted one of your invoices" | "{by} a supprimé une de vos factures" | "{by} heeft een van uw facturen verwijderd";
    RELATED_DELETED = "{by} deleted {record} of a customer of yours" | "{by} a supprimé {record} d’un de vos clients" | "{by} heeft {record} van een klant van u verwijderd";
    // Of several records at once.
    MANY_ASSIGNED = "{by} made you responsible for {records}" | "{by} vous a confié {records}" | "{by} heeft u verantwoordelijk gemaakt voor {records}";
    MANY_UNASSIGNED = "{by} took {records} off you" | "{by} vous a retiré {records}" | "{by} heeft {records} bij u weggenomen";
    MANY_DELETED = "{by} deleted {records} of yours" | "{by} a supprimé {records} à vous" | "{by} heeft {records} van u verwijderd";
    MANY_CHANGED = "{by} changed {records} of yours" | "{by} a modifié {records} à vous" | "{by} heeft {records} van u gewijzigd";
    MANY_RELATED = "{by} changed {records} of your customers" | "{by} a modifié {records} de vos clients" | "{by} heeft {records} van uw klanten gewijzigd";
    STEWARD = "Steward" | "Steward" | "Steward";
    AND = "and" | "et" | "en";
}

const fn given_away(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Company => ONE_COMPANY_TO,
        RecordKind::Contact => ONE_CONTACT_TO,
        RecordKind::Deal => ONE_DEAL_TO,
        RecordKind::Invoice => ONE_INVOICE_TO,
        RecordKind::Project => ONE_PROJECT_TO,
        RecordKind::Ticket => ONE_TICKET_TO,
    }
}

const fn gone(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Company => ONE_COMPANY_GONE,
        RecordKind::Contact => ONE_CONTACT_GONE,
        RecordKind::Deal => ONE_DEAL_GONE,
        RecordKind::Invoice => ONE_INVOICE_GONE,
        RecordKind::Project => ONE_PROJECT_GONE,
        RecordKind::Ticket => ONE_TICKET_GONE,
    }
}

const fn deleted(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Company => ONE_COMPANY_DELETED,
        RecordKind::Contact => ONE_CONTACT_DELETED,
        RecordKind::Deal => ONE_DEAL_DELETED,
        RecordKind::Invoice => ONE_INVOICE_DELETED,
        RecordKind::Project => ONE_PROJECT_DELETED,
        RecordKind::Ticket => ONE_TICKET_DELETED,
    }
}

const fn of_many(event: Event) -> Text {
    match event {
        Event::Assigned => MANY_ASSIGNED,
        Event::Unassigned => MANY_UNASSIGNED,
        Event::Deleted => MANY_DELETED,
        Event::Related => MANY_RELATED,
        _ => MANY_CHANGED,
    }
}

/// "3 companies, 2 deals and 1 invoice"
fn records(counts: &[(RecordKind, i64)], language: Language) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(kind, n)| kind.count(language, *n))
        .collect();
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => {
            format!("{} {} {last}", before.join(", "), AND.get(language))
        }
        _ => parts.concat(),
    }
}

impl Notification {
    /// What happened, one line each; the record's name stands above them.
    pub fn lines(&self, language: Language) -> Vec<String> {
        let by = self.by.as_deref().unwrap_or(STEWARD.get(language));
        match &self.about {
            About::Record { entries, .. } => {
                entries.iter().map(|entry| entry.text(language)).collect()
            }
            About::Nameless { kind, to } => {
                let text = match (self.event, to) {
                    (Event::Deleted, _) => deleted(*kind),
                    (Event::Related, _) => RELATED_DELETED,
                    (_, Some(_)) => given_away(*kind),
                    (_, None) => gone(*kind),
                };
                let record = kind.some().get(language);
                let to = to.as_deref().unwrap_or("");
                vec![text.with(language, &[("by", by), ("to", to), ("record", record)])]
            }
            About::Many { counts, .. } => {
                let records = records(counts, language);
                vec![of_many(self.event).with(language, &[("by", by), ("records", &records)])]
            }
        }
    }

    /// "for Emma Janssens", where the reader stands in for her.
    pub fn stands_in(&self, language: Language) -> Option<String> {
        let name = self.stands_in_for.as_deref()?;
        Some(FOR.with(language, &[("name", name)]))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use uuid::Uuid;

    use super::*;

    fn notification(event: Event, about: About) -> Notification {
        Notification {
            id: Uuid::nil(),
            at: NaiveDateTime::default(),
            event,
            read: false,
            by: Some("Nora Peeters".into()),
            stands_in_for: None,
            about,
        }
    }

    #[test]
    fn a_record_out_of_reach_is_told_without_its_name() {
        let to = Some("Sofia Rossi".to_owned());
        let kind = RecordKind::Deal;
        let told = notification(Event::Unassigned, About::Nameless { kind, to });
        assert_eq!(
            told.lines(Language::En),
            ["One of your deals now belongs to Sofia Rossi"]
        );
        assert_eq!(told.address(), None);
        let told = notification(Event::Deleted, About::Nameless { kind, to: None });
        assert_eq!(
            told.lines(Language::Nl),
            ["Nora Peeters heeft een van uw deals verwijderd"]
        );
    }

    #[test]
    fn many_records_are_told_as_numbers_with_a_link_to_their_list() {
        let action = Uuid::from_u128(7);
        let counts = vec![(RecordKind::Company, 50)];
        let told = notification(Event::Assigned, About::Many { counts, action });
        assert_eq!(
            told.lines(Language::Fr),
            ["Nora Peeters vous a confié 50 entreprises"]
        );
        assert_eq!(
            told.address(),
            Some(format!("/companies?segment=mine&action={action}"))
        );
        let counts = vec![(RecordKind::Company, 2), (RecordKind::Deal, 1)];
        let told = notification(Event::Assigned, About::Many { counts, action });
        assert_eq!(
            told.lines(Language::En),
            ["Nora Peeters made you responsible for 2 companies and 1 deal"]
        );
        assert_eq!(told.address().as_deref(), Some("/"));
    }

    #[test]
    fn what_is_stored_is_understood_again() {
        for event in Event::ALL {
            assert_eq!(Event::from_code(event.code()), Some(event));
        }
    }
}
