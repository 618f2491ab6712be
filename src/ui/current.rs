//! A navigation that scrolls sideways on a narrow screen shows the page that one is on.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Of all navigations, now and with every page that comes.
pub fn keep_in_sight(coming: Signal<bool>) {
    let location = use_location();
    Effect::new(move |_| {
        location.pathname.track();
        location.search.track();
        if !coming.get() {
            reveal();
        }
    });
}

#[cfg(feature = "hydrate")]
fn reveal() {
    use wasm_bindgen::JsCast;

    super::focus::drawn(|| {
        let Ok(found) = document().query_selector_all("nav [aria-current=page]") else {
            return;
        };
        for link in (0..found.length()).filter_map(|n| found.get(n)) {
            let Ok(link) = link.dyn_into::<web_sys::Element>() else {
                continue;
            };
            let Ok(Some(nav)) = link.closest("nav") else {
                continue;
            };
            let (here, frame) = (
                link.get_bounding_client_rect(),
                nav.get_bounding_client_rect(),
            );
            if here.left() < frame.left() || here.right() > frame.right() {
                let to_middle = here.left() - frame.left() - (frame.width() - here.width()) / 2.0;
                nav.set_scroll_left(nav.scroll_left() + to_middle as i32);
            }
        }
    });
}

#[cfg(not(feature = "hydrate"))]
fn reveal() {}
