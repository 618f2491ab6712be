//! From the cells of a row to a draft: names are looked up in what the viewer may choose from, which was
//! read once for all rows of a batch; everything else is parsed as a form's input would be.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::{
    model::{
        Actor, AppError, Problem, Problems, RecordId, RecordKind, Value,
        catalogue::{Field, FieldType, Input},
        pipeline::Phase,
        users::Colleague,
    },
    records::store::{self, Draft, Resolved},
    server::database::Viewing,
};

use super::columns::Columns;

/// A row whose cells are parsed; users, records and phases are still names.
pub type Parsed = Vec<(&'static Field, Result<Input, Problem>)>;

/// Reads each cell by its field. A field without a column is as if it had been left empty.
pub fn parse(columns: &Columns, kind: RecordKind, actor: &Actor, cells: &[String]) -> Parsed {
    kind.enabled_fields(actor.second_enabled)
        .filter(|field| field.editable())
        .filter_map(|field| {
            let cell = columns.of(field.key).and_then(|n| cells.get(n));
            match cell {
                None if !field.required => None,
                None => Some((field, Err(field.missing()))),
                Some(text) => Some((field, typed(field, text, actor))),
            }
        })
        .collect()
}

fn typed(field: &Field, text: &str, actor: &Actor) -> Result<Input, Problem> {
    let name = text.trim();
    let named = matches!(
        field.kind,
        FieldType::User(_)
            | FieldType::Record(_)
            | FieldType::Linked(_)
            | FieldType::Customer
            | FieldType::Phase
    );
    if named && !name.is_empty() {
        Ok(Input::Name(name.to_owned()))
    } else {
        field.parse(text, actor.language)
    }
}

/// The exact name under which a record of this row would be found.
pub fn title(kind: RecordKind, parsed: &Parsed) -> Option<&str> {
    parsed.iter().find_map(|(field, input)| match input {
        Ok(Input::Text(text)) if field.key == kind.typed_title().key => Some(text.as_str()),
        _ => None,
    })
}

/// What the viewer may choose from, for the rows of one batch.
#[derive(Debug)]
pub struct Choices {
    by_email: BTreeMap<String, Colleague>,
    by_name: BTreeMap<String, Vec<Colleague>>,
    records: BTreeMap<RecordKind, BTreeMap<String, Vec<RecordId>>>,
    phases: Vec<Phase>,
}

impl Choices {
    pub async fn read(
        tx: &mut Viewing,
        kind: RecordKind,
        rows: impl Iterator<Item = &Parsed>,
    ) -> Result<Self, AppError> {
        let mut by_email = BTreeMap::new();
        let mut by_name: BTreeMap<String, Vec<Colleague>> = BTreeMap::new();
        for (colleague, email) in store::colleagues_with_email(tx, kind).await? {
            by_email.insert(email.to_lowercase(), colleague.clone());
            let of_name = by_name.entry(colleague.full_name.trim().to_owned());
            of_name.or_default().push(colleague);
        }
        let mut names: BTreeMap<RecordKind, BTreeSet<&str>> = BTreeMap::new();
        for (field, input) in rows.flatten() {
            if let Ok(Input::Name(name)) = input {
                for target in field.kind.targets() {
                    names.entry(*target).or_default().insert(name);
                }
            }
        }
        let mut records = BTreeMap::new();
        for (target, names) in names {
            let names: Vec<String> = names.into_iter().map(ToOwned::to_owned).collect();
            records.insert(target, store::exact_names(tx, target, &names).await?);
        }
        let has_phase = kind.fields().iter().any(|f| f.kind == FieldType::Phase);
        let phases = if has_phase {
            store::phases(tx).await?
        } else {
            Vec::new()
        };
        Ok(Self {
            by_email,
            by_name,
            records,
            phases,
        })
    }

    fn user(&self, name: &str) -> Result<(Uuid, Value), Problem> {
        let of_name = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let found = match (self.by_email.get(&name.to_lowercase()), of_name) {
            (Some(colleague), _) => colleague,
            (None, [colleague]) => colleague,
            (None, []) => return Err(Problem::NotAColleague),
            (None, _) => return Err(Problem::SeveralColleagues),
        };
        let value = Value::User {
            id: found.id,
            name: found.full_name.clone(),
            active: true,
        };
        Ok((found.id.0, value))
    }

    fn record(&self, kinds: &[RecordKind], name: &str) -> Result<(Uuid, Value), Problem> {
        let mut found = Vec::new();
        for kind in kinds {
            let ids = self.records.get(kind).and_then(|names| names.get(name));
            found.extend(ids.into_iter().flatten().map(|id| (*kind, *id)));
        }
        match store::the_one(kinds, name, &found)? {
            value @ Value::Record { id: Some(id), .. } => Ok((id.0, value)),
            _ => Err(Problem::no_such(kinds)),
        }
    }

    fn phase(&self, name: &str) -> Result<(Uuid, Value), Problem> {
        let wanted = name.to_lowercase();
        let found = self
            .phases
            .iter()
            .find(|phase| phase.name.trim().to_lowercase() == wanted);
        let phase = found.ok_or(Problem::NotAnOption)?;
        Ok((phase.id, phase.value()))
    }

    fn resolve(
        &self,
        field: &'static Field,
        input: Input,
        actor: &Actor,
    ) -> Result<Resolved, Problem> {
        let found = match (&input, field.kind) {
            (Input::Name(name), FieldType::User(_)) => Some(self.user(name)?),
            (Input::Name(name), of) if !of.targets().is_empty() => {
                Some(self.record(of.targets(), name)?)
            }
            (Input::Name(name), FieldType::Phase) => Some(self.phase(name)?),
            _ => None,
        };
        let (input, shown) = match found {
            Some((id, value)) => (Input::Id(id), value),
            None => {
                let value = store::shown(field, &input, actor.language);
                (input, value)
            }
        };
        Ok(Resolved {
            field,
            input,
            shown,
        })
    }

    /// The record that a row would become, or all that is wrong with it.
    pub fn draft(
        &self,
        kind: RecordKind,
        parsed: Parsed,
        actor: &Actor,
    ) -> Result<Draft, AppError> {
        let mut problems = Problems::new();
        let mut values = Vec::with_capacity(parsed.len());
        for (field, input) in parsed {
            match input.and_then(|input| self.resolve(field, input, actor)) {
                Ok(value) => values.push(value),
                Err(problem) => drop(problems.insert(field.key.to_owned(), problem)),
            }
        }
        store::complete(actor, Draft { kind, values }, problems, None)
    }
}
