//! Where a picture of a mail is fetched from: out of the mail itself, from elsewhere where that was asked for, or not at all.
//! Whoever fetches a picture from elsewhere tells its server that, when and where the mail was read.

/// Whether pictures that lie elsewhere are fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pictures {
    Blocked,
    Shown,
}

/// What is known of where pictures are.
pub struct Addresses<'a> {
    pub pictures: Pictures,
    /// The address of a part of the mail, by its `Content-ID` without angle brackets.
    pub parts: &'a dyn Fn(&str) -> Option<String>,
    /// What stands instead of a picture that is not fetched and has no text of its own.
    pub word: &'static str,
}

/// What becomes of one picture.
pub struct Address {
    /// Where it is fetched from; none: not at all.
    pub address: Option<String>,
    /// Whether it would be fetched if that were asked for.
    pub blocked: bool,
}

impl Addresses<'_> {
    pub fn of(&self, src: &str) -> Address {
        let src = plain(src);
        if let Some(id) = without_scheme(&src, "cid:") {
            let id = percent_encoding::percent_decode_str(id).decode_utf8_lossy();
            let id = id.trim_matches(['<', '>']);
            return Address {
                address: (self.parts)(id),
                blocked: false,
            };
        }
        let remote = if src.starts_with("//") {
            Some(format!("https:{src}"))
        } else {
            is_remote(&src).then(|| src.clone())
        };
        let blocked = remote.is_some() && self.pictures == Pictures::Blocked;
        let address = match remote {
            Some(remote) => (!blocked).then_some(remote),
            None => is_embedded(&src).then_some(src),
        };
        Address { address, blocked }
    }
}

/// As a browser reads an address: without what surrounds it, and without breaks in it.
pub fn plain(address: &str) -> String {
    let kept = address.chars().filter(|c| !c.is_control());
    kept.collect::<String>().trim().to_owned()
}

fn without_scheme<'a>(address: &'a str, scheme: &str) -> Option<&'a str> {
    let begin = address.get(..scheme.len())?;
    begin
        .eq_ignore_ascii_case(scheme)
        .then(|| &address[scheme.len()..])
}

pub fn is_remote(address: &str) -> bool {
    let after = without_scheme(address, "https://").or_else(|| without_scheme(address, "http://"));
    after.is_some_and(|host| host.starts_with(|c: char| c.is_alphanumeric() || c == '['))
}

/// Whether it is a picture that stands in the address, of a kind that is dots and nothing else.
pub fn is_embedded(address: &str) -> bool {
    let Some(rest) = without_scheme(address, "data:image/") else {
        return false;
    };
    let Some((kind, data)) = rest.split_once(";base64,") else {
        return false;
    };
    let kinds = ["png", "jpeg", "jpg", "gif", "webp", "bmp"];
    let of_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | ' ');
    kinds.iter().any(|of| of.eq_ignore_ascii_case(kind)) && data.chars().all(of_base64)
}

/// Whether a link may lead there.
pub fn is_link(address: &str) -> bool {
    let to = |scheme| without_scheme(address, scheme).is_some();
    is_remote(address) || to("mailto:") || to("tel:")
}
