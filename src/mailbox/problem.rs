//! What can be wrong with a mailbox's servers, in words that its admin can do something with.
//! The database keeps the codes; what a server itself said stands beside them, for admins.

use serde::{Deserialize, Serialize};

use crate::{
    model::{Language, Text},
    texts,
};

/// So much of what a server said is kept and shown.
pub const SAID: usize = 300;

texts! {
    HOST_UNKNOWN = "There is no server of this name" | "Aucun serveur ne porte ce nom" | "Er is geen server met deze naam";
    FORBIDDEN = "This server is not to be reached from here: it lies in a private network" | "Ce serveur n’est pas accessible d’ici : il se trouve dans un réseau privé" | "Deze server is van hieruit niet te bereiken: hij staat in een privénetwerk";
    REFUSED = "The server takes no connection on this port" | "Le serveur n’accepte aucune connexion sur ce port" | "De server aanvaardt geen verbinding op deze poort";
    TIMED_OUT = "The server does not answer" | "Le serveur ne répond pas" | "De server antwoordt niet";
    UNREACHABLE = "The server cannot be reached, or broke the connection" | "Le serveur est injoignable ou a coupé la connexion" | "De server is onbereikbaar of verbrak de verbinding";
    UNTRUSTED = "The server’s certificate is not trusted: nobody known has signed it" | "Le certificat du serveur n’est pas fiable : aucune autorité connue ne l’a signé" | "Het certificaat van de server wordt niet vertrouwd: niemand die bekend is heeft het ondertekend";
    WRONG_NAME = "The server’s certificate is for another name" | "Le certificat du serveur est établi pour un autre nom" | "Het certificaat van de server is voor een andere naam";
    EXPIRED = "The server’s certificate has expired, or is not valid yet" | "Le certificat du serveur a expiré ou n’est pas encore valable" | "Het certificaat van de server is verlopen of nog niet geldig";
    NO_TLS = "The server does not speak TLS on this port: choose another port, or STARTTLS" | "Le serveur ne parle pas TLS sur ce port : choisissez un autre port, ou STARTTLS" | "De server spreekt geen TLS op deze poort: kies een andere poort, of STARTTLS";
    NO_STARTTLS = "The server does not offer STARTTLS" | "Le serveur ne propose pas STARTTLS" | "De server biedt geen STARTTLS aan";
    NOT_IMAP = "What answers there is no IMAP server" | "Ce qui répond n’est pas un serveur IMAP" | "Wat daar antwoordt is geen IMAP-server";
    NOT_SMTP = "What answers there is no SMTP server" | "Ce qui répond n’est pas un serveur SMTP" | "Wat daar antwoordt is geen SMTP-server";
    NO_LOGIN = "The server offers no way to sign in with a password over this connection" | "Le serveur ne permet pas de se connecter par mot de passe sur cette connexion" | "De server laat op deze verbinding niet toe zich met een wachtwoord aan te melden";
    LOGIN_REFUSED = "The server does not accept the user or the password" | "Le serveur refuse l’utilisateur ou le mot de passe" | "De server aanvaardt de gebruiker of het wachtwoord niet";
    NO_FOLDER = "There is no such folder on the server" | "Ce dossier n’existe pas sur le serveur" | "Deze map bestaat niet op de server";
    SENDER_REFUSED = "The server does not send for this address" | "Le serveur n’envoie pas pour cette adresse" | "De server verstuurt niet voor dit adres";
    MESSAGE_REFUSED = "The server did not take the message" | "Le serveur n’a pas accepté le message" | "De server aanvaardde het bericht niet";
    SAID_NO = "The server refused what was asked of it" | "Le serveur a refusé ce qui lui était demandé" | "De server weigerde wat gevraagd werd";
    SEALED = "The password cannot be read any more: type it again" | "Le mot de passe n’est plus lisible : tapez-le à nouveau" | "Het wachtwoord is niet meer leesbaar: typ het opnieuw";
    NOT_TAKEN_IN = "A message could not be taken in; it is tried again" | "Un message n’a pas pu être repris ; nouvel essai bientôt" | "Een bericht kon niet opgenomen worden; het wordt opnieuw geprobeerd";
    TOO_LARGE = "too large" | "trop volumineux" | "te groot";
    BROKEN = "cannot be read" | "illisible" | "niet te lezen";
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $code:literal, $text:ident;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant,)* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// What the database calls it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }

            pub const fn label(self) -> Text {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// What is wrong with a server, or with what we do with it.
    ConnectionProblem {
        HostUnknown = "host_unknown", HOST_UNKNOWN;
        Forbidden = "forbidden", FORBIDDEN;
        Refused = "refused", REFUSED;
        TimedOut = "timed_out", TIMED_OUT;
        Unreachable = "unreachable", UNREACHABLE;
        Untrusted = "untrusted", UNTRUSTED;
        WrongName = "wrong_name", WRONG_NAME;
        Expired = "expired", EXPIRED;
        NoTls = "no_tls", NO_TLS;
        NoStartTls = "no_starttls", NO_STARTTLS;
        NotImap = "not_imap", NOT_IMAP;
        NotSmtp = "not_smtp", NOT_SMTP;
        NoLogin = "no_login", NO_LOGIN;
        LoginRefused = "login_refused", LOGIN_REFUSED;
        NoFolder = "no_folder", NO_FOLDER;
        SenderRefused = "sender_refused", SENDER_REFUSED;
        MessageRefused = "message_refused", MESSAGE_REFUSED;
        SaidNo = "said_no", SAID_NO;
        Sealed = "sealed", SEALED;
        NotTakenIn = "not_taken_in", NOT_TAKEN_IN;
    }
}

