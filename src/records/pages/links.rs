//! The region of a company's contacts, or of a contact's companies: who is what there, linked and unlinked.
//! Plain forms, which scripts send without leaving the page.

use leptos::{form::ActionForm, prelude::*};

use super::{
    inputs::{Called, RecordPicker},
    responsible::ConfirmButton,
};
use crate::{
    model::{
        AppError, RecordId, RecordKind,
        links::{Link as Linked, Links as All},
    },
    records::api::links::{self as api, Link, Unlink},
    texts,
    ui::{
        choice::CheckField,
        combobox::Item,
        field::InputField,
        icon::{Glyph, Icon},
        message::ErrorMessage,
        outcome::{Outcome, problem, when_done},
        page::{page, t},
    },
};

texts! {
    NAME = "Name" | "Nom" | "Naam";
    POSITION = "Position" | "Poste" | "Positie";
    DECISION_MAKER = "Decision maker" | "Décideur" | "Beslisser";
    LINK_ONE = "Link an existing one" | "Lier un existant" | "Een bestaand koppelen";
    LINK_IT = "Link" | "Lier" | "Koppelen";
    UNLINK_IT = "Unlink" | "Dissocier" | "Loskoppelen";
    UNLINK_ONE = "Unlink {name}" | "Dissocier {name}" | "{name} loskoppelen";
    NONE = "None yet." | "Aucun pour l’instant." | "Nog geen.";
}

const LINK_ACTION: &str = "/api/link";
const UNLINK_ACTION: &str = "/api/unlink";

/// A record's links, asked for once, beside the record itself.
pub type FoundLinks = Resource<Result<All, AppError>>;

/// Asks for the links of a record, where its kind has such.
pub fn find(kind: RecordKind, id: RecordId) -> Option<(RecordKind, FoundLinks)> {
    let other = kind.linked()?;
    let loaded = Resource::new(|| (), move |()| api::links_of(kind, id));
    Some((other, loaded))
}

/// One end of the links, and what is done when one of them has changed.
#[derive(Clone, Copy)]
struct End {
    kind: RecordKind,
    id: RecordId,
    other: RecordKind,
    again: Callback<()>,
}

#[component]
pub fn Links(
    kind: RecordKind,
    id: RecordId,
    other: RecordKind,
    loaded: FoundLinks,
    /// Told of every change, since the activity tells it too.
    changed: Callback<()>,
) -> impl IntoView {
    let again = Callback::new(move |()| {
        loaded.refetch();
        changed.run(());
    });
    let end = End {
        kind,
        id,
        other,
        again,
    };
    let heading = format!("linked-{}", other.path());
    let new = format!("/{}/new?{}={id}", other.path(), kind.child());
    view! {
        <section class="card" aria-labelledby=heading.clone()>
            <div class="card-head">
                <h2 id=heading.clone()>{t(other.plural())}</h2>
                // A company that is created does not begin with a contact.
                {(other == RecordKind::Contact).then(|| view! { <a class="button small" href=new>{t(other.new_one())}</a> })}
            </div>
            <Transition>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(all) => view! { <Table end all /> }.into_any(),
                        Err(error) => view! { <ErrorMessage error=Some(error) /> }.into_any(),
                    }
                })}
            </Transition>
        </section>
    }
}

#[component]
fn Table(end: End, all: All) -> impl IntoView {
    let label = t(end.other.plural());
    let shown = i64::try_from(all.links.len()).unwrap_or_default();
    let more = (all.total > shown)
        .then(|| view! { <p class="muted">{end.other.count(page().language, all.total)}</p> });
    let rows = all.links.into_iter().map(|link| view! { <Row end link /> });
    let table = if shown == 0 {
        view! { <p class="muted">{t(NONE)}</p> }.into_any()
    } else {
        view! {
            <div class="table-wrap">
                <table class="records compact" aria-label=label>
                    <thead><tr>
                        <th scope="col">{t(NAME)}</th><th scope="col">{t(POSITION)}</th><th scope="col">{t(DECISION_MAKER)}</th>
                        <th scope="col"><span class="visually-hidden">{t(UNLINK_IT)}</span></th>
                    </tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { {table}{more}<NewLink end /> }
}

#[component]
fn Row(end: End, link: Linked) -> impl IntoView {
    let hint = link.hint.filter(|hint| !hint.is_empty());
    let decides = link.decision_maker.then(|| {
        view! { <span class="tag">{t(DECISION_MAKER)}</span> }
    });
    view! {
        <tr>
            <td class="title">
                <a href=link.kind.address(link.id)><bdi>{link.name.clone()}</bdi></a>
                {hint.map(|hint| view! { " "<span class="muted">{hint}</span> })}
            </td>
            <td><bdi>{link.position}</bdi></td>
            <td>{decides}</td>
            <td><UnlinkButton end other=link.id name=link.name /></td>
        </tr>
    }
}

#[component]
fn UnlinkButton(end: End, other: RecordId, name: String) -> impl IntoView {
    let action = ServerAction::<Unlink>::new();
    let returned = Outcome::of(UNLINK_ACTION, &[("other", &other.to_string())]);
    let error = problem(action, returned.problem());
    when_done(action, end.again);
    let language = page().language;
    let label = UNLINK_ONE.with(language, &[("name", &name)]);
    view! {
        <ActionForm action attr:class="inline">
            <input type="hidden" name="kind" value=end.kind.child() />
            <input type="hidden" name="id" value=end.id.to_string() />
            <input type="hidden" name="other" value=other.to_string() />
            <button type="submit" class="button quiet small" aria-label=label>{t(UNLINK_IT)}</button>
            {move || error.get().map(|error| view! { <p class="problem" role="alert">{error.short_text(language)}</p> })}
            {move || error.get().filter(AppError::asks_to_confirm).map(|_| view! { <ConfirmButton /> })}
        </ActionForm>
    }
}

#[component]
fn NewLink(end: End) -> impl IntoView {
    let action = ServerAction::<Link>::new();
    let returned = Outcome::of(LINK_ACTION, &[("id", &end.id.to_string())]);
    let error = problem(action, returned.problem());
    when_done(action, end.again);
    let typed = returned.value("other", "");
    let first = Item {
        value: typed.clone(),
        label: typed.clone(),
        shown: typed,
        ..Item::default()
    };
    let called = Called {
        id: "link-other".into(),
        name: "other".into(),
        key: "other".into(),
        label: t(end.other.singular()).to_owned(),
        hint: String::new(),
        required: true,
        error,
    };
    let open = returned.refused().is_some();
    let decides = returned.ticked("decision_maker", "true", false);
    view! {
        <details class="plan" open=open>
            <summary class="button small"><Icon glyph=Glyph::Plus />{t(LINK_ONE)}</summary>
            <ActionForm action attr:class="form step-form" attr:novalidate="">
                <input type="hidden" name="kind" value=end.kind.child() />
                <input type="hidden" name="id" value=end.id.to_string() />
                <ErrorMessage error />
                <RecordPicker called targets=end.other.alone() first />
                <InputField id="link-position" label=t(POSITION) name="position" key="position" error value=returned.value("position", "") />
                <CheckField id="link-decides" name="decision_maker" value="true" label=t(DECISION_MAKER) checked=decides />
                <div class="form-actions"><button type="submit" class="button primary">{t(LINK_IT)}</button></div>
            </ActionForm>
        </details>
    }
}
