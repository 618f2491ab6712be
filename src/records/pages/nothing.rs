//! What a list says where it has no rows: that there are none of this kind, in this segment or for what was typed, and
//! what to do next.

use leptos::prelude::*;

use super::{
    HOW_IT_FINDS,
    list::{IMPORT, import_address},
};
use crate::{
    model::{
        RecordKind, Text,
        lists::{BuiltIn, ListQuery, Place},
    },
    texts,
    ui::{empty::Empty, page::t},
};

texts! {
    NOTHING_FOUND = "Nothing found." | "Aucun résultat." | "Niets gevonden.";
    CLEAR = "Clear" | "Effacer" | "Wissen";
    NO_MORE = "There is nothing more." | "Il n’y a rien de plus." | "Er is niets meer.";
    FIRST_PAGE = "To the first page" | "Vers la première page" | "Naar de eerste pagina";
    SEE_ALL = "See all" | "Tout voir" | "Alles tonen";
    NO_COMPANIES = "No companies yet." | "Aucune entreprise pour l’instant." | "Nog geen bedrijven.";
    WHAT_COMPANIES_ARE = "A company is a customer, a prospect or a supplier. Its sales contact is the colleague who is responsible for it." | "Une entreprise est un client, un prospect ou un fournisseur. Son contact commercial est le collègue qui en est responsable." | "Een bedrijf is een klant, een prospect of een leverancier. De accountmanager is de collega die er verantwoordelijk voor is.";
    NO_COMPANIES_OF_MINE = "You are not the sales contact of any company." | "Vous n’êtes le contact commercial d’aucune entreprise." | "U bent van geen enkel bedrijf de accountmanager.";
    BECOME_ITS_CONTACT = "Open a company and choose yourself as its sales contact, or create one." | "Ouvrez une entreprise et choisissez-vous comme contact commercial, ou créez-en une." | "Open een bedrijf en kies uzelf als accountmanager, of maak er een aan.";
    EVERY_COMPANY_HAS_SOMEBODY = "Every company has a sales contact." | "Chaque entreprise a un contact commercial." | "Elk bedrijf heeft een accountmanager.";
    NO_RECENT_COMPANIES = "No company was changed in the last 30 days." | "Aucune entreprise n’a été modifiée ces 30 derniers jours." | "De laatste 30 dagen is geen bedrijf gewijzigd.";
    NO_CONTACTS = "No contacts yet." | "Aucun contact pour l’instant." | "Nog geen contacten.";
    WHAT_CONTACTS_ARE = "A contact is a person whom you know at a company, or at none. His companies’ sales contacts are responsible for him." | "Un contact est une personne que vous connaissez dans une entreprise, ou dans aucune. Les contacts commerciaux de ses entreprises en sont responsables." | "Een contact is iemand die u kent bij een bedrijf, of bij geen. De accountmanagers van zijn bedrijven zijn er verantwoordelijk voor.";
    NO_CONTACTS_OF_MINE = "You stand in no User field of a contact." | "Vous n’êtes dans aucun champ Utilisateur d’un contact." | "U staat in geen enkel veld Gebruiker van een contact.";
    BY_A_USER_FIELD = "Such fields are added by an admin, in Settings > Custom fields." | "Ces champs sont ajoutés par un administrateur, dans Paramètres > Champs personnalisés." | "Een beheerder voegt zulke velden toe, in Instellingen > Aangepaste velden.";
    NO_INVOICES_OF_MINE = "You stand in no User field of an invoice." | "Vous n’êtes dans aucun champ Utilisateur d’une facture." | "U staat in geen enkel veld Gebruiker van een factuur.";
    EVERY_INVOICE_HAS_SOMEBODY = "Every invoice has somebody in a User field." | "Chaque facture a quelqu’un dans un champ Utilisateur." | "Elke factuur heeft iemand in een veld Gebruiker.";
    EVERY_CONTACT_HAS_SOMEBODY = "Every contact has somebody in a User field." | "Chaque contact a quelqu’un dans un champ Utilisateur." | "Elk contact heeft iemand in een veld Gebruiker.";
    NO_RECENT_CONTACTS = "No contact was changed in the last 30 days." | "Aucun contact n’a été modifié ces 30 derniers jours." | "De laatste 30 dagen is geen contact gewijzigd.";
    NO_DEALS = "No deals yet." | "Aucune opportunité pour l’instant." | "Nog geen deals.";
    WHAT_DEALS_ARE = "A deal is what you may sell to a company or a person. It moves from phase to phase until it is won or lost, and somebody is always assigned to it." | "Une opportunité est ce que vous pourriez vendre à une entreprise ou à une personne. Elle passe de phase en phase jusqu’à être gagnée ou perdue, et est toujours affectée à quelqu’un." | "Een deal is wat u aan een bedrijf of een persoon zou kunnen verkopen. Hij gaat van fase naar fase tot hij gewonnen of verloren is, en is altijd aan iemand toegewezen.";
    NO_DEALS_OF_MINE = "No deal is assigned to you." | "Aucune opportunité ne vous est affectée." | "Er is geen deal aan u toegewezen.";
    CREATE_A_DEAL = "Create one, or ask a colleague to assign one to you." | "Créez-en une, ou demandez à un collègue de vous en affecter une." | "Maak er een aan, of vraag een collega er een aan u toe te wijzen.";
    NO_INVOICES = "No invoices yet." | "Aucune facture pour l’instant." | "Nog geen facturen.";
    WHAT_INVOICES_ARE = "An invoice is what a company or a person is to pay. Once it is booked, its number, customer, date and amounts stay as they are." | "Une facture est ce qu’une entreprise ou une personne doit payer. Une fois comptabilisée, son numéro, son client, sa date et ses montants ne changent plus." | "Een factuur is wat een bedrijf of een persoon moet betalen. Eens geboekt blijven nummer, klant, datum en bedragen zoals ze zijn.";
    NO_RECENT_INVOICES = "No invoice was changed in the last 30 days." | "Aucune facture n’a été modifiée ces 30 derniers jours." | "De laatste 30 dagen is geen factuur gewijzigd.";
    NO_PROJECTS = "No projects yet." | "Aucun projet pour l’instant." | "Nog geen projecten.";
    WHAT_PROJECTS_ARE = "A project is what you do for a customer, or for yourselves. It has managers, who answer for it, and collaborators." | "Un projet est ce que vous faites pour un client, ou pour vous-mêmes. Il a des gestionnaires, qui en répondent, et des collaborateurs." | "Een project is wat u voor een klant doet, of voor uzelf. Het heeft beheerders, die ervoor instaan, en medewerkers.";
    NO_PROJECTS_OF_MINE = "You take part in no project." | "Vous ne participez à aucun projet." | "U werkt aan geen enkel project mee.";
    CREATE_A_PROJECT = "Create one, or ask a manager to add you to his." | "Créez-en un, ou demandez à un gestionnaire de vous ajouter au sien." | "Maak er een aan, of vraag een beheerder u toe te voegen.";
    NO_RECENT_PROJECTS = "No project was changed in the last 30 days." | "Aucun projet n’a été modifié ces 30 derniers jours." | "De laatste 30 dagen is geen project gewijzigd.";
    NO_TICKETS = "No tickets yet." | "Aucun ticket pour l’instant." | "Nog geen tickets.";
    WHAT_TICKETS_ARE = "A ticket is what a client writes to the shared mailbox, with all that is written about it. At most one colleague is responsible for it." | "Un ticket est ce qu’un client écrit à la boîte mail partagée, avec tout ce qui s’écrit à ce sujet. Un collègue au plus en est responsable." | "Een ticket is wat een klant naar de gedeelde mailbox schrijft, met alles wat daarover geschreven wordt. Hoogstens één collega is er verantwoordelijk voor.";
    NO_TICKETS_OF_MINE = "No open ticket is assigned to you." | "Aucun ticket ouvert ne vous est affecté." | "Er is geen open ticket aan u toegewezen.";
    TAKE_ONE = "Take one of those that nobody has yet." | "Prenez-en un de ceux que personne n’a encore." | "Neem er een van degene die nog niemand heeft.";
    EVERY_TICKET_HAS_SOMEBODY = "Every open ticket is assigned to somebody." | "Chaque ticket ouvert est affecté à quelqu’un." | "Elk open ticket is aan iemand toegewezen.";
    NO_RECENT_TICKETS = "No ticket was changed in the last 30 days." | "Aucun ticket n’a été modifié ces 30 derniers jours." | "De laatste 30 dagen is geen ticket gewijzigd.";
    NO_OPEN_TICKETS = "No ticket is open." | "Aucun ticket n’est ouvert." | "Er is geen ticket open.";
    NO_WAITING_TICKETS = "No ticket waits for its client." | "Aucun ticket n’attend son client." | "Geen ticket wacht op de klant.";
    NO_CLOSED_TICKETS = "No ticket is closed." | "Aucun ticket n’est clôturé." | "Er is geen ticket gesloten.";
    NO_RECENT_DEALS = "No deal was changed in the last 30 days." | "Aucune opportunité n’a été modifiée ces 30 derniers jours." | "De laatste 30 dagen is geen deal gewijzigd.";
}

