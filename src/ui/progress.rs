//! A thin line at the top of the window while what was asked for is on its way. The page that is there stays until then;
//! the style sheet lets the line appear only once it has taken a while.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::page::t;
use crate::texts;

texts! {
    LOADING = "Loading" | "Chargement" | "Laden";
}

/// What is on its way, as a context.
#[derive(Clone, Copy)]
pub struct Progress {
    /// Another page: for the router.
    pub page: RwSignal<bool>,
    /// Something on this page: for its `Transition`.
    pub part: RwSignal<bool>,
}

impl Progress {
    /// Makes it the context of everything below.
    pub fn provide() -> Self {
        let progress = Self {
            page: RwSignal::new(false),
            part: RwSignal::new(false),
        };
        provide_context(progress);
        progress
    }
}

/// For the `set_pending` of a `Transition`.
pub fn part() -> SignalSetter<bool> {
    expect_context::<Progress>().part.into()
}

#[component]
pub fn ProgressLine() -> impl IntoView {
    let Progress { page, part } = expect_context();
    let location = use_location();
    Effect::new(move |_| {
        // What was on its way for the page before is not waited for any more.
        location.pathname.track();
        part.set(false);
    });
    view! { <div class="progress" role="progressbar" aria-label=t(LOADING) hidden=move || !page.get() && !part.get()></div> }
}
