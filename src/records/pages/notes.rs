//! Notes in the Activity panel: the form of a new one, and what one wrote with the buttons to edit and to delete it.
//! Plain forms, which scripts send without leaving the page.

use leptos::{form::ActionForm, html, prelude::*};
use uuid::Uuid;

use super::{EDIT, next_steps::told};
use crate::{
    model::{
        RecordId, RecordKind,
        activity::Note,
        notes::{NoteSaved, Offer},
        users::UserRole,
    },
    records::api::notes::{self as api, DeleteNote, SaveNote},
    texts,
    ui::{
        CANCEL, SAVE, SAVED,
        combobox::Item,
        focus,
        mentions::{MentionField, Offers},
        message::ErrorMessage,
        outcome::{Outcome, problem},
        page::{page, t},
        toast::{Toast, toasts},
    },
};

texts! {
    NOTE = "Note" | "Note" | "Notitie";
    INTERNAL_NOTE = "Internal note" | "Note interne" | "Interne notitie";
    INTERNAL_HINT = "For colleagues only: it is never sent. Markdown; @ and a full name tells a colleague." | "Pour les collègues uniquement : elle n’est jamais envoyée. Markdown ; @ et un nom complet prévient un collègue." | "Alleen voor collega’s: ze wordt nooit verstuurd. Markdown; @ en een volledige naam verwittigt een collega.";
    ADD = "Add a note" | "Ajouter une note" | "Een notitie toevoegen";
    ADD_IT = "Add note" | "Ajouter la note" | "Notitie toevoegen";
    EDIT_NOTE = "Edit the note" | "Modifier la note" | "De notitie bewerken";
    DELETE = "Delete note" | "Supprimer la note" | "Notitie verwijderen";
    HINT = "Markdown. @ and a full name tells a colleague." | "Markdown. @ et un nom complet prévient un collègue." | "Markdown. @ en een volledige naam verwittigt een collega.";
    COLLEAGUES = "Colleagues" | "Collègues" | "Collega’s";
    CANNOT_OPEN = "cannot open this" | "n’y a pas accès" | "kan dit niet openen";
    UNTOLD = "{name} cannot open this and is not told." | "{name} n’y a pas accès et n’est pas prévenu(e)." | "{name} kan dit niet openen en wordt niet verwittigd.";
    EDITED = "edited" | "modifiée" | "bewerkt";
    DELETED = "This note was deleted." | "Cette note a été supprimée." | "Deze notitie is verwijderd.";
    DELETED_SAID = "The note is deleted." | "La note est supprimée." | "De notitie is verwijderd.";
}

const SAVE_ACTION: &str = "/api/save_note";
const DELETE_ACTION: &str = "/api/delete_note";

/// What the notes of one record have in common.
#[derive(Clone, Copy)]
pub struct Of {
    pub kind: RecordKind,
    pub id: RecordId,
    offers: Offers,
    /// Whether scripts have saved something: what came back before is history then.
    saved: StoredValue<bool>,
    /// The note that was edited or deleted last: when it is shown anew, the focus is at it again.
    touched: StoredValue<Option<Uuid>>,
    /// Reads what happened again.
    again: Callback<()>,
}

impl Of {
    pub fn new(kind: RecordKind, id: RecordId, again: Callback<()>) -> Self {
        let cannot_open = t(CANNOT_OPEN);
        let item = move |one: Offer| Item {
            value: one.full_name.clone(),
            shown: one.full_name.clone(),
            label: one.full_name,
            hint: if one.can_open { "" } else { cannot_open }.to_owned(),
            groups: Vec::new(),
        };
        let ask = Action::new(move |found: &RwSignal<Vec<Item>>| {
            let found = *found;
            async move {
                // Without an answer nobody is offered; a name can be typed all the same.
                if let Ok(all) = api::mentionable(kind, id).await {
                    found.set(all.into_iter().map(item).collect());
                }
            }
        });
        Self {
            kind,
            id,
            offers: Offers::new(move |found| {
                ask.dispatch(found);
            }),
            saved: StoredValue::new(false),
            touched: StoredValue::new(None),
            again,
        }
    }
}

/// That a note is saved, and who of those whom it mentions is not told.
fn said(saved: &NoteSaved) -> String {
    if saved.untold.is_empty() {
        return t(SAVED).to_owned();
    }
    let language = page().language;
    let untold = saved
        .untold
        .iter()
        .map(|name| UNTOLD.with(language, &[("name", name)]));
    let said = [format!("{}.", t(SAVED))].into_iter().chain(untold);
    said.collect::<Vec<_>>().join(" ")
}

/// The form of a new note.
#[component]
pub fn AddNote(of: Of) -> impl IntoView {
    view! { <NoteForm of note=None /> }
}

#[component]
fn Inputs(of: Of, #[prop(into)] note: String) -> impl IntoView {
    view! {
        <input type="hidden" name="kind" value=of.kind.child() />
        <input type="hidden" name="id" value=of.id.to_string() />
        <input type="hidden" name="note" value=note />
    }
}

fn hidden(note: Option<&Note>) -> String {
    note.map(|note| note.id.to_string()).unwrap_or_default()
}

fn outcome(of: Of, note: &str) -> Outcome {
    Outcome::of(SAVE_ACTION, &[("id", &of.id.to_string()), ("note", note)])
}

