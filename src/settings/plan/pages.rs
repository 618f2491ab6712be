//! Settings > Plan, the page that asks before the second sales contact is disabled, and Settings > Audit.
//! Plain forms: what they change changes every page.

use leptos::prelude::*;

use super::{Loss, PlanPage, api};
use crate::{
    model::{AppError, Role, audit::AuditEntry},
    texts,
    ui::{
        CANCEL, SAVED,
        audit::AuditTable,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    PLAN = "Plan" | "Formule" | "Plan";
    BOOSTERS = "Boosters" | "Boosters" | "Boosters";
    NONE = "None" | "Aucun" | "Geen";
    FEATURES = "Features" | "Fonctionnalités" | "Functies";
    AUDIT = "Audit" | "Audit" | "Audit";
    EXPLAINED = "A second responsible colleague on companies and deals." | "Un deuxième collègue responsable sur les entreprises et les opportunités." | "Een tweede verantwoordelijke collega bij bedrijven en deals.";
    ENABLED = "Enabled" | "Activé" | "Ingeschakeld";
    NOT_ENABLED = "Not enabled" | "Non activé" | "Niet ingeschakeld";
    ASK = "Ask support to enable it" | "Demander au support de l’activer" | "Vraag support om het in te schakelen";
    ASKED = "Support was asked on {at}." | "Demandé au support le {at}." | "Aan support gevraagd op {at}.";
    DECLINED = "Support declined on {at}: {reason}" | "Refusé par le support le {at} : {reason}" | "Door support geweigerd op {at}: {reason}";
    ENABLE = "Enable" | "Activer" | "Inschakelen";
    DISABLE = "Disable" | "Désactiver" | "Uitschakelen";
    DISABLE_TITLE = "Disable the second sales contact" | "Désactiver le deuxième contact commercial" | "Tweede accountmanager uitschakelen";
    WHAT_HAPPENS = "The field disappears from companies and deals, and the access that it gave ends at once. Who was chosen is kept: enabled again, it is as before." | "Le champ disparaît des entreprises et opportunités, et l’accès qu’il donnait prend fin aussitôt. Les choix sont conservés : une fois réactivé, tout est comme avant." | "Het veld verdwijnt bij bedrijven en deals, en de toegang die het gaf eindigt meteen. De keuzes blijven bewaard: weer ingeschakeld is alles zoals voorheen.";
    NOBODY_LOSES = "Nobody loses access to a record." | "Personne ne perd l’accès à une fiche." | "Niemand verliest toegang tot een record.";
    THEY_LOSE = "These people lose access:" | "Ces personnes perdent l’accès :" | "Deze mensen verliezen toegang:";
}

const ASK_ACTION: &str = "/api/ask_for_second";
const SET_ACTION: &str = "/api/set_second";

#[component]
pub fn MyPlan() -> impl IntoView {
    let plan = Resource::new(|| (), |()| api::my_plan());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match plan.await {
                    Ok(plan) => view! { <Shown plan /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Shown(plan: PlanPage) -> impl IntoView {
    let boosters: Vec<&str> = plan.plan.boosters.iter().map(|b| t(b.label())).collect();
    let boosters = if boosters.is_empty() {
        t(NONE).to_owned()
    } else {
        boosters.join(", ")
    };
    view! {
        <PageTitle text=t(PLAN) />
        <div class="page-head"><div class="page-title"><h1>{t(PLAN)}</h1></div></div>
        <section class="card">
            <dl class="facts">
                <div><dt>{t(PLAN)}</dt><dd>{t(plan.plan.plan.label())}</dd></div>
                <div><dt>{t(BOOSTERS)}</dt><dd>{boosters}</dd></div>
            </dl>
        </section>
        <section class="card" aria-labelledby="features">
            <h2 id="features">{t(FEATURES)}</h2>
            <Second plan />
        </section>
    }
}

#[component]
fn Second(plan: PlanPage) -> impl IntoView {
    let language = page().language;
    let (asked, set) = (Outcome::of(ASK_ACTION, &[]), Outcome::of(SET_ACTION, &[]));
    let error = asked.error();
    let saved = set.saved();
    let enabled = plan.plan.second_enabled;
    let state = if enabled { ENABLED } else { NOT_ENABLED };
    let action = match (enabled, plan.self_service, plan.asked) {
        (true, true, _) => {
            view! { <p><a class="button danger" href="/settings/plan/disable">{t(DISABLE)}</a></p> }
                .into_any()
        }
        (true, false, _) => ().into_any(),
        (false, true, _) => view! {
            <form method="post" action=SET_ACTION>
                <input type="hidden" name="enabled" value="true" />
                <button type="submit" class="button primary">{t(ENABLE)}</button>
            </form>
        }
        .into_any(),
        (false, false, Some(at)) => {
            let text = ASKED.with(language, &[("at", &language.moment(at))]);
            view! { <p class="message success" role="status">{text}</p> }.into_any()
        }
        (false, false, None) => view! {
            {plan.declined.map(|(at, reason)| {
                let text = DECLINED.with(language, &[("at", &language.moment(at)), ("reason", &reason)]);
                view! { <p class="message warning">{text}</p> }
            })}
            <form method="post" action=ASK_ACTION>
                <button type="submit" class="button primary">{t(ASK)}</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <div class="form">
            <ErrorMessage error />
            {saved.then(|| view! { <Toast text=t(SAVED) /> })}
            <h3>{t(Role::SecondSalesContact.label())}" "<span class="tag">{t(state)}</span></h3>
            <p>{t(EXPLAINED)}</p>
            {action}
        </div>
    }
}

#[component]
pub fn DisableSecond() -> impl IntoView {
    let losses = Resource::new(|| (), |()| api::second_losses());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match losses.await {
                    Ok(losses) => view! { <Confirm losses /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Confirm(losses: Vec<Loss>) -> impl IntoView {
    let language = page().language;
    let error = Outcome::of(SET_ACTION, &[]).error();
    let line = move |loss: Loss| {
        let lost = loss.counts.iter().filter(|(_, n)| *n > 0);
        let lost: Vec<String> = lost.map(|(kind, n)| kind.count(language, *n)).collect();
        view! { <li><bdi>{loss.full_name}</bdi>{format!(": {}", lost.join(", "))}</li> }
    };
    let told = if losses.is_empty() {
        view! { <p>{t(NOBODY_LOSES)}</p> }.into_any()
    } else {
        view! {
            <div class="message warning">
                <p>{t(THEY_LOSE)}</p>
                <ul class="plain">{losses.into_iter().map(line).collect_view()}</ul>
            </div>
        }
        .into_any()
    };
    view! {
        <PageTitle text=t(DISABLE_TITLE) />
        <div class="page-head"><div class="page-title"><h1>{t(DISABLE_TITLE)}</h1></div></div>
        <form method="post" action=SET_ACTION class="form card">
            <ErrorMessage error />
            <p>{t(WHAT_HAPPENS)}</p>
            {told}
            <input type="hidden" name="enabled" value="false" />
            <div class="form-actions">
                <button type="submit" class="button danger">{t(DISABLE)}</button>
                <a class="button quiet" href="/settings/plan">{t(CANCEL)}</a>
            </div>
        </form>
    }
}

#[component]
pub fn Audit() -> impl IntoView {
    let audit = Resource::new(|| (), |()| api::audit());
    let shown = |audit: Result<Vec<AuditEntry>, AppError>| match audit {
        Ok(entries) => view! {
            <PageTitle text=t(AUDIT) />
            <div class="page-head"><div class="page-title"><h1>{t(AUDIT)}</h1></div></div>
            <AuditTable entries />
        }
        .into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! { <Suspense>{move || Suspend::new(async move { shown(audit.await) })}</Suspense> }
}
