//! The pipeline in order, and the form of one phase, with where its deals go when it is deleted.
//! Plain forms: they work without scripts, and nothing here would be better with them.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::{Row, api};
use crate::{
    model::{
        AppError, RecordKind, Text,
        language::Plural,
        pipeline::{Phase, Status},
    },
    texts,
    ui::{
        CANCEL, MOVE_DOWN, MOVE_UP, SAVE, SAVED,
        field::{Choice, InputField, SelectField},
        icon::{Glyph, Icon},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    PHASES = "Phases" | "Phases" | "Fasen";
    NEW_PHASE = "New phase" | "Nouvelle phase" | "Nieuwe fase";
    EXPLAINED = "What a deal goes through until it is won or lost. A deal that is moved gets the probability of its phase; one that stays for too long is marked as rotting." | "Ce qu’une opportunité traverse jusqu’à ce qu’elle soit gagnée ou perdue. Déplacée, elle prend la probabilité de sa phase ; si elle y reste trop longtemps, elle est marquée à relancer." | "Wat een deal doorloopt tot hij gewonnen of verloren is. Een deal die verplaatst wordt, krijgt de waarschijnlijkheid van zijn fase; blijft hij te lang, dan wordt hij gemarkeerd.";
    NAME = "Name" | "Nom" | "Naam";
    PROBABILITY = "Probability (%)" | "Probabilité (%)" | "Waarschijnlijkheid (%)";
    ROTTING_AFTER = "Rotting after (days)" | "À relancer après (jours)" | "Blijft liggen na (dagen)";
    NEVER = "Empty: never." | "Vide : jamais." | "Leeg: nooit.";
    ORDER = "Order" | "Ordre" | "Volgorde";
    CREATE = "Create" | "Créer" | "Aanmaken";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    DELETE_PHASE = "Delete this phase" | "Supprimer cette phase" | "Deze fase verwijderen";
    DEALS_GO_TO = "Its deals go to" | "Ses opportunités vont à" | "De deals gaan naar";
    DELETED = "The phase is deleted." | "La phase est supprimée." | "De fase is verwijderd.";
    AN_END = "This phase ends a deal: only its name can be changed." | "Cette phase clôt une opportunité : seul son nom peut être changé." | "Deze fase sluit een deal af: alleen haar naam kan veranderen.";
}

const DAYS: Plural = Plural {
    one: Text::new("{n} day", "{n} jour", "{n} dag"),
    other: Text::new("{n} days", "{n} jours", "{n} dagen"),
};

const SAVE_PHASE: &str = "/api/save_phase";
const SHIFT_PHASE: &str = "/api/shift_phase";
const DELETE_ACTION: &str = "/api/delete_phase";

#[component]
pub fn Phases() -> impl IntoView {
    let phases = Resource::new(|| (), |()| api::pipeline());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match phases.await {
                    Ok(phases) => view! { <List phases /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn List(phases: Vec<Row>) -> impl IntoView {
    let done = if Outcome::of(DELETE_ACTION, &[]).saved() {
        Some(DELETED)
    } else {
        let saved = [SAVE_PHASE, SHIFT_PHASE]
            .iter()
            .any(|action| Outcome::of(action, &[]).saved());
        saved.then_some(SAVED)
    };
    let open = phases.iter().filter(|row| row.phase.is_open()).count();
    let rows = phases
        .into_iter()
        .enumerate()
        .map(|(n, one)| row(one, n, open))
        .collect_view();
    view! {
        <PageTitle text=t(PHASES) />
        <div class="page-head">
            <div class="page-title"><h1>{t(PHASES)}</h1></div>
            <div class="actions"><a class="button primary" href="/settings/phases/new">{t(NEW_PHASE)}</a></div>
        </div>
        {done.map(|text| view! { <Toast text=t(text) /> })}
        <p class="muted">{t(EXPLAINED)}</p>
        <div class="table-wrap">
            <table class="records" aria-label=t(PHASES)>
                <thead><tr>
                    <th scope="col">{t(NAME)}</th><th scope="col" class="number">{t(PROBABILITY)}</th>
                    <th scope="col" class="minor">{t(ROTTING_AFTER)}</th><th scope="col" class="number">{t(RecordKind::Deal.plural())}</th>
                    <th scope="col" class="row-action">{t(ORDER)}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// One of so many open phases, which stand before the ends.
fn row(row: Row, n: usize, open: usize) -> impl IntoView {
    let language = page().language;
    let Row { phase, deals } = row;
    let rotting = phase.rotting_days.map(|days| DAYS.of(language, days));
    let shift = phase.is_open().then(|| {
        view! {
            <Shift phase=phase.clone() label=MOVE_UP later=false disabled=n == 0 />
            <Shift phase=phase.clone() label=MOVE_DOWN later=true disabled=n + 1 == open />
        }
    });
    view! {
        <tr>
            <td class="title"><a href=format!("/settings/phases/{}", phase.id)><bdi>{phase.name}</bdi></a></td>
            <td class="number">{format!("{}\u{a0}%", language.integer(phase.probability))}</td>
            <td class="minor">{rotting}</td>
            <td class="number">{language.integer(deals)}</td>
            <td class="row-action"><div class="row-actions">{shift}</div></td>
        </tr>
    }
}

#[component]
fn Shift(phase: Phase, label: Text, later: bool, disabled: bool) -> impl IntoView {
    let label = label.with(page().language, &[("name", &phase.name)]);
    let glyph = if later { Glyph::Down } else { Glyph::Up };
    view! {
        <form method="post" action=SHIFT_PHASE>
            <input type="hidden" name="phase" value=phase.id.to_string() />
            <input type="hidden" name="later" value=later.to_string() />
            <button type="submit" class="button small" aria-label=label disabled=disabled><Icon glyph /></button>
        </form>
    }
}

#[component]
pub fn NewPhase() -> impl IntoView {
    view! { <Form phase=None others=Vec::new() /> }
}

#[component]
pub fn EditPhase() -> impl IntoView {
    let params = use_params_map();
    let id =
        params.with_untracked(|params| params.get_str("id").and_then(|id| id.parse::<Uuid>().ok()));
    let phases = Resource::new(|| (), |()| api::pipeline());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match phases.await {
                    Ok(all) => {
                        let mut all: Vec<Phase> = all.into_iter().map(|row| row.phase).collect();
                        match all.iter().position(|phase| Some(phase.id) == id) {
                            Some(at) => {
                                let phase = all.remove(at);
                                view! { <Form phase=Some(phase) others=all /> }.into_any()
                            }
                            None => view! { <Failed error=AppError::NotFound /> }.into_any(),
                        }
                    }
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Form(phase: Option<Phase>, others: Vec<Phase>) -> impl IntoView {
    let id = phase.as_ref().map(|phase| phase.id.to_string());
    let outcome = Outcome::of(SAVE_PHASE, &[("phase", id.as_deref().unwrap_or_default())]);
    let error = outcome.error();
    let (title, button) = match &phase {
        Some(phase) => (phase.name.clone(), SAVE),
        None => (t(NEW_PHASE).to_owned(), CREATE),
    };
    let open = phase.as_ref().is_none_or(Phase::is_open);
    let has = |value: fn(&Phase) -> String| phase.as_ref().map(value).unwrap_or_default();
    let name = outcome.value("name", &has(|phase| phase.name.clone()));
    let probability = outcome.value("probability", &has(|phase| phase.probability.to_string()));
    let rotting = outcome.value(
        "rotting_days",
        &has(|phase| {
            phase
                .rotting_days
                .map(|days| days.to_string())
                .unwrap_or_default()
        }),
    );
    let numbers = if open {
        view! {
            <InputField id="probability" label=t(PROBABILITY) name="probability" key="probability" error inputmode="numeric" value=probability />
            <InputField id="rotting" label=t(ROTTING_AFTER) name="rotting_days" key="rotting_days" error inputmode="numeric" value=rotting hint=t(NEVER) />
        }
        .into_any()
    } else {
        view! { <p class="hint">{t(AN_END)}</p> }.into_any()
    };
    let targets: Vec<Choice> = others
        .iter()
        .filter(|other| other.status == Status::Open)
        .map(|other| (other.id.to_string(), other.name.clone(), false))
        .collect();
    let delete = phase
        .as_ref()
        .filter(|phase| phase.is_open() && !targets.is_empty())
        .map(|phase| view! { <DeletePhase phase=phase.id targets /> });
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head"><div class="page-title"><h1><bdi>{title}</bdi></h1></div></div>
        <form method="post" action=SAVE_PHASE class="form card" novalidate>
            <ErrorMessage error />
            {id.map(|id| view! { <input type="hidden" name="phase" value=id /> })}
            <div class="fields">
                <InputField id="name" label=t(NAME) name="name" key="name" error required=true value=name />
                {numbers}
            </div>
            <div class="form-actions">
                <button type="submit" class="button primary">{t(button)}</button>
                <a class="button quiet" href="/settings/phases">{t(CANCEL)}</a>
            </div>
        </form>
        {delete}
    }
}

#[component]
fn DeletePhase(phase: Uuid, targets: Vec<Choice>) -> impl IntoView {
    let error = Outcome::of(DELETE_ACTION, &[]).error();
    view! {
        <form method="post" action=DELETE_ACTION class="form card" aria-labelledby="delete-phase">
            <h2 id="delete-phase">{t(DELETE_PHASE)}</h2>
            <ErrorMessage error />
            <input type="hidden" name="phase" value=phase.to_string() />
            <SelectField id="target" label=t(DEALS_GO_TO) name="target" key="target" error choices=targets required=true />
            <div class="form-actions"><button type="submit" class="button danger">{t(DELETE)}</button></div>
        </form>
    }
}
