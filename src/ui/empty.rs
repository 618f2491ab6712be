//! What stands where there is nothing: that there is nothing, what to do about it, and the button that does it.

use leptos::prelude::*;

#[component]
pub fn Empty(
    #[prop(into)] text: String,
    /// What to do next, or why there is nothing.
    #[prop(optional, into)]
    hint: String,
    /// The button that does it.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint">{hint}</p> });
    let actions = children.map(|children| view! { <div class="actions">{children()}</div> });
    view! { <div class="empty"><p>{text}</p>{hint}{actions}</div> }
}
