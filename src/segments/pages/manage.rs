//! The segments of a list, one by one: renamed in the builder, duplicated, put in order, deleted.
//! Plain forms; the order is everybody's own.

use leptos::prelude::*;

use super::{NEW_SEGMENT, SEGMENTS, VISIBLE_TO, kind_of_address};
use crate::{
    model::{
        AppError, RecordKind,
        lists::ListQuery,
        segments::{Audience, SavedSegment},
    },
    segments::api,
    texts,
    ui::{
        MOVE_DOWN, MOVE_UP,
        empty::Empty,
        icon::{Glyph, Icon},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    NAME = "Name" | "Nom" | "Naam";
    OWNER = "Owner" | "Propriétaire" | "Eigenaar";
    ACTIONS = "Actions" | "Actions" | "Acties";
    A_TEAM = "A team" | "Une équipe" | "Een team";
    EDIT_IT = "Edit {name}" | "Modifier {name}" | "{name} bewerken";
    EDIT = "Edit" | "Modifier" | "Bewerken";
    DUPLICATE = "Duplicate" | "Dupliquer" | "Dupliceren";
    DUPLICATE_IT = "Duplicate {name}" | "Dupliquer {name}" | "{name} dupliceren";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    DELETE_IT = "Delete {name}" | "Supprimer {name}" | "{name} verwijderen";
    NONE_YET = "No segments yet" | "Pas encore de segment" | "Nog geen segmenten";
    WHAT_THEY_ARE = "A segment keeps a filter of this list, for you, a team or everyone." | "Un segment garde un filtre de cette liste, pour vous, une équipe ou tout le monde." | "Een segment bewaart een filter van deze lijst, voor u, een team of iedereen.";
}

const DELETE_SEGMENT: &str = "/api/delete-segment";
const DUPLICATE_SEGMENT: &str = "/api/duplicate-segment";
const MOVE_SEGMENT: &str = "/api/move-segment";

#[component]
pub fn SegmentsPage() -> impl IntoView {
    let kind = match kind_of_address() {
        Ok(kind) => kind,
        Err(error) => return view! { <Failed error /> }.into_any(),
    };
    let all = Resource::new(|| (), move |()| api::segments(kind));
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match all.await {
                    Ok(all) => view! { <All kind all /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn All(kind: RecordKind, all: Vec<SavedSegment>) -> impl IntoView {
    let title = format!("{} · {}", t(SEGMENTS), t(kind.plural()));
    let errors = [DELETE_SEGMENT, DUPLICATE_SEGMENT, MOVE_SEGMENT]
        .map(|action| Outcome::of(action, &[]).problem());
    let error: Option<AppError> = errors.into_iter().flatten().next();
    let shared = all
        .iter()
        .filter(|saved| saved.audience != Audience::Me)
        .count();
    let count = all.len();
    let row = |(n, saved): (usize, &SavedSegment)| {
        // Shared ones and one's own are put in order apart.
        let first = n == 0 || n == shared;
        let last = n + 1 == shared || n + 1 == count;
        row(kind, saved, first, last)
    };
    let rows: Vec<_> = all.iter().enumerate().map(row).collect();
    view! {
        <PageTitle text=title />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=format!("/{}", kind.path())>{t(kind.plural())}</a></p>
                <h1>{t(SEGMENTS)}</h1>
            </div>
            <div class="actions"><a class="button primary" href=format!("/{}/segments/new", kind.path())>{t(NEW_SEGMENT)}</a></div>
        </div>
        <ErrorMessage error=Signal::stored(error) />
        {if count == 0 {
            view! { <Empty text=t(NONE_YET) hint=t(WHAT_THEY_ARE) /> }.into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="records" aria-label=t(SEGMENTS)>
                    <thead><tr>
                        <th scope="col">{t(NAME)}</th><th scope="col">{t(VISIBLE_TO)}</th><th scope="col">{t(OWNER)}</th>
                        <th scope="col"><span class="visually-hidden">{t(ACTIONS)}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        }}
    }
}

fn row(kind: RecordKind, saved: &SavedSegment, first: bool, last: bool) -> impl IntoView + use<> {
    let language = page().language;
    let list = ListQuery {
        saved: Some(saved.id),
        ..ListQuery::default()
    };
    let named = [("name", saved.name.as_str())];
    let label = |text: crate::model::Text| text.with(language, &named);
    let audience = saved.audience.label().unwrap_or(A_TEAM);
    let id = saved.id.to_string();
    let (edit, builder) = (label(EDIT_IT), format!("/{}/segments/{id}", kind.path()));
    let button = move |action: &'static str,
                       extra: Option<bool>,
                       label: String,
                       content: AnyView| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name="kind" value=kind.child() />
                <input type="hidden" name="id" value=id.clone() />
                {extra.map(|up| view! { <input type="hidden" name="up" value=up.to_string() /> })}
                <button type="submit" class="button quiet" aria-label=label>{content}</button>
            </form>
        }
    };
    let glyph = |glyph: Glyph| view! { <Icon glyph /> }.into_any();
    view! {
        <tr>
            <td class="title"><a href=list.address(kind)><bdi>{saved.name.clone()}</bdi></a></td>
            <td>{t(audience)}</td>
            <td><bdi>{saved.owner_name.clone()}</bdi></td>
            <td class="acts"><div class="row-actions">
                {(!first).then(|| button(MOVE_SEGMENT, Some(true), label(MOVE_UP), glyph(Glyph::Up)))}
                {(!last).then(|| button(MOVE_SEGMENT, Some(false), label(MOVE_DOWN), glyph(Glyph::Down)))}
                {saved.may_edit.then(|| view! { <a class="button quiet" href=builder aria-label=edit>{t(EDIT)}</a> })}
                {button(DUPLICATE_SEGMENT, None, label(DUPLICATE_IT), t(DUPLICATE).into_any())}
                {saved.may_edit.then(|| button(DELETE_SEGMENT, None, label(DELETE_IT), t(DELETE).into_any()))}
            </div></td>
        </tr>
    }
}
