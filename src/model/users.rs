//! A user, his rights, and what a page may know about the person who looks at it.
//! Rights are data here; what they let one see is decided by the database's policies.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    AccountId, Language, OperatorId, RecordKind, SessionId, Text, UserId, Value, plan::Locked,
};
use crate::texts;

/// Admins always have full rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserRole {
    Admin,
    User,
}

/// How far a right reaches: CRM (companies and contacts) and deals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    None,
    Limited,
    Full,
}

/// Which projects a user sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProjectReach {
    None,
    Participation,
    All,
}

/// The rights of a user, as `Settings > Users` shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Rights {
    pub crm: Reach,
    pub deals: Reach,
    pub projects: ProjectReach,
    pub invoices: bool,
    pub mailbox: bool,
    pub export: bool,
}

impl Rights {
    pub const FULL: Self = Self {
        crm: Reach::Full,
        deals: Reach::Full,
        projects: ProjectReach::All,
        invoices: true,
        mailbox: true,
        export: true,
    };

    /// Whether records of this kind exist at all for a user with these rights; who has no right
    /// to a kind can neither open its list nor be made responsible for one of its records.
    pub const fn may_use(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Company | RecordKind::Contact => !matches!(self.crm, Reach::None),
            RecordKind::Deal => !matches!(self.deals, Reach::None),
            RecordKind::Invoice => self.invoices && !matches!(self.crm, Reach::None),
            RecordKind::Project => !matches!(self.projects, ProjectReach::None),
            RecordKind::Ticket => self.mailbox,
        }
    }

    /// Whether he may delete a record of this kind that he sees.
    pub const fn may_delete(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Company
            | RecordKind::Contact
            | RecordKind::Invoice
            | RecordKind::Project
            | RecordKind::Ticket => self.may_use(kind),
            RecordKind::Deal => matches!(self.deals, Reach::Full),
        }
    }
}

/// What a user may do: his role, and the rights that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Access {
    pub role: UserRole,
    pub rights: Rights,
}

impl Access {
    /// Admins always have full rights, whatever else is asked for.
    pub const fn new(role: UserRole, rights: Rights) -> Self {
        match role {
            UserRole::Admin => Self {
                role,
                rights: Rights::FULL,
            },
            UserRole::User => Self { role, rights },
        }
    }

    /// What is out of the ordinary in it, in a few words each; nothing where the rights are those of most.
    pub fn marks(self) -> Vec<Text> {
        let Rights {
            crm,
            deals,
            projects,
            invoices,
            mailbox,
            export,
        } = self.rights;
        if self.role == UserRole::Admin {
            return Vec::new();
        }
        let crm = match crm {
            Reach::Full => None,
            Reach::Limited => Some(CRM_LIMITED),
            Reach::None => Some(NO_CRM),
        };
        let deals = match deals {
            Reach::Full => None,
            Reach::Limited => Some(DEALS_LIMITED),
            Reach::None => Some(NO_DEALS),
        };
        let projects = match projects {
            ProjectReach::Participation => None,
            ProjectReach::All => Some(ALL_PROJECTS),
            ProjectReach::None => Some(NO_PROJECTS),
        };
        let without = |has: bool, text: Text| (!has).then_some(text);
        let marks = [
            crm,
            deals,
            projects,
            without(invoices, NO_INVOICES),
            without(mailbox, NO_MAILBOX),
            without(export, NO_EXPORT),
        ];
        marks.into_iter().flatten().collect()
    }

    /// All of it in one line: "User: CRM limited, no export".
    pub fn line(self, language: Language) -> String {
        let role = self.role.label().get(language);
        let marks: Vec<&str> = self.marks().iter().map(|m| m.get(language)).collect();
        if marks.is_empty() {
            role.to_owned()
        } else {
            format!("{role}: {}", marks.join(", "))
        }
    }
}

impl UserRole {
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::User => "user",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Admin => ADMIN,
            Self::User => USER,
        }
    }
}

impl Reach {
    /// As a form offers them.
    pub const ALL: [Self; 3] = [Self::Full, Self::Limited, Self::None];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Limited => "limited",
            Self::None => "none",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Full => FULL,
            Self::Limited => LIMITED,
            Self::None => NONE,
        }
    }
}

impl ProjectReach {
    /// As a form offers them.
    pub const ALL: [Self; 3] = [Self::Participation, Self::All, Self::None];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Participation => "participation",
            Self::All => "all",
            Self::None => "none",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Participation => PARTICIPATION,
            Self::All => ALL,
            Self::None => NONE,
        }
    }
}

