//! The form of a mailbox: its address, the server that it is fetched from, the server that sends its replies, and a button that tries
//! both out. Passwords are typed and never shown; one that stays empty is the one that is kept.

use leptos::{ev::SubmitEvent, form::FromFormData, prelude::*};

use super::{ACTIVE, ADDRESS, DELETE_MAILBOX, NAME, NEW_MAILBOX, SAVE_MAILBOX, list::StateOf};
use crate::{
    mailbox::{
        MAILBOXES,
        api::mailboxes::{TEST, TestMailbox},
        problem::Trouble,
        settings::{Fields, MailboxForm, Security, Tested},
    },
    model::{AppError, MailboxId, Text},
    texts,
    ui::{
        CANCEL,
        choice::CheckField,
        field::{InputField, SelectField},
        meanwhile::FormProblem,
        message::ErrorMessage,
        outcome::Outcome,
        page::{PageTitle, page, t},
    },
};

texts! {
    INCOMING = "Incoming messages" | "Messages entrants" | "Inkomende berichten";
    INCOMING_HINT = "Every message in the folder becomes part of a ticket; nothing there is changed or marked as read. Without a server, messages are only taken that are handed in." | "Chaque message du dossier devient un ticket ou s’y ajoute ; rien n’y est modifié ni marqué comme lu. Sans serveur, seuls les messages remis sont repris." | "Elk bericht in de map wordt deel van een ticket; er wordt niets gewijzigd of als gelezen gemarkeerd. Zonder server worden enkel aangeleverde berichten opgenomen.";
    IMAP_SERVER = "IMAP server" | "Serveur IMAP" | "IMAP-server";
    IMAP_PORT = "IMAP port" | "Port IMAP" | "IMAP-poort";
    IMAP_SECURITY = "IMAP security" | "Sécurité IMAP" | "IMAP-beveiliging";
    IMAP_USER = "IMAP user" | "Utilisateur IMAP" | "IMAP-gebruiker";
    IMAP_PASSWORD = "IMAP password" | "Mot de passe IMAP" | "IMAP-wachtwoord";
    FOLDER = "Folder" | "Dossier" | "Map";
    OUTGOING = "Replies" | "Réponses" | "Antwoorden";
    OUTGOING_HINT = "Without a server, replies are sent by Steward’s own." | "Sans serveur, les réponses partent par celui de Steward." | "Zonder server vertrekken antwoorden via die van Steward.";
    SMTP_SERVER = "SMTP server" | "Serveur SMTP" | "SMTP-server";
    SMTP_PORT = "SMTP port" | "Port SMTP" | "SMTP-poort";
    SMTP_SECURITY = "SMTP security" | "Sécurité SMTP" | "SMTP-beveiliging";
    SMTP_USER = "SMTP user" | "Utilisateur SMTP" | "SMTP-gebruiker";
    SMTP_PASSWORD = "SMTP password" | "Mot de passe SMTP" | "SMTP-wachtwoord";
    KEPT = "One is kept; leave this empty to keep it" | "Un mot de passe est gardé ; laissez vide pour le garder" | "Er wordt een wachtwoord bewaard; laat leeg om het te behouden";
    TEST_CONNECTION = "Test connection" | "Tester la connexion" | "Verbinding testen";
    TESTING = "Trying the connection…" | "Essai de la connexion…" | "De verbinding wordt geprobeerd…";
    SAVE_IT = "Save mailbox" | "Enregistrer la boîte mail" | "Mailbox opslaan";
    DELETE = "Delete" | "Supprimer" | "Verwijderen";
    IMAP_WORKS = "IMAP works: the folder can be read." | "IMAP fonctionne : le dossier est lisible." | "IMAP werkt: de map kan gelezen worden.";
    IMAP_FAILS = "IMAP does not work: {why}" | "IMAP ne fonctionne pas : {why}" | "IMAP werkt niet: {why}";
    SMTP_WORKS = "SMTP works: the server sends for this address." | "SMTP fonctionne : le serveur envoie pour cette adresse." | "SMTP werkt: de server verstuurt voor dit adres.";
    SMTP_FAILS = "SMTP does not work: {why}" | "SMTP ne fonctionne pas : {why}" | "SMTP werkt niet: {why}";
    NOTHING_TO_TEST = "There is no server to try: name one first." | "Aucun serveur à essayer : indiquez-en un d’abord." | "Er is geen server om te proberen: geef er eerst een op.";
}

