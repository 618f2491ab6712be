//! Which mails no person wrote to us. An answer that a machine gives (I am on holiday, I have read it) and a mail that came back open
//! no ticket and reopen none, and nothing automatic may ever answer any of these: two machines would go on for ever.
//!
//! What a machine sends of its own accord is another matter. An order from a shop, a message from a form on a web site, a newsletter:
//! somebody may have to see to it, so they open tickets as a person's mail does. RFC 3834 calls them `auto-generated`, which is also
//! what ticket systems call the answers that their people write: so that word alone makes no mail an answer of a machine. The holiday
//! answers of Exchange, which uses it too, come from `<>` and say in the subject what they are.

use super::{Head, Party};

/// Who wrote a mail, where it was no person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Automatic {
    /// A machine answers a mail: nobody is to do anything. Opens no ticket.
    Reply,
    /// A mail of ours came back, or is late. Opens no ticket.
    Bounce,
    /// To many people, or made by a machine: a newsletter, an order. May open a ticket; no automatic answer to it.
    List,
}

/// Where a mail server says for whom it could not deliver.
const OF_BOUNCES: [&str; 2] = ["X-Failed-Recipients", "X-MS-Exchange-Message-Is-Ndr"];
/// What answering machines write about themselves.
const OF_REPLIES: [&str; 6] = [
    "X-Autoreply",
    "X-AutoReply-From",
    "X-Autorespond",
    "X-Autoresponse",
    "X-Auto-Reply-From",
    "X-Mail-Autoreply",
];

/// How subjects of mails begin that came back, in the languages around us.
const BOUNCED: [&str; 21] = [
    "undeliverable",
    "undelivered mail",
    "delivery status notification",
    "delivery notification",
    "delivery failure",
    "delivery has failed",
    "mail delivery fail",
    "mail delivery system",
    "returned mail",
    "failure notice",
    "mail system error",
    "message delivery failure",
    "non remis",
    "échec de la remise",
    "echec de la remise",
    "message non distribué",
    "onbestelbaar",
    "niet te bezorgen",
    "unzustellbar",
    "mail delivery error",
    "warning: message delayed",
];
/// How answering machines begin a subject.
const ANSWERED: [&str; 16] = [
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "out of office",
    "out of the office",
    "réponse automatique",
    "reponse automatique",
    "absence du bureau",
    "absent du bureau",
    "automatisch antwoord",
    "afwezig",
    "automatische antwort",
    "abwesenheit",
    "vacation",
    "auto:",
];

/// What the head of a mail says about who wrote it.
pub fn of(head: &Head, media_type: &str, from: Option<&Party>, subject: &str) -> Option<Automatic> {
    let subject = subject.to_lowercase();
    let begins = |with: &[&str]| with.iter().any(|begin| subject.starts_with(begin));
    if is_bounce(head, media_type, from, begins(&BOUNCED)) {
        return Some(Automatic::Bounce);
    }
    let submitted = head.lower("Auto-Submitted");
    let submitted = submitted.split([';', ' ', '(']).next().unwrap_or_default();
    let precedence = head.lower("Precedence");
    let answers = head.has("In-Reply-To") || head.has("References");
    let of_list = head.has("List-Id") || head.has("List-Unsubscribe") || head.has("List-Post");
    let generated = !matches!(submitted, "" | "no");
    let suppresses = head.has("X-Auto-Response-Suppress");
    let bulk = matches!(precedence.as_str(), "bulk" | "junk" | "list");

    let is_reply = submitted == "auto-replied"
        || precedence == "auto_reply"
        || OF_REPLIES.iter().any(|field| head.has(field))
        // Receipts of reading, and whatever other reports there are.
        || media_type == "multipart/report"
        || media_type == "message/disposition-notification"
        || comes_from_nobody(head)
        // The holiday answers of former times; what a list hands on says that it is one.
        || !of_list && answers && matches!(precedence.as_str(), "bulk" | "junk")
        || begins(&ANSWERED) && (answers || generated || suppresses || bulk);
    if is_reply {
        return Some(Automatic::Reply);
    }
    (generated || suppresses || bulk || of_list).then_some(Automatic::List)
}

fn is_bounce(head: &Head, media_type: &str, from: Option<&Party>, says_so: bool) -> bool {
    let local = from.and_then(|from| from.email.split('@').next());
    let local = local.unwrap_or_default().to_lowercase();
    let report = media_type == "multipart/report"
        && head
            .attribute("report-type")
            .is_none_or(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    let of_server = matches!(
        local.as_str(),
        "mailer-daemon" | "mailerdaemon" | "mail-daemon"
    );
    let no_person = matches!(
        local.as_str(),
        "postmaster" | "noreply" | "no-reply" | "donotreply" | "do-not-reply" | "mail-noreply"
    ) || local.starts_with("microsoftexchange");
    report
        || of_server
        || OF_BOUNCES.iter().any(|field| head.has(field))
        || says_so && (no_person || comes_from_nobody(head))
        || local == "postmaster" && comes_from_nobody(head)
}

/// What must not be answered is sent by `<>`.
fn comes_from_nobody(head: &Head) -> bool {
    head.raw("Return-Path").next().as_deref() == Some("<>")
}
