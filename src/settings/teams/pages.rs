//! The list of teams, and the form of one. Plain forms: they work without scripts, and nothing here
//! would be better with them.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{Person, Team, TeamForm, api};
use crate::{
    model::{AppError, TeamId, Text, users::DEACTIVATED},
    texts,
    ui::{
        CANCEL, SAVE, SAVED,
        choice::CheckField,
        empty::Empty,
        field::{InputField, SelectField},
        meanwhile::FormProblem,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    TEAMS = "Teams" | "Équipes" | "Teams";
    NEW_TEAM = "New team" | "Nouvelle équipe" | "Nieuw team";
    NAME = "Name" | "Nom" | "Naam";
    MEMBERS = "Members" | "Membres" | "Leden";
    LEAD = "Lead" | "Responsable d’équipe" | "Teamleider";
    NO_LEAD = "–" | "–" | "–";
    WHAT_TEAMS_ARE = "A team groups colleagues under a lead, and pickers find a colleague by his team too." | "Une équipe réunit des collègues autour d’un responsable ; les listes de choix trouvent un collègue par son équipe aussi." | "Een team brengt collega’s samen onder een leider; keuzelijsten vinden een collega ook via het team.";
    NO_TEAM = "No teams yet." | "Pas encore d’équipes." | "Nog geen teams.";
    CREATE = "Create" | "Créer" | "Aanmaken";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    DELETED = "The team is deleted." | "L’équipe est supprimée." | "Het team is verwijderd.";
}

const SAVE_TEAM: &str = "/api/save_team";
const DELETE_TEAM: &str = "/api/delete_team";

#[component]
pub fn Teams() -> impl IntoView {
    let teams = Resource::new(|| (), |()| api::teams());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match teams.await {
                    Ok(teams) => view! { <List teams /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn List(teams: Vec<Team>) -> impl IntoView {
    let done = if Outcome::of(SAVE_TEAM, &[]).saved() {
        Some(SAVED)
    } else {
        Outcome::of(DELETE_TEAM, &[]).saved().then_some(DELETED)
    };
    let empty = teams
        .is_empty()
        .then(|| view! { <Empty text=t(NO_TEAM) hint=t(WHAT_TEAMS_ARE)><a class="button primary" href="/settings/teams/new">{t(NEW_TEAM)}</a></Empty> });
    let row = |team: Team| {
        view! {
            <tr>
                <td class="title"><a href=format!("/settings/teams/{}", team.id)><bdi>{team.name}</bdi></a></td>
                <td>{team.lead.unwrap_or_default()}</td>
                <td>{team.members.join(", ")}</td>
            </tr>
        }
    };
    let table = (!teams.is_empty()).then(|| {
        view! {
            <div class="table-wrap">
                <table class="records" aria-label=t(TEAMS)>
                    <thead>
                        <tr><th scope="col">{t(NAME)}</th><th scope="col">{t(LEAD)}</th><th scope="col">{t(MEMBERS)}</th></tr>
                    </thead>
                    <tbody>{teams.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <PageTitle text=t(TEAMS) />
        <div class="page-head">
            <div class="page-title"><h1>{t(TEAMS)}</h1></div>
            <div class="actions"><a class="button primary" href="/settings/teams/new">{t(NEW_TEAM)}</a></div>
        </div>
        {done.map(|text| view! { <Toast text=t(text) /> })}
        {empty}
        {table}
    }
}

#[component]
pub fn NewTeam() -> impl IntoView {
    view! { <TeamPage team=Ok(None) /> }
}

#[component]
pub fn EditTeam() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get_str("id").unwrap_or_default().to_owned());
    let team = id
        .parse::<TeamId>()
        .map(Some)
        .map_err(|_| AppError::NotFound);
    view! { <TeamPage team /> }
}

#[component]
fn TeamPage(team: Result<Option<TeamId>, AppError>) -> impl IntoView {
    let form = Resource::new(
        || (),
        move |()| {
            let team = team.clone();
            async move { api::edit_team(team?).await }
        },
    );
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
}

#[component]
fn Form(form: TeamForm) -> impl IntoView {
    let id = form.id.map(|id| id.to_string()).unwrap_or_default();
    let outcome = Outcome::of(SAVE_TEAM, &[("team", &id)]);
    let (title, button) = match form.id {
        Some(_) => (form.name.clone(), SAVE),
        None => (t(NEW_TEAM).to_owned(), CREATE),
    };
    let error = outcome.error();
    let lead = form.people.iter().find(|person| person.lead);
    let lead = outcome.value("lead", &lead.map(|p| p.id.to_string()).unwrap_or_default());
    let mut leads = vec![(String::new(), t(NO_LEAD).to_owned(), lead.is_empty())];
    leads.extend(form.people.iter().map(|person| {
        let id = person.id.to_string();
        let chosen = id == lead;
        (id, name_of(person), chosen)
    }));
    let members = {
        let outcome = outcome.clone();
        form.people
            .iter()
            .map(|person| member(person, &outcome))
            .collect_view()
    };
    let problem = move || {
        let text = error
            .get()?
            .problems()?
            .get("members")?
            .text(page().language);
        Some(view! { <p class="problem">{text}</p> })
    };
    let compared = typed_and_saved(&outcome, &form);
    let delete = form.id.map(|team| view! { <DeleteTeam team /> });
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head"><div class="page-title"><h1><bdi>{title}</bdi></h1></div></div>
        <form method="post" action=SAVE_TEAM class="form card" novalidate>
            <FormProblem error=error.get_untracked() typed_and_saved=compared />
            {form.id.map(|id| view! { <input type="hidden" name="team" value=id.to_string() /> })}
            <input type="hidden" name="version" value=form.version.to_string() />
            <div class="fields">
                <InputField id="name" label=t(NAME) name="name" key="name" error required=true value=outcome.value("name", &form.name) />
                <SelectField id="lead" label=t(LEAD) name="lead" key="lead" error choices=leads />
            </div>
            <fieldset class="radios"><legend>{t(MEMBERS)}</legend>{members}{problem}</fieldset>
            <div class="form-actions">
                <button type="submit" class="button primary">{t(button)}</button>
                <a class="button quiet" href="/settings/teams">{t(CANCEL)}</a>
            </div>
        </form>
        {delete}
    }
}

/// Name, lead and members: what was typed, and what is saved.
fn typed_and_saved(outcome: &Outcome, form: &TeamForm) -> Vec<(Text, String, String)> {
    let names = |is: &dyn Fn(&Person) -> bool| {
        let people = form.people.iter().filter(|person| is(person));
        people.map(name_of).collect::<Vec<_>>().join(", ")
    };
    let typed_lead = outcome.value("lead", "");
    let ticked = |person: &Person| {
        outcome.ticked("members[]", &person.id.to_string(), person.member)
            || person.id.to_string() == typed_lead
    };
    vec![
        (NAME, outcome.value("name", &form.name), form.name.clone()),
        (
            LEAD,
            names(&|person| person.id.to_string() == typed_lead),
            names(&|person| person.lead),
        ),
        (MEMBERS, names(&ticked), names(&|person| person.member)),
    ]
}

fn name_of(person: &Person) -> String {
    if person.active {
        person.full_name.clone()
    } else {
        format!("{} {}", person.full_name, t(DEACTIVATED))
    }
}

fn member(person: &Person, outcome: &Outcome) -> impl IntoView + use<> {
    let value = person.id.to_string();
    let checked = outcome.ticked("members[]", &value, person.member);
    view! { <CheckField id=format!("member-{value}") name="members[]" value label=name_of(person) checked /> }
}

#[component]
fn DeleteTeam(team: TeamId) -> impl IntoView {
    let error = Outcome::of(DELETE_TEAM, &[]).error();
    view! {
        <form method="post" action=DELETE_TEAM class="form">
            <ErrorMessage error />
            <input type="hidden" name="team" value=team.to_string() />
            <div class="form-actions"><button type="submit" class="button danger">{t(DELETE)}</button></div>
        </form>
    }
}
