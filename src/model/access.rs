//! Why somebody sees a record: the rules of the database's policies once more, as a pure function.
//! It explains; it never decides. A test holds it against the policies, right by right.

use serde::{Deserialize, Serialize};

use super::{
    Language, RecordKind, Role, Text, UserId,
    responsibility::{Responsible, first_role},
    users::{ProjectReach, Reach, Rights},
};
use crate::texts;

/// One reason why a record can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The right reaches every record of the kind.
    FullAccess,
    /// By a role on the record itself.
    Role(Role),
    /// By a role on the company that it belongs to.
    OfMyCustomer(Role),
    /// Its customer is a contact: by a role on a company of his.
    OfCompanyOfCustomer(Role),
    /// By having written down the contact that it is, or whose it is.
    Created,
}

/// Somebody who sees a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seer {
    pub user: UserId,
    pub full_name: String,
    pub reasons: Vec<Reason>,
}

/// Who looks: the user, his rights, and whether his account has the second sales contact.
#[derive(Clone, Copy, Debug)]
pub struct Viewer {
    pub user: UserId,
    pub rights: Rights,
    pub second_enabled: bool,
}

/// What of a record decides who sees it.
#[derive(Clone, Debug)]
pub struct Facts {
    pub kind: RecordKind,
    pub responsible: Responsible,
    /// Those responsible for the companies that it belongs to: its customer, or the companies of its contact.
    pub companies: Vec<Responsible>,
    /// The contact that it is, or that is its customer.
    pub contact: Option<ContactFacts>,
    /// Those who are responsible together, each in his role.
    pub shared: Vec<(Role, UserId)>,
}

/// What of a contact decides, besides his companies, who sees him and what is his.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContactFacts {
    /// Who wrote him down.
    pub creator: UserId,
    /// Whether he belongs to any company, whoever sees it.
    pub linked: bool,
}

impl Viewer {
    fn is_first(&self, of: Responsible) -> bool {
        of.first == Some(self.user)
    }

    /// While the feature is off, a second is without effect.
    fn is_second(&self, of: Responsible) -> bool {
        self.second_enabled && of.second == Some(self.user)
    }
}

/// Every reason, the widest first; none where the record is out of reach.
pub fn reasons(viewer: &Viewer, facts: &Facts) -> Vec<Reason> {
    let Rights {
        crm,
        deals,
        invoices,
        projects,
        mailbox,
        ..
    } = viewer.rights;
    let (exists, full, through_customer) = match facts.kind {
        RecordKind::Company => (crm != Reach::None, crm == Reach::Full, false),
        RecordKind::Contact => (crm != Reach::None, crm == Reach::Full, true),
        RecordKind::Invoice => (invoices && crm != Reach::None, crm == Reach::Full, true),
        RecordKind::Deal => (
            deals != Reach::None,
            deals == Reach::Full && crm == Reach::Full,
            crm != Reach::None,
        ),
        RecordKind::Project => (
            projects != ProjectReach::None,
            projects == ProjectReach::All,
            false,
        ),
        RecordKind::Ticket => (mailbox, true, false),
    };
    let mut reasons = Vec::new();
    // Responsibility grants access, but never against "none".
    if !exists {
        return reasons;
    }
    if full {
        reasons.push(Reason::FullAccess);
    }
    if let Some(first) = first_role(facts.kind).filter(|_| viewer.is_first(facts.responsible)) {
        reasons.push(Reason::Role(first));
    }
    if viewer.is_second(facts.responsible) {
        reasons.push(Reason::Role(Role::SecondSalesContact));
    }
    let shared = facts.shared.iter().filter(|(_, user)| *user == viewer.user);
    reasons.extend(shared.map(|(role, _)| Reason::Role(*role)));
    let of_customer = |is: &dyn Fn(Responsible) -> bool| {
        through_customer && facts.companies.iter().any(|company| is(*company))
    };
    let through = |role| match (facts.kind, facts.contact) {
        (RecordKind::Contact, _) | (_, None) => Reason::OfMyCustomer(role),
        (_, Some(_)) => Reason::OfCompanyOfCustomer(role),
    };
    if of_customer(&|company| viewer.is_first(company)) {
        reasons.push(through(Role::SalesContact));
    }
    if of_customer(&|company| viewer.is_second(company)) {
        reasons.push(through(Role::SecondSalesContact));
    }
    let wrote_down = |contact: ContactFacts| {
        // Of the contacts whom one wrote down, those count whom one sees.
        let seen = !contact.linked || (facts.kind != RecordKind::Contact && crm == Reach::Full);
        contact.creator == viewer.user && seen
    };
    if through_customer && facts.contact.is_some_and(wrote_down) {
        reasons.push(Reason::Created);
    }
    reasons
}

