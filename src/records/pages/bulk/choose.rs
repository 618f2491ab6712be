//! What to do with the records that were chosen: who is responsible for them, a tag, deleting, a file. Each is a form of its own, and none
//! changes anything yet: what would come of it is counted first.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{PREPARE, kind_of_address};
use crate::{
    model::{
        AppError, Duty, Problem, RecordKind,
        bulk::{How, Offer, Post, Selection},
        users::Colleague,
    },
    records::{
        api::bulk,
        pages::{
            RESPONSIBLE,
            responsible::{away_text, items},
        },
    },
    texts,
    ui::{
        combobox::Item,
        field::{InputField, SelectField},
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, answer, page, t},
    },
};

texts! {
    TITLE = "Change {records}" | "Modifier {records}" | "{records} wijzigen";
    EXPLAINED = "Nothing changes yet: first you see how many records would." | "Rien ne change encore : vous verrez d’abord combien de fiches changeraient." | "Er wijzigt nog niets: u ziet eerst hoeveel records zouden wijzigen.";
    TICK_FIRST = "Tick some rows of the list first, or change all of it." | "Cochez d’abord des lignes de la liste, ou modifiez-la toute entière." | "Vink eerst rijen van de lijst aan, of wijzig de hele lijst.";
    BACK_TO_LIST = "Back to the list" | "Retour à la liste" | "Terug naar de lijst";
    CHECK = "Check" | "Vérifier" | "Controleren";
    CHECK_FIELD = "Check: {field}" | "Vérifier : {field}" | "Controleren: {field}";
    HOW = "How" | "Comment" | "Hoe";
    SET = "Set to" | "Remplacer par" | "Instellen op";
    ADD = "Add" | "Ajouter" | "Toevoegen";
    REMOVE = "Remove" | "Retirer" | "Verwijderen";
    CHOOSE = "Choose" | "Choisir" | "Kiezen";
    TAGS = "Tags" | "Tags" | "Tags";
    TAG = "Tag" | "Tag" | "Tag";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    DELETE_HINT = "They go into the bin, from where they can be restored for 30 days. What others belong to stays." | "Elles vont à la corbeille, d’où elles peuvent être restaurées pendant 30 jours. Ce dont d’autres dépendent reste." | "Ze gaan naar de prullenbak, waaruit ze 30 dagen lang hersteld kunnen worden. Waar andere bij horen, blijft.";
    EXPORT = "Export" | "Exporter" | "Exporteren";
    EXPORT_HINT = "{records}, with the columns of the list, or with all fields." | "{records}, avec les colonnes de la liste ou tous les champs." | "{records}, met de kolommen van de lijst of met alle velden.";
    CSV = "Export CSV" | "Exporter en CSV" | "CSV exporteren";
    XLSX = "Export XLSX" | "Exporter en XLSX" | "XLSX exporteren";
    CSV_ALL = "CSV with all fields" | "CSV avec tous les champs" | "CSV met alle velden";
    XLSX_ALL = "XLSX with all fields" | "XLSX avec tous les champs" | "XLSX met alle velden";
}

