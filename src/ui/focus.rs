//! Moving the focus: after what was focused has been replaced, and from one to the next of several.
//! Nothing happens where no such element is.

use leptos::web_sys::Element;

use super::listbox::Step;

/// Focuses an element by its id, once what changes now has been drawn.
#[cfg(feature = "hydrate")]
pub fn on(id: String) {
    use leptos::prelude::{document, request_animation_frame};

    // A frame for what changes, and one for what that changes.
    request_animation_frame(move || {
        request_animation_frame(move || {
            if let Some(element) = document().get_element_by_id(&id) {
                take(element);
            }
        });
    });
}

/// Goes one step from the focused one of the elements in `within` that `selector` finds, or to the first or last of them.
#[cfg(feature = "hydrate")]
pub fn among(within: &Element, selector: &str, step: Step) {
    use leptos::prelude::document;
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
    use leptos::web_sys::HtmlElement;
    use wasm_bindgen::JsCast;

    if let Ok(element) = element.dyn_into::<HtmlElement>() {
        // An element that is shown takes the focus.
        let _ = element.focus();
    }
}

#[cfg(not(feature = "hydrate"))]
pub fn on(_id: String) {}

#[cfg(not(feature = "hydrate"))]
pub fn among(_within: &Element, _selector: &str, _step: Step) {}
