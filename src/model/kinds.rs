//! The record kinds: what each is called, where it lives, which roles it has.
//! A new kind is one more line in each `match` here, its catalogue, and its room.

use serde::{Deserialize, Serialize};

use super::{Language, Role, Text, language::Plural, plan::Module};
use crate::texts;

/// A kind of record that somebody is responsible for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    Company,
    Contact,
    Deal,
    Invoice,
    Project,
    Ticket,
}

texts! {
    COMPANIES = "Companies" | "Entreprises" | "Bedrijven";
    CONTACTS = "Contacts" | "Contacts" | "Contacten";
    DEALS = "Deals" | "Opportunités" | "Deals";
    PROJECTS = "Projects" | "Projets" | "Projecten";
    INVOICES = "Invoices" | "Factures" | "Facturen";
    COMPANY = "Company" | "Entreprise" | "Bedrijf";
    CONTACT = "Contact" | "Contact" | "Contact";
    DEAL = "Deal" | "Opportunité" | "Deal";
    PROJECT = "Project" | "Projet" | "Project";
    INVOICE = "Invoice" | "Facture" | "Factuur";
    NEW_COMPANY = "New company" | "Nouvelle entreprise" | "Nieuw bedrijf";
    NEW_CONTACT = "New contact" | "Nouveau contact" | "Nieuw contact";
    NEW_DEAL = "New deal" | "Nouvelle opportunité" | "Nieuwe deal";
    NEW_PROJECT = "New project" | "Nouveau projet" | "Nieuw project";
    NEW_INVOICE = "New invoice" | "Nouvelle facture" | "Nieuwe factuur";
    TICKETS = "Tickets" | "Tickets" | "Tickets";
    TICKET = "Ticket" | "Ticket" | "Ticket";
    NEW_TICKET = "New ticket" | "Nouveau ticket" | "Nieuw ticket";
    A_TICKET = "a ticket" | "un ticket" | "een ticket";
    A_COMPANY = "a company" | "une entreprise" | "een bedrijf";
    A_CONTACT = "a contact" | "un contact" | "een contact";
    A_DEAL = "a deal" | "une opportunité" | "een deal";
    A_PROJECT = "a project" | "un projet" | "een project";
    AN_INVOICE = "an invoice" | "une facture" | "een factuur";
}

const N_COMPANIES: Plural = Plural {
    one: Text::new("{n} company", "{n} entreprise", "{n} bedrijf"),
    other: Text::new("{n} companies", "{n} entreprises", "{n} bedrijven"),
};
const N_CONTACTS: Plural = Plural {
    one: Text::new("{n} contact", "{n} contact", "{n} contact"),
    other: Text::new("{n} contacts", "{n} contacts", "{n} contacten"),
};
const N_DEALS: Plural = Plural {
    one: Text::new("{n} deal", "{n} opportunité", "{n} deal"),
    other: Text::new("{n} deals", "{n} opportunités", "{n} deals"),
};
const N_INVOICES: Plural = Plural {
    one: Text::new("{n} invoice", "{n} facture", "{n} factuur"),
    other: Text::new("{n} invoices", "{n} factures", "{n} facturen"),
};

const N_PROJECTS: Plural = Plural {
    one: Text::new("{n} project", "{n} projet", "{n} project"),
    other: Text::new("{n} projects", "{n} projets", "{n} projecten"),
};

const N_TICKETS: Plural = Plural {
    one: Text::new("{n} ticket", "{n} ticket", "{n} ticket"),
    other: Text::new("{n} tickets", "{n} tickets", "{n} tickets"),
};

impl RecordKind {
    pub const ALL: [Self; 6] = [
        Self::Company,
        Self::Contact,
        Self::Deal,
        Self::Invoice,
        Self::Project,
        Self::Ticket,
    ];

