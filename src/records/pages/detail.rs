//! The page of one record: its fields, its responsible users, what happened to it, and the regions that
//! its room adds.

use std::sync::Arc;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    DETAILS, EDIT, RESPONSIBLE,
    activity::Activity,
    added::Added,
    bin::{AfterBin, DeleteButton},
    catalogue,
    form::AfterSave,
    links::{self, FoundLinks, Links},
    next_steps::{self, AfterStep, FoundSteps, NextSteps},
    notes::AfterNote,
    related::{Found, Related, find},
    responsible::ResponsiblePicker,
    shared::SharedRoles,
    value::shown,
};
use crate::{
    model::{
        AppError, Duty, RecordId, RecordKind, Text, Value,
        access::{Reason, Seer},
        catalogue::{Field, FieldType},
        language::Plural,
        records::{Record, RecordPage},
        users::Colleague,
    },
    records::api,
    texts,
    ui::{
        message::{ErrorMessage, Failed, NotFound},
        page::{PageTitle, page, t},
    },
};

texts! {
    THROUGH_COMPANIES = "A contact’s companies say who is responsible for him." | "Les entreprises d’un contact disent qui en est responsable." | "De bedrijven van een contact zeggen wie er verantwoordelijk voor is.";
    THROUGH_CUSTOMER = "Whoever is responsible for its customer is responsible for an invoice." | "Le responsable du client est responsable de la facture." | "Wie verantwoordelijk is voor de klant, is dat ook voor de factuur.";
    BECAUSE = "You see this because: {reasons}." | "Vous voyez ceci parce que : {reasons}." | "U ziet dit omdat: {reasons}.";
}

const OTHERS: Plural = Plural {
    one: Text::new(
        "{n} colleague sees this too",
        "{n} collègue voit ceci aussi",
        "{n} collega ziet dit ook",
    ),
    other: Text::new(
        "{n} colleagues see this too",
        "{n} collègues voient ceci aussi",
        "{n} collega’s zien dit ook",
    ),
};

/// A region of a room's own. Made beside the record's resource, so that what it asks for is asked at once, and once only;
/// run where the region stands.
pub struct Room(Box<dyn Fn() -> AnyView + Send + Sync>);

impl Room {
    pub fn new(view: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        Self(Box::new(view))
    }

    /// A card named by `heading`, with what was asked for.
    pub fn card<T: Clone + Send + Sync + 'static>(
        heading: &'static str,
        loaded: Resource<Result<T, AppError>>,
        show: impl Fn(T) -> AnyView + Copy + Send + Sync + 'static,
    ) -> Self {
        Self::new(move || {
            view! {
                <section class="card" aria-labelledby=heading>
                    <Suspense>
                        {move || Suspend::new(async move {
                            match loaded.await {
                                Ok(found) => show(found),
                                Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                            }
                        })}
                    </Suspense>
                </section>
            }
            .into_any()
        })
    }

    fn run(&self) -> AnyView {
        (self.0)()
    }
}

/// A page as what stands on it sees it: the record as it is now, who may be chosen for it, and whom to tell of a change.
#[derive(Clone, Copy)]
pub struct OnPage {
    pub now: RwSignal<RecordPage>,
    pub colleagues: StoredValue<Vec<Colleague>>,
    pub saved: Callback<()>,
}

/// What the page of one kind has besides what all have.
#[derive(Clone, Copy)]
pub struct Own {
    /// Beside the record's name.
    pub beside_name: Option<fn(OnPage) -> AnyView>,
    /// Above what was written about the record so far, which is what the page is about then.
    pub writes: Option<fn(RecordId, Callback<()>) -> AnyView>,
}

impl Own {
    pub const NOTHING: Self = Self {
        beside_name: None,
        writes: None,
    };
}

#[component]
pub fn DetailPage(
    kind: RecordKind,
    /// The kinds whose records are shown beside this one.
    #[prop(default = &[])]
    related: &'static [RecordKind],
    /// A region that only this kind has.
    #[prop(optional)]
    room: Option<fn(RecordId) -> Room>,
    /// What else only this kind has.
    #[prop(default = Own::NOTHING)]
    own: Own,
) -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| {
            params
                .get_str("id")
                .and_then(|id| id.parse::<RecordId>().ok())
        })
    });
    // Here and not below, so that the router knows what to wait for before it leaves the page before.
    let first = id
        .get_untracked()
        .map(|id| Asked::of(kind, id, related, room));
    move || match id.get() {
        Some(id) => {
            let asked = first.filter(|asked| asked.id == id);
            let asked = asked.unwrap_or_else(|| Asked::of(kind, id, related, room));
            view! { <Loaded asked own /> }.into_any()
        }
        None => view! { <NotFound /> }.into_any(),
    }
}

