//! What a good mail program shows of each file of the collection: who writes, about what, how the text begins, and what is attached.

use std::collections::BTreeSet;

use super::all;
use crate::mailbox::message::{Automatic, read};

#[derive(Default)]
struct Shows {
    file: &'static str,
    from: &'static str,
    subject: &'static str,
    /// How the text begins.
    begins: &'static str,
    /// What it says further down.
    says: &'static [&'static str],
    /// What it says nothing of: how it was put together.
    hides: &'static [&'static str],
    /// Names and lengths of what is attached.
    attached: &'static [(&'static str, usize)],
    automatic: Option<Automatic>,
}

const MIRROR: &str = "a simple kind of mirror\nto reflect upon our own";
const BARRY: &str = "Barry A. Warsaw <barry@python.org>";
const LYRICS: (&str, &str) = ("Barry Warsaw <barry@python.org>", "Lyrics");

/// Mailing lists, answers in answers, and parts without heads.
fn lists() -> Vec<Shows> {
    vec![
        // Parts in a row are one text; messages of a digest are attached, those without a subject too.
        Shows {
            file: "msg_02",
            from: "ppp-request@zzz.org",
            subject: "Ppp digest, Vol 1 #2 - 5 msgs",
            begins: "Send Ppp mailing list submissions to\n\tppp@zzz.org",
            says: &[
                "\n\nToday's Topics:\n\n   1. testing #1",
                "\n\n_______",
                "Ppp@zzz.org",
            ],
            hides: &["192.168.1.2.889", "Masthead"],
            attached: &[
                ("[Ppp] testing #1.eml", 235),
                ("message.eml", 209),
                ("[Ppp] testing #3.eml", 235),
                ("[Ppp] testing #4.eml", 235),
                ("[Ppp] testing #5.eml", 237),
            ],
            ..Shows::default()
        },
        // With no text of its own, the messages in it are the text.
        Shows {
            file: "msg_28",
            from: "aperson@dom.ain",
            begins: "From: cc@dd.org\nSubject: ee\n\nmessage 1\n\nFrom: cc@dd.org",
            says: &["message 2"],
            attached: &[("ee.eml", 96), ("ee.eml", 96)],
            ..Shows::default()
        },
        Shows {
            file: "msg_30",
            from: "aperson@dom.ain",
            begins: "From: cc@dd.org\nSubject: ee\n\nmessage 1\n\nFrom: cc@dd.org",
            says: &["message 2"],
            attached: &[("ee.eml", 96), ("ee.eml", 96)],
            ..Shows::default()
        },
        // `Precedence: bulk` and a character set in the manner of RFC 2231.
        Shows {
            file: "msg_32",
            from: "Anne Person <aperson@example.com>",
            subject: "Re: Limiting Perl CPU Utilization...",
            begins: "Some message.",
            automatic: Some(Automatic::List),
            ..Shows::default()
        },
        Shows {
            file: "msg_34",
            from: "aperson@dom.ain",
            begins: "This is a text plain part that is counter to recommended practice in\nRFC 2046",
            attached: &[("message.eml", 56)],
            ..Shows::default()
        },
        // A group without anybody in it is nobody.
        Shows {
            file: "msg_36",
            from: "Internet-Drafts@ietf.org",
            subject: "I-D ACTION:draft-ietf-mboned-mix-00.txt",
            begins: "Blah blah blah",
            attached: &[
                ("attachment-1.txt", 133),
                ("draft-ietf-mboned-mix-00.txt", 68),
            ],
            ..Shows::default()
        },
    ]
}

