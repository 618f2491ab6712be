//! The form of a mailbox, read: what stands in it is either something that can be connected to, or a problem beside its field.
//! A password that is kept serves the server and the user that it was typed for, and no other.

use std::net::IpAddr;

use super::settings::{Fields, Security, Typed};
use crate::{
    model::{AppError, Problem, Problems, catalogue::is_email, forms::line},
    server::secrets::Secret,
};

const NAME_LENGTH: usize = 100;
const FOLDER_LENGTH: usize = 250;
const USER_LENGTH: usize = 254;
const PASSWORD_LENGTH: usize = 1000;

/// What the form of a mailbox says.
#[derive(Debug)]
pub struct Draft {
    pub name: String,
    pub address: String,
    pub active: bool,
    /// None: nothing is fetched.
    pub imap: Option<Server>,
    pub folder: String,
    /// None: replies go by Steward's own mail server.
    pub smtp: Option<Server>,
}

/// A server, and who signs in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// Empty: nobody signs in.
    pub user: String,
    /// None: the one that is kept.
    pub password: Option<Secret>,
}

impl Server {
    /// Whether a password that was typed for this one may be used for the other.
    pub fn is(&self, other: &Self) -> bool {
        (&self.host, self.port, self.security, &self.user)
            == (&other.host, other.port, other.security, &other.user)
    }

    /// What is wrong where no password was typed: there has to be one, and one that is kept has to be for this.
    pub fn needs_password(&self, kept: Option<&Self>) -> Option<Problem> {
        if self.user.is_empty() || self.password.is_some() {
            return None;
        }
        match kept {
            Some(kept) if self.is(kept) => None,
            Some(kept) if !kept.user.is_empty() => Some(Problem::PasswordAgain),
            _ => Some(Problem::Required),
        }
    }
}

/// What stands under the names that begin with `imap` or `smtp`.
struct Part<'a> {
    prefix: &'static str,
    host: &'a str,
    port: &'a str,
    security: &'a str,
    user: &'a str,
    password: &'a Typed,
    needs_user: bool,
}

/// Reads the form; all that is wrong at once, by the names of the fields.
pub fn read(fields: &Fields) -> Result<Draft, AppError> {
    let mut problems = Problems::new();
    let mut checked = |key: &str, read: Result<String, Problem>| {
        read.unwrap_or_else(|problem| {
            problems.insert(key.to_owned(), problem);
            String::new()
        })
    };
    let name = checked("name", line(&fields.name, NAME_LENGTH));
    let is_address = |text: String| {
        if is_email(&text) && text.is_ascii() {
            Ok(text)
        } else {
            Err(Problem::NotAnEmail)
        }
    };
    let address = checked(
        "address",
        line(&fields.address, USER_LENGTH).and_then(is_address),
    );
    let folder = match fields.imap_folder.trim() {
        "" => String::from("INBOX"),
        typed => checked("imap_folder", line(typed, FOLDER_LENGTH)),
    };
    let imap = server(
        &mut problems,
        Part {
            prefix: "imap",
            host: &fields.imap_host,
            port: &fields.imap_port,
            security: &fields.imap_security,
            user: &fields.imap_user,
            password: &fields.imap_password,
            needs_user: true,
        },
    );
    let smtp = server(
        &mut problems,
        Part {
            prefix: "smtp",
            host: &fields.smtp_host,
            port: &fields.smtp_port,
            security: &fields.smtp_security,
            user: &fields.smtp_user,
            password: &fields.smtp_password,
            needs_user: false,
        },
    );
    if !problems.is_empty() {
        return Err(AppError::Invalid(problems));
    }
    Ok(Draft {
        name,
        address,
        active: !fields.active.is_empty(),
        imap,
        folder,
        smtp,
    })
}

/// A server, where one is named.
fn server(problems: &mut Problems, part: Part<'_>) -> Option<Server> {
    let host = part.host.trim().trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() {
        return None;
    }
    let mut problem = |field: &str, problem| {
        problems.insert(format!("{}_{field}", part.prefix), problem);
    };
    if !is_host(&host) {
        problem("host", Problem::NotAHost);
    }
    let port = part
        .port
        .trim()
        .parse::<u16>()
        .ok()
        .filter(|port| *port > 0);
    if port.is_none() {
        problem("port", Problem::OutOfRange { min: 1, max: 65535 });
    }
    let security = Security::from_code(part.security);
    match security {
        None => problem("security", Problem::NotAnOption),
        Some(Security::None) if !is_this_machine(&host) => problem("security", Problem::InTheClear),
        Some(_) => {}
    }
    let user = match part.user.trim() {
        "" if part.needs_user => Err(Problem::Required),
        "" => Ok(String::new()),
        user => line(user, USER_LENGTH),
    };
    let user = user.unwrap_or_else(|wrong| {
        problem("user", wrong);
        String::new()
    });
    // Blanks may be part of it.
    let password = &part.password.0;
    if password.chars().any(char::is_control) {
        problem("password", Problem::ControlCharacters);
    } else if password.chars().count() > PASSWORD_LENGTH {
        problem(
            "password",
            Problem::TooLong {
                max: PASSWORD_LENGTH,
            },
        );
    }
    Some(Server {
        host,
        port: port?,
        security: security?,
        password: (!password.is_empty() && !user.is_empty()).then(|| Secret::new(password)),
        user,
    })
}

