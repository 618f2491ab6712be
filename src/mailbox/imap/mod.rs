//! A folder on an IMAP server, as it is fetched: nothing in it is marked as read, moved or deleted.
//! The protocol is async-imap's.

mod connection;
mod names;

use std::{collections::VecDeque, time::Duration};

use async_imap::{
    Session,
    extensions::idle::IdleResponse,
    imap_proto::{AttributeValue, Response, ResponseCode},
};
use tokio::time::timeout;

use self::{
    connection::{capabilities, command, greeted, has, in_time, refused, signed_in},
    names::{folder_name, quoted},
};
use super::{
    draft::Server,
    problem::{ConnectionProblem, Trouble},
};
use crate::server::dial::{Dialler, Stream};

/// A larger message is not fetched.
pub const LARGEST: u32 = 50 * 1024 * 1024;
/// So much is asked for at once, but one message at least.
pub const BATCH: u32 = 2 * 1024 * 1024;
const BATCH_MESSAGES: usize = 50;
/// What an answer without messages may come to.
const ANSWER: usize = 1024 * 1024;
/// A list of the sizes of a million messages.
const LIST: usize = 64 * 1024 * 1024;
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
