//! From the cells of a row to a draft: names are looked up in what the viewer may choose from, which was
//! read once for all rows of a batch; everything else is parsed as a form's input would be.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use uuid::Uuid;

use crate::{
    model::{
        Actor, AppError, Problem, Problems, RecordId, RecordKind, Value,
        catalogue::{Catalogue, Field, FieldType, Holds, Input, MAX_CHOSEN},
        pipeline::Phase,
        users::Colleague,
    },
    records::store::{self, Draft, Resolved},
    server::database::Viewing,
};

use super::columns::Columns;

/// A row whose cells are parsed; users, records and phases are still names.
pub type Parsed = Vec<(Arc<Field>, Result<Input, Problem>)>;

/// Reads each cell by its field. A field without a column is as if it had been left empty, but for what every new record of the kind
/// begins with: a state, and whoever makes it among those who share a role.
pub fn parse(columns: &Columns, actor: &Actor, cells: &[String]) -> Parsed {
    columns
        .catalogue
        .editable()
        .filter_map(|field| {
            let cell = columns.of(field.key()).and_then(|n| cells.get(n));
            let cell = match field.kind {
                FieldType::Fixed(_) if field.required => {
                    let filled = cell.filter(|text| !text.trim().is_empty());
                    Some(filled.map_or(field.begins, String::as_str))
                }
                FieldType::Shared(_) if field.required && cell.is_none() => {
                    Some(actor.email.as_str())
                }
                _ => cell.map(String::as_str),
            };
            match cell {
                None if !field.required => None,
                None => Some((field.clone(), Err(field.missing()))),
                Some(text) => Some((field.clone(), typed(field, text, actor))),
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
            | FieldType::Person { several: false }
    );
    if field.kind.is_people() && field.kind.is_several() && !name.is_empty() {
        let names = name.split([',', ';']).map(str::trim);
        let names = names.filter(|name| !name.is_empty());
        let names: Vec<String> = names.map(ToOwned::to_owned).collect();
        return match names.is_empty() {
            // Nothing but commas is nobody.
            true => field.parse("", actor.language),
            false => Ok(Input::Names(names)),
        };
    }
    if named && !name.is_empty() {
        Ok(Input::Name(name.to_owned()))
    } else {
        field.parse(text, actor.language)
    }
}

/// The exact name under which a record of this row would be found.
pub fn title(kind: RecordKind, parsed: &Parsed) -> Option<&str> {
    parsed.iter().find_map(|(field, input)| match input {
        Ok(Input::Text(text)) if field.key() == kind.typed_title().key() => Some(text.as_str()),
        _ => None,
    })
}

/// Colleagues by what a file calls them.
#[derive(Debug, Default)]
struct People {
    by_email: BTreeMap<String, Colleague>,
    by_name: BTreeMap<String, Vec<Colleague>>,
}

impl People {
    fn new(all: Vec<(Colleague, String)>) -> Self {
        let mut people = Self::default();
        for (colleague, email) in all {
            people
                .by_email
                .insert(email.to_lowercase(), colleague.clone());
            let name = colleague.full_name.trim().to_owned();
            people.by_name.entry(name).or_default().push(colleague);
        }
        people
    }

    fn find(&self, name: &str) -> Result<(Uuid, Value), Problem> {
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
}

/// What the viewer may choose from, for the rows of one batch.
#[derive(Debug)]
pub struct Choices {
    catalogue: Arc<Catalogue>,
    /// Who may be responsible.
    colleagues: People,
    /// Who may stand in a User field.
    everybody: People,
    /// What a record holds in the fields that the file does not have.
    defaults: Vec<Resolved>,
    records: BTreeMap<RecordKind, BTreeMap<String, Vec<RecordId>>>,
    phases: Vec<Phase>,
}

impl Choices {
    pub async fn read(
        tx: &mut Viewing,
        columns: &Columns,
        rows: impl Iterator<Item = &Parsed>,
    ) -> Result<Self, AppError> {
        let catalogue = columns.catalogue.clone();
        let kind = catalogue.kind;
        let mut defaults = Vec::new();
        for field in catalogue
            .editable()
            .filter(|field| columns.of(field.key()).is_none())
        {
            defaults.extend(store::begins_with(tx, kind, field).await?);
        }
        let has_people = catalogue.custom().any(|field| field.holds == Holds::User);
        let everybody = if has_people {
            store::everybody_with_email(tx).await?
        } else {
            Vec::new()
        };
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
            colleagues: People::new(store::colleagues_with_email(tx, kind).await?),
            everybody: People::new(everybody),
            catalogue,
            defaults,
            records,
            phases,
        })
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

    fn resolve(&self, field: Arc<Field>, input: Input, actor: &Actor) -> Result<Resolved, Problem> {
        let found = match (&input, field.kind) {
            (Input::Name(name), FieldType::User(_)) => Some(self.colleagues.find(name)?),
            (Input::Name(name), FieldType::Person { .. }) => Some(self.everybody.find(name)?),
            (Input::Name(name), of) if !of.targets().is_empty() => {
                Some(self.record(of.targets(), name)?)
            }
            (Input::Name(name), FieldType::Phase) => Some(self.phase(name)?),
            _ => None,
        };
        if let Input::Names(names) = &input {
            let people = match field.kind {
                FieldType::Shared(_) => &self.colleagues,
                _ => &self.everybody,
            };
            // Each once, be it by name and by e-mail.
            let mut each: Vec<Value> = Vec::new();
            for name in names {
                let (_, one) = people.find(name)?;
                if !each.contains(&one) {
                    each.push(one);
                }
            }
            if each.len() > MAX_CHOSEN {
                return Err(Problem::TooManyChoices { max: MAX_CHOSEN });
            }
            return Ok(Resolved::people(field, each));
        }
        let (input, shown) = match found {
            Some((id, value)) => (Input::Id(id), value),
            None => {
                let value = match field.kind {
                    FieldType::Choice { .. } => store::choices(&field, &input, &Value::Empty)?,
                    _ => store::shown(&field, &input, actor.language),
                };
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
    pub fn draft(&self, parsed: Parsed, actor: &Actor) -> Result<Draft, AppError> {
        let mut problems = Problems::new();
        let mut values = self.defaults.clone();
        for (field, input) in parsed {
            let key = field.key().to_owned();
            if values.iter().any(|value| value.field.key() == key) {
                continue;
            }
            match input.and_then(|input| self.resolve(field, input, actor)) {
                Ok(value) => values.push(value),
                Err(problem) => drop(problems.insert(key, problem)),
            }
        }
        let catalogue = self.catalogue.clone();
        store::complete(actor, Draft { catalogue, values }, problems, None)
    }
}
