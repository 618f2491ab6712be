//! A folder on an IMAP server, as it is fetched: nothing in it is marked as read, moved or deleted. The protocol is async-imap's; what
//! is asked is asked here, since a connection that breaks in the midst of an answer must not look like the end of it.

use std::{collections::VecDeque, time::Duration};

use async_imap::{
    Authenticator, Client, Connection, Session,
    extensions::idle::IdleResponse,
    imap_proto::{AttributeValue, Capability, Response, ResponseCode, Status},
};
use tokio::{io::AsyncWriteExt as _, time::timeout};

use super::{
    draft::Server,
    problem::{ConnectionProblem, Trouble},
    settings::Security,
};
use crate::server::dial::{Dialler, Stream, Undialled};

/// A larger message is not fetched.
pub const LARGEST: u32 = 50 * 1024 * 1024;
/// So much is asked for at once, but one message at least.
const BATCH: u32 = 8 * 1024 * 1024;
const BATCH_MESSAGES: usize = 50;
/// What an answer without messages may come to.
const ANSWER: usize = 1024 * 1024;
/// A list of the sizes of a million messages.
const LIST: usize = 64 * 1024 * 1024;
/// However slowly it comes, an answer ends within this time.
const WHOLE: Duration = Duration::from_secs(600);
/// A wait is begun again after so long, as servers and what lies on the way forget who is silent.
const WAIT_AT_MOST: Duration = Duration::from_secs(9 * 60);

/// A folder that is open.
#[derive(Debug)]
pub struct Folder {
    session: Session<Stream>,
    /// Whether the server tells of new messages by itself.
    pub tells: bool,
    /// As the folder's numbers are now.
    pub validity: u32,
    asked: u32,
}

/// A message in the folder that was not fetched yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    pub uid: u32,
    pub size: u32,
}

