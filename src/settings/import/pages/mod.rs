//! The pages of imports: sending a file, with the latest imports below; and one import, from its columns to undoing it.
//! Plain forms; scripts follow the progress and say at once that a file is too large.

mod columns;
mod one;
mod rows;
mod send;

pub use one::ImportPage;
pub use send::Imports;

use super::{Progress, State, Task};
use crate::{
    model::{RecordKind, Text},
    texts,
    ui::{
        field::Choice,
        page::{Page, page, t},
    },
};

texts! {
    IMPORT = "Import" | "Importation" | "Import";
    CHECK = "Check" | "Vérifier" | "Controleren";
    DO_IMPORT = "Import" | "Importer" | "Importeren";
    KIND = "What the rows are" | "Ce que sont les lignes" | "Wat de rijen zijn";
    CHECKING_N = "Checking: {done} of {all} rows" | "Vérification : {done} lignes sur {all}" | "Bezig met controleren: {done} van {all} rijen";
    IMPORTING_N = "Importing: {done} of {all} rows" | "Importation : {done} lignes sur {all}" | "Bezig met importeren: {done} van {all} rijen";
    UNDOING_N = "Undoing: {done} of {all} records" | "Annulation : {done} fiches sur {all}" | "Bezig met ongedaan maken: {done} van {all} records";
    STOPPED_AT = "Stopped after {done} of {all}." | "Arrêté après {done} sur {all}." | "Gestopt na {done} van {all}.";
    NOT_CHECKED = "Not checked yet" | "Pas encore vérifié" | "Nog niet gecontroleerd";
}

/// Where a file is sent: no server function, as these take no files.
pub const UPLOAD: &str = "/settings/import/file";
const RUN: &str = "/api/run_import";
const RESUME: &str = "/api/resume_import";
const UNDO: &str = "/api/undo_import";

/// The kinds that the reader may import.
fn kinds() -> impl Iterator<Item = RecordKind> {
    let me = page().me();
    let may = move |kind: &RecordKind| me.as_ref().is_some_and(|me| me.rights.may_use(*kind));
    RecordKind::ALL.into_iter().filter(may)
}

fn kind_choices(chosen: Option<RecordKind>) -> impl Iterator<Item = Choice> {
    kinds().map(move |kind| {
        let label = t(kind.plural()).to_owned();
        (kind.child().to_owned(), label, chosen == Some(kind))
    })
}

/// How it stands, in a sentence.
fn standing(page: Page, progress: &Progress) -> String {
    let language = page.language;
    let count = |text: Text| {
        let (done, all) = (
            language.integer(progress.done),
            language.integer(progress.of),
        );
        text.with(language, &[("done", &done), ("all", &all)])
    };
    match (progress.state, progress.task) {
        (State::New, _) => NOT_CHECKED.get(language).to_owned(),
        (State::Running, Task::Check) => count(CHECKING_N),
        (State::Running, Task::Import) => count(IMPORTING_N),
        (State::Running, Task::Undo) => count(UNDOING_N),
        (State::Stopped, _) => count(STOPPED_AT),
        (State::Done, _) => progress.told(language),
    }
}