/// Everything that the page of one record asks for: at once, and once only.
#[derive(Clone, Copy)]
struct Asked {
    id: RecordId,
    loaded: Resource<Result<RecordPage, AppError>>,
    related: StoredValue<Vec<(RecordKind, Found)>>,
    room: StoredValue<Option<Room>>,
    steps: Option<FoundSteps>,
    links: Option<(RecordKind, FoundLinks)>,
}

impl Asked {
    fn of(
        kind: RecordKind,
        id: RecordId,
        related: &'static [RecordKind],
        room: Option<fn(RecordId) -> Room>,
    ) -> Self {
        let loaded = Resource::new(|| (), move |()| api::detail(kind, id));
        let room = StoredValue::new(room.map(|room| room(id)));
        let related = related.iter().filter_map(|other| find(*other, kind, id));
        Self {
            id,
            loaded,
            related: StoredValue::new(related.collect()),
            room,
            steps: next_steps::find(kind, id),
            links: links::find(kind, id),
        }
    }
}

#[component]
fn Loaded(asked: Asked, own: Own) -> impl IntoView {
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match asked.loaded.await {
                    Ok(page) => view! { <Detail page asked own /> }.into_any(),
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Detail(page: RecordPage, asked: Asked, own: Own) -> impl IntoView {
    let Asked {
        related,
        room,
        steps,
        links,
        ..
    } = asked;
    let (kind, id) = (page.record.kind, page.record.id);
    let colleagues = StoredValue::new(page.colleagues.clone());
    let now = RwSignal::new(page);
    let again = Action::new(move |(): &()| async move {
        // Whoever hands a record over may not see it any more: then the page stays as it was.
        if let Ok(page) = api::detail(kind, id).await {
            now.set(page);
        }
    });
    let saved = Callback::new(move |()| {
        again.dispatch(());
    });
    let name = now.with_untracked(|page| page.record.name());
    let entries = Memo::new(move |_| now.with(|page| page.activity.clone()));
    let may_edit = Memo::new(move |_| now.with(|page| page.may_edit));
    let regions = related.with_value(|related| {
        related
            .iter()
            .map(|(other, found)| view! { <Related kind=*other of=kind id found=*found /> })
            .collect_view()
    });
    view! {
        <PageTitle text=name.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=format!("/{}", kind.path())>{t(kind.plural())}</a></p>
                <div class="named">
                    <h1 dir="auto">{name}</h1>
                    {own.beside_name.map(|view| move || may_edit.get().then(|| view(OnPage { now, colleagues, saved })))}
                </div>
            </div>
            {move || may_edit.get().then(|| view! {
                <div class="actions">
                    <a class="button" href=format!("{}/edit", kind.address(id))>{t(EDIT)}</a>
                    <DeleteButton kind id />
                </div>
            })}
        </div>
        <div class="said"><AfterBin id /><AfterSave id /><AfterStep /><AfterNote /></div>
        // Who is responsible comes first, for a screen reader and on a narrow screen.
        <div class="detail" class:conversation=own.writes.is_some()>
            <section class="card detail-who" aria-labelledby="responsible">
                <h2 id="responsible">{t(RESPONSIBLE)}</h2>
                {through(kind).map(|text| view! { <p class="muted">{t(text)}</p> })}
                <Pickers now may_edit colleagues saved />
                <SharedRoles now may_edit colleagues saved />
                <p class="because">{move || now.with(|page| because(kind, &page.because))}</p>
                {move || now.with(|page| others(kind, &page.others))}
            </section>
            <div class="detail-main">
                {room.with_value(|room| room.as_ref().map(Room::run))}
                {steps.map(|loaded| view! { <NextSteps kind id loaded changed=saved /> })}
                <section class="card" aria-labelledby="details">
                    <h2 id="details">{t(DETAILS)}</h2>
                    <dl class="facts">{now.with_untracked(|page| facts(&page.record))}</dl>
                </section>
                <Added now saved />
                {links.map(|(other, loaded)| view! { <Links kind id other loaded changed=saved /> })}
                {regions}
            </div>
            <div class="detail-activity"><Activity kind id entries changed=saved writes=own.writes /></div>
        </div>
    }
}

/// Who is responsible, each in his role or his User field: picked by whoever may change the record, read by everybody else.
#[component]
fn Pickers(
    now: RwSignal<RecordPage>,
    may_edit: Memo<bool>,
    colleagues: StoredValue<Vec<Colleague>>,
    saved: Callback<()>,
) -> impl IntoView {
    let language = page().language;
    let (kind, id) = now.with_untracked(|page| (page.record.kind, page.record.id));
    let everybody = StoredValue::new(now.with_untracked(|page| page.everybody.clone()));
    let catalogue = now.with_untracked(|page| catalogue(kind, &page.custom));
    let picked = catalogue.fields().iter().filter_map(|field| {
        let duty = field.duty().filter(|_| !field.kind.is_several())?;
        let who = match duty {
            Duty::Role(_) => colleagues,
            Duty::Field(_) => everybody,
        };
        let (field, key) = (field.clone(), field.key().to_owned());
        let present = Memo::new(move |_| now.with(|page| page.record.value(&key).clone()));
        Some((field, duty, present, who))
    });
    let picked = StoredValue::new(picked.collect::<Vec<_>>());
    let one = move |(field, duty, present, colleagues): (Arc<Field>, Duty, Memo<Value>, _)| {
        if may_edit.get() {
            return view! { <ResponsiblePicker kind id field duty present colleagues saved /> }
                .into_any();
        }
        let label = field.label(language).to_owned();
        let value = move || present.with(|value| shown(&field, value));
        view! { <dl class="facts"><div><dt>{label}</dt><dd>{value}</dd></div></dl> }.into_any()
    };
    let all = move || picked.get_value().into_iter().map(one).collect_view();
    view! { <div class="pickers">{all}</div> }
}

/// The filled fields; who is responsible and what is linked have regions of their own, and money shows its currency.
fn facts(record: &Record) -> impl IntoView + use<> {
    let (kind, language) = (record.kind, page().language);
    let fact = |field: &Field, value: &Value| {
        view! { <div><dt>{field.label(language).to_owned()}</dt><dd>{shown(field, value)}</dd></div> }
    };
    let is_shown = |field: &Field, value: &Value| {
        !value.is_empty()
            && field.custom.is_none()
            && field.duty().is_none()
            && !field.only_new()
            && field.key() != kind.title_field().key()
            && !is_currency(kind, field)
    };
    record
        .values
        .iter()
        .filter_map(|(key, value)| {
            kind.field(key)
                .filter(|field| is_shown(field, value))
                .map(|field| fact(field, value))
        })
        .collect_view()
}

/// "You see this because: full CRM access, you are sales contact."
fn because(kind: RecordKind, reasons: &[Reason]) -> String {
    let language = page().language;
    let texts: Vec<&str> = reasons
        .iter()
        .map(|reason| reason.text(kind).get(language))
        .collect();
    BECAUSE.with(language, &[("reasons", &texts.join(", "))])
}

/// For admins: everybody else who sees it, by what lets them; folded, since many may have full access.
fn others(kind: RecordKind, seers: &[Seer]) -> impl IntoView + use<> {
    let language = page().language;
    let mut by_reasons: Vec<(String, Vec<String>)> = Vec::new();
    for seer in seers {
        let reasons = seer.reasons.iter().map(|r| r.of_other(kind, language));
        let reasons = reasons.collect::<Vec<_>>().join(", ");
        match by_reasons.iter_mut().find(|(known, _)| *known == reasons) {
            Some((_, names)) => names.push(seer.full_name.clone()),
            None => by_reasons.push((reasons, vec![seer.full_name.clone()])),
        }
    }
    let line = |(reasons, names): (String, Vec<String>)| view! { <li><bdi>{names.join(", ")}</bdi>{format!(": {reasons}")}</li> };
    let count = OTHERS.of(language, i64::try_from(seers.len()).unwrap_or_default());
    (!seers.is_empty()).then(|| {
        view! {
            <details class="because">
                <summary>{count}</summary>
                <ul class="plain">{by_reasons.into_iter().map(line).collect_view()}</ul>
            </details>
        }
    })
}

/// Who is responsible where the record itself has no role for anybody.
const fn through(kind: RecordKind) -> Option<Text> {
    match kind {
        RecordKind::Contact => Some(THROUGH_COMPANIES),
        RecordKind::Invoice => Some(THROUGH_CUSTOMER),
        RecordKind::Company | RecordKind::Deal | RecordKind::Project | RecordKind::Ticket => None,
    }
}

fn is_currency(kind: RecordKind, field: &Field) -> bool {
    field.key() == "currency"
        && kind
            .fields()
            .iter()
            .any(|field| field.kind == FieldType::Money)
}