/// The form of a new note or of one that is there, with what came back in it.
#[component]
fn NoteForm(
    of: Of,
    note: Option<Note>,
    /// Ends editing without saving.
    #[prop(optional)]
    cancel: Option<Callback<()>>,
) -> impl IntoView {
    let action = ServerAction::<SaveNote>::new();
    let hidden = hidden(note.as_ref());
    let returned = outcome(of, &hidden);
    let error = problem(action, returned.problem());
    let input = NodeRef::<html::Textarea>::new();
    let (page, toasts) = (page(), toasts());
    let edited = note.as_ref().map(|note| note.id);
    Effect::new(move |_| {
        if let Some(Ok(saved)) = action.value().get() {
            toasts.say(said(&saved));
            of.saved.set_value(true);
            of.touched.set_value(edited);
            if let Some(input) = input.get_untracked() {
                input.set_value("");
            }
            if let Some(cancel) = cancel {
                cancel.run(());
            }
            of.again.run(());
        }
    });
    let (label, button, dom) = match &note {
        Some(note) => (EDIT_NOTE, SAVE, text_id(note.id)),
        None => (ADD, ADD_IT, "note-new".to_owned()),
    };
    // Where clients are written to as well, it says that it is for colleagues alone.
    let (text, hint) = match of.kind {
        RecordKind::Ticket => (INTERNAL_NOTE, INTERNAL_HINT),
        _ => (NOTE, HINT),
    };
    let value = returned.value("body", note.as_ref().map_or("", |note| &note.body));
    let cancel = cancel.map(|cancel| {
        view! { <button type="button" class="button" on:click=move |_| cancel.run(())>{t(CANCEL)}</button> }
    });
    let button_class = if note.is_some() {
        "button primary"
    } else {
        "button"
    };
    view! {
        <ActionForm action attr:class="form note-form" attr:novalidate="" attr:aria-label=label.get(page.language)>
            <Inputs of note=hidden />
            <ErrorMessage error />
            <MentionField id=dom label=t(text) name="body" key="body" error value hint=t(hint) colleagues=t(COLLEAGUES) offers=of.offers input />
            <div class="form-actions">
                <button type="submit" class=button_class disabled=move || action.pending().get()>{t(button)}</button>
                {cancel}
            </div>
        </ActionForm>
    }
}

fn text_id(note: Uuid) -> String {
    format!("note-{note}")
}

fn edit_id(note: Uuid) -> String {
    format!("note-{note}-edit")
}

/// What a note says, and what the reader may do about it.
#[component]
pub fn ShownNote(of: Of, note: Note) -> impl IntoView {
    if of.touched.get_value() == Some(note.id) {
        of.touched.set_value(None);
        focus::on(edit_id(note.id));
    }
    if note.deleted {
        return view! { <p class="muted" id=edit_id(note.id) tabindex="-1">{t(DELETED)}</p> }
            .into_any();
    }
    let page = page();
    // A form that came back is open with what is wrong in it.
    let refused = !of.saved.get_value() && outcome(of, &note.id.to_string()).refused().is_some();
    let editing = RwSignal::new(refused);
    let is_admin = page.me().is_some_and(|me| me.role == UserRole::Admin);
    let (mine, id) = (note.mine, note.id);
    // Made by the server, which let nothing else through than what a note may be made of.
    let html = note.html.clone();
    let edit = mine.then(|| view! { <EditNote of note editing refused /> });
    let delete = (mine || is_admin).then(|| view! { <DeleteButton of note=id /> });
    view! {
        <div class="note-body" dir="auto" inner_html=html hidden=move || page.hydrated() && editing.get()></div>
        <div class="note-acts">
            {edit}
            <div hidden=move || page.hydrated() && editing.get()>{delete}</div>
        </div>
    }
    .into_any()
}

/// The button that opens the form in the place of the note; until scripts run, what folds it out below.
#[component]
fn EditNote(of: Of, note: Note, editing: RwSignal<bool>, refused: bool) -> impl IntoView {
    let page = page();
    let id = note.id;
    let note = StoredValue::new(note);
    let cancel = Callback::new(move |()| {
        editing.set(false);
        focus::on(edit_id(id));
    });
    let edit = move |_| {
        editing.set(true);
        focus::on(text_id(id));
    };
    move || {
        match (page.hydrated(), editing.get()) {
        (false, _) => view! {
            <details class="note-edit" open=refused>
                <summary class="button quiet small">{t(EDIT)}</summary>
                <NoteForm of note=Some(note.get_value()) />
            </details>
        }
        .into_any(),
        (true, true) => view! { <NoteForm of note=Some(note.get_value()) cancel /> }.into_any(),
        (true, false) => view! {
            <button type="button" id=edit_id(id) class="button quiet small" on:click=edit>{t(EDIT)}</button>
        }
        .into_any(),
    }
    }
}

#[component]
fn DeleteButton(of: Of, note: Uuid) -> impl IntoView {
    let action = ServerAction::<DeleteNote>::new();
    told(action, of.again);
    let toasts = toasts();
    Effect::new(move |_| {
        if let Some(Ok(())) = action.value().get() {
            toasts.say(t(DELETED_SAID));
            of.touched.set_value(Some(note));
        }
    });
    view! {
        <ActionForm action attr:class="inline">
            <Inputs of note=note.to_string() />
            <button type="submit" class="button quiet small" disabled=move || action.pending().get()>{t(DELETE)}</button>
        </ActionForm>
    }
}

/// What a form without scripts did, on the page that it came back to.
#[component]
pub fn AfterNote() -> impl IntoView {
    let saved = Outcome::of(SAVE_ACTION, &[]);
    let saved = saved
        .saved()
        .then(|| said(&saved.answer().unwrap_or_default()));
    let deleted = Outcome::of(DELETE_ACTION, &[]);
    let (gone, error) = (deleted.saved(), deleted.error());
    view! {
        <ErrorMessage error />
        {saved.map(|text| view! { <Toast text /> })}
        {gone.then(|| view! { <Toast text=t(DELETED_SAID) /> })}
    }
}
