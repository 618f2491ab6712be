//! "Take it": a record that may be nobody's, or somebody else's, becomes one's own with one click.
//! A plain form of the very server function behind the pickers.

use leptos::prelude::*;

use crate::{
    model::{RecordId, RecordKind, UserId, responsibility::first_role},
    texts,
    ui::page::{page, t},
};

texts! {
    TAKE = "Take it" | "Prendre" | "Nemen";
}

const ACTION: &str = "/api/choose_responsible";

/// Nothing for who cannot be responsible for a record of this kind.
#[component]
pub fn TakeButton(
    kind: RecordKind,
    id: RecordId,
    /// Who has it as far as the page knows: where it is somebody else by now, it stays his.
    was: Option<UserId>,
    /// What the record is called, where several stand beside one another; the button is small then.
    #[prop(optional, into)]
    of: Option<String>,
) -> impl IntoView {
    let me = page().me().filter(|me| me.rights.may_use(kind))?;
    let role = first_role(kind)?;
    let was = was.map(|user| user.to_string()).unwrap_or_default();
    let class = if of.is_some() {
        "button small"
    } else {
        "button"
    };
    let label = of.map(|name| format!("{}: {name}", t(TAKE)));
    Some(view! {
        <form method="post" action=ACTION class="inline">
            <input type="hidden" name="kind" value=kind.child() />
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="role" value=role.key() />
            <input type="hidden" name="user" value=me.user.to_string() />
            <input type="hidden" name="was" value=was />
            <button type="submit" class=class aria-label=label>{t(TAKE)}</button>
        </form>
    })
}