/// What is attached.
fn attached() -> Vec<Shows> {
    vec![
        // Named, but meant to be read in the text.
        Shows {
            file: "msg_04",
            from: BARRY,
            subject: "a simple multipart",
            begins: MIRROR,
            attached: &[("msg.txt", 48), ("msg.txt", 48)],
            ..Shows::default()
        },
        // Attached, but there is no other text.
        Shows {
            file: "msg_44",
            from: BARRY,
            subject: "a simple multipart",
            begins: MIRROR,
            attached: &[("msg.txt", 48), ("msg.txt", 48)],
            ..Shows::default()
        },
        Shows {
            file: "msg_22",
            from: "b@example.com",
            begins: "Text text text.\n\nText text text.",
            attached: &[("wibble.JPG", 272), ("wibble2.JPG", 317)],
            ..Shows::default()
        },
        // What stands before the first part is for programs that know no parts.
        Shows {
            file: "msg_26",
            from: "Father Time <father.time@xcar.wooster.local>",
            subject: "IMAP file test",
            begins: "Simple email with attachment.",
            hides: &["does not support"],
            attached: &[("clock.bmp", 630)],
            ..Shows::default()
        },
    ]
}

/// What was forwarded, or came back.
fn forwarded() -> Vec<Shows> {
    vec![
        // The whole mail is another mail.
        Shows {
            file: "msg_06",
            from: BARRY,
            subject: "forwarded message from Barry A. Warsaw",
            begins: "From: Barry A. Warsaw <barry@python.org>\nSubject: testing",
            attached: &[("testing.eml", 481)],
            ..Shows::default()
        },
        Shows {
            file: "msg_46",
            from: "Sender <sender@example.net>",
            subject: "GroupwiseForwardingTest",
            begins: "From: Dr. Sender <sender@example.net>\nSubject: GroupwiseForwardingTest\n\nTesting email forwarding with Groupwise",
            attached: &[("GroupwiseForwardingTest.eml", 375)],
            ..Shows::default()
        },
        Shows {
            file: "msg_16",
            from: "Internet Mail Delivery <postmaster@ucla.edu>",
            subject: "Delivery Notification: Delivery has failed",
            begins: "This report relates to a message you sent",
            says: &["recipient reached disk quota"],
            attached: &[
                ("attachment-1.txt", 265),
                ("[scr] yeah for Ians!!.eml", 2646),
            ],
            automatic: Some(Automatic::Bounce),
            ..Shows::default()
        },
        Shows {
            file: "msg_42",
            from: "Mail Delivery Subsystem <xxx@example.com>",
            begins: "Stuff",
            hides: &["MIME-encapsulated"],
            attached: &[("message.eml", 102)],
            ..Shows::default()
        },
    ]
}

/// What is badly made, or nearly empty.
fn odd() -> Vec<Shows> {
    let empty = |file| Shows {
        file,
        from: LYRICS.0,
        subject: LYRICS.1,
        ..Shows::default()
    };
    vec![
        empty("msg_08"),
        empty("msg_12"),
        empty("msg_12a"),
        // One encoding after the other, and HTML between them.
        Shows {
            begins: "This is a 7bit encoded message.\n\n¡This is a Quoted Printable encoded message!",
            says: &[
                "\n\nThis is a Base64 encoded message.\n\nThis is a Base64",
                "\n\nThis has no Content-Transfer-Encoding: header.",
            ],
            ..empty("msg_10")
        },
        // A type without a second half.
        Shows {
            file: "msg_14",
            from: "John X. Doe <bbb@ddd.com>",
            subject: "This is a test message",
            begins: "Hi,\n\nI'm sorry but I'm using a drainbread ISP",
            says: &["-Me"],
            ..Shows::default()
        },
        Shows {
            file: "msg_18",
            ..Shows::default()
        },
        Shows {
            file: "msg_20",
            from: "John X. Doe <bbb@ddd.com>",
            subject: "This is a test message",
            begins: "Hi,\n\nDo you like this message?",
            ..Shows::default()
        },
        Shows {
            file: "msg_24",
            from: "bperson@dom.ain",
            subject: "A subject",
            ..Shows::default()
        },
        // Lines that look like the ends of parts, inside a part: nothing of the text is lost.
        Shows {
            file: "msg_38",
            begins: "Unlike the test test_nested-multiples-with-internal-boundary, this\npiece of text",
            says: &[
                "\n\nand\n\nbut puts them at the start",
                "and this one, which is from a multipart",
                "never too late to have a happy childhood",
            ],
            ..Shows::default()
        },
        // HTML that says it has parts, which HTML cannot have.
        Shows {
            file: "msg_40",
            begins: "----961284236552522269 Content-Type: text/html;",
            ..Shows::default()
        },
    ]
}

