//! From the bytes of a file to rows of cells: the encoding, the separator and the quotes are recognised.
//! Nothing here knows what the columns mean.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::model::{AppError, Problem};

/// A file as rows of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    pub separator: u8,
    /// UTF-8 without a byte order mark. Whatever else came in is answered with a mark, by which
    /// spreadsheets know UTF-8.
    pub plain: bool,
}

/// One row below the header, and the line of the file on which it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: u64,
    pub cells: Vec<String>,
}

/// A byte order mark decides; else it is UTF-8 where that is possible; else Windows-1252, which is
/// Latin-1 with the signs that offices use, and fits any bytes.
fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), true),
        Err(_) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            (text, false)
        }
    }
}

/// The separator that the header has most of, outside of quotes.
fn separator(text: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for c in text.trim_start_matches(['\r', '\n']).bytes() {
        match c {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (separator, count) in &mut counts {
                    *count += usize::from(*separator == c);
                }
            }
        }
    }
    // Of equals the one that headings hold least; a comma where there is none at all.
    let mut best = counts[0];
    for candidate in counts {
        if candidate.1 >= best.1.max(1) {
            best = candidate;
        }
    }
    best.0
}

/// Counts lines as an editor does; the reader's own count does not know the empty lines it skips.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first row at or behind this byte; bytes are asked for in order.
    fn of(&mut self, byte: u64) -> u64 {
        let from = usize::try_from(byte)
            .unwrap_or(usize::MAX)
            .min(self.text.len());
        let is_end = |c: &u8| matches!(c, b'\r' | b'\n');
        let start = from + self.text[from..].iter().take_while(|c| is_end(c)).count();
        while self.at < start {
            let c = self.text[self.at];
            let half = c == b'\r' && self.text.get(self.at + 1) == Some(&b'\n');
            self.line += u64::from(is_end(&c) && !half);
            self.at += 1;
        }
        self.line
    }
}

/// How much of a file is read on behalf of somebody else.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub rows: usize,
    pub columns: usize,
}

impl Limits {
    const NONE: Self = Self {
        rows: usize::MAX,
        columns: usize::MAX,
    };
}

/// Whether a file is anything but text: a spreadsheet's own format, an archive, a picture.
fn is_binary(bytes: &[u8]) -> bool {
    const BEGINNINGS: [&[u8]; 5] = [
        b"PK\x03\x04",
        b"\xd0\xcf\x11\xe0",
        b"%PDF",
        b"\x89PNG",
        b"\xff\xd8\xff",
    ];
    let beginning = &bytes[..bytes.len().min(4096)];
    let nuls = beginning.iter().filter(|byte| **byte == 0).count();
    BEGINNINGS.iter().any(|known| bytes.starts_with(known))
        || (Encoding::for_bom(bytes).is_none() && nuls * 10 > beginning.len())
}

/// Reads a file that somebody has sent: one that is not text in columns, or has too many of them, is refused.
pub fn read_within(bytes: &[u8], limits: Limits) -> Result<Sheet, AppError> {
    if is_binary(bytes) {
        return Err(AppError::form(Problem::NotColumns));
    }
    read_sheet(bytes, limits)
}

/// Reads a whole file. Lines without any content are skipped, those of a spreadsheet (`;;;`) too.
pub fn read(bytes: &[u8]) -> Result<Sheet, AppError> {
    read_sheet(bytes, Limits::NONE)
}

