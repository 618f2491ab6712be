//! The server functions of users and invitations. All begin with the admin: for anybody else there are none.
//! What an admin may not do either, such as leaving an account without one, the database refuses.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{AccessInput, Departure, PersonInput, Preview, UserForm, UsersPage};
use crate::model::{AppError, InvitationId, UserId, hand_over::HandedOver};

#[cfg(feature = "ssr")]
use {
    super::{
        mails,
        store::{self, Invited, Person},
    },
    crate::{
        model::{
            Actor, Problem, Problems,
            catalogue::is_email,
            forms::line,
            hand_over::Post,
            users::{Access, UserRole},
        },
        records::store::Shares,
        server::{
            context::{admin, request},
            passwords,
            time::is_zone,
        },
    },
};

/// Longer names and functions do not fit a page.
#[cfg(feature = "ssr")]
const LENGTH: usize = 100;
#[cfg(feature = "ssr")]
const LIST: &str = "/settings/users";

#[server(prefix = "/api", endpoint = "users")]
pub async fn users() -> Result<UsersPage, AppError> {
    let (database, admin) = admin()?;
    let mut tx = database.begin(&admin).await?;
    Ok(UsersPage {
        users: store::users(&mut tx).await?,
        invitations: store::invitations(&mut tx).await?,
        second_factor_required: store::second_factor::required(&mut tx).await?,
    })
}

/// The form of a user, or of an invitation.
#[server(prefix = "/api", endpoint = "edit_user")]
pub async fn edit_user(user: Option<UserId>) -> Result<UserForm, AppError> {
    let (database, admin) = admin()?;
    match user {
        Some(user) => store::form(&mut database.begin(&admin).await?, user).await,
        None => Ok(store::new_form(&admin)),
    }
}

/// What was typed of a person, or all that is wrong with it.
#[cfg(feature = "ssr")]
fn check(person: PersonInput, problems: &mut Problems) -> Person {
    let full_name = line(&person.full_name, LENGTH).unwrap_or_else(|problem| {
        problems.insert("full_name".into(), problem);
        String::new()
    });
    let function = match line(&person.function, LENGTH) {
        Ok(function) => Some(function),
        Err(Problem::Required) => None,
        Err(problem) => {
            problems.insert("function".into(), problem);
            None
        }
    };
    if !is_zone(&person.time_zone) {
        problems.insert("time_zone".into(), Problem::NotAnOption);
    }
    Person {
        full_name,
        function,
        language: person.language,
        time_zone: person.time_zone,
    }
}

/// Saves a user. `preview` saves nothing: the form comes back and shows what would change.
#[server(prefix = "/api", endpoint = "save_user")]
pub async fn save_user(
    user: UserId,
    version: i64,
    person: PersonInput,
    access: AccessInput,
    #[server(default)] preview: bool,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let tx = database.begin(&admin).await?;
    let mut problems = Problems::new();
    let person = check(person, &mut problems);
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    if preview {
        return Err(AppError::form(Problem::Preview));
    }
    let access = access.access();
    store::save(tx, (user, version), &person, access).await?;
    leptos_axum::redirect(after(&admin, user, access));
    Ok(())
}

/// To the list; who is no admin any more, to what is his own.
#[cfg(feature = "ssr")]
fn after(admin: &Actor, user: UserId, access: Access) -> &'static str {
    if user == admin.user && access.role != UserRole::Admin {
        "/settings/profile"
    } else {
        LIST
    }
}

/// What the user would see and lose under other rights; nothing where nothing would change.
#[server(prefix = "/api", endpoint = "preview_rights")]
pub async fn preview_rights(user: UserId, access: AccessInput) -> Result<Vec<Preview>, AppError> {
    let (database, admin) = admin()?;
    store::preview(&database, &admin, user, access.access()).await
}

/// Invites somebody by a mail with a link.
#[server(prefix = "/api", endpoint = "invite_user")]
pub async fn invite_user(
    email: String,
    person: PersonInput,
    access: AccessInput,
) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let mut problems = Problems::new();
    let person = check(person, &mut problems);
    let email = email.trim().to_owned();
    if !is_email(&email) {
        problems.insert("email".into(), Problem::NotAnEmail);
    }
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    let token = passwords::token();
    let tx = database.begin(&admin).await?;
    let invited = store::invite(tx, &email, &person, access.access(), &token).await?;
    send(&admin, &invited, &token)?;
    leptos_axum::redirect(LIST);
    Ok(())
}

