//! Something to be done in a while, unless something else comes first.

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

#[derive(Clone, Copy)]
pub struct Pause(StoredValue<Option<TimeoutHandle>>);

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
        Self(waiting)
    }

    /// Instead of what waits now.
    pub fn then(self, after: Duration, act: impl FnOnce() + 'static) {
        self.cancel();
        self.0.set_value(set_timeout_with_handle(act, after).ok());
    }

    pub fn cancel(self) {
        if let Some(handle) = self.0.get_value() {
            handle.clear();
        }
    }
}
