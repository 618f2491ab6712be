//! The segments beside a list: the built-in ones, then what others share, then one's own. How many records each has comes
//! after the page, so that nobody waits for it.

use std::collections::BTreeMap;

use leptos::{prelude::*, task::spawn_local};

use crate::{
    model::{
        AppError, RecordKind,
        lists::{BuiltIn, ListQuery},
        segments::SegmentLink,
    },
    records::api::segments::{COUNTED, segment_counts},
    texts,
    ui::page::{page, t},
};

texts! {
    SEGMENTS = "Segments" | "Segments" | "Segmenten";
    SHARED = "Shared" | "Partagés" | "Gedeeld";
    MY_OWN = "My own" | "Les miens" | "Van mij";
    NEW_SEGMENT = "New segment" | "Nouveau segment" | "Nieuw segment";
    ARRANGE = "Manage segments" | "Gérer les segments" | "Segmenten beheren";
}

/// The counts that have arrived, by the segment's word in addresses.
type Counts = RwSignal<BTreeMap<String, i64>>;

#[component]
pub fn SideBar(
    kind: RecordKind,
    query: Memo<ListQuery>,
    links: Resource<Result<Vec<SegmentLink>, AppError>>,
) -> impl IntoView {
    let counts = RwSignal::new(BTreeMap::new());
    // Effects run in the browser only, after the page is there.
    Effect::new(move |_| {
        spawn_local(async move {
            let Ok(all) = segment_counts(kind).await else {
                return;
            };
            let known = all.into_iter().filter_map(|one| {
                let key = one.segment.map(|id| id.to_string());
                Some((
                    key.unwrap_or_else(|| one.built_in.key().to_owned()),
                    one.count?,
                ))
            });
            counts.try_set(known.collect());
        });
    });
    let own = format!("/{}/segments", kind.path());
    view! {
        <nav class="segments" aria-label=t(SEGMENTS)>
            <ul>{BuiltIn::of(kind).map(|segment| built_in(kind, segment, query, counts)).collect_view()}</ul>
            <Transition>
                {move || Suspend::new(async move {
                    let (shared, mine): (Vec<_>, Vec<_>) =
                        links.await.unwrap_or_default().into_iter().partition(|link| link.shared);
                    let part = move |heading, links: Vec<SegmentLink>| {
                        (!links.is_empty()).then(|| view! {
                            <h2>{t(heading)}</h2>
                            <ul>{links.into_iter().map(|link| saved(kind, link, query, counts)).collect_view()}</ul>
                        })
                    };
                    let any = !shared.is_empty() || !mine.is_empty();
                    view! {
                        {part(SHARED, shared)}
                        {part(MY_OWN, mine)}
                        {any.then(|| view! { <a class="quiet" href=format!("/{}/segments", kind.path())>{t(ARRANGE)}</a> })}
                    }
                })}
            </Transition>
            <a class="quiet" href=format!("{own}/new")>{t(NEW_SEGMENT)}</a>
        </nav>
    }
}

fn built_in(
    kind: RecordKind,
    segment: BuiltIn,
    query: Memo<ListQuery>,
    counts: Counts,
) -> impl IntoView {
    let address = ListQuery {
        segment,
        ..ListQuery::default()
    };
    let current = move || query.with(|now| now.segment == segment && now.saved.is_none());
    let key = segment.key().to_owned();
    item(
        address.address(kind),
        t(segment.label(kind)).to_owned(),
        key,
        current,
        counts,
    )
}

fn saved(
    kind: RecordKind,
    link: SegmentLink,
    query: Memo<ListQuery>,
    counts: Counts,
) -> impl IntoView {
    let id = link.id;
    let address = ListQuery {
        saved: Some(id),
        ..ListQuery::default()
    };
    let current = move || query.with(|now| now.saved == Some(id));
    item(
        address.address(kind),
        link.name,
        id.to_string(),
        current,
        counts,
    )
}

fn item(
    address: String,
    name: String,
    key: String,
    current: impl Fn() -> bool + Send + Sync + 'static,
    counts: Counts,
) -> impl IntoView {
    let language = page().language;
    let count = move || {
        let count = counts.with(|counts| counts.get(&key).copied())?;
        Some(if count > COUNTED {
            format!("{}+", language.integer(COUNTED))
        } else {
            language.integer(count)
        })
    };
    view! {
        <li>
            <a href=address aria-current=move || current().then_some("page")><bdi>{name}</bdi></a>
            <span class="count">{count}</span>
        </li>
    }
}
