//! The server functions of the second factor: the second half of signing in, and turning one's own on and off.
//! Whoever changes it gives his password again: an open browser is not enough.

use leptos::prelude::*;

use super::SecondFactor;
use crate::model::AppError;

#[cfg(feature = "ssr")]
use {
    super::{
        codes,
        store::{self, Owing},
    },
    crate::{
        accounts::{
            api::{check_password, start_session},
            operators,
            store::{Attempts, credentials},
        },
        model::Problem,
        server::{
            context::{Request, owing_or_actor, request},
            metrics::Step,
            session::keys,
        },
    },
    serde::{Deserialize, Serialize},
};

/// So many seconds after the password the second factor must have come.
#[cfg(feature = "ssr")]
const WITHIN: i64 = 300;

#[cfg(feature = "ssr")]
pub const PAGE: &str = "/settings/second-factor";

/// Somebody whose password was right a moment ago.
#[cfg(feature = "ssr")]
#[derive(Serialize, Deserialize)]
struct Half {
    email: String,
    /// Seconds since 1970.
    until: i64,
    /// Where he wanted to go.
    next: String,
}

/// The password was right: leads to the page that asks for the rest.
#[cfg(feature = "ssr")]
pub async fn ask(request: &Request, email: &str, next: &str) -> Result<(), AppError> {
    let session = &request.session;
    session.cycle_id().await.map_err(AppError::internal)?;
    let half = Half {
        email: email.to_owned(),
        until: chrono::Utc::now().timestamp() + WITHIN,
        next: next.to_owned(),
    };
    session
        .insert(keys::SECOND_FACTOR, half)
        .await
        .map_err(AppError::internal)?;
    leptos_axum::redirect("/login/code");
    Ok(())
}

/// Takes the code of somebody whose password was right a moment ago, or one of his recovery codes.
#[server(prefix = "/api", endpoint = "sign_in_code")]
pub async fn sign_in_code(code: String) -> Result<(), AppError> {
    let request = request()?;
    let done = check_code(&request, &code).await;
    request.app.metrics.signed_in(Step::SecondFactor, &done);
    done
}

#[cfg(feature = "ssr")]
async fn check_code(request: &Request, code: &str) -> Result<(), AppError> {
    let pool = request.app.database.api();
    let half: Option<Half> = request
        .session
        .get(keys::SECOND_FACTOR)
        .await
        .map_err(AppError::internal)?;
    let now = chrono::Utc::now().timestamp();
    let Some(half) = half.filter(|half| half.until > now) else {
        return Err(AppError::SignedOut);
    };
    // Counted with the passwords: a million codes are soon tried.
    let attempts = Attempts::Email(&half.email);
    attempts.count(pool).await?;
    let operator = operators::credentials(pool, &half.email).await?;
    let user = match operator {
        Some(_) => None,
        None => credentials(pool, &half.email).await?,
    };
    let (owing, key, id, next) = match (&operator, &user) {
        (Some(operator), _) => {
            let owing = Owing::Operator(operator);
            (owing, keys::OPERATOR, operator.id, half.next.as_str())
        }
        (None, Some(user)) => {
            // Turned off meanwhile: the sign-in begins anew.
            let secret = user.secret.as_deref().ok_or(AppError::SignedOut)?;
            let id = user.user_id;
            let owing = Owing::User { id, secret };
            (owing, keys::USER, id, half.next.as_str())
        }
        (None, None) => return Err(AppError::SignedOut),
    };
    if !owing.use_code(pool, code).await? {
        return Err(AppError::field("code", Problem::WrongCode));
    }
    attempts.forgive(pool).await?;
    start_session(request, key, id).await?;
    leptos_axum::redirect(next);
    Ok(())
}

/// Mine, and what is under way of it.
#[server(prefix = "/api", endpoint = "my_second_factor")]
pub async fn my_second_factor() -> Result<SecondFactor, AppError> {
    let (request, actor) = owing_or_actor()?;
    let state = store::state(request.app.database.api(), &actor).await?;
    let set_up = match pending(&request).await? {
        Some(secret) if state.since.is_none() => Some(codes::set_up(&secret, &actor.email)?),
        _ => None,
    };
    let new_codes = match request.session.get_value(keys::NEW_CODES).await {
        Ok(None) => None,
        _ => request
            .session
            .remove::<Vec<String>>(keys::NEW_CODES)
            .await
            .map_err(AppError::internal)?,
    };
    Ok(SecondFactor {
        required: state.required,
        since: state.since.map(|since| actor.local(since)),
        recovery_codes: state.recovery_codes,
        set_up,
        new_codes: new_codes.unwrap_or_default(),
    })
}

/// The secret of a second factor that was begun in this session.
#[cfg(feature = "ssr")]
async fn pending(request: &Request) -> Result<Option<Vec<u8>>, AppError> {
    let kept = request.session.get(keys::PENDING_FACTOR).await;
    kept.map_err(AppError::internal)
}

/// Begins: from now on the page shows what the authenticator is to be given.
#[server(prefix = "/api", endpoint = "begin_second_factor")]
pub async fn begin_second_factor() -> Result<(), AppError> {
    let (request, _) = owing_or_actor()?;
    request
        .session
        .insert(keys::PENDING_FACTOR, codes::new_secret())
        .await
        .map_err(AppError::internal)
}

/// Turns it on, by the first code of the authenticator that was given the secret.
#[server(prefix = "/api", endpoint = "confirm_second_factor")]
pub async fn confirm_second_factor(code: String, current_password: String) -> Result<(), AppError> {
    let (request, actor) = owing_or_actor()?;
    let pool = request.app.database.api();
    check_password(pool, &actor, current_password).await?;
    let secret = pending(&request).await?.ok_or(AppError::NotFound)?;
    let shown = store::turn_on(pool, &actor, &secret, &code).await?;
    request
        .session
        .remove::<Vec<u8>>(keys::PENDING_FACTOR)
        .await
        .map_err(AppError::internal)?;
    show(&request, &shown).await
}

#[cfg(feature = "ssr")]
async fn show(request: &Request, codes: &[String]) -> Result<(), AppError> {
    let session = &request.session;
    session.cycle_id().await.map_err(AppError::internal)?;
    session
        .insert(keys::NEW_CODES, codes)
        .await
        .map_err(AppError::internal)?;
    leptos_axum::redirect(PAGE);
    Ok(())
}

/// Other recovery codes; those before are worth nothing any more.
#[server(prefix = "/api", endpoint = "renew_recovery_codes")]
pub async fn renew_recovery_codes(current_password: String) -> Result<(), AppError> {
    let (request, actor) = owing_or_actor()?;
    let pool = request.app.database.api();
    check_password(pool, &actor, current_password).await?;
    show(&request, &store::renew(pool, &actor).await?).await
}

/// Turns it off; where the account requires one, it has to be set up anew at once.
#[server(prefix = "/api", endpoint = "turn_off_second_factor")]
pub async fn turn_off_second_factor(current_password: String) -> Result<(), AppError> {
    let (request, actor) = owing_or_actor()?;
    check_password(request.app.database.api(), &actor, current_password).await?;
    store::turn_off(&request.app.database, &actor).await?;
    leptos_axum::redirect(PAGE);
    Ok(())
}
