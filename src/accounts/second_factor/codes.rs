//! The codes themselves: those of an authenticator (RFC 6238: six digits, SHA-1, thirty seconds, what every one knows)
//! and recovery codes. The arithmetic is that of `totp-rs` and `qrcodegen`.

use qrcodegen::{QrCode, QrCodeEcc};
use rand::RngExt;
use totp_rs::{Builder, Totp};

use super::SetUp;
use crate::{model::AppError, server::passwords::digest};

/// As long as SHA-1's result, as the standard asks.
const SECRET: usize = 20;
/// So many recovery codes are handed out.
const RECOVERY_CODES: usize = 10;
/// Digits of a recovery code: too many to be guessed, so that a plain hash keeps it.
const RECOVERY_DIGITS: usize = 20;
const GROUP: usize = 4;
/// Light modules around a QR code, without which cameras do not find it.
const QUIET: i32 = 4;

pub fn new_secret() -> Vec<u8> {
    rand::random::<[u8; SECRET]>().to_vec()
}

/// With the code before and the one after the present one, since clocks differ.
fn totp(secret: &[u8], email: &str) -> Result<Totp, AppError> {
    Builder::new()
        .with_secret(secret.to_vec())
        .with_issuer(Some("Steward"))
        .with_account_name(email)
        .build()
        .map_err(AppError::internal)
}

/// What somebody typed as a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    Authenticator(String),
    Recovery(String),
}

impl Typed {
    /// By the number of digits; people type blanks and hyphens between them.
    pub fn from(text: &str) -> Option<Self> {
        let digits: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        let only_digits = digits.chars().all(|c| c.is_ascii_digit());
        match digits.len() {
            6 if only_digits => Some(Self::Authenticator(digits)),
            RECOVERY_DIGITS if only_digits => Some(Self::Recovery(digits)),
            _ => None,
        }
    }
}

/// The step of time whose code this is, around the moment `now` in seconds.
pub fn step_of(secret: &[u8], code: &str, now: i64) -> Result<Option<i64>, AppError> {
    let now = u64::try_from(now).map_err(AppError::internal)?;
    let step = totp(secret, "")?.check(code, now);
    step.map(i64::try_from)
        .transpose()
        .map_err(AppError::internal)
}

/// What an authenticator shows at a moment.
#[cfg(test)]
pub fn code_at(secret: &[u8], now: i64) -> Result<String, AppError> {
    let now = u64::try_from(now).map_err(AppError::internal)?;
    Ok(totp(secret, "")?.generate(now).to_string())
}

/// What an authenticator reads, as an address.
pub fn address(secret: &[u8], email: &str) -> Result<String, AppError> {
    totp(secret, email)?.to_url().map_err(AppError::internal)
}

/// In groups, as people read long numbers.
fn grouped(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let groups: Vec<String> = chars.chunks(GROUP).map(|g| g.iter().collect()).collect();
    groups.join(" ")
}

pub fn set_up(secret: &[u8], email: &str) -> Result<SetUp, AppError> {
    let address = address(secret, email)?;
    let code = QrCode::encode_text(&address, QrCodeEcc::Medium).map_err(AppError::internal)?;
    let size = code.size();
    let dark = (0..size)
        .flat_map(|y| (0..size).map(move |x| (x, y)))
        .filter(|(x, y)| code.get_module(*x, *y));
    let path = dark
        .map(|(x, y)| format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET))
        .collect();
    Ok(SetUp {
        secret: grouped(&totp(secret, email)?.secret().to_base32()),
        address,
        side: size + 2 * QUIET,
        path,
    })
}

/// New recovery codes, as they are shown, with the hashes that are kept of them.
pub fn recovery_codes() -> (Vec<String>, Vec<Vec<u8>>) {
    let mut random = rand::rng();
    let mut code = || -> String {
        (0..RECOVERY_DIGITS)
            .map(|_| char::from(random.random_range(b'0'..=b'9')))
            .collect()
    };
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| code()).collect();
    let hashes = codes.iter().map(|code| recovery_hash(code)).collect();
    (codes.iter().map(|code| grouped(code)).collect(), hashes)
}

pub fn recovery_hash(digits: &str) -> Vec<u8> {
    digest(digits.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{RECOVERY_CODES, Typed, address, code_at, recovery_codes, recovery_hash, step_of};

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        for (now, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(code_at(SECRET, now).as_deref(), Ok(expected));
        }
        let address = address(SECRET, "nora@demo.test").unwrap_or_default();
        assert!(
            address.starts_with("otpauth://totp/Steward:nora"),
            "{address}"
        );
        assert!(address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    }

    #[test]
    fn a_code_counts_half_a_minute_early_or_late_and_no_longer() {
        let early = code_at(SECRET, 1_000).unwrap_or_default();
        assert_eq!(step_of(SECRET, &early, 1_030), Ok(Some(33)));
        assert_eq!(step_of(SECRET, &early, 1_080), Ok(None));
        assert_eq!(step_of(SECRET, "", 1_000), Ok(None));
    }

    #[test]
    fn what_is_typed_is_known_by_its_length() {
        let six = Some(Typed::Authenticator("123456".into()));
        assert_eq!(Typed::from(" 123 456"), six);
        assert_eq!(
            Typed::from("0123 4567-89012345 6789"),
            Some(Typed::Recovery("01234567890123456789".into()))
        );
        for wrong in ["", "12345", "12345x", "١٢٣٤٥٦", "1234567"] {
            assert_eq!(Typed::from(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_recovery_code_that_is_typed_has_the_hash_that_is_kept() {
        let (codes, hashes) = recovery_codes();
        assert_eq!(codes.len(), RECOVERY_CODES);
        for (code, hash) in codes.iter().zip(hashes) {
            let Some(Typed::Recovery(digits)) = Typed::from(code) else {
                panic!("{code} is no recovery code");
            };
            assert_eq!(recovery_hash(&digits), hash);
        }
    }
}
