//! Secrets that the server must be able to read again, such as the password of a mailbox: sealed with XChaCha20-Poly1305 by the key
//! in STEWARD_SECRET_KEY. What was sealed for one use opens for no other.

use std::{
    fmt, fs,
    io::{ErrorKind, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Generate as _, Payload},
};

use super::config::{Config, DatabaseConfig};

/// Another way of sealing would begin with another byte.
const WAY: u8 = 1;
const NONCE_LENGTH: usize = 24;
/// In the data folder of a server with a database of its own.
const KEY_FILE: &str = "secret.key";

/// The key as it stands in the environment, which no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(pub String);

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey")
    }
}

/// A secret in the clear, which no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// For the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// There is no key: nothing can be sealed, or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey;

/// What was sealed with another key, for another use, or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unopened;

/// Seals and opens.
#[derive(Clone)]
pub struct Secrets(Option<Arc<XChaCha20Poly1305>>);

impl Secrets {
    /// The key of the environment, else, beside an embedded database, the one in the data folder, which is made where there is none.
    /// Without a key on a database that several servers share, they would not understand one another.
    pub fn of(config: &Config) -> Result<Self> {
        let key = match (&config.secret_key, &config.database) {
            (Some(SecretKey(key)), _) => Some(key.clone()),
            (None, DatabaseConfig::Embedded) => Some(kept_in(&config.data)?),
            (None, DatabaseConfig::External { .. }) => None,
        };
        key.as_deref()
            .map(Self::with)
            .transpose()
            .map(|secrets| secrets.unwrap_or(Self(None)))
    }

    fn with(key: &str) -> Result<Self> {
        let bytes = STANDARD.decode(key.trim()).ok();
        let cipher = bytes.and_then(|bytes| XChaCha20Poly1305::new_from_slice(&bytes).ok());
        match cipher {
            Some(cipher) => Ok(Self(Some(Arc::new(cipher)))),
            None => bail!(
                "STEWARD_SECRET_KEY must be 32 bytes in base64, such as `openssl rand -base64 32` prints"
            ),
        }
    }

    /// Seals a secret for what `about` names: it opens for exactly that.
    pub fn seal(&self, about: &str, secret: &Secret) -> Result<Vec<u8>, NoKey> {
        let cipher = self.0.as_ref().ok_or(NoKey)?;
        let nonce = XNonce::generate();
        let payload = Payload {
            msg: secret.0.as_bytes(),
            aad: about.as_bytes(),
        };
        // It fails for texts of many gigabytes alone.
        let sealed = cipher.encrypt(&nonce, payload).map_err(|_| NoKey)?;
        Ok([&[WAY], nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for what `about` names.
    pub fn open(&self, about: &str, sealed: &[u8]) -> Result<Secret, Unopened> {
        let cipher = self.0.as_ref().ok_or(Unopened)?;
        let rest = sealed.strip_prefix(&[WAY]).ok_or(Unopened)?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LENGTH).ok_or(Unopened)?;
        let nonce = XNonce::try_from(nonce).map_err(|_| Unopened)?;
        let payload = Payload {
            msg: sealed,
            aad: about.as_bytes(),
        };
        let opened = cipher.decrypt(&nonce, payload).map_err(|_| Unopened)?;
        String::from_utf8(opened).map(Secret).map_err(|_| Unopened)
    }
}

/// The key in the data folder. Of two servers that make it at once, one does, and both read what is there.
fn kept_in(data: &Path) -> Result<String> {
    let file = data.join(KEY_FILE);
    let read =
        || fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()));
    if file.exists() {
        return read();
    }
    fs::create_dir_all(data).with_context(|| format!("cannot create {}", data.display()))?;
    let key = STANDARD.encode(<[u8; 32]>::generate());
    // Under its name only once it is whole.
    let new = data.join(format!("{KEY_FILE}.{}", uuid::Uuid::new_v4().simple()));
    let mut open = fs::OpenOptions::new();
    let written = open
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&new)
        .and_then(|mut file| file.write_all(key.as_bytes()));
    written.with_context(|| format!("cannot write {}", new.display()))?;
    let linked = fs::hard_link(&new, &file);
    fs::remove_file(&new).with_context(|| format!("cannot remove {}", new.display()))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(error).with_context(|| format!("cannot write {}", file.display()))
        }
        _ => read(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn secrets() -> Secrets {
        Secrets::with(&STANDARD.encode([7; 32])).expect("a key of 32 bytes")
    }

    #[test]
    fn what_was_sealed_opens_for_what_it_was_sealed_for_and_for_nothing_else() {
        let secrets = secrets();
        let sealed = secrets
            .seal("account/mailbox/imap", &Secret::new("hush"))
            .expect("there is a key");
        assert_eq!(
            secrets.open("account/mailbox/imap", &sealed),
            Ok(Secret::new("hush"))
        );
        assert_eq!(secrets.open("account/other/imap", &sealed), Err(Unopened));
        assert_eq!(secrets.open("account/mailbox/smtp", &sealed), Err(Unopened));
        let other = Secrets::with(&STANDARD.encode([8; 32])).expect("a key of 32 bytes");
        assert_eq!(other.open("account/mailbox/imap", &sealed), Err(Unopened));
    }

    #[test]
    fn a_changed_byte_opens_nothing() {
        let secrets = secrets();
        let sealed = secrets
            .seal("a", &Secret::new("hush"))
            .expect("there is a key");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(secrets.open("a", &changed), Err(Unopened), "byte {at}");
        }
        assert_eq!(secrets.open("a", &sealed[..10]), Err(Unopened));
        assert_eq!(secrets.open("a", &[]), Err(Unopened));
    }

    #[test]
    fn sealing_twice_shows_nothing_of_the_secret_being_the_same() {
        let secrets = secrets();
        let seal = || {
            secrets
                .seal("a", &Secret::new("hush"))
                .expect("there is a key")
        };
        assert_ne!(seal(), seal());
    }

    #[test]
    fn nothing_shows_a_secret_or_a_key_by_debug() {
        let shown = format!("{:?} {:?}", Secret::new("hush"), SecretKey("hush".into()));
        assert!(!shown.contains("hush"), "{shown}");
    }

    #[test]
    fn a_key_of_another_length_is_refused_with_what_to_set() {
        let refused = Secrets::with("c2hvcnQ=")
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(
            refused.contains("STEWARD_SECRET_KEY") && !refused.contains("c2hvcnQ"),
            "{refused}"
        );
    }

    #[test]
    fn the_key_in_the_data_folder_is_made_once_and_for_its_owner_alone() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let first = kept_in(folder.path())?;
        assert_eq!(first, kept_in(folder.path())?);
        let mode = fs::metadata(folder.path().join(KEY_FILE))?
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path())?.count(), 1);
        Ok(())
    }
}
