//! The page of one import: how it stands, its columns as long as nothing was written, its rows, and undoing it.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{RESUME, UNDO, columns::Columns, rows::Rows, standing};
use crate::{
    model::{AppError, ImportId, Problem, Text, language::Plural},
    records::pages::catalogue,
    settings::import::{DAYS, Fate, Import, Page, Progress, State, Task, api},
    texts,
    ui::{
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        task::{AskFirst, TaskBar, TaskButton, follow},
    },
};

texts! {
    STANDING = "How it stands" | "Où cela en est" | "Hoe het ervoor staat";
    ALL_IMPORTS = "Import" | "Importation" | "Import";
    GO_ON = "Go on" | "Continuer" | "Verdergaan";
    BAD_ROWS = "Download bad rows" | "Télécharger les lignes erronées" | "Foute rijen downloaden";
    UNDO_IT = "Undo this import" | "Annuler cette importation" | "Deze import ongedaan maken";
    UNDO_NOW = "Undo" | "Annuler l’importation" | "Ongedaan maken";
    UNTIL = "What was changed since, and what others belong to, stays. Possible until {at}." | "Ce qui a été modifié depuis, et ce dont d’autres dépendent, reste. Possible jusqu’au {at}." | "Wat sindsdien gewijzigd werd, en waar andere bij horen, blijft. Mogelijk tot {at}.";
    GONE = "The file and its rows were deleted after {n} days." | "Le fichier et ses lignes ont été supprimés après {n} jours." | "Het bestand en zijn rijen werden na {n} dagen verwijderd.";
}

/// What the server functions call the id of an import.
const IMPORT: &str = "import";

const GOES: Plural = Plural {
    one: Text::new(
        "{n} record that it created goes into the bin.",
        "{n} fiche qu’elle a créée va à la corbeille.",
        "{n} record dat hij aanmaakte gaat naar de prullenbak.",
    ),
    other: Text::new(
        "{n} records that it created go into the bin.",
        "{n} fiches qu’elle a créées vont à la corbeille.",
        "{n} records die hij aanmaakte gaan naar de prullenbak.",
    ),
};

#[component]
pub fn ImportPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get_str("id")
                .and_then(|id| id.parse::<ImportId>().ok())
        })
    });
    let show = Memo::new(move |_| query.with(|q| q.get_str("show").and_then(Fate::from_key)));
    let after = Memo::new(move |_| {
        query.with(|q| {
            q.get_str("after")
                .and_then(|n| n.parse::<i64>().ok())
                .unwrap_or_default()
        })
    });
    let loaded = Resource::new(
        move || (id.get(), show.get(), after.get()),
        async |(id, show, after)| match id {
            Some(id) => api::import_page(id, show, after).await,
            None => Err(AppError::NotFound),
        },
    );
    // What is under way is followed; once it is over the whole page is read again.
    let over = Callback::new(move |()| loaded.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let show = show.get_untracked();
                match loaded.await {
                    Ok(page) => view! { <One page show over /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn One(page: Page, show: Option<Fate>, over: Callback<()>) -> impl IntoView {
    let Page {
        import,
        mine,
        columns,
        custom,
        began,
        undo_until,
        rows,
        next,
    } = page;
    let language = crate::ui::page::page().language;
    let sent = format!("{}, {}", import.by, language.moment(import.at));
    let is_new = import.progress.state == State::New;
    let running = import.progress.is_running();
    let gone = (columns.is_empty()).then(|| {
        let text = GONE.with(language, &[("n", &language.integer(DAYS))]);
        view! { <p class="muted">{text}</p> }
    });
    let catalogue = import.kind.map(|kind| catalogue(kind, &custom));
    let form = (mine && !began && !running && !columns.is_empty())
        .then(|| view! { <Columns import=import.clone() columns=columns.clone() catalogue=catalogue.clone() /> });
    let fixed = (began && !columns.is_empty())
        .then(|| view! { <super::columns::Fixed columns catalogue=catalogue.clone() /> });
    let rows = (!(is_new || running && rows.is_empty()) && gone.is_none())
        .then(|| view! { <Rows import=import.clone() rows next show catalogue /> });
    view! {
        <PageTitle text=import.file_name.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href="/settings/import">{t(ALL_IMPORTS)}</a></p>
                <h1><bdi>{import.file_name.clone()}</bdi></h1>
                <p class="subtitle">
                    {import.kind.map(|kind| view! { <span class="tag">{t(kind.plural())}</span>" " })}
                    <bdi>{sent}</bdi>
                </p>
            </div>
        </div>
        <div class="import">
            <Standing import=import.clone() mine undo_until over />
            {gone}
            {form}
            {rows}
            {fixed}
        </div>
    }
}

/// How it stands, live where there are scripts, and what can be done about it.
#[component]
fn Standing(
    import: Import,
    mine: bool,
    undo_until: Option<chrono::NaiveDateTime>,
    over: Callback<()>,
) -> impl IntoView {
    let page = page();
    let id = import.id;
    let now = RwSignal::new(import.progress.clone());
    follow(
        now,
        Progress::is_running,
        move || api::import_progress(id),
        over,
    );
    let hidden = id.to_string();
    let outcomes = [RESUME, UNDO].map(|action| Outcome::of(action, &[("import", &hidden)]));
    let refused = outcomes
        .iter()
        .find_map(|outcome| outcome.error().get_untracked());
    let unknown = import
        .kind
        .is_none()
        .then(|| AppError::form(Problem::KindUnknown));
    let error = Signal::derive(move || {
        let of_run = now.with(|now| now.error.clone());
        refused.clone().or(of_run).or_else(|| unknown.clone())
    });
    let text = move || now.with(|now| standing(page, now));
    let running =
        Signal::derive(move || now.with(|now| now.is_running().then_some((now.done, now.of))));
    let progress = import.progress.clone();
    let stopped = progress.state == State::Stopped;
    let resume = (stopped && (mine || progress.task == Task::Undo) && progress.task != Task::Check)
        .then(|| view! { <TaskButton action=RESUME name=IMPORT id=id.to_string() class="button primary">{t(GO_ON)}</TaskButton> });
    let bad = (progress.bad > 0 && progress.task != Task::Undo && !progress.is_running() && import.rows > 0)
        .then(|| view! { <a class="button" href=format!("/settings/import/{id}/bad-rows.csv") rel="external" download="">{t(BAD_ROWS)}</a> });
    let undo = undo_until
        .filter(|_| !progress.is_running())
        .map(|until| view! { <Undo id until records=progress.created - progress.undone.undone /> });
    view! {
        <section class="card import-standing" aria-label=t(STANDING)>
            <p role="status">{text}</p>
            <TaskBar running address=api::address(id) />
            <ErrorMessage error />
            <div class="actions">{resume}{bad}</div>
            {undo}
        </section>
    }
}

/// Asks once more before anything goes.
#[component]
fn Undo(id: ImportId, until: chrono::NaiveDateTime, records: i64) -> impl IntoView {
    let language = page().language;
    let until = UNTIL.with(language, &[("at", &language.moment(until))]);
    let text = format!("{} {until}", GOES.of(language, records));
    view! {
        <AskFirst label=t(UNDO_IT) text>
            <TaskButton action=UNDO name=IMPORT id=id.to_string() class="button danger">{t(UNDO_NOW)}</TaskButton>
        </AskFirst>
    }
}