/// "No companies yet."
pub const fn none_yet(kind: RecordKind) -> Text {
    match kind {
        RecordKind::Company => NO_COMPANIES,
        RecordKind::Contact => NO_CONTACTS,
        RecordKind::Deal => NO_DEALS,
        RecordKind::Invoice => NO_INVOICES,
        RecordKind::Project => NO_PROJECTS,
        RecordKind::Ticket => NO_TICKETS,
    }
}

/// What is said of an empty segment, and what can be done about it.
const fn of_segment(kind: RecordKind, segment: BuiltIn) -> (Text, Option<Text>) {
    match (kind, segment) {
        (_, BuiltIn::Open) => (NO_OPEN_TICKETS, None),
        (_, BuiltIn::Waiting) => (NO_WAITING_TICKETS, None),
        (_, BuiltIn::Closed) => (NO_CLOSED_TICKETS, None),
        (RecordKind::Ticket, BuiltIn::All) => (NO_TICKETS, Some(WHAT_TICKETS_ARE)),
        (RecordKind::Ticket, BuiltIn::Mine) => (NO_TICKETS_OF_MINE, Some(TAKE_ONE)),
        (RecordKind::Ticket, BuiltIn::Unassigned) => (EVERY_TICKET_HAS_SOMEBODY, None),
        (RecordKind::Ticket, BuiltIn::Recent) => (NO_RECENT_TICKETS, None),
        (RecordKind::Company, BuiltIn::All) => (NO_COMPANIES, Some(WHAT_COMPANIES_ARE)),
        (RecordKind::Company, BuiltIn::Mine) => (NO_COMPANIES_OF_MINE, Some(BECOME_ITS_CONTACT)),
        (RecordKind::Company, BuiltIn::Unassigned) => (EVERY_COMPANY_HAS_SOMEBODY, None),
        (RecordKind::Company, BuiltIn::Recent) => (NO_RECENT_COMPANIES, None),
        (RecordKind::Contact, BuiltIn::Mine) => (NO_CONTACTS_OF_MINE, Some(BY_A_USER_FIELD)),
        (RecordKind::Contact, BuiltIn::Unassigned) => (EVERY_CONTACT_HAS_SOMEBODY, None),
        (RecordKind::Contact, BuiltIn::Recent) => (NO_RECENT_CONTACTS, None),
        (RecordKind::Contact, _) => (NO_CONTACTS, Some(WHAT_CONTACTS_ARE)),
        // A deal always has somebody.
        (RecordKind::Deal, BuiltIn::All | BuiltIn::Unassigned) => (NO_DEALS, Some(WHAT_DEALS_ARE)),
        (RecordKind::Deal, BuiltIn::Mine) => (NO_DEALS_OF_MINE, Some(CREATE_A_DEAL)),
        (RecordKind::Deal, BuiltIn::Recent) => (NO_RECENT_DEALS, None),
        (RecordKind::Invoice, BuiltIn::Mine) => (NO_INVOICES_OF_MINE, Some(BY_A_USER_FIELD)),
        (RecordKind::Invoice, BuiltIn::Unassigned) => (EVERY_INVOICE_HAS_SOMEBODY, None),
        (RecordKind::Invoice, BuiltIn::Recent) => (NO_RECENT_INVOICES, None),
        (RecordKind::Invoice, _) => (NO_INVOICES, Some(WHAT_INVOICES_ARE)),
        (RecordKind::Project, BuiltIn::Mine) => (NO_PROJECTS_OF_MINE, Some(CREATE_A_PROJECT)),
        (RecordKind::Project, BuiltIn::Recent) => (NO_RECENT_PROJECTS, None),
        (RecordKind::Project, _) => (NO_PROJECTS, Some(WHAT_PROJECTS_ARE)),
    }
}

