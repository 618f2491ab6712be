//! What the heads of mails say: who writes to whom, what it answers, and whether a person wrote it.

use crate::mailbox::message::{Automatic, Incoming, read};

fn with(head: &str) -> Incoming {
    read(format!("{head}\n\nText\n").as_bytes())
}

#[test]
fn people_are_read_as_their_mail_programs_write_them() {
    let from = |value: &str| {
        let from = with(&format!("From: {value}")).from;
        from.map(|from| (from.name, from.email))
    };
    let is = |name: &str, email: &str| Some((name.to_owned(), email.to_owned()));
    assert_eq!(from("Eva Maes <eva@x.test>"), is("Eva Maes", "eva@x.test"));
    assert_eq!(
        from("\"Maes, Eva\" <eva@x.test>"),
        is("Maes, Eva", "eva@x.test")
    );
    assert_eq!(from("eva@x.test (Eva Maes)"), is("Eva Maes", "eva@x.test"));
    assert_eq!(from("<eva@x.test>"), is("", "eva@x.test"));
    assert_eq!(from("eva@x.test <eva@x.test>"), is("", "eva@x.test"));
    assert_eq!(
        from("=?utf-8?Q?Eva_Ma=C3=ABs?= <eva@x.test>"),
        is("Eva Maës", "eva@x.test")
    );
    assert_eq!(
        from("=?iso-8859-1?B?RXZhIE1h63M=?= <eva@x.test>"),
        is("Eva Maës", "eva@x.test")
    );
    assert_eq!(from("Eva Maës <eva@x.test>"), is("Eva Maës", "eva@x.test"));
    assert_eq!(
        from("Eva\u{202e} Maes <eva@x.test>"),
        is("Eva Maes", "eva@x.test")
    );
    for nobody in [
        "",
        "Eva Maes",
        "undisclosed-recipients:;",
        "<>",
        "eva@localhost",
        "<eva x@x.test>",
    ] {
        assert_eq!(from(nobody), None, "{nobody}");
    }
    // Bytes of another time.
    let old = read(b"From: Eva Ma\xebs <eva@x.test>\nSubject: caf\xe9\n\nx");
    assert_eq!(old.from.map(|from| from.name).as_deref(), Some("Eva Maës"));
    assert_eq!(old.subject, "café");
}

#[test]
fn who_sends_stands_in_for_whom_nobody_named() {
    let mail = with(
        "Sender: eva@x.test\nReply-To: Shop <shop@x.test>, b@x.test\nTo: A: a@x.test, a2@x.test;, b@x.test\nCc: B@x.test, c@x.test",
    );
    let emails = |all: &[crate::mailbox::message::Party]| -> Vec<String> {
        all.iter().map(|party| party.email.clone()).collect()
    };
    assert_eq!(
        mail.from.map(|from| from.email).as_deref(),
        Some("eva@x.test")
    );
    assert_eq!(
        mail.reply_to.map(|to| to.email).as_deref(),
        Some("shop@x.test")
    );
    assert_eq!(emails(&mail.to), ["a@x.test", "a2@x.test", "b@x.test"]);
    assert_eq!(emails(&mail.cc), ["B@x.test", "c@x.test"]);
}

#[test]
fn a_subject_is_one_line() {
    for (value, subject) in [
        ("=?utf-8?B?4oKsIDEw?=", "€ 10"),
        ("a\n b", "a b"),
        ("=?utf-8?Q?a=0D=0AFrom:_x?=", "a From: x"),
        ("=?utf-8?Q?one?=\n =?utf-8?Q?two?=", "onetwo"),
        ("=?koi8-r?B?8NLJ?=", "При"),
        ("=?utf-8?Q?=E2=80=AEx?=", "x"),
        ("", ""),
    ] {
        assert_eq!(
            with(&format!("Subject: {value}")).subject,
            subject,
            "{value}"
        );
    }
    let long = with(&format!("Subject: {}", "é".repeat(1000)));
    assert_eq!(long.subject.chars().count(), 300);
}

#[test]
fn earlier_mails_are_named_once_and_in_order() {
    let mail = with(
        "References: <1@x.test>\n <2@x.test> <1@x.test>\nIn-Reply-To: <3@x.test>\nMessage-ID: <4@x.test>",
    );
    assert_eq!(mail.references, ["1@x.test", "2@x.test", "3@x.test"]);
    assert_eq!(mail.message_id.as_deref(), Some("4@x.test"));
    let ids: String = (0..150).map(|i| format!("<{i}@x.test> ")).collect();
    let many = with(&format!("References: {ids}\nIn-Reply-To: <149@x.test>")).references;
    assert_eq!(many.len(), 100);
    assert_eq!(
        (many[0].as_str(), many[1].as_str(), many[99].as_str()),
        ("0@x.test", "51@x.test", "149@x.test")
    );
    assert_eq!(with("Message-ID: none").message_id.as_deref(), Some("none"));
    assert_eq!(with("Message-ID: <a\u{e9}@x.test>").message_id, None);
}

