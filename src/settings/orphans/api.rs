//! The server functions of orphans: the list, and handing over what one person holds.
//! Admins only; who may receive is decided where pickers decide it.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::model::{
    AppError, UserId,
    hand_over::{HandedOver, Holder},
};

#[cfg(feature = "ssr")]
use crate::{records::store, server::context::admin, settings::users::api::shares};

#[server(prefix = "/api", endpoint = "orphans")]
pub async fn orphans() -> Result<Vec<Holder>, AppError> {
    let (database, admin) = admin()?;
    store::orphans(&mut database.begin(&admin).await?).await
}

/// Hands over what `from` is responsible for; `to` has the receivers of each role by its key.
#[server(prefix = "/api", endpoint = "hand_over")]
pub async fn hand_over(
    from: UserId,
    #[server(default)] to: BTreeMap<String, Vec<UserId>>,
) -> Result<HandedOver, AppError> {
    let (database, admin) = admin()?;
    let tx = database.begin(&admin).await?;
    let (tx, done) = store::hand_over(tx, from, &shares(to)?).await?;
    tx.commit().await?;
    leptos_axum::redirect("/settings/orphans");
    Ok(done)
}
