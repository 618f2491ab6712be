//! Messages as they come, on every server: each takes leases on mailboxes that nobody else fetches, and tends each of them until it
//! loses the lease, the mailbox is saved, or the server stops. Each message is taken in once, whatever dies meanwhile.

use std::{collections::VecDeque, pin::Pin, sync::Arc, time::Duration};

use sqlx::postgres::PgListener;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout_at},
};
use uuid::Uuid;

pub use super::store::fetching::Uid;
use super::{
    imap::{BATCH, Folder, LARGEST, Listed, next_batch},
    problem::{ConnectionProblem, Left, Trouble},
    store::{
        CHANNEL,
        fetching::{self, Leased},
    },
};
use crate::{
    model::{AccountId, AppError, MailboxId},
    server::context::App,
};

/// So many messages are taken in at a time, of all mailboxes of this server; each holds a connection of the pages'.
const AT_ONCE: usize = 3;
/// So many messages that are large are fetched at a time: each is held in memory, twice.
const LARGE_AT_ONCE: usize = 4;
/// A message that could not be taken in so often is left out.
const TRIES: i32 = 3;

/// Where a message came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    pub account: AccountId,
    pub mailbox: MailboxId,
    /// None: it was handed in.
    pub uid: Option<Uid>,
}

/// Taking one message in: in one transaction, which begins with [`fetching::fetched`]. `Unavailable` is tried again for as long as it
/// takes, any other error a few times.
pub type Taking = Pin<Box<dyn Future<Output = Result<(), AppError>> + Send>>;

/// Who takes messages in.
pub type Sink = Arc<dyn Fn(Origin, Vec<u8>) -> Taking + Send + Sync>;

/// How often what is done.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Looking for mailboxes that nobody fetches.
    pub look: Duration,
    /// Nobody else fetches for so long, in whole seconds; it is renewed at half of it.
    pub lease: Duration,
    /// Looking for new messages where the server does not tell of them.
    pub poll: Duration,
    /// Waiting after the first failure; twice as long after each further one, up to the other.
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            look: Duration::from_secs(10),
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(60),
            first_pause: Duration::from_secs(5),
            longest_pause: Duration::from_secs(300),
        }
    }
}

/// Fetches the mailboxes of all accounts, with all other servers, until the server stops.
pub async fn watch(app: App, pace: Pace, sink: Sink) {
    let saved = watch::Sender::new(0);
    let server = Fetcher {
        id: Uuid::new_v4(),
        app,
        pace,
        sink,
        permits: Arc::new(Semaphore::new(AT_ONCE)),
        large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
        saved,
    };
    tokio::select! {
        () = server.listen() => {}
        () = server.lead() => {}
    }
}

/// This server, as far as it fetches.
#[derive(Clone)]
struct Fetcher {
    id: Uuid,
    app: App,
    pace: Pace,
    sink: Sink,
    permits: Arc<Semaphore>,
    large: Arc<Semaphore>,
    /// Counts what was saved.
    saved: watch::Sender<u64>,
}

/// Why fetching stopped.
enum Stopped {
    /// By the mailbox's server, or by a message.
    Trouble(Trouble),
    /// By our own database.
    Database(AppError),
}

impl From<Trouble> for Stopped {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<AppError> for Stopped {
    fn from(error: AppError) -> Self {
        Self::Database(error)
    }
}

impl Fetcher {
    /// Hears of mailboxes that are saved. What is missed meanwhile is found by looking.
    async fn listen(&self) {
        loop {
            if let Err(error) = self.hear().await {
                tracing::warn!(%error, "saved mailboxes cannot be heard of; trying again");
            }
            sleep(Duration::from_secs(1)).await;
        }
    }

    async fn hear(&self) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(self.app.database.api()).await?;
        listener.listen(CHANNEL).await?;
        self.saved.send_modify(|n| *n += 1);
        while listener.try_recv().await?.is_some() {
            self.saved.send_modify(|n| *n += 1);
        }
        Ok(())
    }

    /// Takes leases, and tends what it has one for.
    async fn lead(&self) {
        let stop = self.app.live.stopping();
        let mut saved = self.saved.subscribe();
        let mut look = interval(self.pace.look);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tended = JoinSet::new();
        while !stop.is_cancelled() {
            tokio::select! {
                _ = look.tick() => {}
                _ = saved.changed() => {}
                // It may be there to be fetched again, as something else.
                Some(_) = tended.join_next() => {}
                () = stop.cancelled() => break,
            }
            if let Err(error) = self.take_leases(&mut tended).await {
                tracing::warn!(%error, "mailboxes could not be looked for");
            }
        }
        // Each gives its lease back.
        while tended.join_next().await.is_some() {}
    }

    /// Tends all that nobody else has; they come some at a time.
    async fn take_leases(&self, tended: &mut JoinSet<()>) -> Result<(), AppError> {
        loop {
            let leased = fetching::lease(&self.app.database, self.id, self.pace.lease).await?;
            if leased.is_empty() {
                return Ok(());
            }
            for leased in leased {
                let this = self.clone();
                tended.spawn(async move { this.tend(leased).await });
            }
        }
    }

    async fn tend(&self, leased: Leased) {
        let stop = self.app.live.stopping();
        tokio::select! {
            () = self.keep(leased) => {}
            () = self.fetch_on(leased) => {}
            () = stop.cancelled() => {}
        }
        if let Err(error) = fetching::release(&self.app.database, self.id, leased).await {
            tracing::warn!(%error, "a mailbox could not be given back; it is fetched once its lease is over");
        }
    }

