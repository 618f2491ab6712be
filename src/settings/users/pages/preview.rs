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
    ORPHANS = "Turn up under Orphans, as this person is responsible for them: {records}" | "Se retrouveront parmi les orphelins, car cette personne en est responsable : {records}" | "Komen bij de wezen terecht, want deze persoon is er verantwoordelijk voor: {records}";
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
    let language = page().language;
    let kind = move |preview: Preview| {
        let (before, after) = (
            language.integer(preview.before),
            preview.kind.count(language, preview.after),
        );
        let sees = SEES.with(language, &[("before", &before), ("after", &after)]);
        let path = preview.kind.path();
        let lost =
            (preview.before - preview.after).max(i64::try_from(preview.lost.len()).unwrap_or(0));
        let orphans = (preview.orphans > 0).then(|| {
            let records = preview.kind.count(language, preview.orphans);
            view! { <p>{ORPHANS.with(language, &[("records", &records)])}</p> }
        });
        let sample = move |label, sample: Vec<_>, count| {
            (!sample.is_empty() && count > 0)
                .then(|| view! { <p class="hint">{t(label)}</p>{names_of(path, sample, count)} })
        };
        view! {
            <h3>{sees}</h3>
            {sample(LOST, preview.lost, lost)}
            {sample(KEPT, preview.kept, preview.after)}
            {orphans}
        }
    };
    view! {
        <section class="message warning" aria-labelledby="what-changes">
            <h2 id="what-changes">{t(WHAT_CHANGES)}</h2>
            {kinds.into_iter().map(kind).collect_view()}
        </section>
    }
}
