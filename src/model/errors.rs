//! Errors are values with a code; the words for them are chosen where they are shown.
//! No text of the database, of a library or of the system is ever part of one.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use super::{
    Conflict, Language,
    problems::{Problem, Problems},
};
use crate::texts;

/// Why something that was asked for was not done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppError {
    /// It does not exist, or not for this person: the two are not told apart.
    NotFound,
    /// Nobody is signed in (any more).
    SignedOut,
    /// What was typed cannot be taken; by field. The key `""` speaks of the whole form.
    Invalid(Problems),
    /// Somebody else saved first.
    Conflict(Box<Conflict>),
    /// Tried too often; again after so many minutes.
    TooMany { minutes: u32 },
    /// The database cannot be reached at the moment.
    Unavailable,
    /// The log has the details under this reference.
    Internal { reference: String },
}

texts! {
    NOT_FOUND = "Not found" | "Introuvable" | "Niet gevonden";
    SIGNED_OUT = "You are signed out. Please sign in again." | "Vous êtes déconnecté. Veuillez vous reconnecter." | "U bent afgemeld. Meld u opnieuw aan.";
    CHECK_FIELDS = "Not saved yet: please check the marked fields." | "Pas encore enregistré : vérifiez les champs signalés." | "Nog niet opgeslagen: controleer de aangeduide velden.";
    CONFLICT = "{name} saved this on {at}, while you were editing. Nothing of yours is lost: compare, then save again to replace it." | "{name} a enregistré ceci le {at}, pendant que vous modifiiez. Rien n’est perdu : comparez, puis enregistrez à nouveau pour le remplacer." | "{name} heeft dit op {at} opgeslagen terwijl u aan het bewerken was. Er is niets verloren: vergelijk en sla opnieuw op om het te vervangen.";
    CONTESTED = "{name} saved this on {at}, while you were editing, and changed what you changed too. Nothing is lost and nothing of yours is saved yet: choose what to keep, then save." | "{name} a enregistré ceci le {at}, pendant que vous modifiiez, et a changé ce que vous avez changé aussi. Rien n’est perdu, et rien de vous n’est encore enregistré : choisissez ce qu’il faut garder, puis enregistrez." | "{name} heeft dit op {at} opgeslagen terwijl u aan het bewerken was, en wijzigde wat u ook wijzigde. Er is niets verloren en van u is nog niets opgeslagen: kies wat blijft en sla dan op.";
    TOO_MANY = "Too many attempts. Try again in {n} minutes." | "Trop de tentatives. Réessayez dans {n} minutes." | "Te veel pogingen. Probeer het over {n} minuten opnieuw.";
    UNAVAILABLE = "Steward cannot reach its database at the moment. Nothing is lost; please try again in a few seconds." | "Steward ne peut joindre sa base de données pour le moment. Rien n’est perdu ; réessayez dans quelques secondes." | "Steward kan zijn database momenteel niet bereiken. Er is niets verloren; probeer het over enkele seconden opnieuw.";
    INTERNAL = "Something went wrong on our side. Reference: {reference}" | "Une erreur s’est produite de notre côté. Référence : {reference}" | "Er ging iets mis aan onze kant. Referentie: {reference}";
}

impl AppError {
    /// One field's problem.
    pub fn field(key: &str, problem: Problem) -> Self {
        Self::Invalid(Problems::from([(key.to_owned(), problem)]))
    }

    /// A problem of the whole form.
    pub fn form(problem: Problem) -> Self {
        Self::field("", problem)
    }

    /// The problems by field; none for other errors.
    pub fn problems(&self) -> Option<&Problems> {
        match self {
            Self::Invalid(problems) => Some(problems),
            _ => None,
        }
    }

    /// Whether it asks to be confirmed, and nothing else is wrong.
    pub fn asks_to_confirm(&self) -> bool {
        self.problems().is_some_and(|problems| {
            problems.len() == 1
                && matches!(
                    problems.get(""),
                    Some(Problem::LosesSight | Problem::WrittenMeanwhile)
                )
        })
    }

    /// What the page says in an `alert`.
    pub fn text(&self, language: Language) -> String {
        match self {
            Self::NotFound => NOT_FOUND.get(language).to_owned(),
            Self::SignedOut => SIGNED_OUT.get(language).to_owned(),
            Self::Invalid(problems) => match (problems.get(""), problems.len()) {
                (Some(problem), _) => problem.text(language),
                (None, _) => CHECK_FIELDS.get(language).to_owned(),
            },
            Self::Conflict(conflict) => {
                let at = language.moment(conflict.at);
                let text = if conflict.fields.is_empty() {
                    CONFLICT
                } else {
                    CONTESTED
                };
                text.with(language, &[("name", &conflict.by), ("at", &at)])
            }
            Self::TooMany { minutes } => {
                TOO_MANY.with(language, &[("n", &language.integer((*minutes).into()))])
            }
            Self::Unavailable => UNAVAILABLE.get(language).to_owned(),
            Self::Internal { reference } => INTERNAL.with(language, &[("reference", reference)]),
        }
    }

    /// What a control that has but one field says: that field's problem, else the whole message.
    pub fn short_text(&self, language: Language) -> String {
        match self
            .problems()
            .and_then(|problems| problems.values().next())
        {
            Some(problem) => problem.text(language),
            None => self.text(language),
        }
    }
}

/// For the log and the command line.
impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Language::En))?;
        for (field, problem) in self
            .problems()
            .into_iter()
            .flatten()
            .filter(|(field, _)| !field.is_empty())
        {
            write!(f, " {field}: {}.", problem.text(Language::En))?;
        }
        Ok(())
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            // The request never got an answer: the server is away, or the network.
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unavailable,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => Self::NotFound,
            _ => Self::Internal {
                reference: String::from("–"),
            },
        }
    }
}
