//! The frame of pages that are open to everybody: a card in the middle of an empty page.
//! Who is signed in has the frame of all pages around it instead, where such a page is for him too.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The frame of the pages before the sign-in.
#[component]
pub fn Outside(#[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <main class="auth" id="main" tabindex="-1">
            <div class="auth-card">
                <p class="brand"><Icon glyph=Glyph::Mark /><span>"Steward"</span></p>
                <h1>{title}</h1>
                {children()}
            </div>
        </main>
    }
}
