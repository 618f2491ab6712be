//! Asking the server while one types: not at every key, and of answers that overtake one another only the one to what
//! was typed last counts.

use std::{future::Future, time::Duration};

use leptos::prelude::*;

use super::pause::Pause;

/// Who types on within this time is not asked about yet.
pub const PAUSE: Duration = Duration::from_millis(150);

/// Questions of one kind and their latest answer.
pub struct Asking<A: Send + Sync + 'static> {
    ask: Action<String, (String, A)>,
    latest: StoredValue<String>,
    answer: RwSignal<Option<A>>,
    pause: Pause,
}

// Derived, they would ask as much of the answer.
impl<A: Send + Sync + 'static> Copy for Asking<A> {}
impl<A: Send + Sync + 'static> Clone for Asking<A> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Clone + Send + Sync + 'static> Asking<A> {
    pub fn new<F>(ask: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = A> + Send + 'static,
    {
        let ask = Action::new(move |typed: &String| {
            let typed = typed.clone();
            let answer = ask(typed.clone());
            async move { (typed, answer.await) }
        });
        let latest = StoredValue::new(String::new());
        let answer = RwSignal::new(None);
        Effect::new(move |_| {
            if let Some((typed, answered)) = ask.value().get()
                && latest.with_value(|latest| *latest == typed)
            {
                answer.set(Some(answered));
            }
        });
        Self {
            ask,
            latest,
            answer,
            pause: Pause::new(),
        }
    }

    /// Asks at once.
    pub fn at_once(self, typed: String) {
        self.pause.cancel();
        self.latest.set_value(typed.clone());
        self.ask.dispatch(typed);
    }

    /// Asks once nothing more is typed.
    pub fn after_pause(self, typed: String) {
        self.latest.set_value(typed.clone());
        self.pause.then(PAUSE, move || {
            self.ask.dispatch(typed);
        });
    }

    /// No answer is wanted any more.
    pub fn forget(self) {
        self.pause.cancel();
        self.latest.set_value(String::new());
        self.answer.set(None);
    }

    /// The latest answer; until the first there is none, and until the next it stays.
    pub fn answer(self) -> Option<A> {
        self.answer.get()
    }
}
