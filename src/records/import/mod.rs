//! Import of companies and deals from a file, as one of the account's users: what he may not see is not
//! matched. [`import`] knows no command line; [`run`] is the command around it.

mod columns;
mod command;
mod engine;
mod file;
mod journal;
mod memory;
mod report;
mod rows;

pub use columns::{Columns, shown as shown_heading, without_reasons};
pub use command::{Job, run};
pub use engine::{BATCH, Order, Task, import, import_sheet};
pub use file::{Limits, Row, Sheet, read, read_within};
pub use journal::{Fate, Journal, Seen};
pub use report::{BadRow, Progress, Report};
