//! Above a list: what narrows it, each with a way back; the search; as of which day and as whom it is looked at.
//! All of them are plain forms and links that keep the rest of the address.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::Form;

use crate::{
    model::{
        AppError, RecordKind,
        lists::{ListPage as Listed, ListQuery, Place},
        segments::Group,
    },
    records::{api::list_count, pages::RESPONSIBLE},
    texts,
    ui::{
        field::options,
        icon::{Glyph, Icon},
        page::{page, t},
    },
};

texts! {
    FIND_IN_LIST = "Find in this list" | "Chercher dans cette liste" | "Zoek in deze lijst";
    FIND = "Find" | "Chercher" | "Zoeken";
    ONE_ACTION = "Only what one action changed" | "Seulement ce qu’une action a modifié" | "Alleen wat één actie heeft gewijzigd";
    CLEAR = "Clear" | "Effacer" | "Wissen";
    FILTER = "Filter" | "Filtrer" | "Filteren";
    FILTERED = "Filter: {n}" | "Filtre : {n}" | "Filter: {n}";
    EDIT_SEGMENT = "Edit segment" | "Modifier le segment" | "Segment bewerken";
    AS_OF = "Who was responsible on …" | "Qui était responsable le …" | "Wie verantwoordelijk was op …";
    DAY = "Day" | "Jour" | "Dag";
    SHOW = "Show" | "Afficher" | "Tonen";
    AS_OF_BANNER = "You see who was responsible at the end of {day}. What else stands here is as it is now." | "Vous voyez qui était responsable à la fin du {day}. Tout le reste est tel qu’il est maintenant." | "U ziet wie op het einde van {day} verantwoordelijk was. Al de rest is zoals het nu is.";
    BACK_TO_NOW = "Back to now" | "Revenir à maintenant" | "Terug naar nu";
    LOOK_AS = "Look as" | "Voir en tant que" | "Kijken als";
    MYSELF = "Myself" | "Moi-même" | "Mezelf";
    LOOKING_AS = "“Me” is {name} here. You see what you may see." | "« Moi » est ici {name}. Vous voyez ce que vous pouvez voir." | "“Ik” is hier {name}. U ziet wat u mag zien.";
    BROKEN = "This segment shows nothing, since a part of its filter does not exist any more:" | "Ce segment n’affiche rien, car une partie de son filtre n’existe plus :" | "Dit segment toont niets, want een deel van zijn filter bestaat niet meer:";
    COUNTING = "Count them" | "Les compter" | "Tellen";
    CONDITION = "Condition {n}: {why}" | "Condition {n} : {why}" | "Voorwaarde {n}: {why}";
    REPAIR = "Repair the filter" | "Réparer le filtre" | "De filter herstellen";
}

/// Where the filter of a list is built, with what it is now.
pub fn builder_address(kind: RecordKind, query: &ListQuery) -> String {
    let list = ListQuery {
        saved: None,
        page: Place::First,
        ..query.clone()
    }
    .address(kind);
    let rest = list.split_once('?').map(|(_, rest)| format!("?{rest}"));
    let builder = match query.saved {
        Some(id) => format!("/{}/segments/{id}", kind.path()),
        None => format!("/{}/segments/new", kind.path()),
    };
    builder + &rest.unwrap_or_default()
}

/// The same list without something of it, from its first page.
fn without(kind: RecordKind, query: &ListQuery, change: fn(&mut ListQuery)) -> String {
    let mut query = query.clone();
    change(&mut query);
    query.page = Place::First;
    query.address(kind)
}

/// What a plain form sends along to come back to the same list; without what it asks for itself, and from the first page.
fn kept(query: &ListQuery, asked: &'static str) -> impl IntoView + use<> {
    let query = ListQuery {
        page: Place::First,
        ..query.clone()
    };
    let rest = query
        .parameters()
        .into_iter()
        .filter(|(name, _)| *name != asked);
    rest.map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
}

#[component]
pub fn Tools(kind: RecordKind, query: ListQuery, total: Option<i64>) -> impl IntoView {
    let action = format!("/{}", kind.path());
    let found = !query.q.is_empty();
    let label = if query.saved.is_some() {
        EDIT_SEGMENT
    } else {
        FILTER
    };
    let cleared = without(kind, &query, |query| query.q.clear());
    let builder = builder_address(kind, &query);
    let typed = query.q.clone();
    let (with_search, with_day) = (kept(&query, "q"), kept(&query, "asof"));
    view! {
        <div class="list-tools">
            <Form method="GET" action=action.clone() attr:class="list-search" attr:role="search" attr:aria-label=t(FIND_IN_LIST)>
                <input type="search" name="q" value=typed aria-label=t(FIND_IN_LIST) placeholder=t(FIND_IN_LIST) />
                {with_search}
                <button type="submit" class="button">{t(FIND)}</button>
                {found.then(|| view! { <a class="button quiet" href=cleared>{t(CLEAR)}</a> })}
            </Form>
            <a class="button quiet" href=builder>{t(label)}</a>
            <details class="as-of">
                <summary>{t(AS_OF)}</summary>
                <Form method="GET" action=action attr:class="inline-form">
                    <label for="as-of">{t(DAY)}</label>
                    <input id="as-of" type="date" name="asof" value=query.as_of.map(|day| day.to_string()) />
                    {with_day}
                    <button type="submit" class="button">{t(SHOW)}</button>
                </Form>
            </details>
            <Count kind query total />
        </div>
    }
}

