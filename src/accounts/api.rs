//! The server functions of signing in and of one's own profile. Those before the sign-in say the same,
//! after the same time, for addresses that Steward knows and for those that it does not.

use leptos::prelude::*;

use super::me::{MySession, Profile};
use crate::model::{AppError, Language, SessionId};

#[cfg(feature = "ssr")]
use {
    super::{mails, operators, second_factor, store},
    crate::{
        model::{Actor, Problem, Problems},
        server::{
            context::{Request, actor, request},
            metrics::Step,
            passwords,
            session::keys,
            time::is_zone,
        },
    },
};

/// Signs in, and leads to where one wanted to go.
#[server(prefix = "/api", endpoint = "sign_in")]
pub async fn sign_in(
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let request = request()?;
    let done = check_credentials(&request, email.trim(), password, local_address(&next)).await;
    request.app.metrics.signed_in(Step::Password, &done);
    done
}

#[cfg(feature = "ssr")]
async fn check_credentials(
    request: &Request,
    email: &str,
    password: String,
    next: &str,
) -> Result<(), AppError> {
    let pool = request.app.database.api();
    let (by_email, by_address) = (
        store::Attempts::Email(email),
        store::Attempts::Address(request.address),
    );
    by_address.count(pool).await?;
    by_email.count(pool).await?;

    // Operators first: no account can take an operator's address away from him by giving it to a user.
    let operator = operators::credentials(pool, email).await?;
    if let Some(operator) = operator {
        let hash = Some(operator.password_hash.clone());
        if password.len() > passwords::MAX_LENGTH || !passwords::verify(password, hash).await? {
            return Err(AppError::form(Problem::WrongCredentials));
        }
        by_address.forgive(pool).await?;
        if operator.demo {
            // For all others the second factor is counted with the password, and forgives both.
            by_email.forgive(pool).await?;
        }
        return operator_signs_in(request, &operator, support_address(next)).await;
    }
    let known = store::credentials(pool, email).await?;
    let hash = known.as_ref().map(|known| known.password_hash.clone());
    let fits = password.len() <= passwords::MAX_LENGTH && passwords::verify(password, hash).await?;
    let Some(user) = known.filter(|_| fits) else {
        return Err(AppError::form(Problem::WrongCredentials));
    };
    if user.demo && !request.demo_allowed() {
        return Err(AppError::form(Problem::DemoNotHere));
    }
    by_address.forgive(pool).await?;
    if user.secret.is_some() {
        // Forgiven with the second factor, which is counted with the password.
        return second_factor::api::ask(request, &user.email, next).await;
    }
    by_email.forgive(pool).await?;
    start_session(request, keys::USER, user.user_id).await?;
    leptos_axum::redirect(next);
    Ok(())
}

/// The password was right. The demo's operator is in, on this machine; any other still owes his second factor.
#[cfg(feature = "ssr")]
async fn operator_signs_in(
    request: &Request,
    operator: &operators::OperatorCredentials,
    next: &str,
) -> Result<(), AppError> {
    if !operator.demo {
        return second_factor::api::ask(request, &operator.email, next).await;
    }
    if !request.demo_allowed() {
        return Err(AppError::form(Problem::DemoNotHere));
    }
    start_session(request, keys::OPERATOR, operator.id).await?;
    leptos_axum::redirect(next);
    Ok(())
}

/// A session under a new id, so that one planted before the sign-in is worth nothing after it.
#[cfg(feature = "ssr")]
pub(super) async fn start_session(
    request: &Request,
    key: &'static str,
    who: uuid::Uuid,
) -> Result<(), AppError> {
    let session = &request.session;
    session.cycle_id().await.map_err(AppError::internal)?;
    // One session is one person: what it was before, it is no longer.
    session.clear().await;
    session.insert(key, who).await.map_err(AppError::internal)?;
    session
        .insert(keys::AGENT, &request.agent)
        .await
        .map_err(AppError::internal)
}

/// An address on this server, whatever the form says.
#[cfg(feature = "ssr")]
fn local_address(next: &str) -> &str {
    let local = next.starts_with('/')
        && !next.starts_with("//")
        && next.chars().all(|c| c.is_ascii_graphic() && c != '\\');
    if local { next } else { "/" }
}

/// Where an operator goes: a mail may have led him to one account, and nothing else is there for him.
#[cfg(feature = "ssr")]
fn support_address(next: &str) -> &str {
    let next = local_address(next);
    if next.starts_with("/support/") {
        next
    } else {
        "/support"
    }
}

#[server(prefix = "/api", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    request()?
        .session
        .flush()
        .await
        .map_err(AppError::internal)?;
    leptos_axum::redirect("/login");
    Ok(())
}

/// Sends a link to set a new password, if there is such a user; the answer does not say.
#[server(prefix = "/api", endpoint = "forgot_password")]
pub async fn forgot_password(email: String) -> Result<(), AppError> {
    let request = request()?;
    store::Attempts::Address(request.address)
        .count(request.app.database.api())
        .await?;
    let email = email.trim().to_owned();
    if !crate::model::catalogue::is_email(&email) {
        return Err(AppError::field("email", Problem::NotAnEmail));
    }
    // After the answer: its time tells nothing.
    tokio::spawn(async move {
        if let Err(error) = send_reset(&request, &email).await {
            tracing::warn!(?error, "a link to set a new password could not be sent");
        }
    });
    Ok(())
}

