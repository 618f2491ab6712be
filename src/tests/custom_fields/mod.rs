//! Custom fields: every type typed, refused, shown, told, listed and imported; what admins set about them; and that a User field
//! lets nobody see anything.

mod admins;
mod people;
mod values;

use anyhow::{Context, Result, ensure};

use super::support::{Answer, Browser, TestApp};
use crate::model::{Actor, AppError, RecordId, RecordKind, Value, records::RecordPage};

/// What an admin sets about a field: names and values of its form.
async fn save<'a>(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    form: &[(&'a str, &'a str)],
) -> Result<Answer> {
    let named: Vec<(String, &str)> = form
        .iter()
        .map(|(name, value)| match *name {
            "field" => ((*name).to_owned(), bare(value)),
            "meant" => ((*name).to_owned(), *value),
            name => (format!("form[{name}]"), *value),
        })
        .collect();
    let field = form.iter().find(|(name, _)| *name == "field");
    let version = match field {
        Some((_, field)) => version(browser, field).await?,
        None => String::new(),
    };
    let mut values = vec![("kind", kind.child())];
    values.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    values.extend(field.map(|_| ("version", version.as_str())));
    browser.call("/api/save_custom_field", &values).await
}

/// The version of a field that its form is opened with.
async fn version(browser: &mut Browser<'_>, field: &str) -> Result<String> {
    let answer = browser
        .call("/api/one_custom_field", &[("field", bare(field))])
        .await?;
    let form: crate::custom_fields::FieldForm = serde_json::from_str(&answer.body)?;
    Ok(form.field.version.to_string())
}

/// A new field of this type, and its name in forms.
pub async fn field(
    app: &TestApp,
    admin: &Actor,
    kind: RecordKind,
    label: &str,
    holds: &str,
    more: &[(&str, &str)],
) -> Result<String> {
    let mut browser = app.browser_of(admin).await?;
    let mut form = vec![("label", label), ("holds", holds), ("mine", "true")];
    form.extend_from_slice(more);
    let answer = save(&mut browser, kind, &form).await?;
    ensure!(answer.status.is_success(), "{label}: {}", answer.body);
    id_of(app, label).await
}

async fn id_of(app: &TestApp, label: &str) -> Result<String> {
    let id = sqlx::query_scalar("select 'f-' || id from custom_fields where label = $1");
    Ok(id.bind(label).fetch_one(&app.owner).await?)
}

/// Its id alone, as its own server functions take it.
fn bare(field: &str) -> &str {
    field.trim_start_matches("f-")
}

async fn choice(app: &TestApp, label: &str) -> Result<String> {
    let id = sqlx::query_scalar("select id::text from custom_field_choices where label = $1");
    Ok(id.bind(label).fetch_one(&app.owner).await?)
}

/// The page of a record, as this browser gets it.
async fn page(browser: &mut Browser<'_>, kind: RecordKind, id: RecordId) -> Result<RecordPage> {
    let values = [("kind", kind.child()), ("id", &id.to_string())];
    let answer = browser.call("/api/detail", &values).await?;
    serde_json::from_str(&answer.body).with_context(|| answer.body.clone())
}

/// Sends a record's form with these values of fields, over the version that the record has.
async fn edit(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    id: RecordId,
    typed: &[(&str, &str)],
) -> Result<Answer> {
    let version = page(browser, kind, id).await?.record.version.to_string();
    let id = id.to_string();
    let named: Vec<(String, &str)> = typed
        .iter()
        .map(|(field, value)| (format!("values[{field}]"), *value))
        .collect();
    let mut values = vec![("kind", kind.child()), ("id", &id), ("version", &version)];
    values.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    browser.call("/api/save", &values).await
}

/// What a field of a record shows.
async fn shown(
    browser: &mut Browser<'_>,
    kind: RecordKind,
    id: RecordId,
    field: &str,
) -> Result<String> {
    let page = page(browser, kind, id).await?;
    Ok(page.record.value(field).show(crate::model::Language::En))
}

fn problem(answer: &Answer, field: &str) -> Result<String> {
    let error = answer.error()?;
    let problems = error.problems().with_context(|| answer.body.clone())?;
    let problem = problems.get(field).with_context(|| answer.body.clone())?;
    Ok(problem.text(crate::model::Language::En))
}

fn is_done(answer: &Answer) -> Result<()> {
    ensure!(answer.status.is_success(), "{}", answer.body);
    Ok(())
}

fn is_not_found(answer: &Answer) -> Result<()> {
    ensure!(answer.error()? == AppError::NotFound, "{}", answer.body);
    Ok(())
}

fn people_in(value: &Value) -> Vec<String> {
    let names = value.each().iter();
    names
        .map(|one| one.show(crate::model::Language::En))
        .collect()
}