codes! {
    /// Why a message was left out.
    Left {
        TooLarge = "too_large", TOO_LARGE;
        Broken = "broken", BROKEN;
    }
}

/// A problem, and what the server said to it where it said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    pub problem: ConnectionProblem,
    pub said: Option<String>,
}

impl Trouble {
    /// `said` is cut to what is kept, and to one line.
    pub fn new(problem: ConnectionProblem, said: &str) -> Self {
        let line: String = said
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .take(SAID)
            .collect();
        let line = line.trim();
        Self {
            problem,
            said: (!line.is_empty()).then(|| line.to_owned()),
        }
    }

    /// In words: what is wrong, and between quotation marks what the server said.
    pub fn text(&self, language: Language) -> String {
        let text = self.problem.label().get(language);
        match &self.said {
            Some(said) => format!("{text} (“{said}”)."),
            None => format!("{text}."),
        }
    }
}

impl From<ConnectionProblem> for Trouble {
    fn from(problem: ConnectionProblem) -> Self {
        Self {
            problem,
            said: None,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::server::dial::Undialled> for ConnectionProblem {
    fn from(undialled: crate::server::dial::Undialled) -> Self {
        use crate::server::dial::Undialled;
        match undialled {
            Undialled::HostUnknown => Self::HostUnknown,
            Undialled::Forbidden => Self::Forbidden,
            Undialled::Refused => Self::Refused,
            Undialled::TimedOut => Self::TimedOut,
            Undialled::Unreachable => Self::Unreachable,
            Undialled::Untrusted => Self::Untrusted,
            Undialled::WrongName => Self::WrongName,
            Undialled::Expired => Self::Expired,
            Undialled::NoTls => Self::NoTls,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::server::dial::Undialled> for Trouble {
    fn from(undialled: crate::server::dial::Undialled) -> Self {
        ConnectionProblem::from(undialled).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_known_again_by_its_code() {
        for problem in ConnectionProblem::ALL {
            assert_eq!(ConnectionProblem::from_code(problem.code()), Some(*problem));
        }
    }

    #[test]
    fn what_a_server_said_is_cut_and_becomes_one_line() {
        let trouble = Trouble::new(
            ConnectionProblem::SaidNo,
            &format!("a\r\nb{}", "x".repeat(1000)),
        );
        let said = trouble.said.unwrap_or_default();
        assert_eq!(said.chars().count(), SAID);
        assert!(said.starts_with("a  b"));
        assert_eq!(Trouble::new(ConnectionProblem::SaidNo, " \r\n").said, None);
    }
}
