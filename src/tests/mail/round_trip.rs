//! What one colleague writes, another mail program reads: here, our own.

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use crate::{
    mailbox::message::{
        Automatic, Party,
        compose::{File, Outgoing, compose},
        file_name, one_line, read,
    },
    model::{AppError, Problem},
};

type Tested = Result<(), Box<dyn std::error::Error>>;

fn party(name: &str, email: &str) -> Party {
    Party {
        name: name.to_owned(),
        email: email.to_owned(),
    }
}

fn mail() -> Outgoing {
    Outgoing {
        from: party("Hello, Demo NV", "hello@demo.test"),
        to: vec![party("Eva Maës", "eva@x.test")],
        cc: Vec::new(),
        subject: "Re: Offer [#1042-k7qm3p]".to_owned(),
        message_id: "1@steward.test".to_owned(),
        in_reply_to: None,
        references: Vec::new(),
        text: "Good morning,\n\nyes.\n".to_owned(),
        attachments: Vec::new(),
        at: DateTime::<Utc>::UNIX_EPOCH + chrono::Duration::days(20_000),
    }
}

#[test]
fn an_answer_is_threaded_and_written_by_a_person() -> Tested {
    let references: Vec<String> = (0..50).map(|i| format!("{i}@x.test")).collect();
    let message = compose(Outgoing {
        cc: vec![
            party("", "jan@x.test"),
            party("\"Quoted\" (odd) <name>", "odd@x.test"),
        ],
        in_reply_to: Some("49@x.test".to_owned()),
        references: references.clone(),
        attachments: vec![File {
            name: "Offre № 1.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: (0..=255).chain(*b"\r\n.\r\n\n").collect(),
        }],
        ..mail()
    })
    .map_err(|error| error.to_string())?;
    let raw = message.formatted();
    let text = String::from_utf8_lossy(&raw);
    assert!(!text.to_lowercase().contains("auto-submitted"));
    let longest = text.split("\r\n").map(str::len).max();
    assert!(longest.is_some_and(|longest| longest <= 998));
    let read = read(&raw);
    assert_eq!(read.from, Some(mail().from));
    assert_eq!(read.to, mail().to);
    assert_eq!(read.cc.len(), 2);
    assert_eq!(read.cc[0], party("", "jan@x.test"));
    assert_eq!(read.cc[1].email, "odd@x.test");
    assert_eq!(read.subject, mail().subject);
    assert_eq!(read.message_id.as_deref(), Some("1@steward.test"));
    assert_eq!(read.sent_at, Some(mail().at));
    assert_eq!(read.references.len(), 20);
    assert_eq!(read.references[..3], references[..3]);
    assert_eq!(read.references[3..], references[33..]);
    assert_eq!(read.text, "Good morning,\n\nyes.");
    assert_eq!(read.html, None);
    assert_eq!(read.automatic, None::<Automatic>);
    let [file] = read.attachments.as_slice() else {
        return Err("there is one attachment".into());
    };
    assert_eq!(
        (file.name.as_str(), file.media_type.as_str()),
        ("Offre № 1.pdf", "application/pdf")
    );
    assert_eq!(
        file.bytes,
        (0..=255).chain(*b"\r\n.\r\n\n").collect::<Vec<u8>>()
    );
    Ok(())
}

#[test]
fn what_cannot_be_sent_is_refused_by_field() {
    let refused = |change: fn(&mut Outgoing)| {
        let mut mail = mail();
        change(&mut mail);
        compose(mail).err()
    };
    let field = |key, problem| Some(AppError::field(key, problem));
    assert_eq!(
        refused(|mail| mail.to.clear()),
        field("to", Problem::Required)
    );
    for bad in [
        "no",
        "a@b@c.test",
        "a@x.test\r\nBcc: all@x.test",
        "a b@x.test",
        "a@x.test>, <b@x.test",
        "",
    ] {
        let mut mail = mail();
        mail.cc.push(party("", bad));
        assert_eq!(
            compose(mail).err(),
            field("cc", Problem::NotAnEmail),
            "{bad}"
        );
    }
    for bad in ["", "a b", "a@b>\r\nBcc: all@x.test", "é@x.test", "<a@b>"] {
        let mut mail = mail();
        mail.in_reply_to = Some(bad.to_owned());
        assert!(
            matches!(compose(mail), Err(AppError::Internal { .. })),
            "{bad}"
        );
        let mut mail = self::mail();
        mail.references.push(bad.to_owned());
        assert!(
            matches!(compose(mail), Err(AppError::Internal { .. })),
            "{bad}"
        );
        let mut mail = self::mail();
        mail.message_id = bad.to_owned();
        assert!(
            matches!(compose(mail), Err(AppError::Internal { .. })),
            "{bad}"
        );
    }
}

