//! The tag in a subject by which an answer finds its ticket where its mail program names no earlier mail, and what mail programs put
//! before a subject. The number says which ticket, the token that whoever writes it has seen a mail of it.

use rand::seq::IndexedRandom as _;

/// Letters and digits that nobody takes for another, read out or typed off.
const LETTERS: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345679";
const TOKEN: usize = 6;

/// What mail programs write before a subject when they answer or forward, in lower case.
const PREFIXES: [&str; 22] = [
    "re", "fw", "fwd", "aw", "wg", "tr", "antw", "antwort", "antwoord", "doorst", "ref", "réf",
    "rép", "sv", "vs", "vl", "odp", "pd", "rv", "res", "enc", "ynt",
];

/// Six characters that cannot be guessed from other tickets.
pub fn token() -> String {
    let mut rng = rand::rng();
    (0..TOKEN)
        .filter_map(|_| LETTERS.choose(&mut rng).map(|letter| char::from(*letter)))
        .collect()
}

/// Such as `[#1042-k7qm3p]`.
pub fn tag(number: i64, token: &str) -> String {
    format!("[#{number}-{token}]")
}

/// Number and token of the first tag in a subject, whatever mail programs did to its spaces and its case.
pub fn find(subject: &str) -> Option<(i64, String)> {
    all(subject).into_iter().next()
}

/// Those of all tags: where two companies with ticket systems write to each other, either adds its own.
pub fn all(subject: &str) -> Vec<(i64, String)> {
    let found = tags(subject).map(|(_, _, number, token)| (number, token));
    found.collect()
}

/// Where each tag begins and ends, and what it says.
fn tags(subject: &str) -> impl Iterator<Item = (usize, usize, i64, String)> {
    subject.match_indices('[').filter_map(|(at, _)| {
        let (length, number, token) = read(&subject[at..])?;
        Some((at, at + length, number, token))
    })
}

/// A tag at the beginning of a text, and how long it is there.
fn read(text: &str) -> Option<(usize, i64, String)> {
    let mut rest = text.strip_prefix('[')?.trim_start().strip_prefix('#')?;
    rest = rest.trim_start();
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number: i64 = rest[..digits].parse().ok()?;
    rest = rest[digits..].trim_start();
    // Some programs write a longer dash of their own.
    rest = rest.strip_prefix(['-', '–', '‑', '−'])?.trim_start();
    let token = rest.get(..TOKEN)?.to_ascii_lowercase();
    if !token.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    rest = rest[TOKEN..].trim_start().strip_prefix(']')?;
    Some((text.len() - rest.len(), number, token))
}

/// A subject as it was before anybody answered or forwarded: for the subject of a new ticket.
pub fn without_prefixes(subject: &str) -> String {
    let mut bare = String::with_capacity(subject.len());
    let mut from = 0;
    for (begins, ends, ..) in tags(subject) {
        bare.push_str(&subject[from..begins]);
        bare.push(' ');
        from = ends;
    }
    bare.push_str(&subject[from..]);
    let words: Vec<&str> = bare.split_whitespace().collect();
    let bare = words.join(" ");
    let mut rest = bare.as_str();
    while let Some(after) = behind_prefix(rest) {
        rest = after.trim_start();
    }
    rest.to_owned()
}

/// What comes after "Re:", "RE[2]:", "Réf :" and their like.
fn behind_prefix(subject: &str) -> Option<&str> {
    let letters = subject.len() - subject.trim_start_matches(char::is_alphabetic).len();
    let word = subject[..letters].to_lowercase();
    if !PREFIXES.contains(&word.as_str()) {
        return None;
    }
    let mut rest = &subject[letters..];
    for (opens, closes) in [('[', ']'), ('(', ')')] {
        if let Some((count, after)) = rest
            .strip_prefix(opens)
            .and_then(|rest| rest.split_once(closes))
            && !count.is_empty()
            && count.len() <= 3
            && count.bytes().all(|byte| byte.is_ascii_digit())
        {
            rest = after;
        }
    }
    rest.trim_start().strip_prefix([':', '：'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{LETTERS, all, find, tag, token, without_prefixes};

    #[test]
    fn a_tag_is_found_whatever_was_done_to_it() {
        let is = Some((1042, "k7qm3p".to_owned()));
        for subject in [
            "[#1042-k7qm3p]",
            "Re: Your order [#1042-k7qm3p]",
            "RE: [#1042-K7QM3P] Your order",
            "Re: Your order [ #1042 - k7qm3p ]",
            "Re: Your order [#1042-\r\n k7qm3p]",
            "[x][#no][[#1042-k7qm3p]",
            "é[#1042–k7qm3p]é",
            "[#1042-k7qm3p] [#7-aaaaaa]",
        ] {
            assert_eq!(find(subject), is, "{subject}");
        }
        for subject in [
            "",
            "#1042-k7qm3p",
            "[#1042]",
            "[#1042-k7qm3]",
            "[#1042-k7qm3pp]",
            "[#-k7qm3p]",
            "[#99999999999999999999-k7qm3p]",
            "[#1042-k7qmé]",
            "[#1042-k7qm3p",
        ] {
            assert_eq!(find(subject), None, "{subject}");
        }
        let both = all("[#7-aaaaaa] Re: [#1042-k7qm3p]");
        assert_eq!(
            both,
            [(7, "aaaaaa".to_owned()), (1042, "k7qm3p".to_owned())]
        );
    }

    #[test]
    fn a_new_ticket_is_called_as_the_first_mail_was() {
        for (subject, bare) in [
            ("Re: Re: RE: Your order", "Your order"),
            ("AW: WG: Antw: Doorst: TR: Fwd: FW: Offer", "Offer"),
            ("RE[2]: Re(3): Réf : Rép. annuel", "Rép. annuel"),
            ("re : offer", "offer"),
            ("Re：offer", "offer"),
            ("Re: [#1042-k7qm3p] Your order", "Your order"),
            ("[#1042-k7qm3p] Re: Your order [#7-aaaaaa]", "Your order"),
            ("Report: Re: numbers", "Report: Re: numbers"),
            ("Ref 1234: invoice", "Ref 1234: invoice"),
            ("Re", "Re"),
            ("Re: ", ""),
            ("Return: yes", "Return: yes"),
            ("[list] Re: a", "[list] Re: a"),
        ] {
            assert_eq!(without_prefixes(subject), bare, "{subject}");
        }
    }

    #[test]
    fn tokens_are_of_letters_that_look_like_no_other() {
        assert!(!LETTERS.iter().any(|letter| b"il1o08".contains(letter)));
        let many: std::collections::HashSet<String> = (0..1000).map(|_| token()).collect();
        assert!(many.len() > 990);
        assert!(many.iter().all(|token| token.len() == 6));
    }

    proptest! {
        #[test]
        fn every_tag_is_found_again(number in 0i64.., before in "\\PC{0,40}", after in "\\PC{0,40}") {
            prop_assume!(find(&before).is_none());
            let token = token();
            let subject = format!("{before}{}{after}", tag(number, &token));
            prop_assert_eq!(find(&subject), Some((number, token)));
            prop_assert!(all(&without_prefixes(&subject)).len() < all(&subject).len());
        }

        #[test]
        fn no_subject_is_too_strange(subject in "(\\[|#|-|[0-9a-z]{1,6}|\\]|Re|:| |é)*") {
            let bare = without_prefixes(&subject);
            prop_assert!(bare.len() <= subject.len());
        }
    }
}