texts! {
    FULL_CRM = "full CRM access" | "accès complet au CRM" | "volledige toegang tot CRM";
    FULL_DEALS = "full access to deals" | "accès complet aux opportunités" | "volledige toegang tot deals";
    YOU_ARE_SALES_CONTACT = "you are sales contact" | "vous êtes contact commercial" | "u bent accountmanager";
    YOU_ARE_SECOND = "you are second sales contact" | "vous êtes deuxième contact commercial" | "u bent tweede accountmanager";
    THE_MAILBOX = "access to the shared mailbox" | "accès à la boîte mail partagée" | "toegang tot de gedeelde mailbox";
    ALL_PROJECTS = "access to all projects" | "accès à tous les projets" | "toegang tot alle projecten";
    YOU_ARE_MANAGER = "you are one of its managers" | "vous êtes l’un de ses gestionnaires" | "u bent een van de beheerders";
    YOU_ARE_COLLABORATOR = "you are one of its collaborators" | "vous êtes l’un de ses collaborateurs" | "u bent een van de medewerkers";
    IS_MANAGER = "manager" | "gestionnaire" | "beheerder";
    IS_COLLABORATOR = "collaborator" | "collaborateur" | "medewerker";
    ASSIGNED_TO_YOU = "it is assigned to you" | "elle vous est affectée" | "aan u toegewezen";
    CONTACT_OF_COMPANY = "sales contact of a company of this contact" | "contact commercial d’une entreprise de ce contact" | "accountmanager van een bedrijf van dit contact";
    YOUR_COMPANY = "you are sales contact of a company of this contact" | "vous êtes contact commercial d’une entreprise de ce contact" | "u bent accountmanager van een bedrijf van dit contact";
    SECOND_OF_COMPANY = "second sales contact of a company of this contact" | "deuxième contact commercial d’une entreprise de ce contact" | "tweede accountmanager van een bedrijf van dit contact";
    SECOND_OF_YOUR_COMPANY = "you are second sales contact of a company of this contact" | "vous êtes deuxième contact commercial d’une entreprise de ce contact" | "u bent tweede accountmanager van een bedrijf van dit contact";
    YOU_CREATED = "you created this contact" | "vous avez créé ce contact" | "u hebt dit contact aangemaakt";
    CREATED_BY = "created this contact" | "a créé ce contact" | "heeft dit contact aangemaakt";
    YOU_CREATED_CUSTOMER = "you created its customer" | "vous avez créé son client" | "u hebt de klant aangemaakt";
    CREATED_CUSTOMER = "created its customer" | "a créé son client" | "heeft de klant aangemaakt";
    CONTACT_OF_CUSTOMER = "sales contact of its customer" | "contact commercial de son client" | "accountmanager van de klant";
    SECOND_OF_CUSTOMER = "second sales contact of its customer" | "deuxième contact commercial de son client" | "tweede accountmanager van de klant";
    YOUR_CUSTOMER = "you are sales contact of its customer" | "vous êtes contact commercial de son client" | "u bent accountmanager van de klant";
    OF_COMPANY_OF_CUSTOMER = "sales contact of a company of its customer" | "contact commercial d’une entreprise de son client" | "accountmanager van een bedrijf van de klant";
    SECOND_OF_COMPANY_OF_CUSTOMER = "second sales contact of a company of its customer" | "deuxième contact commercial d’une entreprise de son client" | "tweede accountmanager van een bedrijf van de klant";
    YOURS_IS_COMPANY_OF_CUSTOMER = "you are sales contact of a company of its customer" | "vous êtes contact commercial d’une entreprise de son client" | "u bent accountmanager van een bedrijf van de klant";
    YOU_ARE_SECOND_OF_COMPANY_OF_CUSTOMER = "you are second sales contact of a company of its customer" | "vous êtes deuxième contact commercial d’une entreprise de son client" | "u bent tweede accountmanager van een bedrijf van de klant";
    SECOND_OF_YOUR_CUSTOMER = "you are second sales contact of its customer" | "vous êtes deuxième contact commercial de son client" | "u bent tweede accountmanager van de klant";
}