/// The names of the fields of a mail and of its parts.
fn fields(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let lines = text.split("\r\n").take_while(|line| !line.is_empty());
    lines
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap_or_default().to_owned())
        .collect()
}

const INJECTED: [&str; 8] = [
    "x\r\nBcc: all@x.test",
    "x\nBcc: all@x.test",
    "x\rBcc: all@x.test",
    "x\r\n\r\n<script>",
    "x\u{2028}Bcc: all@x.test",
    "x\u{85}Bcc: all@x.test",
    "x\u{0}\u{b}\u{c}Bcc: all@x.test",
    "\"\r\nBcc: all@x.test\r\n",
];

#[test]
fn no_field_becomes_two() -> Tested {
    for bad in INJECTED {
        let message = compose(Outgoing {
            from: party(bad, "hello@demo.test"),
            to: vec![party(bad, "eva@x.test")],
            cc: vec![party(bad, "jan@x.test")],
            subject: bad.to_owned(),
            attachments: vec![File {
                name: bad.to_owned(),
                media_type: format!("text/plain; name={bad}"),
                bytes: b"x".to_vec(),
            }],
            ..mail()
        })
        .map_err(|error| error.to_string())?;
        assert_eq!(message.envelope().to().len(), 2, "{bad:?}");
        let raw = message.formatted();
        let mut names = fields(&raw);
        names.sort();
        assert_eq!(
            names,
            [
                "Cc",
                "Content-Type",
                "Date",
                "From",
                "MIME-Version",
                "Message-ID",
                "Subject",
                "To"
            ],
            "{bad:?}"
        );
        let text = String::from_utf8_lossy(&raw);
        let begins = |line: &str| line.to_ascii_lowercase().starts_with("bcc");
        assert!(!text.split(['\r', '\n']).any(begins), "{bad:?}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        subject in "\\PC{0,120}",
        from in "\\PC{0,40}",
        to in "[\\PC\r\n\t]{0,40}",
        text in "([\\PC]{0,200}|\n|\r\n| |\t|[.]\n|From \n|--\n)*",
        name in "\\PC{0,60}",
        bytes in prop::collection::vec(any::<u8>(), 1..500),
        attached in any::<bool>(),
    ) {
        // Words that are encoded already are read as what they say, as any mail program does.
        let encoded = |text: &str| text.contains("=?");
        prop_assume!(!encoded(&subject) && !encoded(&from) && !encoded(&to) && !encoded(&name));
        let files = attached.then(|| File { name: name.clone(), media_type: "image/png".to_owned(), bytes: bytes.clone() });
        let message = compose(Outgoing {
            from: party(&from, "hello@demo.test"),
            to: vec![party(&to, "eva@x.test")],
            subject: subject.clone(),
            text: text.clone(),
            attachments: files.into_iter().collect(),
            ..mail()
        });
        let message = message.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read = read(&message.formatted());
        prop_assert_eq!(read.subject, one_line(&subject, 300));
        let emails = |all: &[Party]| all.iter().map(|party| party.email.clone()).collect::<Vec<_>>();
        prop_assert_eq!(read.from.map(|from| from.email), Some("hello@demo.test".to_owned()));
        prop_assert_eq!(emails(&read.to), ["eva@x.test"]);
        let typed: String = text.replace("\r\n", "\n").chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
        let typed = typed.trim_end().trim_start_matches('\n');
        if !typed.trim().is_empty() {
            prop_assert_eq!(read.text, typed);
        }
        if attached {
            prop_assert_eq!(&read.attachments[0].bytes, &bytes);
            let safe = file_name(&name);
            let is = if safe.is_empty() { "attachment".to_owned() } else { safe };
            prop_assert_eq!(&read.attachments[0].name, &is);
        }
    }
}
