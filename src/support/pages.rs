//! The operators' pages: all accounts, and one of them with the form that changes what it has.
//! Plain forms, and nothing that leads to a record.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{Account, AccountPage, api};
use crate::{
    model::{
        AccountId, AppError, RecordKind, Role,
        plan::{Booster, Plan},
    },
    texts,
    ui::{
        SAVE, SAVED,
        audit::AuditTable,
        choice::CheckField,
        field::{InputField, SelectField},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    ACCOUNTS = "Accounts" | "Comptes" | "Accounts";
    ACCOUNT = "Account" | "Compte" | "Account";
    PLAN = "Plan" | "Formule" | "Plan";
    BOOSTERS = "Boosters" | "Boosters" | "Boosters";
    FEATURES = "Features" | "Fonctionnalités" | "Functies";
    HAS = "What the account has" | "Ce que le compte a" | "Wat het account heeft";
    REQUEST = "Request" | "Demande" | "Aanvraag";
    USERS = "Users" | "Utilisateurs" | "Gebruikers";
    REASON = "Reason" | "Raison" | "Reden";
    REASON_HINT = "The account’s admins read it" | "Les admins du compte la lisent" | "De admins van het account lezen dit";
    AUDIT = "Audit" | "Audit" | "Audit";
    DECLINE = "Decline" | "Refuser" | "Weigeren";
    DECLINE_REASON = "Why it is declined" | "Pourquoi elle est refusée" | "Waarom ze geweigerd wordt";
    DECLINED = "The request is declined." | "La demande est refusée." | "De aanvraag is geweigerd.";
    ANSWER = "To grant it, tick the feature below and save. Or decline:" | "Pour l’accorder, cochez la fonctionnalité ci-dessous et enregistrez. Ou refusez :" | "Om ze toe te staan, vink de functie hieronder aan en sla op. Of weiger:";
    ASKED = "Asks for the second sales contact since {at} (UTC)" | "Demande le deuxième contact commercial depuis le {at} (UTC)" | "Vraagt de tweede accountmanager sinds {at} (UTC)";
    LOSES = "Without it, access ends: people {people}, records {records}. I confirm" | "Sans lui, l’accès prend fin : personnes {people}, fiches {records}. Je confirme" | "Zonder eindigt de toegang: mensen {people}, records {records}. Ik bevestig";
}

const CHANGE: &str = "/api/support_change";
const DECLINE_ACTION: &str = "/api/support_decline";

#[component]
pub fn Support() -> impl IntoView {
    let accounts = Resource::new(|| (), |()| api::support_accounts());
    view! {
        <PageTitle text=t(ACCOUNTS) />
        <div class="page-head"><div class="page-title"><h1>{t(ACCOUNTS)}</h1></div></div>
        <Suspense>
            {move || Suspend::new(async move {
                match accounts.await {
                    Ok(accounts) => view! { <Table accounts /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Table(accounts: Vec<Account>) -> impl IntoView {
    view! {
        <div class="table-wrap" tabindex="0" role="group" aria-label=t(ACCOUNTS)>
            <table class="records" aria-label=t(ACCOUNTS)>
                <thead>
                    <tr>
                        <th scope="col">{t(ACCOUNT)}</th>
                        <th scope="col">{t(REQUEST)}</th>
                        <th scope="col">{t(PLAN)}</th>
                        <th scope="col">{t(BOOSTERS)}</th>
                        <th scope="col">{t(FEATURES)}</th>
                        <th scope="col" class="number">{t(USERS)}</th>
                        <th scope="col" class="number">{t(RecordKind::Company.plural())}</th>
                        <th scope="col" class="number">{t(RecordKind::Deal.plural())}</th>
                    </tr>
                </thead>
                <tbody>{accounts.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(account: Account) -> impl IntoView {
    let language = page().language;
    let boosters: Vec<&str> = account.plan.boosters.iter().map(|b| t(b.label())).collect();
    let second = t(Role::SecondSalesContact.label());
    view! {
        <tr>
            <td class="title"><a href=format!("/support/{}", account.id)><bdi>{account.plan.name}</bdi></a></td>
            <td>{account.asked.map(|_| view! { <span class="tag">{second}</span> })}</td>
            <td>{t(account.plan.plan.label())}</td>
            <td>{boosters.join(", ")}</td>
            <td>{account.plan.second_enabled.then_some(second)}</td>
            <td class="number">{language.integer(account.users)}</td>
            <td class="number">{language.integer(account.companies)}</td>
            <td class="number">{language.integer(account.deals)}</td>
        </tr>
    }
}

#[component]
pub fn SupportAccount() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get_str("id").unwrap_or_default().to_owned());
    let loaded = Resource::new(
        || (),
        move |()| {
            let id = id.parse::<AccountId>().map_err(|_| AppError::NotFound);
            async move { api::support_account(id?).await }
        },
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(shown) => view! { <Shown shown /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Shown(shown: AccountPage) -> impl IntoView {
    let language = page().language;
    let name = shown.account.plan.name.clone();
    let account = shown.account.id;
    let asked = shown.account.asked.map(|at| {
        let text = ASKED.with(language, &[("at", &language.moment(at))]);
        view! { <Request account text /> }
    });
    let declined = Outcome::of(DECLINE_ACTION, &[]).saved();
    let entries = shown.audit.clone();
    view! {
        <PageTitle text=name.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href="/support">{t(ACCOUNTS)}</a></p>
                <h1><bdi>{name}</bdi></h1>
            </div>
        </div>
        <div class="settings-body">
            {declined.then(|| view! { <Toast text=t(DECLINED) /> })}
            {asked}
            <ChangeForm shown />
            <h2>{t(AUDIT)}</h2>
            <AuditTable entries />
        </div>
    }
}

/// What the account asks for, and declining it; it is granted by the form of all that the account has.
#[component]
fn Request(account: AccountId, text: String) -> impl IntoView {
    let outcome = Outcome::of(DECLINE_ACTION, &[]);
    let error = outcome.error();
    view! {
        <form method="post" action=DECLINE_ACTION class="form card" novalidate aria-labelledby="request">
            <h2 id="request">{t(REQUEST)}</h2>
            <p class="message warning">{text}</p>
            <ErrorMessage error />
            <p>{t(ANSWER)}</p>
            <input type="hidden" name="account" value=account.to_string() />
            <div class="fields">
                <InputField id="decline-reason" label=t(DECLINE_REASON) name="reason" key="reason" error required=true wide=true hint=t(REASON_HINT)
                    value=outcome.value("reason", "") />
            </div>
            <div class="form-actions"><button type="submit" class="button">{t(DECLINE)}</button></div>
        </form>
    }
}

#[component]
fn ChangeForm(shown: AccountPage) -> impl IntoView {
    let account = &shown.account;
    let outcome = Outcome::of(CHANGE, &[]);
    let error = outcome.error();
    let saved = outcome.saved();
    let plan = outcome.value("plan", account.plan.plan.code());
    let plans = Plan::ALL.map(|p| {
        let chosen = p.code() == plan;
        (p.code().to_owned(), t(p.label()).to_owned(), chosen)
    });
    let booster = |booster: Booster| {
        let code = booster.code();
        let ticked = outcome.ticked("boosters[]", code, account.plan.boosters.contains(&booster));
        view! {
            <CheckField id=format!("booster-{code}") name="boosters[]" value=code label=t(booster.label()) checked=ticked />
        }
    };
    let boosters = Booster::ALL.map(booster).collect_view();
    let enabled = outcome.ticked("second", "true", account.plan.second_enabled);
    let fingerprint = account.plan.fingerprint();
    view! {
        <form method="post" action=CHANGE class="form card" novalidate aria-labelledby="has">
            <h2 id="has">{t(HAS)}</h2>
            <ErrorMessage error />
            {saved.then(|| view! { <Toast text=t(SAVED) /> })}
            <input type="hidden" name="account" value=account.id.to_string() />
            <input type="hidden" name="was" value=fingerprint />
            <div class="fields">
                <SelectField id="plan" label=t(PLAN) name="plan" key="plan" error choices=plans.to_vec() />
            </div>
            <fieldset class="radios"><legend>{t(BOOSTERS)}</legend>{boosters}</fieldset>
            <fieldset class="radios">
                <legend>{t(FEATURES)}</legend>
                <CheckField id="second" name="second" value="true" label=t(Role::SecondSalesContact.label()) checked=enabled />
                <Confirmation shown=shown.clone() error />
            </fieldset>
            <div class="fields">
                <InputField id="reason" label=t(REASON) name="reason" key="reason" error required=true wide=true hint=t(REASON_HINT)
                    value=outcome.value("reason", "") />
            </div>
            <div class="form-actions"><button type="submit" class="button primary">{t(SAVE)}</button></div>
        </form>
    }
}

/// What disabling the second sales contact would take away, with a tick to confirm it.
#[component]
fn Confirmation(shown: AccountPage, error: Signal<Option<AppError>>) -> impl IntoView {
    let language = page().language;
    let wanted = shown.account.plan.second_enabled && shown.records > 0;
    let problem = move || {
        let text = error.get()?.problems()?.get("confirmed")?.text(language);
        Some(view! { <p class="problem">{text}</p> })
    };
    wanted.then(|| {
        let (people, records) = (
            language.integer(shown.people),
            language.integer(shown.records),
        );
        let label = LOSES.with(language, &[("people", &people), ("records", &records)]);
        view! {
            <CheckField id="confirmed" name="confirmed" value="true" label checked=false />
            {problem}
        }
    })
}
