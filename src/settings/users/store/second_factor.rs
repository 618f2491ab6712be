//! The second factor of an account's users, as far as its admins know it: who has one, whether all must, and taking
//! away the one of a colleague who has lost his telephone.

use crate::{
    model::{AppError, Problem, UserId},
    server::{
        audit,
        database::{Reached, Viewing},
    },
};

pub async fn required(tx: &mut Viewing) -> Result<bool, AppError> {
    Ok(sqlx::query_scalar("select my_second_factor_required()")
        .fetch_one(tx.connection())
        .await?)
}

pub async fn has(tx: &mut Viewing, user: UserId) -> Result<bool, AppError> {
    let account = tx.actor().account.0;
    Ok(sqlx::query_scalar(
        "select exists (select 1 from user_second_factors where account_id = $1 and user_id = $2)",
    )
    .bind(account)
    .bind(user.0)
    .fetch_one(tx.connection())
    .await?)
}

/// Requires one of everybody, or of nobody. From the next request on, who has none sees nothing but the page that sets it up.
pub async fn require(mut tx: Viewing, required: bool) -> Result<(), AppError> {
    let me = tx.actor().user;
    if required && !has(&mut tx, me).await? {
        return Err(AppError::form(Problem::OwnSecondFactorFirst));
    }
    let mut tx = tx.write(Reached::setting()).await?;
    let changed: bool = sqlx::query_scalar("select my_second_factor_require($1)")
        .bind(required)
        .fetch_one(tx.connection())
        .await?;
    if changed {
        let change = if required {
            ("off", "on")
        } else {
            ("on", "off")
        };
        audit::write(&mut tx, "", "second_factor_required", change).await?;
    }
    tx.commit().await
}

/// Takes a colleague's away, and signs him out everywhere. One's own is turned off with one's password instead.
pub async fn reset(mut tx: Viewing, user: UserId) -> Result<(), AppError> {
    if user == tx.actor().user {
        return Err(AppError::NotFound);
    }
    let row = super::user(&mut tx, user).await?;
    let name: String = sqlx::Row::try_get(&row, "full_name")?;
    let mut tx = tx.write(Reached::setting()).await?;
    let account = tx.actor().account.0;
    let deleted =
        sqlx::query("delete from user_second_factors where account_id = $1 and user_id = $2")
            .bind(account)
            .bind(user.0)
            .execute(tx.connection())
            .await?;
    if deleted.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    audit::write(&mut tx, &name, "second_factor", ("on", "off")).await?;
    tx.commit().await
}