#[test]
fn every_file_is_shown_as_a_good_mail_program_does() -> std::io::Result<()> {
    let files = all()?;
    let shown: Vec<Shows> = [lists(), attached(), forwarded(), odd()]
        .into_iter()
        .flatten()
        .collect();
    let names = |all: Vec<&str>| all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(
        names(shown.iter().map(|shows| shows.file).collect()),
        names(files.iter().map(|(name, _)| name.as_str()).collect())
    );
    for shows in shown {
        let raw = files.iter().find(|(name, _)| name == shows.file);
        let message = read(raw.map_or(&[], |(_, raw)| raw));
        let file = shows.file;
        let from = message.from.map(|from| from.to_string());
        assert_eq!(from.unwrap_or_default(), shows.from, "{file}");
        assert_eq!(message.subject, shows.subject, "{file}");
        assert!(
            message.text.starts_with(shows.begins),
            "{file}: {}",
            message.text
        );
        assert_eq!(message.text.is_empty(), shows.begins.is_empty(), "{file}");
        for says in shows.says {
            assert!(message.text.contains(says), "{file} says {says}");
        }
        let html = message.html.unwrap_or_default();
        for hides in shows.hides {
            assert!(
                !message.text.contains(hides) && !html.contains(hides),
                "{file} hides {hides}"
            );
        }
        let attached = message.attachments.iter();
        let attached: Vec<_> = attached
            .map(|file| (file.name.as_str(), file.bytes.len()))
            .collect();
        assert_eq!(attached, shows.attached, "{file}");
        assert_eq!(message.automatic, shows.automatic, "{file}");
        assert_eq!(message.omitted, 0, "{file}");
    }
    Ok(())
}

#[test]
fn html_between_plain_parts_is_shown_with_them() -> Result<(), Box<dyn std::error::Error>> {
    let files = all()?;
    let (_, raw) = files
        .iter()
        .find(|(name, _)| name == "msg_10")
        .ok_or("it is there")?;
    let html = read(raw).html.ok_or("it has HTML")?;
    assert!(
        html.contains(
            "pre-wrap\">This is a 7bit encoded message.</div>¡This is a Quoted Printable"
        )
    );
    Ok(())
}

/// As mail programs of today write: text, HTML with a picture in it, and a file beside them.
#[test]
fn a_mail_of_today_is_read() {
    let raw = "From: Eva <eva@x.test>\nSubject: Hi\nContent-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/related; boundary=b\n\n\
        --b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain; charset=utf-8\n\nHello\n--c\n\
        Content-Type: text/html; charset=utf-8\n\n<p>Hello <img src=\"cid:logo@x\"></p>\n--c--\n--b\nContent-Type: image/png\nContent-ID: <logo@x>\n\
        Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n--a\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\
        Content-Disposition: attachment; filename*=utf-8''Offre%20%E2%84%96.pdf\n\nJVBERg==\n--a\nContent-Type: application/msword; \
        name=\"=?utf-8?Q?Pi=C3=A8ce.doc?=\"\n\nx\n--a--\n";
    let message = read(raw.as_bytes());
    assert_eq!(message.text, "Hello");
    assert_eq!(
        message.html.as_deref(),
        Some("<p>Hello <img src=\"cid:logo@x\"></p>")
    );
    let files: Vec<_> = message
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.inline, file.content_id.as_deref()))
        .collect();
    assert_eq!(
        files,
        [
            ("attachment-1.png", true, Some("logo@x")),
            ("Offre №.pdf", false, None),
            ("Pièce.doc", false, None)
        ]
    );
    let html_alone = read(b"Content-Type: text/html\n\n<p>Bonjour</p><p>Eva</p>");
    assert_eq!(html_alone.text, "Bonjour\n\nEva");
    let nothing_said =
        read(b"Content-Type: image/png\nContent-Disposition: attachment; filename=a.png\n\nx");
    assert_eq!(nothing_said.text, "[a.png]");
}
