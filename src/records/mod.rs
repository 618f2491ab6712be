//! What all record kinds share: the list, the page of one record, its form, its responsible users, its
//! activity, acts on many at once, import, export. A room hands in its kind and adds what only its kind has.

pub mod api;
#[cfg(feature = "ssr")]
pub mod bulk;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod import;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
