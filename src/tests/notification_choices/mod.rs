//! What people choose to be told, absences with their stand-ins, and the links that end mails: over the whole server.
//! Telling itself is called as the job calls it.

mod absence;
mod grid;
mod stand_ins;
mod unsubscribe;

use std::time::Duration;

use anyhow::Result;
use sqlx::FromRow;
use uuid::Uuid;

use super::support::TestApp;
use crate::{
    model::{Actor, RecordKind},
    notifications,
};

/// A notification, as far as these tests look at it.
#[derive(Debug, FromRow, PartialEq, Eq)]
struct Told {
    user_id: Uuid,
    event: String,
    for_user_id: Option<Uuid>,
    in_app: bool,
    by_mail: bool,
    in_digest: bool,
}

/// A company that `by` creates for `of`, told of as the job would; everything that came of it.
async fn told_of_company(app: &TestApp, by: &Actor, of: &Actor) -> Result<Vec<Told>> {
    let of = of.user.to_string();
    let values = [("name", "Told NV"), ("sales_contact", of.as_str())];
    let id = app.create(by, RecordKind::Company, &values).await?;
    let action: Uuid =
        sqlx::query_scalar("select action_id from company_events where record_id = $1")
            .bind(id.0)
            .fetch_one(&app.owner)
            .await?;
    notifications::tell(&app.database, by.account, action, Duration::ZERO).await?;
    let told = sqlx::query_as(
        "select user_id, event, for_user_id, in_app, by_mail, in_digest from notifications where action_id = $1 order by for_user_id nulls first",
    )
    .bind(action)
    .fetch_all(&app.owner)
    .await?;
    Ok(told)
}

/// The checkboxes of a page that are ticked, by their names.
fn ticked(body: &str) -> Vec<&str> {
    let inputs = body
        .split("<input ")
        .skip(1)
        .filter_map(|input| input.split('>').next());
    inputs
        .filter(|input| input.contains("type=\"checkbox\"") && input.contains("checked"))
        .filter_map(|input| input.split("aria-label=\"").nth(1)?.split('"').next())
        .collect()
}
