//! Which column of a file is which field: by the field's labels in every language and its further
//! headings, whatever case, accents and signs. What no field takes is named as ignored.

use std::sync::Arc;

use crate::model::{
    AppError, Language, Problem, Problems, RecordKind,
    catalogue::{Catalogue, Field},
    search,
};

use super::{file::Sheet, report::REASON};

/// The columns of one file.
#[derive(Clone, Debug)]
pub struct Columns {
    pub catalogue: Arc<Catalogue>,
    /// For each column the field that takes it.
    pub fields: Vec<Option<Arc<Field>>>,
    /// Their headings, as they are shown.
    pub ignored: Vec<String>,
}

fn matches<'a>(heading: &str, names: impl Iterator<Item = &'a str>) -> bool {
    !heading.is_empty() && names.map(search::heading).any(|name| name == heading)
}

/// A heading as it can be shown anywhere: short, one line, without what a terminal would obey.
pub fn shown(heading: &str, n: usize) -> String {
    let text: String = heading
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(60)
        .collect();
    if text.is_empty() {
        format!("({})", n + 1)
    } else {
        text
    }
}

impl Columns {
    /// By the headings; a file in which nothing names the records is refused.
    pub fn recognise(header: &[String], catalogue: &Arc<Catalogue>) -> Result<Self, AppError> {
        Self::with_title(Self::of_headings(header, catalogue))
    }

    /// By the headings, as far as they are known. Labels come first, so that "Name" does not take what "Title" says
    /// better; among equals the first column wins.
    pub fn of_headings(header: &[String], catalogue: &Arc<Catalogue>) -> Self {
        let headings: Vec<String> = header.iter().map(|text| search::heading(text)).collect();
        let mut fields: Vec<Option<Arc<Field>>> = vec![None; header.len()];
        for labels_only in [true, false] {
            for (n, heading) in headings.iter().enumerate() {
                if fields[n].is_some() {
                    continue;
                }
                let names = if labels_only {
                    Language::ALL.len()
                } else {
                    usize::MAX
                };
                let free = |field: &Field| {
                    let mut taken = fields.iter().flatten();
                    !taken.any(|taken| taken.key() == field.key())
                };
                // An account's own field may be called what another heading of a built-in one is.
                let mut fitting = catalogue
                    .editable()
                    .filter(|field| matches(heading, field.names().take(names)));
                let field = fitting.find(|field| free(field)).cloned();
                fields[n] = field;
            }
        }
        Self::new(header, fields, catalogue.clone())
    }

    /// As somebody has chosen them: for each column the key of its field, or nothing. Problems are those of `column-0`, …
    pub fn chosen(
        header: &[String],
        keys: &[Option<String>],
        catalogue: &Arc<Catalogue>,
    ) -> Result<Self, AppError> {
        let mut problems = Problems::new();
        let mut fields: Vec<Option<Arc<Field>>> = Vec::with_capacity(header.len());
        for n in 0..header.len() {
            let Some(key) = keys.get(n).and_then(Option::as_deref) else {
                fields.push(None);
                continue;
            };
            let field = catalogue
                .editable()
                .find(|field| field.key() == key)
                .cloned();
            let problem = match field {
                None => Some(Problem::NotAnOption),
                Some(_) if fields.contains(&field) => Some(Problem::FieldTwice),
                Some(_) => None,
            };
            if let Some(problem) = problem {
                problems.insert(format!("column-{n}"), problem);
            }
            fields.push(field);
        }
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        Self::with_title(Self::new(header, fields, catalogue.clone()))
    }

    /// The kind that the headings speak of, among these: the one whose mandatory fields
    /// are all there, then the one of which most is there. Nothing where that does not tell.
    pub fn guess(header: &[String], catalogues: &[Arc<Catalogue>]) -> Option<RecordKind> {
        let mut best: Option<((bool, usize), RecordKind)> = None;
        let mut tied = false;
        for catalogue in catalogues {
            let Ok(columns) = Self::recognise(header, catalogue) else {
                continue;
            };
            let kind = catalogue.kind;
            let complete = catalogue
                .editable()
                .filter(|field| field.required)
                .all(|field| columns.of(field.key()).is_some());
            let score = (complete, columns.fields.iter().flatten().count());
            tied = best.is_some_and(|(other, _)| other == score);
            if best.is_none_or(|(other, _)| score > other) {
                best = Some((score, kind));
            }
        }
        best.map(|(_, kind)| kind).filter(|_| !tied)
    }

