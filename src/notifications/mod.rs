//! Who is responsible knows: what happened becomes notifications, shown by the bell and on their page as they come, and sent by mail,
//! at once or once a day, as each has chosen for each kind of event.

pub mod api;
#[cfg(feature = "ssr")]
pub mod bounce;
#[cfg(feature = "ssr")]
mod clock;
#[cfg(feature = "ssr")]
mod jobs;
#[cfg(feature = "ssr")]
mod letter;
#[cfg(feature = "ssr")]
mod one_click;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod report;
#[cfg(feature = "ssr")]
mod send;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod stream;
#[cfg(feature = "ssr")]
mod tell;

use crate::texts;

#[cfg(feature = "ssr")]
pub use self::{
    clock::watch,
    jobs::define,
    send::{Due, send},
    tell::tell,
};

texts! {
    NOTIFICATIONS = "Notifications" | "Notifications" | "Meldingen";
    MY_NOTIFICATIONS = "My notifications" | "Mes notifications" | "Mijn meldingen";
}

/// The addresses of this room that are no pages.
#[cfg(feature = "ssr")]
pub fn routes() -> axum::Router {
    one_click::routes()
}

/// Where browsers hear that there is news.
#[cfg(feature = "ssr")]
pub fn streams() -> axum::Router {
    stream::routes()
}
