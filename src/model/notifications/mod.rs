//! What people are told: the kinds of event, by which channels each comes, and one notification as its receiver reads it.
//! Stored as ids and worded when it is shown, in the reader's language, with what he may see by then.

mod text;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{RecordId, RecordKind, Text, UserId, Value, activity::Entry, users::Colleague};
use crate::texts;

/// What happened, as Settings > My notifications lists it. Of several that one action means for somebody he is told the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Somebody named him in a note.
    Mention,
    /// He is responsible now: chosen, or of a record that was created so.
    Assigned,
    /// He is responsible no more.
    Unassigned,
    Deleted,
    /// The client of a ticket wrote again.
    Reply,
    Note,
    /// A ticket was closed or opened again. A deal came into another phase, was won, lost or opened again.
    Moved,
    /// A contact was linked to a company of his, or is no more.
    Linked,
    /// Something about a next step.
    Step,
    /// Fields changed; an invoice was booked, paid or became overdue; something came back out of the bin.
    Changed,
    /// Something happened to what belongs to a customer of his: a deal, an invoice.
    Related,
}

/// How somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    InApp,
    Mail,
    Digest,
}

/// By which channels one kind of event comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Channels {
    pub in_app: bool,
    pub mail: bool,
    pub digest: bool,
}

impl Event {
    pub const ALL: [Self; 11] = [
        Self::Mention,
        Self::Assigned,
        Self::Unassigned,
        Self::Deleted,
        Self::Reply,
        Self::Note,
        Self::Moved,
        Self::Linked,
        Self::Step,
        Self::Changed,
        Self::Related,
    ];

    /// As it is stored, and as a form's value.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Assigned => "assigned",
            Self::Unassigned => "unassigned",
            Self::Deleted => "deleted",
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Moved => "moved",
            Self::Linked => "linked",
            Self::Step => "step",
            Self::Changed => "changed",
            Self::Related => "related",
        }
    }

    /// One cell of the grid, as a form's value.
    pub fn cell(self, channel: Channel) -> String {
        format!("{}.{}", self.code(), channel.code())
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Mention => MENTION,
            Self::Assigned => ASSIGNED,
            Self::Unassigned => UNASSIGNED,
            Self::Deleted => DELETED,
            Self::Reply => REPLY,
            Self::Note => NOTE,
            Self::Moved => MOVED,
            Self::Linked => LINKED,
            Self::Step => STEP,
            Self::Changed => CHANGED,
            Self::Related => RELATED,
        }
    }

    /// What everybody gets who has chosen nothing else.
    pub const fn by_default(self) -> Channels {
        Channels {
            in_app: true,
            mail: matches!(self, Self::Mention | Self::Assigned | Self::Reply),
            digest: false,
        }
    }

    /// Whether it is told, without name and link, to who can open the record no more.
    pub const fn is_told_nameless(self) -> bool {
        matches!(self, Self::Unassigned | Self::Deleted)
    }
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::InApp, Self::Mail, Self::Digest];

    pub const fn code(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Mail => "mail",
            Self::Digest => "digest",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::InApp => IN_APP,
            Self::Mail => BY_MAIL,
            Self::Digest => IN_DIGEST,
        }
    }
}

impl Channels {
    pub const fn has(self, channel: Channel) -> bool {
        match channel {
            Channel::InApp => self.in_app,
            Channel::Mail => self.mail,
            Channel::Digest => self.digest,
        }
    }

    pub const fn with(mut self, channel: Channel, on: bool) -> Self {
        match channel {
            Channel::InApp => self.in_app = on,
            Channel::Mail => self.mail = on,
            Channel::Digest => self.digest = on,
        }
        self
    }

    pub const fn none(self) -> bool {
        !self.in_app && !self.mail && !self.digest
    }
}

/// One thing that somebody is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    pub id: Uuid,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    pub event: Event,
    pub read: bool,
    /// Full name of who did it; `None` is the calendar.
    pub by: Option<String>,
    /// Full name of the colleague whom the reader stands in for.
    pub stands_in_for: Option<String>,
    pub about: About,
}

/// What a notification is about, as far as its reader may know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// One record, which the reader sees, with what happened to it.
    Record {
        kind: RecordKind,
        id: RecordId,
        name: String,
        entries: Vec<Entry>,
    },
    /// A record that he sees no more; who has it now.
    Nameless {
        kind: RecordKind,
        to: Option<String>,
    },
    /// Several records, by kind.
    Many {
        counts: Vec<(RecordKind, i64)>,
        action: Uuid,
    },
}

