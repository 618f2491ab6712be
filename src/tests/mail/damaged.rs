//! Whatever bytes arrive, they are read, and soon: no message stops the mailbox for those behind it.

use proptest::prelude::*;

use super::all;
use crate::{
    mailbox::message::{Incoming, read, show},
    model::{Language, catalogue::is_email, tickets::fold},
};

/// What holds for every message, whatever it was.
fn holds(message: &Incoming) -> Result<(), TestCaseError> {
    let lines = message.subject.chars().chain(
        message
            .attachments
            .iter()
            .flat_map(|attachment| attachment.name.chars()),
    );
    let breaks =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    prop_assert!(!lines.into_iter().any(breaks));
    prop_assert!(message.subject.chars().count() <= 300);
    prop_assert!(message.references.len() <= 100);
    prop_assert!(message.attachments.len() <= 50);
    prop_assert!(
        !message
            .text
            .contains(|c: char| c.is_control() && c != '\n' && c != '\t')
    );
    let html = message.html.as_deref().unwrap_or_default();
    prop_assert!(!html.contains('\0'));
    let parties = message
        .from
        .iter()
        .chain(&message.reply_to)
        .chain(&message.to)
        .chain(&message.cc);
    for party in parties {
        prop_assert!(is_email(&party.email));
    }
    for attachment in &message.attachments {
        let name = attachment.name.as_str();
        prop_assert!(
            !name.is_empty() && !name.contains(['/', '\\']) && name.chars().count() <= 120
        );
    }
    if message.text.is_empty() {
        prop_assert!(message.attachments.is_empty());
    }
    fold(&message.text);
    show::document(html, show::Pictures::Blocked, Language::En, |_| None);
    Ok(())
}

#[derive(Clone, Debug)]
enum Damage {
    Cut(prop::sample::Index),
    Change(prop::sample::Index, u8),
    Remove(prop::sample::Index, usize),
    Double(prop::sample::Index, usize),
    Insert(prop::sample::Index, Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let words: Vec<&[u8]> = vec![
        b"\r\n\r\n",
        b"--BOUNDARY",
        b"=?utf-8?B?",
        b"Content-Type: multipart/mixed; boundary=\"",
        b"\0",
        b"\xff\xfe",
        b"<",
        b"\"",
        b"(((",
        b":",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Type: message/rfc822\n\n",
    ];
    prop_oneof![
        at().prop_map(Damage::Cut),
        (at(), any::<u8>()).prop_map(|(at, byte)| Damage::Change(at, byte)),
        (at(), 1usize..200).prop_map(|(at, length)| Damage::Remove(at, length)),
        (at(), 1usize..500).prop_map(|(at, length)| Damage::Double(at, length)),
        (at(), prop::sample::select(words))
            .prop_map(|(at, bytes)| Damage::Insert(at, bytes.to_vec())),
    ]
}

fn damaged(mut raw: Vec<u8>, damage: &[Damage]) -> Vec<u8> {
    for damage in damage {
        if raw.is_empty() {
            break;
        }
        match damage {
            Damage::Cut(at) => raw.truncate(at.index(raw.len())),
            Damage::Change(at, byte) => {
                let at = at.index(raw.len());
                raw[at] = *byte;
            }
            Damage::Remove(at, length) => {
                let at = at.index(raw.len());
                raw.drain(at..raw.len().min(at + length));
            }
            Damage::Double(at, length) => {
                let at = at.index(raw.len());
                let part = raw[at..raw.len().min(at + length)].to_vec();
                raw.splice(at..at, part);
            }
            Damage::Insert(at, bytes) => {
                let at = at.index(raw.len());
                raw.splice(at..at, bytes.iter().copied());
            }
        }
    }
    raw
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_bytes_are_read(raw in prop::collection::vec(any::<u8>(), 0..2000)) {
        holds(&read(&raw))?;
    }

    #[test]
    fn any_words_are_read(raw in "((From|To|Subject|Message-ID|References|Date|Content-Type|Content-Disposition): |[\\PC]{0,30}|<|>|@|,|;|=\\?utf-8\\?[BQ]\\?|\\?=|\"|\r?\n ?)*") {
        holds(&read(raw.as_bytes()))?;
    }

    #[test]
    fn damaged_mails_are_read(which in any::<prop::sample::Index>(), damage in prop::collection::vec(damage(), 1..20)) {
        let files = all()?;
        let (name, raw) = which.get(&files);
        let raw = damaged(raw.clone(), &damage);
        prop_assert!(std::panic::catch_unwind(|| read(&raw)).is_ok(), "{}", name);
        holds(&read(&raw))?;
    }
}

/// Each of these is made to be read again and again, or to go deeper than a stack is.
#[test]
fn no_message_costs_more_than_its_length() -> Result<(), TestCaseError> {
    let many = 40_000;
    let nested = |times: usize| -> String {
        (0..times)
            .map(|i| format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"))
            .collect()
    };
    let boundary = "Content-Type: multipart/mixed; boundary=b\n\n";
    let all = [
        "Content-Type: message/rfc822\n\n".repeat(many),
        nested(many),
        "Content-Type: multipart/digest; boundary=b\n\n--b\n\n".repeat(many),
        format!("{boundary}{}", "--b\n\nx\n".repeat(many)),
        format!(
            "{boundary}{}",
            "--b\nContent-Type: multipart/mixed; boundary=c\n\n".repeat(many)
        ),
        format!(
            "{boundary}{}",
            "--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n".repeat(many)
        ),
        format!(
            "{boundary}{}",
            "--b\nContent-Type: message/rfc822\n\nSubject: x\n\n".repeat(many)
        ),
        format!("References: {}\n\nx", "<a@b> ".repeat(many)),
        format!("To: {}\n\nx", "a@b.test, ".repeat(many)),
        format!("To: {}\n\nx", "(".repeat(many)),
        format!("Subject: {}\n\nx", "=?utf-8?q?a?= ".repeat(many)),
        format!("Subject: {}\n\nx", "=?".repeat(many)),
        "X: y\n".repeat(many * 10),
        format!("Content-Type: text/plain{}\n\nx", "; a=b".repeat(many)),
        format!("Content-Type: text/plain{}\n\nx", "; a*0=b".repeat(many)),
        format!(
            "Content-Type: text/plain; format=flowed\n\n{}",
            "> a \n".repeat(many)
        ),
        format!("Content-Type: text/html\n\n{}", "<blockquote>".repeat(many)),
        format!(
            "Content-Type: text/html\n\n{}",
            "<a href=x><pre>\n".repeat(many)
        ),
        format!(
            "Content-Type: text/plain\n\n{}",
            "On 1 wrote\n".repeat(many)
        ),
        format!("Content-Type: text/plain\n\n{}", "_____\n\n".repeat(many)),
    ];
    for raw in all {
        let message = read(raw.as_bytes());
        holds(&message)?;
    }
    Ok(())
}

#[test]
fn too_many_attachments_are_counted() {
    let one = "--b\nContent-Disposition: attachment; filename=a.txt\n\nx\n";
    let raw = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        one.repeat(60)
    );
    let message = read(raw.as_bytes());
    assert_eq!((message.attachments.len(), message.omitted), (50, 10));
    let large = format!(
        "--b\nContent-Disposition: attachment\n\n{}\n",
        "x".repeat(9 * 1024 * 1024)
    );
    let raw = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        large.repeat(3)
    );
    let message = read(raw.as_bytes());
    assert_eq!((message.attachments.len(), message.omitted), (2, 1));
}
