//! The regions of those who share a role: each with a button that takes him out, and a picker that adds another.
//! Plain forms, which scripts send without leaving the page.

use leptos::{form::ActionForm, prelude::*};

use super::responsible::{ConfirmButton, and_away, away_hint, items};
use crate::{
    model::{
        AppError, RecordId, RecordKind, Role, Value, bulk::How, records::RecordPage,
        users::Colleague,
    },
    records::api::ChangePeople,
    texts,
    ui::{
        SAVED,
        chosen::REMOVE,
        combobox::{Combobox, Item, Items},
        field::options,
        focus,
        icon::{Glyph, Icon},
        outcome::{Outcome, problem, when_done},
        page::{page, t},
        person::Person,
    },
};

texts! {
    ADD_MANAGER = "Add manager" | "Ajouter un gestionnaire" | "Beheerder toevoegen";
    ADD_COLLABORATOR = "Add collaborator" | "Ajouter un collaborateur" | "Medewerker toevoegen";
    ADD = "Add" | "Ajouter" | "Toevoegen";
    NOBODY_YET = "Nobody yet." | "Personne pour l’instant." | "Nog niemand.";
}

const ACTION: &str = "/api/change_people";

/// Those who have a role of a record, and what is done when they have changed.
#[derive(Clone, Copy)]
struct Of {
    kind: RecordKind,
    id: RecordId,
    role: Role,
    may_edit: Memo<bool>,
    people: Memo<Vec<Value>>,
    colleagues: StoredValue<Vec<Colleague>>,
    /// Somebody has come or gone, and the page is about to show it.
    changed: Callback<()>,
}

impl Of {
    fn add_id(self) -> String {
        format!("add-{}", self.role.key())
    }

    /// Who can be added: those who have the role already are not offered again.
    fn offered(self) -> Vec<Item> {
        let there = |one: &Colleague| {
            let is = |value: &Value| value.user() == Some(one.id);
            self.people.with(|people| people.iter().any(is))
        };
        self.colleagues.with_value(|all| {
            let free = all.iter().filter(|one| !there(one));
            items(&free.cloned().collect::<Vec<_>>(), true)
        })
    }
}

/// Every role of the record that several share.
#[component]
pub fn SharedRoles(
    now: RwSignal<RecordPage>,
    may_edit: Memo<bool>,
    colleagues: StoredValue<Vec<Colleague>>,
    saved: Callback<()>,
) -> impl IntoView {
    let (kind, id) = now.with_untracked(|page| (page.record.kind, page.record.id));
    let region = |role: &Role| {
        let key = role.key();
        let people = Memo::new(move |_| now.with(|page| page.record.value(key).each().to_vec()));
        view! { <SharedRole kind id role=*role people may_edit colleagues saved /> }
    };
    kind.shared_roles().iter().map(region).collect_view()
}

#[component]
fn SharedRole(
    kind: RecordKind,
    id: RecordId,
    role: Role,
    people: Memo<Vec<Value>>,
    may_edit: Memo<bool>,
    colleagues: StoredValue<Vec<Colleague>>,
    saved: Callback<()>,
) -> impl IntoView {
    let before = Outcome::of(ACTION, &[("role", role.key())]);
    let done = RwSignal::new(before.saved());
    // What was pressed goes with what it changed: then the picker takes the focus.
    let waiting = StoredValue::new(false);
    let changed = Callback::new(move |()| {
        waiting.set_value(true);
        done.set(true);
        saved.run(());
    });
    let of = Of {
        kind,
        id,
        role,
        may_edit,
        people,
        colleagues,
        changed,
    };
    Effect::new(move |_| {
        people.track();
        if waiting.get_value() {
            waiting.set_value(false);
            focus::on(of.add_id());
        }
    });
    let rows = move || {
        let people = people.get();
        if people.is_empty() {
            return view! { <p class="muted">{t(NOBODY_YET)}</p> }.into_any();
        }
        let rows = people
            .into_iter()
            .map(|person| view! { <OneOfThem of person /> });
        view! { <ul class="plain people">{rows.collect_view()}</ul> }.into_any()
    };
    let heading = format!("{}-of-it", role.key());
    view! {
        <section class="shared-role" aria-labelledby=heading.clone()>
            <h3 id=heading.clone()>{t(role.label())}</h3>
            <div>{rows}</div>
            <div>{move || may_edit.get().then(|| view! { <AddPerson of done /> })}</div>
        </section>
    }
}

