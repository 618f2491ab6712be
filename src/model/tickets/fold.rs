//! What the writer of a mail said, and what he quoted: earlier mails below or between his words, and his signature. Nothing is lost:
//! the pieces together are the text.

use super::Piece;

/// Lines over which the words may go that introduce a quoted mail ("On … wrote:").
const LONGEST_INTRODUCTION: usize = 4;
/// A longer one is no signature, where its mark lacks its space.
const LONGEST_SIGNATURE: usize = 12;

/// The pieces of a text, in their order; two that follow each other are of different kinds.
pub fn fold(text: &str) -> Vec<Piece> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut quoted = vec![false; lines.len()];
    let mut at = 0;
    while at < lines.len() {
        if is_quote(lines[at]) {
            quoted[at] = true;
        } else if let Some(count) = introduces_quote(&lines[at..]) {
            quoted[at..at + count].fill(true);
            at += count;
            continue;
        } else if quotes_the_rest(&lines[at..]) {
            // A mail that says nothing itself was forwarded to be read.
            let says = lines[..at]
                .iter()
                .zip(&quoted)
                .any(|(line, quoted)| !quoted && !line.trim().is_empty());
            if says {
                quoted[at..].fill(true);
            }
            break;
        }
        at += 1;
    }
    quote_between(&lines, &mut quoted);
    pieces(&lines, &quoted)
}

/// Empty lines between two quoted ones are quoted.
fn quote_between(lines: &[&str], quoted: &mut [bool]) {
    let mut last = None;
    for at in 0..lines.len() {
        if quoted[at] {
            if let Some(last) = last {
                quoted[last..at].fill(true);
            }
            last = Some(at);
        } else if !lines[at].trim().is_empty() {
            last = None;
        }
    }
}

fn pieces(lines: &[&str], quoted: &[bool]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (line, quoted) in lines.iter().zip(quoted) {
        match (pieces.last_mut(), quoted) {
            (Some(Piece::Quoted(text)), true) | (Some(Piece::Said(text)), false) => {
                text.push_str(line);
            }
            (_, true) => pieces.push(Piece::Quoted((*line).to_owned())),
            (_, false) => pieces.push(Piece::Said((*line).to_owned())),
        }
    }
    pieces
}

fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// How many lines introduce the quoted ones that follow them.
fn introduces_quote(lines: &[&str]) -> Option<usize> {
    let count = introduction(lines)?;
    let mut after = lines[count..].iter().filter(|line| !line.trim().is_empty());
    after
        .next()
        .is_some_and(|line| is_quote(line))
        .then_some(count)
}

/// How many lines at the beginning are such words as "On 3 May 2026 at 10:00, Eva Maes <eva@x.test> wrote:".
fn introduction(lines: &[&str]) -> Option<usize> {
    let first = lines.first()?.trim().to_lowercase();
    let begins = ["on ", "le ", "op ", "am ", "el ", "il ", "em "];
    if !begins.iter().any(|begin| first.starts_with(begin)) {
        return None;
    }
    let mut words = String::new();
    for (at, line) in lines.iter().take(LONGEST_INTRODUCTION).enumerate() {
        let line = line.trim();
        if line.is_empty() || line.len() > 300 {
            return None;
        }
        words.push_str(&line.to_lowercase());
        words.push(' ');
        if line.ends_with(':') {
            let wrote = [
                " wrote",
                " a écrit",
                " a ecrit",
                " schreef",
                " schrieb",
                " escribió",
                " ha scritto",
                " escreveu",
            ];
            let says_so = wrote.iter().any(|wrote| words.contains(wrote));
            let has_date = words.contains(|c: char| c.is_ascii_digit());
            return (says_so && has_date).then_some(at + 1);
        }
    }
    None
}

/// Whether everything from here on is an earlier mail or a signature.
fn quotes_the_rest(lines: &[&str]) -> bool {
    let Some(line) = lines
        .first()
        .map(|line| line.trim_end_matches(['\r', '\n']))
    else {
        return false;
    };
    if line == "-- " {
        return true;
    }
    let line = line.trim();
    if line == "--" {
        return lines.len() <= LONGEST_SIGNATURE;
    }
    if is_rule(line) {
        let mut after = lines[1..].iter().enumerate();
        let next = after.find(|(_, line)| !line.trim().is_empty());
        return next.is_some_and(|(at, _)| heads_a_mail(&lines[at + 1..]));
    }
    says_original(line)
        || heads_a_mail(lines)
        || introduction(lines).is_some_and(|count| {
            // Without quote marks the address or the time has to say that it was a mail.
            let words = lines[..count].concat();
            words.contains('@') || words.contains("http") || has_time(&words)
        })
}

fn is_rule(line: &str) -> bool {
    line.len() >= 5 && line.chars().all(|c| matches!(c, '_' | '-' | '―' | '─'))
}

fn has_time(words: &str) -> bool {
    words.as_bytes().windows(4).any(|part| {
        part[0].is_ascii_digit()
            && part[1] == b':'
            && part[2].is_ascii_digit()
            && part[3].is_ascii_digit()
    })
}

/// "-----Original Message-----", in the languages around us.
fn says_original(line: &str) -> bool {
    let Some(words) = line.strip_prefix("--") else {
        return false;
    };
    let words = words
        .trim_matches(['-', ' '])
        .to_lowercase()
        .replace('’', "'");
    let of_answers = [
        "original message",
        "original appointment",
        "message d'origine",
        "message original",
        "message initial",
        "oorspronkelijk bericht",
        "oorspronkelijke bericht",
        "origineel bericht",
        "ursprüngliche nachricht",
        "original-nachricht",
        "originalnachricht",
        "urspr. nachricht",
    ];
    of_answers.contains(&words.as_str())
}