#[cfg(feature = "ssr")]
fn send(admin: &Actor, invited: &Invited, token: &str) -> Result<(), AppError> {
    let app = request()?.app;
    let link = format!("{}/invitation/{token}", app.config.base_url);
    let names = [
        ("name", invited.full_name.as_str()),
        ("by", admin.full_name.as_str()),
        ("account", invited.account.as_str()),
        ("link", link.as_str()),
    ];
    let (subject, text) = mails::invitation(invited.language, &names);
    app.mailer.send(invited.email.clone(), subject, text);
    Ok(())
}

/// Sends another link, valid from now on; the one before is worth nothing any more.
#[server(prefix = "/api", endpoint = "resend_invitation")]
pub async fn resend_invitation(invitation: InvitationId) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    let token = passwords::token();
    let invited = store::resend(database.begin(&admin).await?, invitation, &token).await?;
    send(&admin, &invited, &token)?;
    leptos_axum::redirect(LIST);
    Ok(())
}

/// Takes an invitation back: its link is worth nothing any more.
#[server(prefix = "/api", endpoint = "revoke_invitation")]
pub async fn revoke_invitation(invitation: InvitationId) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::revoke(database.begin(&admin).await?, invitation).await?;
    leptos_axum::redirect(LIST);
    Ok(())
}

/// What somebody is responsible for, before he is deactivated.
#[server(prefix = "/api", endpoint = "leaving_user")]
pub async fn leaving_user(user: UserId) -> Result<Departure, AppError> {
    let (database, admin) = admin()?;
    store::departure(&mut database.begin(&admin).await?, user).await
}

/// Deactivates a user and hands over what he is responsible for, in one transaction. `to` has the receivers of each
/// role by its key; a role without receivers stays with him, and turns up under Orphans.
#[server(prefix = "/api", endpoint = "deactivate_user")]
pub async fn deactivate_user(
    user: UserId,
    version: i64,
    #[server(default)] to: BTreeMap<String, Vec<UserId>>,
) -> Result<HandedOver, AppError> {
    let (database, admin) = admin()?;
    let tx = database.begin(&admin).await?;
    let done = store::deactivate(tx, (user, version), &shares(to)?).await?;
    leptos_axum::redirect(LIST);
    Ok(done)
}

/// Lets somebody sign in again, with the rights that he had.
#[server(prefix = "/api", endpoint = "reactivate_user")]
pub async fn reactivate_user(user: UserId) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::reactivate(database.begin(&admin).await?, user).await?;
    leptos_axum::redirect(LIST);
    Ok(())
}

/// Requires a second factor of everybody, or of nobody.
#[server(prefix = "/api", endpoint = "require_second_factor")]
pub async fn require_second_factor(required: bool) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::second_factor::require(database.begin(&admin).await?, required).await?;
    leptos_axum::redirect(LIST);
    Ok(())
}

/// Takes away the second factor of a colleague who has lost it.
#[server(prefix = "/api", endpoint = "reset_second_factor")]
pub async fn reset_second_factor(user: UserId) -> Result<(), AppError> {
    let (database, admin) = admin()?;
    store::second_factor::reset(database.begin(&admin).await?, user).await?;
    leptos_axum::redirect(LIST);
    Ok(())
}

/// Receivers by role, from a form's keys; who is named twice takes no more than the others.
#[cfg(feature = "ssr")]
pub(in crate::settings) fn shares(to: BTreeMap<String, Vec<UserId>>) -> Result<Shares, AppError> {
    to.into_iter()
        .map(|(key, users)| {
            let post =
                Post::from_key(&key).ok_or_else(|| AppError::field(&key, Problem::Unknown))?;
            let mut once: Vec<UserId> = Vec::with_capacity(users.len());
            for user in users {
                if !once.contains(&user) {
                    once.push(user);
                }
            }
            Ok((post, once))
        })
        .collect()
}
