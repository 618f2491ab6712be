//! Settings > Phases: the pipeline that deals go through. Admins only; for others the page does not exist.
//! There is one phase for won and one for lost deals; of open ones there is at least one.

pub mod api;
mod pages;
#[cfg(feature = "ssr")]
mod store;

pub use pages::{EditPhase, NewPhase, PHASES, Phases};

use serde::{Deserialize, Serialize};

use crate::model::pipeline::Phase;

/// A phase in the list, and how many deals are in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    pub phase: Phase,
    pub deals: i64,
}