/// A field of the form: its name among [`Fields`], its label, and the value that is saved.
type Saved = (&'static str, Text, String);

fn saved(fields: &Fields) -> [Saved; 11] {
    let Fields {
        name,
        address,
        imap_host,
        imap_port,
        imap_security,
        imap_user,
        imap_folder,
        smtp_host,
        smtp_port,
        smtp_security,
        smtp_user,
        ..
    } = fields.clone();
    [
        ("name", NAME, name),
        ("address", ADDRESS, address),
        ("imap_host", IMAP_SERVER, imap_host),
        ("imap_port", IMAP_PORT, imap_port),
        ("imap_security", IMAP_SECURITY, imap_security),
        ("imap_user", IMAP_USER, imap_user),
        ("imap_folder", FOLDER, imap_folder),
        ("smtp_host", SMTP_SERVER, smtp_host),
        ("smtp_port", SMTP_PORT, smtp_port),
        ("smtp_security", SMTP_SECURITY, smtp_security),
        ("smtp_user", SMTP_USER, smtp_user),
    ]
}

/// What stands in the form: what was typed, whichever of its two buttons sent it, else what is saved.
#[derive(Clone)]
struct Filled {
    save: Outcome,
    test: Outcome,
}

impl Filled {
    fn of(id: &str) -> Self {
        let hidden = [("mailbox", id)];
        Self {
            save: Outcome::of(SAVE_MAILBOX, &hidden),
            test: Outcome::of(TEST, &hidden),
        }
    }

    fn value(&self, field: &str, otherwise: &str) -> String {
        let name = format!("fields[{field}]");
        match &self.test.returned {
            Some(tested) => tested.value(&name).unwrap_or_default().to_owned(),
            None => self.save.value(&name, otherwise),
        }
    }

    fn active(&self, otherwise: bool) -> bool {
        match &self.test.returned {
            Some(tested) => tested.value("fields[active]").is_some(),
            None => self.save.ticked("fields[active]", "on", otherwise),
        }
    }

    fn problem(&self) -> Option<AppError> {
        self.save.problem().or_else(|| self.test.problem())
    }
}

#[component]
pub fn Form(form: MailboxForm) -> impl IntoView {
    let id = form.id.map(|id| id.to_string()).unwrap_or_default();
    let filled = Filled::of(&id);
    let title = match form.id {
        Some(_) => form.fields.name.clone(),
        None => t(NEW_MAILBOX).to_owned(),
    };
    let test = ServerAction::<TestMailbox>::new();
    let before = filled.problem();
    let error = {
        let before = before.clone();
        Signal::derive(move || match test.value().get() {
            Some(tested) => tested.err(),
            None => before.clone(),
        })
    };
    let compared = {
        let saved = saved(&form.fields).into_iter();
        saved
            .map(|(field, label, value)| (label, filled.value(field, &value), value))
            .collect()
    };
    // With scripts, trying out leaves what was typed where it is, passwords too.
    let sent = move |event: SubmitEvent| {
        let tests = event
            .submitter()
            .is_some_and(|button| button.has_attribute("formaction"));
        if tests {
            event.prevent_default();
            if let Ok(asked) = TestMailbox::from_event(&event) {
                test.dispatch(asked);
            }
        }
    };
    let state = form
        .state
        .clone()
        .map(|state| view! { <StateOf active=!form.fields.active.is_empty() state=Some(state) /> });
    let delete = form.id.map(|mailbox| view! { <DeleteMailbox mailbox /> });
    let tested = filled.test.answer::<Tested>();
    view! {
        <PageTitle text=title.clone() />
        <div class="page-head">
            <div class="page-title">
                <p class="crumbs"><a href="/settings/mailboxes">{t(MAILBOXES)}</a></p>
                <h1><bdi>{title}</bdi></h1>
            </div>
        </div>
        {state}
        <form method="post" action=SAVE_MAILBOX class="form card" novalidate autocomplete="off" on:submit=sent>
            <FormProblem error=before typed_and_saved=compared />
            {move || test.value().get().and_then(Result::err).map(|error| {
                view! { <p class="message error" role="alert">{error.text(page().language)}</p> }
            })}
            {(!id.is_empty()).then(|| view! { <input type="hidden" name="mailbox" value=id.clone() /> })}
            <input type="hidden" name="version" value=form.version.to_string() />
            <Inputs form filled error />
            <Outcomes test tested />
            <div class="form-actions">
                <button type="submit" class="button primary">{t(SAVE_IT)}</button>
                <button type="submit" class="button" formaction=TEST>{t(TEST_CONNECTION)}</button>
                <a class="button quiet" href="/settings/mailboxes">{t(CANCEL)}</a>
            </div>
        </form>
        {delete}
    }
}

#[component]
fn Inputs(form: MailboxForm, filled: Filled, error: Signal<Option<AppError>>) -> impl IntoView {
    let values = StoredValue::new(
        saved(&form.fields)
            .map(|(field, label, value)| (field, label, filled.value(field, &value))),
    );
    let text = move |field: &'static str, required: bool| {
        let found =
            values.with_value(|values| values.iter().find(|(name, ..)| *name == field).cloned());
        let (_, label, value) = found.unwrap_or((field, NAME, String::new()));
        view! { <InputField id=field label=t(label) name=format!("fields[{field}]") key=field error required value /> }
    };
    let security = move |field: &'static str| {
        let found =
            values.with_value(|values| values.iter().find(|(name, ..)| *name == field).cloned());
        let (_, label, value) = found.unwrap_or((field, NAME, String::new()));
        let choice = |security: Security| {
            (
                security.code().to_owned(),
                t(security.label()).to_owned(),
                security.code() == value,
            )
        };
        let choices = Security::ALL.map(choice).to_vec();
        view! { <SelectField id=field label=t(label) name=format!("fields[{field}]") key=field error choices /> }
    };
    let password = move |field: &'static str, label: Text, kept: bool| {
        let hint = if kept { t(KEPT) } else { "" };
        view! {
            <InputField id=field label=t(label) name=format!("fields[{field}]") key=field error kind="password" hint
                autocomplete="new-password" />
        }
    };
    let active = filled.active(!form.fields.active.is_empty());
    view! {
        <div class="fields">{text("name", true)}{text("address", true)}</div>
        <CheckField id="active" name="fields[active]" value="on" label=t(ACTIVE) checked=active />
        <fieldset class="part">
            <legend>{t(INCOMING)}</legend>
            <p class="hint">{t(INCOMING_HINT)}</p>
            <div class="fields">
                {text("imap_host", false)}{text("imap_port", false)}{security("imap_security")}{text("imap_user", false)}
                {password("imap_password", IMAP_PASSWORD, form.imap_password)}{text("imap_folder", false)}
            </div>
        </fieldset>
        <fieldset class="part">
            <legend>{t(OUTGOING)}</legend>
            <p class="hint">{t(OUTGOING_HINT)}</p>
            <div class="fields">
                {text("smtp_host", false)}{text("smtp_port", false)}{security("smtp_security")}{text("smtp_user", false)}
                {password("smtp_password", SMTP_PASSWORD, form.smtp_password)}
            </div>
        </fieldset>
    }
}

