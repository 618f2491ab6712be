//! A region with the records of another kind that point at this one: a company's deals.
//! Shows the first of them; the rest are a list away.

use leptos::prelude::*;

use super::{nothing::none_yet, value::shown};
use crate::{
    model::{
        AppError, RecordId, RecordKind,
        catalogue::{Field, FieldType},
        lists::{RelatedRows, Row},
    },
    records::api,
    texts,
    ui::{
        message::ErrorMessage,
        page::{page, t},
    },
};

texts! {
    FROM_THIS_DEAL = "New project from this deal" | "Nouveau projet à partir de cette opportunité" | "Nieuw project uit deze deal";
}

/// A region's records, asked for once, beside the record itself.
pub type Found = Resource<Result<RelatedRows, AppError>>;

/// Asks for the records that point at one of kind `of`; nothing where the reader has no right to their kind.
pub fn find(kind: RecordKind, of: RecordKind, id: RecordId) -> Option<(RecordKind, Found)> {
    let allowed = page().me().is_some_and(|me| me.rights.may_use(kind));
    allowed.then(|| {
        (
            kind,
            Resource::new(|| (), move |()| api::related(kind, of, id)),
        )
    })
}

/// Records of `kind` whose field points at the record `id` of kind `of`, and where another one is created.
#[component]
pub fn Related(kind: RecordKind, of: RecordKind, id: RecordId, found: Found) -> impl IntoView {
    let heading = format!("related-{}", kind.path());
    let new = format!("/{}/new?{}={id}", kind.path(), of.child());
    let label = match (kind, of) {
        (RecordKind::Project, RecordKind::Deal) => FROM_THIS_DEAL,
        _ => kind.new_one(),
    };
    view! {
        <section class="card" aria-labelledby=heading.clone()>
            <div class="card-head">
                <h2 id=heading.clone()>{t(kind.plural())}</h2>
                <a class="button small" href=new>{t(label)}</a>
            </div>
            <Suspense>
                {move || Suspend::new(async move {
                    match found.await {
                        Ok(list) => table(kind, of, &list).into_any(),
                        Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                    }
                })}
            </Suspense>
        </section>
    }
}

fn table(kind: RecordKind, of: RecordKind, list: &RelatedRows) -> impl IntoView + use<> {
    let RelatedRows {
        columns,
        rows,
        total,
    } = list;
    if rows.is_empty() {
        return view! { <p class="muted">{t(none_yet(kind))}</p> }.into_any();
    }
    // Every row points at the record whose page this is.
    let language = page().language;
    let fields: Vec<(usize, &Field)> = columns
        .iter()
        .enumerate()
        .filter_map(|(n, key)| Some((n, kind.field(key)?.as_ref())))
        .filter(|(_, field)| field.points_at(of).is_none() && field.kind != FieldType::Moment)
        .collect();
    let head = fields
        .iter()
        .map(|(_, field)| view! { <th scope="col">{field.label(language)}</th> })
        .collect_view();
    let body = rows
        .iter()
        .map(|row| view! { <tr>{cells(kind, &fields, row)}</tr> })
        .collect_view();
    let more = (*total > rows.len() as i64)
        .then(|| view! { <p class="muted">{kind.count(page().language, *total)}</p> });
    view! {
        <div class="table-wrap">
            <table class="records compact" aria-label=t(kind.plural())><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>
        </div>
        {more}
    }
    .into_any()
}

fn cells(kind: RecordKind, fields: &[(usize, &Field)], row: &Row) -> impl IntoView + use<> {
    let address = kind.address(row.id);
    fields
        .iter()
        .filter_map(|(n, field)| {
            let content = shown(field, row.cells.get(*n)?);
            Some(if *n == 0 {
                view! { <td class="title"><a href=address.clone()>{content}</a></td> }.into_any()
            } else {
                view! { <td>{content}</td> }.into_any()
            })
        })
        .collect_view()
}
