//! The demo's teams and its operator, beside the users of `demo.rs`.
//! The operator is told of nothing but the demo's machine: he signs in there only.

use anyhow::Result;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{model::AccountId, server::passwords};

pub const OPERATOR: &str = "support@demo.test";

/// Name, e-mail address of the lead, of the other members.
const TEAMS: [(&str, &str, &[&str]); 2] = [
    ("North", "lucas@demo.test", &["emma@demo.test"]),
    (
        "South",
        "sofia@demo.test",
        &["hugo@demo.test", "jan@demo.test"],
    ),
];

pub async fn teams(owner: &mut PgConnection, account: AccountId) -> Result<()> {
    for (name, lead, members) in TEAMS {
        let team = Uuid::now_v7();
        sqlx::query("insert into teams (account_id, id, name) values ($1, $2, $3)")
            .bind(account.0)
            .bind(team)
            .bind(name)
            .execute(&mut *owner)
            .await?;
        let emails: Vec<&str> = members.iter().copied().chain([lead]).collect();
        sqlx::query(
            "insert into team_members (account_id, team_id, user_id, lead)
             select account_id, $2, id, email = $4 from users where account_id = $1 and email = any ($3)",
        )
        .bind(account.0)
        .bind(team)
        .bind(emails)
        .bind(lead)
        .execute(&mut *owner)
        .await?;
    }
    Ok(())
}

/// Without a second factor, in the demo.
pub async fn operator(owner: &mut PgConnection, password: &str) -> Result<()> {
    let known: bool =
        sqlx::query_scalar("select exists (select 1 from operators where email = $1)")
            .bind(OPERATOR)
            .fetch_one(&mut *owner)
            .await?;
    if known {
        return Ok(());
    }
    let hash = passwords::hash(password.to_owned()).await?;
    sqlx::query(
        "insert into operators (id, full_name, email, password_hash, demo) values ($1, 'Operator', $2, $3, true)
         on conflict do nothing",
    )
    .bind(Uuid::now_v7())
    .bind(OPERATOR)
    .bind(&hash)
    .execute(owner)
    .await?;
    Ok(())
}