fn is_host(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    host.parse::<IpAddr>().is_ok() || host.len() <= 253 && host.split('.').all(is_label)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Fields {
        Fields {
            name: "Hello".into(),
            address: "hello@acme.test".into(),
            active: "on".into(),
            imap_host: " IMAP.Acme.test. ".into(),
            imap_port: "993".into(),
            imap_security: "tls".into(),
            imap_user: "hello".into(),
            imap_password: Typed(" hush ".into()),
            ..Fields::default()
        }
    }

    fn problem(fields: &Fields, key: &str) -> Option<Problem> {
        read(fields).err()?.problems()?.get(key).cloned()
    }

    #[test]
    fn a_form_that_is_filled_in_is_read_with_its_defaults() {
        let draft = read(&fields()).expect("it is right");
        assert_eq!(draft.folder, "INBOX");
        assert!(draft.smtp.is_none() && draft.active);
        let imap = draft.imap.expect("there is one");
        assert_eq!((imap.host.as_str(), imap.port), ("imap.acme.test", 993));
        assert_eq!(imap.password, Some(Secret::new(" hush ")));
    }

    #[test]
    fn every_field_that_is_wrong_says_so_beside_itself() {
        for (host, right) in [
            ("-x.test", false),
            ("a b", false),
            ("é.test", false),
            ("a..b", false),
            ("::1", true),
            ("10.0.0.1", true),
        ] {
            let fields = Fields {
                imap_host: host.into(),
                ..fields()
            };
            assert_eq!(problem(&fields, "imap_host").is_none(), right, "{host}");
        }
        for port in ["", "0", "65536", "-1", "x"] {
            let fields = Fields {
                imap_port: port.into(),
                ..fields()
            };
            assert_eq!(
                problem(&fields, "imap_port"),
                Some(Problem::OutOfRange { min: 1, max: 65535 }),
                "{port}"
            );
        }
        assert_eq!(
            problem(
                &Fields {
                    imap_user: " ".into(),
                    ..fields()
                },
                "imap_user"
            ),
            Some(Problem::Required)
        );
        assert_eq!(
            problem(
                &Fields {
                    imap_password: Typed("a\r\nb".into()),
                    ..fields()
                },
                "imap_password"
            ),
            Some(Problem::ControlCharacters)
        );
        assert_eq!(
            problem(
                &Fields {
                    address: "hello".into(),
                    ..fields()
                },
                "address"
            ),
            Some(Problem::NotAnEmail)
        );
        assert_eq!(
            problem(
                &Fields {
                    imap_security: "none".into(),
                    ..fields()
                },
                "imap_security"
            ),
            Some(Problem::InTheClear)
        );
        let local = Fields {
            imap_host: "localhost".into(),
            imap_security: "none".into(),
            ..fields()
        };
        assert_eq!(problem(&local, "imap_security"), None);
    }

    #[test]
    fn a_kept_password_is_for_the_server_and_the_user_that_it_was_typed_for() {
        let typed = read(&fields())
            .expect("it is right")
            .imap
            .expect("there is one");
        let kept = Server {
            password: None,
            ..typed.clone()
        };
        assert_eq!(typed.needs_password(None), None);
        assert_eq!(kept.needs_password(None), Some(Problem::Required));
        assert_eq!(kept.needs_password(Some(&kept)), None);
        for other in [
            Server {
                host: "imap.evil.test".into(),
                ..kept.clone()
            },
            Server {
                port: 143,
                ..kept.clone()
            },
            Server {
                security: Security::StartTls,
                ..kept.clone()
            },
            Server {
                user: "other".into(),
                ..kept.clone()
            },
        ] {
            assert_eq!(
                other.needs_password(Some(&kept)),
                Some(Problem::PasswordAgain)
            );
        }
        assert_eq!(
            Server {
                user: String::new(),
                ..kept.clone()
            }
            .needs_password(Some(&kept)),
            None
        );
    }
}