texts! {
    ADMIN = "Admin" | "Admin" | "Admin";
    USER = "User" | "Utilisateur" | "Gebruiker";
    FULL = "Full" | "Complet" | "Volledig";
    LIMITED = "Limited" | "Limité" | "Beperkt";
    NONE = "None" | "Aucun" | "Geen";
    ALL = "All" | "Tous" | "Alle";
    PARTICIPATION = "Participation" | "Participation" | "Deelname";
    CRM_LIMITED = "CRM limited" | "CRM limité" | "CRM beperkt";
    NO_CRM = "No CRM" | "Pas de CRM" | "Geen CRM";
    DEALS_LIMITED = "Deals limited" | "Accès limité aux opportunités" | "Beperkte toegang tot deals";
    NO_DEALS = "No deals" | "Pas d’opportunités" | "Geen deals";
    ALL_PROJECTS = "All projects" | "Tous les projets" | "Alle projecten";
    NO_PROJECTS = "No projects" | "Pas de projets" | "Geen projecten";
    NO_INVOICES = "No invoices" | "Pas de factures" | "Geen facturen";
    NO_MAILBOX = "No shared mailbox" | "Pas de boîte mail partagée" | "Geen gedeelde mailbox";
    NO_EXPORT = "No export" | "Pas d’export" | "Geen export";
}

/// A signed-in user in one account: on whose behalf the server reads and writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actor {
    pub account: AccountId,
    pub user: UserId,
    pub session: Option<SessionId>,
    pub full_name: String,
    pub email: String,
    pub role: UserRole,
    pub rights: Rights,
    pub language: Language,
    /// IANA name, e.g. `Europe/Brussels`.
    pub time_zone: String,
    /// Whether the account has the second sales contact.
    pub second_enabled: bool,
    /// Grows with every change of the account's custom fields.
    pub fields_version: i64,
    /// What his account's plan lacks; nobody has a right to it.
    pub locked: Locked,
}

impl Actor {
    /// As the value of a field in which he stands.
    pub fn value(&self) -> Value {
        Value::User {
            id: self.user,
            name: self.full_name.clone(),
            active: true,
        }
    }
}

/// What a page knows of the person in front of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub user: UserId,
    pub full_name: String,
    pub email: String,
    pub role: UserRole,
    pub rights: Rights,
    pub second_enabled: bool,
    pub locked: Locked,
}

impl From<&Actor> for Me {
    fn from(actor: &Actor) -> Self {
        Self {
            user: actor.user,
            full_name: actor.full_name.clone(),
            email: actor.email.clone(),
            role: actor.role,
            rights: actor.rights,
            second_enabled: actor.second_enabled,
            locked: actor.locked,
        }
    }
}

/// Staff of the hosted service, signed in: sees names, plans and counts of accounts, never a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Operator {
    pub id: OperatorId,
    pub full_name: String,
    pub email: String,
    pub language: Language,
}

/// A colleague as a picker offers him.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub id: UserId,
    pub full_name: String,
    /// The names of his teams: typing one of them lists its members.
    pub teams: Vec<String>,
    /// Only while he is away today, where he is.
    pub away_until: Option<NaiveDate>,
    /// Who is told for him meanwhile, by name.
    pub stand_in: Option<String>,
}

impl Colleague {
    /// "away until 3 Dec 2026", while he is.
    pub fn away(&self, language: Language) -> Option<String> {
        let day = language.date(self.away_until?);
        Some(AWAY_UNTIL.with(language, &[("day", &day)]))
    }

    /// The same, and who stands in for him.
    pub fn away_and_who(&self, language: Language) -> Option<String> {
        let day = language.date(self.away_until?);
        Some(match &self.stand_in {
            Some(name) => STANDS_IN.with(language, &[("day", &day), ("name", name)]),
            None => AWAY_UNTIL.with(language, &[("day", &day)]),
        })
    }
}

texts! {
    NOBODY = "Nobody" | "Personne" | "Niemand";
    ME = "(me)" | "(moi)" | "(ik)";
    AWAY_UNTIL = "away until {day}" | "absent jusqu’au {day}" | "afwezig tot en met {day}";
    STANDS_IN = "away until {day}; {name} stands in" | "absent jusqu’au {day} ; {name} prend le relais" | "afwezig tot en met {day}; {name} vervangt";
    DEACTIVATED = "(deactivated)" | "(désactivé)" | "(gedeactiveerd)";
}
