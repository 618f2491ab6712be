//! Passwords: argon2id, off the async threads and only so many at once, since each takes memory and
//! a core; and secrets that are stored as hashes.

use std::sync::{LazyLock, OnceLock};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::model::AppError;

/// Shorter ones are refused when they are set.
pub const MIN_LENGTH: usize = 10;
/// Longer ones cost time to hash and add nothing.
pub const MAX_LENGTH: usize = 500;

static AT_ONCE: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(2, usize::from)));

/// What an unknown address is checked against, so that it takes as long as a known one.
static DUMMY: OnceLock<String> = OnceLock::new();

async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, AppError> {
    let _permit = AT_ONCE.acquire().await.map_err(AppError::internal)?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(AppError::internal)
}

fn hash_now(password: &str) -> Result<String, AppError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(AppError::internal)
}

/// The PHC string of a password.
pub async fn hash(password: String) -> Result<String, AppError> {
    apart(move || hash_now(&password)).await?
}

/// Whether the password is the one of the hash; with no hash it is not, after the same time.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool, AppError> {
    apart(move || {
        let known = hash.is_some();
        let hash = match hash {
            Some(hash) => hash,
            None => match DUMMY.get() {
                Some(hash) => hash.clone(),
                None => {
                    let hash = hash_now("nobody's")?;
                    DUMMY.get_or_init(|| hash).clone()
                }
            },
        };
        let parsed = PasswordHash::new(&hash).map_err(AppError::internal)?;
        let fits = Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok();
        Ok(fits && known)
    })
    .await?
}

/// Makes the hash that unknown addresses are checked against, before the first of them comes.
pub async fn prepare() -> Result<(), AppError> {
    verify(String::new(), None).await.map(drop)
}

/// SHA-256, for secrets that are random already: tokens, session ids, keys of attempts.
pub fn digest(secret: &[u8]) -> Vec<u8> {
    Sha256::digest(secret).to_vec()
}

/// A secret for a link: 256 random bits.
pub fn token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