impl Reason {
    /// As the page says it to the viewer.
    pub const fn text(self, kind: RecordKind) -> Text {
        match (self, kind) {
            (Self::FullAccess, RecordKind::Company | RecordKind::Contact | RecordKind::Invoice) => {
                FULL_CRM
            }
            (Self::FullAccess, RecordKind::Deal) => FULL_DEALS,
            (Self::FullAccess, RecordKind::Project) => ALL_PROJECTS,
            (Self::FullAccess, RecordKind::Ticket) => THE_MAILBOX,
            (Self::Role(Role::Manager), _) => YOU_ARE_MANAGER,
            (Self::Role(Role::Collaborator), _) => YOU_ARE_COLLABORATOR,
            (Self::Role(Role::SalesContact), _) => YOU_ARE_SALES_CONTACT,
            (Self::Role(Role::SecondSalesContact), _) => YOU_ARE_SECOND,
            (Self::Role(Role::AssignedTo), _) => ASSIGNED_TO_YOU,
            (Self::OfMyCustomer(Role::SecondSalesContact), RecordKind::Contact) => {
                SECOND_OF_YOUR_COMPANY
            }
            (Self::OfMyCustomer(_), RecordKind::Contact) => YOUR_COMPANY,
            (Self::OfMyCustomer(Role::SecondSalesContact), _) => SECOND_OF_YOUR_CUSTOMER,
            (Self::OfMyCustomer(_), _) => YOUR_CUSTOMER,
            (Self::OfCompanyOfCustomer(Role::SecondSalesContact), _) => {
                YOU_ARE_SECOND_OF_COMPANY_OF_CUSTOMER
            }
            (Self::OfCompanyOfCustomer(_), _) => YOURS_IS_COMPANY_OF_CUSTOMER,
            (Self::Created, RecordKind::Contact) => YOU_CREATED,
            (Self::Created, _) => YOU_CREATED_CUSTOMER,
        }
    }

