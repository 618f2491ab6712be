//! The list of mailboxes: what each is called, and whether what is written to it arrives.
//! A server's own words stand behind ours.

use leptos::prelude::*;

use super::{ADDRESS, DELETE_MAILBOX, NAME, NEW_MAILBOX, SAVE_MAILBOX};
use crate::{
    mailbox::{
        MAILBOXES,
        settings::{MailboxRow, State},
    },
    model::{Language, Text, language::Plural},
    texts,
    ui::{
        SAVED,
        empty::Empty,
        outcome::Outcome,
        page::{PageTitle, page, t},
        toast::Toast,
    },
};

texts! {
    STATE = "State" | "État" | "Status";
    NONE_YET = "No mailboxes yet." | "Pas encore de boîtes mail." | "Nog geen mailboxen.";
    WHAT_THEY_ARE = "What clients write to a mailbox’s address becomes tickets, which colleagues share out and answer." | "Ce que les clients écrivent à l’adresse d’une boîte mail devient des tickets, que les collègues se répartissent et traitent." | "Wat klanten naar het adres van een mailbox schrijven, wordt tickets die collega’s verdelen en beantwoorden.";
    DELETED = "The mailbox is deleted." | "La boîte mail est supprimée." | "De mailbox is verwijderd.";
    INACTIVE = "Not active: nothing is fetched" | "Inactive : rien n’est relevé" | "Niet actief: er wordt niets opgehaald";
    HANDED_IN = "No IMAP server: messages are handed in" | "Pas de serveur IMAP : les messages sont remis" | "Geen IMAP-server: berichten worden aangeleverd";
    WORKS = "Works; last looked at {at}" | "Fonctionne ; dernière relève le {at}" | "Werkt; laatst bekeken op {at}";
    NOT_YET = "Not fetched yet" | "Pas encore relevée" | "Nog niet opgehaald";
    FAILS = "Fails since {at}" | "En échec depuis le {at}" | "Faalt sinds {at}";
    THE_LAST = "The last one, number {uid} in the folder, on {at}: {why}." | "Le dernier, numéro {uid} du dossier, le {at} : {why}." | "Het laatste, nummer {uid} in de map, op {at}: {why}.";
}

const LEFT_OUT: Plural = Plural {
    one: Text::new(
        "{n} message was left out.",
        "{n} message a été laissé de côté.",
        "{n} bericht werd overgeslagen.",
    ),
    other: Text::new(
        "{n} messages were left out.",
        "{n} messages ont été laissés de côté.",
        "{n} berichten werden overgeslagen.",
    ),
};

#[component]
pub fn List(mailboxes: Vec<MailboxRow>) -> impl IntoView {
    let done = if Outcome::of(SAVE_MAILBOX, &[]).saved() {
        Some(SAVED)
    } else {
        Outcome::of(DELETE_MAILBOX, &[]).saved().then_some(DELETED)
    };
    let empty = mailboxes.is_empty().then(|| {
        view! { <Empty text=t(NONE_YET) hint=t(WHAT_THEY_ARE)><a class="button primary" href="/settings/mailboxes/new">{t(NEW_MAILBOX)}</a></Empty> }
    });
    let row = |mailbox: MailboxRow| {
        view! {
            <tr>
                <td class="title"><a href=format!("/settings/mailboxes/{}", mailbox.id)><bdi>{mailbox.name}</bdi></a></td>
                <td><bdi>{mailbox.address}</bdi></td>
                <td><StateOf active=mailbox.active state=mailbox.state /></td>
            </tr>
        }
    };
    let table = (!mailboxes.is_empty()).then(|| {
        view! {
            <div class="table-wrap">
                <table class="records" aria-label=t(MAILBOXES)>
                    <thead>
                        <tr><th scope="col">{t(NAME)}</th><th scope="col">{t(ADDRESS)}</th><th scope="col">{t(STATE)}</th></tr>
                    </thead>
                    <tbody>{mailboxes.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
    });
    view! {
        <PageTitle text=t(MAILBOXES) />
        <div class="page-head">
            <div class="page-title"><h1>{t(MAILBOXES)}</h1></div>
            <div class="actions"><a class="button primary" href="/settings/mailboxes/new">{t(NEW_MAILBOX)}</a></div>
        </div>
        {done.map(|text| view! { <Toast text=t(text) /> })}
        {empty}
        {table}
    }
}

/// How the fetching stands, and what was left out.
#[component]
pub fn StateOf(active: bool, state: Option<State>) -> impl IntoView {
    let language = page().language;
    let lines = match (active, &state) {
        (false, _) => vec![t(INACTIVE).to_owned()],
        (true, None) => vec![t(HANDED_IN).to_owned()],
        (true, Some(state)) => standing(state, language),
    };
    let left_out = state.and_then(|state| state.left_out).map(|left_out| {
        let values = [
            ("uid", language.integer(left_out.uid)),
            ("at", language.moment(left_out.at)),
            ("why", left_out.why.label().get(language).to_owned()),
        ];
        let values = values
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        format!(
            "{} {}",
            LEFT_OUT.of(language, left_out.n),
            THE_LAST.with(language, &values)
        )
    });
    let line = |text: String| view! { <p>{text}</p> };
    lines.into_iter().chain(left_out).map(line).collect_view()
}

fn standing(state: &State, language: Language) -> Vec<String> {
    let at = |text: Text, at| text.with(language, &[("at", &language.moment(at))]);
    match (&state.failing, state.checked_at) {
        (Some(failing), _) => vec![at(FAILS, failing.since), failing.trouble.text(language)],
        (None, Some(checked)) => vec![at(WORKS, checked)],
        (None, None) => vec![NOT_YET.get(language).to_owned()],
    }
}
