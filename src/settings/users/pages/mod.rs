//! The pages of Settings > Users: the list, the form of a user or of an invitation, and the one that asks before
//! somebody is deactivated. Plain forms; only the preview of rights is better with scripts.

mod access;
mod deactivate;
mod form;
mod list;
mod preview;
mod saved;
mod second_factor;

pub use deactivate::DeactivateUser;
pub use form::{EditUser, InviteUser};
pub use list::Users;

use leptos_router::hooks::use_params_map;

use crate::{
    model::{AppError, UserId},
    texts,
};
use leptos::prelude::*;

texts! {
    DEACTIVATE = "Deactivate" | "Désactiver" | "Deactiveren";
    EMAIL = "Email" | "E-mail" | "E-mail";
    NAME = "Name" | "Nom" | "Naam";
    ROLE = "Role" | "Rôle" | "Rol";
}

const SAVE_USER: &str = "/api/save_user";
const INVITE: &str = "/api/invite_user";
const RESEND: &str = "/api/resend_invitation";
const REVOKE: &str = "/api/revoke_invitation";
const DEACTIVATE_USER: &str = "/api/deactivate_user";
const REACTIVATE_USER: &str = "/api/reactivate_user";
const REQUIRE: &str = "/api/require_second_factor";
const RESET: &str = "/api/reset_second_factor";

/// The user of the address.
fn user_of_address() -> Result<UserId, AppError> {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get_str("id").unwrap_or_default().to_owned());
    id.parse().map_err(|_| AppError::NotFound)
}
