//! Creating and saving a record: parse, resolve as the viewer, then write everything that belongs to the
//! change in one transaction: the row, its search words, its responsibility history, its events.

use std::{collections::BTreeMap, sync::Arc};

use sqlx::{AssertSqlSafe, QueryBuilder};

use super::{
    activity,
    catalogue::{self, catalogue},
    cells::{cells, push_value},
    custom,
    links::{self, Link},
    merge::merge,
    resolve::{Resolved, resolve},
    responsible::hidden_second_gives_way,
    rules::complete,
};
use crate::{
    model::{
        AppError, FieldId, Language, Problem, Problems, RecordId, RecordKind, UserId, Value,
        activity::{Change, What},
        catalogue::{Catalogue, Field, FieldType, Input},
        conflict::Base,
        records::Record,
        search,
    },
    server::database::{Reached, Viewing, Writing},
};

/// All values of a form, checked and ready to be written.
#[derive(Clone, Debug)]
pub struct Draft {
    pub catalogue: Arc<Catalogue>,
    pub values: Vec<Resolved>,
}

/// How a record came to be, for its activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    Created,
    Imported,
}

impl Draft {
    pub(super) fn kind(&self) -> RecordKind {
        self.catalogue.kind
    }

    pub(super) fn get(&self, key: &str) -> Option<&Resolved> {
        self.values.iter().find(|value| value.field.key() == key)
    }

    /// What a field will hold.
    pub(super) fn after<'a>(&'a self, before: Option<&'a Record>, key: &str) -> Option<&'a Value> {
        match self.get(key) {
            Some(value) => Some(&value.shown),
            None => before.map(|record| record.value(key)),
        }
    }

    /// What of it the record does not have yet.
    fn changes(&self, before: &Record) -> Vec<&Resolved> {
        let changed = |value: &&Resolved| differs(value, before.value(value.field.key()));
        self.values.iter().filter(changed).collect()
    }

    /// The folded words under which search finds the record.
    fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self
            .values
            .iter()
            .filter(|value| value.field.searched)
            .flat_map(|value| match &value.input {
                Input::Text(text) => search::words(text),
                Input::Tags(texts) => texts.iter().flat_map(|text| search::words(text)).collect(),
                _ => Vec::new(),
            })
            .collect();
        words.sort();
        words.dedup();
        words
    }
}

/// Checks what was typed, field by field; all problems at once. Fields that were not sent keep what
/// the record has, or stay empty on a new one.
pub async fn prepare(
    tx: &mut Viewing,
    kind: RecordKind,
    typed: &BTreeMap<String, String>,
    before: Option<&Record>,
) -> Result<Draft, AppError> {
    let actor = tx.actor().clone();
    let mut problems = Problems::new();
    let mut values = Vec::new();
    let catalogue = catalogue(tx, kind).await?;
    gone(tx, &catalogue, typed, &mut problems).await?;
    for field in catalogue
        .editable()
        .filter(|field| !(field.only_new() && before.is_some()))
    {
        let Some(text) = typed.get(field.key()) else {
            if before.is_none() {
                match begins_with(tx, kind, field).await? {
                    Some(value) => values.push(value),
                    None if field.required => {
                        problems.insert(field.key().to_owned(), field.missing());
                    }
                    None => {}
                }
            }
            continue;
        };
        let outcome = match field.parse(text, actor.language) {
            Ok(input) => resolve(tx, kind, field, input, before).await?,
            Err(problem) => Err(problem),
        };
        match outcome {
            Ok(value) => values.push(value),
            Err(problem) => drop(problems.insert(field.key().to_owned(), problem)),
        }
    }
    complete(&actor, Draft { catalogue, values }, problems, before)
}

/// What a new record holds in a field that nobody has filled in; nothing where that cannot be chosen any more.
pub async fn begins_with(
    tx: &mut Viewing,
    kind: RecordKind,
    field: &Arc<Field>,
) -> Result<Option<Resolved>, AppError> {
    // Kept as it is typed in English, whatever the language of whoever has set it.
    let typed = match (&field.custom, field.kind) {
        (Some(custom), _) => custom.default.clone(),
        // Where several must be responsible, whoever makes the record is the first of them.
        (None, FieldType::Shared(_)) if field.required => tx.actor().user.to_string(),
        (None, _) => field.begins.to_owned(),
    };
    let Ok(input) = field.parse(&typed, Language::En) else {
        return Ok(None);
    };
    if input == Input::Empty {
        return Ok(None);
    }
    Ok(resolve(tx, kind, field, input, None).await?.ok())
}