/// How many records there are. Where the page did not wait for that, scripts ask for it, and without them a link does.
#[component]
fn Count(kind: RecordKind, query: ListQuery, total: Option<i64>) -> impl IntoView {
    let language = page().language;
    let known = total.map(|total| kind.count(language, total));
    let now = ListQuery {
        counted: true,
        ..query.clone()
    }
    .address(kind);
    let counted = counting(kind, query, total);
    let said = move || match (&known, counted.get()) {
        (Some(known), _) => known.clone().into_any(),
        (None, Some(Ok(count))) => kind.count(language, count).into_any(),
        (None, Some(Err(error))) => error.text(language).into_any(),
        (None, None) => view! { <a href=now.clone()>{t(COUNTING)}</a> }.into_any(),
    };
    view! { <p class="count" role="status">{said}</p> }
}

/// Asks for the count of a list that did not wait for it, once the page is there.
pub fn counting(
    kind: RecordKind,
    query: ListQuery,
    total: Option<i64>,
) -> RwSignal<Option<Result<i64, AppError>>> {
    let counted = RwSignal::new(None);
    if total.is_none() {
        Effect::new(move |_| {
            let query = query.clone();
            spawn_local(async move {
                let count = list_count(kind, query).await;
                // The page may be gone.
                counted.try_set(Some(count));
            });
        });
    }
    counted
}

/// What else the list is narrowed by, what is special about it, and what is broken.
pub fn narrowing(kind: RecordKind, query: &ListQuery, list: &Listed) -> impl IntoView + use<> {
    let language = page().language;
    let user = list.responsible.as_ref().map(|name| {
        let text = format!("{}: {name}", t(RESPONSIBLE));
        (text, without(kind, query, |query| query.responsible = None))
    });
    let need = query.needs.map(|need| {
        (
            t(need.label()).to_owned(),
            without(kind, query, |query| query.needs = None),
        )
    });
    let filter = query.filter.as_ref().map(|filter| {
        (
            filtered(&filter.0),
            without(kind, query, |query| query.filter = None),
        )
    });
    let action = query.action.map(|_| {
        let without = without(kind, query, |query| query.action = None);
        (t(ONE_ACTION).to_owned(), without)
    });
    let statistic = query.statistic.map(|statistic| {
        let name = list.counted_under.as_deref().unwrap_or_default();
        let without = without(kind, query, |query| query.statistic = None);
        (statistic.text(language, name), without)
    });
    let chip = |(text, address): (String, String)| {
        let label = format!("{}: {text}", t(CLEAR));
        view! { <li><bdi>{text}</bdi><a href=address aria-label=label><Icon glyph=Glyph::Close /></a></li> }
    };
    let chips: Vec<_> = user
        .into_iter()
        .chain(need)
        .chain(filter)
        .chain(action)
        .chain(statistic)
        .map(chip)
        .collect();
    let as_of = query.as_of.map(|day| {
        let text = AS_OF_BANNER.with(language, &[("day", &language.date(day))]);
        let back = without(kind, query, |query| query.as_of = None);
        view! { <p class="banner" role="note">{text}" "<a href=back>{t(BACK_TO_NOW)}</a></p> }
    });
    view! {
        {(!chips.is_empty()).then(|| view! { <ul class="chips">{chips}</ul> })}
        {as_of}
        {look_as(kind, query, list)}
        {broken(kind, query, list)}
    }
}

fn filtered(group: &Group) -> String {
    let language = page().language;
    let n = i64::try_from(group.conditions().len()).unwrap_or_default();
    FILTERED.with(language, &[("n", &language.integer(n))])
}

/// For a list that depends on who looks: as whom of one's colleagues.
fn look_as(kind: RecordKind, query: &ListQuery, list: &Listed) -> Option<impl IntoView + use<>> {
    if list.lookers.is_empty() {
        return None;
    }
    let language = page().language;
    let chosen = list
        .lookers
        .iter()
        .find(|one| Some(one.id) == query.as_whom);
    let banner = chosen.map(|one| {
        let text = LOOKING_AS.with(language, &[("name", &one.full_name)]);
        view! { <p class="banner" role="note">{text}</p> }
    });
    let myself = (String::new(), t(MYSELF).to_owned(), chosen.is_none());
    let others = list.lookers.iter().map(|one| {
        let is = Some(one.id) == query.as_whom;
        (one.id.to_string(), one.full_name.clone(), is)
    });
    let choices = std::iter::once(myself).chain(others).collect();
    let rest = kept(query, "as");
    Some(view! {
        <Form method="GET" action=format!("/{}", kind.path()) attr:class="inline-form look-as">
            <label for="look-as">{t(LOOK_AS)}</label>
            <select id="look-as" name="as">{options(choices)}</select>
            {rest}
            <button type="submit" class="button">{t(SHOW)}</button>
        </Form>
        {banner}
    })
}

fn broken(kind: RecordKind, query: &ListQuery, list: &Listed) -> Option<impl IntoView + use<>> {
    if list.broken.is_empty() {
        return None;
    }
    let language = page().language;
    let line = |one: &crate::model::segments::Broken| {
        let why = one.why.text(language);
        let text = match one.condition {
            0 => why,
            n => CONDITION.with(language, &[("n", &n.to_string()), ("why", &why)]),
        };
        view! { <li>{text}</li> }
    };
    let lines: Vec<_> = list.broken.iter().map(line).collect();
    Some(view! {
        <div class="message error" role="alert">
            <p>{t(BROKEN)}</p>
            <ul>{lines}</ul>
            <p><a href=builder_address(kind, query)>{t(REPAIR)}</a></p>
        </div>
    })
}
