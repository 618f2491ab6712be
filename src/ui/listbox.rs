//! What every widget with a list of options shares: which option is active, the keys that move it, and that it stays in
//! sight. The focus stays in the input; `aria-activedescendant` names the option.

use leptos::prelude::*;

/// Where a key goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Next,
    Previous,
    First,
    Last,
}

impl Step {
    pub fn of(key: &str) -> Option<Self> {
        Some(match key {
            "ArrowDown" => Self::Next,
            "ArrowUp" => Self::Previous,
            "Home" => Self::First,
            "End" => Self::Last,
            _ => return None,
        })
    }

    /// From one place among so many to another, round the ends; from none to the nearest end.
    pub fn from(self, at: Option<usize>, count: usize) -> Option<usize> {
        let last = count.checked_sub(1)?;
        Some(match (self, at) {
            (Self::First, _) | (Self::Next, None) => 0,
            (Self::Last, _) | (Self::Previous, None | Some(0)) => last,
            (Self::Next, Some(at)) if at >= last => 0,
            (Self::Next, Some(at)) => at + 1,
            (Self::Previous, Some(at)) => (at - 1).min(last),
        })
    }
}

/// The active option of a list, by its place.
#[derive(Clone, Copy)]
pub struct Active {
    /// What the ids of the options begin with.
    id: StoredValue<String>,
    at: RwSignal<Option<usize>>,
}

impl Active {
    pub fn new(id: String) -> Self {
        Self {
            id: StoredValue::new(id),
            at: RwSignal::new(None),
        }
    }

    pub fn option_id(self, n: usize) -> String {
        self.id.with_value(|id| format!("{id}-option-{n}"))
    }

    /// For `aria-activedescendant`.
    pub fn descendant(self) -> Option<String> {
        self.at.get().map(|at| self.option_id(at))
    }

    pub fn is(self, n: usize) -> bool {
        self.at.get() == Some(n)
    }

    pub fn at(self) -> Option<usize> {
        self.at.get_untracked()
    }

    pub fn set(self, at: Option<usize>) {
        self.at.set(at);
        self.reveal();
    }

    /// One step among so many options.
    pub fn go(self, step: Step, count: usize) {
        self.set(step.from(self.at(), count));
    }

    /// Scrolls the active option into view, once it is there.
    fn reveal(self) {
        #[cfg(feature = "hydrate")]
        request_animation_frame(move || {
            // The list may be gone by then.
            let id = self.at.try_get_untracked().flatten();
            let id = id.map(|at| self.option_id(at));
            if let Some(option) = id.and_then(|id| document().get_element_by_id(&id)) {
                let how = web_sys::ScrollIntoViewOptions::new();
                how.set_block(web_sys::ScrollLogicalPosition::Nearest);
                option.scroll_into_view_with_scroll_into_view_options(&how);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn the_keys_go_from_option_to_option_and_round_the_ends() {
        assert_eq!(Step::Next.from(None, 3), Some(0));
        assert_eq!(Step::Next.from(Some(1), 3), Some(2));
        assert_eq!(Step::Next.from(Some(2), 3), Some(0));
        assert_eq!(Step::Previous.from(None, 3), Some(2));
        assert_eq!(Step::Previous.from(Some(0), 3), Some(2));
        assert_eq!(Step::Previous.from(Some(2), 3), Some(1));
        assert_eq!(Step::First.from(Some(2), 3), Some(0));
        assert_eq!(Step::Last.from(None, 3), Some(2));
    }

    #[test]
    fn a_list_that_has_become_shorter_or_empty_leads_nowhere_outside_of_it() {
        assert_eq!(Step::Next.from(Some(9), 3), Some(0));
        assert_eq!(Step::Previous.from(Some(9), 3), Some(2));
        for step in [Step::Next, Step::Previous, Step::First, Step::Last] {
            assert_eq!(step.from(Some(1), 0), None);
        }
    }
}
