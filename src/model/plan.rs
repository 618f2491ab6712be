//! What an account has bought, and which modules that gives it: plan times boosters.
//! A module that is not unlocked keeps its data; going back up shows it again.

use serde::{Deserialize, Serialize};

use super::{
    Text,
    users::{ProjectReach, Rights},
};
use crate::texts;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    Go,
    Move,
    Boost,
}

/// An add-on that unlocks a module below its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Booster {
    Projects,
    Mailbox,
}

/// What a plan decides about, as one thing in the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Module {
    /// Companies, contacts, deals, invoices, custom fields, segments.
    Crm,
    Projects,
    Mailbox,
}

texts! {
    PROJECT_MANAGEMENT = "Project management" | "Gestion de projets" | "Projectbeheer";
    SHARED_MAILBOX = "Shared mailbox" | "Boîte mail partagée" | "Gedeelde mailbox";
    PROJECTS = "Projects" | "Projets" | "Projecten";
    COMPANIES = "Companies" | "Entreprises" | "Bedrijven";
    GO = "Go" | "Go" | "Go";
    MOVE = "Move" | "Move" | "Move";
    BOOST = "Boost" | "Boost" | "Boost";
}

impl Plan {
    pub const ALL: [Self; 3] = [Self::Go, Self::Move, Self::Boost];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Move => "move",
            Self::Boost => "boost",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Go => GO,
            Self::Move => MOVE,
            Self::Boost => BOOST,
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|plan| plan.code() == code)
    }
}

impl Booster {
    pub const ALL: [Self; 2] = [Self::Projects, Self::Mailbox];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Projects => "projects",
            Self::Mailbox => "mailbox",
        }
    }

    pub const fn label(self) -> Text {
        match self {
            Self::Projects => PROJECT_MANAGEMENT,
            Self::Mailbox => SHARED_MAILBOX,
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|booster| booster.code() == code)
    }
}

/// The table of plans: from which plan on a module is there, and the booster that unlocks it below.
pub const fn unlocked_by(module: Module) -> (Plan, Option<Booster>) {
    match module {
        Module::Crm => (Plan::Go, None),
        Module::Projects => (Plan::Move, Some(Booster::Projects)),
        Module::Mailbox => (Plan::Boost, Some(Booster::Mailbox)),
    }
}

impl Module {
    pub const ALL: [Self; 3] = [Self::Crm, Self::Projects, Self::Mailbox];

    pub const fn label(self) -> Text {
        match self {
            Self::Crm => COMPANIES,
            Self::Projects => PROJECTS,
            Self::Mailbox => SHARED_MAILBOX,
        }
    }
}

/// What an account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccountPlan {
    pub name: String,
    pub plan: Plan,
    pub boosters: Vec<Booster>,
    pub second_enabled: bool,
}

/// The modules that an account's plan lacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Locked {
    pub projects: bool,
    pub mailbox: bool,
}

impl Locked {
    pub const fn has(self, module: Module) -> bool {
        match module {
            Module::Crm => false,
            Module::Projects => self.projects,
            Module::Mailbox => self.mailbox,
        }
    }

    /// What is left of somebody's rights: nobody has one to what the account has not. They come back with it.
    pub const fn of(self, mut rights: Rights) -> Rights {
        if self.projects {
            rights.projects = ProjectReach::None;
        }
        if self.mailbox {
            rights.mailbox = false;
        }
        rights
    }
}

impl AccountPlan {
    pub fn locked(&self) -> Locked {
        Locked {
            projects: !self.has(Module::Projects),
            mailbox: !self.has(Module::Mailbox),
        }
    }

    /// Whether the account may use a module now.
    pub fn has(&self, module: Module) -> bool {
        let (plan, booster) = unlocked_by(module);
        self.plan >= plan || booster.is_some_and(|booster| self.boosters.contains(&booster))
    }

    /// From the texts of the database, whose checks allow no others.
    pub fn from_codes(name: String, plan: &str, boosters: &[String], second_enabled: bool) -> Self {
        Self {
            name,
            plan: Plan::from_code(plan).unwrap_or(Plan::Go),
            boosters: boosters
                .iter()
                .filter_map(|code| Booster::from_code(code))
                .collect(),
            second_enabled,
        }
    }

    /// All of it in one line, by which a stale form is known; the database writes the same.
    pub fn fingerprint(&self) -> String {
        let mut boosters: Vec<&str> = self.boosters.iter().map(|b| b.code()).collect();
        boosters.sort_unstable();
        format!(
            "{}|{}|{}",
            self.plan.code(),
            boosters.join(","),
            self.second_enabled
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{AccountPlan, Booster, Module, Plan};

    fn has(plan: Plan, boosters: &[Booster], module: Module) -> bool {
        let boosters = boosters.to_vec();
        let account = AccountPlan {
            name: String::new(),
            plan,
            boosters,
            second_enabled: false,
        };
        account.has(module)
    }

    #[test]
    fn plans_unlock_what_the_table_says() {
        for (plan, projects, mailbox) in [
            (Plan::Go, false, false),
            (Plan::Move, true, false),
            (Plan::Boost, true, true),
        ] {
            assert!(has(plan, &[], Module::Crm));
            assert_eq!(has(plan, &[], Module::Projects), projects, "{plan:?}");
            assert_eq!(has(plan, &[], Module::Mailbox), mailbox, "{plan:?}");
        }
    }

    #[test]
    fn a_booster_unlocks_its_module_below_the_plan_and_no_other() {
        for plan in Plan::ALL {
            assert!(has(plan, &[Booster::Projects], Module::Projects));
            assert!(has(plan, &[Booster::Mailbox], Module::Mailbox));
        }
        assert!(!has(Plan::Go, &[Booster::Projects], Module::Mailbox));
        assert!(!has(Plan::Go, &[Booster::Mailbox], Module::Projects));
    }

    #[test]
    fn more_never_unlocks_less() {
        for module in Module::ALL {
            for boosters in [vec![], vec![Booster::Projects], Booster::ALL.to_vec()] {
                for pair in Plan::ALL.windows(2) {
                    assert!(!has(pair[0], &boosters, module) || has(pair[1], &boosters, module));
                }
            }
        }
    }
}