#[component]
pub fn Nothing(kind: RecordKind, query: ListQuery) -> impl IntoView {
    let address = |query: ListQuery| query.address(kind);
    if query.page != Place::First {
        let page = Place::First;
        let first = address(ListQuery { page, ..query });
        return view! { <Empty text=t(NO_MORE)><a class="button" href=first>{t(FIRST_PAGE)}</a></Empty> }.into_any();
    }
    if query.is_narrowed() {
        let hint = if query.q.is_empty() {
            ""
        } else {
            t(HOW_IT_FINDS)
        };
        let cleared = address(ListQuery {
            q: String::new(),
            responsible: None,
            needs: None,
            ..query
        });
        return view! { <Empty text=t(NOTHING_FOUND) hint><a class="button" href=cleared>{t(CLEAR)}</a></Empty> }.into_any();
    }
    let (text, hint) = of_segment(kind, query.segment);
    let (label, beside) = match query.segment {
        BuiltIn::All => (IMPORT, import_address(kind)),
        _ => (SEE_ALL, address(ListQuery::default())),
    };
    view! {
        <Empty text=t(text) hint=hint.map(t).unwrap_or_default()>
            <a class="button primary" href=format!("/{}/new", kind.path())>{t(kind.new_one())}</a>
            <a class="button" href=beside>{t(label)}</a>
        </Empty>
    }
    .into_any()
}
