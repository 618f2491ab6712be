//! The server functions of teams. All begin with the admin: for anybody else there are none.
//! Nothing here touches records: being in a team gives no access.

use leptos::prelude::*;

use super::{Team, TeamForm};
use crate::model::{AppError, TeamId, UserId};

#[cfg(feature = "ssr")]
use {
    super::store::{self, Draft},
    crate::{model::forms::line, server::context::admin},
};

/// Longer names do not fit a picker.
#[cfg(feature = "ssr")]
const NAME_LENGTH: usize = 100;

#[server(prefix = "/api", endpoint = "teams")]
pub async fn teams() -> Result<Vec<Team>, AppError> {
    let (database, admin) = admin()?;
    store::teams(&mut database.begin(&admin).await?).await
}

/// The form of a team, or of a new one.
#[server(prefix = "/api", endpoint = "edit_team")]
pub async fn edit_team(team: Option<TeamId>) -> Result<TeamForm, AppError> {
    let (database, admin) = admin()?;
    store::form(&mut database.begin(&admin).await?, team).await
}

/// Creates a team (`team` none) or saves one. Who leads it is a member.
#[server(prefix = "/api", endpoint = "save_team")]
pub async fn save_team(
    #[server(default)] team: Option<TeamId>,
    #[server(default)] version: i64,
    name: String,
    #[server(default)] members: Vec<UserId>,
    #[server(default)] lead: Option<UserId>,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let name = line(&name, NAME_LENGTH).map_err(|problem| AppError::field("name", problem))?;
    let draft = Draft {
        team,
        version,
        name,
        members,
        lead,
    };
    store::save(database.begin(&admin).await?, draft).await?;
    leptos_axum::redirect("/settings/teams");
    Ok(())
}

/// Deletes a team; its members stay where they are.
#[server(prefix = "/api", endpoint = "delete_team")]
pub async fn delete_team(team: TeamId) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::delete(database.begin(&admin).await?, team).await?;
    leptos_axum::redirect("/settings/teams");
    Ok(())
}
