//! Who hears at once that there is news for him: every server listens to the database, and wakes the streams of those whom it names.
//! A message says no more than for whom there is news; what it is, each stream reads with its viewer's rights.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::postgres::PgListener;
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::database::Database;
use crate::model::UserId;

const CHANNEL: &str = "steward_told";
const PATIENCE: Duration = Duration::from_secs(1);

/// The streams of this server, by user.
#[derive(Clone, Default)]
pub struct Live {
    users: Arc<Mutex<HashMap<Uuid, watch::Sender<u64>>>>,
    stop: CancellationToken,
}

/// One stream's ear. Its user is forgotten with his last one.
pub struct Ear {
    live: Live,
    user: Uuid,
    news: Option<watch::Receiver<u64>>,
}

impl Live {
    /// How many users are listening.
    pub fn listening(&self) -> usize {
        self.users().len()
    }

    fn users(&self) -> std::sync::MutexGuard<'_, HashMap<Uuid, watch::Sender<u64>>> {
        // Nothing that panics is done under the lock.
        self.users.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn ear(&self, user: UserId) -> Ear {
        let news = self
            .users()
            .entry(user.0)
            .or_insert_with(|| watch::channel(0).0)
            .subscribe();
        Ear {
            live: self.clone(),
            user: user.0,
            news: Some(news),
        }
    }

    fn wake(&self, user: Uuid) {
        if let Some(sender) = self.users().get(&user) {
            sender.send_modify(|n| *n += 1);
        }
    }

    fn wake_all(&self) {
        for sender in self.users().values() {
            sender.send_modify(|n| *n += 1);
        }
    }

    /// All streams end: the server stops.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Listens to the database for as long as the server runs.
    pub async fn listen(self, database: Database) {
        loop {
            tokio::select! {
                done = self.hear(&database) => {
                    if let Err(error) = done {
                        tracing::warn!(%error, "news cannot be heard; trying again");
                    }
                }
                () = self.stop.cancelled() => return,
            }
            sleep(PATIENCE).await;
        }
    }

    async fn hear(&self, database: &Database) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(database.api()).await?;
        listener.listen(CHANNEL).await?;
        // Nobody knows what was said in between.
        self.wake_all();
        while let Some(said) = listener.try_recv().await? {
            if let Ok(user) = said.payload().parse() {
                self.wake(user);
            }
        }
        Ok(())
    }
}

impl Ear {
    /// Waits for news; `false` where the server stops.
    pub async fn news(&mut self) -> bool {
        let Some(news) = &mut self.news else {
            return false;
        };
        tokio::select! {
            changed = news.changed() => changed.is_ok(),
            () = self.live.stop.cancelled() => false,
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.news = None;
        let mut users = self.live.users();
        if users
            .get(&self.user)
            .is_some_and(|sender| sender.receiver_count() == 0)
        {
            users.remove(&self.user);
        }
    }
}
