//! Something to be done in a while, unless something else comes first.
//! What was called off is not done, whether the browser still wakes us for it or not.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

#[derive(Clone, Copy)]
pub struct Pause {
    /// What waits is done only while this is the number it was given.
    turn: StoredValue<u64>,
    waiting: StoredValue<Option<TimeoutHandle>>,
}

impl Pause {
    /// What still waits when the component goes is not done.
    #[expect(
        clippy::new_without_default,
        reason = "it belongs to the owner that is there when it is made"
    )]
    pub fn new() -> Self {
        let waiting = StoredValue::new(None::<TimeoutHandle>);
        on_cleanup(move || {
            if let Some(Some(handle)) = waiting.try_get_value() {
                handle.clear();
            }
        });
        Self {
            turn: StoredValue::new(0),
            waiting,
        }
    }

    /// Instead of what waits now.
    pub fn then(self, after: Duration, act: impl FnOnce() + 'static) {
        self.cancel();
        let mine = self.turn.get_value();
        let due = move || {
            if self.turn.try_get_value() == Some(mine) {
                act();
            }
        };
        self.waiting
            .set_value(set_timeout_with_handle(due, after).ok());
    }

    pub fn cancel(self) {
        self.turn.update_value(|turn| *turn += 1);
        if let Some(handle) = self.waiting.get_value() {
            handle.clear();
        }
    }
}
