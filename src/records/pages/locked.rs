//! The page of a kind, or what stands in its place where the account's plan lacks its module.
//! The module's server functions refuse by themselves: nobody has a right to what the plan lacks.

use leptos::prelude::*;

use crate::{
    model::RecordKind,
    ui::{locked::Locked, page::page},
};

#[component]
pub fn Unlocked(kind: RecordKind, children: ChildrenFn) -> impl IntoView {
    let module = kind.module();
    if page().me().is_some_and(|me| me.locked.has(module)) {
        view! { <Locked module /> }.into_any()
    } else {
        children().into_any()
    }
}
