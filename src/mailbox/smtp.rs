//! Replies on their way: by the SMTP server of their mailbox, or by Steward's own where a mailbox has none. One connection for each
//! message, to an address that was checked.

use std::time::Duration;

use lettre::{
    Address,
    address::Envelope,
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::AsyncSmtpConnection,
        commands::Mail,
        extension::ClientId,
    },
};
use tokio::time::timeout;

use super::{
    draft::Server,
    problem::{ConnectionProblem, Trouble},
    settings::Security,
    store::mailboxes,
};
use crate::{
    model::{AccountId, AppError, MailboxId},
    server::{
        context::App,
        dial::{Dialler, Undialled},
        mail::Refused,
    },
};

/// A message is sent within this time, or not now.
const WHOLE: Duration = Duration::from_secs(300);

/// A message as it is to be sent: to whom, and its bytes.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub envelope: Envelope,
    pub bytes: Vec<u8>,
}

/// Why a message was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendProblem {
    pub trouble: Trouble,
    /// Whether trying again would be for nothing.
    pub for_good: bool,
}

impl SendProblem {
    fn for_now(problem: ConnectionProblem) -> Self {
        Self {
            trouble: problem.into(),
            for_good: false,
        }
    }
}

impl From<Undialled> for SendProblem {
    fn from(undialled: Undialled) -> Self {
        Self::for_now(undialled.into())
    }
}

/// What an error of the library means: a refusal is `no`, whose words are the server's.
fn refused(error: &lettre::transport::smtp::Error, no: ConnectionProblem) -> SendProblem {
    if error.status().is_some() {
        let said = std::error::Error::source(error)
            .map(ToString::to_string)
            .unwrap_or_default();
        let said = match error.status() {
            Some(code) => format!("{code} {said}"),
            None => said,
        };
        return SendProblem {
            trouble: Trouble::new(no, &said),
            for_good: error.is_permanent(),
        };
    }
    match std::error::Error::source(error).and_then(Undialled::found_in) {
        Some(undialled) => undialled.into(),
        // What they said is no SMTP, or they cannot do what the message needs.
        None if error.is_response() => SendProblem::for_now(ConnectionProblem::NotSmtp),
        None => SendProblem {
            trouble: Trouble::new(no, ""),
            for_good: error.is_client(),
        },
    }
}

/// Connects to a server, and signs in where somebody does.
async fn connected(
    dialler: &Dialler,
    server: &Server,
    name: &str,
) -> Result<AsyncSmtpConnection, SendProblem> {
    let local_only = server.security == Security::None;
    let mut stream = dialler
        .connect(&server.host, server.port, local_only)
        .await?;
    if server.security == Security::Tls {
        stream = dialler.secure(stream, &server.host).await?;
    }
    stream.expect(usize::MAX);
    let name = ClientId::Domain(name.to_owned());
    let connection = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &name).await;
    // A server that takes nobody at the moment may take somebody later.
    let mut connection = connection.map_err(|error| SendProblem {
        for_good: false,
        ..refused(&error, ConnectionProblem::SaidNo)
    })?;
    if server.security == Security::StartTls {
        if !connection.can_starttls() {
            return Err(SendProblem::for_now(ConnectionProblem::NoStartTls));
        }
        let parameters = dialler.parameters(&server.host)?;
        let secured = connection.starttls(parameters, &name).await;
        secured.map_err(|error| refused(&error, ConnectionProblem::NoTls))?;
    }
    if let Some(password) = &server.password {
        let info = connection.server_info();
        if info.get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            return Err(SendProblem::for_now(ConnectionProblem::NoLogin));
        }
        let credentials = Credentials::new(server.user.clone(), password.reveal().to_owned());
        let signed_in = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
        // A password can be changed: nothing is lost for good by a wrong one.
        signed_in.map_err(|error| SendProblem {
            for_good: false,
            ..refused(&error, ConnectionProblem::LoginRefused)
        })?;
    }
    Ok(connection)
}

/// Sends one message by a server, whose password is in it.
pub async fn send_by(app: &App, server: &Server, message: &Outgoing) -> Result<(), SendProblem> {
    let sending = async {
        let mut connection = connected(&app.dialler, server, app.mailer.host()).await?;
        let sent = connection.send(&message.envelope, &message.bytes).await;
        sent.map_err(|error| refused(&error, ConnectionProblem::MessageRefused))?;
        // It has been taken, however the connection ends.
        let _ = connection.quit().await;
        Ok(())
    };
    timeout(WHOLE, sending)
        .await
        .unwrap_or_else(|_| Err(SendProblem::for_now(ConnectionProblem::TimedOut)))
}

/// Whether a server sends for this address: as far as one gets without sending anything.
pub async fn try_out(
    dialler: &Dialler,
    server: &Server,
    name: &str,
    address: &Address,
) -> Result<(), Trouble> {
    let trying = async {
        let mut connection = connected(dialler, server, name).await?;
        let mail = Mail::new(Some(address.clone()), Vec::new());
        connection
            .command(mail)
            .await
            .map_err(|error| refused(&error, ConnectionProblem::SenderRefused))?;
        let _ = connection.quit().await;
        Ok(())
    };
    let tried = timeout(WHOLE, trying)
        .await
        .unwrap_or_else(|_| Err(SendProblem::for_now(ConnectionProblem::TimedOut)));
    tried.map_err(|problem| problem.trouble)
}

/// Sends one message for a mailbox. The outer error: the mailbox is not there, or the database is away.
pub async fn send(
    app: &App,
    account: AccountId,
    mailbox: MailboxId,
    message: &Outgoing,
) -> Result<Result<(), SendProblem>, AppError> {
    let server = match mailboxes::sends_by(&app.database, &app.secrets, account, mailbox).await? {
        Ok(server) => server,
        Err(trouble) => {
            return Ok(Err(SendProblem {
                trouble,
                for_good: false,
            }));
        }
    };
    Ok(match server {
        Some(server) => send_by(app, &server, message).await,
        None => {
            let sent = app.mailer.send_raw(&message.envelope, &message.bytes).await;
            sent.map_err(|Refused { why, for_good }| SendProblem {
                trouble: Trouble::new(ConnectionProblem::MessageRefused, &why),
                for_good,
            })
        }
    })
}
