//! The two sorts of files. Dates and numbers are written as machines read them; a text that a spreadsheet would take for a formula
//! is made harmless, and stays what it was for who reads it.

use std::{fs::File, io::Write, sync::Arc};

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};
use rust_decimal::{Decimal, prelude::ToPrimitive};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::model::{AppError, Language, Value, catalogue::Field, lists::Row};

/// What a spreadsheet keeps in a cell.
const MOST_IN_A_CELL: usize = 32_767;

/// In which way a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Csv,
    Xlsx,
}

impl Sort {
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// A cell as it is written.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(Decimal),
    Date(NaiveDate),
    Moment(NaiveDateTime),
}

/// A deactivated colleague by his name alone, so that an import knows him.
fn cell(value: &Value, language: Language) -> Cell {
    match value {
        Value::Empty => Cell::Empty,
        Value::Integer(n) => Cell::Number(Decimal::from(*n)),
        Value::Number(number) => Cell::Number(*number),
        Value::Amount { amount, .. } => Cell::Number(*amount),
        Value::Date(date) => Cell::Date(*date),
        Value::Moment(at) => Cell::Moment(*at),
        Value::User { name, .. } => Cell::Text(name.clone()),
        Value::Several(values) => {
            let name = |value: &Value| match value {
                Value::User { name, .. } => name.clone(),
                other => other.show(language),
            };
            let names: Vec<String> = values.iter().map(name).collect();
            Cell::Text(names.join(", "))
        }
        other => Cell::Text(other.show(language)),
    }
}

/// What a spreadsheet would take for a formula gets the sign before it that says: text.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn in_csv(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => harmless(text),
        Cell::Number(number) => number.normalize().to_string(),
        Cell::Date(date) => date.format("%Y-%m-%d").to_string(),
        Cell::Moment(at) => at.format("%Y-%m-%dT%H:%M:%S").to_string(),
    }
}

/// What a file of comma-separated values begins with, so that a spreadsheet knows its letters.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// A table that fits into memory, as comma-separated values.
pub fn csv(rows: impl IntoIterator<Item = Vec<Cell>>) -> Result<Vec<u8>, AppError> {
    let mut writer = csv::WriterBuilder::new().from_writer(MARK.to_vec());
    for row in rows {
        writer
            .write_record(row.iter().map(in_csv))
            .map_err(AppError::internal)?;
    }
    writer.into_inner().map_err(AppError::internal)
}

/// A file that is being written, somewhere that nobody else reads; gone with its last handle.
pub struct Writing {
    language: Language,
    to: To,
}

enum To {
    Csv(Box<csv::Writer<File>>),
    Xlsx(Box<Sheet>),
}

struct Sheet {
    book: Workbook,
    next: u32,
    date: Format,
    moment: Format,
}

fn failed(error: XlsxError) -> AppError {
    AppError::internal(error)
}

impl Writing {
    pub fn begin(sort: Sort, fields: &[Arc<Field>], language: Language) -> Result<Self, AppError> {
        let headings = fields.iter().map(|field| field.label(language));
        let to = match sort {
            Sort::Csv => {
                let mut file = tempfile::tempfile().map_err(AppError::internal)?;
                file.write_all(MARK).map_err(AppError::internal)?;
                let mut writer = csv::WriterBuilder::new().from_writer(file);
                // What a field is called is typed by people, too.
                writer
                    .write_record(headings.map(harmless))
                    .map_err(AppError::internal)?;
                To::Csv(Box::new(writer))
            }
            Sort::Xlsx => To::Xlsx(Box::new(Sheet::begin(headings).map_err(failed)?)),
        };
        Ok(Self { language, to })
    }

    pub fn write(&mut self, rows: &[Row]) -> Result<(), AppError> {
        for row in rows {
            let cells = row.cells.iter().map(|value| cell(value, self.language));
            match &mut self.to {
                To::Csv(writer) => writer
                    .write_record(cells.map(|cell| in_csv(&cell)))
                    .map_err(AppError::internal)?,
                To::Xlsx(sheet) => sheet.row(cells).map_err(failed)?,
            }
        }
        Ok(())
    }

    /// Writes the rest of it; the file from its beginning. Takes a while.
    pub fn end(self) -> Result<File, AppError> {
        let mut file = match self.to {
            To::Csv(writer) => writer.into_inner().map_err(AppError::internal)?,
            To::Xlsx(mut sheet) => {
                let file = tempfile::tempfile().map_err(AppError::internal)?;
                sheet
                    .book
                    .save_to_writer(file.try_clone().map_err(AppError::internal)?)
                    .map_err(failed)?;
                file
            }
        };
        std::io::Seek::rewind(&mut file).map_err(AppError::internal)?;
        Ok(file)
    }
}

