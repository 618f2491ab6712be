//! The server functions of working hours. Both begin with the admin: for anybody else there are none.
//! They belong to the shared mailbox: where the plan lacks it, nobody has a right to it.

use leptos::prelude::*;

use super::HoursForm;
use crate::model::AppError;

#[cfg(feature = "ssr")]
use {
    super::store,
    crate::{
        model::{RecordKind, working_hours::WorkingHours},
        server::{context, database::Viewing},
    },
};

#[cfg(feature = "ssr")]
async fn viewing() -> Result<Viewing, AppError> {
    context::admin()?;
    context::viewing(RecordKind::Ticket).await
}

/// The working hours as they are.
#[server(prefix = "/api", endpoint = "working_hours")]
pub async fn hours() -> Result<HoursForm, AppError> {
    store::form(&mut viewing().await?).await
}

/// Saves them. `days` are ticked: 1 is Monday; times are such as 09:00.
#[server(prefix = "/api", endpoint = "save_working_hours")]
pub async fn save_working_hours(
    #[server(default)] version: i64,
    #[server(default)] days: Vec<i32>,
    #[server(default)] begins: String,
    #[server(default)] ends: String,
) -> Result<(), AppError> {
    let tx = viewing().await?;
    let hours = WorkingHours::new(&days, &begins, &ends)?;
    store::save(tx, version, &hours).await?;
    leptos_axum::redirect("/settings/working-hours");
    Ok(())
}
