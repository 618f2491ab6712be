//! The bell above every page: how many notifications are unread, as it is now, and the latest of them where one opens it.
//! Without scripts it leads to the page of all of them.

use leptos::prelude::*;

use super::{live::Live, shown::Groups};
use crate::{
    model::{
        AppError, Text,
        language::Plural,
        notifications::{COUNTED, Notification, NotificationPage, NotificationQuery},
    },
    notifications::{
        NOTIFICATIONS,
        api::{self, MarkNotifications},
    },
    texts,
    ui::{
        icon::{Glyph, Icon},
        message::Failed,
        page::{page, t},
    },
};

texts! {
    ALL = "All notifications" | "Toutes les notifications" | "Alle meldingen";
    MARK_ALL = "Mark all as read" | "Tout marquer comme lu" | "Alles als gelezen markeren";
    NONE = "No notifications yet" | "Aucune notification pour l’instant" | "Nog geen meldingen";
    LOADING = "Loading…" | "Chargement…" | "Laden…";
}

const N_UNREAD: Plural = Plural {
    one: Text::new(
        "Notifications, {n} unread",
        "Notifications, {n} non lue",
        "Meldingen, {n} ongelezen",
    ),
    other: Text::new(
        "Notifications, {n} unread",
        "Notifications, {n} non lues",
        "Meldingen, {n} ongelezen",
    ),
};

/// The panel shows so many.
const LATEST: usize = 10;

fn counted(unread: i64) -> String {
    if unread >= COUNTED {
        format!("{}+", COUNTED - 1)
    } else {
        unread.to_string()
    }
}

#[component]
pub fn Bell() -> impl IntoView {
    let live = Live::provide();
    let first = Resource::new(|| (), |()| api::unread());
    let opened = RwSignal::new(false);
    view! {
        <div class="bell">
            // The page does not wait for a number to be shown; where it cannot be had there is the bell.
            <Suspense fallback=move || view! { <Button live first=0 /> }>
                {move || Suspend::new(async move {
                    let first = first.await.unwrap_or_default();
                    view! { <Button live first /> }
                })}
            </Suspense>
            <div id="bell" class="bell-panel" popover="auto" role="dialog" aria-label=t(NOTIFICATIONS)
                on:toggle=move |event| opened.set(is_open(&event))>
                <Panel live opened />
            </div>
        </div>
    }
}

#[component]
fn Button(live: Live, first: i64) -> impl IntoView {
    let language = page().language;
    let unread = Memo::new(move |_| live.unread.get().unwrap_or(first));
    let label = move || {
        let n = unread.get();
        if n >= COUNTED {
            N_UNREAD.other.with(language, &[("n", &counted(n))])
        } else {
            N_UNREAD.of(language, n)
        }
    };
    view! {
        <button type="button" class="bell-button" popovertarget="bell" aria-label=label>
            <Icon glyph=Glyph::Bell />
            {move || (unread.get() > 0).then(|| view! { <span class="bell-count" aria-hidden="true">{counted(unread.get())}</span> })}
        </button>
    }
}

fn is_open(event: &leptos::ev::Event) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        event
            .dyn_ref::<web_sys::ToggleEvent>()
            .is_some_and(|event| event.new_state() == "open")
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

#[component]
fn Panel(live: Live, opened: RwSignal<bool>) -> impl IntoView {
    let mark = ServerAction::<MarkNotifications>::new();
    let loaded = RwSignal::new(None::<Result<NotificationPage, AppError>>);
    // While it is open it follows what comes in; closed it costs nothing.
    Effect::new(move |_| {
        let _ = (live.news.get(), mark.version().get());
        if opened.get() {
            leptos::task::spawn_local(async move {
                let page = api::notifications(NotificationQuery::default()).await;
                if let Ok(page) = &page {
                    live.unread.set(Some(page.unread));
                }
                loaded.set(Some(page));
            });
        }
    });
    let list = move || match loaded.get() {
        None => opened
            .get()
            .then(|| view! { <p class="muted">{t(LOADING)}</p> })
            .into_any(),
        Some(Err(error)) => view! { <Failed error /> }.into_any(),
        Some(Ok(page)) if page.notifications.is_empty() => {
            view! { <p class="muted">{t(NONE)}</p> }.into_any()
        }
        Some(Ok(page)) => {
            let latest: Vec<Notification> = page.notifications.into_iter().take(LATEST).collect();
            view! { <Groups notifications=latest mark /> }.into_any()
        }
    };
    view! {
        <div class="bell-head">
            <h2>{t(NOTIFICATIONS)}</h2>
            <MarkAll mark />
        </div>
        // Going to another page leaves the panel behind.
        <div on:click=move |event| if is_link(&event) { close() }>
            <div class="bell-list">{list}</div>
            <p class="bell-foot"><a href="/notifications">{t(ALL)}</a></p>
        </div>
    }
}

/// Marks all of one's notifications as read.
#[component]
pub fn MarkAll(mark: ServerAction<MarkNotifications>) -> impl IntoView {
    view! {
        <ActionForm action=mark>
            <input type="hidden" name="ids" value="all" />
            <input type="hidden" name="read" value="true" />
            <button type="submit" class="button small">{t(MARK_ALL)}</button>
        </ActionForm>
    }
}

/// Whether a click was one on a link.
fn is_link(event: &leptos::ev::MouseEvent) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        target.is_some_and(|target| matches!(target.closest("a"), Ok(Some(_))))
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

fn close() {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let panel = document().get_element_by_id("bell");
        if let Some(panel) = panel.and_then(|panel| panel.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = panel.hide_popover();
        }
    }
}
