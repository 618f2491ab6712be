//! Settings > Import: a file is sent, checked row by row, imported in the background and, for a day, undone.
//! The rows go through `records::import`, as on the command line; here is what stands around it.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod run;
#[cfg(feature = "ssr")]
pub(crate) mod store;
#[cfg(feature = "ssr")]
mod undo;
#[cfg(feature = "ssr")]
pub mod upload;

pub use pages::{IMPORT, ImportPage, Imports};
#[cfg(all(test, feature = "ssr"))]
pub(crate) use run::run;

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::model::{
    AppError, ImportId, Language, Problems, RecordId, RecordKind, Text, catalogue::CustomField,
    language::Plural,
};

/// Larger files are refused.
pub const MEGABYTES: usize = 20;
/// A page shows so many rows.
pub const PAGE: i64 = 100;
/// So many days a file and its rows are kept; the database keeps the same number.
pub const DAYS: i64 = 7;

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Check,
    Import,
    Undo,
}

impl Task {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Import => "import",
            Self::Undo => "undo",
        }
    }
}

/// How it stands with the latest task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    New,
    Running,
    /// By an error, or because the server that ran it is no more.
    Stopped,
    Done,
}

/// What became, or would become, of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Created,
    Known,
    Bad,
}

impl Fate {
    pub const ALL: [Self; 3] = [Self::Created, Self::Known, Self::Bad];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Known => "known",
            Self::Bad => "bad",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.key() == key)
    }
}

/// How many of the records that an import has created went into the bin, and how many stayed, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    pub undone: i64,
    pub changed: i64,
    pub needed: i64,
    pub out_of_reach: i64,
}

/// How far it is, and what came of it so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    pub task: Task,
    pub state: State,
    /// What there is to do, and what of it is done.
    pub of: i64,
    pub done: i64,
    pub created: i64,
    pub known: i64,
    pub bad: i64,
    pub undone: Undone,
    pub error: Option<AppError>,
}

/// An import in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    pub kind: Option<RecordKind>,
    /// Full name of who imports.
    pub by: String,
    /// In the reader's time zone.
    pub at: NaiveDateTime,
    pub rows: i64,
    pub progress: Progress,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub heading: String,
    /// Some of its cells.
    pub samples: Vec<String>,
    /// The key of the field that it fills.
    pub field: Option<String>,
}

/// A row of the file, and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub line: i64,
    pub title: String,
    pub fate: Fate,
    pub problems: Problems,
    /// Where the reader sees it.
    pub record: Option<RecordId>,
}

/// The page of one import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Page {
    pub import: Import,
    /// Whether the reader is who imports.
    pub mine: bool,
    /// Empty once the file is gone.
    pub columns: Vec<Column>,
    /// The fields that the account has added for the kind.
    pub custom: Vec<CustomField>,
    /// Whether records were written, so that the columns stay what they were.
    pub began: bool,
    /// The reader can undo it until then.
    pub undo_until: Option<NaiveDateTime>,
    pub rows: Vec<Row>,
    /// The line after which the next page begins.
    pub next: Option<i64>,
}

