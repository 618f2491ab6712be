//! What came of an import: numbers, and the bad rows with their reasons, which can be written as a file,
//! corrected, and imported again.

use std::sync::Arc;

use crate::{
    model::{AppError, Language, Problems, catalogue::Catalogue},
    texts,
};

texts! {
    /// The last column of a file of bad rows.
    REASON = "Reason" | "Raison" | "Reden";
}

/// How far an import is: every row before `done` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: usize,
    pub of: usize,
}

/// A row that did not come in.
#[derive(Clone, Debug, PartialEq)]
pub struct BadRow {
    /// Of the file, counted from 1.
    pub line: u64,
    /// Its cells as they were.
    pub record: Vec<String>,
    pub problems: Problems,
}

/// What came of an import, or would come of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub catalogue: Arc<Catalogue>,
    pub rows: usize,
    pub created: usize,
    /// Rows that an earlier import, or an earlier run of this one, brought in.
    pub known_already: usize,
    pub bad: Vec<BadRow>,
    /// Headings of columns that no field takes.
    pub ignored: Vec<String>,
    pub header: Vec<String>,
    pub separator: u8,
    /// Whether the file was UTF-8 without a byte order mark.
    pub plain: bool,
}

impl BadRow {
    /// All that is wrong with it, on one line.
    pub fn reason(&self, catalogue: &Catalogue, language: Language) -> String {
        catalogue.told(&self.problems, language)
    }
}

impl Report {
    /// The bad rows as a file of the same sort as the one that came in. A row of too few or too many
    /// cells stays one: what is not corrected must not come in because it was written down.
    pub fn bad_rows_file(&self, language: Language) -> Result<Vec<u8>, AppError> {
        let mut bytes = Vec::new();
        if !self.plain {
            bytes.extend_from_slice("\u{feff}".as_bytes());
        }
        let mut writer = csv::WriterBuilder::new()
            .delimiter(self.separator)
            .flexible(true)
            .from_writer(&mut bytes);
        let header = self.header.iter().map(String::as_str);
        writer
            .write_record(header.chain([REASON.get(language)]))
            .map_err(AppError::internal)?;
        for bad in &self.bad {
            let reason = bad.reason(&self.catalogue, language);
            let cells = bad.record.iter().map(String::as_str);
            writer
                .write_record(cells.chain([reason.as_str()]))
                .map_err(AppError::internal)?;
        }
        writer.flush().map_err(AppError::internal)?;
        drop(writer);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RecordKind;
    use crate::{
        model::Problem,
        records::import::{columns, file},
    };

    #[test]
    fn the_file_of_bad_rows_reads_back_as_the_rows_that_they_were() {
        let report = Report {
            catalogue: Arc::new(Catalogue::new(RecordKind::Company, false, &[])),
            rows: 2,
            created: 0,
            known_already: 0,
            bad: vec![
                BadRow {
                    line: 2,
                    record: vec!["a;b \"c\"\nd".into(), String::new()],
                    problems: Problems::from([
                        ("city".into(), Problem::TooLong { max: 200 }),
                        ("name".into(), Problem::ControlCharacters),
                    ]),
                },
                BadRow {
                    line: 4,
                    record: vec!["x".into()],
                    problems: Problems::from([(
                        String::new(),
                        Problem::WrongCellCount {
                            expected: 2,
                            found: 1,
                        },
                    )]),
                },
            ],
            ignored: Vec::new(),
            header: vec!["Nom".into(), "Ville".into()],
            separator: b';',
            plain: false,
        };
        let bytes = report.bad_rows_file(Language::Fr).unwrap();
        let mut sheet = file::read(&bytes).unwrap();
        assert_eq!(sheet.header, ["Nom", "Ville", "Raison"]);
        assert_eq!(
            sheet.rows[0].cells[2],
            "Ville: Au plus 200 caractères; Nom: Contient des caractères qui ne peuvent être enregistrés"
        );
        columns::without_reasons(&mut sheet);
        assert_eq!(sheet.header, report.header);
        assert_eq!(sheet.rows[0].cells, report.bad[0].record);
        assert_eq!(sheet.rows[1].cells, report.bad[1].record);
    }
}
