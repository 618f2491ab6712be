//! What happened to a record, as the Activity panel tells it.
//! Stored once, worded in the reader's language when it is shown.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FieldId, Language, RecordKind, Role, Text, Value, tickets::Message};
use crate::texts;

/// One entry of the Activity panel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub id: Uuid,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    /// Full name of who did it, or of a client with his address; `None` is the calendar.
    pub by: Option<String>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Created,
    Imported,
    Deleted,
    Restored,
    Won,
    /// Why.
    Lost(String),
    Reopened,
    /// A contact of a company, or a company of a contact, now or no more; nameless where the reader does not see it.
    Linked(Value),
    Unlinked(Value),
    /// An invoice, by this due date.
    Overdue(Option<NaiveDate>),
    /// A message of a ticket: of its client, who is `by` as his mail names him, or of one of us to him.
    Message(Box<Message>),
    /// Somebody wrote a note.
    Noted(Note),
    /// Something about a next step.
    Step {
        event: StepEvent,
        what: String,
        due: Option<NaiveDate>,
        /// Full name of who is to do it.
        to: Option<String>,
    },
    /// Fields other than the responsible users.
    Changed(Vec<Change>),
    /// Full names; `None` is nobody.
    Responsible {
        role: Role,
        from: Option<String>,
        to: Option<String>,
    },
}

/// A note, as one of its readers gets it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Note {
    pub id: Uuid,
    /// The Markdown that was typed, for whoever may edit it; empty for everybody else, and where it was deleted.
    pub body: String,
    /// Made of the Markdown by the server, and sanitised; empty where the note was deleted.
    pub html: String,
    pub edited: bool,
    pub deleted: bool,
    /// Whether the reader wrote it.
    pub mine: bool,
    /// The entry only tells that a later edit mentions somebody: the note itself stands where it was written.
    pub again: bool,
}

/// What happened to a next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepEvent {
    Planned,
    Changed,
    Done,
    Reopened,
    Dropped,
}

impl StepEvent {
    pub const ALL: [Self; 5] = [
        Self::Planned,
        Self::Changed,
        Self::Done,
        Self::Reopened,
        Self::Dropped,
    ];

    const fn text(self) -> Text {
        match self {
            Self::Planned => STEP_PLANNED,
            Self::Changed => STEP_CHANGED,
            Self::Done => STEP_DONE,
            Self::Reopened => STEP_REOPENED,
            Self::Dropped => STEP_DROPPED,
        }
    }
}

/// One field, old → new.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    /// What a field is called that admins have added: known when it is read; empty once it is gone for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    pub old: Value,
    pub new: Value,
}

impl Change {
    /// The id of a field that admins have added.
    pub fn custom(&self) -> Option<FieldId> {
        FieldId::from_key(&self.field)
    }

    /// What the field is called.
    pub fn label(&self, kind: RecordKind, language: Language) -> &str {
        match (kind.field(&self.field), &self.label) {
            (Some(field), _) => field.label(language),
            (None, Some(label)) if !label.is_empty() => label,
            (None, Some(_)) => DELETED_FIELD.get(language),
            // A field that this version of Steward does not know any more keeps its key.
            (None, None) => &self.field,
        }
    }

    /// What it was, and what it is now. One of the fixed choices is read in the reader's language, whoever chose it.
    pub fn values(&self, kind: RecordKind, language: Language) -> (String, String) {
        let field = kind.field(&self.field);
        let text = |value: &Value| match value.show(language) {
            text if text.is_empty() => format!("({})", EMPTY.get(language)),
            text => match field.and_then(|field| field.fixed(&text)) {
                Some(choice) => choice.label.get(language).to_owned(),
                None => text,
            },
        };
        (text(&self.old), text(&self.new))
    }
}

