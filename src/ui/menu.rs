//! A menu that opens from a button: the browser's own popover, so it opens without scripts too.
//! Arrow keys, Home and End go from item to item, as the ARIA pattern "menu button" wants it.

use leptos::{ev::KeyboardEvent, html, prelude::*};

use super::{focus, listbox::Step};

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

fn go(menu: NodeRef<html::Div>, event: &KeyboardEvent) {
    let Some(step) = Step::of(&event.key()) else {
        return;
    };
    event.prevent_default();
    if let Some(menu) = menu.get_untracked() {
        focus::among(&menu, "[role=menuitem]", step);
    }
}

fn close(menu: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    if let Some(menu) = menu.get_untracked() {
        let _ = menu.hide_popover();
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = menu;
}
