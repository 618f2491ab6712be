//! Long work in the background of one server: whoever does it beats, so that every server knows that he is alive, and does it
//! with the rights of its beginning. Imports and acts on many records are such work; each writes down itself how far it is.

use std::time::Duration;

use sqlx::{AssertSqlSafe, types::Json};
use tokio::{sync::Semaphore, time::interval};
use uuid::Uuid;

use super::{
    actors,
    database::{Database, Reached, Writing},
};
use crate::model::{Actor, AppError, Problem};

/// Without a beat for thirty seconds somebody else may take over.
const BEAT: Duration = Duration::from_secs(5);

/// One run of a task: whoever has taken the task over has another.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// Where it is written down how the task stands: as `state`, `run`, `beat_at` and `error`.
    pub table: &'static str,
    pub id: Uuid,
    pub run: Uuid,
    /// What its batches are part of, which is told once it is over.
    pub action: Uuid,
}

/// The action that a task on something is: doing it and undoing it are two.
pub const fn action_of(id: Uuid, undoes: bool) -> Uuid {
    Uuid::from_u128(id.as_u128() ^ undoes as u128)
}

impl Run {
    /// Works, and beats meanwhile for as long as this run is the one that counts; then writes down how it ended. Dropped in its
    /// midst, as by the end of the server, it leaves what is written, and no beat.
    pub async fn carry_out(
        self,
        database: &Database,
        actor: &Actor,
        permits: &Semaphore,
        work: impl Future<Output = Result<(), AppError>>,
    ) {
        let permitted = async {
            let _permit = permits.acquire().await.map_err(AppError::internal)?;
            work.await
        };
        let done = tokio::select! {
            done = permitted => done,
            // Another has taken over.
            () = self.beat_on(database, actor) => return,
        };
        let (table, id, stopped) = (self.table, self.id, done.is_err());
        tracing::info!(table, %id, stopped, "a task is over");
        if let Err(error) = self.finish(database, actor, done.err().as_ref()).await {
            // It shows as stopped once it has not beaten for a while.
            tracing::warn!(%error, table, %id, "the end of a task could not be written down");
        }
    }

    async fn beat_on(self, database: &Database, actor: &Actor) {
        let mut regularly = interval(BEAT);
        loop {
            regularly.tick().await;
            match self.beat(database, actor).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "a task could not show that it is alive"),
            }
        }
    }

    /// Shows that this run is alive; whether it still is the one that counts.
    async fn beat(self, database: &Database, actor: &Actor) -> Result<bool, AppError> {
        let tx = database.begin(actor).await?;
        let mut tx = tx.write(Reached::oneself()).await?;
        let sql = format!(
            "update {} set beat_at = now() where account_id = $1 and id = $2 and run = $3 and state = 'running'",
            self.table
        );
        let beaten = sqlx::query(AssertSqlSafe(sql))
            .bind(actor.account.0)
            .bind(self.id)
            .bind(self.run)
            .execute(tx.connection())
            .await?;
        tx.commit().await?;
        Ok(beaten.rows_affected() == 1)
    }

    /// Done, or stopped by an error.
    async fn finish(
        self,
        database: &Database,
        actor: &Actor,
        error: Option<&AppError>,
    ) -> Result<(), AppError> {
        let tx = database.begin(actor).await?;
        let mut tx = tx.write(Reached::oneself()).await?;
        let sql = format!(
            "update {} set state = case when $4::jsonb is null then 'done' else 'stopped' end, error = $4
             where account_id = $1 and id = $2 and run = $3 and state = 'running'",
            self.table
        );
        sqlx::query(AssertSqlSafe(sql))
            .bind(actor.account.0)
            .bind(self.id)
            .bind(self.run)
            .bind(error.map(Json))
            .execute(tx.connection())
            .await?;
        tx.tell(self.action).await?;
        tx.commit().await
    }
}

/// Whoever does this for hours may do it as long as his rights, and what his account's plan leaves of them, are what they were when he
/// began.
pub async fn still_may(tx: &mut Writing) -> Result<(), AppError> {
    let then = tx.actor().clone();
    let now = actors::of_ids(tx.connection(), &[then.user.0]).await?;
    let is_the_same = |now: &Actor| (now.role, now.rights) == (then.role, then.rights);
    if now.iter().any(is_the_same) {
        Ok(())
    } else {
        Err(AppError::form(Problem::RightsChanged))
    }
}
