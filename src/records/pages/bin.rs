//! Deleting a record from its page, undoing that on the list, and the bin itself.
//! Plain forms: what was done is said on the page that follows.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::{
    model::{
        AppError, RecordId, RecordKind, Text,
        bin::{self, Deleted, InBin},
        language::Plural,
        users::UserRole,
    },
    records::api,
    settings::BIN,
    texts,
    ui::{
        empty::Empty,
        message::{ErrorMessage, Failed},
        outcome::Outcome,
        page::{PageTitle, page, t},
        progress,
        toast::Toast,
    },
};

texts! {
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    UNDO = "Undo" | "Annuler" | "Ongedaan maken";
    RESTORE = "Restore" | "Restaurer" | "Herstellen";
    RESTORE_ONE = "Restore {name}" | "Restaurer {name}" | "{name} herstellen";
    DELETED = "“{name}” is in the bin." | "« {name} » est dans la corbeille." | "“{name}” zit in de prullenbak.";
    RESTORED = "Restored." | "Restauré." | "Hersteld.";
    EXPLAINED = "What you deleted stays here for {n} days; nobody else but an admin sees it. Then it is gone for good." | "Ce que vous avez supprimé reste ici {n} jours ; seul un admin le voit aussi. Ensuite, c’est définitif." | "Wat u verwijderde blijft hier {n} dagen; alleen een admin ziet het ook. Daarna is het definitief weg.";
    EXPLAINED_TO_ADMINS = "What anybody of the account deleted stays here for {n} days. Then it is gone for good." | "Ce que quiconque du compte a supprimé reste ici {n} jours. Ensuite, c’est définitif." | "Wat iemand van het account verwijderde blijft hier {n} dagen. Daarna is het definitief weg.";
    EMPTY = "The bin is empty." | "La corbeille est vide." | "De prullenbak is leeg.";
    NAME = "Name" | "Nom" | "Naam";
    KIND = "Kind" | "Type" | "Soort";
    BY = "Deleted by" | "Supprimé par" | "Verwijderd door";
    WHEN = "Deleted on" | "Supprimé le" | "Verwijderd op";
    LEFT = "Gone for good" | "Suppression définitive" | "Definitief weg";
    OLDER = "Older" | "Plus anciens" | "Oudere";
}

const IN_DAYS: Plural = Plural {
    one: Text::new("in {n} day", "dans {n} jour", "over {n} dag"),
    other: Text::new("in {n} days", "dans {n} jours", "over {n} dagen"),
};

const DELETE_ACTION: &str = "/api/delete";
const RESTORE_ACTION: &str = "/api/restore";

#[component]
fn RecordForm(
    action: &'static str,
    kind: RecordKind,
    id: RecordId,
    children: Children,
) -> impl IntoView {
    view! {
        <form method="post" action=action class="inline">
            <input type="hidden" name="kind" value=kind.child() />
            <input type="hidden" name="id" value=id.to_string() />
            {children()}
        </form>
    }
}

/// Where one may delete records of this kind.
#[component]
pub(super) fn DeleteButton(kind: RecordKind, id: RecordId) -> impl IntoView {
    let may = page().me().is_some_and(|me| me.rights.may_delete(kind));
    may.then(|| {
        view! {
            <RecordForm action=DELETE_ACTION kind id>
                <button type="submit" class="button danger">{t(DELETE)}</button>
            </RecordForm>
        }
    })
}

/// On the record's page: why it was not deleted, or that it is back.
#[component]
pub(super) fn AfterBin(id: RecordId) -> impl IntoView {
    let error = Outcome::of(DELETE_ACTION, &[("id", &id.to_string())]).error();
    let restored = Outcome::of(RESTORE_ACTION, &[]).saved();
    view! {
        <ErrorMessage error />
        {restored.then(|| view! { <Toast text=t(RESTORED) /> })}
    }
}

/// On the list that follows a deletion: what was deleted, and the way back.
#[component]
pub(super) fn Undo(kind: RecordKind) -> impl IntoView {
    let deleted = Outcome::of(DELETE_ACTION, &[]).answer::<Deleted>();
    let deleted = deleted.filter(|deleted| deleted.kind == kind);
    deleted.map(|deleted| {
        let text = DELETED.with(page().language, &[("name", &deleted.name)]);
        let action = move || {
            view! {
                <RecordForm action=RESTORE_ACTION kind id=deleted.id>
                    <button type="submit" class="button">{t(UNDO)}</button>
                </RecordForm>
            }
        };
        view! { <Toast text action /> }
    })
}

#[component]
pub fn BinPage() -> impl IntoView {
    let params = use_query_map();
    let after = Memo::new(move |_| params.with(|params| params.get("after")));
    let loaded = Resource::new(move || after.get(), api::bin);
    let shown = |loaded: Result<bin::BinPage, AppError>| match loaded {
        Ok(found) => view! { <Bin found /> }.into_any(),
        Err(error) => view! { <Failed error /> }.into_any(),
    };
    view! {
        <PageTitle text=t(BIN) />
        <div class="page-head"><div class="page-title"><h1>{t(BIN)}</h1></div></div>
        <Transition set_pending=progress::part()>{move || Suspend::new(async move { shown(loaded.await) })}</Transition>
    }
}

#[component]
fn Bin(found: bin::BinPage) -> impl IntoView {
    let page = page();
    let admin = page.me().is_some_and(|me| me.role == UserRole::Admin);
    let explained = if admin {
        EXPLAINED_TO_ADMINS
    } else {
        EXPLAINED
    };
    let days = page.language.integer(bin::DAYS);
    let error = Outcome::of(RESTORE_ACTION, &[]).error();
    let rows = found.records.into_iter().map(row).collect_view();
    let table = if rows.is_empty() {
        view! { <Empty text=t(EMPTY) /> }.into_any()
    } else {
        view! {
            <div class="table-wrap">
                <table class="records" aria-label=t(BIN)>
                    <thead><tr>
                        <th scope="col">{t(NAME)}</th><th scope="col" class="minor">{t(KIND)}</th><th scope="col" class="minor">{t(BY)}</th>
                        <th scope="col" class="minor">{t(WHEN)}</th><th scope="col">{t(LEFT)}</th><td></td>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let older = found.next.map(|next| {
        let address = format!("/settings/bin?after={next}");
        view! { <nav class="pages"><a class="button" rel="next" href=address>{t(OLDER)}</a></nav> }
    });
    view! {
        <ErrorMessage error />
        <p class="muted">{explained.with(page.language, &[("n", &days)])}</p>
        {table}
        {older}
    }
}

fn row(one: InBin) -> impl IntoView {
    let language = page().language;
    let Deleted { kind, id, name } = one.record;
    let left = IN_DAYS.of(language, one.days_left);
    let label = RESTORE_ONE.with(language, &[("name", &name)]);
    view! {
        <tr>
            <td class="title"><bdi>{name}</bdi></td>
            <td class="minor">{t(kind.singular())}</td>
            <td class="minor"><bdi>{one.by}</bdi></td>
            <td class="minor">{language.moment(one.at)}</td>
            <td>{left}</td>
            <td class="row-action">
                <RecordForm action=RESTORE_ACTION kind id>
                    <button type="submit" class="button small" aria-label=label>{t(RESTORE)}</button>
                </RecordForm>
            </td>
        </tr>
    }
}
