//! News as it comes: one stream for all tabs of a browser, which one of them holds and tells the others of. Where no stream can be
//! had, the number is asked for every half a minute.

use leptos::prelude::*;

/// How many notifications are unread, once somebody has said so; and a count of the times that he did.
#[derive(Clone, Copy)]
pub struct Live {
    pub unread: RwSignal<Option<i64>>,
    pub news: RwSignal<u64>,
}

impl Live {
    /// Makes it the context of everything below, and listens from when the page is interactive.
    pub fn provide() -> Self {
        let live = Self {
            unread: RwSignal::new(None),
            news: RwSignal::new(0),
        };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| browser::follow(live));
        live
    }

    pub fn tell(self, unread: i64) {
        self.unread.set(Some(unread));
        self.news.update(|n| *n += 1);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::Cell, rc::Rc, time::Duration};

    use js_sys::{Function, Promise, Reflect};
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};
    use web_sys::{BroadcastChannel, EventSource, MessageEvent};

    use super::Live;
    use crate::{notifications::api, ui::page::page};

    const POLL: Duration = Duration::from_secs(30);

    /// Listens for as long as the tab lives.
    pub fn follow(live: Live) {
        let Some(me) = page().me() else {
            return;
        };
        // Of the next person who signs in here another tab may know before this one does.
        let name = format!("steward-live-{}", me.user);
        let channel = BroadcastChannel::new(&name).ok();
        if let Some(channel) = &channel {
            let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(n) = event.data().as_f64() {
                    live.tell(n as i64);
                }
            });
            channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            heard.forget();
        }
        let user = me.user.to_string();
        let lead = move || open(live, user.clone(), channel.clone());
        if !request_lock(&name, lead.clone()) {
            lead();
        }
    }

    /// Asks for the lock that one tab holds as long as it lives; whether the browser has locks.
    fn request_lock(name: &str, lead: impl Fn() + 'static) -> bool {
        let locks =
            Reflect::get(&window().navigator(), &"locks".into()).unwrap_or(JsValue::UNDEFINED);
        let request = Reflect::get(&locks, &"request".into()).unwrap_or(JsValue::UNDEFINED);
        let Ok(request) = request.dyn_into::<Function>() else {
            return false;
        };
        let held = Closure::<dyn FnMut(JsValue) -> Promise>::new(move |_| {
            lead();
            // Never kept: the lock is given back when the tab is gone.
            Promise::new(&mut |_, _| {})
        });
        let asked = request.call2(&locks, &name.into(), held.as_ref()).is_ok();
        held.forget();
        asked
    }

    fn open(live: Live, user: String, channel: Option<BroadcastChannel>) {
        let told = move |n: i64| {
            live.tell(n);
            if let Some(channel) = &channel {
                let _ = channel.post_message(&JsValue::from_f64(n as f64));
            }
        };
        let Ok(stream) = EventSource::new("/live") else {
            return poll(told, None);
        };
        let said = told.clone();
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            if let Some((of, n)) = text.split_once(' ')
                && of == user
                && let Ok(n) = n.parse()
            {
                said(n);
            }
        });
        stream.set_onmessage(Some(message.as_ref().unchecked_ref()));
        message.forget();
        poll(told, Some(stream));
    }

    /// Asks from time to time, while there is no stream or it is broken for good.
    fn poll(told: impl Fn(i64) + Clone + 'static, stream: Option<EventSource>) {
        let asking = Rc::new(Cell::new(false));
        set_interval(
            move || {
                let works = stream
                    .as_ref()
                    .is_some_and(|stream| stream.ready_state() != EventSource::CLOSED);
                if works || asking.replace(true) {
                    return;
                }
                let (told, asking) = (told.clone(), asking.clone());
                leptos::task::spawn_local(async move {
                    if let Ok(n) = api::unread().await {
                        told(n);
                    }
                    asking.set(false);
                });
            },
            POLL,
        );
    }
}
