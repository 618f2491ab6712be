//! The import itself: rows in batches, each batch read and written in one transaction under the account's
//! lock, so that an import that was cut off goes on where it stopped when it is run again.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    model::{Actor, AppError, Problem, Problems, RecordId, RecordKind},
    records::store::{self, Draft, Happened},
    server::database::{Database, Reached, Viewing, Writing},
};

use super::{
    columns::{self, Columns},
    file::{self, Row, Sheet},
    journal::{Fate, Journal, Seen, Told},
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

/// A file that was read, with the field of each of its columns.
#[derive(Clone, Debug)]
pub struct Task {
    pub kind: RecordKind,
    pub sheet: Sheet,
    pub columns: Columns,
    pub dry_run: bool,
    /// The lines of the rows that an earlier run of this very import has created, whether its author sees
    /// the records or not.
    pub created: HashSet<u64>,
}

/// Imports a file as this user. `progress` hears of every batch that is written.
pub async fn import(
    database: &Database,
    actor: &Actor,
    order: Order<'_>,
    progress: impl FnMut(Progress) + Send,
) -> Result<Report, AppError> {
    let kind = order.kind;
    if !actor.rights.may_use(kind) {
        return Err(AppError::form(Problem::NoRight(kind)));
    }
    let mut sheet = file::read(order.bytes)?;
    let catalogue = store::catalogue(&mut database.begin(actor).await?, kind).await?;
    let columns = Columns::recognise(&sheet.header, &catalogue)?;
    columns::without_reasons(&mut sheet);
    let task = Task {
        kind,
        sheet,
        columns,
        dry_run: order.dry_run,
        created: HashSet::new(),
    };
    import_sheet(database, actor, task, &mut Told(progress)).await
}

/// The same for a file that was read already, with a journal.
pub async fn import_sheet(
    database: &Database,
    actor: &Actor,
    task: Task,
    journal: &mut impl Journal,
) -> Result<Report, AppError> {
    let Task { kind, sheet, .. } = task;
    if !actor.rights.may_use(kind) {
        return Err(AppError::form(Problem::NoRight(kind)));
    }
    let mut report = Report {
        catalogue: task.columns.catalogue.clone(),
        rows: sheet.rows.len(),
        created: 0,
        known_already: 0,
        bad: Vec::new(),
        ignored: task.columns.ignored.clone(),
        header: sheet.header,
        separator: sheet.separator,
        plain: sheet.plain,
    };
    let mut run = Run {
        actor,
        kind,
        columns: task.columns,
        cells: report.header.len(),
        dry_run: task.dry_run,
        created: task.created,
        marks: Marks::default(),
        names: HashMap::new(),
    };
    let mut done = 0;
    for rows in sheet.rows.chunks(journal.batch()) {
        let tx = database.begin(actor).await?;
        let outcome = run.batch(tx, rows, journal).await?;
        for seen in &outcome.rows {
            match seen.fate {
                Fate::Created(_) => report.created += 1,
                Fate::Known => report.known_already += 1,
                Fate::Bad(_) => {}
            }
        }
        report.bad.extend(outcome.bad);
        done += rows.len();
        journal.progress(Progress {
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
    rows: Vec<Seen>,
    bad: Vec<BadRow>,
}

impl Outcome {
    fn bad(&mut self, row: &Row, title: String, problems: Problems) {
        self.saw(row, title, Fate::Bad(problems.clone()));
        self.bad.push(BadRow {
            line: row.line,
            record: row.cells.clone(),
            problems,
        });
    }

    fn saw(&mut self, row: &Row, title: String, fate: Fate) {
        self.rows.push(Seen {
            line: row.line,
            title,
            fate,
        });
    }
}

/// A row that is to become a record: where it stands in the outcome, and what it becomes.
struct Good {
    at: usize,
    mark: Mark,
    draft: Draft,
}

/// What the batches of one import have in common.
struct Run<'a> {
    actor: &'a Actor,
    kind: RecordKind,
    columns: Columns,
    cells: usize,
    dry_run: bool,
    created: HashSet<u64>,
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
        journal: &mut impl Journal,
    ) -> Result<Outcome, AppError> {
        if !self.dry_run {
            memory::lock(&mut tx).await?;
        }
        let mut outcome = Outcome::default();
        let candidates = self.candidates(rows, &mut outcome);
        let present = Present::read(&mut tx, self.kind, &candidates).await?;
        let parsed = candidates.iter().map(|c| &c.parsed);
        let choices = Choices::read(&mut tx, &self.columns, parsed).await?;
        let mut good: Vec<Good> = Vec::new();
        for candidate in candidates {
            let (row, mark) = (candidate.row, candidate.mark);
            let title = self.title(row);
            let earlier = self.created.contains(&row.line);
            if earlier || present.remembered.contains_key(&mark) {
                self.came_in(&candidate);
                let fate = if earlier {
                    Fate::Created(None)
                } else {
                    Fate::Known
                };
                outcome.saw(row, title, fate);
                continue;
            }
            match self.draft(&present, &choices, candidate) {
                Ok(draft) => {
                    let at = outcome.rows.len();
                    good.push(Good { at, mark, draft });
                    outcome.saw(row, title, Fate::Created(None));
                }
                Err(AppError::Invalid(problems)) => outcome.bad(row, title, problems),
                Err(error) => return Err(error),
            }
        }
        if journal.keeps() || (!self.dry_run && !good.is_empty()) {
            let mut tx = tx.write(Reached::new_record()).await?;
            if !self.dry_run {
                write(&mut tx, self.kind, &good, &mut outcome).await?;
            }
            journal.keep(&mut tx, &outcome.rows).await?;
            tx.commit().await?;
        }
        outcome.bad.sort_by_key(|bad| bad.line);
        Ok(outcome)
    }

    /// What a row calls its record, whether that may be its name or not.
    fn title(&self, row: &Row) -> String {
        let column = self.columns.of(self.kind.typed_title().key());
        column
            .and_then(|n| row.cells.get(n))
            .map(|cell| cell.trim().to_owned())
            .unwrap_or_default()
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
                let parsed = rows::parse(&self.columns, self.actor, &row.cells);
                candidates.push(Candidate { row, mark, parsed });
                continue;
            };
            let problems = Problems::from([(String::new(), problem)]);
            outcome.bad(row, self.title(row), problems);
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
        let draft = choices.draft(candidate.parsed, self.actor);
        if taken {
            let mut problems = match draft {
                Err(AppError::Invalid(problems)) => problems,
                Err(error) => return Err(error),
                Ok(_) => Problems::new(),
            };
            let key = self.kind.typed_title().key().to_owned();
            problems.insert(key, Problem::DuplicateName(self.kind));
            return Err(AppError::Invalid(problems));
        }
        if let (Ok(_), Some(name)) = (&draft, name) {
            self.names.entry(name).or_insert(hash);
        }
        draft
    }
}

async fn write(
    tx: &mut Writing,
    kind: RecordKind,
    good: &[Good],
    outcome: &mut Outcome,
) -> Result<(), AppError> {
    let mut made = Vec::with_capacity(good.len());
    for Good { at, mark, draft } in good {
        let id = store::insert(tx, draft, Happened::Imported).await?;
        outcome.rows[*at].fate = Fate::Created(Some(id));
        made.push((*mark, id));
    }
    memory::remember(tx, kind, &made).await
}
