//! The icons: strokes on a grid of 24, in the colour of the text.
//! Always decoration: the words beside them say what they mean.

use leptos::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    Mark,
    Home,
    Bell,
    Companies,
    Contacts,
    Deals,
    Invoices,
    Projects,
    Mailbox,
    Pencil,
    Settings,
    Search,
    Chevron,
    Up,
    Down,
    Plus,
    Lock,
    Grip,
    Check,
    Close,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Mark => {
                "M12 3 4 6v6c0 4.6 3.2 7.6 8 9 4.8-1.4 8-4.4 8-9V6z M9 12l2.2 2.2L15.5 10"
            }
            Self::Home => "M4 11l8-7 8 7 M6 9.5V20h4v-6h4v6h4V9.5",
            Self::Bell => "M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15z M10 21h4",
            Self::Companies => {
                "M4 20V6l8-3v17 M12 20V9l8 2v9 M2.5 20h19 M7 9v.01 M7 13v.01 M7 17v.01 M16 14v.01 M16 17v.01"
            }
            Self::Contacts => {
                "M9 11.5a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7z M2.5 19.5c.6-3.2 3.2-5 6.5-5s5.9 1.8 6.5 5 M16 11a3 3 0 1 0-1.2-5.7 M17.5 14.2c2.2.6 3.6 2.3 4 5.3"
            }
            Self::Deals => {
                "M3.5 12.5 8 8h4l3 2.5 M20.5 12.5 16 8h-3.5 M8 15.5l2.5 2.5 1.5-1.5 M6 13.5 8 15.5 M12 16.5l1.5 1.5 4-4.5"
            }
            Self::Invoices => {
                "M6 3.5h12v17l-2.4-1.6L13.2 20.5 12 19.5l-1.2 1-2.4-1.6L6 20.5z M9 8h6 M9 11.5h6 M9 15h3.5"
            }
            Self::Projects => "M4 5h16v15H4z M4 9.5h16 M8 3v4 M16 3v4 M8 13h5 M8 16.5h8",
            Self::Mailbox => "M3.5 6h17v12.5h-17z M3.5 7l8.5 6.5L20.5 7",
            Self::Pencil => "M4 20l1-4.5L16.5 4 20 7.5 8.5 19z M14 6.5l3.5 3.5",
            Self::Settings => {
                "M4 7h9 M17 7h3 M4 17h3 M11 17h9 M15 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z M9 14.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"
            }
            Self::Search => "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z M15.5 15.5 20 20",
            Self::Chevron => "M7 10l5 5 5-5",
            Self::Up => "M7 14l5-5 5 5",
            Self::Down => "M7 10l5 5 5-5",
            Self::Plus => "M12 5v14 M5 12h14",
            Self::Check => "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17z M8.5 12.2l2.4 2.4 4.8-5",
            Self::Close => "M7 7l10 10 M17 7 7 17",
            Self::Grip => "M9 6v.01 M15 6v.01 M9 12v.01 M15 12v.01 M9 18v.01 M15 18v.01",
            Self::Lock => "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
        }
    }
}

#[component]
pub fn Icon(glyph: Glyph, #[prop(default = "")] class: &'static str) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor"
            stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
            <path d=glyph.path()></path>
        </svg>
    }
}
