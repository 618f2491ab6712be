//! Pages of acts on many records: choosing them on a list, choosing what to do, what would come of it and what came of it.
//! Plain forms and links; scripts count what is ticked, and follow the progress.

mod act;
mod choose;
mod jobs;
mod select;

pub use act::BulkActPage;
pub use choose::BulkPage;
pub use jobs::{JOBS, Jobs};
pub(super) use select::{Bar, SelectAll, SelectOne, Ticked};

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::model::RecordKind;

const PREPARE: &str = "/api/prepare_bulk";
const APPLY: &str = "/api/apply_bulk";
const RESUME: &str = "/api/resume_bulk";
const UNDO: &str = "/api/undo_bulk";

/// The kind that the page's address speaks of.
fn kind_of_address() -> Memo<Option<RecordKind>> {
    let location = use_location();
    Memo::new(move |_| {
        let first = |path: &String| path.split('/').nth(1).and_then(RecordKind::from_path);
        location.pathname.with(first)
    })
}
