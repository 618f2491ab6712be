//! Users in the database, as an admin sees and changes them. The account's policies keep other accounts' users
//! out of all of it; triggers keep an admin, and end the sessions of who is deactivated.

mod departure;
mod invitations;
mod preview;
pub mod second_factor;

pub use departure::{deactivate, departure, reactivate};
pub use invitations::{Invited, invitations, invite, resend, revoke};
pub use preview::preview;

use sqlx::{Row as _, postgres::PgRow};

use super::{PersonInput, UserForm, UserRow};
use crate::{
    model::{
        Actor, AppError, Language, UserId,
        users::{Access, ProjectReach, Rights, UserRole},
    },
    server::{
        actors::{access_of, parsed},
        audit,
        database::{Reached, Viewing, Writing},
        stale::saved_since,
        time::zones,
    },
};

/// What an admin writes of a person, checked.
pub struct Person {
    pub full_name: String,
    pub function: Option<String>,
    pub language: Language,
    pub time_zone: String,
}

/// Everybody of the account, who is active first.
pub async fn users(tx: &mut Viewing) -> Result<Vec<UserRow>, AppError> {
    let account = tx.actor().account.0;
    let rows = sqlx::query(
        "select u.*, array(
           select t.name::text from team_members m join teams t on t.account_id = m.account_id and t.id = m.team_id
           where m.account_id = u.account_id and m.user_id = u.id order by t.name) as teams,
           exists (select 1 from user_second_factors f where f.account_id = u.account_id and f.user_id = u.id) as second_factor
         from users u where u.account_id = $1 order by not u.active, u.full_name, u.id",
    )
    .bind(account)
    .fetch_all(tx.connection())
    .await?;
    let row = |row: &PgRow| {
        Ok(UserRow {
            id: UserId(row.try_get("id")?),
            full_name: row.try_get("full_name")?,
            email: row.try_get("email")?,
            active: row.try_get("active")?,
            access: access_of(row)?,
            teams: row.try_get("teams")?,
            second_factor: row.try_get("second_factor")?,
        })
    };
    rows.iter().map(row).collect()
}

/// One user; somebody of another account is not found.
async fn user(tx: &mut Viewing, user: UserId) -> Result<PgRow, AppError> {
    let account = tx.actor().account.0;
    sqlx::query("select * from users where account_id = $1 and id = $2")
        .bind(account)
        .bind(user.0)
        .fetch_optional(tx.connection())
        .await?
        .ok_or(AppError::NotFound)
}

fn zone_names() -> Vec<String> {
    zones().into_iter().map(ToOwned::to_owned).collect()
}

pub async fn form(tx: &mut Viewing, id: UserId) -> Result<UserForm, AppError> {
    let row = user(tx, id).await?;
    let function: Option<String> = row.try_get("function")?;
    Ok(UserForm {
        id: Some(id),
        version: row.try_get("version")?,
        email: row.try_get("email")?,
        active: row.try_get("active")?,
        second_factor: id != tx.actor().user && second_factor::has(tx, id).await?,
        person: PersonInput {
            full_name: row.try_get("full_name")?,
            function: function.unwrap_or_default(),
            language: parsed(&row, "language")?,
            time_zone: row.try_get("time_zone")?,
        },
        access: access_of(&row)?,
        time_zones: zone_names(),
    })
}

/// What is proposed for somebody who is to be invited.
pub fn new_form(admin: &Actor) -> UserForm {
    let rights = Rights {
        projects: ProjectReach::Participation,
        ..Rights::FULL
    };
    UserForm {
        id: None,
        version: 0,
        email: String::new(),
        active: true,
        second_factor: false,
        person: PersonInput {
            language: admin.language,
            time_zone: admin.time_zone.clone(),
            ..PersonInput::default()
        },
        access: Access::new(UserRole::User, rights),
        time_zones: zone_names(),
    }
}

/// Saves a user over the version that the form was opened with.
pub async fn save(
    mut tx: Viewing,
    (id, version): (UserId, i64),
    person: &Person,
    access: Access,
) -> Result<(), AppError> {
    let before = current(&mut tx, id, version).await?;
    let mut tx = tx.write(Reached::setting()).await?;
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let Access { role, rights } = access;
    let saved = sqlx::query(
        "update users set full_name = $4, function = $5, language = $6, time_zone = $7, role = $8, crm = $9, deals = $10,
           projects = $11, invoices = $12, mailbox = $13, export = $14,
           version = version + 1, updated_at = now(), updated_by = $15
         where account_id = $1 and id = $2 and version = $3",
    )
    .bind(account)
    .bind(id.0)
    .bind(version)
    .bind(&person.full_name)
    .bind(&person.function)
    .bind(person.language.code())
    .bind(&person.time_zone)
    .bind(role.code())
    .bind(rights.crm.code())
    .bind(rights.deals.code())
    .bind(rights.projects.code())
    .bind(rights.invoices)
    .bind(rights.mailbox)
    .bind(rights.export)
    .bind(me)
    .execute(tx.connection())
    .await?;
    if saved.rows_affected() == 0 {
        // Somebody saved between our look and now: the next try tells who.
        return Err(AppError::Unavailable);
    }
    if before != access {
        let kept = |access: Access| serde_json::to_string(&access).map_err(AppError::internal);
        let change = (kept(before)?, kept(access)?);
        audit::write(&mut tx, &person.full_name, "rights", (&change.0, &change.1)).await?;
    }
    tx.commit().await
}

/// What the user may do now, where nobody has saved him since the form was opened.
async fn current(tx: &mut Viewing, id: UserId, version: i64) -> Result<Access, AppError> {
    let row = user(tx, id).await?;
    match saved_since(tx, "users", id.0, version).await? {
        Some(conflict) => Err(conflict),
        None => access_of(&row),
    }
}

/// Writes down that somebody was let in or shut out.
async fn write_status(
    tx: &mut Writing,
    name: &str,
    before: &str,
    after: &str,
) -> Result<(), AppError> {
    audit::write(tx, name, "status", (before, after)).await
}
