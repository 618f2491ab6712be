//! In place of a module that the account's plan lacks: what unlocks it.
//! Nothing of it is lost meanwhile.

use leptos::{children::ViewFn, prelude::*};

use super::{
    icon::{Glyph, Icon},
    page::{PageTitle, page, t},
};
use crate::{
    model::{
        plan::{Module, unlocked_by},
        users::UserRole,
    },
    texts,
};

texts! {
    FROM_PLAN = "It comes with the plan {plan}." | "Compris dans la formule {plan}." | "Vanaf het plan {plan}.";
    OR_BOOSTER = "It comes with the plan {plan}, or with the booster “{booster}”." | "Compris dans la formule {plan}, ou avec le booster « {booster} »." | "Vanaf het plan {plan}, of met de booster “{booster}”.";
    KEPT = "What is in it is kept, and is there again once it is unlocked." | "Ce qu’il contient est conservé, et réapparaît une fois déverrouillé." | "Wat erin staat blijft bewaard, en is er weer zodra het ontgrendeld is.";
    SEE_PLAN = "See your plan" | "Voir votre formule" | "Uw plan bekijken";
}

/// Settings of a module: to an admin whose plan lacks it, what unlocks it. For others they do not exist anyway.
pub fn unlocked_settings(module: Module, shown: impl Into<ViewFn>) -> AnyView {
    let shown = shown.into();
    let locked = page()
        .me()
        .is_some_and(|me| me.role == UserRole::Admin && me.locked.has(module));
    if locked {
        view! { <Locked module /> }.into_any()
    } else {
        shown.run()
    }
}

#[component]
pub fn Locked(module: Module) -> impl IntoView {
    let language = page().language;
    let (plan, booster) = unlocked_by(module);
    let (title, plan) = (t(module.label()), t(plan.label()));
    let text = match booster {
        Some(booster) => {
            let booster = t(booster.label());
            OR_BOOSTER.with(language, &[("plan", plan), ("booster", booster)])
        }
        None => FROM_PLAN.with(language, &[("plan", plan)]),
    };
    let is_admin = page().me().is_some_and(|me| me.role == UserRole::Admin);
    let my_plan = is_admin
        .then(|| view! { <a class="button primary" href="/settings/plan">{t(SEE_PLAN)}</a> });
    view! {
        <PageTitle text=title />
        <div class="empty">
            <h1><Icon glyph=Glyph::Lock />" "{title}</h1>
            <p>{text}</p>
            <p>{t(KEPT)}</p>
            <div class="actions">{my_plan}</div>
        </div>
    }
}
