//! Accounts and the people in them: signing in and out, passwords, sessions, one's own profile.
//! Also how accounts come to be: by hand, as the demo, and by the thousand to measure with.

pub mod api;
#[cfg(feature = "ssr")]
pub mod create;
#[cfg(feature = "ssr")]
pub mod demo;
#[cfg(feature = "ssr")]
mod demo_invoices;
#[cfg(feature = "ssr")]
mod demo_people;
#[cfg(feature = "ssr")]
mod demo_projects;
mod invitation;
#[cfg(feature = "ssr")]
mod mails;
pub mod me;
#[cfg(feature = "ssr")]
pub mod operators;
pub mod pages;
pub mod second_factor;
#[cfg(feature = "ssr")]
pub mod seed;
#[cfg(feature = "ssr")]
mod store;
