//! The page of a ticket, as far as it differs from those of other records: where it stands, the pencil beside its number, and the
//! reply above what was written so far.

mod pencil;
mod reply;
mod standing;

pub use pencil::pencil;
pub use reply::reply;
pub use standing::standing;
