//! The stream by which a browser hears that there is news: how many notifications its user has not read, now and whenever that may
//! have changed. Who he is, and what he may see, is asked each time anew.

use std::{convert::Infallible, time::Duration};

use axum::{
    Extension, Router,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing,
};
use futures_util::stream;

use super::store;
use crate::{
    model::{AppError, UserId},
    server::{
        actors::{self, Who},
        context::{App, Request},
        live::Ear,
        session::id_hash,
    },
};

/// A line that says nothing, so that nobody between us takes the stream for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(20);
/// A browser whose stream broke waits for so long before it asks again.
const AGAIN: Duration = Duration::from_secs(2);

pub fn routes() -> Router {
    Router::new().route("/live", routing::get(live))
}

struct Listener {
    app: App,
    session: Vec<u8>,
    user: UserId,
    ear: Ear,
    began: bool,
}

async fn live(Extension(request): Extension<Request>) -> Response {
    let (Some(actor), Some(id)) = (request.actor, request.session.id()) else {
        // Tells the browser not to ask again.
        return StatusCode::NO_CONTENT.into_response();
    };
    let listener = Listener {
        ear: request.app.live.ear(actor.user),
        app: request.app,
        session: id_hash(id),
        user: actor.user,
        began: false,
    };
    let events = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // A proxy that collects what it passes on would pass nothing on.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, stream).into_response()
}

impl Listener {
    /// Nothing where the stream ends: nobody is signed in by this session any more, or the server stops.
    async fn next(&mut self) -> Option<Event> {
        if self.began && !self.ear.news().await {
            return None;
        }
        // Apart, and given back once it is counted: a stream waits for hours, and counts for a moment.
        let count = match Box::pin(self.count()).await {
            Ok(count) => count?,
            Err(error) => {
                // The browser comes again.
                tracing::warn!(%error, "a stream ends");
                return None;
            }
        };
        let event = Event::default().data(format!("{} {count}", self.user));
        let event = if self.began {
            event
        } else {
            event.retry(AGAIN)
        };
        self.began = true;
        Some(event)
    }

    async fn count(&self) -> Result<Option<i64>, AppError> {
        let who = actors::of_session(self.app.database.api(), &self.session).await?;
        let Who::Actor(actor) = who else {
            return Ok(None);
        };
        if actor.user != self.user {
            return Ok(None);
        }
        let mut tx = self.app.database.begin(&actor).await?;
        store::unread(&mut tx).await.map(Some)
    }
}
