//! The region "Next steps" of a record: what is planned, by whom, until when; done with one click.
//! Plain forms, which scripts send without leaving the page.

use chrono::NaiveDate;
use leptos::{form::ActionForm, prelude::*, server_fn::ServerFn};

use super::{
    inputs::{Called, PersonField},
    responsible::{items, present_item},
};
use crate::{
    model::{
        AppError, RecordId, RecordKind, Text, Value,
        language::Plural,
        next_steps::{NextStep, NextSteps as Steps, When},
    },
    records::api::next_steps::{self as api, DeleteNextStep, FinishNextStep, SaveNextStep},
    texts,
    ui::{
        SAVE,
        combobox::Item,
        field::InputField,
        icon::{Glyph, Icon},
        message::ErrorMessage,
        outcome::{Outcome, problem, when_done},
        page::{page, t},
        person::Person,
        toast::Toast,
    },
};

texts! {
    NEXT_STEPS = "Next steps" | "Prochaines étapes" | "Volgende stappen";
    NOTHING_PLANNED = "Nothing is planned." | "Rien n’est prévu." | "Er is niets gepland.";
    DEAL_WITHOUT = "This deal has no next step. What happens next, and who does it?" | "Cette opportunité n’a pas de prochaine étape. Que faire ensuite, et qui s’en charge ?" | "Deze deal heeft geen volgende stap. Wat gebeurt er nu, en wie doet het?";
    PLAN = "Plan a next step" | "Prévoir une étape" | "Volgende stap plannen";
    WHAT = "What" | "Quoi" | "Wat";
    DUE_DATE = "Due date" | "Échéance" | "Vervaldatum";
    COLLEAGUE = "Colleague" | "Collègue" | "Collega";
    DONE = "Done: {step}" | "Terminé : {step}" | "Klaar: {step}";
    REOPEN = "Reopen {step}" | "Rouvrir {step}" | "{step} heropenen";
    REOPEN_IT = "Reopen" | "Rouvrir" | "Heropenen";
    CHANGE = "Change {step}" | "Modifier {step}" | "{step} wijzigen";
    CHANGE_IT = "Change" | "Modifier" | "Wijzigen";
    DROP_IT = "Drop" | "Abandonner" | "Schrappen";
    DONE_ON = "done on {date}" | "terminé le {date}" | "klaar op {date}";
    DONE_SAID = "Done." | "Terminé." | "Klaar.";
}

const N_DONE: Plural = Plural {
    one: Text::new("{n} done", "{n} terminée", "{n} klaar"),
    other: Text::new("{n} done", "{n} terminées", "{n} klaar"),
};

const SAVE_ACTION: &str = "/api/save_next_step";
const FINISH_ACTION: &str = "/api/finish_next_step";
const DELETE_ACTION: &str = "/api/delete_next_step";

/// A record's steps, asked for once, beside the record itself.
pub type FoundSteps = Resource<Result<Steps, AppError>>;

/// Asks for the steps of a record, where its kind has such.
pub fn find(kind: RecordKind, id: RecordId) -> Option<FoundSteps> {
    kind.has_next_steps()
        .then(|| Resource::new(|| (), move |()| api::steps_of(kind, id)))
}

/// What the forms of one record's steps have in common.
#[derive(Clone, Copy)]
struct Of {
    kind: RecordKind,
    id: RecordId,
    steps: StoredValue<Steps>,
    /// Reads the steps, and what happened, again.
    again: Callback<()>,
}