#[test]
fn no_machine_opens_a_ticket_by_answering() {
    use Automatic::{Bounce, List, Reply};
    let answers = "In-Reply-To: <1@x.test>";
    for (head, is) in [
        ("Subject: Question".to_owned(), None),
        ("Auto-Submitted: no".to_owned(), None),
        (answers.to_owned(), None),
        ("Subject: Out of office: how do I set it?".to_owned(), None),
        (
            "From: postmaster@x.test\nSubject: Question".to_owned(),
            None,
        ),
        ("From: noreply@x.test\nSubject: Your order".to_owned(), None),
        ("Return-Path: <eva@x.test>".to_owned(), None),
        ("Auto-Submitted: auto-replied".to_owned(), Some(Reply)),
        (
            "Auto-Submitted: auto-replied (vacation)".to_owned(),
            Some(Reply),
        ),
        (
            format!("Auto-Submitted: auto-generated\nReturn-Path: <>\n{answers}"),
            Some(Reply),
        ),
        ("Precedence: auto_reply".to_owned(), Some(Reply)),
        (format!("Precedence: bulk\n{answers}"), Some(Reply)),
        ("X-Autoreply: yes".to_owned(), Some(Reply)),
        (
            "Return-Path: <>\nSubject: I am away".to_owned(),
            Some(Reply),
        ),
        (
            "Subject: Automatic reply: Offer\nX-Auto-Response-Suppress: All".to_owned(),
            Some(Reply),
        ),
        (
            format!("Subject: =?utf-8?Q?R=C3=A9ponse_automatique_?= : Offre\n{answers}"),
            Some(Reply),
        ),
        (
            format!("Subject: Automatisch antwoord: Offerte\n{answers}"),
            Some(Reply),
        ),
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b"
                .to_owned(),
            Some(Reply),
        ),
        (
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b".to_owned(),
            Some(Bounce),
        ),
        (
            "Content-Type: multipart/report; boundary=b".to_owned(),
            Some(Bounce),
        ),
        (
            "From: MAILER-DAEMON@x.test\nSubject: x".to_owned(),
            Some(Bounce),
        ),
        (
            "From: postmaster@x.test\nSubject: Undeliverable: Offer".to_owned(),
            Some(Bounce),
        ),
        (
            "From: postmaster@x.test\nReturn-Path: <>".to_owned(),
            Some(Bounce),
        ),
        (
            "From: no-reply@x.test\nSubject: Delivery Status Notification (Failure)".to_owned(),
            Some(Bounce),
        ),
        (
            "From: eva@x.test\nX-Failed-Recipients: a@x.test".to_owned(),
            Some(Bounce),
        ),
        (
            "Auto-Submitted: auto-generated\nSubject: Order 5".to_owned(),
            Some(List),
        ),
        // A colleague of another company, out of his ticket system.
        (
            format!("Auto-Submitted: auto-generated\n{answers}\nX-Auto-Response-Suppress: All"),
            Some(List),
        ),
        (
            "X-Auto-Response-Suppress: OOF\nSubject: Order 5".to_owned(),
            Some(List),
        ),
        (
            "List-Unsubscribe: <https://x.test>\nSubject: News".to_owned(),
            Some(List),
        ),
        (
            format!("List-Id: <a.x.test>\nPrecedence: list\n{answers}"),
            Some(List),
        ),
        ("Precedence: bulk".to_owned(), Some(List)),
    ] {
        assert_eq!(with(&head).automatic, is, "{head}");
    }
}

#[test]
fn a_mail_is_the_same_whenever_it_is_fetched_and_no_other_is() {
    let head = "Message-ID: <1@x.test>\nFrom: eva@x.test\nDate: Mon, 1 Jun 2026 10:00:00 +0200\nSubject: Offer";
    let key = with(head).key;
    assert_eq!(with(&format!("Received: by a\n{head}")).key, key);
    assert_eq!(with(&head.replace('\n', "\r\n")).key, key);
    assert_ne!(with(&head.replace("Offer", "Other")).key, key);
    assert_ne!(with(&head.replace("eva", "jan")).key, key);
    assert_ne!(with(&head.replace("10:00", "10:01")).key, key);
    assert_ne!(with(&head.replace("<1@", "<2@")).key, key);
    // Nothing moves from one field into another.
    assert_ne!(
        with("Message-ID: <1@x.test>\nFrom: ab@x.test\nSubject: c").key,
        with("Message-ID: <1@x.test>\nFrom: a@x.test\nSubject: bc").key
    );
    assert_eq!(with("Subject: a").key, with("Subject: a").key);
    assert_ne!(with("Subject: a").key, with("Subject: b").key);
}
