//! The server functions of phases. All begin with the admin: for anybody else there are none.
//! What happens to the deals of a phase that is deleted stands in their activity.

use leptos::prelude::*;
use uuid::Uuid;

use super::Row;
use crate::model::AppError;

#[cfg(feature = "ssr")]
use {
    super::store::{self, Draft},
    crate::{
        model::{Problems, catalogue::integer, forms::line},
        server::context::admin,
    },
};

/// Longer names do not fit a column of the board.
#[cfg(feature = "ssr")]
const NAME_LENGTH: usize = 60;

/// All phases in order, with how many deals are in each.
#[server(prefix = "/api", endpoint = "pipeline")]
pub async fn pipeline() -> Result<Vec<Row>, AppError> {
    let (database, admin) = admin()?;
    store::pipeline(&mut database.begin(&admin).await?).await
}

/// Creates an open phase behind the others (`phase` none), or saves one. Of won and lost only the name is taken.
#[server(prefix = "/api", endpoint = "save_phase")]
pub async fn save_phase(
    #[server(default)] phase: Option<Uuid>,
    name: String,
    #[server(default)] probability: String,
    #[server(default)] rotting_days: String,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let mut problems = Problems::new();
    let mut number = |key: &str, typed: &str, min: i64, max: i64| {
        if typed.trim().is_empty() {
            return None;
        }
        integer(typed, min, max, admin.language)
            .map_err(|problem| problems.insert(key.to_owned(), problem))
            .ok()
    };
    let probability = number("probability", &probability, 0, 100);
    let rotting_days = number("rotting_days", &rotting_days, 1, 999);
    let name = match line(&name, NAME_LENGTH) {
        Ok(name) => name,
        Err(problem) => {
            problems.insert("name".to_owned(), problem);
            String::new()
        }
    };
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let draft = Draft {
        phase,
        name,
        probability: probability.unwrap_or_default(),
        rotting_days,
    };
    store::save(database.begin(&admin).await?, draft).await?;
    leptos_axum::redirect("/settings/phases");
    Ok(())
}

/// Moves an open phase one place towards the beginning, or towards the end.
#[server(prefix = "/api", endpoint = "shift_phase")]
pub async fn shift_phase(phase: Uuid, #[server(default)] later: bool) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::shift(database.begin(&admin).await?, phase, later).await
}

/// Deletes an open phase; its deals go to another one.
#[server(prefix = "/api", endpoint = "delete_phase")]
pub async fn delete_phase(phase: Uuid, target: Uuid) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::delete(database.begin(&admin).await?, phase, target).await?;
    leptos_axum::redirect("/settings/phases");
    Ok(())
}