texts! {
    EMPTY = "empty" | "vide" | "leeg";
    DELETED_FIELD = "a deleted field" | "un champ supprimé" | "een verwijderd veld";
    CREATED = "{by} created this" | "{by} a créé ceci" | "{by} heeft dit aangemaakt";
    IMPORTED = "{by} imported this" | "{by} a importé ceci" | "{by} heeft dit geïmporteerd";
    DELETED = "{by} deleted this" | "{by} a supprimé ceci" | "{by} heeft dit verwijderd";
    RESTORED = "{by} restored this" | "{by} a restauré ceci" | "{by} heeft dit hersteld";
    WON = "{by} won this" | "{by} a gagné ceci" | "{by} heeft dit gewonnen";
    LOST = "{by} marked this as lost: {reason}" | "{by} a marqué ceci comme perdu : {reason}" | "{by} heeft dit als verloren gemarkeerd: {reason}";
    REOPENED = "{by} reopened this" | "{by} a rouvert ceci" | "{by} heeft dit heropend";
    OVERDUE = "This became overdue; it was due {due}" | "Ceci est en retard ; l’échéance était le {due}" | "Dit is vervallen; de vervaldatum was {due}";
    OPENED = "{by} opened this ticket" | "{by} a ouvert ce ticket" | "{by} heeft dit ticket geopend";
    RECEIVED = "{by} wrote a message" | "{by} a écrit un message" | "{by} heeft een bericht geschreven";
    REPLIED = "{by} replied to the client" | "{by} a répondu au client" | "{by} heeft de klant geantwoord";
    NOTED = "{by} wrote a note" | "{by} a écrit une note" | "{by} heeft een notitie geschreven";
    MENTIONED = "{by} mentioned somebody in a note" | "{by} a mentionné quelqu’un dans une note" | "{by} heeft iemand in een notitie vermeld";
    LINKED = "{by} linked {to}" | "{by} a lié {to}" | "{by} heeft {to} gekoppeld";
    UNLINKED = "{by} unlinked {to}" | "{by} a dissocié {to}" | "{by} heeft {to} losgekoppeld";
    STEP_PLANNED = "{by} planned “{step}” for {to}, due {due}" | "{by} a prévu « {step} » pour {to}, échéance {due}" | "{by} heeft “{step}” gepland voor {to}, tegen {due}";
    STEP_CHANGED = "{by} changed the next step: “{step}” for {to}, due {due}" | "{by} a modifié la prochaine étape : « {step} » pour {to}, échéance {due}" | "{by} heeft de volgende stap gewijzigd: “{step}” voor {to}, tegen {due}";
    STEP_DONE = "{by} finished “{step}”" | "{by} a terminé « {step} »" | "{by} heeft “{step}” afgewerkt";
    STEP_REOPENED = "{by} reopened “{step}”" | "{by} a rouvert « {step} »" | "{by} heeft “{step}” heropend";
    STEP_DROPPED = "{by} dropped “{step}”" | "{by} a abandonné « {step} »" | "{by} heeft “{step}” geschrapt";
    CHANGED = "{by} changed this" | "{by} a modifié ceci" | "{by} heeft dit gewijzigd";
    MADE = "{by} made {to} {role}" | "{by} a désigné {to} comme {role}" | "{by} heeft {to} aangesteld als {role}";
    MADE_INSTEAD = "{by} made {to} {role}, instead of {from}" | "{by} a désigné {to} comme {role}, à la place de {from}" | "{by} heeft {to} aangesteld als {role}, in plaats van {from}";
    REMOVED = "{by} removed {from} as {role}" | "{by} a retiré {from} comme {role}" | "{by} heeft {from} verwijderd als {role}";
    ASSIGNED = "{by} assigned this to {to}" | "{by} a affecté ceci à {to}" | "{by} heeft dit toegewezen aan {to}";
    ASSIGNED_INSTEAD = "{by} assigned this to {to}, instead of {from}" | "{by} a affecté ceci à {to}, à la place de {from}" | "{by} heeft dit toegewezen aan {to}, in plaats van {from}";
    UNASSIGNED = "{by} took this off {from}" | "{by} a retiré ceci à {from}" | "{by} heeft dit weggenomen bij {from}";
}

impl Entry {
    /// The place of the entry on the page of its record.
    pub fn anchor(&self) -> String {
        format!("event-{}", self.id)
    }

