//! The page of all notifications: filtered by the address, page after page, and marked as read or unread.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{bell::MarkAll, live::Live, shown::Groups};
use crate::{
    model::{
        AppError, RecordKind,
        lists::encoded,
        notifications::{Event, NotificationPage, NotificationQuery},
    },
    notifications::{
        NOTIFICATIONS,
        api::{self, MarkNotifications},
    },
    texts,
    ui::{
        choice::CheckField,
        empty::Empty,
        field::{Choice, options},
        message::Failed,
        page::{PageTitle, page, t},
        progress,
    },
};

texts! {
    EVENT = "Kind of event" | "Type d’événement" | "Soort gebeurtenis";
    RECORDS = "Records" | "Éléments" | "Records";
    EVERY = "All" | "Tous" | "Alle";
    UNREAD_ONLY = "Unread only" | "Non lues uniquement" | "Alleen ongelezen";
    FILTER = "Filter" | "Filtrer" | "Filteren";
    OLDER = "Older" | "Plus anciennes" | "Oudere";
    NOTHING = "Nothing to tell you here" | "Rien à vous signaler ici" | "Hier valt niets te melden";
    CHOOSE = "Choose what you are told" | "Choisir ce qui vous est signalé" | "Kiezen wat u gemeld krijgt";
}

#[component]
pub fn NotificationsPage() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| {
            let get = |name: &str| params.get(name).unwrap_or_default();
            NotificationQuery {
                event: get("event"),
                kind: get("kind"),
                unread: get("unread"),
                after: get("after"),
            }
        })
    });
    let mark = ServerAction::<MarkNotifications>::new();
    let news = use_context::<Live>().map(|live| live.news);
    let source = move || {
        let news = news.map(|news| news.get());
        (query.get(), news, mark.version().get())
    };
    let loaded = Resource::new(source, |(query, _, _)| api::notifications(query));
    let shown = move |loaded: Result<NotificationPage, AppError>| match loaded {
        Ok(found) => view! { <Found found query=query.get_untracked() mark /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! {
        <PageTitle text=t(NOTIFICATIONS) />
        <div class="page-head">
            <div class="page-title"><h1>{t(NOTIFICATIONS)}</h1></div>
            <div class="actions">
                <a class="button" href="/settings/notifications">{t(CHOOSE)}</a>
                <MarkAll mark />
            </div>
        </div>
        {move || view! { <Filters query=query.get() /> }}
        <Transition set_pending=progress::part()>{move || Suspend::new(async move { shown(loaded.await) })}</Transition>
    }
}

#[component]
fn Filters(query: NotificationQuery) -> impl IntoView {
    let language = page().language;
    let every = |chosen: bool| (String::new(), t(EVERY).to_owned(), chosen);
    let events = Event::ALL.into_iter().map(|event| -> Choice {
        let code = event.code().to_owned();
        let chosen = code == query.event;
        (code, event.label().get(language).to_owned(), chosen)
    });
    let kinds = RecordKind::ALL.into_iter().map(|kind| -> Choice {
        let child = kind.child().to_owned();
        let chosen = child == query.kind;
        (child, t(kind.plural()).to_owned(), chosen)
    });
    let events = std::iter::once(every(query.event.is_empty())).chain(events);
    let kinds = std::iter::once(every(query.kind.is_empty())).chain(kinds);
    view! {
        <form method="get" action="/notifications" class="told-filters">
            <div class="field"><label for="told-event">{t(EVENT)}</label><select id="told-event" name="event">{options(events.collect())}</select></div>
            <div class="field"><label for="told-kind">{t(RECORDS)}</label><select id="told-kind" name="kind">{options(kinds.collect())}</select></div>
            <CheckField id="told-unread" name="unread" value="1" label=t(UNREAD_ONLY) checked=!query.unread.is_empty() />
            <button type="submit" class="button">{t(FILTER)}</button>
        </form>
    }
}

#[component]
fn Found(
    found: NotificationPage,
    query: NotificationQuery,
    mark: ServerAction<MarkNotifications>,
) -> impl IntoView {
    let older = found.next.map(|after| {
        let NotificationQuery {
            event,
            kind,
            unread,
            ..
        } = &query;
        let parts = [
            ("event", event),
            ("kind", kind),
            ("unread", unread),
            ("after", &after),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let parts: Vec<String> = parts
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let address = format!("/notifications?{}", parts.join("&"));
        view! { <nav class="pages"><a class="button" rel="next" href=address>{t(OLDER)}</a></nav> }
    });
    if found.notifications.is_empty() {
        return view! { <Empty text=t(NOTHING) /> }.into_any();
    }
    view! {
        <Groups notifications=found.notifications mark buttons=true />
        {older}
    }
    .into_any()
}