/// What trying out came to: for each server, that it works or what is wrong.
#[component]
fn Outcomes(test: ServerAction<TestMailbox>, tested: Option<Tested>) -> impl IntoView {
    let language = page().language;
    let line = move |outcome: Result<(), Trouble>, works: Text, fails: Text| match outcome {
        Ok(()) => view! { <p class="message" role="status">{t(works)}</p> }.into_any(),
        Err(trouble) => {
            let text = fails.with(language, &[("why", &trouble.text(language))]);
            view! { <p class="message error" role="alert">{text}</p> }.into_any()
        }
    };
    let shown = move |tested: Tested| {
        let nothing = tested.imap.is_none() && tested.smtp.is_none();
        view! {
            {tested.imap.map(|outcome| line(outcome, IMAP_WORKS, IMAP_FAILS))}
            {tested.smtp.map(|outcome| line(outcome, SMTP_WORKS, SMTP_FAILS))}
            {nothing.then(|| view! { <p class="message" role="status">{t(NOTHING_TO_TEST)}</p> })}
        }
    };
    move || {
        if test.pending().get() {
            return view! { <p class="message" role="status">{t(TESTING)}</p> }.into_any();
        }
        match test.value().get() {
            Some(now) => now.ok().map(shown).into_any(),
            None => tested.clone().map(shown).into_any(),
        }
    }
}

#[component]
fn DeleteMailbox(mailbox: MailboxId) -> impl IntoView {
    let error = Outcome::of(DELETE_MAILBOX, &[("mailbox", &mailbox.to_string())]).error();
    view! {
        <form method="post" action=DELETE_MAILBOX class="form">
            <ErrorMessage error />
            <input type="hidden" name="mailbox" value=mailbox.to_string() />
            <div class="form-actions"><button type="submit" class="button danger">{t(DELETE)}</button></div>
        </form>
    }
}
