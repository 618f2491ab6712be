//! Import of companies and deals from a file, as one of the account's users: what he may not see is not
//! matched. [`import`] knows no command line; [`run`] is the command around it.

mod columns;
mod command;
mod engine;
mod file;
mod memory;
mod report;
mod rows;

pub use command::{Job, run};
pub use engine::{BATCH, Order, import};
pub use report::{BadRow, Progress, Report};
