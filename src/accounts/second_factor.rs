//! The second factor: codes that an authenticator computes from a shared secret and the time (RFC 6238).
//! Six digits, SHA-1, thirty seconds: what every authenticator knows.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

use crate::model::AppError;

const SECONDS: i64 = 30;
/// Clocks differ: the code before and the one after count too.
const DRIFT: i64 = 1;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// As long as the hash.
pub fn new_secret() -> Vec<u8> {
    rand::random::<[u8; 20]>().to_vec()
}

/// The code of one step of time.
fn code(secret: &[u8], step: i64) -> Result<String, AppError> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).map_err(AppError::internal)?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash.last().copied().unwrap_or(0) & 15);
    let number = hash.iter().skip(at).take(4);
    let number = number.fold(0u32, |n, byte| (n << 8) | u32::from(*byte)) & 0x7fff_ffff;
    Ok(format!("{:06}", number % 1_000_000))
}

/// The step whose code this is, around the moment `now` in seconds.
pub fn step_of(secret: &[u8], typed: &str, now: i64) -> Result<Option<i64>, AppError> {
    let typed: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let present = now.div_euclid(SECONDS);
    for step in present - DRIFT..=present + DRIFT {
        if code(secret, step)? == typed {
            return Ok(Some(step));
        }
    }
    Ok(None)
}

/// What an authenticator shows now.
#[cfg(test)]
pub fn code_at(secret: &[u8], now: i64) -> Result<String, AppError> {
    code(secret, now.div_euclid(SECONDS))
}

/// What an authenticator reads, as a link or as the picture of one.
pub fn address(secret: &[u8], email: &str) -> String {
    let email = crate::model::lists::encoded(email);
    format!(
        "otpauth://totp/Steward:{email}?secret={}&issuer=Steward",
        base32(secret)
    )
}

fn base32(bytes: &[u8]) -> String {
    bytes
        .chunks(5)
        .flat_map(|chunk| {
            let mut five = [0u8; 8];
            five[3..3 + chunk.len()].copy_from_slice(chunk);
            let bits = u64::from_be_bytes(five);
            let digits = (chunk.len() * 8).div_ceil(5);
            (0..digits).map(move |n| BASE32[((bits >> (35 - 5 * n)) & 31) as usize] as char)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{base32, code_at, step_of};

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
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(base32(b"foob"), "MZXW6YQ");
    }

    #[test]
    fn a_code_counts_half_a_minute_early_or_late_and_no_longer() {
        let early = code_at(SECRET, 1_000).unwrap_or_default();
        assert_eq!(step_of(SECRET, &early, 1_030), Ok(Some(33)));
        assert_eq!(step_of(SECRET, &early, 1_080), Ok(None));
        assert_eq!(step_of(SECRET, "", 1_000), Ok(None));
    }
}
