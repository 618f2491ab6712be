//! The mails of this room, in the receiver's language.
//! Plain text: a link to click and what to do when one did not ask for it.

use crate::{model::Language, texts};

texts! {
    RESET_SUBJECT = "Set a new password for Steward" | "Définir un nouveau mot de passe pour Steward" | "Stel een nieuw wachtwoord in voor Steward";
    RESET_TEXT = "Hello {name},\n\nsomebody, probably you, asked for a new password for Steward. Follow this link within an hour to set one:\n\n{link}\n\nIf it was not you, you need not do anything: your password stays as it is.\n" | "Bonjour {name},\n\nquelqu’un, sans doute vous, a demandé un nouveau mot de passe pour Steward. Suivez ce lien dans l’heure pour en définir un :\n\n{link}\n\nSi ce n’était pas vous, vous n’avez rien à faire : votre mot de passe reste inchangé.\n" | "Dag {name},\n\niemand, waarschijnlijk u, heeft een nieuw wachtwoord voor Steward gevraagd. Volg deze link binnen het uur om er een in te stellen:\n\n{link}\n\nWas u het niet, dan hoeft u niets te doen: uw wachtwoord blijft ongewijzigd.\n";
}

/// Subject and text of the mail with the link to set a new password.
pub fn reset(language: Language, name: &str, link: &str) -> (String, String) {
    (
        RESET_SUBJECT.get(language).to_owned(),
        RESET_TEXT.with(language, &[("name", name), ("link", link)]),
    )
}
