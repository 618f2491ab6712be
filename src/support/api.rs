//! The server functions of support. All begin with the operator: for users of accounts there are none.
//! They reach the database through functions of its schema `api` alone.

use leptos::prelude::*;

use super::{Account, AccountPage};
use crate::model::{
    AccountId, AppError,
    plan::{Booster, Plan},
};

#[cfg(feature = "ssr")]
use {
    super::store::{self, Change},
    crate::{
        model::{Problem, forms::line},
        server::context::operator,
    },
};

#[cfg(feature = "ssr")]
const REASON_LENGTH: usize = 500;

/// All accounts, those that ask for something first.
#[server(prefix = "/api", endpoint = "support_accounts")]
pub async fn support_accounts() -> Result<Vec<Account>, AppError> {
    let (database, operator) = operator()?;
    store::accounts(database.api(), &operator, None).await
}

#[server(prefix = "/api", endpoint = "support_account")]
pub async fn support_account(account: AccountId) -> Result<AccountPage, AppError> {
    let (database, operator) = operator()?;
    store::account(database.api(), &operator, account).await
}

/// Changes what an account has. `was` is what the form showed: nothing is overwritten that it did not show.
#[server(prefix = "/api", endpoint = "support_change")]
pub async fn support_change(
    account: AccountId,
    was: String,
    plan: Plan,
    #[server(default)] boosters: Vec<Booster>,
    #[server(default)] second: bool,
    #[server(default)] confirmed: bool,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let (database, operator) = operator()?;
    let reason =
        line(&reason, REASON_LENGTH).map_err(|problem| AppError::field("reason", problem))?;
    let now = store::account(database.api(), &operator, account).await?;
    let ends_access = now.account.plan.second_enabled && !second && now.records > 0;
    if ends_access && !confirmed {
        return Err(AppError::field("confirmed", Problem::NotConfirmed));
    }
    let change = Change {
        account,
        was,
        plan,
        boosters,
        second,
        reason,
    };
    store::change(database.api(), &operator, change).await
}

/// Closes what an account asks for without giving it; its admins read why.
#[server(prefix = "/api", endpoint = "support_decline")]
pub async fn support_decline(
    account: AccountId,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let (database, operator) = operator()?;
    let reason =
        line(&reason, REASON_LENGTH).map_err(|problem| AppError::field("reason", problem))?;
    store::decline(database.api(), &operator, account, &reason).await
}