/// Together what belongs to one record, in the order in which each comes first; what names no record stands alone.
pub fn by_record(all: Vec<Notification>) -> Vec<Vec<Notification>> {
    let mut groups: Vec<Vec<Notification>> = Vec::new();
    for one in all {
        let record = one.record();
        let same =
            |group: &&mut Vec<Notification>| group.first().and_then(Notification::record) == record;
        match groups
            .iter_mut()
            .find(|group| record.is_some() && same(group))
        {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

impl Notification {
    /// The record that it names.
    pub const fn record(&self) -> Option<(RecordKind, RecordId)> {
        match &self.about {
            About::Record { kind, id, .. } => Some((*kind, *id)),
            About::Nameless { .. } | About::Many { .. } => None,
        }
    }

    /// Where its link leads: to the event on the page of the record, or to a list of just these records.
    pub fn address(&self) -> Option<String> {
        match &self.about {
            About::Record {
                kind, id, entries, ..
            } => Some(match entries.first() {
                Some(entry) => format!("{}#{}", kind.address(*id), entry.anchor()),
                None => kind.address(*id),
            }),
            About::Nameless { .. } => None,
            About::Many { counts, action } => match counts.as_slice() {
                // What was deleted is in no list, and what is somebody else's may not be in his.
                _ if self.event.is_told_nameless() => None,
                [(kind, _)] if self.event == Event::Assigned => {
                    Some(format!("/{}?segment=mine&action={action}", kind.path()))
                }
                [(kind, _)] => Some(format!("/{}?action={action}", kind.path())),
                _ => Some("/".to_owned()),
            },
        }
    }
}

/// The page of notifications, or the panel of the bell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationPage {
    pub notifications: Vec<Notification>,
    /// Where the next page begins.
    pub next: Option<String>,
    pub unread: i64,
}

/// What of one's notifications is asked for, as the address says it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationQuery {
    #[serde(default)]
    pub event: String,
    #[serde(default)]
    pub kind: String,
    #[serde(default)]
    pub unread: String,
    #[serde(default)]
    pub after: String,
}

/// From when until when somebody is away, both days included; and who is told meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub stand_in: Option<UserId>,
}

/// How the jobs of an account stand, for its admins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueueState {
    pub waiting: i64,
    /// Since when the oldest of them should have been done.
    pub late: Option<NaiveDateTime>,
    pub mails: Vec<FailedMail>,
    pub jobs: Vec<FailedJob>,
}

/// A mail that a mail server did not take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedMail {
    pub id: Uuid,
    /// Full name of its receiver.
    pub to: String,
    pub email: String,
    pub at: NaiveDateTime,
    pub attempts: i32,
    /// What the mail server said.
    pub error: String,
    /// Whether it is not tried again by itself.
    pub given_up: bool,
}

/// A job that failed too often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FailedJob {
    pub id: i64,
    pub task: String,
    pub at: NaiveDateTime,
    pub attempts: i32,
}

/// What Settings > My notifications shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationSettings {
    /// In the order of [`Event::ALL`].
    pub choices: Vec<(Event, Channels)>,
    /// Where mails go.
    pub email: String,
    /// Where it becomes 8 o’clock for the digest.
    pub time_zone: String,
    /// One that is planned or under way; one that is over is none.
    pub absence: Option<Absence>,
    /// Who stands in, as a form shows him: he may have been deactivated since.
    pub stand_in: Value,
    /// Who may stand in.
    pub colleagues: Vec<Colleague>,
}

/// What the link of a mail ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhatEnds {
    pub events: Vec<Event>,
    /// Of the daily digest, not of mails at once.
    pub digest: bool,
}

/// More unread ones are not counted.
pub const COUNTED: i64 = 100;

texts! {
    MENTION = "Somebody mentions me in a note" | "Quelqu’un me mentionne dans une note" | "Iemand vermeldt mij in een notitie";
    ASSIGNED = "I am now responsible" | "Je deviens responsable" | "Ik word verantwoordelijk";
    UNASSIGNED = "I am no longer responsible" | "Je ne suis plus responsable" | "Ik ben niet meer verantwoordelijk";
    DELETED = "A record of mine is deleted" | "Un de mes éléments est supprimé" | "Een record van mij wordt verwijderd";
    REPLY = "The client of a ticket of mine writes" | "Le client d’un de mes tickets écrit" | "De klant van een ticket van mij schrijft";
    NOTE = "A note on a record of mine" | "Une note sur un de mes éléments" | "Een notitie bij een record van mij";
    MOVED = "A deal or project of mine moves, is won or lost; a ticket is closed or reopened" | "Une de mes opportunités ou un de mes projets avance, est gagné ou perdu ; un ticket est clôturé ou rouvert" | "Een deal of project van mij verschuift, wordt gewonnen of verloren; een ticket wordt gesloten of heropend";
    LINKED = "A contact is linked to a company of mine, or unlinked" | "Un contact est lié à une de mes entreprises, ou dissocié" | "Een contact wordt gekoppeld aan een bedrijf van mij, of losgekoppeld";
    STEP = "A next step of mine, or on a record of mine" | "Une prochaine étape à moi, ou sur un de mes éléments" | "Een volgende stap van mij, of bij een record van mij";
    CHANGED = "A record of mine changes" | "Un de mes éléments est modifié" | "Een record van mij wijzigt";
    RELATED = "Something happens to a deal, invoice, project or ticket of a customer of mine" | "Une opportunité, une facture, un projet ou un ticket d’un de mes clients évolue" | "Er gebeurt iets met een deal, factuur, project of ticket van een klant van mij";
    IN_APP = "In Steward" | "Dans Steward" | "In Steward";
    BY_MAIL = "E-mail at once" | "E-mail immédiat" | "Meteen per e-mail";
    IN_DIGEST = "Daily digest" | "Résumé quotidien" | "Dagelijks overzicht";
}
