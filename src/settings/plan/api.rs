//! The server functions of an account's plan: reading it, asking support, and, where the server allows
//! it, enabling and disabling the second sales contact oneself. Admins only.

use leptos::prelude::*;

use super::{Loss, PlanPage};
use crate::model::{AppError, audit::AuditEntry};

#[cfg(feature = "ssr")]
use {
    super::{mails, store},
    crate::{
        model::Language,
        server::context::{admin, request},
    },
};

#[server(prefix = "/api", endpoint = "my_plan")]
pub async fn my_plan() -> Result<PlanPage, AppError> {
    let (database, admin) = admin()?;
    let mut tx = database.begin(&admin).await?;
    Ok(PlanPage {
        plan: store::plan(&mut tx).await?,
        asked: store::asked(&mut tx).await?,
        declined: store::declined(&mut tx).await?,
        self_service: request()?.app.config.self_service,
    })
}

/// Asks support to enable the second sales contact: a request, and a mail the first time.
#[server(prefix = "/api", endpoint = "ask_for_second")]
pub async fn ask_for_second() -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let app = request()?.app;
    let mut tx = database.begin(&admin).await?;
    let plan = store::plan(&mut tx).await?;
    if plan.second_enabled || !store::ask(tx).await? {
        return Ok(());
    }
    let receivers = match &app.config.support_mail {
        Some(address) => vec![(address.clone(), Language::En)],
        None => store::operators(database.api()).await?,
    };
    let link = format!("{}/support/{}", app.config.base_url, admin.account);
    for (to, language) in receivers {
        let who = (admin.full_name.as_str(), admin.email.as_str());
        let (subject, text) = mails::asked(language, &plan.name, who, &link);
        app.mailer.send(to, subject, text);
    }
    Ok(())
}

/// Who would lose access to how many records without the second sales contact.
#[server(prefix = "/api", endpoint = "second_losses")]
pub async fn second_losses() -> Result<Vec<Loss>, AppError> {
    let (database, admin) = admin()?;
    if !request()?.app.config.self_service {
        return Err(AppError::NotFound);
    }
    store::losses(&mut database.begin(&admin).await?).await
}

/// Enables or disables it, where this server leaves that to admins.
#[server(prefix = "/api", endpoint = "set_second")]
pub async fn set_second(enabled: bool) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    if !request()?.app.config.self_service {
        return Err(AppError::NotFound);
    }
    store::set_second(database.begin(&admin).await?, enabled).await?;
    leptos_axum::redirect("/settings/plan");
    Ok(())
}

/// What was changed of the account, the latest first.
#[server(prefix = "/api", endpoint = "audit")]
pub async fn audit() -> Result<Vec<AuditEntry>, AppError> {
    let (database, admin) = admin()?;
    store::audit(&mut database.begin(&admin).await?).await
}
