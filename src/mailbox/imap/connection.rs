//! The way to an IMAP server, as far as to where one is signed in, and how a command is asked: a connection that breaks in the midst of
//! an answer must not look like the end of it.

use std::{io::ErrorKind, time::Duration};

use async_imap::{
    Authenticator, Client, Connection, Session,
    imap_proto::{Capability, Response, Status},
};
use tokio::{io::AsyncWriteExt as _, time::timeout};

use super::ANSWER;
use crate::{
    mailbox::{
        draft::Server,
        problem::{ConnectionProblem, Trouble},
        settings::Security,
    },
    server::dial::{Dialler, Stream, Undialled},
};

/// However slowly it comes, an answer ends within this time.
const WHOLE: Duration = Duration::from_secs(600);

/// Signs in by SASL PLAIN, which knows every letter.
struct Plain<'a>(&'a Server);

impl Authenticator for Plain<'_> {
    type Response = String;

    fn process(&mut self, _: &[u8]) -> String {
        let password = self
            .0
            .password
            .as_ref()
            .map_or("", |password| password.reveal());
        format!("\0{}\0{password}", self.0.user)
    }
}

fn lost(error: &(dyn std::error::Error + 'static)) -> Trouble {
    Undialled::of(error).into()
}

/// What the library says went wrong, where it is not the connection: what the server said stands in it, in Rust's quotation marks.
pub(super) fn refused(problem: ConnectionProblem, error: &async_imap::error::Error) -> Trouble {
    use async_imap::error::Error;
    match error {
        Error::No(said) | Error::Bad(said) => {
            let said = said
                .split_once("info: Some(\"")
                .map_or("", |(_, said)| said.trim_end_matches("\")"));
            Trouble::new(problem, &said.replace("\\\"", "\""))
        }
        Error::Io(error) => lost(error),
        Error::ConnectionLost => ConnectionProblem::Unreachable.into(),
        _ => ConnectionProblem::SaidNo.into(),
    }
}

pub(super) async fn in_time<T>(asking: impl Future<Output = T>) -> Result<T, Trouble> {
    timeout(WHOLE, asking)
        .await
        .map_err(|_| ConnectionProblem::TimedOut.into())
}

/// What a server can do.
type Capabilities = Vec<Capability<'static>>;

pub(super) fn has(capabilities: &Capabilities, name: &str) -> bool {
    capabilities.iter().any(|one| match one {
        Capability::Atom(atom) => atom.eq_ignore_ascii_case(name),
        Capability::Auth(way) => name
            .strip_prefix("AUTH=")
            .is_some_and(|name| way.eq_ignore_ascii_case(name)),
        Capability::Imap4rev1 => name == "IMAP4rev1",
    })
}

/// Sends a command and looks at each response until the one that ends it, which has to be a yes; `no` is what a no means. Whoever
/// looks copies what he wants to keep.
pub(super) async fn command(
    connection: &mut Connection<Stream>,
    tag: &str,
    line: &str,
    bytes: usize,
    no: ConnectionProblem,
    mut look: impl FnMut(&Response<'_>),
) -> Result<(), Trouble> {
    connection.get_mut().expect(bytes);
    let line = format!("{tag} {line}\r\n");
    let stream = connection.get_mut();
    stream
        .write_all(line.as_bytes())
        .await
        .map_err(|error| lost(&error))?;
    stream.flush().await.map_err(|error| lost(&error))?;
    loop {
        let Some(response) = connection
            .read_response()
            .await
            .map_err(|error| lost(&error))?
        else {
            return Err(ConnectionProblem::Unreachable.into());
        };
        match response.parsed() {
            Response::Done {
                tag: done,
                status,
                outcome,
            } if done.0 == tag => {
                // SELECT says there what it says nowhere else.
                look(response.parsed());
                return match status {
                    Status::Ok => Ok(()),
                    _ => Err(Trouble::new(
                        no,
                        outcome.information.as_deref().unwrap_or_default(),
                    )),
                };
            }
            Response::Data {
                status: Status::Bye,
                outcome,
            } => {
                return Err(Trouble::new(
                    ConnectionProblem::Unreachable,
                    outcome.information.as_deref().unwrap_or_default(),
                ));
            }
            other => look(other),
        }
    }
}

pub(super) async fn capabilities(
    connection: &mut Connection<Stream>,
    tag: &str,
) -> Result<Capabilities, Trouble> {
    let mut found = Vec::new();
    let look = |response: &Response<'_>| {
        if let Response::Capabilities(list) = response {
            found = list.iter().map(owned).collect();
        }
    };
    command(
        connection,
        tag,
        "CAPABILITY",
        ANSWER,
        ConnectionProblem::NotImap,
        look,
    )
    .await?;
    Ok(found)
}

fn owned(capability: &Capability<'_>) -> Capability<'static> {
    match capability {
        Capability::Imap4rev1 => Capability::Imap4rev1,
        Capability::Auth(way) => Capability::Auth(way.to_string().into()),
        Capability::Atom(atom) => Capability::Atom(atom.to_string().into()),
    }
}

/// Connects, as far as to where one signs in.
pub(super) async fn greeted(dialler: &Dialler, server: &Server) -> Result<Client<Stream>, Trouble> {
    let local_only = server.security == Security::None;
    let mut stream = dialler
        .connect(&server.host, server.port, local_only)
        .await?;
    if server.security == Security::Tls {
        stream = dialler.secure(stream, &server.host).await?;
    }
    let mut client = Client::new(stream);
    let greeting = client.read_response().await;
    match greeting
        .as_ref()
        .map(|response| response.as_ref().map(|response| response.parsed()))
    {
        Ok(Some(Response::Data {
            status: Status::Ok, ..
        })) => {}
        Ok(Some(Response::Data { outcome, .. })) => {
            return Err(Trouble::new(
                ConnectionProblem::SaidNo,
                outcome.information.as_deref().unwrap_or_default(),
            ));
        }
        Ok(Some(_)) => return Err(ConnectionProblem::NotImap.into()),
        // It hung up without a word.
        Ok(None) => return Err(ConnectionProblem::Unreachable.into()),
        // What came was read, and is nothing that IMAP says.
        Err(error) if error.kind() == ErrorKind::Other => {
            return Err(ConnectionProblem::NotImap.into());
        }
        Err(error) => return Err(lost(error)),
    }
    if server.security != Security::StartTls {
        return Ok(client);
    }
    if !has(&capabilities(&mut client, "s1").await?, "STARTTLS") {
        return Err(ConnectionProblem::NoStartTls.into());
    }
    command(
        &mut client,
        "s2",
        "STARTTLS",
        ANSWER,
        ConnectionProblem::NoStartTls,
        |_| (),
    )
    .await?;
    // What else came in the clear is dropped with the client.
    let stream = dialler.secure(client.into_inner(), &server.host).await?;
    Ok(Client::new(stream))
}

pub(super) async fn signed_in(
    mut client: Client<Stream>,
    server: &Server,
) -> Result<Session<Stream>, Trouble> {
    let can = capabilities(&mut client, "s3").await?;
    client.get_mut().expect(ANSWER);
    let signed_in = if has(&can, "AUTH=PLAIN") {
        client.authenticate("PLAIN", Plain(server)).await
    } else if has(&can, "LOGINDISABLED") {
        return Err(ConnectionProblem::NoLogin.into());
    } else {
        let password = server
            .password
            .as_ref()
            .map_or("", |password| password.reveal());
        client.login(&server.user, password).await
    };
    signed_in.map_err(|(error, _)| refused(ConnectionProblem::LoginRefused, &error))
}