const ROWS: Plural = Plural {
    one: Text::new("{n} row", "{n} ligne", "{n} rij"),
    other: Text::new("{n} rows", "{n} lignes", "{n} rijen"),
};
const CREATED: Plural = Plural {
    one: Text::new("{n} created", "{n} créée", "{n} aangemaakt"),
    other: Text::new("{n} created", "{n} créées", "{n} aangemaakt"),
};
const WOULD_BE_CREATED: Plural = Plural {
    one: Text::new(
        "{n} would be created",
        "{n} serait créée",
        "{n} zou aangemaakt worden",
    ),
    other: Text::new(
        "{n} would be created",
        "{n} seraient créées",
        "{n} zouden aangemaakt worden",
    ),
};
const KNOWN: Plural = Plural {
    one: Text::new("{n} known already", "{n} déjà connue", "{n} al bekend"),
    other: Text::new("{n} known already", "{n} déjà connues", "{n} al bekend"),
};
const BAD: Plural = Plural {
    one: Text::new("{n} bad", "{n} erronée", "{n} fout"),
    other: Text::new("{n} bad", "{n} erronées", "{n} fout"),
};
const UNDONE: Plural = Plural {
    one: Text::new(
        "{n} record is in the bin",
        "{n} fiche est dans la corbeille",
        "{n} record zit in de prullenbak",
    ),
    other: Text::new(
        "{n} records are in the bin",
        "{n} fiches sont dans la corbeille",
        "{n} records zitten in de prullenbak",
    ),
};
const CHANGED: Plural = Plural {
    one: Text::new(
        "{n} was changed since and stays",
        "{n} a été modifiée depuis et reste",
        "{n} werd sindsdien gewijzigd en blijft",
    ),
    other: Text::new(
        "{n} were changed since and stay",
        "{n} ont été modifiées depuis et restent",
        "{n} werden sindsdien gewijzigd en blijven",
    ),
};
const NEEDED: Plural = Plural {
    one: Text::new(
        "others belong to {n}, which stays",
        "d’autres dépendent de {n}, qui reste",
        "bij {n} horen andere, dus blijft die",
    ),
    other: Text::new(
        "others belong to {n}, which stay",
        "d’autres dépendent de {n}, qui restent",
        "bij {n} horen andere, dus blijven die",
    ),
};
const OUT_OF_REACH: Plural = Plural {
    one: Text::new(
        "{n} is deleted already or not yours to delete",
        "{n} est déjà supprimée, ou vous ne pouvez la supprimer",
        "{n} is al verwijderd of niet door u te verwijderen",
    ),
    other: Text::new(
        "{n} are deleted already or not yours to delete",
        "{n} sont déjà supprimées, ou vous ne pouvez les supprimer",
        "{n} zijn al verwijderd of niet door u te verwijderen",
    ),
};

impl Progress {
    pub const fn is_running(&self) -> bool {
        matches!(self.state, State::Running)
    }

    /// "400 rows: 399 created, 0 known already, 1 bad"; of an undoing, what is in the bin and what stays.
    pub fn told(&self, language: Language) -> String {
        if self.task == Task::Undo {
            return self.undone.told(language);
        }
        let created = if self.task == Task::Check {
            WOULD_BE_CREATED
        } else {
            CREATED
        };
        let parts = [
            (created, self.created),
            (KNOWN, self.known),
            (BAD, self.bad),
        ];
        let parts = parts.map(|(text, n)| text.of(language, n)).join(", ");
        let colon = if language == Language::Fr {
            "\u{a0}:"
        } else {
            ":"
        };
        format!("{}{colon} {parts}", ROWS.of(language, self.of))
    }
}

impl Undone {
    fn told(self, language: Language) -> String {
        let stayed = [
            (CHANGED, self.changed),
            (NEEDED, self.needed),
            (OUT_OF_REACH, self.out_of_reach),
        ];
        let mut parts = vec![UNDONE.of(language, self.undone)];
        let stayed = stayed.into_iter().filter(|(_, n)| *n > 0);
        parts.extend(stayed.map(|(text, n)| text.of(language, n)));
        parts.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_told_in_every_language() {
        let progress = |task| Progress {
            task,
            state: State::Done,
            of: 1234,
            done: 1234,
            created: 1230,
            known: 1,
            bad: 3,
            undone: Undone {
                undone: 1,
                needed: 2,
                ..Undone::default()
            },
            error: None,
        };
        assert_eq!(
            progress(Task::Import).told(Language::En),
            "1,234 rows: 1,230 created, 1 known already, 3 bad"
        );
        assert_eq!(
            progress(Task::Check).told(Language::Fr),
            "1\u{202f}234 lignes\u{a0}: 1\u{202f}230 seraient créées, 1 déjà connue, 3 erronées"
        );
        assert_eq!(
            progress(Task::Undo).told(Language::Nl),
            "1 record zit in de prullenbak; bij 2 horen andere, dus blijven die"
        );
    }
}
