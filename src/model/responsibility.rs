//! Who is responsible, in which role: sales contact, second sales contact, assigned to, manager, collaborator.
//! One idea for all kinds; a kind only says which roles it has and which are mandatory.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{FieldId, Problem, RecordKind, Text, UserId};
use crate::texts;

/// The role in which a user is responsible for a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    SalesContact,
    SecondSalesContact,
    AssignedTo,
    /// Of a project, with others. Forms call these two by their keys.
    #[serde(alias = "managers")]
    Manager,
    #[serde(alias = "collaborators")]
    Collaborator,
}

texts! {
    SALES_CONTACT = "Sales contact" | "Contact commercial" | "Accountmanager";
    SECOND_SALES_CONTACT = "Second sales contact" | "Deuxième contact commercial" | "Tweede accountmanager";
    MANAGERS = "Managers" | "Gestionnaires" | "Beheerders";
    COLLABORATORS = "Collaborators" | "Collaborateurs" | "Medewerkers";
    ASSIGNED_TO = "Assigned to" | "Affecté à" | "Toegewezen aan";
}

/// No field of an account's own: these are random.
const SHARED: u128 = 0x5e7a_0000_0000_4000_8000_0000_0000_0000;

impl Role {
    pub const ALL: [Self; 5] = [
        Self::SalesContact,
        Self::SecondSalesContact,
        Self::AssignedTo,
        Self::Manager,
        Self::Collaborator,
    ];

    /// Its name as a field, in the history and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SalesContact => "sales_contact",
            Self::SecondSalesContact => "second_sales_contact",
            Self::AssignedTo => "assigned_to",
            Self::Manager => "managers",
            Self::Collaborator => "collaborators",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// The column of the record's table that holds the user; where several share the role, they stand among the values of User
    /// fields, under [`Self::shared`].
    pub const fn column(self) -> &'static str {
        match self {
            Self::SalesContact => "sales_contact_id",
            Self::SecondSalesContact => "second_sales_contact_id",
            Self::AssignedTo => "assigned_to_id",
            Self::Manager | Self::Collaborator => self.key(),
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::SalesContact => SALES_CONTACT,
            Self::SecondSalesContact => SECOND_SALES_CONTACT,
            Self::AssignedTo => ASSIGNED_TO,
            Self::Manager => MANAGERS,
            Self::Collaborator => COLLABORATORS,
        }
    }

    /// Under which field those who share the role stand among the values of User fields: the same in every account and in the
    /// database's own functions. None where one alone has it.
    pub const fn shared(self) -> Option<FieldId> {
        let n = match self {
            Self::SalesContact | Self::SecondSalesContact | Self::AssignedTo => return None,
            Self::Manager => 1,
            Self::Collaborator => 2,
        };
        Some(FieldId(Uuid::from_u128(SHARED + n)))
    }

    /// Whether the role exists only where the account has the feature for it.
    pub const fn is_second(self) -> bool {
        matches!(self, Self::SecondSalesContact)
    }
}

/// What a user is chosen for: a role of the record, or a User field that the account has added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Duty {
    Role(Role),
    Field(FieldId),
}

/// Where a record keeps its users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The one user of a role, in the column of the record's own table.
    Column(Role),
    /// Among the values of User fields, under this one: that of an account, or of a role that several share.
    Values(FieldId),
}

impl Duty {
    /// Its name as a field, in the history and in forms.
    pub fn key(self) -> String {
        match self {
            Self::Role(role) => role.key().to_owned(),
            Self::Field(field) => field.key(),
        }
    }

    /// Where a record keeps those who were chosen for it.
    pub const fn kept(self) -> Kept {
        match self {
            Self::Field(field) => Kept::Values(field),
            Self::Role(role) => match role.shared() {
                Some(field) => Kept::Values(field),
                None => Kept::Column(role),
            },
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        let role = Role::from_key(key).map(Self::Role);
        role.or_else(|| FieldId::from_key(key).map(Self::Field))
    }
}

impl From<Duty> for String {
    fn from(duty: Duty) -> Self {
        duty.key()
    }
}

impl TryFrom<String> for Duty {
    type Error = &'static str;

    fn try_from(key: String) -> Result<Self, Self::Error> {
        Self::from_key(&key).ok_or("neither a role nor a field")
    }
}

/// The users in a record's roles, as far as they bear on one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Responsible {
    pub first: Option<UserId>,
    pub second: Option<UserId>,
}

