//! Settings > Orphans: records whose responsible user is deactivated or has no right to them, by person and role,
//! handed over right there. Admins only.

pub mod api;
mod pages;

pub use pages::Orphans;
