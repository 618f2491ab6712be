//! The server functions of segments. What somebody does not see he does not find; what he may not change is refused.
//! Each belongs to a list, and so wants the right to its kind.

use leptos::prelude::*;

use super::{Builder, SegmentForm};
use crate::model::{
    AppError, RecordKind, SegmentId,
    segments::{Filter, SavedSegment},
};

#[cfg(feature = "ssr")]
use {
    super::store::{self, Draft},
    crate::{
        model::{
            Problem, Problems,
            forms::line,
            lists::{ListQuery, MAX_COLUMNS, Sort},
            segments::{Audience, rows},
        },
        records::store as records,
        server::context::viewing,
    },
};

/// Longer names do not fit a side bar.
#[cfg(feature = "ssr")]
const NAME_LENGTH: usize = 100;

/// The builder of a segment, or of a new one; with the names of what `filter` names.
#[server(prefix = "/api", endpoint = "segment-builder")]
pub async fn segment_builder(
    kind: RecordKind,
    id: Option<SegmentId>,
    filter: Option<Filter>,
) -> Result<Builder, AppError> {
    let mut tx = viewing(kind).await?;
    store::builder(&mut tx, kind, id, filter).await
}

/// The segments of a list, as they are managed.
#[server(prefix = "/api", endpoint = "segment-list")]
pub async fn segments(kind: RecordKind) -> Result<Vec<SavedSegment>, AppError> {
    let mut tx = viewing(kind).await?;
    records::saved_segments(&mut tx, kind).await
}

/// Creates a segment or saves one, and leads to its list.
#[server(prefix = "/api", endpoint = "save-segment")]
pub async fn save_segment(kind: RecordKind, form: SegmentForm) -> Result<(), AppError> {
    // The page shows the rows as they are after the button; there is nothing to be saved yet.
    if form.press.is_some() {
        return Err(AppError::Invalid(Problems::new()));
    }
    let tx = viewing(kind).await?;
    let id = store::save(tx, draft(kind, form)?).await?;
    let list = ListQuery {
        saved: Some(id),
        ..ListQuery::default()
    };
    leptos_axum::redirect(&list.address(kind));
    Ok(())
}

#[cfg(feature = "ssr")]
fn draft(kind: RecordKind, form: SegmentForm) -> Result<Draft, AppError> {
    let name = line(&form.name, NAME_LENGTH).map_err(|problem| AppError::field("name", problem))?;
    let audience = Audience::from_code(&form.audience)
        .ok_or_else(|| AppError::field("audience", Problem::NotAnOption))?;
    let filled = form.columns.into_iter().filter(|key| !key.is_empty());
    Ok(Draft {
        kind,
        id: form.id,
        version: form.version,
        name,
        audience,
        owner_only: form.owner_only.is_some(),
        filter: rows::tree(&form.rows),
        columns: filled.take(MAX_COLUMNS).collect(),
        sort: Sort::read(kind, &form.sort),
    })
}

/// Deletes a segment; the records that it shows stay where they are.
#[server(prefix = "/api", endpoint = "delete-segment")]
pub async fn delete_segment(kind: RecordKind, id: SegmentId) -> Result<(), AppError> {
    store::delete(viewing(kind).await?, kind, id).await?;
    leptos_axum::redirect(&format!("/{}/segments", kind.path()));
    Ok(())
}

/// Makes a segment of one's own that is like another.
#[server(prefix = "/api", endpoint = "duplicate-segment")]
pub async fn duplicate_segment(kind: RecordKind, id: SegmentId) -> Result<(), AppError> {
    let copy = store::duplicate(viewing(kind).await?, kind, id).await?;
    leptos_axum::redirect(&format!("/{}/segments/{copy}", kind.path()));
    Ok(())
}

/// Moves a segment one place up or down in one's own side bar.
#[server(prefix = "/api", endpoint = "move-segment")]
pub async fn move_segment(kind: RecordKind, id: SegmentId, up: bool) -> Result<(), AppError> {
    store::place(viewing(kind).await?, kind, id, up).await
}
