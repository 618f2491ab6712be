//! Long work in the background of one server: whoever does it beats, so that every server knows that he is alive, and does it
//! with the rights of its beginning. Imports and acts on many records are such work; each writes down itself how far it is.

use std::time::Duration;

use tokio::time::interval;

use super::{actors, database::Writing};
use crate::model::{AppError, Problem, users::Access};

/// Without a beat for thirty seconds somebody else may take over.
const BEAT: Duration = Duration::from_secs(5);

/// Works, and beats meanwhile for as long as this run is the one that counts; nothing where another has taken over. Dropped in
/// its midst, as by the end of the server, it leaves what is written, and no beat.
pub async fn beating<T, B>(work: impl Future<Output = T>, beat: impl Fn() -> B) -> Option<T>
where
    B: Future<Output = Result<bool, AppError>>,
{
    let beats = async {
        let mut regularly = interval(BEAT);
        loop {
            regularly.tick().await;
            match beat().await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "a task could not show that it is alive"),
            }
        }
    };
    tokio::select! {
        done = work => Some(done),
        () = beats => None,
    }
}

/// Whoever does this for hours may do it as long as his rights are what they were when he began.
pub async fn still_may(tx: &mut Writing) -> Result<(), AppError> {
    let actor = tx.actor().clone();
    let now = sqlx::query(
        "select role, crm, deals, projects, invoices, mailbox, export from users where account_id = $1 and id = $2 and active",
    )
    .bind(actor.account.0)
    .bind(actor.user.0)
    .fetch_optional(tx.connection())
    .await?;
    let then = Access {
        role: actor.role,
        rights: actor.rights,
    };
    let same = match now {
        Some(row) => actors::access_of(&row)? == then,
        None => false,
    };
    if same {
        Ok(())
    } else {
        Err(AppError::form(Problem::RightsChanged))
    }
}
