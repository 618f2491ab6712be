//! Who can be chosen: active colleagues with a right to the kind.
//! The server refuses everything that these do not offer.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::absences::away_now;
use crate::{
    model::{AppError, Duty, RecordKind, UserId, users::Colleague},
    server::database::Viewing,
};

/// The condition on `users` under which somebody may be responsible for a record of a kind.
pub(super) const fn may_be_responsible(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Company | RecordKind::Contact => "active and crm <> 'none'",
        RecordKind::Deal => "active and deals <> 'none'",
        RecordKind::Invoice => "active and invoices and crm <> 'none'",
        RecordKind::Project => "active and projects <> 'none'",
        RecordKind::Ticket => "active and mailbox",
    }
}

/// The condition under which somebody may stand in a User field.
pub(super) const ACTIVE: &str = "active";

/// The condition under which somebody may be chosen: in a User field anybody active.
pub const fn may_hold(kind: RecordKind, duty: Duty) -> &'static str {
    match duty {
        Duty::Role(_) => may_be_responsible(kind),
        Duty::Field(_) => ACTIVE,
    }
}

/// Everybody who may be chosen for a record of this kind, myself first.
pub async fn colleagues(tx: &mut Viewing, kind: RecordKind) -> Result<Vec<Colleague>, AppError> {
    let all = colleagues_with_email(tx, kind).await?;
    Ok(all.into_iter().map(|(colleague, _)| colleague).collect())
}

/// Everybody who may be chosen in a User field, myself first.
pub async fn everybody(tx: &mut Viewing) -> Result<Vec<Colleague>, AppError> {
    let all = everybody_with_email(tx).await?;
    Ok(all.into_iter().map(|(colleague, _)| colleague).collect())
}

/// Those who may be chosen for a record, each with the e-mail address by which a file may name him.
pub async fn colleagues_with_email(
    tx: &mut Viewing,
    kind: RecordKind,
) -> Result<Vec<(Colleague, String)>, AppError> {
    with_email(tx, may_be_responsible(kind)).await
}

/// Those who may be chosen in a User field, likewise.
pub async fn everybody_with_email(tx: &mut Viewing) -> Result<Vec<(Colleague, String)>, AppError> {
    with_email(tx, ACTIVE).await
}

/// Everybody whom the account has, myself first and who is deactivated last; whether each is active.
pub async fn everybody_ever(tx: &mut Viewing) -> Result<Vec<(Colleague, bool)>, AppError> {
    let all = those_who(tx, "true").await?.into_iter();
    Ok(all
        .map(|(colleague, _, active)| (colleague, active))
        .collect())
}

async fn with_email(
    tx: &mut Viewing,
    condition: &'static str,
) -> Result<Vec<(Colleague, String)>, AppError> {
    let all = those_who(tx, condition).await?.into_iter();
    Ok(all
        .map(|(colleague, email, _)| (colleague, email))
        .collect())
}

async fn those_who(
    tx: &mut Viewing,
    condition: &'static str,
) -> Result<Vec<(Colleague, String, bool)>, AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    let sql = format!(
        "select id, full_name, email, active, array(
           select t.name from team_members m join teams t on t.account_id = m.account_id and t.id = m.team_id
           where m.account_id = users.account_id and m.user_id = users.id order by t.name)
         from users where account_id = $1 and {condition} order by id <> $2, not active, full_name, id"
    );
    let rows: Vec<(Uuid, String, String, bool, Vec<String>)> = sqlx::query_as(AssertSqlSafe(sql))
        .bind(account)
        .bind(me)
        .fetch_all(tx.connection())
        .await?;
    let account = tx.actor().account;
    let away = away_now(tx.connection(), account).await?;
    let listed = |(id, full_name, email, active, teams)| {
        let id = UserId(id);
        let colleague = Colleague {
            id,
            full_name,
            teams,
            away_until: away.until(id),
            stand_in: away.stand_in(id).map(|(_, name)| name.to_owned()),
        };
        (colleague, email, active)
    };
    Ok(rows.into_iter().map(listed).collect())
}