impl Responsible {
    /// Who has a role.
    pub const fn of(self, role: Role) -> Option<UserId> {
        if role.is_second() {
            self.second
        } else {
            self.first
        }
    }

    /// What becomes of the two when one is chosen anew.
    ///
    /// `second_enabled` is the account's feature: while it is off, a first that equals the hidden
    /// second clears the second; while it is on, the same is refused.
    pub fn choose(
        self,
        kind: RecordKind,
        role: Role,
        user: Option<UserId>,
        second_enabled: bool,
    ) -> Result<Self, Problem> {
        if user.is_none() && kind.requires(role) {
            return Err(Problem::NeedsAssignee);
        }
        let mut after = self;
        if role.is_second() {
            if !second_enabled {
                return Err(Problem::Unknown);
            }
            after.second = user;
        } else {
            after.first = user;
        }
        if after.first.is_some() && after.first == after.second {
            if second_enabled {
                return Err(match first_role(kind) {
                    Some(first) if role.is_second() => Problem::AlreadyFirst(first),
                    _ => Problem::AlreadySecond,
                });
            }
            after.second = None;
        }
        Ok(after)
    }
}

/// The roles of a kind that several share, each with the field under which they stand.
pub fn shared_fields(kind: RecordKind) -> impl Iterator<Item = (Role, FieldId)> {
    let roles = kind.shared_roles().iter();
    roles.filter_map(|role| Some((*role, role.shared()?)))
}

/// The role that several share of whom this field keeps; none of a field of an account's own.
pub fn shared_role(kind: RecordKind, field: FieldId) -> Option<Role> {
    let mut shared = shared_fields(kind);
    shared.find_map(|(role, id)| (id == field).then_some(role))
}

/// The kind's own first role: sales contact of a company, assigned to of a deal; a contact has none.
pub fn first_role(kind: RecordKind) -> Option<Role> {
    kind.roles().first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_role_is_read_by_the_key_that_forms_call_it_by() {
        for role in Role::ALL {
            let read = serde_json::from_value(role.key().into());
            assert_eq!(read.ok(), Some(role), "{}", role.key());
        }
    }

    fn user(n: u128) -> Option<UserId> {
        Some(UserId(Uuid::from_u128(n)))
    }

    #[test]
    fn a_deal_cannot_be_left_without_assignee_but_a_company_can() {
        let now = Responsible {
            first: user(1),
            second: None,
        };
        assert_eq!(
            now.choose(RecordKind::Deal, Role::AssignedTo, None, false),
            Err(Problem::NeedsAssignee)
        );
        assert_eq!(
            now.choose(RecordKind::Company, Role::SalesContact, None, false),
            Ok(Responsible::default())
        );
    }

    #[test]
    fn the_second_is_never_the_first() {
        let now = Responsible {
            first: user(1),
            second: user(2),
        };
        let second = |u| now.choose(RecordKind::Company, Role::SecondSalesContact, u, true);
        assert_eq!(
            second(user(1)),
            Err(Problem::AlreadyFirst(Role::SalesContact))
        );
        assert_eq!(
            second(user(3)),
            Ok(Responsible {
                first: user(1),
                second: user(3)
            })
        );
        assert_eq!(
            now.choose(RecordKind::Company, Role::SalesContact, user(2), true),
            Err(Problem::AlreadySecond)
        );
    }

    #[test]
    fn while_the_feature_is_off_the_hidden_second_gives_way() {
        let now = Responsible {
            first: user(1),
            second: user(2),
        };
        assert_eq!(
            now.choose(RecordKind::Company, Role::SalesContact, user(2), false),
            Ok(Responsible {
                first: user(2),
                second: None
            })
        );
        assert_eq!(
            now.choose(
                RecordKind::Company,
                Role::SecondSalesContact,
                user(3),
                false
            ),
            Err(Problem::Unknown)
        );
    }

    #[test]
    fn emptying_the_first_moves_nothing() {
        let now = Responsible {
            first: user(1),
            second: user(2),
        };
        assert_eq!(
            now.choose(RecordKind::Company, Role::SalesContact, None, true),
            Ok(Responsible {
                first: None,
                second: user(2)
            })
        );
    }
}
