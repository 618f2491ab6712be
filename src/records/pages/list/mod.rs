//! The list of a kind: segments beside it, search above it, every order and page an address of its own.
//! Works as plain links and a plain form; scripts only spare the reload.

mod side_bar;
mod tools;

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

pub use self::tools::counting;
use self::{
    side_bar::SideBar,
    tools::{Tools, narrowing},
};
use super::{
    bin::Undo,
    bulk::{Bar, SelectAll, SelectOne, Ticked},
    catalogue,
    nothing::Nothing,
    take::TakeButton,
    value::shown,
};
use crate::{
    model::{
        AppError, RecordKind, Text, Value,
        catalogue::{Field, FieldType},
        lists::{BuiltIn, ListPage as Listed, ListQuery, Place, Row},
        responsibility::first_role,
        segments::SegmentLink,
    },
    records::api,
    texts,
    ui::{
        icon::{Glyph, Icon},
        message::Failed,
        page::{PageTitle, page, t},
        progress,
    },
};

texts! {
    NEXT = "Next" | "Suivant" | "Volgende";
    PREVIOUS = "Previous" | "Précédent" | "Vorige";
    PAGES = "Pages" | "Pages" | "Pagina’s";
    IMPORT = "Import" | "Importer" | "Importeren";
}

#[component]
pub fn ListPage(
    kind: RecordKind,
    /// Another page that shows these records, and its name.
    #[prop(optional)]
    beside: Option<(&'static str, Text)>,
) -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| ListQuery::read(kind, |name| params.get_str(name)))
    });
    let loaded = Resource::new(move || query.get(), move |query| api::list(kind, query));
    let links = Resource::new(
        move || (),
        move |()| async move { api::segments::segment_links(kind).await },
    );
    view! {
        <Transition>
            {move || {
                let query = query.get();
                Suspend::new(async move {
                    let title = title(kind, &query, &links.await);
                    view! { <Head kind title beside /> }
                })
            }}
        </Transition>
        <div class="list-page">
            <SideBar kind query links />
            <div class="list-body">
                <Undo kind />
                <Transition set_pending=progress::part()>
                    {move || Suspend::new(async move {
                        let query = query.get_untracked();
                        match loaded.await {
                            Ok(list) => view! { <Body kind list query /> }.into_any(),
                            Err(error) => view! { <Failed error /> }.into_any(),
                        }
                    })}
                </Transition>
            </div>
        </div>
    }
}

/// What the list is called: the kind, or its segment.
fn title(
    kind: RecordKind,
    query: &ListQuery,
    links: &Result<Vec<SegmentLink>, AppError>,
) -> String {
    let links = links.as_deref().unwrap_or_default();
    let saved = query
        .saved
        .and_then(|id| links.iter().find(|link| link.id == id));
    match (saved, query.segment) {
        (Some(link), _) => link.name.clone(),
        (None, BuiltIn::All) => t(kind.plural()).to_owned(),
        (None, segment) => t(segment.label(kind)).to_owned(),
    }
}

#[component]
fn Head(kind: RecordKind, title: String, beside: Option<(&'static str, Text)>) -> impl IntoView {
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title"><h1><bdi>{title}</bdi></h1></div>
            <div class="actions">
                {beside.map(|(address, label)| view! { <a class="button" href=address>{t(label)}</a> })}
                <a class="button" href=import_address(kind)>{t(IMPORT)}</a>
                <a class="button primary" href=format!("/{}/new", kind.path())><Icon glyph=Glyph::Plus />{t(kind.new_one())}</a>
            </div>
        </div>
    }
}

/// Where a file of such records is imported.
pub fn import_address(kind: RecordKind) -> String {
    format!("/settings/import?kind={}", kind.child())
}

