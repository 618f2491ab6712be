//! The pages of segments: the builder, and the page on which one manages those of a list.
//! Everything works as plain forms; scripts spare the reload, and count while one builds.

mod builder;
mod columns;
mod fields;
mod manage;
mod preview;
mod state;
mod tree;
mod value;

pub use builder::{EditSegment, NewSegment};
pub use manage::SegmentsPage;

use leptos_router::hooks::use_params_map;

use leptos::prelude::*;

use crate::{
    model::{AppError, RecordKind},
    texts,
};

texts! {
    SEGMENTS = "Segments" | "Segments" | "Segmenten";
    NEW_SEGMENT = "New segment" | "Nouveau segment" | "Nieuw segment";
    SEGMENT_NAME = "Segment name" | "Nom du segment" | "Naam van het segment";
    VISIBLE_TO = "Visible to" | "Visible par" | "Zichtbaar voor";
    SAVE_SEGMENT = "Save segment" | "Enregistrer le segment" | "Segment opslaan";
}

/// The kind whose list an address belongs to; for anything else there is no such page.
fn kind_of_address() -> Result<RecordKind, AppError> {
    let params = use_params_map();
    let path = params.with_untracked(|params| params.get("kind").unwrap_or_default());
    RecordKind::from_path(&path).ok_or(AppError::NotFound)
}
