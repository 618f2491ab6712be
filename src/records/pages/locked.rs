//! What stands in the place of a module that the account's plan lacks: what would unlock it, and that nothing in it is lost.
//! Its server functions refuse by themselves: nobody has a right to what the plan lacks.

use leptos::prelude::*;

use crate::{
    model::{RecordKind, plan::unlocked_by, users::UserRole},
    texts,
    ui::{
        empty::Empty,
        page::{PageTitle, page, t},
    },
};

texts! {
    LOCKED = "Your plan does not include this." | "Votre formule ne comprend pas ceci." | "Uw abonnement omvat dit niet.";
    NEEDS_PLAN = "It comes with the plan {plan}. What is in it already is kept, and is there again with it." | "Compris dans la formule {plan}. Ce qui s’y trouve déjà est conservé et réapparaîtra avec elle." | "Het hoort bij het abonnement {plan}. Wat er al in staat blijft bewaard, en is er dan weer.";
    NEEDS_BOOSTER = "It comes with the plan {plan}, or with the booster “{booster}”. What is in it already is kept, and is there again with it." | "Compris dans la formule {plan}, ou avec le booster « {booster} ». Ce qui s’y trouve déjà est conservé et réapparaîtra." | "Het hoort bij het abonnement {plan}, of bij de booster “{booster}”. Wat er al in staat blijft bewaard, en is er dan weer.";
    SEE_PLAN = "See your plan" | "Voir votre formule" | "Uw abonnement bekijken";
}

/// The page of a kind, or why it is locked.
#[component]
pub fn Unlocked(kind: RecordKind, children: ChildrenFn) -> impl IntoView {
    let me = page().me();
    let module = kind.module();
    let Some(me) = me.filter(|me| me.locked.has(module)) else {
        return children().into_any();
    };
    let language = page().language;
    let (plan, booster) = unlocked_by(module);
    let plan = plan.label().get(language);
    let hint = match booster {
        Some(booster) => NEEDS_BOOSTER.with(
            language,
            &[("plan", plan), ("booster", booster.label().get(language))],
        ),
        None => NEEDS_PLAN.with(language, &[("plan", plan)]),
    };
    let plan = (me.role == UserRole::Admin)
        .then(|| view! { <a class="button primary" href="/settings/plan">{t(SEE_PLAN)}</a> });
    view! {
        <PageTitle text=t(kind.plural()) />
        <div class="page-head"><div class="page-title"><h1>{t(kind.plural())}</h1></div></div>
        <Empty text=t(LOCKED) hint>{plan}</Empty>
    }
    .into_any()
}
