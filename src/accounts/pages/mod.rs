//! The pages of this room. Those before the sign-in are plain forms: another person means another page,
//! loaded afresh.

mod invitation;
mod password;
mod profile;
mod sessions;
mod sign_in;

pub use invitation::AcceptInvitation;
pub use password::{ForgotPassword, ResetPassword};
pub use profile::MyProfile;
pub use sessions::MySessions;
pub use sign_in::SignIn;

use crate::{model::AppError, texts, ui::page::page};

texts! {
    EMAIL = "Email" | "E-mail" | "E-mail";
    PASSWORD = "Password" | "Mot de passe" | "Wachtwoord";
    CURRENT_PASSWORD = "Current password" | "Mot de passe actuel" | "Huidig wachtwoord";
    NEW_PASSWORD = "New password" | "Nouveau mot de passe" | "Nieuw wachtwoord";
    REPEAT_PASSWORD = "Repeat new password" | "Répétez le nouveau mot de passe" | "Herhaal het nieuwe wachtwoord";
    PASSWORD_HINT = "At least 10 characters" | "Au moins 10 caractères" | "Minstens 10 tekens";
}

/// What became of the last plain post of a form: whether it was one, and its error.
pub(in crate::accounts) fn outcome(action: &str) -> (bool, Option<AppError>) {
    match page().returned(action, &[]) {
        Some(returned) => (true, returned.error),
        None => (false, None),
    }
}

/// What was typed into an input of a form that came back.
fn typed(action: &str, name: &str) -> String {
    page()
        .returned(action, &[])
        .and_then(|returned| returned.value(name).map(ToOwned::to_owned))
        .unwrap_or_default()
}
