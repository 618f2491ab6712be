//! A menu that opens from a button: the browser's own popover, so it opens without scripts too.
//! Arrow keys, Home and End go from item to item, as the ARIA pattern "menu button" wants it.

use leptos::{ev::KeyboardEvent, html, prelude::*};

/// The menu of the button whose `popovertarget` is this id; its items have the role `menuitem`.
#[component]
pub fn Menu(id: &'static str, #[prop(into)] label: String, children: Children) -> impl IntoView {
    let menu = NodeRef::<html::Div>::new();
    view! {
        <div id=id class="menu" popover="auto" role="menu" aria-label=label node_ref=menu
            on:keydown=move |event| go(menu, &event)
            // Going to another page leaves the menu behind.
            on:click=move |_| close(menu)>
            {children()}
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn go(menu: NodeRef<html::Div>, event: &KeyboardEvent) {
    use wasm_bindgen::JsCast;
    let Some(menu) = menu.get_untracked() else {
        return;
    };
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else {
        return;
    };
    let items: Vec<web_sys::HtmlElement> = (0..found.length())
        .filter_map(|n| found.get(n)?.dyn_into().ok())
        .collect();
    let focused = document().active_element();
    let at = items
        .iter()
        .position(|item| focused.as_ref() == Some(item.as_ref()));
    let last = items.len().saturating_sub(1);
    let to = match (event.key().as_str(), at) {
        ("ArrowDown", None) | ("Home", _) => 0,
        ("ArrowDown", Some(at)) => {
            if at >= last {
                0
            } else {
                at + 1
            }
        }
        ("ArrowUp", None | Some(0)) | ("End", _) => last,
        ("ArrowUp", Some(at)) => at - 1,
        _ => return,
    };
    event.prevent_default();
    if let Some(item) = items.get(to) {
        // An element that is shown takes the focus.
        let _ = item.focus();
    }
}

#[cfg(not(feature = "hydrate"))]
fn go(_: NodeRef<html::Div>, _: &KeyboardEvent) {}

fn close(menu: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    if let Some(menu) = menu.get_untracked() {
        let _ = menu.hide_popover();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = menu;
}
