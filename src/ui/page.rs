//! What every widget may ask: the reader's language, who he is, and the form that came back.
//! Set once when a page is opened; another language or another person means a new page.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

use crate::model::{
    AppError, Language, Me, Operator, Text,
    forms::{PageContext, Returned},
};

/// The page's own knowledge, as a context.
#[derive(Clone, Copy)]
pub struct Page {
    pub language: Language,
    pub demo: bool,
    me: StoredValue<Option<Me>>,
    operator: StoredValue<Option<Operator>>,
    returned: RwSignal<Option<Returned>>,
    hydrated: RwSignal<bool>,
}

impl Page {
    /// Makes it the context of everything below.
    pub fn provide(context: PageContext) -> Self {
        let hydrated = RwSignal::new(false);
        // Effects run in the browser only, after hydration: until then both sides show the same.
        Effect::new(move |_| {
            hydrated.set(true);
            mark_hydrated();
        });
        let page = Self {
            language: context.language,
            demo: context.demo,
            me: StoredValue::new(context.me),
            operator: StoredValue::new(context.operator),
            returned: RwSignal::new(context.returned),
            hydrated,
        };
        provide_context(page);
        page
    }

    /// A form that came back belongs to the page that it came back to, and to no other.
    pub fn forget_returned_elsewhere(self) {
        let location = use_location();
        Effect::new(move |before: Option<String>| {
            let now = location.pathname.get();
            if before.is_some_and(|before| before != now) {
                self.returned.set(None);
            }
            now
        });
    }

    pub fn me(self) -> Option<Me> {
        self.me.get_value()
    }

    /// Staff of the service in front of the page, instead of a user.
    pub fn operator(self) -> Option<Operator> {
        self.operator.get_value()
    }

    /// The answer to a plain post of the form with this action and these hidden inputs.
    pub fn returned(self, action: &str, hidden: &[(&str, &str)]) -> Option<Returned> {
        self.returned
            .get_untracked()
            .filter(|returned| returned.is_for(action, hidden))
    }

    /// Whether widgets may show what works with scripts only.
    pub fn hydrated(self) -> bool {
        self.hydrated.get()
    }

    /// The same, for what is asked once.
    pub fn hydrated_untracked(self) -> bool {
        self.hydrated.get_untracked()
    }
}

fn mark_hydrated() {
    #[cfg(feature = "hydrate")]
    if let Some(body) = document().body() {
        // Setting an attribute of an element that is there does not fail.
        let _ = body.set_attribute("data-hydrated", "");
    }
}

/// The page around the caller; views run inside of one.
pub fn page() -> Page {
    expect_context::<Page>()
}

/// A text in the reader's language.
pub fn t(text: Text) -> &'static str {
    text.get(page().language)
}

/// The document's title.
#[component]
pub fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    view! { <Title text=format!("{} · Steward", in_title(text)) /> }
}

/// On the server a title is put into the page as it is; in the browser it is set as text.
fn in_title(text: String) -> String {
    if cfg!(feature = "ssr") {
        escaped(&text)
    } else {
        text
    }
}

/// Text as HTML: what a `<textarea>` and a `<title>` need where they are rendered on the server.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// The answer's status for a page that shows this error instead.
pub fn answer(error: &AppError) {
    #[cfg(feature = "ssr")]
    crate::server::context::answer(error);
    #[cfg(not(feature = "ssr"))]
    let _ = error;
}
