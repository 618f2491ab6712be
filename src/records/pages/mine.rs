//! "My responsibilities": what the reader is responsible for, what of it needs attention, and his next steps; for who leads
//! a team the same of its colleagues. Every figure is that of the list that it leads to.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::next_steps::{AfterStep, DoneButton, Due, NEXT_STEPS};
use crate::{
    model::{
        RecordKind, Text, UserId,
        access::Reason,
        board::BoardQuery,
        language::Plural,
        lists::{BuiltIn, ListQuery},
        next_steps::{Figures, Member, Need, Responsibilities, StepGroup, StepOfRecord},
        users::DEACTIVATED,
    },
    records::api::next_steps as api,
    texts,
    ui::{
        message::Failed,
        page::{PageTitle, page, t},
    },
};

texts! {
    MY_RESPONSIBILITIES = "My responsibilities" | "Mes responsabilités" | "Mijn verantwoordelijkheden";
    RESPONSIBILITIES_OF = "Responsibilities of {name}" | "Responsabilités de {name}" | "Verantwoordelijkheden van {name}";
    NOTHING = "You are not responsible for any yet." | "Vous n’êtes encore responsable d’aucune." | "U bent nog voor geen enkele verantwoordelijk.";
    NOTHING_OF = "Not responsible for any." | "Responsable d’aucune." | "Voor geen enkele verantwoordelijk.";
    NO_STEPS = "Nothing to be done. Plan the next step on a deal’s or a company’s page." | "Rien à faire. Prévoyez la prochaine étape sur la page d’une opportunité ou d’une entreprise." | "Niets te doen. Plan de volgende stap op de pagina van een deal of een bedrijf.";
    MORE = "Show more" | "Afficher plus" | "Meer tonen";
    TEAM = "Team {name}" | "Équipe {name}" | "Team {name}";
    COLLEAGUE = "Colleague" | "Collègue" | "Collega";
}

const N_OVERDUE: Plural = Plural {
    one: Text::new("{n} overdue", "{n} en retard", "{n} te laat"),
    other: Text::new("{n} overdue", "{n} en retard", "{n} te laat"),
};

/// Whose page, and how many of his steps.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Query {
    colleague: Option<UserId>,
    show: i64,
}

impl Query {
    fn address(self) -> String {
        let colleague = self.colleague.map(|user| format!("colleague={user}"));
        let show = (self.show != BoardQuery::STEPS[0]).then(|| format!("show={}", self.show));
        let query: Vec<String> = colleague.into_iter().chain(show).collect();
        if query.is_empty() {
            "/".to_owned()
        } else {
            format!("/?{}", query.join("&"))
        }
    }
}