fn read_sheet(bytes: &[u8], limits: Limits) -> Result<Sheet, AppError> {
    let (text, plain) = decode(bytes);
    let separator = separator(&text);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Lines {
        text: text.as_bytes(),
        at: 0,
        line: 1,
    };
    let mut header = None;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(AppError::internal)?;
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.len() > limits.columns {
            let max = limits.columns;
            return Err(AppError::form(Problem::TooManyColumns { max }));
        }
        if rows.len() == limits.rows {
            let max = limits.rows;
            return Err(AppError::form(Problem::TooManyRows { max }));
        }
        let cells: Vec<String> = record.iter().map(ToOwned::to_owned).collect();
        if header.is_none() {
            header = Some(cells);
            continue;
        }
        let byte = record.position().map_or(0, csv::Position::byte);
        rows.push(Row {
            line: lines.of(byte),
            cells,
        });
    }
    Ok(Sheet {
        header: header.unwrap_or_default(),
        rows,
        separator,
        plain,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_can_be_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let sheet = read(&bytes).unwrap();
            let lines = 1 + bytes.iter().filter(|c| matches!(c, b'\r' | b'\n')).count();
            prop_assert!(sheet.rows.iter().all(|row| row.line <= 2 * lines as u64));
            prop_assert!(sheet.rows.is_sorted_by(|one, two| one.line < two.line));
        }

        #[test]
        fn what_is_written_as_csv_is_read_back_whatever_it_holds(
            rows in prop::collection::vec(["x[,;\t\"\r\n a-zé\0]{0,8}", "[,;\t\"\r\n a-zé\0]{0,8}"], 0..6),
            separator in prop::sample::select(vec![b',', b';', b'\t']),
        ) {
            let mut bytes = Vec::new();
            let mut writer = csv::WriterBuilder::new().delimiter(separator).from_writer(&mut bytes);
            writer.write_record(["Name", "City, or; so"]).unwrap();
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            writer.flush().unwrap();
            drop(writer);
            let cells: Vec<_> = read(&bytes).unwrap().rows.into_iter().map(|row| row.cells).collect();
            prop_assert_eq!(cells, rows);
        }
    }

    fn lines(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let rows = read(bytes).unwrap().rows;
        rows.into_iter().map(|row| (row.line, row.cells)).collect()
    }

    #[test]
    fn the_separator_is_what_the_header_has_most_of_outside_of_quotes() {
        assert_eq!(separator("Name,City\na;b;c;d"), b',');
        assert_eq!(separator("Name;City, town\n"), b';');
        assert_eq!(separator("\r\n\"a,b,c\";x\r\n"), b';');
        assert_eq!(separator("\"two\nlines, and , more\"\tCity"), b'\t');
        assert_eq!(separator("Name"), b',');
        assert_eq!(separator(""), b',');
    }

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Nom;Ville\r\nSociété – Générale;Liège\r\n";
        let utf8 = text.as_bytes().to_vec();
        let marked = [b"\xef\xbb\xbf".as_slice(), &utf8].concat();
        let latin = WINDOWS_1252.encode(text).0.into_owned();
        let little: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let big: Vec<u8> = [0xfe, 0xff]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let sheet = read(&utf8).unwrap();
        assert!(sheet.plain);
        assert_eq!(sheet.rows[0].cells, ["Société – Générale", "Liège"]);
        for other in [marked, latin, little, big] {
            let read = read(&other).unwrap();
            assert!(!read.plain);
            assert_eq!((&read.header, &read.rows), (&sheet.header, &sheet.rows));
        }
    }

    #[test]
    fn quoted_new_lines_belong_to_their_cell_and_lines_are_counted_as_an_editor_does() {
        let text = b"\nName,Notes\n\nA,\"one\ntwo\"\n\n\n,\nB,\"say \"\"hi\"\"\"\n";
        assert_eq!(
            lines(text),
            [
                (4, vec!["A".to_owned(), "one\ntwo".to_owned()]),
                (9, vec!["B".to_owned(), "say \"hi\"".to_owned()])
            ]
        );
        let windows = b"Name,Notes\r\nA,\"one\r\ntwo\"\r\n\r\nB,x\r\n";
        let at: Vec<u64> = lines(windows).into_iter().map(|(line, _)| line).collect();
        assert_eq!(at, [2, 5]);
        let old = b"Name,Notes\rA,x\rB,y";
        let at: Vec<u64> = lines(old).into_iter().map(|(line, _)| line).collect();
        assert_eq!(at, [2, 3]);
    }

    #[test]
    fn rows_keep_the_cells_that_they_have_and_nul_bytes_are_only_text() {
        let found = lines(b"a,b\n1\n1,2,3\n\0,2\n\"never closed,2\n3,4\n");
        let counts: Vec<usize> = found.iter().map(|(_, cells)| cells.len()).collect();
        assert_eq!(counts, [1, 3, 2, 1]);
        assert_eq!(found[2].1[0], "\0");
        assert_eq!(read(b"").unwrap().header, Vec::<String>::new());
    }

    #[test]
    fn what_is_no_text_in_columns_or_too_much_of_it_is_refused() {
        let limits = Limits {
            rows: 2,
            columns: 3,
        };
        let refused = |bytes: &[u8]| read_within(bytes, limits).err();
        assert_eq!(refused(b"Name\na\n\nb\n"), None);
        assert_eq!(refused("Name\nSoci\u{e9}t\u{e9}\0\n".as_bytes()), None);
        for no_text in [b"PK\x03\x04xlsx".as_slice(), b"%PDF-1", b"\0\0a\0\0b"] {
            assert_eq!(refused(no_text), Some(AppError::form(Problem::NotColumns)));
        }
        assert_eq!(
            refused(b"Name\na\nb\nc\n"),
            Some(AppError::form(Problem::TooManyRows { max: 2 }))
        );
        assert_eq!(
            refused(b"Name\na,b,c,d\n"),
            Some(AppError::form(Problem::TooManyColumns { max: 3 }))
        );
    }
}
