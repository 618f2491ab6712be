//! The list of a kind: segments beside it, search above it, every order and page an address of its own.
//! Works as plain links and a plain form; scripts only spare the reload.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map};

use super::{bin::Undo, catalogue, nothing::Nothing, value::shown};
use crate::{
    model::{
        RecordKind, Text, Value,
        catalogue::{Field, FieldType},
        lists::{BuiltIn, ListPage as Listed, ListQuery, Place, Row},
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
    SEGMENTS = "Segments" | "Segments" | "Segmenten";
    FIND_IN_LIST = "Find in this list" | "Chercher dans cette liste" | "Zoek in deze lijst";
    FIND = "Find" | "Chercher" | "Zoeken";
    CLEAR = "Clear" | "Effacer" | "Wissen";
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
    view! {
        {move || {
            let segment = query.with(|query| query.segment);
            let title = if segment == BuiltIn::All { kind.plural() } else { segment.label() };
            view! {
                <PageTitle text=t(title) />
                <div class="page-head">
                    <div class="page-title"><h1>{t(title)}</h1></div>
                    <div class="actions">
                        {beside.map(|(address, label)| view! { <a class="button" href=address>{t(label)}</a> })}
                        <a class="button" href=import_address(kind)>{t(IMPORT)}</a>
                        <a class="button primary" href=format!("/{}/new", kind.path())><Icon glyph=Glyph::Plus />{t(kind.new_one())}</a>
                    </div>
                </div>
            }
        }}
        <div class="list-page">
            <nav class="segments" aria-label=t(SEGMENTS)>
                <ul>{BuiltIn::of(kind).map(|segment| segment_link(kind, segment, query)).collect_view()}</ul>
            </nav>
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

/// What else the list is narrowed by, each with a way back.
fn narrowed(
    kind: RecordKind,
    query: &ListQuery,
    responsible: Option<&str>,
) -> impl IntoView + use<> {
    let without = |change: fn(&mut ListQuery)| {
        let mut query = query.clone();
        change(&mut query);
        query.page = Place::First;
        query.address(kind)
    };
    let user = responsible.map(|name| {
        let text = format!("{}: {name}", t(super::RESPONSIBLE));
        (text, without(|query| query.responsible = None))
    });
    let need = query.needs.map(|need| {
        (
            t(need.label()).to_owned(),
            without(|query| query.needs = None),
        )
    });
    let chip = |(text, address): (String, String)| {
        let label = format!("{}: {text}", t(CLEAR));
        view! { <li><bdi>{text}</bdi><a href=address aria-label=label><Icon glyph=Glyph::Close /></a></li> }
    };
    let chips: Vec<_> = user.into_iter().chain(need).map(chip).collect();
    (!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })
}

/// Where a file of such records is imported.
pub fn import_address(kind: RecordKind) -> String {
    format!("/settings/import?kind={}", kind.child())
}

fn segment_link(kind: RecordKind, segment: BuiltIn, query: Memo<ListQuery>) -> impl IntoView {
    let address = ListQuery {
        segment,
        ..ListQuery::default()
    }
    .address(kind);
    let current = move || {
        query
            .with(|query| query.segment == segment)
            .then_some("page")
    };
    view! { <li><a href=address aria-current=current>{t(segment.label())}</a></li> }
}

#[component]
fn Body(kind: RecordKind, list: Listed, query: ListQuery) -> impl IntoView {
    let language = page().language;
    let catalogue = catalogue(kind, &list.custom);
    let known = |key: &String| catalogue.field(key).cloned();
    let fields: Vec<Arc<Field>> = list.columns.iter().filter_map(known).collect();
    let empty = list.rows.is_empty();
    view! {
        <div class="list-tools">
            {search(kind, &query)}
            <p class="count" role="status">{kind.count(language, list.total)}</p>
        </div>
        {narrowed(kind, &query, list.responsible.as_deref())}
        {if empty {
            view! { <Nothing kind query=query.clone() /> }.into_any()
        } else {
            view! {
                <div class="table-wrap">
                    <table class="records" aria-label=t(kind.plural())>
                        <thead><tr>{fields.iter().map(|field| heading(kind, &query, field)).collect_view()}</tr></thead>
                        <tbody>{list.rows.iter().map(|one| row(kind, &fields, one)).collect_view()}</tbody>
                    </table>
                </div>
            }
            .into_any()
        }}
        {pages(kind, &query, &list)}
    }
}

/// Keeps the segment and the order, and begins at the first page.
fn search(kind: RecordKind, query: &ListQuery) -> impl IntoView + use<> {
    let cleared = ListQuery {
        q: String::new(),
        page: Place::First,
        ..query.clone()
    };
    let order = query
        .sort
        .as_ref()
        .map(|sort| format!("{}{}", if sort.descending { "-" } else { "" }, sort.field));
    let (q, segment) = (query.q.clone(), query.segment);
    let responsible = query.responsible.map(|user| user.to_string());
    let needs = query.needs.map(crate::model::next_steps::Need::key);
    let found = !q.is_empty();
    view! {
        <Form method="GET" action=format!("/{}", kind.path()) attr:class="list-search" attr:role="search" attr:aria-label=t(FIND_IN_LIST)>
            <input type="search" name="q" value=q aria-label=t(FIND_IN_LIST) placeholder=t(FIND_IN_LIST) />
            {(segment != BuiltIn::All).then(|| view! { <input type="hidden" name="segment" value=segment.key() /> })}
            {responsible.map(|user| view! { <input type="hidden" name="responsible" value=user /> })}
            {needs.map(|need| view! { <input type="hidden" name="needs" value=need /> })}
            {order.map(|order| view! { <input type="hidden" name="sort" value=order /> })}
            <button type="submit" class="button">{t(FIND)}</button>
            {found.then(|| view! { <a class="button quiet" href=cleared.address(kind)>{t(CLEAR)}</a> })}
        </Form>
    }
}

fn is_number(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldType::Money | FieldType::Integer { .. } | FieldType::Number | FieldType::Counter
    )
}

fn heading(kind: RecordKind, query: &ListQuery, field: &Field) -> impl IntoView + use<> {
    let label = field.label(page().language).to_owned();
    let now = query.order(kind);
    let sorted = (now.field == field.key()).then_some(now.descending);
    let class = is_number(field).then_some("number");
    let content = if field.sortable {
        let arrow = sorted.map(|descending| view! { <Icon glyph=if descending { Glyph::Down } else { Glyph::Up } class="sort" /> });
        view! { <a href=query.sorted_by(kind, field.key()).address(kind)>{label}{arrow}</a> }
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

fn row(kind: RecordKind, fields: &[Arc<Field>], row: &Row) -> impl IntoView + use<> {
    let address = kind.address(row.id);
    let cells = fields
        .iter()
        .zip(&row.cells)
        .enumerate()
        .map(|(n, (field, value))| {
            if n == 0 {
                let name = match value {
                    Value::Text(name) => name.clone(),
                    _ => String::new(),
                };
                return view! { <td class="title"><a href=address.clone()><bdi>{name}</bdi></a></td> }.into_any();
            }
            let class = is_number(field).then_some("number");
            view! { <td class=class>{shown(field, value)}</td> }.into_any()
        })
        .collect_view();
    view! { <tr>{cells}</tr> }
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