#[component]
fn OneOfThem(of: Of, person: Value) -> impl IntoView {
    let Value::User {
        id: user,
        name,
        active,
    } = person
    else {
        return ().into_any();
    };
    let language = page().language;
    let action = ServerAction::<ChangePeople>::new();
    let user = user.to_string();
    let hidden = [
        ("role", of.role.key()),
        ("how", How::Remove.key()),
        ("user", user.as_str()),
    ];
    let error = problem(action, Outcome::of(ACTION, &hidden).problem());
    when_done(action, of.changed);
    let away = of.colleagues.with_value(|all| {
        let mut all = all.iter();
        all.find(|one| one.id.to_string() == user)?
            .away_and_who(language)
    });
    let label = REMOVE.with(language, &[("name", &name)]);
    let button = move || {
        of.may_edit.get().then(|| view! {
        <button type="submit" class="button quiet small icon" aria-label=label.clone() title=label.clone()><Icon glyph=Glyph::Close /></button>
    })
    };
    view! {
        <li>
            <ActionForm action attr:class="inline">
                <input type="hidden" name="kind" value=of.kind.child() />
                <input type="hidden" name="id" value=of.id.to_string() />
                <input type="hidden" name="role" value=of.role.key() />
                <input type="hidden" name="how" value=How::Remove.key() />
                <input type="hidden" name="user" value=user />
                <Person full_name=name active />
                {button}
                {away.map(|text| view! { <p class="hint away">{text}</p> })}
                {move || error.get().map(|error| view! { <p class="problem" role="alert">{error.short_text(language)}</p> })}
                {move || error.get().filter(AppError::asks_to_confirm).map(|_| view! { <ConfirmButton /> })}
            </ActionForm>
        </li>
    }
    .into_any()
}

#[component]
fn AddPerson(of: Of, done: RwSignal<bool>) -> impl IntoView {
    let page = page();
    let language = page.language;
    let action = ServerAction::<ChangePeople>::new();
    let returned = Outcome::of(ACTION, &[("role", of.role.key()), ("how", How::Add.key())]);
    let error = problem(action, returned.problem());
    when_done(action, of.changed);
    let label = t(match of.role {
        Role::Manager => ADD_MANAGER,
        _ => ADD_COLLABORATOR,
    });
    let offered = move || of.offered();
    let list = StoredValue::new(untrack(offered));
    Effect::new(move |_| list.set_value(offered()));
    let chosen = RwSignal::new(Item::default());
    let choose = move |item: Item| {
        if item.value.is_empty() {
            return;
        }
        done.set(false);
        action.dispatch(ChangePeople {
            kind: of.kind,
            id: of.id,
            role: of.role,
            how: How::Add,
            user: item.value,
            confirmed: false,
        });
        chosen.set(Item::default());
    };
    let id = of.add_id();
    let problem_id = format!("{id}-problem");
    let described = {
        let problem_id = problem_id.clone();
        Signal::derive(move || error.with(Option::is_some).then(|| problem_id.clone()))
    };
    let control_id = id.clone();
    let control = move || {
        let id = control_id.clone();
        if page.hydrated() {
            view! {
                <Combobox id items=Items::All(list) chosen choose label=label.to_owned() required=false
                    invalid=Signal::derive(move || error.get().is_some()) described_by=described />
            }
            .into_any()
        } else {
            let typed = returned.value("user", "");
            let described = described.get_untracked();
            list.with_value(|items| select(id, items, &typed, described))
                .into_any()
        }
    };
    view! {
        <ActionForm action attr:class="picker" attr:aria-label=label>
            <input type="hidden" name="kind" value=of.kind.child() />
            <input type="hidden" name="id" value=of.id.to_string() />
            <input type="hidden" name="role" value=of.role.key() />
            <input type="hidden" name="how" value=How::Add.key() />
            <label for=id>{label}</label>
            <div class="picker-row">{control}</div>
            <p class="saved" role="status">{move || done.get().then(|| t(SAVED))}</p>
            {move || error.get().map(|error| view! { <p class="problem" role="alert" id=problem_id.clone()>{error.short_text(language)}</p> })}
        </ActionForm>
    }
}

/// The same without scripts: a `<select>` with a button.
fn select(
    id: String,
    items: &[Item],
    typed: &str,
    described: Option<String>,
) -> impl IntoView + use<> {
    let mut choices = vec![(String::new(), String::from("–"), typed.is_empty())];
    choices.extend(
        items
            .iter()
            .map(|item| (item.value.clone(), item.label.clone(), item.value == typed)),
    );
    let described = and_away(&id, items, described);
    let away = away_hint(&id, items);
    view! {
        <select id=id name="user" aria-describedby=described>{options(choices)}</select>
        <button type="submit" class="button">{t(ADD)}</button>
        {away}
    }
}
