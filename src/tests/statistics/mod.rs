//! Statistics of the shared mailbox: under whom what counts, each number against the list behind it, days and working hours where the
//! account is, what the page and its file show, and to whom.

mod agree;
mod borders;
mod counted;
mod hours;
mod page;
mod world;

use super::support::{Browser, TestApp};
