//! Steward: who is responsible for it? The map of the crate, and the browser's entry.
//! Floors from the top: app → rooms → records → ui, server → model; an import never runs upward.
#![recursion_limit = "512"]

pub mod model;
pub mod records;
#[cfg(feature = "ssr")]
pub mod server;
