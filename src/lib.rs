//! Steward: who is responsible for it? The map of the crate, and the browser's entry.
//! Floors from the top: app → rooms → records → ui, server → model; an import never runs upward.
#![recursion_limit = "512"]

pub mod accounts;
pub mod app;
pub mod companies;
pub mod contacts;
pub mod custom_fields;
pub mod deals;
#[cfg(feature = "ssr")]
pub mod document;
pub mod invoices;
pub mod mailbox;
pub mod model;
pub mod notifications;
pub mod projects;
pub mod records;
pub mod segments;
#[cfg(feature = "ssr")]
pub mod server;
pub mod settings;
pub mod statistics;
pub mod support;
#[cfg(all(test, feature = "ssr"))]
mod tests;
pub mod ui;

/// Takes over the page that the server has rendered.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
