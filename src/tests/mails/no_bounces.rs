//! What comes to the address of bounces and is none, or is no mail at all: it changes nothing, and nobody gets an answer.

use anyhow::{Context as _, Result, ensure};

use super::returned::{Returned, pipe, said};
use crate::notifications::report;

impl Returned {
    /// The same report, told otherwise.
    fn instead(&self, of: &str, to: &str) -> Result<String> {
        ensure!(self.report.contains(of), "{of} in {}", self.report);
        Ok(self.report.replace(of, to))
    }
}

#[tokio::test]
async fn what_is_no_bounce_changes_nothing_and_ends_well() -> Result<()> {
    let it = Returned::new().await?;
    let to = format!(
        "To: {}",
        it.post.address(&format!("bounces+{}", it.mail.simple()))
    );
    let all = [
        ("late", it.instead("Action: failed", "Action: delayed")?),
        (
            "passed on",
            it.instead("Action: failed", "Action: relayed")?,
        ),
        (
            "arrived",
            it.instead("Action: failed", "Action: delivered")?,
        ),
        ("a list", it.instead("Action: failed", "Action: expanded")?),
        (
            "no report",
            it.instead("multipart/report", "multipart/mixed")?,
        ),
        (
            "a receipt",
            it.instead(
                "report-type=delivery-status",
                "report-type=disposition-notification",
            )?,
        ),
        (
            "a holiday",
            format!(
                "From: gone@x.test\n{to}\nSubject: Out of office\nAuto-Submitted: auto-replied\nIn-Reply-To: <mail.{}@127.0.0.1>\n\nI am away.\n",
                it.mail
            ),
        ),
        (
            "a mail",
            format!("From: bob@x.test\n{to}\nSubject: Hello\n\nAction: failed\n"),
        ),
        (
            "forwarded",
            format!(
                "From: bob@x.test\n{to}\nContent-Type: message/rfc822\n\n{}",
                it.report
            ),
        ),
        ("nothing", String::new()),
        ("no head", "\n\n\n".to_owned()),
        ("garbage", "\u{0}\u{1}--=_\u{fffd}: ;;\r\r\n".repeat(500)),
    ];
    for (what, mail) in all {
        let said = said(it.post.bounce(mail.as_bytes())?, 0).with_context(|| what.to_owned())?;
        assert_eq!(said.trim_end().lines().count(), 1, "{what}: {said}");
    }
    assert_eq!(it.stands().await?, (true, 0, None));
    Ok(())
}

#[tokio::test]
async fn a_report_that_was_cut_off_anywhere_is_a_bounce_or_none() -> Result<()> {
    let it = Returned::new().await?;
    let whole = report::read(it.report.as_bytes()).map_err(anyhow::Error::msg)?;
    let mut read = 0;
    for n in 0..it.report.len() {
        let cut = it.report.as_bytes().get(..n).unwrap_or_default();
        if let Ok(bounce) = report::read(cut) {
            assert_eq!(bounce.mail, whole.mail);
            read += 1;
        }
    }
    ensure!(read > 0, "what follows the status is not needed");
    // Whatever byte was lost or changed on the way.
    for n in 0..it.report.len() {
        let mut bytes = it.report.clone().into_bytes();
        for other in [0, b'\n', b'-', b'=', 0xff] {
            bytes[n] = other;
            let _ = report::read(&bytes);
        }
        bytes.remove(n);
        let _ = report::read(&bytes);
    }
    Ok(())
}

#[tokio::test]
async fn of_a_huge_mail_the_beginning_is_read_and_the_end_taken() -> Result<()> {
    let it = Returned::new().await?;
    // A mail server would take a pipe that closes early for a failure.
    let mut huge = it.report.clone().into_bytes();
    huge.resize(20 * 1024 * 1024, b'x');
    said(it.post.bounce(&huge)?, 0)?;
    assert_eq!(it.stands().await?, (false, 1, Some(60)));
    let boundaries = format!(
        "To: x@x.test\nContent-Type: multipart/report; report-type=delivery-status; boundary=a\n\n{}",
        "--a\nContent-Type: multipart/mixed; boundary=a\n\n".repeat(40_000)
    );
    said(it.post.bounce(boundaries.as_bytes())?, 0)?;
    Ok(())
}

#[tokio::test]
async fn the_program_reads_a_file_as_well() -> Result<()> {
    let it = Returned::new().await?;
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), &it.report)?;
    let path = file.path().to_str().context("a name")?;
    // Where there is no database the mail server is to try again; and so it is with a file that is not there.
    let away = "postgres://steward@127.0.0.1:9/steward";
    said(pipe(away, &[path], b"")?, 75)?;
    said(pipe(away, &["/nowhere/at/all"], b"")?, 75)?;
    said(pipe(away, &[], it.report.as_bytes())?, 75)?;
    // What is no bounce needs no database.
    said(pipe(away, &[], b"From: bob@x.test\n\nHello\n")?, 0)?;
    assert_eq!(it.stands().await?, (true, 0, None));
    Ok(())
}
