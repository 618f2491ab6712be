//! Moving the focus after what was focused has been replaced.
//! Nothing happens where no such element comes.

/// Focuses an element by its id, once what changes now has been drawn.
#[cfg(feature = "hydrate")]
pub fn on(id: String) {
    use leptos::prelude::{document, request_animation_frame};
    use wasm_bindgen::JsCast;

    // A frame for what changes, and one for what that changes.
    request_animation_frame(move || {
        request_animation_frame(move || {
            let element = document().get_element_by_id(&id);
            if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = element.focus();
            }
        });
    });
}

#[cfg(not(feature = "hydrate"))]
pub fn on(_id: String) {}