#[cfg(feature = "ssr")]
async fn send_reset(request: &Request, email: &str) -> Result<(), AppError> {
    let pool = request.app.database.api();
    store::Attempts::Email(email).count(pool).await?;
    let Some(user) = store::credentials(pool, email).await? else {
        return Ok(());
    };
    if user.demo && !request.demo_allowed() {
        return Ok(());
    }
    let token = passwords::token();
    store::keep_reset(pool, user.user_id, &token).await?;
    let link = format!("{}/reset-password/{token}", request.app.config.base_url);
    let (subject, text) = mails::reset(user.language(), &user.full_name, &link);
    request.app.mailer.send(email.to_owned(), subject, text);
    Ok(())
}

/// Whether a link to set a new password is still worth something.
#[server(prefix = "/api", endpoint = "reset_is_valid")]
pub async fn reset_is_valid(token: String) -> Result<bool, AppError> {
    store::reset_is_valid(request()?.app.database.api(), &token).await
}

#[server(prefix = "/api", endpoint = "reset_password")]
pub async fn reset_password(
    token: String,
    new_password: String,
    repeat_password: String,
) -> Result<(), AppError> {
    let request = request()?;
    let pool = request.app.database.api();
    store::Attempts::Address(request.address)
        .count(pool)
        .await?;
    check_new(&new_password, &repeat_password)?;
    if !store::reset_is_valid(pool, &token).await? {
        return Err(AppError::form(Problem::LinkExpired));
    }
    let hash = passwords::hash(new_password).await?;
    if !store::use_reset(pool, &token, &hash).await? {
        return Err(AppError::form(Problem::LinkExpired));
    }
    leptos_axum::redirect("/login?password=set");
    Ok(())
}

#[cfg(feature = "ssr")]
pub(super) fn check_new(new: &str, repeat: &str) -> Result<(), AppError> {
    let mut problems = Problems::new();
    if new.chars().count() < passwords::MIN_LENGTH {
        problems.insert(
            "new_password".into(),
            Problem::PasswordTooShort {
                min: passwords::MIN_LENGTH,
            },
        );
    }
    if new.len() > passwords::MAX_LENGTH {
        problems.insert(
            "new_password".into(),
            Problem::TooLong {
                max: passwords::MAX_LENGTH,
            },
        );
    }
    if new != repeat {
        problems.insert("repeat_password".into(), Problem::PasswordsDiffer);
    }
    if problems.is_empty() {
        Ok(())
    } else {
        Err(AppError::Invalid(problems))
    }
}

/// Refuses who does not know the password of who is signed in; counted, like signing in.
#[cfg(feature = "ssr")]
pub(super) async fn check_password(
    pool: &sqlx::PgPool,
    actor: &Actor,
    typed: String,
) -> Result<(), AppError> {
    let attempts = store::Attempts::Email(&actor.email);
    attempts.count(pool).await?;
    let known = store::credentials(pool, &actor.email).await?;
    let hash = known.map(|known| known.password_hash);
    if typed.len() > passwords::MAX_LENGTH || !passwords::verify(typed, hash).await? {
        return Err(AppError::field("current_password", Problem::WrongPassword));
    }
    attempts.forgive(pool).await
}

/// Sets another password and ends all my other sessions.
#[server(prefix = "/api", endpoint = "change_password")]
pub async fn change_password(
    current_password: String,
    new_password: String,
    repeat_password: String,
) -> Result<(), AppError> {
    let request = request()?;
    let (database, actor) = actor()?;
    check_new(&new_password, &repeat_password)?;
    check_password(database.api(), &actor, current_password).await?;
    let hash = passwords::hash(new_password).await?;
    store::set_password(database.api(), actor.user, &hash).await?;
    store::end_other_sessions(database.api(), &actor).await?;
    request.session.cycle_id().await.map_err(AppError::internal)
}

#[server(prefix = "/api", endpoint = "my_sessions")]
pub async fn my_sessions() -> Result<Vec<MySession>, AppError> {
    let (database, actor) = actor()?;
    store::my_sessions(database.api(), &actor).await
}

/// Ends one of my sessions; somebody else's is not found.
#[server(prefix = "/api", endpoint = "end_session")]
pub async fn end_session(session: SessionId) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    store::end_session(database.api(), &actor, session).await
}

#[server(prefix = "/api", endpoint = "my_profile")]
pub async fn my_profile() -> Result<Profile, AppError> {
    let (_, actor) = actor()?;
    Ok(store::profile(&actor))
}

#[server(prefix = "/api", endpoint = "save_profile")]
pub async fn save_profile(language: Language, time_zone: String) -> Result<(), AppError> {
    let (database, actor) = actor()?;
    if !is_zone(&time_zone) {
        return Err(AppError::field("time_zone", Problem::NotAnOption));
    }
    store::save_profile(&database, &actor, language, &time_zone).await
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::local_address;

    #[test]
    fn one_is_led_to_addresses_on_this_server_only() {
        assert_eq!(local_address("/companies?q=a%20b"), "/companies?q=a%20b");
        for bad in [
            "",
            "//evil.test",
            "https://evil.test",
            "/\\evil.test",
            "/a\r\nSet-Cookie: x=y",
            "/é",
        ] {
            assert_eq!(local_address(bad), "/", "{bad:?}");
        }
    }
}
