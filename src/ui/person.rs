//! A person's name with his initials.
//! The initials are decoration; the name is what is read.

use leptos::prelude::*;

use super::page::t;
use crate::model::users::DEACTIVATED;

/// "Emma Van den Berg" as "EB".
pub fn initials(full_name: &str) -> String {
    let mut words = full_name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    let first = words.next();
    first
        .into_iter()
        .chain(words.next_back())
        .flat_map(char::to_uppercase)
        .collect()
}

#[component]
pub fn Avatar(
    #[prop(into)] full_name: String,
    #[prop(default = "avatar")] class: &'static str,
) -> impl IntoView {
    view! { <span class=class aria-hidden="true">{initials(&full_name)}</span> }
}

#[component]
pub fn Person(
    #[prop(into)] full_name: String,
    #[prop(default = true)] active: bool,
) -> impl IntoView {
    let class = if active {
        "person"
    } else {
        "person deactivated"
    };
    let name = if active {
        full_name.clone()
    } else {
        format!("{full_name} {}", t(DEACTIVATED))
    };
    view! { <span class=class><Avatar full_name class="avatar small" /><bdi>{name}</bdi></span> }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_of_the_first_and_the_last_name() {
        assert_eq!(initials("Nora Peeters"), "NP");
        assert_eq!(initials("Émile van den Berg"), "ÉB");
        assert_eq!(initials("Madonna"), "M");
        assert_eq!(initials(" "), "");
    }
}
