//! Deactivating and reactivating. Who goes hands over what he is responsible for in the same transaction,
//! or leaves it: then it is an orphan.

use sqlx::Row as _;

use super::{current, user, write_status};
use crate::{
    model::{
        AppError, UserId,
        hand_over::{HandedOver, Holder},
    },
    records::store::{Shares, hand_over, held_by},
    server::database::{Reached, Viewing, Writing},
    settings::users::Departure,
};

pub async fn departure(tx: &mut Viewing, id: UserId) -> Result<Departure, AppError> {
    let row = user(tx, id).await?;
    let active: bool = row.try_get("active")?;
    if !active {
        return Err(AppError::NotFound);
    }
    Ok(Departure {
        version: row.try_get("version")?,
        holder: Holder {
            user: id,
            full_name: row.try_get("full_name")?,
            active,
            held: held_by(tx, id).await?,
        },
    })
}

pub async fn deactivate(
    mut tx: Viewing,
    (id, version): (UserId, i64),
    shares: &Shares,
) -> Result<HandedOver, AppError> {
    current(&mut tx, id, version).await?;
    let name = departure(&mut tx, id).await?.holder.full_name;
    let (mut tx, done) = hand_over(tx, id, shares).await?;
    set_active(&mut tx, id, false).await?;
    write_status(&mut tx, &name, "active", "deactivated").await?;
    tx.commit().await?;
    Ok(done)
}

pub async fn reactivate(mut tx: Viewing, id: UserId) -> Result<(), AppError> {
    let row = user(&mut tx, id).await?;
    if row.try_get("active")? {
        return Ok(());
    }
    let name: String = row.try_get("full_name")?;
    let mut tx = tx.write(Reached::setting()).await?;
    set_active(&mut tx, id, true).await?;
    write_status(&mut tx, &name, "deactivated", "active").await?;
    tx.commit().await
}

/// The last active admin stays: the database refuses. Sessions end by it too.
async fn set_active(tx: &mut Writing, id: UserId, active: bool) -> Result<(), AppError> {
    let (account, me) = (tx.actor().account.0, tx.actor().user.0);
    sqlx::query(
        "update users set active = $3, version = version + 1, updated_at = now(), updated_by = $4
         where account_id = $1 and id = $2",
    )
    .bind(account)
    .bind(id.0)
    .bind(active)
    .bind(me)
    .execute(tx.connection())
    .await?;
    Ok(())
}