    /// It and no other, where any number of kinds may stand.
    pub const fn alone(self) -> &'static [Self] {
        match self {
            Self::Company => &[Self::Company],
            Self::Contact => &[Self::Contact],
            Self::Deal => &[Self::Deal],
            Self::Invoice => &[Self::Invoice],
            Self::Project => &[Self::Project],
            Self::Ticket => &[Self::Ticket],
        }
    }

    /// The word in addresses, in file names of exports, and on the command line.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Company => "companies",
            Self::Contact => "contacts",
            Self::Deal => "deals",
            Self::Invoice => "invoices",
            Self::Project => "projects",
            Self::Ticket => "mailbox",
        }
    }

    /// The kind of an address's first word.
    pub fn from_path(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.path() == path)
    }

    /// The table that holds its records; the tables of what hangs on them begin with [`Self::child`].
    pub const fn table(self) -> &'static str {
        match self {
            // Its address is that of the mailbox.
            Self::Ticket => "tickets",
            _ => self.path(),
        }
    }

    /// What the names of its child tables begin with: `company_events`, `company_words`, …
    pub const fn child(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Deal => "deal",
            Self::Invoice => "invoice",
            Self::Project => "project",
            Self::Ticket => "ticket",
        }
    }

    /// The kind of a form's value or of a column: `company`, `deal`.
    pub fn from_child(child: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.child() == child)
    }

    /// "Companies"
    pub const fn plural(self) -> Text {
        match self {
            Self::Company => COMPANIES,
            Self::Contact => CONTACTS,
            Self::Deal => DEALS,
            Self::Invoice => INVOICES,
            Self::Project => PROJECTS,
            Self::Ticket => TICKETS,
        }
    }

    /// "Company"
    pub const fn singular(self) -> Text {
        match self {
            Self::Company => COMPANY,
            Self::Contact => CONTACT,
            Self::Deal => DEAL,
            Self::Invoice => INVOICE,
            Self::Project => PROJECT,
            Self::Ticket => TICKET,
        }
    }

    /// "a company": for a record whose name the viewer may not know.
    pub const fn some(self) -> Text {
        match self {
            Self::Company => A_COMPANY,
            Self::Contact => A_CONTACT,
            Self::Deal => A_DEAL,
            Self::Invoice => AN_INVOICE,
            Self::Project => A_PROJECT,
            Self::Ticket => A_TICKET,
        }
    }

    /// "New company"
    pub const fn new_one(self) -> Text {
        match self {
            Self::Company => NEW_COMPANY,
            Self::Contact => NEW_CONTACT,
            Self::Deal => NEW_DEAL,
            Self::Invoice => NEW_INVOICE,
            Self::Project => NEW_PROJECT,
            Self::Ticket => NEW_TICKET,
        }
    }

    /// "1,234 companies"
    pub fn count(self, language: Language, n: i64) -> String {
        match self {
            Self::Company => N_COMPANIES.of(language, n),
            Self::Contact => N_CONTACTS.of(language, n),
            Self::Deal => N_DEALS.of(language, n),
            Self::Invoice => N_INVOICES.of(language, n),
            Self::Project => N_PROJECTS.of(language, n),
            Self::Ticket => N_TICKETS.of(language, n),
        }
    }

    /// The roles of its responsible users in which there is one of them; the first is the one that "mine" and "unassigned" speak of.
    /// A contact and an invoice have none of their own, a project has [`Self::shared_roles`].
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::Company => &[Role::SalesContact, Role::SecondSalesContact],
            Self::Contact | Self::Invoice | Self::Project => &[],
            Self::Deal => &[Role::AssignedTo, Role::SecondSalesContact],
            Self::Ticket => &[Role::AssignedTo],
        }
    }

    /// The roles in which any number of users are responsible together; nobody is in two of them.
    pub const fn shared_roles(self) -> &'static [Role] {
        match self {
            Self::Company | Self::Contact | Self::Deal | Self::Invoice | Self::Ticket => &[],
            Self::Project => &[Role::Manager, Role::Collaborator],
        }
    }

    /// Whether a record of this kind must have somebody in this role.
    pub const fn requires(self, role: Role) -> bool {
        matches!(
            (self, role),
            (Self::Deal, Role::AssignedTo) | (Self::Project, Role::Manager)
        )
    }

    /// Whether who sees a record of this kind may change it; else each record says itself who may.
    pub const fn seen_is_editable(self) -> bool {
        !matches!(self, Self::Project)
    }

    /// Whether somebody may see a record of this kind because he is a second sales contact: of it, or of its customer.
    pub const fn seen_by_second(self) -> bool {
        !matches!(self, Self::Project | Self::Ticket)
    }

    /// Whether what a search finds it by is more than the words of its fields: those of what hangs on it stay.
    pub const fn keeps_words(self) -> bool {
        matches!(self, Self::Ticket)
    }

    /// The module that an account must have for records of this kind.
    pub const fn module(self) -> Module {
        match self {
            Self::Company | Self::Contact | Self::Deal | Self::Invoice => Module::Crm,
            Self::Project => Module::Projects,
            Self::Ticket => Module::Mailbox,
        }
    }

    /// The kind whose records are linked to those of this one, in both directions.
    pub const fn linked(self) -> Option<Self> {
        match self {
            Self::Company => Some(Self::Contact),
            Self::Contact => Some(Self::Company),
            Self::Deal | Self::Invoice | Self::Project | Self::Ticket => None,
        }
    }

    /// The column in which a record that has a customer says that he is of this kind, and who.
    pub const fn customer_column(self) -> Option<&'static str> {
        match self {
            Self::Company => Some("company_id"),
            Self::Contact => Some("contact_id"),
            Self::Deal | Self::Invoice | Self::Project | Self::Ticket => None,
        }
    }

    /// Whether something can be planned for its records.
    pub const fn has_next_steps(self) -> bool {
        matches!(self, Self::Company | Self::Deal | Self::Project)
    }

    /// The page of one record.
    pub fn address(self, id: super::RecordId) -> String {
        format!("/{}/{id}", self.path())
    }
}
