//! The table of what was changed of an account, as its admins and support read it.
//! The words come from the entry, in the reader's language.

use leptos::prelude::*;

use super::{
    empty::Empty,
    page::{page, t},
};
use crate::{model::audit::AuditEntry, texts};

texts! {
    AUDIT = "Audit" | "Audit" | "Audit";
    WHEN = "When" | "Quand" | "Wanneer";
    WHO = "Who" | "Qui" | "Wie";
    WHAT = "What" | "Quoi" | "Wat";
    CHANGE = "Change" | "Changement" | "Wijziging";
    REASON = "Reason" | "Raison" | "Reden";
    NOTHING = "Nothing was changed yet." | "Rien n’a encore été changé." | "Er is nog niets gewijzigd.";
}

#[component]
pub fn AuditTable(entries: Vec<AuditEntry>) -> impl IntoView {
    if entries.is_empty() {
        return view! { <Empty text=t(NOTHING) /> }.into_any();
    }
    let language = page().language;
    let row = move |entry: AuditEntry| {
        let (before, after) = (
            entry.value(&entry.before, language),
            entry.value(&entry.after, language),
        );
        view! {
            <tr>
                <td>{language.moment(entry.at)}</td>
                <td><bdi>{entry.by(language)}</bdi></td>
                <td>{entry.what(language)}</td>
                <td>{format!("{before} → {after}")}</td>
                <td><bdi>{entry.reason}</bdi></td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label=t(AUDIT)>
            <table class="records" aria-label=t(AUDIT)>
                <thead>
                    <tr>
                        <th scope="col">{t(WHEN)}</th>
                        <th scope="col">{t(WHO)}</th>
                        <th scope="col">{t(WHAT)}</th>
                        <th scope="col">{t(CHANGE)}</th>
                        <th scope="col">{t(REASON)}</th>
                    </tr>
                </thead>
                <tbody>{entries.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