#[component]
pub fn NextSteps(
    kind: RecordKind,
    id: RecordId,
    loaded: FoundSteps,
    /// Told of every change, since the activity tells it too.
    changed: Callback<()>,
) -> impl IntoView {
    let again = Callback::new(move |()| {
        loaded.refetch();
        changed.run(());
    });
    view! {
        <section class="card" aria-labelledby="next-steps">
            <h2 id="next-steps">{t(NEXT_STEPS)}</h2>
            <Transition>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(steps) => {
                            let of = Of { kind, id, steps: StoredValue::new(steps), again };
                            view! { <All of /> }.into_any()
                        }
                        Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn All(of: Of) -> impl IntoView {
    let Steps { open, done, .. } = of.steps.get_value();
    let language = page().language;
    let none = open.is_empty().then(|| {
        let (text, class) = match of.kind {
            RecordKind::Deal => (DEAL_WITHOUT, "message warning"),
            _ => (NOTHING_PLANNED, "muted"),
        };
        view! { <p class=class>{t(text)}</p> }
    });
    // A deal that is over needs no plan, and a form that came back is open with what is wrong in it.
    let refused = Outcome::of(SAVE_ACTION, &[("id", &of.id.to_string()), ("step", "")]);
    let planning = refused.refused().is_some();
    let count = N_DONE.of(language, i64::try_from(done.len()).unwrap_or_default());
    let finished = (!done.is_empty()).then(|| {
        let done = done.into_iter().map(|step| view! { <Finished of step /> });
        view! {
            <details class="steps-done">
                <summary>{count}</summary>
                <ul class="plain step-list">{done.collect_view()}</ul>
            </details>
        }
    });
    view! {
        {none}
        <ul class="plain step-list">{open.into_iter().map(|step| view! { <Open of step /> }).collect_view()}</ul>
        <details class="plan" open=planning>
            <summary class="button small"><Icon glyph=Glyph::Plus />{t(PLAN)}</summary>
            <StepForm of step=None />
        </details>
        {finished}
    }
}

/// A step that is still to be done.
#[component]
fn Open(of: Of, step: NextStep) -> impl IntoView {
    let id = step.id.to_string();
    let refused = Outcome::of(SAVE_ACTION, &[("step", &id)]);
    let changing = refused.refused().is_some();
    let label = CHANGE.with(page().language, &[("step", &step.what)]);
    view! {
        <li class="step">
            <DoneButton kind=of.kind id=of.id step=step.clone() done=of.again />
            <div class="step-what">
                <p dir="auto">{step.what.clone()}</p>
                <p class="step-facts"><Due step=step.clone() /><Person full_name=step.full_name.clone() active=step.active /></p>
            </div>
            <details class="step-change" open=changing>
                <summary class="button quiet small" aria-label=label>{t(CHANGE_IT)}</summary>
                <StepForm of step=Some(step) />
            </details>
        </li>
    }
}

/// When a step is due.
#[component]
pub fn Due(step: NextStep) -> impl IntoView {
    view! { <DueDate date=step.due when=step.when /> }
}

/// The day by which something is to be done, loud where that is past.
#[component]
pub fn DueDate(date: NaiveDate, when: When) -> impl IntoView {
    let class = match when {
        When::Overdue => "tag warning",
        When::Today => "tag",
        When::Later => "",
    };
    let overdue = (when == When::Overdue).then(|| format!("{} · ", t(When::Overdue.label())));
    let shown = page().language.date(date);
    view! { <span class=class>{overdue}<time datetime=date.to_string()>{shown}</time></span> }
}

/// One click and it is done.
#[component]
pub fn DoneButton(
    kind: RecordKind,
    id: RecordId,
    step: NextStep,
    done: Callback<()>,
) -> impl IntoView {
    let action = ServerAction::<FinishNextStep>::new();
    told(action, done);
    let label = DONE.with(page().language, &[("step", &step.what)]);
    view! {
        <ActionForm action attr:class="inline">
            <StepInputs kind id step=step.id.to_string() />
            <input type="hidden" name="done" value="true" />
            <button type="submit" class="tick" aria-label=label disabled=move || action.pending().get()><Icon glyph=Glyph::Check /></button>
        </ActionForm>
    }
}

/// Tells of a success; what went wrong with a button shows when the page is read again.
pub(super) fn told<T>(action: ServerAction<T>, done: Callback<()>)
where
    T: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    Effect::new(move |_| {
        if action.value().get().is_some() {
            done.run(());
        }
    });
}

#[component]
fn StepInputs(kind: RecordKind, id: RecordId, #[prop(into)] step: String) -> impl IntoView {
    view! {
        <input type="hidden" name="kind" value=kind.child() />
        <input type="hidden" name="id" value=id.to_string() />
        <input type="hidden" name="step" value=step />
    }
}

#[component]
fn Finished(of: Of, step: NextStep) -> impl IntoView {
    let action = ServerAction::<FinishNextStep>::new();
    told(action, of.again);
    let language = page().language;
    let label = REOPEN.with(language, &[("step", &step.what)]);
    let date = step.done_on.map(|date| {
        let date = language.date(date);
        DONE_ON.with(language, &[("date", &date)])
    });
    view! {
        <li class="step">
            <div class="step-what">
                <p dir="auto"><del>{step.what.clone()}</del></p>
                <p class="step-facts"><span>{date}</span><Person full_name=step.full_name.clone() active=step.active /></p>
            </div>
            <ActionForm action attr:class="inline">
                <StepInputs kind=of.kind id=of.id step=step.id.to_string() />
                <button type="submit" class="button quiet small" aria-label=label>{t(REOPEN_IT)}</button>
            </ActionForm>
        </li>
    }
}

/// The form of a new step or of one that is there, with what came back in it.
#[component]
fn StepForm(of: Of, step: Option<NextStep>) -> impl IntoView {
    let action = ServerAction::<SaveNextStep>::new();
    let hidden = step
        .as_ref()
        .map(|step| step.id.to_string())
        .unwrap_or_default();
    let returned = Outcome::of(
        SAVE_ACTION,
        &[("id", &of.id.to_string()), ("step", &hidden)],
    );
    let error = problem(action, returned.problem());
    when_done(action, of.again);
    let dom = |what: &str| match hidden.as_str() {
        "" => format!("step-new-{what}"),
        id => format!("step-{id}-{what}"),
    };
    let (what_id, due_id) = (dom("what"), dom("due"));
    let due = of.steps.with_value(|steps| {
        let due = step.as_ref().map_or(steps.today, |step| step.due);
        returned.value("due", &due.to_string())
    });
    let what = returned.value("what", step.as_ref().map_or("", |step| &step.what));
    let (list, first) = people(of, step.as_ref(), &returned);
    let called = Called {
        id: dom("colleague"),
        name: "assigned_to".into(),
        key: "assigned_to".into(),
        label: t(COLLEAGUE).to_owned(),
        hint: String::new(),
        required: true,
        error,
    };
    let drop = step.map(|step| view! { <DropButton of step /> });
    view! {
        <ActionForm action attr:class="form step-form" attr:novalidate="">
            <StepInputs kind=of.kind id=of.id step=hidden />
            <ErrorMessage error />
            <InputField id=what_id label=t(WHAT) name="what" key="what" error value=what required=true />
            <InputField id=due_id label=t(DUE_DATE) name="due" key="due" error value=due kind="date" required=true />
            <PersonField called list first />
            <div class="form-actions"><button type="submit" class="button primary">{t(SAVE)}</button></div>
        </ActionForm>
        {drop}
    }
}

/// Who may be given a step, and who has it now or is proposed.
fn people(of: Of, step: Option<&NextStep>, returned: &Outcome) -> (Vec<Item>, Item) {
    of.steps.with_value(|steps| {
        let list = items(&steps.assignable, true);
        let present = match step {
            Some(step) => present_item(&Value::User {
                id: step.assigned_to,
                name: step.full_name.clone(),
                active: step.active,
            }),
            None => {
                let proposed = steps.proposed.map(|user| user.to_string());
                let mut known = list.iter();
                let item = known.find(|item| Some(&item.value) == proposed.as_ref());
                item.cloned().unwrap_or_default()
            }
        };
        let typed = returned.value("assigned_to", &present.value);
        let first = list.iter().find(|item| item.value == typed).cloned();
        (list, first.unwrap_or(present))
    })
}

#[component]
fn DropButton(of: Of, step: NextStep) -> impl IntoView {
    let action = ServerAction::<DeleteNextStep>::new();
    told(action, of.again);
    view! {
        <ActionForm action attr:class="inline">
            <StepInputs kind=of.kind id=of.id step=step.id.to_string() />
            <button type="submit" class="button danger small">{t(DROP_IT)}</button>
        </ActionForm>
    }
}

/// What a form without scripts did, on the page that it came back to.
#[component]
pub fn AfterStep() -> impl IntoView {
    let done = Outcome::of(FINISH_ACTION, &[]);
    let (saved, error) = (done.saved(), done.error());
    let dropped = Outcome::of(DELETE_ACTION, &[]).error();
    view! {
        <ErrorMessage error />
        <ErrorMessage error=dropped />
        {saved.then(|| view! { <Toast text=t(DONE_SAID) /> })}
    }
}