/// Fields that admins have deleted since the form was opened: whoever has filled one in is told, once, that this will not be
/// saved.
async fn gone(
    tx: &mut Viewing,
    catalogue: &Catalogue,
    typed: &BTreeMap<String, String>,
    problems: &mut Problems,
) -> Result<(), AppError> {
    let unknown = |(key, text): (&String, &String)| {
        let is_unknown = !text.is_empty() && catalogue.field(key).is_none();
        is_unknown.then(|| FieldId::from_key(key)).flatten()
    };
    let ids: Vec<FieldId> = typed.iter().filter_map(unknown).collect();
    if ids.is_empty() {
        return Ok(());
    }
    for (id, label) in catalogue::labels(tx, catalogue.kind, &ids).await? {
        let problem = Problem::FieldGone { label };
        problems.insert(id.key(), problem.clone());
        problems.insert(String::new(), problem);
    }
    Ok(())
}

/// Writes a new record.
pub async fn insert(tx: &mut Writing, draft: &Draft, how: Happened) -> Result<RecordId, AppError> {
    let (kind, id) = (draft.kind(), RecordId::new());
    custom::still(tx, &draft.values.iter().collect::<Vec<_>>()).await?;
    let actor = tx.actor().clone();
    let mut query = QueryBuilder::new(format!(
        "insert into {} (account_id, id, created_by, updated_by",
        kind.table()
    ));
    let in_table = |value: &&Resolved| value.field.apart().is_none() && !value.field.only_new();
    let columns = || draft.values.iter().filter(in_table);
    for (column, _) in columns().flat_map(cells) {
        query.push(format!(", {column}"));
    }
    query.push(") values (").push_bind(actor.account.0);
    for id in [id.0, actor.user.0, actor.user.0] {
        query.push(", ").push_bind(id);
    }
    for value in columns() {
        for (_, input) in cells(value) {
            query.push(", ");
            push_value(&mut query, &value.field, input);
        }
    }
    query.push(")").build().execute(tx.connection()).await?;

    write_words(tx, kind, id, &draft.words()).await?;
    let what = match how {
        Happened::Created => What::Created,
        Happened::Imported => What::Imported,
    };
    activity::happened(tx, kind, id, &what).await?;
    for value in &draft.values {
        if let (FieldType::Linked(other), Input::Id(linked)) = (value.field.kind, &value.input) {
            let link = Link {
                ends: [(kind, id), (other, RecordId(*linked))],
                position: None,
                decision_maker: false,
            };
            links::write(tx, &link).await?;
        }
        if let (Some(role), Input::Id(user)) = (value.field.role(), &value.input) {
            activity::write_responsible(tx, kind, id, role, None, Some(UserId(*user))).await?;
        }
        custom::write(tx, kind, id, value, &Value::Empty).await?;
    }
    custom::number_new(tx, &draft.catalogue, id).await?;
    Ok(id)
}

