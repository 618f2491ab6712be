//! The builder: the tree, what it finds, and under which name, for whom and with which columns it is saved.
//! One form; without scripts each of its buttons sends it, and the page shows what became of it.

use leptos::{ev::MouseEvent, prelude::*};
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    NEW_SEGMENT, SAVE_SEGMENT, SEGMENT_NAME, VISIBLE_TO,
    columns::{Columns, Sorting},
    fields::offers,
    kind_of_address,
    preview::Preview,
    state::Building,
    tree::Tree,
};
use crate::{
    model::{
        AppError, RecordKind, SegmentId,
        forms::Returned,
        lists::{ListQuery, Sort},
        segments::{
            Audience, Group,
            rows::{self, Press, Row},
        },
    },
    segments::{Builder, api},
    texts,
    ui::{
        CANCEL,
        choice::CheckField,
        field::{Choice, InputField, SelectField},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    CONDITIONS = "Conditions" | "Conditions" | "Voorwaarden";
    REFRESH = "Update" | "Actualiser" | "Bijwerken";
    ONLY_OWNER = "Only I may edit it" | "Moi seul peux le modifier" | "Alleen ik mag het bewerken";
    OF_OTHERS = "{name} shares this segment. What you change, changes for everyone who sees it." | "{name} partage ce segment. Ce que vous modifiez change pour tous ceux qui le voient." | "{name} deelt dit segment. Wat u wijzigt, verandert voor iedereen die het ziet.";
    NOT_YOURS = "{name} shares this segment, and only {name} may change it. Duplicate it to have one of your own." | "{name} partage ce segment et est seul à pouvoir le modifier. Dupliquez-le pour avoir le vôtre." | "{name} deelt dit segment en mag het als enige wijzigen. Dupliceer het om er zelf een te hebben.";
}

const SAVE: &str = "/api/save-segment";
const SAVE_BUTTON: &str = "save-segment";
const NAME_INPUT: &str = "segment-name";

#[component]
pub fn NewSegment() -> impl IntoView {
    view! { <Page of=kind_of_address().map(|kind| (kind, None)) /> }
}

#[component]
pub fn EditSegment() -> impl IntoView {
    let params = use_params_map();
    let id = params.with_untracked(|params| params.get("id").unwrap_or_default());
    let id = id.parse::<SegmentId>().map_err(|_| AppError::NotFound);
    let of = kind_of_address().and_then(|kind| Ok((kind, Some(id?))));
    view! { <Page of /> }
}

#[component]
fn Page(of: Result<(RecordKind, Option<SegmentId>), AppError>) -> impl IntoView {
    let (kind, id) = match of {
        Ok(of) => of,
        Err(error) => return view! { <Failed error /> }.into_any(),
    };
    let params = use_query_map();
    let query = params.with_untracked(|params| ListQuery::read(kind, |name| params.get_str(name)));
    let asked = query.filter.clone();
    let builder = Resource::new(
        || (),
        move |()| api::segment_builder(kind, id, asked.clone()),
    );
    view! {
        <Suspense>
            {move || {
                let query = query.clone();
                Suspend::new(async move {
                    match builder.await {
                        Ok(builder) => view! { <Form builder query /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

/// What the builder begins with: what was sent, else what the address says, else what is saved.
fn begins(
    builder: &Builder,
    query: &ListQuery,
    sent: Option<&Returned>,
) -> (Vec<Row>, Vec<String>, Option<Sort>) {
    if let Some(sent) = sent {
        let typed = rows::typed(&sent.typed);
        let press = sent.value("form[press]").and_then(Press::read);
        let columns = sent.values("form[columns][]").filter(|key| !key.is_empty());
        let sort = sent.value("form[sort]").unwrap_or_default();
        return (
            rows::pressed(&typed, press.unwrap_or(Press::Refresh)),
            columns.map(ToOwned::to_owned).collect(),
            Sort::read(builder.kind, sort),
        );
    }
    let saved = builder.saved.as_ref();
    let filter = query.filter.as_ref().or(saved.map(|saved| &saved.filter));
    let mut group = filter.map_or_else(Group::default, |filter| filter.0.clone());
    if group.of.is_empty() {
        // Nobody begins with nothing.
        group = rows::tree(&rows::pressed(&rows::rows(&group), Press::AddCondition(0)));
    }
    let columns = if query.columns.is_empty() {
        saved.map(|saved| saved.columns.clone()).unwrap_or_default()
    } else {
        query.columns.clone()
    };
    let sort = query
        .sort
        .clone()
        .or_else(|| saved.and_then(|saved| saved.sort.clone()));
    (rows::rows(&group), columns, sort)
}

#[component]
fn Form(builder: Builder, query: ListQuery) -> impl IntoView {
    let page = page();
    let kind = builder.kind;
    let second = page.me().is_some_and(|me| me.second_enabled);
    let id = builder
        .saved
        .as_ref()
        .map(|saved| saved.id.to_string())
        .unwrap_or_default();
    let outcome = Outcome::of(SAVE, &[("kind", kind.child()), ("form[id]", &id)]);
    let (rows, columns, sort) = begins(&builder, &query, outcome.refused());
    let offers = offers(&builder, second, page.language);
    let of = Building::new(builder.clone(), offers, rows, columns, sort);
    let title = builder
        .saved
        .as_ref()
        .map_or_else(|| t(NEW_SEGMENT).to_owned(), |saved| saved.name.clone());
    let list = ListQuery {
        saved: builder.saved.as_ref().map(|saved| saved.id),
        ..ListQuery::default()
    };
    // A button that was no saving leaves nothing to be put right.
    let pressed = outcome
        .refused()
        .is_some_and(|sent| sent.value("form[press]").is_some());
    let error = if pressed {
        Signal::stored(None)
    } else {
        outcome.error()
    };
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head"><div class="page-title">
            <p class="crumbs"><a href=format!("/{}", kind.path())>{t(kind.plural())}</a></p>
            <h1><bdi>{title}</bdi></h1>
        </div></div>
        <form method="post" action=SAVE class="segment-form" novalidate>
            <ErrorMessage error />
            {enter(page)}
            <input type="hidden" name="kind" value=kind.child() />
            {(!id.is_empty()).then(|| view! { <input type="hidden" name="form[id]" value=id /> })}
            <input type="hidden" name="form[version]" value=builder.saved.as_ref().map_or(0, |saved| saved.version).to_string() />
            <section class="card" aria-label=t(CONDITIONS)>
                <Tree of />
                {move || (!page.hydrated()).then(|| view! {
                    <button type="submit" class="button" name="form[press]" value=Press::Refresh.text()>{t(REFRESH)}</button>
                })}
                {problem(error)}
            </section>
            <Preview of />
            <section class="card save-segment">
                <Saving builder outcome error />
                <div class="fields"><Sorting of /></div>
                <Columns of />
                <div class="form-actions">
                    <button type="submit" id=SAVE_BUTTON class="button primary">{t(SAVE_SEGMENT)}</button>
                    <a class="button quiet" href=list.address(kind)>{t(CANCEL)}</a>
                </div>
            </section>
        </form>
    }
}

/// The button that Enter presses, wherever one types: it saves where the name is typed, and else shows what fits.
fn enter(page: crate::ui::page::Page) -> impl IntoView {
    let pressed = move |event: MouseEvent| {
        if page.hydrated_untracked() {
            event.prevent_default();
            save_from_name();
        }
    };
    view! {
        <button type="submit" name="form[press]" value=Press::Refresh.text() class="visually-hidden" tabindex="-1" aria-hidden="true" on:click=pressed></button>
    }
}

fn save_from_name() {
    #[cfg(feature = "hydrate")]
    {
        use leptos::web_sys;
        use wasm_bindgen::JsCast;

        let focused = document().active_element().map(|element| element.id());
        let button = document().get_element_by_id(SAVE_BUTTON);
        let button = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
        if let (Some(NAME_INPUT), Some(button)) = (focused.as_deref(), button) {
            button.click();
        }
    }
}

/// What is wrong with the filter as a whole.
fn problem(error: Signal<Option<AppError>>) -> impl IntoView {
    let language = page().language;
    move || {
        let error = error.get()?;
        let text = error.problems()?.get("filter")?.text(language);
        Some(view! { <p class="problem" role="alert">{text}</p> })
    }
}

/// The name, who sees it, and who may change it.
#[component]
fn Saving(builder: Builder, outcome: Outcome, error: Signal<Option<AppError>>) -> impl IntoView {
    let language = page().language;
    let me = page().me().map(|me| me.user);
    let saved = builder.saved.as_ref();
    let mine = saved.is_none_or(|saved| Some(saved.owner) == me);
    let name = outcome.value("form[name]", saved.map_or("", |saved| saved.name.as_str()));
    let audience = saved.map_or_else(Audience::default, |saved| saved.audience);
    let audience = outcome.value("form[audience]", &audience.code());
    let choice = |code: String, label: String| {
        let chosen = code == audience;
        (code, label, chosen)
    };
    let fixed = |of: Audience| choice(of.code(), t(of.label().unwrap_or(VISIBLE_TO)).to_owned());
    let mut choices: Vec<Choice> = vec![fixed(Audience::Me)];
    choices.extend(
        builder
            .teams
            .iter()
            .map(|(id, name)| choice(id.to_string(), name.clone())),
    );
    choices.push(fixed(Audience::Everyone));
    let owner_only = outcome.ticked(
        "form[owner_only]",
        "on",
        saved.is_none_or(|saved| saved.owner_only),
    );
    let others = saved.filter(|_| !mine).map(|saved| {
        let text = if saved.may_edit { OF_OTHERS } else { NOT_YOURS };
        text.with(language, &[("name", &saved.owner_name)])
    });
    view! {
        {others.map(|text| view! { <p class="banner" role="note">{text}</p> })}
        <div class="fields">
            <InputField id=NAME_INPUT label=t(SEGMENT_NAME) name="form[name]" key="name" error required=true value=name />
            {mine.then(|| view! { <SelectField id="audience" label=t(VISIBLE_TO) name="form[audience]" key="audience" error choices /> })}
        </div>
        {if mine {
            view! { <CheckField id="owner-only" name="form[owner_only]" value="on" label=t(ONLY_OWNER) checked=owner_only /> }.into_any()
        } else {
            view! { <input type="hidden" name="form[audience]" value=audience /> }.into_any()
        }}
    }
}