#[component]
fn Body(kind: RecordKind, list: Listed, query: ListQuery) -> impl IntoView {
    let catalogue = catalogue(kind, &list.custom);
    let known = |key: &String| catalogue.field(key).cloned();
    let fields: Vec<Arc<Field>> = list.columns.iter().filter_map(known).collect();
    let empty = list.rows.is_empty();
    let ticked = Ticked::new(list.rows.iter().map(|row| row.id).collect());
    view! {
        <Tools kind query=query.clone() total=list.known_total() />
        {narrowing(kind, &query, &list)}
        {if !empty {
            view! {
                <Bar kind query=query.clone() total=list.known_total() ticked />
                <div class="table-wrap">
                    <table class="records" aria-label=t(kind.plural())>
                        <thead><tr><SelectAll ticked />{fields.iter().map(|field| heading(kind, &query, &list, field)).collect_view()}</tr></thead>
                        <tbody>{list.rows.iter().map(|one| row(kind, &fields, one, Some(ticked))).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        } else if list.broken.is_empty() {
            view! { <Nothing kind query=query.clone() /> }.into_any()
        } else {
            ().into_any()
        }}
        {pages(kind, &query, &list)}
    }
}

/// Some rows of a list, as they are, without what a list can do with them.
#[component]
pub fn RecordTable(kind: RecordKind, list: Listed) -> impl IntoView {
    let catalogue = catalogue(kind, &list.custom);
    let known = |key: &String| catalogue.field(key).cloned();
    let fields: Vec<Arc<Field>> = list.columns.iter().filter_map(known).collect();
    let heading = |field: &Arc<Field>| {
        let label = field.label(page().language).to_owned();
        view! { <th scope="col" class=is_number(field).then_some("number")>{label}</th> }
    };
    view! {
        <div class="table-wrap">
            <table class="records" aria-label=t(kind.plural())>
                <thead><tr>{fields.iter().map(heading).collect_view()}</tr></thead>
                <tbody>{list.rows.iter().map(|one| row(kind, &fields, one, None)).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn is_number(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::Money | FieldType::Integer { .. } | FieldType::Number | FieldType::Counter
    )
}

fn heading(
    kind: RecordKind,
    query: &ListQuery,
    list: &Listed,
    field: &Field,
) -> impl IntoView + use<> {
    let label = field.label(page().language).to_owned();
    let now = &list.sort;
    let sorted = (now.field == field.key()).then_some(now.descending);
    let class = is_number(field).then_some("number");
    let content = if field.sortable {
        let arrow = sorted.map(|descending| view! { <Icon glyph=if descending { Glyph::Down } else { Glyph::Up } class="sort" /> });
        view! { <a href=query.sorted_by(now, field.key()).address(kind)>{label}{arrow}</a> }
            .into_any()
    } else {
        label.into_any()
    };
    let order = sorted.map(|descending| {
        if descending {
            "descending"
        } else {
            "ascending"
        }
    });
    view! { <th scope="col" class=class aria-sort=order>{content}</th> }
}

fn row(
    kind: RecordKind,
    fields: &[Arc<Field>],
    row: &Row,
    ticked: Option<Ticked>,
) -> impl IntoView + use<> {
    let address = kind.address(row.id);
    let name = match row.cells.first() {
        Some(Value::Text(name)) => name.clone(),
        _ => String::new(),
    };
    let id = row.id;
    let tick = ticked.map(|ticked| view! { <SelectOne id name=name.clone() ticked /> });
    let cells = fields
        .iter()
        .zip(&row.cells)
        .enumerate()
        .map(|(n, (field, value))| {
            if n == 0 {
                return view! { <td class="title"><a href=address.clone()><bdi>{name.clone()}</bdi></a></td> }.into_any();
            }
            // What may be nobody's and is, anybody may take.
            if field.role().is_some_and(|role| Some(role) == first_role(kind)) && value.is_empty() && ticked.is_some() && kind == RecordKind::Ticket {
                return view! { <td><TakeButton kind id was=None of=name.clone() /></td> }.into_any();
            }
            let class = is_number(field).then_some("number");
            view! { <td class=class>{shown(field, value)}</td> }.into_any()
        })
        .collect_view();
    view! { <tr>{tick}{cells}</tr> }
}

fn pages(kind: RecordKind, query: &ListQuery, list: &Listed) -> Option<impl IntoView + use<>> {
    let to = |page: Place| {
        ListQuery {
            page,
            ..query.clone()
        }
        .address(kind)
    };
    let previous = list
        .previous
        .clone()
        .map(|cursor| to(Place::Before(cursor)));
    let next = list.next.clone().map(|cursor| to(Place::After(cursor)));
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label=t(PAGES)>
                {previous.map(|address| view! { <a class="button" rel="prev" href=address>{t(PREVIOUS)}</a> })}
                {next.map(|address| view! { <a class="button" rel="next" href=address>{t(NEXT)}</a> })}
            </nav>
        }
    })
}
