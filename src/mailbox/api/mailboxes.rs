//! Settings > Mailboxes. All begin with an admin of an account that has the module: for anybody else there are none.
//! Passwords come in and never go out.

use leptos::prelude::*;

use crate::{
    mailbox::settings::{Fields, MailboxForm, MailboxRow, Tested},
    model::{AppError, MailboxId},
};

#[cfg(feature = "ssr")]
use {
    crate::{
        mailbox::{
            draft::{self, Server},
            imap::Folder,
            problem::{ConnectionProblem, Trouble},
            smtp,
            store::mailboxes as store,
        },
        model::{Actor, plan::Module},
        server::{
            context::{self, App},
            database::Viewing,
        },
    },
    lettre::Address,
};

/// The address of the form's function that tries the connections out and saves nothing.
pub const TEST: &str = "/api/test_mailbox";

/// An admin whose account has the module.
#[cfg(feature = "ssr")]
fn admin() -> Result<(App, Actor), AppError> {
    let (_, admin) = context::admin()?;
    if admin.locked.has(Module::Mailbox) {
        return Err(AppError::NotFound);
    }
    Ok((context::request()?.app, admin))
}

#[cfg(feature = "ssr")]
async fn viewing() -> Result<(App, Viewing), AppError> {
    let (app, admin) = admin()?;
    let tx = app.database.begin(&admin).await?;
    Ok((app, tx))
}

#[server(prefix = "/api", endpoint = "mailboxes")]
pub async fn mailboxes() -> Result<Vec<MailboxRow>, AppError> {
    let (_, mut tx) = viewing().await?;
    store::list(&mut tx).await
}

/// The form of a mailbox, or of a new one.
#[server(prefix = "/api", endpoint = "edit_mailbox")]
pub async fn edit_mailbox(mailbox: Option<MailboxId>) -> Result<MailboxForm, AppError> {
    let (_, mut tx) = viewing().await?;
    store::form(&mut tx, mailbox).await
}

/// Creates a mailbox (`mailbox` none) or saves one.
#[server(prefix = "/api", endpoint = "save_mailbox")]
pub async fn save_mailbox(
    #[server(default)] mailbox: Option<MailboxId>,
    #[server(default)] version: i64,
    #[server(default)] fields: Fields,
) -> Result<(), AppError> {
    let (app, tx) = viewing().await?;
    let draft = draft::read(&fields)?;
    let opened = mailbox.map(|mailbox| (mailbox, version));
    store::save(tx, &app.secrets, opened, draft).await?;
    leptos_axum::redirect("/settings/mailboxes");
    Ok(())
}

/// Deletes a mailbox that has no tickets.
#[server(prefix = "/api", endpoint = "delete_mailbox")]
pub async fn delete_mailbox(mailbox: MailboxId) -> Result<(), AppError> {
    let (_, tx) = viewing().await?;
    store::delete(tx, mailbox).await?;
    leptos_axum::redirect("/settings/mailboxes");
    Ok(())
}

/// Tries the connections of a form out, as far as they go without fetching or sending anything.
#[server(prefix = "/api", endpoint = "test_mailbox")]
pub async fn test_mailbox(
    #[server(default)] mailbox: Option<MailboxId>,
    #[server(default)] fields: Fields,
) -> Result<Tested, AppError> {
    let (app, tx) = viewing().await?;
    let draft = draft::read(&fields)?;
    let address: Address = draft.address.parse().map_err(AppError::internal)?;
    let draft = store::with_kept_passwords(tx, &app.secrets, mailbox, draft).await?;
    // Without scripts what was typed comes back beside the answer.
    context::keep_typed();
    let imap = async {
        match &draft.imap {
            Some(server) => Some(try_folder(&app, server, &draft.folder).await),
            None => None,
        }
    };
    let smtp = async {
        match &draft.smtp {
            Some(server) => {
                Some(smtp::try_out(&app.dialler, server, app.mailer.host(), &address).await)
            }
            None => None,
        }
    };
    let (imap, smtp) = tokio::join!(imap, smtp);
    Ok(Tested { imap, smtp })
}

#[cfg(feature = "ssr")]
async fn try_folder(app: &App, server: &Server, folder: &str) -> Result<(), Trouble> {
    // One who tries out does not wait as long as one who fetches.
    let opening = Folder::open(&app.dialler, server, folder);
    let opened = tokio::time::timeout(std::time::Duration::from_secs(60), opening).await;
    opened
        .unwrap_or_else(|_| Err(ConnectionProblem::TimedOut.into()))?
        .close()
        .await;
    Ok(())
}