impl Sheet {
    fn begin<'a>(headings: impl Iterator<Item = &'a str>) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        // Each row is written to disk before the next one begins.
        let sheet = book.add_worksheet_with_constant_memory()?;
        sheet.set_freeze_panes(1, 0)?;
        let bold = Format::new().set_bold();
        for (column, heading) in (0..).zip(headings) {
            sheet.set_column_width(column, 20)?;
            sheet.write_string_with_format(0, column, heading, &bold)?;
        }
        Ok(Self {
            book,
            next: 1,
            date: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        })
    }

    fn row(&mut self, cells: impl Iterator<Item = Cell>) -> Result<(), XlsxError> {
        let (row, date, moment) = (self.next, self.date.clone(), self.moment.clone());
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => text_cell(sheet, row, column, &text)?,
                Cell::Number(number) => match number.to_f64() {
                    Some(number) => {
                        sheet.write_number(row, column, number)?;
                    }
                    None => text_cell(sheet, row, column, &number.to_string())?,
                },
                Cell::Date(day) => match excel_date(day) {
                    Some(at) => {
                        sheet.write_datetime_with_format(row, column, &at, &date)?;
                    }
                    None => text_cell(sheet, row, column, &day.to_string())?,
                },
                Cell::Moment(at) => {
                    let time = excel_date(at.date()).and_then(|day| {
                        let (hour, minute) = (at.hour(), at.minute());
                        day.and_hms(
                            u16::try_from(hour).ok()?,
                            u8::try_from(minute).ok()?,
                            at.second(),
                        )
                        .ok()
                    });
                    match time {
                        Some(at) => {
                            sheet.write_datetime_with_format(row, column, &at, &moment)?;
                        }
                        None => text_cell(sheet, row, column, &at.to_string())?,
                    }
                }
            }
        }
        self.next += 1;
        Ok(())
    }
}

/// Spreadsheets know no day before 1900.
fn excel_date(day: NaiveDate) -> Option<ExcelDateTime> {
    ExcelDateTime::from_ymd(
        u16::try_from(day.year()).ok()?,
        u8::try_from(day.month()).ok()?,
        u8::try_from(day.day()).ok()?,
    )
    .ok()
}

/// A cell of text is never a formula, whatever it begins with; one that holds more than a cell can is cut off.
fn text_cell(sheet: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    if text.encode_utf16().count() <= MOST_IN_A_CELL {
        sheet.write_string(row, column, text)?;
    } else {
        let cut: String = text.chars().take(MOST_IN_A_CELL / 2).collect();
        sheet.write_string(row, column, cut)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::UserId;

    #[test]
    fn what_a_spreadsheet_would_run_is_text_and_a_negative_number_stays_one() {
        for dangerous in ["=1+1", "+32 9 123", "-cmd", "@SUM(A1)", "\tx", "\rx"] {
            let written = in_csv(&Cell::Text(dangerous.to_owned()));
            assert_eq!(written, format!("'{dangerous}"));
        }
        assert_eq!(in_csv(&Cell::Text("a=b".to_owned())), "a=b");
        assert_eq!(in_csv(&Cell::Number(Decimal::new(-12_50, 2))), "-12.5");
    }

    #[test]
    fn values_are_written_as_machines_read_them_whatever_the_language() {
        let written = |value: &Value| in_csv(&cell(value, Language::Fr));
        let day = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap_or_default();
        assert_eq!(written(&Value::Date(day)), "2026-01-31");
        assert_eq!(written(&Value::Integer(1_234_567)), "1234567");
        let amount = Value::Amount {
            amount: Decimal::new(123_450, 2),
            currency: "EUR".to_owned(),
        };
        assert_eq!(written(&amount), "1234.5");
        let gone = Value::User {
            id: UserId(uuid::Uuid::nil()),
            name: "Tom De Smet".to_owned(),
            active: false,
        };
        assert_eq!(written(&gone), "Tom De Smet");
        assert_eq!(
            written(&Value::Several(vec![gone.clone(), gone])),
            "Tom De Smet, Tom De Smet"
        );
        assert_eq!(written(&Value::YesNo(true)), "Oui");
    }
}
