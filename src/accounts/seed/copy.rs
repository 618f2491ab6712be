//! Rows for COPY in its text form, collected and sent chunk by chunk.
//! What is made up holds no tab, no new line and no backslash, so nothing needs escaping.

use std::fmt::{Display, Write as _};

use anyhow::Result;
use sqlx::PgConnection;

/// Rows of one table that have not been sent yet.
pub struct Rows {
    statement: String,
    buffer: String,
}

/// A value that may be missing.
pub struct Maybe<T>(pub Option<T>);

impl<T: Display> Display for Maybe<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("\\N"),
        }
    }
}

impl Rows {
    /// `columns` as SQL writes them.
    pub fn new(table: &str, columns: &str) -> Self {
        Self {
            statement: format!("copy {table} ({columns}) from stdin"),
            buffer: String::new(),
        }
    }

    pub fn push(&mut self, values: &[&dyn Display]) {
        for (n, value) in values.iter().enumerate() {
            // Writing to a String cannot fail.
            let _ = write!(self.buffer, "{}{value}", if n > 0 { "\t" } else { "" });
        }
        self.buffer.push('\n');
    }

    /// Sends what there is and keeps the memory for what comes.
    pub async fn send(&mut self, tx: &mut PgConnection) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let mut copy = tx.copy_in_raw(&self.statement).await?;
        copy.send(self.buffer.as_bytes()).await?;
        copy.finish().await?;
        self.buffer.clear();
        Ok(())
    }
}
