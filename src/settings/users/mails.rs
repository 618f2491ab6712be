//! The mail with the link of an invitation, in the language of the invited.
//! It says who invites and to what, so that it is not taken for something else.

use crate::{model::Language, texts};

texts! {
    SUBJECT = "{by} invites you to {account} on Steward" | "{by} vous invite à rejoindre {account} sur Steward" | "{by} nodigt u uit bij {account} op Steward";
    TEXT = "Hello {name},\n\n{by} invites you to {account} on Steward. Follow this link within 7 days to choose your password:\n\n{link}\n\nIf you do not know {by}, you need not do anything.\n" | "Bonjour {name},\n\n{by} vous invite à rejoindre {account} sur Steward. Suivez ce lien dans les 7 jours pour choisir votre mot de passe :\n\n{link}\n\nSi vous ne connaissez pas {by}, vous n’avez rien à faire.\n" | "Dag {name},\n\n{by} nodigt u uit bij {account} op Steward. Volg deze link binnen de 7 dagen om uw wachtwoord te kiezen:\n\n{link}\n\nKent u {by} niet, dan hoeft u niets te doen.\n";
}

/// Subject and text; the names are `name`, `by`, `account` and `link`.
pub fn invitation(language: Language, names: &[(&str, &str)]) -> (String, String) {
    (SUBJECT.with(language, names), TEXT.with(language, names))
}
