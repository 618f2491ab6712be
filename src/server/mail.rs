//! Mail: over SMTP where it is configured, else as files in the data folder, and the log says where.
//! Sending happens after the answer, so that an answer's time tells nothing about the receiver.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
};
use tokio_util::task::TaskTracker;

use super::{config::Config, metrics::Mails};

#[derive(Clone)]
enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(AsyncFileTransport<Tokio1Executor>, PathBuf),
}

/// Why a mail server did not take a mail.
#[derive(Debug)]
pub struct Refused {
    /// What it said, or what kept us from asking it.
    pub why: String,
    /// Whether it would say the same again.
    pub for_good: bool,
}

/// Sends mail in the background.
#[derive(Clone)]
pub struct Mailer {
    transport: Transport,
    from: Arc<Mailbox>,
    under_way: TaskTracker,
    counted: Mails,
}

impl Mailer {
    pub fn new(config: &Config) -> Result<Self> {
        let transport = match &config.smtp_url {
            Some(url) => Transport::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .context(
                        "STEWARD_SMTP_URL must be like smtps://user:password@smtp.example.com",
                    )?
                    .build(),
            ),
            None => {
                let folder = config.data.join("mails");
                std::fs::create_dir_all(&folder)
                    .with_context(|| format!("cannot create {}", folder.display()))?;
                Transport::Files(AsyncFileTransport::new(&folder), folder)
            }
        };
        let from = config.mail_from.parse().context(
            "STEWARD_MAIL_FROM must be an address, such as Steward <steward@example.com>",
        )?;
        Ok(Self {
            transport,
            from: Arc::new(from),
            under_way: TaskTracker::new(),
            counted: Mails::default(),
        })
    }

    /// Sends a plain text mail; what goes wrong is logged.
    pub fn send(&self, to: String, subject: String, text: String) {
        let this = self.clone();
        self.under_way.spawn(async move {
            let done = this.deliver(&to, subject, text).await;
            this.counted.count(done.is_ok());
            if let Err(error) = done {
                tracing::error!(%error, "a mail could not be sent");
            }
        });
    }

    async fn deliver(&self, to: &str, subject: String, text: String) -> Result<()> {
        let message = Message::builder()
            .from(Mailbox::clone(&self.from))
            .to(to.parse()?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        match &self.transport {
            Transport::Smtp(smtp) => {
                smtp.send(message).await?;
            }
            Transport::Files(files, folder) => {
                let id = files.send(message).await?;
                tracing::info!(file = %folder.join(format!("{id}.eml")).display(), "no SMTP configured: wrote a mail as a file");
            }
        }
        Ok(())
    }

    /// Who sends.
    pub fn from(&self) -> Mailbox {
        Mailbox::clone(&self.from)
    }

    /// Sends one mail now.
    pub async fn send_now(&self, message: Message) -> Result<(), Refused> {
        let done = match &self.transport {
            Transport::Smtp(smtp) => smtp.send(message).await.map(drop).map_err(|error| Refused {
                for_good: error.is_permanent(),
                why: error.to_string(),
            }),
            Transport::Files(files, _) => {
                files
                    .send(message)
                    .await
                    .map(drop)
                    .map_err(|error| Refused {
                        for_good: false,
                        why: error.to_string(),
                    })
            }
        };
        self.counted.count(done.is_ok());
        done
    }

    /// How many were sent.
    pub fn counted(&self) -> &Mails {
        &self.counted
    }

    /// Waits for the mails that are under way.
    pub async fn finish(&self) {
        self.under_way.close();
        self.under_way.wait().await;
    }
}