#[component]
pub fn BulkPage() -> impl IntoView {
    let (kind, params) = (kind_of_address(), use_query_map());
    let of = Memo::new(move |_| {
        params.with(|params| {
            let kind = kind.get()?;
            let pairs = params.clone().into_iter();
            let pairs: Vec<_> = pairs
                .map(|(name, value)| (name.into_owned(), value))
                .collect();
            // What selects nothing is said by the server.
            let of = Selection::read(kind, &pairs).map(|selection| selection.query(kind));
            Some((kind, of.unwrap_or_default()))
        })
    });
    let loaded = Resource::new(
        move || of.get(),
        async |of| match of {
            Some((kind, of)) => bulk::bulk_offer(kind, of).await.map(|offer| (kind, offer)),
            None => Err(AppError::NotFound),
        },
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok((kind, offer)) => view! { <Offered kind offer /> }.into_any(),
                    Err(error) if error == AppError::form(Problem::NothingSelected) => {
                        let kind = kind.get_untracked().unwrap_or(RecordKind::Company);
                        view! { <NothingSelected kind error /> }.into_any()
                    }
                    Err(error) => view! { <Failed error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// As where one goes on without having ticked anything, before scripts run.
#[component]
fn NothingSelected(kind: RecordKind, error: AppError) -> impl IntoView {
    answer(&error);
    let text = error.text(page().language);
    view! {
        <PageTitle text=text.clone() />
        <div class="empty">
            <h1>{text}</h1>
            <p>{t(TICK_FIRST)}</p>
            <p><a class="button primary" href=format!("/{}", kind.path())>{t(BACK_TO_LIST)}</a></p>
        </div>
    }
}

#[component]
fn Offered(kind: RecordKind, offer: Offer) -> impl IntoView {
    let language = page().language;
    let records = kind.count(language, offer.count);
    let title = TITLE.with(language, &[("records", &records)]);
    let list = offer.selection.list(kind);
    let list = list.unwrap_or_else(|| format!("/{}", kind.path()));
    let of = offer.selection.query(kind);
    let rights = page().me().map(|me| me.rights);
    let may_delete = rights.is_some_and(|rights| rights.may_delete(kind));
    let may_export = rights.is_some_and(|rights| rights.export);
    let Offer {
        posts,
        colleagues,
        everybody,
        selection,
        ..
    } = offer;
    let has_posts = !posts.is_empty();
    let error = Outcome::of(PREPARE, &[("of", &of)]).error();
    let of_posts = of.clone();
    let forms = posts.into_iter().map(move |post| {
        let people = match post.duty {
            Duty::Role(_) => colleagues.clone(),
            Duty::Field(_) => everybody.clone(),
        };
        view! { <PostForm kind of=of_posts.clone() post people /> }
    });
    let forms = forms.collect_view();
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href=list>{t(BACK_TO_LIST)}</a></p>
                <h1>{title}</h1>
            </div>
        </div>
        <div class="bulk">
            <p>{t(EXPLAINED)}</p>
            <ErrorMessage error />
            {has_posts.then(|| view! {
                <section class="card" aria-labelledby="bulk-responsible">
                    <h2 id="bulk-responsible">{t(RESPONSIBLE)}</h2>
                    {forms}
                </section>
            })}
            {kind.field("tags").is_some().then(|| view! { <TagForm kind of=of.clone() /> })}
            {may_export.then(|| view! { <Exports kind selection records=records.clone() /> })}
            {may_delete.then(|| view! { <DeleteForm kind of /> })}
        </div>
    }
}

/// What every form sends: the kind, the records, and what is to be changed of them.
#[component]
fn BulkForm(
    kind: RecordKind,
    of: String,
    #[prop(into)] what: String,
    label: String,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=PREPARE class="bulk-form" novalidate aria-label=label>
            <input type="hidden" name="kind" value=kind.child() />
            <input type="hidden" name="of" value=of />
            <input type="hidden" name="what" value=what />
            {children()}
        </form>
    }
}

fn check_button(label: &str) -> impl IntoView + use<> {
    let label = CHECK_FIELD.with(page().language, &[("field", label)]);
    view! { <button type="submit" class="button" aria-label=label>{t(CHECK)}</button> }
}

/// Who can be chosen: nobody where that may be, myself, the others.
fn people_choices(people: &[Item], chosen: &str) -> Vec<(String, String, bool)> {
    // Nobody is not what one finds chosen: whoever means it says so.
    let choose = (
        String::from("-"),
        format!("– {} –", t(CHOOSE)),
        chosen == "-",
    );
    let choice = |item: &Item| (item.value.clone(), item.label.clone(), item.value == chosen);
    std::iter::once(choose)
        .chain(people.iter().map(choice))
        .collect()
}

#[component]
fn PostForm(kind: RecordKind, of: String, post: Post, people: Vec<Colleague>) -> impl IntoView {
    let key = post.duty.key();
    let outcome = Outcome::of(PREPARE, &[("of", &of), ("what", &key)]);
    let error = outcome.error();
    let people = items(&people, post.required);
    let choices = people_choices(&people, &outcome.value("user", "-"));
    let away = away_text(&people).unwrap_or_default();
    let chosen = outcome.value("how", How::Set.key());
    let hows = [(How::Set, SET), (How::Add, ADD), (How::Remove, REMOVE)];
    let hows = hows.map(|(how, text)| {
        let value = how.key();
        (value.to_owned(), t(text).to_owned(), value == chosen)
    });
    let how = post.several.then(|| {
        view! { <SelectField id=format!("bulk-how-{key}") label=t(HOW) name="how" key="how" error choices=hows.to_vec() /> }
    });
    let button = check_button(&post.label);
    view! {
        <BulkForm kind of what=key.clone() label=post.label.clone()>
            <SelectField id=format!("bulk-{key}") label=post.label.clone() name="user" key="user" error choices hint=away />
            {how}
            {button}
        </BulkForm>
    }
}

#[component]
fn TagForm(kind: RecordKind, of: String) -> impl IntoView {
    let outcome = Outcome::of(PREPARE, &[("of", &of), ("what", "tag")]);
    let error = outcome.error();
    let chosen = outcome.value("how", How::Add.key());
    let hows = [(How::Add, ADD), (How::Remove, REMOVE)].map(|(how, text)| {
        let value = how.key();
        (value.to_owned(), t(text).to_owned(), value == chosen)
    });
    view! {
        <section class="card" aria-labelledby="bulk-tags">
            <h2 id="bulk-tags">{t(TAGS)}</h2>
            <BulkForm kind of what="tag" label=t(TAGS).to_owned()>
                <InputField id="bulk-tag" label=t(TAG) name="tag" key="tag" error value=outcome.value("tag", "") />
                <SelectField id="bulk-how-tag" label=t(HOW) name="how" key="how" error choices=hows.to_vec() />
                {check_button(t(TAGS))}
            </BulkForm>
        </section>
    }
}

#[component]
fn DeleteForm(kind: RecordKind, of: String) -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="bulk-delete">
            <h2 id="bulk-delete">{t(DELETE)}</h2>
            <p class="hint">{t(DELETE_HINT)}</p>
            <BulkForm kind of what="delete" label=t(DELETE).to_owned()>{check_button(t(DELETE))}</BulkForm>
        </section>
    }
}

/// The same records as files.
#[component]
fn Exports(kind: RecordKind, selection: Selection, records: String) -> impl IntoView {
    let hint = EXPORT_HINT.with(page().language, &[("records", &records)]);
    let query = selection.query(kind);
    let query = query.strip_prefix("all=true").unwrap_or(&query);
    let query = query.trim_start_matches('&').to_owned();
    let link = |ending: &str, all: bool, text| {
        // The first of a name counts.
        let columns = if all { "columns=all&" } else { "" };
        let address = format!("/{}/export.{ending}?{columns}{query}", kind.path());
        view! { <a class="button" href=address rel="external" download="">{t(text)}</a> }
    };
    view! {
        <section class="card" aria-labelledby="bulk-export">
            <h2 id="bulk-export">{t(EXPORT)}</h2>
            <p class="hint">{hint}</p>
            <div class="actions">
                {link("csv", false, CSV)}
                {link("xlsx", false, XLSX)}
                {link("csv", true, CSV_ALL)}
                {link("xlsx", true, XLSX_ALL)}
            </div>
        </section>
    }
}
