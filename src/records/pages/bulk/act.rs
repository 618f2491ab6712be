//! The page of one act: what would come of it, then how far it is, then what came of it and undoing it. It names no record.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{APPLY, RESUME, UNDO, kind_of_address};
use crate::{
    model::{
        AppError, BulkActId, RecordKind, Text,
        bulk::{Act, ActPage, Fate, Progress, State, Task},
        language::Plural,
    },
    records::api::bulk,
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
    GO_ON = "Go on" | "Continuer" | "Verdergaan";
    APPLY_IT = "Change {records}" | "Modifier {records}" | "{records} wijzigen";
    DELETE_THEM = "Delete {records}" | "Supprimer {records}" | "{records} verwijderen";
    NOTHING = "Nothing would change." | "Rien ne changerait." | "Er zou niets wijzigen.";
    CHECKED = "Nothing is changed yet." | "Rien n’est encore changé." | "Er is nog niets gewijzigd.";
    TO_LIST = "To the list" | "Vers la liste" | "Naar de lijst";
    UNDO_IT = "Undo this change" | "Annuler cette modification" | "Deze wijziging ongedaan maken";
    UNDO_NOW = "Undo" | "Annuler la modification" | "Ongedaan maken";
    UNTIL = "What somebody has changed since stays as it is. Possible until {at}." | "Ce que quelqu’un a modifié depuis reste tel quel. Possible jusqu’au {at}." | "Wat iemand sindsdien wijzigde, blijft zo. Mogelijk tot {at}.";
}

/// What the server functions call the id of an act.
const ACT: &str = "act";

const LOSES_SIGHT: Plural = Plural {
    one: Text::new(
        "You will not see {n} of them any more, and so could not undo it there.",
        "Vous n’aurez plus accès à {n} d’entre elles, et ne pourrez donc l’y annuler.",
        "U zult er {n} niet meer van zien, en kunt het daar dus niet ongedaan maken.",
    ),
    other: Text::new(
        "You will not see {n} of them any more, and so could not undo it there.",
        "Vous n’aurez plus accès à {n} d’entre elles, et ne pourrez donc l’y annuler.",
        "U zult er {n} niet meer van zien, en kunt het daar dus niet ongedaan maken.",
    ),
};
const GOES_BACK: Plural = Plural {
    one: Text::new(
        "{n} record is put back.",
        "{n} fiche est rétablie.",
        "{n} record wordt teruggezet.",
    ),
    other: Text::new(
        "{n} records are put back.",
        "{n} fiches sont rétablies.",
        "{n} records worden teruggezet.",
    ),
};

#[component]
pub fn BulkActPage() -> impl IntoView {
    let (kind, params) = (kind_of_address(), use_params_map());
    let id = Memo::new(move |_| {
        let id = params.with(|params| params.get_str("act")?.parse::<BulkActId>().ok());
        kind.get().zip(id)
    });
    let loaded = Resource::new(
        move || id.get(),
        async |id| match id {
            Some((kind, id)) => bulk::bulk_act(kind, id).await,
            None => Err(AppError::NotFound),
        },
    );
    // What is under way is followed; once it is over the whole page is read again.
    let over = Callback::new(move |()| loaded.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(page) => view! { <One page over /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn One(page: ActPage, over: Callback<()>) -> impl IntoView {
    let language = crate::ui::page::page().language;
    let ActPage {
        line,
        mine,
        list,
        loses_sight,
        undo_until,
    } = page;
    let by = format!("{}, {}", line.by, language.moment(line.at));
    let (kind, id) = (line.kind, line.id);
    let list = list.unwrap_or_else(|| format!("/{}", kind.path()));
    let prepared = line.progress.state == State::Prepared;
    let warning = (prepared && loses_sight > 0)
        .then(|| view! { <p class="message warning">{LOSES_SIGHT.of(language, loses_sight)}</p> });
    let apply = (prepared && mine)
        .then(|| view! { <Apply kind id act=line.act.clone() progress=line.progress.clone() /> });
    let undo = undo_until
        .filter(|_| !prepared && !line.progress.is_running())
        .map(|until| {
            let records =
                line.progress.counts.of(Fate::Changed) - line.progress.undone.of(Fate::Undone);
            view! { <Undo id until records /> }
        });
    view! {
        <PageTitle text=line.said.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=list>{t(TO_LIST)}</a></p>
                <h1><bdi>{line.said.clone()}</bdi></h1>
                <p class="subtitle">
                    <span class="tag">{kind.count(language, line.asked)}</span>" "<bdi>{by}</bdi>
                </p>
            </div>
        </div>
        <div class="bulk">
            <section class="card import-standing" aria-label=t(STANDING)>
                <Standing kind id act=line.act progress=line.progress mine over />
                {warning}
                {apply}
                {undo}
            </section>
        </div>
    }
}

/// How it stands, live where there are scripts.
#[component]
fn Standing(
    kind: RecordKind,
    id: BulkActId,
    act: Act,
    progress: Progress,
    mine: bool,
    over: Callback<()>,
) -> impl IntoView {
    let language = page().language;
    let prepared = progress.state == State::Prepared;
    let resume = progress.state == State::Stopped && (mine || progress.task == Task::Undo);
    let now = RwSignal::new(progress);
    follow(
        now,
        Progress::is_running,
        move || bulk::bulk_progress(id),
        over,
    );
    let hidden = id.to_string();
    let outcomes = [APPLY, RESUME, UNDO].map(|action| Outcome::of(action, &[("act", &hidden)]));
    let refused = outcomes
        .iter()
        .find_map(|outcome| outcome.error().get_untracked());
    let error = Signal::derive(move || {
        refused
            .clone()
            .or_else(|| now.with(|now| now.error.clone()))
    });
    let text = move || now.with(|now| now.told(language, &act));
    let running =
        Signal::derive(move || now.with(|now| now.is_running().then_some((now.done, now.of))));
    view! {
        <p role="status">{text}</p>
        {prepared.then(|| view! { <p class="hint">{t(CHECKED)}</p> })}
        <TaskBar running address=bulk::address(kind, id) />
        <ErrorMessage error />
        {resume.then(|| view! { <TaskButton action=RESUME name=ACT id=id.to_string() class="button primary">{t(GO_ON)}</TaskButton> })}
    }
}

#[component]
fn Apply(kind: RecordKind, id: BulkActId, act: Act, progress: Progress) -> impl IntoView {
    let language = page().language;
    let n = progress.expected.of(Fate::Changed);
    if n == 0 {
        return view! { <p>{t(NOTHING)}</p> }.into_any();
    }
    let records = kind.count(language, n);
    let (text, class) = if act == Act::Delete {
        (DELETE_THEM, "button danger")
    } else {
        (APPLY_IT, "button primary")
    };
    let text = text.with(language, &[("records", &records)]);
    view! { <TaskButton action=APPLY name=ACT id=id.to_string() class>{text}</TaskButton> }
        .into_any()
}

/// Asks once more before anything goes.
#[component]
fn Undo(id: BulkActId, until: chrono::NaiveDateTime, records: i64) -> impl IntoView {
    let language = page().language;
    let until = UNTIL.with(language, &[("at", &language.moment(until))]);
    let text = format!("{} {until}", GOES_BACK.of(language, records));
    view! {
        <AskFirst label=t(UNDO_IT) text>
            <TaskButton action=UNDO name=ACT id=id.to_string() class="button danger">{t(UNDO_NOW)}</TaskButton>
        </AskFirst>
    }
}