#[component]
pub fn Mine() -> impl IntoView {
    let params = use_query_map();
    let query = Memo::new(move |_| {
        params.with(|params| Query {
            colleague: params.get_str("colleague").and_then(|id| id.parse().ok()),
            show: BoardQuery::read(|name| params.get_str(name)).show,
        })
    });
    let loaded = Resource::new(
        move || query.get(),
        |query| api::responsibilities_of(query.colleague, query.show),
    );
    let again = Callback::new(move |()| loaded.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let query = query.get_untracked();
                match loaded.await {
                    Ok(all) => view! { <Loaded all query again /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Loaded(all: Responsibilities, query: Query, again: Callback<()>) -> impl IntoView {
    let page = page();
    let me = page.me().map(|me| me.user);
    // Of somebody else: whose lists are meant is then part of their address.
    let of = Some(all.user).filter(|user| Some(*user) != me);
    let title = match of {
        Some(_) => RESPONSIBILITIES_OF.with(page.language, &[("name", &all.full_name)]),
        None => t(MY_RESPONSIBILITIES).to_owned(),
    };
    let tiles = all
        .kinds
        .iter()
        .map(|figures| tile(figures, of))
        .collect_view();
    let teams = all
        .teams
        .into_iter()
        .enumerate()
        .map(|(n, (name, members))| view! { <Team n name members /> })
        .collect_view();
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head"><div class="page-title"><h1>{title}</h1></div></div>
        <AfterStep />
        <div class="mine">
            <Steps groups=all.steps query again />
            <div class="tiles">{tiles}</div>
            {teams}
        </div>
    }
}

/// The list of what somebody is responsible for, and of that what needs something.
fn list(kind: RecordKind, of: Option<UserId>, needs: Option<Need>) -> String {
    let segment = match of {
        Some(_) if BuiltIn::Mine.leaves_out_closed(kind) => BuiltIn::Open,
        Some(_) => BuiltIn::All,
        None => BuiltIn::Mine,
    };
    ListQuery {
        segment,
        responsible: of,
        needs,
        ..ListQuery::default()
    }
    .address(kind)
}

fn tile(figures: &Figures, of: Option<UserId>) -> impl IntoView + use<> {
    let kind = figures.kind;
    let heading = format!("mine-{}", kind.path());
    let first = figures
        .first
        .iter()
        .map(|one| {
            let role = one.role.map(|role| {
                let text = Reason::Role(role).of_other(kind, page().language);
                view! { " "<span class="tag">{text}</span> }
            });
            view! { <li><a href=kind.address(one.id)><bdi>{one.name.clone()}</bdi></a>{role}</li> }
        })
        .collect_view();
    let nothing = (figures.total == 0).then(|| {
        let text = if of.is_some() { NOTHING_OF } else { NOTHING };
        view! { <p class="muted">{t(text)}</p> }
    });
    view! {
        <section class="tile card" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{t(kind.plural())}</h2>
            <p class="figure"><a href=list(kind, of, None)>{kind.count(page().language, figures.total)}</a></p>
            {needs(figures, of)}
            <ul class="plain">{first}</ul>
            {nothing}
        </section>
    }
}

/// "2 overdue", "5 without next step": what there is none of is not said.
fn needs(figures: &Figures, of: Option<UserId>) -> impl IntoView + use<> {
    let language = page().language;
    let some: Vec<_> = figures.needs.iter().filter(|(_, n)| *n > 0).collect();
    let links = some
        .iter()
        .map(|(need, n)| {
            let class = if *need == Need::Overdue {
                "tag warning"
            } else {
                "tag"
            };
            let address = list(figures.kind, of, Some(*need));
            view! { <li><a class=class href=address>{need.count(language, *n)}</a></li> }
        })
        .collect_view();
    (!some.is_empty()).then(|| view! { <ul class="needs">{links}</ul> })
}

#[component]
fn Steps(groups: Vec<StepGroup>, query: Query, again: Callback<()>) -> impl IntoView {
    let language = page().language;
    let nothing = groups
        .is_empty()
        .then(|| view! { <p class="muted">{t(NO_STEPS)}</p> });
    let board = BoardQuery {
        mine: false,
        show: query.show,
    };
    let group = |group: StepGroup| {
        let hidden = group.total > i64::try_from(group.steps.len()).unwrap_or_default();
        let more = board.more().filter(|_| hidden).map(|more| {
            let address = Query {
                show: more.show,
                ..query
            }
            .address();
            view! { <a class="button small" href=address>{t(MORE)}</a> }
        });
        let heading = format!("steps-{}", group.when.key());
        let steps = group.steps.into_iter();
        view! {
            <section aria-labelledby=heading.clone()>
                <h3 id=heading.clone()>{t(group.when.label())}" "<span class="muted">{language.integer(group.total)}</span></h3>
                <ul class="plain step-list">{steps.map(|one| view! { <Step one again /> }).collect_view()}</ul>
                {more}
            </section>
        }
    };
    view! {
        <section class="card my-steps" aria-labelledby="my-next-steps">
            <h2 id="my-next-steps">{t(NEXT_STEPS)}</h2>
            {groups.into_iter().map(group).collect_view()}
            {nothing}
        </section>
    }
}

#[component]
fn Step(one: StepOfRecord, again: Callback<()>) -> impl IntoView {
    let StepOfRecord {
        step,
        kind,
        record,
        name,
    } = one;
    view! {
        <li class="step">
            <DoneButton kind id=record step=step.clone() done=again />
            <div class="step-what">
                <p dir="auto">{step.what.clone()}</p>
                <p class="step-facts"><Due step /><a href=kind.address(record)><bdi>{name}</bdi></a></p>
            </div>
        </li>
    }
}

#[component]
fn Team(n: usize, name: String, members: Vec<Member>) -> impl IntoView {
    let language = page().language;
    let heading = format!("team-{n}");
    let title = TEAM.with(language, &[("name", &name)]);
    let kinds: Vec<RecordKind> = members
        .first()
        .map(|member| member.kinds.iter().map(|figures| figures.kind).collect())
        .unwrap_or_default();
    let head = kinds
        .iter()
        .map(|kind| view! { <th scope="col">{t(kind.plural())}</th> })
        .collect_view();
    view! {
        <section class="card team" aria-labelledby=heading.clone()>
            <h2 id=heading.clone()><bdi>{title.clone()}</bdi></h2>
            <div class="table-wrap">
                <table class="records compact" aria-label=title>
                    <thead><tr><th scope="col">{t(COLLEAGUE)}</th>{head}<th scope="col">{t(NEXT_STEPS)}</th></tr></thead>
                    <tbody>{members.into_iter().map(member).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}

fn member(member: Member) -> impl IntoView {
    let language = page().language;
    let of = Some(member.user);
    let address = Query {
        colleague: of,
        show: BoardQuery::STEPS[0],
    }
    .address();
    let cells = member
        .kinds
        .iter()
        .map(|figures| {
            let count = language.integer(figures.total);
            let label = figures.kind.count(language, figures.total);
            view! {
                <td><a href=list(figures.kind, of, None) aria-label=label>{count}</a>{needs(figures, of)}</td>
            }
        })
        .collect_view();
    let overdue = (member.overdue_steps > 0).then(|| {
        let address = format!("{address}#my-next-steps");
        view! { <a class="tag warning" href=address>{N_OVERDUE.of(language, member.overdue_steps)}</a> }
    });
    let gone = (!member.active).then(|| view! { " "<span class="muted">{t(DEACTIVATED)}</span> });
    view! {
        <tr>
            <td class="title"><a href=address.clone()><bdi>{member.full_name}</bdi></a>{gone}</td>
            {cells}
            <td>{overdue}</td>
        </tr>
    }
}
