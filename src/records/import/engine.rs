//! The import itself: rows in batches, each batch read and written in one transaction under the account's
//! lock, so that an import that was cut off goes on where it stopped when it is run again.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    model::{Actor, AppError, Problem, Problems, RecordId, RecordKind},
    records::store::{self, Draft, Happened},
    server::database::{Database, Reached, Viewing},
};

use super::{
    columns::{self, Columns},
    file::{self, Row},
    memory::{self, Hash, Mark, Marks},
    report::{BadRow, Progress, Report},
    rows::{self, Choices, Parsed},
};

/// So many rows in one transaction.
pub const BATCH: usize = 1_000;

/// What is to be imported.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    pub kind: RecordKind,
    pub bytes: &'a [u8],
    /// Check every row and write nothing.
    pub dry_run: bool,
}

/// Imports a file as this user. `progress` hears of every batch that is written.
pub async fn import(
    database: &Database,
    actor: &Actor,
    order: Order<'_>,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Report, AppError> {
    let kind = order.kind;
    if !actor.rights.may_use(kind) {
        return Err(AppError::form(Problem::NoRight(kind)));
    }
    let mut sheet = file::read(order.bytes)?;
    let columns = Columns::recognise(&sheet.header, kind, actor)?;
    columns::without_reasons(&mut sheet);
    let mut report = Report {
        kind,
        rows: sheet.rows.len(),
        created: 0,
        known_already: 0,
        bad: Vec::new(),
        ignored: columns.ignored.clone(),
        header: sheet.header,
        separator: sheet.separator,
        plain: sheet.plain,
    };
    let mut run = Run {
        actor,
        kind,
        columns,
        cells: report.header.len(),
        marks: Marks::default(),
        names: HashMap::new(),
    };
    let mut done = 0;
    for rows in sheet.rows.chunks(BATCH) {
        let tx = database.begin(actor).await?;
        let outcome = run.batch(tx, rows, order.dry_run).await?;
        report.created += outcome.created;
        report.known_already += outcome.known_already;
        report.bad.extend(outcome.bad);
        done += rows.len();
        progress(Progress {
            done,
            of: report.rows,
        });
    }
    Ok(report)
}

/// Whether records of a kind are told apart by their name. Deals are not: two may share title and customer.
const fn matched_by_name(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::Company)
}

#[derive(Default)]
struct Outcome {
    created: usize,
    known_already: usize,
    bad: Vec<BadRow>,
}

/// What the batches of one import have in common.
struct Run<'a> {
    actor: &'a Actor,
    kind: RecordKind,
    columns: Columns,
    cells: usize,
    marks: Marks,
    /// The names that came in already, each with the rows that brought it.
    names: HashMap<String, Hash>,
}

/// A row that could be read, not yet looked at.
struct Candidate<'a> {
    row: &'a Row,
    mark: Mark,
    parsed: Parsed,
}

/// What an account has already of the rows of a batch.
struct Present {
    remembered: BTreeMap<Mark, Vec<RecordId>>,
    /// The visible records under the rows' exact names.
    named: BTreeMap<String, Vec<RecordId>>,
}