    /// Renews the lease, until it is lost or the mailbox is another than the one that it was taken for.
    async fn keep(&self, leased: Leased) {
        let mut saved = self.saved.subscribe();
        let mut held = Instant::now();
        let mut pause = self.pace.lease / 2;
        loop {
            tokio::select! {
                () = sleep(pause) => {}
                _ = saved.changed() => {}
            }
            let asked = Instant::now();
            let renewing = fetching::renew(&self.app.database, self.id, leased, self.pace.lease);
            // Some time before somebody else may begin.
            match timeout_at(held + self.pace.lease / 6 * 5, renewing).await {
                Ok(Ok(true)) => {
                    held = asked;
                    pause = self.pace.lease / 2;
                }
                Ok(Ok(false)) | Err(_) => return,
                Ok(Err(error)) => {
                    tracing::warn!(%error, "the lease of a mailbox could not be renewed; trying again");
                    pause = self.pace.lease / 20;
                }
            }
        }
    }

    /// Fetches for ever, with growing pauses after what fails.
    async fn fetch_on(&self, leased: Leased) {
        let mut pause = self.pace.first_pause;
        loop {
            let mut worked = false;
            let Err(stopped) = self.fetch(leased, &mut worked).await;
            if worked {
                pause = self.pace.first_pause;
            }
            let noted = match stopped {
                Stopped::Trouble(trouble) => {
                    if trouble.problem == ConnectionProblem::LoginRefused {
                        // Who tries too often is locked out. A password that is saved is tried at once.
                        pause = self.pace.longest_pause;
                    }
                    tracing::info!(mailbox = %leased.mailbox(), problem = trouble.problem.code(), "a mailbox could not be fetched");
                    fetching::fails(&self.app.database, self.id, leased, &trouble).await
                }
                Stopped::Database(error) => Err(error),
            };
            if let Err(error) = noted {
                tracing::warn!(mailbox = %leased.mailbox(), %error, "a mailbox could not be fetched");
            }
            sleep(pause).await;
            pause = (pause * 2).min(self.pace.longest_pause);
        }
    }

    /// Takes in all that is there and then what comes, until something fails. `worked`: once everything was taken in.
    async fn fetch(
        &self,
        leased: Leased,
        worked: &mut bool,
    ) -> Result<std::convert::Infallible, Stopped> {
        let database = &self.app.database;
        let settings = fetching::settings(database, &self.app.secrets, leased).await??;
        let mut folder =
            Folder::open(&self.app.dialler, &settings.server, &settings.folder).await?;
        let begun = fetching::begin_validity(database, self.id, leased, folder.validity).await?;
        let Some(mut last) = begun else {
            // The lease is lost, of which whoever keeps it is about to hear.
            return std::future::pending().await;
        };
        loop {
            self.take_all(leased, &mut folder, &mut last).await?;
            fetching::works(database, self.id, leased).await?;
            *worked = true;
            if folder.tells {
                (folder, _) = folder.wait(Duration::MAX).await?;
            } else {
                sleep(self.pace.poll).await;
                folder.look().await?;
            }
        }
    }

    /// Takes in what is behind the last message, until there is nothing more.
    async fn take_all(
        &self,
        leased: Leased,
        folder: &mut Folder,
        last: &mut u32,
    ) -> Result<(), Stopped> {
        loop {
            let mut list = folder.list(*last).await?;
            if list.is_empty() {
                return Ok(());
            }
            let end = list.back().map_or(*last, |message| message.uid);
            self.take(leased, folder, &mut list).await?;
            // What has gone meanwhile does not come back.
            *last = end;
        }
    }

    async fn take(
        &self,
        leased: Leased,
        folder: &mut Folder,
        list: &mut VecDeque<Listed>,
    ) -> Result<(), Stopped> {
        let uid = |folder: &Folder, uid| Uid {
            validity: folder.validity,
            uid,
        };
        while let Some(next) = list.front() {
            if next.size > LARGEST {
                let too_large = uid(folder, next.uid);
                tracing::warn!(mailbox = %leased.mailbox(), uid = next.uid, size = next.size, "a message is too large and left out");
                fetching::skip(&self.app.database, leased, too_large, Left::TooLarge).await?;
                list.pop_front();
                continue;
            }
            let batch = next_batch(list);
            let _permit = match batch.iter().any(|message| message.size > BATCH) {
                true => Some(self.large.acquire().await.map_err(AppError::internal)?),
                false => None,
            };
            for (number, bytes) in folder.fetch(&batch).await? {
                self.take_one(leased, uid(folder, number), bytes).await?;
            }
        }
        Ok(())
    }

    /// Hands one message on. One that nobody can take in does not keep those behind it waiting for ever.
    async fn take_one(&self, leased: Leased, uid: Uid, bytes: Vec<u8>) -> Result<(), Stopped> {
        let origin = Origin {
            account: leased.account(),
            mailbox: leased.mailbox(),
            uid: Some(uid),
        };
        let taken = {
            let _permit = self.permits.acquire().await.map_err(AppError::internal)?;
            (self.sink)(origin, bytes).await
        };
        let error = match taken {
            Ok(()) => return Ok(()),
            Err(AppError::Unavailable) => return Err(AppError::Unavailable.into()),
            Err(error) => error,
        };
        let times = fetching::stuck(&self.app.database, leased, uid).await?;
        tracing::warn!(mailbox = %leased.mailbox(), uid = uid.uid, times, %error, "a message could not be taken in");
        if times < TRIES {
            return Err(Trouble::from(ConnectionProblem::NotTakenIn).into());
        }
        Ok(fetching::skip(&self.app.database, leased, uid, Left::Broken).await?)
    }
}
