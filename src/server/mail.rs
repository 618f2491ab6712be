//! Mail: over SMTP where it is configured, else as files in the data folder, and the log says where.
//! Sending happens after the answer, so that an answer's time tells nothing about the receiver.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context, Result, anyhow, bail};
use lettre::{
    Address, AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::Envelope,
    message::{Mailbox, header::ContentType},
};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{config::Config, metrics::Mails};

/// A mail that is in no queue is tried again after so long each time: what it is about, an invitation, can be asked for again.
const AGAIN: [Duration; 3] = [
    Duration::from_secs(2),
    Duration::from_secs(30),
    Duration::from_secs(180),
];

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
    bounces: Option<Arc<Address>>,
    host: Arc<str>,
    under_way: TaskTracker,
    stopping: CancellationToken,
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
            bounces: bounces(config)?.map(Arc::new),
            host: host(&config.base_url).into(),
            under_way: TaskTracker::new(),
            stopping: CancellationToken::new(),
            counted: Mails::default(),
        })
    }

    /// Sends a plain text mail; what goes wrong is logged, and tried again for some minutes where it may go better.
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
            .message_id(Some(format!("<{}@{}>", Uuid::new_v4(), self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        for pause in AGAIN {
            let Err(refused) = self.hand_over(message.clone()).await else {
                return Ok(());
            };
            // Who stops does not wait for a mail server.
            if refused.for_good || self.stopping.is_cancelled() {
                bail!(refused.why);
            }
            tracing::warn!(why = refused.why, "a mail could not be sent yet");
            let _ = timeout(pause, self.stopping.cancelled()).await;
        }
        let last = self.hand_over(message).await;
        last.map_err(|refused| anyhow!(refused.why))
    }

    /// Who sends.
    pub fn from(&self) -> Mailbox {
        Mailbox::clone(&self.from)
    }

    /// To whom a mail comes back that is kept under this id: an address of its own, by which it is known again. None where bounces
    /// are not read; they come to whoever sends.
    pub fn sender_of(&self, mail: Uuid) -> Result<Option<Address>> {
        let sender = |bounces: &Arc<Address>| with_id(bounces, mail);
        self.bounces.as_ref().map(sender).transpose()
    }

    /// What stands behind the at sign of a message's id.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Sends one mail now.
    pub async fn send_now(&self, message: Message) -> Result<(), Refused> {
        let done = self.hand_over(message).await;
        self.counted.count(done.is_ok());
        done
    }

    async fn hand_over(&self, message: Message) -> Result<(), Refused> {
        self.hand_over_raw(message.envelope(), &message.formatted())
            .await
    }

    /// Sends a message now that is written already.
    pub async fn send_raw(&self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Refused> {
        let done = self.hand_over_raw(envelope, bytes).await;
        self.counted.count(done.is_ok());
        done
    }

    async fn hand_over_raw(&self, envelope: &Envelope, bytes: &[u8]) -> Result<(), Refused> {
        match &self.transport {
            Transport::Smtp(smtp) => {
                smtp.send_raw(envelope, bytes)
                    .await
                    .map(drop)
                    .map_err(|error| Refused {
                        for_good: error.is_permanent(),
                        why: error.to_string(),
                    })
            }
            Transport::Files(files, folder) => {
                let id = files
                    .send_raw(envelope, bytes)
                    .await
                    .map_err(|error| Refused {
                        for_good: false,
                        why: error.to_string(),
                    })?;
                tracing::info!(file = %folder.join(format!("{id}.eml")).display(), "no SMTP configured: wrote a mail as a file");
                Ok(())
            }
        }
    }

    /// How many were sent.
    pub fn counted(&self) -> &Mails {
        &self.counted
    }

    /// Waits for the mails that are under way; what a mail server did not take so far is tried once more.
    pub async fn finish(&self) {
        self.stopping.cancel();
        self.under_way.close();
        self.under_way.wait().await;
    }
}

/// The address of bounces, where there is one. What may stand before the at sign has to have room for the id of a mail as well.
fn bounces(config: &Config) -> Result<Option<Address>> {
    let Some(address) = &config.mail_bounces else {
        return Ok(None);
    };
    let parsed: Result<Address> = address.parse().map_err(anyhow::Error::from);
    let parsed = parsed.and_then(|address| with_id(&address, Uuid::nil()).map(|_| address));
    parsed.map(Some).context(
        "STEWARD_MAIL_BOUNCES must be an address alone, such as bounces@example.com, with at most 31 characters before the @",
    )
}

fn with_id(bounces: &Address, mail: Uuid) -> Result<Address> {
    let local = format!("{}+{}", bounces.user(), mail.simple());
    Ok(Address::new(local, bounces.domain())?)
}

/// The name by which people reach the server.
fn host(base_url: &str) -> &str {
    let host = base_url.split("://").nth(1).unwrap_or(base_url);
    let host = host.split(['/', ':']).next().unwrap_or(host);
    // An address of the sixth version would need brackets, which may not stand there as they are.
    if host.is_empty() || host.starts_with('[') {
        "localhost"
    } else {
        host
    }
}
