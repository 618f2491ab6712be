//! Invitations: written, sent again, taken back. The link's token is kept as its hash alone.
//! An invitation becomes a user in the database's own function, which the invited calls before he is anybody.

use chrono::{DateTime, Utc};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{Person, write_status};
use crate::{
    model::{AppError, InvitationId, Language, Problem, users::Access},
    server::{
        actors::{access_of, parsed},
        database::{Reached, Viewing, Writing},
        passwords::digest,
    },
    settings::users::Invitation,
};

/// A link is worth something for so many days.
const DAYS: i32 = 7;
/// More mails than these an account does not send in an hour: nobody shall be flooded by somebody else's account.
const PER_HOUR: i64 = 100;

/// To whom the mail goes, and what it says.
pub struct Invited {
    pub email: String,
    pub full_name: String,
    pub language: Language,
    /// The account's name.
    pub account: String,
}

pub async fn invitations(tx: &mut Viewing) -> Result<Vec<Invitation>, AppError> {
    let actor = tx.actor().clone();
    let rows = sqlx::query(
        "select i.*, u.full_name as by_name, i.expires_at <= now() as expired from invitations i
         join users u on u.account_id = i.account_id and u.id = i.invited_by
         where i.account_id = $1 order by i.full_name, i.id",
    )
    .bind(actor.account.0)
    .fetch_all(tx.connection())
    .await?;
    let invitation = |row: &PgRow| {
        let expires: DateTime<Utc> = row.try_get("expires_at")?;
        Ok(Invitation {
            id: InvitationId(row.try_get("id")?),
            full_name: row.try_get("full_name")?,
            email: row.try_get("email")?,
            access: access_of(row)?,
            invited_by: row.try_get("by_name")?,
            expires: actor.local(expires),
            expired: row.try_get("expired")?,
        })
    };
    rows.iter().map(invitation).collect()
}

/// Refuses an address that signs in already; where it does so is told only of one's own account.
async fn check(tx: &mut Viewing, email: &str) -> Result<(), AppError> {
    let account = tx.actor().account.0;
    let (ours, taken): (bool, bool) = sqlx::query_as(
        "select exists (select 1 from users where account_id = $1 and lower(email) = lower($2)), email_is_taken($2)",
    )
    .bind(account)
    .bind(email)
    .fetch_one(tx.connection())
    .await?;
    match (ours, taken) {
        (true, _) => Err(AppError::field("email", Problem::AlreadyAUser)),
        (false, true) => Err(AppError::field("email", Problem::CannotInvite)),
        (false, false) => Ok(()),
    }
}

/// Counts the invitations that were sent lately: they are in the audit log, also those that were taken back.
async fn not_too_many(tx: &mut Viewing) -> Result<String, AppError> {
    let account = tx.actor().account.0;
    let (sent, name): (i64, String) = sqlx::query_as(
        "select (select count(*) from audit where account_id = $1 and what = 'status' and after = 'invited'
           and at > now() - interval '1 hour'), name from my_plan()",
    )
    .bind(account)
    .fetch_one(tx.connection())
    .await?;
    if sent >= PER_HOUR {
        return Err(AppError::TooMany { minutes: 60 });
    }
    Ok(name)
}

/// Writes an invitation; one to the same address before it is replaced.
pub async fn invite(
    mut tx: Viewing,
    email: &str,
    person: &Person,
    access: Access,
    token: &str,
) -> Result<Invited, AppError> {
    check(&mut tx, email).await?;
    let account_name = not_too_many(&mut tx).await?;
    let mut tx = tx.write(Reached::setting()).await?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query("delete from invitations where account_id = $1 and lower(email) = lower($2)")
        .bind(account)
        .bind(email)
        .execute(tx.connection())
        .await?;
    let Access { role, rights } = access;
    sqlx::query(
        "insert into invitations (account_id, id, token_hash, email, full_name, function, role, crm, deals, projects, invoices, mailbox,
           export, language, time_zone, invited_by, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, now() + make_interval(days => $17))",
    )
    .bind(account)
    .bind(Uuid::now_v7())
    .bind(digest(token.as_bytes()))
    .bind(email)
    .bind(&person.full_name)
    .bind(&person.function)
    .bind(role.code())
    .bind(rights.crm.code())
    .bind(rights.deals.code())
    .bind(rights.projects.code())
    .bind(rights.invoices)
    .bind(rights.mailbox)
    .bind(rights.export)
    .bind(person.language.code())
    .bind(&person.time_zone)
    .bind(me)
    .bind(DAYS)
    .execute(tx.connection())
    .await?;
    write_status(&mut tx, &person.full_name, "", "invited").await?;
    tx.commit().await?;
    Ok(Invited {
        email: email.to_owned(),
        full_name: person.full_name.clone(),
        language: person.language,
        account: account_name,
    })
}

/// Another token and another seven days.
pub async fn resend(mut tx: Viewing, id: InvitationId, token: &str) -> Result<Invited, AppError> {
    let account = not_too_many(&mut tx).await?;
    let mut tx = tx.write(Reached::setting()).await?;
    let row = sqlx::query(
        "update invitations set token_hash = $3, sent_at = now(), expires_at = now() + make_interval(days => $4), invited_by = $5
         where account_id = $1 and id = $2 returning email, full_name, language",
    )
    .bind(tx.actor().account.0)
    .bind(id.0)
    .bind(digest(token.as_bytes()))
    .bind(DAYS)
    .bind(tx.actor().user.0)
    .fetch_optional(tx.connection())
    .await?
    .ok_or(AppError::NotFound)?;
    let full_name: String = row.try_get("full_name")?;
    write_status(&mut tx, &full_name, "invited", "invited").await?;
    tx.commit().await?;
    Ok(Invited {
        email: row.try_get("email")?,
        full_name,
        language: parsed(&row, "language")?,
        account,
    })
}

pub async fn revoke(tx: Viewing, id: InvitationId) -> Result<(), AppError> {
    let mut tx: Writing = tx.write(Reached::setting()).await?;
    let name: Option<String> = sqlx::query_scalar(
        "delete from invitations where account_id = $1 and id = $2 returning full_name",
    )
    .bind(tx.actor().account.0)
    .bind(id.0)
    .fetch_optional(tx.connection())
    .await?;
    let name = name.ok_or(AppError::NotFound)?;
    write_status(&mut tx, &name, "invited", "revoked").await?;
    tx.commit().await
}
