//! Settings > Jobs, for admins: how much waits to be told or sent, what could not be, and trying it again.
//! A mail shows to whom it goes and what the mail server said; never what is in it.

use leptos::prelude::*;

use crate::{
    model::{
        AppError, Text,
        language::Plural,
        notifications::{FailedJob, FailedMail, QueueState},
    },
    notifications::api,
    texts,
    ui::{
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{page, t},
    },
};

texts! {
    TITLE = "Notifications and mails" | "Notifications et e-mails" | "Meldingen en e-mails";
    NOTHING = "Nothing waits" | "Rien n’attend" | "Er wacht niets";
    LATE = "the oldest since {when}" | "la plus ancienne depuis le {when}" | "de oudste sinds {when}";
    ALL_WELL = "Everything could be sent." | "Tout a pu être envoyé." | "Alles kon worden verstuurd.";
    MAILS = "Mails that were not sent" | "E-mails non envoyés" | "E-mails die niet zijn verstuurd";
    JOBS = "Jobs that were given up" | "Tâches abandonnées" | "Opgegeven taken";
    TO = "To" | "À" | "Aan";
    WHEN = "When" | "Quand" | "Wanneer";
    TRIES = "Tries" | "Essais" | "Pogingen";
    WHY = "What the mail server said" | "Réponse du serveur de messagerie" | "Antwoord van de mailserver";
    WHAT = "What" | "Quoi" | "Wat";
    RETRY = "Try again" | "Réessayer" | "Opnieuw proberen";
    RETRY_TO = "Try again to {name}" | "Réessayer pour {name}" | "Opnieuw proberen voor {name}";
    GOES_ON = "is tried again by itself" | "est réessayé automatiquement" | "wordt vanzelf opnieuw geprobeerd";
    AGAIN = "It is tried again now" | "Nouvel essai en cours" | "Het wordt nu opnieuw geprobeerd";
}

const WAIT: Plural = Plural {
    one: Text::new("{n} job waits", "{n} tâche attend", "{n} taak wacht"),
    other: Text::new("{n} jobs wait", "{n} tâches attendent", "{n} taken wachten"),
};

const RETRY_ACTION: &str = "/api/retry-job";

#[component]
pub fn Queue() -> impl IntoView {
    let loaded = Resource::new(|| (), |()| api::queue());
    let shown = |loaded: Result<QueueState, AppError>| match loaded {
        Ok(state) => view! { <State state /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    let outcome = Outcome::of(RETRY_ACTION, &[]);
    let again = outcome
        .saved()
        .then(|| view! { <p role="status">{t(AGAIN)}</p> });
    view! {
        <section class="card" aria-labelledby="queue">
            <h2 id="queue">{t(TITLE)}</h2>
            <ErrorMessage error=outcome.error() />
            {again}
            <Suspense>{move || Suspend::new(async move { shown(loaded.await) })}</Suspense>
        </section>
    }
}

#[component]
fn State(state: QueueState) -> impl IntoView {
    let language = page().language;
    let waiting = match (state.waiting, state.late) {
        (0, _) => t(NOTHING).to_owned(),
        (n, None) => WAIT.of(language, n),
        (n, Some(at)) => {
            let late = LATE.with(language, &[("when", &language.moment(at))]);
            format!("{}, {late}", WAIT.of(language, n))
        }
    };
    let well = state.mails.is_empty() && state.jobs.is_empty();
    view! {
        <p>{waiting}". "{well.then(|| t(ALL_WELL))}</p>
        {(!state.mails.is_empty()).then(|| mails(state.mails))}
        {(!state.jobs.is_empty()).then(|| jobs(state.jobs))}
    }
}

fn again(id: String, label: String) -> impl IntoView {
    view! {
        <form method="post" action=RETRY_ACTION>
            <input type="hidden" name="id" value=id />
            <button type="submit" class="button small" aria-label=label>{t(RETRY)}</button>
        </form>
    }
}

fn mails(all: Vec<FailedMail>) -> impl IntoView {
    let language = page().language;
    let row = |mail: FailedMail| {
        let label = RETRY_TO.with(language, &[("name", &mail.to)]);
        let action = if mail.given_up {
            again(mail.id.to_string(), label).into_any()
        } else {
            view! { <span class="muted">{t(GOES_ON)}</span> }.into_any()
        };
        view! {
            <tr>
                <td class="title"><bdi>{mail.to}</bdi>" "<span class="muted">{mail.email}</span></td>
                <td class="minor">{language.moment(mail.at)}</td>
                <td class="minor">{mail.attempts}</td>
                <td class="wrap">{mail.error}</td>
                <td class="acts">{action}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap">
            <table class="records" aria-label=t(MAILS)>
                <thead><tr>
                    <th scope="col">{t(TO)}</th><th scope="col" class="minor">{t(WHEN)}</th><th scope="col" class="minor">{t(TRIES)}</th>
                    <th scope="col">{t(WHY)}</th><td></td>
                </tr></thead>
                <tbody>{all.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn jobs(all: Vec<FailedJob>) -> impl IntoView {
    let language = page().language;
    let row = |job: FailedJob| {
        let label = RETRY_TO.with(language, &[("name", &job.task)]);
        view! {
            <tr>
                <td class="title">{job.task}</td>
                <td class="minor">{language.moment(job.at)}</td>
                <td class="minor">{job.attempts}</td>
                <td class="acts">{again(job.id.to_string(), label)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap">
            <table class="records" aria-label=t(JOBS)>
                <thead><tr>
                    <th scope="col">{t(WHAT)}</th><th scope="col" class="minor">{t(WHEN)}</th><th scope="col" class="minor">{t(TRIES)}</th><td></td>
                </tr></thead>
                <tbody>{all.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