async fn write_words(
    tx: &mut Writing,
    kind: RecordKind,
    id: RecordId,
    words: &[String],
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let sql = format!(
        "insert into {}_words (account_id, record_id, word) select $1, $2, unnest($3::text[]) on conflict do nothing",
        kind.child()
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(account)
        .bind(id.0)
        .bind(words)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// A form that is saved over a record.
#[derive(Clone, Copy, Debug)]
pub struct SaveForm<'a> {
    pub kind: RecordKind,
    pub id: RecordId,
    /// The version that the record had when the form was opened; `None` where nobody has seen it as a whole: then these values are
    /// written over whatever it has now.
    pub version: Option<i64>,
    pub typed: &'a BTreeMap<String, String>,
    /// What the form is compared with where the record has another version by now.
    pub base: &'a Base,
    /// Whether he who saves means it even if he will not see the record any more.
    pub confirmed: bool,
}

/// Whether he who saved still sees the record.
pub async fn save(mut tx: Viewing, form: SaveForm<'_>) -> Result<bool, AppError> {
    let SaveForm {
        kind,
        id,
        version,
        typed,
        confirmed,
        ..
    } = form;
    let reached = tx.lock(kind, id).await?;
    let before = super::record(&mut tx, kind, id).await?;
    let draft = if version.is_none_or(|version| version == before.version) {
        prepare(&mut tx, kind, typed, Some(&before)).await?
    } else {
        merge(&mut tx, &form, &before).await?
    };
    let changed = draft.changes(&before);
    if changed.is_empty() {
        return Ok(true);
    }
    let words = all_words(&draft, &before);
    let tx = write_changes(tx, reached, &before, &changed, &words).await?;
    tx.commit_if_meant(kind, id, confirmed).await
}

/// Writes these values over whatever a record has now, as one part of an action: what is left is to write the others, and to commit.
pub async fn overwrite(
    mut tx: Viewing,
    kind: RecordKind,
    id: RecordId,
    typed: &BTreeMap<String, String>,
) -> Result<Writing, AppError> {
    let reached = tx.lock(kind, id).await?;
    let before = super::record(&mut tx, kind, id).await?;
    let draft = prepare(&mut tx, kind, typed, Some(&before)).await?;
    let changed = draft.changes(&before);
    if changed.is_empty() {
        return tx.write(reached).await;
    }
    let words = all_words(&draft, &before);
    write_changes(tx, reached, &before, &changed, &words).await
}

/// Whether a value is another than the one the record has. Money is compared by amount: its currency
/// is a field of its own. Whether an invoice is overdue says the calendar.
pub(super) fn differs(value: &Resolved, old: &Value) -> bool {
    match (&value.shown, old) {
        (Value::Amount { amount, .. }, Value::Amount { amount: before, .. }) => amount != before,
        (Value::Status { status, .. }, Value::Status { status: before, .. }) => status != before,
        (new, old) => new != old,
    }
}

/// The words of the record as it will be: of what was sent, else of what it has.
fn all_words(draft: &Draft, before: &Record) -> Vec<String> {
    let mut words = draft.words();
    for field in draft
        .kind()
        .fields()
        .iter()
        .filter(|field| field.searched && draft.get(field.key()).is_none())
    {
        match before.value(field.key()) {
            Value::Text(text) => words.extend(search::words(text)),
            Value::Tags(texts) => words.extend(texts.iter().flat_map(|text| search::words(text))),
            _ => {}
        }
    }
    words.sort();
    words.dedup();
    words
}

/// Writes these values into a record, with all that belongs to the change; `words` matter where one of them is searched.
pub(super) async fn write_changes(
    tx: Viewing,
    reached: Reached,
    before: &Record,
    changed: &[&Resolved],
    words: &[String],
) -> Result<Writing, AppError> {
    let (kind, id) = (before.kind, before.id);
    let mut tx = tx.write(reached).await?;
    custom::still(&mut tx, changed).await?;
    let is_first = |value: &&&Resolved| value.field.role().is_some_and(|role| !role.is_second());
    if let Some(Input::Id(first)) = changed.iter().find(is_first).map(|value| &value.input) {
        hidden_second_gives_way(&mut tx, kind, id, Some(UserId(*first))).await?;
    }
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let mut query = QueryBuilder::new(format!(
        "update {} set version = version + 1, updated_at = now(), updated_by = ",
        kind.table()
    ));
    query.push_bind(me);
    let in_table = |value: &&&Resolved| value.field.apart().is_none();
    for value in changed.iter().filter(in_table) {
        for (column, input) in cells(value) {
            query.push(format!(", {column} = "));
            push_value(&mut query, &value.field, input);
        }
    }
    query
        .push(" where account_id = ")
        .push_bind(account)
        .push(" and id = ")
        .push_bind(id.0);
    query.build().execute(tx.connection()).await?;

    if changed.iter().any(|value| value.field.searched) {
        let sql = format!(
            "delete from {}_words where account_id = $1 and record_id = $2{}",
            kind.child(),
            if kind.keeps_words() {
                " and not kept"
            } else {
                ""
            }
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(account)
            .bind(id.0)
            .execute(tx.connection())
            .await?;
        write_words(&mut tx, kind, id, words).await?;
    }
    for value in changed {
        custom::clear(&mut tx, kind, id, value).await?;
    }
    for value in changed {
        let old = before.value(value.field.key());
        custom::write(&mut tx, kind, id, value, old).await?;
    }
    let plain: Vec<Change> = changed
        .iter()
        .filter(|value| value.field.role().is_none())
        .map(|value| Change {
            field: value.field.key().to_owned(),
            label: None,
            old: before.value(value.field.key()).clone(),
            new: value.shown.clone(),
        })
        .collect();
    if !plain.is_empty() {
        activity::happened(&mut tx, kind, id, &What::Changed(plain)).await?;
    }
    for value in changed {
        if let Some(role) = value.field.role() {
            let to = if let Value::User { id, .. } = &value.shown {
                Some(*id)
            } else {
                None
            };
            activity::write_responsible(&mut tx, kind, id, role, before.user(role), to).await?;
        }
    }
    Ok(tx)
}
