//! The mail that asks support for a feature, in the operator's language.
//! It names the account and who asks, so that support can answer.

use crate::{model::Language, texts};

texts! {
    SUBJECT = "{account} asks for the second sales contact" | "{account} demande le deuxième contact commercial" | "{account} vraagt de tweede accountmanager";
    TEXT = "{name} ({email}) of {account} asks to enable the second sales contact.\n\n{link}\n" | "{name} ({email}) de {account} demande d’activer le deuxième contact commercial.\n\n{link}\n" | "{name} ({email}) van {account} vraagt om de tweede accountmanager in te schakelen.\n\n{link}\n";
}

/// Subject and text.
pub fn asked(
    language: Language,
    account: &str,
    (name, email): (&str, &str),
    link: &str,
) -> (String, String) {
    let values = [
        ("account", account),
        ("name", name),
        ("email", email),
        ("link", link),
    ];
    (
        SUBJECT.with(language, &values),
        TEXT.with(language, &values),
    )
}
