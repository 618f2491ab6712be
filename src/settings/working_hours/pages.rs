//! The form of the working hours. A plain one: it works without scripts.
//! It says what a change does not change: what was counted already.

use leptos::prelude::*;

use super::{HoursForm, api};
use crate::{
    model::{
        AppError,
        plan::Module,
        working_hours::{WEEK, WorkingHours},
    },
    texts,
    ui::{
        SAVE, SAVED,
        choice::CheckField,
        field::InputField,
        locked::unlocked_settings,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    WORKING_HOURS = "Working hours" | "Heures de travail" | "Werkuren";
    EXPLAINED = "Statistics of the shared mailbox measure how long clients wait in working time: the minutes within these hours, in the time zone {zone}." | "Les statistiques de la boîte mail partagée mesurent l’attente des clients en temps de travail : les minutes comprises dans ces heures, dans le fuseau horaire {zone}." | "De statistieken van de gedeelde mailbox meten hoelang klanten wachten in werktijd: de minuten binnen deze uren, in de tijdzone {zone}.";
    FROM_NOW_ON = "A change counts from now on. What was answered or closed before keeps the time that was measured then." | "Un changement vaut à partir de maintenant. Ce qui a été répondu ou clôturé avant garde la durée mesurée alors." | "Een wijziging telt vanaf nu. Wat eerder beantwoord of gesloten is, houdt de tijd die toen gemeten is.";
    DAYS = "Days" | "Jours" | "Dagen";
    BEGINS = "From" | "De" | "Van";
    ENDS = "To" | "À" | "Tot";
    MIDNIGHT = "00:00 is midnight, at the end of the day." | "00:00 est minuit, à la fin de la journée." | "00:00 is middernacht, op het einde van de dag.";
}

const SAVE_HOURS: &str = "/api/save_working_hours";

#[component]
pub fn WorkingHoursPage() -> impl IntoView {
    unlocked_settings(Module::Mailbox, || {
        let form = Resource::new(|| (), |()| api::hours());
        view! {
            <Suspense>
                {move || Suspend::new(async move {
                    match form.await {
                        Ok(form) => view! { <Form form /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Suspense>
        }
    })
}

#[component]
fn Form(form: HoursForm) -> impl IntoView {
    let HoursForm {
        version,
        hours,
        time_zone,
    } = form;
    let language = page().language;
    let outcome = Outcome::of(SAVE_HOURS, &[]);
    let error = outcome.error();
    let explained = EXPLAINED.with(language, &[("zone", &time_zone)]);
    let begins = outcome.value("begins", &WorkingHours::time(hours.begins));
    let ends = outcome.value("ends", &WorkingHours::time(hours.ends));
    // A form that was refused because somebody else saved goes on from what is there now.
    let version = match outcome.problem() {
        Some(AppError::Conflict(conflict)) => conflict.version,
        _ => version,
    };
    view! {
        <PageTitle text=t(WORKING_HOURS) />
        <div class="page-head"><div class="page-title"><h1>{t(WORKING_HOURS)}</h1></div></div>
        {outcome.saved().then(|| view! { <Toast text=t(SAVED) /> })}
        <p class="muted">{explained}</p>
        <form method="post" action=SAVE_HOURS class="form card" novalidate>
            <ErrorMessage error />
            <input type="hidden" name="version" value=version.to_string() />
            <Days outcome=outcome.clone() hours />
            <div class="fields">
                <InputField id="begins" label=t(BEGINS) name="begins" key="begins" error kind="time" required=true value=begins />
                <InputField id="ends" label=t(ENDS) name="ends" key="ends" error kind="time" required=true value=ends hint=t(MIDNIGHT) />
            </div>
            <p class="hint">{t(FROM_NOW_ON)}</p>
            <div class="form-actions"><button type="submit" class="button primary">{t(SAVE)}</button></div>
        </form>
    }
}

#[component]
fn Days(outcome: Outcome, hours: WorkingHours) -> impl IntoView {
    let language = page().language;
    let problem = outcome.problem().and_then(|error| {
        let problems = error.problems()?;
        problems.get("days").map(|problem| problem.text(language))
    });
    let described = problem.is_some().then_some("days-problem");
    let day = |(n, label): (i32, _)| {
        let checked = outcome.ticked("days[]", &n.to_string(), hours.days.contains(&n));
        view! { <CheckField id=format!("day-{n}") name="days[]" value=n.to_string() label=t(label) checked /> }
    };
    let days = (1..).zip(WEEK).map(day).collect_view();
    view! {
        <fieldset class="radios weekdays" aria-describedby=described>
            <legend>{t(DAYS)}</legend>
            {days}
            {problem.map(|text| view! { <p class="problem" id="days-problem">{text}</p> })}
        </fieldset>
    }
}
