//! Acts on many records at once, on the server. `prepare` writes down what is asked for and counts what would come of it; `run` does it
//! in the background, batch by batch, and `undo` takes it back. `judge` says what becomes of a record, the same for all three.
//! `acts` is what the database keeps of an act.

mod acts;
mod apply;
mod judge;
mod prepare;
mod run;
mod sight;
mod undo;
mod what;

pub use acts::{Claim, Stored, act, acts, claim};
pub use prepare::{count, offer, prepare};
pub use run::{run, start, take_over, watch};
pub use what::{Checked, check, said};