const FROM: [&str; 4] = ["from", "de", "van", "von"];
const SENT: [&str; 10] = [
    "sent",
    "date",
    "envoyé",
    "envoye",
    "verzonden",
    "verstuurd",
    "datum",
    "gesendet",
    "le",
    "op",
];
const TO: [&str; 5] = ["to", "à", "aan", "an", "a"];
const SUBJECT: [&str; 4] = ["subject", "objet", "onderwerp", "betreff"];

/// Whether the lines begin with sender, date, receiver and subject of a mail, as Outlook puts them above it.
fn heads_a_mail(lines: &[&str]) -> bool {
    let names = lines.iter().take(8).map_while(|line| {
        let line = line.trim().trim_start_matches('*');
        if line.is_empty() {
            return None;
        }
        let name = line.split_once(':').map_or("", |(name, _)| name);
        let name = name.trim_matches(['*', ' ', '\u{a0}']);
        Some(name.to_lowercase())
    });
    let names: Vec<String> = names.collect();
    let has = |all: &[&str]| names.iter().any(|name| all.contains(&name.as_str()));
    names
        .first()
        .is_some_and(|first| FROM.contains(&first.as_str()))
        && has(&SENT)
        && (has(&TO) || has(&SUBJECT))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece, fold};

    fn said(text: &str) -> String {
        let said = fold(text).into_iter().filter_map(|piece| match piece {
            Piece::Said(text) => Some(text),
            Piece::Quoted(_) => None,
        });
        said.collect()
    }

    #[test]
    fn what_was_said_stays_and_what_was_quoted_is_folded() {
        let all = [
            ("Hello\n", "Hello\n"),
            ("Yes.\n\n> No?\n> Really?\n", "Yes.\n\n"),
            (
                "> One?\n\nYes.\n\n>> Two?\n\n> Three?\nNo.\n",
                "\nYes.\n\nNo.\n",
            ),
            (
                "Thanks!\n\nOn Mon, 3 May 2026 at 10:00, Eva Maes <eva@x.test> wrote:\n\n> Hello\n",
                "Thanks!\n\n",
            ),
            (
                "Thanks!\n\nOn Mon, 3 May 2026 at 10:00, Eva Maes\n<eva@x.test> wrote:\n> Hello\n",
                "Thanks!\n\n",
            ),
            (
                "Merci !\n\nLe lun. 3 mai 2026 à 10:00, Eva Maes <eva@x.test> a écrit :\n\nBonjour\n",
                "Merci !\n\n",
            ),
            (
                "Dank u\n\nOp ma 3 mei 2026 om 10:00 schreef Eva Maes <eva@x.test>:\n\nHallo\n",
                "Dank u\n\n",
            ),
            (
                "Danke\n\nAm 03.05.26 um 10:00 schrieb Eva Maes:\n> Hallo\n",
                "Danke\n\n",
            ),
            (
                "Yes\n-----Original Message-----\nFrom: Eva\nanything",
                "Yes\n",
            ),
            ("Oui\n\n-----Message d’origine-----\nDe : Eva\n", "Oui\n\n"),
            (
                "Ja\n\n-----Oorspronkelijk bericht-----\nVan: Eva\n",
                "Ja\n\n",
            ),
            (
                "Yes\n\n________________________________\nFrom: Eva <e@x.test>\nSent: Monday\nTo: Jan\nSubject: Hi\n\nText\n",
                "Yes\n\n",
            ),
            (
                "Oui\n\nDe : Eva\nEnvoyé : lundi 3 mai\nÀ : Jan\nObjet : Bonjour\n\nTexte\n",
                "Oui\n\n",
            ),
            (
                "Ja\n\nVan: Eva\nVerzonden: maandag\nAan: Jan\nOnderwerp: Hallo\n\nTekst\n",
                "Ja\n\n",
            ),
            (
                "Ja\n\n*Von:* Eva\n*Gesendet:* Montag\n*An:* Jan\n*Betreff:* Hallo\n\nText\n",
                "Ja\n\n",
            ),
            ("Hello\n-- \nEva Maes\nDirector\n", "Hello\n"),
            ("Hello\n--\nEva Maes\n", "Hello\n"),
        ];
        for (text, left) in all {
            assert_eq!(said(text), left, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_quote_stays() {
        let long = format!("One\n--\n{}", "more\n".repeat(30));
        for text in [
            "On Monday he wrote:\nthat he comes.\n",
            "From: here\nto there it is far.\n",
            "Le prix a changé : voici.\n",
            "a -----Original Message-----\n",
            "From: Eva\nSent: Monday\nTo: Jan\nSubject: forwarded with nothing said\n\nText\n",
            "-----\nprice: 5\n",
            long.as_str(),
        ] {
            assert_eq!(said(text), text);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "(\\PC{0,12}|\n|\r\n|> |>> |On 1 wrote:\n|From: a\n|Sent: b\n|To: c\n|-- \n|--\n|_____\n|-----Original Message-----\n| )*") {
            let pieces = fold(&text);
            let joined: String = pieces.iter().map(|piece| match piece {
                Piece::Said(text) | Piece::Quoted(text) => text.as_str(),
            }).collect();
            prop_assert_eq!(joined, text);
            prop_assert!(pieces.windows(2).all(|two| matches!(two[0], Piece::Said(_)) != matches!(two[1], Piece::Said(_))));
        }
    }
}
