//! What became of a plain form: whether it was sent, what was wrong, what was typed.
//! For pages that send their forms without scripts; the answer came through the session.

use leptos::{prelude::*, server_fn::ServerFn};

use super::page::page;
use crate::model::{AppError, forms::Returned};

/// A form's last outcome on the page that follows it.
#[derive(Clone)]
pub struct Outcome {
    pub returned: Option<Returned>,
}

impl Outcome {
    /// Of the form with this action and these hidden inputs.
    pub fn of(action: &str, hidden: &[(&str, &str)]) -> Self {
        let returned = page().returned(action, hidden);
        Self { returned }
    }

    pub fn saved(&self) -> bool {
        self.returned.as_ref().is_some_and(|r| r.error.is_none())
    }

    /// What was answered, where it was done.
    pub fn answer<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        let answer = self.returned.as_ref()?.answer.as_ref()?;
        serde_json::from_str(answer).ok()
    }

    pub fn error(&self) -> Signal<Option<AppError>> {
        Signal::stored(self.problem())
    }

    /// What was wrong, where it was sent without scripts.
    pub fn problem(&self) -> Option<AppError> {
        self.returned.as_ref().and_then(|r| r.error.clone())
    }

    /// The form that came back with something wrong in it.
    pub fn refused(&self) -> Option<&Returned> {
        self.returned.as_ref().filter(|r| r.error.is_some())
    }

    /// What was typed into an input, or what stands there otherwise.
    pub fn value(&self, name: &str, otherwise: &str) -> String {
        let typed = self.refused().map(|r| r.value(name).unwrap_or_default());
        typed.unwrap_or(otherwise).to_owned()
    }

    /// Whether the checkbox of this name and value was ticked, or is otherwise.
    pub fn ticked(&self, name: &str, value: &str, otherwise: bool) -> bool {
        self.refused()
            .map_or(otherwise, |r| r.values(name).any(|v| v == value))
    }
}

/// The problem that a form's last sending ended with, by scripts or, before them, without.
pub fn problem<T>(action: ServerAction<T>, before: Option<AppError>) -> Signal<Option<AppError>>
where
    T: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    T::Output: Clone + Send + Sync,
{
    Signal::derive(move || match action.value().get() {
        Some(outcome) => outcome.err(),
        None => before.clone(),
    })
}

/// Tells of every success of a form that scripts have sent.
pub fn when_done<T>(action: ServerAction<T>, done: Callback<()>)
where
    T: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        if action.value().with(|value| matches!(value, Some(Ok(())))) {
            done.run(());
        }
    });
}