    /// As an admin reads it of somebody else.
    pub fn of_other(self, kind: RecordKind, language: Language) -> String {
        let text = match (self, kind) {
            (Self::FullAccess, _) => self.text(kind),
            (Self::Role(Role::Manager), _) => IS_MANAGER,
            (Self::Role(Role::Collaborator), _) => IS_COLLABORATOR,
            (Self::Role(role), _) => return role.label().get(language).to_lowercase(),
            (Self::OfMyCustomer(Role::SecondSalesContact), RecordKind::Contact) => {
                SECOND_OF_COMPANY
            }
            (Self::OfMyCustomer(_), RecordKind::Contact) => CONTACT_OF_COMPANY,
            (Self::OfMyCustomer(Role::SecondSalesContact), _) => SECOND_OF_CUSTOMER,
            (Self::OfMyCustomer(_), _) => CONTACT_OF_CUSTOMER,
            (Self::OfCompanyOfCustomer(Role::SecondSalesContact), _) => {
                SECOND_OF_COMPANY_OF_CUSTOMER
            }
            (Self::OfCompanyOfCustomer(_), _) => OF_COMPANY_OF_CUSTOMER,
            (Self::Created, RecordKind::Contact) => CREATED_BY,
            (Self::Created, _) => CREATED_CUSTOMER,
        };
        text.get(language).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const REACHES: [Reach; 3] = [Reach::None, Reach::Limited, Reach::Full];
    const PROJECTS: [ProjectReach; 3] = [
        ProjectReach::None,
        ProjectReach::Participation,
        ProjectReach::All,
    ];

    /// Every constellation in which the viewer is first, second or neither, of a record and of its customer.
    fn constellations() -> impl Iterator<Item = Facts> {
        let me = Some(UserId(Uuid::from_u128(1)));
        let of = move |n: usize| Responsible {
            first: if n == 1 { me } else { None },
            second: if n == 2 { me } else { None },
        };
        RecordKind::ALL.into_iter().flat_map(move |kind| {
            (0..45).map(move |n| Facts {
                kind,
                responsible: of(n % 3),
                companies: vec![of(n / 3 % 3)],
                contact: match n / 9 {
                    0 => None,
                    of => Some(ContactFacts {
                        creator: UserId(Uuid::from_u128(of as u128 % 2 + 1)),
                        linked: of > 2,
                    }),
                },
                shared: match (kind, n % 3) {
                    (RecordKind::Project, 1) => vec![(Role::Manager, UserId(Uuid::from_u128(1)))],
                    (RecordKind::Project, 2) => {
                        vec![(Role::Collaborator, UserId(Uuid::from_u128(1)))]
                    }
                    _ => Vec::new(),
                },
            })
        })
    }

    /// All rights that narrow records, of which one may be taken away.
    fn every_right() -> impl Iterator<Item = Rights> {
        REACHES.into_iter().flat_map(|crm| {
            REACHES.into_iter().flat_map(move |deals| {
                PROJECTS.into_iter().flat_map(move |projects| {
                    [false, true].map(|invoices| Rights {
                        crm,
                        deals,
                        projects,
                        invoices,
                        ..Rights::FULL
                    })
                })
            })
        })
    }

    /// The same rights with one of them reduced by any number of steps.
    fn reduced(rights: Rights) -> impl Iterator<Item = Rights> {
        let crm = REACHES.into_iter().filter(move |less| *less < rights.crm);
        let deals = REACHES.into_iter().filter(move |less| *less < rights.deals);
        let less_projects = move |less: &ProjectReach| *less < rights.projects;
        let projects = PROJECTS.into_iter().filter(less_projects);
        crm.map(move |crm| Rights { crm, ..rights })
            .chain(deals.map(move |deals| Rights { deals, ..rights }))
            .chain(projects.map(move |projects| Rights { projects, ..rights }))
            .chain(rights.invoices.then_some(Rights {
                invoices: false,
                ..rights
            }))
    }

    #[test]
    fn less_right_never_shows_one_record_more() {
        let user = UserId(Uuid::from_u128(1));
        for facts in constellations() {
            for second_enabled in [false, true] {
                let sees = |rights| {
                    let viewer = Viewer {
                        user,
                        rights,
                        second_enabled,
                    };
                    !reasons(&viewer, &facts).is_empty()
                };
                for more in every_right() {
                    for less in reduced(more) {
                        assert!(!sees(less) || sees(more), "{less:?} {more:?} {facts:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn who_takes_part_in_a_project_sees_it_and_whose_right_is_none_does_not() {
        for facts in constellations().filter(|facts| facts.kind == RecordKind::Project) {
            for rights in every_right() {
                let viewer = Viewer {
                    user: UserId(Uuid::from_u128(1)),
                    rights,
                    second_enabled: true,
                };
                let expected = match rights.projects {
                    ProjectReach::None => false,
                    ProjectReach::Participation => !facts.shared.is_empty(),
                    ProjectReach::All => true,
                };
                assert_eq!(!reasons(&viewer, &facts).is_empty(), expected, "{facts:?}");
            }
        }
    }
}
