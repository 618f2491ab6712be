//! Long work that the server does in the background, as a page shows it: how far it is, followed live where there are scripts,
//! and the buttons that go on with it or undo it.

use std::time::Duration;

use leptos::prelude::*;

use super::page::{page, t};
use crate::{model::AppError, texts};

texts! {
    PROGRESS = "Progress" | "Avancement" | "Voortgang";
    RELOAD = "Reload" | "Actualiser" | "Vernieuwen";
}

/// Asks every second how far it is, as long as it runs, and tells when it is over.
pub fn follow<P, A>(
    now: RwSignal<P>,
    is_running: fn(&P) -> bool,
    ask: impl Fn() -> A + Copy + 'static,
    over: Callback<()>,
) where
    P: Send + Sync + 'static,
    A: Future<Output = Result<P, AppError>> + 'static,
{
    Effect::new(move |_| {
        if !now.with_untracked(is_running) {
            return;
        }
        let asked = StoredValue::new(false);
        let again = move || {
            if asked.get_value() {
                return;
            }
            asked.set_value(true);
            leptos::task::spawn_local(async move {
                if let Ok(next) = ask().await {
                    let running = is_running(&next);
                    let _ = now.try_set(next);
                    if !running {
                        over.run(());
                        return;
                    }
                }
                let _ = asked.try_set_value(false);
            });
        };
        if let Ok(every) = set_interval_with_handle(again, Duration::from_secs(1)) {
            on_cleanup(move || every.clear());
        }
    });
}

/// How much is done, of how much; nothing where it does not run.
#[component]
pub fn TaskBar(
    #[prop(into)] running: Signal<Option<(i64, i64)>>,
    /// The page itself: without scripts nothing else shows how far it is by now.
    #[prop(into)]
    address: String,
) -> impl IntoView {
    let page = page();
    let bar = move || {
        running.get().map(|(done, of)| {
            let address = address.clone();
            view! {
                <progress aria-label=t(PROGRESS) value=done.to_string() max=of.max(1).to_string()></progress>
                {(!page.hydrated()).then(|| view! { <p><a class="button" href=address rel="external">{t(RELOAD)}</a></p> })}
            }
        })
    };
    view! { <div class="bar">{bar}</div> }
}

/// A form that is but a button.
#[component]
pub fn TaskButton(
    action: &'static str,
    /// What the server function calls the id of the work.
    name: &'static str,
    #[prop(into)] id: String,
    class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action class="inline">
            <input type="hidden" name=name value=id />
            <button type="submit" class=class>{children()}</button>
        </form>
    }
}

/// A button that opens what is to be read once more before anything goes, with the button that does it.
#[component]
pub fn AskFirst(
    #[prop(into)] label: String,
    #[prop(into)] text: String,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="ask">
            <summary class="button">{label}</summary>
            <div class="message warning"><p>{text}</p>{children()}</div>
        </details>
    }
}
