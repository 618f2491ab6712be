//! What a mail server says of a mail that it could not deliver (RFC 3464): which mail of ours it was, and why. Anybody can send us
//! such a mail, and anything in it: what cannot be made out is no bounce.

use mail_parser::{ContentType, Message, MessageParser, MessagePart, MimeHeaders};
use uuid::Uuid;

/// What an admin reads of it at most.
const LONGEST: usize = 300;
/// Where the address stands to which it was sent, as mail servers note it.
const RECEIVERS: [&str; 4] = ["to", "delivered-to", "x-original-to", "envelope-to"];

/// A mail of ours that came back.
#[derive(Debug, PartialEq, Eq)]
pub struct Bounce {
    pub mail: Uuid,
    /// The words of the mail server that did not take it, in one line.
    pub why: String,
}

/// Reads a whole mail, or the beginning of one; an error says why it is no bounce of ours.
pub fn read(raw: &[u8]) -> Result<Bounce, &'static str> {
    let message = MessageParser::default()
        .parse(raw)
        .ok_or("it is not a mail")?;
    if !message.content_type().is_some_and(is_report) {
        return Err("it is not a report of delivery");
    }
    let status = message
        .parts
        .iter()
        .position(|part| {
            let subtypes = ["delivery-status", "global-delivery-status"];
            is(part, "message", &subtypes)
        })
        .ok_or("it is a report without a status")?;
    let (status, returned) = message
        .parts
        .get(status..)
        .and_then(<[_]>::split_first)
        .ok_or("it is a report without a status")?;
    let why = failure(status.contents()).ok_or("it reports no failure")?;
    let mail = receiver(&message)
        .or_else(|| returned.iter().find_map(returned_id))
        .ok_or("it names no mail of ours")?;
    Ok(Bounce { mail, why })
}

fn is_report(kind: &ContentType<'_>) -> bool {
    let of_delivery = |kind: &str| kind.eq_ignore_ascii_case("delivery-status");
    kind.ctype() == "multipart"
        && kind.subtype() == Some("report")
        && kind.attribute("report-type").is_some_and(of_delivery)
}

fn is(part: &MessagePart<'_>, ctype: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|kind| {
        let of = |subtype| subtypes.contains(&subtype);
        kind.ctype() == ctype && kind.subtype().is_some_and(of)
    })
}

/// Why it could not be delivered; nothing where it is only late, or arrived. There is one receiver of each of our mails, but a mail
/// server may have more to tell of him: the first failure counts.
fn failure(status: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(status).replace("\r\n", "\n");
    text.split("\n\n").find_map(|group| {
        let group = group.trim_start_matches('\n');
        let group = MessageParser::default().parse_headers(group)?;
        let action = field(&group, "action")?;
        let action = action.split([' ', ';', '(']).next()?;
        action.eq_ignore_ascii_case("failed").then(|| why(&group))
    })
}

fn why(group: &Message<'_>) -> String {
    let said = field(group, "diagnostic-code").map(|code| match code.split_once(';') {
        // Whose words these are: `smtp`, `x-unix`.
        Some((of, words)) if !of.trim().contains(' ') => words.trim().to_owned(),
        _ => code,
    });
    let said = said.filter(|said| !said.is_empty());
    let words = said
        .or_else(|| field(group, "status").map(|status| format!("Status: {status}")))
        .unwrap_or_else(|| "Action: failed".to_owned());
    if words.chars().count() <= LONGEST {
        return words;
    }
    let cut: String = words.chars().take(LONGEST - 1).collect();
    format!("{}…", cut.trim_end())
}

/// A field in one line, as it was written.
fn field(group: &Message<'_>, name: &str) -> Option<String> {
    let (_, value) = group
        .headers_raw()
        .find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    let words = value.split(|c: char| c.is_whitespace() || c.is_control());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    Some(words.join(" "))
}

/// The mail of the address to which the bounce came: [`crate::server::mail::Mailer::sender_of`].
fn receiver(message: &Message<'_>) -> Option<Uuid> {
    let all = message.headers_raw();
    let mut receivers = all.filter(|(name, _)| {
        RECEIVERS
            .iter()
            .any(|receiver| name.eq_ignore_ascii_case(receiver))
    });
    receivers.find_map(|(_, value)| {
        let before_at = value.split('@').map(|part| part.rsplit('+').next());
        before_at.flatten().find_map(simple_id)
    })
}

