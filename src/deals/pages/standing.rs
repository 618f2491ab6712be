//! Where a deal stands, on its page: its phases to click on, won, lost with a reason, reopened.
//! Plain forms, all of the same server function.

use leptos::prelude::*;
use uuid::Uuid;

use super::{MARK_LOST, MOVE, PHASE, REASON};
use crate::{
    deals::api,
    model::{
        RecordId,
        pipeline::{Phase, Standing, Status},
    },
    records::pages::{DAYS, ROTTING, Room},
    texts,
    ui::{
        SAVED,
        field::InputField,
        message::ErrorMessage,
        outcome::Outcome,
        page::{page, t},
        toast::Toast,
    },
};

texts! {
    WON = "Won" | "Gagnée" | "Gewonnen";
    LOST = "Lost" | "Perdue" | "Verloren";
    REOPEN = "Reopen" | "Rouvrir" | "Heropenen";
    WON_ON = "Won on {date}" | "Gagnée le {date}" | "Gewonnen op {date}";
    LOST_ON = "Lost on {date}: {reason}" | "Perdue le {date} : {reason}" | "Verloren op {date}: {reason}";
    LOST_ON_SOMEHOW = "Lost on {date}" | "Perdue le {date}" | "Verloren op {date}";
}

/// The region of a deal's page.
pub fn standing(id: RecordId) -> Room {
    let loaded = Resource::new(|| (), move |()| api::deal_standing(id));
    Room::card("standing", loaded, move |standing| {
        view! { <Stands id standing /> }.into_any()
    })
}

#[component]
fn Stands(id: RecordId, standing: Standing) -> impl IntoView {
    let outcome = Outcome::of(MOVE, &[("id", &id.to_string())]);
    let saved = outcome.saved();
    let status = standing.now().map_or(Status::Open, |phase| phase.status);
    let rots = standing
        .now()
        .is_some_and(|phase| phase.rots_after(standing.days));
    let phase = |phase: &Phase| {
        let current = (phase.id == standing.phase).then_some("step");
        view! {
            <li><button type="submit" name="phase" value=phase.id.to_string() aria-current=current><bdi>{phase.name.clone()}</bdi></button></li>
        }
    };
    let open = standing.phases.iter().filter(|phase| phase.is_open());
    let steps = open.map(phase).collect_view();
    let (closed, tone) = (told(&standing, status), status.key());
    let ends = ends(id, &standing, status, &outcome);
    view! {
        <div class="card-head">
            <h2 id="standing">{t(PHASE)}</h2>
            <p class=format!("standing {tone}")>
                {closed}
                {rots.then(|| view! { " " <span class="tag warning">{t(ROTTING)}</span> })}
            </p>
        </div>
        <ErrorMessage error=outcome.error() />
        {saved.then(|| view! { <Toast text=t(SAVED) /> })}
        <form method="post" action=MOVE>
            <input type="hidden" name="id" value=id.to_string() />
            <ol class="steps">{steps}</ol>
        </form>
        {ends}
    }
}

/// "12 days in this phase", "Won on 24 Nov 2026".
fn told(standing: &Standing, status: Status) -> String {
    let language = page().language;
    let date = standing
        .closed_on
        .map(|date| language.date(date))
        .unwrap_or_default();
    match (status, &standing.lost_reason) {
        (Status::Open, _) => DAYS.of(language, standing.days),
        (Status::Won, _) => WON_ON.with(language, &[("date", &date)]),
        (Status::Lost, Some(reason)) => {
            LOST_ON.with(language, &[("date", &date), ("reason", reason)])
        }
        (Status::Lost, None) => LOST_ON_SOMEHOW.with(language, &[("date", &date)]),
    }
}

/// The ways out of an open deal, or back into it.
fn ends(id: RecordId, standing: &Standing, status: Status, outcome: &Outcome) -> AnyView {
    let to = |status: Status| {
        let mut phases = standing.phases.iter();
        phases
            .find(|phase| phase.status == status)
            .map(|phase| phase.id)
    };
    if status != Status::Open {
        let back = standing.reopens_in;
        return back
            .map(|phase| view! { <div class="actions"><MoveButton id phase class="button">{t(REOPEN)}</MoveButton></div> })
            .into_any();
    }
    let won = to(Status::Won)
        .map(|phase| view! { <MoveButton id phase class="button primary">{t(WON)}</MoveButton> });
    let lost = to(Status::Lost).map(|phase| {
        let refused = outcome.refused().is_some();
        view! {
            <details class="lost" open=refused>
                <summary class="button">{t(LOST)}</summary>
                <form method="post" action=MOVE class="form">
                    <input type="hidden" name="id" value=id.to_string() />
                    <input type="hidden" name="phase" value=phase.to_string() />
                    <InputField id="reason" label=t(REASON) name="reason" key="reason" error=outcome.error()
                        value=outcome.value("reason", "") required=true />
                    <div class="form-actions"><button type="submit" class="button danger">{t(MARK_LOST)}</button></div>
                </form>
            </details>
        }
    });
    view! { <div class="actions">{won}{lost}</div> }.into_any()
}

#[component]
fn MoveButton(id: RecordId, phase: Uuid, class: &'static str, children: Children) -> impl IntoView {
    view! {
        <form method="post" action=MOVE>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="phase" value=phase.to_string() />
            <button type="submit" class=class>{children()}</button>
        </form>
    }
}