impl Present {
    async fn read(
        tx: &mut Viewing,
        kind: RecordKind,
        candidates: &[Candidate<'_>],
    ) -> Result<Self, AppError> {
        let marks: Vec<Mark> = candidates.iter().map(|c| c.mark).collect();
        let remembered = memory::remembered(tx, kind, &marks).await?;
        let mut named = BTreeMap::new();
        if matched_by_name(kind) {
            let names: Vec<String> = candidates
                .iter()
                .filter_map(|c| rows::title(kind, &c.parsed).map(ToOwned::to_owned))
                .collect();
            named = store::exact_names(tx, kind, &names).await?;
        }
        Ok(Self { remembered, named })
    }

    /// Whether the name belongs to a record that came of anything but a row of this same content.
    fn is_taken(&self, name: &str, hash: Hash) -> bool {
        let Some(all) = self.named.get(name) else {
            return false;
        };
        let of = |repetition| Mark { hash, repetition };
        let own: HashSet<RecordId> = self
            .remembered
            .range(of(0)..=of(i32::MAX))
            .flat_map(|(_, ids)| ids.iter().copied())
            .collect();
        all.iter().any(|id| !own.contains(id))
    }
}

impl Run<'_> {
    async fn batch(
        &mut self,
        mut tx: Viewing,
        rows: &[Row],
        dry_run: bool,
    ) -> Result<Outcome, AppError> {
        if !dry_run {
            memory::lock(&mut tx).await?;
        }
        let mut outcome = Outcome::default();
        let candidates = self.candidates(rows, &mut outcome);
        let present = Present::read(&mut tx, self.kind, &candidates).await?;
        let parsed = candidates.iter().map(|c| &c.parsed);
        let choices = Choices::read(&mut tx, self.kind, parsed).await?;
        let mut good: Vec<(Mark, Draft)> = Vec::new();
        for candidate in candidates {
            let (row, mark) = (candidate.row, candidate.mark);
            if present.remembered.contains_key(&mark) {
                self.came_in(&candidate);
                outcome.known_already += 1;
                continue;
            }
            match self.draft(&present, &choices, candidate) {
                Ok(draft) => good.push((mark, draft)),
                Err(AppError::Invalid(problems)) => outcome.bad.push(BadRow {
                    line: row.line,
                    record: row.cells.clone(),
                    problems,
                }),
                Err(error) => return Err(error),
            }
        }
        outcome.bad.sort_by_key(|bad| bad.line);
        outcome.created = good.len();
        if !dry_run && !good.is_empty() {
            write(tx, self.kind, &good).await?;
        }
        Ok(outcome)
    }

    /// The rows that have the header's cells and hold nothing that Postgres could not even compare.
    fn candidates<'r>(&mut self, rows: &'r [Row], outcome: &mut Outcome) -> Vec<Candidate<'r>> {
        let mut candidates = Vec::with_capacity(rows.len());
        for row in rows {
            let mark = self.marks.next(&row.cells);
            let problem = if row.cells.len() != self.cells {
                Problem::WrongCellCount {
                    expected: self.cells,
                    found: row.cells.len(),
                }
            } else if row.cells.iter().any(|cell| cell.contains('\0')) {
                Problem::ControlCharacters
            } else {
                let parsed = rows::parse(&self.columns, self.kind, self.actor, &row.cells);
                candidates.push(Candidate { row, mark, parsed });
                continue;
            };
            let bad = BadRow::of(row.line, row.cells.clone(), problem);
            outcome.bad.push(bad);
        }
        candidates
    }

    /// Remembers that a name is in use from here on in the file.
    fn came_in(&mut self, candidate: &Candidate<'_>) {
        if let Some(name) = rows::title(self.kind, &candidate.parsed) {
            let name = name.to_owned();
            self.names.entry(name).or_insert(candidate.mark.hash);
        }
    }

    fn draft(
        &mut self,
        present: &Present,
        choices: &Choices,
        candidate: Candidate<'_>,
    ) -> Result<Draft, AppError> {
        let hash = candidate.mark.hash;
        let name = rows::title(self.kind, &candidate.parsed).map(ToOwned::to_owned);
        let taken = matched_by_name(self.kind)
            && name.as_deref().is_some_and(|name| {
                let in_file = self.names.get(name).is_some_and(|first| *first != hash);
                in_file || present.is_taken(name, hash)
            });
        let draft = choices.draft(self.kind, candidate.parsed, self.actor);
        if taken {
            let mut problems = match draft {
                Err(AppError::Invalid(problems)) => problems,
                Err(error) => return Err(error),
                Ok(_) => Problems::new(),
            };
            let key = self.kind.typed_title().key.to_owned();
            problems.insert(key, Problem::DuplicateName(self.kind));
            return Err(AppError::Invalid(problems));
        }
        if let (Ok(_), Some(name)) = (&draft, name) {
            self.names.entry(name).or_insert(hash);
        }
        draft
    }
}

async fn write(tx: Viewing, kind: RecordKind, good: &[(Mark, Draft)]) -> Result<(), AppError> {
    let mut tx = tx.write(Reached::new_record()).await?;
    let mut made = Vec::with_capacity(good.len());
    for (mark, draft) in good {
        let id = store::insert(&mut tx, draft, Happened::Imported).await?;
        made.push((*mark, id));
    }
    memory::remember(&mut tx, kind, &made).await?;
    tx.commit().await
}
