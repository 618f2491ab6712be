//! What a user would see and lose under the rights that are chosen at the moment, before anything is saved.
//! It follows the choice; without scripts a button asks for it.

use leptos::prelude::*;

use crate::{
    model::UserId,
    records::pages::names_of,
    settings::users::{AccessInput, Preview, api},
    texts,
    ui::page::{page, t},
};

texts! {
    WHAT_CHANGES = "What would change" | "Ce qui changerait" | "Wat er zou veranderen";
    SEES = "Sees {after} instead of {before}" | "Voit {after} au lieu de {before}" | "Ziet {after} in plaats van {before}";
    LOST = "No longer:" | "Plus :" | "Niet meer:";
    KEPT = "Still:" | "Toujours :" | "Nog steeds:";
    ORPHANS = "What this person is responsible for then turns up under Orphans." | "Ce dont cette personne est responsable se retrouvera alors parmi les orphelins." | "Waarvoor deze persoon verantwoordelijk is, komt dan bij de wezen.";
}

#[component]
pub fn RightsPreview(user: UserId, access: RwSignal<AccessInput>) -> impl IntoView {
    let preview = Resource::new(
        move || access.get(),
        move |access| api::preview_rights(user, access),
    );
    view! {
        <div class="preview" aria-live="polite">
            <Transition>
                {move || Suspend::new(async move {
                    // Where it cannot be had, saving tells why.
                    let kinds = preview.await.unwrap_or_default();
                    (!kinds.is_empty()).then(|| view! { <Kinds kinds /> })
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Kinds(kinds: Vec<Preview>) -> impl IntoView {
    let none_left = kinds.iter().any(|kind| kind.after == 0);
    let language = page().language;
    let kind = move |preview: Preview| {
        let (before, after) = (
            language.integer(preview.before),
            preview.kind.count(language, preview.after),
        );
        let sees = SEES.with(language, &[("before", &before), ("after", &after)]);
        let path = preview.kind.path();
        let lost = (preview.before - preview.after).max(0);
        let sample = move |label, sample: Vec<_>, count| {
            (!sample.is_empty() && count > 0)
                .then(|| view! { <p class="hint">{t(label)}</p>{names_of(path, sample, count)} })
        };
        view! {
            <h3>{sees}</h3>
            {sample(LOST, preview.lost, lost)}
            {sample(KEPT, preview.kept, preview.after)}
        }
    };
    view! {
        <section class="message warning" aria-labelledby="what-changes">
            <h2 id="what-changes">{t(WHAT_CHANGES)}</h2>
            {kinds.into_iter().map(kind).collect_view()}
            {none_left.then(|| view! { <p>{t(ORPHANS)}</p> })}
        </section>
    }
}