    /// What changed, field by field: "Website: (empty) → acme.example".
    pub fn changes(&self, kind: RecordKind, language: Language) -> Vec<String> {
        let What::Changed(changes) = &self.what else {
            return Vec::new();
        };
        let line = |change: &Change| {
            let (old, new) = change.values(kind, language);
            format!("{}: {old} → {new}", change.label(kind, language))
        };
        changes.iter().map(line).collect()
    }

    /// The sentence of the entry: "Nora Peeters made Emma Janssens sales contact, instead of Lucas Martin".
    pub fn text(&self, language: Language) -> String {
        let text = match &self.what {
            What::Created => CREATED,
            What::Imported => IMPORTED,
            What::Deleted => DELETED,
            What::Restored => RESTORED,
            What::Won => WON,
            What::Lost(_) => LOST,
            What::Reopened => REOPENED,
            What::Overdue(_) => OVERDUE,
            What::Message(message) if message.is_ours() => REPLIED,
            What::Message(message) if message.opens => OPENED,
            What::Message(_) => RECEIVED,
            What::Noted(note) if note.again => MENTIONED,
            What::Noted(_) => NOTED,
            What::Linked(_) => LINKED,
            What::Unlinked(_) => UNLINKED,
            What::Step { event, .. } => event.text(),
            What::Changed(_) => CHANGED,
            What::Responsible { role, from, to } => match (role, from, to) {
                (Role::AssignedTo, None, Some(_)) => ASSIGNED,
                (Role::AssignedTo, Some(_), Some(_)) => ASSIGNED_INSTEAD,
                (Role::AssignedTo, _, None) => UNASSIGNED,
                (_, None, Some(_)) => MADE,
                (_, Some(_), Some(_)) => MADE_INSTEAD,
                (_, _, None) => REMOVED,
            },
        };
        let linked;
        let (role, from, to) = match &self.what {
            What::Responsible { role, from, to } => (
                role.label().get(language).to_lowercase(),
                from.as_deref().unwrap_or(""),
                to.as_deref().unwrap_or(""),
            ),
            What::Linked(other) | What::Unlinked(other) => {
                linked = other.show(language);
                (String::new(), "", linked.as_str())
            }
            What::Step { to, .. } => (String::new(), "", to.as_deref().unwrap_or("")),
            _ => (String::new(), "", ""),
        };
        let reason = match &self.what {
            What::Lost(reason) => reason.as_str(),
            _ => "",
        };
        let (step, due) = match &self.what {
            What::Step { what, due, .. } => (what.as_str(), due.map(|due| language.date(due))),
            What::Overdue(due) => ("", due.map(|due| language.date(due))),
            _ => ("", None),
        };
        text.with(
            language,
            &[
                ("by", self.by.as_deref().unwrap_or("Steward")),
                ("role", &role),
                ("from", from),
                ("to", to),
                ("reason", reason),
                ("step", step),
                ("due", due.as_deref().unwrap_or("")),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_responsible_reads_as_a_sentence() {
        let entry = |role, from: Option<&str>, to: Option<&str>| Entry {
            id: Uuid::nil(),
            at: NaiveDateTime::default(),
            by: Some("Nora Peeters".into()),
            what: What::Responsible {
                role,
                from: from.map(Into::into),
                to: to.map(Into::into),
            },
        };
        let sales = entry(
            Role::SalesContact,
            Some("Lucas Martin"),
            Some("Emma Janssens"),
        );
        assert_eq!(
            sales.text(Language::En),
            "Nora Peeters made Emma Janssens sales contact, instead of Lucas Martin"
        );
        assert_eq!(
            sales.text(Language::Fr),
            "Nora Peeters a désigné Emma Janssens comme contact commercial, à la place de Lucas Martin"
        );
        assert_eq!(
            entry(Role::SalesContact, Some("Tom"), None).text(Language::En),
            "Nora Peeters removed Tom as sales contact"
        );
        assert_eq!(
            entry(Role::AssignedTo, None, Some("Tom")).text(Language::En),
            "Nora Peeters assigned this to Tom"
        );
    }
}