/// What waiting ended with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    News,
    LongEnough,
}

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
fn refused(problem: ConnectionProblem, error: &async_imap::error::Error) -> Trouble {
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

async fn in_time<T>(asking: impl Future<Output = T>) -> Result<T, Trouble> {
    timeout(WHOLE, asking)
        .await
        .map_err(|_| ConnectionProblem::TimedOut.into())
}

/// What a server can do.
type Capabilities = Vec<Capability<'static>>;

fn has(capabilities: &Capabilities, name: &str) -> bool {
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
async fn command(
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

async fn capabilities(
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
async fn greeted(dialler: &Dialler, server: &Server) -> Result<Client<Stream>, Trouble> {
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
            status: Status::Ok | Status::PreAuth,
            ..
        })) => {}
        Ok(Some(Response::Data { outcome, .. })) => {
            return Err(Trouble::new(
                ConnectionProblem::SaidNo,
                outcome.information.as_deref().unwrap_or_default(),
            ));
        }
        // Something that only speaks TLS says nothing, or hangs up at once.
        Ok(_) => return Err(ConnectionProblem::NotImap.into()),
        Err(error) => {
            return Err(match Undialled::of(error) {
                Undialled::Unreachable => ConnectionProblem::NotImap.into(),
                other => other.into(),
            });
        }
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

async fn signed_in(
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

/// A text as IMAP quotes it; there is nothing in it that ends a line.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A folder's name in the letters that IMAP has for it (modified UTF-7).
fn folder_name(name: &str) -> String {
    use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
    let mut written = String::new();
    let mut others: Vec<u8> = Vec::new();
    let end = |others: &mut Vec<u8>, written: &mut String| {
        if !others.is_empty() {
            let encoded = STANDARD_NO_PAD.encode(others.as_slice()).replace('/', ",");
            written.push('&');
            written.push_str(&encoded);
            written.push('-');
            others.clear();
        }
    };
    for letter in name.chars() {
        if matches!(letter, ' '..='~') {
            end(&mut others, &mut written);
            written.push(letter);
            if letter == '&' {
                written.push('-');
            }
        } else {
            let mut units = [0; 2];
            others.extend(
                letter
                    .encode_utf16(&mut units)
                    .iter()
                    .flat_map(|unit| unit.to_be_bytes()),
            );
        }
    }
    end(&mut others, &mut written);
    written
}

impl Folder {
    /// Connects, signs in and opens the folder for reading alone.
    pub async fn open(dialler: &Dialler, server: &Server, folder: &str) -> Result<Self, Trouble> {
        in_time(Self::opened(dialler, server, folder)).await?
    }

    async fn opened(dialler: &Dialler, server: &Server, folder: &str) -> Result<Self, Trouble> {
        let client = greeted(dialler, server).await?;
        let mut session = signed_in(client, server).await?;
        let can = capabilities(&mut session, "s4").await?;
        let mut validity = None;
        let look = |response: &Response<'_>| {
            if let Response::Data { outcome, .. } | Response::Done { outcome, .. } = response
                && let Some(ResponseCode::UidValidity(found)) = outcome.code
            {
                validity = Some(found);
            }
        };
        let line = format!("EXAMINE {}", quoted(&folder_name(folder)));
        command(
            &mut session,
            "s5",
            &line,
            ANSWER,
            ConnectionProblem::NoFolder,
            look,
        )
        .await?;
        Ok(Self {
            session,
            tells: has(&can, "IDLE"),
            // A server without one has no numbers that stay.
            validity: validity.ok_or(ConnectionProblem::NotImap)?,
            asked: 0,
        })
    }

    async fn ask(
        &mut self,
        line: &str,
        bytes: usize,
        look: impl FnMut(&Response<'_>),
    ) -> Result<(), Trouble> {
        self.asked += 1;
        let tag = format!("f{}", self.asked);
        in_time(command(
            &mut self.session,
            &tag,
            line,
            bytes,
            ConnectionProblem::SaidNo,
            look,
        ))
        .await?
    }

    /// The messages behind this number, in order.
    pub async fn list(&mut self, after: u32) -> Result<VecDeque<Listed>, Trouble> {
        let Some(first) = after.checked_add(1) else {
            return Ok(VecDeque::new());
        };
        let mut found = Vec::new();
        let look = |response: &Response<'_>| {
            if let Response::Fetch(_, values) = response {
                let uid = values.iter().find_map(|value| match value {
                    AttributeValue::Uid(uid) => Some(*uid),
                    _ => None,
                });
                let size = values.iter().find_map(|value| match value {
                    AttributeValue::Rfc822Size(size) => Some(*size),
                    _ => None,
                });
                found.extend(uid.zip(size).map(|(uid, size)| Listed { uid, size }));
            }
        };
        self.ask(
            &format!("UID FETCH {first}:* (UID RFC822.SIZE)"),
            LIST,
            look,
        )
        .await?;
        // The last message answers for a range that begins behind it.
        found.retain(|message| message.uid > after);
        found.sort_by_key(|message| message.uid);
        found.dedup_by_key(|message| message.uid);
        Ok(found.into())
    }

    /// Whether there may be anything new, where the server does not tell.
    pub async fn look(&mut self) -> Result<(), Trouble> {
        self.ask("NOOP", ANSWER, |_| ()).await
    }

    /// Fetches these messages; those that are there no more are missing. All in order.
    pub async fn fetch(&mut self, batch: &[Listed]) -> Result<Vec<(u32, Vec<u8>)>, Trouble> {
        let uids: Vec<String> = batch
            .iter()
            .map(|message| message.uid.to_string())
            .collect();
        // Sizes are what the server says they are.
        let bytes = batch
            .iter()
            .map(|message| message.size as usize)
            .sum::<usize>()
            * 2
            + ANSWER;
        let mut found = Vec::new();
        let look = |response: &Response<'_>| {
            if let Response::Fetch(_, values) = response {
                let uid = values.iter().find_map(|value| match value {
                    AttributeValue::Uid(uid) => Some(*uid),
                    _ => None,
                });
                let message = values.iter().find_map(|value| match value {
                    AttributeValue::BodySection {
                        section: None,
                        data: Some(data),
                        ..
                    } => Some(data.to_vec()),
                    _ => None,
                });
                found.extend(uid.zip(message));
            }
        };
        self.ask(
            &format!("UID FETCH {} (UID BODY.PEEK[])", uids.join(",")),
            bytes,
            look,
        )
        .await?;
        found.retain(|(uid, _)| batch.iter().any(|message| message.uid == *uid));
        found.sort_by_key(|(uid, _)| *uid);
        found.dedup_by_key(|(uid, _)| *uid);
        Ok(found)
    }

    /// Waits until the server tells of something, or for so long.
    pub async fn wait(self, at_most: Duration) -> Result<(Self, Waited), Trouble> {
        let Self {
            mut session,
            tells,
            validity,
            asked,
        } = self;
        session.get_mut().expect(ANSWER);
        // What the server tells before it says that it will tell.
        let told = session.unsolicited_responses.clone();
        while told.try_recv().is_ok() {}
        let mut idle = session.idle();
        in_time(idle.init())
            .await?
            .map_err(|error| refused(ConnectionProblem::SaidNo, &error))?;
        let at_most = if told.is_empty() {
            at_most.min(WAIT_AT_MOST)
        } else {
            Duration::ZERO
        };
        idle.as_mut().be_patient();
        let (news, _keep) = idle.wait_with_timeout(WAIT_AT_MOST);
        let waited = match timeout(at_most, news).await {
            Err(_) | Ok(Ok(IdleResponse::Timeout)) => Waited::LongEnough,
            Ok(Ok(IdleResponse::NewData(_))) => Waited::News,
            // So the library says that the connection has ended; nobody here interrupts it.
            Ok(Ok(IdleResponse::ManualInterrupt)) => {
                return Err(ConnectionProblem::Unreachable.into());
            }
            Ok(Err(error)) => return Err(refused(ConnectionProblem::SaidNo, &error)),
        };
        idle.as_mut().expect(ANSWER);
        let session = in_time(idle.done())
            .await?
            .map_err(|error| refused(ConnectionProblem::SaidNo, &error))?;
        Ok((
            Self {
                session,
                tells,
                validity,
                asked,
            },
            waited,
        ))
    }

    /// Says good-bye, to who waits for it no longer than a moment.
    pub async fn close(mut self) {
        let _ = timeout(Duration::from_secs(2), self.session.logout()).await;
    }
}

/// Takes the next messages of a list that are fetched at once.
pub fn next_batch(list: &mut VecDeque<Listed>) -> Vec<Listed> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(next) = list.front() {
        bytes += next.size;
        if !batch.is_empty() && (bytes > BATCH || batch.len() == BATCH_MESSAGES) {
            break;
        }
        batch.extend(list.pop_front());
    }
    batch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_written_as_the_standard_says() {
        for (name, written) in [
            ("INBOX", "INBOX"),
            ("A & B", "A &- B"),
            ("Envoyés", "Envoy&AOk-s"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("🙂", "&2D3eQg-"),
        ] {
            assert_eq!(folder_name(name), written);
        }
        assert_eq!(quoted("a\"b\\c"), "\"a\\\"b\\\\c\"");
    }

    #[test]
    fn a_batch_is_small_or_one_message() {
        let message = |uid, size| Listed { uid, size };
        let mut list = VecDeque::from([
            message(1, BATCH),
            message(2, 1),
            message(3, LARGEST),
            message(4, 1),
        ]);
        let mut batches = Vec::new();
        while !list.is_empty() {
            batches.push(next_batch(&mut list).len());
        }
        assert_eq!(batches, [1, 1, 1, 1]);
        let mut list = (0..120).map(|uid| message(uid, 10)).collect();
        assert_eq!(next_batch(&mut list).len(), 50);
        assert_eq!(list.len(), 70);
    }
}
