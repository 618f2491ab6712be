//! Saving a mailbox: passwords are sealed on the way in, and a change wakes every server.
//! Written down for the admins in the same transaction.

use sqlx::{Postgres, postgres::PgArguments, query::Query};
use uuid::Uuid;

use super::{Sealed, one, passwords_missing, sealed_for};
use crate::{
    mailbox::{
        draft::{Draft, Server},
        store::CHANNEL,
    },
    model::{AppError, MailboxId, Problem},
    server::{
        audit,
        database::{Reached, Viewing, Writing},
        secrets::{NoKey, Secrets},
        stale::saved_since,
    },
};

/// Creates a mailbox, or saves the one that was opened in this version, and wakes the servers.
pub async fn save(
    mut tx: Viewing,
    secrets: &Secrets,
    opened: Option<(MailboxId, i64)>,
    draft: Draft,
) -> Result<MailboxId, AppError> {
    let before = match opened {
        Some((id, version)) => {
            let row = one(&mut tx, id).await?;
            if let Some(conflict) = saved_since(&mut tx, "mailboxes", id.0, version).await? {
                return Err(conflict);
            }
            Some(row)
        }
        None => None,
    };
    passwords_missing(&draft, before.as_ref())?;
    let id = opened.map_or_else(|| MailboxId(Uuid::now_v7()), |(id, _)| id);
    let sealed = Sealed::of(secrets, tx.actor().account.0, id, &draft)?;
    let mut tx = tx.write(Reached::setting()).await?;
    write_mailbox(
        &mut tx,
        id,
        opened.map_or(0, |(_, version)| version),
        &draft,
    )
    .await?;
    write_connection(&mut tx, id, &draft, sealed).await?;
    if before
        .as_ref()
        .is_some_and(|before| !before.fetches_what(&draft))
    {
        begin_anew(&mut tx, id).await?;
    }
    let change = match before {
        None => ("", "there"),
        Some(before) if before.active && !draft.active => ("active", "deactivated"),
        Some(before) if !before.active && draft.active => ("deactivated", "active"),
        Some(_) => ("there", "changed"),
    };
    audit::write(&mut tx, &draft.name, "mailbox", change).await?;
    wake(&mut tx, id).await?;
    tx.commit().await?;
    Ok(id)
}

impl Sealed {
    /// Those that were typed, sealed for this mailbox.
    fn of(
        secrets: &Secrets,
        account: Uuid,
        id: MailboxId,
        draft: &Draft,
    ) -> Result<Self, AppError> {
        let seal = |which: &str, server: &Option<Server>| {
            let password = server.as_ref().and_then(|server| server.password.as_ref());
            let sealed = password
                .map(|password| secrets.seal(&sealed_for(account, id, which), password))
                .transpose();
            sealed.map_err(|NoKey| {
                AppError::field(&format!("{which}_password"), Problem::NoSecretKey)
            })
        };
        Ok(Self {
            imap: seal("imap", &draft.imap)?,
            smtp: seal("smtp", &draft.smtp)?,
        })
    }
}

async fn write_mailbox(
    tx: &mut Writing,
    id: MailboxId,
    version: i64,
    draft: &Draft,
) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let saved = sqlx::query(
        "insert into mailboxes (account_id, id, name, address, active, updated_by) values ($1, $2, $3, $4, $5, $6)
         on conflict (account_id, id) do update set name = excluded.name, address = excluded.address, active = excluded.active,
           version = mailboxes.version + 1, updated_at = now(), updated_by = excluded.updated_by
         where mailboxes.version = $7",
    )
    .bind(account)
    .bind(id.0)
    .bind(&draft.name)
    .bind(&draft.address)
    .bind(draft.active)
    .bind(me)
    .bind(version)
    .execute(tx.connection())
    .await?;
    // Somebody saved between our look and now: the next try tells who.
    if saved.rows_affected() == 0 {
        Err(AppError::Unavailable)
    } else {
        Ok(())
    }
}

fn bind_server<'q>(
    query: Query<'q, Postgres, PgArguments>,
    server: Option<&'q Server>,
    sealed: Option<Vec<u8>>,
) -> Query<'q, Postgres, PgArguments> {
    let user = server
        .map(|server| server.user.as_str())
        .filter(|user| !user.is_empty());
    query
        .bind(server.map(|server| server.host.as_str()))
        .bind(server.map(|server| i32::from(server.port)))
        .bind(server.map(|server| server.security.code()))
        .bind(user)
        .bind(sealed)
}

/// A password that was not typed stays, where somebody still signs in.
async fn write_connection(
    tx: &mut Writing,
    id: MailboxId,
    draft: &Draft,
    sealed: Sealed,
) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    // What is to be inserted has every password already: an insert is checked before it turns into an update.
    let kept = Sealed::kept(tx, id).await?;
    let signs_in = |server: &Option<Server>| {
        server
            .as_ref()
            .is_some_and(|server| !server.user.is_empty())
    };
    let imap = sealed.imap.or(kept.imap).filter(|_| signs_in(&draft.imap));
    let smtp = sealed.smtp.or(kept.smtp).filter(|_| signs_in(&draft.smtp));
    let query = sqlx::query(
        "insert into mailbox_connections as c (account_id, mailbox_id, imap_folder, imap_host, imap_port, imap_security, imap_user, imap_password,
           smtp_host, smtp_port, smtp_security, smtp_user, smtp_password)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (account_id, mailbox_id) do update set
           imap_folder = excluded.imap_folder, imap_host = excluded.imap_host, imap_port = excluded.imap_port,
           imap_security = excluded.imap_security, imap_user = excluded.imap_user, imap_password = excluded.imap_password,
           smtp_host = excluded.smtp_host, smtp_port = excluded.smtp_port, smtp_security = excluded.smtp_security,
           smtp_user = excluded.smtp_user, smtp_password = excluded.smtp_password",
    )
    .bind(account)
    .bind(id.0)
    .bind(&draft.folder);
    let query = bind_server(query, draft.imap.as_ref(), imap);
    bind_server(query, draft.smtp.as_ref(), smtp)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// What is fetched from elsewhere from now on begins at its beginning, and nothing is wrong with it yet.
async fn begin_anew(tx: &mut Writing, id: MailboxId) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    sqlx::query(
        "update mailbox_connections set uid_validity = null, last_uid = 0, stuck_uid = null, stuck_times = 0, checked_at = null,
           failing_since = null, problem = null, said = null
         where account_id = $1 and mailbox_id = $2",
    )
    .bind(account)
    .bind(id.0)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Once this is committed, every server looks at the mailbox.
async fn wake(tx: &mut Writing, id: MailboxId) -> Result<(), AppError> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(id.to_string())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Deletes a mailbox on which nothing hangs.
pub async fn delete(mut tx: Viewing, id: MailboxId) -> Result<(), AppError> {
    let row = one(&mut tx, id).await?;
    let account = tx.actor().account.0;
    let mut tx = tx.write(Reached::setting()).await?;
    let deleted = sqlx::query("delete from mailboxes where account_id = $1 and id = $2")
        .bind(account)
        .bind(id.0)
        .execute(tx.connection())
        .await;
    match deleted {
        Err(sqlx::Error::Database(error)) if error.is_foreign_key_violation() => {
            return Err(AppError::form(Problem::MailboxInUse));
        }
        deleted => deleted?,
    };
    audit::write(&mut tx, &row.name, "mailbox", ("there", "deleted")).await?;
    wake(&mut tx, id).await?;
    tx.commit().await
}
