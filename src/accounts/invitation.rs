//! Following the link of an invitation: whoever holds it chooses his password, and is a user from then on.
//! What the link is worth is decided by the database, in one function that uses it up.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::AppError;

#[cfg(feature = "ssr")]
use {
    super::{
        api::{check_new, start_session},
        store,
    },
    crate::{
        model::{Problem, forms::line},
        server::{
            context::request,
            passwords::{self, digest},
            session::keys,
        },
    },
    uuid::Uuid,
};

/// What the page behind the link says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::FromRow))]
pub struct Welcome {
    pub account_name: String,
    pub invited_by: String,
    pub full_name: String,
    pub email: String,
}

/// What the invitation says; nothing where its link is worth nothing.
#[server(prefix = "/api", endpoint = "invitation")]
pub async fn invitation(token: String) -> Result<Option<Welcome>, AppError> {
    let pool = request()?.app.database;
    Ok(
        sqlx::query_as("select account_name, invited_by, full_name, email from api.invitation($1)")
            .bind(digest(token.as_bytes()))
            .fetch_optional(pool.api())
            .await?,
    )
}

/// Makes the invited a user, and signs him in.
#[server(prefix = "/api", endpoint = "accept_invitation")]
pub async fn accept_invitation(
    token: String,
    full_name: String,
    new_password: String,
    repeat_password: String,
) -> Result<(), AppError> {
    let request = request()?;
    let pool = request.app.database.api();
    store::Attempts::Address(request.address)
        .count(pool)
        .await?;
    let full_name =
        line(&full_name, 100).map_err(|problem| AppError::field("full_name", problem))?;
    check_new(&new_password, &repeat_password)?;
    let demo: Option<bool> = sqlx::query_scalar("select demo from api.invitation($1)")
        .bind(digest(token.as_bytes()))
        .fetch_optional(pool)
        .await?;
    let demo = demo.ok_or_else(|| AppError::form(Problem::LinkExpired))?;
    let hash = passwords::hash(new_password).await?;
    let user = Uuid::now_v7();
    let accepted: bool = sqlx::query_scalar("select api.invitation_accept($1, $2, $3, $4)")
        .bind(digest(token.as_bytes()))
        .bind(user)
        .bind(&full_name)
        .bind(&hash)
        .fetch_one(pool)
        .await?;
    if !accepted {
        return Err(AppError::form(Problem::LinkExpired));
    }
    // Users of a demo sign in on its own machine only.
    if demo && !request.demo_allowed() {
        leptos_axum::redirect("/login");
        return Ok(());
    }
    start_session(&request, keys::USER, user).await?;
    leptos_axum::redirect("/");
    Ok(())
}
