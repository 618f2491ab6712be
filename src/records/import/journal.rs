//! Who follows an import: the command line hears how far it is; the browser's import writes down what became of every
//! row, in the transaction of the rows themselves, so that both are there or neither.

use super::{engine::BATCH, report::Progress};
use crate::{
    model::{AppError, Problems, RecordId},
    server::database::Writing,
};

/// What became, or would become, of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Of the file, counted from 1.
    pub line: u64,
    /// What the row calls its record.
    pub title: String,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// With the record, where it was made just now.
    Created(Option<RecordId>),
    Known,
    Bad(Problems),
}

pub trait Journal: Send {
    /// So many rows in one transaction.
    fn batch(&self) -> usize {
        BATCH
    }

    /// Whether [`Self::keep`] has something to write, in a dry run too.
    fn keeps(&self) -> bool {
        false
    }

    /// Writes down a batch in its own transaction; an error undoes the batch and ends the import.
    fn keep(
        &mut self,
        _tx: &mut Writing,
        _rows: &[Seen],
    ) -> impl Future<Output = Result<(), AppError>> + Send {
        async { Ok(()) }
    }

    /// Hears of every batch that is done.
    fn progress(&mut self, _progress: Progress) {}
}

/// Hears how far it is, and writes nothing.
pub struct Told<F>(pub F);

impl<F: FnMut(Progress) + Send> Journal for Told<F> {
    fn progress(&mut self, progress: Progress) {
        (self.0)(progress);
    }
}