/// Thirty-two hexadecimal digits and nothing else.
fn simple_id(text: &str) -> Option<Uuid> {
    (text.len() == 32)
        .then(|| Uuid::try_parse(text).ok())
        .flatten()
}

/// The mail that a part of the report returns: whole, or its head alone.
fn returned_id(part: &MessagePart<'_>) -> Option<Uuid> {
    if let Some(message) = part.message() {
        return id_of(message);
    }
    let heads = is(part, "text", &["rfc822-headers"]) || is(part, "message", &["global-headers"]);
    let head = heads.then(|| MessageParser::default().parse_headers(part.contents()));
    id_of(&head.flatten()?)
}

/// As [`super::letter::compose`] writes it.
fn id_of(message: &Message<'_>) -> Option<Uuid> {
    let (id, _) = message
        .message_id()?
        .strip_prefix("mail.")?
        .split_once('@')?;
    Uuid::try_parse(id).ok()
}

#[cfg(test)]
mod tests {
    use super::read;

    /// As other mail servers write it: folded, with a type, with bytes of another time.
    #[test]
    fn the_words_of_any_mail_server_become_one_line() -> Result<(), &'static str> {
        const ID: &str = "0190aaaabbbb7cccdddd0123456789ab";
        let report = |headers: &str, status: &str| {
            format!(
                "From: MAILER-DAEMON@relay.example\r\n{headers}\r\nContent-Type: multipart/report; boundary=\"b\"; report-type=\"Delivery-Status\"\r\n\
                 MIME-Version: 1.0\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
                 Reporting-MTA: dns; relay.example\r\n\r\n{status}\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n\
                 Message-ID: <mail.0190aaaa-bbbb-7ccc-dddd-0123456789ab@steward.example>\r\nSubject: x\r\n\r\n--b--\r\n"
            )
        };
        let failed = "Final-Recipient: rfc822; bob@x.test\r\nAction: failed\r\nStatus: 5.1.1\r\n";
        let long = format!("{failed}Diagnostic-Code: smtp; {}", "word ".repeat(500));
        let all = [
            (
                format!("Delivered-To: bounces+{ID}@example.com"),
                format!(
                    "{failed}Diagnostic-Code: smtp; 550 5.1.1 <bob@x.test>:\r\n    Recipient address\r\n\trejected"
                ),
                "550 5.1.1 <bob@x.test>: Recipient address rejected".to_owned(),
            ),
            (
                format!("X-Original-To: <BOUNCES+{}@EXAMPLE.COM>", ID.to_uppercase()),
                format!("{failed}Diagnostic-Code: X-Postfix; unknown user: \"bob\""),
                "unknown user: \"bob\"".to_owned(),
            ),
            (
                "To: bounces@example.com".to_owned(),
                failed.to_owned(),
                "Status: 5.1.1".to_owned(),
            ),
            (
                format!("Envelope-to: bounces+{ID}@example.com"),
                "Final-Recipient: rfc822; bob@x.test\r\nACTION:  Failed (really)".to_owned(),
                "Action: failed".to_owned(),
            ),
            (
                format!("To: Bounces <bounces+{ID}@example.com>"),
                format!("Action: delayed\r\nStatus: 4.4.1\r\n\r\n{long}"),
                format!("{}…", "word ".repeat(60).trim_end()),
            ),
        ];
        for (headers, status, why) in all {
            let bounce = read(report(&headers, &status).as_bytes())?;
            assert_eq!(bounce.mail.simple().to_string(), ID, "{headers}");
            assert_eq!(bounce.why, why, "{headers}");
        }
        let mut bytes = report(
            "To: x@example.com",
            &format!("{failed}Diagnostic-Code: smtp; 550 Bo?te"),
        )
        .into_bytes();
        let at = bytes
            .windows(5)
            .position(|part| part == b"Bo?te")
            .ok_or("it is there")?;
        bytes[at + 2] = 0xee;
        let bounce = read(&bytes)?;
        assert_eq!(bounce.why, "550 Bo\u{fffd}te");
        Ok(())
    }
}
