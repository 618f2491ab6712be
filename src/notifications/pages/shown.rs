//! Notifications by record, as the bell and their page show them.
//! The newest stand first; what belongs to one record stands together.

use leptos::prelude::*;
use uuid::Uuid;

use crate::{
    model::notifications::{About, Notification, by_record},
    notifications::api::MarkNotifications,
    texts,
    ui::page::{page, t},
};

texts! {
    UNREAD = "unread" | "non lue" | "ongelezen";
    MARK_READ = "Mark as read" | "Marquer comme lu" | "Als gelezen markeren";
    MARK_UNREAD = "Mark as unread" | "Marquer comme non lu" | "Als ongelezen markeren";
    MARK_READ_OF = "Mark as read: {name}" | "Marquer comme lu : {name}" | "Als gelezen markeren: {name}";
    MARK_UNREAD_OF = "Mark as unread: {name}" | "Marquer comme non lu : {name}" | "Als ongelezen markeren: {name}";
    SHOW = "Show them" | "Les afficher" | "Tonen";
}

/// A list of them; `mark` marks some as read or unread without leaving the page.
#[component]
pub fn Groups(
    notifications: Vec<Notification>,
    mark: ServerAction<MarkNotifications>,
    /// With the buttons that mark a group.
    #[prop(optional)]
    buttons: bool,
) -> impl IntoView {
    let groups = by_record(notifications).into_iter();
    view! {
        <ul class="told">
            {groups.map(|group| view! { <li>{shown(group, mark, buttons)}</li> }).collect_view()}
        </ul>
    }
}

fn ids(all: &[Notification], read: bool) -> Vec<Uuid> {
    all.iter()
        .filter(|one| one.read == read)
        .map(|one| one.id)
        .collect()
}

fn joined(ids: &[Uuid]) -> String {
    ids.iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(",")
}

fn shown(
    group: Vec<Notification>,
    mark: ServerAction<MarkNotifications>,
    buttons: bool,
) -> AnyView {
    let unread = ids(&group, false);
    let name = group.first().and_then(|one| match &one.about {
        About::Record { kind, name, .. } => Some((*kind, name.clone())),
        _ => None,
    });
    let called = match (&name, group.first()) {
        (Some((_, name)), _) => name.clone(),
        (None, Some(one)) => one.lines(page().language).join("; "),
        (None, None) => String::new(),
    };
    let address = group.first().and_then(Notification::address);
    let opened = StoredValue::new(unread.clone());
    // Who opens it has read it.
    let open = move |_| {
        let ids = opened.get_value();
        if !ids.is_empty() {
            mark.dispatch(MarkNotifications {
                ids: joined(&ids),
                read: true,
            });
        }
    };
    let head = name.map(|(kind, name)| {
        view! {
            <p class="told-record">
                <a href=address.clone() on:click=open><bdi>{name}</bdi></a>
                " "<span class="muted">{t(kind.singular())}</span>
            </p>
        }
    });
    let is_headed = head.is_some();
    let lines = group
        .iter()
        .cloned()
        .map(|one| lines(one, is_headed, open))
        .collect_view();
    let buttons = buttons.then(|| {
        let (some, read, label, of) = if unread.is_empty() {
            (ids(&group, true), false, MARK_UNREAD, MARK_UNREAD_OF)
        } else {
            (unread.clone(), true, MARK_READ, MARK_READ_OF)
        };
        let of = of.with(page().language, &[("name", &called)]);
        view! {
            <ActionForm action=mark>
                <input type="hidden" name="ids" value=joined(&some) />
                <input type="hidden" name="read" value=read.to_string() />
                <button type="submit" class="button small" aria-label=of>{t(label)}</button>
            </ActionForm>
        }
    });
    view! {
        <article class="told-group" class:unread=!unread.is_empty()>
            <div class="told-what">{head}<ul class="told-lines">{lines}</ul></div>
            {buttons}
        </article>
    }
    .into_any()
}

fn lines(
    one: Notification,
    headed: bool,
    open: impl Fn(leptos::ev::MouseEvent) + Copy + 'static,
) -> impl IntoView {
    let language = page().language;
    let stands_in = one
        .stands_in(language)
        .map(|text| view! { " "<span class="tag">{text}</span> });
    let changes = match &one.about {
        About::Record { kind, entries, .. } => entries
            .iter()
            .flat_map(|entry| entry.changes(*kind, language))
            .collect(),
        _ => Vec::new(),
    };
    let changes = (!changes.is_empty()).then(|| {
        let items = changes
            .into_iter()
            .map(|change| view! { <li dir="auto">{change}</li> });
        view! { <ul class="changes">{items.collect_view()}</ul> }
    });
    let link = one.address().filter(|_| !headed).map(|address| {
        view! { " "<a href=address on:click=open>{t(SHOW)}</a> }
    });
    let mark = (!one.read)
        .then(|| view! { <span class="visually-hidden">{format!(" ({})", t(UNREAD))}</span> });
    let texts = one.lines(language).into_iter();
    let texts = texts
        .map(|text| view! { <p class="what" dir="auto">{text}</p> })
        .collect_view();
    view! {
        <li class:unread=!one.read>
            {texts}
            {changes}
            <p class="when">{language.moment(one.at)}{mark}{stands_in}{link}</p>
        </li>
    }
}
