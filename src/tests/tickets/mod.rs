//! Tickets: what comes by mail and becomes one or belongs to one; what is written back, and what never is; who sees them; who is told.
//! Replies go through the mail server that `bin/test` runs.

mod keeping;
mod replies;
mod rights;
mod taking;
mod told;
mod world;

use super::support::{Browser, TestApp, eventually};
use crate::model::RecordKind;

const KIND: RecordKind = RecordKind::Ticket;
