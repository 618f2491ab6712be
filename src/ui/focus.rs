//! Moving the focus: after what was focused has been replaced, and from one to the next of several.
//! Nothing happens where no such element is.

use leptos::{prelude::*, web_sys::Element};
use leptos_router::hooks::use_location;

use super::listbox::Step;

/// Once another page has come, the focus is at its beginning, unless what was focused is there still.
pub fn follow(coming: Signal<bool>) {
    let location = use_location();
    Effect::new(move |before: Option<(String, bool)>| {
        let now = (location.pathname.get(), coming.get());
        // The address changes before the page does.
        if !now.1 && before.is_some_and(|before| before != now) {
            to_content_if_lost();
        }
        now
    });
}

/// To the page's content, where what was focused goes: in one of the next frames, however long the new page takes to be
/// drawn.
#[cfg(feature = "hydrate")]
pub fn to_content_if_lost() {
    look_again(FRAMES);
}

/// About a second.
#[cfg(feature = "hydrate")]
const FRAMES: u32 = 60;

#[cfg(feature = "hydrate")]
fn look_again(frames: u32) {
    request_animation_frame(move || {
        let lost = document()
            .active_element()
            .is_none_or(|focused| focused.tag_name() == "BODY");
        match document().get_element_by_id("main").filter(|_| lost) {
            Some(main) => take(main),
            None if frames > 0 => look_again(frames - 1),
            None => {}
        }
    });
}

/// A frame for what changes, and one for what that changes.
#[cfg(feature = "hydrate")]
pub(super) fn drawn(act: impl FnOnce() + 'static) {
    request_animation_frame(move || request_animation_frame(act));
}

/// Focuses an element by its id, once what changes now has been drawn.
#[cfg(feature = "hydrate")]
pub fn on(id: String) {
    drawn(move || {
        if let Some(element) = document().get_element_by_id(&id) {
            take(element);
        }
    });
}

/// Goes one step from the focused one of the elements in `within` that `selector` finds, or to the first or last of them.
#[cfg(feature = "hydrate")]
pub fn among(within: &Element, selector: &str, step: Step) {
    use wasm_bindgen::JsCast;

    let Ok(found) = within.query_selector_all(selector) else {
        return;
    };
    let elements: Vec<Element> = (0..found.length())
        .filter_map(|n| found.get(n)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let at = elements
        .iter()
        .position(|element| Some(element) == focused.as_ref());
    let to = step.from(at, elements.len());
    if let Some(element) = to.and_then(|to| elements.into_iter().nth(to)) {
        take(element);
    }
}

#[cfg(feature = "hydrate")]
fn take(element: Element) {
    use wasm_bindgen::JsCast;

    if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
        // An element that is shown takes the focus; where the page is scrolled to is not its business.
        let how = web_sys::FocusOptions::new();
        how.set_prevent_scroll(element.id() == "main");
        let _ = element.focus_with_options(&how);
    }
}

#[cfg(not(feature = "hydrate"))]
pub fn on(_id: String) {}

#[cfg(not(feature = "hydrate"))]
pub fn among(_within: &Element, _selector: &str, _step: Step) {}

#[cfg(not(feature = "hydrate"))]
pub fn to_content_if_lost() {}
