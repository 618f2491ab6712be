//! Toasts: that something is done, said in a corner where it covers nothing that one works with, for a while or until
//! dismissed. On a page that follows a plain form it stands in the page until scripts run.

use std::time::Duration;

use leptos::{children::ViewFn, prelude::*};

use super::{
    icon::{Glyph, Icon},
    page::t,
    pause::Pause,
};
use crate::texts;

texts! {
    DISMISS = "Dismiss" | "Fermer" | "Sluiten";
}

/// Long enough to read it; one that offers something stays longer.
const SHOWN: Duration = Duration::from_secs(8);
const OFFERED: Duration = Duration::from_secs(30);

#[derive(Clone)]
struct Said {
    id: usize,
    text: String,
    action: Option<ViewFn>,
}

/// Those in sight, as a context; the newest is the last.
#[derive(Clone, Copy)]
pub struct Toasts {
    said: RwSignal<Vec<Said>>,
    next: StoredValue<usize>,
}

impl Toasts {
    /// Makes them the context of everything below.
    pub fn provide() {
        provide_context(Self {
            said: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        });
    }

    pub fn say(self, text: impl Into<String>) {
        self.add(text.into(), None);
    }

    fn add(self, text: String, action: Option<ViewFn>) {
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.said
            .update(|said| said.push(Said { id, text, action }));
    }

    fn dismiss(self, id: usize) {
        self.said.update(|said| said.retain(|one| one.id != id));
    }
}

pub fn toasts() -> Toasts {
    expect_context()
}

/// Where they show.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = toasts();
    view! {
        <div class="toasts" aria-live="polite">
            <For each=move || toasts.said.get() key=|said| said.id let:said><One said /></For>
        </div>
    }
}

#[component]
fn One(said: Said) -> impl IntoView {
    let toasts = toasts();
    let Said { id, text, action } = said;
    let shown = if action.is_some() { OFFERED } else { SHOWN };
    // Nobody reads it to its end, or reaches for it, in vain.
    let held = RwSignal::new(false);
    let pause = Pause::new();
    Effect::new(move |_| {
        if held.get() {
            pause.cancel();
        } else {
            pause.then(shown, move || toasts.dismiss(id));
        }
    });
    view! {
        <div class="toast" on:pointerenter=move |_| held.set(true) on:pointerleave=move |_| held.set(false)
            on:focusin=move |_| held.set(true) on:focusout=move |_| held.set(false)>
            <p role="status" dir="auto">{text}</p>
            {action.map(|action| action.run())}
            <button type="button" class="dismiss" aria-label=t(DISMISS) on:click=move |_| toasts.dismiss(id)><Icon glyph=Glyph::Close /></button>
        </div>
    }
}

/// Says on a page that something was done before it.
#[component]
pub fn Toast(
    #[prop(into)] text: String,
    /// What can be done about it.
    #[prop(optional, into)]
    action: Option<ViewFn>,
) -> impl IntoView {
    let toasts = toasts();
    let here = RwSignal::new(true);
    let said = StoredValue::new((text, action));
    // To the others, so that they stack, and a screen reader hears of it.
    Effect::new(move |_| {
        let (text, action) = said.get_value();
        here.set(false);
        toasts.add(text, action);
    });
    let standing = move || {
        let (text, action) = said.get_value();
        view! { <div class="toast"><p role="status" dir="auto">{text}</p>{action.map(|action| action.run())}</div> }
    };
    view! { <div class="toasts in-page">{move || here.get().then(standing)}</div> }
}
