//! Lists as files, for who may export: the columns of the list, or all that people fill in, under headings that an import recognises.
//! `rows` reads the records within one transaction, `file` writes them as CSV or as a spreadsheet, `route` is the address.

mod file;
mod route;
mod rows;

pub use file::{Cell, Sort, csv};
pub use route::{download, routes};