    fn new(header: &[String], fields: Vec<Option<Arc<Field>>>, catalogue: Arc<Catalogue>) -> Self {
        let ignored = header
            .iter()
            .enumerate()
            .filter(|(n, _)| fields[*n].is_none())
            .map(|(n, heading)| shown(heading, n))
            .collect();
        Self {
            catalogue,
            fields,
            ignored,
        }
    }

    fn with_title(self) -> Result<Self, AppError> {
        let kind = self.catalogue.kind;
        match self.of(kind.typed_title().key()) {
            Some(_) => Ok(self),
            None => Err(AppError::form(Problem::NoTitleColumn(kind))),
        }
    }

    /// The column of a field.
    pub fn of(&self, key: &str) -> Option<usize> {
        self.fields
            .iter()
            .position(|field| field.as_ref().is_some_and(|field| field.key() == key))
    }
}

/// Takes away the reasons that an earlier import wrote as the last column: a row is the same row whether
/// it is read again from its own file or from the file of bad rows.
pub fn without_reasons(sheet: &mut Sheet) {
    let last = sheet.header.last().map(|text| search::heading(text));
    let reasons = last.is_some_and(|last| {
        let names = Language::ALL.map(|language| REASON.get(language));
        matches(&last, names.into_iter())
    });
    if !reasons {
        return;
    }
    sheet.header.pop();
    // Of every row: one of too few cells would else be filled up by its own reason.
    for row in &mut sheet.rows {
        row.cells.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::import::file;

    fn catalogue(kind: RecordKind, second_enabled: bool) -> Arc<Catalogue> {
        Arc::new(Catalogue::new(kind, second_enabled, &[]))
    }

    fn columns(kind: RecordKind, header: &str) -> Result<Columns, AppError> {
        let header: Vec<String> = header.split(',').map(ToOwned::to_owned).collect();
        Columns::recognise(&header, &catalogue(kind, false))
    }

    fn keys(columns: &Columns) -> Vec<&str> {
        let key = |field: &'_ Option<Arc<Field>>| match field {
            Some(field) => columns
                .catalogue
                .field(field.key())
                .map_or("?", |field| field.key()),
            None => "-",
        };
        columns.fields.iter().map(key).collect()
    }

    #[test]
    fn headings_are_recognised_in_every_language_whatever_case_and_accents() {
        for header in [
            "Name,Customer since,Sales contact,Registration number,E-mail",
            " NOM ,client depuis,Contact commercial,Numero d'entreprise,email",
            "naam,Klant sinds,accountmanager,Ondernemingsnummer,E-MAIL",
            "Company name,customer_since,Verantwoordelijke,SIREN,E-mail address",
        ] {
            let found = columns(RecordKind::Company, header).unwrap();
            assert_eq!(
                keys(&found),
                [
                    "name",
                    "customer_since",
                    "sales_contact",
                    "registration_number",
                    "email"
                ],
                "{header}"
            );
            assert!(found.ignored.is_empty());
        }
    }

    #[test]
    fn what_no_field_takes_is_ignored_by_name_and_so_is_a_second_column_of_the_same() {
        let found = columns(
            RecordKind::Company,
            "Name,Founded,Company,Second sales contact,Created,,Name",
        )
        .unwrap();
        assert_eq!(keys(&found)[..2], ["name", "-"]);
        assert_eq!(
            found.ignored,
            [
                "Founded",
                "Company",
                "Second sales contact",
                "Created",
                "(6)",
                "Name"
            ]
        );
        let header = ["Name".to_owned(), "Second sales contact".to_owned()];
        let with_second =
            Columns::recognise(&header, &catalogue(RecordKind::Company, true)).unwrap();
        assert!(with_second.ignored.is_empty());
    }

    #[test]
    fn a_label_takes_its_field_before_another_heading_does() {
        let found = columns(RecordKind::Deal, "Name,Title,Client").unwrap();
        assert_eq!(keys(&found), ["-", "title", "customer"]);
        let found = columns(RecordKind::Deal, "Name,Company").unwrap();
        assert_eq!(keys(&found), ["title", "customer"]);
    }

    #[test]
    fn the_kind_is_the_one_whose_mandatory_fields_are_there_and_of_which_most_is() {
        let all = RecordKind::ALL.map(|kind| catalogue(kind, false));
        let among = |header: &str, catalogues: &[Arc<Catalogue>]| {
            let header: Vec<String> = header.split(',').map(ToOwned::to_owned).collect();
            Columns::guess(&header, catalogues)
        };
        let guess = |header: &str| among(header, &all);
        let company = Some(RecordKind::Company);
        let deal = Some(RecordKind::Deal);
        assert_eq!(guess("Name,Industry,Sales contact"), company);
        assert_eq!(guess("Nom"), company);
        let deals = "Titre,Client,Affecté à,Montant,Devise,Phase";
        assert_eq!(guess(deals), deal);
        assert_eq!(guess("Title,Value"), deal);
        assert_eq!(guess("Colour,Weight"), None);
        assert_eq!(among(deals, &[catalogue(RecordKind::Contact, false)]), None);
    }

    #[test]
    fn what_somebody_has_chosen_is_taken_once_each_and_names_the_records() {
        let header = ["Name", "City", "x"].map(ToOwned::to_owned);
        let chosen = |keys: [&str; 3]| {
            let keys = keys.map(|key| Some(key.to_owned()).filter(|key| !key.is_empty()));
            Columns::chosen(&header, &keys, &catalogue(RecordKind::Company, false))
        };
        let columns = chosen(["city", "", "name"]).unwrap();
        assert_eq!(keys(&columns), ["city", "-", "name"]);
        assert_eq!(columns.ignored, ["City"]);
        assert_eq!(
            chosen(["name", "city", "city"]).unwrap_err(),
            AppError::field("column-2", Problem::FieldTwice)
        );
        for unknown in ["second_sales_contact", "created_at", "account_id", "title"] {
            assert_eq!(
                chosen(["name", unknown, ""]).unwrap_err(),
                AppError::field("column-1", Problem::NotAnOption)
            );
        }
        assert_eq!(
            chosen(["", "city", ""]).unwrap_err(),
            AppError::form(Problem::NoTitleColumn(RecordKind::Company))
        );
    }

    #[test]
    fn a_file_without_the_title_is_refused_with_the_headings_that_would_do() {
        let error = columns(RecordKind::Deal, "Customer,Value").unwrap_err();
        let text = error.text(Language::En);
        for name in ["Title", "Titre", "Opportunité", "Assigned to"] {
            assert!(text.contains(name), "{name} in {text}");
        }
    }

    #[test]
    fn the_reasons_of_an_earlier_import_are_no_part_of_a_row() {
        let mut again =
            file::read("Naam,Plaats,Reden\nA,B,Geen datum\nA,2 cellen\n".as_bytes()).unwrap();
        without_reasons(&mut again);
        assert_eq!(again.header, ["Naam", "Plaats"]);
        assert_eq!(again.rows[0].cells, ["A", "B"]);
        assert_eq!(again.rows[1].cells, ["A"]);
    }

    #[test]
    fn every_name_of_a_field_leads_to_that_field_alone() {
        for kind in RecordKind::ALL {
            let editable = || kind.fields().iter().filter(|field| field.editable());
            for field in editable() {
                for name in field.names() {
                    let name = search::heading(name);
                    let of = |f: &&Arc<Field>| f.names().any(|n| search::heading(n) == name);
                    let all: Vec<_> = editable().filter(of).map(|f| f.key()).collect();
                    assert_eq!(all, [field.key()], "{name}");
                }
            }
        }
    }
}
